"""As much of JSON Schema 2020-12 as the pipe's schema uses; a word that is not known here is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

_NOTES: Final = frozenset({"title", "description", "default", "discriminator"})
_TYPES: Final[dict[str, type]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}

Schema = dict[str, Any]


class JsonSchema:
    """Says what is wrong with a value under one of the schemas of a document."""

    def __init__(self, document: Schema) -> None:
        """Take the document in which every `$ref` points."""
        self._document = document
        self._words: dict[str, Callable[[Any, Any, Schema], Iterator[str]]] = {
            "$ref": self._ref,
            "anyOf": self._any_of,
            "type": _type,
            "enum": _enum,
            "minimum": _minimum,
            "maximum": _maximum,
            "uniqueItems": _unique,
            "required": _required,
            "properties": self._properties,
            "additionalProperties": self._additional,
            "items": self._items,
        }

    def faults(self, value: Any, schema: Schema) -> list[str]:
        """Return what is wrong with a value; nothing where it fits."""
        rules = {word: rule for word, rule in schema.items() if word not in _NOTES}
        return [fault for word, rule in rules.items() for fault in self._words[word](value, rule, schema)]

    def _ref(self, value: Any, rule: str, _: Schema) -> Iterator[str]:
        yield from self.faults(value, self._document["$defs"][rule.removeprefix("#/$defs/")])

    def _any_of(self, value: Any, rule: list[Schema], _: Schema) -> Iterator[str]:
        branches = [self.faults(value, branch) for branch in rule]
        if all(branches):
            yield f"no branch fits: {min(branches, key=len)}"

    def _properties(self, value: Any, rule: dict[str, Schema], _: Schema) -> Iterator[str]:
        for name, inner in rule.items() if isinstance(value, dict) else ():
            if name in value:
                yield from (f"{name}: {fault}" for fault in self.faults(value[name], inner))

    def _additional(self, value: Any, rule: Any, schema: Schema) -> Iterator[str]:
        for name in value.keys() - schema.get("properties", {}).keys():
            if rule is False:
                yield f"{name} is not known"
            else:
                yield from (f"{name}: {fault}" for fault in self.faults(value[name], rule))

    def _items(self, value: Any, rule: Schema, _: Schema) -> Iterator[str]:
        for item in value:
            yield from self.faults(item, rule)


def _type(value: Any, rule: str, _: Schema) -> Iterator[str]:
    if not isinstance(value, _TYPES[rule]) or (isinstance(value, bool) and rule != "boolean"):
        yield f"{value!r} is no {rule}"


def _enum(value: Any, rule: list[Any], _: Schema) -> Iterator[str]:
    if value not in rule:
        yield f"{value!r} is none of {rule}"


def _minimum(value: Any, rule: int, _: Schema) -> Iterator[str]:
    if isinstance(value, int) and value < rule:
        yield f"{value} is below {rule}"


def _maximum(value: Any, rule: int, _: Schema) -> Iterator[str]:
    if isinstance(value, int) and value > rule:
        yield f"{value} is above {rule}"


def _unique(value: Any, rule: bool, _: Schema) -> Iterator[str]:
    if rule and len(value) != len({repr(item) for item in value}):
        yield "the same twice"


def _required(value: Any, rule: list[str], _: Schema) -> Iterator[str]:
    yield from (f"{name} is missing" for name in rule if isinstance(value, dict) and name not in value)
