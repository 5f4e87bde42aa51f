"""When a project that is decided on opens, and how much of it counts in a year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from orepact.network.projects import Project, Spread

__all__ = ["Leads", "available", "draw_leads", "of_quantile"]

Floats = npt.NDArray[np.float64]


class Leads:
    """Drawn years of each project, each of shape (draws, projects).

    `wait` is from the decision to the opening, `opens` the decimal year of what is decided already
    (nan for what is not), `ramp` from the opening to full output.
    """

    __slots__ = ("opens", "ramp", "wait")

    def __init__(self, wait: Floats, opens: Floats, ramp: Floats) -> None:
        """Keep the draws."""
        self.wait, self.opens, self.ramp = wait, opens, ramp

    def longer(self, factor: float, since: float) -> Leads:
        """Return the same draws with `factor` times the wait.

        What is decided already has to wait longer too: `factor` times what is left at `since`.
        """
        left = np.maximum(0.0, self.opens - since)
        return Leads(self.wait * factor, self.opens + (factor - 1.0) * left, self.ramp)


def of_quantile(spread: Spread, quantile: Floats) -> Floats:
    """Return the numbers of a triangle of chances at its quantiles (0 to 1)."""
    width = spread.high - spread.low
    if width <= 0.0:
        return np.full_like(quantile, spread.value)
    cut = (spread.value - spread.low) / width
    rising = spread.low + np.sqrt(quantile * width * (spread.value - spread.low))
    falling = spread.high - np.sqrt((1.0 - quantile) * width * (spread.high - spread.value))
    return np.where(quantile < cut, rising, falling)


def draw_leads(projects: Sequence[Project], draws: int, seed: int) -> Leads:
    """Draw lead times of projects: stratified per project and part, reproducible by seed.

    Permits, construction and ramp of a project are drawn by themselves, and so are projects: what
    delays all at once (one law, one maker of equipment) is not told. Latin hypercube: McKay,
    Beckman and Conover (1979), doi:10.1080/00401706.1979.10489755.
    """
    shape = (draws, len(projects))
    wait, opens, ramp = np.zeros(shape), np.full(shape, np.nan), np.zeros(shape)
    for number, project in enumerate(projects):
        chance = np.random.default_rng([seed, *project.name.encode()])
        u = [(chance.permutation(draws) + chance.random(draws)) / draws for _ in range(4)]
        wait[:, number] = of_quantile(project.permitting, u[0])
        wait[:, number] += of_quantile(project.construction, u[1])
        ramp[:, number] = of_quantile(project.ramp, u[2])
        if project.opens is not None:
            opens[:, number] = of_quantile(project.opens, u[3])
    return Leads(wait, opens, ramp)


def available(opening: Floats, ramp: Floats, years: Floats) -> Floats:
    """Return the share of capacity that is open in each year, the mean over the year.

    It rises from 0 at the opening to 1 after `ramp` years. Arguments are broadcast together.
    """
    opening, ramp, years = np.broadcast_arrays(opening, ramp, years)
    since = years - opening
    return _filled(since + 1.0, ramp) - _filled(since, ramp)


def _filled(since: Floats, ramp: Floats) -> Floats:
    """Return the years of full output up to `since` years after the opening."""
    safe = np.maximum(ramp, 1e-9)
    inside = np.clip(since, 0.0, safe)
    return inside**2 / (2.0 * safe) + np.maximum(since - safe, 0.0)
