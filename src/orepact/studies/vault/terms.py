"""The terms of a reserve of the Vault kind: published ones with facts, all others as cards."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy.stats import qmc

from orepact.data.text import Document, examine, scan_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.model.curve import Array
from orepact.network.world import WORLD

__all__ = [
    "BOUNDS", "TERMS_FILE", "Fact", "Participants", "Term", "Terms", "draws_of", "read_terms",
]

TERMS_FILE = Path("reserve") / "vault.yaml"
"""The file of a dataset that holds the terms."""

BOUNDS: dict[str, tuple[float, float]] = {
    "public_loan": (0.0, math.inf),
    "tenor_years": (2.0, 40.0),
    "private_capital": (0.0, math.inf),
    "buffer_days": (1.0, 3650.0),
    "obligation_years": (1.0, 40.0),
    "funds_used": (0.0, 1.0),
    "interest_rate": (0.0, 0.5),
    "private_return": (0.0, 1.0),
    "private_along": (0.0, 1.0),
    "upfront_fee": (0.0, 1.0),
    "trader_fee": (0.0, 1.0),
    "carry_margin": (-1.0, 5.0),
    "overhead": (0.0, 1.0),
    "build_months": (1.0, 240.0),
    "purchase_months": (0.0, 60.0),
    "world_share": (0.0, 1.0),
    "interest_only_years": (0.0, 40.0),
    "restore_months": (1.0, 240.0),
    "spread_share": (0.0, 1.0),
    "draw_rate": (0.0, 1.0),
    "price_draws": (0.0, 1.0),
    "draw_limit": (0.0, 1.0),
    "emergency_rate": (0.0, 10.0),
    "emergency_months": (1.0, 240.0),
    "emergency_reach": (0.0, 1.0),
    "emergency_price": (1.0, 100.0),
    "emergency_restored": (0.0, 1.0),
    "default_rate": (0.0, 1.0),
    "largest_share": (0.0, 1.0),
    "transferred_share": (0.0, 1.0),
    "sale_discount": (0.0, 1.0),
    "origin_rule": (0.0, 1.0),
    "origin_premium": (0.0, 10.0),
    "premium_kept": (0.0, 1.0),
    "inflation": (-0.05, 0.5),
    "storage_position": (0.0, 1.0),
    "volatility": (0.0, 10.0),
    "half_life_years": (0.05, 100.0),
    "correlation": (0.0, 0.99),
}
"""The terms that a file must hold, and between which numbers each makes sense."""

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
_Fact = Annotated[str, Field(pattern=r"^F-\d{3}$")]


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term: its middle value and range, published where `facts` say so, else supposed.

    `draw` says how members differ: not at all, within the range (half of them below `value`), or
    at one end of it or the other.
    """

    term: _Name
    title: str
    unit: str
    value: Annotated[float, Field(allow_inf_nan=False)]
    low: Annotated[float, Field(allow_inf_nan=False)] | None = None
    high: Annotated[float, Field(allow_inf_nan=False)] | None = None
    draw: Literal["fixed", "range", "either"] = "range"
    facts: tuple[_Fact, ...] = ()
    reason: Annotated[str, Field(min_length=1)]

    @property
    def published(self) -> bool:
        """Whether the value was published."""
        return bool(self.facts)

    @property
    def ends(self) -> tuple[float, float]:
        """The range, which of a fixed term is its value."""
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        return low, high

    def at(self, quantile: Array) -> Array:
        """Return the term at quantiles of its range, shape as given; the middle is `value`."""
        low, high = self.ends
        if self.draw == "fixed":
            return np.full_like(quantile, self.value)
        if self.draw == "either":
            return np.where(quantile < 0.5, low, high)
        return np.interp(quantile, [0.0, 0.5, 1.0], [low, self.value, high])


