"""Refusals: why the lane will not do a thing, as a reason and facts, never as a sentence.

The screen finds the words (`tui.words`), the pipe sends the reason's value. Facts hold what the words need.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

Fact = str | int


class Reason(StrEnum):
    """Every reason for which the lane refuses an act."""

    # codes and items
    UNKNOWN_CODE = "unknown_code"
    BAD_CODE = "bad_code"
    BAD_CHECK_DIGIT = "bad_check_digit"
    NOT_FOR_SALE = "not_for_sale"
    NEEDS_PRICE = "needs_price"
    NEEDS_QUANTITY = "needs_quantity"
    PRICE_OUT_OF_RANGE = "price_out_of_range"
    PRICE_NOT_ASKED = "price_not_asked"
    EXPIRED = "expired"
    LINE_EXPIRED = "line_expired"
    NO_SUCH_DEPARTMENT = "no_such_department"
    WRONG_UNIT = "wrong_unit"
    WRONG_CURRENCY = "wrong_currency"
    NO_TAX_CLASS = "no_tax_class"
    NEEDS_LOT = "needs_lot"
    NEEDS_SERIAL = "needs_serial"
    NEEDS_EXPIRY = "needs_expiry"
    NEEDS_AGE = "needs_age"
    NEEDS_CARD = "needs_card"
    BAD_CARD = "bad_card"
    CARD_LINE = "card_line"
    BAD_DATE = "bad_date"
    SERIAL_TAKEN = "serial_taken"
    SERIAL_QUANTITY = "serial_quantity"
    # quantities and lines
    BAD_QUANTITY = "bad_quantity"
    TOO_MANY = "too_many"
    TOO_FEW = "too_few"
    WRONG_MULTIPLE = "wrong_multiple"
    NEGATIVE_QUANTITY = "negative_quantity"
    NO_SUCH_LINE = "no_such_line"
    LINE_VOIDED = "line_voided"
    LABEL_QUANTITY = "label_quantity"
    NO_SUCH_PRICE_LIST = "no_such_price_list"
    NO_LIST_PRICE = "no_list_price"
    BAD_DISCOUNT = "bad_discount"
    UNKNOWN_COUPON = "unknown_coupon"
    COUPON_TAKEN = "coupon_taken"
    NO_POINTS = "no_points"
    POINTS_CUSTOMER = "points_customer"
    NO_SUCH_SALESPERSON = "no_such_salesperson"
    BASKET_EMPTY = "basket_empty"
    BASKET_OPEN = "basket_open"
    # tender
    NO_SUCH_TENDER = "no_such_tender"
    BAD_AMOUNT = "bad_amount"
    NO_CHANGE_FROM_KIND = "no_change_from_kind"
    OVER_LIMIT = "over_limit"
    TENDER_STARTED = "tender_started"
    NO_TENDER = "no_tender"
    NEEDS_REFERENCE = "needs_reference"
    CARD_NUMBER = "card_number"
    REFERENCE_TOO_LONG = "reference_too_long"
    UNKNOWN_CARD = "unknown_card"
    CARD_NOT_VALID = "card_not_valid"
    CARD_STALE = "card_stale"
    OVER_BALANCE = "over_balance"
    # customers, accounts and invoices
    NO_SUCH_CUSTOMER = "no_such_customer"
    BAD_CUSTOMER = "bad_customer"
    BAD_TAX_ID = "bad_tax_id"
    CUSTOMER_EXISTS = "customer_exists"
    BAD_INVOICE = "bad_invoice"
    NEEDS_CUSTOMER = "needs_customer"
    NO_CREDIT = "no_credit"
    OTHER_ACCOUNT = "other_account"
    OVERPAID = "overpaid"
    NO_SUCH_DOCUMENT = "no_such_document"
    NO_SUCH_COLLECTION = "no_such_collection"
    COLLECTION_REVERSED = "collection_reversed"
    # what comes back
    OVER_RETURN = "over_return"
    OTHER_RECEIPT = "other_receipt"
    BAD_RECEIPT = "bad_receipt"
    OVER_RECEIPT = "over_receipt"
    RETURN_LINE = "return_line"
    NOT_VOIDABLE = "not_voidable"
    TENDER_FIXED = "tender_fixed"
    # suspended baskets
    NEEDS_NAME = "needs_name"
    NO_SUCH_BASKET = "no_such_basket"
    RESUMED_NEEDS_YES = "resumed_needs_yes"
    BASKET_SHARED = "basket_shared"
    BASKET_GONE = "basket_gone"
    SHARE_UNREACHABLE = "share_unreachable"
    # people and shifts
    NOT_SIGNED_ON = "not_signed_on"
    WRONG_PIN = "wrong_pin"
    BAD_PIN = "bad_pin"
    WEAK_PIN = "weak_pin"
    PIN_WAIT = "pin_wait"
    WRONG_BADGE = "wrong_badge"
    MAY_NOT_SIGN_ON = "may_not_sign_on"
    NO_SUCH_OPERATOR = "no_such_operator"
    NEEDS_APPROVAL = "needs_approval"
    NO_APPROVAL = "no_approval"
    SELF_APPROVAL = "self_approval"
    NOT_APPROVER = "not_approver"
    NO_SHIFT = "no_shift"
    SHIFT_OPEN = "shift_open"
    SUSPENDED_BASKETS = "suspended_baskets"
    COUNT_AGAIN = "count_again"
    NO_SUCH_REASON = "no_such_reason"
    SHIFT_TOO_OLD = "shift_too_old"
    Z_BEFORE_LAST = "z_before_last"
    NO_Z = "no_z"
    NO_SUCH_TILL = "no_such_till"
    NO_RECEIPT = "no_receipt"
    # scanning
    SCAN_NOT_HERE = "scan_not_here"
    # the ledger
    NOT_SAVED = "not_saved"
    NOT_READ = "not_read"
    BAD_INTENT = "bad_intent"


class Refused(msgspec.Struct, frozen=True, tag_field="did", tag="refused"):
    """A refusal: nothing has changed."""

    reason: Reason
    facts: dict[str, Fact] = {}
