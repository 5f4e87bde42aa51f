"""Calm years: what a year brings in which only suspended acts may come back, each kind of it once.

Branches of the register that hold a chain's goods alike end in the same year; so do licences that
a chain has no use for. A calm year is quiet when its goods are held as if the suspensions went on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from orepact.model.curve import Array
from orepact.result.setting import Restrictions

__all__ = ["EXTENDED", "CalmYear", "calm_years"]

EXTENDED, LIFTED = "extended", "lifted"
"""Branches of the register in which no suspended act comes back."""


@dataclass(frozen=True, slots=True)
class CalmYear:
    """A calm year: its first branch and licence, what it tells, whether it is quiet.

    `cells` are all branches that end in it, each with the chance (1) of its licences.
    """

    first: tuple[str, str]
    restrictions: Restrictions
    quiet: bool
    cells: tuple[tuple[str, float], ...]


def calm_years(
    told: Mapping[tuple[str, str], Restrictions], chances: Mapping[str, float], first: int,
    months: int,
) -> list[CalmYear]:
    """Return the calm years that differ, of what every branch with every licence tells.

    `chances` of licences sum to 1. Years are compared from the month `first` on.
    """
    found: list[CalmYear] = []
    for (branch, licence), restrictions in told.items():
        chance = chances[licence]
        if not chance > 0.0:
            continue
        quiet = branch in {EXTENDED, LIFTED} or alike(
            restrictions, told[EXTENDED, licence], first, months)
        for place, one in enumerate(found):
            if one.quiet == quiet and alike(one.restrictions, restrictions, first, months):
                found[place] = CalmYear(one.first, one.restrictions, quiet,
                                        (*one.cells, (branch, chance)))
                break
        else:
            found.append(CalmYear((branch, licence), restrictions, quiet, ((branch, chance),)))
    return found


def alike(one: Restrictions, other: Restrictions, first: int, months: int) -> bool:
    """Return whether two restrictions mean the same for every route in some months."""
    return one is other or all(
        _same(getattr(one, name), getattr(other, name), first, months)
        for name in ("share", "since", "known", "alarm", "age", "conduit")
    )


def _same(one: Array | None, other: Array | None, first: int, months: int) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one[first : first + months], other[first : first + months]))
