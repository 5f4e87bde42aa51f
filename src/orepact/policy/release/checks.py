"""What is wrong with a release rulebook: numbers, contradictions, names; no solver is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from orepact.data.text import Location
from orepact.division.rules import MOST_ARRIVALS
from orepact.errors import nearest
from orepact.network.components import Reserve
from orepact.network.network import Network
from orepact.policy.release.text import Emergency, Replenish, Rule, Rulebook, Size, Stop, Trigger
from orepact.policy.scenario.faults import Fault

__all__ = ["inner_faults", "outer_faults"]

_MOST = float("inf")
_BOUNDS: dict[str, tuple[float, float]] = {
    "group_loss": (0.0, 1.0), "member_loss": (0.0, 1.0), "price": (0.0, _MOST),
    "price_months": (1.0, 60.0), "cover_days": (0.0, _MOST), "share_of_shortfall": (0.0, 1.0),
    "share_of_stock": (0.0, 1.0), "tonnes": (0.0, _MOST), "at_least": (0.0, 1.0),
    "at_most": (0.0, 1.0),
    "loss": (0.0, 1.0), "months": (1.0, 600.0), "price_below": (0.0, _MOST),
    "after": (0.0, 600.0), "by": (0.0, 600.0), "supply_share": (0.0, 1.0),
    "notice": (0.0, 366.0), "lead": (0.0, 60.0),
}
"""The range in which a number makes sense, by its field."""

_LISTS = ("owners", "materials", "reserves", "members", "group")


def inner_faults(rulebook: Rulebook) -> list[Fault]:
    """Return what is wrong with a rulebook in itself: numbers and contradictions."""
    found: list[Fault] = []
    for number, rule in enumerate(rulebook.rules):
        at: Location = ("rules", number)
        found += [
            *_rule_faults(at, rule),
            *_trigger_faults((*at, "trigger"), rule.trigger),
            *_size_faults((*at, "size"), rule.size),
            *_stop_faults((*at, "stop"), rule.stop, rule.trigger),
            *_replenish_faults((*at, "replenish"), rule.replenish, rule.trigger),
            *_emergency_faults((*at, "emergency"), rule.emergency, rule),
        ]
    return [*found, *_twice_faults(rulebook)]


def outer_faults(
    rulebook: Rulebook, reserves: Sequence[Reserve], networks: Sequence[Network]
) -> list[Fault]:
    """Return what a rulebook says of reserves, regions or forms that are not there."""
    known = {
        "owners": [each.owner for each in reserves],
        "reserves": [each.name for each in reserves],
        "materials": [item.name for network in networks for item in network.materials],
        "members": [region.name for network in networks for region in network.regions],
    }
    known["group"] = known["members"]
    found: list[Fault] = []
    for number, rule in enumerate(rulebook.rules):
        at: Location = ("rules", number)
        unknown = list(_unknown(at, rule, known))
        meant = [each for each in reserves if rule.means(each)]
        found += [*unknown, *_entitled_faults(at, rule, meant)]
        if not meant and not unknown:
            found.append(Fault(at, "the rule is for no reserve", rule.id,
                               "owners, materials and reserves of the holdings"))
        found += _arrival_faults(at, rule, meant)
    for one, other in combinations(range(len(rulebook.rules)), 2):
        rules = rulebook.rules[one], rulebook.rules[other]
        both = [each.name for each in reserves if all(rule.means(each) for rule in rules)]
        if both and not _overlap(*rules):
            found.append(_same_tonnes(other, rules, both[0]))
    return found


def _bounded(at: Location, part: object, names: Sequence[str]) -> Iterator[Fault]:
    for name in names:
        value = getattr(part, name)
        least, most = _BOUNDS[name]
        if value is None or least <= value <= most:
            continue
        shown = f"{least:g} or more" if most == _MOST else f"{least:g} to {most:g}"
        if value < 0.0:
            yield Fault((*at, name), "negative", f"{value:g}", shown)
        else:
            word = "a share over 100 %" if most == 1.0 else "outside what makes sense"
            yield Fault((*at, name), word, f"{value:g}", shown)


def _rule_faults(at: Location, rule: Rule) -> Iterator[Fault]:
    yield from _bounded(at, rule, ("notice", "lead"))
    if rule.start is not None and rule.until is not None and rule.until < rule.start:
        yield Fault((*at, "until"), "ends before it starts", rule.until,
                    f"a month from {rule.start}")
    for name in _LISTS:
        values: tuple[str, ...] = getattr(rule, name)
        for place, value in enumerate(values):
            if value in values[:place]:
                yield Fault((*at, name, place), "given twice", value, "each once")


def _trigger_faults(at: Location, trigger: Trigger) -> Iterator[Fault]:
    yield from _bounded(at, trigger, ("group_loss", "member_loss", "price", "price_months",
                                      "cover_days"))
    if not trigger.levels:
        yield Fault(at, "nothing sets it off", expected="group_loss, member_loss, price or "
                    "cover_days")
    for name in ("group_loss", "member_loss"):
        if getattr(trigger, name) == 0.0:
            yield Fault((*at, name), "always met", "0", "a share above 0")
    if trigger.price is not None and 0.0 <= trigger.price <= 1.0:
        yield Fault((*at, "price"), "met at the base price", f"{trigger.price:g}",
                    "a multiple above 1")
    if trigger.price is None and trigger.price_months != 1:
        yield Fault((*at, "price_months"), "months without a price", trigger.price_months,
                    "price: a multiple of the base price")


def _size_faults(at: Location, size: Size) -> Iterator[Fault]:
    yield from _bounded(at, size, ("share_of_shortfall", "share_of_stock", "tonnes", "at_least",
                                   "at_most"))
    if size.at_least > size.at_most:
        yield Fault((*at, "at_least"), "more than its own bound", f"{size.at_least:g}",
                    f"at most at_most, {size.at_most:g}")
    if len(size.measures) != 1:
        yield Fault(at, "a release has one size", ", ".join(size.measures) or "none",
                    "share_of_shortfall, share_of_stock or tonnes")
    if size.share_of_stock is not None and size.share_of_stock > size.at_most:
        yield Fault((*at, "share_of_stock"), "more than its own bound", f"{size.share_of_stock:g}",
                    f"at most at_most, {size.at_most:g}")
    if size.at_most == 0.0 or any(getattr(size, name) == 0.0 for name in size.measures):
        yield Fault(at, "nothing is ever released", "0", "a size above 0")


def _stop_faults(at: Location, stop: Stop, trigger: Trigger) -> Iterator[Fault]:
    yield from _bounded(at, stop, ("loss", "months"))
    losses = [each for each in (trigger.group_loss, trigger.member_loss)
              if each is not None and each >= 0.0]
    if stop.loss is not None and not losses:
        yield Fault((*at, "loss"), "ends at a loss that does not set it off", f"{stop.loss:g}",
                    "group_loss or member_loss in the trigger")
    elif stop.loss is not None and stop.loss > min(losses):
        yield Fault((*at, "loss"), "ends above the loss that sets it off", f"{stop.loss:g}",
                    f"at most {min(losses):g}")
    if stop.price is not None and trigger.price is None:
        yield Fault((*at, "price"), "ends at a price that does not set it off", f"{stop.price:g}",
                    "price in the trigger")
    elif stop.price is not None and trigger.price is not None and stop.price > trigger.price:
        yield Fault((*at, "price"), "ends above the price that sets it off", f"{stop.price:g}",
                    f"at most {trigger.price:g}")


def _replenish_faults(at: Location, part: Replenish | None, trigger: Trigger) -> Iterator[Fault]:
    if part is None:
        return
    yield from _bounded(at, part, ("price_below", "share_of_stock", "tonnes", "after", "by",
                                   "supply_share"))
    sizes = [name for name in ("share_of_stock", "tonnes") if getattr(part, name) is not None]
    if len(sizes) != 1:
        yield Fault(at, "a purchase has one size", ", ".join(sizes) or "none",
                    "share_of_stock or tonnes")
    if trigger.price is not None and part.price_below >= trigger.price:
        yield Fault((*at, "price_below"), "buys at prices at which it releases",
                    f"{part.price_below:g}", f"below the trigger's price, {trigger.price:g}")
    if part.by is not None and part.by < part.after:
        yield Fault((*at, "by"), "full again before it begins to buy", part.by,
                    f"{part.after} months or more")


def _emergency_faults(at: Location, part: Emergency | None, rule: Rule) -> Iterator[Fault]:
    if part is None:
        return
    yield from _bounded(at, part, ("notice",))
    yield from _trigger_faults((*at, "trigger"), part.trigger)
    yield from _size_faults((*at, "size"), part.size)
    for name in part.trigger.levels:
        strict, plain = getattr(part.trigger, name), getattr(rule.trigger, name)
        easier = plain is not None and (strict > plain if name == "cover_days" else strict < plain)
        if easier:
            yield Fault((*at, "trigger", name), "an emergency is easier to meet than the rule",
                        f"{strict:g}", f"{'at most' if name == 'cover_days' else 'at least'} "
                        f"{plain:g}")
    for name in part.size.measures:
        more, plain = getattr(part.size, name), getattr(rule.size, name)
        if plain is not None and more < plain:
            yield Fault((*at, "size", name), "an emergency releases less than the rule",
                        f"{more:g}", f"at least {plain:g}")
    if part.notice > max(0.0, rule.notice):
        yield Fault((*at, "notice"), "an emergency takes longer than the rule",
                    f"{part.notice:g}", f"at most {rule.notice:g} days")


def _twice_faults(rulebook: Rulebook) -> Iterator[Fault]:
    rules = rulebook.rules
    for one, other in combinations(range(len(rules)), 2):
        if rules[one].id == rules[other].id:
            yield Fault(("rules", other, "id"), "duplicate id", rules[other].id,
                        f"one rule (first given in rules.{one})")
        if _overlap(rules[one], rules[other]):
            yield _same_tonnes(other, (rules[one], rules[other]), "")


def _overlap(one: Rule, other: Rule) -> bool:
    """Say whether two rules mean the same reserves whatever the holdings."""
    return all(
        not getattr(one, name) or not getattr(other, name)
        or set(getattr(one, name)) & set(getattr(other, name))
        for name in ("owners", "materials", "reserves")
    )


def _same_tonnes(number: int, rules: tuple[Rule, Rule], name: str) -> Fault:
    which = f"{rules[0].id} and {rules[1].id}" + (f", reserve {name}" if name else "")
    return Fault(("rules", number), "two rules release the same tonnes", which,
                 "rules with owners, materials or reserves of their own")


def _unknown(at: Location, rule: Rule, known: dict[str, list[str]]) -> Iterator[Fault]:
    words = {"owners": "an owner", "reserves": "a reserve", "materials": "a form",
             "members": "a region", "group": "a region"}
    for name in _LISTS:
        there = list(dict.fromkeys(known[name]))
        for place, value in enumerate(getattr(rule, name)):
            if value not in there:
                shown = ", ".join(there[:8]) + (", …" if there[8:] else "")
                yield Fault((*at, name, place), f"not {words[name]} that is known", value,
                            f"one of {shown}" if there else "none is known",
                            nearest(value, there))


def _entitled_faults(at: Location, rule: Rule, meant: Sequence[Reserve]) -> Iterator[Fault]:
    if not meant:
        return
    entitled = {name for each in meant for name in each.entitled or (each.region,)}
    for place, value in enumerate(rule.members):
        if value not in entitled:
            yield Fault((*at, "members", place), "may draw on none of these reserves", value,
                        "one of " + ", ".join(sorted(entitled)))
    for each in meant:
        if rule.members and not set(rule.members) & set(each.entitled or (each.region,)):
            yield Fault((*at, "members"), "none of them may draw on the reserve", each.name,
                        "one of " + ", ".join(each.entitled or (each.region,)))


def _arrival_faults(at: Location, rule: Rule, meant: Sequence[Reserve]) -> Iterator[Fault]:
    if rule.allocation != "random-arrival":
        return
    count = max((len(each.entitled) for each in meant), default=0)
    count = min(count, len(rule.members) or count)
    if count > MOST_ARRIVALS:
        yield Fault((*at, "allocation"), "too many members for this rule", count,
                    f"at most {MOST_ARRIVALS}")
