"""The safe level of Art. 23: days of net imports, by hand and as laws."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.indicators.figure import Figure
from orepact.indicators.reserve.level_rule import LevelRule, read_level_rule
from orepact.indicators.reserve.safe_level import (
    Criticality,
    daily_net_imports,
    factor_of,
    safe_level,
)
from orepact.network import World, read_world

RULE = read_level_rule()


@pytest.fixture(scope="module")
def world() -> World:
    """The bundled dataset."""
    return read_world()


def _daily(value: float, low: float, high: float) -> Figure:
    return Figure(indicator="daily net imports", value=value, low=low, high=high, unit="t Sb/day")


def _criticality(risk: float, importance: float) -> Criticality:
    return Criticality(
        Figure(indicator="EU supply risk", value=risk, unit="1"),
        Figure(indicator="EU economic importance", value=importance, unit="1"),
    )


def test_by_hand() -> None:
    """SR 2, EI 5.6: (2 x 2)^0.5 = 2 times 60 days = 120 days; 10 t a day are 1,200 t.

    Low: weight 0 gives once 30 days, 8 t a day: 240 t. High: weight 1 gives 4 times, at most 3,
    90 days, 12 t a day: 3 x 90 x 12 = 3,240 t.
    """
    days, level = safe_level(_daily(10.0, 8.0, 12.0), RULE, _criticality(2.0, 5.6))
    assert (days.value, days.low, days.high) == pytest.approx((120.0, 30.0, 270.0))
    assert (level.value, level.low, level.high) == pytest.approx((1200.0, 240.0, 3240.0))
    assert level.unit == "t Sb"


def test_at_both_thresholds_a_material_gets_the_days() -> None:
    """Supply risk 1.0 and importance 2.8 give factor 1."""
    assert factor_of(RULE, _criticality(1.0, 2.8))[0].value == pytest.approx(1.0)


def test_unknown_risk_gives_the_same_days_and_says_so() -> None:
    """Without a risk nothing is scaled, and the note tells it."""
    days, _ = safe_level(_daily(1.0, 1.0, 1.0), RULE, Criticality(missing="no risk"))
    assert days.value == 60.0
    assert "no risk" in days.note


def test_days_that_are_given_replace_the_card() -> None:
    """A number of days has no range of its own."""
    days, level = safe_level(_daily(2.0, 2.0, 2.0), RULE, Criticality(), 45.0)
    assert (days.low, days.value, days.high, level.value) == (45.0, 45.0, 45.0, 90.0)


@pytest.mark.parametrize("days", [-1.0, float("nan"), float("inf")])
def test_negative_days_are_refused(days: float) -> None:
    """Days are 0 or more."""
    with pytest.raises(InputError, match="negative days"):
        _ = safe_level(_daily(1.0, 1.0, 1.0), RULE, Criticality(), days)


@given(
    st.floats(0.05, 8.0), st.floats(0.5, 10.0), st.floats(1.0, 3.0)
)
def test_proportional_to_risk_and_importance(risk: float, importance: float, more: float) -> None:
    """More risk or more importance never asks for fewer days; twice the imports for twice."""
    def days(one: float, other: float) -> float:
        return factor_of(RULE, _criticality(one, other))[0].value

    assert days(risk * more, importance) >= days(risk, importance)
    assert days(risk, importance * more) >= days(risk, importance)
    _, once = safe_level(_daily(1.0, 1.0, 1.0), RULE, _criticality(risk, importance))
    _, twice = safe_level(_daily(2.0, 2.0, 2.0), RULE, _criticality(risk, importance))
    assert once.value is not None
    assert twice.value == pytest.approx(2.0 * once.value)


def test_net_imports_are_those_of_the_account(world: World) -> None:
    """Imports less exports of the network's routes, a year's worth over 365 days."""
    network = world.network("antimony")
    routes = [each for each in network.routes if each.material == "antimony-metal"]
    net = sum(each.base for each in routes if each.importer == "EU27" and each.exporter != "EU27")
    net -= sum(each.base for each in routes if each.exporter == "EU27")
    found = daily_net_imports(world, "antimony", "EU27", "antimony-metal")
    assert found.value == pytest.approx(12.0 * net / 365.0, rel=1e-6)
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert found.low < found.value < found.high


def test_net_exporter_needs_nothing(world: World) -> None:
    """China exports antimony oxide: its safe level is zero, and the note says why."""
    found = daily_net_imports(world, "antimony", "CHN", "antimony-oxide")
    assert found.value == 0.0
    assert "net exporter" in found.note


def test_place_that_the_account_lacks(world: World) -> None:
    """A place inside a group has no figure, and says so."""
    found = daily_net_imports(world, "antimony", "ZMB", "antimony-metal")
    assert found.value is None
    assert "no place" in found.missing


def test_rule_is_of_cards() -> None:
    """The six cards have reasons; days stand between 30 and 90."""
    assert isinstance(RULE, LevelRule)
    assert all(card.reason and card.evidence for card in RULE.cards)
    assert (RULE.days.low, RULE.days.high) == (30.0, 90.0)
    assert replace(RULE, days=RULE.weight).days == RULE.weight
