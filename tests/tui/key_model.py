"""The lane's keyboard as a page of plain code: what a burst must come to, worked out without a screen.

The model keeps a stack of places and asks its own register; a test strikes the same keys in the application and
holds the two registers' intents against each other. Only the keys of `KEYS` are known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from domain import intent as intents
from domain.basket import find_line, last_line_no
from domain.money import MICRO
from domain.outcome import Answer, SalePosted, SuspendedBasket, SuspendedListed
from domain.refusal import Reason, Refused
from tui.face import RegisterFace

KEYS: Final = ("enter", "*", "f12", "escape", "delete", "up", "f6", "f9", "f10", "f1", "f2", "ctrl+l", "backspace")
MAX_BUFFER: Final = 48
MAX_AMOUNT: Final = 16
GRAVE: Final = {
    "sale": {"f12", "delete"},
    "pay": {"enter", "f1", "f2", "f12", "delete"},
    "menu": {"delete"},
    "confirm": {"delete"},
}


class KeyModel:
    """Where the operator is, what is typed, and whether the burst may still do anything grave."""

    def __init__(self, register: RegisterFace, clock_text: str) -> None:
        self.register, self.clock_text = register, clock_text
        self.places = ["sale"]
        self.buffer, self.quantity, self.chosen, self.refusals = "", 0, 0, 0
        self.price = self.kept = ""
        self.price_quantity: int | None = None
        self.typed, self.number, self.selected = "", "", 0
        self.unconfirmed: intents.AddTender | None = None
        self.wanted: Callable[[int], intents.Intent] | None = None
        self.suspended: tuple[SuspendedBasket, ...] = ()
        self.is_surprised = self.is_dropping = False

    @property
    def place(self) -> str:
        return self.places[-1]

    def begin(self) -> None:
        """Begin a burst, after a pause."""
        self.is_surprised = self.is_dropping = False

    def strike(self, key: str) -> None:
        """Strike one key, or scan a code."""
        if key.startswith("scan:"):
            self.scan(key.removeprefix("scan:"))
        elif not self.is_dropping:
            self.press(key)

    def press(self, key: str) -> None:
        if key not in GRAVE.get(self.place, ()):
            self.act_on(key)
        elif self.is_surprised:
            self.is_dropping = True
        else:
            before = self.refusals
            self.act_on(key)
            self.is_dropping = self.refusals != before

    @property
    def has_lines(self) -> bool:
        return bool(self.register.basket.lines)

    def act_on(self, key: str) -> None:
        if key == "f1" and self.place in ("ask", "departments", "resume", "sign_on"):
            self.places.append("help")
            return
        getattr(self, f"at_{self.place}")(key)

    def refuse(self) -> None:
        self.refusals += 1
        self.is_surprised = True

    def ask(self, intent: intents.Intent) -> Answer:
        answer = self.register.perform(intent)
        if isinstance(answer, Refused):
            self.is_surprised = True
        return answer

    def do(self, intent: intents.Intent) -> Answer:
        answer = self.ask(intent)
        if isinstance(answer, Refused):
            self.refuse()
        return answer

    def scan(self, code: str) -> None:
        if self.place == "change":
            self.places.pop()
        if self.place != "sale":
            self.refuse()
            return
        quantity, self.quantity = self.quantity, 0
        self.add(intents.Scan(code, quantity * MICRO or None, "scanner"))

    def add(self, intent: intents.Scan | intents.AddItem | intents.RingDepartment) -> None:
        answer = self.ask(intent)
        quantity = intent.quantity_micro
        match answer:
            case Refused(reason=Reason.NEEDS_PRICE):
                sku = str(answer.facts["sku"])
                self.go("ask", lambda micro: intents.AddItem(sku, quantity, micro))
            case Refused(reason=Reason.NEEDS_QUANTITY):
                sku = str(answer.facts["sku"])
                self.go("ask", lambda micro: intents.AddItem(sku, micro, None))
            case Refused():
                self.refuse()
        self.chosen = 0

    def go(self, place: str, wanted: Callable[[int], intents.Intent] | None = None) -> None:
        self.places.append(place)
        self.typed, self.selected, self.wanted, self.unconfirmed = "", 0, wanted, None

    def at_sale(self, key: str) -> None:
        match key:
            case "enter":
                self.finish()
            case "*":
                self.times()
            case "backspace" | "escape":
                self.take_back_key(key)
            case "up":
                self.up()
            case "f12" | "delete" | "f6" | "f9":
                {"f12": self.tender, "delete": self.void, "f6": self.suspend, "f9": self.list_suspended}[key]()
            case "f10" | "f1":
                self.go("menu" if key == "f10" else "help")
            case "f2":
                self.price, self.buffer = self.buffer, ""
                self.price_quantity, self.quantity = self.quantity * MICRO or None, 0
                self.go("departments")
            case "ctrl+l":
                self.lock()
            case _:
                self.type_into_sale(key)

    def type_into_sale(self, character: str) -> None:
        if len(self.buffer) >= MAX_BUFFER:
            self.refuse()
        else:
            self.buffer += character

    def finish(self) -> None:
        code, quantity = self.buffer, self.quantity
        self.buffer, self.quantity = "", 0
        if code:
            self.add(intents.Scan(code, quantity * MICRO or None, "typed"))
        elif quantity:
            self.do(intents.ChangeQuantity(self.meant(), quantity * MICRO))
            self.chosen = 0

    def times(self) -> None:
        number = int(self.buffer or "0")
        if not 0 < number <= 10_000:
            self.refuse()
        else:
            self.buffer, self.quantity = "", number

    def take_back_key(self, key: str) -> None:
        if key == "backspace":
            self.quantity = self.quantity if self.buffer else 0
            self.buffer = self.buffer[:-1]
        elif self.buffer or self.quantity:
            self.buffer, self.quantity = "", 0
        else:
            self.chosen = 0

    def meant(self) -> int:
        basket = self.register.basket
        if self.chosen and not isinstance(find_line(basket, self.chosen), Refused):
            return self.chosen
        return basket.touched or last_line_no(basket)

    def up(self) -> None:
        number = self.meant() - 1
        while number > 0 and isinstance(find_line(self.register.basket, number), Refused):
            number -= 1
        self.chosen = number if number > 0 else self.meant() if self.meant() else self.chosen

    def tender(self) -> None:
        if self.buffer or not self.has_lines:
            self.refuse()
        else:
            self.quantity = 0
            self.go("pay")

    def void(self) -> None:
        number = self.meant()
        if number:
            self.do(intents.VoidLine(number))
        else:
            self.refuse()
        self.chosen = 0

    def suspend(self) -> None:
        lines = self.register.basket.lines
        automatic = f"{self.clock_text} {lines[0].name if lines else ''}"[:40]
        name, self.buffer = self.buffer or automatic, ""
        if not isinstance(self.do(intents.Suspend(name)), Refused):
            self.quantity = 0
        self.chosen = 0

    def list_suspended(self) -> None:
        self.go("resume")
        answer = self.ask(intents.ListSuspended())
        assert isinstance(answer, SuspendedListed)
        self.suspended = answer.baskets

    def lock(self) -> None:
        self.buffer, self.quantity, self.chosen = "", 0, 0
        self.ask(intents.SignOff())
        self.number = ""
        self.go("sign_on")

    def at_sign_on(self, key: str) -> None:
        if key == "enter":
            text, self.typed = self.typed, ""
            if text and not self.number:
                self.number = text
            elif text:
                number, self.number = self.number, ""
                if not isinstance(self.do(intents.SignOn(number, text)), Refused):
                    self.places = ["sale"]
        elif key == "escape":
            self.typed = self.number = ""
        elif key == "f10":
            self.kept = self.typed
            self.go("menu0")
        else:
            self.type_here(key, 24, "")

    def type_here(self, key: str, length: int, allowed: str) -> None:
        if key == "backspace":
            self.typed = self.typed[:-1]
        elif len(key) == 1 and (not allowed or key in allowed) and len(self.typed) < length:
            self.typed += key

    def at_pay(self, key: str) -> None:
        match key:
            case "enter" | "f1":
                self.pay("cash")
            case "f2":
                self.pay("voucher")
            case "f12":
                if self.unconfirmed is not None:
                    self.offer(self.unconfirmed)
            case "delete":
                self.do(intents.TakeBackTenders())
            case "escape":
                self.unconfirmed = None
                if not self.typed:
                    self.places.pop()
                self.typed = ""
            case "ctrl+l" | "up" | "f6" | "f9" | "f10":
                pass
            case _:
                before = self.typed
                self.type_here(key, MAX_AMOUNT, "0123456789.,")
                if self.typed != before or key == "backspace":
                    self.unconfirmed = None

    def pay(self, kind: str) -> None:
        text, self.typed = self.typed, ""
        if len(text) > 12 or (len(text) > 1 and text.startswith("0")):
            self.refuse()
        else:
            self.offer(intents.AddTender(kind, int(text) * 100 if text else None))

    def gives_much_change(self, intent: intents.AddTender) -> bool:
        """Say whether cash within its limit would bring as much change as the largest note."""
        balance, amount = self.register.basket.balance_minor, intent.amount_minor or 0
        is_taken = balance >= 0 and amount <= (self.register.tender_kinds[0].limit_minor or amount)
        return intent.kind == "cash" and is_taken and amount - balance >= self.register.denominations[0]

    def offer(self, intent: intents.AddTender) -> None:
        if not intent.confirmed and self.gives_much_change(intent):
            self.unconfirmed = msgspec.structs.replace(intent, confirmed=True)
            self.refuse()
            return
        self.unconfirmed = None
        answer = self.do(intent)
        if isinstance(answer, Refused) and answer.reason is Reason.RESUMED_NEEDS_YES:
            self.unconfirmed = msgspec.structs.replace(intent, confirmed=True)
        if isinstance(answer, SalePosted):
            self.places.pop()
            self.go("change")

    def at_change(self, key: str) -> None:
        self.places.pop()
        if key != "enter":
            self.press(key)

    def at_resume(self, key: str) -> None:
        if key == "escape":
            self.places.pop()
        elif key == "enter" and self.suspended:
            self.choose(self.selected)
        elif key == "up":
            self.selected, self.typed = max(0, self.selected - 1), ""
        elif key.isdigit():
            number = int(self.typed + key)
            count = len(self.suspended)
            self.typed = ""
            if 1 <= number <= count:
                self.selected = number - 1
                if number * 10 > count:
                    self.choose(number - 1)
                else:
                    self.typed = str(number)

    def choose(self, index: int) -> None:
        self.typed = ""
        if not isinstance(self.do(intents.Resume(self.suspended[index].basket_id)), Refused):
            self.places.pop()
            self.chosen = 0

    def at_menu(self, key: str) -> None:
        if key == "escape":
            self.places.pop()
        elif key == "delete":
            self.places.pop()
            self.do(intents.VoidBasket())
        elif key == "enter":
            self.places.pop()
            self.do(intents.ReadX())
        elif key == "4":
            self.places.pop()
            if self.has_lines:
                self.go("confirm")
            else:
                self.refuse()
        elif self.typed and key in "123":
            self.places.pop()
            self.press({"1": "f12", "2": "delete", "3": "f1"}[key])
        elif len(key) == 1:
            self.typed = "0" if not self.typed and key == "0" else ""

    def at_menu0(self, key: str) -> None:
        """The menu over the sign-on: help is 03 there."""
        if key in ("escape", "enter") or (self.typed and key == "3"):
            self.places.pop()
            self.typed = self.kept
            if key != "escape":
                self.places.append("help")
        elif len(key) == 1:
            self.typed = "0" if not self.typed and key == "0" else ""

    def at_confirm(self, key: str) -> None:
        if key in ("escape", "delete"):
            self.places.pop()
        if key == "delete":
            self.do(intents.VoidBasket())

    def at_help(self, key: str) -> None:
        if key in ("enter", "f1", "escape"):
            self.places.pop()

    def at_departments(self, key: str) -> None:
        if key == "escape":
            self.places.pop()
        elif key in ("enter", "1"):
            self.places.pop()
            quantity = self.price_quantity
            if not self.price:
                self.go("ask", lambda micro: intents.RingDepartment("09", micro, quantity))
            elif len(self.price) > 12 or not self.price.isdigit():
                self.refuse()
            else:
                self.add(intents.RingDepartment("09", int(self.price) * MICRO, quantity))

    def at_ask(self, key: str) -> None:
        if key == "escape":
            if not self.typed:
                self.places.pop()
            self.typed = ""
        elif key == "enter":
            self.answer_ask()
        else:
            self.type_here(key, MAX_AMOUNT, "0123456789.,-")

    def answer_ask(self) -> None:
        text, self.typed = self.typed, ""
        assert self.wanted is not None
        if not text or len(text) > 12:
            self.refuse()
        elif not isinstance(self.do(self.wanted(int(text) * MICRO)), Refused):
            self.places.pop()
            self.chosen = 0
