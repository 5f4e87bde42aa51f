"""What permits let through of base trade, by material and buyer, month by month.

The law of one exporter, the licence template and reported shipments become shares of base flow;
what military and listed users are refused is told apart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from orepact.model.curve import Array
from orepact.network.chains.chain import Chain
from orepact.network.network import Network
from orepact.policy import LicenceTemplate, Register, permits_by_month
from orepact.policy.licences import CELL, let_through, strictest
from orepact.result.months import SETTLED, Months, Reported

__all__ = ["Law", "Permitted", "permitted_shares", "users_split"]

ROUNDING = 1e-9

SETTLING_MONTHS = 6
"""Months over which trade moves from the last report to what the licence branch says."""

_USES = ("civil", "military", "listed")

_MEANING = [
    "act",
    "material",
    "month",
    "state",
    "end_use",
    "review",
    "reach",
    "newly_imposed",
    "effective",
    "days_share",
    "follows",
    "follows_since",
]


@dataclass(frozen=True, slots=True)
class Law:
    """What decides about the shipments of one exporter.

    `templates` are licence templates of single acts, by act id. What an act of `carving` refuses
    military and listed users beyond what the other acts do is blocked even where civil users buy
    freely.
    """

    chain: Chain
    register: Register
    template: LicenceTemplate
    licence_branch: str
    months: Months
    templates: Mapping[str, LicenceTemplate] = field(default_factory=dict[str, LicenceTemplate])
    reported: Mapping[str, Reported] = field(default_factory=dict[str, Reported])
    carving: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Permitted:
    """What one buyer may have of one material, an entry per month.

    - `share` of base flow, inf where free; `since` months since it was held back; `known` the
      number of the month in which this became known
    - `users`: part of base flow that military and listed users are refused, 0 where trade is free
    - `open`: whether civil users buy freely and only others are refused
    """

    share: Array
    since: Array
    known: Array
    users: Array
    open: npt.NDArray[np.bool_]


def permitted_shares(
    network: Network, law: Law, exporter: str, materials: Sequence[str], places: Sequence[str]
) -> dict[tuple[str, str], Permitted]:
    """Return what is permitted by material and buyer, where anything is held back.

    Raises `InputError` when the register leaves an outcome open in these months.
    """
    table = permits_by_month(
        law.register,
        exporter,
        materials,
        places,
        first=law.months.first,
        last=law.months.last,
        reach=("issuer",),
        layers=True,
    )
    return _shares(table, law, {region.name: region.bloc for region in network.regions})


def _shares(
    table: pl.DataFrame, law: Law, blocs: Mapping[str, str]
) -> dict[tuple[str, str], Permitted]:
    held = table.filter(pl.col("state") != "free")
    kinds = held.select(_MEANING).unique(maintain_order=True)
    found = [_share(row, law) for row in kinds.iter_rows(named=True)]
    priced = held.join(
        kinds.with_columns(
            pl.Series("share", [share for share, _ in found], dtype=pl.Float64),
            pl.Series("as_reported", [told for _, told in found], dtype=pl.Boolean),
        ),
        on=_MEANING,
        how="left",
        nulls_equal=True,
    )
    carving = pl.col("act").is_in(list(law.carving))
    below = pl.when(carving).then(1.0).otherwise("share").min().over(*CELL, "piece")
    priced = strictest(priced.with_columns(below.alias("below"))).with_columns(
        pl.when("as_reported")
        .then(pl.col("days_share") / pl.col("days_share").sum().over(CELL))
        .otherwise("days_share")
        .alias("weight")
    )
    return _by_route(priced, law, blocs)


def _by_route(
    priced: pl.DataFrame, law: Law, blocs: Mapping[str, str]
) -> dict[tuple[str, str], Permitted]:
    months = law.months
    cells = priced.select("material", "destination").unique(maintain_order=True)
    cell = (
        priced.select("material", "destination")
        .join(cells.with_row_index("cell"), on=["material", "destination"], how="left")["cell"]
        .to_numpy()
    )
    use = priced["end_use"].replace_strict({each: k for k, each in enumerate(_USES)}).to_numpy()
    number, start = months.numbers(priced["month"]), months.numbers(priced["effective"])
    seen = np.where(priced["scheduled"].to_numpy(), start, months.numbers(priced["announced"]))
    paths = np.ones((len(cells), len(_USES), months.count))
    gone = priced["weight"].to_numpy() * (1.0 - priced["share"].to_numpy())
    np.subtract.at(paths, (cell, use, number), gone)
    more = priced["weight"].to_numpy() * (priced["below"] - priced["share"]).to_numpy()
    refused = np.zeros_like(paths)
    np.add.at(refused, (cell, use, number), np.maximum(0.0, more))
    told = np.zeros((len(cells), months.count), dtype=bool)
    told[cell[priced["as_reported"].to_numpy()], number[priced["as_reported"].to_numpy()]] = True
    known = np.tile(np.arange(months.count, dtype=np.float64), (len(cells), 1))
    new = (use == 0) & (number == start)
    known[cell[new], number[new]] = seen[new]
    found: dict[tuple[str, str], Permitted] = {}
    for place, (material, destination) in enumerate(cells.iter_rows()):
        split = users_split(law.chain, material, destination, blocs.get(destination, ""))
        share = (1.0 - sum(split)) * paths[place, 0]
        share = share + split[0] * paths[place, 1] + split[1] * paths[place, 2]
        free = (paths[place, 0] >= SETTLED - ROUNDING) & ~told[place]
        carved = split[0] * refused[place, 1] + split[1] * refused[place, 2]
        share = np.where(free, np.where(carved > ROUNDING, 1.0 - carved, np.inf), share)
        users = split[0] * (1.0 - paths[place, 1]) + split[1] * (1.0 - paths[place, 2])
        found[material, destination] = Permitted(
            share,
            _months_held(share),
            known[place],
            np.where(free, np.where(carved > ROUNDING, carved, 0.0), users),
            free & (carved > ROUNDING),
        )
    return found


def _months_held(share: Array) -> Array:
    """Return, month by month, for how long trade has been held without a break."""
    held = np.zeros(len(share))
    for number in range(len(share)):
        before = held[number - 1] if number else 0.0
        held[number] = before + 1.0 if np.isfinite(share[number]) else 0.0
    return held


def _share(row: dict[str, Any], law: Law) -> tuple[float, bool]:
    """Return the share of base flow that a permit lets through and whether a report says so."""
    number = law.months.number(row["month"])
    effective = law.months.number(row["follows_since"] or row["effective"])
    state, reported = str(row["state"]), law.reported.get(str(row["material"]))
    share = let_through(row, law.template, law.licence_branch, templates=law.templates)
    eased = state in {"licensed", "general_licence"} and row["end_use"] == "civil"
    if reported is None or not eased or effective > reported.end:
        return share, False
    if number <= reported.end:
        level = float(reported.level[number])
        return (share, False) if np.isnan(level) else (level, True)
    if reported.settled:
        return 1.0, False
    last = min(1.0, float(reported.level[reported.end]))
    weight = min(1.0, (number - reported.end) / SETTLING_MONTHS)
    return (1.0 - weight) * last + weight * share, False


def users_split(chain: Chain, material: str, destination: str, bloc: str) -> tuple[float, float]:
    """Return the military and the listed share of a destination's imports, else of its bloc's."""
    found = {
        text.region: (text.military, text.listed)
        for text in reversed(chain.text.end_use_split)
        if text.material == material
    }
    named = next((name for name in (destination, bloc, "ALL") if name in found), "")
    return found.get(named, (0.0, 0.0))
