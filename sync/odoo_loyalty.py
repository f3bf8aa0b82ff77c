"""Odoo's loyalty programmes as promotions of the lane, as far as both know the same thing.

What is taken: programmes of the point of sale that are given by themselves or for a code, with one rule and one
reward: a percentage off everything or off some items, an amount off the basket, an item as a gift. All others are told
and left to Odoo's own till: points that are collected, gift cards, coupons for the next order. Field names are those of
public code of 17 to 19, and were read from a real 19.0.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec

from domain.promotion import BasketAmountOff, Conditions, Gift, Limits, NForM, PercentOff, Promotion, Scope
from sync.feed import Page, PromotionRow
from sync.odoo_feeds import OdooFeeds, department_code
from sync.odoo_rpc import OdooRpc, Record

_TYPES: Final = ("promotion", "promo_code", "buy_x_get_y")
_PROGRAM: Final = (
    "name",
    "program_type",
    "date_from",
    "date_to",
    "rule_ids",
    "reward_ids",
    "write_date",
    "limit_usage",
    "pricelist_ids",
)
_RULE: Final = (
    *("product_ids", "product_category_id", "minimum_qty", "minimum_amount", "mode", "code", "write_date"),
    *("product_domain", "product_tag_id", "reward_point_mode", "reward_point_amount"),
)
_REWARD: Final = (
    *("reward_type", "discount", "discount_mode", "discount_applicability", "discount_product_ids", "required_points"),
    *("discount_product_category_id", "discount_max_amount", "reward_product_id", "reward_product_qty", "write_date"),
    *("discount_product_domain", "discount_product_tag_id"),
)

Parts = tuple[Record, Record, Record]
"""A programme with its rule and its reward."""


def pull_promotions(rpc: OdooRpc, feeds: OdooFeeds, config_id: int, exponent: int, checkpoint: str) -> Page:
    """Return all promotions, or an empty page while nothing of the programmes has changed."""
    here = ["|", ["pos_config_ids", "=", False], ["pos_config_ids", "in", [config_id]]]
    programs = rpc.search("loyalty.program", [["pos_ok", "=", True], *here], _PROGRAM, order="id")
    rules = _by_id(rpc, "loyalty.rule", programs, "rule_ids", _RULE)
    rewards = _by_id(rpc, "loyalty.reward", programs, "reward_ids", _REWARD)
    mark = _mark(programs, rules, rewards)
    if mark == checkpoint:
        return Page(checkpoint=checkpoint)
    ids = [one for rule in rules.values() for one in rule["product_ids"]]
    for reward in rewards.values():
        ids += [*reward["discount_product_ids"], *(reward["reward_product_id"] or [])[:1]]
    skus = feeds.skus(sorted(set(ids)))
    rows: list[PromotionRow] = []
    notes: list[str] = []
    for program in programs:
        promotion = _promotion(program, rules, rewards, skus, exponent)
        if promotion is None:
            notes.append(f"the programme {program['name']} has no like here: it is left to Odoo's own till")
        else:
            rows.append(PromotionRow(erp_id=str(program["id"]), stamp=mark, promotion=promotion))
    return Page(rows, checkpoint=mark, notes=tuple(notes))


def _by_id(rpc: OdooRpc, model: str, programs: Sequence[Record], key: str, fields: Sequence[str]) -> dict[int, Record]:
    ids = [one for program in programs for one in program[key]]
    return {one["id"]: one for one in rpc.search(model, [["id", "in", ids]], fields)} if ids else {}


def _mark(programs: Sequence[Record], *parts: Mapping[int, Record]) -> str:
    """Return a text that changes with any part of any programme: one second may see two changes."""
    told = msgspec.json.encode([programs, *([part[one] for one in sorted(part)] for part in parts)], order="sorted")
    return hashlib.sha256(told).hexdigest()


def _promotion(
    program: Record,
    rules: Mapping[int, Record],
    rewards: Mapping[int, Record],
    skus: Mapping[int, str],
    exponent: int,
) -> Promotion | None:
    """Return a programme as a promotion, None where there is no like."""
    if program["program_type"] not in _TYPES or program.get("limit_usage") or program["pricelist_ids"]:
        return None
    if len(program["rule_ids"]) != 1 or len(program["reward_ids"]) != 1:
        return None
    rule, reward = rules[program["rule_ids"][0]], rewards[program["reward_ids"][0]]
    if _is_beyond(rule, reward):
        return None
    needed, times = _needed(rule, reward)
    scope, counted = _reward_scope(reward, skus), _rule_scope(rule, skus)
    found = _reward(reward, skus, exponent, max(needed, 1), counted) if needed >= 0 else None
    is_goods = isinstance(found, Gift | NForM)
    if found is None or (is_goods and counted.is_everything):
        return None
    least_minor = _minor(rule["minimum_amount"], exponent)
    is_counted = not is_goods and (not counted.is_everything or needed > 0 or least_minor > 0)
    is_coded = rule["mode"] == "with_code" and rule["code"]
    return Promotion(
        code=f"loyalty-{program['id']}",
        name=str(program["name"])[:60],
        reward=found,
        scope=counted if is_goods else scope,
        conditions=Conditions(
            scope=counted if is_counted else None,
            min_units=0 if is_goods else needed,
            min_value_minor=least_minor,
            coupons=frozenset({str(rule["code"])}) if is_coded else frozenset(),
            from_on=_day(program["date_from"]),
            until_on=_day(program["date_to"]),
        ),
        limits=Limits(times=times if is_goods else None),
    )


def _is_beyond(rule: Record, reward: Record) -> bool:
    """Say whether a programme names goods by what the lane does not have, or has a greatest amount."""
    domains = (rule["product_domain"], reward["discount_product_domain"])
    tags = (rule["product_tag_id"], reward["discount_product_tag_id"])
    return any(one not in (False, "", "[]") for one in domains) or any(tags) or bool(reward["discount_max_amount"])


def _needed(rule: Record, reward: Record) -> tuple[int, int | None]:
    """Return how many units earn the reward, and how often in a basket; -1 where nothing the lane can count does.

    A rule gives points, for the order or for each unit of it, and the reward costs some.
    """
    least = math.ceil(Decimal(rule["minimum_qty"] or 0))
    given, cost = Decimal(rule["reward_point_amount"] or 0), Decimal(reward["required_points"] or 0)
    if rule["reward_point_mode"] == "order":
        return (least, 1) if given >= cost else (-1, None)
    if rule["reward_point_mode"] == "unit" and given > 0:
        return max(least, math.ceil(cost / given)), None
    return -1, None


def _reward(
    reward: Record, skus: Mapping[int, str], exponent: int, take: int, counted: Scope
) -> PercentOff | BasketAmountOff | Gift | NForM | None:
    """Return what is given for `take` units; of the very item that is bought some more of them."""
    if reward["reward_type"] == "product" and reward["reward_product_id"]:
        sku = skus.get(reward["reward_product_id"][0])
        give = max(int(Decimal(reward["reward_product_qty"] or 1)), 1)
        if sku and counted == Scope(frozenset({sku})):
            return NForM(take + give, take)
        return Gift(sku, take, give) if sku else None
    if reward["reward_type"] != "discount":
        return None
    amount = Decimal(reward["discount"])
    if reward["discount_mode"] == "percent" and reward["discount_applicability"] in ("order", "specific"):
        return PercentOff(int(amount * 10_000))
    if reward["discount_mode"] == "per_order" and reward["discount_applicability"] == "order":
        return BasketAmountOff(_minor(amount, exponent))
    return None


def _rule_scope(rule: Record, skus: Mapping[int, str]) -> Scope:
    return _scope(rule["product_ids"], rule["product_category_id"], skus)


def _reward_scope(reward: Record, skus: Mapping[int, str]) -> Scope:
    if reward["discount_applicability"] != "specific":
        return Scope()
    return _scope(reward["discount_product_ids"], reward["discount_product_category_id"], skus)


def _scope(product_ids: Sequence[int], category: Any, skus: Mapping[int, str]) -> Scope:
    items = frozenset(skus[one] for one in product_ids if one in skus)
    return Scope(items, frozenset({department_code(category)}) if category else frozenset())


def _minor(amount: Any, exponent: int) -> int:
    return int(Decimal(amount or 0).scaleb(exponent).to_integral_value())


def _day(text: Any) -> date | None:
    return date.fromisoformat(str(text)[:10]) if text else None
