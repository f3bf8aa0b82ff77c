"""The key table: which key does what, as data. Screens ask it for an act; nothing else maps keys.

An act has a name (the one `[screen] keys` of `mostrador.toml` remaps), a key, perhaps a number in the menu, and
a word. A key means one thing per context: on the pay screen F1 to F8 are kinds of tender.

Never bound: Shift-F keys, Alt chords, flow control (Ctrl-S, Ctrl-Q) and the Ctrl keys that terminals use for
Enter, Tab, Backspace and stopping a program (notes on what a console delivers).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, Literal

import msgspec

from tui.words import Words

Context = Literal["lane", "pay"]
LANE: Final[Context] = "lane"
PAY: Final[Context] = "pay"
_LANE: Final[tuple[Context, ...]] = (LANE,)
_PAY: Final[tuple[Context, ...]] = (PAY,)
_BOTH: Final[tuple[Context, ...]] = (LANE, PAY)


class Act(StrEnum):
    """Everything a key or a menu number can do."""

    ENTER = "enter"
    TIMES = "times"
    ERASE = "erase"
    BACK = "back"
    UP = "up"
    DOWN = "down"
    PAGE_UP = "page_up"
    PAGE_DOWN = "page_down"
    SWITCH = "switch"
    VOID = "void"
    HELP = "help"
    PRICE = "price"
    SEARCH = "search"
    PRICE_CHECK = "price_check"
    PRICES = "prices"
    SUSPEND = "suspend"
    RESUME = "resume"
    MENU = "menu"
    MORE = "more"
    CUSTOMER = "customer"
    COLLECT = "collect"
    RETURNS = "returns"
    RETURN_ITEM = "return_item"
    AMEND = "amend"
    INVOICE = "invoice"
    SALESPERSON = "salesperson"
    LINE_SALESPERSON = "line_salesperson"
    TENDER = "tender"
    LOCK = "lock"
    COPY = "copy"
    READ_X = "read_x"
    CLOSE_SHIFT = "close_shift"
    READ_Z = "read_z"
    CASH = "cash"
    NO_SALE = "no_sale"
    MANAGER = "manager"
    VOID_BASKET = "void_basket"
    LEAVE = "leave"
    KIND_1 = "kind_1"
    KIND_2 = "kind_2"
    KIND_3 = "kind_3"
    KIND_4 = "kind_4"
    KIND_5 = "kind_5"
    KIND_6 = "kind_6"
    KIND_7 = "kind_7"
    KIND_8 = "kind_8"


_NAMES: Final = frozenset(act.value for act in Act)
KINDS: Final = tuple(act for act in Act if act.startswith("kind_"))


class KeySpec(msgspec.Struct, frozen=True):
    """One row of the table. `key` "" is reached by the menu only, `menu` "" by the key only.

    Acts with `is_more` are reached by number in the list that `Act.MORE` opens, in the order of the table.
    """

    act: Act
    key: str
    menu: str = ""
    contexts: tuple[Context, ...] = _LANE
    is_more: bool = False

    @property
    def word(self) -> str:
        """The name of the act's word."""
        return f"key.{self.act}"


