"""The settings of one lane: frozen values with their defaults, one struct per table of `mostrador.toml`.

Each field is a key of the TOML file of the same name; docs/settings.md has a row for each (a test holds it).
Reading, checking and writing the file is `config.file`; what a country brings is `config.country`.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: an unknown key is an error, not a silent typing mistake."""


class StoreSettings(_Table, frozen=True):
    """`[store]`: what stands on top of each receipt, and where and in which tongue the store lives."""

    name: str = "Mostrador"
    address: tuple[str, ...] = ()
    tax_id: str = ""
    phone: str = ""
    country: str = "mx"
    language: Literal["es", "en"] = "es"
    time_zone: str = "America/Mexico_City"
    currency: str = ""
    """ISO 4217; empty takes the country's."""
    receipt_footer: tuple[str, ...] = ()


class LaneSettings(_Table, frozen=True):
    """`[lane]`: which lane this is and where it keeps its ledger."""

    id: str = "1"
    data: str = ""
    """Folder of the ledger and its backups; empty takes `$XDG_DATA_HOME/mostrador/lane-<id>`."""
    lock_minutes: int = 10
    """Idle minutes until the screen asks for the PIN again; 0 never."""
    training_drawer: bool = False
    """Let the drawer open in training too."""
    shared_folder: str = ""
    """Folder that all lanes of the store see: suspended baskets lie in it for any of them; empty shares none."""


class SellingSettings(_Table, frozen=True):
    """`[selling]`: rules of the sale."""

    tax_rounding: Literal["line", "document"] = "line"
    tax_profile: Literal["odoo", "tryton", "erpnext"] = "odoo"
    """Whose arithmetic of taxes is in force: that of the ERP which is told."""
    price_list: str = ""
    """Code of the usual price list; empty sells at the catalogue's prices."""
    cash_rounding: Literal["cash", "all", "none"] = "cash"
    """What is rounded to the smallest coin: what is paid in cash, every total, or nothing."""
    cash_rounding_way: Literal["half_up", "up", "down"] = "half_up"
    cash_rounding_minor: int = 0
    """The smallest coin in minor units; 0 takes the currency's."""
    negative_lines: bool = False
    """Accept a negative quantity as a return line without receipt."""
    count_tolerance_minor: int = 0
    """How far the first blind count may be off, in minor units, before a second one is asked."""
    max_quantity: int = 10_000
    """A larger quantity on one line is refused: it is a scanned code taken for a quantity."""


class LoyaltySettings(_Table, frozen=True):
    """`[loyalty]`: points of the store's customers."""

    earn_minor: int = 0
    """What earns one point, in minor units; 0 none are earned."""
    point_minor: int = 0
    """What a point is worth off a basket, in minor units; 0 none are redeemed."""


class CardSettings(_Table, frozen=True):
    """`[cards]`: gift cards and vouchers of the store."""

    are_taken: bool = False
    """Take them as a kind of tender, and give what is owed back on them."""
    fresh_hours: int = 24
    """A balance that the ERP told no longer ago is good to its whole amount."""
    stale_limit_minor: int = 0
    """How much an older balance is good for, in minor units; 0 nothing."""


class ShiftSettings(_Table, frozen=True):
    """`[shift]`: how long a shift may last, and cash that moves without a sale."""

    warn_hours: int = 24
    """A shift open for longer is shown as too old; 0 never."""
    block_hours: int = 0
    """A shift open for longer sells nothing more until it is closed; 0 never."""
    pickup_limit_minor: int = 0
    """More cash than this in the till proposes a pickup, in minor units; 0 never."""
    paid_in_reasons: tuple[str, ...] = ()
    paid_out_reasons: tuple[str, ...] = ()
    no_sale_reasons: tuple[str, ...] = ()
    """Empty takes the usual ones in the store's language."""


class ReturnsSettings(_Table, frozen=True):
    """`[returns]`: why things come back, and what proves another lane's receipts."""

    reasons: tuple[str, ...] = ()
    """Reasons of what goes back to the shelf; empty takes the usual ones in the store's language."""
    damaged_reasons: tuple[str, ...] = ()
    """Reasons of what does not; empty takes the usual ones."""
    key_file: str = ""
    """A file with the store's key (at least 16 bytes), the same on all its lanes; empty proves nothing."""


