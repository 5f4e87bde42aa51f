"""Disruption rates: the posterior by hand, and what of the register counts."""

from __future__ import annotations

import datetime
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.figure import explain_figure, sources_of
from orepact.indicators.warning.disruption_rate import (
    Prior,
    Restriction,
    chance,
    disruption_rate,
    exposure,
    gamma_poisson,
    rate_figure,
    restrictions_of,
)
from orepact.policy.register import Register, load_register

DAY = datetime.date
PRIOR = Prior(0.5, 10.0, 10.0, 2009)


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_the_posterior_by_hand() -> None:
    # Gamma(0.5, 10) and two events in ten years: Gamma(2.5, 20), mean one in eight years.
    rate = gamma_poisson(2, 10, prior_events=0.5, prior_years=10)
    assert (rate.shape, rate.years, rate.mean) == (2.5, 20, 0.125)


def test_the_interval_by_hand() -> None:
    # Shape one is an exponential: quantiles -ln(0.95)/20 and -ln(0.05)/20.
    rate = gamma_poisson(0, 10, prior_events=1, prior_years=10)
    assert rate.low == pytest.approx(-math.log(0.95) / 20)
    assert rate.high == pytest.approx(-math.log(0.05) / 20)


def test_the_chance_by_hand() -> None:
    # Predictive of Gamma(1, 20) over one year: 1 - 20/21.
    value, low, high = chance(gamma_poisson(0, 10, prior_events=1, prior_years=10), 1.0)
    assert value == pytest.approx(1 / 21)
    assert low == pytest.approx(1 - 0.95 ** (1 / 20))
    assert high == pytest.approx(1 - 0.05 ** (1 / 20))


def test_impossible_counts_are_refused() -> None:
    for events, years, shape, rate in ((-1, 1, 1, 1), (1, -1, 1, 1), (1, 1, 0, 1), (1, 1, 1, 0)):
        with pytest.raises(ValueError, match="must be"):
            _ = gamma_poisson(events, years, prior_events=shape, prior_years=rate)


@given(st.integers(0, 50), st.floats(0, 30), st.floats(0.1, 2), st.floats(1, 20))
def test_more_events_mean_a_higher_rate_and_chance(
    events: int, years: float, shape: float, prior: float
) -> None:
    less, more = (
        gamma_poisson(count, years, prior_events=shape, prior_years=prior)
        for count in (events, events + 1)
    )
    assert more.mean > less.mean
    assert more.low > less.low
    assert less.low <= less.mean <= less.high
    assert chance(more, 1.0)[0] > chance(less, 1.0)[0]
    assert all(0.0 <= each <= 1.0 for each in chance(less, 5.0))


def test_without_events_the_posterior_lies_below_the_prior() -> None:
    assert gamma_poisson(0, 10, prior_events=0.5, prior_years=10).mean == 0.025
    assert gamma_poisson(0, 0, prior_events=0.5, prior_years=10).mean == 0.05


def test_acts_of_one_day_are_one_event_and_later_ones_do_not_count() -> None:
    acts = [
        Restriction("a", "CHN", DAY(2023, 7, 3), frozenset({"gallium"})),
        Restriction("b", "CHN", DAY(2023, 7, 3), frozenset({"gallium"})),
        Restriction("c", "CHN", DAY(2024, 12, 3), frozenset({"gallium"})),
        Restriction("d", "IDN", DAY(2020, 1, 1), frozenset({"nickel"})),
    ]
    for on, events in ((DAY(2023, 7, 2), 0), (DAY(2023, 7, 3), 1), (DAY(2024, 12, 3), 2)):
        rate, _, years = disruption_rate(acts, "CHN", "gallium", on, PRIOR)
        assert rate.shape == 0.5 + events
        assert years == 10.0
    rate, _, _ = disruption_rate(acts, "CHN", "gallium", DAY(2034, 1, 1), PRIOR)
    assert rate.shape == 1.5  # The days of 2023 lie outside the window of ten years.


def test_exposure_begins_with_the_register() -> None:
    assert exposure(DAY(2009, 1, 1), PRIOR) == 0.0
    assert exposure(DAY(2005, 1, 1), PRIOR) == 0.0
    assert exposure(DAY(2011, 1, 1), PRIOR) == pytest.approx(2.0, abs=0.01)
    assert exposure(DAY(2030, 1, 1), PRIOR) == 10.0


def test_what_counts_of_the_register(register: Register) -> None:
    found = {one.act: one for one in restrictions_of(register)}
    assert "CN-2023-23" in found
    for relief in ("CN-2015-END", "CN-2025-GL", "US-2026-232", "EU-2026-SCRAP", "CN-2026-30"):
        assert relief not in found
    assert found["CN-2023-23"].minerals == {"gallium", "germanium"}
    # A printed month counts from its last day; a group's act meets its members.
    assert found["CN-2010-QUOTA"].day == DAY(2010, 7, 31)
    assert {"dysprosium", "hree", "rare_earths"} <= found["CN-2010-QUOTA"].minerals
    # An act on one rare earth meets its groups, but no other rare earth.
    assert "rare_earths" in found["CN-2025-18"].minerals
    assert "neodymium" not in found["CN-2025-18"].minerals
    # Bauxite is ore of aluminium; an act on aluminium scrap is none on bauxite.
    assert "aluminium" in found["ID-2023-BX"].minerals
    assert "bauxite" not in found["MA-2025-CUAL"].minerals


def test_an_act_of_a_branch_or_without_a_date_does_not_count(register: Register) -> None:
    act = register.act("CN-2023-23")
    supposed = replace(act, id="X-1", hypothetical=True)
    undated = replace(act, id="X-2", announced=None, effective=None, in_force_by=None)
    wider = replace(register, acts=(*register.acts, supposed, undated))
    assert restrictions_of(wider) == restrictions_of(register)


def test_the_rate_explains_itself(register: Register) -> None:
    figure = rate_figure(restrictions_of(register), "CHN", "gallium", DAY(2026, 11, 21), PRIOR)
    assert figure.value == pytest.approx((0.5 + 2) / 20)
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < (figure.value or 0) < figure.high
    assert {"control:CN-2023-23", "control:CN-2024-46-2"} <= set(sources_of(figure))
    assert "(0.5 + 2) / (10 + 10.0 years)" in explain_figure(figure)
