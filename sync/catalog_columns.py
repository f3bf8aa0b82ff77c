"""Which column of a file means what, by its heading in English or Spanish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Final

import msgspec

from domain.text import fold, safe_text

Aliases = Mapping[str, str]
"""For each column we know the headings it may have, folded, parted by blanks, the likeliest first."""

Cells = tuple[str, ...]

ITEM_COLUMNS: Final[Aliases] = {
    "sku": "sku clave referencia reference default_code item_code item_no",
    "code": "code codes codigo codigos gtin ean ean13 upc barcode barcodes codigo_de_barras codigos_de_barras cb plu",
    "pack": "pack packs pack_quantity empaque empaques",
    "name": "name nombre item_name descripcion description articulo producto",
    "price": "price precio unit_price precio_unitario precio_de_venta precio_venta list_price sale_price pvp",
    "cost": "cost costo coste cost_price standard_price precio_de_costo precio_costo",
    "template": "template plantilla modelo item_template product_template variant_of",
    "open_price": "open_price precio_abierto",
    "department": "department departamento category categoria familia item_group",
    "unit": "unit unidad uom unidad_de_medida unit_of_measure",
    "tax_class": "tax_class clase_de_impuesto tax impuesto impuestos taxes iva tax_hint",
    "weighed": "weighed is_weighed pesable pesado a_granel",
    "for_sale": "for_sale is_for_sale en_venta a_la_venta activo active",
    "tracking": "tracking seguimiento rastreo trazabilidad",
    "expiry": "expiry needs_expiry use_expiration_date caducidad pide_caducidad",
    "min_age": "min_age edad_minima edad",
    "min_quantity": "min_quantity min_qty cantidad_minima venta_minima",
    "gift_card": "gift_card tarjeta_de_regalo monedero",
    "multiple": "multiple sale_multiple multiplo venta_por_multiplo",
}

DEPARTMENT_COLUMNS: Final[Aliases] = {
    "code": "code codigo clave",
    "name": "name nombre department departamento descripcion",
    "tax_class": "tax_class clase_de_impuesto tax impuesto iva",
    "open_price": "open_price precio_abierto",
    "min_price": "min_price min minimo precio_minimo",
    "max_price": "max_price max maximo precio_maximo",
    "parent": "parent padre parent_department departamento_padre superior",
}

_SHARED: Final = "code"
"""The one meaning that several columns may have: each of them adds codes to the item."""


class Columns(msgspec.Struct, frozen=True):
    """Where a file's columns are.

    `indexes` has the places of each meaning, `ignored` the headings without one, `twice` a heading that stands twice
    where one is expected.
    """

    header: tuple[str, ...]
    indexes: Mapping[str, tuple[int, ...]]
    ignored: tuple[str, ...]
    twice: str = ""

    @property
    def width(self) -> int:
        """How many cells each row must have."""
        return len(self.header)

    def picker(self, wanted: Sequence[str]) -> tuple[Callable[[Sequence[str]], tuple[str, ...]], tuple[int, ...]]:
        """Return what takes the wanted cells from a row, and the places of cells that are to be joined first.

        The row must have one more cell at its end, empty, for the columns that are missing; and where places are
        given, the cell behind it must hold those cells joined.
        """
        shared = self.indexes.get(_SHARED, ())
        joined = shared if len(shared) > 1 else ()
        places = [self.indexes.get(name, (self.width,))[0] for name in wanted]
        if joined:
            places[wanted.index(_SHARED)] = self.width + 1
        return itemgetter(*places), joined


def match_columns(header: Sequence[str], aliases: Aliases) -> Columns:
    """Find the columns a header names. Of two headings for one thing the likelier counts, the other is ignored."""
    words = ["_".join(fold(heading).replace("_", " ").split()) for heading in header]
    indexes: dict[str, tuple[int, ...]] = {}
    for meaning, headings in aliases.items():
        known = headings.split()
        places = sorted((known.index(word), index) for index, word in enumerate(words) if word in known)
        if places:
            found = sorted(index for _, index in places)
            indexes[meaning] = tuple(found) if meaning == _SHARED else (places[0][1],)
    alone = [words[found[0]] for meaning, found in indexes.items() if meaning != _SHARED]
    twice = next((word for word in alone if words.count(word) > 1), "")
    used = {index for found in indexes.values() for index in found}
    ignored = tuple(safe_text(heading) for index, heading in enumerate(header) if index not in used)
    return Columns(tuple(header), indexes, ignored, twice)


def pick_rows(
    records: Iterable[tuple[int, list[str]]], columns: Columns, wanted: Sequence[str]
) -> Iterator[tuple[int, Cells | None]]:
    """Yield each record's line and its cells in the order wanted, empty where there is no such column.

    None in place of the cells: the record has not as many as the header.
    """
    pick, joined = columns.picker(wanted)
    width = columns.width
    for line, row in records:
        if len(row) != width:
            yield line, None
            continue
        row.append("")
        if joined:
            row.append(" ".join([row[index] for index in joined]))
        yield line, pick(row)
