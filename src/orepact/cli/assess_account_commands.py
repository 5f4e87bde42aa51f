"""Verbs of ``orepact assess`` that need the balanced accounts or the register of controls."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.assess_options import (
    Csv,
    Day,
    Exclude,
    Json,
    Mineral,
    Region,
    Vintage,
    WorldFolder,
    form_of,
)

__all__ = ["assess_benchmarks", "assess_monitor", "assess_origin", "assess_sector", "assess_shift"]


def assess_origin(
    mineral: Mineral,
    *,
    region: Region = "EU27",
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print where what a region uses began, traced through every stage of the accounts.

    The part that cannot be traced is printed too. Needs a chain of the mineral.

    Example: orepact assess origin cobalt --region EU27
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_accounts import origin_verb

    form = form_of(csv=csv, json=json)
    origin_verb(Asked(mineral, region, None, vintage, world, exclude_to_confirm, form))


def assess_shift(
    mineral: Mineral,
    *,
    to: Annotated[
        list[str],
        typer.Option(
            "--to",
            help="Country and its share of all supply after the shift, as TUR=0.68; repeat. What "
            "is not given is dropped: nothing of today's supply stays unless you state it.",
            metavar="COUNTRY=SHARE",
        ),
    ],
    stage: Annotated[
        str, typer.Option(help="extraction or processing, where shares of both are published.")
    ] = "",
    region: Region = "EU27",
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print who would be the largest supplier after a shift, and whether dependence is the same.

    Example: orepact assess shift gallium --to TUR=0.68 --to USA=0.10
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_accounts import shift_verb

    form = form_of(csv=csv, json=json)
    asked = Asked(mineral, region, None, vintage, world, exclude_to_confirm, form)
    shift_verb(asked, to, stage)


def assess_benchmarks(
    mineral: Annotated[
        str, typer.Argument(help="A strategic material; all if not given.", show_default=False)
    ] = "",
    *,
    trajectory: Annotated[
        bool,
        typer.Option("--trajectory", help="Year by year to 2030, projects at their probability."),
    ] = False,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print the Union's benchmarks for 2030: capacity over consumption, and one third country.

    Without a material the totals by count, by tonnes and by value are printed.

    Example: orepact assess benchmarks

    Example: orepact assess benchmarks gallium

    Example: orepact assess benchmarks gallium --trajectory
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_accounts import benchmarks_verb

    form = form_of(csv=csv, json=json)
    asked = Asked(mineral, "EU27", None, vintage, world, exclude_to_confirm, form)
    if trajectory:
        from orepact.cli.assess_trajectory import trajectory_verb

        trajectory_verb(asked)
        return
    benchmarks_verb(asked)


def assess_monitor(
    mineral: Mineral,
    *,
    region: Region = "EU27",
    on: Day = None,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print the seven things that Regulation (EU) 2024/1252, Art. 20 says to monitor.

    Example: orepact assess monitor gallium --region DEU
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_accounts import monitor_verb

    form = form_of(csv=csv, json=json)
    monitor_verb(Asked(mineral, region, on, vintage, world, exclude_to_confirm, form))


def assess_sector(
    sector: Annotated[
        str, typer.Argument(help="A sector; the list of all if not given.", show_default=False)
    ] = "",
    *,
    region: Region = "EU27",
    on: Day = None,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print how a sector is exposed to each mineral that it uses.

    Example: orepact assess sector defence
    """
    from orepact.cli.assess import Asked
    from orepact.cli.assess_accounts import sector_verb

    form = form_of(csv=csv, json=json)
    sector_verb(Asked("", region, on, vintage, world, exclude_to_confirm, form), sector)
