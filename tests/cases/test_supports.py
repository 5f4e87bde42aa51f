"""Every folder of tests/cases/supports: the simulated month has the numbers of its README."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from orepact.data.text import parse, read_yaml
from orepact.network import Behaviour, Demand, Material, Network, Process, Region, Route
from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Offtake,
    StandardsTier,
)
from orepact.result import Months, Restrictions, Setting, Simulation, Simulator
from orepact.result.support import supports_of
from tests.cases.test_cases import numbers

FOLDERS = sorted(path.parent for path in (Path(__file__).parent / "supports").glob("*/*.yaml"))
WINDOW = 3
TOLERANCE = 1.5e-2
"""No curve of a window is quite flat: a flat supply rises by a thousandth, a payment by more."""


@dataclass(frozen=True)
class Expected:
    """One number of the month: of a region, a route, a process or an instrument."""

    what: str
    of: str
    value: float


@dataclass(frozen=True)
class Text:
    title: str
    regions: tuple[str, ...]
    prices: dict[str, float]
    processes: tuple[Process, ...]
    routes: tuple[Route, ...]
    demands: tuple[Demand, ...]
    expect: tuple[Expected, ...]
    floors: tuple[BorderFloor, ...] = ()
    contracts: tuple[ContractForDifference, ...] = ()
    tiers: tuple[StandardsTier, ...] = ()
    offtakes: tuple[Offtake, ...] = ()


def read(folder: Path) -> Text:
    """Return the case of a folder."""
    return parse(Text, read_yaml(folder / "support.yaml", kind="case"))


def simulated(text: Text) -> Simulation:
    """Return one month under the instruments of a case."""
    network = Network(
        regions=tuple(Region(name=name) for name in text.regions),
        materials=tuple(Material(name=name, price=price) for name, price in text.prices.items()),
        processes=text.processes,
        routes=text.routes,
        demands=text.demands,
    ).including(*text.floors, *text.contracts, *text.tiers, *text.offtakes)
    free = np.full((WINDOW + 1, len(network.routes)), np.inf)
    setting = Setting(
        np.ones((1, len(network.processes))),
        np.ones((1, len(network.demands))),
        supports=supports_of(network, Months(datetime.date(2000, 1, 1), 1)),
    )
    told = Restrictions(free, *(np.zeros_like(free),) * 4)
    return Simulator.of(network, Behaviour(capacity_growth=0.0), WINDOW).run(told, setting)


def found(path: Simulation, each: Expected) -> float:
    """Return the number that a case expects."""
    if each.what == "price":
        place = list(path.tables.nodes["region"]).index(each.of)
        return float(path.price[0, place] * path.tables.nodes["price"][place])
    if each.what == "flow":
        return float(path.flow[0, list(path.tables.routes["route"]).index(each.of)])
    if each.what == "made":
        return float(path.production[0, list(path.tables.processes["process"]).index(each.of)])
    assert path.support is not None
    return float(getattr(path.support, each.what)[0, path.support.instruments.index(each.of)])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_case(folder: Path) -> None:
    text = read(folder)
    path = simulated(text)
    wrong = [
        f"{each.what} of {each.of}: {found(path, each)!r}, not {each.value}"
        for each in text.expect
        if found(path, each) != pytest.approx(each.value, rel=TOLERANCE, abs=0.5)
    ]
    assert not wrong
    assert path.support is not None
    assert path.support.largest_gap < 1e-6


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_case_derives_its_answer(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    missing = [each.value for each in read(folder).expect if f"{each.value:g}" not in numbers(text)]
    assert not missing, f"the README does not come to {missing}"


def test_there_are_cases() -> None:
    assert len(FOLDERS) >= 7
