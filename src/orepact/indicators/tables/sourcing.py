"""Shares of supply by origin: cited by a publisher, or computed from bilateral customs trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.tables.cited import AS_PRINTED, baskets_of, cited_shares
from orepact.indicators.tables.region_members import REGION_GROUPS, region_members
from orepact.indicators.tables.shares import COLUMNS, UNNAMED, Share, age_of, table_of

__all__ = ["Imports", "import_shares", "imports_of", "sourcing_shares", "supply_shares"]

UNION = "E27"
UNIONS = ("EU27", UNION)
"""Names of the European Union of 27: the region's and the tables'."""

PARTIAL = "top6_partners_only"


def sourcing_shares(
    bundle: Bundle,
    importer: str,
    mineral: str,
    *,
    stage: str = "",
    product: str = "",
    kind: str = "",
    measure: str = "",
    period: str = "",
    code: str = "",
    source: str = "",
    grade: str = "",
) -> pl.DataFrame:
    """Return the published shares of an importer's supply of a mineral by origin.

    `kind` is ec_study, us_imports or customs; `measure` quantity, value or reported; what is left
    empty is not restricted. `unmapped` is what the shares of one period leave of one, with the part
    of unnamed origin. Columns: `orepact.indicators.tables.shares.COLUMNS`.
    """
    wanted = {
        "importer": UNION if importer in UNIONS else importer,
        "mineral": mineral,
        "stage": stage,
        AS_PRINTED["product"]: product,
        AS_PRINTED["kind"]: kind,
        "measure": measure,
        "period": period,
        "code": code,
        "source": source,
    }
    return _chosen(bundle.once(cited_shares, "sourcing"), wanted, grade)


def supply_shares(
    bundle: Bundle,
    mineral: str,
    *,
    stage: str = "",
    period: str = "",
    source: str = "",
    grade: str = "",
) -> pl.DataFrame:
    """Return the published shares of world supply of a mineral by country, columns `COLUMNS`."""
    wanted = {"mineral": mineral, "stage": stage, "period": period, "source": source}
    return _chosen(bundle.once(cited_shares, "global_supply"), wanted, grade)


def _chosen(shares: pl.DataFrame, wanted: Mapping[str, str], grade: str) -> pl.DataFrame:
    same = [pl.col(key) == text for key, text in wanted.items() if text]
    return (
        shares.lazy().filter(*same).select(COLUMNS).with_columns(grade=pl.lit(grade)).collect()
    )


@dataclass(frozen=True, slots=True)
class Imports:
    """What an importer bought: one row per customs code, nomenclature, year and origin.

    `flows` has code, nomenclature, year, origin, tonnes, kusd, kusd_without_tonnes, partial and
    source.
    A bloc's imports are those of its members from outside. `baskets` says by code whether it holds
    other minerals and the part that is known to be the mineral.
    """

    importer: str
    flows: pl.DataFrame = field(repr=False)
    baskets: Mapping[str, tuple[str, float | None]] = field(repr=False)
    bundle: Bundle = field(repr=False)


def imports_of(bundle: Bundle, importer: str) -> Imports:
    """Return what a country, or a group from outside, imported by code, year and origin."""
    members = _members(bundle, importer)
    flows = (
        bundle.table("trade")
        .lazy()
        .filter(pl.col("importer").is_in(members) & ~pl.col("exporter").is_in(members))
        .group_by("code", "nomenclature", "year", pl.col("exporter").alias("origin"))
        .agg(
            pl.col("tonnes").sum(),
            pl.col("kusd").sum(),
            pl.col("kusd").filter(pl.col("tonnes").is_null()).sum().alias("kusd_without_tonnes"),
            (pl.col("coverage") == PARTIAL).any().alias("partial"),
            pl.col("source").first(),
        )
        .sort("code", "nomenclature", "year", "origin")
        .collect()
    )
    return Imports(importer, flows, bundle.once(baskets_of), bundle)


def import_shares(
    imports: Imports,
    codes: Sequence[str],
    year: int,
    measure: str = "quantity",
    *,
    nomenclature: str = "",
    origin: str = "",
    mineral: str = "",
    grade: str = "",
) -> pl.DataFrame:
    """Return the share of each origin in an importer's trade under customs codes in a year.

    `measure` is quantity (tonnes of product, not of content) or value. `withheld` is the part of
    the value whose tonnes were not reported. With `origin` only its row is returned. No rows where
    there is no trade, or no tonnes.
    Columns: `orepact.indicators.tables.shares.COLUMNS`.
    """
    rows = imports.flows.filter(pl.col("code").is_in(codes), pl.col("year") == year)
    if nomenclature:
        rows = rows.filter(pl.col("nomenclature") == nomenclature)
    column = "tonnes" if measure == "quantity" else "kusd"
    by_origin = {
        str(place): float(amount)
        for place, amount in rows.group_by("origin").agg(pl.col(column).sum()).iter_rows()
    }
    total = sum(sorted(by_origin.values()))
    if total <= 0.0:
        return table_of(())
    common = replace(
        _quality_of(imports, rows, codes, measure),
        mineral=mineral,
        period=str(year),
        denominator=total,
        unmapped=sum(by_origin.get(name, 0.0) for name in UNNAMED) / total,
        age=age_of(imports.bundle, str(year)),
        grade=grade,
    )
    return table_of(
        _import_share(common, place, amount, total)
        for place, amount in by_origin.items()
        if origin in {"", place}
    )


def _quality_of(imports: Imports, rows: pl.DataFrame, codes: Sequence[str], measure: str) -> Share:
    """Return what the shares of one importer, of some codes and one year, have in common."""
    value = float(rows["kusd"].sum())
    hidden = float(rows["kusd_without_tonnes"].sum()) / value if value else 0.0
    baskets = [imports.baskets.get(code, ("no", None)) for code in codes]
    weighed = measure == "quantity"
    return Share(
        country="",
        value=None,
        measure=measure,
        product=" + ".join(codes),
        unit="t" if weighed else "kUSD",
        total="country sum",
        withheld=hidden if weighed else 0.0,
        basket="yes" if any(basket == "yes" for basket, _ in baskets) else "no",
        mineral_share=baskets[0][1] if len(baskets) == 1 else None,
        flag=PARTIAL if bool(rows["partial"].any()) else "",
        edition=", ".join(sorted(set(rows["nomenclature"]))),
        source=", ".join(sorted(set(rows["source"]))),
        note="product weight, not content" if weighed else "",
    )


def _import_share(common: Share, origin: str, amount: float, total: float) -> Share:
    share = amount / total
    return replace(
        common,
        country=origin,
        value=share,
        low=share,
        high=share,
        least=0.0 if common.flag else share,
        most=1.0 if common.flag else share,
        numerator=amount,
    )


def _members(bundle: Bundle, importer: str) -> list[str]:
    return sorted(region_members(bundle, importer)) if importer in REGION_GROUPS else [importer]
