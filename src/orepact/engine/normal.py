"""The normal equations ``A D Aᵀ y = g`` of one matrix A under many diagonals D, solved as a band.

Rows that share a column lie close together once they stand in a good order, so that Cholesky's
method needs to look at a band only: half the work of the dense method, or less, for programs of
several months and materials. Source of the order: Cuthill and McKee (1969),
doi:10.1145/800195.805928, reversed, the narrowest of several starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.linalg.lapack import dpbsv, dpbtrf, dpbtrs

from orepact.engine.arrays import Arrays, Floats
from orepact.engine.matrix import Integers, Sparse, by_row, narrow_order

__all__ = ["Factor", "NormalEquations"]

Places = npt.NDArray[np.int64]

RIDGE = 1e-9
LEAST_RIDGE = 1e-10
STARTS = 16


@dataclass(frozen=True, slots=True)
class NormalEquations:
    """The sums that make A D Aᵀ of D, and the memory in which it is solved.

    `order` is the row of A at each place of the band. `sums` has one row per entry of the lower
    half, those of the diagonal first, and one column per column of A; `place` says where in the
    band the entries below the diagonal go. One thread may use it at a time.
    """

    order: Integers
    sums: Sparse
    place: Places
    band: Floats

    @classmethod
    def of(cls, arrays: Arrays) -> NormalEquations:
        """Order the rows and list, for every column, all pairs of its entries."""
        size = arrays.n_rows
        owner, one, other, product = _pairs(arrays)
        order = _order(one.tobytes(), other.tobytes(), size)
        rank = np.empty(size, dtype=np.int64)
        rank[order] = np.arange(size)
        first = np.minimum(rank[one], rank[other])
        below = np.abs(rank[one] - rank[other])
        width = 1 + int(below.max(initial=0))
        # entries are numbered: the diagonal 0 … size − 1, then places of the band column by column
        entry = np.where(below == 0, first, size + first * width + below)
        known = np.concatenate([np.arange(size), np.unique(entry[below > 0])])
        row = np.searchsorted(known, entry)
        return cls(
            order,
            by_row(product, row, owner, (len(known), arrays.n_columns)),
            known[size:] - size,
            np.zeros((width, size), order="F"),
        )

    def solve(self, weight: Floats, gap: Floats, damping: float) -> Floats:
        """Return the direction for D = `weight` and the gap of every row.

        It is damped in proportion to the gap of each row, after Levenberg and Marquardt.
        """
        sums = self.sums @ weight
        size = len(self.order)
        diagonal, off, right = sums[:size], sums[size:], gap[self.order]
        largest = float(diagonal.max(initial=0.0))
        ridge = RIDGE * np.maximum(diagonal, 1e-3 * largest + 1e-12) + damping * np.abs(right)
        move, failed = self._factor(off, diagonal + ridge, right)
        if failed:
            move, _ = self._factor(off, diagonal + ridge + 1e-3 * largest, right)
        found = np.empty(size)
        found[self.order] = move
        return found

    def solve_many(self, weight: Floats, right: Floats) -> Floats:
        """Return the directions for D = `weight` and several right-hand sides (rows × k)."""
        sums = self.sums @ weight
        size = len(self.order)
        diagonal = sums[:size]
        largest = float(diagonal.max(initial=0.0))
        ridge = RIDGE * np.maximum(diagonal, 1e-3 * largest + 1e-12)
        move, failed = self._factor(sums[size:], diagonal + ridge, right[self.order])
        if failed:
            move, _ = self._factor(sums[size:], diagonal + 1e-3 * largest, right[self.order])
        found = np.empty(right.shape)
        found[self.order] = move
        return found

    def factored(self, weight: Floats) -> Factor:
        """Return the factor for D = `weight`; it lasts until the next system is solved here."""
        sums = self.sums @ weight
        size = len(self.order)
        diagonal, off = sums[:size], sums[size:]
        largest = float(diagonal.max(initial=0.0))
        band, failed = np.zeros(0), 1
        for ridge in (LEAST_RIDGE, 1e-6):
            self._write(off, diagonal + ridge * np.maximum(diagonal, 1e-6 * largest))
            band, failed = dpbtrf(self.band, lower=True, overwrite_ab=True)
            if not failed:
                break
        return Factor(self.order, band)

    def _factor(self, off: Floats, diagonal: Floats, right: Floats) -> tuple[Floats, int]:
        self._write(off, diagonal)
        _, move, failed = dpbsv(self.band, right, lower=True, overwrite_ab=True)
        return move, int(failed)

    def _write(self, off: Floats, diagonal: Floats) -> None:
        self.band.fill(0.0)
        self.band.reshape(-1, order="F")[self.place] = off
        self.band[0] = diagonal


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of the normal equations; `order` is the row of A at each place of the band."""

    order: Integers
    band: Floats

    def solve(self, right: Floats) -> Floats:
        """Return the direction for a right-hand side."""
        found = np.empty(len(self.order))
        found[self.order], _ = dpbtrs(self.band, right[self.order], lower=True)
        return found


def _pairs(arrays: Arrays) -> tuple[Places, Places, Places, Floats]:
    """Return column, both rows and product of all pairs of entries that share a column, once."""
    count = np.diff(arrays.start)
    owner = np.repeat(np.arange(arrays.n_columns), count)
    times = count[owner]
    left = np.repeat(np.arange(arrays.n_entries), times)
    offset = np.arange(len(left)) - np.repeat(np.cumsum(times) - times, times)
    right = arrays.start[owner[left]] + offset
    lower = arrays.index[left] >= arrays.index[right]
    left, right = left[lower], right[lower]
    one, other = arrays.index[left].astype(np.int64), arrays.index[right].astype(np.int64)
    return owner[left], one, other, arrays.value[left] * arrays.value[right]


@lru_cache(maxsize=64)
def _order(one: bytes, other: bytes, size: int) -> Integers:
    """Return the order of rows in which pairs lie closest together; the same for the same pairs."""
    ends = (np.frombuffer(one, dtype=np.int64), np.frombuffer(other, dtype=np.int64))
    return narrow_order(*ends, size, starts=STARTS)
