"""What a scenario does to one region: its use, prices and cover, taken from a stress run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import HIGH, LOW, middle_of
from orepact.network.network import Network
from orepact.policy.scenario.laid import climbs_of
from orepact.policy.scenario.text import Scenario
from orepact.studies.outside import OUTSIDE
from orepact.studies.stress.stress import Stress

__all__ = ["changed_use", "outcome_of", "worst_of"]

_PLACE = ("chain", "rung", "period", "licence", "region", "material")
_KEPT = ("price_marginal_vs_base", "price_transaction_vs_base", "unmet_share", "cover_days_worst")
_CHANGES = ("price_marginal_ratio", "unmet_share_change")
_PAIRS = ["chain", "rung", "period", "region", "material", "licence", "window", "rank", "draw"]
YEAR = 12.0
RESOLUTION = 0.005
"""Changes of unmet use (fraction of use) below this are not told."""


def outcome_of(
    run: Stress, chain: str, region: str, network: Network
) -> list[dict[str, Any]]:
    """Return what a run says of a region in a chain, per rung, period, licence and material.

    Figures of use and cover are the region's; where trade by partner is assumed (grade D) prices
    are those of all outside the exporter, and `price_of` says so. `use` is the region's base use
    (t/year), `use_worth` the same at base prices (USD/year).
    """
    content, used = run.content, _used(network, region)
    effects = {_key(one): one for one in content["effects"]}
    by_key = {_key(one): one for one in content["results"]}
    rows: list[dict[str, Any]] = []
    for entry in content["results"]:
        if (entry["chain"], entry["region"]) != (chain, region):
            continue
        row = {name: entry[name] for name in (*_PLACE, "grade", "use_share")}
        row |= {name: entry[name] for name in _KEPT if name in entry}
        row |= {name: effects[_key(entry)][name] for name in _CHANGES
                if name in effects.get(_key(entry), {})}
        row["use"], row["use_worth"] = used.get(entry["material"], (0.0, 0.0))
        pooled = by_key.get((*_key(entry)[:4], OUTSIDE, entry["material"]))
        row["price_of"] = region
        if pooled is not None and "price_marginal_vs_base" not in entry:
            row["price_of"] = OUTSIDE
            row |= {name: pooled[name] for name in _KEPT[:2] if name in pooled}
            ratio = effects.get(_key(pooled), {}).get(_CHANGES[0])
            row |= {_CHANGES[0]: ratio} if ratio else {}
        if any(name in row for name in _KEPT):
            rows.append(row)
    return rows


def _used(network: Network, region: str) -> dict[str, tuple[float, float]]:
    prices = {one.name: one.price for one in network.materials}
    found: dict[str, float] = {}
    for demand in network.demands:
        if demand.region == region:
            found[demand.material] = found.get(demand.material, 0.0) + YEAR * demand.base
    return {material: (tonnes, tonnes * prices[material]) for material, tonnes in found.items()}


def _key(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(entry[name] for name in _PLACE)


def worst_of(rows: Sequence[Mapping[str, Any]], scenario: Scenario) -> dict[str, Any] | None:
    """Return the material and period of which the region lacks most on the highest rung.

    By the high end of what the scenario changes times the use at base prices, both licence branches
    together; None where nothing was told.
    """
    last = max(climbs_of(scenario))
    told = [row for row in rows if row["rung"] == last and row["licence"] == "all"
            and "unmet_share_change" in row]
    if not told:
        return None
    return dict(max(told, key=lambda row: (row["unmet_share_change"]["high"] * row["use_worth"],
                                           row["unmet_share_change"]["high"], row["material"])))


def changed_use(before: Stress, after: Stress, chain: str, region: str) -> list[dict[str, Any]]:
    """Return how unmet use differs between two runs of the same members, pair by pair.

    One entry per rung, period and material: middle pair, 10th and 90th percentile (fraction of
    use) and a verdict. Raises `KeyError` where the runs have not the same members.
    """
    mine = (pl.col("chain") == chain) & (pl.col("region") == region)
    first, second = (
        run.frames["members"].filter(mine, pl.col("unmet_share").is_not_null())
        .select(*_PAIRS, pl.col("unmet_share").clip(0.0, 1.0))
        for run in (before, after)
    )
    joined = first.join(second, on=_PAIRS, suffix="_after")
    if len(joined) != len(first) or len(joined) != len(second):
        message = "the runs have not the same members"
        raise KeyError(message)
    found: list[dict[str, Any]] = []
    for (rung, period, material), part in joined.group_by("rung", "period", "material",
                                                          maintain_order=True):
        change = (part["unmet_share_after"] - part["unmet_share"]).to_numpy().astype(np.float64)
        low, high = (float(each) for each in np.percentile(change, [LOW, HIGH]))
        middle = float(middle_of(change[None, :])[0])
        small = max(abs(low), abs(high)) < RESOLUTION
        turns = low < -RESOLUTION and high > RESOLUTION
        found.append({
            "rung": rung, "period": period, "material": material, "middle": middle,
            "low": min(low, middle), "high": max(high, middle), "pairs": len(change),
            "verdict": "below resolution" if small else
            "sign not determined" if turns else "resolved",
        })
    return found
