"""The tables of a dataset: one typed declaration of every column.

The reader, the Data Package descriptor and the page on the dataset are all made from it.
"""

from __future__ import annotations

from collections.abc import Mapping

from orepact.data.dataset.columns import (
    CONFIDENCE,
    COUNTRY,
    EDITION,
    FLAG,
    HS6,
    KUSD,
    MINERAL,
    NOTE,
    PERIOD,
    SOURCE,
    STAGE,
    TONNES,
    UNIT,
    YEAR,
    Column,
    Schema,
    country,
    dated,
    keyed,
    number,
    share,
    text,
    yes_no,
)
from orepact.data.dataset.registers import REGISTERS
from orepact.errors import InputError, Problem, nearest

__all__ = ["APART", "FOLDER", "TABLES", "schema_of"]

FOLDER = "tables"
"""Folder, inside a dataset, of the tables."""

APART = "to_confirm"
"""Folder, inside a dataset, of rows whose licence is to confirm; laid out like the dataset."""


def schema_of(name: str) -> Schema:
    """Return the schema of a table; raises `InputError` with the nearest for an unknown one."""
    if name not in TABLES:
        raise InputError(
            [
                Problem(
                    "unknown table",
                    field="table",
                    found=repr(name),
                    expected="one of " + ", ".join(TABLES),
                    nearest=nearest(name, list(TABLES)),
                )
            ]
        )
    return TABLES[name]


_TRADE = (
    HS6,
    text("nomenclature", "edition of the Harmonized System: HS1992 or HS2017", key=True),
    YEAR,
    country("exporter", "exporting country"),
    country("importer", "importing country"),
    TONNES,
    KUSD,
    text("coverage", "what the rows leave out: top6_partners_only or nothing"),
    SOURCE,
)

