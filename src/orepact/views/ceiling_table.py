"""A table of which strategic materials one third country supplies above the law's ceiling."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from orepact.indicators.figure import Figure
from orepact.indicators.union.benchmark_case import CEILING_VERDICTS
from orepact.indicators.union.ceiling import CEILING

__all__ = ["ceiling_table"]

_ORDER = ("above", "cannot tell", "within")


def ceiling_table(figures: Iterable[Figure]) -> pl.DataFrame:
    """Return one row for each verdict on one third country, those above the ceiling first.

    `figures` may hold others, which are left out; shares are in per cent of consumption, and are
    those that decide. Raises `ValueError` for a verdict that is none of `CEILING_VERDICTS`.
    """
    verdicts = [each for each in figures if each.indicator == CEILING]
    if any(each.coverage["verdict"] not in CEILING_VERDICTS for each in verdicts):
        message = "a verdict on one third country is one of " + ", ".join(CEILING_VERDICTS)
        raise ValueError(message)
    rows = [
        {
            "material": each.mineral,
            "verdict": word,
            "country": str(each.coverage["country"]),
            "stage": each.stage,
            "share [%]": _share(each),
            "why": each.missing or each.note,
        }
        for word in _ORDER
        for each in verdicts
        if each.coverage["verdict"] == word
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _share(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return ""
    return f"{100 * figure.value:.0f} ({100 * figure.low:.0f}–{100 * figure.high:.0f})"