DEFAULTS: Final = (
    KeySpec(Act.ENTER, "enter", contexts=_BOTH),
    KeySpec(Act.TIMES, "*"),
    KeySpec(Act.ERASE, "backspace", contexts=_BOTH),
    KeySpec(Act.BACK, "escape", contexts=_BOTH),
    KeySpec(Act.UP, "up", contexts=_BOTH),
    KeySpec(Act.DOWN, "down", contexts=_BOTH),
    KeySpec(Act.PAGE_UP, "pageup", contexts=_BOTH),
    KeySpec(Act.PAGE_DOWN, "pagedown", contexts=_BOTH),
    KeySpec(Act.SWITCH, "tab"),
    KeySpec(Act.READ_X, "", "1"),
    KeySpec(Act.CLOSE_SHIFT, "", "2"),
    KeySpec(Act.COPY, "ctrl+p", "3"),
    KeySpec(Act.VOID_BASKET, "", "4"),
    KeySpec(Act.PRICE, "f2", "5"),
    KeySpec(Act.SEARCH, "f3", "6"),
    KeySpec(Act.PRICE_CHECK, "f5", "7"),
    KeySpec(Act.SUSPEND, "f6", "8"),
    KeySpec(Act.RESUME, "f9", "9"),
    KeySpec(Act.TENDER, "f12", "01", _BOTH),
    KeySpec(Act.VOID, "delete", "02", _BOTH),
    KeySpec(Act.HELP, "f1", "03"),
    KeySpec(Act.LOCK, "ctrl+l", "04", _BOTH),
    KeySpec(Act.MORE, "f8", "05"),
    KeySpec(Act.LEAVE, "", "06"),
    KeySpec(Act.CASH, "f7", "07"),
    KeySpec(Act.NO_SALE, "ctrl+n", "08"),
    KeySpec(Act.MANAGER, "", "09"),
    KeySpec(Act.PRICES, "f11", "00"),
    KeySpec(Act.MENU, "f10"),
    KeySpec(Act.SALESPERSON, "", is_more=True),
    KeySpec(Act.LINE_SALESPERSON, "", is_more=True),
    KeySpec(Act.READ_Z, "", is_more=True),
    KeySpec(Act.CUSTOMER, "f4", is_more=True),
    KeySpec(Act.COLLECT, "ctrl+r", is_more=True),
    KeySpec(Act.INVOICE, "", is_more=True),
    KeySpec(Act.RETURNS, "ctrl+d", is_more=True),
    KeySpec(Act.RETURN_ITEM, "", is_more=True),
    KeySpec(Act.AMEND, "", is_more=True),
    *(KeySpec(act, f"f{number}", contexts=_PAY) for number, act in enumerate(KINDS, 1)),
)

_FUNCTION: Final = frozenset(f"f{n}" for n in range(1, 13))
_NAMED: Final = frozenset(
    ("enter", "backspace", "escape", "up", "down", "pageup", "pagedown", "home", "end", "insert", "delete", "tab")
)
_CONTROL: Final = frozenset(f"ctrl+{c}" for c in "abdefgklnoprtuvwxy")
"""Ctrl keys a terminal passes on as themselves; not c, h, i, j, m, q, s, z."""
_SIGNS: Final = frozenset("*+/")
ALLOWED: Final = _FUNCTION | _NAMED | _CONTROL | _SIGNS

ALIASES: Final[Mapping[str, str]] = {
    "asterisk": "*",
    "plus": "+",
    "slash": "/",
    "multiply": "*",
    "add": "+",
    "divide": "/",
    "ctrl+h": "backspace",
    "return": "enter",
}
"""Other names of the same keys: in a configuration, and from number pads that send no character."""

PAD: Final[Mapping[str, str]] = {
    "multiply": "*", "add": "+", "divide": "/", "subtract": "-", "decimal": ".", "separator": ","
}  # fmt: skip
"""Characters of the number pad's keys where the terminal sends their names only."""


ESCAPED: Final[Mapping[str, str]] = dict(zip("º¡™£¢∞§¶•ª", "0123456789", strict=True))
"""What Textual makes of Esc and a digit within a tenth of a second: one sign for two keys."""


def struck_keys(key: str, character: str | None) -> tuple[tuple[str, str | None], ...]:
    """Return the keys that were struck: Esc and a digit close together arrive as one sign, and are two again here.

    No code has these signs; on a keyboard that has one of them, it goes back as Esc does.
    """
    digit = ESCAPED.get(character or "")
    return ((key, character),) if digit is None else (("escape", None), (digit, digit))


class KeyFault(msgspec.Struct, frozen=True):
    """What is wrong with a remapped key: `clash` with another act, an `unknown` act, a `forbidden` key."""

    kind: Literal["clash", "unknown", "forbidden"]
    act: str
    key: str
    other: str = ""


