"""Check published claims against the dataset: supported, outside range, or cannot tell.

The rule. A claim stands for a range: its number ± half a unit of its last digit that counts, or
what its qualifier says. A figure stands for a range too: what the rounding of its printed numbers
allows. Ranges that meet: *supported*. Ranges that do not meet, not even when withheld figures and
printed bounds are taken at their most favourable: *outside range*. Everything else, and whatever
has no figure at all: *cannot tell*. Conflicting statements are listed side by side, never averaged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from orepact.data.bundle import Bundle, read_sources
from orepact.indicators.rounding import half_unit
from orepact.studies.claims.figure import SUBSTANCE, Figure, Gap, Material, material_for
from orepact.studies.claims.file import UNITS, Claim
from orepact.studies.claims.measure import compute
from orepact.studies.claims.search import Tried, definitions_near, sort_tried, try_out

__all__ = [
    "ABOUT",
    "REACH",
    "VERDICTS",
    "Cited",
    "Span",
    "Verdict",
    "VerdictWord",
    "check_claims",
    "range_of",
]

VerdictWord = Literal["supported", "outside range", "cannot tell"]
VERDICTS: tuple[VerdictWord, ...] = ("supported", "outside range", "cannot tell")

ABOUT = 0.05
"""Relative width of *about*: the number ± 5 %, or its rounding where that is wider."""

REACH = 2.0
"""Reach of a bound: *up to* 100 t means 50 to 100 t, *more than* 100 t means 100 to 200 t."""

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A closed range in the unit that figures have inside."""

    low: float
    high: float

    def meets(self, low: float, high: float) -> bool:
        """Return whether another range overlaps this one; two that only touch do not.

        A printed 69 % (68.5 to 69.5) does not bear out 70 % (69.5 to 70.5). A single number has to
        lie in the other range, ends included.
        """
        slack = 1e-9 * max(1e-9, abs(self.low), abs(self.high))
        if low == high or self.low == self.high:
            slack = -slack
        return low < self.high - slack and high > self.low + slack


