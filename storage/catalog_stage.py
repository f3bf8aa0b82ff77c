"""A catalogue's judged rows, laid out beside the ledger until all of the file is known to be good.

The rows stand in temporary tables of one connection: SQLite keeps them in a file of its own, out of the ledger and
its write-ahead log, and forgets them with the connection. What one row cannot know is found here by SQL, in memory
that does not grow with the file: rows that repeat or contradict each other, and codes that belong to other items.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import apsw
import msgspec

from domain.catalog_flaw import Flaw
from domain.catalog_row import RULES, CatalogRow
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.guard import authorize

MAX_MOVERS: Final = 500
"""Most items of one file that may hand codes to each other: they change in one transaction, or none does."""

_TABLES: Final = (
    """CREATE TEMP TABLE import_row (
        line INTEGER PRIMARY KEY, sku TEXT NOT NULL, has_sku INTEGER NOT NULL, name TEXT NOT NULL, search TEXT,
        department TEXT NOT NULL, tax_class TEXT NOT NULL, unit_price_micro INTEGER, uom TEXT NOT NULL,
        uom_digits INTEGER NOT NULL, is_weighed INTEGER NOT NULL, is_for_sale INTEGER NOT NULL, code TEXT,
        pack_micro INTEGER NOT NULL, more TEXT, cost_micro INTEGER, template TEXT NOT NULL, rules TEXT NOT NULL,
        item_id INTEGER)
        STRICT""",
    """CREATE TEMP TABLE import_code (
        line INTEGER NOT NULL, code TEXT NOT NULL, pack_micro INTEGER NOT NULL, PRIMARY KEY (line, code)
        ) STRICT, WITHOUT ROWID""",
    "CREATE TEMP TABLE import_flaw (line INTEGER PRIMARY KEY, flaw TEXT NOT NULL, text TEXT NOT NULL) STRICT",
    "CREATE TEMP TABLE import_mover (line INTEGER PRIMARY KEY) STRICT",
    "CREATE TEMP TABLE import_recoded (line INTEGER PRIMARY KEY) STRICT",
    """CREATE TEMP TABLE import_plan (
        position INTEGER PRIMARY KEY, line INTEGER NOT NULL, item_id INTEGER NOT NULL, is_new INTEGER NOT NULL,
        is_renamed INTEGER NOT NULL) STRICT""",
)
_NAMES: Final = ("import_row", "import_code", "import_flaw", "import_mover", "import_recoded", "import_plan")

_ROW_FIELDS: Final = 18
_ADD_ROW: Final = """
    INSERT INTO temp.import_row VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
        ?18,
        coalesce(CASE WHEN ?3 THEN NULL ELSE (SELECT item_id FROM item_code WHERE code = ?13) END,
                 (SELECT item_id FROM item WHERE sku = ?2)))"""
_ADD_CODE: Final = "INSERT INTO temp.import_code VALUES (?, ?, ?)"
_ADD_FLAW: Final = "INSERT OR IGNORE INTO temp.import_flaw VALUES (?, ?, ?)"

_FIND_BY_OTHER_CODE: Final = """
    UPDATE temp.import_row AS r SET item_id = (
        SELECT k.item_id FROM temp.import_code c JOIN item_code k ON k.code = c.code WHERE c.line = r.line LIMIT 1)
    WHERE r.item_id IS NULL AND r.more IS NOT NULL AND NOT r.has_sku"""
_SAID = (
    *("sku", "has_sku", "name", "department", "tax_class", "unit_price_micro", "uom", "uom_digits"),
    *("is_weighed", "is_for_sale", "code", "pack_micro", "more", "cost_micro", "template", "rules"),
)


def _said(row: str) -> str:
    """Return the columns that make a row say the same as another."""
    return ", ".join(f"{row}.{field}" for field in _SAID)


_DROP_REPEATS: Final = tuple(
    f"""
    DELETE FROM temp.import_row WHERE line IN (
        SELECT later.line
        FROM (SELECT {key} AS key, min(line) AS line FROM temp.import_row WHERE {among} GROUP BY {key}
              HAVING count(*) > 1) g
        JOIN temp.import_row first ON first.line = g.line
        JOIN temp.import_row later ON later.{key} = g.key AND later.{among} AND later.line > g.line
        WHERE ({_said("later")}) IS ({_said("first")}))"""  # noqa: S608
    for key, among in (("sku", "item_id IS NULL"), ("item_id", "item_id IS NOT NULL"))
)
_ADD_FIRST_CODES: Final = """
    INSERT INTO temp.import_code SELECT line, code, pack_micro FROM temp.import_row WHERE code IS NOT NULL"""
_ROW_INDEXES: Final = (
    "CREATE INDEX temp.import_row_sku ON import_row (sku) WHERE item_id IS NULL",
    "CREATE INDEX temp.import_row_item ON import_row (item_id) WHERE item_id IS NOT NULL",
)
_CODE_INDEX: Final = "CREATE INDEX temp.import_code_code ON import_code (code, line)"

_NEW_TWICE: Final = """
    SELECT line, sku FROM temp.import_row WHERE item_id IS NULL AND sku IN (
        SELECT sku FROM temp.import_row WHERE item_id IS NULL GROUP BY sku HAVING count(*) > 1)"""
_KNOWN_TWICE: Final = """
    SELECT r.line, i.sku FROM temp.import_row r JOIN item i USING (item_id) WHERE r.item_id IN (
        SELECT item_id FROM temp.import_row WHERE item_id IS NOT NULL GROUP BY item_id HAVING count(*) > 1)"""
_CODE_TWICE: Final = """
    SELECT line, code FROM temp.import_code WHERE code IN (
        SELECT code FROM temp.import_code GROUP BY code HAVING count(*) > 1)"""
_DROP_FLAWED: Final = (
    "DELETE FROM temp.import_code WHERE line IN (SELECT line FROM temp.import_flaw)",
    "DELETE FROM temp.import_row WHERE line IN (SELECT line FROM temp.import_flaw)",
)
_CODES_OF_OTHERS: Final = """
    SELECT c.line, c.code, o.sku, (SELECT line FROM temp.import_row r WHERE r.item_id = k.item_id)
    FROM temp.import_code c JOIN temp.import_row r ON r.line = c.line
    JOIN item_code k ON k.code = c.code JOIN item o ON o.item_id = k.item_id
    WHERE k.item_id IS NOT r.item_id ORDER BY c.line"""

_COUNT: Final = """
    SELECT count(*), (SELECT count(*) FROM temp.import_flaw),
        (SELECT count(*) FROM temp.import_code WHERE length(code) <> 14 OR code GLOB '*[^0-9]*'),
        coalesce(sum(unit_price_micro = 0), 0)
    FROM temp.import_row"""

_SAME_WEIGHING: Final = "r.is_weighed = i.is_weighed"
_KEPT: Final[Mapping[str, Mapping[str, str]]] = {
    "price": {"unit_price_micro": "i.unit_price_micro"},
    "department": {"department": "i.department"},
    "tax_class": {"tax_class": "i.tax_class"},
    "for_sale": {"is_for_sale": "i.is_for_sale"},
    "unit": {
        "uom": f"iif({_SAME_WEIGHING}, i.uom, r.uom)",
        "uom_digits": f"iif({_SAME_WEIGHING}, i.uom_digits, r.uom_digits)",
    },
    "weighed": {"is_weighed": "iif(r.uom = i.uom, i.is_weighed, r.is_weighed)"},
}
"""What an item keeps where the file has no such column; a unit goes with being weighed, and the other way round."""

FIELDS: Final = (
    *("name", "department", "tax_class", "unit_price_micro", "uom", "uom_digits"),
    *("is_weighed", "is_for_sale"),
)
"""What an item takes from its row."""
_OPTIONAL: Final[Mapping[str, str]] = {"cost": "cost_micro", "template": "template"}
"""What few files have: it is neither compared nor written where there is no such column."""

_KEPT_WITHOUT_UNIT: Final = {"uom": "i.uom", "uom_digits": "i.uom_digits", "is_weighed": "i.is_weighed"}


class Staged(msgspec.Struct, frozen=True):
    """What became of the rows together: `sound` are left, `repeated` said the same once more, `flawed` are refused.

    Of the sound ones `free` cost nothing; `own_codes` counts their codes that are no GTIN.
    """

    sound: int
    repeated: int
    flawed: int
    own_codes: int
    free: int


class CatalogStage:
    """The judged rows of one file, on the ledger's connection."""

    def __init__(self, db: LedgerDatabase) -> None:
        """Work on tables that `open_stage` has made."""
        self.db = db
        self.fields: tuple[str, ...] = FIELDS

    def add(self, rows: Sequence[CatalogRow], flaws: Sequence[tuple[int, Flaw, str]]) -> None:
        """Lay out some rows that are sound by themselves, and some that are not."""
        with saving(), self.db.atomic("DEFERRED"):
            self.db.many(_ADD_ROW, (msgspec.structs.astuple(row)[:_ROW_FIELDS] for row in rows))
            more = [(row.line, *pack) for row in rows if row.more for pack in row.more_codes]
            if more:
                self.db.many(_ADD_CODE, more)
            if flaws:
                self.db.many(_ADD_FLAW, flaws)

    def complete(self, missing: Sequence[str]) -> Staged:
        """Judge the rows together, once all of them are there.

        `missing` names the columns that the file has not: what they would say is kept as the catalogue has it.
        """
        self.fields = (*FIELDS, *(field for name, field in _OPTIONAL.items() if name not in missing))
        if not set(RULES) <= set(missing):
            self.fields += ("rules",)
        with saving(), self.db.atomic("DEFERRED"):
            self.db.run(_FIND_BY_OTHER_CODE)
            for index in _ROW_INDEXES:
                self.db.run(index)
            repeated = self._drop_repeats()
            self.db.run(_ADD_FIRST_CODES)
            self.db.run(_CODE_INDEX)
            self._keep(missing)
            self._find_contradictions()
            self._find_codes_of_others()
            sound, flawed, own_codes, free = self.db.one(_COUNT) or (0, 0, 0, 0)
        return Staged(sound, repeated, flawed, own_codes, free)

    def flaws(self) -> Iterator[tuple[int, Flaw, str]]:
        """Yield line, flaw and the text at fault of every refused row, in the order of the file."""
        for line, flaw, text in self.db.connection().cursor().execute("SELECT * FROM temp.import_flaw ORDER BY line"):
            yield line, Flaw(flaw), text

    def count_flaws(self) -> dict[Flaw, int]:
        """Return how many rows are refused for each flaw, the commonest first."""
        rows = self.db.all("SELECT flaw, count(*) FROM temp.import_flaw GROUP BY flaw ORDER BY 2 DESC, 1")
        return {Flaw(flaw): count for flaw, count in rows}

    def _drop_repeats(self) -> int:
        """Forget rows that say of an item what an earlier one said."""
        repeated = 0
        for statement in _DROP_REPEATS:
            self.db.run(statement)
            repeated += self.db.connection().changes()
        if repeated:
            self.db.run("DELETE FROM temp.import_code WHERE line NOT IN (SELECT line FROM temp.import_row)")
        return repeated

    def _keep(self, missing: Sequence[str]) -> None:
        """Take from the catalogue what the file does not speak of."""
        kept = {field: value for name in missing for field, value in _KEPT.get(name, {}).items()}
        if {"unit", "weighed"} <= set(missing):
            kept |= _KEPT_WITHOUT_UNIT
        if not kept:
            return
        assignments = ", ".join(f"{field} = {value}" for field, value in kept.items())
        is_other = f"({', '.join(f'r.{field}' for field in kept)}) IS NOT ({', '.join(kept.values())})"
        self.db.run(
            f"UPDATE temp.import_row AS r SET {assignments} FROM item i WHERE i.item_id = r.item_id AND {is_other}"  # noqa: S608
        )

    def _find_contradictions(self) -> None:
        """Refuse every row that says something of an item, or of a code, of which another row says something else."""
        for query, flaw in (
            (_NEW_TWICE, Flaw.ITEM_TWICE),
            (_KNOWN_TWICE, Flaw.ITEM_TWICE),
            (_CODE_TWICE, Flaw.CODE_TWICE),
        ):
            self.db.many(_ADD_FLAW, [(line, flaw, text) for line, text in self.db.all(query)])
        self._drop_flawed()

    def _find_codes_of_others(self) -> None:
        """Refuse rows with a code of another item, unless that item is in the file too, without the code.

        Refusing a row leaves its item as it is, with its codes, so that it is looked again.
        """
        while True:
            claims = self.db.all(_CODES_OF_OTHERS)
            lines = {line for claim in claims for line in (claim[0], claim[3]) if line is not None}
            is_crowd = len(lines) > MAX_MOVERS
            taken = [
                (line, Flaw.CODE_TAKEN, f"{code} {sku}") for line, code, sku, owner in claims if is_crowd or not owner
            ]
            if not taken:
                break
            self.db.many(_ADD_FLAW, taken)
            self._drop_flawed()
        self.db.many("INSERT INTO temp.import_mover VALUES (?)", [(line,) for line in sorted(lines)])

    def _drop_flawed(self) -> None:
        for statement in _DROP_FLAWED:
            self.db.run(statement)


@contextmanager
def open_stage(db: LedgerDatabase) -> Iterator[CatalogStage]:
    """Make the temporary tables of one import, and take them away."""
    connection = db.connection()
    with saving(), _own_tables(connection):
        for name in _NAMES:
            connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        for table in _TABLES:
            connection.execute(table)
    try:
        yield CatalogStage(db)
    finally:
        with saving(), _own_tables(connection):
            for name in _NAMES:
                connection.execute(f"DROP TABLE IF EXISTS temp.{name}")


@contextmanager
def _own_tables(connection: apsw.Connection) -> Iterator[None]:
    """Let a connection make and drop temporary tables, which the ledger's guard forbids with all others."""
    guard = connection.authorizer
    connection.authorizer = _authorize_temporary
    try:
        yield
    finally:
        connection.authorizer = guard


def _authorize_temporary(
    action: int, first: str | None, second: str | None, database: str | None, trigger: str | None
) -> int:
    """Allow what concerns the temporary schema only; for the rest the ledger's guard decides."""
    return apsw.SQLITE_OK if database == "temp" else authorize(action, first, second, database, trigger)
