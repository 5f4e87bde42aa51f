"""Which predicted price an observed point is compared with.

Quotes and asks are compared with the marginal price, customs unit values with the transaction
price: a share of trade is exposed to the spot market, two months late.
"""

from __future__ import annotations

import numpy as np

from orepact.indicators.trajectory import SPOT_LAG
from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour
from orepact.studies.backtest.episode import Episode

__all__ = ["comparable"]


def comparable(episode: Episode, marginal: Array, spot_share: float | None = None) -> Array:
    """Return what is predicted at the observed points, shape (sets × points).

    `marginal` is the price outside (multiple of base), shape (sets × months); `spot_share`
    defaults to that of the default parameter set.
    """
    share = Behaviour().spot_share if spot_share is None else spot_share
    prices = episode.prices
    number = prices["number"].to_numpy()
    paid = (prices["kind"] == "transaction").to_numpy()
    late = marginal[:, np.maximum(number - SPOT_LAG, 0)]
    return np.where(paid, (1.0 - share) + share * late, marginal[:, number])
