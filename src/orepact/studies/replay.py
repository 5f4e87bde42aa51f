"""From the base to a first month and on from there, under several things that may happen.

What happened up to the first month is replayed once for all that mean the same past; what means the
same future from there is solved once.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import cast

import numpy as np

from orepact.model.curve import Array
from orepact.result.months import Months
from orepact.result.quotas import Quota
from orepact.result.setting import Restrictions, Setting
from orepact.result.simulation import Simulation, Simulator

__all__ = [
    "WINDOW",
    "Paths",
    "Told",
    "months_since_base",
    "paths_under",
    "replays_under",
    "rest_of",
]

WINDOW = 3
"""Months of a window."""

_HOLDING = ("supply", "demand", "process_charge", "process_floor", "offered")
"""What a setting says of a month in that month alone."""

_FORESEEN = ("route_charge", "route_tax")
"""What it says ahead, to those who know."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the simulator is told from the first month after the base on."""

    restrictions: Restrictions
    setting: Setting


@dataclass(frozen=True, slots=True)
class Paths:
    """The replayed and the further path by name; `solved` has every path once."""

    replays: dict[str, Simulation]
    further: dict[str, Simulation]
    solved: tuple[Simulation, ...]


def months_since_base(last_of_base: str, first: datetime.date, count: int) -> Months:
    """Return the months from the end of the base to the last of `count` months from `first` on.

    They reach beyond it by what a window looks ahead.
    """
    year, month = (int(part) for part in last_of_base.split("-"))
    start = Months(first.replace(year=year, month=month, day=1), 2).last
    months = (first.year - start.year) * 12 + first.month - start.month + count
    return Months(start, months + WINDOW - 1)


def paths_under(
    simulator: Simulator, told: Mapping[str, Told], replayed: int, months: int
) -> Paths:
    """Return the paths of a network under what it is told, by name.

    `replayed` months lead from the base to the first month; `months` follow. Raises `SolveError`
    when a window is not proven optimal.
    """
    replays = replays_under(simulator, told, replayed)
    futures: dict[bytes, Simulation] = {}
    further: dict[str, Simulation] = {}
    for name, one in told.items():
        later, setting = rest_of(one, replayed, months)
        future = _past(one, replayed) + b"|" + _restrictions_bytes(later) + _setting_bytes(setting)
        if future not in futures:
            futures[future] = simulator.run(later, setting, start=replays[name].last)
        further[name] = futures[future]
    solved = {id(each): each for each in (*replays.values(), *futures.values())}
    return Paths(replays, further, tuple(solved.values()))


def replays_under(
    simulator: Simulator, told: Mapping[str, Told], replayed: int
) -> dict[str, Simulation]:
    """Return the paths from the base to the first month, one for all that mean the same past."""
    pasts: dict[bytes, Simulation] = {}
    replays: dict[str, Simulation] = {}
    for name, one in told.items():
        past = _past(one, replayed)
        if past not in pasts:
            pasts[past] = simulator.run(one.restrictions, one.setting.cut(0, replayed))
        replays[name] = pasts[past]
    return replays


def rest_of(told: Told, replayed: int, months: int) -> tuple[Restrictions, Setting]:
    """Return what is told of `months` months after the replayed ones."""
    return told.restrictions.later(replayed), told.setting.cut(replayed, replayed + months)


def _past(told: Told, replayed: int) -> bytes:
    """Return what is known of the months before number `replayed`, as bytes."""
    restrictions, setting = told.restrictions, told.setting
    seen = replayed + WINDOW - 1
    parts: list[object] = _believed(restrictions, replayed)
    parts += [restrictions.alarm[:replayed], restrictions.age[:replayed]]
    for name in _HOLDING:
        array: Array | None = getattr(setting, name)
        if array is not None and not _nothing(name, array[:replayed]):
            parts.append(array[:replayed])
    charges = [row for name in _FORESEEN if (row := _foreseen(setting, name, replayed)).any()]
    if charges and setting.route_known is not None:
        parts.append(setting.route_known[:seen])
    parts += charges
    for quota in setting.quotas:
        if ((quota.known[:seen] < replayed) & (quota.period[:seen] >= 0)).any():
            parts += _quota_parts(quota.earlier(seen))
    parts += [release for release in setting.releases if release.begins < replayed]
    return b"".join(_plain(part) for part in parts)


def _believed(restrictions: Restrictions, replayed: int) -> list[object]:
    """Return what holds before month `replayed`, and what is then believed of the window's rest.

    What is not known by then is believed to stay as it is.
    """
    seen = replayed + WINDOW - 1
    known = np.where(np.isinf(restrictions.share[:seen]), 0.0, restrictions.known[:seen])
    hidden = known[replayed:] >= replayed
    told = (restrictions.share, restrictions.since, restrictions.conduit)
    rows = [array[:seen].copy() for array in told if array is not None]
    for ahead in range(seen - replayed):
        at = replayed + ahead
        stays = np.ones_like(hidden[ahead])
        for row in rows:
            if at > 0:
                row[at, hidden[ahead]] = row[at - 1, hidden[ahead]]
                stays &= row[at] == row[at - 1]
        known[at, stays] = 0.0
    if restrictions.conduit is not None and not rows[-1].any():
        _ = rows.pop()
    return [*rows, known]


def _foreseen(setting: Setting, name: str, replayed: int) -> Array:
    """Return what routes are charged before month `replayed`, then what is believed by then."""
    charge: Array | None = getattr(setting, name)
    if charge is None:
        return np.zeros(0)
    rows = charge[: replayed + WINDOW - 1].copy()
    for at in range(max(1, replayed), len(rows)):
        known = None if setting.route_known is None else setting.route_known[at]
        hidden = np.ones(rows.shape[1], dtype=bool) if known is None else known >= replayed
        rows[at, hidden] = rows[at - 1, hidden]
    return rows


def _nothing(name: str, array: Array) -> bool:
    """Return whether an optional array says what its absence says."""
    if name == "process_charge":
        return not array.any()
    if name == "process_floor":
        return bool(np.isnan(array).all())
    return name == "offered" and bool(np.isinf(array).all())


def _restrictions_bytes(restrictions: Restrictions) -> bytes:
    known = np.maximum(restrictions.known, 0.0)
    parts = (restrictions.share, restrictions.since, known, restrictions.alarm, restrictions.age)
    return b"".join(_plain(part) for part in (*parts, restrictions.conduit))


def _setting_bytes(setting: Setting) -> bytes:
    parts = [getattr(setting, each.name) for each in fields(setting) if each.name != "quotas"]
    parts += [part for quota in setting.quotas for part in _quota_parts(quota)]
    return b"".join(_plain(part) for part in parts)


def _quota_parts(quota: Quota) -> list[object]:
    return [getattr(quota, each.name) for each in fields(quota)]


def _plain(value: object) -> bytes:
    if isinstance(value, np.ndarray):
        return np.ascontiguousarray(cast("Array", value)).tobytes()
    return repr(value).encode()
