"""Verbs of ``orepact projects`` on what is known: list, bottleneck, recycling, deadline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Csv, Json, Seed, WorldFolder

__all__ = ["projects_bottleneck", "projects_deadline", "projects_list", "projects_recycling"]

Zone = Annotated[
    list[str] | None,
    typer.Option("--region", help="Region, as EU27 or USA; repeat to take several together."),
]
File = Annotated[
    Path | None,
    typer.Option("--file", help="Own projects instead of those that ship.", metavar="FILE"),
]
EU = ("EU27",)


def projects_list(
    *,
    region: Annotated[str, typer.Option(help="Only this region or country, as EU27 or FRA.")] = "",
    mineral: Annotated[str, typer.Option(help="Only this mineral, as gallium.")] = "",
    stage: Annotated[str, typer.Option(help="Only this stage, as recycling.")] = "",
    status: Annotated[str, typer.Option(help="Only this status, as construction.")] = "",
    modelled: Annotated[
        bool | None,
        typer.Option("--modelled/--not-modelled", help="Only what is modelled, or what is not."),
    ] = None,
    file: File = None,
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """List every known project: what is published, what is not, modelled or why not.

    Example: orepact projects list --mineral gallium

    Example: orepact projects list --region EU27 --not-modelled
    """
    from orepact.cli.projects_outlook import list_verb
    from orepact.studies.projects.listing import ListDesign

    design = ListDesign(region=region, mineral=mineral, stage=stage, status=status,
                        modelled=modelled, source=file or ListDesign().source)
    list_verb(design, world, json=json, csv=csv)


def projects_deadline(
    chain: Annotated[str, typer.Argument(help="Only this chain; all if none.")] = "",
    *,
    region: Zone = None,
    by: Annotated[int, typer.Option(help="Year in which output counts.")] = 2030,
    project: Annotated[
        list[str] | None, typer.Option(help="Only this project; repeat.", metavar="NAME")
    ] = None,
    material: Annotated[str, typer.Option(help="With --tonnes: of this material.")] = "",
    tonnes: Annotated[
        float | None, typer.Option(help="Chance of so many t/year or more of --material.")
    ] = None,
    decided: Annotated[
        float | None,
        typer.Option(help="Suppose every undecided project is decided in this year."),
    ] = None,
    portfolio: Annotated[
        Path | None,
        typer.Option(help="Only what this portfolio chose, from its years, and what is decided.",
                     metavar="FOLDER"),
    ] = None,
    which: Annotated[
        str, typer.Option(help="With --portfolio: joint, or a zone by itself.")
    ] = "joint",
    longer: Annotated[float, typer.Option(help="Factor on lead times.")] = 1.0,
    draws: Annotated[int, typer.Option(help="Draws.")] = 2000,
    seed: Seed = 1,
    file: File = None,
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print the chance that projects deliver by a year, beside the Union's benchmarks.

    Example: orepact projects deadline gallium --material gallium-primary --tonnes 40

    Example: orepact projects deadline --region USA --decided 2027

    Example: orepact projects deadline --region EU27 --region USA --portfolio chosen
    """
    from orepact.cli.projects_outlook import deadline_verb
    from orepact.studies.projects.deadline import DeadlineDesign

    design = DeadlineDesign(
        regions=tuple(region or EU), by=by, chain=chain, projects=tuple(project or ()),
        source=file or DeadlineDesign().source, material=material, tonnes=tonnes, decided=decided,
        portfolio=portfolio, which=which, longer=longer, draws=draws, seed=seed)
    deadline_verb(design, world, json=json, csv=csv)


def projects_bottleneck(
    chain: Annotated[str, typer.Argument(help="Chain, as rare-earth-magnets or gallium.")],
    *,
    region: Zone = None,
    partner: Annotated[
        list[str] | None,
        typer.Option(help="Region whose surplus counts as feed, as AUS; repeat."),
    ] = None,
    year: Annotated[int, typer.Option(help="Year of the second half of the table.")] = 2030,
    everything: Annotated[
        bool, typer.Option("--everything", help="Suppose every candidate is built in full.")
    ] = False,
    draws: Annotated[int, typer.Option(help="Members that are drawn.")] = 300,
    seed: Seed = 1,
    file: File = None,
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print which stage of a chain limits a zone's own supply, today and with projects.

    Example: orepact projects bottleneck rare-earth-magnets --region USA

    Example: orepact projects bottleneck rare-earth-magnets --partner AUS --everything
    """
    from orepact.cli.projects_bottleneck import bottleneck_verb
    from orepact.studies.projects.bottleneck import BottleneckDesign

    design = BottleneckDesign(
        chain=chain, regions=tuple(region or EU), partners=tuple(partner or ()), year=year,
        everything=everything, source=file or BottleneckDesign().source, draws=draws, seed=seed)
    bottleneck_verb(design, world, json=json, csv=csv)


def projects_recycling(
    circuit: Annotated[
        list[str] | None,
        typer.Argument(help="Circuits, as magnets, cobalt or gallium; all if none.",
                       show_default=False),
    ] = None,
    *,
    region: Zone = None,
    year: Annotated[int, typer.Option(help="Year of the tables.")] = 2030,
    until: Annotated[int, typer.Option(help="Last year that is followed.")] = 2035,
    draws: Annotated[int, typer.Option(help="Members that draw the cards.")] = 200,
    seed: Seed = 1,
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print scrap from products in use by cohort, against what recyclers and projects can take.

    Example: orepact projects recycling magnets

    Example: orepact projects recycling --region EU27 --region USA --year 2030
    """
    from orepact.cli.projects_recycling import recycling_verb
    from orepact.studies.projects.recycling import RecyclingDesign

    design = RecyclingDesign(circuits=tuple(circuit or ()), regions=tuple(region or EU), year=year,
                             until=max(until, year), draws=draws, seed=seed)
    recycling_verb(design, world, json=json, csv=csv)
