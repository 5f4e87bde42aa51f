from __future__ import annotations

import pytest

from benchmarks import by_linopy, by_orepact
from benchmarks.networks import make_network, make_scenario
from orepact.engine import solve_linear, split


@pytest.fixture(scope="module")
def sides() -> tuple[by_orepact.Ensemble, by_linopy.Ensemble]:
    network = make_network("tiny")
    return by_orepact.Ensemble(network), by_linopy.Ensemble(network)


def test_the_small_network_is_one_block_of_the_stated_size() -> None:
    arrays = by_orepact.build(make_network("small"))
    assert arrays.n_columns == pytest.approx(11_784, rel=0.05)
    assert arrays.n_rows == pytest.approx(1_272, rel=0.05)
    assert arrays.n_entries == pytest.approx(20_491, rel=0.05)
    assert len(split(arrays)) == 1


def test_the_same_seed_makes_the_same_network() -> None:
    one, other = make_network("tiny"), make_network("tiny")
    assert one.routes.equals(other.routes)
    assert not one.routes.equals(make_network("tiny", seed=2).routes)


@pytest.mark.parametrize("kind", ["A", "B"])
@pytest.mark.parametrize("seed", range(3))
def test_linopy_agrees_on_every_scenario(
    sides: tuple[by_orepact.Ensemble, by_linopy.Ensemble], kind: str, seed: int
) -> None:
    ours, theirs = sides
    scenario = make_scenario(make_network("tiny"), kind, seed)
    assert ours.solve(scenario) == pytest.approx(theirs.solve(scenario), rel=1e-9)


def test_linopy_agrees_on_the_base_case() -> None:
    network = make_network("tiny")
    ours = solve_linear(by_orepact.build(network)).objective
    theirs = by_linopy.solve(by_linopy.load(by_linopy.build(network)))
    assert ours == pytest.approx(theirs, rel=1e-9)