_MEASURED = (
    Schema(
        "production",
        "Output by mineral, stage, country and year, editions side by side",
        (
            MINERAL, STAGE, COUNTRY, YEAR,
            number("quantity", "unit", "output; empty when withheld or not given, never zero"),
            UNIT,
            keyed(text("basis", "what the quantity counts: content, gross, REO, TiO2, …")),
            text("product", "product, where countries report different ones", key=True),
            FLAG, CONFIDENCE,
            text("preferred", "1 for the edition to use for this mineral, stage and year"),
            SOURCE, EDITION, NOTE,
        ),
        period="year",
    ),
    Schema(
        "reserves",
        "Reserves by country, editions side by side",
        (
            MINERAL, COUNTRY, YEAR,
            number("quantity", "unit", "reserves; empty where words replace the number"),
            UNIT, keyed(text("basis", "what the quantity counts")), FLAG, SOURCE, EDITION,
            keyed(NOTE),
        ),
        period="year",
    ),
    Schema(
        "capacity",
        "Capacity at the end of the year",
        (
            MINERAL, STAGE, COUNTRY, YEAR,
            number("quantity", "unit per year", "capacity; empty when withheld or not given"),
            UNIT, FLAG, SOURCE, EDITION,
        ),
        period="year",
    ),
    Schema(
        "sourcing",
        "Shares of an importer's supply by origin",
        (
            country("importer", "E27 or USA"), MINERAL, STAGE,
            text("product", "product as printed", key=True),
            country("origin", "country of origin; the Union's own members included where given"),
            PERIOD,
            share("share", "share of the importer's supply or imports"),
            text("measure", "quantity, value or reported", key=True),
            text("kind", "ec_study, us_imports or customs", key=True),
            text("code", "customs code of a customs share", key=True),
            FLAG,
            number("trade_parameter", "1", "parameter of the Union's method"),
            SOURCE, EDITION, NOTE,
        ),
        period="period",
    ),
    Schema(
        "global_supply",
        "Shares of the world's supply by country",
        (
            MINERAL, STAGE, text("product", "product as printed", key=True), COUNTRY, PERIOD,
            share("share", "share of the world's supply"), FLAG,
            number("trade_parameter", "1", "parameter of the Union's method"),
            SOURCE, EDITION,
        ),
        period="period",
    ),
    Schema(
        "eu_parameters",
        "Inputs of the Union's method for criticality",
        (
            MINERAL, text("product", "product as printed"),
            text("stages", "stages assessed: E extraction, P processing"),
            text("supply_data_extraction", "GS global supply, EU Union sourcing"),
            text("supply_data_processing", "GS global supply, EU Union sourcing"),
            share("import_reliance_extraction", "import reliance at extraction"),
            share("import_reliance_processing", "import reliance at processing"),
            share("recycling_input_rate", "end-of-life recycling input rate"),
            number("substitution_index_ei", "1", "substitution index for economic importance"),
            number("substitution_index_sr", "1", "substitution index for supply risk"),
            FLAG, SOURCE, EDITION, NOTE,
        ),
    ),
    Schema(
        "us_statistics",
        "Production, trade, use and stocks of the United States",
        (
            MINERAL, text("chapter", "chapter of the source", key=True),
            text("statistic", "kind of statistic"), text("detail", "line as printed", key=True),
            keyed(UNIT), YEAR,
            number("value", "unit", "value; empty when withheld or not given"),
            text("printed", "the value as printed"), FLAG, SOURCE, EDITION,
        ),
        period="year",
    ),
    Schema(
        "recycling",
        "Recycling rates and yields",
        (
            MINERAL, text("indicator", "what is measured", key=True),
            text("description", "the indicator in words", key=True),
            share("share", "rate"), share("share_low", "lower end"),
            share("share_high", "upper end"),
            country("region", "E27, USA or WLD"), PERIOD, CONFIDENCE,
            keyed(SOURCE), NOTE,
        ),
        period="period",
    ),
    Schema(
        "end_uses",
        "What minerals are used for",
        (
            MINERAL, country("region", "E27, USA or WLD"),
            text("application", "use", key=True), share("share", "share of use"), FLAG,
            text("nace2", "sector code, NACE revision 2", key=True),
            text("nace2_label", "sector"),
            number("value_added_meur", "million EUR", "value added of the sector"),
            PERIOD, CONFIDENCE, keyed(SOURCE), NOTE,
        ),
        period="period",
    ),
    Schema(
        "economic_losses",
        "Loss of output of the United States if supply is disrupted",
        (
            MINERAL, text("product", "name as printed"), country("country", "who loses"),
            number("expected_loss_musd", "million USD per year", "probability-weighted loss"),
            number("largest_loss_musd", "million USD per year", "loss of the worst scenario"),
            number("implied_probability", "1", "ratio of the two, an upper probability"),
            yes_no("listed", "in the table of August 2025"), SOURCE, EDITION, NOTE,
        ),
    ),
    Schema(
        "prices",
        "Prices by month and year",
        (
            MINERAL, text("form", "form and grade", key=True),
            text("market", "place of the price: inside and outside China differ", key=True),
            text("frequency", "month or year", key=True),
            dated("date", "year or month", "date", key=True),
            number("price", "unit", "price"), number("low", "unit", "lower end of a range"),
            number("high", "unit", "upper end of a range"), keyed(UNIT),
            number("usd_per_t", "USD/t", "price per tonne of the form, where it converts"),
            FLAG, SOURCE, EDITION, NOTE,
        ),
        period="date",
    ),
    Schema(
        "unit_values",
        "World unit value of exports and their concentration",
        (
            MINERAL, HS6, text("nomenclature", "edition of the Harmonized System"), YEAR,
            number("usd_per_t", "USD/t", "value over product weight"),
            share("china_value_share", "China's share of world exports by value"),
            share("china_quantity_share", "China's share of world exports by weight"),
            number("hhi_value", "1", "Herfindahl-Hirschman index of exporters by value"),
            number("hhi_quantity", "1", "Herfindahl-Hirschman index of exporters by weight"),
            yes_no("basket", "the code holds other goods too"), SOURCE, EDITION,
        ),
        period="year",
    ),
    Schema(
        "customs_values",
        "Values behind the Union's customs shares of 2024, six largest origins",
        (
            country("importer", "E27"), MINERAL,
            text("code", "code of the Combined Nomenclature", key=True),
            country("origin", "origin"), YEAR,
            number("value_eur", "EUR", "imports from the origin"),
            number("total_eur", "EUR", "imports from outside the Union"),
            number("hhi", "1", "Herfindahl-Hirschman index of origins by value"),
            SOURCE, EDITION,
        ),
        period="year",
    ),
    Schema("trade", "Bilateral trade by year", _TRADE, period="year", parquet=True),
    Schema(
        "trade_history",
        "Bilateral trade 2005-2018 of twelve codes, without the smallest flows",
        _TRADE,
        period="year",
        parquet=True,
    ),
    Schema(
        "trade_monthly",
        "Trade of the United Kingdom and the United States by month",
        (
            dated("month", "month", "month", key=True), country("reporter", "who reports"),
            country("partner", "partner: origin or dispatch"),
            text("flow", "import or export", key=True), keyed(MINERAL, "mineral or basket"),
            text("code", "national customs code", key=True), TONNES, KUSD, SOURCE,
        ),
        period="month",
        parquet=True,
    ),
    Schema(
        "governance",
        "Worldwide Governance Indicators",
        (
            COUNTRY, text("indicator", "CC, GE, PV, RL, RQ or VA", key=True), YEAR,
            number("estimate", "1", "estimate, about -2.5 to 2.5"),
            number("stderr", "1", "standard error"),
            Column("n_sources", "number of sources", "count", "1"),
            number("percentile_rank", "percent", "percentile rank"),
            number("score_0_100", "1", "score of the newer method, no percentile"),
            SOURCE, EDITION,
        ),
        period="year",
        parquet=True,
    ),
    Schema(
        "governance_mean",
        "Mean of the six indicators, and on a scale of 0 (good) to 10",
        (
            COUNTRY,
            number("mean_2016_2019", "1", "mean of 2016-2019"),
            number("scaled_2016_2019", "1", "2 x (2.5 - mean)"),
            number("mean_latest", "1", "mean of the latest year"),
            number("scaled_latest", "1", "2 x (2.5 - mean)"), SOURCE,
        ),
    ),
    Schema(
        "world_totals",
        "Reasons why the countries do not add up to the printed world total within 3 %",
        (
            MINERAL, STAGE, YEAR, EDITION, text("reason", "the reason in a word", key=True),
            SOURCE, NOTE,
        ),
        period="year",
    ),
    Schema(
        "vintages",
        "Editions that each vintage may use",
        (
            text("vintage", "name of the vintage", key=True),
            dated("known_until", "last month of what was known, YYYY-MM", "month"),
            text("table", "table", key=True),
            text("source", "source; empty for every source of the table", key=True),
            text("edition", "edition; empty for every edition", key=True),
            dated("last_year", "last year or month used; empty for no limit", "date"),
            text("note", "what the vintage can not carry"),
        ),
    ),
)

TABLES: Mapping[str, Schema] = {schema.name: schema for schema in (*_MEASURED, *REGISTERS)}
"""Every table by its name."""
