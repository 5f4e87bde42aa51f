"""Countries add up to the printed world total within 3 %, or a listed reason says why not."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from orepact.data.bundle import read_bundle
from orepact.indicators.tables.world_totals import TOLERANCE, world_totals

VINTAGES = ("2025.02", "2026.11")


@pytest.mark.parametrize("vintage", VINTAGES)
def test_countries_add_up_or_a_reason_is_listed(vintage: str) -> None:
    frame = world_totals(read_bundle(vintage=vintage))
    assert frame.height > 250
    assert frame.filter(pl.col("state") == "differs").is_empty()


def test_every_listed_reason_is_needed() -> None:
    bundle = read_bundle()
    used = world_totals(bundle).filter(pl.col("state") == "reason")
    assert used.height == bundle.table("world_totals").height
    assert used.filter(pl.col("why") == "").is_empty()


def test_a_missing_reason_is_a_difference() -> None:
    shared = read_bundle()
    reasons = shared.table("world_totals")
    frame = world_totals(replace(shared, _tables={"world_totals": reasons.clear()}, _made={}))
    assert frame.filter(pl.col("state") == "differs").height == reasons.height


def test_withheld_countries_are_named_and_count_as_nothing() -> None:
    frame = world_totals(read_bundle())
    row = frame.filter((pl.col("mineral") == "antimony") & (pl.col("year") == 2025))
    assert row["missing"].to_list() == ["USA W|e"]
    assert abs(row["difference"][0]) < TOLERANCE


def test_rounded_totals_lie_within_half_a_unit_of_two_digits() -> None:
    frame = world_totals(read_bundle()).filter(pl.col("reason") == "rounded_total")
    for world, countries in frame.select("world", "countries").iter_rows():
        unit = 10.0 ** (len(str(int(world))) - 2)
        assert abs(countries - world) <= unit / 2.0


def test_the_countries_listed_elsewhere_close_the_gap() -> None:
    bundle = read_bundle()
    production = bundle.table("production")
    frame = world_totals(bundle).filter(pl.col("reason") == "listed_elsewhere")
    assert frame.height == 2
    for year, edition, world, countries in frame.select(
        "year", "edition", "world", "countries"
    ).iter_rows():
        rest = production.filter(
            (pl.col("mineral") == "ferrosilicon")
            & (pl.col("year") == year)
            & (pl.col("edition") == edition)
        )["quantity"].sum()
        assert abs(countries + rest - world) / world < 0.001
