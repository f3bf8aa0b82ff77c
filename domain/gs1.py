"""GS1 element strings and Digital Links, read by biip.

This module imports biip and is itself imported only when a code needs it.
"""

from __future__ import annotations

from decimal import Decimal

from biip import BiipException, ParseConfig, parse
from biip.gs1_messages import GS1Message

from domain.barcode import Gs1, check_digit
from domain.money import MICRO
from domain.refusal import Reason, Refused

_CONFIG = ParseConfig(separator_chars=("\x1d",))
_POUND_MICRO_KG = 453_592
"""Grams in a pound × 1000 (exactly 453.59237 g, NIST SP 811), cut to the milligram a scale never reaches."""


def parse_gs1(code: str) -> Gs1 | Refused:
    """Return the GTIN of a GS1 code and what else the code says; `Refused` where it holds no sound GTIN."""
    message = _message(code)
    if message is None:
        return Refused(Reason.BAD_CODE)
    gtin = _value(message, "01") or _value(message, "02")
    if not gtin:
        return Refused(Reason.BAD_CODE)
    if check_digit(gtin[:-1]) != gtin[-1]:
        return Refused(Reason.BAD_CHECK_DIGIT, {"code": gtin})
    count = _value(message, "37") or _value(message, "30")
    if _value(message, "02") and not count:
        return Refused(Reason.BAD_CODE)  # a carton that does not say of how many
    price, currency = _price(message)
    expiry = message.element_strings.get(ai="17")  # best before (AI 15) is no expiry: it may still be sold
    return Gs1(
        gtin=gtin,
        raw=code,
        weight_micro=_weight(message),
        price_micro=price,
        price_currency=currency,
        count=int(count) if count else 1,
        lot=_value(message, "10") or "",
        serial=_value(message, "21") or "",
        expires_on=expiry.date if expiry else None,
    )


def _message(code: str) -> GS1Message | None:
    """Return the message in a code, or None; biip raises for a half of a symbology identifier."""
    head, sep, rest = code.partition("://")
    text = f"{head.lower()}{sep}{_lower_host(rest)}" if sep else code
    try:
        result = parse(text, config=_CONFIG)
        link = result.gs1_digital_link_uri
        return result.gs1_message or (link.as_gs1_message() if link else None)
    except (BiipException, IndexError, ValueError):
        return None


def _lower_host(rest: str) -> str:
    """Return a link without its scheme, its host in lower case (biip knows no other)."""
    host, slash, path = rest.partition("/")
    return f"{host.lower()}{slash}{path}"


def _value(message: GS1Message, ai: str) -> str | None:
    """Return the value of one application identifier."""
    found = message.element_strings.get(ai=ai)
    return found.value if found else None


def _micro(value: Decimal) -> int:
    """Return a decimal in millionths, cut off where it is finer."""
    return int(value * MICRO)


def _weight(message: GS1Message) -> int | None:
    """Return the net weight in millionths of a kilogram: AI 310n in kg, 320n in pounds."""
    for element in message.element_strings:
        if element.decimal is None:
            continue
        if element.ai.ai.startswith("310"):
            return _micro(element.decimal)
        if element.ai.ai.startswith("320"):
            return int(element.decimal * _POUND_MICRO_KG)
    return None


def _price(message: GS1Message) -> tuple[int | None, str]:
    """Return the price to pay and its currency (AI 392n, 393n; empty where the code names none)."""
    for element in message.element_strings:
        if element.decimal is not None and element.ai.ai.startswith(("392", "393")):
            currency = element.value[:3] if element.ai.ai.startswith("393") else ""
            return _micro(element.decimal), currency
    return None, ""
