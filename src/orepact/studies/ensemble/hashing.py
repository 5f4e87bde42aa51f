"""Hashes of inputs and results that do not depend on machine, order or Python version.

Inputs are written as canonical JSON: names in order of code point, no spaces, numbers as the
shortest decimal that gives the same double (a whole number without fraction, so 1 and 1.0 are one
number). The hash is the SHA-256 of that text. Describe what was read or chosen, such as a seed;
values computed from it may differ in their last digit from one processor to the next.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["canonical_json", "input_hash", "result_hash"]


def input_hash(description: object) -> str:
    """Return the SHA-256 of a description's canonical JSON.

    A description is made of mappings with text keys, sequences, frozen dataclasses (their fields
    count), text, numbers, dates, arrays and tables. Raises `TypeError` for anything else and
    `ValueError` for a number that is not finite, both with the place.
    """
    return hashlib.sha256(canonical_json(description).encode("ascii")).hexdigest()


def canonical_json(description: object) -> str:
    """Return a description as canonical JSON; arrays and tables stand there as their hash.

    Raises what `input_hash` raises.
    """
    return _canonical(description, "")


def result_hash(table: pl.DataFrame) -> str:
    """Return the SHA-256 of a table: names, types and values of its columns, rows in their order.

    Every not-a-number counts as one, and so do the two zeros. Raises `TypeError` for a column of
    lists, structures or objects.
    """
    total = hashlib.sha256()
    for column in table.iter_columns():
        values, kind = _column_bytes(column)
        heading = [column.name, kind, len(column), len(values)]
        total.update(canonical_json(heading).encode("ascii"))
        total.update(np.packbits(column.is_null().to_numpy()).tobytes())
        total.update(values)
    return total.hexdigest()


def _canonical(value: Any, place: str) -> str:
    plain: Any = cast("Any", value.item()) if isinstance(value, np.generic) else value
    text = _scalar(plain, place)
    if text is not None:
        return text
    if isinstance(plain, np.ndarray):
        return _array(cast("npt.NDArray[Any]", plain), place)
    if isinstance(plain, pl.DataFrame):
        return _canonical({"rows": len(plain), "table": result_hash(plain)}, place)
    return _collection(plain, place)


def _scalar(value: Any, place: str) -> str | None:
    """Return the text of a single value, None for anything else."""
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=True)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return _number(value, place)
    return json.dumps(value.isoformat()) if isinstance(value, datetime.date) else None


def _collection(value: Any, place: str) -> str:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return _canonical(named, place)
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value)
        names = [name for name in items if isinstance(name, str)]
        if len(names) < len(items):
            message = f"{place or 'the description'} has a name that is no text"
            raise TypeError(message)
        parts = (
            f"{_canonical(name, place)}:{_canonical(items[name], f'{place}.{name}'.lstrip('.'))}"
            for name in sorted(names)
        )
        return "{" + ",".join(parts) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        entries = cast("Sequence[object]", value)
        parts = (_canonical(each, f"{place}.{n}".lstrip(".")) for n, each in enumerate(entries))
        return "[" + ",".join(parts) + "]"
    message = f"{place or 'the description'} is a {type(value).__name__}, which has no one text"
    raise TypeError(message)


def _number(value: float, place: str) -> str:
    if not math.isfinite(value):
        message = f"{place or 'the description'} is {value}, not a finite number"
        raise ValueError(message)
    return str(int(value)) if value.is_integer() else repr(value)


def _array(values: npt.NDArray[Any], place: str) -> str:
    if values.dtype.kind not in "biuf":
        message = f"{place or 'the description'} is an array of {values.dtype}, not of numbers"
        raise TypeError(message)
    content = {
        "array": hashlib.sha256(_number_bytes(values)).hexdigest(),
        "shape": values.shape,
        "type": values.dtype.name,
    }
    return _canonical(content, place)


def _column_bytes(column: pl.Series) -> tuple[bytes, str]:
    """Return a column's values as bytes, empty ones as zero, and the name of its type."""
    kind = column.dtype
    if isinstance(kind, pl.String | pl.Categorical | pl.Enum):
        words = column.cast(pl.String).fill_null("")
        lengths = words.str.len_bytes().to_numpy()
        return _number_bytes(lengths) + "".join(words.to_list()).encode("utf-8"), "String"
    if kind == pl.Null:
        return b"", "Null"
    plain = column.to_physical() if kind.is_temporal() else column
    if not (plain.dtype.is_numeric() or plain.dtype == pl.Boolean):
        message = f"column {column.name} holds {kind}, which has no hash"
        raise TypeError(message)
    empty = False if plain.dtype == pl.Boolean else 0
    return _number_bytes(plain.fill_null(empty).to_numpy()), str(kind)


def _number_bytes(values: npt.NDArray[Any]) -> bytes:
    """Return numbers as little-endian bytes in order of rows, one not-a-number and one zero."""
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), np.array(np.nan, values.dtype), values + 0.0)
    return np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
