"""What the tests of exercises share: a small one, opened once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orepact.network import World, read_world
from orepact.network.behaviour import representative
from orepact.policy import load_register, load_template
from orepact.policy.scenario.view import WorldView, world_view
from orepact.studies.exercise.board import Board, Shared
from orepact.studies.exercise.reading import opened_exercise

SMALL = Path(__file__).parent / "small.yaml"


@pytest.fixture(scope="session")
def world() -> World:
    return read_world()


@pytest.fixture(scope="session")
def view(world: World) -> WorldView:
    return world_view(world, load_register())


@pytest.fixture(scope="session")
def shared(world: World, view: WorldView) -> Shared:
    """Return the small exercise with one parameter set."""
    return Shared(*opened_exercise(SMALL, view), world, view.register, load_template(),
                  representative(world.ensemble, 0))


@pytest.fixture(scope="session")
def two_sets(shared: Shared) -> Shared:
    """Return the small exercise with two parameter sets."""
    return replace(shared, sets=representative(shared.world.ensemble, 1))


@pytest.fixture(scope="session")
def board(shared: Shared) -> Board:
    return Board(shared)
