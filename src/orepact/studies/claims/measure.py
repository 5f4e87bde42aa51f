"""Compute what a definition of a claims file asks for.

Amounts are tonnes, US dollars and US dollars per tonne; shares are fractions; times are years.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from orepact.indicators.rounding import half_unit
from orepact.indicators.tables.shares import concentration_of, production_rows, production_shares
from orepact.indicators.tables.sourcing import import_shares, sourcing_shares, supply_shares
from orepact.studies.claims.figure import Figure, Gap, Material, quality_of
from orepact.studies.claims.file import Definition
from orepact.studies.claims.tables import count, figure

__all__ = ["compute"]


def compute(material: Material, definition: Definition) -> Figure | Gap:
    """Return the figure that a definition asks for, or what is missing for it."""
    key = repr(definition)
    if key not in material.found:
        material.found[key] = _MEASURES[definition.measure](material, definition)
    return material.found[key]


def _production(material: Material, asked: Definition) -> Figure | Gap:
    rows = production_rows(
        material.bundle,
        asked.mineral,
        asked.stage,
        asked.year or 0,
        source=asked.source,
        edition=asked.edition,
    )
    own = rows.filter(pl.col("country") == asked.country)
    if own.is_empty():
        return Gap(f"no {asked.stage} output of {asked.mineral} in {asked.country}, {asked.year}")
    row = own.row(0, named=True)
    if row["quantity"] is None:
        return Gap(f"the output of {asked.country} in {asked.year} is withheld ({row['flag']})")
    amount = float(row["quantity"])
    half = half_unit(amount)
    return Figure(
        value=amount,
        low=amount - half,
        high=amount + half,
        least=amount - half,
        most=amount + half,
        dimension="mass" if row["unit"] == "t" else str(row["unit"]),
        unit=str(row["unit"]),
        sources=(str(row["source"]),),
        period=str(asked.year),
        edition=str(row["edition"]),
        quality=quality_of(row),
    )


def _production_share(material: Material, asked: Definition) -> Figure | Gap:
    shares = production_shares(
        material.bundle,
        asked.mineral,
        asked.stage,
        asked.year or 0,
        source=asked.source,
        edition=asked.edition,
        world=asked.world,
    )
    what = f"{asked.stage} output of {asked.mineral}, {asked.year}"
    return _one_share(shares, asked.country, what)


def _production_hhi(material: Material, asked: Definition) -> Figure | Gap:
    shares = production_shares(
        material.bundle,
        asked.mineral,
        asked.stage,
        asked.year or 0,
        source=asked.source,
        edition=asked.edition,
        world=asked.world,
    )
    return _concentration(shares, f"{asked.stage} output of {asked.mineral}, {asked.year}")


def _sourcing_share(material: Material, asked: Definition) -> Figure | Gap:
    shares = sourcing_shares(
        material.bundle,
        asked.importer,
        asked.mineral,
        stage=asked.stage,
        product=asked.product,
        kind=asked.kind,
        measure=asked.by,
        period=str(asked.period),
        code=str(asked.code),
        source=asked.source,
    )
    return _one_share(shares, asked.origin, f"sourcing of {asked.mineral} by {asked.importer}")


def _supply_share(material: Material, asked: Definition) -> Figure | Gap:
    shares = supply_shares(
        material.bundle,
        asked.mineral,
        stage=asked.stage,
        period=str(asked.period),
        source=asked.source,
    )
    return _one_share(shares, asked.country, f"world supply of {asked.mineral}")


def _import_table(material: Material, asked: Definition) -> pl.DataFrame:
    return import_shares(
        material.imports[asked.importer],
        str(asked.code).split("+"),
        asked.year or 0,
        asked.by or "quantity",
        nomenclature=asked.edition,
        origin=asked.origin,
    )


def _import_share(material: Material, asked: Definition) -> Figure | Gap:
    what = f"imports of {asked.code} by {asked.importer}, {asked.year}, by {asked.by}"
    found = _one_share(_import_table(material, asked), asked.origin, what)
    if asked.mineral and isinstance(found, Figure) and found.quality.get("basket") == "yes":
        return replace(found, least=0.0, most=1.0)
    return found


def _import_hhi(material: Material, asked: Definition) -> Figure | Gap:
    what = f"imports of {asked.code} by {asked.importer}, {asked.year}, by {asked.by}"
    return _concentration(_import_table(material, asked), what)


def _imports(material: Material, asked: Definition) -> Figure | Gap:
    table = _import_table(material, asked)
    if table.is_empty():
        words = f"{asked.importer} imports of {asked.code} in {asked.year} by {asked.by}"
        return Gap(f"no {words} from {asked.origin or 'anywhere'}")
    row = table.row(0, named=True)
    amount = float(table["numerator"].sum())
    scale = 1.0 if asked.by == "quantity" else 1e3
    least = 0.0 if asked.mineral and row["basket"] == "yes" else scale * amount
    most = float("inf") if row["flag"] else scale * amount
    return Figure(
        value=scale * amount,
        low=scale * amount,
        high=scale * amount,
        least=least,
        most=most,
        dimension="mass" if asked.by == "quantity" else "money",
        unit=str(row["unit"]),
        sources=tuple(str(row["source"]).split(", ")),
        period=str(asked.year),
        edition=str(row["edition"]),
        quality=quality_of(row),
    )


def _one_share(shares: pl.DataFrame, place: str, what: str) -> Figure | Gap:
    """Return the share of one place; a definition must single out one row."""
    if shares.is_empty():
        return Gap(f"no figure for {what}")
    rows = shares.filter(pl.col("country") == place)
    if rows.is_empty():
        return Gap(f"{place} is not among the places named for {what}")
    if rows.height > 1:
        key = ("stage", "product", "period", "measure", "source")
        differ = [name for name in key if rows[name].n_unique() > 1]
        return Gap(f"{rows.height} figures fit {what}; they differ in {', '.join(differ)}")
    row = rows.row(0, named=True)
    if row["value"] is None:
        most = 100 * float(row["most"] if row["most"] is not None else 1.0)
        return Gap(f"the figure of {place} is withheld; at most {most:.0f} % of {what}")
    return Figure(
        value=float(row["value"]),
        low=float(row["low"]),
        high=float(row["high"]),
        least=float(row["least"]),
        most=float(row["most"]),
        dimension="fraction",
        numerator=row["numerator"],
        denominator=row["denominator"],
        unit=str(row["unit"]),
        total=str(row["total"]),
        sources=tuple(str(row["source"]).split(", ")),
        period=str(row["period"]),
        edition=str(row["edition"]),
        quality=quality_of(row),
    )


def _concentration(shares: pl.DataFrame, what: str) -> Figure | Gap:
    if shares.is_empty():
        return Gap(f"no figure for {what}")
    low, high = concentration_of(shares)
    row = shares.row(0, named=True)
    return Figure(
        value=low,
        low=low,
        high=high,
        least=low,
        most=high,
        dimension="fraction",
        sources=tuple(str(row["source"]).split(", ")),
        period=str(row["period"]),
        edition=str(row["edition"]),
        quality=quality_of(row),
    )


def _combined(material: Material, asked: Definition) -> Figure | Gap:
    """Return of ÷ to, the change of ÷ to − 1, or the remainder 1 − of ÷ to."""
    if asked.of is None or asked.to is None:
        return Gap("two figures are needed")
    of, to = compute(material, asked.of), compute(material, asked.to)
    if isinstance(of, Gap):
        return of
    if isinstance(to, Gap):
        return to
    if of.dimension != to.dimension:
        return Gap(f"{of.dimension} cannot be divided by {to.dimension}")
    if to.low <= 0.0:
        return Gap("the second figure may be zero")
    most = of.most / to.least if to.least > 0.0 else float("inf")
    ratios = (of.value / to.value, of.low / to.high, of.high / to.low, of.least / to.most, most)
    value, low, high, least, most = (_shifted(asked.measure, ratio) for ratio in ratios)
    return Figure(
        value=value,
        low=min(low, high),
        high=max(low, high),
        least=min(least, most),
        most=max(least, most),
        dimension="fraction",
        sources=tuple(dict.fromkeys((*of.sources, *to.sources))),
        period=" and ".join(dict.fromkeys(text for text in (of.period, to.period) if text)),
        edition=", ".join(dict.fromkeys(text for text in (of.edition, to.edition) if text)),
        total=asked.measure,
        parts=(of, to),
        quality=of.quality,
    )


def _shifted(measure: str, ratio: float) -> float:
    return {"ratio": ratio, "change": ratio - 1.0, "remainder": 1.0 - ratio}[measure]


_MEASURES: dict[str, Callable[[Material, Definition], Figure | Gap]] = {
    "production": _production,
    "production_share": _production_share,
    "production_hhi": _production_hhi,
    "sourcing_share": _sourcing_share,
    "supply_share": _supply_share,
    "imports": _imports,
    "import_share": _import_share,
    "import_hhi": _import_hhi,
    "figure": figure,
    "count": count,
    "ratio": _combined,
    "change": _combined,
    "remainder": _combined,
}
