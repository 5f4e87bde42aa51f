"""Export quotas and export taxes of a scenario as numbers for routes, month by month."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.network.network import Network
from orepact.policy.places import Places, covers
from orepact.policy.scenario.text import Quota as QuotaPart
from orepact.policy.scenario.text import Tax, last_day, start_day
from orepact.result.months import Months
from orepact.result.quotas import NO_PERIOD, Quota

__all__ = ["quotas_of", "routes_under", "taxes_of"]

MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
_OPEN = datetime.date.max
_EVADING = ("undeclared", "conduit")


def routes_under(network: Network, part: QuotaPart | Tax, places: Places) -> list[int]:
    """Return the routes that a quota or tax meets; trade that evades controls evades these too."""
    return [
        number
        for number, route in enumerate(network.routes)
        if route.material in part.materials
        and route.kind not in _EVADING
        and covers(places, (part.issuer,), route.exporter)
        and covers(places, part.destinations, route.importer)
        and not covers(places, (part.issuer, *part.excluded), route.importer)
    ]


def quotas_of(
    network: Network, parts: Iterable[QuotaPart], places: Places, months: Months
) -> tuple[Quota, ...]:
    """Return the quotas that meet a route.

    A period that is cut, by the first month told or by the days on which the quota is in force,
    has its share of the limit; on the days of a month before that trade is free and counted at its
    base flow.
    """
    found: list[Quota] = []
    for part in parts:
        routes = routes_under(network, part, places)
        if routes:
            base = sum(network.routes[number].base for number in routes)
            found.append(_quota(part, np.array(routes, dtype=np.int64), base, months))
    return tuple(found)


def _quota(part: QuotaPart, routes: npt.NDArray[np.int64], base: float, months: Months) -> Quota:
    length = MONTHS_IN[part.per]
    whole = months.count + length
    force = _in_force(part, Months(months.first, whole))
    index = np.array([_month_index(months.date(number)) for number in range(whole)])
    period = np.where(force > 0.0, index // length, NO_PERIOD)
    size = part.limit.value if part.limit is not None else 0.0
    if part.share_of_base is not None:
        size = part.share_of_base.value * base * length
    size *= 1.0 - part.reserve_share.value
    limit, left = np.zeros(whole), np.ones(whole)
    for number in np.flatnonzero(force > 0.0):
        same = period == period[number]
        limit[number] = size * force[same].sum() / length
        left[number] = force[same & (np.arange(whole) >= number)].sum() / force[number]
    told = slice(0, months.count)
    return Quota(
        name=part.id,
        routes=routes,
        period=period[told],
        limit=limit[told],
        free=np.where(force > 0.0, (1.0 - force) * base, 0.0)[told],
        left=left[told],
        known=_known(part, months),
        pace=np.inf if part.pace is None else part.pace.value,
        carry=0.0 if part.carry_over is None else part.carry_over.fraction.value,
        lapse=0 if part.carry_over is None else part.carry_over.months,
    )


def _month_index(day: datetime.date) -> int:
    return day.year * 12 + day.month - 1


def _in_force(part: QuotaPart | Tax, months: Months) -> Array:
    """Return the share of each month's days on which a quota or tax is in force."""
    first, last = start_day(part.effective), _OPEN if part.until is None else last_day(part.until)
    return np.array([months.in_force(number, first, last) for number in range(months.count)])


def _known(part: QuotaPart | Tax, months: Months) -> Array:
    """Return in which month it became known what holds in each: beginning and end are announced."""
    announced = months.number(start_day(part.announced))
    number = np.arange(months.count, dtype=np.float64)
    begun = number >= months.number(start_day(part.effective))
    return np.where(begun, np.minimum(number, announced), number)


def taxes_of(
    network: Network, parts: Sequence[Tax], places: Places, months: Months
) -> tuple[Array, Array] | None:
    """Return tax rates and the months in which they became known (months × routes).

    Rates are fractions of the exporter's price; several taxes on a route add up. None when no tax
    meets a route.
    """
    size = (months.count, len(network.routes))
    rate, known = np.zeros(size), np.full(size, -np.inf)
    for part in parts:
        routes = routes_under(network, part, places)
        begun = np.arange(months.count) >= months.number(start_day(part.effective))
        rate[:, routes] += part.rate.value * _in_force(part, months)[:, None]
        here = np.where(begun, _known(part, months), -np.inf)
        known[:, routes] = np.maximum(known[:, routes], here[:, None])
    if not rate.any():
        return None
    number = np.arange(months.count, dtype=np.float64)[:, None]
    return rate, np.where(np.isfinite(known), known, number)
