"""What the money buys: materials shared out by goals, bounded by what the world makes.

Each goal shares the money out by a rule of its own, and their weights are an input that is printed:

- emergency: the same days of the owner's net imports of every material
- demand: the same days of the owner's use
- market: use times volatility, since a trader's stock is worth most where prices move most
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from orepact.errors import InputError, Problem
from orepact.model.curve import Array
from orepact.network.network import Network
from orepact.network.stored_forms import StoredForms
from orepact.network.world import World

__all__ = ["GOALS", "Candidate", "Goals", "candidates", "shares_of", "shortages", "tonnes_of"]

GOALS = ("emergency", "market", "demand")
TRADE = ("declared", "controlled")
YES = "yes"
LEFT_OUT = ("scrap",)
"""Stages that a reserve does not buy: scrap is no one thing."""

LEAST = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Goals:
    """The weights of the three goals; they count relative to each other."""

    emergency: float = 1.0
    market: float = 1.0
    demand: float = 1.0

    def problems(self) -> list[Problem]:
        """Return what is wrong with the weights."""
        found = [Problem("a weight is negative", field=f"--goals {name}", found=f"{weight:g}",
                         expected="0 or more")
                 for name, weight in self.raw.items() if not 0.0 <= weight < float("inf")]
        if not found and not sum(self.raw.values()) > 0.0:
            found.append(Problem("every weight is 0", field="--goals", found="0",
                                 expected="a weight above 0"))
        return found

    @property
    def raw(self) -> dict[str, float]:
        """The weights as given."""
        return {"emergency": self.emergency, "market": self.market, "demand": self.demand}

    @property
    def shares(self) -> dict[str, float]:
        """The weights, 1 together."""
        total = sum(self.raw.values())
        return {name: weight / total for name, weight in self.raw.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A material that may be held: the owner's use and net imports, the world's output (t/month).

    `other` is the output outside the chain's dominant exporter, `storage` the cost of storing it
    (USD/t/month: low, middle, high), `grade` that of its account, `unit` what its tonnes count.
    """

    material: str
    title: str
    chain: str
    mineral: str
    grade: str
    price: float
    use: float
    imports: float
    output: float
    other: float
    storage: tuple[float, float, float]
    shelf: float | None
    unit: str = "t"


def candidates(world: World, forms: StoredForms, owner: str) -> tuple[Candidate, ...]:
    """Return the materials of all chains that the owner uses and that can be stored.

    Raises `InputError` where no chain has the owner as a region.
    """
    found: list[Candidate] = []
    for chain in world.chains:
        network = world.network(chain)
        use, imports, output = _use(network, owner), _net_imports(network, owner), _output(network)
        exporter = world.chains[chain].text.exporter
        for material in network.materials:
            form = forms.forms.get(material.name)
            if use.get(material.name, 0.0) <= LEAST or form is None or form.storable != YES:
                continue
            if material.stage in LEFT_OUT:
                continue
            cost = form.storage_cost(material.price)
            made = output.get(material.name, {})
            total = sum(made.values())
            found.append(Candidate(
                material=material.name, title=material.title or material.name, chain=chain,
                mineral=material.mineral, grade=material.grade, price=material.price,
                use=use[material.name], imports=max(0.0, imports.get(material.name, 0.0)),
                output=total, other=total - made.get(exporter, 0.0),
                storage=(cost.low, cost.value, cost.high),
                shelf=form.shelf_life.value if form.shelf_life else None, unit=material.unit,
            ))
    if not found:
        regions = sorted(each.name for each in world.regions)
        raise InputError([Problem("no chain has use in this region", field="owner", found=owner,
                                  expected="one of " + ", ".join(regions[:12]))])
    return tuple(found)


def shortages(
    world: World, forms: StoredForms, owner: str, held: tuple[Candidate, ...]
) -> list[dict[str, Any]]:
    """Return what is used and yet not in the basket, and why."""
    names = {each.material for each in held}
    missing: list[dict[str, Any]] = []
    for chain in world.chains:
        network = world.network(chain)
        titles = {each.name: each.title for each in network.materials}
        for name, tonnes in _use(network, owner).items():
            if tonnes <= LEAST or name in names:
                continue
            form = forms.forms.get(name)
            why = "no stored form" if form is None else form.reason
            why = "scrap is no one form" if form is not None and form.storable == YES else why
            missing.append({"material": name, "title": titles[name] or name, "chain": chain,
                            "why": why})
    return missing


def shares_of(held: tuple[Candidate, ...], goals: Goals, volatility: Array) -> Array:
    """Return each material's share of the money, shape (materials,), by the goals' weights."""
    price = np.array([each.price for each in held])
    use = np.array([each.use for each in held]) * price
    by_goal: Mapping[str, Array] = {
        "emergency": np.array([each.imports for each in held]) * price,
        "demand": use,
        "market": use * volatility,
    }
    total = np.zeros(len(held))
    for name, weight in goals.shares.items():
        value = by_goal[name]
        if weight > 0.0 and value.sum() > 0.0:
            total += weight * value / value.sum()
    return total / total.sum()


def tonnes_of(
    held: tuple[Candidate, ...], shares: Array, money: Array, most: Array, months: Array,
    excluded: Array,
) -> Array:
    """Return the tonnes to hold, shape (members, materials): money shared out, bounded by output.

    `most` is the share of a month's world output that is bought at most, `months` how long, and
    `excluded` (yes or no) whether output of the dominant exporter counts. What a bound leaves over
    is shared out among the others, as long as there are any; the rest stays unspent.
    """
    price = np.array([each.price for each in held])
    output = np.array([each.output for each in held])
    other = np.array([each.other for each in held])
    made = np.where(excluded[:, None] > 0.5, other, output)
    bound = most[:, None] * made * months[:, None] * price
    spent = np.zeros_like(bound)
    left = money.astype(float).copy()
    for _ in held:
        open_ = spent < bound * (1.0 - 1e-9)
        weight = shares * open_
        total = weight.sum(axis=1)
        active = (total > 0.0) & (left > 1.0)
        if not active.any():
            break
        part = np.divide(weight, total[:, None], out=np.zeros_like(weight),
                         where=total[:, None] > 0.0)
        more = np.minimum(part * np.where(active, left, 0.0)[:, None], bound - spent)
        spent += more
        left -= more.sum(axis=1)
    return spent / price


def _use(network: Network, owner: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for demand in network.demands:
        if demand.region == owner:
            found[demand.material] = found.get(demand.material, 0.0) + demand.base
    return found


def _net_imports(network: Network, owner: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for route in network.routes:
        sign = (route.importer == owner) - (route.exporter == owner)
        if sign and route.kind in TRADE:
            found[route.material] = found.get(route.material, 0.0) + sign * route.base
    return found


def _output(network: Network) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for process in network.processes:
        for material, part in process.outputs.items():
            made = found.setdefault(material, {})
            made[process.region] = made.get(process.region, 0.0) + part * process.base
    return found
