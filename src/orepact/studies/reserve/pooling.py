"""National, virtual and joint reserves against the same futures: who gains, who subsidises.

*Separate*: every owner buys for its own budget as if nobody else held anything, and only it may
draw. *Virtual*: the same tonnes lie where they lay, but every member is entitled to draw on all of
them. *Joint*: one budget buys for all, and all may draw. Then each owner in turn *refuses*: its own
tonnes stay with it in the crisis, while it may still draw on the others'. Whoever is entitled gets
tonnes by what they are worth on the market of the plan (a planner's bound); a rule of allocation is
the business of `orepact share`.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from typing import Any

import polars as pl

from orepact.errors import InputError, Problem, nearest
from orepact.network.components import Reserve
from orepact.network.stored_forms import world_forms
from orepact.network.world import World, read_world
from orepact.policy import Register, load_register
from orepact.result.two_stage import Sizing
from orepact.studies.reserve.cases import ChainCase, SizingDesign, cases_of
from orepact.studies.reserve.futures import HORIZON, first_month_after
from orepact.studies.reserve.plain import plain
from orepact.studies.reserve.sizing import solved
from orepact.studies.reserve.suppositions import Suppositions, read_suppositions

__all__ = ["OURS", "ReservePooling", "budgets_of", "reserve_pooling"]

SCHEMA_VERSION = 1

OURS = frozenset({"run.json", "arrangements.csv", "members.csv"})
"""What lies in the folder of a comparison."""

SEPARATE, VIRTUAL, JOINT = "separate", "virtual", "joint"

RESOLUTION = 1e-7
"""Part of a sum below which a difference between two plans is what solving leaves open."""

Bought = Mapping[tuple[str, str], float]
"""Tonnes by chain and name of the reserve."""


@dataclass(frozen=True, slots=True)
class ReservePooling:
    """A comparison: `content` is what ``run.json`` holds, `frames` the tables beside it."""

    content: dict[str, Any]
    frames: dict[str, pl.DataFrame] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an arrangement comes to: expected cost (USD), use unmet and spending by member (USD)."""

    cost: float
    unmet: Mapping[str, float]
    tail: Mapping[str, float]
    spent: Mapping[str, float]


def reserve_pooling(
    design: SizingDesign,
    budgets: Mapping[str, float],
    *,
    world: World | None = None,
    register: Register | None = None,
    cards: Suppositions | None = None,
    on: datetime.date | None = None,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
    command: str = "",
) -> ReservePooling:
    """Return what separate, virtual and joint reserves of the same money come to, member by member.

    `budgets` (USD) are the owners' shares; `design.budget` is not used. Values at base prices are a
    lower end: who lacks material would pay more. Raises `InputError` for fewer than two owners and
    for what `reserve_sizing` refuses.
    """
    world = world or read_world()
    register = register or load_register()
    cards = cards or read_suppositions(world)
    today = on or datetime.datetime.now(datetime.UTC).date()
    design = replace(design, chains=design.chains or tuple(world.chains), tornado=0, sample=0,
                     first_month=design.first_month or first_month_after(today))
    _require(design, budgets, world)
    began = time.perf_counter()
    study = _Study(world, register, cards, design, budgets, workers, progress)
    alone = study.cases(())
    pooled = study.cases(design.owners, alone)
    none = study.evaluated(alone, {}, "nothing held")
    each = study.bought_alone(alone)
    together = study.bought(pooled, replace(design, budget=sum(budgets.values())), "joint")
    outcomes = {
        SEPARATE: study.evaluated(alone, each, SEPARATE),
        VIRTUAL: study.evaluated(pooled, each, VIRTUAL),
        JOINT: study.evaluated(pooled, together, JOINT),
    }
    refusals = {
        owner: study.evaluated(_refusing(pooled, owner), each, f"{owner} refuses")
        for owner in design.owners
    }
    arrangements = [_arrangement(name, one, none, budgets) for name, one in outcomes.items()]
    content = {
        **_heading(design, world, command),
        "budgets": dict(budgets),
        "arrangements": arrangements,
        "refusals": [_refusal(owner, one, outcomes[VIRTUAL]) for owner, one in refusals.items()],
        "seconds": time.perf_counter() - began,
    }
    members = [{"arrangement": one["arrangement"], **member}
               for one in arrangements for member in one["members"]]
    heads = [{name: value for name, value in one.items() if name != "members"}
             for one in arrangements]
    return ReservePooling(plain(content), {"arrangements": pl.DataFrame(heads),
                                    "members": pl.DataFrame(members)})


