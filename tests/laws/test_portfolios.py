"""Laws of portfolios: what more money, longer waits, missing feed and pooling can and cannot do."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.network import World, read_world
from orepact.network.project_files import Candidates, read_projects
from orepact.network.projects import Mode
from orepact.result.portfolio.choose import choose, join_choices
from orepact.studies.projects.cases import case_of
from orepact.studies.projects.ground import Ground
from orepact.studies.projects.portfolio import PortfolioDesign, ground_of
from tests.oracles.portfolios import case_with, random_plants

EXACT = 1e-9
SLACK = 1e-6
FEW = settings(max_examples=8, deadline=None)
ZONES = ("EU27", "USA")


@cache
def world() -> World:
    return read_world()


@cache
def candidates() -> Candidates:
    return read_projects("candidates", world())


def ground(chain: str = "gallium", seed: int = 1, wait: float = 1.0) -> Ground:
    design = PortfolioDesign(chains=(chain,), futures=5, seed=seed, last_start=2029, wait=wait)
    return ground_of(world(), design, candidates())


@FEW
@given(seed=st.integers(0, 10_000), budget=st.floats(0.0, 10.0), more=st.floats(0.0, 10.0))
def test_more_budget_is_never_worse(seed: int, budget: float, more: float) -> None:
    plants, nodes = random_plants(seed)
    less = choose(case_with(plants, nodes, budget=budget), gap=EXACT)
    richer = choose(case_with(plants, nodes, budget=budget + more), gap=EXACT)
    assert richer.objective <= less.objective + SLACK


@FEW
@given(seed=st.integers(0, 10_000))
def test_no_money_chooses_nothing_that_costs(seed: int) -> None:
    plants, nodes = random_plants(seed)
    assert choose(case_with(plants, nodes, budget=0.0), gap=EXACT).starts == {}


@FEW
@given(seed=st.integers(0, 10_000))
def test_a_project_without_feed_is_never_chosen(seed: int) -> None:
    plants, nodes = random_plants(seed)
    starving = [replace(one, inputs={"nowhere": 1.0}) if one.name == "p1" else one
                for one in plants]
    assert "p1" not in choose(case_with(starving, nodes), gap=0.004).starts


@FEW
@given(seed=st.integers(0, 10_000))
def test_less_capacity_by_a_later_opening_never_helps(seed: int) -> None:
    plants, nodes = random_plants(seed)
    later = [replace(one, capacity={key: 0.5 * size for key, size in one.capacity.items()})
             for one in plants]
    soon = choose(case_with(plants, nodes, budget=9.0), gap=EXACT)
    late = choose(case_with(later, nodes, budget=9.0), gap=EXACT)
    assert late.objective >= soon.objective - SLACK


@FEW
@given(seed=st.integers(0, 10_000), budget=st.floats(0.0, 8.0))
def test_joint_is_never_worse_than_the_sum_of_separate_ones(seed: int, budget: float) -> None:
    zones = ("A", "B")
    plants, nodes = random_plants(seed, zones)
    apart = [
        choose(case_with([one for one in plants if one.home == zone],
                         [one for one in nodes if one.zone == zone], zones=(zone,),
                         budget=budget), gap=EXACT)
        for zone in zones
    ]
    joint = choose(case_with(plants, nodes, zones=zones, budget=2 * budget), gap=EXACT)
    assert joint.objective <= sum(one.objective for one in apart) + SLACK


@pytest.mark.parametrize("chain", ["gallium", "germanium"])
@pytest.mark.parametrize("money", [0.0, 3e7, 1e9])
def test_joint_on_the_dataset_is_never_worse(chain: str, money: float) -> None:
    own = ground(chain).at(beyond=False)  # base trade only between zones: nothing counted twice
    apart = [choose(case_of(own, (zone,), money), gap=EXACT) for zone in ZONES]
    together = choose(case_of(own, ZONES, 2 * money), gap=EXACT, also=join_choices(*apart))
    assert together.objective <= sum(one.objective for one in apart) + 1e-4


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_by_itself_buys_from_its_partner_as_from_a_third_country(zone: str) -> None:
    own = ground("germanium")
    bare, free = (case_of(own.at(beyond=beyond), (zone,), 0.0) for beyond in (False, True))
    partner = next(name for name in ZONES if name != zone)
    more = free.bought.filter(free.bought["origin"] == f"{partner} beyond base")
    assert more.height
    assert (more["cost"] > 1.0).all()
    assert choose(free, gap=EXACT).objective <= choose(bare, gap=EXACT).objective + SLACK


@pytest.mark.parametrize("seed", [1, 2])
def test_doubling_lead_times_never_helps(seed: int) -> None:
    soon = choose(case_of(ground(seed=seed), ("USA",), 1e9), gap=EXACT)
    late = choose(case_of(ground(seed=seed, wait=2.0), ("USA",), 1e9), gap=EXACT)
    assert late.objective >= soon.objective - SLACK


def test_feed_that_nobody_makes_keeps_a_real_project_out() -> None:
    own = ground()
    starving = tuple(
        replace(one, modes=tuple(replace(mode, inputs={"gallium-nowhere": 1.0})
                                 for mode in one.modes))
        for one in own.projects)
    tables = tuple(replace(one, prices={**one.prices, "gallium-nowhere": 1.0})
                   for one in own.chains)
    case = case_of(own.at(projects=starving, chains=tables), ZONES, 1e10)
    assert choose(case, gap=0.004).starts == {}
    assert isinstance(starving[0].modes[0], Mode)


def test_the_shift_test_holds_in_every_block() -> None:
    own = ground().at(shift=0.3)
    case = case_of(own, ("USA",), 1e10)
    solution = choose(case, gap=EXACT).solution
    if not case.origins.filter(case.origins["share"].is_finite()).height:
        pytest.fail("no supplier is watched")
    rows = solution.activity("shift")
    limits = solution.arrays.row_upper
    family = solution.arrays.row_family("shift")
    own_limits = limits[family.first : family.first + family.size]
    assert (rows["value"].to_numpy() <= own_limits + SLACK).all()
