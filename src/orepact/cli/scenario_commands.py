"""The command group ``orepact scenario``: what happens when, as files that are checked first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Records, WorldFolder

__all__ = ["scenario"]

scenario = typer.Typer(
    help="What is supposed to happen, dated, with ranges: list, read, check, compare, write.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Which = Annotated[str, typer.Argument(help="Name of a scenario that ships, or path of a file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@scenario.command("list")
def scenario_list(*, json: Json = False) -> None:
    """List the scenarios that ship: chains, months, parts, what happens.

    Example: orepact scenario list
    """
    from orepact.cli.scenario import list_verb

    list_verb(json=json)


@scenario.command("show")
def scenario_show(which: Which, *, json: Json = False) -> None:
    """Print a scenario in plain words: what happens when, how large, on what grounds.

    Example: orepact scenario show cobalt-quota
    """
    from orepact.cli.scenario import show_verb

    show_verb(which, json=json)


@scenario.command("check")
def scenario_check(
    which: Annotated[
        list[str], typer.Argument(help="Files to check, or names of scenarios that ship.")
    ],
    *,
    world: WorldFolder = None,
    records: Records = None,
    json: Json = False,
) -> None:
    """Check scenario files: every error with its line, then warnings. Nothing is solved.

    Exit code 2 if there is an error; warnings leave it at 0.

    Example: orepact scenario check my-scenario.yaml
    """
    from orepact.cli.scenario import check_verb

    check_verb(which, world, records, json=json)


@scenario.command("diff")
def scenario_diff(
    first: Which,
    second: Annotated[str, typer.Argument(help="The scenario to compare it with.")],
    *,
    json: Json = False,
) -> None:
    """Print what differs between two scenarios, part by part and field by field.

    Example: orepact scenario diff cobalt-quota my-cobalt.yaml
    """
    from orepact.cli.scenario import diff_verb

    diff_verb(first, second, json=json)


@scenario.command("calendar")
def scenario_calendar(
    which: Which,
    *,
    rung: Annotated[
        int | None, typer.Option(help="Climb of the ladder; the highest if not given.")
    ] = None,
    world: WorldFolder = None,
    records: Records = None,
    json: Json = False,
) -> None:
    """Print what is in force month by month: parts of the scenario and acts of the register.

    Example: orepact scenario calendar magnets-ladder --rung 2
    """
    from orepact.cli.scenario import calendar_verb

    calendar_verb(which, rung, world, records, json=json)


@scenario.command("new")
def scenario_new(
    name: Annotated[str, typer.Argument(help="Name of the scenario and of its file.")],
    *,
    chain: Annotated[str, typer.Option(help="The chain that it speaks of.")] = "gallium",
    first: Annotated[
        str, typer.Option("--from", help="First month.", metavar="MONTH")
    ] = "2027-01",
    into: Annotated[
        Path | None, typer.Option(help="Folder for the file; here if not given.")
    ] = None,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Write a scenario file to start from: one part filled in, every other kind as a comment.

    Example: orepact scenario new my-scenario --chain antimony --from 2027-01
    """
    from orepact.cli.scenario import new_verb

    new_verb(name, chain, first, into, world, json=json)
