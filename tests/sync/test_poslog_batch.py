"""Batches as POSLog: every kind of document, valid by docs/poslog.xsd, the same each time, hostile texts harmless."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from config.settings import SyncSettings
from domain.account_intent import CollectTender
from domain.journal import Kind
from domain.personal import Opening
from domain.sale import Sale
from domain.text import safe_text
from storage.outbox import states
from storage.personal import read_openings
from sync import personal
from sync.batch_files import POSLOG_ENDING
from sync.document import Batch, Document
from sync.errors import Halted
from sync.files import FilesConnector, FilesOptions, forms_of
from sync.personal import forget_sent
from sync.poslog import HEAD, NAMESPACE, TAIL, transaction
from sync.poslog import Shop as PosShop
from sync.poslog_batch import shops_of, write_poslog
from tests.architecture.house import ROOT
from tests.kit.catalog import COFFEE, SOAP, WATER
from tests.kit.customers import LUZ, bring_customers
from tests.kit.hostile import HOSTILE_NAMES
from tests.kit.journals import make_sale
from tests.kit.lane import Shop, make_shop
from tests.sync.breaking import Died, SteppingDisk, die, once_at
from tests.sync.shop import StillClock, push

etree: Any = pytest.importorskip("lxml.etree", reason="lxml is not there to hold POSLogs against docs/poslog.xsd")
SPACE: Final = {"p": NAMESPACE}
AT: Final = "2026-11-24T18:05:09.123Z"


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(ROOT / "docs" / "poslog.xsd")))


def busy_shop(folder: Path) -> Shop:
    """A lane with a document of every kind."""
    shop = make_shop(folder, sync=SyncSettings(format="both"))
    bring_customers(shop)
    register = shop.register
    for _ in range(2):
        register.scan(COFFEE, 2_000_000)
        register.scan(SOAP)
        register.void_line(2)
        register.scan(WATER)
        register.add_tender("cash", 100_000, confirmed=True)
    register.return_lines("1", "Defectuoso", {"1": 1_000_000}, is_damaged=True)
    register.add_tender("cash")
    register.scan(COFFEE)
    register.add_tender("cash")
    register.post_void("Otro")
    register.scan(WATER)
    register.set_customer(LUZ.code)
    register.add_tender("account")
    register.change_tender("credit_card", "Otro", 1, 1, "A1B2")
    register.collect(LUZ.code, 10_000, (CollectTender("cash", 10_000),))
    register.reverse_collection(1, "Otro")
    register.create_customer("Eva ]]> & <b>", "", "55 2222 3333")
    register.loan(5_000, "cambio <")
    register.paid_in(1_000, "Otro")
    register.paid_out(500, "Otro")
    register.pickup(2_000)
    register.close_shift(0)
    register.close_shift(0)
    return shop


def connect(shop: Shop, root: Path) -> FilesConnector:
    return FilesConnector(root, StillClock(), options=FilesOptions("1", forms_of(shop.settings)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "erp"
    folder.mkdir()
    return folder


def test_every_document_is_a_valid_transaction_with_its_key_and_proof(tmp_path: Path, root: Path, schema: Any) -> None:
    shop = busy_shop(tmp_path)
    push(shop.db, connect(shop, root))
    lines = [json.loads(line) for path in sorted(root.glob("out/*.jsonl")) for line in path.read_bytes().splitlines()]
    documents = {line["document_id"]: line for line in lines if "document_id" in line}
    kinds = {line["kind"] for line in documents.values()}
    assert {
        "sale_posted",
        "shift_opened",
        "shift_closed",
        "tender_changed",
        "collection_posted",
        "collection_reversed",
    } <= kinds
    assert {"customer_created", "loan", "pickup"} <= kinds
    found: dict[str, Any] = {}
    for path in root.glob("out/*.poslog.xml"):
        log = etree.parse(str(path))
        schema.assertValid(log)
        found |= {one.get("DocumentID"): one for one in log.getroot()}
    assert set(found) == set(documents) == set(states(shop.db, documents))
    for document_id, one in found.items():
        line = documents[document_id]
        assert (one.get("DocumentKind"), one.get("JournalSequence")) == (line["kind"], str(line["seq"]))
        assert one.get("JournalHash") == line["hash"]
        text = one.findtext("p:Document", namespaces=SPACE)
        assert (text is None) == (line["kind"] in ("sale_posted", "collection_posted", "collection_reversed"))
        assert text is None or json.loads(text) == line
    shop.db.close()


def test_a_sale_is_that_of_the_export_and_cash_says_how_much(tmp_path: Path, root: Path) -> None:
    shop = busy_shop(tmp_path)
    push(shop.db, connect(shop, root))
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(root.glob("out/*.poslog.xml")))
    plain = re.sub(r"<Transaction [^>]*>", "<Transaction>", text)
    for (record,) in shop.db.all("SELECT record FROM journal WHERE kind = 'sale_posted'"):
        sale = msgspec.convert(json.loads(record)["body"], Sale)
        assert transaction(sale, shops_of(shop.settings)("MXN")) in plain
    assert "<TenderLoan>\n      <Amount>50.00</Amount>\n      <Description>cambio &lt;</Description>" in text
    shop.db.close()


def test_a_manifest_names_both_forms_and_a_second_try_writes_the_same(tmp_path: Path, root: Path) -> None:
    shop = busy_shop(tmp_path)
    (batch, *_) = push(shop.db, connect(shop, root)).batches
    manifest = json.loads((root / "out" / f"{batch}.manifest.json").read_bytes())
    for entry in manifest["files"]:
        content = (root / "out" / entry["name"]).read_bytes()
        assert (entry["sha256"], entry["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert [entry["name"] for entry in manifest["files"]] == [f"{batch}.jsonl", f"{batch}.poslog.xml"]
    before = {path.name: path.read_bytes() for path in root.glob("out/*.xml")}
    with shop.db.atomic():
        shop.db.run("UPDATE outbox SET state = 'waiting'")
    for path in root.glob("out/*.xml"):
        path.unlink()
    push(shop.db, connect(shop, root))
    assert {path.name: path.read_bytes() for path in root.glob("out/*.xml")} == before
    shop.db.close()


def test_another_ledgers_poslog_is_never_taken_for_ours(tmp_path: Path, root: Path) -> None:
    shop = busy_shop(tmp_path)
    (root / "out").mkdir()
    rows = shop.db.all("SELECT journal_seq FROM outbox ORDER BY journal_seq")
    report = push(shop.db, connect(shop, root))
    path = root / "out" / f"{report.batches[0]}{POSLOG_ENDING}"
    path.write_text(HEAD + TAIL, encoding="utf-8")
    with shop.db.atomic():
        shop.db.run("UPDATE outbox SET state = 'waiting'")
    assert isinstance(push(shop.db, connect(shop, root)).problem, Halted)
    assert rows
    assert path.read_text(encoding="utf-8") == HEAD + TAIL
    shop.db.close()


def as_document(kind: Kind, body: Any, personal: dict[str, Opening] | None = None) -> Document:
    record = {"v": 1, "lane": "1", "seq": 1, "chain": "E", "kind": kind.value, "at": AT, "clock": "", "operator": "1"}
    record |= {"approver": "", "shift_id": 1, "amount_minor": 0, "perpetual_net_minor": 0}
    record |= {"perpetual_absolute_minor": 0, "body": body, "prev": "0" * 64}
    raw = msgspec.Raw(msgspec.json.encode(record))
    return Document("id", kind.value, 1, "a" * 64, "1", raw, personal or {})


@pytest.mark.parametrize("name", [*HOSTILE_NAMES[:-1], "]]>", "&amp;<x/>", "\ufffe\uffff", 'a"b'])
def test_a_hostile_text_is_harmless_in_every_shape(name: str, schema: Any) -> None:
    sale = msgspec.to_builtins(make_sale(1, 100, AT, name))
    move = {"kind": "loan", "number": 1, "amount_minor": 100, "reason": name, "note": name}
    documents = (
        as_document(Kind.SALE_POSTED, sale),
        as_document(Kind.LOAN, move),
        as_document(Kind.CUSTOMER_CREATED, {"customer": name}, {"name": Opening("00", name)}),
    )
    content = write_poslog(Batch("b", documents), lambda _: PosShop(name, 2, frozenset()), "MXN")
    log = etree.fromstring(content)
    schema.assertValid(log)
    said = json.loads(log[2].findtext("p:Document", namespaces=SPACE))
    assert said["personal"]["name"]["value"] == name
    assert log[0].findtext("p:RetailStoreID", namespaces=SPACE) in (safe_text(name), None)


def test_a_sale_that_has_no_shape_goes_out_as_its_record(schema: Any) -> None:
    content = write_poslog(
        Batch("b", (as_document(Kind.SALE_POSTED, {"sale_id": "x"}),)), lambda _: PosShop("s", 2, frozenset()), "MXN"
    )
    log = etree.fromstring(content)
    schema.assertValid(log)
    assert json.loads(log[0].findtext("p:Document", namespaces=SPACE))["record"]["body"] == {"sale_id": "x"}


def test_what_a_purge_takes_goes_from_the_poslog_too_and_the_manifest_follows(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = busy_shop(tmp_path)
    push(shop.db, connect(shop, root))
    (seq,) = shop.db.all("SELECT seq FROM journal WHERE kind = 'customer_created'")[0]
    assert read_openings(shop.db, seq)
    assert "Eva" in "".join(path.read_text(encoding="utf-8") for path in root.glob("out/*.xml"))
    monkeypatch.setattr(personal, "read_openings", lambda *_: {})
    assert forget_sent(root, "1", shop.db) > 1
    for path in root.glob("out/*"):
        assert path.is_dir() or b"Eva" not in path.read_bytes()
    assert stale(root) == []
    shop.db.close()


def stale(root: Path) -> list[str]:
    """The files that are not what their manifest says."""
    entries = [entry for path in root.glob("out/*.manifest.json") for entry in json.loads(path.read_bytes())["files"]]
    return [
        entry["name"]
        for entry in entries
        if entry["sha256"] != hashlib.sha256((root / "out" / entry["name"]).read_bytes()).hexdigest()
    ]


def test_a_purge_that_was_killed_is_brought_to_its_end_by_the_next(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = busy_shop(tmp_path)
    push(shop.db, connect(shop, root))
    monkeypatch.setattr(personal, "read_openings", lambda *_: {})
    with monkeypatch.context() as patch:
        patch.setattr(personal, "Disk", lambda: SteppingDisk(once_at("folder_flushed", die)))
        with pytest.raises(Died):
            forget_sent(root, "1", shop.db)
    assert len(stale(root)) == 1
    forget_sent(root, "1", shop.db)
    assert stale(root) == []
    before = {path: path.stat().st_ino for path in root.glob("out/*")}
    assert forget_sent(root, "1", shop.db) == 0
    assert {path: path.stat().st_ino for path in root.glob("out/*")} == before
    shop.db.close()


def test_the_schema_describes_every_element_that_the_pages_name() -> None:
    """docs/journal.md and docs/files-connector.md name the elements; docs/poslog.xsd has them and no other."""
    declared = set(re.findall(r'<xs:element name="(\w+)"', (ROOT / "docs" / "poslog.xsd").read_text(encoding="utf-8")))
    pages = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("journal.md", "files-connector.md")]
    rows = [row for page in pages for row in re.findall(r"^\| (`[A-Z].*?) \|", page, re.MULTILINE)]
    named = set(re.findall(r"(?<!@)\b[A-Z]\w+", " ".join(rows)))
    assert declared <= named, declared - named
