"""What a stress run found: a band for every figure, licences apart, and what the scenario changes.

Bands are those of `orepact.indicators.bands`: the 10th to 90th percentile of the members, widened.
What the scenario changes is told pair by pair: each member against the same member without the
scenario, so that what is uncertain about both cancels. These pairs are not widened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import distinct_members, ends_of, middle_of
from orepact.model.curve import Array
from orepact.network.accounts.balance import ASSUMED
from orepact.network.world import World
from orepact.studies.control_clocks import Members
from orepact.studies.outside import outside_only
from orepact.studies.results import result_entries
from orepact.studies.stress.member import FIGURES, WITHOUT

__all__ = [
    "ALL",
    "RESOLUTION",
    "band_table",
    "effect_entries",
    "pooled",
    "sample_entries",
    "stress_entries",
    "targets_of",
]

ALL = "all"
"""Both licence branches together: a band over all members, its middle one of them."""

RESOLUTION = {"price_marginal": 0.02, "unmet_share": 0.005}
"""Changes smaller than this (fraction of the price, of use) are below what the model resolves."""

UNITS = {
    "price_marginal_vs_base": "multiple of base",
    "price_marginal_vs_status_quo": "multiple of status quo",
    "price_transaction_vs_base": "multiple of base",
    "price_transaction_vs_status_quo": "multiple of status quo",
    "unmet_share": "fraction of use",
    "cover_days_worst": "days",
    "export_volume_relative": "multiple of base",
}

SAME = 1e-6
"""Figures that differ by less are the same."""

LARGE_USER = 0.03
"""Share of a material's use outside the exporter from which on a buyer is a large one."""

_MEMBER = ["window", "rank", "draw"]
_PLACE = ["chain", "rung", "period", "region", "material"]
_NOW = {"now_price_marginal": "price_status_quo", "now_price_transaction": "price_status_quo_paid"}


def pooled(
    chains: Sequence[str], world: World, members: pl.DataFrame, *, member_states: bool = False
) -> pl.DataFrame:
    """Return the members with one price outside the exporter for every material of grade D."""
    numbered = members.with_columns(pl.struct(_MEMBER).rank("dense").alias("member"))
    told = _as_years(numbered, FIGURES)
    quiet = _as_years(numbered, [f"{WITHOUT}_{name}" for name in FIGURES])
    outside = [
        outside_only(chains, world, Members(each, pl.DataFrame(), 0, 0.0, 0.0, 0),
                     member_states=member_states).years
        for each in (told, quiet)
    ]
    found = outside[0].with_columns(outside[1][name].alias(f"{WITHOUT}_{name}") for name in FIGURES)
    keys = numbered.select("member", *_MEMBER).unique()
    return (
        found.with_columns(
            pl.col("branch").str.split("/").list.get(0).cast(pl.Int32).alias("rung"),
            pl.col("branch").str.split("/").list.get(1).alias("period"),
        )
        .drop("branch")
        .rename({"rank": "member"})
        .join(keys, on="member", how="left", maintain_order="left")
    )


