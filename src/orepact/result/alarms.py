"""What besides acts alarms buyers: outages where the goods are made, and quotas that cut trade."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.network.network import Network
from orepact.network.regions import meant_by
from orepact.policy.scenario.text import Outage, start_day
from orepact.result.instruments import Cut
from orepact.result.months import Months
from orepact.result.restrictions import FORGETTING, nearness, rest_of_month
from orepact.result.setting import Restrictions

__all__ = ["QUOTA_ALARM", "alarmed_by_outages", "alarmed_by_quotas"]

Index = npt.NDArray[np.int64]

QUOTA_ALARM = 1.0
"""Weight of a quota's alarm per share of trade that it cuts anew (card)."""


def alarmed_by_outages(
    network: Network, outages: Iterable[Outage], months: Months, restrictions: Restrictions
) -> Restrictions:
    """Let those who buy what stands still, or what is made from it, want more stock.

    An outage of a process that the network does not have alarms nobody.
    """
    found = replace(restrictions, alarm=restrictions.alarm.copy(), age=restrictions.age.copy())
    for part in outages:
        where = meant_by(network.regions, part.region)
        goods = _made_from(network, part.process, where)
        since = np.arange(months.count) - months.number(start_day(part.month))
        weight = np.full(months.count, part.alarm.value)
        for column, route in enumerate(network.routes):
            if route.exporter in where and route.material in goods:
                _alarm(found, column, weight, since)
    return found


def _made_from(network: Network, recipe: str, regions: Collection[str]) -> set[str]:
    """Return the materials that a process makes in some regions, and those made from them."""
    found = {
        material
        for process in network.processes
        if process.region in regions and process.name.rpartition("@")[0] == recipe
        for material in process.outputs
    }
    open_ones = list(found)
    for material in open_ones:
        for process in network.processes:
            if material in process.inputs:
                open_ones += [each for each in process.outputs if each not in found]
                found |= set(process.outputs)
    return found


def alarmed_by_quotas(
    cuts: Sequence[Cut], months: Months, restrictions: Restrictions
) -> Restrictions:
    """Let buyers want more stock from the announcement of a quota on, by what it cuts anew.

    The weight is the share of base trade by which the quota's even monthly share is less than what
    was permitted in the month before it: 1 is a ban of free trade (card `quota-alarm`). A quota
    from before the first month alarms nobody, nor does a tax, which stops no trade.
    """
    found = replace(restrictions, alarm=restrictions.alarm.copy(), age=restrictions.age.copy())
    number = np.arange(months.count)
    for cut in cuts:
        effective = months.number(cut.effective)
        if not 0 <= effective < months.count:
            continue
        for column in cut.quota.routes:
            held = 0.0
            if effective:
                held = max(0.0, 1.0 - float(restrictions.share[effective - 1, column]))
                others = [each for each in cuts if column in each.quota.routes]
                held = max(held, *(float(each.held[effective - 1]) for each in others))
            since = number - months.number(cut.announced)
            anew = QUOTA_ALARM * max(0.0, cut.size - held)
            weight = np.full(months.count, min(1.0, anew))
            weight = np.where(since == 0, weight * rest_of_month(cut.announced), weight)
            _alarm(found, int(column), weight * nearness(effective - number), since)
    return found


def _alarm(restrictions: Restrictions, column: int, weight: Array, since: Index) -> None:
    """Write an alarm where it weighs more than the one that stands there."""
    alarm, age = restrictions.alarm[:, column], restrictions.age[:, column]
    fading = np.exp(-np.maximum(0, since) / FORGETTING)
    more = (since >= 0) & (weight * fading > alarm * np.exp(-age / FORGETTING))
    alarm[more], age[more] = weight[more], since[more]
