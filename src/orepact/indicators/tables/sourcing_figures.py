"""Shares of an importer's supply as figures: by customs code, and as publishers print them."""

from __future__ import annotations

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.figure import Figure, Input
from orepact.indicators.tables.sourcing import Imports, import_shares, sourcing_shares

__all__ = ["code_shares", "published_shares", "share_figures"]

CUSTOMS = "share of an origin in imports under one customs code, product weight or value"
CITED = "share as printed by the publisher"

_LIMITS = ("unmapped", "withheld", "basket", "mineral_share", "age", "kind", "measure", "total")


def share_figures(shares: pl.DataFrame, region: str, method: str) -> list[Figure]:
    """Return a table of shares (columns `shares.COLUMNS`) as figures (1)."""
    return [
        Figure(
            indicator="sourcing share",
            value=row["value"],
            unit="1",
            region=region,
            mineral=row["mineral"],
            stage=row["stage"],
            form=row["product"],
            partner=row["country"],
            period=row["period"],
            low=row["low"],
            high=row["high"],
            arithmetic=_arithmetic(row),
            method=method,
            missing=""
            if row["value"] is not None
            else f"not printed (flag {row['flag'] or 'none'})",
            note=row["note"],
            inputs=(_input(row),),
            coverage={name: row[name] for name in _LIMITS},
        )
        for row in shares.sort("value", descending=True, nulls_last=True).iter_rows(named=True)
    ]


def code_shares(
    imports: Imports, mineral: str, year: int, *, measure: str = "quantity"
) -> list[Figure]:
    """Return the origins of a region's imports under each customs code of a mineral (1).

    `imports` is of `imports_of`, made once for many minerals. Shares of a basket are those of all
    minerals in it. A code without trade gives a figure that says so.
    """
    rows = imports.bundle.table("concordance").filter(mineral=mineral)
    figures: list[Figure] = []
    for row in rows.iter_rows(named=True):
        pairs = [pair.split(":") for pair in row["bilateral"].split("|") if pair]
        tables = [
            import_shares(
                imports, [code], year, measure, nomenclature=nomenclature, mineral=mineral
            )
            for nomenclature, code in pairs
        ]
        found = next((table for table in tables if table.height), None)
        if found is None:
            figures.append(_nothing(imports.importer, mineral, row["hs2022"], year))
        else:
            figures += share_figures(found, imports.importer, CUSTOMS)
    return figures


def published_shares(bundle: Bundle, region: str, mineral: str, *, stage: str = "") -> list[Figure]:
    """Return the published shares of a region's supply: EC study, United States, customs (1).

    By stage, those without one last; then the newest period first, product or customs code,
    quantity before value, the largest share first. The measure stands in the coverage.
    """
    shares = sourcing_shares(bundle, region, mineral, stage=stage)
    return sorted(share_figures(shares, region, CITED), key=_place)


def _place(figure: Figure) -> tuple[object, ...]:
    last = int(figure.period[-len("2024") :] or 0)
    measure = str(figure.coverage["measure"])
    size = -1.0 if figure.value is None else figure.value
    return not figure.stage, figure.stage, -last, figure.form, measure, -size, figure.partner


def _nothing(region: str, mineral: str, code: str, year: int) -> Figure:
    return Figure(
        indicator="sourcing share",
        value=None,
        unit="1",
        region=region,
        mineral=mineral,
        form=code,
        period=str(year),
        method=CUSTOMS,
        missing="no trade of this code in the bilateral tables of the year",
    )


def _arithmetic(row: dict[str, object]) -> str:
    part, whole = row["numerator"], row["denominator"]
    if not isinstance(part, float) or not isinstance(whole, float):
        return ""
    return f"{part:,.6g} / {whole:,.6g} {row['unit']}"


def _input(row: dict[str, object]) -> Input:
    part = row["numerator"]
    computed = isinstance(part, float)
    value = part if computed else row["value"]
    return Input(
        name=f"from {row['country']}",
        value=value if isinstance(value, float) else None,
        unit=str(row["unit"]) if computed else "1",
        source=str(row["source"]),
        edition=str(row["edition"]),
        period=str(row["period"]),
        flag=str(row["flag"]),
        where="trade" if computed else "sourcing",
    )
