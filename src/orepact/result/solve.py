"""Plan: the best use of a network over its months and futures, with perfect foresight, proven.

A plan knows what will come. It ships before a ban and never hoards: read it as a planner's bound,
and `simulate` as the forecast.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from orepact.engine import Certificate, Solution
from orepact.model.curve import Array
from orepact.model.draft import Index, Names
from orepact.model.plan import Plan, plan_of
from orepact.model.settings import Curves
from orepact.network.accounts.balance import ASSUMED, weak_accounts
from orepact.network.network import Network
from orepact.result.prove import prove
from orepact.result.provenance import Provenance, provenance_of

__all__ = ["Result", "result_of", "solve"]

ACTIVE = 1e-9
"""Share of a block's largest volume under which a column counts as empty."""


@dataclass(frozen=True)
class Result:
    """A proven plan. All tables are long; a period is a month ``YYYY-MM``; prices are marginal.

    - `price`: region, material, period, scenario, price (USD/t), multiple (of the base price),
      grade of the stage; price and multiple are null at grade D, where trade by partner is assumed
    - `marginal`: the same for every place, without the grade: the duals, to compute with
    - `consumption`: demand, region, material, period, scenario, consumption, wanted at base prices
      (t/month); `unmet`: the same with unmet (t/month, wanted less consumption) and share (1)
    - `flow`: route, material, exporter, importer, kind, lag, period, scenario, flow, limit
      (t/month), cost (marginal, USD/t), rent (what one more tonne of limit is worth, USD/t), clause
    - `production`: process, region, material (of the first output), period, scenario, production,
      capacity (t/month of the first output), cost (marginal, inputs apart, USD/t), rent (USD/t)
    - `stock`: stock, region, material, period, scenario, level (t, at the month's end),
      carrying_cost (USD/t/month)
    - `reserve`: reserve, owner, region, material, period, scenario, bought (t, the same in all
      scenarios), released (t/month), left (t, at the month's end), value (of one more tonne at the
      month's start, USD/t)
    - `unsold`: region, material, period, scenario, unsold (t/month) where more than nothing
    - `quota`: quota, clause, period, scenario, limit, used (t/month), rent (USD/t)
    - `residual`: material, residual (t/month, largest balance error), share (of the largest
      throughput of a month)

    `objective` (USD over all months, expected over scenarios) is what is spent less what use is
    worth, so smaller is better. Tonnes are those of the material's own unit.
    """

    model: str
    network: Network = field(repr=False)
    months: tuple[str, ...]
    price: pl.DataFrame = field(repr=False)
    marginal: pl.DataFrame = field(repr=False)
    consumption: pl.DataFrame = field(repr=False)
    unmet: pl.DataFrame = field(repr=False)
    flow: pl.DataFrame = field(repr=False)
    production: pl.DataFrame = field(repr=False)
    stock: pl.DataFrame = field(repr=False)
    reserve: pl.DataFrame = field(repr=False)
    unsold: pl.DataFrame = field(repr=False)
    quota: pl.DataFrame = field(repr=False)
    residual: pl.DataFrame = field(repr=False)
    objective: float
    certificate: Certificate
    provenance: Provenance

    def __str__(self) -> str:
        """Return what was planned, how it was proven and where it comes from."""
        worst = self.residual.sort("share", descending=True).row(0, named=True)
        told = (
            f"{self.model} with perfect foresight, {self.months[0]} to {self.months[-1]}: "
            f"objective {self.objective:,.0f} USD; {self.certificate}; "
            f"largest balance error {worst['residual']:.1e} t/month ({worst['material']}); "
            f"{self.provenance}"
        )
        return "\n".join([told, *weak_accounts(self.network.materials)])


def solve(
    network: Network,
    *,
    months: int = 12,
    curves: Curves | None = None,
    unique: bool = False,
    start: datetime.date | None = None,
    kept_worth: float = 0.0,
) -> Result:
    """Return the plan of a network over `months` months: perfect foresight, a bound, no forecast.

    `curves` defaults to quadratic ones, solved by Clarabel; `Curves.in_steps()` makes the program
    linear, solved by HiGHS. `unique` picks, among equally good linear plans, always the same one.
    `start` defaults to the network's first month; `kept_worth` (1) is the share of its base price
    that a tonne left in a reserve after the last month is worth. Raises `InputError` for what
    cannot be planned and `SolveError`, naming the program, when an optimum is not proven.
    """
    chosen = Curves() if curves is None else curves
    plan = plan_of(network, months=months, curves=chosen, start=start, kept_worth=kept_worth)
    solution = prove(plan.arrays, unique=unique)
    options = {
        "curves": f"{len(chosen.nodes)} nodes, {'steps' if chosen.steps else 'quadratic'}",
        "foresight": "perfect",
        "months": str(months),
        "unique": str(unique).lower(),
    }
    return result_of(network, plan, solution, options)


