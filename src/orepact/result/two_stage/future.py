"""What may happen after a reserve was bought: futures with weights, and their cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from orepact.errors import InputError, Problem
from orepact.model.curve import Array
from orepact.model.factors import factors_of, scenario_problems
from orepact.network.network import Network, Scenario

__all__ = ["Case", "Future", "check_cases", "mean_future", "month_by_month"]

TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Future:
    """A possible future with its weight: what changes, and from which month.

    - `demand`, `production`: factors on base use and activity in all months, named as in `Scenario`
    - `limit` (months × routes, t/month) takes the place of what a route may carry; NaN leaves it
    - `use` (months × demands), `activity` (months × processes): further factors, month by month
    - `network`: the same components with other numbers (elasticities, slopes), None = the case's

    The last row of an array lasts. `crisis` is the number of the first month in which reserves may
    be released; None = the first in which a route may carry less, or a process make less, than
    usual. Idle capacity with a notice starts so many months after a route may first carry less.
    """

    name: str
    weight: float = 1.0
    demand: Mapping[str, float] = field(default_factory=dict[str, float])
    production: Mapping[str, float] = field(default_factory=dict[str, float])
    limit: Array | None = None
    use: Array | None = None
    activity: Array | None = None
    network: Network | None = None
    crisis: int | None = None

    @property
    def calm(self) -> Future:
        """Return the same future without limits or outages; its demand stays."""
        return replace(self, production={}, limit=None, activity=None, crisis=None)

    @property
    def scenario(self) -> Scenario:
        """Return its factors as a scenario."""
        return Scenario(name=self.name, demand=self.demand, production=self.production)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A network with reserves and the futures it faces; cases share nothing but the budget.

    `highest` (multiple of the base price) is what a tonne of it is worth at most; None = as asked.
    """

    name: str
    network: Network
    futures: tuple[Future, ...]
    highest: float | None = None


def month_by_month(array: Array, months: int) -> Array:
    """Return an array with `months` rows, the last one repeated."""
    return array[np.minimum(np.arange(months), len(array) - 1)]


def check_cases(cases: Sequence[Case]) -> None:
    """Refuse cases that contradict themselves; raises `InputError` with every problem."""
    names = [case.name for case in cases]
    problems = [
        Problem("a case is named twice", found=name, expected="a name used once")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    for case in cases:
        problems += _case_problems(case)
    if problems:
        raise InputError(problems)


def _case_problems(case: Case) -> list[Problem]:
    problems: list[Problem] = []
    weights = [future.weight for future in case.futures]
    if weights and (min(weights) < 0.0 or abs(sum(weights) - 1.0) > TINY):
        problems.append(
            Problem(
                "weights of futures do not sum to 1",
                field=case.name,
                found=f"{sum(weights):g}, least {min(weights):g}",
                expected="1, none below 0",
            )
        )
    if len({future.name for future in case.futures}) < len(case.futures):
        problems.append(
            Problem("two futures have the same name", field=case.name, expected="names used once")
        )
    problems += scenario_problems(case.network, [future.scenario for future in case.futures])
    for future in case.futures:
        problems += _array_problems(case, future)
    return problems


def _array_problems(case: Case, future: Future) -> list[Problem]:
    problems: list[Problem] = []
    sizes = {
        "limit": len(case.network.routes),
        "use": len(case.network.demands),
        "activity": len(case.network.processes),
    }
    for name, width in sizes.items():
        array: Array | None = getattr(future, name)
        if array is None:
            continue
        at = f"{case.name}.{future.name}.{name}"
        if array.ndim != 2 or array.shape[1] != width or not len(array):
            problems.append(
                Problem(
                    "an array of a future has the wrong shape",
                    field=at,
                    found=str(array.shape),
                    expected=f"(months, {width})",
                )
            )
        elif np.any(array < 0.0) or (name != "limit" and not np.all(np.isfinite(array))):
            problems.append(
                Problem(
                    "an array of a future has impossible numbers", field=at, expected="0 or more"
                )
            )
    other = future.network
    if other is not None and _names(other) != _names(case.network):
        problems.append(
            Problem(
                "the network of a future has other components",
                field=f"{case.name}.{future.name}.network",
                expected="the components of the case, with other numbers",
            )
        )
    return problems


def _names(network: Network) -> list[list[str]]:
    kinds = (network.processes, network.routes, network.stocks, network.reserves, network.demands)
    return [[each.name for each in kind] for kind in kinds]


def mean_future(case: Case, limit: Array, months: int) -> Future:
    """Return the weighted mean of a case's futures: one future that is all of them on average.

    `limit` (months × routes, t/month) is what the plan lets through. A route that may carry
    anything counts with twice its base flow, or the largest limit of any future if that is more.
    """
    use = np.zeros((months, len(case.network.demands)))
    activity = np.zeros((months, len(case.network.processes)))
    limits: list[Array] = []
    for future in case.futures:
        factors = factors_of(case.network, future.scenario)
        one, each = np.ones_like(use), np.ones_like(activity)
        use += future.weight * factors.demand * _or(future.use, one, months)
        activity += future.weight * factors.process * _or(future.activity, each, months)
        own = _or(future.limit, limit, months)
        limits.append(np.where(np.isnan(own), limit, own))
    if not limits:
        return Future(name="mean")
    base = np.array([route.base for route in case.network.routes])
    whole = np.array(limits)
    finite = np.where(np.isfinite(whole), whole, 0.0).max(axis=(0, 1))
    counted = np.where(np.isfinite(whole), whole, np.maximum(2.0 * base, finite))
    weight = np.array([future.weight for future in case.futures])
    free = np.isinf(whole).all(axis=0)
    carried = np.where(free, np.inf, np.tensordot(weight, counted, axes=1))
    return Future(name="mean", limit=carried, use=use, activity=activity)


def _or(array: Array | None, otherwise: Array, months: int) -> Array:
    return otherwise if array is None else month_by_month(array, months)
