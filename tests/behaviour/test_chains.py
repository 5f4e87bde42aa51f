"""Every chain of the dataset reproduces its base and balances, with the Union whole and split."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from orepact.errors import InputError
from orepact.network import World, read_world
from orepact.network.network import Network
from orepact.network.world import UNION, chain_names
from orepact.result import Restrictions, Setting, Simulation, simulate

MONTHS, WINDOW = 3, 3


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


def quiet(world: World, network: Network) -> Simulation:
    free = np.full((MONTHS + WINDOW, len(network.routes)), np.inf)
    zero = np.zeros_like(free)
    return simulate(
        network,
        world.ensemble[0],
        Restrictions(free, zero, zero, zero, zero),
        Setting(np.ones((MONTHS, len(network.processes))), np.ones((MONTHS, len(network.demands)))),
        window_months=WINDOW,
    )


def errors(simulation: Simulation) -> tuple[float, float, float]:
    """Return the largest error of prices, of flows by material, of balances by stage."""
    base = simulation.tables.routes["base"]
    largest = (
        simulation.tables.routes.frame.select(pl.col("base").max().over("material"))["base"]
        .to_numpy()
    )
    return (
        float(np.nanmax(np.abs(simulation.price - 1.0))),
        float(np.max(np.abs(simulation.flow - base) / np.maximum(largest, 1e-12))),
        float(simulation.residual.max()),
    )


@pytest.mark.parametrize("chain", chain_names())
def test_the_base_reproduces_itself(world: World, chain: str) -> None:
    price, flow, balance = errors(quiet(world, world.network(chain)))
    assert price < 0.005
    assert flow < 0.01
    assert balance < 1e-6


@pytest.mark.parametrize("chain", chain_names())
def test_so_does_it_with_every_member_state(world: World, chain: str) -> None:
    network = world.network(chain, member_states=True)
    members = {region.name for region in network.regions if region.bloc == UNION}
    assert len(members) >= 12
    price, flow, balance = errors(quiet(world, network))
    assert price < 0.005
    assert flow < 0.01
    assert balance < 1e-6


@pytest.mark.parametrize("chain", chain_names())
def test_members_add_up_to_the_union(world: World, chain: str) -> None:
    whole, split = (world.account(chain, member_states=each).entries for each in (False, True))
    members = set(world.bundle.table("countries").filter(pl.col("eu27") == "yes")["iso3"])
    key = ["kind", "material", "process", "region", "partner", "use"]
    back = (
        split.with_columns(
            pl.when(pl.col(name).is_in(members)).then(pl.lit(UNION)).otherwise(name).alias(name)
            for name in ("region", "partner")
        )
        .filter((pl.col("region") != UNION) | (pl.col("partner") != UNION))
        .group_by(key)
        .agg(pl.col("balanced").sum().alias("again"))
    )
    both = whole.filter(pl.col("balanced") > 0.0).join(back, on=key, how="full", coalesce=True)
    assert both["balanced"].null_count() == both["again"].null_count() == 0
    assert both["again"].to_numpy() == pytest.approx(both["balanced"].to_numpy(), rel=1e-9)


@pytest.mark.parametrize("chain", chain_names())
def test_every_stage_has_a_grade(world: World, chain: str) -> None:
    account = world.accounts[chain]
    grades = account.grades
    assert set(grades) == {item.material for item in world.chains[chain].text.materials}
    assert set(grades.values()) <= set("ABCD")
    trade = account.entries.filter(pl.col("kind") == "trade")
    for item in world.chains[chain].text.materials:
        own = trade.filter(pl.col("material") == item.material)
        if not own.is_empty() and (own["source"] == "").all():
            assert grades[item.material] == "D"


def test_printed_output_of_members_is_never_scaled_up(world: World) -> None:
    rows = world.account("silicon-metal", member_states=True).entries.filter(
        pl.col("process") == "silicon-smelting"
    )
    made = dict(rows.select("region", pl.col("balanced") * 12.0).iter_rows())
    printed = (
        world.bundle.table("production")
        .filter(mineral="silicon_metal", year=2024, preferred="1", country="FRA")["quantity"]
        .item()
    )
    assert made["FRA"] <= printed * 1.001
    assert "NLD" not in made
    copper = world.account("copper", member_states=True).entries.filter(
        pl.col("process") == "copper-mining", pl.col("region") == "POL"
    )
    assert copper["balanced"].item() * 12.0 == pytest.approx(400000.0, rel=0.01)
    whole = world.account("copper", member_states=True).entries.filter(
        pl.col("process") == "copper-mining", pl.col("region") == UNION
    )
    assert whole["balanced"].item() > 0.0


def test_any_group_may_be_split_into_its_countries(world: World) -> None:
    network = world.network("graphite", split=("AFR", "LAM"))
    names = {region.name for region in network.regions}
    assert {"MOZ", "MDG", "TZA", "BRA"} <= names
    mines = {item.region: item.base for item in network.processes if "flake-mining" in item.name}
    assert mines["MOZ"] > mines["TZA"] > 0.0
    assert max(errors(quiet(world, network))) < 0.005
    with pytest.raises(InputError, match="unknown group"):
        _ = world.network("graphite", split=("AFRICA",))