def result_of(network: Network, plan: Plan, solution: Solution, options: dict[str, str]) -> Result:
    """Return a solved plan as tables in canonical units."""
    price = _prices(plan, solution)
    consumption = _consumption(plan, solution)
    return Result(
        model=plan.name,
        network=network,
        months=tuple(f"{month:%Y-%m}" for month in plan.months),
        price=_graded(network, marginal := _price_table(plan, price)),
        marginal=marginal,
        consumption=consumption,
        unmet=_unmet(consumption),
        flow=_flow_table(plan, solution, price),
        production=_production_table(plan, solution, price),
        stock=_stock_table(plan, solution),
        reserve=_reserve_table(plan, solution),
        unsold=_unsold_table(plan, solution),
        quota=_quota_table(plan, solution),
        residual=_residual_table(plan, solution),
        objective=solution.objective * plan.scale,
        certificate=solution.certificate,
        provenance=provenance_of(
            network.dataset,
            solver=solution.solver,
            options=options,
            policies=tuple(policy.name for policy in network.policies),
            scenarios=plan.horizon.scenarios,
        ),
    )


def _keys(plan: Plan, count: int) -> tuple[pl.DataFrame, Array]:
    """Return row number, period and scenario of components repeated, and their weights."""
    repeated = plan.horizon.repeated(count)
    months = np.array([f"{month:%Y-%m}" for month in plan.months])
    names: Names = np.array(plan.horizon.scenarios, dtype=object)
    frame = pl.DataFrame(
        {
            "row": repeated.which,
            "period": months[repeated.period],
            "scenario": pl.Series(names[repeated.scenario].tolist(), dtype=pl.String),
        },
        schema_overrides={"period": pl.String},
    )
    return frame, repeated.weight


def _table(plan: Plan, components: pl.DataFrame, **values: Array | pl.Series) -> pl.DataFrame:
    """Return components repeated over scenarios and months with their values."""
    keys, _ = _keys(plan, len(components))
    return components[keys["row"].to_numpy()].hstack(
        keys.select("period", "scenario").with_columns(
            *[pl.Series(name, value) for name, value in values.items()]
        )
    )


