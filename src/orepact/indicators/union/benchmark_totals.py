"""Benchmarks of all strategic materials together: by count, by tonnes and by value.

Regulation (EU) 2024/1252 says *overall* and not how materials are added up. Each weighting is the
mean of capacity over consumption, where capacity beyond a material's own consumption does not make
up for another material; the sum without that cap is beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from orepact.indicators.figure import Figure, Input
from orepact.indicators.span import Span
from orepact.indicators.union.benchmark_case import (
    UNION,
    VERDICTS,
    Case,
    dated,
    reason_of,
    verdict_of,
)
from orepact.indicators.union.benchmark_weights import WEIGHTINGS, Weight, weights_of
from orepact.indicators.union.strategic import Benchmark
from orepact.indicators.union.union_capacity import span_of
from orepact.network.accounts.balance import ASSUMED

__all__ = ["ALL_THREE", "benchmark_totals", "overall_verdict", "weighted_share"]

ALL_THREE = "all three"
"""Form of the verdict that the three weightings share."""

_INDICATOR = "capacity over consumption of all strategic materials"
_UTILISATION = "project-utilisation"


@dataclass(frozen=True, slots=True)
class _Part:
    """One material of an aggregate: its share without cap, the share that counts, its weight."""

    material: str
    span: Span | None
    weight: float | None
    share: Figure
    open_projects: bool


def benchmark_totals(case: Case, benchmark: Benchmark, figures: Sequence[Figure]) -> list[Figure]:
    """Return the benchmark of all materials together for each period and weighting.

    A material without a reading from its account is taken from the study, its production divided by
    the utilisation of a card; one without either may have any share from 0 to 1, so it widens the
    range. So does one whose account is of grade D, with its own value; where account and study
    contradict each other the range holds both. One without a weight is left out and named; then the
    verdict is *cannot tell*. `coverage` says how many materials reach the benchmark. The last
    figure of a period has the verdict that all weightings share. Inputs are the share that counts
    of each material with its weight: the sum of share × weight over the sum of weights is the
    value.
    """
    weights = {name: weights_of(case, name) for name in WEIGHTINGS}
    found: list[Figure] = []
    for period in dict.fromkeys(one.period for one in figures if one.form == "account"):
        parts = {name: _parts(case, figures, period, name, weights[name]) for name in WEIGHTINGS}
        totals = [_total(case, benchmark, name, period, parts[name]) for name in WEIGHTINGS]
        found += [*totals, _together(totals)]
    return found


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


def _together(totals: Sequence[Figure]) -> Figure:
    """Return the verdict that all weightings share; its range holds those of all."""
    first, verdict = totals[0], overall_verdict(totals)
    told = [f"{one.form} {one.coverage['verdict']}" for one in totals]
    same = verdict != VERDICTS[2]
    values = sorted(one.value for one in totals if one.value is not None)
    lows, highs = ([getattr(one, end) for one in totals] for end in ("low", "high"))
    return Figure(
        indicator=_INDICATOR,
        value=values[0] if same else None,
        low=min(lows) if same else None,
        high=max(highs) if same else None,
        unit="1",
        region=UNION,
        stage=first.stage,
        form=ALL_THREE,
        period=first.period,
        method=first.method,
        arithmetic="the least of the three" if same else "",
        missing="" if same else ", ".join(told),
        note="every way of adding up says so" if same else "",
        inputs=tuple(totals),
        coverage={"benchmark": first.coverage["benchmark"], "verdict": verdict},
    )


def _parts(
    case: Case,
    figures: Sequence[Figure],
    period: str,
    weighting: str,
    weights: Mapping[str, Weight],
) -> list[_Part]:
    parts: list[_Part] = []
    for entry in case.listed.materials:
        own = [one for one in figures if one.mineral == entry.material]
        account = next(one for one in own if one.form == "account" and one.period == period)
        study = next(one for one in own if one.form == "study")
        weight = weights[entry.material]
        known = account.value is not None
        span, share = _counted(account) if known else _of_study(case, study, account)
        opened = bool(account.coverage.get("projects_without_capacity"))
        told = _weighed(share, weight, weighting)
        parts.append(_Part(entry.material, span, weight.value, told, opened))
    return parts


_Counted = tuple[Span | None, Figure]


def _counted(account: Figure) -> _Counted:
    """Return the share of an account that counts: its range as far as the evidence bears it."""
    limits, value = account.coverage, float(account.value or 0.0)
    low, high = float(limits["sure_low"]), float(limits["sure_high"])
    words = ""
    if limits["grade"] == ASSUMED:
        words = "assumed steps (grade D) may have any share"
    if "study_low" in limits:
        low, high = min(low, limits["study_low"]), max(high, limits["study_high"])
        words = "account and study contradict each other: the range holds both"
    span = Span(value, low, high)
    return span, _share_figure(account, span, f"{value:.4g}", words, (account,))


def _of_study(case: Case, study: Figure, account: Figure) -> _Counted:
    """Return the capacity behind a share of production: at least the share, by the card more."""
    share, used = span_of(study), case.cards[_UTILISATION]
    if share is None:
        told = f"no share: {account.missing}"
        return None, _share_figure(account, None, "", told, (account, study))
    span = Span(share.value / used.value, share.low, share.high / used.low)
    card = Input(
        name=used.title,
        value=used.value,
        unit=used.unit,
        source=f"card:{used.card}",
        where=f"{used.low:g} to {used.high:g}: {used.reason}",
    )
    words = f"{share.value:.4g} / {used.value:g}"
    told = "of the study, as no account tells"
    return span, _share_figure(account, span, words, told, (study, card))


def _share_figure(
    account: Figure, span: Span | None, words: str, note: str, inputs: tuple[Input | Figure, ...]
) -> Figure:
    return Figure(
        indicator="share that counts",
        value=min(1.0, span.value) if span else None,
        low=min(1.0, span.low) if span else None,
        high=min(1.0, span.high) if span else None,
        unit="1",
        region=UNION,
        mineral=account.mineral,
        stage=account.stage,
        period=account.period,
        arithmetic=f"min(1, {words})" if span else "",
        missing="" if span else "may be any share from 0 to 1",
        note=note,
        inputs=inputs,
        coverage={"uncapped": span.value if span else None},
    )


def _weighed(share: Figure, weight: Weight, weighting: str) -> Figure:
    told = Input(
        name=f"weight of {share.mineral}",
        value=weight.value,
        unit=weight.unit,
        source="",
        where="what follows" if weight.inputs else "each material once",
    )
    inputs = (*share.inputs, told, *weight.inputs)
    return replace(share, form=weighting, inputs=inputs)


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
        indicator=_INDICATOR,
        value=span.value if span else None,
        low=span.low if span else None,
        high=span.high if span else None,
        unit="1",
        region=UNION,
        stage=benchmark.benchmark,
        form=weighting,
        period=period,
        arithmetic=_sum(counted) if span else "",
        method=f"{case.listed.act}; {benchmark.article}; the law does not say how to add up",
        missing="" if span else "no material has a share and a weight",
        note=reason,
        inputs=tuple(part.share for part in parts),
        coverage={
            "benchmark": benchmark.share,
            "verdict": dated(verdict, period),
            "uncapped": free,
            "reached": f"{reached} of {len(parts)}",
            "surely_reached": f"{surely} of {len(parts)}",
            "unknown": ", ".join(unknown),
            "left_out": ", ".join(left_out),
            "materials_with_open_projects": opened,
        },
    )




def _sum(parts: Sequence[_Part]) -> str:
    """Return the sum of capped shares × weights over the sum of weights, with its numbers."""
    known = [(min(1.0, one.span.value), one.weight or 0.0) for one in parts if one.span]
    whole = sum(weight for _, weight in known)
    capped = sum(share * weight for share, weight in known)
    return (
        f"sum of share × weight {capped:,.6g} / sum of weights {whole:,.6g}, "
        f"{len(known)} materials, each share at most 1"
    )
