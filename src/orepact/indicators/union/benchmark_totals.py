"""Benchmarks of all strategic materials together: by count, by tonnes and by value.

Regulation (EU) 2024/1252 says *overall* and not how materials are added up. Each weighting is the
mean of capacity over consumption, where capacity beyond a material's own consumption does not make
up for another material; the sum without that cap is beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from orepact.indicators.figure import Figure
from orepact.indicators.span import Span
from orepact.indicators.union.benchmark_case import (
    UNION,
    VERDICTS,
    Case,
    reason_of,
    verdict_of,
)
from orepact.indicators.union.strategic import Benchmark, Strategic
from orepact.indicators.union.union_capacity import MONTHS, consumption, span_of

__all__ = ["WEIGHTINGS", "benchmark_totals", "overall_verdict", "weighted_share"]

WEIGHTINGS = ("by count", "by tonnes", "by value")
_MONTHS_OF_PRICE = 12
_UTILISATION = "project-utilisation"


@dataclass(frozen=True, slots=True)
class _Part:
    """One material of an aggregate: its share of consumption, and what its weight is."""

    material: str
    span: Span | None
    weight: float | None
    figure: Figure
    open_projects: bool


def benchmark_totals(case: Case, benchmark: Benchmark, figures: Sequence[Figure]) -> list[Figure]:
    """Return the benchmark of all materials together for each period and weighting.

    A material without a reading from its account is taken from the study, its production divided by
    the utilisation of a card; one without either may
    have any share from 0 to 1, so it widens the range. One without a weight is left out and named;
    then the verdict is *cannot tell*. `coverage` says how many materials reach the benchmark.
    """
    weights = {name: _weights(case, name) for name in WEIGHTINGS}
    return [
        _total(
            case, benchmark, weighting, period, _parts(case, figures, period, weights[weighting])
        )
        for period in dict.fromkeys(one.period for one in figures if one.form == "account")
        for weighting in WEIGHTINGS
    ]


def weighted_share(parts: Iterable[tuple[Span | None, float]]) -> tuple[Span, float] | None:
    """Return the weighted mean of shares capped at 1 with its range, and without the cap.

    A part is a share (nothing where unknown) and a weight. The value is of the known parts; in the
    range an unknown part has any share from 0 to 1. Nothing where no part is known or all weights
    are zero.
    """
    listed = [(span, weight) for span, weight in parts if weight > 0.0]
    whole = sum(weight for _, weight in listed)
    known = [(span, weight) for span, weight in listed if span is not None]
    sure = sum(weight for _, weight in known)
    if not sure:
        return None
    value = sum(min(1.0, span.value) * weight for span, weight in known) / sure
    low = sum(min(1.0, span.low) * weight for span, weight in known) / whole
    high = (sum(min(1.0, span.high) * weight for span, weight in known) + whole - sure) / whole
    free = sum(span.value * weight for span, weight in known) / sure
    return Span(value, min(low, value), max(high, value)), free


def overall_verdict(figures: Iterable[Figure]) -> str:
    """Return the verdict that all weightings of one benchmark and period share.

    *Cannot tell* where they differ: then the way of adding up decides, and the law does not say it.
    """
    found = {str(figure.coverage["verdict"]) for figure in figures}
    return found.pop() if len(found) == 1 else VERDICTS[2]


def _parts(
    case: Case, figures: Sequence[Figure], period: str, weights: Mapping[str, float | None]
) -> list[_Part]:
    parts: list[_Part] = []
    for entry in case.listed.materials:
        own = [one for one in figures if one.mineral == entry.material]
        account = next(one for one in own if one.form == "account" and one.period == period)
        study = next(one for one in own if one.form == "study")
        figure = account if account.value is not None else study
        span = span_of(account) if account.value is not None else _study_capacity(case, study)
        opened = bool(account.coverage.get("projects_without_capacity"))
        parts.append(_Part(entry.material, span, weights[entry.material], figure, opened))
    return parts


def _study_capacity(case: Case, study: Figure) -> Span | None:
    """Return the capacity behind a share of production: at least the share, by the card more."""
    share, used = span_of(study), case.cards[_UTILISATION]
    if share is None:
        return None
    return Span(share.value / used.value, share.low, share.high / used.low)


def _total(
    case: Case, benchmark: Benchmark, weighting: str, period: str, parts: Sequence[_Part]
) -> Figure:
    counted = [part for part in parts if part.weight is not None]
    found = weighted_share((part.span, part.weight or 0.0) for part in counted)
    left_out = [part.material for part in parts if part.weight is None]
    unknown = [part.material for part in counted if part.span is None]
    opened = sum(part.open_projects for part in parts)
    spans = [part.span for part in parts if part.span is not None]
    reached = sum(span.value >= benchmark.share for span in spans)
    surely = sum(span.low >= benchmark.share for span in spans)
    span, free = found or (None, None)
    verdict = VERDICTS[2] if left_out else verdict_of(span, benchmark.share, open_projects=opened)
    reason = reason_of(span, benchmark.share, open_projects=opened)
    if left_out:
        reason = f"left out, without a weight: {', '.join(left_out)}"
    return Figure(
        indicator="capacity over consumption of all strategic materials",
        value=span.value if span else None,
        low=span.low if span else None,
        high=span.high if span else None,
        unit="1",
        region=UNION,
        stage=benchmark.benchmark,
        form=weighting,
        period=period,
        arithmetic=f"mean of {len(counted) - len(unknown)} materials, each at most 1, {weighting}",
        method=f"{case.listed.act}; {benchmark.article}; the law does not say how to add up",
        missing="" if span else "no material has a share and a weight",
        note=reason,
        inputs=tuple(part.figure for part in parts),
        coverage={
            "benchmark": benchmark.share,
            "verdict": verdict,
            "uncapped": free,
            "reached": f"{reached} of {len(parts)}",
            "surely_reached": f"{surely} of {len(parts)}",
            "unknown": ", ".join(unknown),
            "left_out": ", ".join(left_out),
            "materials_with_open_projects": opened,
        },
    )


def _weights(case: Case, weighting: str) -> dict[str, float | None]:
    if weighting == WEIGHTINGS[0]:
        return {entry.material: 1.0 for entry in case.listed.materials}
    tonnes = {entry.material: _tonnes(case, entry) for entry in case.listed.materials}
    if weighting == WEIGHTINGS[1]:
        return tonnes
    prices = {entry.material: _price(case, entry) for entry in case.listed.materials}
    return {
        name: None if amount is None or (price := prices[name]) is None else amount * price
        for name, amount in tonnes.items()
    }


def _tonnes(case: Case, entry: Strategic) -> float | None:
    """Return a material's consumption: of its account, or output over the study's share of it."""
    found = consumption(case.world, entry, UNION).value
    if found is not None or entry.volume is None:
        return found
    return _from_study(case, entry)


def _from_study(case: Case, entry: Strategic) -> float | None:
    """Return Union output, mean of the study's years, over 1 − import reliance (t/year)."""
    parameters = case.bundle.table("eu_parameters")
    rows = parameters.filter(pl.col("mineral").is_in(entry.study.get("processing", ())))
    reliance = rows["import_reliance_processing"].drop_nulls()
    if reliance.is_empty() or entry.volume is None or float(reliance[0]) >= 1.0:
        return None
    states = case.bundle.table("countries").filter(eu27="yes")["iso3"]
    made = case.bundle.table("production").filter(
        pl.col("mineral") == entry.volume.mineral,
        pl.col("stage") == entry.volume.stage,
        pl.col("year").is_between(2016, 2020),
        pl.col("country").is_in(states.to_list()),
        pl.col("preferred") == "1",
    )
    by_year = made.group_by("year").agg(pl.col("quantity").sum())["quantity"]
    mean = sum(by_year.to_list()) / len(by_year) if len(by_year) else 0.0
    return mean / (1.0 - float(reliance[0])) if mean else None


