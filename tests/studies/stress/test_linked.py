"""Linked chains in a stress run: what a host's outage does to its by-product, and no more."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest

from orepact.errors import InputError
from orepact.network import World, read_world
from orepact.policy import forms_of, knowing, load_register, load_template
from orepact.policy.controls import PartialDate
from orepact.policy.scenario.text import Outage, Ranged, Scenario
from orepact.studies.stress.design import Draw, Task
from orepact.studies.stress.linked import (
    LESS_WANTED,
    alone,
    link_entries,
    linked_groups,
    simulate_group,
)
from orepact.studies.stress.member import Shared, simulate_task

LINKS = ("cobalt-from-copper", "cells-high-nickel", "cells-other-cathodes")
CHAINS = ("cobalt", "copper", "gallium", "lithium")


@cache
def world() -> World:
    return read_world()


def outage(process: str, region: str) -> Outage:
    def sure(number: float) -> Ranged:
        return Ranged(number, number, number)

    return Outage(id=f"{process}-{region}", reason="supposed", process=process, region=region,
                  month=PartialDate("2026-12"), until=PartialDate("2027-02"),
                  activity=sure(0.2), alarm=sure(0.0))


def scenario(*, links: tuple[str, ...] = LINKS, outages: tuple[Outage, ...] = ()) -> Scenario:
    return Scenario(scenario="t", title="t", text="", version=1, chains=CHAINS, reason="a test",
                    first_month="2026-12", months=4, licence=("approve",), links=links,
                    outages=outages)


def shared(case: Scenario) -> Shared:
    items = [item for name in CHAINS for item in world().network(name).materials]
    register = knowing(load_register(), forms_of(items))
    return Shared(world(), case, (0,), register, load_template())


def task(chain: str) -> Task:
    return Task(chain, "base", world().ensemble[0], "approve", (Draw(0),))


def place(table: pl.DataFrame, region: str, material: str) -> dict[str, float]:
    return table.filter(region=region, material=material).row(0, named=True)


@pytest.fixture(scope="module")
def stopped() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of a copper outage in Congo, with links and without."""
    mines = (outage("copper-leaching", "COD"), outage("copper-mining", "COD"))
    linked = shared(scenario(outages=mines))
    apart = shared(scenario(links=(), outages=mines))
    return (simulate_group(linked, task("cobalt+copper+lithium")),
            pl.concat([simulate_task(apart, task(name))
                       for name in ("cobalt", "copper", "lithium")]))


def test_links_group_chains_and_leave_the_others() -> None:
    assert linked_groups(scenario(), world()) == ("cobalt+copper+lithium", "gallium")
    assert linked_groups(scenario(links=()), world()) == CHAINS
    assert [one.chain for one in alone([task("cobalt+copper"), task("gallium")])] == [
        "cobalt", "copper", "gallium"]
    with pytest.raises(InputError, match="unknown link"):
        _ = linked_groups(scenario(links=("cobalt-from-coper",)), world())


def test_a_scenario_in_which_nothing_happens_changes_nothing() -> None:
    rows = simulate_group(shared(scenario()), task("cobalt+copper+lithium"))
    for name in ("price_marginal", "unmet_share", "export_volume_relative"):
        assert rows[name].equals(rows[f"without_{name}"].rename(name), null_equal=True)
    assert rows[LESS_WANTED].max() == 0.0
    assert link_entries(rows) == []


def test_a_chain_without_a_link_is_as_on_its_own() -> None:
    linked, apart = shared(scenario()), shared(scenario(links=()))
    own = simulate_group(linked, task("gallium")).drop(LESS_WANTED)
    assert own.equals(simulate_task(apart, task("gallium")))


def test_cobalt_falls_with_copper(stopped: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    linked, apart = stopped
    with_it = place(linked, "COD", "cobalt-hydroxide")
    own = place(apart, "COD", "cobalt-hydroxide")
    assert own["export_volume_relative"] == pytest.approx(
        own["without_export_volume_relative"], rel=1e-9)
    assert with_it["export_volume_relative"] < 0.9 * own["export_volume_relative"]
    assert with_it["price_marginal"] > own["price_marginal"]


def test_cells_want_less_lithium_when_cobalt_is_short(
    stopped: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    linked, apart = stopped
    with_it = place(linked, "CHN", "lithium-hydroxide")
    own = place(apart, "CHN", "lithium-hydroxide")
    assert 0.0 < with_it[LESS_WANTED] < 0.5
    assert with_it["price_marginal"] < own["price_marginal"]
    assert {entry["chain"] for entry in link_entries(linked)} >= {"lithium"}
    assert all(entry["less_wanted"]["low"] <= entry["less_wanted"]["high"]
               for entry in link_entries(linked))


def test_the_host_is_moved_by_nothing(stopped: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    linked, apart = stopped
    for name in ("price_marginal", "unmet_share"):
        ours, theirs = (table.filter(chain="copper")[name] for table in (linked, apart))
        assert ours.equals(theirs, null_equal=True)


def test_every_linked_chain_balances(stopped: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    linked, _ = stopped
    assert float(linked["residual"].to_numpy().max()) <= 1e-6
    assert linked["price_marginal"].is_finite().all()
