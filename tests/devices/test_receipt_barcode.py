"""The bar code of a receipt, from the sale to the dots and back: what a scanner reads is what it was made of."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp

from config.settings import PrinterSettings
from devices.printer.bytes import compose
from devices.printer.picture import draw_paper
from devices.printer.printable import CodePage
from devices.printer.strips import Symbol, lay_strips
from domain.paper import Barcode
from domain.receipt_code import ReceiptKey, read_code, write_code
from tests.devices.escpos_reader import read_receipt
from tests.kit.catalog import COFFEE
from tests.kit.lane import make_shop
from tests.register.reading import queue

KEY = ReceiptKey(b"0123456789abcdef")
CODES = [
    write_code("1", 1, 4_550, KEY),
    write_code("99", 9_999_999, 99_999_999, KEY),
    write_code("7", 123, 0),
]


def read_dots(paper: tuple[Barcode, ...], columns: int) -> str:
    """Return what a scanner reads off a picture of a paper."""
    picture = draw_paper(lay_strips(paper, columns, CodePage("CP858")), columns).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.format is zxingcpp.BarcodeFormat.Code128
    return str(found.text)


@pytest.mark.parametrize("columns", [42, 32])
@pytest.mark.parametrize("code", CODES)
def test_a_scanner_reads_what_was_printed_on_wide_and_narrow_paper(code: str, columns: int) -> None:
    (symbol,) = lay_strips((Barcode(code),), columns, CodePage("CP858"))
    assert isinstance(symbol, Symbol)
    assert read_dots((Barcode(code),), columns) == code
    receipt = read_receipt(compose((Barcode(code),), PrinterSettings(profile="TM-T88V", columns=columns)))
    assert [event.data for event in receipt.events] == [code]


def test_a_long_code_is_still_read_where_the_paper_is_wide(tmp_path: Path) -> None:
    code = write_code("A-1", 123, 45_500, KEY)
    assert read_dots((Barcode(code),), 64) == code


def test_the_receipt_s_own_code_names_its_sale(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    (paper,) = queue(shop)
    (code,) = [element for element in paper if isinstance(element, Barcode)]
    read = read_code(read_dots((code,), 32))
    assert read is not None
    assert (read.lane, read.receipt_number, read.total_minor) == ("1", 1, 4_550)
    shop.db.close()
