"""Signs of detours and the monitor: cases derived by hand, and laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.trade_defence.circumvention import (
    Flows,
    Pair,
    Signs,
    Thresholds,
    detour_signs,
    level_of,
)
from orepact.indicators.trade_defence.monitor import Limits, Origin, watch_origins

LIMITS = Thresholds(fall=0.2, dependence=0.1, growth=2.0, size=0.005, feed=0.5, output=0.01,
                    own=0.5)
BEFORE: dict[Pair, float] = {("A", "C"): 100.0, ("A", "B"): 10.0, ("B", "C"): 5.0,
                             ("D", "C"): 95.0, ("A", "D"): 90.0}
AFTER: dict[Pair, float] = {("A", "C"): 20.0, ("A", "B"): 80.0, ("B", "C"): 75.0,
                            ("D", "C"): 95.0, ("A", "D"): 90.0}
BASE = (2020, 2021, 2022)
PLACES = ("A", "B", "C", "D", "E")
TABLE = st.dictionaries(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)).filter(lambda p: p[0] != p[1]),
    st.floats(0.5, 500.0), max_size=12,
)


def flows(before: dict[Pair, float], after: dict[Pair, float],
          unprinted: dict[Pair, float] | None = None) -> Flows:
    missing: dict[int, dict[Pair, float]] = dict.fromkeys(BASE, unprinted) if unprinted else {}
    return Flows({**dict.fromkeys(BASE, before), 2023: after}, missing)


def signs(before: dict[Pair, float], after: dict[Pair, float],
          unprinted: dict[Pair, float] | None = None) -> list[Signs]:
    return detour_signs(flows(before, after, unprinted), "A", 2023, BASE, {})


def test_a_detour_by_hand() -> None:
    """A sells C 20 for 100; B sells C 75 for 5 and bought 80 for 10 of A.

    Fall 0.8; dependence 100 / 200; growth 15; size 70 / 200; feed 70 / 70; own 0 of B's 5 t.
    """
    (found,) = signs(BEFORE, AFTER)
    assert (found.through, found.to) == ("B", "C")
    assert found.fall == pytest.approx(0.8)
    assert found.dependence == pytest.approx(0.5)
    assert found.growth == pytest.approx(15.0)
    assert found.size == pytest.approx(0.35)
    assert found.feed == pytest.approx(1.0)
    assert found.own == 0.0
    assert level_of(found, LIMITS) == "alarm"


def test_without_the_first_leg_it_is_a_watch() -> None:
    (found,) = signs(BEFORE, AFTER | {("A", "B"): 10.0})
    assert level_of(found, LIMITS) == "watch"


def test_a_producer_is_no_detour() -> None:
    found = detour_signs(flows(BEFORE, AFTER), "A", 2023, BASE, {"B": 0.02})
    assert [level_of(each, LIMITS) for each in found] == ["none"]


def test_no_fall_no_sign() -> None:
    assert signs(BEFORE, AFTER | {("A", "C"): 100.0}) == []


def test_years_that_are_missing_have_no_base() -> None:
    assert flows(BEFORE, AFTER).base_of(2023, 3) == BASE
    assert flows(BEFORE, AFTER).base_of(2023, 4) == ()


@given(TABLE, TABLE, st.floats(0.001, 1000.0))
def test_a_tonne_is_a_tonne_in_any_unit(
    before: dict[Pair, float], after: dict[Pair, float], factor: float
) -> None:
    plain = signs(before, after)
    scaled = signs({pair: factor * each for pair, each in before.items()},
                   {pair: factor * each for pair, each in after.items()})
    other = {(each.through, each.to): each for each in scaled}
    for each in plain:
        twin = other.get((each.through, each.to))
        if twin is None:  # a rise or fall at the edge of rounding
            assert math.isclose(each.onward, each.onward_before, rel_tol=1e-9) or math.isclose(
                each.direct, each.direct_before, rel_tol=1e-9)
            continue
        assert math.isclose(each.fall, twin.fall, rel_tol=1e-6, abs_tol=1e-9)
        assert math.isclose(each.size, twin.size, rel_tol=1e-6, abs_tol=1e-9)


@given(TABLE, TABLE, TABLE)
def test_what_is_not_printed_never_makes_a_sign(
    before: dict[Pair, float], after: dict[Pair, float], unprinted: dict[Pair, float]
) -> None:
    known = {(each.through, each.to) for each in signs(before, after)
             if level_of(each, LIMITS) != "none"}
    cut = {(each.through, each.to) for each in signs(before, after, unprinted)
           if level_of(each, LIMITS) != "none"}
    assert cut <= known


@given(TABLE, TABLE)
def test_the_order_of_flows_does_not_matter(
    before: dict[Pair, float], after: dict[Pair, float]
) -> None:
    turned = signs(dict(reversed(before.items())), dict(reversed(after.items())))
    found = {(each.through, each.to): level_of(each, LIMITS) for each in signs(before, after)}
    assert {(each.through, each.to) for each in turned} == set(found)


def test_the_monitor_by_hand() -> None:
    """X rises from 10 to 60 of 150 t at 8 USD/t, others 10 USD/t: 20 % below, a rise of a third."""
    limits = Limits(growth=1.5, rise=0.03, undercut=0.15, odd=5.0)
    first, second = watch_origins(
        [Origin(name="Y", now=90.0, before=90.0, value=900.0, weight=90.0),
         Origin(name="X", now=60.0, before=10.0, value=480.0, weight=60.0)], limits)
    assert first.origin.name == "X"
    assert first.below == pytest.approx(0.2)
    assert first.rise == pytest.approx(1.0 / 3.0)
    assert (first.surge, first.undercutting, first.doubtful) == (True, True, False)
    assert (second.surge, second.undercutting) == (False, False)


def test_an_odd_unit_value_is_doubted_not_called_low() -> None:
    limits = Limits(growth=1.5, rise=0.03, undercut=0.15, odd=5.0)
    odd = watch_origins([Origin(name="Y", now=90.0, before=90.0, value=900.0, weight=90.0),
                         Origin(name="X", now=60.0, before=10.0, value=60.0, weight=60.0)],
                        limits)[0]
    assert (odd.doubtful, odd.undercutting) == (True, False)


def test_without_tonnes_there_is_no_unit_value() -> None:
    limits = Limits(growth=1.5, rise=0.03, undercut=0.15, odd=5.0)
    (only,) = watch_origins([Origin(name="X", now=60.0, before=0.0)], limits)
    assert (only.below, only.others, only.undercutting) == (None, None, False)
    assert math.isinf(only.growth)
    assert watch_origins([Origin(name="X", now=0.0, before=5.0)], limits) == []
