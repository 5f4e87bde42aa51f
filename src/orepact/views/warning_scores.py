"""A table of how early warnings did on history, beside warning always and never."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from orepact.studies.warning_history.rates import Rates
from orepact.studies.warning_history.score import Score

__all__ = ["score_table"]

_NONE = "–"


def score_table(scores: Sequence[Score]) -> pl.DataFrame:
    """Return scores for readers, one row for each direction and way of warning.

    Recall, precision and skill are fractions with their 90 % intervals, lead is in months.
    Precision and skill are of the months that a price series watches.
    """
    found = {(each.direction, each.warner, each.episodes_of): each for each in scores}
    rows = [
        {
            "direction": cited.direction,
            "warner": cited.warner,
            "cited caught": f"{cited.caught} of {cited.episodes}",
            "recall [0-1]": _ranged(cited.recall, cited.recall_low, cited.recall_high),
            "causes": f"{cited.clusters_caught} of {cited.clusters}",
            "before the act": f"{cited.before_act} of {cited.acts}",
            "lead [months]": _NONE if cited.lead is None else f"{cited.lead:g}",
            "computed caught": _computed(found.get((cited.direction, cited.warner, "computed"))),
            "precision [0-1]": _precision(cited.watched),
            "skill [-1 to 1]": _ranged(
                cited.watched.skill, cited.watched.skill_low, cited.watched.skill_high
            ),
        }
        for cited in scores
        if cited.episodes_of == "cited"
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _computed(score: Score | None) -> str:
    return _NONE if score is None else f"{score.caught} of {score.episodes}"


def _precision(rates: Rates) -> str:
    if rates.precision is None:
        return _NONE
    return f"{rates.right}/{rates.warned} = {rates.precision:.2f}"


def _ranged(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return _NONE
    span = "" if low is None or high is None else f" ({_digits(low)} to {_digits(high)})"
    return _digits(value) + span


def _digits(value: float) -> str:
    """Return two decimals, zero without a sign."""
    return f"{round(value, 2) + 0.0:.2f}"
