"""Members of a should-cost price: every input drawn from its range at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.stats import qmc

from orepact.model.curve import Array
from orepact.studies.should_cost.text import CostFile, Range

__all__ = ["at", "members_of", "middle_of"]


def at(one: Range, quantile: Array) -> Array:
    """Return a range at quantiles: half of the members lie below its middle value."""
    return np.interp(quantile, [0.0, 0.5, 1.0], [one.low, one.value, one.high])


def members_of(text: CostFile, region: str, count: int, seed: int) -> dict[str, Array]:
    """Return the inputs by name in a region, each of shape (count,), by Latin hypercube.

    The same seed gives the same quantiles in every region. Source: McKay, Beckman and Conover 1979,
    doi:10.1080/00401706.1979.10489755.
    """
    sampler = qmc.LatinHypercube(len(text.inputs), rng=np.random.default_rng(seed))
    quantiles = sampler.random(count)
    return {each.input: at(each.range(region), quantiles[:, number])
            for number, each in enumerate(text.inputs)}


def middle_of(
    text: CostFile, region: str, moved: Mapping[str, float] | None = None
) -> dict[str, Array]:
    """Return one member at the middle of every range, apart from the inputs that are moved."""
    other = moved or {}
    return {each.input: np.array([other.get(each.input, each.range(region).value)])
            for each in text.inputs}
