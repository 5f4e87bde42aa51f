"""What a portfolio prints of dates, products, shortage and years without a control."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from orepact.model.portfolio import PortfolioCase
from orepact.network import World, read_world
from orepact.network.project_files import Candidates, read_projects
from orepact.result.portfolio.availability import Leads, draw_leads
from orepact.result.portfolio.choose import Choice, choose, evaluate
from orepact.studies.projects.cases import case_of
from orepact.studies.projects.ground import Ground
from orepact.studies.projects.pooling import gains_of, pooling_of, pooling_ranges
from orepact.studies.projects.portfolio import PortfolioDesign, ground_of
from orepact.studies.projects.readings import (
    delivery_rows,
    finance_rows,
    open_rows,
    parts_of,
    products_of,
    shortage_cost,
    shortage_rows,
    worth_by_future,
)

CHAIN = "rare-earth-magnets"
ZONES = ("EU27", "USA")
GAP = 0.02


@cache
def world() -> World:
    return read_world()


@cache
def candidates() -> Candidates:
    return read_projects("candidates", world())


@cache
def ground(wait: float = 1.0) -> Ground:
    design = PortfolioDesign(chains=(CHAIN,), futures=3, last_start=2028, wait=wait)
    return ground_of(world(), design, candidates())


@dataclass(frozen=True)
class Chosen:
    ground: Ground
    cases: dict[str, PortfolioCase]
    choices: dict[str, Choice]


@pytest.fixture(scope="module")
def chosen() -> Chosen:
    own = ground()
    zones = {"EU27": ("EU27",), "USA": ("USA",), "joint": ZONES}
    cases = {name: case_of(own, each, 2e9 * len(each)) for name, each in zones.items()}
    return Chosen(own, cases, {name: choose(case, gap=GAP) for name, case in cases.items()})


def test_printed_dates_follow_the_lead_times() -> None:
    start = {next(one.name for one in ground().projects if not one.decided): 2027}
    soon, late = (open_rows(ground(wait), start, 2030, 1) for wait in (1.0, 2.0))
    for one, other in zip(soon, late, strict=True):
        assert other["opens"] >= one["opens"]
        if one["decided"]:
            assert other["opens"] > one["opens"] or one["opens"] <= 2027.0
        else:
            assert other["opens"] - 2027.0 == pytest.approx(2.0 * (one["opens"] - 2027.0))


def test_what_is_decided_waits_longer_too() -> None:
    leads = Leads(np.array([[2.0]]), np.array([[2029.0]]), np.array([[1.0]]))
    assert leads.longer(2.0, 2027).opens[0, 0] == 2031.0
    assert leads.longer(2.0, 2030).opens[0, 0] == 2029.0
    assert leads.longer(2.0, 2027).wait[0, 0] == 4.0
    assert np.isnan(draw_leads(ground().projects, 3, 1).longer(2.0, 2027).opens).any()


def test_deliveries_tell_products_apart_and_mark_scrap(chosen: Chosen) -> None:
    rows = delivery_rows(chosen.choices["joint"], chosen.cases["joint"], chosen.ground)
    assert {row["project"] for row in rows} <= set(chosen.choices["joint"].starts)
    assert all(row["scrap"] == (row["material"] == "magnet-scrap") for row in rows)
    assert len({(row["project"], row["zone"], row["material"]) for row in rows}) == len(rows)
    assert any(row["material"] == "magnet-heavy" for row in rows)


def test_a_project_makes_all_that_its_ways_make() -> None:
    benson = next(one for one in ground().projects if one.name == "benson")
    scrap = ground().chains[0].scrap
    assert scrap == {"magnet-scrap"}
    assert products_of(benson, scrap) == ["magnet-plain", "magnet-heavy"]


def test_the_worth_of_futures_is_the_worth_in_the_mean(chosen: Chosen) -> None:
    choice, own = chosen.choices["joint"], chosen.ground
    worth = worth_by_future(choice, own)
    assert sum(one.weight * worth[one.name] for one in own.futures) == pytest.approx(
        choice.worth * 1e6, rel=1e-6)


def test_years_without_a_control_earn_by_future(chosen: Chosen) -> None:
    """Without a control at all, a plant that earns then earns more than in the mean."""
    choice, own = chosen.choices["joint"], chosen.ground
    parts = parts_of(choice)
    if parts["calm_years"] >= 0.0:
        pytest.fail("no chosen plant earns without a control")
    mean = -(parts["capital"] + parts["calm_years"])
    assert worth_by_future(choice, own)["none"] > mean


def test_what_is_given_up_is_a_part_of_what_is_not_served(chosen: Chosen) -> None:
    rows = shortage_rows(chosen.choices["joint"], chosen.cases["joint"])
    for row in rows:
        for when in ("without", "with"):
            assert 0.0 <= row[f"given_up_{when}"] <= row[when] + 1e-9
    assert any(0.0 < row["given_up_without"] < row["without"] for row in rows)


def test_pooling_says_which_zone_gains(chosen: Chosen) -> None:
    pooling = pooling_of("joint", chosen.choices, chosen.cases, chosen.ground)
    rows = {row["zone"]: row for row in pooling["zones"]}
    joint = chosen.choices["joint"]
    cost = shortage_cost(joint.solution, chosen.cases["joint"])
    assert {zone: row["shortage_pooled_with"] for zone, row in rows.items()} == cost
    public = sum(row["amount"] for row in finance_rows(joint) if row["public"])
    assert sum(row["public_pooled"] for row in rows.values()) == pytest.approx(public)
    for row in pooling["materials"]:
        assert row["shorter"] == (row["pooled_with"] - row["alone_with"] > 0.01 * row["need"])
    assert evaluate(chosen.cases["joint"], joint.starts).objective == pytest.approx(
        joint.objective)


def test_the_range_of_the_gain_includes_this_draw(chosen: Chosen) -> None:
    apart = [chosen.choices[zone] for zone in ZONES]
    own = gains_of(chosen.choices["joint"], apart)
    assert own["gain"] == pytest.approx(own["by_projects"] + own["by_sharing_what_stands"])
    more = {name: value + 1.0 for name, value in own.items()}
    found = pooling_ranges({**own}, [more], [{"gain": None}])
    assert found["runs"] == 2
    assert (found["gain_low"], found["gain_high"]) == (own["gain"], own["gain"] + 1.0)
