r"""The plan: a network over all its months and futures as one program, with perfect foresight.

$$\min \sum_s w_s \sum_{\text{blocks}} \text{charge}_s
\quad\text{subject to the balance at every place}$$

The blocks are those of the window. A plan knows every month of its horizon, so it ships before a
ban and keeps no stock for fear of one: it bounds what anybody could do and is not a forecast. The
storage curve is carried by the last month alone, when what is left is worth
``price·(wanted/level)^slope``; what is at sea then is worth ``price·expected/left``. Policies
become limits of routes, month by month, and quota rows.

The program is written in base value (volumes in the value they had at base prices, prices as
multiples), so that its numbers are near one.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import polars as pl

from orepact.engine import Arrays, Program
from orepact.errors import InputError, Problem, nearest
from orepact.model.curve import Array
from orepact.model.demand import add_demand
from orepact.model.draft import Draft, Horizon, Index
from orepact.model.factors import factors_of, scenario_problems
from orepact.model.process import add_processes, add_unsold, process_numbers
from orepact.model.quota import Quotas, add_quotas
from orepact.model.reserve import ReserveColumns, add_reserves, reserve_problems
from orepact.model.route import add_at_sea, add_routes
from orepact.model.settings import Curves
from orepact.model.stock import add_stocks
from orepact.model.tables import Tables, tables_of
from orepact.model.window import in_base_value
from orepact.network.network import Network
from orepact.policy.rules import ALL, QuotaRule, ShareRule, permitted, quotas

__all__ = ["Plan", "expected_at_sea", "plan_of"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A planning program, the numbers of its columns and rows, and what turns them into tonnes.

    `tables` are in canonical units. `worth` per node turns tonnes into base value and `scale` (USD)
    is the base value that counts as one. `limit` (months × routes, t/month), `clause` (same shape)
    and `quotas` (limits in t/month) say what policies let through; `wanted` (scenarios × months ×
    demands, t/month) is use at base prices and `activity` (scenarios × months × processes) the
    factor on processes. Numbers of columns: `consumption` (scenarios × months × demands, segments),
    `production` (scenarios × months, segments of all; `process` says whose), `flow` (scenarios ×
    months, routes, steps), `at_sea` (scenarios × routes that are expected to have something there
    at the end, segments), `holding` (scenarios × months × stocks, segments). `rows` are balance
    rows of `places`, `quota_rows` (scenarios × quotas) those of the quotas; `reserves` has the
    numbers of the columns and rows of reserves.
    """

    name: str
    months: tuple[datetime.date, ...]
    tables: Tables
    horizon: Horizon
    arrays: Arrays
    worth: Array
    scale: float
    limit: Array
    clause: np.ndarray
    quotas: Quotas
    wanted: Array
    activity: Array
    consumption: Index
    production: Index
    process: Index
    flow: Index
    at_sea: Index
    holding: Index
    reserves: ReserveColumns
    unsold: Index
    places: Index
    rows: Index
    quota_rows: Index


@dataclass(frozen=True, slots=True)
class _Trade:
    """What policies mean for routes: limits and clauses (months × routes), quotas, first limit."""

    limit: Array
    clause: np.ndarray
    quotas: Quotas
    begins: int | None


