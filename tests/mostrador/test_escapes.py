"""JSON and TOML on the standard output: read back as they were, and nothing in them that a terminal would obey."""

from __future__ import annotations

import json
import tomllib
import unicodedata
from typing import Final

import pytest
import tomli_w

from mostrador.escapes import json_bytes, toml_text
from tests.kit.hostile import HOSTILE_NAMES

DANGEROUS: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
EVERYTHING: Final = "".join(chr(code) for code in (*range(1, 0xD800), *range(0xE000, 0x11000), 0xE0041, 0x10FFFF))
NAMES: Final = [name.encode("utf-8", "replace").decode() for name in HOSTILE_NAMES]


@pytest.mark.parametrize("text", [EVERYTHING, *NAMES], ids=lambda text: ascii(text[:12]))
@pytest.mark.parametrize("indent", [0, 2])
def test_json_is_read_back_and_harmless(text: str, indent: int) -> None:
    written = json_bytes({"name": text, "names": [text]}, indent=indent).decode()
    assert json.loads(written) == {"name": text, "names": [text]}
    assert {char for char in written if unicodedata.category(char) in DANGEROUS} == {"\n"}


@pytest.mark.parametrize("text", [EVERYTHING, *NAMES], ids=lambda text: ascii(text[:12]))
def test_toml_is_read_back_and_harmless(text: str) -> None:
    written = toml_text(tomli_w.dumps({"name": text}))
    assert tomllib.loads(written) == {"name": text}
    assert {char for char in written if unicodedata.category(char) in DANGEROUS} == {"\n"}


def test_letters_of_any_script_stay_as_they_are() -> None:
    assert json_bytes("Piñata añeja, 東京, ₿, 🎉") == '"Piñata añeja, 東京, ₿, 🎉"\n'.encode()
