"""What the evidence on a benchmark bears: assumed steps decide nothing, sources may contradict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orepact.indicators.figure import Figure
from orepact.indicators.span import Span
from orepact.indicators.union.benchmark_case import VERDICTS
from orepact.indicators.union.union_capacity import span_of
from orepact.network.accounts.balance import ASSUMED

__all__ = ["against_study", "sure_span"]

_ON, _OFF, _OPEN = VERDICTS


def sure_span(spans: Sequence[Span], grades: Sequence[str]) -> Span:
    """Return the least share of some steps, where a step of grade D may have any share.

    ``min(share of every step)``: an assumed step may be at 0, so the low end is 0 if there is one;
    it may be at 1 or more, so the high end is the least of the others. Shares are fractions.
    """
    value = min(one.value for one in spans)
    known = [one for one, grade in zip(spans, grades, strict=True) if grade != ASSUMED]
    high = min((one.high for one in known), default=max(1.0, *(one.high for one in spans)))
    low = min(one.low for one in spans) if len(known) == len(spans) else 0.0
    return Span(value, low, high)


def against_study(figure: Figure, now: Figure, study: Figure) -> Figure:
    """Return a reading of the account, undecided where the study contradicts it.

    They contradict each other where the ranges of today's account and of the study lie wholly on
    different sides of the benchmark, or where the account misses in a later year what the study
    says is reached. `study_low` and `study_high` are then the ends of the study's range.
    """
    span = span_of(study)
    if span is None or figure.value is None:
        return figure
    share = float(figure.coverage["benchmark"])
    printed = _ON if span.low >= share else _OFF if span.high < share else _OPEN
    today, then = (str(one.coverage["verdict"]) for one in (now, figure))
    differ = {today, printed} == {_ON, _OFF} or (then, printed) == (_OFF, _ON)
    if not differ:
        return figure
    words = (
        f"account and study contradict each other: {100 * figure.value:.0f} % here, "
        f"{100 * span.value:.0f} % in the study"
    )
    return replace(
        figure,
        note=words,
        coverage={
            **figure.coverage,
            "verdict": _OPEN,
            "study_low": span.low,
            "study_high": span.high,
        },
    )
