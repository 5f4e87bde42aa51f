"""The two-market reduction: an exporter and the rest of the world, fed with given shipments."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np

from orepact.network import Behaviour, Demand, Material, Network, Process, Region, Route, Stock
from orepact.result import Restrictions, Setting, Simulation, simulate

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def months_between(first: str, second: str) -> int:
    (year, month), (later_year, later_month) = (
        (int(part) for part in text.split("-")) for text in (first, second))
    return (later_year - year) * 12 + later_month - month


def reference(episode: str) -> list[dict[str, float]]:
    return [{name: float(value) for name, value in row.items() if name != "episode"}
            for row in rows("reference_paths") if row["episode"] == episode]


def network_of(episode: dict[str, str], behaviour: Behaviour, *, qualification: float,
               lag: int) -> Network:
    shipped = float(episode["base_exports_per_month"])
    outside = float(episode["outside_output_per_month"])
    inside = float(episode["exporter_output_per_month"])
    used = outside + shipped
    price = 1000.0
    return Network(
        regions=(Region(name="C"), Region(name="R")),
        materials=(Material(name="m", price=price),),
        processes=(
            Process(name="c", region="C", outputs={"m": 1.0}, base=inside, capacity=10 * inside,
                    cost=price, elasticity=behaviour.exporter_elasticity,
                    floor=behaviour.exporter_floor),
            Process(name="r", region="R", outputs={"m": 1.0}, base=outside, capacity=10 * outside,
                    cost=price, elasticity=behaviour.supply_elasticity, grows=True)),
        routes=(Route(name="f", material="m", exporter="C", importer="R", base=shipped,
                      qualification=qualification, lag=lag),),
        stocks=(Stock(name="s", region="R", material="m", initial=behaviour.cover * used,
                      wanted=behaviour.cover * used, slope=behaviour.storage_slope),),
        demands=(
            Demand(name="c", region="C", material="m", base=max(inside - shipped, 1e-3 * inside),
                   elasticity=behaviour.demand_elasticity),
            Demand(name="r", region="R", material="m", base=used,
                   elasticity=behaviour.demand_elasticity)))


def simulate_episode(episode: dict[str, str], behaviour: Behaviour, *, window: int = 1,
                     qualification: float = 0.0, lag: int = 0) -> Simulation:
    """Feed shipments of the reference path plus undeclared trade from the effective month on."""
    path = reference(episode["episode"])
    announced = months_between(episode["first_month"], episode["announced"])
    effective = months_between(episode["first_month"], episode["effective"])
    months = len(path)
    share = np.full((months + window, 1), np.inf)
    known, since, alarm, age = (np.zeros((months + window, 1)) for _ in range(4))
    for month in range(months + window):
        shipped = path[min(month, months - 1)]["shipments_relative_to_base"]
        if month >= effective:
            ramp = min(1.0, (month - effective + 1) / behaviour.leakage_ramp)
            share[month] = shipped + behaviour.leakage * ramp * max(0.0, 1.0 - shipped)
            known[month] = announced
        if month >= announced:
            alarm[month], age[month] = 1.0, month - announced
    network = network_of(episode, behaviour, qualification=qualification, lag=lag)
    return simulate(network, behaviour, Restrictions(share, since, known, alarm, age),
                    Setting(np.ones((months, 2)), np.ones((months, 2))), window_months=window)


def price_outside(simulation: Simulation) -> np.ndarray:
    at = list(simulation.tables.nodes["region"]).index("R")
    return simulation.price[:, at]


def mean_observed(episode: str) -> float:
    """Return the mean of reported prices outside; customs unit values where there is no quote."""
    found = {kind: [float(row["value_relative_to_base"]) for row in rows("observed")
                    if row["episode"] == episode and row["series"] == kind]
             for kind in ("price_outside", "customs_unit_value_outside")}
    values = found["price_outside"] or found["customs_unit_value_outside"]
    return math.exp(sum(math.log(value) for value in values) / len(values))
