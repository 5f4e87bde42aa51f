"""How often a government restricts exports of a mineral: a Gamma-Poisson rate from the register.

An event is a day on which an issuer announced at least one restricting act on a mineral. Rates are
per year, and of announcements: how long an act holds, and how hard, is the register's own matter.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from scipy.special import gammaincinv

from orepact.indicators.figure import Figure, Input
from orepact.policy.controls import Act, Item
from orepact.policy.forms import Forms
from orepact.policy.register import Register

__all__ = [
    "GROUPS",
    "RESTRICTING",
    "Prior",
    "Rate",
    "Restriction",
    "act_inputs",
    "chance",
    "disruption_rate",
    "exposure",
    "gamma_poisson",
    "rate_figure",
    "restrictions_of",
]

RESTRICTING = frozenset(
    {
        "export_licence",
        "export_permit",
        "export_ban",
        "export_quota",
        "export_tax",
        "export_restriction",
        "informal_embargo",
        "extraterritorial_licence",
        "supply_stop",
        "production_quota",
        "exporter_whitelist",
    }
)
"""Kinds of acts that count: those that limit what may leave. Lists of persons, enforcement,
technology licences, duties, relief and repeal do not."""

GROUPS = frozenset({"rare_earths", "lree", "hree", "pgm"})
"""Groups whose acts meet every member; elsewhere a parent is another product of the same chain."""

_CATCH_ALL = frozenset({"all_critical", "all_raw_minerals"})
_YEAR = 365.25
LEVEL = 0.9
"""Probability inside a credible interval."""

METHOD = "Gamma-Poisson conjugate rate; Gelman et al., Bayesian Data Analysis, 3rd ed., 2013, 2.6"


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restricting act: its issuer, the day it was announced, the minerals it meets.

    `day` is the last day that the printed date can mean, so that nothing is known too early.
    """

    act: str
    issuer: str
    day: datetime.date
    minerals: frozenset[str]
    reference: str = ""

    @property
    def source(self) -> str:
        """The act as the source of a figure: ``control:<id>``."""
        return f"control:{self.act}"


@dataclass(frozen=True, slots=True)
class Prior:
    """Gamma prior of a rate: `events` (shape) in `years` (rate), of which the last `window` count.

    Exposure does not begin before `first_year`.
    """

    events: float
    years: float
    window: float
    first_year: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Posterior of a rate (1/year): Gamma with `shape` and `years`; mean and credible interval."""

    shape: float
    years: float
    mean: float
    low: float
    high: float


def gamma_poisson(
    events: float, years: float, *, prior_events: float, prior_years: float, level: float = LEVEL
) -> Rate:
    """Return the posterior of a Poisson rate (1/year) after `events` in `years` of exposure.

    Prior Gamma(prior_events, prior_years), posterior Gamma(prior_events + events, prior_years +
    years), mean shape/years, equal-tailed interval of probability `level`. Raises `ValueError` for
    negative counts or exposure, or a prior that is not positive. Source: Gelman et al. 2013, 2.6.
    """
    if events < 0 or years < 0 or prior_events <= 0 or prior_years <= 0:
        raise ValueError("events and years must be 0 or more, the prior must be positive")
    shape, rate = prior_events + events, prior_years + years
    low, high = _interval(shape, level)
    return Rate(shape, rate, shape / rate, low / rate, high / rate)


@cache
def _interval(shape: float, level: float) -> tuple[float, float]:
    tail = (1.0 - level) / 2.0
    return float(gammaincinv(shape, tail)), float(gammaincinv(shape, 1.0 - tail))


def chance(rate: Rate, years: float) -> tuple[float, float, float]:
    """Return the chance of at least one event in the next `years`, and its low and high.

    Predictive: 1 - (b / (b + years))**a for Gamma(a, b); low and high: 1 - exp(-rate * years) at
    the ends of the interval. Fractions.
    """
    predictive = 1.0 - (rate.years / (rate.years + years)) ** rate.shape
    return predictive, -math.expm1(-rate.low * years), -math.expm1(-rate.high * years)


def restrictions_of(register: Register) -> tuple[Restriction, ...]:
    """Return the restricting acts of a register in order of day and id.

    Proposals and acts of a branch do not count; an act without any date neither.
    """
    members = _members(register.forms)
    found = [
        Restriction(act.id, act.issuer, day, _met(act, register.forms, members), act.reference)
        for act in register.acts
        if act.kind in RESTRICTING and act.layer != "proposal" and not act.hypothetical
        for day in _announced(act)
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.act)))


def _announced(act: Act) -> tuple[datetime.date, ...]:
    day = act.announced or act.effective or act.in_force_by
    return (day.last,) if day else ()


def _members(forms: Forms) -> Mapping[str, frozenset[str]]:
    """Return what an act on each mineral meets: its chain upwards, a group's members downwards."""
    up = {mineral.id: mineral.parent for mineral in forms.minerals}
    lines = {name: _line(name, up) for name in up}
    return {
        name: lines[name]
        | (
            frozenset(each for each in up if name in lines[each])
            if name in GROUPS
            else frozenset[str]()
        )
        for name in up
    }


