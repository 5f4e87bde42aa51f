"""The program of every block on a two-month toy, as text.

To renew the files after an intended change: `RENEW_GOLDEN=1 uv run pytest -n0 tests/golden`, then
read the difference before you commit it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from orepact.engine import Program, lp_text
from orepact.model import Curves, Draft, Horizon, Tables, tables_of
from orepact.model.demand import add_demand
from orepact.model.plan import plan_of
from orepact.model.process import add_processes, add_unsold
from orepact.model.quota import Quotas, add_quotas
from orepact.model.reserve import add_reserves
from orepact.model.route import add_at_sea, add_routes
from orepact.model.stock import add_stocks
from orepact.network import Demand, Material, Network, Process, Region, Reserve, Route, Stock
from orepact.policy.rules import ExportBan

FOLDER = Path(__file__).parent
CURVES = Curves(np.array([0.05, 0.5, 1.0, 2.0, 60.0]))
TOY = Network(
    regions=(Region(name="A"), Region(name="B")),
    materials=(Material(name="ore", price=1.0), Material(name="metal", price=4.0)),
    processes=(
        Process(
            name="mine", region="A", outputs={"ore": 1.0}, base=8.0, capacity=10.0, cost=1.0,
            elasticity=0.5, floor=0.75,
        ),
        Process(
            name="smelter", region="A", outputs={"metal": 1.0, "ore": 0.25}, inputs={"ore": 2.0},
            base=4.0, capacity=5.0, cost=2.0, margin_slope=0.5,
        ),
    ),
    routes=(
        Route(
            name="declared", material="metal", exporter="A", importer="B", base=2.0, cost=1.0,
            qualification=0.5, lag=1,
        ),
        Route(
            name="new", material="metal", exporter="A", importer="B", capacity=1.0, cost=2.0,
            kind="new",
        ),
    ),
    stocks=(
        Stock(
            name="store", region="B", material="metal", initial=2.0, capacity=9.0, wanted=2.0,
            carrying_cost=0.25,
        ),
    ),
    demands=(
        Demand(name="use A", region="A", material="metal", base=2.0, elasticity=0.5),
        Demand(name="use B", region="B", material="metal", base=2.0, elasticity=1.0),
    ),
)


def demand(draft: Draft, tables: Tables) -> None:
    _ = add_demand(draft, tables, CURVES)


def process(draft: Draft, tables: Tables) -> None:
    _ = add_processes(draft, tables, CURVES)


def unsold(draft: Draft, tables: Tables) -> None:
    _ = add_unsold(draft, tables)


def route(draft: Draft, tables: Tables) -> None:
    _ = add_routes(draft, tables)


def route_with_limits(draft: Draft, tables: Tables) -> None:
    limits = np.array([[2.0, 1.0], [0.5, 0.0]])
    _ = add_routes(draft, tables, CURVES, limits=limits, expected=np.zeros(2))
    _ = add_at_sea(draft, tables, CURVES, np.array([0.5, 0.0]))


def stock(draft: Draft, tables: Tables) -> None:
    _ = add_stocks(draft, tables, CURVES, share=np.array([0.5, 0.5]))


def quota(draft: Draft, tables: Tables) -> None:
    names = np.array(["quota"], dtype=object)
    both = Quotas(
        names, names, np.array([1]), np.array([1.5]), np.array([0, 0]), np.array([0, 1]), np.ones(2)
    )
    _ = add_quotas(draft, both, add_routes(draft, tables))


RESERVES = (
    Reserve(
        name="own", owner="B", region="B", material="metal", held=1.0, capacity=4.0, release=2.0,
        carrying_cost=0.25, shelf_life=1, price=5.0, largest=2.0,
    ),
    Reserve(
        name="pool", owner="both", region="A", material="metal", held=0.5, lead=1,
        entitled=("A", "B"), largest=3.0,
    ),
)


BLOCKS: tuple[Callable[[Draft, Tables], None], ...] = (
    demand, process, unsold, route, route_with_limits, stock, quota,
)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_block(block: Callable[[Draft, Tables], None]) -> None:
    tables = tables_of(TOY)
    draft = Draft(Program(block.__name__), Horizon(2, tables.nodes.frame))
    block(draft, tables)
    _ = draft.close()
    matches(block.__name__, lp_text(draft.program.assemble()))


@pytest.mark.parametrize("curves", [CURVES, Curves.in_steps(3)], ids=["quadratic", "steps"])
def test_reserves(curves: Curves) -> None:
    tables = tables_of(TOY.including(*RESERVES))
    horizon = Horizon(2, tables.nodes.frame, ("calm", "crisis"), (0.75, 0.25))
    draft = Draft(Program("reserves"), horizon)
    _ = add_reserves(draft, tables, curves, kept_worth=0.5)
    _ = draft.close()
    name = "reserve_in_steps" if curves.steps else "reserve"
    matches(name, lp_text(draft.program.assemble()))


def test_whole_plan() -> None:
    ban = ExportBan(exporter="A", destinations=("B",), first=date(2000, 2, 1))
    matches("plan", lp_text(plan_of(TOY.under(ban), months=2, curves=CURVES).arrays))


def test_whole_plan_in_steps() -> None:
    steps = Curves(CURVES.nodes, steps=True)
    matches("plan_in_steps", lp_text(plan_of(TOY, months=2, curves=steps).arrays))


def matches(name: str, text: str) -> None:
    path = FOLDER / f"{name}.lp"
    if os.environ.get("RENEW_GOLDEN"):
        _ = path.write_text(text, encoding="utf-8", newline="\n")
    was, now = path.read_text(encoding="utf-8").split(), text.split()
    assert len(was) == len(now)
    assert not [pair for pair in zip(was, now, strict=True) if not same(*pair)][:5]


def same(was: str, now: str) -> bool:
    """Say whether two words are equal, numbers to twelve digits: the last depend on the machine."""
    if was == now:
        return True
    try:
        return math.isclose(float(was), float(now), rel_tol=1e-12, abs_tol=1e-15)
    except ValueError:
        return False
