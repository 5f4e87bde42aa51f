"""What one simulated path says of a support: money, plants, buyers, trade, prices; month by month.

All prices are transaction prices in USD/t (`paid_prices`): a share of trade follows the margin,
the rest is under contracts that are renewed over the months of a card. Two things are added, since
no contract spares a buyer of them. Where a border floor charges, imported tonnes cost what they
landed at, and what the zone makes is sold by contract at no less. Where a standard holds, every
tonne used pays its share of the premium.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from orepact.indicators.trajectory import transaction_price
from orepact.model.curve import Array
from orepact.model.tables import Tables
from orepact.network.instruments import BorderFloor, Instrument, StandardsTier
from orepact.result.simulation import Simulation
from orepact.result.support import SupportPath

__all__ = ["MARKET", "PLANT", "PRODUCT", "SCHEMA", "View", "monthly", "paid_prices"]

Flags = npt.NDArray[np.bool_]

MARKET, PRODUCT, PLANT = "market", "product", "plant"
"""What a row is about."""

HIDDEN = ("conduit", "undeclared")
"""Routes whose goods come with other papers, or none."""

SCHEMA: dict[str, pl.DataType] = {
    "subject": pl.String(), "month": pl.Int32(), "name": pl.String(), "region": pl.String(),
    **dict.fromkeys((
        "paid", "duty", "premium", "volume", "taken", "sold", "stock", "worth", "zone_price",
        "outside_price", "direct", "hidden", "third", "abroad", "downstream", "output", "use",
        "price", "open", "standing", "capacity", "margin", "residual", "gap", "rounds",
        "landed_gap",
    ), pl.Float64()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Through which a path is looked at: whose zone, which stages, whose exports, which plants.

    `opens` has the number of the month in which each plant opens, 0 or less if it stands already,
    `capacity` (t/month) what each makes at most; `repricing` (months) is that of contracts.
    """

    zone: tuple[str, ...]
    materials: tuple[str, ...]
    exporter: str
    instruments: tuple[Instrument, ...]
    opens: dict[str, int]
    capacity: dict[str, float]
    spot_share: float
    repricing: float


def paid_prices(price: Array, before: Array, spot_share: float, repricing: float) -> Array:
    """Return transaction prices (multiples of base) of years in which contracts are renewed.

    ``(1 − s)·c + s·marginal(t − 2)``: a share s of trade is exposed to the spot market, two months
    late, and the price of contracts c moves by ``1/repricing`` of its distance to the marginal
    price every month, from 1 in the first month of `before`. A price that stands is paid by all in
    the end. With an infinite `repricing` it is `transaction_price`.
    """
    whole = np.concatenate([before, price])
    contract = np.ones_like(whole)
    for month in range(1, len(whole)):
        step = (whole[month - 1] - contract[month - 1]) / repricing
        contract[month] = contract[month - 1] + step
    spot = transaction_price(price, 1.0, before)
    return (1.0 - spot_share) * contract[len(before) :] + spot_share * spot


def monthly(path: Simulation, before: Array, view: View) -> pl.DataFrame:
    """Return a row per month about the market, each product and region of the zone, each plant.

    `before` has the prices of the months before (multiples of base). Units: t/month, USD/month,
    USD/t; `zone_price` and `outside_price` are multiples of base, stages weighted by the value of
    base use; `worth` is what is held (USD). `open` and `standing` are 0 or 1.
    """
    told = path.support
    if told is None:
        raise TypeError("the path was told of no supports")
    price = paid_prices(path.price, before, view.spot_share, view.repricing)
    price = price * path.tables.nodes["price"]
    price = _with_support(path, told, price, view)
    return pl.concat([
        _market(path, told, price, view), *_products(path, price, view),
        *_plants(told, view),
    ])


def _market(path: Simulation, told: SupportPath, price: Array, view: View) -> pl.DataFrame:
    tables = path.tables
    stage = np.isin(tables.nodes["material"], view.materials)
    here = np.isin(tables.nodes["region"], view.zone)
    out = stage & ~here & (tables.nodes["region"] != view.exporter)
    base = tables.nodes["price"]
    weight, multiple = _base_use(tables) * base, price / base
    return _table(
        MARKET, len(path.price),
        paid=told.paid.sum(axis=1), duty=told.duty.sum(axis=1), premium=told.premium.sum(axis=1),
        volume=told.volume.sum(axis=1), taken=told.taken.sum(axis=1), sold=told.sold.sum(axis=1),
        stock=told.stock.sum(axis=1), worth=_worth(path, told, price, view),
        zone_price=_mean(multiple, weight, stage & here),
        outside_price=_mean(multiple, weight, out),
        **_trade(path, view),
        output=_made(path)[:, stage & here].sum(axis=1),
        use=_used(path)[:, stage & here].sum(axis=1),
        residual=path.residual, gap=told.gap, rounds=told.rounds,
        landed_gap=np.full(len(path.price), np.nan_to_num(told.landed_gap).max(initial=0.0)),
    )


def _worth(path: Simulation, told: SupportPath, price: Array, view: View) -> Array:
    """Return what buyers of last resort hold, at prices of the zone (USD)."""
    nodes, found = path.tables.nodes, np.zeros(len(price))
    weight = _base_use(path.tables)
    for number, each in enumerate(view.instruments):
        here = (nodes["material"] == each.material) & np.isin(nodes["region"], each.zone)
        found += told.stock[:, number] * np.nan_to_num(_mean(price, weight, here))
    return found


