"""What is said of flaws and mends in a report, in English; programs read the values themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.catalog_flaw import Flaw, Mend

FLAW_WORDS: Final[Mapping[Flaw, str]] = {
    Flaw.WRONG_COLUMNS: "the row has not as many cells as the header: look for an unquoted delimiter",
    Flaw.BAD_ENTRY: "the entry is no object, or it holds more than texts, numbers, yes and no, and lists of these",
    Flaw.NO_NAME: "there is no name",
    Flaw.NAME_TOO_LONG: "the name is longer than 200 characters",
    Flaw.DAMAGED: "letters of the name were lost before it came here",
    Flaw.CONTROL_CHARACTER: "the name holds control characters",
    Flaw.NO_CODE: "there is neither a code nor an SKU",
    Flaw.BAD_SKU: "the SKU is longer than 64 characters or holds characters that cannot be printed",
    Flaw.BAD_CODE: "no scanner reads such a code: up to 48 letters, digits and - . / + $ % _",
    Flaw.BAD_CHECK_DIGIT: "the check digit of the code is wrong",
    Flaw.LABEL_WITH_VALUE: "the code is a label with a weight or a price: give it with zeros there, or the PLU",
    Flaw.BAD_PACK: "the pack needs one number above zero for each code",
    Flaw.BAD_PRICE: "the price is no number with up to six decimals",
    Flaw.NEGATIVE_PRICE: "the price is negative",
    Flaw.AMBIGUOUS_PRICE: "the price could be read two ways: write 1234 or 1.234, or say what parts the decimals",
    Flaw.PRICE_AND_OPEN: "there is a price, and the price is to be asked for",
    Flaw.BAD_COST: "the cost is no number with up to six decimals that can be read one way only, or it is negative",
    Flaw.BAD_TEMPLATE: "the template is longer than 64 characters or holds characters that cannot be printed",
    Flaw.BAD_RULE: "what the item asks for is no lot or serial, no age up to 120, or no quantity that its unit has",
    Flaw.BAD_UNIT: "the unit is no word of up to eight letters",
    Flaw.UNIT_NOT_WEIGHED: "the item is weighed, but its unit has no decimals",
    Flaw.UNKNOWN_TAX: "the tax is none of the country's tax classes",
    Flaw.BAD_FLAG: "this is neither yes nor no",
    Flaw.BAD_DEPARTMENT: "the department's name cannot be used: up to 60 characters, at least one letter or digit",
    Flaw.TOO_MANY_DEPARTMENTS: "the file names too many departments: is it the right column?",
    Flaw.BAD_LIMITS: "the lowest price is above the highest",
    Flaw.UNKNOWN_PARENT: "the department above it is neither in the file nor in the catalogue",
    Flaw.PARENT_CIRCLE: "the departments above it lead back to it",
    Flaw.ITEM_TWICE: "another row says something else of the same item",
    Flaw.CODE_TWICE: "another row claims the same code",
    Flaw.BAD_TERMS: "the days are none like 30, or 15 45, or 0:50% 30:50%",
    Flaw.BAD_AMOUNT: "the amount is no number that can be read one way only, or finer than the currency",
    Flaw.BAD_INSTANT: "the instant is none with a zone, like 2026-11-24T18:00:00Z",
    Flaw.BAD_DATE: "the date is none like 2026-11-24",
    Flaw.BAD_COVERS: "this says of no lane up to which number: write 1:1234 2:88",
    Flaw.NO_BALANCE: "the account has no balance in this file, or another of its rows is bad",
    Flaw.BAD_FOLIO: "there is no folio of a receipt, or it cannot be one: up to 40 characters that can be printed",
    Flaw.BAD_LINE: "the line is no whole number from 1 on, as the receipt's lines are counted",
    Flaw.BAD_QUANTITY: "the quantity is no number with up to six decimals, or it is negative",
    Flaw.BAD_ON_HAND: "what is on hand is no number with a point and up to six decimals",
    Flaw.CARD_NUMBER: "it holds the number of a payment card",
    Flaw.CODE_TAKEN: "the code belongs to another item of the catalogue",
}

MEND_WORDS: Final[Mapping[Mend, str]] = {
    Mend.SPACES: "blanks and line ends put in order",
    Mend.ENTITY: "signs of web pages (&quot;) read",
    Mend.MOJIBAKE: "accents read as UTF-8",
    Mend.WINDOWS: "letters of Windows-1252 read",
    Mend.COMPOSED: "letters and accents put together",
    Mend.INVISIBLE: "invisible characters taken out",
    Mend.GS1_MESSAGE: "codes taken from a GS1 message",
}
