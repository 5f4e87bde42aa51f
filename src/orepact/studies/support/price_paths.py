"""Price paths round a settled market: by how much prices may lie off it, month by month.

Two processes stand side by side (`orepact.indicators.support.processes`), as yearly prices cannot
tell them apart: a geometric Brownian motion without drift, and Schwartz's process that returns to
the settled path. Both have that path as their mean in every month. Volatility is what yearly
prices of the dataset show (`orepact.indicators.support.movement`); by how much that may be off, and
the half-life, are drawn for every path from the ranges that the terms of the vault have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from orepact.data.bundle import Bundle
from orepact.indicators.support.movement import movements_of, series_of
from orepact.indicators.support.processes import (
    PROCESSES,
    Brownian,
    Process,
    price_paths,
    returning_to,
)
from orepact.model.curve import Array
from orepact.network.components import Material
from orepact.studies.vault.terms import read_terms

__all__ = ["PROCESSES", "Process", "Range", "Spread", "spread_of"]

YEAR = 12
"""Months of a year."""

Range = tuple[float, float, float]
"""The lowest, the middle and the highest number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far prices stray: yearly volatility (1/√year) and its factor, half-life (years), paths.

    `series` is the mineral whose yearly prices the volatility is of, `changes` how many changes of
    it were read, 0 where the median of all minerals stands for it. `factor` (on the volatility) and
    `half_life` are drawn for every path.
    """

    series: str
    volatility: float
    changes: int
    factor: Range
    half_life: Range
    paths: int
    seed: int

    def multiples(self, process: Process, months: int) -> Array:
        """Return prices ÷ those of the settled path, paths × months; the same for every support.

        Their mean is 1 in every month.
        """
        random = np.random.default_rng(self.seed)
        shocks = random.standard_normal((months, self.paths))
        quantiles = qmc.LatinHypercube(2, rng=random).random(self.paths)
        volatility = self.volatility * _at(self.factor, quantiles[:, 0])
        half_life = _at(self.half_life, quantiles[:, 1])
        motion = (Brownian(volatility=volatility) if process == "walk"
                  else returning_to(1.0, half_life, volatility))
        ends = [motion.moments(np.zeros(self.paths), (month + 1) / YEAR)
                for month in range(months)]
        mean = np.array([np.exp(centre + deviation**2 / 2.0) for centre, deviation in ends])
        return (price_paths(motion, 1.0, shocks) / mean).T


def spread_of(bundle: Bundle, material: Material, *, paths: int, seed: int) -> Spread:
    """Return how far the price of a material strays, from yearly prices of the dataset."""
    series = series_of(bundle, material.name, material.mineral)
    movement = movements_of(bundle, [series])[series]
    terms = read_terms()
    factor, half_life = (
        (term.ends[0], term.value, term.ends[1])
        for term in (terms.of("volatility"), terms.of("half_life_years"))
    )
    return Spread(series=series, volatility=movement.volatility, changes=movement.changes,
                  factor=factor, half_life=half_life, paths=paths, seed=seed)


def _at(span: Range, quantile: Array) -> Array:
    """Return numbers at quantiles of a range; the middle one is its value."""
    return np.interp(quantile, [0.0, 0.5, 1.0], span)
