r"""How a price may move: two processes with exact transitions, forward prices, and drawn paths.

Geometric Brownian motion, and Schwartz's one-factor model, in which the logarithm returns:

$$\frac{dS}{S} = \mu\,dt + \sigma\,dz, \qquad
\frac{dS}{S} = \kappa\,(\mu - \ln S)\,dt + \sigma\,dz, \qquad
\alpha = \mu - \frac{\sigma^2}{2\kappa}$$

$$\ln F(S, T) = e^{-\kappa T}\ln S + (1 - e^{-\kappa T})(\alpha - \lambda)
+ \frac{\sigma^2}{4\kappa}\,(1 - e^{-2\kappa T})$$

| symbol | meaning (unit) | name in code |
|---|---|---|
| $S, F$ | price, forward price (USD/t) | `price`, `forward` |
| $\mu$ | drift (1/year); with reversion $\alpha + \sigma^2/2\kappa$ | `drift`, `level` |
| $\sigma$ | volatility (1/√year) | `volatility` |
| $\kappa$ | speed of return (1/year); half-life is $\ln 2/\kappa$ | `speed` |
| $\lambda$ | market price of risk, as a shift of $\alpha$ | `risk` |

Five to twenty yearly prices cannot tell the two apart, so both stand side by side. Source: Schwartz
(1997), doi:10.1111/j.1540-6261.1997.tb02721.x.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from orepact.model.curve import Array

__all__ = [
    "PROCESSES", "Brownian", "Process", "Schwartz", "log_paths", "normals", "price_paths",
    "returning_to",
]

Numbers: TypeAlias = float | Array
"""One number for all members, or one for each."""

Process: TypeAlias = Literal["walk", "reverting"]

PROCESSES: tuple[Process, ...] = ("walk", "reverting")

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Brownian:
    """A geometric Brownian motion: drift of the mean price (1/year), volatility (1/√year)."""

    volatility: Numbers
    drift: Numbers = 0.0

    def moments(self, log_price: Array, years: float) -> tuple[Array, Numbers]:
        """Return mean and standard deviation of the logarithm after `years`."""
        mean = log_price + (self.drift - self.volatility**2 / 2.0) * years
        return mean, self.volatility * years**0.5

    def forward(self, price: Numbers, years: Numbers) -> Array:
        """Return the mean price after `years` (USD/t): the forward without a price of risk."""
        return np.asarray(price * np.exp(self.drift * years), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schwartz:
    """Schwartz's one-factor model: speed (1/year), level (log), volatility, price of risk."""

    speed: Numbers
    level: Numbers
    volatility: Numbers
    risk: Numbers = 0.0

    @property
    def alpha(self) -> Numbers:
        """The logarithm that the price returns to."""
        return self.level - self.volatility**2 / (2.0 * self.speed)

    def moments(self, log_price: Array, years: float) -> tuple[Array, Numbers]:
        """Return mean and standard deviation of the logarithm after `years`, without risk."""
        keep = np.exp(-self.speed * years)
        mean = keep * log_price + (1.0 - keep) * self.alpha
        variance = self.volatility**2 * (1.0 - keep**2) / (2.0 * self.speed)
        return mean, variance**0.5

    def forward(self, price: Numbers, years: Numbers) -> Array:
        """Return the forward price (USD/t): under the risk-adjusted level."""
        keep = np.exp(-self.speed * years)
        mean = keep * np.log(price) + (1.0 - keep) * (self.alpha - self.risk)
        return np.exp(mean + self.volatility**2 * (1.0 - keep**2) / (4.0 * self.speed))


def returning_to(price: Numbers, half_life: Numbers, volatility: Numbers) -> Schwartz:
    """Return the process whose mean price in the long run is `price` (USD/t).

    `half_life` is in years. The mean of the price, not of its logarithm, is at that level.
    """
    speed = float(np.log(2.0)) / half_life
    alpha = np.log(price) - volatility**2 / (4.0 * speed)
    return Schwartz(speed=speed, level=alpha + volatility**2 / (2.0 * speed),
                    volatility=volatility)


def price_paths(process: Brownian | Schwartz, start: Numbers, shocks: Array) -> Array:
    """Return prices at each month's end (USD/t), shape of `shocks`: (months, members).

    The step is the exact transition of the process, so that its length does not matter.
    """
    found = np.empty_like(shocks)
    level = np.broadcast_to(np.log(start), shocks.shape[1:]).astype(np.float64)
    for month in range(len(shocks)):
        mean, deviation = process.moments(level, 1.0 / MONTHS)
        level = mean + deviation * shocks[month]
        found[month] = level
    return np.exp(found)


def normals(members: int, months: int, materials: int, seed: int) -> tuple[Array, Array]:
    """Return standard normal numbers: one per month for all, and one per month and material.

    Shapes (months, members) and (months, members, materials).
    """
    random = np.random.default_rng(seed)
    return random.standard_normal((months, members)), random.standard_normal(
        (months, members, materials))


def log_paths(
    process: Process, common: Array, own: Array, volatility: Array, correlation: Array,
    half_life: Array,
) -> Array:
    """Return the logarithm of prices ÷ base at each month's end, (months, members, materials).

    `volatility` has shape (members, materials) per √year, `half_life` (members,) in years. The mean
    of the walk's price, not of its logarithm, stays at the base. What reverts does so month by
    month: that is `Schwartz` around the base price, with a volatility that is greater by the root
    of 2κ/12 ÷ (1 - exp(-2κ/12)), 1.4 % at a half-life of two years.
    """
    joint = np.sqrt(correlation)[:, None]
    shocks = joint * common[:, :, None] + np.sqrt(1.0 - joint**2) * own
    step = volatility / np.sqrt(MONTHS)
    if process == "walk":
        return np.cumsum(step * shocks - step**2 / 2.0, axis=0)
    keep = 0.5 ** (1.0 / (MONTHS * half_life))[:, None]
    path = np.empty_like(own)
    level = np.zeros(own.shape[1:])
    for month in range(len(own)):
        level = keep * level + step * shocks[month]
        path[month] = level
    return path
