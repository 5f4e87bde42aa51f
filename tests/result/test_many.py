"""Many futures of one network: each equals the plan of the network that faces it alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest

from orepact import Curves, InputError, Network, Scenario, read_world, solve
from orepact.result.many import Outcome, outcomes_table, solve_futures

MONTHS = 6
PLACES = (("EU27", "gallium-refined"), ("CHN", "gallium-refined"))


@pytest.fixture(scope="module")
def network() -> Network:
    return read_world().network("gallium")


def futures(network: Network, count: int) -> Iterator[Scenario]:
    materials = sorted({demand.material for demand in network.demands})
    for seed in range(count):
        draw = np.random.default_rng(seed)
        process = network.processes[int(draw.integers(len(network.processes)))].name
        yield Scenario(
            name=f"future {seed}",
            demand={name: float(draw.uniform(0.7, 1.3)) for name in materials},
            production={process: float(draw.uniform(0.0, 0.9)), "gallium-refining": 1.1},
        )


def alone(future: Scenario) -> Scenario:
    return Scenario(name="alone", demand=future.demand, production=future.production)


@pytest.fixture(scope="module")
def found(network: Network) -> list[Outcome]:
    return list(solve_futures(network, futures(network, 4), places=PLACES, months=MONTHS))


def test_each_future_is_the_plan_that_faces_it_alone(
    network: Network, found: list[Outcome]
) -> None:
    given = list(futures(network, 4))
    settled = solve_futures(network, given, places=PLACES, months=MONTHS, unique=True)
    for future, outcome, quick in zip(given, settled, found, strict=True):
        result = solve(
            network.facing(alone(future)), months=MONTHS, curves=Curves.in_steps(), unique=True
        )
        assert outcome.scenario == quick.scenario == future.name
        assert outcome.objective == pytest.approx(result.objective, rel=1e-9)
        assert quick.objective == pytest.approx(result.objective, rel=1e-9)
        unmet = result.unmet["unmet"].to_numpy().reshape(MONTHS, -1)
        np.testing.assert_allclose(outcome.unmet, unmet, rtol=1e-6, atol=1e-6)
        table = result.marginal.filter(region="EU27", material="gallium-refined")
        np.testing.assert_allclose(outcome.price[:, 0], table["price"].to_numpy(), rtol=1e-9)
    assert len({outcome.objective for outcome in found}) == len(found)


def test_no_change_has_the_prices_of_the_base(network: Network) -> None:
    base = next(solve_futures(network, [Scenario(name="same")], places=PLACES, months=MONTHS))
    table = solve(network, months=MONTHS, curves=Curves.in_steps()).marginal
    for number, (region, material) in enumerate(PLACES):
        known = table.filter(region=region, material=material)["price"].to_numpy()
        np.testing.assert_allclose(base.price[:, number], known, rtol=1e-9)


def test_threads_and_order_change_no_bit(network: Network, found: list[Outcome]) -> None:
    given = list(futures(network, 4))
    threaded = solve_futures(network, given, places=PLACES, months=MONTHS, threads=2)
    backwards = list(solve_futures(network, given[::-1], places=PLACES, months=MONTHS))[::-1]
    for other in (list(threaded), backwards):
        for one, two in zip(found, other, strict=True):
            assert one.objective == two.objective
            np.testing.assert_array_equal(one.unmet, two.unmet)
            np.testing.assert_array_equal(one.price, two.price)


def test_more_demand_never_costs_less_and_less_capacity_never_serves_more(
    network: Network,
) -> None:
    names = sorted({demand.material for demand in network.demands})
    factors = (1.0, 0.6, 0.2, 0.0)
    less = [Scenario(name=f"{f}", production={"gallium-refining": f}) for f in factors]
    more = [Scenario(name=f"{f}", demand=dict.fromkeys(names, f)) for f in (1.2, 1.0, 0.8)]
    cut = [each.objective for each in solve_futures(network, less, months=MONTHS)]
    assert cut == sorted(cut)
    worth = [each.objective for each in solve_futures(network, more, months=MONTHS)]
    assert worth == sorted(worth), "use is worth something: more of it lowers the objective"


def test_the_table_has_a_row_per_future_and_demand(network: Network, found: list[Outcome]) -> None:
    table = pl.concat(outcomes_table(network, iter(found)))
    assert table.height == len(found) * len(network.demands)
    assert table.columns == ["scenario", "objective", "demand", "region", "material", "unmet_t"]
    first = table.filter(scenario="future 0")["unmet_t"].to_numpy()
    np.testing.assert_allclose(first, found[0].unmet.sum(axis=0))


def test_what_does_not_exist_is_refused_with_the_nearest_name(network: Network) -> None:
    with pytest.raises(InputError, match="gallium-refined@EU27") as caught:
        _ = solve_futures(
            network, [], places=[("EU27", "galium-refined")], curves=Curves(), months=MONTHS
        )
    assert "quadratic" in str(caught.value), "all problems at once"
    stream = solve_futures(network, [Scenario(name="x", demand={"gallium-refind": 1.0})])
    with pytest.raises(InputError, match="gallium-refined"):
        _ = next(stream)
