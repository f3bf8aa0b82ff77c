"""What types cannot say about settings: names used twice, folders that move, labels no scale can print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from config.country import country_codes, country_of, load_country
from config.errors import Fault, Problem
from config.paths import LANE_ID, LANE_ID_REMEDY, is_absolute
from config.settings import PrinterSettings, ScannerSettings, Settings, TillSettings
from domain.barcode import compile_pattern
from domain.money import MICRO_DIGITS, parse_scaled
from domain.permission import ALL, Limits, Permission
from domain.shift import Role

Breach = tuple[str, Fault, str]
"""A key, what kind of problem it has, and the remedy."""

FOLDER_REMEDY = "must be a whole path, from / or ~/, so that it does not depend on where the lane is started"
DEVICE_REMEDIES = {
    "usb": "must be the printer's vendor and product number in hex, as 04b8:0e15, or a path, as /dev/usb/lp0",
    "network": "must be a host, with its port unless that is 9100, as 192.168.1.50 or 192.168.1.50:9100",
    "serial": "must be the path of the port, as /dev/serial/by-id/…",
    "file": "must be the path of the device or file, as /dev/usb/lp0",
    "evdev": "must be the scanner's path, as /dev/input/by-id/…, or vendor:product or vendor:product:serial in hex",
    "virtual": "must be the path of a FIFO or file of codes",
}
_PORT = r"(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
_DEVICES = {
    "usb": re.compile(r"/.+|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}(?::.+)?"),
    "network": re.compile(rf"(?:[^\s:/\[\]]+|\[[0-9A-Fa-f:.]+(?:%[^\s\]]+)?\])(?::{_PORT})?"),
    "serial": re.compile(r"/.+"),
    "file": re.compile(r"~?/.+"),
    "evdev": re.compile(r"/.+|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}(?::.*)?"),
}
"""What a `device` is for each kind: what `devices` takes, and no more (a test holds the two together)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CURRENCY = re.compile("[A-Z]{3}")
_POSITION = re.compile(r"[A-Za-z0-9_-]{1,24}")
MAX_URL = 200
"""A longer address makes a QR code that no telephone reads from narrow paper."""
_SCANNER_FILE = re.compile(r"~?/.+")
_RANGES: tuple[tuple[str, int, int], ...] = (
    ("lane.lock_minutes", 0, 1_440),
    ("selling.count_tolerance_minor", 0, 10**9),
    ("selling.max_quantity", 1, 10**9),
    ("selling.cash_rounding_minor", 0, 10**6),
    ("shift.warn_hours", 0, 8_760),
    ("shift.block_hours", 0, 8_760),
    ("shift.pickup_limit_minor", 0, 10**12),
    *((f"retention.{kind}_days", 0, 36_500) for kind in ("customer", "invoice", "basket", "copies")),
    ("credit.stale_hours", 0, 8_760),
    ("credit.stale_limit_ppm", 0, 1_000_000),
    ("cards.fresh_hours", 0, 8_760),
    ("loyalty.earn_minor", 0, 10**9),
    ("loyalty.point_minor", 0, 10**9),
    ("cards.stale_limit_minor", 0, 10**9),
    ("sync.every_seconds", 1, 86_400),
    ("sync.batch", 1, 10_000),
)
_PRINTER_RANGES = (("baud", 300, 4_000_000), ("columns", 16, 120), ("code_page", 0, 255))


def check_rules(settings: Settings, file: str) -> list[Problem]:
    """Return a problem for each rule that settings of the right types break."""
    return [Problem(file, *breach) for rule in _RULES for breach in rule(settings)]


def _texts(settings: Settings) -> Iterator[Breach]:
    """Control characters in a name or a path are a paste gone wrong, or an attack on a printer."""
    for key, text in _walk_texts(msgspec.to_builtins(settings), ""):
        if _CONTROL.search(text):
            yield key, Fault.BAD_VALUE, "must be one line without control characters"


def _walk_texts(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _walk_texts(item, f"{key}.{name}" if key else name)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value, 1):
            yield from _walk_texts(item, f"{key}.{number}")


