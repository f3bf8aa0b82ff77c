"""What `mostrador export` writes: proven by our own verify, by the stand-alone one, and by everybody's tools."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import pytest

from domain.buyer import InvoiceData
from domain.chain import Flaw
from domain.journal import JournalEntry, Kind
from domain.sale import Sale
from domain.sale_table import TABLES, columns_of, rows_of
from domain.stored_value import Points
from domain.witness import Trust
from mostrador.cli import run
from mostrador.journal_file import verify_file, write_file
from storage import journal
from storage.seal_key import is_signed, key_file
from sync.poslog import HEAD, NAMESPACE, TAIL, Shop, transaction
from tests.journeys.store import Store, open_small_store
from tests.kit.catalog import COFFEE, SOAP, WATER
from tests.kit.hostile import HOSTILE_NAMES
from tests.kit.journals import make_sale
from tests.kit.lane import make_shop

STAND_ALONE: Final = Path(__file__).parents[2] / "integrations" / "verify_journal.py"
AT: Final = "2026-11-24T18:05:09.123Z"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with a closed day of sales, worked in this process: `run` does what its command line says."""
    made = open_small_store(tmp_path, printers=[{"kind": "none"}])
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(made.home)
    shop = make_shop(tmp_path)
    for code in (COFFEE, WATER, COFFEE):
        shop.register.scan(code)
        shop.register.scan(SOAP)
        shop.register.void_line(2)
        shop.register.add_tender("cash", 100_000, confirmed=True)
    shop.register.close_shift(0)
    shop.register.close_shift(0)
    shop.db.close()
    made.paths.data.mkdir(parents=True, exist_ok=True)
    for path in (shop.path, key_file(shop.path)):
        shutil.move(path, made.paths.data / path.name)
    (made.home / "stick").mkdir()
    return made


