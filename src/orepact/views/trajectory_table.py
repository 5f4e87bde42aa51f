"""A table of the Union's benchmarks year by year: a row for a material, a column for a year."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from orepact.indicators.figure import Figure

__all__ = ["trajectory_table"]

_ALL = "all materials"
_FULL = 100.0


def trajectory_table(figures: Sequence[Figure]) -> pl.DataFrame:
    """Return capacity over consumption for readers (per cent, with its range), by year.

    `figures` are those of `orepact.studies.assessment.trajectories`; the last columns are the
    benchmark of the law (per cent), the verdict of the last year and what is missing.
    """
    rows: dict[tuple[str, str, str], dict[str, Figure]] = {}
    for each in figures:
        key = (each.mineral or _ALL, each.stage, each.form)
        rows.setdefault(key, {})[each.period] = each
    periods = list(dict.fromkeys(each.period for each in figures))
    return pl.DataFrame(
        [
            {
                "material": material,
                "benchmark": stage,
                "form": form,
                **{f"{name} [%]": _cell(found.get(name)) for name in periods},
                "goal [%]": _goal(found[max(found)]),
                "verdict": str(found[max(found)].coverage.get("verdict", "")),
                "missing": found[max(found)].missing,
            }
            for (material, stage, form), found in rows.items()
        ],
        infer_schema_length=None,
    )


def _goal(figure: Figure) -> str:
    share = figure.coverage.get("benchmark")
    return "" if share is None else f"{_FULL * float(share):.0f}"


def _cell(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return ""
    low, high = figure.low, figure.high
    span = "" if low is None or high is None else f" ({_percent(low)}–{_percent(high)})"
    return _percent(figure.value) + span


def _percent(share: float) -> str:
    return f"{_FULL * share:.3g}" if share < 1.0 else f"{_FULL * share:.0f}"
