"""Write a program as text that people and other solvers can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from orepact.engine.arrays import Arrays
from orepact.engine.linear import write_mps as _write_mps

__all__ = ["lp_text", "write_lp", "write_mps"]

WIDTH = 96


def write_lp(arrays: Arrays, path: Path) -> None:
    """Write `arrays` to `path` in LP format, the same text for the same program."""
    _ = path.write_text(lp_text(arrays), encoding="utf-8", newline="\n")


def write_mps(arrays: Arrays, path: Path) -> None:
    """Write the linear part of `arrays` to `path` in MPS format (the name must end in .mps)."""
    _write_mps(arrays, str(path))


def lp_text(arrays: Arrays) -> str:
    """Return `arrays` in LP format with names ``family(key,key)`` and exact numbers.

    The format keeps square brackets for curvature, hence the round ones. Columns and rows come in
    their own order, so the text is stable. A row bounded on both sides is written twice, as
    ``name.lower`` and ``name.upper``; an unbounded row is left out. Characters that LP names may
    not hold become underscores. Source of the format: IBM ILOG CPLEX file formats reference, "LP".
    """
    columns = [_name(arrays.column_label(j)) for j in range(arrays.n_columns)]
    lines = [f"\\ {arrays.name}", "minimize"]
    lines += _wrap(" objective:", _objective(arrays, columns))
    lines.append("subject to")
    lines += _rows(arrays, columns)
    lines.append("bounds")
    lines += _bounds(arrays, columns)
    whole = [columns[j] for j in np.flatnonzero(arrays.integrality)]
    if whole:
        lines.append("general")
        lines += [f" {name}" for name in whole]
    lines.append("end")
    return "\n".join(lines) + "\n"


def _objective(arrays: Arrays, columns: list[str]) -> Iterator[str]:
    terms = [_term(float(arrays.cost[j]), columns[j]) for j in np.flatnonzero(arrays.cost)]
    yield from terms or [_term(0.0, columns[0])] if columns else []
    if arrays.offset:
        yield _signed(arrays.offset)
    curved = np.flatnonzero(arrays.curvature)
    if len(curved):
        yield "+ ["
        for j in curved:
            yield f"{_term(float(arrays.curvature[j]), columns[j])} ^ 2"
        yield "] / 2"


def _rows(arrays: Arrays, columns: list[str]) -> Iterator[str]:
    by_row = arrays.matrix.tocsr()
    for i in range(arrays.n_rows):
        name = _name(arrays.row_label(i))
        places = range(int(by_row.indptr[i]), int(by_row.indptr[i + 1]))
        terms = [_term(float(by_row.data[k]), columns[int(by_row.indices[k])]) for k in places]
        terms = terms or ([f"0 {columns[0]}"] if columns else [])
        lower, upper = float(arrays.row_lower[i]), float(arrays.row_upper[i])
        if lower == upper:
            yield from _wrap(f" {name}:", [*terms, f"= {lower!r}"])
            continue
        both = np.isfinite(lower) and np.isfinite(upper)
        if np.isfinite(lower):
            head = f" {name}.lower:" if both else f" {name}:"
            yield from _wrap(head, [*terms, f">= {lower!r}"])
        if np.isfinite(upper):
            head = f" {name}.upper:" if both else f" {name}:"
            yield from _wrap(head, [*terms, f"<= {upper!r}"])


def _bounds(arrays: Arrays, columns: list[str]) -> Iterator[str]:
    for j, name in enumerate(columns):
        lower, upper = float(arrays.lower[j]), float(arrays.upper[j])
        if lower == upper:
            yield f" {name} = {lower!r}"
        elif np.isinf(lower) and np.isinf(upper):
            yield f" {name} free"
        elif np.isinf(upper):
            if lower != 0.0:
                yield f" {name} >= {lower!r}"
        else:
            left = "-inf" if np.isinf(lower) else repr(lower)
            yield f" {left} <= {name} <= {upper!r}"


def _name(label: str) -> str:
    turned = label.replace("[", "(").replace("]", ")")
    return "".join(c if c.isascii() and (c.isalnum() or c in "_.,()") else "_" for c in turned)


def _term(number: float, name: str) -> str:
    return f"{_signed(number)} {name}"


def _signed(number: float) -> str:
    return f"{'-' if number < 0 else '+'} {abs(number)!r}"


def _wrap(head: str, parts: Iterator[str] | list[str]) -> Iterator[str]:
    line = head
    for part in parts:
        if len(line) + 1 + len(part) > WIDTH and line.strip():
            yield line
            line = "  "
        line += f" {part}"
    yield line
