"""Products in use by cohort: what enters, how long it stays, when it leaves.

Equations (van der Voet 2002; Müller 2006; Pauliuk and Heeren 2020)::

    stock[t, c]   = inflow[c] · survival(t − c)              for t ≥ c
    outflow[t, c] = stock[t − 1, c] − stock[t, c]            for t > c
    outflow[c, c] = inflow[c] − stock[c, c]

| symbol | meaning (unit) | name in code |
|---|---|---|
| t, c | year; year in which a cohort entered | rows; columns |
| inflow | tonnes that enter use in a year (t/year) | ``inflow`` |
| survival(a) | share of a cohort in use a years after it entered (1) | ``survival`` |
| stock | tonnes in use at the end of a year (t) | ``Cohorts.stock`` |
| outflow | tonnes that leave use in a year (t/year) | ``Cohorts.outflow`` |

The older *density* rule takes ``outflow[t, c] = inflow[c] · density(t − c)`` for ``t > c``; it
loses or invents a little mass where lives are short, and is kept to check published figures alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log, log1p, sqrt
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.stats import lognorm, norm, weibull_min

from orepact.errors import InputError, Problem
from orepact.units import Doc, Unit

__all__ = ["Cohorts", "Lifetime", "Shape", "cohorts", "density", "survival"]

Array = NDArray[np.float64]
Shape = Literal["fixed", "normal", "lognormal", "weibull"]
Rule = Literal["survival", "density"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """How long products stay in use.

    `spread` is the standard deviation for ``normal`` and ``lognormal``, the shape parameter k for
    ``weibull`` (1: constant rate of loss; 3: near a bell), nothing for ``fixed``.
    """

    mean: Annotated[float, Unit("year"), Doc("mean time in use"), Field(gt=0.0)]
    shape: Annotated[Shape, Doc("form of the distribution")] = "weibull"
    spread: Annotated[
        float, Doc("years (normal, lognormal), or the shape k (weibull)"), Field(gt=0.0)
    ] = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """Stock and outflow: years down, cohorts across, both in the order of the inflow."""

    stock: Array
    outflow: Array

    @property
    def in_use(self) -> Array:
        """Return the tonnes in use at the end of each year."""
        return self.stock.sum(axis=1)

    @property
    def leaving(self) -> Array:
        """Return the tonnes that leave use in each year (t/year)."""
        return self.outflow.sum(axis=1)


def survival(lifetime: Lifetime, ages: Array) -> Array:
    """Return the share of a cohort that is still in use at some ages (year).

    A product with a fixed lifetime of n years is gone at age n.
    """
    if lifetime.shape == "fixed":
        return (ages < lifetime.mean).astype(float)
    return np.asarray(_distribution(lifetime).sf(ages), dtype=float)


def density(lifetime: Lifetime, ages: Array) -> Array:
    """Return the share of a cohort that leaves per year at some ages (1/year), nothing at age 0."""
    if lifetime.shape == "fixed":
        return (ages == round(lifetime.mean)).astype(float)
    found = np.asarray(_distribution(lifetime).pdf(ages), dtype=float)
    return np.where(ages > 0.0, found, 0.0)


def cohorts(
    inflow: Array, lifetime: Lifetime, *, first: float = 0.0, rule: Rule = "survival"
) -> Cohorts:
    """Return stock and outflow of cohorts that enter year by year (t/year, consecutive years).

    `first` is the age of a cohort at the end of the year in which it enters: 0 if it enters at the
    year's end (as the published figures have it), 0.5 in its middle, 1 at its start. Raises
    `InputError` for inflows that are negative or not finite and for a `first` outside 0 to 1.
    """
    if problems := _problems(inflow, first):
        raise InputError(problems)
    years = np.arange(len(inflow), dtype=float)
    ages = years[:, None] - years[None, :]
    present = ages >= 0.0
    if rule == "density":
        outflow = np.where(present, density(lifetime, ages), 0.0) * inflow
        return Cohorts(np.where(present, inflow - np.cumsum(outflow, axis=0), 0.0), outflow)
    stock = np.where(present, survival(lifetime, np.maximum(ages + first, 0.0)), 0.0) * inflow
    before = np.vstack([np.zeros(len(inflow)), stock[:-1]]) + np.diag(inflow)
    return Cohorts(stock, before - stock)


def _distribution(lifetime: Lifetime) -> Any:
    """Return the frozen distribution of a lifetime with the mean that is stated."""
    mean, spread = lifetime.mean, lifetime.spread
    if lifetime.shape == "normal":
        return norm(loc=mean, scale=spread)
    if lifetime.shape == "lognormal":
        width = sqrt(log1p((spread / mean) ** 2))
        return lognorm(s=width, scale=exp(log(mean) - width * width / 2.0))
    return weibull_min(c=spread, scale=mean / exp(lgamma(1.0 + 1.0 / spread)))


def _problems(inflow: Array, first: float) -> list[Problem]:
    wrong = [
        Problem("an inflow is negative or not finite", field=f"inflow {place}",
                found=f"{value:g}", expected="0 or more, t/year")
        for place, value in enumerate(inflow.tolist()) if not 0.0 <= value < float("inf")
    ]
    if not 0.0 <= first <= 1.0:
        wrong.append(Problem("not a part of a year", field="first", found=f"{first:g}",
                             expected="0 to 1"))
    return wrong
