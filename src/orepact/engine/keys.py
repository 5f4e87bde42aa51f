"""Keep keys strict: none missing, none twice, and every table combined by name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from orepact.errors import InputError, Problem

__all__ = ["examples", "key_order", "show_key", "strict_join", "strict_places"]

EXAMPLES = 3
SMALL = 2**31
PACKED_LIMIT = 2**62
DENSE_LIMIT = 1_000_000

Codes = npt.NDArray[np.signedinteger[Any]]
Positions = npt.NDArray[np.integer[Any]]


def strict_join(
    left: pl.DataFrame, right: pl.DataFrame, on: str | Sequence[str], *, what: str = "table"
) -> pl.DataFrame:
    """Return `left`, in its order, with the other columns of `right` found by the key `on`.

    Every key of `left` must be in `right` once. `what` names the right table in messages.
    Raises InputError with three examples for a missing, duplicate, null or unlike key.
    """
    names = [on] if isinstance(on, str) else list(on)
    common = sorted((set(left.columns) & set(right.columns)) - set(names))
    _refuse(
        [Problem(message=f"column {name!r} is in both tables but is no key") for name in common]
    )
    place = strict_places(left, right, names, what=what)
    others = [column for column in right.get_columns() if column.name not in names]
    return left.hstack([column.gather(place) for column in others])


def strict_places(
    left: pl.DataFrame, right: pl.DataFrame, on: str | Sequence[str], *, what: str = "table"
) -> npt.NDArray[np.int32]:
    """Return for each row of `left` the position in `right` of the same key `on`.

    As strict as `strict_join`, and leaner where only one column of `right` is wanted.
    """
    names = [on] if isinstance(on, str) else list(on)
    _refuse(_unlike(left, right, names, what))
    here = [left.get_column(name) for name in names]
    there = [right.get_column(name) for name in names]
    _refuse(_null_keys(f"left of {what}", here) + _null_keys(what, there))
    place = _places(here, there, what)
    missing = np.flatnonzero(place < 0)
    if len(missing):
        message = f"{len(missing)} keys are missing from {what}"
        _refuse([Problem(message=message, found=examples(pl.DataFrame(here), missing))])
    return place


def key_order(family: str, keys: pl.DataFrame) -> npt.NDArray[np.int32] | None:
    """Return the row order that sorts `keys`, or None when they are sorted already.

    Text sorts by its letters, an Enum by its declared order, dates and numbers by size; the first
    column counts most. Raises InputError with three examples for null, NaN or duplicate keys.
    """
    columns = keys.get_columns()
    _refuse(_null_keys(family, columns))
    if keys.height == 0:
        return None
    if not columns:
        _refuse([Problem(message=f"family {family!r} has no key columns")])
    code, _ = _codes(columns, columns)
    if bool(np.all(code[1:] > code[:-1])):
        return None
    order = np.argsort(code, kind="stable").astype(np.int32)
    code = code[order]
    _refuse(_duplicates(family, columns, order[1:][code[1:] == code[:-1]]))
    return order


def examples(frame: pl.DataFrame, positions: Positions | None = None) -> str:
    """Return up to three rows of `frame` as readable text."""
    chosen = frame.head(EXAMPLES) if positions is None else frame[positions[:EXAMPLES]]
    rows = chosen.rows(named=True)
    return "; ".join(", ".join(f"{name}={value}" for name, value in row.items()) for row in rows)


def show_key(keys: pl.DataFrame, position: int) -> str:
    """Return one key as comma-separated text."""
    return ",".join(str(value) for value in keys.row(position))


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InputError(problems)


def _duplicates(family: str, columns: list[pl.Series], twice: Positions) -> list[Problem]:
    if not len(twice):
        return []
    message = f"{len(twice)} duplicate keys in {family!r}"
    return [Problem(message=message, found=examples(pl.DataFrame(columns), twice))]


def _unlike(left: pl.DataFrame, right: pl.DataFrame, names: list[str], what: str) -> list[Problem]:
    here, there = left.columns, right.columns
    problems = [
        Problem(message=f"{side} has no column {name!r}", expected=", ".join(known))
        for name in names
        for side, known in (("the left table", here), (what, there))
        if name not in known
    ]
    if problems:
        return problems
    kinds = [(name, left.get_column(name).dtype, right.get_column(name).dtype) for name in names]
    return [
        Problem(
            message=f"column {name!r} of {what} has another type than the left table's",
            found=str(found),
            expected=str(expected),
        )
        for name, expected, found in kinds
        if expected != found
    ]


def _null_keys(family: str, columns: list[pl.Series]) -> list[Problem]:
    problems: list[Problem] = []
    for column in columns:
        bad = column.is_null() if column.null_count() else None
        if column.dtype.is_float():
            unknown = column.is_nan().fill_null(value=True)
            bad = unknown if bad is None else bad | unknown
        if bad is not None and bad.any():
            rows = examples(pl.DataFrame(columns).filter(bad))
            message = f"null or NaN in key column {column.name!r} of {family!r}"
            problems.append(Problem(message=message, found=rows))
    return problems


def _places(here: list[pl.Series], there: list[pl.Series], what: str) -> npt.NDArray[np.int32]:
    """Return for each left key its position in the right table, or -1."""
    height = len(there[0])
    if height == 0:
        return np.full(len(here[0]), -1, dtype=np.int32)
    code, span = _codes(there, there)
    wanted, _ = _codes(here, there)
    number = np.arange(height, dtype=np.int32)
    if span <= 4 * (len(code) + len(wanted)) + DENSE_LIMIT:
        table = np.full(span, -1, dtype=np.int32)
        table[code] = number
        _refuse(_duplicates(what, there, np.flatnonzero(table[code] != number)))
        place = table[wanted]
        place[wanted < 0] = -1
        return place
    order = np.argsort(code, kind="stable").astype(np.int32)
    code = code[order]
    _refuse(_duplicates(what, there, order[1:][code[1:] == code[:-1]]))
    found = np.minimum(np.searchsorted(code, wanted), height - 1)
    return np.where(code[found] == wanted, order[found], np.int32(-1))


def _codes(columns: list[pl.Series], known: list[pl.Series]) -> tuple[Codes, int]:
    """Return integers that order rows as their keys do (-1 where unknown) and their bound."""
    physical = pl.DataFrame(columns).select(pl.all().to_physical()).get_columns()
    parts = [_coded(*three) for three in zip(columns, known, physical, strict=True)]
    span = math.prod(size for _, size in parts)
    if span >= PACKED_LIMIT:
        raise InputError([Problem(message="too many different keys", found=f"{span} combinations")])
    packed: Codes = parts[0][0].astype(np.int32 if span < SMALL else np.int64)
    unknown = packed < 0
    for code, size in parts[1:]:
        packed *= size
        packed += code
        unknown |= code < 0
    packed[unknown] = -1
    return packed, span


def _coded(column: pl.Series, known: pl.Series, physical: pl.Series) -> tuple[Codes, int]:
    """Return integers that order values among the `known` ones (-1 for others) and their bound."""
    kind = column.dtype
    if isinstance(kind, pl.Enum):
        return physical.to_numpy(), max(1, len(kind.categories))
    if isinstance(kind, (pl.String, pl.Categorical)):
        labels = known.cast(pl.String).unique().sort()
        code = column.cast(pl.String).cast(pl.Enum(labels), strict=False).to_physical()
        return code.cast(pl.Int32).fill_null(-1).to_numpy(), len(labels)
    if kind.is_integer() or kind.is_temporal() or isinstance(kind, pl.Boolean):
        numbers = column.cast(pl.Int64).to_numpy()
        ends = numbers if column is known else known.cast(pl.Int64).to_numpy()
        least, most = int(ends.min()), int(ends.max())
        if most - least < SMALL:
            code = numbers - least
            code[(numbers < least) | (numbers > most)] = -1
            return code, most - least + 1
    values, labels = physical.to_numpy(), np.unique(known.to_physical().to_numpy())
    place = np.minimum(np.searchsorted(labels, values), len(labels) - 1)
    return np.where(labels[place] == values, place, -1), len(labels)
