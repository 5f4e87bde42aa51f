"""Compress, stack and cut sparse matrices; the one file that knows SciPy's classes."""

# SciPy ships no types: what it returns is given a name and a shape here, and only here.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

__all__ = [
    "Flags",
    "Floats",
    "Integers",
    "Sparse",
    "by_column",
    "by_row",
    "compress",
    "connected",
    "diagonal",
    "narrow_order",
    "stack",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]
Number = TypeVar("Number", np.int32, np.uint8, np.float64)

OWN_MEMORY = 2**20


class Sparse(Protocol):
    """What the engine uses of a compressed SciPy matrix."""

    data: Floats
    indices: Integers
    indptr: Integers

    @property
    def shape(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        ...

    @property
    def T(self) -> Sparse:  # noqa: N802 - SciPy's name
        """Return the transpose, sharing memory."""
        ...

    def __matmul__(self, vector: Floats, /) -> Floats:
        """Return the product with a vector."""
        ...

    def __abs__(self) -> Sparse:
        """Return a copy with absolute entries."""
        ...

    def tocsr(self) -> Sparse:
        """Return a copy compressed by rows."""
        ...

    def toarray(self) -> Floats:
        """Return a dense copy."""
        ...


def by_column(value: Floats, index: Integers, start: Integers, shape: tuple[int, int]) -> Sparse:
    """Return a matrix compressed by columns that shares the memory of its three vectors."""
    return cast("Sparse", sparse.csc_array((value, index, start), shape=shape, copy=False))


def by_row(
    value: Floats, row: npt.NDArray[Any], column: npt.NDArray[Any], shape: tuple[int, int]
) -> Sparse:
    """Return a matrix compressed by rows from entries in any order; those at a place are summed."""
    return cast("Sparse", sparse.csr_array((value, (row, column)), shape=shape))


def narrow_order(
    one: npt.NDArray[Any], other: npt.NDArray[Any], size: int, *, starts: int
) -> Integers:
    """Return the order of `size` rows in which the ends of all pairs lie closest together.

    Method: reverse Cuthill–McKee from several starts, drawn with a fixed seed; the narrowest wins.
    """
    ends = np.concatenate([one, other]), np.concatenate([other, one])
    graph = sparse.csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(size, size))
    draw = np.random.default_rng(0)
    best, narrowest = np.arange(size, dtype=np.int32), size
    for start in range(starts):
        mixed = draw.permutation(size) if start else np.arange(size)
        shuffled = sparse.csr_array(graph[mixed][:, mixed])
        order = mixed[csgraph.reverse_cuthill_mckee(shuffled, symmetric_mode=True)]
        rank = np.empty(size, dtype=np.int64)
        rank[order] = np.arange(size)
        width = int(np.max(np.abs(rank[one] - rank[other]), initial=0))
        if width < narrowest:
            best, narrowest = order.astype(np.int32), width
    return best


def room(size: int, kind: type[Number]) -> npt.NDArray[Number]:
    """Return a vector of zeros; a large one goes back to the system as soon as it is released.

    Heaps keep the holes that large vectors leave, which cost a fifth of the peak at two million
    columns. Zeros that are never written take no memory.
    """
    length = size * np.dtype(kind).itemsize
    if length < OWN_MEMORY:
        return np.zeros(size, dtype=kind)
    return np.frombuffer(mmap.mmap(-1, length, access=mmap.ACCESS_COPY), dtype=kind)


@dataclass(frozen=True, slots=True)
class Entries:
    """Coefficients in any order: equally long vectors of rows, columns and values."""

    row: Integers
    column: Integers
    value: Floats


