"""A fake Odoo. It is not Odoo: it answers as notes on a real 19.0 Community server record, and is sure of nothing else.

Sure (observed on the real one): the two dialects with their errors and None without a `result`; `write_date` in whole
seconds with `>=`; archived records hidden unless asked for; the states of a session, one open for a point of sale; the
refusal of a whole batch of orders that names no culprit; the same uuid answered with the first order whatever it holds;
missing and unknown keys; orders for a closed session that go silently to the open one; cash moves that double; a
closing that fails for a cent, and for what is owed by nobody. `tests/live/odoo` holds the connector against a real one.

Not sure: 17 and 18, loyalty programmes, employees, everything that no test here asks for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.sync.fault_proxy import Answered, Asked
from tests.sync.odoo_fake_domain import matches, mentions_active
from tests.sync.odoo_fake_value import add_history, confirm_coupons, invoice_orders
from tests.sync.odoo_fake_worth import worth_of

KEY = "odoo-key"
LOGIN = "lane@example.com"
EPOCH = datetime(2026, 11, 24, 9, tzinfo=UTC)

_ORDER_KEYS = frozenset(
    (
        *("uuid", "session_id", "state", "date_order", "pos_reference", "partner_id", "employee_id", "to_invoice"),
        *("amount_total", "amount_tax", "amount_paid", "amount_return", "lines", "payment_ids", "is_refund"),
        *("relations_uuid_mapping", "user_id", "name", "fiscal_position_id"),
    )
)


class OdooError(Exception):
    """What Odoo raises, by the name of its exception."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def _user(message: str) -> OdooError:
    return OdooError("odoo.exceptions.UserError", message)


def _validation(message: str) -> OdooError:
    return OdooError("odoo.exceptions.ValidationError", message)


