"""Makes the demo store's catalogue, mostrador/demo_data, from real names and invented prices.

    .venv/bin/python scripts/make_demo_catalog.py products_mx_es.csv.gz

The file (in the shared folder beside the checkout; columns gtin, gtin_ok, name, tax_hint) holds items of Open Food
Facts; those with Mexico's prefix 750 and a name fit for a shelf are taken. Departments follow words in the names.
Prices are drawn from a band for each department by a digest of the GTIN: the same in every run. Weighed items, their
PLUs and the six-packs' codes are invented too. mostrador/demo_data/LICENSE.md says so.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from domain.barcode import check_digit, has_valid_check_digit  # noqa: E402
from domain.catalog_flaw import Flaw  # noqa: E402
from domain.catalog_name import mend_name  # noqa: E402
from domain.text import fold  # noqa: E402

TARGET = ROOT / "mostrador" / "demo_data"
HEADER = ("code", "pack", "name", "price", "department", "unit", "tax_class", "weighed")
SAME_NAMES = 2
PACKS_OF_SIX = 24

_SHELF_NAME = re.compile(r"[A-Za-zÀ-ÿ0-9][A-Za-zÀ-ÿ0-9 .,'%&()/+°º!¡*-]{3,44}")


class Department(NamedTuple):
    """A department of the demo: words that lead to it, and its cheapest and dearest price in pesos."""

    code: str
    name: str
    tax_class: str
    band: tuple[int, int]
    words: str = ""


# The first department with a word of the name takes it. Food is zero-rated in Mexico, drinks but milk are not
# (Ley del IVA, art. 2-A); IEPS is left out.
DEPARTMENTS = (
    Department("vinos", "Vinos y licores", "general", (145, 640), "tequila ron vino brandy vodka mezcal licor whisky"),
    Department("cervezas", "Cervezas", "general", (18, 42), "cerveza biere leon corona modelo tecate victoria indio"),
    Department("mascotas", "Mascotas", "general", (24, 320), "perro gato cachorro croquetas mascota"),
    Department("helados", "Helados y congelados", "zero", (19, 140), "helado paleta paletas magnum holanda congelado "
               "congelada congelados congeladas nieve pizza"),
    Department("lacteos", "Lácteos y huevo", "zero", (12, 96), "leche yoghurt yogurt yogur crema mantequilla margarina "
               "danone yoplait lala alpura activia oikos danonino huevo griego vitalinea santa deslactosada licuado"),
    Department("quesos", "Quesos y carnes frías", "zero", (38, 165), "queso manchego panela oaxaca jamon salchicha "
               "salchichas pavo chorizo pechuga tocino gouda mozzarella cheddar zwan fud virginia"),
    Department("bebidas", "Refrescos, aguas y jugos", "general", (11, 46), "refresco agua jugo nectar cola pepsi fanta "
               "sprite mineral penafiel powerade gatorade jumex boing valle ciel epura bebida energy te fuze sangria "
               "water juice soda mirinda fresca aguitas"),
    Department("cafe", "Café, té y chocolate", "zero", (29, 150), "cafe coffee cappuccino chocolate cocoa nescafe mate "
               "nesquik manzanilla cacao"),
    Department("galletas", "Galletas y pan", "zero", (13, 68), "galletas galleta pan mantecadas marinela gamesa bimbo "
               "marias maria principe emperador bagel panque tostadas tostado tortillas tortilla cookies rebanadas"),
    Department("botanas", "Dulces y botanas", "zero", (8, 62), "sabritas papas doritos cheetos palomitas nachos chips "
               "cacahuates nuez nuts almendras dulce caramelo gomitas mazapan barra barras barritas bites semillas"),
    Department("cereales", "Cereales y granos", "zero", (17, 92), "cereal avena granola arroz frijol frijoles harina "
               "quinoa amaranto maiz trigo bran kelloggs zucaritas quaker flakes hotcakes lenteja pasta sopa spaghetti "
               "chia fibra integral special loops corn"),
    Department("conservas", "Conservas y enlatados", "zero", (14, 78), "atun chile chiles chipotle chipotles jalapeno "
               "jalapenos rajas elote chicharos champinones mermelada mermeladas almibar duraznos sardina nopal "
               "aceitunas escabeche cajeta miel"),
    Department("salsas", "Salsas, aceites y condimentos", "zero", (11, 94), "salsa salsas mayonesa mole catsup aderezo "
               "sazonador caldo aceite sal vinagre mostaza azucar stevia consome canela pimienta oil sauce habanero "
               "adobo curry jarabe hummus pure"),
    Department("abarrotes", "Abarrotes", "zero", (12, 88)),
)  # fmt: skip

OPEN_PRICE = (
    ("panaderia", "Panadería del día", "zero", "2", "250"),
    ("floreria", "Florería", "general", "10", "2500"),
    ("varios", "Varios", "general", "1", "5000"),
)

# What is weighed at the till, with a price for a kilogram: invented, as are the PLUs.
WEIGHED: Mapping[tuple[str, str, int], str] = {
    ("frutas", "Frutas y verduras", 1001): (
        "Jitomate saladet 32.90|Jitomate bola 39.90|Cebolla blanca 26.50|Cebolla morada 34.90|Papa blanca 29.90|"
        "Zanahoria 18.90|Calabacita italiana 28.90|Chile serrano 54.90|Chile jalapeño 42.50|Chile poblano 48.90|"
        "Aguacate Hass 79.90|Limón sin semilla 36.90|Plátano Tabasco 23.90|Plátano macho 27.90|Manzana roja 49.90|"
        "Manzana Golden 46.90|Naranja 21.90|Mandarina 29.90|Papaya maradol 31.90|Melón chino 27.50|Sandía 16.90|"
        "Piña miel 22.90|Mango ataulfo 44.90|Uva sin semilla 89.90|Guayaba 38.90|Pepino 24.90|Lechuga romana 33.90|"
        "Brócoli 37.90|Ejote 45.90|Nopal limpio 35.90|Tomate verde 28.90|Betabel 22.50|Jícama 19.90|Ajo 119.00"
    ),
    ("quesos", "Quesos y carnes frías", 2001): (
        "Queso Oaxaca a granel 169.00|Queso panela a granel 139.00|Queso Chihuahua a granel 198.00|"
        "Jamón de pierna a granel 149.00|Jamón de pavo a granel 159.00|Salchicha de pavo a granel 89.00|"
        "Chorizo de cerdo a granel 119.00|Crema de rancho a granel 96.00"
    ),
    ("carnes", "Carnes, aves y pescados", 3001): (
        "Bistec de res 219.00|Molida de res 169.00|Arrachera marinada 329.00|Chuleta de cerdo 128.00|"
        "Costilla de cerdo 139.00|Pechuga de pollo con hueso 109.00|Pierna y muslo de pollo 74.90|Pollo entero 59.90|"
        "Filete de tilapia 149.00|Camarón mediano 289.00|Salmón en filete 389.00"
    ),
    ("granel", "A granel", 4001): (
        "Frijol negro a granel 42.90|Frijol peruano a granel 49.90|Arroz a granel 26.90|Lenteja a granel 38.90|"
        "Azúcar estándar a granel 27.50|Chile guajillo seco 189.00|Chile ancho seco 219.00|Cacahuate japonés 98.00|"
        "Nuez de Castilla 289.00|Jamaica en flor 179.00|Avena a granel 34.90|Pasas 129.00"
    ),
}


def make_items(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of items.csv."""
    names: Counter[str] = Counter()
    seen: set[str] = set()
    packs = 0
    for row in rows:
        gtin = row["gtin"]
        name = shelf_name(row["name"])
        if not gtin.startswith("750") or not has_valid_check_digit(gtin) or not name or gtin in seen:
            continue
        seen.add(gtin)
        names[fold(name)] += 1
        if names[fold(name)] > SAME_NAMES:
            continue
        department = find_department(name, row["tax_hint"])
        price = invent_price(gtin, department.band)
        has_pack = department.code in ("bebidas", "cervezas") and digest(gtin) % 8 == 0 and packs < PACKS_OF_SIX
        packs += has_pack
        codes, sizes = (f"{gtin} {outer_code(gtin)}", "1 6") if has_pack else (gtin, "")
        yield codes, sizes, name, price, department.code, "pz", department.tax_class, ""
    for (code, _, first_plu), items in WEIGHED.items():
        for plu, item in enumerate(items.split("|"), first_plu):
            name, _, price = item.rpartition(" ")
            yield str(plu), "", name, price, code, "kg", "zero", "1"