def compress(parts: list[Entries], shape: tuple[int, int]) -> tuple[Integers, Integers, Floats]:
    """Return starts, rows and values by column; empties `parts` on the way to free memory.

    Entries at one place are summed smallest first, so their order does not matter to the last bit;
    a sum of exactly zero is left out. Method: counting sort by column, part by part.
    """
    start = room(shape[1] + 1, np.int32)
    for part in parts:
        column, count = _counted(part.column)
        start[1:][column] += count
    _ = np.cumsum(start, out=start)
    free = room(shape[1], np.int32)
    free[:] = start[:-1]
    index, value = room(int(start[-1]), np.int32), room(int(start[-1]), np.float64)
    while parts:
        part = parts.pop()
        place = _next_places(part.column, free)
        index[place] = part.row
        value[place] = part.value
    packed = cast("Any", by_column(value, index, start, shape))
    packed.has_sorted_indices = False
    packed.sort_indices()
    if _has_repeats(start, index):
        column = np.repeat(np.arange(shape[1], dtype=np.int32), np.diff(start))
        value[:] = value[np.lexsort((value, index, column))]
        packed.has_canonical_format = False
        packed.sum_duplicates()
    if not np.all(packed.data):
        packed.eliminate_zeros()
    return packed.indptr, packed.indices, packed.data


def connected(
    start: Integers, index: Integers, shape: tuple[int, int]
) -> tuple[Integers, Integers]:
    """Return the label of every row and column; connected ones have the same label.

    Method: weakly connected components of the graph that joins columns to the rows they enter.
    """
    rows, columns = shape
    size = rows + columns
    starts = np.concatenate([np.zeros(rows, dtype=np.int32), start])
    ones = np.ones(len(index), dtype=np.int8)
    graph = sparse.csr_array((ones, index, starts), shape=(size, size))
    _, label = csgraph.connected_components(graph, directed=True, connection="weak")
    labels = cast("Integers", label)
    return labels[:rows], labels[rows:]


def stack(
    matrix: Sparse,
    parts: Sequence[tuple[npt.NDArray[np.bool_], float]],
    bounds: Sequence[tuple[npt.NDArray[np.bool_], float]],
) -> Sparse:
    """Return chosen rows of `matrix`, then of the identity, each part with a sign, by column."""
    rows = cast("Any", matrix.tocsr())
    identity = sparse.eye_array(matrix.shape[1], format="csr")
    pieces = [rows[chosen] * sign for chosen, sign in parts]
    pieces += [identity[chosen] * sign for chosen, sign in bounds]
    whole = sparse.csc_matrix(sparse.vstack(pieces, format="csc"))
    whole.sort_indices()
    return cast("Sparse", whole)


def diagonal(values: Floats) -> Sparse:
    """Return a diagonal matrix that stores every entry, zeros too, by column."""
    place = np.arange(len(values) + 1, dtype=np.int32)
    square = (len(values), len(values))
    return cast("Sparse", sparse.csc_matrix((values, place[:-1], place), shape=square))


def _counted(column: Integers) -> tuple[Integers, Integers]:
    """Return the different columns of a part and how often each comes."""
    if _is_rising(column):
        return column, np.ones((), dtype=np.int32)
    different, count = np.unique(column, return_counts=True)
    return different, count.astype(np.int32)


def _next_places(column: Integers, free: Integers) -> Integers:
    """Return where entries of a part go, and move the free places of their columns on."""
    if _is_rising(column):
        place = free[column]
        free[column] += 1
        return place
    order = np.argsort(column, kind="stable").astype(np.int32)
    ordered = column[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]).astype(np.int32)
    count = np.diff(np.r_[first, len(column)]).astype(np.int32)
    place = np.empty(len(column), dtype=np.int32)
    rank = np.arange(len(column), dtype=np.int32) - np.repeat(first, count)
    place[order] = free[ordered] + rank
    free[ordered[first]] += count
    return place


def _is_rising(column: Integers) -> bool:
    return bool(np.all(column[1:] > column[:-1]))


def _has_repeats(start: Integers, index: Integers) -> bool:
    """Say whether a column names a row twice; rows are ascending in each column."""
    repeated = index[1:] == index[:-1]
    border = start[1:-1]
    border = border[(border > 0) & (border < len(index))]
    repeated[border - 1] = False
    return bool(np.any(repeated))
