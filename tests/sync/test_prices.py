"""Promotions and price lists from documents: in place of all there were, whole or not at all; and by the folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from config.settings import ExchangeSettings, Settings
from storage.connection import LedgerDatabase
from storage.feed_marks import accept_mark
from storage.prices import prices_version, read_price_lists, read_promotions
from sync import prices
from sync.catalog_text import UnreadableFile
from sync.files import FilesConnector
from sync.left_file import LeftFiles
from sync.prices import PriceKind, PriceOptions, PriceReport, import_prices, price_terms, summarize_prices
from sync.pull import Pull, PullReport
from tests.sync.shop import StillClock, open_shop, shop

PROMOTION: Final[dict[str, Any]] = {
    "code": "A",
    "name": {"es": "Oferta", "en": "Offer"},
    "reward": {"kind": "percent_off", "percent": 10},
    "items": ["9", "8", "7", "1", "2", "3"],
}
LIST: Final[dict[str, Any]] = {"code": "A", "rules": [{"rule_id": 1, "fixed_price": "16.25"}]}
BAD_LIST: Final[dict[str, Any]] = {"code": "B", "rules": [{"rule_id": 1, "fixed_price": "x"}]}
BAD: Final[dict[str, Any]] = PROMOTION | {"code": "B", "reward": {"kind": "percent_off", "percent": 0}}
GOOD_DOCUMENTS: Final[dict[PriceKind, str]] = {
    "promotions": json.dumps({"promotions": [PROMOTION]}),
    "prices": json.dumps({"price_lists": [LIST]}),
}
MIXED_DOCUMENTS: Final[dict[PriceKind, str]] = {
    "promotions": json.dumps({"promotions": [BAD, PROMOTION | {"code": "C"}]}),
    "prices": json.dumps({"price_lists": [BAD_LIST, LIST | {"code": "C"}]}),
}
BAD_DOCUMENTS: Final[dict[PriceKind, str]] = {
    "promotions": json.dumps({"promotions": [BAD]}),
    "prices": json.dumps({"price_lists": [BAD_LIST]}),
}
EMPTY_DOCUMENTS: Final[dict[PriceKind, str]] = {"promotions": '{"promotions": []}', "prices": '{"price_lists": []}'}
KINDS: Final[tuple[PriceKind, ...]] = ("promotions", "prices")
OPTIONS: Final = PriceOptions(price_terms(Settings()))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


def take(
    db: LedgerDatabase, folder: Path, kind: PriceKind, text: str, options: PriceOptions = OPTIONS, second: int = 0
) -> PriceReport:
    path = folder / f"{kind}.json"
    path.write_text(text, encoding="utf-8")
    return import_prices(db, path, kind, options, lambda: datetime(2026, 11, 24, 10, 0, second, tzinfo=UTC))


def codes(db: LedgerDatabase, kind: PriceKind) -> list[str]:
    found = read_promotions(db) if kind == "promotions" else read_price_lists(db)
    return [one.code for one in found]


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_document_takes_the_place_of_all_there_were(
    db: LedgerDatabase, tmp_path: Path, kind: PriceKind
) -> None:
    report = take(db, tmp_path, kind, GOOD_DOCUMENTS[kind])
    assert (report.found, report.taken, report.refused, report.is_applied, report.is_changed) == (1, 1, 0, True, True)
    assert codes(db, kind) == ["A"]
    take(db, tmp_path, kind, GOOD_DOCUMENTS[kind].replace('"A"', '"Z"'))
    assert codes(db, kind) == ["Z"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wrong_is_left_out_and_told(db: LedgerDatabase, tmp_path: Path, kind: PriceKind) -> None:
    take(db, tmp_path, kind, GOOD_DOCUMENTS[kind])
    report = take(db, tmp_path, kind, MIXED_DOCUMENTS[kind])
    assert (report.found, report.taken, report.refused, report.is_applied) == (2, 1, 1, True)
    assert codes(db, kind) == ["C"]
    outcome, problem = summarize_prices(report)
    assert "2 " in outcome
    assert "1 good, 1 refused" in outcome
    assert problem.startswith(("promotions.1.reward.percent: ", "price_lists.1.rules.1.fixed_price: "))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("documents", "is_strict", "is_dry_run"),
    [(BAD_DOCUMENTS, False, False), (MIXED_DOCUMENTS, True, False), (MIXED_DOCUMENTS, False, True)],
)
def test_a_document_that_is_not_applied_changes_nothing(
    db: LedgerDatabase,
    tmp_path: Path,
    kind: PriceKind,
    documents: dict[PriceKind, str],
    is_strict: bool,
    is_dry_run: bool,
) -> None:
    take(db, tmp_path, kind, GOOD_DOCUMENTS[kind])
    before = prices_version(db)
    report = take(db, tmp_path, kind, documents[kind], PriceOptions(OPTIONS.terms, is_strict, is_dry_run), 5)
    assert (report.is_applied, report.is_changed, codes(db, kind)) == (False, False, ["A"])
    assert report.problems
    assert "nothing was changed" in summarize_prices(report)[0]
    assert prices_version(db) == before


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_list_leaves_none(db: LedgerDatabase, tmp_path: Path, kind: PriceKind) -> None:
    take(db, tmp_path, kind, GOOD_DOCUMENTS[kind])
    report = take(db, tmp_path, kind, EMPTY_DOCUMENTS[kind])
    assert (report.is_applied, report.problems, codes(db, kind)) == (True, (), [])


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_once_more_is_no_news_to_the_lane(db: LedgerDatabase, tmp_path: Path, kind: PriceKind) -> None:
    take(db, tmp_path, kind, GOOD_DOCUMENTS[kind])
    before = prices_version(db)
    again = take(db, tmp_path, kind, GOOD_DOCUMENTS[kind], second=5)
    assert (again.is_applied, again.is_changed, prices_version(db)) == (True, False, before)
    other = take(db, tmp_path, kind, GOOD_DOCUMENTS[kind].replace("16.25", "16").replace("10", "11"), second=6)
    assert other.is_changed
    assert prices_version(db) != before


def test_a_list_in_a_currency_is_judged_by_the_rates_of_the_settings(db: LedgerDatabase, tmp_path: Path) -> None:
    dollars = json.dumps({"price_lists": [LIST | {"currency": "USD"}]})
    assert take(db, tmp_path, "prices", dollars).taken == 0
    settings = msgspec.structs.replace(Settings(), exchange=(ExchangeSettings("USD", "17.05"),))
    assert take(db, tmp_path, "prices", dollars, PriceOptions(price_terms(settings))).taken == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("p.toml", b"[promotions\n", "is not TOML"),
        ("p.json", b"{", "is not JSON"),
        ("p.json", b"\xff\xfe", "must be UTF-8"),
        ("p.toml", b"\x1f\x8bdamaged", "damaged archive"),
        ("p.toml", b"#" * 4_000_001, "more than 4000000 bytes"),
        ("p.json", b"[" * 50_000 + b"]" * 50_000, "is not JSON"),
    ],
)
def test_what_is_no_document_is_one_sentence_and_changes_nothing(
    db: LedgerDatabase, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    take(db, tmp_path, "promotions", GOOD_DOCUMENTS["promotions"])
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=says) as raised:
        import_prices(db, path, "promotions", OPTIONS)
    assert "\n" not in str(raised.value)
    assert codes(db, "promotions") == ["A"]


def test_a_person_is_told_some_mistakes_and_how_many_more_there_are(db: LedgerDatabase, tmp_path: Path) -> None:
    many = [BAD | {"code": f"B{number}", "name": "x\x1b[2J" * 30} for number in range(60)]
    report = take(db, tmp_path, "promotions", json.dumps({"promotions": many}))
    told = summarize_prices(report, prices.SHOWN)
    assert len(told) == prices.SHOWN + 2
    assert told[-1] == f"and {len(report.problems) - prices.SHOWN} more"
    assert len(summarize_prices(report)) == len(report.problems) + 1
    assert not any("\x1b" in line for line in told)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "erp"
    (folder / "in").mkdir(parents=True)
    return folder


def pull(db: LedgerDatabase, root: Path, tmp_path: Path) -> PullReport:
    clock = StillClock()
    left = LeftFiles(shop(tmp_path), clock)
    return Pull(db, FilesConnector(root, clock), left, clock, lambda _: None).run()


def report_in(folder: Path, name: str) -> list[str]:
    (path,) = folder.glob(f"*{name}.report.txt")
    return path.read_text(encoding="utf-8").splitlines()


def test_the_folder_takes_them_after_the_catalogue(db: LedgerDatabase, root: Path, tmp_path: Path) -> None:
    for name, text in {
        "promotions-7.json": MIXED_DOCUMENTS["promotions"],
        "prices.toml": '[[price_lists]]\ncode = "T"\nrules = [{ rule_id = 1, fixed_price = 16.25 }]\n',
        "items.csv": "sku,name,price\nA-1,Refresco,18.50\n",
        "prices.csv": "not,ours\n",
    }.items():
        (root / "in" / name).write_text(text, encoding="utf-8")
    report = pull(db, root, tmp_path)
    assert report == PullReport(taken=("items.csv", "prices.toml", "promotions-7.json"))
    assert (codes(db, "prices"), codes(db, "promotions")) == (["T"], ["C"])
    told = report_in(root / "in" / "done", "promotions-7.json")
    assert told[0] == "2 promotions read: 1 good, 1 refused; the good ones are now all that the lane has"
    assert told[1].startswith("promotions.1.reward.percent: ")
    assert [path.name for path in (root / "in").iterdir() if path.is_file()] == ["prices.csv"]


@pytest.mark.parametrize("content", [BAD_DOCUMENTS["prices"], "{", "[]"])
def test_a_document_of_which_nothing_is_good_is_refused_and_the_lane_keeps_what_it_has(
    content: str, db: LedgerDatabase, root: Path, tmp_path: Path
) -> None:
    take(db, tmp_path, "prices", GOOD_DOCUMENTS["prices"])
    (root / "in" / "prices.json").write_text(content, encoding="utf-8")
    assert pull(db, root, tmp_path) == PullReport(refused=("prices.json",))
    assert codes(db, "prices") == ["A"]
    assert report_in(root / "in" / "refused", "prices.json")


def test_a_document_that_is_left_empties_nothing_before_a_person_says_so(
    db: LedgerDatabase, root: Path, tmp_path: Path
) -> None:
    many = {"price_lists": [LIST | {"code": f"L{n}"} for n in range(30)]}
    one = {"price_lists": [LIST | {"code": "L1"}, *(BAD_LIST | {"code": f"L{n}"} for n in range(2, 30))]}
    path = root / "in" / "prices.json"
    path.write_text(json.dumps(many), encoding="utf-8")
    assert pull(db, root, tmp_path).taken == ("prices.json",)
    documents: tuple[dict[str, Any], ...] = (one, {"price_lists": []})
    for document in documents:
        path.write_text(json.dumps(document), encoding="utf-8")
        assert pull(db, root, tmp_path).refused == ("prices.json",)
        assert len(codes(db, "prices")) == 30
    with db.atomic():
        db.run("INSERT INTO checkpoint VALUES (?, '1', '')", (accept_mark("prices"),))
    for verdict in ("taken", "refused"):
        path.write_text(json.dumps(one if verdict == "taken" else {"price_lists": []}), encoding="utf-8")
        assert getattr(pull(db, root, tmp_path), verdict) == ("prices.json",), "what he has said holds once"
        assert codes(db, "prices") == ["L1"]
    assert "mostrador sync accept prices" in "".join(p.read_text() for p in (root / "in").glob("*/*.report.txt"))
