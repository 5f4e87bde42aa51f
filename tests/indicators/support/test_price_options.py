"""Options and price processes against computed values, limits and drawn paths."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.indicators.support.options import (
    black_call,
    black_put,
    contract_strip,
    floor_strip,
)
from orepact.indicators.support.processes import (
    Brownian,
    Schwartz,
    log_paths,
    normals,
    price_paths,
    returning_to,
)
from orepact.indicators.support.settlement import contract_payment

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "price_support.json").read_text("utf-8")
)
MEMBERS = 20_000


@pytest.mark.parametrize("case", VECTORS["black76_put"])
def test_put(case: dict[str, float]) -> None:
    """A put on a forward, within a thousandth of a USD/kg."""
    found = black_put(case["F"], case["K"], case["sigma"], case["T"], case["r"])
    assert found == pytest.approx(case["put"], abs=1e-9)


def test_strips_of_ten_years() -> None:
    """A floor of ten years, and the same less 30 % of the upside of every year."""
    forwards = [88.0] * 10
    assert floor_strip(forwards, 110.0, 0.35, 0.05) == pytest.approx(
        VECTORS["floor_strip_10y_per_unit"], abs=1e-9)
    assert contract_strip(forwards, 110.0, 0.35, 0.05, upside=0.3) == pytest.approx(
        VECTORS["mp_style_net_strip"], abs=1e-9)


def test_upside_that_starts_late_costs_more() -> None:
    """Shared from the fifth year on, less comes back than from the first."""
    early, late, never = (
        contract_strip([88.0] * 10, 110.0, 0.35, 0.05, upside=0.3, shared_from=start)
        for start in (0.0, 5.0, 11.0)
    )
    assert early < late < never
    assert never == pytest.approx(floor_strip([88.0] * 10, 110.0, 0.35, 0.05))


@given(forward=st.floats(1.0, 500.0), strike=st.floats(1.0, 500.0), years=st.floats(0.1, 15.0))
def test_put_and_call_differ_by_the_forward(forward: float, strike: float, years: float) -> None:
    """Parity: a swap has no option in it."""
    put = black_put(forward, strike, 0.4, years, 0.03)
    call = black_call(forward, strike, 0.4, years, 0.03)
    assert put >= 0.0
    assert call >= 0.0
    assert put - call == pytest.approx(np.exp(-0.03 * years) * (strike - forward), abs=1e-9)


def test_without_volatility_a_put_is_the_payment_itself() -> None:
    """Discounted where there is time, plain where there is none; a price of zero pays all."""
    assert black_put(88.0, 110.0, 0.0, 2.0, 0.05) == pytest.approx(22.0 * np.exp(-0.1))
    assert black_put(88.0, 110.0, 0.4, 0.0, 0.05) == pytest.approx(22.0)
    assert black_put(0.0, 110.0, 0.4, 1.0, 0.0) == pytest.approx(110.0)
    assert black_put(88.0, 0.0, 0.4, 1.0, 0.0) == pytest.approx(0.0)


def test_negative_terms_are_refused_all_at_once() -> None:
    """A forward and a volatility below zero are both named."""
    with pytest.raises(InputError) as caught:
        _ = black_call(-1.0, 1.0, -0.1, 1.0, 0.0)
    assert {problem.field for problem in caught.value.problems} == {"forward", "volatility"}


@pytest.mark.parametrize("case", VECTORS["schwartz1997_1f"]["forward"])
def test_forward_prices_of_the_reverting_process(case: dict[str, float]) -> None:
    """The closed form of the one-factor model."""
    terms = VECTORS["schwartz1997_1f"]["copper_params_not_verified"]
    model = Schwartz(speed=terms["kappa"], level=terms["mu"], volatility=terms["sigma"],
                     risk=terms["lam"])
    assert model.forward(case["S"], case["T"]) == pytest.approx(case["F"], rel=1e-12)


def test_drawn_paths_have_the_mean_of_the_forward_without_a_price_of_risk() -> None:
    """Both processes: mean within four standard errors, spread as the transition says."""
    shocks = np.random.default_rng(3).standard_normal((36, MEMBERS))
    for model in (Brownian(volatility=0.3, drift=0.02), returning_to(90.0, 2.0, 0.3)):
        found = price_paths(model, 60.0, shocks)[-1]
        error = found.std() / MEMBERS**0.5
        assert found.mean() == pytest.approx(float(model.forward(60.0, 3.0)), abs=4.0 * error)
        _, deviation = model.moments(np.array([0.0]), 3.0)
        assert np.log(found).std() == pytest.approx(float(deviation), rel=0.02)


def test_two_steps_are_one_of_twice_the_length() -> None:
    """The transition is exact, so its moments do not depend on the step."""
    for model in (Brownian(volatility=0.3), returning_to(90.0, 2.0, 0.3)):
        start = np.array([4.0])
        whole, spread = model.moments(start, 2.0)
        half, first = model.moments(start, 1.0)
        twice, second = model.moments(half, 1.0)
        keep = float((model.moments(np.array([1.0]), 1.0)[0] - model.moments(
            np.array([0.0]), 1.0)[0])[0])
        assert twice[0] == pytest.approx(whole[0], rel=1e-12)
        assert spread**2 == pytest.approx((keep * first) ** 2 + second**2, rel=1e-12)


def test_a_reverting_price_forgets_half_a_gap_in_its_half_life_and_keeps_its_level() -> None:
    """In the long run its mean is the level; half a gap is gone after two years."""
    model = returning_to(90.0, 2.0, 0.3)
    assert model.forward(30.0, 200.0) == pytest.approx(90.0)
    near, far = (float(model.moments(np.log(np.array([price])), 2.0)[0][0])
                 for price in (30.0, 60.0))
    assert far - near == pytest.approx(np.log(2.0) / 2.0)


def test_paths_of_baskets_are_the_same_processes() -> None:
    """One material without correlation: the walk exactly, the other with its monthly volatility."""
    common, own = normals(50, 24, 1, 5)
    sigma, half = np.full((50, 1), 0.4), np.full(50, 2.0)
    none = np.zeros(50)
    walk = log_paths("walk", common, own, sigma, none, half)[:, :, 0]
    assert np.exp(walk) == pytest.approx(price_paths(Brownian(volatility=0.4), 1.0, own[:, :, 0]))
    speed = np.log(2.0) / 2.0
    monthly = 0.4 * (2.0 * speed / 12.0 / -np.expm1(-2.0 * speed / 12.0)) ** 0.5
    same = Schwartz(speed=speed, level=monthly**2 / (2.0 * speed), volatility=monthly)
    assert same.alpha == pytest.approx(0.0, abs=1e-15)
    reverting = log_paths("reverting", common, own, sigma, none, half)[:, :, 0]
    assert np.exp(reverting) == pytest.approx(price_paths(same, 1.0, own[:, :, 0]))


def test_a_strip_is_what_drawn_paths_pay_on_average() -> None:
    """Two ways to one number: Black's formula and payments on drawn paths, no interest."""
    shocks = np.random.default_rng(8).standard_normal((60, MEMBERS))
    paths = price_paths(Brownian(volatility=0.35), 88.0, shocks)[11::12]
    paid = contract_payment(paths, 110.0, 0.3).sum(axis=0)
    assert paid.mean() == pytest.approx(
        contract_strip([88.0] * 5, 110.0, 0.35, 0.0, upside=0.3),
        abs=4.0 * paid.std() / MEMBERS**0.5)
