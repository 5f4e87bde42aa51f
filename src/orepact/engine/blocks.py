"""Split a program into parts that share no row, solve them apart and put the parts together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from orepact.engine.arrays import Arrays, Family
from orepact.engine.certificate import combine, require
from orepact.engine.matrix import Integers, connected
from orepact.engine.solution import Solution
from orepact.engine.threads import spread

__all__ = ["Block", "merge", "solve_blocks", "split"]


@dataclass(frozen=True, slots=True)
class Block:
    """One connected part of a program and which columns and rows of the whole it holds."""

    arrays: Arrays
    columns: Integers
    rows: Integers


def split(arrays: Arrays) -> tuple[Block, ...]:
    """Return the connected blocks, largest number of entries first, ties by first row.

    Two columns are connected when they share a row. Columns and rows without any entry go to the
    first block.
    """
    count, row_block, column_block = _components(arrays)
    if count <= 1:
        every_column = np.arange(arrays.n_columns, dtype=np.int32)
        return (Block(arrays, every_column, np.arange(arrays.n_rows, dtype=np.int32)),)
    columns, rows = _members(column_block, count), _members(row_block, count)
    local = np.empty(arrays.n_rows, dtype=np.int32)
    for members in rows:
        local[members] = np.arange(len(members), dtype=np.int32)
    return tuple(
        Block(_part(arrays, columns[k], rows[k], local, k), columns[k], rows[k])
        for k in range(count)
    )


def solve_blocks(
    arrays: Arrays, solve: Callable[[Arrays], Solution], *, threads: int = 1
) -> Solution:
    """Return the optimum of `arrays` found block by block on `threads` threads.

    `solve` is called once per block and must release the interpreter lock for threads to help.
    Raises SolveError as `solve` does, or when the merged solution fails its certificate.
    """
    blocks = split(arrays)
    if len(blocks) == 1:
        return solve(arrays)
    parts = spread(lambda block: solve(block.arrays), blocks, threads=threads)
    return merge(arrays, blocks, parts)


def merge(arrays: Arrays, blocks: Sequence[Block], parts: Sequence[Solution]) -> Solution:
    """Return the solution of `arrays` put together from certified solutions of its blocks."""
    primal, dual = np.empty(arrays.n_columns), np.empty(arrays.n_rows)
    for block, part in zip(blocks, parts, strict=True):
        primal[block.columns] = part.primal_values
        dual[block.rows] = part.row_duals
    objective = sum(part.objective for part in parts)
    certificate = combine([part.certificate for part in parts], objective)
    require(certificate, arrays.name, parts[0].solver)
    return Solution(
        arrays=arrays,
        objective=objective,
        primal_values=primal,
        row_duals=dual,
        certificate=certificate,
        solver=parts[0].solver,
        status=parts[0].status,
        iterations=sum(part.iterations for part in parts),
        seconds=sum(part.seconds for part in parts),
    )


def _components(arrays: Arrays) -> tuple[int, Integers, Integers]:
    """Return the number of blocks and the block of every row and column."""
    n_rows, n_columns = arrays.n_rows, arrays.n_columns
    if arrays.n_entries == 0:
        return 1, np.zeros(n_rows, np.int32), np.zeros(n_columns, np.int32)
    row_label, column_label = connected(arrays.start, arrays.index, (n_rows, n_columns))
    count = 1 + max(int(row_label.max()), int(column_label.max()))
    entries = np.bincount(column_label, weights=np.diff(arrays.start), minlength=count)
    labels, first_row = np.unique(row_label, return_index=True)
    filled = entries[labels] > 0
    labels, first_row = labels[filled], first_row[filled]
    labels = labels[np.lexsort((first_row, -entries[labels]))]
    block = np.zeros(len(entries), dtype=np.int32)
    block[labels] = np.arange(len(labels), dtype=np.int32)
    return len(labels), block[row_label], block[column_label]


def _members(block: Integers, count: int) -> list[Integers]:
    order = np.argsort(block, kind="stable").astype(np.int32)
    ends = np.cumsum(np.bincount(block, minlength=count))[:-1]
    return np.split(order, ends)


def _part(
    arrays: Arrays, columns: Integers, rows: Integers, local: Integers, number: int
) -> Arrays:
    length = np.diff(arrays.start)[columns]
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int32)
    shift = arrays.start[columns] - start[:-1]
    place = np.arange(start[-1], dtype=np.int32) + np.repeat(shift, length).astype(np.int32)
    return Arrays(
        name=f"{arrays.name}, block {number + 1} at {arrays.row_label(int(rows[0]))}",
        start=start,
        index=local[arrays.index[place]],
        value=arrays.value[place],
        cost=arrays.cost[columns],
        lower=arrays.lower[columns],
        upper=arrays.upper[columns],
        row_lower=arrays.row_lower[rows],
        row_upper=arrays.row_upper[rows],
        curvature=arrays.curvature[columns],
        integrality=arrays.integrality[columns],
        offset=arrays.offset if number == 0 else 0.0,
        columns=_shared_families(arrays.columns, columns),
        rows=_shared_families(arrays.rows, rows),
    )


def _shared_families(families: tuple[Family, ...], members: Integers) -> tuple[Family, ...]:
    """Return the families of a block's members, on the key tables of the whole."""
    found: list[Family] = []
    for family in families:
        low, high = np.searchsorted(members, [family.first, family.first + family.size])
        if low < high:
            order = members[low:high] - np.int32(family.first)
            order = order if family.order is None else family.order[order]
            found.append(Family(family.name, int(low), family.keys, order))
    return tuple(found)
