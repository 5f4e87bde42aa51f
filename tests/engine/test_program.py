from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.engine import Arrays, Program, strict_join, strict_places
from orepact.errors import InputError

VECTORS = (
    "start",
    "index",
    "value",
    "cost",
    "lower",
    "upper",
    "row_lower",
    "row_upper",
    "curvature",
    "integrality",
)


def months(*numbers: int) -> list[dt.date]:
    return [dt.date(2026, number, 1) for number in numbers]


def test_columns_are_numbered_by_sorted_key_and_returned_in_the_order_given() -> None:
    program = Program("toy")
    keys = pl.DataFrame({"region": ["USA", "CHN", "CHN"], "month": months(1, 2, 1)})
    flow = program.add_columns("flow", keys, cost=np.array([3.0, 2.0, 1.0]))
    assert flow["column"].to_list() == [2, 1, 0]
    assert flow.schema["column"] == pl.Int32
    assert flow["region"].to_list() == ["USA", "CHN", "CHN"]
    stock = program.add_columns("stock", pl.DataFrame({"node": [2, 1]}))
    assert stock["column"].to_list() == [4, 3]
    arrays = program.assemble()
    assert arrays.cost.tolist() == [1.0, 2.0, 3.0, 0.0, 0.0]
    assert [arrays.column_label(j) for j in (0, 4)] == ["flow[CHN,2026-01-01]", "stock[2]"]
    assert arrays.column_family("flow").table(np.arange(5.0)).rows() == [
        ("CHN", dt.date(2026, 1, 1), 0.0),
        ("CHN", dt.date(2026, 2, 1), 1.0),
        ("USA", dt.date(2026, 1, 1), 2.0),
    ]


def test_an_enum_sorts_by_its_declared_order_and_text_by_letters() -> None:
    stage = pl.Enum(["ore", "metal"])
    program = Program("toy")
    by_enum = program.add_columns("a", pl.DataFrame({"s": ["metal", "ore"]}, schema={"s": stage}))
    text = pl.DataFrame({"s": ["ore", "metal"]})
    by_text = program.add_columns("b", text)
    by_category = program.add_columns("c", text.cast(pl.Categorical))
    assert by_enum["column"].to_list() == [1, 0]
    assert by_text["column"].to_list() == [3, 2]
    assert by_category["column"].to_list() == [5, 4]


def test_terms_at_one_place_are_summed_and_a_sum_of_zero_is_left_out() -> None:
    program = Program("toy")
    x = program.add_columns("x", pl.DataFrame({"k": [0, 1]}))
    r = program.add_rows("r", pl.DataFrame({"i": [0, 1]}))
    terms = pl.DataFrame(
        {
            "row": [0, 0, 1, 1, 1],
            "column": [0, 0, 1, 1, 0],
            "coefficient": [1.0, 2.0, 5.0, -5.0, 7.0],
        }
    )
    program.add_terms(terms)
    arrays = program.assemble()
    assert x.height == r.height == 2
    assert arrays.matrix.toarray().tolist() == [[3.0, 0.0], [7.0, 0.0]]
    assert arrays.n_entries == 2


def shuffled_program(order: list[int], row_order: list[int], term_order: list[int]) -> Arrays:
    draw = np.random.default_rng(7)
    keys = pl.DataFrame(
        {
            "region": ["CHN", "USA", "EU27", "CHN", "JPN", "USA"],
            "end use": ["b", "a", "a", "a", "b", "b"],
        }
    )
    upper, cost = draw.uniform(1, 2, 6), draw.uniform(1, 2, 6)
    program = Program("toy")
    columns = program.add_columns("x", keys[order], upper=upper[order], cost=cost[order])
    rows = program.add_rows(
        "r",
        pl.DataFrame({"name": ["b", "a", "c"]})[row_order],
        lower=pl.Series([1.0, 2.0, 3.0])[row_order],
        upper=9.0,
    )
    terms = pl.DataFrame(
        {
            "name": ["a", "a", "b", "c", "c", "c", "c"],
            "region": ["CHN", "USA", "EU27", "JPN", "JPN", "JPN", "USA"],
            "end use": ["a", "a", "a", "b", "b", "b", "b"],
            "coefficient": [1.0, -1.0, 2.0, 0.1, 0.2, 0.3, 4.0],
        }
    )[term_order]
    joined = strict_join(strict_join(terms, columns, ["region", "end use"]), rows, "name")
    program.add_terms(joined)
    return program.assemble()


@given(st.permutations(range(6)), st.permutations(range(3)), st.permutations(range(7)))
def test_the_order_of_table_rows_does_not_matter(
    order: list[int], row_order: list[int], term_order: list[int]
) -> None:
    reference = shuffled_program(list(range(6)), list(range(3)), list(range(7)))
    other = shuffled_program(order, row_order, term_order)
    for name in VECTORS:
        assert np.array_equal(getattr(reference, name), getattr(other, name)), name
    labels = [[a.column_label(j) for j in range(6)] for a in (reference, other)]
    assert labels[0] == labels[1]


def test_a_duplicate_key_raises_and_shows_examples() -> None:
    keys = pl.DataFrame({"region": ["CHN", "USA", "CHN", "USA", "CHN"], "t": [1, 1, 1, 1, 1]})
    with pytest.raises(InputError, match=r"3 duplicate keys in 'flow'.*region=CHN, t=1"):
        Program("toy").add_columns("flow", keys)


def test_a_family_name_cannot_be_used_twice() -> None:
    program = Program("toy")
    program.add_columns("x", pl.DataFrame({"k": [0]}))
    with pytest.raises(InputError, match="'x' is declared twice"):
        program.add_columns("x", pl.DataFrame({"k": [1]}))


