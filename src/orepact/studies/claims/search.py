"""Search the definition that would reproduce a claim: other years, stages, codes, editions.

The more definitions are tried, the more of them agree by chance, so their number is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import polars as pl

from orepact.indicators.tables.sourcing import UNION, UNIONS
from orepact.studies.claims.figure import Figure, Material
from orepact.studies.claims.file import Claim, Definition
from orepact.studies.claims.measure import compute

__all__ = ["Tried", "definitions_near", "sort_tried", "try_out"]

OUTPUT = ("production", "production_share", "supply_share")
SOURCED = ("sourcing_share", "import_share")


@dataclass(frozen=True, slots=True)
class Tried:
    """Another definition, what it gives, and how far that lies from the claim.

    Relative to the claim: `gap` between the ranges (0: it agrees), `off` between the numbers.
    """

    definition: Definition
    figure: Figure
    gap: float
    off: float


def definitions_near(material: Material, claim: Claim) -> tuple[Definition, ...]:
    """Return the definitions of the same kind that the tables allow for a claim."""
    asked = claim.compute
    if asked is None:
        return ()
    if asked.measure in OUTPUT:
        return tuple(_of_output(material, asked))
    if asked.measure in SOURCED:
        mineral = asked.mineral or claim.mineral
        return (
            *_published(material, asked, mineral),
            *_customs(material, asked, mineral, "import_share"),
        )
    if asked.measure == "imports":
        return tuple(_customs(material, asked, claim.mineral, "imports"))
    return ()


def try_out(
    material: Material,
    definitions: Iterable[Definition],
    known: Figure | None,
    span: tuple[float, float],
) -> list[Tried]:
    """Return what other definitions give, each once; `span` is the range of the claim.

    Definitions that give nothing, or the figure that is known already, are left out.
    """
    found: list[Tried] = []
    seen: set[str] = set()
    for definition in definitions:
        key = _plain(definition)
        if key in seen:
            continue
        seen.add(key)
        figure = compute(material, definition)
        if isinstance(figure, Figure) and figure != known:
            found.append(Tried(definition, figure, *_gap(figure, span)))
    return found


def sort_tried(tried: Iterable[Tried], claim: Claim, known: Figure | None = None) -> list[Tried]:
    """Return definitions with the nearest to the number first, then those most like the claim's.

    Most alike: the same year and stage in another edition or source, then what the claim itself
    names as an alternative, then another measure or stage of that year, then other years, the
    nearest first.
    """
    asked = claim.compute
    when = _years((asked.year or asked.period if asked else "") or (known.period if known else ""))
    stage = (asked.stage if asked else "") or (str(known.quality.get("stage", "")) if known else "")

    def order(each: Tried) -> tuple[float, int, int, float, int, str]:
        one, years = each.definition, _years(each.figure.period)
        apart = abs(max(years, default=0) - max(when, default=0)) if when else 0
        alike = asked is not None and one.measure == asked.measure and one.stage in {stage, ""}
        rank = 0 if alike and not apart else 1 if one in claim.alternatives else 2 + bool(apart)
        latest = -max(years, default=0)
        return (each.gap, rank, apart, round(each.off, 9), latest, _plain(one))

    return sorted(tried, key=order)


def _years(period: str | int) -> list[int]:
    return [int(text) for text in re.findall(r"(?:19|20)\d\d", str(period))]


def _gap(figure: Figure, span: tuple[float, float]) -> tuple[float, float]:
    """Return how far a figure's range and its value lie from a claim's, relative to its middle."""
    low, high = span
    middle = max(abs(low + high) / 2.0, 1e-12)
    gap = max(0.0, figure.low - high, low - figure.high) / middle
    return gap, abs(figure.value - (low + high) / 2.0) / middle


def _plain(definition: Definition) -> str:
    return repr(replace(definition, name=""))


def _of_output(material: Material, asked: Definition) -> Iterator[Definition]:
    """Yield the definitions of output that differ in stage, year or edition."""
    place = asked.country
    if asked.measure != "supply_share":
        rows = material.bundle.table("production").filter(mineral=asked.mineral, country=place)
        keys = rows.select("stage", "year", "source", "edition").unique().sort(pl.all())
        measure = asked.measure
        for stage, year, source, edition in keys.iter_rows():
            for world in _totals(asked, same=(stage, year) == (asked.stage, asked.year)):
                yield Definition(
                    measure=measure,
                    mineral=asked.mineral,
                    stage=stage,
                    country=place,
                    year=year,
                    source=source,
                    edition=edition,
                    world=world,
                )
    if asked.measure != "production":
        rows = material.bundle.table("global_supply").filter(mineral=asked.mineral, country=place)
        keys = rows.select("stage", "period", "source").unique().sort(pl.all())
        for stage, period, source in keys.iter_rows():
            yield Definition(
                measure="supply_share",
                mineral=asked.mineral,
                stage=stage,
                country=place,
                period=period,
                source=source,
            )


def _totals(asked: Definition, *, same: bool) -> tuple[Literal["", "printed", "sum"], ...]:
    """Return the totals to divide by: the claim's, and for its own year and stage each of them."""
    if asked.measure != "production_share":
        return ("",)
    return (asked.world, "printed", "sum") if same else (asked.world,)


def _published(material: Material, asked: Definition, mineral: str) -> Iterator[Definition]:
    """Yield the published sourcing shares of the same importer, mineral and origin."""
    importer = UNION if asked.importer in UNIONS else asked.importer
    rows = material.bundle.table("sourcing").filter(
        importer=importer, mineral=mineral, origin=asked.origin
    )
    key = ("stage", "product", "kind", "measure", "period", "code", "source")
    for row in rows.select(key).unique().sort(key).iter_rows(named=True):
        yield Definition(
            measure="sourcing_share",
            importer=asked.importer,
            mineral=mineral,
            origin=asked.origin,
            stage=row["stage"],
            product=row["product"],
            kind=row["kind"],
            by=row["measure"],
            period=row["period"],
            code=row["code"],
            source=row["source"],
        )


def _customs(
    material: Material, asked: Definition, mineral: str, measure: Literal["imports", "import_share"]
) -> Iterator[Definition]:
    """Yield the trade of the mineral's customs codes, by year and by quantity or value."""
    flows = material.imports[asked.importer].flows
    if asked.origin:
        flows = flows.filter(pl.col("origin") == asked.origin)
    codes = _codes(material, mineral)
    key = ("code", "nomenclature", "year")
    keys = flows.filter(pl.col("code").is_in(codes)).select(key).unique().sort(key)
    for code, nomenclature, year in keys.iter_rows():
        for by in ("quantity", "value") if measure == "import_share" else (asked.by,):
            yield Definition(
                measure=measure,
                importer=asked.importer,
                origin=asked.origin,
                code=code,
                year=year,
                by=cast("Any", by),
                edition=nomenclature,
                mineral=mineral,
            )


def _codes(material: Material, mineral: str) -> Sequence[str]:
    rows = material.bundle.table("concordance").filter(mineral=mineral)
    return sorted(
        {
            part
            for name in ("hs2022", "hs1992")
            for cell in rows[name]
            for part in re.split(r"[|+]", str(cell))
            if part
        }
    )
