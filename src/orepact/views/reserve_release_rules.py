"""What a release rulebook says, a sentence per rule: levels, sizes, ends, and on what they rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import yaml

from orepact.views import digits
from orepact.views.texts import say

__all__ = ["rule_lines"]

Entry = Mapping[str, Any]

FULL = 100.0
LOSSES = ("group_loss", "member_loss")


def rule_lines(content: Entry) -> list[str]:
    """Return a sentence per rule that is for a reserve of the run: its levels and their basis."""
    block = content["reserves"]
    used = {entry["rule"] for entry in block["results"]}
    rules = cast("list[Entry]", yaml.safe_load(block["rulebook_file"])["rules"])
    return [line for rule in rules if rule["id"] in used for line in _rule(rule)]


def _rule(rule: Entry) -> list[str]:
    source = rule.get("source") or rule.get("card")
    basis = say("release_source", source=source) if source else say("release_supposed")
    lines = [say("release_rule", rule=rule["id"], basis=basis, trigger=_trigger(rule["trigger"]),
                 size=_size(rule["size"]), stop=_stop(rule), replenish=_replenish(rule),
                 reason=rule["reason"])]
    urgent = rule.get("emergency")
    if urgent:
        lines.append(say("release_emergency", trigger=_trigger(urgent["trigger"]),
                         size=_size(urgent["size"])))
    return lines


def _trigger(trigger: Entry) -> str:
    of = say(f"release_of_{trigger.get('of', 'supply')}")
    levels = [say(f"release_{name}", value=_percent(trigger[name]), of=of)
              for name in LOSSES if name in trigger]
    if "price" in trigger:
        months = trigger.get("price_months", 1)
        levels.append(say("release_price" if months > 1 else "release_price_one",
                          value=_multiple(trigger["price"]), months=months))
    if "cover_days" in trigger:
        levels.append(say("release_cover_days", value=digits.number(trigger["cover_days"])))
    both = trigger.get("when") == "all"
    return say("release_trigger", levels=say("release_every" if both else "release_any")
               .join(levels))


def _size(size: Entry) -> str:
    found = _amount(size)
    low, high = size.get("at_least", 0.0), size.get("at_most", 1.0)
    if low > 0.0 or high < 1.0:
        found += say("release_bounds", low=_percent(low), high=_percent(high))
    return found


def _amount(size: Entry) -> str:
    if "share_of_shortfall" in size:
        return say("release_share_of_shortfall", value=_percent(size["share_of_shortfall"]))
    if "share_of_stock" in size:
        return say("release_share_of_stock", value=_percent(size["share_of_stock"]))
    return say("release_tonnes", value=digits.number(size["tonnes"]))


def _stop(rule: Entry) -> str:
    stop = cast("Entry", rule.get("stop") or {})
    levels: list[str] = []
    if "loss" in stop:
        levels.append(say("release_ends_loss", value=_percent(stop["loss"])))
    if "price" in stop:
        levels.append(say("release_ends_price", value=_multiple(stop["price"])))
    ends = [say("release_every").join(levels)] if levels else [say("release_ends_trigger")]
    if "months" in stop:
        ends.append(say("release_ends_months", value=stop["months"]))
    if rule.get("replenish"):
        cheap = _multiple(rule["replenish"]["price_below"])
        ends.append(say("release_ends_cheap", value=cheap))
    return ", ".join(ends)


def _replenish(rule: Entry) -> str:
    again = rule.get("replenish")
    if not again:
        return say("release_buys_not")
    return say("release_buys", value=_multiple(again["price_below"]), size=_amount(again),
               after=again.get("after", 1))


def _percent(value: float) -> str:
    return f"{digits.number(FULL * value)} %"


def _multiple(value: float) -> str:
    return f"{digits.number(value)} × base"
