"""What the invoice of the open sale needs: asked field by field, with the country's catalogues where it has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import msgspec

from domain.account_intent import DropInvoice, SetInvoice
from domain.buyer import InvoiceData
from domain.invoice import InvoiceUse, Regime, fitting_regimes, fitting_uses
from domain.refusal import Reason, Refused
from tui.keys import Act
from tui.screens.form_screen import FormScreen
from tui.screens.key_screen import Live
from tui.widgets.line_widget import Row, fit

HINTS = 8


class InvoiceScreen(FormScreen):
    """Writes the data of an invoice."""

    FIELDS: ClassVar[tuple[str, ...]] = ("tax_id", "name", "regime", "postcode", "use", "email")

    def begin(self) -> None:
        """Begin with what the basket has, or what is known of its customer."""
        basket, customer = self.till.register.basket, self.till.register.customer
        data = basket.terms.invoice or (customer.invoice if customer else None)
        if data is None:
            data = (
                InvoiceData(customer.tax_id, customer.name, email=customer.email) if customer else InvoiceData("", "")
            )
        self.fill(msgspec.structs.asdict(data))

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield from super().acts()
        yield Act.VOID, Live(self.drop, "legend.no_invoice", is_shown=self.is_wanted)

    def is_wanted(self) -> bool:
        """Say whether an invoice is wanted already."""
        return self.till.register.basket.terms.invoice is not None

    def headline(self) -> str:
        """Return what is asked."""
        return self.till.words("invoice.title")

    def hints(self) -> Sequence[Row]:
        """Return the codes that fit what is written so far and begin as what is typed."""
        rules, values, field = self.till.register.invoice_rules, self.values, self.FIELDS[self.at]
        found: Sequence[Regime | InvoiceUse] = ()
        if field == "regime":
            found = fitting_regimes(values["tax_id"].strip(), rules)
        elif field == "use":
            found = fitting_uses(values["tax_id"].strip(), values["regime"].strip(), rules)
        typed = self.typed.strip().upper()
        fitting = [one for one in found if one.code.startswith(typed)]
        return [Row(((f"  {one.code:<6}", "accent"), (fit(one.name, 66), "quiet"))) for one in fitting[:HINTS]]

    def save(self, values: Mapping[str, str]) -> None:
        """Offer the data to the register."""
        answer = self.till.act(SetInvoice(**values))
        if isinstance(answer, Refused):
            field = "tax_id" if answer.reason is Reason.BAD_TAX_ID else str(answer.facts.get("field", ""))
            self.go(field)
            self.refuse(answer)
            return
        self.leave()
        self.till.sale.changed()
        self.till.sale.foot.tell(self.till.words("notice.invoice"))

    def drop(self) -> None:
        """Want no invoice after all."""
        answer = self.till.act(DropInvoice())
        if isinstance(answer, Refused):
            self.refuse(answer)
            return
        self.leave()
        self.till.sale.changed()
