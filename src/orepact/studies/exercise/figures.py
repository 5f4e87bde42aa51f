"""Figures of an exercise: what members say of a turn or of the whole, as rows and as bands.

Rows are per member and place. Bands are those of `orepact.indicators.bands`, licence branches
apart. Means over a turn of a few months hold less well than the means over twelve months that the
widening was found for; a change between two runs is told member by member, so that what is
uncertain about both cancels, and is not widened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import (
    HIGH,
    LOW,
    cover_band,
    middle_of,
    price_band,
    share_band,
)
from orepact.indicators.trajectory import DAYS, transaction_price
from orepact.model.curve import Array
from orepact.studies.exercise.board import Board, Seat, Turned, process_of
from orepact.studies.exercise.text import Priority, Purchase, Release, Restraint, Subsidy, Team
from orepact.studies.outside import OUTSIDE, use_shares

__all__ = [
    "RESOLUTION",
    "bands_of",
    "pairs",
    "place_rows",
    "spread",
    "stock_rows",
    "subsidy_rows",
    "unmet_by_use",
    "use_rows",
]

RESOLUTION = 0.005
"""A change smaller than this share of what it is a change of is below what the model resolves."""


def place_rows(board: Board, seat: Seat, turns: Sequence[Turned]) -> pl.DataFrame:
    """Return a row per region and material with figures over some turns of a member.

    Columns: chain, licence, rank, region, material; `price_marginal`, `price_transaction` (means,
    multiples of base), `unmet_share` of what is wanted without restraint and `restrained_share`
    (fractions), `cover_days_worst` (days); `wanted_t`, `used_t`, `restrained_t`, `unmet_t` (t over
    all months; unmet counts restraint), `cost_usd` of what is used, at transaction prices,
    `base_price` (USD/t).
    Materials of grade D have one price outside the exporter, at the region ``outside``.
    """
    last = turns[-1]
    tables, count = last.simulation.tables, sum(len(each.simulation.price) for each in turns)
    spot = board.shared.behaviour(seat).spot_share
    prices = last.price[len(last.price) - count :]
    paid = transaction_price(prices, spot, last.price[: len(last.price) - count])
    nodes = len(tables.nodes)
    node, base = tables.demands["node"], tables.demands["base"]

    def at_node(name: str) -> Array:
        whole = np.concatenate([
            each.simulation.consumption if name == "used" else base * getattr(each, name)
            for each in turns
        ])
        placed = np.zeros((count, nodes))
        np.add.at(placed.T, node, whole.T)
        return placed

    used, wanted, asked = at_node("used"), at_node("wanted"), at_node("asked")
    final = np.zeros(nodes, dtype=bool)
    final[node] = True

    def share(part: Array) -> Array:
        whole = np.maximum(wanted.sum(axis=0), 1e-12)
        return np.where(final, part.sum(axis=0) / whole, np.nan)

    frame = tables.nodes.frame.select("region", "material").with_columns(
        pl.lit(seat.chain).alias("chain"),
        pl.lit(seat.licence).alias("licence"),
        pl.lit(seat.rank).alias("rank"),
        _series("price_marginal", prices.mean(axis=0)),
        _series("price_transaction", paid.mean(axis=0)),
        _series("unmet_share", share(wanted - used)),
        _series("restrained_share", share(wanted - asked)),
        _series("cover_days_worst", _cover(turns)),
        _series("wanted_t", np.where(final, wanted.sum(axis=0), np.nan)),
        _series("used_t", np.where(final, used.sum(axis=0), np.nan)),
        _series("restrained_t", np.where(final, (wanted - asked).sum(axis=0), np.nan)),
        _series("unmet_t",
                np.where(final, np.maximum(0.0, (wanted - used).sum(axis=0)), np.nan)),
        _series("cost_usd", np.where(
            final, (used * paid).sum(axis=0) * tables.nodes["price"], np.nan)),
        _series("base_price", tables.nodes["price"]),
    )
    return _pooled(board, seat, frame)


def _pooled(board: Board, seat: Seat, frame: pl.DataFrame) -> pl.DataFrame:
    """Give materials of grade D one price outside the exporter, weighted by base use."""
    world = board.shared.world
    assumed = set(world.accounts[seat.chain].assumed)
    if not assumed:
        return frame
    weights = pl.DataFrame(
        [(region, material, share)
         for (_, region, material), share in use_shares((seat.chain,), world).items()
         if material in assumed],
        schema=["region", "material", "weight"], orient="row",
    )
    held = frame.join(weights, on=["region", "material"], how="inner")
    prices = ("price_marginal", "price_transaction")
    whole = held.group_by("material", maintain_order=True).agg(
        ((pl.col(name) * pl.col("weight")).sum()
         / pl.col("weight").filter(pl.col(name).is_not_null()).sum()).alias(name)
        for name in prices
    ).with_columns(
        pl.lit(OUTSIDE).alias("region"), pl.lit(seat.chain).alias("chain"),
        pl.lit(seat.licence).alias("licence"), pl.lit(seat.rank).alias("rank"),
    )
    bare = frame.join(weights, on=["region", "material"], how="left").with_columns(
        pl.when(pl.col("weight").is_null()).then(pl.col(name)).alias(name) for name in prices
    ).drop("weight")
    return pl.concat([bare, whole], how="diagonal").select(frame.columns)


def stock_rows(board: Board, seat: Seat, turns: Sequence[Turned]) -> Iterator[dict[str, Any]]:
    """Yield what each team's stock and purse did over some turns of a member.

    Keys: team, option, material, `tonnes` (sold, bought or subsidised) and `usd` (received less
    than 0, paid more): sales and purchases at the marginal price of the month, since they are made
    on the market of the day.
    """
    network, last = board.network(seat.chain), turns[-1]
    number = {each.name: n for n, each in enumerate(network.processes)}
    count = sum(len(each.simulation.price) for each in turns)
    price = last.price[len(last.price) - count :] * last.simulation.tables.nodes["price"]
    made = np.concatenate([each.simulation.production for each in turns])
    place = last.simulation.tables.processes["node"]
    for team, option in board.shared.exercise.options:
        column = number.get(process_of(team, option))
        if not isinstance(option, Release | Purchase) or column is None:
            continue
        sign = -1.0 if isinstance(option, Release) else 1.0
        tonnes = made[:, column]
        yield {
            "team": team.id, "option": option.id, "material": option.material,
            "tonnes": float(tonnes.sum()),
            "usd": float(sign * (tonnes * price[:, place[column]]).sum()),
        }


def subsidy_rows(
    board: Board, seat: Seat, turns: Sequence[Turned], levels: Array
) -> Iterator[dict[str, Any]]:
    """Yield what each subsidy cost over all turns of a member, in the keys of `stock_rows`.

    `levels` has a column for each of the turns.
    """
    network = board.network(seat.chain)
    number = {each.name: n for n, each in enumerate(network.processes)}
    for row, (team, option) in enumerate(board.shared.exercise.options):
        column = number.get(process_of(team, option))
        if not isinstance(option, Subsidy) or column is None:
            continue
        value = turns[-1].simulation.tables.processes["value"][column]
        tonnes = np.array([each.simulation.production[:, column].sum() for each in turns])
        paid = levels[row, : len(turns)]
        yield {
            "team": team.id, "option": option.id,
            "material": next(iter(network.processes[column].outputs)),
            "tonnes": float(tonnes[paid > 0.0].sum()),
            "usd": float((tonnes * paid).sum() * value),
        }


def use_rows(
    board: Board, seat: Seat, team: Team, turns: Sequence[Turned], levels: Array
) -> Iterator[dict[str, Any]]:
    """Yield the unmet share of each use of a team's region over some turns of a member.

    What is held back is missing in its own use; of the rest every use of a material lacks the same
    share, unless one is served first. `levels` has a column for each of the turns. Keys: material,
    use, `unmet_share`, `first`.
    """
    network = board.network(seat.chain)
    for place, each in enumerate(network.demands):
        if each.region != team.region or len(each.uses) < 2:
            continue
        want, short = dict.fromkeys(each.uses, 0.0), dict.fromkeys(each.uses, 0.0)
        served: set[str] = set()
        for number, turn in enumerate(turns):
            first = _first_uses(board, team, levels[:, number]) & set(each.uses)
            held = _held_back(board, team, levels[:, number])
            wanted = {use: each.base * float(path.sum()) for use, path in turn.uses[place].items()}
            kept = {use: tonnes * held.get(use, 0.0) for use, tonnes in wanted.items()}
            asked = {use: tonnes - kept[use] for use, tonnes in wanted.items()}
            lacking = max(0.0, sum(asked.values())
                          - float(turn.simulation.consumption[:, place].sum()))
            missing = unmet_by_use(asked, lacking, first)
            served |= first
            for use, tonnes in wanted.items():
                want[use] += tonnes
                short[use] += kept[use] + missing[use]
        for use in each.uses:
            yield {"material": each.material, "use": use, "first": use in served,
                   "unmet_share": short[use] / want[use] if want[use] else 0.0}


def _first_uses(board: Board, team: Team, levels: Array) -> set[str]:
    """Return the uses that are served first in a team's region."""
    return {
        option.use
        for (owner, option), level in zip(board.shared.exercise.options, levels, strict=True)
        if isinstance(option, Priority) and owner.region == team.region and level > 0.0
    }


