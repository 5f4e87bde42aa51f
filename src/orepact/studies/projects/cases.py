"""The tables of a portfolio: chains, futures and projects laid out block by block.

A block is one year of one future of one chain in which its exporter's control bites. What the
exporter ships to a zone then is the permitted share of its base shipments; others ship a little
more than before, and a part of what they make can be outbid. Use grows in every future by its own
rate, and so do normal shipments; the zones' own old plants do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from orepact.model.portfolio import PortfolioCase
from orepact.network.projects import Project
from orepact.result.portfolio.availability import available, draw_leads
from orepact.studies.projects.chain_tables import ChainTables
from orepact.studies.projects.ground import Block, Ground, blocks_of, size_of
from orepact.studies.projects.zone_rows import made_rows, need_rows, own_recipes, trade_rows

__all__ = ["calm_gains", "case_of"]

Row = tuple[object, ...]
TEXT, REAL = pl.String(), pl.Float64()
DRAWS = 400
WATCHED = 0.25
"""Share of base use from which on a country may come to concentrate supply."""

def case_of(ground: Ground, zones: Sequence[str], budget: float) -> PortfolioCase:
    """Return the tables of the portfolio that `zones` choose together under `budget` (USD).

    Zones of the ground that do not take part keep their base trade with those that do.
    """
    projects = [one for one in ground.projects if one.home in zones]
    blocks = blocks_of(ground)
    chains = {one.chain: one for one in ground.chains}
    opened, given = _opened(ground, projects, blocks)
    hosts, bound = _hosts(projects, chains)
    return PortfolioCase(
        zones=tuple(zones),
        prices={name: price for one in ground.chains for name, price in one.prices.items()},
        starts=_starts(ground, projects, chains),
        roles=_roles(ground, projects),
        blocks=_table([(each.name, each.chain.chain, each.weight) for each in blocks],
                      {"block": TEXT, "chain": TEXT, "weight": REAL}),
        available=_table(opened, {"block": TEXT, "project": TEXT, "year": pl.Int64,
                                  "amount": REAL}),
        given=_table(given, {"block": TEXT, "project": TEXT, "amount": REAL}),
        modes=_table(_modes(projects), {"project": TEXT, "mode": TEXT, "material": TEXT,
                                        "amount": REAL, "first": TEXT}),
        runs=_table([(one.name, mode.recipe, one.cost.value,
                      chains[one.chain].nodes.get(one.country, one.country), one.home)
                     for one in projects for mode in one.modes],
                    {"project": TEXT, "mode": TEXT, "cost": REAL, "country": TEXT, "home": TEXT}),
        hosts=hosts, bound=bound,
        origins=_origins(ground, projects, zones),
        budget=budget,
        shared=ground.cards["shared-cost"],
        weights=ground.weights,
        **_zone_tables(ground, zones, blocks),
    )


def _zone_tables(
    ground: Ground, zones: Sequence[str], blocks: Sequence[Block]
) -> dict[str, pl.DataFrame]:
    """Return what zones need, make, buy and sell, block by block."""
    bought, sold = list[Row](), list[Row]()
    for block in blocks:
        some, other = trade_rows(block, ground, zones)
        bought += some
        sold += other
    used = [row for block in blocks for row in need_rows(block, ground, zones)]
    made = [row for block in blocks for row in made_rows(block, ground, zones)]
    recipes = [row for chain in ground.chains for row in own_recipes(chain, zones)]
    place = {"block": TEXT, "zone": TEXT, "material": TEXT}
    return {
        "bought": _table(bought, {**place, "origin": TEXT, "limit": REAL, "cost": REAL}),
        "sold": _table(sold, {**place, "limit": REAL}),
        "used": _table(used, {**place, "step": pl.Int64, "width": REAL, "pays": REAL}),
        "made": _table(made, {"block": TEXT, "zone": TEXT, "process": TEXT, "limit": REAL,
                              "cost": REAL, "group": TEXT}),
        "recipes": _table(recipes, {"process": TEXT, "material": TEXT, "amount": REAL,
                                    "first": TEXT}),
    }


def _table(rows: Sequence[tuple[object, ...]], schema: Mapping[str, pl.DataType | type[pl.DataType]]
           ) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict(schema), orient="row")


def _modes(projects: Sequence[Project]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for one in projects:
        for mode in one.modes:
            first = next(iter(mode.outputs))
            amounts = dict(mode.outputs)
            for material, amount in mode.inputs.items():
                amounts[material] = amounts.get(material, 0.0) - amount
            found += [(one.name, mode.recipe, material, amount, first)
                      for material, amount in amounts.items()]
    return found


def _open_share(ground: Ground, project: Project, future: int, starts: np.ndarray) -> np.ndarray:
    """Return the share of capacity open, shape (starts, years); one row if decided already."""
    place = ground.projects.index(project)
    years = np.array(ground.years, dtype=np.float64)
    ramp = np.array(ground.leads.ramp[future, place])
    if project.decided:
        opening = np.array([[ground.leads.opens[future, place]]])
    else:
        opening = (starts + ground.leads.wait[future, place])[:, None]
    return available(opening, ramp, years[None, :])


def _opened(
    ground: Ground, projects: Sequence[Project], blocks: Sequence[Block]
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Return what is open in each block, by year of decision, and what is given already."""
    starts = np.array(ground.starts, dtype=np.float64)
    opened: list[tuple[object, ...]] = []
    given: list[tuple[object, ...]] = []
    by_chain: dict[str, list[Block]] = {}
    for block in blocks:
        by_chain.setdefault(block.chain.chain, []).append(block)
    for one in projects:
        whole = size_of(ground, one)
        shares: dict[int, np.ndarray] = {}
        for block in by_chain.get(one.chain, []):
            if block.number not in shares:
                shares[block.number] = _open_share(ground, one, block.number, starts)
            share = shares[block.number][:, ground.years.index(block.year)]
            if one.decided:
                given += [(block.name, one.name, whole * float(share[0]))] if share[0] > 0 else []
                continue
            opened += [(block.name, one.name, year, whole * float(part))
                       for year, part in zip(ground.starts, share, strict=True) if part > 0.0]
    return opened, given


