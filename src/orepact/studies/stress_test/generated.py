"""The scenarios that every stress test runs, made from a chain's balanced account.

What is asked of each chain alike: the largest third-country supplier stops, it licenses, the
largest plant region stands still, a large use grows. Sizes and lengths are supposed; the parts say
so and carry ranges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from orepact.network.network import Network
from orepact.network.world import World
from orepact.policy import Register, forms_of, knowing, status
from orepact.policy.controls import ALL, Clause, Effect, Item, Kind, PartialDate
from orepact.policy.scenario.text import (
    Control,
    DemandChange,
    Outage,
    Ranged,
    Scenario,
    fixed,
)
from orepact.result.months import Months

__all__ = ["MONTHS", "RESTRAINT", "Generated", "generated", "largest_supplier", "with_restraint"]

MONTHS = 12
"""Months of a generated scenario."""

OUTAGE_MONTHS = 6
RESTRAINT = 0.9
"""Multiple of its use that the region is held to where restraint is tried."""

_SHARE = Ranged(0.5, 0.3, 0.7)
_ALARM = Ranged(0.3, 0.0, 1.0)
_SURGE = Ranged(1.25, 1.1, 1.5)


@dataclass(frozen=True, slots=True)
class Generated:
    """A generated scenario with what it asks; `missing` says why there is none."""

    kind: str
    title: str
    scenario: Scenario | None = None
    facts: Mapping[str, float | str] = field(default_factory=dict[str, "float | str"])
    missing: str = ""


def generated(
    world: World,
    network: Network,
    chain: str,
    region: str,
    first_month: str,
    register: Register | None = None,
) -> tuple[Generated, ...]:
    """Return the standard scenarios of a chain for a region, from a month on (YYYY-MM).

    `register` has the acts in force; goods that an act of the supplier licenses already get no
    further licence.
    """
    supplier, facts = largest_supplier(world, network, region)
    text = world.chains[chain].text
    titles = {one.process: one.title for one in text.processes}
    titles |= {one.use: one.title for one in text.uses}
    counted = frozenset(one.use for one in text.uses if one.counted)
    held = _held(network, region, supplier, first_month, register) if supplier else {}
    make = _Maker(network, chain, region, first_month, titles, counted, held)
    title = text.title
    return (
        make.stop(title, supplier, facts),
        make.licence(title, supplier, facts),
        make.outage(title),
        make.surge(title),
    )


def largest_supplier(
    world: World, network: Network, region: str
) -> tuple[str, dict[str, float | str]]:
    """Return the third country from which a region imports most, by value, and how much.

    Groups of countries issue no acts and are passed over; `facts` has the value (USD/month), its
    share of the region's direct imports and the share of groups.
    """
    prices = {one.name: one.price for one in network.materials}
    states = {name for one in world.regions if one.name == "EU27" for name in one.members}
    inside = {region, "EU27", *states} if region in {"EU27", *states} else {region}
    values: dict[str, float] = {}
    for route in network.routes:
        if route.importer == region and route.exporter not in inside and route.kind in _TRADE:
            worth = route.base * prices[route.material]
            values[route.exporter] = values.get(route.exporter, 0.0) + worth
    groups = {one.name for one in network.regions if one.members not in ((), (one.name,))}
    whole = sum(sorted(values.values()))
    single = {name: value for name, value in values.items() if name not in groups and value > 0.0}
    if not single:
        return "", {}
    name = min(single, key=lambda each: (-single[each], each))
    rest = sum(sorted(value for each, value in values.items() if each in groups))
    return name, {"supplier": name, "usd_per_month": single[name],
                  "share_of_imports": single[name] / whole, "share_of_groups": rest / whole}


_TRADE = ("declared", "controlled")


@dataclass(frozen=True, slots=True)
class _Maker:
    network: Network
    chain: str
    region: str
    first_month: str
    titles: Mapping[str, str]
    counted: frozenset[str]
    held: Mapping[str, str]

    def stop(
        self, title: str, supplier: str, facts: Mapping[str, float | str]
    ) -> Generated:
        kind = "supplier-stop"
        materials = self._shipped(supplier, self.region)
        if not materials:
            return Generated(kind, f"{title}: the largest supplier stops", missing=_NO_SUPPLIER)
        control = self._control(supplier, "export_ban", "ban", materials, (self.region,))
        return Generated(kind, f"{title}: {supplier} stops exports to {self.region}",
                         self._scenario(kind, f"{supplier} stops exports to {self.region}",
                                        controls=(control,)), facts)

    def licence(
        self, title: str, supplier: str, facts: Mapping[str, float | str]
    ) -> Generated:
        kind = "supplier-licence"
        materials = self._shipped(supplier, self.region)
        if not materials:
            return Generated(kind, f"{title}: the largest supplier licenses", missing=_NO_SUPPLIER)
        materials = tuple(name for name in materials if name not in self.held)
        if not materials:
            acts = ", ".join(sorted(set(self.held.values())))
            return Generated(kind, f"{title}: {supplier} licenses all exports", facts=facts,
                             missing=f"licensed already ({acts}); both branches of the licences "
                             "in force are in every scenario")
        control = self._control(supplier, "export_licence", "licence", materials, (ALL,))
        return Generated(kind, f"{title}: {supplier} licenses all exports",
                         self._scenario(kind, f"{supplier} licenses all exports anew",
                                        controls=(control,)), facts)

    def outage(self, title: str) -> Generated:
        kind, found = "outage", _largest_plants(self.network)
        if found is None:
            return Generated(kind, f"{title}: the largest plants stand still",
                             missing="the account has no output")
        recipe, where, facts = found
        last = Months(PartialDate(self.first_month).first, OUTAGE_MONTHS).last
        part = Outage(
            id="standstill", process=recipe, region=where, month=PartialDate(self.first_month),
            until=PartialDate(f"{last:%Y-%m}"), activity=_SHARE, alarm=_ALARM,
            reason="Supposed: half the output of the plants of most value for half a year.",
        )
        words = f"{recipe} in {where} runs at half for {OUTAGE_MONTHS} months"
        return Generated(kind, f"{title}: {words}", self._scenario(kind, words, outages=(part,)),
                         {**facts, "process_title": self.titles.get(recipe, recipe)})

    def surge(self, title: str) -> Generated:
        prices = {one.name: one.price for one in self.network.materials}
        worth: dict[str, float] = {}
        for demand in self.network.demands:
            for use, share in demand.uses.items():
                if demand.region == self.region and use in self.counted:
                    value = demand.base * share * prices[demand.material]
                    worth[use] = worth.get(use, 0.0) + value
        kind = "demand-surge"
        if not worth:
            return Generated(kind, f"{title}: a large use grows",
                             missing=f"{self.region} uses nothing of the chain")
        use = min(worth, key=lambda each: (-worth[each], each))
        last = Months(PartialDate(self.first_month).first, MONTHS).last
        part = DemandChange(
            id="surge", use=use, region=ALL, chain=self.chain, month=PartialDate(self.first_month),
            until=PartialDate(f"{last:%Y-%m}"), factor=_SURGE,
            reason="Supposed: the region's largest use grows by a quarter everywhere at once.",
        )
        words = f"{use} grows by a quarter everywhere"
        return Generated(kind, f"{title}: {words}", self._scenario(kind, words, demand=(part,)),
                         {"use": use, "usd_per_month": worth[use],
                          "use_title": self.titles.get(use, use)})

    def _shipped(self, supplier: str, to: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(
            route.material for route in self.network.routes
            if (route.exporter, route.importer) == (supplier, to) and route.base > 0.0
            and route.kind in _TRADE))

    def _control(
        self, issuer: str, kind: Kind, effect: Effect, materials: Sequence[str],
        destinations: tuple[str, ...],
    ) -> Control:
        day = PartialDate(f"{self.first_month}-01")
        item = Item(name=f"{self.chain}, what is shipped", materials=tuple(materials))
        return Control(
            id=f"supposed-{effect}", title=f"Supposed {effect} of {issuer}", issuer=issuer,
            kind=kind, announced=day, effective=day, destinations=destinations,
            clauses=(Clause(effect=effect, items=(item,)),),
            reason="Supposed, without notice: a test of what depends on the largest supplier.",
        )

    def _scenario(
        self, kind: str, title: str, *, controls: tuple[Control, ...] = (),
        outages: tuple[Outage, ...] = (), demand: tuple[DemandChange, ...] = (),
    ) -> Scenario:
        return Scenario(
            scenario=f"{self.chain}-{kind}", title=title, text=f"{title}.", version=1,
            chains=(self.chain,), first_month=self.first_month, months=MONTHS,
            reason="One of the scenarios that every stress test runs.",
            controls=controls, outages=outages, demand=demand,
        )


def _held(
    network: Network, region: str, supplier: str, first_month: str, register: Register | None
) -> dict[str, str]:
    """Return the materials that an act of the supplier holds back from a region, and the act."""
    if register is None:
        return {}
    known = knowing(register, forms_of(network.materials))
    day = PartialDate(first_month).first
    found: dict[str, str] = {}
    for material in network.materials:
        for act in status(known, day, material.name, region, exporter=supplier):
            if act.status == IN_FORCE and act.reach == "issuer" and act.effect in _HOLDING:
                _ = found.setdefault(material.name, act.act)
    return found


IN_FORCE = "in_force"
_HOLDING = frozenset({"licence", "stricter_review", "presumption_of_denial", "ban"})


def _largest_plants(network: Network) -> tuple[str, str, dict[str, float | str]] | None:
    """Return the process and region whose output is worth most at base prices, with its facts.

    `facts` has the share of the world's output of the material that makes up most of that value.
    """
    prices = {one.name: one.price for one in network.materials}
    worth: dict[tuple[str, str], float] = {}
    made: dict[tuple[str, str, str], float] = {}
    total: dict[str, float] = {}
    for process in network.processes:
        recipe = process.name.rpartition("@")[0]
        for material, ratio in process.outputs.items():
            tonnes, place = process.base * ratio, (recipe, process.region)
            worth[place] = worth.get(place, 0.0) + tonnes * prices[material]
            made[*place, material] = made.get((*place, material), 0.0) + tonnes
            total[material] = total.get(material, 0.0) + tonnes
    if not worth or max(worth.values()) <= 0.0:
        return None
    recipe, where = min(worth, key=lambda each: (-worth[each], each))
    main = max((key for key in made if key[:2] == (recipe, where)),
               key=lambda key: (made[key] * prices[key[2]], key))[2]
    return recipe, where, {
        "process": recipe, "region": where, "usd_per_month": worth[recipe, where],
        "material": main, "share_of_world": made[recipe, where, main] / total[main],
    }


_NO_SUPPLIER = "no third country with trade of its own ships to the region in the account"


def with_restraint(scenario: Scenario, network: Network, region: str) -> Scenario | None:
    """Return a scenario in which a region also uses a tenth less; None where it uses nothing.

    A use that the scenario already changes there, or everywhere, is left as it is.
    """
    taken = {part.use for part in scenario.demand if part.region in {region, ALL}}
    uses = dict.fromkeys(
        use for demand in network.demands if demand.region == region for use in demand.uses
        if use not in taken)
    if not uses:
        return None
    last = Months(scenario.first, scenario.months).last
    parts = tuple(
        DemandChange(
            id=f"restraint-{number}", use=use, region=region, chain=scenario.chains[0],
            month=PartialDate(scenario.first_month), until=PartialDate(f"{last:%Y-%m}"),
            factor=fixed(RESTRAINT), reason="Supposed: what a tenth less use would change.",
        )
        for number, use in enumerate(uses, start=1)
    )
    return replace(scenario, scenario=f"{scenario.scenario}-restraint",
                   demand=(*scenario.demand, *parts))
