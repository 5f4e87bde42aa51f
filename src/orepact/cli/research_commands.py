"""The verb ``orepact projects research``: programmes as options, shortage avoided per euro."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.options import Day, Json, Report, Seed, Workers, WorldFolder

__all__ = ["projects_research"]

File = Annotated[
    str | None,
    typer.Argument(help="Programmes that ship, as germanium, or the path of a file; a list if not "
                        "given.", metavar="[NAME|FILE]"),
]
Futures = Annotated[int, typer.Option(help="Futures of a year that shortage is expected over.")]
Draws = Annotated[int, typer.Option(help="Draws of the cards; 0 = middle values.")]


def projects_research(
    name: File = None,
    *,
    futures: Futures = 16,
    draws: Draws = 1000,
    seed: Seed = 1,
    on: Day = None,
    workers: Workers = None,
    report: Report = None,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Print the shortage that research programmes avoid per euro, alone and together.

    Example: orepact projects research germanium --on 2026-11-21
    """
    from orepact.cli.research import Request, research_verb

    research_verb(
        Request(name=name, futures=futures, draws=draws, seed=seed, on=on, workers=workers,
                report=report, world=world),
        json=json,
    )
