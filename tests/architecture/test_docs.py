"""The pages and the program say the same, in both directions: every command and option, and all that the pipe says."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from collections.abc import Iterator
from typing import Any, Final, get_args, get_type_hints

import msgspec
import pytest

from domain import account_outcome
from domain.intent import Intent
from domain.outcome import Outcome
from domain.refusal import Reason, Refused
from mostrador.cli_tree import build_parser
from mostrador.pipe import schema
from register.register import Register
from tests.architecture.house import ROOT

COMMANDS: Final = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
PIPE: Final = (ROOT / "docs" / "pipe.md").read_text(encoding="utf-8")
_SECTION: Final = re.compile(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_ROW: Final = re.compile(r"^\| `(\w+)` \| (?:(.+?) \| (?:`(.*?)`|(needed)) \| )?[^|]+ \|$", re.MULTILINE)
_COMMAND: Final = re.compile(r"^## `(.+?)`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_OPTION: Final = re.compile(r"^\| `(.+?)` \| (.+) \|$", re.MULTILINE)
_EXAMPLE: Final = re.compile(r"^```\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield the parser of each command that can be given; a group alone cannot."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not any(group.required for group in groups):
        yield parser
    for group in groups:
        for inner in group.choices.values():
            yield from commands(inner)


def options_of(command: argparse.ArgumentParser) -> list[str]:
    """Return what can be given to a command, in the page's form: `--number N`, `FILE`, `status|retry`."""
    plain = (argparse._HelpAction, argparse._SubParsersAction)
    return [_option(action) for action in command._actions if not isinstance(action, plain)]


def _option(action: argparse.Action) -> str:
    value = "\\|".join(action.choices) if action.choices else str(action.metavar or "")
    return " ".join(part for part in (*action.option_strings[-1:], value) if part)


def sections(heading: str) -> dict[str, str]:
    """Return the parts below a heading of the pipe's page, by tag."""
    part = PIPE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return dict(_SECTION.findall(part))


def fields(section: str) -> dict[str, tuple[str, str]]:
    """Return the fields of a part's table, each with the words of its type and its default as JSON."""
    return {name: (kind, default or needed) for name, kind, default, needed in _ROW.findall(section)}


def tag_of(struct: Any) -> str:
    return str(struct.__struct_config__.tag)


def default_of(field: msgspec.structs.FieldInfo) -> str:
    """Return a field's default as JSON."""
    if field.required:
        return "needed"
    default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return json.dumps(default)


TYPES: Final[dict[str, str]] = {
    '{"type": "string"}': "text",
    '{"type": "integer"}': "integer",
    '{"type": "boolean"}': "true or false",
    '{"anyOf": [{"type": "integer"}, {"type": "null"}]}': "integer or null",
    '{"additionalProperties": {"type": "integer"}, "type": "object"}': "object of integers",
    '{"items": {"type": "string"}, "type": "array"}': "list of texts",
    '{"enum": ["scanner", "typed"]}': '`"scanner"` or `"typed"`',
    '{"enum": ["details", "export", "inbox", "journal"]}': '`"details"`, `"journal"`, `"export"` or `"inbox"`',
}


def type_of(field: msgspec.structs.FieldInfo) -> str:
    """Return a field's type in the page's words; the bounds of numbers are said once for all."""
    schema = msgspec.json.schema(field.type)
    if schema.pop("$defs", None) is not None:
        return "list of objects" if schema.get("type") == "array" else "object or null"
    found = json.dumps(schema, sort_keys=True)
    return TYPES[re.sub(r'"(?:minimum|maximum)": -?\d+, |, "(?:minimum|maximum)": -?\d+', "", found)]


def test_the_page_has_each_command_with_its_options_and_no_other() -> None:
    in_force = {command.prog: options_of(command) for command in commands(build_parser())}
    said = {name: [option for option, _ in _OPTION.findall(text)] for name, text in _COMMAND.findall(COMMANDS)}
    assert said == in_force


@pytest.mark.parametrize("command", list(commands(build_parser())), ids=lambda command: str(command.prog))
def test_the_page_has_the_example_of_a_command_s_help_and_it_can_be_given(command: argparse.ArgumentParser) -> None:
    (example,) = _EXAMPLE.findall(dict(_COMMAND.findall(COMMANDS))[command.prog])
    assert command.epilog == f"Example: {example}"
    words = shlex.split(example.rpartition("| ")[2])
    assert words[0] == "mostrador"
    arguments = build_parser().parse_args(words[1:])
    assert arguments.handler == command.get_default("handler")


def test_the_page_has_each_intent_with_its_fields_and_no_other() -> None:
    in_force = {
        tag_of(intent): {f.encode_name: (type_of(f), default_of(f)) for f in msgspec.structs.fields(intent)}
        for intent in get_args(Intent)
    }
    assert {tag: fields(section) for tag, section in sections("Intents").items()} == in_force


@pytest.mark.parametrize("intent", [tag_of(intent) for intent in get_args(Intent)])
def test_the_page_says_what_answers_an_intent(intent: str) -> None:
    later = {"answers": account_outcome}  # no start of a lane loads it
    answers = get_type_hints(getattr(Register, intent), localns=later)["return"]
    in_force = {tag_of(answer) for answer in get_args(answers) or (answers,)} - {"refused"}
    said = sections("Intents")[intent].partition("Answers: ")[2].partition(".")[0]
    assert set(re.findall(r"`(\w+)`", said)) == in_force


def test_the_page_has_each_outcome_with_its_fields_and_no_other() -> None:
    in_force = {
        tag_of(outcome): {field.encode_name for field in msgspec.structs.fields(outcome)}
        for outcome in (*get_args(Outcome | account_outcome.AccountOutcome), Refused)
    }
    assert {tag: set(fields(section)) for tag, section in sections("Outcomes").items()} == in_force


def test_the_page_has_each_reason_and_no_other() -> None:
    part = PIPE.partition("\n## Reasons\n")[2]
    assert [row[0] for row in _ROW.findall(part)] == [reason.value for reason in Reason]


def test_the_schema_on_file_is_the_one_in_force() -> None:
    on_file = json.loads((ROOT / "docs" / "pipe.schema.json").read_text(encoding="utf-8"))
    in_force = json.loads(msgspec.json.encode(schema()))
    assert on_file == in_force, "write it anew: .venv/bin/mostrador pipe --schema > docs/pipe.schema.json"