def _starts(
    ground: Ground, projects: Sequence[Project], chains: Mapping[str, ChainTables]
) -> pl.DataFrame:
    """Return every possible start, its capital, and what it earns in years without a control."""
    starts = np.array(ground.starts, dtype=np.float64)
    rows: list[tuple[object, ...]] = []
    for one in projects:
        if one.decided:
            continue
        gain = _weights(ground) @ calm_gains(ground, one, chains[one.chain], starts)
        rows += [(one.name, year, one.capital.value * one.share.value, float(each))
                 for year, each in zip(ground.starts, gain, strict=True)
                 if _in_time(ground, one, year)]
    return _table(rows, {"project": pl.String, "year": pl.Int64, "capital": pl.Float64,
                         "gain": pl.Float64})


def _in_time(ground: Ground, project: Project, year: int) -> bool:
    """Say whether a project that is decided in a year opens by the deadline likely enough."""
    if ground.least_chance <= 0.0:
        return True
    leads = draw_leads((project,), DRAWS, ground.deadline)
    opening = year + leads.wait[:, 0] * ground.wait
    return float(np.mean(opening <= ground.deadline + 1.0)) >= ground.least_chance


def _weights(ground: Ground) -> np.ndarray:
    return np.array([future.weight for future in ground.futures])


def calm_gains(
    ground: Ground, project: Project, chain: ChainTables, starts: np.ndarray
) -> np.ndarray:
    """Return the discounted margin of calm years (USD), shape (futures, starts); never below zero.

    A plant that would lose money at base prices stands still at no cost: what keeps it alive is a
    question of price support. A plant whose feed nobody makes earns nothing.
    """
    margin, room = 0.0, size_of(ground, project)
    for mode in project.modes:
        made = sum(amount * chain.prices[name] for name, amount in mode.outputs.items())
        taken = sum(amount * chain.prices[name] for name, amount in mode.inputs.items())
        feed = min((_whole(chain, name) / amount for name, amount in mode.inputs.items()),
                   default=float("inf"))
        if feed > 0.0:
            margin = max(margin, made - taken - project.cost.value)
            room = min(room, feed)
    host = [one.room for one in chain.hosts if project.host and _same(one.region, project, chain)]
    room = min([room, *host])
    if margin <= 0.0:
        return np.zeros((len(ground.futures), len(starts)))
    total = np.zeros((len(ground.futures), len(starts)))
    for number, future in enumerate(ground.futures):
        share = _open_share(ground, project, number, starts)
        calm = np.array([0.0 if future.posture[chain.exporter].bites(year)
                         else ground.discount(year) for year in ground.years])
        total[number] = (share * calm[None, :]).sum(axis=1)
    return margin * room * total


