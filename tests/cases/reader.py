"""Read a case folder: a network, what is asked of it, and the answer derived by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from orepact.data.text import parse, read_yaml
from orepact.model import Curves
from orepact.network import (
    Demand,
    Material,
    Network,
    Policy,
    Process,
    Region,
    Reserve,
    Route,
    Scenario,
    Stock,
)
from orepact.policy.rules import ExportBan, ExportQuota

FOLDER = Path(__file__).parent
FOLDERS = sorted(path.parent for path in FOLDER.glob("*/case.yaml"))


@dataclass(frozen=True)
class Expected:
    """One number of a result: the rows of a table that have these keys, and a column's sum."""

    table: str
    where: dict[str, str]
    column: str
    value: float
    tolerance: float = 1e-6


@dataclass(frozen=True)
class CaseText:
    title: str
    regions: tuple[str, ...]
    prices: dict[str, float]
    expect: tuple[Expected, ...]
    months: int = 1
    nodes: tuple[float, ...] = (0.05, 0.5, 1.0, 2.0, 60.0)
    steps: bool = False
    processes: tuple[Process, ...] = ()
    routes: tuple[Route, ...] = ()
    stocks: tuple[Stock, ...] = ()
    reserves: tuple[Reserve, ...] = ()
    kept_worth: float = 0.0
    demands: tuple[Demand, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    bans: tuple[ExportBan, ...] = ()
    quotas: tuple[ExportQuota, ...] = ()


@dataclass(frozen=True)
class Case:
    """A network with curves and months to plan, and the numbers expected."""

    name: str
    network: Network
    months: int
    curves: Curves
    kept_worth: float
    expect: tuple[Expected, ...] = field(repr=False)


def read_case(folder: Path) -> Case:
    """Return the case of a folder; its network starts in January 2000."""
    text = parse(CaseText, read_yaml(folder / "case.yaml", kind="case"))
    network = Network(
        regions=tuple(Region(name=name) for name in text.regions),
        materials=tuple(Material(name=name, price=price) for name, price in text.prices.items()),
        processes=text.processes,
        routes=text.routes,
        stocks=text.stocks,
        reserves=text.reserves,
        demands=text.demands,
    )
    policies: tuple[Policy, ...] = (*text.bans, *text.quotas)
    network = network.under(*policies)
    if text.scenarios:
        network = network.facing(*text.scenarios)
    curves = Curves(np.array(text.nodes), steps=text.steps)
    return Case(folder.name, network, text.months, curves, text.kept_worth, text.expect)