def _country(settings: Settings) -> Iterator[Breach]:
    store = settings.store
    known = country_codes()
    if store.country not in known:
        yield "store.country", Fault.BAD_VALUE, f"must be one of {', '.join(known)}"
    elif store.currency:
        currencies = [currency.code for currency in load_country(store.country).currencies]
        if store.currency not in currencies:
            remedy = f"must be empty or one of {', '.join(currencies)}, which `{store.country}` knows"
            yield "store.currency", Fault.BAD_VALUE, remedy


def _time_zone(settings: Settings) -> Iterator[Breach]:
    if _knows_zone(settings.store.time_zone):
        return
    remedy = "must be a zone of the IANA list, as America/Mexico_City"
    if not _knows_zone("Europe/London"):
        remedy = "this machine has no time zones; install the package `tzdata`"
    yield "store.time_zone", Fault.BAD_VALUE, remedy


def _knows_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo  # the domain's tests need no zones; a lane loads this one anyway

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _lane(settings: Settings) -> Iterator[Breach]:
    if not LANE_ID.fullmatch(settings.lane.id):
        yield "lane.id", Fault.BAD_VALUE, f"must be {LANE_ID_REMEDY}"
    folders = {
        "lane.data": settings.lane.data,
        "sync.folder": settings.sync.folder,
        "lane.shared_folder": settings.lane.shared_folder,
    }
    for key, folder in folders.items():
        if folder and not is_absolute(folder):
            yield key, Fault.BAD_VALUE, FOLDER_REMEDY
    if not settings.sync.connector:
        yield "sync.connector", Fault.BAD_VALUE, 'must name a connector, as "files"'


def _ranges(settings: Settings) -> Iterator[Breach]:
    for key, least, most in _RANGES:
        table, name = key.split(".")
        yield from _range(key, getattr(getattr(settings, table), name), least, most)
    for number, printer in enumerate(settings.printers, 1):
        for name, least, most in _PRINTER_RANGES:
            yield from _range(f"printers.{number}.{name}", getattr(printer, name), least, most)
    for number, scanner in enumerate(settings.scanners, 1):
        yield from _range(f"scanners.{number}.baud", scanner.baud, 300, 4_000_000)


def _range(key: str, value: int, least: int, most: int) -> Iterator[Breach]:
    if not least <= value <= most:
        yield key, Fault.BAD_VALUE, f"must be from {least} to {most}"


def _roles(settings: Settings) -> Iterator[Breach]:
    """Yield permissions that there are not, and limits that are none."""
    known = [permission.value for permission in Permission]
    for role in Role:
        table = getattr(settings.roles, role.value)
        for number, name in enumerate(table.permissions, 1):
            if name not in known:
                remedy = "is no permission; docs/permissions.md has them all"
                yield f"roles.{role}.permissions.{number}", Fault.BAD_VALUE, remedy
        for name in Limits.__struct_fields__:
            yield from _range(f"roles.{role}.{name}", getattr(table, name), -1, getattr(ALL, name))


def _exchange(settings: Settings) -> Iterator[Breach]:
    """Yield foreign currencies without a rate, or that are there twice."""
    for number, exchange in enumerate(settings.exchange, 1):
        if not _CURRENCY.fullmatch(exchange.currency):
            yield f"exchange.{number}.currency", Fault.BAD_VALUE, 'is three capital letters, like "USD"'
        rate = parse_scaled(exchange.rate, MICRO_DIGITS)
        if rate is None or rate <= 0:
            yield f"exchange.{number}.rate", Fault.BAD_VALUE, 'is a number above 0 in quotes, like "17.05"'
        if exchange.currency in [other.currency for other in settings.exchange[: number - 1]]:
            yield f"exchange.{number}.currency", Fault.DUPLICATE, f"`{exchange.currency}` is there already; leave one"


def _taxes(settings: Settings) -> Iterator[Breach]:
    """Yield tax classes of the shop's own that are none."""
    if settings.taxes and settings.store.country in country_codes():
        from config.shop_taxes import find_breaches  # most shops have the country's only

        yield from find_breaches(settings.store.country, settings.taxes)


