"""Cohorts in use against published figures, a second implementation, and laws of mass."""

import json
from math import exp, lgamma
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.indicators.recycling.cohorts import Lifetime, Shape, cohorts, survival

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "cohorts.json").read_text(encoding="utf-8"))
INFLOW = np.asarray(VECTORS["inflow"], dtype=float)
FIXED = Lifetime(mean=5.0, shape="fixed")
NORMAL = Lifetime(mean=5.0, shape="normal", spread=1.5)
AGE_AT = {"end": 0.0, "middle": 0.5, "start": 1.0}


def lifetime_of(name: str) -> Lifetime:
    if name == "weibull":  # scale 6, shape 2
        return Lifetime(mean=6.0 * exp(lgamma(1.5)), shape="weibull", spread=2.0)
    return {"fixed": FIXED, "normal": NORMAL,
            "lognormal": Lifetime(mean=5.0, shape="lognormal", spread=1.5)}[name]


@pytest.mark.parametrize(("lifetime", "rule", "end"), [
    (FIXED, "survival", "FixedLT"), (FIXED, "density", "FixedLT"), (NORMAL, "density", "NormLT"),
])
def test_published_figures_are_met(lifetime: Lifetime, rule: Any, end: str) -> None:
    found = cohorts(INFLOW, lifetime, rule=rule)
    printed = VECTORS["published"]
    pairs = {
        f"Stock_TC_{end}": found.stock, f"Outflow_TC_{end}": found.outflow,
        f"Stock_T_{end}": found.in_use, f"Outflow_T_{end}": found.leaving,
        f"StockChange_T_{end}": np.diff(found.in_use, prepend=0.0),
    }
    for name, ours in pairs.items():
        np.testing.assert_allclose(ours, printed[name], atol=5e-9, err_msg=name)
    assert set(printed) - {f"{one}_{other}" for one in (
        "Stock_TC", "Outflow_TC", "Stock_T", "Outflow_T", "StockChange_T")
        for other in ("FixedLT", "NormLT")} == set()


def test_survival_rule_meets_the_recomputed_figures() -> None:
    found = cohorts(INFLOW, NORMAL)
    np.testing.assert_allclose(found.in_use, VECTORS["survival_rule"]["stock"], rtol=1e-12)
    np.testing.assert_allclose(found.leaving, VECTORS["survival_rule"]["outflow"], atol=1e-12)


@pytest.mark.parametrize("name", [name for name in VECTORS["flodym"] if name != "note"])
def test_a_second_implementation_agrees(name: str) -> None:
    shape, _, when = name.partition("_")
    found = cohorts(INFLOW, lifetime_of(shape), first=AGE_AT[when])
    np.testing.assert_allclose(found.in_use, VECTORS["flodym"][name]["stock"], rtol=1e-9)
    np.testing.assert_allclose(found.leaving, VECTORS["flodym"][name]["outflow"], atol=1e-9)


SHAPES = st.sampled_from(["fixed", "normal", "lognormal", "weibull"])


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=30), SHAPES, st.floats(0.5, 40.0),
       st.floats(0.5, 5.0), st.floats(0.0, 1.0))
def test_no_tonne_is_lost(
    inflow: list[float], shape: Shape, mean: float, spread: float, first: float
) -> None:
    entered = np.asarray(inflow)
    found = cohorts(entered, Lifetime(mean=mean, shape=shape, spread=spread), first=first)
    left = np.cumsum(found.leaving) + found.in_use
    np.testing.assert_allclose(left, np.cumsum(entered), rtol=1e-9, atol=1e-6)
    assert (found.outflow >= -1e-9).all()


@given(st.lists(st.floats(0.0, 1e6), min_size=2, max_size=20), st.floats(2.0, 20.0))
def test_longer_lives_never_lower_the_stock(inflow: list[float], mean: float) -> None:
    entered = np.asarray(inflow)
    short, long = (cohorts(entered, Lifetime(mean=years, spread=2.0)).in_use
                   for years in (mean, 2.0 * mean))
    assert (long >= short - 1e-9 * entered.sum()).all()


@pytest.mark.parametrize("shape", ["normal", "lognormal", "weibull"])
def test_the_mean_is_the_mean(shape: Shape) -> None:
    ages = np.arange(0.0, 400.0, 0.01)
    lifetime = Lifetime(mean=12.0, shape=shape, spread=3.0)
    assert float(np.trapezoid(survival(lifetime, ages), ages)) == pytest.approx(12.0, rel=1e-3)


def test_every_bad_inflow_is_named() -> None:
    with pytest.raises(InputError) as error:
        _ = cohorts(np.asarray([1.0, -2.0, float("nan")]), FIXED, first=2.0)
    assert [one.field for one in error.value.problems] == ["inflow 1", "inflow 2", "first"]
