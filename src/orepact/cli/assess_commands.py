"""The command group ``orepact assess``: who depends on whom, at which stage, and how sure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["assess"]

assess = typer.Typer(
    help="Who depends on whom, at which stage, and how sure are we.",
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV instead of tables.")]
WorldFolder = Annotated[
    Path | None,
    typer.Option("--world", help="Folder of a dataset; the bundled one if not given."),
]
Vintage = Annotated[
    str, typer.Option(help="What was published by then: 2025.02 or 2026.11; the newest if none.")
]
Exclude = Annotated[
    bool,
    typer.Option("--exclude-to-confirm", help="Leave out rows whose licence is to confirm."),
]
Region = Annotated[
    str, typer.Option(help="Whose dependence: a country by code or name, EU27, G7 or PARTNERS.")
]
Mineral = Annotated[str, typer.Argument(help="A mineral, as gallium, neodymium or Li.")]
Day = Annotated[
    str | None, typer.Option("--on", help="Date YYYY-MM-DD; today if not given.", metavar="DATE")
]


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
    """Print the largest supplier, concentration, supply risk and early warning by stage.

    Options of a verb follow the verb.

    Example: orepact assess --mineral gallium

    Example: orepact assess --region EU27 --json
    """
    if context.invoked_subcommand is not None:
        return
    from orepact.cli.assess import Asked, overview_verb

    asked = Asked(mineral, region, on, vintage, world, exclude_to_confirm, _form(csv, json))
    overview_verb(asked)


def _form(csv: bool, json: bool) -> str:  # noqa: FBT001
    return "json" if json else "csv" if csv else ""


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
    from orepact.cli.assess import Asked, family_verb

    asked = Asked(mineral, region, None, vintage, world, exclude_to_confirm, _form(csv, json))
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
    from orepact.cli.assess import Asked, family_verb

    asked = Asked(mineral, region, None, vintage, world, exclude_to_confirm, _form(csv, json))
    family_verb(asked, "sourcing")


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
    from orepact.cli.assess import Asked, explain_verb

    asked = Asked("", "EU27", on, vintage, world, exclude_to_confirm, _form(csv=False, json=json))
    explain_verb(asked, figure)


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

    asked = Asked(
        mineral, region, on, vintage, world, exclude_to_confirm, _form(csv=False, json=json)
    )
    sheet_verb(asked, output)
