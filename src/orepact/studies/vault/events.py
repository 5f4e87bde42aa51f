"""What befalls a reserve: disruptions, defaults, and a participant that goes in a chosen month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from orepact.model.curve import Array

__all__ = ["CASES", "Case", "Events", "events_of", "weights_of", "with_disruptions"]

Case: TypeAlias = Literal["as-drawn", "default", "leave", "both"]

CASES: tuple[Case, ...] = ("as-drawn", "default", "leave", "both")
"""No event by choice; the largest defaults; the largest leaves; one defaults, the next leaves."""

NEVER = 10**6
DECAY = 0.5 ** (1.0 / 6.0)
"""What is left of a disruption's price effect one month after its end: half in six months."""


@dataclass(frozen=True, slots=True)
class Events:
    """Drawn events: disruptions by month and material, and the month in which each one defaults.

    `disrupted` has shape (months, members, materials), `defaults` (members, participants), and
    `weights` (members, participants) are their shares of all commitments.
    """

    disrupted: Array
    defaults: Array
    weights: Array

    def gone(self, case: Case, month: int) -> tuple[Array, Array]:
        """Return the months in which participants default and leave, shape (members, people)."""
        defaults, leaves = self.defaults.copy(), np.full_like(self.defaults, NEVER)
        if case in {"default", "both"}:
            defaults[:, 0] = np.minimum(defaults[:, 0], month)
        if case in {"leave", "both"}:
            leaves[:, 0 if case == "leave" else 1] = month
        return defaults, leaves


def weights_of(largest: Array, count: int) -> Array:
    """Return the participants' shares, the largest first and the others alike."""
    if count == 1:
        return np.ones((len(largest), 1))
    rest = np.repeat(((1.0 - largest) / (count - 1))[:, None], count - 1, axis=1)
    return np.concatenate([largest[:, None], rest], axis=1)


def events_of(
    draws: Mapping[str, Array], months: int, materials: int, participants: int, seed: int
) -> Events:
    """Return the events of each member; the same seed gives the same ones."""
    random = np.random.default_rng(seed)
    members = len(draws["emergency_rate"])
    starts = random.random((members, months)) < (draws["emergency_rate"] / 12.0)[:, None]
    touched = random.random((members, months, materials)) < draws["emergency_reach"][:, None, None]
    lasting = np.round(draws["emergency_months"]).astype(int)
    disrupted = np.zeros((members, months, materials), dtype=bool)
    for member, month in zip(*np.nonzero(starts), strict=True):
        end = month + lasting[member]
        disrupted[member, month:end] |= touched[member, month]
    years = random.exponential(size=(members, participants)) / np.maximum(
        draws["default_rate"], 1e-12)[:, None]
    defaults = np.minimum(np.ceil(years * 12.0), NEVER)
    disrupted = np.ascontiguousarray(disrupted.swapaxes(0, 1))
    return Events(disrupted, defaults, weights_of(draws["largest_share"], participants))


def with_disruptions(paths: Array, events: Events, multiple: Array) -> Array:
    """Return logarithms of prices with what disruptions add, which fades after their end."""
    added = np.zeros_like(paths)
    level = np.zeros(paths.shape[1:])
    jump = np.log(multiple)[:, None]
    for month in range(len(paths)):
        level = np.where(events.disrupted[month], jump, level * DECAY)
        added[month] = level
    return paths + added