def export(*arguments: str) -> list[Path]:
    """Export onto the stick and return what lies on it."""
    assert run(["export", *arguments]) == 0
    return sorted(Path("stick").iterdir())


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def stand_alone(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the stand-alone verifier in a Python that sees nothing of ours."""
    command = [sys.executable, "-I", str(STAND_ALONE), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_exported_journal_is_proven_in_three_ways(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    files = export("journal", "stick", "--json")
    facts = said(capsys)
    last, name = facts["last_seq"], f"journal-1-1-{facts['last_seq']}.jsonl"
    assert [path.name for path in files] == [name, f"{name}.sha256", f"{name}.sig", "lane-1.pem"]
    assert facts["sha256"] == hashlib.sha256(Path("stick", name).read_bytes()).hexdigest()
    assert run(["verify", "--file", f"stick/{name}", "--public-key", "stick/lane-1.pem"]) == 3
    assert capsys.readouterr().out.startswith(f"sound: {last} rows, the last is {last} ")
    alone = stand_alone(f"stick/{name}", "--public-key", "stick/lane-1.pem")
    assert (alone.returncode, alone.stdout[:6], alone.stderr) == (3, "sound:", "")


@pytest.mark.skipif(not shutil.which("openssl") or not shutil.which("sha256sum"), reason="no openssl, no sha256sum")
def test_an_exported_journal_is_proven_by_everybodys_tools(store: Store) -> None:
    files = export("journal", "stick")
    sums = files[1].name
    subprocess.run(["sha256sum", "--check", "--status", sums], cwd="stick", check=True)
    proof = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "lane-1.pem", "-rawin", "-in", sums]
    done = subprocess.run([*proof, "-sigfile", files[2].name], cwd="stick", capture_output=True, check=False)
    assert b"Verified Successfully" in done.stdout, done.stderr


def test_a_copy_of_the_journal_is_an_anchor(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    exported = export("journal", "stick")[0]
    assert run(["verify", "--anchor", str(exported)]) == 0
    assert "anchored up to row" in capsys.readouterr().out
    assert run(["verify", "--file", str(exported), "--anchor", str(exported)]) == 0
    assert stand_alone(exported, "--anchor", exported).returncode == 0


def test_a_part_of_a_journal_is_proven_too(store: Store) -> None:
    files = export("journal", "stick", "--from", "3", "--to", "5")
    assert files[0].name == "journal-1-3-5.jsonl"
    assert len(files[0].read_bytes().splitlines()) == 4
    assert run(["verify", "--file", str(files[0])]) == 3
    assert stand_alone(files[0]).returncode == 3


TAMPERS: Final[dict[str, Callable[[str], str]]] = {
    "a figure": lambda text: text.replace('\\"operator\\":\\"1\\"', '\\"operator\\":\\"2\\"', 1),
    "a line taken out": lambda text: "".join(text.splitlines(keepends=True)[:3] + text.splitlines(keepends=True)[4:]),
    "the tail cut": lambda text: "".join(text.splitlines(keepends=True)[:-1]),
    "no line is one": lambda text: text.splitlines(keepends=True)[0] + "x\n[]\n{}\n",
    "a line end": lambda text: text + "\n",
}


@pytest.mark.parametrize("name", TAMPERS)
def test_a_changed_file_is_found_by_both(name: str, store: Store) -> None:
    exported = export("journal", "stick")[0]
    text = exported.read_text(encoding="utf-8")
    changed = TAMPERS[name](text)
    assert changed != text
    exported.write_text(changed, encoding="utf-8")
    assert run(["verify", "--file", str(exported)]) == 1
    assert stand_alone(exported).returncode == 1


@pytest.mark.parametrize("ending", ["sha256", "sig"])
@pytest.mark.parametrize("act", ["change", "take away"])
def test_a_changed_signature_is_found_by_both(ending: str, act: str, store: Store) -> None:
    exported = export("journal", "stick")[0]
    beside = exported.with_name(f"{exported.name}.{ending}")
    if act == "change":
        beside.write_bytes(b"\0" + beside.read_bytes()[1:])
    else:
        beside.unlink()
    verdict = verify_file(exported, Trust(is_signed), {})
    assert {found.flaw for found in verdict.discrepancies} == {Flaw.SIGNATURE}
    assert stand_alone(exported).returncode == 1


@pytest.mark.parametrize("content", [b"", b"{}\n", b"not json\n", b'{"v":9}\n', b"\xff\n"])
def test_what_is_no_journal_is_unreadable_for_both(content: bytes, store: Store) -> None:
    path = Path("stick/j.jsonl")
    path.write_bytes(content)
    assert run(["verify", "--file", str(path)]) == 2
    assert stand_alone(path).returncode == 2


def test_a_journal_without_a_key_goes_out_unsigned_and_says_so(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    key_file(store.paths.ledger).chmod(0o600)
    key_file(store.paths.ledger).write_text("no key", encoding="utf-8")
    assert run(["export", "journal", "stick"]) == 1
    assert "not signed" in capsys.readouterr().err
    (journal, sums) = sorted(Path("stick").iterdir())
    assert sums.name == f"{journal.name}.sha256"


def test_the_public_key_is_printed_and_the_private_one_never(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "key"]) == 0
    pem = capsys.readouterr().out
    assert pem.startswith("-----BEGIN PUBLIC KEY-----\n")
    assert run(["export", "key", "--json"]) == 0
    facts = said(capsys)
    assert (facts["lane"], facts["pem"]) == ("1", pem)
    private = key_file(store.paths.ledger).read_text(encoding="ascii").splitlines()[1]
    export("journal", "stick")
    for path in Path("stick").iterdir():
        assert private.encode() not in path.read_bytes()


def test_a_hostile_record_is_whole_in_its_line_and_no_command_of_a_terminal(store: Store) -> None:
    with store.ledger() as db, db.atomic():
        for name in HOSTILE_NAMES[:-1]:
            journal.append(db, "1", JournalEntry(Kind.NO_SALE, AT, "1", 0, {"reason": name}))
    path = export("journal", "stick")[0]
    content = path.read_text(encoding="utf-8")
    assert not {char for char in content if char != "\n" and (ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0)}
    assert "\u202e" not in content
    rows = [json.loads(json.loads(line)["record"])["body"] for line in content.splitlines()[1:]]
    assert [row["reason"] for row in rows if "reason" in row] == list(HOSTILE_NAMES[:-1])
    assert stand_alone(path).returncode == 3


# Sales


def test_sales_as_tables_have_every_sale_line_tax_and_tender(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    files = export("sales", "stick", "--json")
    facts = said(capsys)
    assert [path.name.rpartition("-")[2] for path in files] == ["lines.csv", "sales.csv", "taxes.csv", "tenders.csv"]
    tables = {
        path.stem.rpartition("-")[2]: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        for path in files
    }
    with store.ledger() as db:
        sums = db.one("SELECT count(*), sum(total_minor) FROM sale")
        lines = db.one("SELECT count(*) FROM sale_line")
    assert facts["sales"] == len(tables["sales"]) == 3
    assert sums == (3, sum(int(row["total"].replace(".", "")) for row in tables["sales"]))
    assert lines == (len(tables["lines"]),)
    assert {row["receipt_number"] for row in tables["tenders"]} == {"1", "2", "3"}
    assert tables["lines"][0]["unit_price"].count(".") == 1


@pytest.mark.parametrize(
    ("dates", "count"), [(("2026-11-24",), 3), (("2026-11-25",), 0), (("2026-11-01", "2026-11-23"), 0)]
)
def test_only_the_days_that_are_asked_for_go_out(
    dates: tuple[str, ...], count: int, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [part for pair in zip(("--from", "--to"), dates, strict=False) for part in pair]
    export("sales", "stick", "--json", *options)
    assert said(capsys)["sales"] == count


def test_a_poslog_has_the_shape_of_the_standard_and_the_sums_of_the_sales(store: Store) -> None:
    (path,) = export("sales", "stick", "--format", "poslog")
    root = ElementTree.parse(path).getroot()  # our own file
    assert root.tag == f"{{{NAMESPACE}}}POSLog"
    space = {"a": NAMESPACE}
    found = root.findall("a:Transaction", space)
    assert [one.findtext("a:SequenceNumber", "", space) for one in found] == ["1", "2", "3"]
    grand = "a:RetailTransaction/a:Total[@TotalType='TransactionGrandAmount']"
    with store.ledger() as db:
        totals = [f"{total // 100}.{total % 100:02d}" for (total,) in db.all("SELECT total_minor FROM sale")]
    assert [one.findtext(grand, "", space) for one in found] == totals
    first = found[0].find("a:RetailTransaction", space)
    assert first is not None
    voided = [item.get("VoidFlag") for item in first.findall("a:LineItem", space)]
    assert voided[:3] == [None, "true", "true"]
    change = first.find("a:LineItem/a:Tender/a:TenderChange/a:Amount", space)
    assert change is not None


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_harmless_in_every_format(name: str) -> None:
    sale = make_sale(1, 100, AT, name)
    text = HEAD + transaction(sale, Shop(name, 2, frozenset({"cash"}))) + TAIL
    assert ElementTree.fromstring(text).tag.endswith("POSLog")
    for table in TABLES:
        for row in rows_of(table, sale, 2):
            assert len(row) == len(columns_of(table))
            assert not {cell for cell in row if cell[:1] in ("=", "+", "@", "\t", "\r")}


def test_every_field_of_a_sale_is_in_a_table_or_is_one() -> None:
    names = {name.removesuffix("_minor") for name in Sale.__struct_fields__} - {*TABLES, "deductions"}
    names = names - {"account", "invoice", "points"} | {"on_account"}
    names |= {f"points_{name}" for name in Points.__struct_fields__}
    names |= {f"invoice_{name}" for name in InvoiceData.__struct_fields__}
    assert names | {"salesperson_name"} == set(columns_of("sales"))


def test_money_is_written_with_the_decimals_of_its_currency(tmp_path: Path) -> None:
    sale = make_sale(1, 100, AT, "1")
    for exponent, wanted in ((0, "100"), (2, "1.00"), (3, "0.100")):
        assert dict(zip(columns_of("sales"), rows_of("sales", sale, exponent)[0], strict=True))["total"] == wanted
        assert f">{wanted}</Total>" in transaction(sale, Shop("s", exponent, frozenset()))


def test_a_file_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"one\n"
        raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        write_file(tmp_path / "x.csv", broken())
    assert list(tmp_path.iterdir()) == []
