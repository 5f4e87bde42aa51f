"""Drivers and boxes find what was planted, and say so when there is nothing to find."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from orepact.studies.stress.breaks import break_entries, find_box
from orepact.studies.stress.drivers import driver_entries, partial_rank_correlation, swing
from orepact.studies.stress.factors import Factor

FACTORS = [Factor("share", "by-asia: share", "range", "1"),
           Factor("premium", "by-asia: premium", "range", "1")]


def members(count: int, unmet: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Members of one chain whose unmet share follows a formula of two factors."""
    random = np.random.default_rng(3)
    table = pl.DataFrame({
        "chain": "a", "window": "base", "licence": "approve", "rank": pl.Series([0] * count),
        "draw": pl.Series(range(count)), "share": random.random(count),
        "premium": random.random(count),
    })
    shares = {"share": table["share"], "premium": table["premium"], "np": np}
    values = eval(unmet, shares)  # noqa: S307 — formulas of this file
    rows = table.select("chain", "window", "licence", "rank", "draw").with_columns(
        pl.lit("EU27").alias("region"), pl.lit("metal").alias("material"),
        pl.lit("whole").alias("period"), pl.lit(0).alias("rung"),
        pl.Series("unmet_share", np.asarray(values, dtype=np.float64) * np.ones(count)),
        pl.lit(0.0).alias("without_unmet_share"),
    )
    return rows, table


def test_the_swing_is_that_between_the_outer_thirds() -> None:
    factor = np.arange(9.0)
    assert swing(factor, 2.0 * factor) == {
        "from": 1.0, "to": 7.0, "low": 2.0, "high": 14.0, "swing": 12.0}
    assert swing(np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 5.0, 1.0, 5.0]))["swing"] == 4.0


def test_partial_rank_correlation_takes_the_other_factor_out() -> None:
    random = np.random.default_rng(0)
    cause = random.random(200)
    echo = cause + 0.05 * random.random(200)
    other = random.random(200)
    factors = np.column_stack([cause, echo, other])
    found = partial_rank_correlation(factors, np.exp(3.0 * cause) - other)
    assert found[0] > 0.5
    assert abs(found[1]) < 0.35
    assert found[2] < -0.7
    assert np.isnan(partial_rank_correlation(factors[:6], cause[:6])).all()


def test_the_driver_that_was_planted_comes_first() -> None:
    rows, table = members(80, "0.5 * share + 0.02 * premium")
    target = {"chain": "a", "region": "EU27", "material": "metal", "period": "whole",
              "figure": "unmet_share"}
    (entry,) = driver_entries(rows, table, FACTORS, [target])
    first = entry["factors_by_licence"]["approve"][0]
    assert first["factor"] == "share"
    assert first["clear"]
    assert first["swing"] == pytest.approx(0.5 * 2.0 / 3.0, abs=0.08)


def test_the_box_that_was_planted_is_found_with_coverage_and_density() -> None:
    rows, table = members(300, "np.where((share > 0.6) & (premium < 0.5), 0.4, 0.01)")
    (entry,) = break_entries(["a"], rows, table, FACTORS, ("EU27", 0.10))
    limits = {one["factor"]: (one["above"], one["below"]) for one in entry["conditions"]}
    assert limits["share"][0] == pytest.approx(0.6, abs=0.05)
    assert limits["premium"][1] == pytest.approx(0.5, abs=0.05)
    assert entry["coverage"] > 0.9
    assert entry["density"] > 0.9
    assert entry["density_left_out"] > 0.8


@pytest.mark.parametrize(("formula", "verdict"), [
    ("0.0 * share", "no member breaks it"),
    ("0.5 + 0.0 * share", "every member breaks it"),
    ("np.where(share > 0.995, 0.4, 0.0)", "cannot tell: too few members on one side"),
])
def test_without_enough_breaks_it_says_so(formula: str, verdict: str) -> None:
    rows, table = members(200, formula)
    (entry,) = break_entries(["a"], rows, table, FACTORS, ("EU27", 0.10))
    assert entry["verdict"] == verdict
    assert entry["conditions"] == []


@pytest.mark.parametrize("seed", range(8))
def test_noise_gives_no_conditions(seed: int) -> None:
    rows, table = members(200, f"0.2 * np.random.default_rng({100 + seed}).random(200)")
    (entry,) = break_entries(["a"], rows, table, FACTORS, ("EU27", 0.10))
    assert entry["verdict"].startswith("cannot tell")


def test_a_region_without_use_is_told() -> None:
    rows, table = members(20, "0.0 * share")
    (entry,) = break_entries(["a"], rows, table, FACTORS, ("JPN", 0.10))
    assert entry["verdict"] == "no use in this region"


def test_a_box_of_pure_breaks_has_density_one() -> None:
    factor = np.linspace(0.0, 1.0, 100)[:, None]
    box = find_box(factor, factor[:, 0] > 0.7)
    assert box is not None
    assert box.density == 1.0
    assert box.coverage == 1.0
    assert box.mass == pytest.approx(0.3, abs=0.01)
