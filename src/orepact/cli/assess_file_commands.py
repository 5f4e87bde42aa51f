"""Verbs of ``orepact assess`` that read a file of your own: stocks, a bill, purchases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.assess_options import (
    Csv,
    Day,
    Exclude,
    Json,
    Region,
    Vintage,
    WorldFolder,
    form_of,
)

__all__ = ["assess_bill", "assess_gdp_at_risk", "assess_purchases", "assess_stocks"]

Sheet = Annotated[str, typer.Option(help="Sheet of a workbook; its only one if not given.")]


def assess_gdp_at_risk(
    mineral: Annotated[
        str, typer.Argument(help="A mineral; all if not given.", show_default=False)
    ] = "",
    *,
    scenarios: Annotated[
        Path | None,
        typer.Option(
            help="Your own: mineral, country, probability, loss_musd as CSV; or cards as YAML.",
            metavar="FILE",
        ),
    ] = None,
    region: Annotated[str, typer.Option(help="Whose output: a country, EU27 or G7.")] = "USA",
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print the loss of output if supply is cut, weighted with its probability (million USD/year).

    Without a file those that the U.S. Geological Survey published, the largest first.

    Example: orepact assess gdp-at-risk

    Example: orepact assess gdp-at-risk --scenarios scenarios.csv --region EU27
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_losses import losses_verb

    form = form_of(csv=csv, json=json)
    losses_verb(Asked(mineral, region, None, vintage, world, exclude_to_confirm, form), scenarios)


def assess_stocks(
    file: Annotated[Path, typer.Argument(help="Report of stocks, YAML or CSV.", metavar="FILE")],
    *,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print stocks with share of annual use and days of use; what is withheld says why.

    Example: orepact assess stocks stocks.yaml
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_files import stocks_verb

    form = form_of(csv=csv, json=json)
    stocks_verb(Asked("", "", None, vintage, world, exclude_to_confirm, form), file)


def assess_bill(
    file: Annotated[
        Path, typer.Argument(help="Bill of materials, CSV or workbook.", metavar="FILE")
    ],
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Also write the report as HTML here.")
    ] = None,
    sheet: Sheet = "",
    region: Region = "EU27",
    on: Day = None,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print a company's report under Regulation (EU) 2024/1252, Art. 24, with each gap named.

    Example: orepact assess bill parts.csv -o report.html
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_files import bill_verb

    form = form_of(csv=csv, json=json)
    asked = Asked("", region, on, vintage, world, exclude_to_confirm, form)
    bill_verb(asked, file, sheet, output)


def assess_purchases(
    file: Annotated[
        Path, typer.Argument(help="Purchases by origin, CSV or workbook.", metavar="FILE")
    ],
    *,
    mineral: Annotated[str, typer.Option(help="Mineral, where the sheet has no such column.")] = "",
    year: Annotated[int, typer.Option(help="Year, where the sheet has no such column.")] = 0,
    sheet: Sheet = "",
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print GeoPolRisk of a company from its purchases: columns origin, quantity, price.

    Example: orepact assess purchases purchases.csv --mineral cobalt --year 2024
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_files import purchases_verb

    form = form_of(csv=csv, json=json)
    asked = Asked(mineral, "", None, vintage, world, exclude_to_confirm, form)
    purchases_verb(asked, file, sheet, year)
