"""The command group ``orepact exercise``: teams decide, the engine answers, hindsight judges."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Sets, WorldFolder

__all__ = ["exercise"]

exercise = typer.Typer(
    help="Play a supply crisis in teams: injects, decisions, answers, after-action report.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Which = Annotated[str, typer.Argument(help="Name of an exercise that ships, or path of a file.")]
TeamName = Annotated[
    str, typer.Option("--team", help="Only what this team may see.", metavar="TEAM")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@exercise.command("list")
def exercise_list(*, json: Json = False) -> None:
    """List the exercises that ship: teams, turns, months, scenario.

    Example: orepact exercise list
    """
    from orepact.cli.exercise import list_verb

    list_verb(json=json)


@exercise.command("show")
def exercise_show(
    which: Which, *, team: TeamName = "", world: WorldFolder = None, json: Json = False
) -> None:
    """Print an exercise, checked: roles, menus and the script, secrets included unless --team.

    Every problem of the file is printed at once; exit code 2 if there is one.

    Example: orepact exercise show november-2026 --team eu
    """
    from orepact.cli.exercise import show_verb

    show_verb(which, team, world, json=json)


@exercise.command("run")
def exercise_run(
    which: Which,
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder of transcript and report.")
    ] = None,
    decisions: Annotated[
        str,
        typer.Option(
            "--decisions", metavar="FILE",
            help="Play without asking: decisions from a file, or from the one that `ships`.",
        ),
    ] = "",
    team: Annotated[
        str,
        typer.Option("--team", metavar="TEAM",
                     help="Ask only this team; the others decide as in --decisions, or nothing."),
    ] = "",
    sets: Sets = 5,
    world: WorldFolder = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the transcript in the folder.")
    ] = False,
    json: Json = False,
) -> None:
    """Play an exercise in this terminal; the transcript is saved after every turn.

    Example: orepact exercise run november-2026 -o monday

    Example: orepact exercise run november-2026 --decisions ships --sets 1 -o alone
    """
    from orepact.cli.exercise import Request, run_verb

    run_verb(Request(which=which, output=output, decisions=decisions, team=team, sets=sets,
                     world=world, resume=resume), json=json)


@exercise.command("report")
def exercise_report(
    folder: Annotated[Path, typer.Argument(help="Folder of `orepact exercise run`.")],
    *,
    world: WorldFolder = None,
    hindsight: Annotated[
        int,
        typer.Option(help="Plans tried for each team and licence branch; 0 = no hindsight."),
    ] = 24,
    workers: Annotated[
        int | None, typer.Option(help="Processes; as many as cores, at most 4, if not given.")
    ] = None,
    json: Json = False,
) -> None:
    """Write the after-action report: who did what when, what it changed, and hindsight.

    Example: orepact exercise report monday
    """
    from orepact.cli.exercise import report_verb

    report_verb(folder, world, hindsight, workers, json=json)
