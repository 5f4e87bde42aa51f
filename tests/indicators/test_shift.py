"""Shift test: the rule on paper, plans and simulations, laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.data.bundle import read_bundle
from orepact.errors import InputError
from orepact.indicators.dependence.account_supply import (
    supply_of_base,
    supply_of_plan,
    supply_of_simulation,
)
from orepact.indicators.dependence.look_through import look_through
from orepact.indicators.dependence.shift import ShiftRule, read_shift_rule, shift_test
from orepact.indicators.dependence.supply_table import Supply, supply_of_figures, supply_of_shares
from orepact.indicators.dependence.traced_account import trace
from orepact.network import read_world
from orepact.network.world import World
from orepact.result.simulation import Restrictions, Setting, simulate
from orepact.result.solve import solve
from orepact.studies.assessment.accounts import shift_figures

RULE = ShiftRule(kept=0.9, floor=0.25)


def _supply(**shares: float) -> Supply:
    return supply_of_shares(shares, region="EU27", mineral="antimony", stage="mine")


def test_one_dependence_is_replaced_by_another() -> None:
    """China at 71 % becomes Viet Nam at 68 %: over 65 %, and 68/71 = 0.96 of the old share.

    HHI before 0.71² + 0.10² = 0.5141, after 0.68² + 0.20² = 0.5024.
    """
    figure = shift_test(_supply(CHN=0.71, KAZ=0.10), _supply(VNM=0.68, KAZ=0.20), RULE)
    assert figure.note.startswith("you replaced CHN at 71 % by VNM at 68 %")
    assert figure.value == pytest.approx(0.68)
    assert figure.coverage["same_dependence"] == "yes"
    assert figure.coverage["hhi_before"] == pytest.approx(0.5141)
    assert figure.coverage["hhi_after"] == pytest.approx(0.5024)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ({"CHN": 0.71}, {"VNM": 0.40, "KAZ": 0.30}, "no"),  # spread
        ({"CHN": 0.50}, {"VNM": 0.46}, "yes"),  # nine tenths of the old share and more
        ({"CHN": 0.50, "KAZ": 0.4}, {"VNM": 0.44, "KAZ": 0.4}, "no"),
        ({"CHN": 0.98}, {"VNM": 0.66}, "yes"),  # above the limit
        ({"CHN": 0.98}, {"VNM": 0.65}, "no"),  # at the limit is not above it
        ({"CHN": 0.20, "KAZ": 0.19, "EU27": 0.6}, {"VNM": 0.20}, "no"),  # nothing to move
        # What is not named may be one supplier.
        ({"CHN": 0.71}, {"VNM": 0.10}, "cannot tell"),  # 90 % of one would pass the limit
        ({"CHN": 0.60, "KAZ": 0.4}, {"VNM": 0.44}, "cannot tell"),  # 0.56 is 0.93 of 0.60
        ({"CHN": 0.60, "KAZ": 0.4}, {"VNM": 0.47}, "no"),  # 0.53 is 0.88 of 0.60
        ({"CHN": 0.30}, {"VNM": 0.28}, "cannot tell"),  # on both sides
        ({"CHN": 0.20}, {"VNM": 0.20, "KAZ": 0.2, "EU27": 0.6}, "no"),  # whoever it was
        ({"CHN": 0.71}, {"EU27": 0.9, "VNM": 0.1}, "no"),  # supply at home does not go
    ],
)
def test_rule(before: dict[str, float], after: dict[str, float], same: str) -> None:
    figure = shift_test(_supply(**before), _supply(**after), RULE)
    assert figure.coverage["same_dependence"] == same


def test_owner_stays_the_same() -> None:
    """Indonesia at 40 % is another country, but its output is owned by the old supplier."""
    before, after = _supply(CHN=0.71), _supply(IDN=0.40, AUS=0.30)
    assert shift_test(before, after, RULE).coverage["owner_after"] == "not known"
    figure = shift_test(before, after, RULE, owners={"IDN": "CHN"})
    assert figure.coverage["same_dependence"] == "yes"
    assert "owned by CHN" in figure.note


def test_no_supplier_is_left() -> None:
    figure = shift_test(_supply(CHN=0.71), _supply(EU27=1.0), RULE)
    assert figure.coverage["same_dependence"] == "no"
    assert "no named supplier abroad" in figure.note
    assert "not the same dependence (HHI 0.50–0.59 before, 1.00 after)" in figure.note


def test_no_supply_is_no_shift() -> None:
    empty = replace(_supply(CHN=0.71), amounts={}, unnamed=0.0)
    figure = shift_test(_supply(CHN=0.71), empty, RULE)
    assert figure.value is None
    assert figure.missing == "no supply is recorded after the shift"


def test_only_like_is_compared() -> None:
    other = replace(_supply(CHN=0.5), region="USA", mineral="gallium")
    with pytest.raises(InputError) as caught:
        _ = shift_test(_supply(CHN=0.5), other, RULE)
    assert [problem.field for problem in caught.value.problems] == ["region", "mineral"]


_SHARES = st.dictionaries(st.sampled_from(["CHN", "VNM", "KAZ", "AUS"]), st.floats(0.01, 0.25))


@given(_SHARES, _SHARES)
def test_hhi_lies_between_equal_parts_and_one_holder(
    before: dict[str, float], after: dict[str, float]
) -> None:
    figure = shift_test(_supply(**before), _supply(**after), RULE)
    for shares, name in ((before, "hhi_before"), (after, "hhi_after")):
        total = sum(shares.values())
        if shares:
            index = figure.coverage[name]
            assert total**2 / len(shares) - 1e-9 <= index <= total**2 + 1e-9


@given(_SHARES)
def test_no_change_is_no_improvement(shares: dict[str, float]) -> None:
    supply = _supply(**shares)
    figure = shift_test(supply, supply, RULE)
    # The share that counts is of the whole: 0.24999999999999997 over 0.99... may round to 0.25.
    if shares and supply.share(supply.largest) >= RULE.floor:
        assert figure.coverage["same_dependence"] != "no"


def test_what_is_not_named_widens_the_figures() -> None:
    """90 % of one supplier: 0.10² + 0.90² = 0.82; of many: 0.10² = 0.01."""
    figure = shift_test(_supply(CHN=0.71, KAZ=0.29), _supply(VNM=0.10), RULE)
    assert (figure.value, figure.low) == (pytest.approx(0.1), pytest.approx(0.1))
    assert figure.high == pytest.approx(0.9)
    assert figure.coverage["hhi_after"] == pytest.approx(0.01)
    assert figure.coverage["hhi_after_high"] == pytest.approx(0.82)
    assert "cannot tell whether it is the same dependence, since 90 % of supply" in figure.note
    assert "0.01–0.82 after" in figure.note


def test_a_dependence_where_none_was_is_a_new_one() -> None:
    before, after = _supply(EU27=0.98, CHN=0.02), _supply(COD=0.3, EU27=0.7)
    figure = shift_test(before, after, RULE)
    assert figure.coverage["same_dependence"] == "no"
    assert "not the same dependence but a new one" in figure.note


@pytest.mark.parametrize(
    ("mineral", "stage", "after"),
    [
        ("gallium", "processing", {"DEU": 0.9}),
        ("antimony", "extraction", {"GRC": 0.9}),
        ("cobalt", "processing", {"FIN": 0.7, "COD": 0.3}),
    ],
)
def test_a_member_state_is_no_supplier_abroad(
    mineral: str, stage: str, after: dict[str, float]
) -> None:
    """Finland refines most of the Union's cobalt: neither before nor after is it a dependence."""
    figure = shift_figures(read_bundle(), mineral, "EU27", after, stage)[0]
    members = {"DEU", "GRC", "FIN"}
    assert figure.partner not in members
    assert figure.coverage["largest_before"] not in members
    assert figure.coverage["same_dependence"] == "no"