def _held_back(board: Board, team: Team, levels: Array) -> dict[str, float]:
    """Return the fraction of each use that is held back in a team's region."""
    found: dict[str, float] = {}
    for (owner, option), level in zip(board.shared.exercise.options, levels, strict=True):
        if isinstance(option, Restraint) and owner.region == team.region:
            found[option.use] = found.get(option.use, 0.0) + float(level)
    return found


def unmet_by_use(
    wanted: Mapping[str, float], short: float, first: Iterable[str]
) -> dict[str, float]:
    """Return the tonnes that each use lacks of `short` in all; those named `first` lack last."""
    served = set(first) & set(wanted)
    others = sum(tonnes for use, tonnes in wanted.items() if use not in served)
    late = min(short, others)
    early = max(0.0, short - late)
    favoured = sum(tonnes for use, tonnes in wanted.items() if use in served)
    return {
        use: tonnes * (early / favoured if use in served else late / others)
        if (favoured if use in served else others) > 0.0 else 0.0
        for use, tonnes in wanted.items()
    }


def bands_of(rows: pl.DataFrame, elasticity: float) -> list[dict[str, Any]]:
    """Return an entry per place and licence branch with a band for every figure.

    `rows` are those of `place_rows` for all members, `elasticity` that of the central set.
    """
    found: list[dict[str, Any]] = []
    keys = ["chain", "region", "material", "licence"]
    for key, part in rows.group_by(keys, maintain_order=True):
        entry: dict[str, Any] = dict(zip(keys, key, strict=True))

        def of(name: str, part: pl.DataFrame = part) -> Array | None:
            column = part[name]
            return None if column.null_count() else column.to_numpy()[None, :].astype(np.float64)

        for name in ("price_marginal", "price_transaction"):
            if (values := of(name)) is not None:
                entry[name] = asdict(price_band(values)[0])
        if (values := of("unmet_share")) is not None:
            entry["unmet_share"] = asdict(share_band(values, elasticity)[0])
        if (values := of("restrained_share")) is not None:
            entry["restrained_share"] = float(middle_of(values)[0])
        if (values := of("cover_days_worst")) is not None:
            entry["cover_days_worst"] = asdict(cover_band(values)[0])
        found.append(entry)
    return found


