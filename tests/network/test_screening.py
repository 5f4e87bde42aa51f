"""Trade whose tonnes do not fit its value is estimated again, and everything else stays."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.network.accounts.screening import ESTIMATED, FACTOR, OUTLIER, screen

SCHEMA = {
    "code": pl.String,
    "year": pl.Int64,
    "exporter": pl.String,
    "importer": pl.String,
    "tonnes": pl.Float64,
    "kusd": pl.Float64,
}


def flows(*rows: tuple[str, float | None, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [("1", 2023, name, "ZZZ", tonnes, kusd) for name, tonnes, kusd in rows],
        orient="row",
        schema=SCHEMA,
    )


def test_a_slipped_decimal_is_estimated_from_value() -> None:
    found = screen(flows(("A", 10.0, 100.0), ("B", 11.0, 110.0), ("C", 900.0, 90.0)))
    assert found["flag"].to_list() == ["", "", OUTLIER]
    assert found["tonnes"].to_list() == pytest.approx([10.0, 11.0, 9.0])
    assert found["reported"].to_list() == [10.0, 11.0, 900.0]
    assert set(found["norm"]) == {10_000.0}


def test_one_large_flow_does_not_set_the_norm_alone() -> None:
    small = [(f"S{number}", 1.0, 10.0) for number in range(30)]
    found = screen(flows(("LARGE", 100.0, 100.0), *small))
    assert set(found["norm"]) == {10_000.0}
    assert found["flag"][0] == OUTLIER


def test_the_threshold_is_the_stated_factor() -> None:
    rows = [(f"N{number}", 10.0, 100.0) for number in range(9)]
    just_in, just_out = 10.0 * FACTOR * 0.99, 10.0 * FACTOR * 1.01
    found = screen(flows(*rows, ("IN", just_in, 100.0), ("OUT", just_out, 100.0)))
    assert found["flag"][-2:].to_list() == ["", OUTLIER]


def test_a_flow_without_tonnes_is_estimated_and_without_a_norm_stays_unknown() -> None:
    bare = flows(("A", None, 50.0))
    assert screen(bare)["tonnes"].to_list() == [None]
    norms = pl.DataFrame({"code": ["1"], "year": [2023], "norm": [5_000.0]})
    found = screen(bare, norms)
    assert found["tonnes"].to_list() == [10.0]
    assert found["flag"].to_list() == [ESTIMATED]


def test_a_code_s_own_norm_goes_before_the_one_that_is_given() -> None:
    norms = pl.DataFrame({"code": ["1"], "year": [2023], "norm": [1.0]})
    assert set(screen(flows(("A", 10.0, 100.0)), norms)["norm"]) == {10_000.0}


@given(st.lists(st.tuples(st.floats(0.1, 1e6), st.floats(0.1, 1e6)), min_size=1, max_size=12))
def test_screening_twice_changes_nothing_more_and_order_does_not_matter(
    pairs: list[tuple[float, float]],
) -> None:
    rows = flows(*((f"C{number:02}", *pair) for number, pair in enumerate(pairs)))
    once = screen(rows).sort("exporter")
    assert once.equals(screen(rows.reverse()).sort("exporter"))
    unit_value = 1000.0 * once["kusd"] / once["tonnes"]
    off = (unit_value / once["norm"]).log().abs()
    assert off.max() <= 1.61  # type: ignore[operator]  # log of the factor, 5