class TillSettings(_Table, frozen=True):
    """`[[tills]]`: one of several cash trays of a lane. A shift counts the cash of one."""

    name: str
    drawer: int = 1
    """On which of the printer's two drawers it opens."""


class PeopleSettings(_Table, frozen=True):
    """`[people]`: who approves, and why."""

    approval_reasons: tuple[str, ...] = ()
    """Empty takes the usual ones in the store's language."""


class RoleSettings(_Table, frozen=True):
    """`[roles.cashier]`, and one for each other role: what it may do by itself (`domain.permission`)."""

    permissions: tuple[str, ...] = ()
    """Replaces the role's usual ones; empty leaves them."""
    discount_ppm: int = -1
    price_cut_ppm: int = -1
    open_price_minor: int = -1
    paid_out_minor: int = -1
    return_minor: int = -1
    credit_minor: int = -1
    """Limits above which an approval is needed; -1 leaves the role's usual one."""


class RolesSettings(_Table, frozen=True):
    """`[roles]`: the tables of the roles."""

    cashier: RoleSettings = RoleSettings()
    senior: RoleSettings = RoleSettings()
    supervisor: RoleSettings = RoleSettings()
    technician: RoleSettings = RoleSettings()


class RetentionSettings(_Table, frozen=True):
    """`[retention]`: for how many days personal texts are kept; 0 for ever. The sync deletes older ones once a day."""

    by_itself: bool = True
    """Whether the sync does it; otherwise `mostrador purge` has to be run."""
    customer_days: int = 365
    invoice_days: int = 365
    basket_days: int = 30
    copies_days: int = 30
    """Copies of the ledger that were made before a newer program changed its form."""


class LabelRule(_Table, frozen=True):
    """`[[labels]]`: one kind of in-store label; patterns as in Odoo's nomenclature, e.g. `21.....{NNDDD}`."""

    kind: Literal["weight", "price"]
    pattern: str


class ExchangeSettings(_Table, frozen=True):
    """`[[exchange]]`: a foreign currency that is taken in cash. Change is given in the store's own money."""

    currency: str
    rate: str
    """What one of it is worth in the store's money, e.g. `"17.05"`."""


class ShopRate(_Table, frozen=True):
    """`[[taxes.rates]]`: one tax of a class. Fields as in `domain.tax_class.TaxRate`."""

    code: str
    name: str = ""
    percent: str = "0"
    """As `"16"` or `"7.25"`, up to four decimals."""
    included: bool = False
    """The price holds it."""
    kind: Literal["percent", "fixed", "division"] = "percent"
    amount: str = "0"
    """What a fixed one is for each unit, as `"0.25"`."""
    include_base_amount: bool = False
    is_base_affected: bool = True
    sequence: int = 0


class ShopTax(_Table, frozen=True):
    """`[[taxes]]`: a tax class of the shop's own, or another in the place of one of its country."""

    code: str
    name: str = ""
    rates: tuple[ShopRate, ...] = ()
    """None: exempt."""


class CreditSettings(_Table, frozen=True):
    """`[credit]`: selling on account while the ERP's word on a customer grows old."""

    stale_hours: int = 24
    """A balance older than this is old; 0 never."""
    stale_limit_ppm: int = 1_000_000
    """What is left of a customer's limit while the balance is old, in parts per million; 0 sells nothing on account."""
    keep_overpayment: bool = True
    """Take more than is owed, and keep it as the customer's credit."""


class InvoiceSettings(_Table, frozen=True):
    """`[invoice]`: how customers come to their invoices."""

    url: str = ""
    """Where a customer makes the invoice himself; `{folio}`, `{total}`, `{date}` and `{code}` are filled in.
    Empty prints nothing about it."""


class PositionSettings(_Table, frozen=True):
    """`[[positions]]`: a fiscal position, which puts other taxes in place of an item's for its customers."""

    code: str
    taxes: dict[str, tuple[str, ...]]
    """For the code of each tax that is another one: the codes in its place; none frees of it."""
    name: str = ""


