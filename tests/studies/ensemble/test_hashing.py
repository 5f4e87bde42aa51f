"""A hash says what the inputs are, whatever machine, order or Python writes them."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.studies.ensemble.hashing import canonical_json, input_hash, result_hash

TEXT = st.text(max_size=8)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers()
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)

DESCRIPTION = {
    "seed": 7,
    "scenario": {"title": "Élan", "months": 36, "from": datetime.date(2026, 11, 10)},
    "sets": [0.2428, 1e-05, 1.0, -0.0, 1e16, 123456789.125],
    "both": (True, None),
}
CANONICAL = (
    '{"both":[true,null],"scenario":{"from":"2026-11-10","months":36,"title":"\\u00c9lan"},'
    '"seed":7,"sets":[0.2428,1e-05,1,0,10000000000000000,123456789.125]}'
)
HASH = "5c8396ca09fa5c1267801909f6a2867b1b0a05fcdecbfe9777b576a26fe9664b"


@dataclass(frozen=True)
class Shock:
    """An input as a study has it."""

    month: int
    factor: float


def test_the_text_and_the_hash_are_these() -> None:
    assert canonical_json(DESCRIPTION) == CANONICAL
    assert input_hash(DESCRIPTION) == HASH == hashlib.sha256(CANONICAL.encode()).hexdigest()


def test_another_process_with_another_seed_for_hashes_finds_the_same() -> None:
    code = (
        "from orepact.studies.ensemble.hashing import input_hash as f;"
        "print(f({name: {'x': 0.1 + 0.2, 'y': [1.0, 2]} for name in ['b', 'é', 'a']}))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    names = ["é", "a", "b"]
    assert found == {input_hash({name: {"y": [1, 2.0], "x": 0.1 + 0.2} for name in names})}


@given(VALUES)
def test_canonical_text_is_json_that_means_the_same(value: Any) -> None:
    assert canonical_json(json.loads(canonical_json(value))) == canonical_json(value)
    assert json.loads(canonical_json(value)) == json.loads(json.dumps(value))


@given(st.dictionaries(TEXT, VALUES, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_names_does_not_count(value: dict[str, Any], chance: Any) -> None:
    names = list(value)
    chance.shuffle(names)
    assert input_hash({name: value[name] for name in names}) == input_hash(value)


@given(VALUES, VALUES)
def test_what_differs_has_another_hash(one: Any, other: Any) -> None:
    same = json.dumps(json.loads(canonical_json(one)), sort_keys=True) == json.dumps(
        json.loads(canonical_json(other)), sort_keys=True
    )
    assert (input_hash(one) == input_hash(other)) == same


def test_a_dataclass_an_array_and_a_number_of_numpy_count_as_what_they_hold() -> None:
    assert input_hash(Shock(3, 1.0)) == input_hash({"factor": 1, "month": 3})
    assert input_hash(np.float64(0.1)) == input_hash(0.1)
    assert input_hash(np.bool_(True)) == input_hash(True)  # noqa: FBT003
    assert input_hash(np.arange(3.0)) == input_hash(np.arange(6.0)[::2] / 2.0)
    assert input_hash(np.arange(6.0)) != input_hash(np.arange(6.0).reshape(2, 3))
    assert input_hash(np.arange(3)) != input_hash(np.arange(3.0))
    assert input_hash(np.array([0.0])) == input_hash(np.array([-0.0]))
    assert input_hash(pl.DataFrame({"a": [1]})) != input_hash(pl.DataFrame({"a": [2]}))


@pytest.mark.parametrize(
    ("value", "error", "place"),
    [
        ({"a": {"b": {1, 2}}}, TypeError, "a.b is a set"),
        ({"a": [0.0, float("nan")]}, ValueError, "a.1 is nan"),
        ({"a": float("inf")}, ValueError, "a is inf"),
        ({"a": {1: 2}}, TypeError, "a has a name that is no text"),
        ({"a": Path("x")}, TypeError, "a is a PosixPath"),
        ({"a": b"x"}, TypeError, "a is a bytes"),
        ({"a": Shock}, TypeError, "a is a type"),
        ({"a": np.array(["x"])}, TypeError, "a is an array of <U1"),
    ],
)
def test_what_has_no_one_text_is_refused(value: Any, error: type[Exception], place: str) -> None:
    with pytest.raises(error, match=place):
        _ = input_hash(value)


def table() -> pl.DataFrame:
    """Return a table of every kind of column that results have."""
    return pl.DataFrame(
        {
            "key": ["a", "bé", None],
            "day": [datetime.date(2026, 11, 1), None, datetime.date(2027, 1, 1)],
            "price": [1.0, float("nan"), None],
            "count": [1, None, 3],
            "met": [True, False, None],
            "none": [None, None, None],
        }
    )


def test_a_table_has_one_hash() -> None:
    frame = table()
    assert result_hash(frame) == result_hash(table())
    assert result_hash(frame) == result_hash(frame.rechunk().clone())
    assert result_hash(pl.concat([frame[:1], frame[1:]])) == result_hash(frame)
    words = frame.with_columns(pl.col("key").cast(pl.Categorical))
    assert result_hash(words) == result_hash(frame)


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.reverse(),
        lambda frame: frame.select(reversed(frame.columns)),
        lambda frame: frame.rename({"key": "keys"}),
        lambda frame: frame.with_columns(pl.col("price").fill_null(0.0)),
        lambda frame: frame.with_columns(pl.col("price").fill_nan(None)),
        lambda frame: frame.with_columns(pl.col("price") * (1.0 + 2e-16)),
        lambda frame: frame.with_columns(pl.col("key").fill_null("")),
        lambda frame: frame.with_columns(pl.Series("key", ["ab", "é", None])),
        lambda frame: frame.with_columns(pl.col("count").cast(pl.Float64)),
        lambda frame: frame.with_columns(pl.col("day").dt.offset_by("1d")),
        lambda frame: frame.with_columns(pl.col("met").fill_null(value=False)),
        lambda frame: frame[:2],
    ],
)
def test_any_change_of_a_table_changes_its_hash(change: Any) -> None:
    assert result_hash(change(table())) != result_hash(table())


def test_zeros_and_not_a_numbers_count_as_one() -> None:
    plain = pl.DataFrame({"x": [0.0, float("nan")]})
    other = pl.DataFrame({"x": np.array([-0.0, -np.nan])})
    assert result_hash(plain) == result_hash(other)


def test_a_column_of_lists_has_no_hash() -> None:
    with pytest.raises(TypeError, match="column x holds List"):
        _ = result_hash(pl.DataFrame({"x": [[1]]}))