def plan_of(
    network: Network,
    *,
    months: int = 12,
    curves: Curves | None = None,
    start: datetime.date | None = None,
    kept_worth: float = 0.0,
) -> Plan:
    """Write the planning program of a network over `months` months from `start`.

    `curves` defaults to quadratic ones; `Curves.in_steps()` gives a linear program. `start`
    defaults to the network's first month; `kept_worth` (1) is the share of its price that a tonne
    left in a reserve at the end is worth. Raises `InputError` with every problem that it has.
    """
    chosen = Curves() if curves is None else curves
    dates = _dates(start or network.start, months)
    tables = tables_of(network)
    _check(network, tables, months)
    valued, worth = in_base_value(tables)
    trade = _trade(network, tables, dates)
    futures = [(scenario.name, scenario.weight) for scenario in network.scenarios]
    horizon = Horizon(months, tables.nodes.frame, *zip(*futures, strict=True))
    factor = _demand_factors(network, months)
    activity = _activity(network, tables, months, trade.begins)
    draft = Draft(Program(_title(network)), horizon)
    consumption = add_demand(draft, valued, chosen, factor.ravel())
    production = add_processes(draft, valued, chosen, activity.ravel())
    unsold = add_unsold(draft, valued, everywhere=True, flat=chosen.steps)
    limit = trade.limit * worth[tables.routes["from"]]
    flow = add_routes(draft, valued, chosen, limits=limit, expected=0.0 * valued.routes["base"])
    at_sea = add_at_sea(draft, valued, chosen, expected_at_sea(valued, limit))
    holding = add_stocks(draft, valued, chosen, share=np.eye(months)[-1])
    reserves = add_reserves(draft, valued, chosen, kept_worth=kept_worth)
    quota_rows = add_quotas(draft, _valued(trade.quotas, tables, worth), flow)
    places, rows = draft.close()
    return Plan(
        name=_title(network),
        months=dates,
        tables=tables,
        horizon=horizon,
        arrays=draft.program.assemble(),
        worth=worth,
        scale=float(tables.nodes["price"][0] / worth[0]),
        limit=trade.limit,
        clause=trade.clause,
        quotas=trade.quotas,
        wanted=factor * tables.demands["base"],
        activity=activity,
        consumption=consumption,
        production=production,
        process=process_numbers(valued, chosen).process,
        flow=flow if flow.ndim == 3 else flow[:, :, None],
        at_sea=at_sea,
        holding=holding,
        reserves=reserves,
        unsold=unsold,
        places=places,
        rows=rows,
        quota_rows=quota_rows,
    )


def _title(network: Network) -> str:
    chains = sorted({material.chain for material in network.materials if material.chain})
    return f"plan of {', '.join(chains) or network.dataset.name}"


