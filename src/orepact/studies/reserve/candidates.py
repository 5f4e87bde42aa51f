"""What a reserve may hold: the materials of a chain that its owner buys abroad and can store."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from orepact.indicators.sector.at_risk_file import read_at_risk
from orepact.network.components import Reserve
from orepact.network.network import Network
from orepact.network.stored_forms import StorageForm, StoredForms
from orepact.network.world import World
from orepact.studies.reserve.paid import PaidPrice
from orepact.studies.reserve.suppositions import Suppositions

__all__ = ["DAYS_OF_MONTH", "Candidate", "Gap", "candidates_of", "willingness_of"]

DAYS_OF_MONTH = 365.25 / 12.0
MONTHS = 12.0
TRADE = ("declared", "controlled")
LEAST = 1e-9
LARGER = 0.5
LEAST_IMPORTED = 0.05
"""Net imports over use below which nothing is held against their loss."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reserve that may be bought, with what its size is held against.

    `output` is the world's output of the material, `imports` the owner's net imports and `use` what
    the owner uses of it in final uses and plants (t/month); `form` says how it lies with what
    `content` (t counted per t as it lies), `grade` is that of the material's account. `depth` is
    what the market yields to this owner, `room` a year of its use less what it holds (t). `paid` is
    the price in buying and `base` the material's base price (USD/t).
    """

    reserve: Reserve
    chain: str
    title: str
    form: str
    grade: str
    output: float
    imports: float
    use: float
    base: float
    content: float = 1.0
    depth: float = math.inf
    room: float = math.inf
    paid: PaidPrice | None = None

    @property
    def capped_by(self) -> str:
        """Return what keeps more from being bought: the market's depth, or a year of own use."""
        return "depth" if self.depth <= self.room else "use"

    def days(self, tonnes: float) -> float | None:
        """Return days of the owner's net imports, None where it has none."""
        return DAYS_OF_MONTH * tonnes / self.imports if self.imports > LEAST else None

    def months(self, tonnes: float) -> float | None:
        """Return months of world output, None where the account has none."""
        return tonnes / self.output if self.output > LEAST else None


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be modelled, and why."""

    what: str
    why: str


def candidates_of(
    network: Network,
    chain: str,
    owners: Sequence[str],
    cards: Suppositions,
    forms: StoredForms,
    *,
    held: Mapping[tuple[str, str], float] | None = None,
    entitled: Sequence[str] = (),
    carry: str = "value",
    paid: Mapping[str, PaidPrice] | None = None,
) -> tuple[list[Candidate], list[Gap]]:
    """Return the reserves that owners may buy of a chain, and what they cannot.

    What is `held` already (t) counts, by region and material. `entitled` regions may draw on every
    reserve, the owner alone if there are none; `carry` is which end of the cards of storage and
    interest holds: value, low or high. `paid` are prices in buying by material, else base prices.
    Owners of one material share the depth of its market by their use.
    """
    known = {region.name for region in network.regions}
    raw: list[Candidate] = []
    gaps: list[Gap] = []
    for owner in owners:
        if owner not in known:
            gaps.append(Gap(f"{chain}, {owner}", "no place of its own in the chain"))
            continue
        for one in _of(network, chain, owner, forms):
            if isinstance(one, Gap):
                gaps.append(one)
            else:
                raw.append(one)
    found: list[Candidate] = []
    for one in raw:
        material = one.reserve.material
        whole = sum(other.use for other in raw if other.reserve.material == material)
        draw = tuple(name for name in entitled if _used(network, name, material) > LEAST)
        priced = replace(one, paid=(paid or {}).get(material))
        priced = replace(priced, reserve=replace(
            one.reserve, entitled=draw, lead=_lead(network, one, forms.of(material)),
            held=(held or {}).get((one.reserve.owner, material), 0.0)))
        found.append(_sized(priced, cards, forms.of(material), carry, one.use / whole))
    return found, gaps


def willingness_of(world: World, chain: str, network: Network, cards: Suppositions) -> float:
    """Return the most that is paid for a tonne of a chain, in base prices.

    The cards of the sectors, weighted by the value of the uses that stand in them.
    """
    text = read_at_risk(world)
    sectors = {use.use: use.sector for use in world.chains[chain].text.uses}
    prices = {material.name: material.price for material in network.materials}
    pairs = [
        (demand.base * share * prices[demand.material],
         text.willingness[sectors[use]].value if sectors.get(use) in text.willingness
         else cards["reserve-willingness"])
        for demand in network.demands for use, share in demand.uses.items()
    ]
    weight = np.array([one for one, _ in pairs])
    if not weight.sum() > 0.0:
        return cards["reserve-willingness"]
    return float(np.average([cap for _, cap in pairs], weights=weight))


def _of(
    network: Network, chain: str, owner: str, forms: StoredForms
) -> Iterator[Candidate | Gap]:
    for material in network.materials:
        use = _used(network, owner, material.name)
        imports = _net_imports(network, owner, material.name)
        if not use > LEAST:
            continue
        where = f"{material.name}, {owner}"
        if not imports > LEAST_IMPORTED * use:
            yield Gap(where, "hardly any net imports: there is nothing to insure")
            continue
        if material.name not in forms.forms:
            yield Gap(where, "no card says in which form it is stored")
            continue
        form = forms.of(material.name)
        if form.storable != "yes":
            few = "not stored" if form.storable == "no" else "a general store serves few users"
            yield Gap(where, f"{few}: {form.reason}")
            continue
        yield Candidate(
            Reserve(name=f"{owner}/{material.name}", owner=owner, region=owner,
                    material=material.name, price=material.price),
            chain, material.title or material.name, form.form,
            material.grade,
            _made(network, material.name), imports, use, material.price, form.content.value,
        )


def _sized(
    one: Candidate, cards: Suppositions, form: StorageForm, carry: str, part: float
) -> Candidate:
    """Return a candidate with its price, cost of holding and its `part` of the market.

    What expires within a year is lost in the plan itself; only a longer shelf life is spread over
    its months as a cost.
    """
    price = one.base
    shelf = form.shelf_life.value if form.shelf_life else 0.0
    ageing = price / shelf if shelf >= MONTHS else 0.0
    depth = part * cards["reserve-depth"] * cards["reserve-build-months"] * one.output
    room = max(0.0, MONTHS * one.use - one.reserve.held)
    reserve = replace(
        one.reserve,
        price=price,
        carrying_cost=getattr(form.carrying_cost(price), carry) + ageing,
        shelf_life=round(shelf),
        largest=min(depth, room),
        source="studies.reserve",
    )
    return replace(one, reserve=reserve, depth=depth, room=room)


def _lead(network: Network, one: Candidate, form: StorageForm) -> int:
    """Return months until released tonnes serve: notice, and re-processing where nothing else does.

    A form that its owner uses in plants for the larger part must be made into the next one first,
    by its shortest step.
    """
    uses = sum(each.base for each in network.demands
               if (each.region, each.material) == (one.reserve.region, one.reserve.material))
    final = uses >= LARGER * one.use
    known = {material.name for material in network.materials}
    steps = [step.value for name, step in form.into.items() if name in known]
    wait = form.notice.value + (min(steps) if steps and not final else 0.0)
    return max(0, math.ceil(wait - LEAST))


def _used(network: Network, region: str, material: str) -> float:
    uses = sum(each.base for each in network.demands
               if (each.region, each.material) == (region, material))
    return uses + sum(each.base * each.inputs.get(material, 0.0)
                      for each in network.processes if each.region == region)


def _net_imports(network: Network, region: str, material: str) -> float:
    own = [route for route in network.routes if route.material == material and route.kind in TRADE
           and route.exporter != route.importer]
    return (sum(route.base for route in own if route.importer == region)
            - sum(route.base for route in own if route.exporter == region))


def _made(network: Network, material: str) -> float:
    return sum(each.base * each.outputs.get(material, 0.0) for each in network.processes)
