"""Where trade by partner is assumed there is one price outside the exporter and none by region."""

from __future__ import annotations

import polars as pl
import pytest

from orepact.network import World
from orepact.policy import load_register
from orepact.studies.control_clocks import run_members
from orepact.studies.outside import OUTSIDE, outside_only, use_shares
from orepact.studies.run import Run
from orepact.studies.study import Study

ASSUMED = "gallium-refined"


def test_a_run_prints_no_regional_price_of_an_assumed_stage(run: Run) -> None:
    assert run.content["chains"][0]["grades"][ASSUMED] == "D"
    rows = [row for row in run.content["results"] if row["material"] == ASSUMED]
    priced = {row["region"] for row in rows if "price_marginal_vs_base" in row}
    assert priced == {OUTSIDE, "CHN"}
    assert {row["grade"] for row in rows} == {"D"}
    assert any(ASSUMED in warning for warning in run.content["warnings"])
    monthly = run.frames["monthly"].filter(pl.col("material") == ASSUMED)
    shown = monthly.filter(pl.col("price_marginal_middle").is_not_null())
    assert set(shown["region"]) == {OUTSIDE, "CHN"}
    other = [row for row in run.content["results"] if row["material"] == "gallium-primary"]
    assert all("price_marginal_vs_base" in row for row in other)
    assert OUTSIDE not in {row["region"] for row in other}


def test_the_one_price_is_the_mean_weighted_by_use(bundled: World, small: Study) -> None:
    members = run_members(small, bundled, load_register())
    pooled = outside_only(small.chains, bundled, members)
    weights = {
        region: share
        for (_, region, material), share in use_shares(small.chains, bundled).items()
        if material == ASSUMED
    }
    assert sum(weights.values()) == pytest.approx(1.0)
    by_hand = members.years.filter(pl.col("material") == ASSUMED, pl.col("licence") == "approve")
    price = dict(by_hand.select("region", "price_marginal").iter_rows())
    found = pooled.years.filter(pl.col("region") == OUTSIDE, pl.col("licence") == "approve")
    assert found["price_marginal"].to_list() == pytest.approx(
        [sum(share * price[region] for region, share in weights.items())]
    )
    kept = pooled.years.filter(pl.col("material") == "gallium-primary")
    assert kept.equals(members.years.filter(pl.col("material") == "gallium-primary"))
