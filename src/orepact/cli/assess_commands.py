"""The command group ``orepact assess``: who depends on whom, at which stage, and how sure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.assess_account_commands import (
    assess_benchmarks,
    assess_monitor,
    assess_origin,
    assess_sector,
    assess_shift,
)
from orepact.cli.assess_file_commands import (
    assess_bill,
    assess_gdp_at_risk,
    assess_purchases,
    assess_stocks,
)
from orepact.cli.assess_options import (
    Csv,
    Day,
    Exclude,
    Json,
    Mineral,
    Region,
    Vintage,
    WorldFolder,
    Year,
    check_beside,
    check_place,
    form_of,
)

__all__ = ["assess"]

assess = typer.Typer(
    help="Who depends on whom, at which stage, and how sure are we.",
    rich_markup_mode=None,
)


@assess.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    *,
    mineral: Annotated[
        str, typer.Option(help="Only this mineral; all if not given.", metavar="NAME")
    ] = "",
    region: Region = "EU27",
    on: Day = None,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Who depends on whom, at which stage, and how sure are we.

    Without a verb: largest supplier, reliance, risk and early warning of every mineral by stage.
    Options of a verb follow the verb.

    Example: orepact assess --mineral gallium

    Example: orepact assess --region EU27 --json
    """
    if context.invoked_subcommand is not None:
        check_place(context)
        return
    from orepact.cli.assess import Asked, overview_verb

    form = form_of(csv=csv, json=json)
    overview_verb(Asked(mineral, region, on, vintage, world, exclude_to_confirm, form))


@assess.command("risk")
def assess_risk(
    mineral: Mineral,
    *,
    region: Region = "EU27",
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print supply risk, economic importance and concentration, stage by stage.

    Supply risk and economic importance follow the Union's method and are printed for EU27.

    Example: orepact assess risk gallium

    Example: orepact assess risk cobalt --region USA
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_family import family_verb

    form = form_of(csv=csv, json=json)
    asked = Asked(mineral, region, None, vintage, world, exclude_to_confirm, form)
    family_verb(asked, "risk")


@assess.command("sourcing")
def assess_sourcing(
    mineral: Mineral,
    *,
    region: Region = "EU27",
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print the published shares of a region's supply by origin, largest supplier first.

    Example: orepact assess sourcing gallium
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_family import family_verb

    form = form_of(csv=csv, json=json)
    asked = Asked(mineral, region, None, vintage, world, exclude_to_confirm, form)
    family_verb(asked, "sourcing")


@assess.command("dependence")
def assess_dependence(
    mineral: Mineral,
    *,
    region: Region = "EU27",
    year: Year = 0,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print apparent consumption, import reliance and origins of imports by stage.

    Example: orepact assess dependence lithium --region EU27 --year 2024
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_family import family_verb

    form = form_of(csv=csv, json=json)
    asked = Asked(mineral, region, None, vintage, world, exclude_to_confirm, form)
    family_verb(asked, "dependence", year)


@assess.command("largest-supplier")
def assess_largest_supplier(
    mineral: Mineral,
    *,
    region: Region = "EU27",
    year: Year = 0,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print what is left of supply when the largest supplier goes (N-1).

    World supply, with spare capacity and stocks; and the region's at every material of a chain
    that the dataset has an account of.

    Example: orepact assess largest-supplier gallium
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_family import family_verb

    form = form_of(csv=csv, json=json)
    asked = Asked(mineral, region, None, vintage, world, exclude_to_confirm, form)
    family_verb(asked, "largest-supplier", year)


@assess.command("geopolrisk")
def assess_geopolrisk(
    mineral: Mineral,
    *,
    region: Region = "EU27",
    year: Year = 0,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print GeoPolRisk: score, midpoint (kUSD/t) and characterisation factor.

    Example: orepact assess geopolrisk cobalt --region DEU --year 2024
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_family import family_verb

    form = form_of(csv=csv, json=json)
    asked = Asked(mineral, region, None, vintage, world, exclude_to_confirm, form)
    family_verb(asked, "geopolrisk", year)


@assess.command("owners")
def assess_owners(
    mineral: Mineral,
    *,
    region: Region = "EU27",
    year: Year = 0,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print who refines a mineral, and how many sites and projects name an operator.

    Example: orepact assess owners cobalt
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_family import family_verb

    form = form_of(csv=csv, json=json)
    asked = Asked(mineral, region, None, vintage, world, exclude_to_confirm, form)
    family_verb(asked, "owners", year)


@assess.command("warning")
def assess_warning(
    mineral: Annotated[
        str, typer.Argument(help="A mineral; all if not given.", show_default=False)
    ] = "",
    *,
    on: Day = None,
    history: Annotated[
        bool, typer.Option("--history", help="Score the index of every past month instead.")
    ] = False,
    first: Annotated[
        str, typer.Option("--from", help="First month of --history; 2009-01 if not given.")
    ] = "",
    last: Annotated[
        str, typer.Option("--to", help="Last month of --history; 2026-06 if not given.")
    ] = "",
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print the early-warning index of shortage and of oversupply, with band and driver.

    Only what was public on the day counts. With --history: recall, precision and lead time of the
    index over past months, against warning always and never.

    Example: orepact assess warning --on 2026-11-21

    Example: orepact assess warning gallium

    Example: orepact assess warning --history
    """
    from orepact.cli.assess import Asked, warning_verb

    form = form_of(csv=csv, json=json)
    asked = Asked(mineral, "EU27", on, vintage, world, exclude_to_confirm, form)
    if history:
        from orepact.cli.assess_history import history_verb

        history_verb(asked, first, last)
        return
    check_beside("--history", {"--from": first, "--to": last})
    warning_verb(asked)


@assess.command("explain")
def assess_explain(
    figure: Annotated[
        str,
        typer.Argument(help="Id of a figure as other verbs print it, or its beginning."),
    ],
    *,
    on: Day = None,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    json: Json = False,
) -> None:
    """Print the inputs, arithmetic, sources and coverage of a figure.

    Example: orepact assess explain eu-supply-risk:EU27:gallium:processing:2016-2020
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_explain import explain_verb

    form = form_of(json=json)
    explain_verb(Asked("", "EU27", on, vintage, world, exclude_to_confirm, form), figure)


@assess.command("sheet")
def assess_sheet(
    mineral: Mineral,
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder; the mineral's name if not given.")
    ] = None,
    region: Region = "EU27",
    on: Day = None,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    json: Json = False,
) -> None:
    """Write one printable page on a mineral, with each chart as SVG and CSV beside it.

    The page is HTML that prints on one sheet of A4; a PDF is written too where a browser of the
    Chromium family is installed.

    Example: orepact assess sheet gallium -o gallium-sheet
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_sheet import sheet_verb

    form = form_of(json=json)
    sheet_verb(Asked(mineral, region, on, vintage, world, exclude_to_confirm, form), output)


_ = assess.command("origin")(assess_origin)
_ = assess.command("shift")(assess_shift)
_ = assess.command("benchmarks")(assess_benchmarks)
_ = assess.command("monitor")(assess_monitor)
_ = assess.command("sector")(assess_sector)
_ = assess.command("gdp-at-risk")(assess_gdp_at_risk)
_ = assess.command("stocks")(assess_stocks)
_ = assess.command("bill")(assess_bill)
_ = assess.command("purchases")(assess_purchases)
