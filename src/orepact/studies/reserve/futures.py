"""The futures that a reserve is sized against: a hundred years that may come, each with a weight.

A future is twelve months in which something happens from the first one on, or nothing does. What
may happen is what every stress test asks of a chain: the largest supplier stops or licenses, the
largest plants stand still, a large use grows. Suspended acts end as a branch of the register says,
and licences are granted or refused. A Latin hypercube (McKay, Beckman and Conover 1979,
doi:10.1080/00401706.1979.10489755) draws all of it at once. How many futures a kind has is chosen,
what they weigh together is its card: rare kinds are drawn more often than they weigh. Calm years
are not drawn: each that differs is there once and weighs what the branches weigh that end in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from orepact.model.curve import Array
from orepact.model.tables import Tables, tables_of
from orepact.network.behaviour import Behaviour
from orepact.network.chains.chain import Chain
from orepact.network.conduits import with_evasion
from orepact.network.network import Network
from orepact.network.world import World
from orepact.policy import (
    LicenceTemplate,
    Register,
    forms_of,
    knowing,
    load_branches,
    load_template,
)
from orepact.policy.controls import ALL, PartialDate
from orepact.policy.holds import Hold, holds_of
from orepact.policy.scenario.ranges import drawn
from orepact.policy.scenario.text import Distribution, Ranged, Scenario, fixed
from orepact.result.alarms import alarmed_by_outages
from orepact.result.limits import route_limits
from orepact.result.months import Months, reported_levels
from orepact.result.paths import setting_of
from orepact.result.restrictions import binding_exporters, restrictions_of
from orepact.result.setting import Restrictions, Setting
from orepact.result.shocks import outage_factors, surges
from orepact.studies.replay import Told, months_since_base
from orepact.studies.reserve.calm import EXTENDED, calm_years
from orepact.studies.reserve.draws import dealt, points_of
from orepact.studies.reserve.events import Held, held_routes, laid_over, licence_path
from orepact.studies.reserve.suppositions import Suppositions, branch_chances
from orepact.studies.stress_test.generated import Generated, generated

__all__ = [
    "CALM",
    "HORIZON",
    "KINDS",
    "ChainFutures",
    "FutureYear",
    "first_month_after",
    "futures_of",
]

HORIZON = 12
"""Months of a future."""

CALM = "calm"

KINDS: Mapping[str, tuple[str, float]] = {
    CALM: ("", 0.0),
    "stop": ("supplier-stop", 0.33),
    "licence": ("supplier-licence", 0.28),
    "outage": ("outage", 0.22),
    "surge": ("demand-surge", 0.17),
}
"""By kind: the generated scenario that it is made from, and the share of the draws that it gets."""

MIDDLE = 0.5



@dataclass(frozen=True, slots=True)
class FutureYear:
    """A future: its kind, weight, branch of the register and licences, and what it tells.

    `told` counts months from the end of the base; `words` says what was drawn. In a `quiet` one
    nothing new happens, so no reserve is released. A calm year has `cells`: the branches of the
    register that end in it, each with the chance (1) of the licences that go with it.
    """

    name: str
    kind: str
    weight: float
    branch: str
    licence: str
    leakage: float
    told: Told
    words: Mapping[str, float | str] = field(default_factory=dict[str, "float | str"])
    quiet: bool = False
    cells: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ChainFutures:
    """A chain's futures, which share one network; weights sum to 1.

    `first` is the number of the first month of every future, counted from the end of the base.
    `missing` says which kinds the chain has none of, and why; their weight is with the calm ones.
    """

    chain: str
    network: Network
    behaviour: Behaviour
    months: Months
    first: int
    futures: tuple[FutureYear, ...]
    missing: Mapping[str, str]
    tables: Tables

    def limits(self, future: FutureYear) -> Array:
        """Return what each route may carry at most (months × routes, t/month), as it comes."""
        behaviour = replace(self.behaviour, leakage=future.leakage)
        base = self.tables.routes["base"]
        return np.concatenate([
            route_limits(self.tables, behaviour, future.told.restrictions, shipped=base,
                         number=self.first + month, months=1)
            for month in range(HORIZON)
        ])

    def supply(self, future: FutureYear) -> Array:
        """Return factors on processes (months × processes)."""
        return future.told.setting.supply[self.first : self.first + HORIZON]

    def demand(self, future: FutureYear) -> Array:
        """Return factors on uses (months × demands)."""
        return future.told.setting.demand[self.first : self.first + HORIZON]


def futures_of(
    world: World,
    register: Register,
    chain: str,
    owners: Sequence[str],
    first_month: str,
    cards: Suppositions,
    *,
    count: int = 100,
    seed: int = 1,
    behaviour: Behaviour | None = None,
    template: LicenceTemplate | None = None,
) -> ChainFutures:
    """Return `count` futures of a chain for the owners of a reserve, from a month on (YYYY-MM).

    Every calm year that differs and one future of each kind are always there, so that there are
    more than `count` where that is too few. Every owner must be a region of the chain. The same
    seed gives the same futures. Raises `InputError` for an unknown chain.
    """
    behaviour = behaviour or world.ensemble[0]
    network = world.network(chain, behaviour)
    made = {
        owner: {one.kind: one for one in generated(world, network, chain, owner, first_month,
                                                   register)}
        for owner in owners
    }
    text = world.chains[chain]
    branches = load_branches()
    known = knowing(register, forms_of(network.materials))
    laws = {name: known.under(branch) for name, branch in branches.items()}
    issuers = {
        control.issuer
        for kinds in made.values() for one in kinds.values() if one.scenario
        for control in one.scenario.controls
    }
    binding = {name: binding_exporters(network, text, law) for name, law in laws.items()}
    issuers |= {exporter for exporters in binding.values() for exporter in exporters}
    network = with_evasion(network, sorted(issuers - {text.text.exporter}), behaviour)
    first = PartialDate(first_month).first
    months = months_since_base(text.text.calibration.last, first, HORIZON)
    maker = _Maker(world, text, network, laws, binding, template or load_template(), months,
                   months.number(first), made, cards)
    kinds = maker.kinds()
    missing = {kind: maker.why(kind) for kind in KINDS if kind not in kinds}
    return ChainFutures(chain, network, behaviour, months, maker.first,
                        tuple(maker.futures(kinds, count, seed)), missing, tables_of(network))


@dataclass(frozen=True, slots=True)
class _Maker:
    world: World
    chain: Chain
    network: Network
    laws: Mapping[str, Register]
    binding: Mapping[str, Sequence[str]]
    template: LicenceTemplate
    months: Months
    first: int
    made: Mapping[str, Mapping[str, Generated]]
    cards: Suppositions
    base: dict[tuple[str, str], Restrictions] = field(
        default_factory=dict[tuple[str, str], Restrictions])
    alike: dict[str, str] = field(default_factory=dict[str, str])
    quiet: dict[str, Setting] = field(default_factory=dict[str, Setting])

    def kinds(self) -> dict[str, float]:
        """Return the weight (a year) of every kind that the chain has."""
        found = {
            kind: self.cards[f"reserve-weight-{kind}"]
            for kind in KINDS if kind != CALM and self._owners(kind)
        }
        return {CALM: max(0.0, 1.0 - sum(found.values())), **found}

    def why(self, kind: str) -> str:
        """Return why the chain has no future of a kind."""
        name = KINDS[kind][0]
        return "; ".join(dict.fromkeys(
            kinds[name].missing for kinds in self.made.values() if kinds[name].missing))

    def futures(self, kinds: Mapping[str, float], count: int, seed: int) -> list[FutureYear]:
        """Return the calm years, then draws dealt to the other kinds by their shares."""
        if not count:
            return []
        whole = sum(kinds.values())
        calm = self._calm(kinds[CALM] / whole)
        rare = [kind for kind in kinds if kind != CALM]
        points = points_of(max(count - len(calm), len(rare)) if rare else 0, seed)
        given = dealt([row["kind"] for row in points],
                      {kind: KINDS[kind][1] for kind in rare})
        return calm + [
            self._future(f"{kind}-{number:03d}", kind, kinds[kind] / whole / given.count(kind), row)
            for number, (kind, row) in enumerate(zip(given, points, strict=True), start=len(calm))
        ]

    def _calm(self, weight: float) -> list[FutureYear]:
        """Return every calm year that differs, at the middle leakage."""
        approve, leakage = self.template.prior_approve, self._leakage(MIDDLE)
        chances = {"approve": approve, "refuse": 1.0 - approve}
        cards = branch_chances(self.cards, list(self.laws))
        told = {(branch, licence): self._base(branch, licence)
                for branch in (EXTENDED, *self.laws) for licence in chances}
        return [
            FutureYear(f"{CALM}-{number:03d}", CALM,
                       weight * sum(cards[branch] * chance for branch, chance in one.cells),
                       *one.first, leakage, Told(one.restrictions, self._setting({})),
                       {"branches": ", ".join(dict.fromkeys(name for name, _ in one.cells))},
                       one.quiet, one.cells)
            for number, one in enumerate(calm_years(told, chances, self.first, HORIZON))
        ]

    def _owners(self, kind: str) -> list[str]:
        name = KINDS[kind][0]
        return [owner for owner, kinds in self.made.items() if kinds[name].scenario]

    def _future(
        self, name: str, kind: str, weight: float, row: Mapping[str, float]
    ) -> FutureYear:
        branch = self._branch(row["branch"])
        licence = "approve" if row["licence"] < self.template.prior_approve else "refuse"
        leakage = self._leakage(row["leakage"])
        words: dict[str, float | str] = {"leakage": leakage}
        owners = self._owners(kind)
        owner = owners[min(int(row["owner"] * len(owners)), len(owners) - 1)]
        told = Told(self._base(branch, licence), self._setting({}))
        scenario = self.made[owner][KINDS[kind][0]].scenario
        if scenario is not None:
            told, more = self._lays()[kind](told, scenario, owner, licence, row)
            words |= {"owner": owner, **more}
        return FutureYear(name, kind, weight, branch, licence, leakage, told, words)

    def _lays(self) -> Mapping[str, Callable[..., tuple[Told, dict[str, float | str]]]]:
        return {"stop": self._stop, "licence": self._licence, "outage": self._outage,
                "surge": self._surge}

    def _stop(
        self, told: Told, scenario: Scenario, owner: str, licence: str, row: Mapping[str, float]
    ) -> tuple[Told, dict[str, float | str]]:
        del licence
        control = scenario.controls[0]
        materials = {name for clause in control.clauses for item in clause.items
                     for name in item.materials}
        alone = row["aimed"] < self.cards["reserve-aimed"]
        routes = held_routes(self.network, self.chain.text.exporter, control.issuer, materials,
                             (owner,) if alone else (ALL,))
        length = round(self._card("reserve-stop-months", row["months"]))
        share = self._card("reserve-stop-share", row["size"])
        held = Held(routes, np.full((length, len(routes)), share), self.first)
        words: dict[str, float | str] = {
            "supplier": control.issuer, "goods": ", ".join(sorted(materials)),
            "buyers": owner if alone else ALL, "months": float(length), "share": share}
        return replace(told, restrictions=laid_over(told.restrictions, held)), words

    def _licence(
        self, told: Told, scenario: Scenario, owner: str, licence: str, row: Mapping[str, float]
    ) -> tuple[Told, dict[str, float | str]]:
        del owner, row
        control = scenario.controls[0]
        materials = {name for clause in control.clauses for item in clause.items
                     for name in item.materials}
        routes = held_routes(self.network, self.chain.text.exporter, control.issuer, materials,
                             (ALL,))
        path = licence_path(self.network, self.chain, self.template, licence, routes,
                            self.months.count - self.first)
        held = Held(routes, path, self.first)
        return (replace(told, restrictions=laid_over(told.restrictions, held)),
                {"supplier": control.issuer, "goods": ", ".join(sorted(materials)),
                 "buyers": ALL})

    def _outage(
        self, told: Told, scenario: Scenario, owner: str, licence: str, row: Mapping[str, float]
    ) -> tuple[Told, dict[str, float | str]]:
        del owner, licence
        part = scenario.outages[0]
        activity = _drawn(part.activity, row["size"])
        fixed_part = replace(part, activity=fixed(activity), alarm=fixed(part.alarm.value))
        factors = outage_factors(self.network, (fixed_part,), self.months)
        setting = replace(told.setting, supply=told.setting.supply * factors)
        alarmed = alarmed_by_outages(self.network, (fixed_part,), self.months, told.restrictions)
        return Told(alarmed, setting), {
            "process": part.process, "region": part.region, "activity": activity}

    def _surge(
        self, told: Told, scenario: Scenario, owner: str, licence: str, row: Mapping[str, float]
    ) -> tuple[Told, dict[str, float | str]]:
        del owner, licence
        part = scenario.demand[0]
        factor = _drawn(part.factor, row["size"])
        extra = surges((replace(part, factor=fixed(factor)),), self.chain.text.chain, self.months)
        return replace(told, setting=self._setting(extra)), {"use": part.use, "factor": factor}

    def _setting(self, extra: Mapping[tuple[str, str], Array]) -> Setting:
        if extra:
            return setting_of(self.network, self.chain, self.months, extra)
        if "" not in self.quiet:
            self.quiet[""] = setting_of(self.network, self.chain, self.months)
        return self.quiet[""]

    def _base(self, branch: str, licence: str) -> Restrictions:
        key = (self._alike(branch), licence)
        if key not in self.base:
            register = self.laws[branch]
            self.base[key] = restrictions_of(
                self.network, self.chain, register, self.template, licence, self.months,
                reported=reported_levels(self.chain, self.months),
                exporters=self.binding[branch])
        return self.base[key]

    def _alike(self, branch: str) -> str:
        """Return the first branch in which the chain's goods are held as in this one."""
        if branch not in self.alike:
            held = self._held(branch)
            self.alike[branch] = next(
                (name for name in self.alike if self._held(name) == held), branch)
        return self.alike[branch]

    def _held(self, branch: str) -> list[tuple[Hold, ...]]:
        return [holds_of(self.laws[branch], exporter, material.name)
                for exporter in self.binding[branch] for material in self.network.materials]

    def _branch(self, quantile: float) -> str:
        names = list(self.laws)
        ends = np.cumsum(list(branch_chances(self.cards, names).values()))
        return names[min(int(np.searchsorted(ends, quantile, "right")), len(names) - 1)]

    def _leakage(self, quantile: float) -> float:
        values = np.array([one.leakage for one in self.world.ensemble])
        return float(np.quantile(values, quantile))

    def _card(self, name: str, quantile: float) -> float:
        low, high = self.cards.ends(name)
        return _drawn(Ranged(self.cards[name], low, high), quantile)


def _drawn(one: Ranged, quantile: float) -> float:
    return drawn(one, Distribution(of="size", kind="triangular"), quantile)


def first_month_after(day: datetime.date) -> str:
    """Return the month after a day, as YYYY-MM."""
    return (day.replace(day=1) + datetime.timedelta(days=31)).strftime("%Y-%m")
