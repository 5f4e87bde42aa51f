"""A back-test as plain data: format ``orepact/backtest/1``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orepact.indicators.bands import Band
from orepact.studies.backtest.harness import Outcome, Prediction
from orepact.studies.backtest.scores import bars_of, comparisons_of, modes_of, scores_of
from orepact.studies.backtest.selection import KEPT, SEED

__all__ = ["Settings", "as_data", "point_rows"]

LIMITS = (
    "Prices are multiples of the price before the control. Levels are geometric means over the "
    "observed points. The monthly path is not a finding, and no month of a peak is printed. Asks "
    "are marked as asks: little or nothing traded at them."
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the figures were made with: parameter sets, prior sample, dataset, network."""

    parameter_sets: int
    parameter_sets_left_out: int
    sample: int
    dataset_sha256: str
    shape: str = "two markets"


def as_data(outcomes: Sequence[Outcome], settings: Settings) -> dict[str, Any]:
    """Return a back-test as plain data; figures that do not exist are None."""
    return {
        "format": "orepact/backtest/1",
        "unit": "multiple of the price before the control",
        "limits": LIMITS,
        "parameter_sets": settings.parameter_sets,
        "parameter_sets_left_out": settings.parameter_sets_left_out,
        "shape": settings.shape,
        "sample": settings.sample,
        "kept": KEPT,
        "seed": SEED,
        "dataset_sha256": settings.dataset_sha256,
        "episodes": [_episode(each) for each in outcomes],
        "scores": [
            {
                "mode": each.mode,
                "rule": each.rule,
                "rank_correlation": _number(each.rank),
                "mean_level_error_ln": _number(each.error),
                "mean_level_error_ln_fitted": _number(each.fitted),
                "coverage": None if each.coverage is None else _number(each.coverage.share),
                "coverage_unwidened": None
                if each.unwidened is None
                else _number(each.unwidened.share),
                "points": None if each.coverage is None else each.coverage.points,
            }
            for each in scores_of(outcomes)
        ],
        "comparisons": [
            {
                "mode": each.mode,
                "rule": each.rule,
                "benchmark": each.benchmark,
                "difference_of_squared_errors": _number(each.test.difference),
                "p_value": _number(each.test.p_value),
                "families": each.test.families,
                "distinguishable": each.test.distinguishable,
            }
            for each in comparisons_of(outcomes)
        ],
        "bars": [
            {
                "mode": mode,
                "bar": each.name,
                "value": _number(each.value),
                "expected": each.expected,
                "met": each.met,
            }
            for mode in modes_of(outcomes)
            for each in bars_of(outcomes, mode)
        ],
    }


def point_rows(outcome: Outcome) -> list[dict[str, Any]]:
    """Return one row per observed point with the band of every mode and basis beside it."""
    rows: list[dict[str, Any]] = []
    prices = outcome.episode.prices.select("month", "relative_to_base", "kind", "source")
    for number, row in enumerate(prices.iter_rows(named=True)):
        for each in outcome.predictions:
            band = each.points[number]
            rows.append(
                {
                    "episode": outcome.episode.name,
                    "month": row["month"],
                    "mode": each.mode,
                    "basis": each.basis,
                    "observed": row["relative_to_base"],
                    "kind": row["kind"],
                    "source": row["source"],
                    "low": band.low,
                    "middle": band.middle,
                    "high": band.high,
                    "inside": band.low <= row["relative_to_base"] <= band.high,
                }
            )
    return rows


def _episode(outcome: Outcome) -> dict[str, Any]:
    text = outcome.episode.text
    return {
        "episode": text.episode,
        "title": text.title,
        "mineral": text.mineral,
        "family": text.family,
        "fitted": text.fitted,
        "observed_level": outcome.observed,
        "kinds": sorted(set(outcome.episode.prices["kind"])),
        "predictions": [_prediction(each) for each in outcome.predictions],
        "benchmarks": [
            {
                "mode": mode,
                "no_change": each.no_change,
                "constant_multiple": _number(each.constant),
                "closed_form": _branches(each.closed_form),
                "closed_form_fitted": _branches(each.closed_form_fitted),
            }
            for mode, each in outcome.benchmarks.items()
        ],
        "points": point_rows(outcome),
        "note": text.note,
    }


def _prediction(prediction: Prediction) -> dict[str, Any]:
    return {
        "mode": prediction.mode,
        "basis": prediction.basis,
        "best_set": _branches(prediction.best),
        "level": _band(prediction.band),
        "inside": prediction.coverage.inside,
        "inside_unwidened": prediction.unwidened.inside,
        "points": prediction.coverage.points,
    }


def _band(band: Band) -> dict[str, float]:
    return {"low": band.low, "middle": band.middle, "high": band.high, "tail": band.tail}


def _branches(values: Mapping[str, float]) -> dict[str, float | None]:
    return {branch or "only": _number(value) for branch, value in values.items()}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