def _whole(chain: ChainTables, material: str) -> float:
    return sum(amount for (_, name), amount in chain.produced.items() if name == material)


def _same(region: str, project: Project, chain: ChainTables) -> bool:
    return region in {project.country, chain.nodes.get(project.country, project.country)}


def _roles(ground: Ground, projects: Sequence[Project]) -> pl.DataFrame:
    """Return who may finance what, up to which part, and what a dollar costs until the horizon."""
    cards, rows = ground.cards, list[tuple[object, ...]]()
    life = cards["loan-life"]
    for one in projects:
        if one.decided:
            continue
        for year in ground.starts:
            if not _in_time(ground, one, year):
                continue
            for role in one.roles:
                rate = cards[f"rate-{role}"]
                annuity = rate / (1.0 - (1.0 + rate) ** -life)
                charge = annuity * sum(ground.discount(each) for each in ground.years
                                       if year <= each < year + life)
                rows.append((one.name, year, role, cards[f"largest-{role}"], charge))
    return _table(rows, {"project": pl.String, "year": pl.Int64, "role": pl.String,
                         "largest": pl.Float64, "charge": pl.Float64})


def _hosts(
    projects: Sequence[Project], chains: Mapping[str, ChainTables]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what hosts bear, and which projects draw on which."""
    rooms: dict[tuple[str, str], float] = {}
    bound: list[tuple[object, ...]] = []
    for one in projects:
        for host in chains[one.chain].hosts:
            if one.host == host.host and _same(host.region, one, chains[one.chain]):
                rooms[one.chain, host.group] = host.room
                bound.append((host.group, one.name))
    rows = [(chain, group, room) for (chain, group), room in rooms.items()]
    return (_table(rows, {"chain": pl.String, "group": pl.String, "limit": pl.Float64}),
            _table(bound, {"group": pl.String, "project": pl.String}))


def _origins(
    ground: Ground, projects: Sequence[Project], zones: Sequence[str]
) -> pl.DataFrame:
    """Return the countries whose supply is watched, and the shift test's share of each.

    A country that supplies more than that in the base is no new supplier; it is not capped.
    """
    rows: dict[tuple[str, str, str], float] = {}
    least = 0.0 if np.isfinite(ground.shift) else WATCHED
    for chain in ground.chains:
        for (zone, material, origin), amount in _coming(ground, chain, projects, zones).items():
            whole = _base_use(chain, zone, material)
            base = chain.imports.get((zone, material, origin), 0.0)
            if whole > 0.0 and amount > least * whole:
                capped = base <= ground.shift * whole
                rows[zone, material, origin] = ground.shift if capped else float("inf")
    return _table([(*key, share) for key, share in rows.items()],
                  {"zone": TEXT, "material": TEXT, "origin": TEXT, "share": REAL})


def _coming(
    ground: Ground, chain: ChainTables, projects: Sequence[Project], zones: Sequence[str]
) -> dict[tuple[str, str, str], float]:
    """Return the most that may come to each zone from third countries but the exporter (t/year)."""
    coming = {key: amount for key, amount in chain.imports.items() if key[0] in zones}
    for (region, material), amount in chain.produced.items():
        for zone in zones:
            key = (zone, material, region)
            coming[key] = coming.get(key, 0.0) + ground.cards["divertible"] * amount
    for one in projects:
        node = chain.nodes.get(one.country, one.country)
        made = [each for mode in one.modes for each in mode.outputs.items()]
        for zone in zones if one.chain == chain.chain else ():
            for material, amount in made:
                key = (zone, material, node)
                coming[key] = coming.get(key, 0.0) + amount * size_of(ground, one)
    inside = {chain.exporter, *ground.zones}
    return {key: amount for key, amount in coming.items() if key[2] not in inside}


def _base_use(chain: ChainTables, zone: str, material: str) -> float:
    """Return what a zone used in the base, as final use and as input."""
    inputs = sum(-amounts.get(material, 0.0) * limit
                 for (where, _), (limit, _, amounts, _) in chain.made.items()
                 if where == zone and amounts.get(material, 0.0) < 0.0)
    return chain.used.get((zone, material), 0.0) + inputs
