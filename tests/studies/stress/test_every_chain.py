"""Every scenario-level chain runs: a short ban on what its main exporter ships."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from orepact.network import World, read_world
from orepact.policy.controls import Clause, Item, PartialDate
from orepact.policy.scenario.text import Control, Scenario
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import stress
from orepact.studies.stress.windows import under_window, window_names

CHAINS = tuple(read_world().chains)


def ban(world: World, chain: str) -> Scenario:
    """A ban of three months on everything that the chain's exporter ships."""
    text = world.chains[chain].text
    materials = tuple(item.material for item in text.materials)
    items = (Item(name="all of the chain", materials=materials),)
    return Scenario(
        scenario=f"ban-{chain}", title="A ban", text="", version=1, chains=(chain,),
        first_month="2026-12", months=5, reason="a test", licence=("approve",),
        controls=(Control(
            id="a-ban", reason="a test", title="A ban", issuer=text.exporter, kind="export_ban",
            announced=PartialDate("2027-01-01"), effective=PartialDate("2027-01-01"),
            until=PartialDate("2027-03-31"), clauses=(Clause(effect="ban", items=items),),
        ),),
    )


@pytest.mark.parametrize("chain", CHAINS)
def test_a_ban_on_the_main_exporter_runs(bundled: World, chain: str) -> None:
    found = stress(ban(bundled, chain), world=bundled,
                   design=Design(sets=1, draws=0, windows=chain in {"gallium", "magnesium"}))
    assert found.content["balance_residual_max"] <= 1e-6
    members = found.frames["members"]
    for name in ("price_marginal", "price_transaction", "without_price_marginal"):
        assert np.isfinite(members[name].to_numpy()).all()
        assert (members[name] > 0.0).all()
    exporter = bundled.chains[chain].text.exporter
    own = members.filter(pl.col("region") == exporter).drop_nulls("export_volume_relative")
    assert (own["export_volume_relative"] < own["without_export_volume_relative"] + 1e-9).all()
    assert (own["export_volume_relative"] < own["without_export_volume_relative"] - 0.05).any()
    abroad = members.filter(pl.col("region") != exporter)
    assert (abroad["price_marginal"] > abroad["without_price_marginal"] + 1e-3).any()


@pytest.mark.parametrize("chain", [name for name in CHAINS if name in {
    "antimony", "bismuth", "cobalt", "germanium", "magnesium", "manganese", "silicon-metal"}])
def test_further_base_windows_ship_what_they_record(bundled: World, chain: str) -> None:
    text = bundled.chains[chain].text
    counted = text.calibration.alternative_of or tuple(one.material for one in text.materials)
    for window in window_names(bundled.chains[chain])[1:]:
        entries = under_window(bundled, chain, window).accounts[chain].entries
        shipped = entries.filter(
            pl.col("kind") == "trade", pl.col("region") == text.exporter,
            pl.col("partner") != text.exporter, pl.col("material").is_in(list(counted)),
        )["balanced"].sum()
        assert shipped == pytest.approx(text.calibration.alternative_base[window], rel=0.02)
