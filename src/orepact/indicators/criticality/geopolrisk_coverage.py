"""What the dataset has for GeoPolRisk: customs codes, output, governance, by mineral and year."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from orepact.data.bundle import Bundle

__all__ = [
    "COVERAGE_COLUMNS",
    "customs_codes",
    "geopolrisk_coverage",
    "stage_of_output",
    "trade_of",
]

FIRST_YEAR = 2019
"""First year of the table of trade; before it, the table of trade history."""

COVERAGE_COLUMNS = (
    "mineral",
    "form",
    "code",
    "year",
    "flows",
    "with_tonnes",
    "partial",
    "stage",
    "producers",
    "withheld",
    "governance",
    "complete",
    "missing",
)

_STAGES = ("mine", "refined", "smelter")


def customs_codes(bundle: Bundle, mineral: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return by form of a mineral the nomenclatures and codes of its bilateral trade."""
    rows = bundle.table("concordance").filter(pl.col("bilateral") != "", mineral=mineral)
    return {
        str(form): tuple(
            (part.partition(":")[0], part.partition(":")[2]) for part in str(codes).split("|")
        )
        for form, codes in rows.select("form", "bilateral").iter_rows()
    }


def trade_of(
    bundle: Bundle, codes: Sequence[tuple[str, str]], year: int
) -> tuple[str, pl.DataFrame]:
    """Return trade of a year under the last of the codes that has any, and that code."""
    table = bundle.table("trade" if year >= FIRST_YEAR else "trade_history")
    rows = table.clear()
    for nomenclature, code in reversed(codes):
        rows = table.filter(code=code, nomenclature=nomenclature, year=year)
        if not rows.is_empty():
            return code, rows
    return codes[-1][1] if codes else "", rows


def stage_of_output(bundle: Bundle, mineral: str) -> str:
    """Return the first stage of a mineral that the dataset has output of: mine, else refined."""
    known = set(bundle.table("production").filter(mineral=mineral)["stage"])
    return next((stage for stage in _STAGES if stage in known), "")


def geopolrisk_coverage(bundle: Bundle) -> pl.DataFrame:
    """Return by mineral, form and year whether the dataset has what GeoPolRisk needs.

    - `flows`: rows of bilateral trade; `with_tonnes`: part of their value with tonnes, and so with
      a price; `partial`: only the largest partners
    - `stage`, `producers`, `withheld`: stage of world output, countries with and without a figure
    - `governance`: part of the tonnes whose exporter has political stability of that year
    - `complete`: trade with tonnes, producers and governance are there; else `missing` says what

    Minerals without bilateral trade have one row without a year. Columns: `COVERAGE_COLUMNS`.
    """
    codes = [
        (str(mineral), form, nomenclature, code)
        for mineral in bundle.table("minerals")["mineral"]
        for form, each in customs_codes(bundle, mineral).items()
        for nomenclature, code in each
    ]
    keys = pl.DataFrame(codes, schema=["mineral", "form", "nomenclature", "code"], orient="row")
    rows = (
        keys.join(_flows(bundle), on=["nomenclature", "code"])
        .sort("mineral", "form", "year", "nomenclature", "code")
        .unique(["mineral", "form", "year"], keep="last", maintain_order=True)
        .join(_producers(bundle), on=["mineral", "year"], how="left")
    )
    without = bundle.table("minerals").filter(~pl.col("mineral").is_in(keys["mineral"].implode()))
    return (
        pl.concat([rows, without.select("mineral")], how="diagonal")
        .with_columns(
            pl.col("form", "code", "stage").fill_null(""),
            pl.col("flows", "producers", "withheld").fill_null(0),
        )
        .with_columns(missing=_missing())
        .with_columns(complete=pl.col("missing") == "")
        .select(COVERAGE_COLUMNS)
        .sort("mineral", "form", "year")
    )


def _missing() -> pl.Expr:
    return pl.concat_str(
        pl.when(pl.col("code") == "").then(pl.lit("no bilateral trade")),
        pl.when((pl.col("code") != "") & (pl.col("with_tonnes").fill_null(0.0) <= 0.0)).then(
            pl.lit("no tonnes of trade")
        ),
        pl.when((pl.col("code") != "") & (pl.col("producers") == 0)).then(
            pl.lit("no world output")
        ),
        pl.when((pl.col("with_tonnes") > 0.0) & (pl.col("governance").fill_null(0.0) <= 0.0)).then(
            pl.lit("no governance")
        ),
        separator="; ",
        ignore_nulls=True,
    )


def _flows(bundle: Bundle) -> pl.DataFrame:
    """Return the rows, tonnes and governance of trade by nomenclature, code and year."""
    stability = (
        bundle.table("governance")
        .filter(indicator="PV")
        .drop_nulls("estimate")
        .select(pl.col("country").alias("exporter"), "year", pl.lit(value=True).alias("known"))
    )
    tables = [bundle.table(name) for name in ("trade_history", "trade") if name in bundle.names]
    tonnes, kusd = pl.col("tonnes"), pl.col("kusd")
    return (
        pl.concat(tables)
        .join(stability, on=["exporter", "year"], how="left")
        .group_by("nomenclature", "code", "year")
        .agg(
            pl.len().alias("flows"),
            (kusd.filter(tonnes.is_not_null()).sum() / kusd.sum()).alias("with_tonnes"),
            (pl.col("coverage") != "").any().alias("partial"),
            (tonnes.filter(pl.col("known").is_not_null()).sum() / tonnes.sum()).alias("governance"),
        )
        .with_columns(pl.col("with_tonnes", "governance").fill_nan(None))
    )


def _producers(bundle: Bundle) -> pl.DataFrame:
    """Return the countries with and without a figure of output, at the first stage that has any."""
    rank = {stage: at for at, stage in enumerate(_STAGES)}
    output = bundle.table("production").filter(
        ~pl.col("country").is_in(["WLD", "OTH", "NSP"]), pl.col("preferred") == "1"
    )
    first = pl.col("stage").replace_strict(rank, default=len(rank))
    return (
        output.filter(first == first.min().over("mineral"))
        .group_by("mineral", "stage", "year")
        .agg(
            pl.col("quantity").is_not_null().sum().alias("producers"),
            pl.col("quantity").is_null().sum().alias("withheld"),
        )
    )