def _trade(path: Simulation, view: View) -> dict[str, Array]:
    """Return the tonnes that come into the zone, by the way they take, and that go elsewhere."""
    routes = path.tables.routes
    stage = np.isin(routes["material"], view.materials)
    made_of = _made_of(path.tables, view.materials)
    own = routes["exporter"] == view.exporter
    outside = ~np.isin(routes["exporter"], view.zone)
    inward = np.isin(routes["importer"], view.zone) & outside
    hidden = np.isin(routes["kind"], HIDDEN)

    def tonnes(which: Flags) -> Array:
        return path.flow[:, which].sum(axis=1)

    return {
        "direct": tonnes(stage & inward & own & ~hidden),
        "hidden": tonnes(stage & inward & hidden),
        "third": tonnes(stage & inward & ~own & ~hidden),
        "abroad": tonnes(stage & own & ~np.isin(routes["importer"], view.zone)),
        "downstream": tonnes(np.isin(routes["material"], made_of) & inward),
    }


def _products(path: Simulation, price: Array, view: View) -> list[pl.DataFrame]:
    """Return what final users of the zone take and pay, product by product and region by region."""
    demands, found = path.tables.demands, list[pl.DataFrame]()
    for number, (region, material) in enumerate(
        zip(demands["region"], demands["material"], strict=True)
    ):
        if region in view.zone:
            found.append(_table(
                PRODUCT, len(price), material, region,
                use=path.consumption[:, number], price=price[:, demands["node"][number]],
            ))
    return found


def _plants(told: SupportPath, view: View) -> list[pl.DataFrame]:
    months = np.arange(len(told.open))
    return [
        _table(
            PLANT, len(months), name, name.rpartition("@")[2],
            open=told.open[:, number].astype(np.float64), margin=told.margin[:, number],
            output=told.output[:, number],
            standing=(months >= view.opens[name]).astype(np.float64),
            capacity=np.full(len(months), view.capacity[name]),
        )
        for number, name in enumerate(told.plants)
    ]


def _with_support(path: Simulation, told: SupportPath, price: Array, view: View) -> Array:
    """Return what buyers pay: landed prices where a floor charges, a premium where one is due."""
    nodes, paid = path.tables.nodes, price.copy()
    used, spot = _used(path), path.price * nodes["price"]
    for number, each in enumerate(view.instruments):
        here = np.isin(nodes["region"], each.zone) & (nodes["material"] == each.material)
        if isinstance(each, StandardsTier):
            paid[:, here] += (each.share * told.unit[:, number])[:, None]
        if isinstance(each, BorderFloor):
            whole = np.maximum(used[:, here].sum(axis=1), 1e-9)
            part = np.clip(told.volume[:, number] / whole, 0.0, 1.0)[:, None]
            landed = np.nan_to_num(told.landed[:, number])[:, None]
            own = np.maximum(paid[:, here], np.where(landed > 0.0, (
                (1.0 - view.spot_share) * landed + view.spot_share * spot[:, here]), 0.0))
            paid[:, here] = part * landed + (1.0 - part) * own
    return paid


def _made(path: Simulation) -> Array:
    """Return what is made at each node (t/month)."""
    return _moved(path, 1.0)


def _used(path: Simulation) -> Array:
    """Return final use and intake of works at each node (t/month)."""
    found = _moved(path, -1.0)
    np.add.at(found.T, path.tables.demands["node"], path.consumption.T)
    return found


def _moved(path: Simulation, sign: float) -> Array:
    recipe = path.tables.recipe
    moved = np.maximum(0.0, sign * path.production[:, recipe["process"]] * recipe["ratio"])
    found = np.zeros((len(path.price), len(path.tables.nodes)))
    np.add.at(found.T, recipe["node"], moved.T)
    return found


def _base_use(tables: Tables) -> Array:
    recipe, count = tables.recipe, len(tables.nodes)
    intake = np.maximum(0.0, -tables.processes["base"][recipe["process"]] * recipe["ratio"])
    found = np.zeros(count)
    np.add.at(found, recipe["node"], intake)
    np.add.at(found, tables.demands["node"], tables.demands["base"])
    return found


def _made_of(tables: Tables, materials: Collection[str]) -> list[str]:
    """Return what is made of materials, at one step or more, without the materials themselves."""
    recipe, material = tables.recipe, tables.nodes["material"]
    rows = [
        (int(process), str(material[node]), float(ratio))
        for process, node, ratio in zip(recipe["process"], recipe["node"], recipe["ratio"],
                                        strict=True)
    ]
    found: list[str] = [*materials]
    for one in found:
        takers = {process for process, name, ratio in rows if name == one and ratio < 0.0}
        found += dict.fromkeys(name for process, name, ratio in rows
                               if process in takers and ratio > 0.0 and name not in found)
    return [name for name in found if name not in materials]


def _mean(values: Array, weight: Array, which: Flags) -> Array:
    if not weight[which].any():
        return np.full(len(values), np.nan)
    return np.average(values[:, which], axis=1, weights=weight[which])


def _table(
    subject: str, months: int, name: str = "", region: str = "", /, **columns: Array
) -> pl.DataFrame:
    """Return a table of all columns; those that are not given are empty."""
    given: dict[str, Any] = {
        "subject": [subject] * months, "month": np.arange(months), "name": [name] * months,
        "region": [region] * months, **columns,
    }
    whole = {key: given.get(key, [None] * months) for key in SCHEMA}
    return pl.DataFrame(whole, schema=SCHEMA, nan_to_null=True)