def _as_years(members: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return members as `outside_only` reads them: ``branch`` says rung and period."""
    return members.select(
        "region",
        "material",
        *[pl.col(name).alias(figure) for name, figure in zip(names, FIGURES, strict=True)],
        *[pl.col(name).alias(other) for name, other in _NOW.items()],
        "chain",
        pl.format("{}/{}", "rung", "period").alias("branch"),
        pl.col("member").cast(pl.Int64).alias("rank"),
        "licence",
    )


def stress_entries(
    chains: Sequence[str], world: World, members: pl.DataFrame, *, member_states: bool = False
) -> list[dict[str, Any]]:
    """Return an entry per chain, rung, period, licence, region and material, a band per figure.

    `members` come from `pooled`. The licence ``all`` has both branches.
    """
    found: list[dict[str, Any]] = []
    empty = Members(pl.DataFrame(), pl.DataFrame(), 0, 0.0, 0.0, 0)
    for licence, part in _by_licence(members):
        for period in part["period"].unique(maintain_order=True):
            years = part.filter(pl.col("period") == period).with_columns(
                pl.col("rung").cast(pl.String).alias("branch"), pl.col("member").alias("rank")
            )
            for entry in result_entries(chains, world, replace(empty, years=years),
                                        member_states=member_states):
                rung = int(entry.pop("branch"))
                _ = entry.pop("by_licence")
                head = {"chain": entry.pop("chain"), "rung": rung, "period": period}
                found.append({**head, "licence": licence, **entry})
    return found


def _by_licence(members: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    licences = sorted(members["licence"].unique())
    yield ALL, members
    if len(licences) > 1:
        for licence in licences:
            yield licence, members.filter(pl.col("licence") == licence)


def effect_entries(members: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what the scenario changes, pair by pair, per chain, rung, period, licence and place.

    `price_marginal_ratio` (multiple of the price without the scenario) and `unmet_share_change`
    (fraction of use): middle pair, 10th and 90th percentile, `more` the fraction of pairs in which
    it rises, `verdict` one of resolved, below resolution, sign not determined.
    """
    found: list[dict[str, Any]] = []
    for licence, part in _by_licence(members):
        ordered = part.sort(*_PLACE, "member", "licence")
        keys = ordered.select(_PLACE).unique(maintain_order=True)
        ratio = _of(ordered, "price_marginal", len(keys)) / _of(
            ordered, f"{WITHOUT}_price_marginal", len(keys))
        change = np.maximum(_of(ordered, "unmet_share", len(keys)), 0.0) - np.maximum(
            _of(ordered, f"{WITHOUT}_unmet_share", len(keys)), 0.0)
        for number, key in enumerate(keys.iter_rows(named=True)):
            entry: dict[str, Any] = {**key, "licence": licence}
            if np.isfinite(ratio[number]).all():
                entry["price_marginal_ratio"] = _pairs(
                    ratio[number], 1.0, RESOLUTION["price_marginal"])
            if np.isfinite(change[number]).all():
                entry["unmet_share_change"] = _pairs(
                    change[number], 0.0, RESOLUTION["unmet_share"])
            if len(entry) > len(key) + 1:
                found.append(entry)
    return found


def sample_entries(members: pl.DataFrame) -> list[dict[str, Any]]:
    """Return per chain how many members there are, of what, and how many of them differ.

    `distinct` members differ in a price or in unmet use anywhere; `licences_alike` says that the
    licence branches of every member lie closer together than what is resolved.
    """
    found: list[dict[str, Any]] = []
    for chain in members["chain"].unique(maintain_order=True):
        part = members.filter(pl.col("chain") == chain).sort(*_PLACE, "member", "licence")
        rows = part.select(_PLACE).n_unique()
        licences = part["licence"].n_unique()
        figures = [np.nan_to_num(_of(part, name, rows)) for name in RESOLUTION]
        found.append({
            "chain": chain,
            "members": figures[0].shape[1],
            "distinct": distinct_members(np.concatenate(figures)),
            "sets": part["rank"].n_unique(),
            "windows": part["window"].n_unique(),
            "draws": part.select("rank", "draw").n_unique() // part["rank"].n_unique(),
            "licences": licences,
            "licences_alike": licences > 1 and all(
                _apart(values.reshape(rows, -1, licences), name) < RESOLUTION[name]
                for values, name in zip(figures, RESOLUTION, strict=True)
            ),
            "rungs_alike": _rungs_alike(part),
        })
    return found


def _apart(values: Array, name: str) -> float:
    """Return how far figures lie apart along the last axis, prices as a fraction of the least."""
    least, most = values.min(axis=-1), values.max(axis=-1)
    apart = most - least
    if name == "price_marginal":
        apart = np.divide(apart, least, out=np.zeros_like(apart), where=least > 0.0)
    return float(apart.max(initial=0.0))


def _rungs_alike(part: pl.DataFrame) -> list[list[int]]:
    """Return the pairs of a rung and the one below it between which no figure of a chain moves."""
    rungs = sorted(part["rung"].unique())
    tables = {
        rung: np.nan_to_num(part.filter(pl.col("rung") == rung).select(FIGURES).to_numpy())
        for rung in rungs
    }
    return [
        [rung, below] for below, rung in pairwise(rungs)
        if np.allclose(tables[rung], tables[below], rtol=SAME, atol=SAME)
    ]


def targets_of(
    chains: Sequence[str],
    entries: Sequence[dict[str, Any]],
    effects: Sequence[dict[str, Any]],
    exporters: Mapping[str, Sequence[str]],
    region: str,
) -> list[dict[str, Any]]:
    """Return the figures whose drivers are told: two for each chain.

    The price of the buyer that the scenario hits hardest, among those with 3 % of use outside the
    exporter or more, of a material of grade D only where there is no other; and the unmet use of
    the material of which `region` lacks most, in the period in which the scenario changes it most;
    none where the middle member lacks nothing that is resolved.
    """
    assumed = {(one["chain"], one["material"]) for one in entries if one["grade"] == ASSUMED}
    large = {
        (one["chain"], one["region"], one["material"]) for one in entries
        if one["use_share"] >= LARGE_USER and one["region"] not in exporters[one["chain"]]
    }
    found: list[dict[str, Any]] = []
    for chain in chains:
        mine = [one for one in effects if one["chain"] == chain and one["licence"] == ALL]
        prices = [one for one in mine if "price_marginal_ratio" in one
                  and (chain, one["region"], one["material"]) in large]
        named = [one for one in prices if (chain, one["material"]) not in assumed] or prices
        worst = max(named, key=lambda one: one["price_marginal_ratio"]["high"], default=None)
        lacking = _most_lacking(
            [one for one in entries if (one["chain"], one["region"]) == (chain, region)], mine)
        for figure, one in (("price_marginal", worst), ("unmet_share", lacking)):
            if one is not None:
                place = {each: one[each] for each in ("region", "material", "period")}
                found.append({"chain": chain, **place, "figure": figure})
    return found


def _most_lacking(
    entries: Sequence[dict[str, Any]], effects: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    """Return the entry of the material that a region lacks most, its period the one changed most.

    None where no middle member of any licence branch lacks what is resolved.
    """
    short = [one for one in entries if "unmet_share" in one
             and one["unmet_share"]["middle"] >= RESOLUTION["unmet_share"]]
    most = max(short, key=lambda one: one["unmet_share"]["middle"], default=None)
    if most is None:
        return None
    place = (most["region"], most["material"])
    change = {
        (one["rung"], one["period"]): abs(one["unmet_share_change"]["middle"])
        for one in effects
        if (one["region"], one["material"]) == place and "unmet_share_change" in one
    }
    mine = [one for one in short if (one["region"], one["material"]) == place]
    return max(mine, key=lambda one: (change.get((one["rung"], one["period"]), 0.0),
                                      one["unmet_share"]["middle"]))


def _of(ordered: pl.DataFrame, name: str, rows: int) -> Array:
    return ordered[name].to_numpy().astype(np.float64).reshape(rows, -1)


def _pairs(values: Array, nothing: float, resolution: float) -> dict[str, Any]:
    low, high = (float(each[0]) for each in ends_of(values[None, :]))
    middle = float(middle_of(values[None, :])[0])
    low, high = min(low, middle), max(high, middle)
    if max(abs(low - nothing), abs(high - nothing)) < resolution:
        verdict = "below resolution"
    elif low < nothing - resolution and high > nothing + resolution:
        verdict = "sign not determined"
    else:
        verdict = "below resolution" if abs(middle - nothing) < resolution else "resolved"
    return {"middle": middle, "low": low, "high": high, "pairs": len(values),
            "more": float(np.mean(values > nothing + resolution)), "verdict": verdict}


def band_table(entries: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Return the bands of entries as a long table with units."""
    rows = [
        {
            **{name: entry[name] for name in (*_PLACE, "licence", "grade")},
            "figure": figure,
            "unit": unit,
            **entry[figure],
        }
        for entry in entries
        for figure, unit in UNITS.items()
        if figure in entry
    ]
    return pl.DataFrame(rows, infer_schema_length=None)