def make_departments() -> Iterator[tuple[str, ...]]:
    """Yield the rows of departments.csv."""
    known = {department.code for department in DEPARTMENTS}
    for department in DEPARTMENTS:
        yield department.code, department.name, department.tax_class, "", "", ""
    for code, name, _ in WEIGHED:
        if code not in known:
            yield code, name, "zero", "", "", ""
    for code, name, tax_class, least, most in OPEN_PRICE:
        yield code, name, tax_class, "1", least, most


def shelf_name(text: str) -> str:
    """Return a name as it would stand on a shelf's label, empty where it would not."""
    mended = mend_name(text.strip(" ,.;"))
    if isinstance(mended, Flaw):
        return ""
    name = mended[0].strip(" ,.;*")
    name = name.capitalize() if name.isupper() else name[:1].upper() + name[1:]
    letters = sum(char.isalpha() for char in name)
    return name if letters >= 4 and 2 * letters > len(name) and _SHELF_NAME.fullmatch(name) else ""


def find_department(name: str, hint: str) -> Department:
    """Return the first department that a word of the name leads to."""
    words = set(re.findall(r"[a-z]+", fold(name)))
    if hint == "alcohol":
        return DEPARTMENTS[0]
    for department in DEPARTMENTS:
        if words & set(department.words.split()):
            return department
    return next(d for d in DEPARTMENTS if d.code == ("botanas" if hint.startswith("ieps") else "abarrotes"))


def invent_price(gtin: str, band: tuple[int, int]) -> str:
    """Return a price within a band, more often a low one; the same for a GTIN in every run."""
    number = digest(gtin)
    part = (number % 1_000) ** 2
    whole = band[0] + (band[1] - band[0]) * part // 1_000_000
    return f"{whole}.{('00', '50', '90')[number // 1_000 % 3]}"


def outer_code(gtin: str) -> str:
    """Return the GTIN-14 of a package around an item (indicator digit 1)."""
    body = f"1{gtin[:-1]}"
    return body + check_digit(body)


def digest(gtin: str) -> int:
    """Return a number that a GTIN always gives."""
    return int.from_bytes(hashlib.sha256(gtin.encode()).digest()[:8])


def write(name: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write one file of the demo store."""
    path = TARGET / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        count = sum(1 for row in rows if writer.writerow(row))
    sys.stdout.write(f"{path.relative_to(ROOT)}: {count} rows, {path.stat().st_size} bytes\n")


def main(source: str) -> None:
    """Make both files."""
    write("departments.csv", ("code", "name", "tax_class", "open_price", "min_price", "max_price"), make_departments())
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        write("items.csv", HEADER, make_items(csv.DictReader(file)))


if __name__ == "__main__":
    main(sys.argv[1])
