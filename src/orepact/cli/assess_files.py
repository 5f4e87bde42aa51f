"""The verbs of ``orepact assess`` that read a file of your own."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from rich.console import Console

from orepact.cli.assess import Asked, head_of, mineral_of, print_csv, print_figures
from orepact.cli.assess_accounts import open_world
from orepact.cli.show import print_json, print_table, say
from orepact.data.sheet_file import read_sheet
from orepact.errors import InputError
from orepact.indicators.criticality.geopolrisk_company import company_geopolrisk
from orepact.indicators.criticality.geopolrisk_figures import SCORE
from orepact.indicators.union.stock_csv import read_stocks
from orepact.indicators.union.stock_report import StockReport
from orepact.indicators.union.stock_table import stock_figures, stock_table
from orepact.policy import load_register
from orepact.studies.assessment.figures import own_figure, sources_behind
from orepact.studies.assessment.names import known_region
from orepact.studies.bill_of_materials.as_data import mineral_table, report_json
from orepact.studies.bill_of_materials.products import read_products
from orepact.studies.bill_of_materials.reading import read_bill
from orepact.studies.bill_of_materials.report import company_report
from orepact.views.company_report import report_table, write_report

__all__ = ["bill_verb", "print_stock_table", "purchases_verb", "stocks_verb"]


def stocks_verb(asked: Asked, file: Path) -> None:
    """Print a report of stocks."""
    world = open_world(asked)
    bundle = world.bundle
    report = read_stocks(file, bundle)
    table = stock_table(report, bundle, world)
    if asked.form == "json":
        figures = stock_figures(report, bundle, world)
        answer = {
            **head_of("orepact/assessment-stocks/1", bundle, report.region),
            "rows": table.to_dicts(),
            "figures": [own_figure(figure) for figure in figures],
            "sources": sources_behind(bundle, figures),
        }
        print_json(answer)
    elif asked.form == "csv":
        print_csv(table)
    else:
        print_stock_table(table, report, file.name)


def print_stock_table(table: pl.DataFrame, report: StockReport, name: str) -> None:
    """Print a table of stocks, a column for each stock."""
    shown = _turned(table)
    print_table(shown, shown.columns, title=f"{name}, {report.region}, {report.as_of}")


def _turned(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table of stocks with a row for each field and a column for each stock."""
    units = {"tonnes": "t", "content": "t of the mineral", "days_of_use": "days"}
    units |= {"annual_use": "t/year"}
    units |= {name: "t" for name in table.columns if name.isdigit()}
    fields = [name for name in table.columns if name != "stock"]
    heads = [f"{name} [{units[name]}]" if name in units else name for name in fields]
    stocks = {str(row["stock"]): [str(row[name]) for name in fields] for row in table.to_dicts()}
    return pl.DataFrame({"stock": [head.replace("_", " ") for head in heads], **stocks})


def bill_verb(asked: Asked, file: Path, sheet: str, output: Path | None) -> None:
    """Print the report of a bill of materials, and write it as a page."""
    bundle = asked.bundle()
    region = known_region(bundle, asked.region)
    bill = read_bill(read_sheet(file, sheet), bundle)
    report = company_report(
        bill, read_products(), bundle, load_register(), asked.day(), region=region
    )
    if output is not None:
        write_report(report, output)
    if asked.form == "json":
        print_json(report_json(report))
    elif asked.form == "csv":
        print_csv(mineral_table(report))
    else:
        Console(highlight=False).print(report_table(report))
        if output is not None:
            say(str(output))


def purchases_verb(asked: Asked, file: Path, sheet: str, year: int) -> None:
    """Print GeoPolRisk of a company's purchases."""
    bundle = asked.bundle()
    mineral = mineral_of(asked, bundle) if asked.mineral else ""
    read = read_sheet(file, sheet)
    figures = company_geopolrisk(bundle, read, mineral=mineral, year=year or None)
    if all(each.value is None for each in figures):
        scores = [each for each in figures if each.indicator == SCORE]
        raise InputError(
            read.problem(None, "year", f"no score: {each.missing}", found=each.period)
            for each in scores
        )
    print_figures(asked, bundle, (mineral, file.name, "purchases"), figures, own=True)