def _price(case: Case, entry: Strategic) -> float | None:
    """Return the mean base price of what is consumed (USD/t), or the last twelve months' price."""
    if entry.chain and entry.consumption is not None:
        return _base_price(case, entry)
    mineral = entry.volume.mineral if entry.volume else entry.minerals[0]
    rows = case.bundle.table("prices").filter(
        pl.col("mineral") == mineral,
        pl.col("frequency") == "month",
        pl.col("usd_per_t").is_not_null(),
    )
    last = rows.sort("date").tail(_MONTHS_OF_PRICE)["usd_per_t"].to_list()
    return sum(last) / len(last) if last else None


def _base_price(case: Case, entry: Strategic) -> float | None:
    chain = case.world.chains[entry.chain]
    use = entry.consumption
    names = (*use.uses, *(name for row in use.into.values() for name in row)) if use else ()
    rows = case.world.accounts[entry.chain].entries.filter(
        pl.col("kind") == "use", pl.col("region") == UNION, pl.col("material").is_in(names)
    )
    used = {
        material: MONTHS * amount
        for material, amount in rows.group_by("material").agg(pl.col("balanced").sum()).iter_rows()
    }
    weights = used if sum(used.values()) else dict.fromkeys(names, 1.0)
    whole = sum(weights.values())
    return (
        sum(chain.price(name) * part for name, part in weights.items()) / whole if whole else None
    )
