"""What a sudden event means for routes: a stop or a new licence, laid over what holds without it.

Nobody knows of it before its first month, and nobody counts on its end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from orepact.model.curve import Array
from orepact.network.chains.chain import Chain
from orepact.network.network import Network
from orepact.policy import LicenceTemplate, share_permitted
from orepact.policy.controls import ALL
from orepact.result.restrictions import FORGETTING
from orepact.result.setting import Restrictions

__all__ = ["Held", "held_routes", "laid_over", "licence_path"]

USES = ("civil", "military", "listed")


@dataclass(frozen=True, slots=True)
class Held:
    """What an event lets through on some routes.

    `share` (months of the event × routes) is the permitted share of base flow, `first` the number
    of its first month.
    """

    routes: npt.NDArray[np.int64]
    share: Array
    first: int


def held_routes(
    network: Network, own: str, exporter: str, materials: Collection[str], buyers: Collection[str]
) -> npt.NDArray[np.int64]:
    """Return the numbers of an exporter's routes of some goods to some buyers, or to ``ALL``.

    Trade that the chain's `own` exporter did not have so far is left out, as in any control.
    """
    found = [
        number
        for number, route in enumerate(network.routes)
        if route.exporter == exporter
        and route.material in materials
        and (ALL in buyers or route.importer in buyers)
        and not (exporter == own and route.kind == "new")
    ]
    return np.array(found, dtype=np.int64)


def licence_path(
    network: Network,
    chain: Chain,
    template: LicenceTemplate,
    branch: str,
    routes: Sequence[int] | npt.NDArray[np.int64],
    months: int,
) -> Array:
    """Return the share of base trade under a new licence (months × routes), by end use."""
    civil, *others = (
        np.array([
            share_permitted(template, "licensed", month, branch, end_use=use)
            for month in range(months)
        ])
        for use in USES
    )
    found = np.empty((months, len(routes)))
    for column, number in enumerate(routes):
        route = network.routes[int(number)]
        split = _split(chain, route.material, route.importer)
        found[:, column] = (1.0 - sum(split)) * civil
        for part, path in zip(split, others, strict=True):
            found[:, column] += part * path
    return found


def laid_over(restrictions: Restrictions, event: Held) -> Restrictions:
    """Return restrictions under which an event also holds; buyers are alarmed by it in full."""
    share, since, known, alarm, age = (
        getattr(restrictions, name).copy() for name in ("share", "since", "known", "alarm", "age")
    )
    first, count = event.first, len(share)
    last = min(count, first + len(event.share))
    columns = event.routes
    number = np.arange(count, dtype=np.float64)
    known[first:, columns] = number[first:, None]
    for month in range(first, count):
        if month < last:
            share[month, columns] = np.minimum(share[month, columns], event.share[month - first])
        held = np.isfinite(share[month, columns])
        before = since[month - 1, columns] if month else 0.0
        since[month, columns] = np.where(held, before + 1.0, 0.0)
        here = alarm[month, columns] * np.exp(-age[month, columns] / FORGETTING)
        more = np.exp(-(month - first) / FORGETTING) > here
        alarm[month, columns] = np.where(more, 1.0, alarm[month, columns])
        age[month, columns] = np.where(more, month - first, age[month, columns])
    return replace(restrictions, share=share, since=since, known=known, alarm=alarm, age=age)


def _split(chain: Chain, material: str, importer: str) -> tuple[float, float]:
    """Return the military and the listed part of a destination's imports."""
    found = {
        text.region: (text.military, text.listed)
        for text in reversed(chain.text.end_use_split)
        if text.material == material
    }
    return found.get(importer, found.get(ALL, (0.0, 0.0)))
