"""What purchases for a reserve do to prices, month by month, in a market without controls.

The purchase is a use of its own that gives way to no price. Everybody learns of each month's
purchase when it comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orepact.indicators.span import Span
from orepact.network.behaviour import Behaviour, representative
from orepact.network.components import Demand
from orepact.network.network import Network
from orepact.result.simulation import Restrictions, Setting, simulate
from orepact.studies.replay import WINDOW

__all__ = ["Bought", "purchase_prices"]

STIFF = 1e-3
"""Elasticity of the purchase: at ten times the price it still takes 99.8 %."""

AFTER = 3
"""Months simulated after the last purchase."""

NAME = "purchase for a reserve"


@dataclass(frozen=True, slots=True)
class Bought:
    """Prices of a form while it is bought, multiples of base.

    `mean` is the buyer's mean price over the purchases (middle, least and most of the parameter
    sets), `worst` the largest of any month of the middle set of all, `elsewhere` the mean price of
    the other places that use or make the form, `delivered` the share of the purchase that came.
    """

    mean: Span
    worst: float
    elsewhere: Span
    delivered: float
    months: int
    sets: int


def purchase_prices(
    network: Network,
    ensemble: tuple[Behaviour, ...],
    material: str,
    region: str,
    tonnes: Sequence[float],
    *,
    sets: int = 4,
) -> Bought:
    """Return what monthly purchases (t) of a form in a region do to its price.

    `sets` parameter sets beside the central one stand for the ensemble. Raises `SolveError` when a
    window is not proven optimal.
    """
    largest = max(tonnes)
    wider = network.including(
        Demand(name=NAME, region=region, material=material, base=largest, elasticity=STIFF,
               source="card:purchase-share")
    )
    months = len(tonnes) + AFTER
    at = [each.name for each in wider.demands].index(NAME)
    count = len(wider.routes)
    free = Restrictions(
        np.full((months + WINDOW, count), np.inf), *(np.zeros((months + WINDOW, count)),) * 4
    )
    demand = np.ones((months, len(wider.demands)))
    demand[:, at] = 0.0
    demand[: len(tonnes), at] = np.array(tonnes) / largest
    setting = Setting(np.ones((months, len(wider.processes))), demand)
    paid: list[float] = []
    tops: list[float] = []
    others: list[float] = []
    came = 1.0
    for behaviour in representative(ensemble, sets):
        run = simulate(wider, behaviour, free, setting, window_months=WINDOW)
        nodes = run.tables.nodes.frame
        own = (nodes["region"] == region) & (nodes["material"] == material)
        rest = (nodes["region"] != region) & (nodes["material"] == material)
        price = run.price[: len(tonnes)]
        paid.append(float(np.mean(price[:, own.to_numpy()])))
        tops.append(float(np.max(np.mean(price[:, own.to_numpy()], axis=1))))
        others.append(float(np.nanmean(price[:, rest.to_numpy()])))
        taken = run.consumption[: len(tonnes), at]
        came = min(came, float(np.sum(taken) / np.sum(tonnes)))
    return Bought(
        Span(float(np.median(paid)), min(paid), max(paid)),
        float(np.median(tops)),
        Span(float(np.median(others)), min(others), max(others)),
        came,
        len(tonnes),
        len(paid),
    )
