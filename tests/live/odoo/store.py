"""A lane for whatever Odoo there is: its currency, and a tax class for each of its percentages."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import msgspec

from config.country import country_codes, load_country
from config.settings import ErpSettings, LaneSettings, SellingSettings, Settings, ShopRate, ShopTax, StoreSettings
from domain.money import format_scaled
from register.register import open_register
from sync.clock import Clock
from sync.odoo import make_odoo
from sync.odoo_shop import OdooShop
from sync.odoo_tax import OdooTax
from tests.kit.lane import Shop, make_shop
from tests.sync.shop import paths_of

ADDRESS = os.environ.get("MOSTRADOR_ODOO_URL", "")


def settings_of(folder: Path, url: str = ADDRESS) -> Settings:
    """Return the settings of a lane that fits the Odoo of the environment."""
    erp = ErpSettings(
        url=url,
        database=os.environ.get("MOSTRADOR_ODOO_DATABASE", ""),
        login=os.environ.get("MOSTRADOR_ODOO_LOGIN", ""),
        store=os.environ.get("MOSTRADOR_ODOO_STORE", ""),
        key_file=os.environ.get("MOSTRADOR_ODOO_KEY_FILE", ""),
    )
    lane = LaneSettings(id=f"t{uuid.uuid4().hex[:8]}", data=str(folder / "data"))
    plain = Settings(lane=lane, erp=erp)
    connector = make_odoo(plain, paths_of(plain), Clock())
    try:
        shop = connector.shop()
    finally:
        connector.close()
    return msgspec.structs.replace(
        plain,
        store=StoreSettings(country=_country(shop.currency), currency=shop.currency),
        selling=SellingSettings(tax_rounding="document" if shop.rounding == "round_globally" else "line"),
        taxes=_classes(shop),
    )


def _country(currency: str) -> str:
    for code in country_codes():
        if currency in [pack.code for pack in load_country(code).currencies]:
            return code
    raise AssertionError(f"no country pack knows {currency}")


def _classes(shop: OdooShop) -> tuple[ShopTax, ...]:
    """Return one class for each percentage, included or not, that Odoo sells at."""
    found = {(tax.rate_ppm, tax.included): tax for tax in shop.taxes.values() if tax.kind == "percent" and tax.rate_ppm}
    return tuple(_class(tax) for tax in found.values())


def _class(tax: OdooTax) -> ShopTax:
    code = f"odoo{tax.id}"
    percent = format_scaled(tax.rate_ppm or 0, 4)
    return ShopTax(code, tax.name, (ShopRate(code, tax.name, percent, tax.included),))


def make_live_shop(folder: Path, settings: Settings) -> Shop:
    """Return a lane with these settings on a new ledger, by the real clock, its documents' ids never seen before."""
    (folder / "data").mkdir(exist_ok=True)
    names = ("store", "lane", "selling", "taxes", "erp")
    shop = make_shop(folder / "data", is_ready=False, **{name: getattr(settings, name) for name in names})
    shop.register = open_register(shop.db, shop.settings)
    return shop
