"""What must hold for purchases made before the future is known, on random small networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orepact.model import Curves
from orepact.network import Network, Reserve
from orepact.result.two_stage import Case, Future, Sizing, size_cases, size_reserves
from tests.oracles.random_networks import REGIONS, random_network

CURVES = Curves(np.array([0.05, 0.5, 0.8, 1.0, 1.25, 2.0, 6.0, 60.0]))
SEEDS = st.integers(0, 100_000)
few = settings(max_examples=4, deadline=None)


def with_reserves(seed: int) -> Network:
    """Return a random network with a reserve of metal in every region."""
    network = random_network(seed)
    reserves = [
        Reserve(
            name=f"reserve {region}",
            owner=region,
            region=region,
            material="metal",
            carrying_cost=1.0,
            largest=120.0,
        )
        for region in REGIONS
    ]
    return network.including(*reserves)


def futures(network: Network, seed: int, count: int = 4) -> tuple[Future, ...]:
    """Return a calm future and some in which mines stand still and routes close."""
    draw = np.random.default_rng(seed)
    base = np.array([route.base for route in network.routes])
    hard = [
        Future(
            name=f"crisis {k}",
            weight=0.5 / (count - 1),
            production={f"mine {draw.choice(REGIONS)}": float(draw.uniform(0.0, 0.3))},
            limit=np.array([np.full(len(base), np.nan), base * draw.uniform(0.0, 0.8)]),
        )
        for k in range(count - 1)
    ]
    return (Future(name="calm", weight=0.5), *hard)


def sized(network: Network, told: Sequence[Future], **options: object) -> Sizing:
    settings_ = {"months": 3, "curves": CURVES, "kept_worth": 0.8, "gap": 1e-5, "regret": False}
    return size_reserves(network, told, **(settings_ | options))  # pyright: ignore[reportArgumentType]


def bought(sizing: Sizing) -> np.ndarray:
    return sizing.fills["bought_t"].to_numpy()


@few
@given(SEEDS)
def test_without_futures_nothing_is_bought(seed: int) -> None:
    sizing = sized(with_reserves(seed), ())
    assert not bought(sizing).any()
    assert sizing.value == 0.0
    assert sizing.futures.is_empty()


@few
@given(SEEDS)
def test_calm_futures_buy_nothing(seed: int) -> None:
    """Nothing is released in calm times, so a tonne costs its carry and what it loses."""
    network = with_reserves(seed)
    calm = (Future(name="calm", weight=0.5), Future(name="busy", weight=0.5, demand={"metal": 1.2}))
    assert not bought(sized(network, calm)).any()


@few
@given(SEEDS, st.floats(100.0, 3e4), st.floats(1.0, 4.0))
def test_more_budget_is_never_worse(seed: int, budget: float, factor: float) -> None:
    network = with_reserves(seed)
    told = futures(network, seed)
    less, more = (sized(network, told, budget=each) for each in (budget, budget * factor))
    assert less.spent <= budget * (1.0 + 1e-9)
    assert more.value >= less.value * (1.0 - 2e-5) - 1e-3
    gained = less.budget_dual * budget * (factor - 1.0)
    assert more.value <= (less.value + gained) * (1.0 + 1e-3) + 1.0


@few
@given(SEEDS, st.integers(0, 2))
def test_a_reserve_that_costs_twice_as_much_is_not_filled_more(seed: int, which: int) -> None:
    network = with_reserves(seed)
    told = futures(network, seed)
    price = next(each.price for each in network.materials if each.name == "metal")
    dear = tuple(
        replace(each, price=2.0 * price) if k == which else each
        for k, each in enumerate(network.reserves)
    )
    usual, after = sized(network, told), sized(replace(network, reserves=dear), told)
    assert bought(after)[which] <= bought(usual)[which] + 0.5
    assert after.value <= usual.value * (1.0 + 2e-5) + 1e-3


@few
@given(SEEDS, st.sampled_from([0.0, 0.4]))
def test_both_methods_buy_the_same(seed: int, tail: float) -> None:
    network = with_reserves(seed)
    told = futures(network, seed)
    steps = Curves(CURVES.nodes, steps=True)
    options = {"curves": steps, "tail": tail, "level": 0.75}
    cuts = sized(network, told, gap=1e-6, **options)
    whole = sized(network, told, method="extensive", **options)
    assume(whole.value > 1.0)
    left = 1.01 * cuts.gap * cuts.value
    assert cuts.value == pytest.approx(whole.value, rel=1e-5, abs=left)


@few
@given(SEEDS)
def test_curved_futures_agree_with_the_extensive_form(seed: int) -> None:
    network = with_reserves(seed)
    told = futures(network, seed)
    cuts, whole = sized(network, told), sized(network, told, method="extensive")
    assume(whole.value > 100.0)
    assert cuts.value == pytest.approx(whole.value, rel=1e-4)
    np.testing.assert_allclose(bought(cuts), bought(whole), atol=1.5)


@few
@given(SEEDS)
def test_cases_share_nothing_but_the_budget(seed: int) -> None:
    """Without a budget, two networks side by side buy what each buys alone."""
    one, two = with_reserves(seed), with_reserves(seed + 1)
    told = [futures(network, seed) for network in (one, two)]
    cases = [
        Case(name=name, network=network, futures=each)
        for name, network, each in zip(("one", "two"), (one, two), told, strict=True)
    ]
    options = {"months": 3, "curves": CURVES, "kept_worth": 0.8, "gap": 1e-5, "regret": False}
    both = size_cases(cases, **options)  # pyright: ignore[reportArgumentType]
    alone = [sized(network, each) for network, each in zip((one, two), told, strict=True)]
    assert both.value == pytest.approx(sum(each.value for each in alone), rel=1e-4, abs=1.0)


@few
@given(SEEDS)
def test_knowing_more_is_never_worth_less_than_nothing(seed: int) -> None:
    network = with_reserves(seed)
    sizing = sized(network, futures(network, seed), regret=True)
    assert sizing.stochastic_low is not None
    assert sizing.stochastic_high is not None
    assert sizing.information_low is not None
    assert sizing.information_high is not None
    assert 0.0 <= sizing.stochastic_low <= sizing.stochastic_high + 1e-6
    assert 0.0 <= sizing.information_low <= sizing.information_high + 1e-6
    table = sizing.futures
    weight = table["weight"].to_numpy()
    open_ = sizing.gap * sizing.value
    assert weight @ table["regret_low"].to_numpy() - open_ == pytest.approx(
        sizing.information_low, rel=1e-6, abs=open_ + 1e-6
    )
    assert weight @ table["cost_with"].to_numpy() + sizing.spent == pytest.approx(
        weight @ table["cost_without"].to_numpy() - sizing.value, rel=1e-6, abs=1e-2
    )