def _prices(plan: Plan, solution: Solution) -> Array:
    """Return prices in USD/t, shape (scenarios × months × nodes), NaN where nothing can move."""
    nodes, total = len(plan.tables.nodes), len(plan.horizon.scenarios) * len(plan.months)
    multiple = np.full(total * nodes, np.nan)
    weights = np.asarray(plan.horizon.weights)[plan.places // (nodes * len(plan.months))]
    multiple[plan.places] = solution.row_duals[plan.rows] / weights
    return multiple * np.tile(plan.tables.nodes["price"], total)


def _graded(network: Network, marginal: pl.DataFrame) -> pl.DataFrame:
    """Return prices with the grade of their stage, without those that assumed trade would set."""
    grades = {item.name: item.grade for item in network.materials}
    grade = pl.col("material").replace_strict(grades, return_dtype=pl.String)
    known = pl.col("grade") != ASSUMED
    return marginal.with_columns(grade.alias("grade")).with_columns(
        pl.when(known).then(pl.col(name)).alias(name) for name in ("price", "multiple")
    )


def _price_table(plan: Plan, price: Array) -> pl.DataFrame:
    nodes = plan.tables.nodes.frame
    base = np.tile(plan.tables.nodes["price"], len(price) // max(1, len(nodes)))
    table = _table(plan, nodes.select("region", "material"), price=price, multiple=price / base)
    return table.filter(pl.col("price").is_not_nan())


def _consumption(plan: Plan, solution: Solution) -> pl.DataFrame:
    demands = plan.tables.demands
    tonnes = solution.primal_values[plan.consumption].sum(axis=1)
    worth = np.tile(plan.worth[demands["node"]], len(tonnes) // max(1, len(demands)))
    return _table(
        plan,
        demands.frame.select("demand", "region", "material"),
        consumption=tonnes / worth,
        wanted=plan.wanted.ravel(),
    )


def _unmet(consumption: pl.DataFrame) -> pl.DataFrame:
    unmet = pl.col("wanted") - pl.col("consumption")
    share = pl.when(pl.col("wanted") > 0.0).then(unmet / pl.col("wanted")).otherwise(0.0)
    return consumption.with_columns(unmet.alias("unmet"), share.alias("share")).drop(
        "consumption", "wanted"
    )


def _flow_table(plan: Plan, solution: Solution, price: Array) -> pl.DataFrame:
    routes = plan.tables.routes
    steps = len(plan.flow)
    tonnes = solution.primal_values[plan.flow].sum(axis=2)
    marginal = _marginal(plan, solution, plan.flow)
    base = plan.tables.nodes["price"][routes["from"]]
    month = np.tile(np.arange(len(plan.months)), len(plan.horizon.scenarios))
    due = np.minimum(month[:, None] + routes["lag"][None, :], len(plan.months) - 1)
    nodes = len(plan.tables.nodes)
    scenario = np.arange(steps)[:, None] // len(plan.months)
    leaves = price[np.arange(steps)[:, None] * nodes + routes["from"][None, :]]
    arrives = price[(scenario * len(plan.months) + due) * nodes + routes["to"][None, :]]
    cost = marginal * base
    limit = np.tile(plan.limit, (len(plan.horizon.scenarios), 1))
    table = _table(
        plan,
        routes.frame.select("route", "material", "exporter", "importer", "kind", "lag"),
        flow=(tonnes / plan.worth[routes["from"]]).ravel(),
        limit=limit.ravel(),
        cost=cost.ravel(),
        rent=(arrives - leaves - cost).ravel(),
    )
    clause = np.tile(plan.clause, (len(plan.horizon.scenarios), 1)).ravel()
    return table.with_columns(pl.Series("clause", clause.tolist(), dtype=pl.String))


def _marginal(plan: Plan, solution: Solution, columns: Index) -> Array:
    """Return the charge of the next tonne after the last segment filled (multiple of base).

    `columns` has segments on its last axis, in rising order of charge, months × scenarios on its
    first.
    """
    arrays = solution.arrays
    weight = np.repeat(np.asarray(plan.horizon.weights), len(plan.months))
    filled = solution.primal_values[columns]
    charge = arrays.cost[columns] + arrays.curvature[columns] * filled
    some = filled > ACTIVE * max(1.0, float(filled.max(initial=0.0)))
    rank = np.arange(int(columns.shape[-1]), dtype=np.int64)
    last: Index = np.where(some, rank, 0).max(axis=-1)
    found = np.take_along_axis(charge, last[..., None], axis=-1)[..., 0]
    return found / weight.reshape(-1, *[1] * (found.ndim - 1))


def _production_table(plan: Plan, solution: Solution, price: Array) -> pl.DataFrame:
    made, steps = plan.tables.processes, len(plan.production)
    count, nodes = len(made), len(plan.tables.nodes)
    order = np.argsort(plan.process, kind="stable")
    size = np.bincount(plan.process, minlength=count)
    start = np.cumsum(size) - size
    widest = int(size.max(initial=1))
    padded = np.minimum(np.arange(widest)[None, :], np.maximum(size - 1, 0)[:, None])
    columns = plan.production[:, order][:, start[:, None] + padded]
    own = np.arange(widest)[None, :] < size[:, None]
    activity = np.where(own, solution.primal_values[columns], 0.0).sum(axis=2)
    cost = _marginal(plan, solution, columns) * plan.tables.nodes["price"][made["node"]]
    recipe = plan.tables.recipe
    per_node = price.reshape(steps, nodes)[:, recipe["node"]] * recipe["ratio"]
    earned = np.zeros((count, steps))
    np.add.at(earned, recipe["process"], per_node.T)
    factor = plan.activity.reshape(steps, count)
    capacity = np.multiply(
        made["capacity"], factor, out=np.zeros((steps, count)), where=factor > 0.0
    )
    return _table(
        plan,
        made.frame.select("process", "region").with_columns(
            plan.tables.nodes.frame["material"][made["node"]].alias("material")
        ),
        production=(activity / plan.worth[made["node"]]).ravel(),
        capacity=capacity.ravel(),
        cost=cost.ravel(),
        rent=(earned.T - cost).ravel(),
    )


def _stock_table(plan: Plan, solution: Solution) -> pl.DataFrame:
    stocks = plan.tables.stocks
    level = solution.primal_values[plan.holding].sum(axis=1)
    worth = np.tile(plan.worth[stocks["node"]], len(level) // max(1, len(stocks)))
    return _table(
        plan,
        stocks.frame.select("stock", "region", "material", "carrying_cost"),
        level=level / worth,
    )


def _reserve_table(plan: Plan, solution: Solution) -> pl.DataFrame:
    frame, columns = plan.tables.reserves, plan.reserves
    x, steps = solution.primal_values, len(columns.rows)
    worth = plan.worth[frame["node"]]
    weight = np.repeat(np.asarray(plan.horizon.weights), len(plan.months))[:, None]
    value = -solution.row_duals[columns.rows] / weight * frame["price"]
    return _table(
        plan,
        frame.frame.select("reserve", "owner", "region", "material"),
        bought=np.tile(x[columns.bought] / worth, steps),
        released=(x[columns.released] / worth).ravel(),
        left=(x[columns.kept] / worth).ravel(),
        value=value.ravel(),
    )


def _unsold_table(plan: Plan, solution: Solution) -> pl.DataFrame:
    nodes = plan.tables.nodes
    unsold = solution.primal_values[plan.unsold]
    worth = np.tile(plan.worth, len(unsold) // max(1, len(nodes)))
    table = _table(plan, nodes.frame.select("region", "material"), unsold=unsold / worth)
    return table.filter(pl.Series(unsold > ACTIVE * max(1.0, float(unsold.max(initial=0.0)))))


def _quota_table(plan: Plan, solution: Solution) -> pl.DataFrame:
    limits, rows = plan.quotas, plan.quota_rows
    names: list[str] = limits.name.tolist()
    clauses: list[str] = limits.clause.tolist()
    spread, count = rows.shape
    months = [f"{month:%Y-%m}" for month in plan.months]
    periods: list[str] = [months[period] for period in limits.period.tolist()]
    used = np.zeros((spread, count))
    rent = np.zeros((spread, count))
    tonnes = solution.primal_values[plan.flow].sum(axis=2) / plan.worth[plan.tables.routes["from"]]
    price = plan.tables.nodes["price"][plan.tables.routes["from"]]
    for scenario in range(spread):
        step = scenario * len(months) + limits.period[limits.quota]
        np.add.at(used[scenario], limits.quota, tonnes[step, limits.route])
        dual = -solution.row_duals[rows[scenario]] / plan.horizon.weights[scenario]
        usd = np.zeros(count)
        np.maximum.at(usd, limits.quota, price[limits.route])
        rent[scenario] = dual * usd
    return pl.DataFrame(
        {
            "quota": names * spread,
            "clause": clauses * spread,
            "period": periods * spread,
            "scenario": [name for name in plan.horizon.scenarios for _ in range(count)],
            "limit": np.tile(limits.limit, spread),
            "used": used.ravel(),
            "rent": rent.ravel(),
        },
        schema={
            **dict.fromkeys(("quota", "clause", "period", "scenario"), pl.String),
            **dict.fromkeys(("limit", "used", "rent"), pl.Float64),
        },
    )


def _residual_table(plan: Plan, solution: Solution) -> pl.DataFrame:
    arrays, nodes = solution.arrays, plan.tables.nodes
    node = plan.places % len(nodes)
    error = np.abs(arrays.matrix @ solution.primal_values - arrays.row_lower)[plan.rows]
    through = (arrays.magnitude @ solution.primal_values)[plan.rows] / 2.0
    frame = pl.DataFrame(
        {
            "material": nodes.frame["material"][node],
            "residual": error / plan.worth[node],
            "through": through / plan.worth[node],
        }
    )
    return (
        frame.group_by("material")
        .agg(pl.col("residual").max(), pl.col("through").max())
        .sort("material")
        .select(
            "material",
            "residual",
            (pl.col("residual") / pl.max_horizontal("through", pl.lit(1e-12))).alias("share"),
        )
    )