def budgets_of(words: Sequence[str], owners: Sequence[str], budget: float) -> dict[str, float]:
    """Return each owner's money (USD) from words such as ``EU27=0.6``: shares of the budget.

    Without words every owner pays as much. Raises `InputError` for what is no share, for unknown
    owners, and when the shares do not add up to 1.
    """
    if not words:
        return {owner: budget / max(1, len(owners)) for owner in owners}
    problems: list[Problem] = []
    shares: dict[str, float] = {}
    for word in words:
        name, _, text = word.partition("=")
        try:
            shares[name] = float(text)
        except ValueError:
            problems.append(Problem("not a share", field="--share", found=repr(word),
                                    expected="OWNER=FRACTION, such as EU27=0.6"))
            continue
        if not 0.0 <= shares[name] <= 1.0:
            problems.append(Problem("a share lies between 0 and 1", field="--share",
                                    found=repr(word), expected="0 to 1"))
        if name not in owners:
            problems.append(Problem("unknown owner", field="--share", found=repr(name),
                                    expected="one of " + ", ".join(owners),
                                    nearest=nearest(name, list(owners))))
    problems += [Problem("an owner without a share", field="--share", found=owner)
                 for owner in owners if owner not in shares and not problems]
    if not problems and abs(sum(shares.values()) - 1.0) > 1e-9:
        problems.append(Problem("shares do not add up to 1", field="--share",
                                found=f"{sum(shares.values()):g}", expected="1"))
    if problems:
        raise InputError(problems)
    return {owner: shares[owner] * budget for owner in owners}


@dataclass(frozen=True, slots=True)
class _Study:
    world: World
    register: Register
    cards: Suppositions
    design: SizingDesign
    budgets: Mapping[str, float]
    workers: int
    progress: Callable[[str], None] | None

    def cases(
        self, entitled: tuple[str, ...], among: Sequence[ChainCase] = ()
    ) -> list[ChainCase]:
        return cases_of(self.world, self.register, replace(self.design, entitled=entitled),
                        self.cards, world_forms(self.world.folder),
                        among=[case.futures for case in among])

    def bought_alone(self, cases: Sequence[ChainCase]) -> Bought:
        """Return what every owner buys as if the others held nothing."""
        found: dict[tuple[str, str], float] = {}
        for owner in self.design.owners:
            own = [_only(case, owner) for case in cases]
            money = replace(self.design, budget=self.budgets[owner])
            found |= self.bought(own, money, f"{owner} alone")
        return found

    def bought(self, cases: Sequence[ChainCase], design: SizingDesign, name: str) -> Bought:
        sizing = self._solved(cases, design, name)
        return {(row["case"], row["reserve"]): float(row["bought_t"])
                for row in sizing.fills.iter_rows(named=True)}

    def evaluated(self, cases: Sequence[ChainCase], bought: Bought, name: str) -> _Outcome:
        """Return what given tonnes come to, nothing more being bought."""
        given = [_holding(case, bought) for case in cases]
        sizing = self._solved(given, replace(self.design, budget=0.0), name)
        spent = dict.fromkeys(self.design.owners, 0.0)
        kept = 0.0
        for case in given:
            for reserve in case.reserves:
                spent[reserve.owner] += reserve.price * reserve.held
                kept += reserve.held * _kept(reserve, self.cards["reserve-kept-worth"])
        return _Outcome(_expected_cost(sizing) - kept, _unmet(cases, sizing, "expected_without_t"),
                        _unmet(cases, sizing, "tail_without_t"), spent)

    def _solved(self, cases: Sequence[ChainCase], design: SizingDesign, name: str) -> Sizing:
        if self.progress:
            self.progress(name)
        return solved(cases, design, self.cards, workers=self.workers, regret=False)


def _require(design: SizingDesign, budgets: Mapping[str, float], world: World) -> None:
    problems = design.problems(world)
    if len(design.owners) < 2:
        problems.append(Problem("a pool needs two owners", field="--owner",
                                found=", ".join(design.owners), expected="two regions or more"))
    problems += [
        Problem("a budget is a number of USD, 0 or more", field="--budget", found=f"{money:g}")
        for money in budgets.values() if not 0.0 <= money < float("inf")
    ]
    if problems:
        raise InputError(problems)


def _only(case: ChainCase, owner: str) -> ChainCase:
    own = tuple(one for one in case.candidates if one.reserve.owner == owner)
    return replace(case, candidates=own)