class FakeOdoo:
    """One database with one company and one point of sale."""

    def __init__(self, version: int = 19) -> None:
        self.version = version
        self.now = 0
        self.tables: dict[str, dict[int, dict[str, Any]]] = {}
        self.denied: set[str] = set()
        self.refused: set[str] = set()
        self.missing_groups: set[str] = set()
        self.not_invoiced = ""
        self.has_rescue = True
        self.calls: list[str] = []
        self._ids = 100
        self._methods: Mapping[str, Callable[[Sequence[int], dict[str, Any]], Any]] = {
            "pos.session.set_opening_control": self._set_opening,
            "pos.session.set_cashbox_pos": self._set_opening,
            "pos.session.try_cash_in_out": self._move_cash,
            "pos.session.post_closing_cash_details": self._count,
            "pos.session.update_closing_control_state_session": self._begin_close,
            "pos.session.close_session_from_ui": self._close,
            "pos.order.sync_from_ui": self._sync_orders,
            "pos.order.create_from_ui": self._create_17,
            "account.tax.compute_all": self._compute_all,
            "res.users.context_get": lambda _, args: {"lang": "es_MX", "tz": "America/Mexico_City", "uid": 7},
            "res.users.has_group": lambda _, args: args["group_ext_id"] not in self.missing_groups,
            "pos.order.confirm_coupon_programs": lambda ids, args: confirm_coupons(self, ids[0], args["coupon_data"]),
            "pos.order.action_pos_order_invoice": lambda ids, _: invoice_orders(self, ids),
        }

    # --- data -------------------------------------------------------------------------------------------------

    def add(self, model: str, values: Mapping[str, Any], record_id: int = 0) -> int:
        """Make a record, written now."""
        self._ids += 1
        made = record_id or self._ids
        self.tables.setdefault(model, {})[made] = {"id": made, "write_date": self.time(), **values}
        return made

    def change(self, model: str, record_id: int, **values: Any) -> None:
        """Write a record, now."""
        self.tables[model][record_id].update(values, write_date=self.time())

    def time(self) -> str:
        """Return the second that it is there."""
        return (EPOCH + timedelta(seconds=self.now)).strftime("%Y-%m-%d %H:%M:%S")

    def records(self, model: str) -> list[dict[str, Any]]:
        return list(self.tables.get(model, {}).values())

    # --- transport --------------------------------------------------------------------------------------------

    def respond(self, asked: Asked) -> Answered:
        """Answer a request, in whichever dialect it comes."""
        if asked.path.startswith("/web/version"):
            return _json(200, {"version_info": [self.version, 0, 0, "final", 0, ""], "version": f"{self.version}.0"})
        body = json.loads(asked.body, parse_float=Decimal)
        if asked.path == "/jsonrpc":
            return self._jsonrpc(body["params"])
        headers = {name.lower(): value for name, value in asked.headers.items()}
        if headers.get("authorization") != f"bearer {KEY}" or self.version < 19:
            return _json(401, {"name": "odoo.exceptions.AccessDenied", "message": "Access Denied"})
        _, _, _, model, method = asked.path.split("/")
        try:
            return _json(200, self.call(model, method, body.pop("ids", []), body))
        except OdooError as error:
            return _json(_status(error.name), {"name": error.name, "message": str(error), "debug": "Traceback …"})

    def _jsonrpc(self, params: dict[str, Any]) -> Answered:
        service, method, args = params["service"], params["method"], params["args"]
        if (service, method) == ("common", "version"):
            return _json(200, {"result": {"server_version_info": [self.version, 0, 0, "final", 0, ""]}})
        if service == "common":
            return _json(200, {"result": 7 if args[1:3] == [LOGIN, KEY] else False})
        _db, uid, key, model, name, positional, named = args
        try:
            if (uid, key) != (7, KEY):
                raise OdooError("odoo.exceptions.AccessDenied", "Acceso denegado")
            result = self.call(model, name, *_arguments(name, positional, named))
        except OdooError as error:
            data = {"name": error.name, "message": str(error), "debug": "Traceback …"}
            return _json(200, {"error": {"code": 200, "message": "Odoo Server Error", "data": data}})
        return _json(200, {} if result is None else {"result": result})

    def call(self, model: str, method: str, ids: Sequence[int], args: dict[str, Any]) -> Any:
        """Call a method; one that raises does so before it changes anything."""
        self.calls.append(f"{model}.{method}")
        fields = {f"{model}.{field}" for field in args.get("fields", ())}
        if model in self.denied or f"{model}.{method}" in self.denied or fields & self.denied:
            raise OdooError("odoo.exceptions.AccessError", f"No tiene permiso para {model}")
        known = self._methods.get(f"{model}.{method}")
        return known(ids, args) if known else self._generic(model, method, ids, args)

    def _generic(self, model: str, method: str, ids: Sequence[int], args: dict[str, Any]) -> Any:
        if method == "search_read":
            return self._search(model, args)
        if method == "search_count":
            return len(self._search(model, {"domain": args["domain"], "fields": []}))
        if method == "fields_get":
            return {"discount_product_id": {"type": "many2one"}}
        if method == "create":
            return [self._create(model, values) for values in args["vals_list"]]
        if method == "write":
            for one in ids:
                self._write(model, one, args["vals"])
            return True
        raise OdooError("builtins.AttributeError", f"no method {method}")

    def _search(self, model: str, args: dict[str, Any]) -> list[dict[str, Any]]:
        domain = args.get("domain", [])
        found = [one for one in self.records(model) if matches(one, domain)]
        if not mentions_active(domain):
            found = [one for one in found if one.get("active", True)]
        name, _, way = args.get("order", "id").partition(" ")
        found.sort(key=lambda one: (one.get(name, 0), one["id"]), reverse=way == "desc")
        limit = args.get("limit") or len(found)
        return [
            {"id": one["id"], **{field: one.get(field, False) for field in args["fields"]}} for one in found[:limit]
        ]

    # --- sessions ---------------------------------------------------------------------------------------------

    def _create(self, model: str, values: dict[str, Any]) -> int:
        if model == "pos.session":
            config = values["config_id"]
            others = [one for one in self.records(model) if one["config_id"] == config and not one.get("rescue")]
            if any(one["state"] != "closed" for one in others):
                raise _validation("Another session is already opened for this point of sale.")
            count = len(self.records(model)) + 1
            values = {"name": f"Tienda/{count:05d}", "state": "opening_control", "opening_notes": False, **values}
        return self.add(model, values)

    def _write(self, model: str, record_id: int, vals: dict[str, Any]) -> None:
        if "rescue" in vals and not self.has_rescue:
            raise OdooError("builtins.ValueError", "Invalid field 'rescue' in 'pos.session'")
        plain = {name: value for name, value in vals.items() if name != "history_ids"}
        self.change(model, record_id, **plain)
        for _, _, line in vals.get("history_ids", ()):
            add_history(self, record_id, line)

    def _set_opening(self, ids: Sequence[int], args: dict[str, Any]) -> None:
        self.change("pos.session", ids[0], state="opened", start=args["cashbox_value"], opening_notes=args["notes"])

    def _move_cash(self, ids: Sequence[int], args: dict[str, Any]) -> None:
        """Move cash, as often as it is asked: Odoo has no key for it."""
        sign = 1 if args["_type"] == "in" else -1
        name = self.tables["pos.session"][ids[0]]["name"]
        reference = f"{name}-{args['extras']['translatedType']}-{args['reason']}"
        values = {"pos_session_id": ids[0], "amount": sign * args["amount"], "payment_ref": reference}
        self.add("account.bank.statement.line", values)

    def _count(self, ids: Sequence[int], args: dict[str, Any]) -> dict[str, Any]:
        self.change("pos.session", ids[0], counted=args["counted_cash"])
        return {"successful": True}

    def _begin_close(self, ids: Sequence[int], args: dict[str, Any]) -> None:
        self.change("pos.session", ids[0], state="closing_control")

    def _close(self, ids: Sequence[int], args: dict[str, Any]) -> dict[str, Any]:
        session = self.tables["pos.session"][ids[0]]
        if session["state"] == "closed":
            return {"successful": False, "title": "Session already closed", "message": "rescue"}
        orders = [one for one in self.records("pos.order") if one["session_id"][0] == ids[0]]
        methods = self.tables["pos.payment.method"]
        for order in orders:
            owes = any(methods[p["payment_method_id"]]["type"] == "pay_later" for p in order["payments"])
            if owes and not order["partner_id"]:
                raise _user("Identify Customer")
        if any(order["amount_total"] != worth_of(self, order) for order in orders):
            return {"successful": False, "message": "Force Close Session", "redirect": True}
        self.change("pos.session", ids[0], state="closed")
        return {"successful": True, "open_order_ids": []}

    # --- orders -----------------------------------------------------------------------------------------------

    def _create_17(self, ids: Sequence[int], args: dict[str, Any]) -> list[dict[str, Any]]:
        orders = []
        for one in args["orders"]:
            data = dict(one["data"])
            data["session_id"], data["payment_ids"] = data.pop("pos_session_id"), data.pop("statement_ids")
            data["pos_reference"] = data.pop("name")
            del data["creation_date"]
            orders.append(data)
        found = self._sync_orders(ids, {"orders": orders})["pos.order"]
        return [{"id": one["id"], "pos_reference": one["pos_reference"]} for one in found]

    def _sync_orders(self, ids: Sequence[int], args: dict[str, Any]) -> dict[str, Any]:
        """Take all orders or none; one that is known by its uuid is answered as it was first."""
        known = {one["uuid"]: one for one in self.records("pos.order")}
        orders = {order.get("uuid", f"own-{place}"): order for place, order in enumerate(args["orders"])}
        fresh = [order for uuid, order in orders.items() if uuid not in known]
        checked = [self._check_order(order) for order in fresh]
        if self.not_invoiced and any(order["to_invoice"] for order in fresh):
            raise _user(self.not_invoiced)
        for order, session_id in zip(fresh, checked, strict=True):
            made = self._store(order, session_id)
            if order["to_invoice"]:
                invoice_orders(self, [made])
        known = {one["uuid"]: one for one in self.records("pos.order")}
        return {"pos.order": [known[uuid] for uuid in orders], "pos.order.line": [], "pos.payment": []}

    def _check_order(self, order: dict[str, Any]) -> int:
        """Return the session that takes an order, or refuse it as Odoo does: without saying which one it was."""
        if unknown := order.keys() - _ORDER_KEYS:
            raise OdooError("builtins.ValueError", f"Invalid field {sorted(unknown)[0]!r} on model 'pos.order'")
        for key in ("session_id", "lines"):
            if key not in order:
                raise OdooError("builtins.KeyError", f"'{key}'")
        if any(key not in order for key in ("amount_total", "amount_tax", "amount_paid", "amount_return")):
            raise _validation("Missing required value for the field")
        if order["uuid"] in self.refused:
            raise _user("No existe tal cliente")
        self._check_parts(order)
        return self._find_session(order["session_id"])

    def _check_parts(self, order: dict[str, Any]) -> None:
        """Refuse lines and payments that cannot be."""
        known = {line["uuid"]: line["order_id"][0] for line in self.records("pos.order.line")}
        mapping = order.get("relations_uuid_mapping", {}).get("pos.order.line", {})
        sold = [one["refunded_orderline_id"] for one in mapping.values()]
        if len({known[one] for one in sold if one in known}) > 1:
            raise _validation("You can only refund products from the same order.")
        used = known.keys()
        for _, _, line in order["lines"]:
            if line["product_id"] not in self.tables["product.product"]:
                raise OdooError("odoo.exceptions.MissingError", "Record does not exist or has been deleted.")
            if line["uuid"] in used:
                raise _validation("An order line with this uuid already exists")
        methods = self.tables["pos.payment.method"]
        if any(payment["payment_method_id"] not in methods for _, _, payment in order["payment_ids"]):
            raise _validation("The payment method is not allowed in the config of the POS SESSION.")
        if sum(payment["amount"] for _, _, payment in order["payment_ids"]) != order["amount_paid"]:
            raise _user("Order / is not fully paid.")

    def _compute_all(self, ids: Sequence[int], args: dict[str, Any]) -> dict[str, Any]:
        """Work out a line with one percent tax that is in the price: half up, as a document of one line."""
        cents = int(args["price_unit"] * args["quantity"] * 100)
        rate = int(self.tables["account.tax"][ids[0]]["amount"])
        base = (cents * 100 * 2 + 100 + rate) // (2 * (100 + rate))
        return {"total_excluded": Decimal(base) / 100, "total_included": Decimal(cents) / 100}

    def _find_session(self, session_id: int) -> int:
        if self.tables["pos.session"][session_id]["state"] in ("opened", "opening_control"):
            return session_id
        still_open = [one for one in self.records("pos.session") if one["state"] in ("opened", "opening_control")]
        if not still_open:
            raise _user("No open session available. Please open a new session to capture the order.")
        return int(still_open[0]["id"])

    def _store(self, order: dict[str, Any], session_id: int) -> int:
        digits = min(one["digits"] for one in self.records("decimal.precision"))
        lines = []
        for _, _, line in order["lines"]:
            rounded = round(line["qty"], digits)
            kept = {"qty": rounded, "tax_ids": line["tax_ids"][0][2], "product_id": [line["product_id"], ""]}
            lines.append(self.add("pos.order.line", {"refunded_qty": Decimal(0), "name": "", **line, **kept}))
        payments = [payment for _, _, payment in order["payment_ids"]]
        name = self.tables["pos.session"][session_id]["name"]
        position = order.get("fiscal_position_id")
        kept_order = {**order, "session_id": [session_id, name], "lines": lines, "payments": payments}
        kept_order |= {"account_move": False, "fiscal_position_id": [position, ""] if position else False}
        kept_order["partner_id"] = [order["partner_id"], ""] if order.get("partner_id") else False
        made = self.add("pos.order", {**kept_order, "name": f"Tienda - {order['pos_reference']}"})
        for line_id in lines:
            self.tables["pos.order.line"][line_id]["order_id"] = [made, order["pos_reference"]]
        self._link(order, lines)
        for payment in payments:
            method = self.tables["pos.payment.method"][payment["payment_method_id"]]
            named = [payment["payment_method_id"], method["name"]]
            partner = [order["partner_id"], ""] if order.get("partner_id") else False
            places = {"pos_order_id": [made, ""], "session_id": [session_id, name], "partner_id": partner}
            self.add("pos.payment", {**payment, "payment_method_id": named, **places})
        return made

    def _link(self, order: dict[str, Any], lines: Sequence[int]) -> None:
        """Link lines that come back to those that were sold, by id or by uuid, and count what came back of each."""
        known = {line["uuid"]: line["id"] for line in self.records("pos.order.line")}
        mapping = order.get("relations_uuid_mapping", {}).get("pos.order.line", {})
        for line_id in lines:
            line = self.tables["pos.order.line"][line_id]
            told = mapping.get(line["uuid"], {}).get("refunded_orderline_id")
            sold = known.get(told, 0) if told else line.get("refunded_orderline_id", 0)
            line["refunded_orderline_id"] = [sold, ""] if sold else False
            line["order_id.config_id"] = self._config_of(line)
            if sold:
                origin = self.tables["pos.order.line"][sold]
                origin["refunded_qty"] -= line["qty"]
                line["refunded_orderline_id.order_id.config_id"] = self._config_of(origin)

    def _config_of(self, line: dict[str, Any]) -> int:
        """Return the point of sale of a line: what a domain finds behind the dots."""
        order = self.tables["pos.order"][line["order_id"][0]]
        return int(self.tables["pos.session"][order["session_id"][0]]["config_id"])


