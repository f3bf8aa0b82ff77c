"""A paper as one HTML page that needs nothing else: to look at, to send and to print without a receipt printer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.paper import Align, Barcode, Columns, Element, Paper, Qr, Rule, Text

STYLE: Final = (
    "body{font:15px/1.4 system-ui,sans-serif;max-width:34em;margin:2em auto;color:#111;background:#fff}"
    "table{width:100%;border-collapse:collapse}td{padding:.1em 0;vertical-align:top}"
    "td+td{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;padding-left:1em}"
    ".b{font-weight:600}.c{text-align:center}.r{text-align:right}.l{font-size:1.5em}"
    "hr{border:0;border-top:1px solid #999;margin:.5em 0}td p{margin:0}@media print{body{margin:0}}"
)

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def escape(text: str) -> str:
    """Return a text as it stands on a page, also within an attribute's quotes."""
    return text.translate(_ESCAPES)


def write_html(paper: Paper, title: str, language: str) -> str:
    """Return a paper as a page; nothing in it is taken as markup, and nothing is fetched from anywhere."""
    rows = "\n".join(row for element in paper for row in _rows(element))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<table>\n{rows}\n</table>\n</body>\n</html>\n"
    )


def _rows(element: Element) -> Iterator[str]:
    """Yield the table rows of one element; what has no place on a page is left out."""
    match element:
        case Columns(left=left, right=right):
            yield f"<tr{_class(element.bold, element.size)}><td>{escape(left)}</td><td>{escape(right)}</td></tr>"
        case Text(text=text):
            side = {Align.LEFT: "", Align.CENTER: "c", Align.RIGHT: "r"}[element.align]
            yield f'<tr{_class(element.bold, element.size, side)}><td colspan="2">{escape(text)}</td></tr>'
        case Rule():
            yield '<tr><td colspan="2"><hr></td></tr>'
        case Barcode(data=data) | Qr(data=data):
            yield f'<tr class="c"><td colspan="2">{escape(data)}</td></tr>'
        case _:
            return


def _class(is_bold: bool, size: int, side: str = "") -> str:
    """Return a row's class attribute, or nothing."""
    names = [name for name, is_on in (("b", is_bold), ("l", size > 1), (side, bool(side))) if is_on]
    return f' class="{" ".join(names)}"' if names else ""
