"""A small shop in the fake Odoo: Mexican pesos, three taxes, a few items, one point of sale."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from config.settings import ErpSettings, SellingSettings, Settings, StoreSettings
from sync.clock import Clock
from sync.feed import ErpIds, Feed
from sync.odoo import OdooConnector
from sync.odoo_rpc import OdooRpc
from sync.secret import Secret
from sync.transport import Origin, Transport
from tests.sync.fault_proxy import Asked
from tests.sync.odoo_fake import KEY, LOGIN, FakeOdoo
from tests.sync.shop import LANE, StillClock

CONFIG, COMPANY, PRODUCT, PARTNER, DISCOUNT = 3, 1, 165, 50, 166
CASH, CARD, OWED = 5, 6, 7
IVA16, IVA0 = 52, 53
LOCATION = 8


def make_odoo(version: int = 19) -> FakeOdoo:
    """Return a fake Odoo with the shop in it."""
    odoo = FakeOdoo(version)
    odoo.add("res.currency", {"name": "MXN", "decimal_places": 2}, 33)
    company = {"currency_id": [33, "MXN"], "tax_calculation_rounding_method": "round_per_line"}
    odoo.add("res.company", company, COMPANY)
    odoo.add("decimal.precision", {"name": "Product Unit", "digits": 3})
    _add_taxes(odoo)
    for method_id, name, kind in (
        (CASH, "Efectivo", "cash"),
        (CARD, "Tarjeta de crédito", "bank"),
        (OWED, "Cuenta", "pay_later"),
    ):
        odoo.add("pos.payment.method", {"name": name, "type": kind, "active": True}, method_id)
    odoo.add("stock.picking.type", {"default_location_src_id": [LOCATION, "WH/Stock"]}, 2)
    config = {
        "name": "Caja 7",
        "company_id": [COMPANY, "Tienda"],
        "payment_method_ids": [CASH, CARD, OWED],
        "picking_type_id": [2, "Pedidos"],
        "discount_product_id": [DISCOUNT, "Descuento"],
        "limit_categories": False,
        "iface_available_categ_ids": [],
    }
    odoo.add("pos.config", config, CONFIG)
    odoo.add("product.category", {"name": "Todo", "parent_id": False}, 1)
    odoo.add("product.category", {"name": "Galletas", "parent_id": [1, "Todo"]}, 2)
    add_item(odoo, PRODUCT, "GAL-1", "Galletas", 23.9, "7501055300075")
    add_item(odoo, DISCOUNT, "DESC", "Descuento", 0, "", available_in_pos=False)
    odoo.add("product.pricelist", {"name": "Menudeo", "currency_id": [33, "MXN"], "active": True}, 1)
    return odoo


def _add_taxes(odoo: FakeOdoo) -> None:
    for tax_id, name, amount in ((IVA16, "IVA(16%)", 16.0), (IVA0, "IVA(0%)", 0.0)):
        values = {"name": name, "amount_type": "percent", "amount": amount, "price_include": True}
        odoo.add("account.tax", {**values, "type_tax_use": "sale", "active": True, "children_tax_ids": []}, tax_id)


def add_item(odoo: FakeOdoo, product_id: int, code: str, name: str, price: float, barcode: str, **more: object) -> None:
    """Put a product into the shop."""
    values: dict[str, object] = {
        "display_name": name,
        "default_code": code or False,
        "barcode": barcode or False,
        "active": True,
        "lst_price": price,
        "standard_price": 10.0,
        "taxes_id": [IVA16],
        "uom_id": [1, "Unidades"],
        "to_weight": False,
        "sale_ok": True,
        "available_in_pos": True,
        "categ_id": [2, "Todo / Galletas"],
        "product_tmpl_id": [product_id + 1_000, name],
        "tracking": "none",
        "type": "consu",
        "pos_categ_ids": [],
    }
    odoo.add("product.product", {**values, **more}, product_id)


class AnyIds:
    """Knows one product and one partner for whatever is asked."""

    def erp_id(self, feed: Feed, key: str) -> str:
        return {Feed.ITEMS: str(PRODUCT), Feed.CUSTOMERS: str(PARTNER)}.get(feed, "")


def settings_for(url: str = "http://127.0.0.1", tenders: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a lane that sells into the shop."""
    erp = ErpSettings(url=url, store="Caja 7", database="tienda", login=LOGIN, tenders=dict(tenders or {}))
    return Settings(store=StoreSettings(), selling=SellingSettings(), erp=erp)


def connect(odoo: FakeOdoo, settings: Settings | None = None, clock: Clock | None = None) -> OdooConnector:
    """Return a connector that reaches the fake without a network."""

    def handle(request: httpx.Request) -> httpx.Response:
        target = request.url.raw_path.decode()
        answered = odoo.respond(Asked(request.method, target, dict(request.headers), request.content))
        return httpx.Response(answered.status, content=answered.body, headers=dict(answered.headers))

    at = clock or StillClock()
    wanted = settings or settings_for()
    transport = Transport(Origin("http://127.0.0.1"), at, handler=handle)
    rpc = OdooRpc(transport, Secret(KEY), wanted.erp.database, wanted.erp.login)
    return OdooConnector(rpc, transport, wanted, at)


def open_session(odoo: FakeOdoo, shift_id: int = 1) -> int:
    """Open the session of a shift, as an earlier document has done."""
    values = {"config_id": CONFIG, "state": "opened", "name": f"Tienda/{shift_id:05d}"}
    return odoo.add("pos.session", {**values, "opening_notes": f"[{LANE}-shift-{shift_id}]"})


def with_ids(connector: OdooConnector, ids: ErpIds | None = None) -> OdooConnector:
    connector.take_ids(ids or AnyIds())
    return connector