@pytest.mark.parametrize(
    ("keys", "numbers", "message"),
    [
        ({"k": ["a", None]}, {}, "null or NaN in key column 'k'.*k=None"),
        ({"k": [1.0, float("nan")]}, {}, "null or NaN in key column 'k'"),
        ({"k": ["a", "b"]}, {"cost": pl.Series([1.0, None])}, "cost is null or NaN.*k=b"),
        ({"k": ["a", "b"]}, {"upper": -1.0}, "lower is above upper in 'x' at 2 keys"),
        ({"k": ["a", "b"]}, {"curvature": -1.0}, "curvature is negative"),
        ({"k": ["a", "b"]}, {"cost": float("inf")}, "cost is infinite"),
        ({"k": ["a", "b"]}, {"cost": np.ones(3)}, r"one per row; found shape \(3,\)"),
        ({"k": ["a"], "column": [1]}, {}, "may not have a key named 'column'"),
    ],
)
def test_bad_columns_raise(
    keys: dict[str, list[object]], numbers: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        Program("toy").add_columns("x", pl.DataFrame(keys), **numbers)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "column", "coefficient", "message"),
    [
        ([0, 3], [0, 0], [1.0, 1.0], "unknown row numbers; found 3; expected 0 to 0"),
        ([0, 0], [0, -1], [1.0, 1.0], "unknown column numbers; found -1"),
        ([0, None], [0, 0], [1.0, 1.0], "1 terms without a row"),
        ([0, 0], [0, 1], [1.0, None], "null, NaN or infinite coefficients; found row=0, column=1"),
    ],
)
def test_bad_terms_raise(
    row: list[int], column: list[int], coefficient: list[float], message: str
) -> None:
    program = Program("toy")
    program.add_columns("x", pl.DataFrame({"k": [0, 1]}))
    program.add_rows("r", pl.DataFrame({"k": [0]}))
    with pytest.raises(InputError, match=message):
        program.add_terms(pl.DataFrame({"row": row, "column": column, "coefficient": coefficient}))


def test_an_assembled_program_is_closed_and_assembles_to_the_same_object() -> None:
    program = Program("toy")
    program.add_columns("x", pl.DataFrame({"k": [0]}))
    assert program.assemble() is program.assemble()
    with pytest.raises(InputError, match="is assembled"):
        program.add_rows("r", pl.DataFrame({"k": [0]}))


def test_a_missing_key_raises_and_shows_three_examples() -> None:
    left = pl.DataFrame({"region": ["CHN", "USA", "EU27", "JPN", "KOR"]})
    right = pl.DataFrame({"region": ["CHN"], "cost": [1.0]})
    with pytest.raises(InputError) as caught:
        strict_join(left, right, "region", what="costs")
    assert str(caught.value).endswith(
        "4 keys are missing from costs; found region=USA; region=EU27; region=JPN"
    )


@pytest.mark.parametrize(
    ("right", "message"),
    [
        ({"region": ["CHN", "CHN"], "cost": [1.0, 2.0]}, "1 duplicate keys in 'costs'"),
        ({"region": [1], "cost": [1.0]}, "another type than the left table's; found Int64"),
        ({"region": ["CHN"], "t": [1]}, "column 't' is in both tables but is no key"),
        ({"area": ["CHN"]}, "costs has no column 'region'"),
    ],
)
def test_a_join_that_is_not_by_one_name_raises(
    right: dict[str, list[object]], message: str
) -> None:
    left = pl.DataFrame({"region": ["CHN"], "t": [1]})
    with pytest.raises(InputError, match=message):
        strict_join(left, pl.DataFrame(right), "region", what="costs")


def test_a_join_keeps_the_order_of_the_left_table() -> None:
    left = pl.DataFrame({"k": [3, 1, 2, 1]})
    right = pl.DataFrame({"k": [1, 2, 3], "v": [10, 20, 30]})
    assert strict_join(left, right, "k")["v"].to_list() == [30, 10, 20, 10]


@given(st.lists(st.tuples(st.integers(-3, 3), st.sampled_from("abc")), min_size=1, unique=True))
def test_places_point_at_the_same_key(keys: list[tuple[int, str]]) -> None:
    right = pl.DataFrame(keys, schema={"n": pl.Int64, "s": pl.String}, orient="row")
    left = right.reverse().with_columns(extra=1)
    place = strict_places(left, right, ["n", "s"])
    assert right[place].equals(left.select("n", "s"))


def test_keys_too_many_to_number_densely_are_still_found() -> None:
    wide = {"a": [10**9, 0, 5], "b": [7 * 10**8, 3, 1]}
    right = pl.DataFrame(wide)
    assert strict_places(right.reverse(), right, ["a", "b"]).tolist() == [2, 1, 0]
    with pytest.raises(InputError, match="1 keys are missing"):
        strict_places(pl.DataFrame({"a": [1], "b": [1]}), right, ["a", "b"])


def test_a_program_keeps_its_own_copy_of_the_numbers() -> None:
    program = Program("toy")
    cost, weight = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    x = program.add_columns("x", pl.DataFrame({"k": [0, 1]}), cost=cost)
    r = program.add_rows("r", pl.DataFrame({"k": [0, 1]}))
    program.add_entries(r["row"], x["column"], weight)
    cost[:] = 0.0
    weight[:] = 0.0
    arrays = program.assemble()
    assert arrays.cost.tolist() == [1.0, 2.0]
    assert arrays.value.tolist() == [3.0, 4.0]
