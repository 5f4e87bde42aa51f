"""What a forecast without a model would have said, and what a forecast costs when it is known."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np

from orepact.indicators.episode_scores import level
from orepact.indicators.proper_scores import LEVEL, interval_score, pinball
from orepact.studies.backtest.episode import read_episodes

__all__ = ["Forecast", "Rule", "constant_rule", "losses", "scale_of"]

_PRICE = "price_"


@dataclass(frozen=True, slots=True)
class Forecast:
    """A middle value and a band that is to hold with probability 0.8; all equal for a point."""

    low: float
    middle: float
    high: float

    def as_data(self) -> dict[str, float]:
        """Return low, middle and high as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Rule:
    """A constant multiple: what prices did in past episodes, as multiples of the price before.

    `middle` is the geometric mean of the episodes' mean levels, `low` and `high` the tenth and
    ninetieth percentile; `episodes` are their names.
    """

    low: float
    middle: float
    high: float
    episodes: tuple[str, ...]

    def of(self, before: float) -> Forecast:
        """Return the forecast from the price before, in the unit of that price."""
        return Forecast(self.low * before, self.middle * before, self.high * before)

    def as_data(self) -> dict[str, object]:
        """Return the rule as plain values."""
        return {**asdict(self), "episodes": list(self.episodes)}


def constant_rule() -> Rule | None:
    """Return the constant multiple of the episodes that ship; None without any.

    It knows nothing of what is scored: the episodes are past ones.
    """
    found = {
        each.name: level(each.prices["relative_to_base"].to_numpy()) for each in read_episodes()
    }
    if not found:
        return None
    levels = np.array(list(found.values()))
    half = 100.0 * (1.0 - LEVEL) / 2.0
    low, high = (float(each) for each in np.percentile(levels, [half, 100.0 - half]))
    return Rule(low, level(levels), high, tuple(found))


def scale_of(figure: str) -> str:
    """Return the scale on which a figure is scored: logarithms for prices, else as it is."""
    return "natural logarithm" if figure.startswith(_PRICE) else "as it is"


def losses(forecast: Forecast, observed: float, figure: str) -> dict[str, float]:
    """Return interval score, mean pinball loss (at 0.1, 0.5 and 0.9) and error of the middle.

    On the figure's scale; the error is forecast less observed.
    """
    low, middle, high, seen = (
        math.log(each) if figure.startswith(_PRICE) else each
        for each in (forecast.low, forecast.middle, forecast.high, observed)
    )
    half = (1.0 - LEVEL) / 2.0
    quantiles = ((low, half), (middle, 0.5), (high, 1.0 - half))
    return {
        "interval_score": interval_score(low, high, seen),
        "pinball": sum(pinball(value, seen, tau) for value, tau in quantiles) / len(quantiles),
        "error": middle - seen,
    }