def spread(values: Array) -> dict[str, float]:
    """Return the middle member and the 10th and 90th percentile of some members, not widened."""
    low, high = (float(each) for each in np.percentile(values, [LOW, HIGH]))
    middle = float(middle_of(values[None, :])[0])
    return {"middle": middle, "low": min(low, middle), "high": max(high, middle)}


def pairs(values: Array, others: Array, size: float) -> dict[str, Any]:
    """Return the change from `others` to `values`, member by member, with a verdict.

    `size` is what the change is a change of, in the same unit; a change smaller than `RESOLUTION`
    of it is below resolution.
    """
    change = spread(values - others)
    limit = RESOLUTION * abs(size)
    if max(abs(change["low"]), abs(change["high"])) <= limit:
        verdict = "below resolution"
    elif change["low"] < -limit and change["high"] > limit:
        verdict = "sign not determined"
    else:
        verdict = "below resolution" if abs(change["middle"]) <= limit else "resolved"
    return {**change, "verdict": verdict}


def _cover(turns: Sequence[Turned]) -> Array:
    """Return days of stock over use and processing in the worst month, NaN where none is held."""
    tables = turns[-1].simulation.tables
    level = np.concatenate([each.simulation.level for each in turns])
    used = np.concatenate([each.simulation.consumption for each in turns])
    made = np.concatenate([each.simulation.production for each in turns])
    taken = np.zeros((len(level), len(tables.nodes)))
    np.add.at(taken.T, tables.demands["node"], used.T)
    names = tables.processes.frame["process"].to_numpy()
    ours = np.array([str(name).startswith("purchase:") for name in names], dtype=bool)
    inputs = (tables.recipe["ratio"] < 0.0) & ~ours[tables.recipe["process"]]
    process, ratio = tables.recipe["process"][inputs], tables.recipe["ratio"][inputs]
    np.add.at(taken.T, tables.recipe["node"][inputs], (-made[:, process] * ratio).T)
    here = taken[:, tables.stocks["node"]]
    days = np.full(here.shape, np.inf)
    _ = np.divide(DAYS * level, here, out=days, where=here > 1e-9)
    worst = np.full(len(tables.nodes), np.nan)
    worst[tables.stocks["node"]] = np.where(np.isfinite(days).any(axis=0), days.min(axis=0), np.nan)
    return worst


def _series(name: str, values: Array) -> pl.Series:
    return pl.Series(name, values, nan_to_null=True)
