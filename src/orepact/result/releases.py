"""Reserves under a rulebook, as the simulator is told of them: their rules and their places."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from orepact.model.curve import Array
from orepact.model.tables import Tables, tables_of
from orepact.network.components import Reserve
from orepact.network.network import Network
from orepact.policy.release.text import Rule, Rulebook
from orepact.result.months import Months

__all__ = ["DAYS", "NEVER", "Release", "releases_of", "rule_for"]

DAYS = 365.25 / 12.0
"""Days of a month."""

NEVER = 1_000_000
"""A number of months that no path reaches."""


@dataclass(frozen=True, slots=True)
class Release:
    """A reserve under its rule, with the numbers of its nodes; without a rule it keeps what it has.

    `node` is where it lies, `members` who may receive and `group` whose loss counts, `weights` what
    each member uses at base (t/month). The price that is looked at is the mean over `priced`, by
    `price_weights`. The rule holds from month `first` to `last`; before `begins` there is no
    reserve.
    """

    reserve: Reserve
    rule: Rule | None
    node: int
    members: tuple[int, ...]
    weights: tuple[float, ...]
    group: tuple[int, ...]
    priced: tuple[int, ...]
    price_weights: tuple[float, ...]
    begins: int = 0
    first: int = 0
    last: int = NEVER

    @property
    def name(self) -> str:
        """Return the name of the reserve."""
        return self.reserve.name

    def later(self, start: int) -> Release:
        """Return the same with months counted from number `start` on."""
        return replace(self, begins=self.begins - start, first=self.first - start,
                       last=self.last - start)

    def delay(self, notice: float) -> float:
        """Return the months from a decision to the arrival of its first tonne."""
        lead = self.reserve.lead
        if self.rule is not None and self.rule.lead is not None:
            lead = self.rule.lead
        return lead + notice / DAYS


def rule_for(reserve: Reserve, rulebook: Rulebook) -> Rule | None:
    """Return the rule that is for a reserve; `check_rulebook` says where more than one would be."""
    return next((rule for rule in rulebook.rules if rule.means(reserve)), None)


def releases_of(
    reserves: Sequence[Reserve], rulebook: Rulebook, network: Network, months: Months, *,
    begins: int = 0,
) -> tuple[Release, ...]:
    """Return the reserves of a network's materials under a rulebook, for `Setting.releases`.

    `months` are those of the setting and `begins` the number of the first one with reserves. What
    the network does not have is left out: reserves of other materials, members that have no place
    there. `check_rulebook` says so before. A reserve without a rule keeps what it has.
    """
    places = _Places.of(network)
    found: list[Release] = []
    for reserve in reserves:
        if (reserve.region, reserve.material) not in places.number:
            continue
        found.append(places.release(reserve, rule_for(reserve, rulebook), months, begins))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Places:
    """The nodes of a network by region and material, and what they use at base (t/month)."""

    number: dict[tuple[str, str], int]
    use: Array
    assumed: frozenset[str]
    exporters: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, network: Network) -> _Places:
        tables = tables_of(network)
        pairs = zip(tables.nodes["region"], tables.nodes["material"], strict=True)
        return cls(
            {(str(region), str(material)): number
             for number, (region, material) in enumerate(pairs)},
            _base_use(tables),
            frozenset(item.name for item in network.materials if item.grade == "D"),
            frozenset((route.exporter, route.material) for route in network.routes
                      if route.kind == "controlled"),
        )

    def release(
        self, reserve: Reserve, rule: Rule | None, months: Months, begins: int
    ) -> Release:
        entitled = reserve.entitled or (reserve.region,)
        named = entitled if rule is None or not rule.members else rule.members
        members = self.nodes([name for name in named if name in entitled], reserve.material)
        group = members
        if rule is not None and rule.group:
            group = self.nodes(rule.group, reserve.material) or members
        priced = self.outside(reserve.material) or group
        first, last = _span(rule, months)
        return Release(
            reserve, rule if members else None, self.number[reserve.region, reserve.material],
            members, self.weights(members), group, priced,
            self.weights(priced) if any(self.weights(priced)) else (1.0,) * len(priced),
            begins, max(begins, first), last,
        )

    def nodes(self, regions: Sequence[str], material: str) -> tuple[int, ...]:
        return tuple(self.number[region, material] for region in regions
                     if (region, material) in self.number)

    def outside(self, material: str) -> tuple[int, ...]:
        """Return all places but the exporter's where trade by partner is assumed, else none."""
        if material not in self.assumed:
            return ()
        return tuple(number for (region, item), number in self.number.items()
                     if item == material and (region, item) not in self.exporters)

    def weights(self, nodes: Sequence[int]) -> tuple[float, ...]:
        return tuple(float(self.use[number]) for number in nodes)


def _base_use(tables: Tables) -> Array:
    count = len(tables.nodes)
    recipe = tables.recipe
    taken = np.maximum(0.0, -recipe["ratio"]) * tables.processes["base"][recipe["process"]]
    use = np.zeros(count)
    np.add.at(use, tables.demands["node"], tables.demands["base"])
    np.add.at(use, recipe["node"], taken)
    return use


def _span(rule: Rule | None, months: Months) -> tuple[int, int]:
    if rule is None:
        return 0, NEVER
    first = 0 if rule.start is None else months.number(_first_day(rule.start))
    return first, NEVER if rule.until is None else months.number(_first_day(rule.until))


def _first_day(month: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{month}-01")
