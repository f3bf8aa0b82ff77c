"""`mostrador pipe` as a process: every intent, every kind of bad line, and every way in which it can end."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, cast, get_args

import msgspec
import pytest

from domain import account_intent as accounts
from domain import intent as intents
from domain import intent_return as past
from domain import outcome as outcomes
from domain.account_outcome import AccountOutcome
from domain.intent import AddItem, Intent, OpenShift, Scan, SignOn, Status
from domain.money import MICRO
from domain.outcome import Outcome, StatusTold
from domain.refusal import Reason, Refused
from mostrador.pipe import MAX_LINE, minding_interrupts, schema, serve
from register.register import Register
from tests.architecture.house import ROOT
from tests.journeys.store import BOUND_SECONDS, Store, Talk, open_small_store
from tests.kit.catalog import COFFEE, GIFT, OPEN_DEPARTMENT, WATER
from tests.kit.lane import ANA, ANA_PIN, BETO, BETO_PIN
from tests.mostrador.json_schema import JsonSchema

BAD_LINES: Final = (
    b"nonsense",
    b"{",
    b"[]",
    b"null",
    b'"status"',
    b"{}",
    b'{"do":"dance"}',
    b'{"do":7}',
    b'{"do":"status","why":1}',
    b'{"do":"scan"}',
    b'{"do":"scan","code":5}',
    b'{"do":"scan","code":"1","quantity_micro":1.5}',
    b'{"do":"scan","code":"1","quantity_micro":1e400}',
    b'{"do":"scan","code":"1","source":"radio"}',
    b'{"do":"open_shift","float_minor":9007199254740992}',
    b'{"do":"open_shift","float_minor":-%d}' % 10**30,
    b'{"do":"print_copy","receipt_number":%d}' % 2**64,
    b'{"do":"close_shift","counted_minor":0,"pieces":{"100":%d}}' % 10**19,
    b'{"do":"scan","code":"\\ud800"}',
    b'{"do":"scan","code":"\xff"}',
    b'\xef\xbb\xbf{"do":"status"}',
    b'{"do":"status"}{"do":"status"}',
    b'{"x":' + b"[" * 400_000 + b"]" * 400_000 + b',"do":"status"}',
    b"x" * (MAX_LINE + 1),
    b" " * 10 + b'"' + b"y" * 5_000_000,
)

Encoded = dict[str, Any]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "shared").mkdir()
    shared = {"shared_folder": str(tmp_path / "shared")}
    return open_small_store(tmp_path, printers=[{"kind": "none"}], selling={"count_tolerance_minor": 0}, lane=shared)


def the_whole_day(talk: Talk) -> Iterator[tuple[Intent, str]]:
    """Yield an act of every kind, each with the tag of its answer, in the order in which a day brings them."""
    yield intents.SignOn(ANA.operator, ANA_PIN), "signed_on"
    yield intents.OpenShift(50_000), "shift_opened"
    yield intents.PriceCheck(COFFEE), "price_found"
    yield intents.Search("caf"), "items_found"
    yield intents.Scan(COFFEE, 2 * MICRO, "typed"), "basket_changed"
    yield intents.AddItem(GIFT, None, 12_345_000), "basket_changed"
    yield intents.RingDepartment(OPEN_DEPARTMENT, 20 * MICRO, MICRO), "basket_changed"
    yield intents.CheckAge(GIFT, is_older=True), "age_checked"
    yield intents.ChangeQuantity(3, 2 * MICRO), "basket_changed"
    yield intents.VoidLine(2), "basket_changed"
    yield intents.ListSalespeople(), "salespeople_listed"
    yield intents.SetSalesperson(ANA.operator), "basket_changed"
    yield intents.Suspend("Luz"), "basket_suspended"
    yield intents.ListSuspended(), "suspended_listed"
    yield from baskets_of_the_store(talk)
    listed = talk.ask(intents.ListSuspended())
    assert isinstance(listed, outcomes.SuspendedListed)
    yield intents.Resume(listed.baskets[0].basket_id), "basket_resumed"
    yield intents.AddTender("cash", 5_000), "refused"  # resumed, and nobody has looked
    yield intents.AddTender("cash", 5_000, confirmed=True), "tender_added"
    yield intents.TakeBackTenders(), "basket_changed"
    yield intents.AddTender("debit_card", 10_000, "123456", confirmed=True), "tender_added"
    yield intents.AddTender("cash", 5_000), "sale_posted"
    yield intents.PrintCopy(1), "copy_printed"
    yield from what_comes_back()
    yield intents.Scan(WATER), "basket_changed"
    yield from prices_by_hand()
    yield intents.VoidBasket(), "basket_voided"
    yield from cash_without_a_sale()
    yield from a_customer(talk)
    yield from a_cashier_with_help(talk)
    yield intents.Status(), "status_told"
    yield intents.ReadX(paper=True), "x_read"
    yield intents.Consult("journal"), "consulted"
    yield intents.CloseShift(1), "refused"  # off: count again
    yield intents.CloseShift(53_100, {"10000": 5, "2000": 1, "1000": 1, "100": 1}), "shift_closed"
    yield intents.ReadZ(1), "z_read"
    yield intents.PrintZ(1), "z_copy_printed"
    yield intents.SignOff(), "signed_off"


def baskets_of_the_store(talk: Talk) -> Iterator[tuple[Intent, str]]:
    """Yield what is done with a folder that lanes share: here it holds the one basket of this lane."""
    yield intents.ListShared(), "shared_listed"
    listed = talk.ask(intents.ListSuspended())
    assert isinstance(listed, outcomes.SuspendedListed)
    yield intents.TakeShared(listed.baskets[0].share_id), "basket_taken"


def what_comes_back() -> Iterator[tuple[Intent, str]]:
    """Yield returns that leave as much cash in the till as before."""
    yield past.FindSales(item="CAFE"), "sales_found"
    yield intents.Scan(COFFEE, 2 * MICRO), "basket_changed"
    yield intents.AddTender("cash"), "sale_posted"
    yield past.ChangeTender("voucher", "vale", 2), "tender_changed"
    yield past.ChangeTender("cash", "efectivo", 2), "tender_changed"
    yield past.BeginReturn("2"), "return_begun"
    yield past.ReturnLines("2", "Otro", {"1": MICRO}), "basket_changed"
    yield past.ReturnItem(WATER, "Otro"), "basket_changed"
    yield intents.VoidLine(2), "basket_changed"
    yield intents.AddTender("cash"), "sale_posted"
    yield past.ReturnLines("1-000002", "Defectuoso", is_damaged=True), "basket_changed"
    yield intents.AddTender("cash"), "sale_posted"
    yield intents.Scan(WATER), "basket_changed"
    yield intents.AddTender("cash"), "sale_posted"
    yield past.PostVoid("Otro"), "sale_posted"


def prices_by_hand() -> Iterator[tuple[Intent, str]]:
    """Yield what can be done to the prices of an open basket."""
    yield intents.DiscountLine(1, 100_000), "basket_changed"
    yield intents.DiscountBasket(50_000), "basket_changed"
    yield intents.OverridePrice(1, MICRO), "basket_changed"
    yield intents.SetCustomer("C1"), "basket_changed"
    yield intents.ChoosePriceList(""), "basket_changed"
    yield intents.AddCoupon("VERANO"), "refused"  # there are no promotions
    yield intents.RedeemPoints(0), "basket_changed"


def cash_without_a_sale() -> Iterator[tuple[Intent, str]]:
    """Yield moves of cash that leave as much in the till as before."""
    yield intents.Loan(100), "cash_moved"
    yield intents.Pickup(100), "cash_moved"
    yield intents.PaidIn(100, "Otro"), "cash_moved"
    yield intents.PaidOut(100, "Otro"), "cash_moved"


def a_customer(talk: Talk) -> Iterator[tuple[Intent, str]]:
    """Yield what is done for a customer; the till has as much in it as before."""
    yield accounts.CreateCustomer("Luz García", "GODE561231GR8"), "customer_saved"
    yield accounts.SearchCustomers("garcia luz"), "customers_found"
    answer = talk.send(msgspec.json.encode(accounts.SearchCustomers("GODE56")))
    (found,) = json.loads(answer)["customers"]
    yield accounts.ChangeCustomer(found["code"], "Luz García P.", "GODE561231GR8"), "customer_saved"
    yield accounts.SetInvoice("GODE561231GR8", "LUZ GARCIA", "612", "06050", "G03"), "basket_changed"
    yield accounts.DropInvoice(), "basket_changed"
    yield accounts.Collect(found["code"], 100, (accounts.CollectTender("cash", 200),)), "collection_posted"
    yield accounts.ReverseCollection(1, "prueba"), "collection_reversed"
    yield accounts.ReadAccount(found["code"]), "account_read"
    yield accounts.PrintStatement(found["code"]), "statement_printed"


def a_cashier_with_help(talk: Talk) -> Iterator[tuple[Intent, str]]:
    """Yield a drawer that a cashier opens at the word of a supervisor, who then takes over."""
    yield intents.SignOn(BETO.operator, BETO_PIN), "signed_on"
    refused = talk.ask(intents.NoSale("Otro"))
    assert isinstance(refused, Refused)
    yield intents.Approve(str(refused.facts["act"]), ANA.operator, ANA_PIN, "", "Otro"), "approved"
    yield intents.NoSale("Otro"), "drawer_opened"
    yield intents.SignOn(ANA.operator, ANA_PIN), "signed_on"
    yield intents.Unlock(BETO.operator), "unlocked"


def test_every_intent_works_and_every_answer_fits_the_schema(store: Store) -> None:
    document = json.loads(msgspec.json.encode(schema()))
    judge = JsonSchema(document)
    asked: set[type] = set()
    seen: set[str] = set()
    with store.talk() as talk:
        for intent, wanted in the_whole_day(talk):
            line = msgspec.json.encode(intent)
            answer = json.loads(talk.send(line))
            assert answer["did"] == wanted, answer
            assert judge.faults(json.loads(line), document["properties"]["intent"]) == []
            assert judge.faults(answer, document["properties"]["outcome"]) == []
            asked.add(type(intent))
            seen.add(wanted)
    assert asked == set(get_args(Intent))
    assert seen == {kind.__struct_config__.tag for kind in get_args(Outcome | AccountOutcome)} | {"refused"}
    assert store.verify().startswith("sound: ")


def test_the_schema_refuses_what_is_not_meant() -> None:
    document = json.loads(msgspec.json.encode(schema()))
    judge = JsonSchema(document)
    sold = {"did": "sale_posted", "receipt_number": 1, "folio": "1-000001", "sale_id": "x", "total_minor": 100}
    assert judge.faults(sold, document["properties"]["outcome"])
    for bad in (
        {"do": "dance"},
        {"do": "scan"},
        {"do": "scan", "code": "1", "x": 1},
        {"do": "void_line", "line_no": "1"},
    ):
        assert judge.faults(bad, document["properties"]["intent"]), bad
    assert judge.faults({"do": "void_line", "line_no": 2**53}, document["properties"]["intent"])


def test_a_bad_line_is_answered_and_the_next_one_is_taken(store: Store) -> None:
    with store.talk() as talk:
        for bad in BAD_LINES:
            answer = msgspec.json.decode(talk.send(bad), type=Refused)
            assert answer.reason is Reason.BAD_INTENT, bad[:80]
            assert 0 < len(str(answer.facts["error"])) <= 200
        assert isinstance(talk.ask(Status()), StatusTold)
        longest = b'{"do":"status"' + b" " * (MAX_LINE - 15) + b"}"
        assert len(longest) == MAX_LINE
        assert json.loads(talk.send(longest))["did"] == "status_told"


def test_many_lines_sent_at_once_are_answered_in_order(store: Store) -> None:
    gifts = range(1, 501)
    asked = [
        SignOn(ANA.operator, ANA_PIN),
        OpenShift(0),
        *(AddItem(GIFT, MICRO, number * 10_000) for number in gifts),
        Status(),
    ]
    text = "\n\n".join(msgspec.json.encode(intent).decode() for intent in asked)  # no line end behind the last one
    answers = [json.loads(line) for line in store.run_well("pipe", stdin=text).splitlines()]
    assert len(answers) == len(asked)
    assert [answer["lines"][0]["unit_price_micro"] // 10_000 for answer in answers[2:-1]] == list(gifts)
    assert answers[-1]["line_count"] == len(gifts)


def test_the_basket_waits_for_the_next_program_on_the_lane(store: Store) -> None:
    with store.talk() as talk:
        for intent in (SignOn(ANA.operator, ANA_PIN), OpenShift(0), Scan(COFFEE)):
            assert not isinstance(talk.ask(intent), Refused)
    with store.talk() as talk:
        told = talk.ask(Status())
        assert isinstance(told, StatusTold)
        assert (told.operator, told.line_count, told.total_minor) == (None, 1, 4_550)
        assert talk.ask(Scan(COFFEE)) == Refused(Reason.NOT_SIGNED_ON)


def test_a_lane_is_worked_by_one_program(store: Store) -> None:
    with store.talk() as talk:
        talk.ask(Status())
        ran = store.run("pipe", stdin='{"do":"status"}\n')
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "mostrador: this lane is already open in another program: close that one first\n"


def test_a_reader_who_leaves_ends_it_in_order(store: Store) -> None:
    with TemporaryFile() as errors, store.start_pipe(subprocess.PIPE, subprocess.PIPE, errors) as process:
        talk = Talk(process)
        for intent in (SignOn(ANA.operator, ANA_PIN), OpenShift(0), Scan(COFFEE)):
            talk.ask(intent)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        process.stdin.write(b'{"do":"status"}\n')
        process.stdin.close()
        assert process.wait(BOUND_SECONDS) == 2
        errors.seek(0)
        assert errors.read() == b""
    assert store.verify().startswith("sound: ")
    with store.talk() as talk:
        told = talk.ask(Status())
        assert isinstance(told, StatusTold)
        assert told.line_count == 1


def test_an_interrupt_ends_it_without_a_traceback(store: Store) -> None:
    with TemporaryFile() as errors, store.start_pipe(subprocess.PIPE, subprocess.PIPE, errors) as process:
        Talk(process).ask(Status())
        process.send_signal(signal.SIGINT)
        assert process.wait(BOUND_SECONDS) == 130
        errors.seek(0)
        assert errors.read() == b""


def test_the_example_on_the_page_is_right(store: Store) -> None:
    page = (ROOT / "docs" / "pipe.md").read_text(encoding="utf-8")
    asked = re.findall(r"^> (.*)$", page, re.MULTILINE)
    told = re.findall(r"^< (.*)$", page, re.MULTILINE)
    assert len(asked) == len(told) == 6
    store.add_operator("7", "Ana", "7204")
    with store.talk() as talk:
        for intent, outcome in zip(asked, told, strict=True):
            assert _holds(json.loads(talk.send(intent.encode())), json.loads(outcome))


def _holds(answer: Encoded, said: Encoded) -> bool:
    """Say whether an answer has everything that the page says of it."""
    return all(
        _holds(answer[name], value) if isinstance(value, dict) else answer[name] == value
        for name, value in said.items()
    )


class Deaf:
    """A register in which an interrupt comes where SQLite swallows it."""

    def perform(self, intent: Intent) -> Refused:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return Refused(Reason.NOT_SIGNED_ON)


def test_an_interrupt_that_was_swallowed_still_ends_it() -> None:
    out = BytesIO()
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), minding_interrupts() as let_through:
        serve(cast(Register, Deaf()), [b'{"do": "status"}\n'] * 2, out, let_through)
    assert len(out.getvalue().splitlines()) == 1, "what was done is still told"
    assert signal.getsignal(signal.SIGINT) is handler
