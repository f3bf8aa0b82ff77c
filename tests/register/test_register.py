"""The register as a whole: every intent has its method, nothing raises whatever is asked, and news are told once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.settings import SellingSettings
from domain import intent as intents
from domain import intent_return as past
from domain.account_outcome import AccountOutcome
from domain.intent import Intent
from domain.outcome import Outcome, StatusTold
from domain.refusal import Refused
from storage.connection import open_ledger
from storage.verify import verify
from tests.kit.catalog import COFFEE, GIFT, OPEN_DEPARTMENT, ROPE, SALMON, SOAP, WATER, price_label, weight_label
from tests.kit.hostile import HOSTILE_NAMES
from tests.kit.lane import FIRST_ID, Shop, make_shop

INTENTS: Final = get_args(Intent)
HUGE: Final = 2**63 - 1
texts = st.one_of(
    st.sampled_from(
        (
            COFFEE,
            WATER,
            SOAP,
            ROPE,
            GIFT,
            OPEN_DEPARTMENT,
            weight_label(SALMON, 500),
            price_label(SALMON, 500),
            "cash",
            "credit_card",
            "1",
            "1234",
            "Juan",
            FIRST_ID,
            "4111111111111111",
            *HOSTILE_NAMES[:-1],
        )
    ),
    st.text(max_size=60),
)
wholes = st.one_of(
    st.sampled_from((0, 1, 2, -1, 1_000_000, 3_000_000, -1_000_000, 4_550, 5_000, 50_000, 10_000_000)),
    st.integers(-HUGE, HUGE),
    st.integers(-(10**30), 10**30),
)
coins = st.dictionaries(st.one_of(st.sampled_from(("50000", "100", "50")), st.text(max_size=5)), wholes, max_size=3)
BY_TYPE: Final[dict[Any, st.SearchStrategy[Any]]] = {
    str: texts,
    int: wholes,
    bool: st.booleans(),
    type(None): st.none(),
    dict[str, int]: coins,
}


def any_value(of: Any) -> st.SearchStrategy[Any]:
    """Return a strategy of any values of a field's type, however wrong they are."""
    if of in BY_TYPE:
        return BY_TYPE[of]
    if isinstance(of, type) and issubclass(of, StrEnum):
        return st.sampled_from(of)
    if isinstance(of, type) and issubclass(of, msgspec.Struct):
        return intent_of(of)
    inside = get_args(of)
    if get_origin(of) is Literal:
        return st.sampled_from(inside)
    if get_origin(of) is tuple:
        return st.lists(any_value(inside[0]), max_size=3).map(tuple)
    return st.one_of(*map(any_value, inside))


def intent_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy of one kind of intent, with any values of the right types."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: any_value(hints[field.name]) for field in msgspec.structs.fields(kind)})


any_intent = st.one_of(*(intent_of(kind) for kind in INTENTS))
useful = st.sampled_from(
    (
        intents.SignOn("1", "1234"),
        intents.OpenShift(50_000),
        intents.Scan(COFFEE),
        intents.Scan(weight_label(SALMON, 500)),
        intents.AddTender("cash", None, "", True),
        intents.AddTender("voucher", 100, "", True),
        intents.CloseShift(50_000, {}, True),
        intents.Loan(1_000),
        intents.PaidOut(1_000, "Gastos"),
        intents.NoSale("Otro"),
        intents.PrintZ(),
        past.ReturnLines("1", "Otro"),
        past.ReturnLines("1", "Otro", {"1": 1_000_000}, True),
        past.ReturnItem(COFFEE, "Otro"),
        past.PostVoid("Otro"),
        past.ChangeTender("voucher", "x"),
    )
)


OUTCOMES = (*get_args(Outcome | AccountOutcome), Refused)


@settings(max_examples=120)
@given(st.lists(st.one_of(any_intent, useful), min_size=1, max_size=25))
def test_nothing_that_can_be_asked_raises_and_the_ledger_stays_sound(
    tmp_path_factory: pytest.TempPathFactory, asked: list[Intent]
) -> None:
    shop = make_shop(tmp_path_factory.mktemp("any"), selling=SellingSettings(negative_lines=True))
    for intent in asked:
        answer = shop.register.perform(intent)
        assert isinstance(answer, OUTCOMES)
        msgspec.json.encode(answer)
    before = shop.register.basket
    assert shop.reopen().basket == before
    assert verify(shop.db).discrepancies == ()
    shop.db.close()


@pytest.mark.parametrize("kind", INTENTS, ids=lambda kind: kind.__name__)
def test_an_intents_fields_are_its_methods_parameters(kind: type[Any], tmp_path: Path) -> None:
    """A field that no parameter takes, or one without it, would be an error at the lane."""
    shop = make_shop(tmp_path)
    values: dict[str, Any] = {"code": COFFEE, "text": "caf", "pieces": {}, "confirmed": True}
    fields = {
        field.name: values.get(field.name, 1 if field.name.endswith(("_minor", "_micro", "line_no", "number")) else "x")
        for field in msgspec.structs.fields(kind)
        if field.required
    }
    assert isinstance(shop.register.perform(kind(**fields)), OUTCOMES)
    shop.db.close()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane that is ready."""
    return make_shop(tmp_path)


def test_the_status_tells_how_the_lane_stands(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.suspend("Juan")
    shop.register.scan(WATER, 2_000_000)
    shop.register.add_tender("voucher", 500)
    status = shop.register.status()
    assert isinstance(status, StatusTold)
    assert (status.lane, status.operator, status.shift) == ("1", shop.register.operator, shop.register.shift)
    assert (status.line_count, status.total_minor, status.balance_minor) == (1, 2_000, 1_500)
    assert (status.suspended, status.outbox_waiting, status.outbox_rejected) == (1, 1, 0)
    assert status.oldest_waiting_at == "2026-11-24T18:05:09.125Z"
    shop.register.add_tender("cash")
    after = shop.register.status()
    assert isinstance(after, StatusTold)
    assert (after.outbox_waiting, after.print_waiting, after.line_count) == (2, 1, 0)


def test_news_are_told_once(shop: Shop) -> None:
    assert shop.register.poll() is not None
    assert shop.register.poll() is None
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    assert shop.register.poll() is not None
    assert shop.register.poll() is None


def test_what_another_process_wrote_is_news(shop: Shop) -> None:
    shop.register.poll()
    other = open_ledger(shop.path)
    with other.atomic():
        other.run("UPDATE outbox SET state = 'rejected'")
    other.close()
    news = shop.register.poll()
    assert news is not None
    assert (news.outbox_waiting, news.outbox_rejected) == (0, 1)
    assert shop.register.poll() is None


def test_a_printer_in_another_state_is_news(shop: Shop) -> None:
    states = ["ready"]
    shop.register.attach_printer(lambda: None, lambda: states[-1])
    shop.register.poll()
    states.append("failed: no_paper")
    news = shop.register.poll()
    assert news is not None
    assert news.printer == "failed: no_paper"


def test_a_screen_is_told_what_it_shows(shop: Shop) -> None:
    register = shop.register
    assert (register.lane, register.language, register.store_name) == ("1", "es", "Tienda Ñandú")
    assert (register.max_quantity, register.lock_minutes) == (10_000, 10)
    assert register.tender_kinds[0].code == "cash"
    assert register.denominations[0] == 100_000
    assert register.denominations == tuple(sorted(set(register.denominations), reverse=True))
    assert (register.forms.symbol, register.style.texts["lane"]) == ("$", "Caja")