def _holding(case: ChainCase, bought: Bought) -> ChainCase:
    """Return a case whose reserves hold given tonnes and cannot buy."""
    def with_tonnes(reserve: Reserve) -> Reserve:
        tonnes = bought.get((case.futures.chain, reserve.name), 0.0)
        return replace(reserve, held=tonnes, largest=0.0)

    return replace(case, candidates=tuple(
        replace(one, reserve=with_tonnes(one.reserve)) for one in case.candidates))


def _refusing(cases: Sequence[ChainCase], owner: str) -> list[ChainCase]:
    """Return cases in which an owner's reserves are for itself alone."""
    return [
        replace(case, candidates=tuple(
            replace(one, reserve=replace(one.reserve, entitled=(owner,)))
            if one.reserve.owner == owner else one
            for one in case.candidates))
        for case in cases
    ]


def _kept(reserve: Reserve, worth: float) -> float:
    """Return what a tonne that is kept to the end is worth less what keeping it costs (USD/t).

    Costs of futures are counted over the same future undisturbed, in which all is kept.
    """
    keeps = reserve.shelf_life == 0 or reserve.shelf_life >= HORIZON
    months = HORIZON if keeps else reserve.shelf_life
    return (worth * reserve.price if keeps else 0.0) - months * reserve.carrying_cost


def _expected_cost(sizing: Sizing) -> float:
    if sizing.futures.is_empty():
        return 0.0
    return float((sizing.futures["weight"] * sizing.futures["cost_without"]).sum())


def _unmet(cases: Sequence[ChainCase], sizing: Sizing, column: str) -> dict[str, float]:
    """Return use unmet by region, in USD at base prices."""
    prices = {(case.futures.chain, one.name): one.price
              for case in cases for one in case.futures.network.materials}
    found: dict[str, float] = {}
    for row in sizing.shortage.iter_rows(named=True):
        worth = row[column] * prices[row["case"], row["material"]]
        found[row["region"]] = found.get(row["region"], 0.0) + worth
    return found


def _arrangement(
    name: str, one: _Outcome, none: _Outcome, budgets: Mapping[str, float]
) -> dict[str, Any]:
    members = list(one.spent)
    avoided, tail = _less(none.unmet, one.unmet), _less(none.tail, one.tail)
    inside = sum(avoided.get(name, 0.0) for name in members)
    paid = sum(budgets.values()) if name == JOINT else sum(one.spent.values())
    spent = {member: budgets[member] / max(paid, 1e-9) * sum(one.spent.values())
             if name == JOINT else one.spent[member] for member in members}
    whole = sum(spent.values())
    return {
        "arrangement": name,
        "spent": whole,
        "value": _beyond(none.cost - whole, one.cost),
        "unmet_avoided": sum(avoided.values()),
        "unmet_avoided_members": inside,
        "unmet_avoided_others": sum(avoided.values()) - inside,
        "members": [
            {
                "member": member,
                "spent": spent[member],
                "share_of_cost": spent[member] / whole if whole > 0.0 else None,
                "unmet_avoided": avoided.get(member, 0.0),
                "tail_avoided": tail.get(member, 0.0),
                "share_of_gain": avoided.get(member, 0.0) / inside if inside > 0.0 else None,
            }
            for member in members
        ],
    }


def _less(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    """Return by region what the second leaves of the first, nothing where plans do not resolve it.

    What is resolved is a part of the use unmet in all regions together.
    """
    whole = sum(first.values())
    found = {name: value - second.get(name, 0.0) for name, value in first.items()}
    return {name: value if abs(value) > RESOLUTION * whole else 0.0
            for name, value in found.items()}


def _beyond(first: float, second: float) -> float:
    """Return what the first costs beyond the second (USD), 0 where plans do not resolve it."""
    return first - second if abs(first - second) > RESOLUTION * abs(first) else 0.0


def _refusal(owner: str, one: _Outcome, virtual: _Outcome) -> dict[str, Any]:
    """Return what it costs the members that one of them refuses, in use unmet (USD)."""
    members = list(virtual.spent)
    more, tail = _less(one.unmet, virtual.unmet), _less(one.tail, virtual.tail)
    return {
        "refuses": owner,
        "cost": _beyond(one.cost, virtual.cost),
        "members": [
            {"member": name, "more_unmet": more.get(name, 0.0),
             "more_unmet_tail": tail.get(name, 0.0)}
            for name in members
        ],
    }


def _heading(design: SizingDesign, world: World, command: str) -> dict[str, Any]:
    return {
        "format": "orepact/reserve-pool/1",
        "schema_version": SCHEMA_VERSION,
        "label": "planner's bound",
        "design": asdict(design),
        "months": HORIZON,
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
        "code_version": metadata.version("orepact"),
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": command or "orepact reserve pool",
    }
