"""Rival rules side by side: awards, how fair each is, and who would rather stay outside.

All divide the same grams of one form. A member *refuses* a rule under which it can use less than
with its own production alone, and *gives up* something where it can use less than with what
reaches it without sharing. What its reserve gives a month counts on both sides, up to its claim:
whoever shares or stays outside has the same reserve.

Under the oil agreement a member uses its supply right and what it draws, so fairness is measured on
that use. The other rules divide supplies alone; their regrets leave the agreement out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from orepact.division.claims import Awards
from orepact.division.emergency import Party
from orepact.division.fairness import Fairness, fairness, regrets
from orepact.division.leximin import SupplyGraph, leximin
from orepact.division.priority import by_priority
from orepact.division.rules import MOST_ARRIVALS, RULES
from orepact.errors import InputError, Problem, nearest

__all__ = [
    "GRAPH",
    "OIL",
    "ORDERS",
    "RIVALS",
    "Claimant",
    "Rival",
    "known_rules",
    "left_out",
    "monthly_reserve",
    "rivals",
]

NOTHING = Fraction(0)

OIL = "oil-agreement"
"""The supply rights of the oil agreement among the rules."""

ORDERS = {
    "need-first": ("need", "defence", "other", "stocks"),
    "defence-first": ("defence", "need", "other", "stocks"),
}
"""Rules by priority class, proportional within a class."""

GRAPH = "leximin"
"""The rule that reckons with who can be served from where."""

RIVALS = (OIL, *RULES, GRAPH, *ORDERS)
"""The names of all rules, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """A member before a division, in one unit: what it claims, by class, and what it has.

    `reaches` is what reaches it without sharing, `alone` what it makes itself. `own` is what its
    reserve gives a month if it has to last, and `used` what the oil agreement lets it use.
    """

    name: str
    claim: Fraction
    classes: Mapping[str, Fraction]
    reaches: Fraction
    alone: Fraction
    own: Fraction = NOTHING
    used: Fraction = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One rule's awards and what is to be said of them; shares are of the member's claim."""

    rule: str
    awards: Awards
    fair: Fairness
    regret: Mapping[str, Fraction]
    refuse: tuple[str, ...]
    give_up: tuple[str, ...]


def known_rules(names: Sequence[str]) -> list[Problem]:
    """Return a problem for each name that is no rule."""
    return [Problem("unknown rule", field="--rule", found=repr(name),
                    expected="one of " + ", ".join(RIVALS),
                    nearest=nearest(name, list(RIVALS)))
            for name in names if name not in RIVALS]


def rivals(
    claimants: Sequence[Claimant],
    available: Fraction,
    *,
    rules: Sequence[str] = (),
    graph: SupplyGraph | None = None,
    oil: Mapping[str, Fraction] | None = None,
) -> tuple[Rival, ...]:
    """Return what rules make of the same claims, all of them if none is named.

    `oil` has the supply rights of the oil agreement, where it is activated. A rule is left out
    where what it needs is not known: `oil`, `graph`, claims by class, and random arrival for more
    than 16 members. Raises
    `InputError` for unknown rules and for what the rules refuse.
    """
    problems = known_rules(rules)
    if problems:
        raise InputError(problems)
    claims = {one.name: one.claim for one in claimants}
    divisions: dict[str, Awards] = {}
    for rule in rules or RIVALS:
        awards = _awards(rule, claimants, available, graph, oil)
        if awards is not None:
            divisions[rule] = awards
    served = divisions | ({OIL: {one.name: one.used for one in claimants}}
                          if OIL in divisions else {})
    regret = regrets(claims, served, apart=(OIL,)) if served else {}
    return tuple(
        Rival(
            rule=rule, awards=awards, fair=fairness(claims, served[rule]), regret=regret[rule],
            refuse=tuple(one.name for one in claimants if _less(one, awards, one.alone)),
            give_up=tuple(one.name for one in claimants if _less(one, awards, one.reaches)),
        )
        for rule, awards in divisions.items()
    )


def left_out(
    found: Sequence[Rival], rules: Sequence[str] = (), *, whole: bool = True
) -> dict[str, str]:
    """Return by rule why it was left out: `article`, `links`, `classes`, `arrivals` or `regions`.

    `whole` is false where members are told by region, which no rule divides among.
    """
    there = {one.rule for one in found}
    why = dict.fromkeys(ORDERS, "classes") | {OIL: "article", GRAPH: "links"}
    return {rule: why.get(rule, "arrivals") if whole else "regions"
            for rule in rules or RIVALS if rule not in there}


def monthly_reserve(party: Party, months: int) -> Fraction:
    """Return what a member's reserve gives a month if it lasts `months`, in grams.

    What it is committed to hold stands for a reserve that is not known.
    """
    return Fraction(party.commitment if party.reserve is None else party.reserve, months)


def _less(one: Claimant, awards: Awards, without: Fraction) -> bool:
    """Return whether a member can use less under a rule than without it, reserve included."""
    return min(one.claim, awards[one.name] + one.own) < min(one.claim, without + one.own)


def _awards(
    rule: str,
    claimants: Sequence[Claimant],
    available: Fraction,
    graph: SupplyGraph | None,
    oil: Mapping[str, Fraction] | None,
) -> Awards | None:
    claims = {one.name: one.claim for one in claimants}
    if rule == OIL:
        return None if oil is None else dict(oil)
    if rule == GRAPH:
        return None if graph is None else leximin(claims, graph).awards
    if rule in ORDERS:
        if not any(one.classes["need"] or one.classes["defence"] for one in claimants):
            return None
        parts = {one.name: one.classes for one in claimants}
        return by_priority(parts, available, ORDERS[rule])
    if rule == "random-arrival" and len(claims) > MOST_ARRIVALS:
        return None
    return RULES[rule](claims, available)