@dataclass(frozen=True, slots=True)
class Cited:
    """One source behind a figure, with its licence."""

    source: str
    publisher: str
    title: str
    edition: str
    url: str
    licence: str
    licence_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A claim, the verdict on it and everything the verdict rests on.

    - `span`: the range that the claim stands for, null where its unit is none of the dataset
    - `figure`: what the claim's own definition gives; `missing` says why there is none, or which
      withheld figures decide
    - `own_source`: the figure comes from the publisher of the claim, so it is a transcription check
    - `chain`: the sources behind the figure
    - `reproduced_by`: other definitions that give the number, the most alike first; `nearest`:
      where none does, the closest; `tried`: how many were computed
    - `conflicts`: statements of the same group with another number
    """

    claim: Claim
    verdict: VerdictWord
    span: Span | None = None
    figure: Figure | None = None
    missing: str = ""
    own_source: bool = False
    chain: tuple[Cited, ...] = ()
    reproduced_by: tuple[Tried, ...] = ()
    nearest: Tried | None = None
    tried: int = 0
    conflicts: tuple[Claim, ...] = ()


def check_claims(bundle: Bundle, claims: Sequence[Claim]) -> tuple[Verdict, ...]:
    """Return a verdict on every claim, in their order.

    Deterministic: the same bundle and claims give the same verdicts. Raises `InputError` where the
    bundle cannot be read.
    """
    material = material_for(bundle, claims)
    cited = _cited(bundle)
    groups = _groups(claims)
    return tuple(_verdict(material, claim, groups, cited) for claim in claims)


def range_of(claim: Claim) -> Span | None:
    """Return the range that a claim stands for; nothing where its unit is none of the dataset.

    About: ± 5 % or its rounding. Up to, less than: from half the number to the number. At least,
    more than: from the number to its double. A claim with low and high is that range, rounded.
    """
    if claim.unit not in UNITS:
        return None
    dimension, factor = UNITS[claim.unit]
    whole = dimension not in SUBSTANCE
    ends = [each for each in (claim.low, claim.value, claim.high) if each is not None]
    if claim.value is not None and claim.qualifier in {"", "about"}:
        ends = [claim.value] if claim.low is None or claim.high is None else ends
    low, high = min(ends), max(ends)
    low_half, high_half = half_unit(low, whole=whole), half_unit(high, whole=whole)
    if claim.qualifier == "about":
        low_half, high_half = max(low_half, ABOUT * abs(low)), max(high_half, ABOUT * abs(high))
    low, high = low - low_half, high + high_half
    if claim.qualifier in {"up to", "less than"}:
        low = max(ends) / REACH
    if claim.qualifier in {"at least", "more than"}:
        high = REACH * min(ends)
    return Span(factor * low, factor * high)


def _verdict(
    material: Material,
    claim: Claim,
    groups: Mapping[str, Sequence[Claim]],
    cited: Mapping[str, Cited],
) -> Verdict:
    span = range_of(claim)
    conflicts = _conflicts(claim, groups.get(claim.group, ()))
    if span is None:
        return Verdict(
            claim=claim, verdict="cannot tell", missing=claim.missing, conflicts=conflicts
        )
    found = compute(material, claim.compute) if claim.compute else Gap(claim.missing)
    word, missing = _judge(span, found, UNITS[claim.unit][0])
    figure = found if isinstance(found, Figure) else None
    near = definitions_near(material, claim) if word != "supported" else ()
    tried = [
        each
        for each in try_out(material, (*claim.alternatives, *near), figure, (span.low, span.high))
        if each.figure.dimension == UNITS[claim.unit][0]
    ]
    matching = [each for each in tried if span.meets(each.figure.low, each.figure.high)]
    rest = sort_tried((each for each in tried if each not in matching), claim, figure)
    chain = tuple(cited[name] for name in (figure.sources if figure else ()) if name in cited)
    return Verdict(
        claim=claim,
        verdict=word,
        span=span,
        figure=figure,
        missing=missing,
        own_source=bool(chain) and all(_is_own(claim, each) for each in chain),
        chain=chain,
        reproduced_by=tuple(sort_tried(matching, claim, figure)[:SHOWN]),
        nearest=None if matching or not rest else rest[0],
        tried=len(tried),
        conflicts=conflicts,
    )


def _is_own(claim: Claim, each: Cited) -> bool:
    """Return whether a source of the figure is the one that the claim was read in."""
    return claim.source == each.source or bool(claim.url and claim.url == each.url)


def _judge(span: Span, found: Figure | Gap, dimension: str) -> tuple[VerdictWord, str]:
    """Return the verdict on a range given what was computed, and what is missing for a better."""
    if isinstance(found, Gap):
        return "cannot tell", found.missing
    if found.dimension != dimension:
        return "cannot tell", f"the definition gives {found.dimension}, the claim {dimension}"
    if span.meets(found.low, found.high):
        return "supported", ""
    if span.meets(found.least, found.most):
        return "cannot tell", _open(found)
    return "outside range", ""


def _open(figure: Figure) -> str:
    """Return why a figure leaves more room than its rounding does."""
    if figure.quality.get("basket") == "yes":
        return f"customs code {figure.quality['product']} holds other goods: an upper limit"
    if "partners_only" in str(figure.quality.get("flag", "")):
        return "only the six largest partners were reported"
    if "bound" in str(figure.quality.get("flag", "")):
        return "the source prints a bound, not a figure"
    return "withheld figures decide"


def _groups(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.group:
            groups.setdefault(claim.group, []).append(claim)
    return groups


def _conflicts(claim: Claim, group: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the other statements of a group with another number, whatever their qualifiers."""
    others = (other for other in group if other.claim != claim.claim)
    return tuple(other for other in others if _disagree(claim, other))


def _disagree(one: Claim, other: Claim) -> bool:
    mine, theirs = (range_of(replace(each, qualifier="")) for each in (one, other))
    if mine is None or theirs is None or UNITS[one.unit][0] != UNITS[other.unit][0]:
        return (one.unit, one.value) != (other.unit, other.value)
    return not mine.meets(theirs.low, theirs.high)


def _cited(bundle: Bundle) -> dict[str, Cited]:
    """Return the sources of a dataset by name."""
    columns = ("source_id", "publisher", "title", "edition", "url", "licence", "licence_status")
    rows = read_sources(bundle.folder).select(columns).iter_rows()
    return {str(row[0]): Cited(*map(str, row)) for row in rows}