def _positions(settings: Settings) -> Iterator[Breach]:
    """Yield fiscal positions with taxes that the country does not know, or that are there twice."""
    if not settings.positions or settings.store.country not in country_codes() or any(_taxes(settings)):
        return
    known = {rate.code for pack in country_of(settings).taxes for rate in pack.rates}
    for number, position in enumerate(settings.positions, 1):
        if not _POSITION.fullmatch(position.code):
            yield f"positions.{number}.code", Fault.BAD_VALUE, "must be letters, digits, - and _, at most 24"
        if position.code in [other.code for other in settings.positions[: number - 1]]:
            yield f"positions.{number}.code", Fault.DUPLICATE, f"`{position.code}` is there already; leave one"
        for tax in {*position.taxes, *(new for news in position.taxes.values() for new in news)} - known:
            remedy = f"names the tax `{tax}`; there are {', '.join(sorted(known))}"
            yield f"positions.{number}.taxes", Fault.BAD_VALUE, remedy


def _invoice(settings: Settings) -> Iterator[Breach]:
    """Yield an address with fields that nobody fills in."""
    try:
        filled = settings.invoice.url.format(folio="", total="", date="", code="")
    except (KeyError, ValueError, IndexError, AttributeError):
        filled = "?"
    if settings.invoice.url and (filled == "?" or len(settings.invoice.url) > MAX_URL):
        remedy = f"may hold {{folio}}, {{total}}, {{date}} and {{code}}, and has at most {MAX_URL} characters"
        yield "invoice.url", Fault.BAD_VALUE, remedy


def _labels(settings: Settings) -> Iterator[Breach]:
    for number, label in enumerate(settings.labels, 1):
        try:
            compile_pattern(label.pattern)
        except ValueError as error:
            yield f"labels.{number}.pattern", Fault.BAD_VALUE, str(error)


def _printers(settings: Settings) -> Iterator[Breach]:
    yield from _unique("printers", settings.printers)
    for number, printer in enumerate(settings.printers, 1):
        if (device := _DEVICES.get(printer.kind)) and not device.fullmatch(printer.device):
            yield f"printers.{number}.device", Fault.BAD_VALUE, DEVICE_REMEDIES[printer.kind]
        if not _is_encoding(printer.encoding):
            yield f"printers.{number}.encoding", Fault.BAD_VALUE, "must be an encoding, as CP858 or CP437"


def _scanners(settings: Settings) -> Iterator[Breach]:
    yield from _unique("scanners", settings.scanners)
    for number, scanner in enumerate(settings.scanners, 1):
        if not _DEVICES.get(scanner.kind, _SCANNER_FILE).fullmatch(scanner.device):
            yield f"scanners.{number}.device", Fault.BAD_VALUE, DEVICE_REMEDIES[scanner.kind]


def _tills(settings: Settings) -> Iterator[Breach]:
    """Yield tills without a name, or with one that is there twice."""
    yield from _unique("tills", settings.tills)
    for number, till in enumerate(settings.tills, 1):
        if not till.name.strip():
            yield f"tills.{number}.name", Fault.BAD_VALUE, "needs a name: it is chosen by it"
        if till.drawer not in (1, 2):
            yield f"tills.{number}.drawer", Fault.BAD_VALUE, "is 1 or 2: a printer's connector has two drawers"


def _unique(key: str, devices: Iterable[PrinterSettings | ScannerSettings | TillSettings]) -> Iterator[Breach]:
    names = [device.name for device in devices]
    count = Counter(names)
    for number, name in enumerate(names, 1):
        if not name:
            yield f"{key}.{number}.name", Fault.BAD_VALUE, "must not be empty"
        elif count[name] > 1:
            remedy = f"`{name}` is used {count[name]} times; give each a name of its own"
            yield f"{key}.{number}.name", Fault.DUPLICATE, remedy


def _is_encoding(name: str) -> bool:
    try:
        "$".encode(name)
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


def _keys(settings: Settings) -> Iterator[Breach]:
    by_key: dict[str, list[str]] = {}
    for act, key in settings.screen.keys.items():
        by_key.setdefault(key, []).append(act)
    for key, acts in by_key.items():
        for act in acts[1:]:
            remedy = f"`{key}` is the key of `{acts[0]}` already; give one of them another"
            yield f"screen.keys.{act}", Fault.DUPLICATE, remedy


_RULES: tuple[Callable[[Settings], Iterator[Breach]], ...] = (
    _texts,
    _country,
    _time_zone,
    _lane,
    _ranges,
    _roles,
    _labels,
    _exchange,
    _taxes,
    _positions,
    _invoice,
    _tills,
    _printers,
    _scanners,
    _keys,
)
