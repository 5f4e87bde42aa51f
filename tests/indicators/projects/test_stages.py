"""Stages of a chain against a zone's need: cases derived by hand, and laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.projects.stages import Recipes, Zone, needs, stages, tightest

# mining makes ore, smelting takes 2 t of ore per tonne of metal, recycling makes metal of scrap
RECIPES = Recipes(
    processes=("mining", "smelting", "recycling"), materials=("ore", "metal"),
    outputs=np.asarray([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]),
    inputs=np.asarray([[0.0, 0.0], [2.0, 0.0], [0.0, 0.0]]),
    prices=np.asarray([10.0, 100.0]), activity=np.asarray([1000.0, 400.0, 100.0]),
)


def zone(use: float, mining: float, smelting: float, recycling: float = 0.0) -> Zone:
    capacity = np.asarray([mining, smelting, recycling])
    return Zone(np.asarray([0.0, use]), capacity, capacity)


def test_feed_limits_what_a_smelter_is_worth() -> None:
    # 100 t of metal are used; 200 t of ore would be needed and 80 are mined: 40 % of it. The
    # smelters could make 60 t, and have ore for 40: the zone serves 40 % of its use, not 60 %.
    found = stages(RECIPES, zone(100.0, 80.0, 60.0))
    np.testing.assert_allclose(found.need, [200.0, 100.0])
    np.testing.assert_allclose(found.alone, [0.4, 0.6])
    np.testing.assert_allclose(found.own, [0.4, 0.4])


def test_recyclers_need_no_feed_and_lower_the_need_of_ore() -> None:
    # recyclers make 30 t: smelters must make 70 of 140 t of ore, and 80 t of ore make 40
    found = stages(RECIPES, zone(100.0, 80.0, 60.0, 30.0))
    np.testing.assert_allclose(found.need, [140.0, 100.0])
    np.testing.assert_allclose(found.alone, [80.0 / 140.0, 0.9])
    np.testing.assert_allclose(found.own, [80.0 / 140.0, (30.0 + 70.0 * 80.0 / 140.0) / 100.0])


def test_a_plant_without_feed_is_worth_nothing() -> None:
    np.testing.assert_allclose(stages(RECIPES, zone(100.0, 0.0, 60.0)).own, [0.0, 0.0])


def test_partners_surplus_feeds_it() -> None:
    # a partner mines 100 t and uses none: with it 50 % of the need of ore is there
    partner = zone(0.0, 100.0, 0.0)
    left = partner.capacity @ RECIPES.outputs - needs(RECIPES, partner)
    found = stages(RECIPES, zone(100.0, 0.0, 60.0), left)
    np.testing.assert_allclose(found.own, [0.0, 0.5])


def test_joint_recipes_are_shared_out_by_value() -> None:
    # a separator makes 1 t of light and 0.1 t of heavy oxide of 5 t of ore, at 10 and 100 USD/t:
    # half of its value each, so a tonne of light needs 2.5 t of ore and a tonne of heavy 25
    recipes = Recipes(
        ("mining", "separating"), ("ore", "light", "heavy"),
        np.asarray([[1.0, 0.0, 0.0], [0.0, 1.0, 0.1]]),
        np.asarray([[0.0, 0.0, 0.0], [5.0, 0.0, 0.0]]),
        np.asarray([1.0, 10.0, 100.0]), np.asarray([5.0, 1.0]))
    asked = Zone(np.asarray([0.0, 10.0, 1.0]), np.zeros(2), np.zeros(2))
    np.testing.assert_allclose(needs(recipes, asked), [10.0 * 2.5 + 1.0 * 25.0, 10.0, 1.0])


AMOUNT = st.floats(0.0, 1e5)


@given(st.floats(1.0, 1e5), AMOUNT, AMOUNT, AMOUNT, st.floats(1.0, 10.0))
def test_more_capacity_never_lowers_own_supply(
    use: float, mining: float, smelting: float, recycling: float, factor: float
) -> None:
    less = stages(RECIPES, zone(use, mining, smelting, recycling))
    more = stages(RECIPES, zone(use, mining * factor, smelting * factor, recycling * factor))
    assert more.own[1] >= less.own[1] * (1.0 - 1e-9)
    assert less.own[1] <= less.alone[1] * (1.0 + 1e-9)


@given(st.floats(1.0, 1e5), AMOUNT, AMOUNT, AMOUNT, st.floats(0.01, 100.0))
def test_a_tonne_is_a_tonne_in_any_unit(
    use: float, mining: float, smelting: float, recycling: float, unit: float
) -> None:
    one = stages(RECIPES, zone(use, mining, smelting, recycling))
    other = stages(RECIPES, zone(use * unit, mining * unit, smelting * unit, recycling * unit))
    assert other.own[1] == pytest.approx(one.own[1], rel=1e-9)


def test_a_stage_without_capacity_in_some_members_is_their_tightest() -> None:
    # four members: ore has nothing where its project fails (two of them), metal is tightest in one,
    # both are equal in one; clay has nothing anywhere and is told apart
    alone = np.asarray([[0.0, 0.6, 0.0], [0.0, 0.4, 0.0], [0.9, 0.6, 0.0], [0.6, 0.6, 0.0]])
    none, shares = tightest(alone)
    assert none.tolist() == [2]
    np.testing.assert_allclose(shares, [2.5 / 4.0, 1.5 / 4.0, 0.0])
    none, shares = tightest(np.full((3, 2), np.inf))
    assert none.tolist() == []
    np.testing.assert_allclose(shares, [0.0, 0.0])


@given(st.lists(st.tuples(st.floats(0.01, 5.0), st.floats(0.01, 5.0), st.booleans()), min_size=1))
def test_a_project_that_may_fail_never_hides_its_stage(
    members: list[tuple[float, float, bool]]
) -> None:
    """The other stage's share is at most its share of members whose project survives."""
    alone = np.asarray([[ore if built else 0.0, metal] for ore, metal, built in members])
    surviving = [metal <= ore for ore, metal, built in members if built]
    none, shares = tightest(alone)
    if not none.size:
        assert shares[1] <= sum(surviving) / len(members) + 1e-12
        assert shares.sum() == pytest.approx(1.0)