@dataclass(frozen=True, kw_only=True)
class Participants:
    """Who is named as a participant, and where that was read."""

    manufacturers: Annotated[tuple[str, ...], Field(min_length=1)]
    traders: tuple[str, ...] = ()
    facts: tuple[_Fact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A published fact that is no number, in own words."""

    fact: _Fact
    says: str


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is known and supposed of a reserve; `owner` is the region that it serves."""

    vault: str
    title: str
    as_of: date
    owner: str
    participants: Participants
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    facts: tuple[Fact, ...] = ()
    note: str = ""

    def of(self, name: str) -> Term:
        """Return a term by its name."""
        return next(each for each in self.terms if each.term == name)

    @property
    def cited(self) -> tuple[str, ...]:
        """The facts that the file rests on, each once, in order."""
        named = [*self.participants.facts, *(each.fact for each in self.facts),
                 *(fact for each in self.terms for fact in each.facts)]
        return tuple(dict.fromkeys(named))


def read_terms(path: Path | None = None, facts: Collection[str] = ()) -> Terms:
    """Read a file of terms, the bundled one if none is named.

    With `facts` every fact that the file cites must be one of them. Raises `InputError` with every
    problem: terms that are missing, unknown or named twice, numbers out of their bounds or ranges.
    """
    document = scan_yaml(path or WORLD / TERMS_FILE, kind="vault-terms")
    terms, problems = examine(Terms, document)
    if terms is not None:
        problems = [*problems, *_missing(document, terms), *_wrong(document, terms),
                    *_uncited(document, terms, facts)]
    if problems or terms is None:
        raise InputError(problems)
    return terms


def _missing(document: Document, terms: Terms) -> list[Problem]:
    names = [each.term for each in terms.terms]
    return [
        document.problem(("terms",), "a term is missing", found=name, expected=name)
        for name in BOUNDS if name not in names
    ]


def _wrong(document: Document, terms: Terms) -> list[Problem]:
    found: list[Problem] = []
    names = [each.term for each in terms.terms]
    for number, each in enumerate(terms.terms):
        at = ("terms", number)
        if each.term not in BOUNDS:
            found.append(document.problem(
                (*at, "term"), "unknown term", found=each.term,
                expected=f"one of {len(BOUNDS)} terms", near=nearest(each.term, list(BOUNDS))))
            continue
        if each.term in names[:number]:
            found.append(document.problem((*at, "term"), "named twice", found=each.term,
                                          expected="one"))
        low, high = each.ends
        least, most = BOUNDS[each.term]
        if not low <= each.value <= high:
            found.append(document.problem(
                (*at, "value"), "value outside its range",
                found=f"{each.value:g} in {low:g} to {high:g}", expected="low <= value <= high"))
        if low < least or high > most:
            found.append(document.problem(
                at, "out of bounds", found=f"{low:g} to {high:g}",
                expected=f"{least:g} to {most:g} {each.unit}"))
    return found


def _uncited(document: Document, terms: Terms, facts: Collection[str]) -> list[Problem]:
    cited = [(("participants", "facts"), fact) for fact in terms.participants.facts]
    cited += [(("facts", number), each.fact) for number, each in enumerate(terms.facts)]
    cited += [(("terms", number, "facts"), fact) for number, each in enumerate(terms.terms)
              for fact in each.facts]
    return [
        document.problem(at, "unknown fact", found=fact,
                         expected="a fact of the dataset's table facts",
                         near=nearest(fact, sorted(facts)))
        for at, fact in cited if facts and fact not in facts
    ]


def draws_of(terms: Terms, count: int, seed: int) -> dict[str, Array]:
    """Return the drawn terms by name, each of shape (count,), by Latin hypercube.

    With a count of 0 there is one member, at the middle values. Source: McKay, Beckman and Conover
    1979, doi:10.1080/00401706.1979.10489755.
    """
    if count == 0:
        return {each.term: np.array([each.value]) for each in terms.terms}
    sampler = qmc.LatinHypercube(len(terms.terms), rng=np.random.default_rng(seed))
    quantiles = sampler.random(count)
    return {each.term: each.at(quantiles[:, number]) for number, each in enumerate(terms.terms)}