def _dates(start: datetime.date, months: int) -> tuple[datetime.date, ...]:
    index = start.year * 12 + start.month - 1
    return tuple(
        datetime.date((index + ahead) // 12, (index + ahead) % 12 + 1, 1)
        for ahead in range(max(0, months))
    )


def _check(network: Network, tables: Tables, months: int) -> None:
    problems: list[Problem] = []
    if months < 1:
        problems.append(
            Problem("a plan needs a month", field="months", found=str(months), expected="1 or more")
        )
    if not len(tables.nodes):
        problems.append(Problem("a network without anything to plan", expected="a demand"))
    problems += [
        Problem(
            "a material needs a price above zero to be planned",
            field=f"{material.name}.price",
            found=str(material.price),
            expected="USD/t above 0",
        )
        for material in network.materials
        if material.name in set(tables.nodes["material"]) and not material.price > 0.0
    ]
    problems += [
        Problem(
            "a stock starts above its capacity",
            field=f"{stock.name}.initial",
            found=f"{stock.initial:g} t",
            expected=f"at most {stock.capacity:g} t",
        )
        for stock in network.stocks
        if stock.initial > stock.capacity
    ]
    problems += [
        Problem(
            "a plan does not know what this policy means",
            field=policy.name,
            found=type(policy).__name__,
            expected="a rule over trade: a ban, a quota or controls",
        )
        for policy in network.policies
        if not isinstance(policy, ShareRule | QuotaRule)
    ]
    problems += [
        *_support_problems(network),
        *reserve_problems(network, tables),
        *_policy_problems(network),
        *scenario_problems(network, network.scenarios),
    ]
    if problems:
        raise InputError(problems)


def _support_problems(network: Network) -> list[Problem]:
    """Refuse what depends on prices, which a plan finds last."""
    return [
        *(
            Problem(
                "a plan has no price support: what it pays depends on prices",
                field=instrument.name,
                found=type(instrument).__name__,
                expected="a simulation (`simulate` with `supports_of`)",
            )
            for instrument in network.instruments
        ),
        *(
            Problem(
                "a plan has no plants that open and close: they depend on prices",
                field=plant.name,
                expected="its process alone, or a simulation (`simulate` with `supports_of`)",
            )
            for plant in network.plants
        ),
    ]


def _policy_problems(network: Network) -> list[Problem]:
    """Refuse rules about places and materials that the network does not have."""
    regions = [region.name for region in network.regions]
    materials = [material.name for material in network.materials]
    return [
        Problem(
            "a policy names what does not exist",
            field=f"{policy.name}.{field}",
            found=repr(name),
            expected="one of " + ", ".join(known[:8]),
            nearest=nearest(name, known),
        )
        for policy in network.policies
        for field, names, known in (
            ("exporter", (getattr(policy, "exporter", ALL[0]),), regions),
            ("destinations", getattr(policy, "destinations", ALL), regions),
            ("materials", getattr(policy, "materials", ALL), materials),
        )
        for name in names
        if name not in {*known, *ALL}
    ]


def _demand_factors(network: Network, months: int) -> Array:
    """Return factors on base use, shape (scenarios, months, demands)."""
    factors = np.array([factors_of(network, each).demand for each in network.scenarios])
    factors = factors.reshape(len(network.scenarios), 1, len(network.demands))
    return np.repeat(factors, months, axis=1)


def _activity(network: Network, tables: Tables, months: int, begins: int | None) -> Array:
    """Return factors on base activity and capacity, shape (scenarios, months, processes).

    Idle capacity with a notice runs so many months after the first month that a policy limits.
    """
    factors = np.array([factors_of(network, each).process for each in network.scenarios])
    factors = factors.reshape(len(network.scenarios), 1, len(network.processes))
    notice = tables.processes["notice"]
    month = np.arange(months)[:, None]
    runs = (notice == 0) | (month >= (months if begins is None else begins) + notice)
    return factors * runs[None, :, :]


def _trade(network: Network, tables: Tables, dates: tuple[datetime.date, ...]) -> _Trade:
    """Return what the policies let through, in t/month."""
    routes = tables.routes.frame.select(
        "route", "exporter", "importer", "material", "kind", "base", "capacity"
    )
    goods = pl.DataFrame(
        [(item.name, item.mineral, "|".join(item.codes)) for item in network.materials],
        schema={"material": pl.String, "mineral": pl.String, "codes": pl.String},
        orient="row",
    )
    routes = routes.join(goods, on="material", how="left", maintain_order="left")
    count, months = len(routes), len(dates)
    shipments = routes[np.tile(np.arange(count), months)].with_columns(
        pl.Series("month", np.repeat(np.array(dates, dtype="datetime64[D]"), count))
    )
    free = permitted((), shipments)["limit"].to_numpy()
    found = permitted(network.policies, shipments)
    limit = found["limit"].to_numpy()
    touched = ((limit != free) | (found["clause"] != "").to_numpy()).reshape(months, count)
    limits = _quotas(network, shipments, dates)
    first = [int(month) for month in np.flatnonzero(touched.any(axis=1))[:1]]
    first += [int(month) for month in limits.period]
    return _Trade(
        limit.reshape(months, count),
        found["clause"].to_numpy().reshape(months, count),
        limits,
        min(first, default=None),
    )


def _quotas(network: Network, shipments: pl.DataFrame, dates: tuple[datetime.date, ...]) -> Quotas:
    count = len(shipments) // len(dates)
    names: list[str] = []
    clauses: list[str] = []
    periods: list[int] = []
    limits: list[float] = []
    pairs: list[tuple[int, int]] = []
    for policy, covered in quotas(network.policies, shipments):
        flags = covered.to_numpy().reshape(len(dates), count)
        for month, limit, clause in policy.limits(shipments).iter_rows():
            period = dates.index(month)
            pairs += [(len(names), int(route)) for route in np.flatnonzero(flags[period])]
            names.append(policy.name)
            clauses.append(clause)
            periods.append(period)
            limits.append(limit)
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Quotas(
        np.array(names, dtype=object),
        np.array(clauses, dtype=object),
        np.array(periods, dtype=np.int64),
        np.array(limits, dtype=np.float64),
        both[:, 0],
        both[:, 1],
        np.ones(len(both)),
    )


def _valued(limits: Quotas, tables: Tables, worth: Array) -> Quotas:
    """Return quotas over flows in base value: a tonne is one over its worth, relative to the limit.

    Rows are divided by the base value of the tonne that is worth most, to keep numbers near one.
    """
    value = worth[tables.routes["from"]]
    most = np.zeros(len(limits.limit))
    np.maximum.at(most, limits.quota, value[limits.route])
    most = np.where(most > 0.0, most, 1.0)
    return Quotas(
        limits.name,
        limits.clause,
        limits.period,
        limits.limit * most,
        limits.quota,
        limits.route,
        most[limits.quota] / value[limits.route],
    )


def expected_at_sea(valued: Tables, limit: Array) -> Array:
    """Return what each route is expected to have at sea at the end: its permitted base flows."""
    base, lag = valued.routes["base"], valued.routes["lag"]
    months = len(limit)
    age = np.arange(months)[::-1, None]
    counted = age < np.minimum(lag, months)[None, :]
    return np.where(counted, np.minimum(base[None, :], limit), 0.0).sum(axis=0)