class KeyTable(msgspec.Struct, frozen=True):
    """The keys in force."""

    specs: tuple[KeySpec, ...]
    acts: Mapping[tuple[Context, str], Act]
    rows: Mapping[Act, KeySpec]

    def act_of(self, key: str, context: Context) -> Act | None:
        """Return what a key does in a context, if anything."""
        return self.acts.get((context, ALIASES.get(key, key)))

    def spec(self, act: Act) -> KeySpec:
        """Return the row of an act."""
        return self.rows[act]

    def menu(self) -> tuple[KeySpec, ...]:
        """Return the rows that have a menu number, in its order."""
        return tuple(spec for spec in self.specs if spec.menu)

    def more(self) -> tuple[KeySpec, ...]:
        """Return the rows of the list behind the menu, in its order."""
        return tuple(spec for spec in self.specs if spec.is_more)


def build_key_table(remap: Mapping[str, str]) -> KeyTable | list[KeyFault]:
    """Return the table with some acts on other keys (act's name → key), or everything that is wrong with it."""
    faults = list(_faults_of(remap))
    wanted = {act: normal_key(key) for act, key in remap.items()}
    specs = tuple(msgspec.structs.replace(s, key=wanted.get(s.act, s.key)) for s in DEFAULTS)
    acts: dict[tuple[Context, str], Act] = {}
    for spec in specs:
        for context in spec.contexts if spec.key else ():
            other = acts.setdefault((context, spec.key), spec.act)
            if other is not spec.act:
                faults.append(KeyFault("clash", spec.act, spec.key, other))
    return list(dict.fromkeys(faults)) or KeyTable(specs, acts, {spec.act: spec for spec in specs})


def normal_key(key: str) -> str:
    """Return the one name of a key as people write it: `F12`, `Ctrl-L`, `Asterisk`."""
    plain = key.strip().lower().replace("ctrl-", "ctrl+")
    return ALIASES.get(plain, plain)


def _faults_of(remap: Mapping[str, str]) -> Iterator[KeyFault]:
    """Yield the remapped acts that do not exist and the keys that may not be bound."""
    for act, key in remap.items():
        if act not in _NAMES:
            yield KeyFault("unknown", act, key)
        elif normal_key(key) not in ALLOWED:
            yield KeyFault("forbidden", act, key)


def fault_text(fault: KeyFault, words: Words) -> str:
    """Return what is wrong with a remapped key as one sentence with its remedy."""
    return words(f"fault.{fault.kind}", act=fault.act, key=key_label(fault.key, words), other=fault.other)


def key_label(key: str, words: Words) -> str:
    """Return how a key is called on the keyboard: `F12`, `Ctrl-L`, `Supr`."""
    if words.has(f"keyname.{key}"):
        return words(f"keyname.{key}")
    return "-".join(part.capitalize() for part in key.split("+"))


def key_facts(table: KeyTable, words: Words) -> dict[str, str]:
    """Return the keys as facts for sentences that name one: `key_tender` → `F12`."""
    return {f"key_{spec.act}": key_label(spec.key or spec.menu, words) for spec in table.specs}


def key_sheet(table: KeyTable, words: Words) -> list[str]:
    """Return the key sheet as plain lines: key, number in the menu, what it does; to print and keep by the lane."""
    lines = [words("sheet.title"), "", words("sheet.lane")]
    lines += [_sheet_line(spec, words) for spec in table.specs if LANE in spec.contexts and not spec.is_more]
    lines += ["", words("sheet.more", key=key_label(table.spec(Act.MORE).key, words))]
    lines += [_sheet_line(spec, words, str(n)) for n, spec in enumerate(table.more(), 1)]
    lines += ["", words("sheet.pay")]
    lines += [_sheet_line(spec, words) for spec in table.specs if spec.contexts == _PAY]
    return [*lines, "", words("sheet.menu", key=key_label(table.spec(Act.MENU).key, words))]


def _sheet_line(spec: KeySpec, words: Words, number: str = "") -> str:
    """Return one line of the key sheet."""
    label = key_label(spec.key, words) if spec.key else ""
    return f"  {label:<12}{number or spec.menu:>3}  {words(spec.word)}"
