"""The connector `odoo`: Odoo 17 to 19 as the ERP of a lane, by its point of sale. docs/odoo.md says it for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from config.country import country_of
from config.paths import LanePaths
from config.settings import Settings
from domain.reconciliation import Posted
from domain.text import safe_text
from sync.check import Finding
from sync.chunk import Chunk
from sync.clock import Clock
from sync.connector import Answer, Incoming, Settled
from sync.document import Batch
from sync.errors import Denied, SyncError
from sync.feed import ErpIds, Feed, Page
from sync.odoo_cards import HISTORY_SINCE, Programs
from sync.odoo_cents import book_of
from sync.odoo_feeds import SOURCES, OdooFeeds
from sync.odoo_loyalty import pull_promotions
from sync.odoo_partners import pull_balances
from sync.odoo_positions import pull_positions
from sync.odoo_posted import OdooPosted
from sync.odoo_prices import pull_prices
from sync.odoo_push import OdooPush
from sync.odoo_returned import pull_returned
from sync.odoo_rpc import OdooRpc
from sync.odoo_sending import FIRST_CHUNK, LONG_SECONDS, MOST_CHUNK
from sync.odoo_shop import OdooShop, discover
from sync.odoo_value import pull_value
from sync.reconcile import ShiftRef
from sync.secret import read_key
from sync.transport import Origin, Transport

SHOP_AGE: Final = timedelta(minutes=15)
"""How long what was found out about the shop is taken for true."""
_PROBES: Final[Mapping[Feed, str]] = {
    **{feed: source.model for feed, source in SOURCES.items()},
    Feed.STOCK: "stock.quant",
    Feed.BALANCES: "res.partner",
    Feed.PRICES: "product.pricelist.item",
    Feed.PROMOTIONS: "loyalty.program",
    Feed.POSITIONS: "account.fiscal.position",
    Feed.RETURNED: "pos.order.line",
    Feed.CARDS: "loyalty.card",
    Feed.POINTS: "loyalty.card",
}


_PROBES_OF_17: Final = {
    feed: model for feed, model in _PROBES.items() if feed not in (Feed.CARDS, Feed.POINTS, Feed.RETURNED)
}


class _Nobody:
    """Knows no ids: nothing was pulled yet."""

    def erp_id(self, feed: Feed, key: str) -> str:
        """Return that there is none."""
        return ""


class OdooConnector:
    """One lane's point of sale in one Odoo. What it is like there is found out at the first use."""

    def __init__(self, rpc: OdooRpc, transport: Transport, settings: Settings, clock: Clock) -> None:
        """Speak by `rpc`, which uses `transport`."""
        self.rpc = rpc
        self.transport = transport
        self._settings = settings
        self._clock = clock
        self._ids: ErpIds = _Nobody()
        self._shop: OdooShop | None = None
        self._asked_seconds = 0.0
        self._feeds: tuple[Feed, ...] = ()
        self._failure: SyncError | None = None
        self._failed_batch = ""
        self._chunk = Chunk(FIRST_CHUNK, MOST_CHUNK, LONG_SECONDS)
        self.denied: dict[Feed, str] = {}
        """What the lane's user may not see, with Odoo's words."""

    def take_ids(self, ids: ErpIds) -> None:
        """Keep what says which product an SKU is."""
        self._ids = ids

    def shop(self) -> OdooShop:
        """Return the shop, asked for again every quarter of an hour. Raises `Halted`, `SyncError`s."""
        elapsed = self._clock.elapsed_seconds() - self._asked_seconds
        if self._shop is None or elapsed > SHOP_AGE.total_seconds():
            self._shop = discover(self.rpc, self._settings)
            self._asked_seconds = self._clock.elapsed_seconds()
        return self._shop

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        """Tell Odoo; see `sync.odoo_push`.

        What failed in the middle of a batch fails whatever comes behind it once more: no Z may close a session whose
        last orders are unanswered.
        """
        failure, self._failure = self._failure, None
        if failure is not None and batch.batch_id != self._failed_batch:
            raise failure
        shop = self.shop()
        book = book_of(shop, country_of(self._settings), self._settings.erp.taxes)
        push = OdooPush(self.rpc, shop, self._ids, self._chunk, self._clock, book)
        answers = push.deliver(batch.documents)
        self._failure, self._failed_batch = push.failure, batch.batch_id
        return answers

    def incoming(self) -> Iterator[Incoming]:
        """Yield nothing: Odoo leaves no files."""
        return iter(())

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        """Nothing comes that could be settled."""

    def close(self) -> None:
        """Let go of the connections."""
        self.transport.close()

    def feeds(self) -> Sequence[Feed]:
        """Return what the lane's user may see; what it may not is told by `mostrador sync check`."""
        if not self._feeds:
            known = _PROBES if self.shop().version >= HISTORY_SINCE else _PROBES_OF_17
            self._feeds = tuple(feed for feed, model in known.items() if self._may_see(feed, model))
        return self._feeds

    def _may_see(self, feed: Feed, model: str) -> bool:
        try:
            self.rpc.search(model, [], ["credit" if feed is Feed.BALANCES else "write_date"], limit=1)
        except Denied as error:
            self.denied[feed] = safe_text(str(error))
            return False
        return True

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        """Return a page of a feed."""
        shop = self.shop()
        has_credit = Feed.BALANCES in self.feeds()
        feeds = OdooFeeds(self.rpc, shop, country_of(self._settings), has_credit=has_credit)
        if feed is Feed.BALANCES:
            return pull_balances(self.rpc, checkpoint, self._clock.now())
        if feed is Feed.PRICES:
            return pull_prices(self.rpc, feeds, shop.version, checkpoint, shop.currency)
        if feed is Feed.PROMOTIONS:
            return pull_promotions(self.rpc, feeds, shop.config_id, shop.exponent, checkpoint)
        if feed in (Feed.CARDS, Feed.POINTS):
            return pull_value(self.rpc, Programs(self.rpc, shop), feed, checkpoint, self._clock.now())
        if feed is Feed.RETURNED:
            return pull_returned(self.rpc, shop.config_id, checkpoint)
        if feed is Feed.POSITIONS:
            country = country_of(self._settings)
            return pull_positions(shop.positions, shop.taxes, country, self._settings.erp.taxes, checkpoint)
        return feeds.pull(feed, checkpoint)

    def posted(self, shift: ShiftRef) -> Posted:
        """Return what Odoo has of a shift."""
        return OdooPosted(self.rpc, self.shop(), country_of(self._settings)).read(shift)

    def check(self) -> Sequence[Finding]:
        """Look at this Odoo more closely."""
        from sync.odoo_check import check_odoo  # a technician asks for it, no round does

        return check_odoo(self, self._settings, self._clock.now())

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        """Return what is live of a feed that is one model."""
        return OdooFeeds(self.rpc, self.shop(), country_of(self._settings)).ids(feed)


def make_odoo(settings: Settings, paths: LanePaths, clock: Clock) -> OdooConnector:
    """Return the connector for a lane. Raises `Halted` where address or key are missing."""
    origin = Origin(settings.erp.url, settings.erp.ca_file, settings.erp.read_seconds)
    key = read_key(settings, paths)
    transport = Transport(origin, clock)
    rpc = OdooRpc(transport, key, settings.erp.database, settings.erp.login)
    return OdooConnector(rpc, transport, settings, clock)
