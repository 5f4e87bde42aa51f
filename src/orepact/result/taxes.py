"""Ad valorem taxes: the price that a tax is reckoned on is the price that the tax leaves.

A window is a program with given charges, so it is solved again until the price of every exporter is
the one that its taxes were reckoned on. A higher tax lowers the exporter's price, so each price is
bracketed and found by false position.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from orepact.model.curve import Array

__all__ = ["GAP", "settle"]

GAP = 1e-5
"""Largest difference (multiple of the base price) between a price and the one reckoned on."""

ROUNDS = 40
EDGE = 0.1
"""Least part of a bracket by which a guess moves inwards."""

Answer = TypeVar("Answer")


def settle(
    guess: Array,
    answer: Answer,
    price_of: Callable[[Answer], Array],
    solve: Callable[[Array], Answer],
) -> tuple[Answer, int, float]:
    """Return the answer at which prices are those reckoned on, how often it was solved, the gap.

    `guess` are the prices that `answer` was solved with, `price_of` reads the prices of an answer,
    `solve` answers for other prices. The gap is that of the answer returned, the smallest seen.
    """
    low: Array = np.full(len(guess), -np.inf)
    high: Array = np.full(len(guess), np.inf)
    at_low: Array = np.zeros(len(guess))
    at_high: Array = np.zeros(len(guess))
    off = price_of(answer) - guess
    best, least = answer, float(np.abs(off).max(initial=0.0))
    solved = 0
    while least > GAP and solved < ROUNDS:
        above = off > 0.0
        low, at_low = np.where(above, guess, low), np.where(above, off, at_low)
        high, at_high = np.where(above, high, guess), np.where(above, at_high, off)
        sound = low < high
        low, high = np.where(sound, low, -np.inf), np.where(sound, high, np.inf)
        guess = _next(guess, off, (low, at_low), (high, at_high))
        answer = solve(guess)
        solved += 1
        off = price_of(answer) - guess
        gap = float(np.abs(off).max(initial=0.0))
        if gap < least:
            best, least = answer, gap
    return best, solved, least


def _next(guess: Array, off: Array, low: tuple[Array, Array], high: tuple[Array, Array]) -> Array:
    """Return where each price is tried next: between its bracket's ends, else where it led."""
    (start, at_start), (end, at_end) = low, high
    held = np.isfinite(start) & np.isfinite(end)
    width = np.where(held, end - start, 0.0)
    slope = np.where(held, at_start - at_end, 1.0)
    part = np.where(held, at_start, 0.5) / np.where(slope > 0.0, slope, 1.0)
    inside = np.where(held, start, guess) + np.clip(part, EDGE, 1.0 - EDGE) * width
    return np.where(held, inside, guess + off)
