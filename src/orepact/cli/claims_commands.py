"""The command group ``orepact claims``: published statements and whether the dataset bears them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Csv, Json, WorldFolder
from orepact.errors import InputError, Problem

__all__ = ["claims"]

claims = typer.Typer(
    help="Published statements with a number, re-computed from the dataset.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

File = Annotated[
    Path | None,
    typer.Argument(help="File or folder of claims; the shipped register if not given."),
]
Mineral = Annotated[str | None, typer.Option(help="Only claims on this mineral.")]


@claims.command("check")
def claims_check(
    file: File = None,
    *,
    vintage: Annotated[
        str,
        typer.Option(help="What was published by then, such as 2025.02; the newest if not given."),
    ] = "",
    mineral: Mineral = None,
    verdict: Annotated[
        str | None, typer.Option(help="Only supported, outside range or cannot tell.")
    ] = None,
    explain: Annotated[
        str | None, typer.Option(help="Show everything behind one verdict.", metavar="CLAIM")
    ] = None,
    world: WorldFolder = None,
    exclude_to_confirm: Annotated[
        bool,
        typer.Option("--exclude-to-confirm", help="Leave out rows whose licence is to confirm."),
    ] = False,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Re-compute published statements: supported, outside range or cannot tell, with arithmetic.

    Example: orepact claims check --mineral gallium

    Example: orepact claims check --explain eu-mg-china-auditors
    """
    from orepact.cli.claims import Asked, check_verb

    form = _form(json=json, csv=csv)
    check_verb(Asked(file, world, vintage, mineral, verdict, explain, exclude_to_confirm, form))


@claims.command("list")
def claims_list(
    file: File = None, *, mineral: Mineral = None, json: Json = False, csv: Csv = False
) -> None:
    """List the statements of a register: what is said, by whom, when.

    Example: orepact claims list --mineral magnesium
    """
    from orepact.cli.claims import Asked, list_verb

    list_verb(Asked(file, None, "", mineral, form=_form(json=json, csv=csv)))


def _form(*, json: bool, csv: bool) -> str:
    if json and csv:
        raise InputError(
            [Problem("two forms at once", field="--json --csv", expected="one of them")]
        )
    return "json" if json else "csv" if csv else ""
