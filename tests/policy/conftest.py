"""The register and branches that ship, read once for the policy tests."""

from __future__ import annotations

import pytest

from orepact.network import World, read_world
from orepact.policy import (
    Branch,
    LicenceTemplate,
    Register,
    load_branches,
    load_register,
    load_template,
)
from orepact.policy.scenario.view import WorldView, world_view


@pytest.fixture(scope="session")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="session")
def branches() -> dict[str, Branch]:
    return load_branches()


@pytest.fixture(scope="session")
def template() -> LicenceTemplate:
    return load_template()


@pytest.fixture(scope="session")
def world() -> World:
    return read_world()


@pytest.fixture(scope="session")
def view(world: World, register: Register) -> WorldView:
    return world_view(world, register)