class PrinterSettings(_Table, frozen=True):
    """`[[printers]]`: one receipt printer."""

    name: str = "receipt"
    kind: Literal["usb", "serial", "network", "file", "virtual", "none"] = "virtual"
    device: str = ""
    """usb: `vendor:product` in hex; serial and file: a path; virtual: a folder; network: `host:port`."""
    baud: int = 9600
    columns: int = 42
    profile: str = "default"
    encoding: str = "CP858"
    code_page: int = 19
    """The printer's number of that code page in `ESC t` (CP858 is 19 on Epson)."""
    raster: bool = False
    """Print the lines as pictures: for printers without the code page."""
    drawer: bool = True
    cut: bool = True


class ScannerSettings(_Table, frozen=True):
    """`[[scanners]]`: one scanner. Without any, codes come from the keyboard."""

    name: str = "scanner"
    kind: Literal["evdev", "serial", "virtual"] = "evdev"
    device: str = ""
    """evdev, serial: a stable path (`/dev/input/by-id/…`, `/dev/serial/by-id/…`); evdev also `vendor:product:serial`;
    virtual: a FIFO or file of codes, one a line."""
    baud: int = 9600
    layout: Literal["us", "es", "fr", "de"] = "us"
    suffix: Literal["enter", "tab", "none"] = "enter"


class SyncSettings(_Table, frozen=True):
    """`[sync]`: who is told what was sold."""

    connector: str = "files"
    folder: str = ""
    """files: folder with `out/` (for the ERP) and `in/` (catalogues for the lane); empty: `<lane.data>/erp`."""
    every_seconds: int = 30
    batch: int = 200
    """Documents in one batch, at most."""
    format: Literal["jsonl", "poslog", "both"] = "jsonl"
    """files: batches as JSON Lines, as POSLog-shaped XML, or both."""
    needs_manifest: bool = False
    """files: take nothing from `in/` that no manifest names."""


class ErpSettings(_Table, frozen=True):
    """`[erp]`: where the ERP is, for connectors that speak to one over the network. No secret stands here."""

    url: str = ""
    """`https://erp.example`; plain http is for the machine itself only."""
    database: str = ""
    login: str = ""
    key_file: str = ""
    """File with the secret, readable by the lane's user only; empty: `erp-key` of systemd's credentials, or `erp.key`
    in the lane's data."""
    ca_file: str = ""
    """Certificates of an authority of one's own; empty trusts the system's."""
    store: str = ""
    """What the ERP calls this lane: the name of its point of sale there."""
    read_seconds: int = 120
    """Longest wait for an answer: an ERP that posts a batch takes its time."""
    taxes: dict[str, str] = {}
    """The ERP's taxes by name → tax class of the country; without one they are matched by kind and rate."""
    tenders: dict[str, str] = {}
    """Kind of tender of the lane → the ERP's name of it; without one the names are matched."""


class ScreenSettings(_Table, frozen=True):
    """`[screen]`: how the lane looks and which key does what."""

    theme: Literal["auto", "console", "truecolor"] = "auto"
    roll: bool = False
    """Show the virtual printer's paper beside the sale where the screen is wide enough."""
    keys: dict[str, str] = {}
    """Remapped keys: name of the act → key; a clash is refused with both names."""


class Settings(_Table, frozen=True):
    """The whole of `mostrador.toml`."""

    store: StoreSettings = StoreSettings()
    lane: LaneSettings = LaneSettings()
    selling: SellingSettings = SellingSettings()
    cards: CardSettings = CardSettings()
    loyalty: LoyaltySettings = LoyaltySettings()
    shift: ShiftSettings = ShiftSettings()
    returns: ReturnsSettings = ReturnsSettings()
    tills: tuple[TillSettings, ...] = ()
    """Empty: the lane has one, without a name."""
    people: PeopleSettings = PeopleSettings()
    roles: RolesSettings = RolesSettings()
    retention: RetentionSettings = RetentionSettings()
    labels: tuple[LabelRule, ...] = ()
    """Empty takes the country's."""
    exchange: tuple[ExchangeSettings, ...] = ()
    credit: CreditSettings = CreditSettings()
    invoice: InvoiceSettings = InvoiceSettings()
    taxes: tuple[ShopTax, ...] = ()
    """Beside the country's; one of the same code stands in its place."""
    positions: tuple[PositionSettings, ...] = ()
    printers: tuple[PrinterSettings, ...] = (PrinterSettings(),)
    scanners: tuple[ScannerSettings, ...] = ()
    sync: SyncSettings = SyncSettings()
    erp: ErpSettings = ErpSettings()
    screen: ScreenSettings = ScreenSettings()