def _arguments(name: str, positional: Sequence[Any], named: dict[str, Any]) -> tuple[Sequence[int], dict[str, Any]]:
    """Return ids and named arguments of a call by position."""
    words = {
        "set_opening_control": ("cashbox_value", "notes"),
        "set_cashbox_pos": ("cashbox_value", "notes"),
        "post_closing_cash_details": ("counted_cash",),
        "update_closing_control_state_session": ("notes",),
        "close_session_from_ui": ("bank_payment_method_diff_pairs",),
        "try_cash_in_out": ("_type", "amount", "reason", "extras"),
        "write": ("vals",),
        "compute_all": ("price_unit", "quantity"),
        "confirm_coupon_programs": ("coupon_data",),
        "action_pos_order_invoice": (),
        "has_group": ("group_ext_id",),
    }
    if name in words:
        return positional[0], dict(zip(words[name], positional[1:], strict=True))
    single = {"sync_from_ui": ("orders",), "create_from_ui": ("orders", "draft"), "create": ("vals_list",)}
    more = {"search_count": ("domain",), "fields_get": ("allfields", "attributes")}
    return [], {**dict(zip({**single, **more}.get(name, ()), positional, strict=False)), **named}


def _status(name: str) -> int:
    kinds = {"UserError": 422, "ValidationError": 422, "AccessError": 403, "MissingError": 404, "AttributeError": 404}
    return kinds.get(name.rpartition(".")[2], 500)


def _json(status: int, value: Any) -> Answered:
    return Answered(status, json.dumps(value, default=_number).encode())


def _number(value: Any) -> float:
    """Write what Odoo keeps as a float."""
    return float(value)
