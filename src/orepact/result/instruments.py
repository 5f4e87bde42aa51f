"""Export quotas and export taxes of a scenario as numbers for routes, month by month."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.network.network import Network
from orepact.policy.places import Places, covers
from orepact.policy.scenario.text import Quota as QuotaPart
from orepact.policy.scenario.text import Tax, last_day, start_day
from orepact.result.months import Months
from orepact.result.quotas import NO_PERIOD, Quota

__all__ = ["Cut", "cuts_of", "quotas_of", "routes_under", "taxes_of"]

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
    network: Network,
    parts: Iterable[QuotaPart],
    places: Places,
    months: Months,
    *,
    share: Array | None = None,
) -> tuple[Quota, ...]:
    """Return the quotas that meet a route.

    Those that put one act into numbers, or continue one another, are one quota with one ledger.
    A limit in tonnes is that of its period, however short; a share of base counts for the days in
    force. Of a period that had begun before the first month told, the days told have their part. On
    the days of a month outside the quota trade is free and counted at its base flow, as far as
    `share` (months × routes), what other acts permit of base flow, leaves it open.
    """
    given = list(parts)
    found: dict[tuple[str, bytes], Quota] = {}
    for part in given:
        met = routes_under(network, part, places)
        if not met:
            continue
        routes = np.array(met, dtype=np.int64)
        base = np.array([network.routes[number].base for number in met])
        quota = _quota(part, routes, base, months, None if share is None else share[:, routes])
        key = (_ledger(part, given), routes.tobytes())
        before = found.get(key)
        if before is None:
            found[key] = quota
        elif np.any((before.period != NO_PERIOD) & (quota.period != NO_PERIOD)):
            found[part.id, key[1]] = quota
        else:
            found[key] = _joined(before, quota)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Cut:
    """What a quota of a scenario holds back: its even monthly share against base trade.

    `size` is the share of base trade held back in its first month in force, as if that were whole;
    `held` that of each month, by its days in force; `leakage` how far it leaks, 1 = as a ban does.
    """

    quota: Quota
    announced: datetime.date
    effective: datetime.date
    size: float
    held: Array
    leakage: float = 1.0


def cuts_of(
    network: Network, parts: Iterable[QuotaPart], places: Places, months: Months
) -> list[Cut]:
    """Return what the quotas that meet a route hold back, one by one."""
    found: list[Cut] = []
    for part in parts:
        met = routes_under(network, part, places)
        routes = np.array(met, dtype=np.int64)
        base = np.array([network.routes[number].base for number in met])
        if base.sum() <= 0.0:
            continue
        quota = _quota(part, routes, base, months, None)
        force, share = _in_force(part, months), np.zeros(months.count)
        for number in np.flatnonzero(quota.period != NO_PERIOD):
            same = np.flatnonzero(quota.period == quota.period[number])
            days = float(quota.left[same[0]] * force[same[0]])
            share[number] = max(0.0, 1.0 - float(quota.limit[number]) / days / base.sum())
        first = share[quota.period != NO_PERIOD][:1]
        found.append(
            Cut(
                quota,
                start_day(part.announced),
                start_day(part.effective),
                float(first.sum()),
                share * force,
                part.leakage.value,
            )
        )
    return found


def _ledger(part: QuotaPart, parts: Iterable[QuotaPart]) -> str:
    """Return the name under which a quota's shipments are booked."""
    by_id = {each.id: each for each in parts}
    seen: set[str] = set()
    here = part
    while here.continues in by_id and here.continues not in seen:
        seen.add(here.continues)
        here = by_id[here.continues]
    return here.act or here.id


def _joined(first: Quota, second: Quota) -> Quota:
    """Return two quotas that are never in force in the same month as one."""
    if np.argmax(second.period != NO_PERIOD) < np.argmax(first.period != NO_PERIOD):
        first, second = second, first
    late = second.period != NO_PERIOD
    begun = np.cumsum(late) > 0
    merged: dict[str, Any] = {
        name: np.where(late, getattr(second, name), getattr(first, name))
        for name in ("period", "limit", "free", "left", "pace", "carry", "lapse")
    }
    known = np.where(begun, second.known, first.known)
    return replace(first, known=known, **merged)


def _quota(
    part: QuotaPart,
    routes: npt.NDArray[np.int64],
    base: Array,
    months: Months,
    share: Array | None,
) -> Quota:
    length = MONTHS_IN[part.per]
    before = length - 1
    whole = Months(months.date(-before), before + months.count + length)
    force = _in_force(part, whole)
    index = np.array([_month_index(whole.date(number)) for number in range(whole.count)])
    period = np.where(force > 0.0, index // length, NO_PERIOD)
    number, told = np.arange(whole.count), slice(before, before + months.count)
    keeps = 1.0 - part.reserve_share.value
    limit, left = np.zeros(whole.count), np.ones(whole.count)
    for month in np.flatnonzero((force > 0.0) & (number >= before)):
        same = period == period[month]
        days = float(force[same & (number >= before)].sum())
        if part.share_of_base is not None:
            limit[month] = keeps * part.share_of_base.value * float(base.sum()) * days
        elif part.limit is not None:
            limit[month] = keeps * part.limit.value * days / float(force[same].sum())
        left[month] = force[same & (number >= month)].sum() / force[month]
    here = force[told]
    open_share = np.ones((months.count, len(routes))) if share is None else np.minimum(share, 1.0)
    free = np.maximum(0.0, open_share - here[:, None]) @ base
    size = months.count
    carry = part.carry_over
    return Quota(
        name=part.id,
        routes=routes,
        period=period[told],
        limit=limit[told],
        free=np.where(here > 0.0, free, 0.0),
        left=left[told],
        known=_known(part, months),
        pace=np.full(size, np.inf if part.pace is None else part.pace.value),
        carry=np.full(size, 0.0 if carry is None else carry.fraction.value),
        lapse=np.full(size, 0 if carry is None else carry.months, dtype=np.int64),
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
