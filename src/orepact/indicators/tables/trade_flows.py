"""Trade flows of a region by customs code: in, out and inside, by weight and by value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.figure import Figure, Input
from orepact.indicators.tables.region_members import region_members

__all__ = ["FLOWS", "trade_flows"]

FLOWS: Mapping[str, str] = {
    "imports": "from outside the region",
    "exports": "to outside the region",
    "inside": "between members of the region",
    "from the Union": "from other member states",
}
"""Directions of trade, and what each means."""

PARTIAL = "top6_partners_only"
_METHOD = "bilateral trade by customs code, product weight and value, CEPII BACI"


@dataclass(frozen=True, slots=True)
class _Code:
    """A customs code of a mineral, as the table of trade has it."""

    code: str
    nomenclature: str
    form: str
    basket: str
    materials: str


def trade_flows(bundle: Bundle, region: str, mineral: str) -> list[Figure]:
    """Return what a region imports and exports of a mineral, by code, weight (t) and value (kUSD).

    The newest year of each code, with its change on the year before in `coverage` (fraction, empty
    where either year is partial). For a group trade between its members is a flow of its own; for
    a member state what comes from the other members stands beside its imports, which hold it.
    Raises `InputError` for an unknown region; a mineral without a code has one figure that says so.
    """
    inside = region_members(bundle, region)
    union = region_members(bundle, "EU27")
    codes = _codes(bundle, mineral)
    trade = bundle.table("trade").filter(
        pl.col("code").is_in([one.code for one in codes]),
        pl.col("importer").is_in(sorted(inside)) | pl.col("exporter").is_in(sorted(inside)),
    )
    figures: list[Figure] = []
    for one in codes:
        rows = trade.filter(code=one.code, nomenclature=one.nomenclature)
        if rows.is_empty():
            continue
        for flow, chosen in _chosen(rows, inside, union).items():
            figures += [
                _flow(one, rows, chosen, flow, column, region=region, mineral=mineral)
                for column in ("tonnes", "kusd")
            ]
    return figures or [
        Figure(
            indicator="trade flow",
            value=None,
            unit="t",
            region=region,
            mineral=mineral,
            missing="no bilateral trade of a customs code of its own",
            method=_METHOD,
        )
    ]


def _codes(bundle: Bundle, mineral: str) -> list[_Code]:
    """Return the codes of a mineral in the table of trade, the long series of each code first."""
    rows = bundle.table("concordance").filter(mineral=mineral)
    found: list[_Code] = []
    for row in rows.iter_rows(named=True):
        first = next((part for part in str(row["bilateral"]).split("|") if ":" in part), "")
        nomenclature, _, code = first.partition(":")
        if code:
            found.append(_Code(code, nomenclature, row["form"], row["basket"], row["materials"]))
    return found


def _chosen(
    rows: pl.DataFrame, inside: frozenset[str], union: frozenset[str]
) -> dict[str, pl.DataFrame]:
    buys = pl.col("importer").is_in(sorted(inside))
    sells = pl.col("exporter").is_in(sorted(inside))
    found = {"imports": rows.filter(buys & ~sells), "exports": rows.filter(sells & ~buys)}
    if len(inside) > 1:
        found["inside"] = rows.filter(buys & sells)
    elif inside <= union:
        found["from the Union"] = found["imports"].filter(
            pl.col("exporter").is_in(sorted(union - inside))
        )
    return found


def _flow(
    one: _Code,
    rows: pl.DataFrame,
    chosen: pl.DataFrame,
    flow: str,
    column: str,
    *,
    region: str,
    mineral: str,
) -> Figure:
    year = max(int(each) for each in rows["year"])
    now = chosen.filter(year=year)
    amount = _sum(now, column)
    before = chosen.filter(year=year - 1)
    partial = bool((now["coverage"] == PARTIAL).any() or (before["coverage"] == PARTIAL).any())
    earlier = _sum(before, column)
    change = amount / earlier - 1.0 if earlier and amount is not None and not partial else None
    missing = "" if amount is not None else "no weight is reported"
    unweighed = _sum(now.filter(pl.col("tonnes").is_null()), "kusd") or 0.0
    value = _sum(now, "kusd") or 0.0
    return Figure(
        indicator="trade flow",
        value=amount,
        unit="t" if column == "tonnes" else "kUSD",
        region=region,
        mineral=mineral,
        stage=flow,
        form=f"{one.form} ({one.code})",
        period=str(year),
        arithmetic=f"sum of {now.height} flows {FLOWS[flow]}",
        method=_METHOD,
        missing=missing,
        note="product weight, not content" if column == "tonnes" else "",
        inputs=(
            Input(
                name=f"flows of {one.nomenclature} {one.code}",
                value=amount,
                unit="t" if column == "tonnes" else "kUSD",
                source=str(rows["source"][0]),
                period=str(year),
                flag=PARTIAL if partial else "",
                where="trade",
            ),
        ),
        coverage={
            "basket": one.basket,
            "materials_in_code": one.materials,
            "change_on_year_before": change,
            "value_without_weight": unweighed / value if value and column == "tonnes" else None,
        },
    )


def _sum(rows: pl.DataFrame, column: str) -> float | None:
    """Return the sum of a column; nothing where flows have no figure, zero without flows."""
    found = [float(amount) for amount in rows[column].drop_nulls()]
    return None if rows.height and not found else sum(found)
