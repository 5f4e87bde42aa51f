"""What a definition of a claims file gives: a figure with its quality, or a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orepact.data.bundle import Bundle
from orepact.indicators.tables.sourcing import Imports, imports_of
from orepact.studies.claims.file import Claim, Definition

__all__ = ["SUBSTANCE", "Figure", "Gap", "Material", "material_for", "quality_of"]

SUBSTANCE = {"mass", "price", "money", "money in euro"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A computed number and what limits it.

    - `low`, `high`: what the rounding of the printed numbers allows; `least`, `most`: what withheld
      figures and bounds allow as well; all in the unit of `dimension`
    - `numerator` ÷ `denominator` (in `unit`), or `parts` where two figures were combined
    - `quality`: the columns of `shares.Share` that limit it, as they are there
    """

    value: float
    low: float
    high: float
    least: float
    most: float
    dimension: str
    sources: tuple[str, ...]
    numerator: float | None = None
    denominator: float | None = None
    unit: str = ""
    total: str = ""
    period: str = ""
    edition: str = ""
    quality: Mapping[str, Any] = field(default_factory=dict[str, Any])
    parts: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Why there is no figure."""

    missing: str


@dataclass(frozen=True, slots=True)
class Material:
    """What definitions are computed from: the tables, and imports added up by importer.

    `found` keeps what was computed, for claims that share a definition.
    """

    bundle: Bundle
    imports: Mapping[str, Imports] = field(repr=False)
    found: dict[str, Figure | Gap] = field(
        default_factory=dict[str, Figure | Gap], repr=False, compare=False
    )


def material_for(bundle: Bundle, claims: Iterable[Claim]) -> Material:
    """Return the material that the definitions of some claims need; trade is added up once."""
    asked = [one for claim in claims for one in (claim.compute, *claim.alternatives) if one]
    return Material(bundle, {name: imports_of(bundle, name) for name in sorted(_importers(asked))})


def _importers(definitions: Iterable[Definition]) -> set[str]:
    """Return every importer that definitions name, nested ones included."""
    found: set[str] = set()
    for one in definitions:
        inner = [part for part in (one.of, one.to) if part is not None]
        found |= ({one.importer} if one.importer else set[str]()) | _importers(inner)
    return found


def quality_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row that say how good its figure is, those that are given."""
    names = (
        "kind",
        "measure",
        "stage",
        "product",
        "basis",
        "unmapped",
        "withheld",
        "basket",
        "mineral_share",
        "age",
        "flag",
        "confidence",
        "grade",
        "note",
    )
    return {name: row[name] for name in names if row.get(name) not in (None, "")}
