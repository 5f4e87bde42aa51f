"""The network: what exists, under which rules, facing which futures. Immutable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import isnan
from typing import Protocol, runtime_checkable

from orepact.errors import InputError, Problem, nearest
from orepact.network.chains.circles import circles
from orepact.network.components import (
    Component,
    Demand,
    Material,
    Process,
    Region,
    Reserve,
    Route,
    Stock,
)
from orepact.network.instruments import Instrument
from orepact.network.plants import Plant
from orepact.network.supported import support_problems

__all__ = ["Dataset", "Network", "Policy", "Scenario"]


@runtime_checkable
class Policy(Protocol):
    """A rule laid over a network; it has a name, says who granted it and where it is written."""

    @property
    def name(self) -> str:
        """Return the policy's name, unique in a network."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A possible future: multiples on demand and on activity limits, with a weight.

    `demand` and `production` map a material or process region (``"antimony-oxide"``,
    ``"antimony-mining@CHN"``) to a factor on its base.
    """

    name: str
    weight: float = 1.0
    demand: Mapping[str, float] = field(default_factory=dict[str, float])
    production: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Where a network's numbers come from: name, version and content hash."""

    name: str = "user"
    version: str = "0"
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Network:
    """A network of components with the policies over it and the scenarios it faces.

    `start` is the first month. Three verbs give new networks: `including`, `under`, `facing`.
    """

    regions: tuple[Region, ...] = ()
    materials: tuple[Material, ...] = ()
    processes: tuple[Process, ...] = ()
    routes: tuple[Route, ...] = ()
    stocks: tuple[Stock, ...] = ()
    reserves: tuple[Reserve, ...] = ()
    demands: tuple[Demand, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    plants: tuple[Plant, ...] = ()
    policies: tuple[Policy, ...] = ()
    scenarios: tuple[Scenario, ...] = (Scenario(name="base"),)
    start: date = date(2000, 1, 1)
    dataset: Dataset = field(default_factory=Dataset)

    def __post_init__(self) -> None:
        """Refuse a network that contradicts itself; raises `InputError` with every problem."""
        problems = [*_duplicates(self), *_unknown(self), *_numbers(self), *_circles(self),
                    *support_problems(self)]
        if problems:
            raise InputError(problems)

    def __repr__(self) -> str:
        """Return what the network holds in one line: counts, first month, dataset."""
        parts = ", ".join(
            f"{len(getattr(self, attribute))} {attribute}"
            for attribute in (*_KINDS.values(), *self._supports(), "policies", "scenarios")
        )
        return (
            f"<Network {self.dataset.name} {self.dataset.version}: {parts}, "
            f"from {self.start:%Y-%m}, dataset {self.dataset.hash[:12] or 'without hash'}>"
        )

    def _supports(self) -> tuple[str, ...]:
        return tuple(name for name in ("instruments", "plants") if getattr(self, name))

    def including(self, *components: Component | Plant) -> Network:
        """Return a network in which more exists; a plant brings its process.

        Raises `InputError` when a name is taken or a component names what does not exist.
        """
        kinds: dict[str, list[Component | Plant]] = {
            attribute: [] for attribute in (*_KINDS.values(), "instruments", "plants")
        }
        for component in components:
            if isinstance(component, Plant):
                kinds["plants"].append(component)
                kinds["processes"].append(component.process)
            elif isinstance(component, Instrument):
                kinds["instruments"].append(component)
            else:
                kinds[_KINDS[type(component)]].append(component)
        return replace(
            self,
            **{
                attribute: (*getattr(self, attribute), *added)
                for attribute, added in kinds.items()
                if added
            },
        )

    def under(self, *policies: Policy) -> Network:
        """Return a network in which more rules apply."""
        return replace(self, policies=(*self.policies, *policies))

    def facing(self, *scenarios: Scenario) -> Network:
        """Return a network that faces these futures.

        Raises `InputError` when the weights do not sum to 1.
        """
        total = sum(scenario.weight for scenario in scenarios)
        if not scenarios or abs(total - 1.0) > 1e-9:
            raise InputError(
                [Problem("scenario weights do not sum to 1", found=f"{total:g}", expected="1")]
            )
        return replace(self, scenarios=tuple(scenarios))

    def components(self) -> Iterable[Component]:
        """Yield every component, kind by kind."""
        for attribute in _KINDS.values():
            yield from getattr(self, attribute)


_KINDS: dict[type[Component], str] = {
    Region: "regions",
    Material: "materials",
    Process: "processes",
    Route: "routes",
    Stock: "stocks",
    Reserve: "reserves",
    Demand: "demands",
}


def _duplicates(network: Network) -> list[Problem]:
    problems: list[Problem] = []
    groups = [(kind.__name__, getattr(network, attribute)) for kind, attribute in _KINDS.items()]
    groups += [("Policy", network.policies), ("Scenario", network.scenarios),
               ("Instrument", network.instruments), ("Plant", network.plants)]
    for kind, members in groups:
        seen: set[str] = set()
        for member in members:
            if member.name in seen:
                problems.append(
                    Problem(
                        f"duplicate {kind}",
                        field=member.name,
                        found=member.name,
                        expected="a name used once",
                    )
                )
            seen.add(member.name)
    return problems


def _unknown(network: Network) -> list[Problem]:
    regions = [region.name for region in network.regions]
    materials = [material.name for material in network.materials]
    known_regions, known_materials = set(regions), set(materials)
    problems: list[Problem] = []

    def check(
        component: Component, attribute: str, value: str, known: set[str], names: list[str]
    ) -> None:
        if value not in known:
            kind = type(component).__name__
            problems.append(
                Problem(
                    f"{kind} names what does not exist",
                    field=f"{component.name}.{attribute}",
                    found=repr(value),
                    expected="one of " + ", ".join(names[:8]),
                    nearest=nearest(value, names),
                )
            )

    for process in network.processes:
        check(process, "region", process.region, known_regions, regions)
        for attribute in ("inputs", "outputs"):
            for material in getattr(process, attribute):
                check(process, attribute, material, known_materials, materials)
    for route in network.routes:
        check(route, "exporter", route.exporter, known_regions, regions)
        check(route, "importer", route.importer, known_regions, regions)
        check(route, "material", route.material, known_materials, materials)
    for reserve in network.reserves:
        for region in reserve.entitled:
            check(reserve, "entitled", region, known_regions, regions)
    for place in (*network.stocks, *network.reserves, *network.demands):
        check(place, "region", place.region, known_regions, regions)
        check(place, "material", place.material, known_materials, materials)
    return problems


def _numbers(network: Network) -> list[Problem]:
    problems: list[Problem] = []
    for component in network.components():
        for attribute in (
            "base",
            "capacity",
            "elasticity",
            "initial",
            "wanted",
            "price",
            "carrying_cost",
            "qualification",
            "lag",
            "slope",
            "held",
            "release",
            "lead",
            "shelf_life",
            "largest",
        ):
            value = getattr(component, attribute, 0.0)
            unset = attribute == "price" and isinstance(component, Reserve) and isnan(value)
            if not (value >= 0.0 or unset):
                problems.append(
                    Problem(
                        f"{type(component).__name__} has a negative or missing number",
                        field=f"{component.name}.{attribute}",
                        found=str(value),
                        expected="a number of at least 0",
                    )
                )
    problems += [
        Problem(
            "Process makes nothing",
            field=f"{process.name}.outputs",
            expected="at least one output",
        )
        for process in network.processes
        if not process.outputs
    ]
    return problems


def _circles(network: Network) -> list[Problem]:
    """Refuse circles of processes that return as much as they take."""
    recipes = ((process.inputs, process.outputs) for process in network.processes)
    return [
        Problem(
            "processes form a circle that returns as much as it takes",
            field=name,
            found=f"{back:.3g} t back per tonne",
            expected="less than 1 t",
        )
        for name, back in circles([material.name for material in network.materials], recipes)
    ]
