"""What a zone needs, makes and can import in one year under control."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite

from orepact.studies.projects.chain_tables import ChainTables, HostRoom
from orepact.studies.projects.ground import BASE_YEAR, Block, Ground

__all__ = [
    "OTHERS",
    "PROMISE",
    "STEPS",
    "made_rows",
    "need_rows",
    "own_recipes",
    "trade_rows",
    "worth_bound",
]

STEPS = (1.0, 0.95, 0.85, 0.7, 0.5, 0.0)
"""Shares of use at which a step of the demand curve ends."""
OTHERS = "others"
BEYOND = " beyond base"
"""Marks what a zone that does not take part ships beyond base trade."""
PROMISE = 99
"""The step of what is promised to a zone that does not take part."""
SMALL = 0.15
"""Share of use below which origins are counted together, unless a shift test watches each."""

Row = tuple[object, ...]


def growth_of(block: Block) -> float:
    """Return use in the block's year over that of the base."""
    return float((1.0 + block.future.growth[block.chain.chain]) ** (block.year - BASE_YEAR))


def trade_rows(block: Block, ground: Ground, zones: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """Return what each zone can buy, by origin, and what it may sell to third regions.

    Base trade with a zone that does not take part goes on; what is paid for it stays between the
    two and is left out, so that separate portfolios add up. Beyond it such a zone ships as third
    countries do, at their price: more than before, with growth, and a part of what it makes. It is
    not asked whether it has that to spare, so that some tonnes may be counted in both.
    """
    chain, cards = block.chain, ground.cards
    grown = growth_of(block)
    kind = block.future.posture[chain.exporter].kind
    dear = 1.0 + cards["import-premium"]
    small = 0.0 if isfinite(ground.shift) else SMALL
    bought: list[Row] = []
    for zone in zones:
        for material in chain.prices:
            others = 0.0
            for origin, limit in _limits(chain, zone, material, ground).items():
                if origin in zones:
                    continue
                if origin == chain.exporter:
                    part = limit * cards[f"permitted-{kind}"] * grown
                    bought += [(block.name, zone, material, origin, part, dear)] if part else []
                elif origin in ground.zones:
                    base = min(limit, chain.imports.get((zone, material, origin), 0.0))
                    more = limit * grown - base
                    bought += [(block.name, zone, material, origin, base, cards["shared-cost"])
                               ] if base else []
                    bought += [(block.name, zone, material, f"{origin}{BEYOND}", more, dear)
                               ] if ground.beyond and more > 0.0 else []
                elif limit > small * chain.used.get((zone, material), 0.0):
                    bought.append((block.name, zone, material, origin, limit * grown, dear))
                else:
                    others += limit * grown
            if others > 0.0:
                bought.append((block.name, zone, material, OTHERS, others, dear))
    sold: list[Row] = [(block.name, zone, material, amount)
                       for (zone, material), amount in chain.exports.items() if zone in zones]
    return bought, sold


def _limits(chain: ChainTables, zone: str, material: str, ground: Ground) -> dict[str, float]:
    """Return the most that comes from each origin before growth (t/year)."""
    surge, divert = 1.0 + ground.cards["surge-others"], ground.cards["divertible"]
    found: dict[str, float] = {}
    for (where, name, origin), amount in chain.imports.items():
        if where == zone and name == material:
            found[origin] = amount * (1.0 if origin == chain.exporter else surge)
    for (region, name), amount in chain.produced.items():
        if name == material and region not in {chain.exporter, zone}:
            found[region] = found.get(region, 0.0) + divert * amount
    return found


def need_rows(block: Block, ground: Ground, zones: Sequence[str]) -> list[Row]:
    """Return what each zone needs, step by step of its demand curve, and what it has promised.

    The users of a step would pay (middle of the step)^(−1/elasticity), the card's cap at most.
    What a zone ships to one that does not take part is a promise: not kept, it costs as much as it
    could be worth there.
    """
    chain, cap = block.chain, ground.cards["willingness-cap"]
    grown, rows = growth_of(block), list[Row]()
    for (zone, material), amount in chain.used.items():
        if zone not in zones:
            continue
        slope = max(chain.elasticity[zone, material], 0.02)
        for step, (upper, lower) in enumerate(pairwise(STEPS)):
            pays = min(cap, ((upper + lower) / 2.0) ** (-1.0 / slope))
            rows.append((block.name, zone, material, step, amount * grown * (upper - lower), pays))
    bound = worth_bound(chain, cap)
    for (importer, material, exporter), amount in chain.imports.items():
        if exporter in zones and importer not in zones:
            rows.append((block.name, exporter, material, PROMISE, amount, bound[material]))
    return _summed(rows)


def _summed(rows: list[Row]) -> list[Row]:
    """Add up promises of one material to several importers."""
    found: dict[tuple[object, ...], list[float]] = {}
    for *key, width, pays in rows:
        held = found.setdefault(tuple(key), [0.0, 0.0])
        held[0] += float(str(width))
        held[1] = float(str(pays))
    return [(*key, width, pays) for key, (width, pays) in found.items() if width > 0.0]


def worth_bound(chain: ChainTables, cap: float) -> dict[str, float]:
    """Return the most that a tonne of each material can be worth, ÷ its base price."""
    value = {name: 2.0 * cap * price for name, price in chain.prices.items()}
    for _ in chain.prices:
        for _, _, amounts, _ in chain.made.values():
            made = sum(amount * value[name] for name, amount in amounts.items() if amount > 0.0)
            for name, amount in amounts.items():
                if amount < 0.0:
                    value[name] = max(value[name], min(made / -amount, 1e3 * chain.prices[name]))
    return {name: value[name] / price for name, price in chain.prices.items()}


def made_rows(block: Block, ground: Ground, zones: Sequence[str]) -> list[Row]:
    """Return what each zone's own processes can make, and what circuits add by themselves.

    Such a circuit recovers a by-product because the price is high: it comes `recovery-delay` years
    after the control bites and grows over `recovery-years`.
    """
    chain, cards = block.chain, ground.cards
    rows: list[Row] = [
        (block.name, zone, name, limit, cost, "")
        for (zone, name), (limit, cost, _, _) in chain.made.items() if zone in zones
    ]
    since = block.year - block.future.posture[chain.exporter].first - cards["recovery-delay"]
    part = min(1.0, max(0.0, since / cards["recovery-years"])) * cards["recovery-response"]
    rows += [
        (block.name, host.region, responding(host), part * host.room,
         cards["recovery-cost"] * chain.prices[host.material], host.group)
        for host in chain.hosts if host.region in zones and part * host.room > 0.0
    ]
    return rows


def own_recipes(chain: ChainTables, zones: Sequence[str]) -> list[Row]:
    """Return what each process of the zones makes and takes per tonne of its first output."""
    rows: list[Row] = [
        (name, material, amount, first)
        for (zone, name), (_, _, amounts, first) in chain.made.items() if zone in zones
        for material, amount in amounts.items()
    ]
    rows += [(responding(host), host.material, 1.0, host.material)
             for host in chain.hosts if host.region in zones]
    return rows


def responding(host: HostRoom) -> str:
    """Return the name of circuits that are built because the price is high."""
    return f"{host.process} by itself@{host.region}"