def _line(name: str, up: Mapping[str, str]) -> frozenset[str]:
    found: set[str] = set()
    while name and name not in found:
        found.add(name)
        name = up.get(name, "")
    return frozenset(found)


def _met(act: Act, forms: Forms, members: Mapping[str, frozenset[str]]) -> frozenset[str]:
    of_material = {form.id: form.mineral for form in forms.materials}
    named = {
        name
        for clause in act.clauses
        for item in clause.items
        for name in _named(item, of_material)
    }
    return frozenset[str]().union(*(members.get(name, frozenset({name})) for name in named))


def _named(item: Item, of_material: Mapping[str, str]) -> Iterable[str]:
    """Return the minerals of an item; those of its materials where it names none by itself."""
    own = [name for name in item.minerals if name not in _CATCH_ALL]
    return own or [of_material[name] for name in item.materials if name in of_material]


def disruption_rate(
    restrictions: Iterable[Restriction],
    issuer: str,
    mineral: str,
    on: datetime.date,
    prior: Prior,
) -> tuple[Rate, tuple[Restriction, ...], float]:
    """Return rate (1/year), acts and exposure (years) of an issuer and mineral, known on a day.

    Only acts announced on or before `on`, within the window of the prior, count; those of one day
    are one event.
    """
    years = exposure(on, prior)
    since = on - datetime.timedelta(days=_YEAR * years)
    acts = tuple(
        one
        for one in restrictions
        if one.issuer == issuer and mineral in one.minerals and since < one.day <= on
    )
    events = len({one.day for one in acts})
    rate = gamma_poisson(events, years, prior_events=prior.events, prior_years=prior.years)
    return rate, acts, years


def exposure(on: datetime.date, prior: Prior) -> float:
    """Return the years of the register that count on a day."""
    since = datetime.date(prior.first_year, 1, 1)
    return min(prior.window, max(0.0, (on - since).days / _YEAR))


def act_inputs(acts: Iterable[Restriction]) -> tuple[Input, ...]:
    """Return restricting acts as inputs of a figure, one each."""
    return tuple(
        Input(
            name=f"restriction by {one.issuer}",
            value=1.0,
            unit="1",
            source=one.source,
            period=one.day.isoformat(),
            where=one.reference,
        )
        for one in acts
    )


def rate_figure(
    restrictions: Iterable[Restriction],
    issuer: str,
    mineral: str,
    on: datetime.date,
    prior: Prior,
) -> Figure:
    """Return the rate of restrictions of an issuer and mineral (1/year) with its acts.

    `low` and `high` are the credible interval; the prior's numbers are cards.
    """
    rate, acts, years = disruption_rate(restrictions, issuer, mineral, on, prior)
    events = len({one.day for one in acts})
    return Figure(
        indicator="disruption_rate",
        value=rate.mean,
        low=rate.low,
        high=rate.high,
        unit="1/year",
        region=issuer,
        mineral=mineral,
        period=on.isoformat(),
        arithmetic=f"({prior.events:g} + {events}) / ({prior.years:g} + {years:.1f} years)",
        method=METHOD,
        inputs=(
            _card("prior events", prior.events, "1", "prior-events"),
            _card("prior years", prior.years, "years", "prior-years"),
            *act_inputs(acts),
        ),
        coverage={"events": events, "exposure_years": round(years, 2), "interval": LEVEL},
    )


def _card(name: str, value: float, unit: str, card: str) -> Input:
    return Input(name=name, value=value, unit=unit, source=f"card:warning-{card}")
