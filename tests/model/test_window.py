"""The window program on the bundled chains: dual Newton against Clarabel, month by month."""

from __future__ import annotations

import datetime
from functools import cache

import numpy as np
import pytest

from orepact.engine import QuadraticOptions, solve_quadratic
from orepact.network import World, read_world
from orepact.policy import find_branch, load_branches, load_register, load_template
from orepact.result import Months, Restrictions, Setting, Simulator, restrictions_of, simulate

CHAINS = ("antimony", "gallium", "graphite", "rare-earth-magnets")
FIRST = datetime.date(2026, 11, 1)
WINDOW = 3
SHOWN = 3


@cache
def world() -> World:
    return read_world()


def unchanged(simulator_routes: int, months: int) -> Restrictions:
    free = np.full((months + WINDOW, simulator_routes), np.inf)
    return Restrictions(free, *(np.zeros_like(free),) * 4)


def setting(chain: str, months: int) -> Setting:
    network = world().network(chain)
    return Setting(
        np.ones((months, len(network.processes))), np.ones((months, len(network.demands)))
    )


@pytest.mark.parametrize("chain", CHAINS)
def test_newton_and_clarabel_agree_under_a_control(chain: str) -> None:
    """Escalated controls and refused licences strike a chain that stands at its base."""
    network = world().network(chain)
    register = load_register().under(find_branch(load_branches(), "escalated"))
    months = Months(FIRST, SHOWN + WINDOW)
    restrictions = restrictions_of(
        network, world().chains[chain], register, load_template(), "refuse", months
    )
    assert np.isfinite(restrictions.share).any(), "the control touches no route"
    simulator = Simulator.of(network, world().ensemble[0], WINDOW)
    state = simulator.first
    for number in range(SHOWN):
        state, month, _ = simulator.step(state, restrictions, setting(chain, SHOWN), number)
        newton = simulator.window.live.solve()
        clarabel = solve_quadratic(newton.arrays, QuadraticOptions(tolerance=1e-12))
        assert newton.objective == pytest.approx(clarabel.objective, rel=1e-8)
        open_rows = np.diff(newton.arrays.matrix.tocsr().indptr) > 0
        np.testing.assert_allclose(
            newton.row_duals[open_rows], clarabel.row_duals[open_rows], rtol=1e-5, atol=1e-5
        )
        assert month.residual < 1e-6


@pytest.mark.parametrize("chain", CHAINS)
def test_no_shock_no_change(chain: str) -> None:
    network = world().network(chain)
    run = simulate(
        network, world().ensemble[0], unchanged(len(network.routes), 6), setting(chain, 6)
    )
    assert np.nanmax(np.abs(run.price - 1.0)) < 0.005
    base = run.tables.routes["base"]
    largest = {
        material: base[run.tables.routes["material"] == material].max()
        for material in np.unique(run.tables.routes["material"].astype(str))
    }
    scale = np.array([largest[material] for material in run.tables.routes["material"]])
    assert np.max(np.abs(run.flow - base) / scale) < 0.04
    assert run.residual.max() < 1e-6
