r"""What a floor is worth in closed form: options on a forward price, and strips of them.

$$P = e^{-rT}\,[K\,\Phi(-d_2) - F\,\Phi(-d_1)], \qquad
d_{1,2} = \frac{\ln(F/K) \pm \sigma^2 T/2}{\sigma\sqrt T}$$

with forward price $F$ and strike $K$ (USD/t), volatility $\sigma$ (1/√year), years $T$ and rate $r$
(1/year). A one-way contract of $n$ years is a strip of $n$ puts; one that shares the upside is that
strip less the share of a strip of calls. Source: Black (1976), doi:10.1016/0304-405X(76)90024-6.

It is a price for who can hedge: no forward market reaches ten years for these materials. It stands
beside the distribution over price paths as a check of size, and says nothing of tails.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from orepact.errors import InputError, Problem
from orepact.indicators.support.settlement import Floats

__all__ = ["black_call", "black_put", "contract_strip", "floor_strip", "strip"]


def black_put(
    forward: ArrayLike, strike: float, volatility: ArrayLike, years: ArrayLike, rate: float
) -> Floats:
    """Return what a put on a forward price is worth today (USD/t).

    `volatility` is per √year, `years` until it settles, `rate` per year. With no volatility or no
    time left it is the discounted payment itself. Raises `InputError` for numbers below zero.
    """
    call = black_call(forward, strike, volatility, years, rate)
    time = np.asarray(years, dtype=np.float64)
    return call + np.exp(-rate * time) * (strike - np.asarray(forward, dtype=np.float64))


def black_call(
    forward: ArrayLike, strike: float, volatility: ArrayLike, years: ArrayLike, rate: float
) -> Floats:
    """Return what a call on a forward price is worth today (USD/t); see `black_put`."""
    price = np.asarray(forward, dtype=np.float64)
    time = np.asarray(years, dtype=np.float64)
    _refuse(("forward", price), ("years", time), ("strike", np.asarray(strike)),
            ("volatility", np.asarray(volatility)))
    spread = np.asarray(volatility, dtype=np.float64) * np.sqrt(time)
    price, spread = np.broadcast_arrays(price, spread)
    discount = np.exp(-rate * time)
    moves = (spread > 0.0) & (price > 0.0) & (strike > 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.log(price / strike) / spread + spread / 2.0
        value = price * ndtr(first) - strike * ndtr(first - spread)
    return discount * np.where(moves, value, np.maximum(price - strike, 0.0))


def floor_strip(
    forwards: Sequence[float], strike: float, volatility: float, rate: float
) -> float:
    """Return what a floor is worth that settles at the end of each year, per tonne a year (USD/t).

    `forwards` has one price per year, the first a year from now.
    """
    return float(np.sum(strip("put", forwards, strike, volatility, rate)))


def contract_strip(
    forwards: Sequence[float], strike: float, volatility: float, rate: float, *,
    upside: float, shared_from: float = 0.0,
) -> float:
    """Return what a contract with a share of the upside is worth, per tonne a year (USD/t).

    The upside is shared in years that end at `shared_from` years or later.
    """
    calls = strip("call", forwards, strike, volatility, rate)
    late = np.arange(1, len(calls) + 1) >= shared_from
    puts = floor_strip(forwards, strike, volatility, rate)
    return puts - upside * float(np.sum(calls[late]))


def strip(
    kind: str, forwards: Sequence[float], strike: float, volatility: float, rate: float
) -> Floats:
    """Return the value of each year of a strip of puts or calls (USD/t), shape (years,)."""
    years = np.arange(1.0, len(forwards) + 1.0)
    value = black_put if kind == "put" else black_call
    return value(np.asarray(forwards, dtype=np.float64), strike, volatility, years, rate)


def _refuse(*given: tuple[str, Floats]) -> None:
    problems = [
        Problem("a negative or missing number", field=name, found=f"{np.min(value):g}",
                expected="0 or more")
        for name, value in given if not np.all(value >= 0.0)
    ]
    if problems:
        raise InputError(problems)
