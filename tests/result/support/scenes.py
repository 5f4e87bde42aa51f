"""One stage, three regions, as in `tests.result.scenes`, with instruments and plants over it."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np

from orepact.network import Network, Process
from orepact.network.instruments import Instrument
from orepact.network.plants import Plant
from orepact.result import Months, Restrictions, Setting, Simulation, Simulator
from orepact.result.support import SupportPath, supports_of
from tests.result.scenes import CALM, WINDOW, free, network, steady

FIRST = datetime.date(2026, 11, 1)
PRICE = 1000.0


def market() -> Network:
    """Return the scene with trade that nothing holds back: three times the base flow may go."""
    whole = network()
    routes = tuple(
        replace(route, kind="declared") for route in whole.routes if route.kind == "controlled"
    )
    return replace(whole, routes=routes)


def plant(
    *,
    cost: float = 1.2,
    capacity: float = 10.0,
    patience: int = 3,
    restart: int = 2,
    opens: datetime.date | None = None,
    ramp: int = 0,
) -> Plant:
    """Return a plant in USA that makes the ore from nothing; `cost` is a multiple of the base."""
    process = Process(
        name="mine:plant@USA",
        region="USA",
        outputs={"ore": 1.0},
        capacity=capacity,
        cost=cost * PRICE,
    )
    return Plant(process=process, patience=patience, restart=restart, opens=opens, ramp=ramp)


def under(
    *parts: Instrument | Plant,
    months: int = 2,
    base: Network | None = None,
    restrictions: Restrictions | None = None,
    told: Setting | None = None,
    repricing: float = float("inf"),
) -> Simulation:
    """Return the path of the scene under instruments and plants, from its base."""
    whole = (base or market()).including(*parts)
    setting = told or steady(whole, months)
    supports = supports_of(whole, Months(FIRST, len(setting.supply)), repricing=repricing)
    return Simulator.of(whole, CALM, WINDOW).run(
        restrictions or free(whole, len(setting.supply)), replace(setting, supports=supports)
    )


def booked(simulation: Simulation) -> SupportPath:
    """Return what supports did; a test without any would pass for nothing."""
    assert simulation.support is not None
    return simulation.support


def same(one: Simulation, other: Simulation) -> bool:
    """Say whether two paths are the same to the last bit."""
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in ("price", "flow", "production", "consumption", "level")
    )