@pytest.fixture(scope="module")
def world() -> World:
    """Return the bundled dataset."""
    return read_world()


def test_rule_of_the_dataset_stands_on_cards() -> None:
    rule = read_shift_rule(read_bundle())
    assert {item.source for item in rule.inputs} == {
        "card:shift-same-share",
        "card:shift-dependence-floor",
    }


def test_plan_and_simulation_without_a_shock_shift_nothing(world: World) -> None:
    """Where nothing happens the largest supplier stays the largest at about its share."""
    network = world.network("silicon-metal")
    base = supply_of_base(network, "EU27", "silicon-metal")
    plan = supply_of_plan(solve(network, months=2), "EU27", "silicon-metal")
    months = 5
    routes, free = len(network.routes), np.zeros((months, len(network.routes)))
    path = simulate(
        network,
        world.ensemble[0],
        Restrictions(np.full((months, routes), np.inf), free, free, free, free),
        Setting(np.ones((3, len(network.processes))), np.ones((3, len(network.demands)))),
    )
    simulated = supply_of_simulation(network, path, "EU27", "silicon-metal")
    for after in (plan, simulated):
        figure = shift_test(base, after, RULE)
        assert figure.coverage["largest_after"] == base.largest
        assert figure.value == pytest.approx(base.share(base.largest), rel=0.05)


def test_origins_may_be_compared_too(world: World) -> None:
    """Behind China as seller of dysprosium oxide stand the mines of Myanmar as well."""
    traced = trace(world, "rare-earth-magnets")
    made = [
        figure
        for figure in look_through(traced, "EU27")
        if figure.indicator == "processing share" and figure.form == "dysprosium-oxide"
    ]
    supply = supply_of_figures(made)
    assert supply.largest == "CHN"
    assert supply.total == pytest.approx(1.0)
