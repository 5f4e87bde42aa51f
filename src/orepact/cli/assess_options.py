"""Options that the verbs of ``orepact assess`` share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from orepact.errors import InputError, Problem

__all__ = [
    "Csv",
    "Day",
    "Exclude",
    "Json",
    "Mineral",
    "Region",
    "Vintage",
    "WorldFolder",
    "Year",
    "check_beside",
    "check_place",
    "form_of",
]

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
Year = Annotated[int, typer.Option(help="Year; the last with figures if not given.")]


def check_place(context: typer.Context) -> None:
    """Raise `InputError` for options that stand before a verb: they would not be heeded."""
    given = [
        f"--{name.replace('_', '-')}"
        for name in context.params
        if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
    ]
    if given:
        verb = f"orepact assess {context.invoked_subcommand}"
        raise InputError(
            [
                Problem(
                    "an option before the verb",
                    field=name,
                    expected=f"options of a verb after it: {verb} … {name}",
                )
                for name in given
            ]
        )


def check_beside(needed: str, options: Mapping[str, str]) -> None:
    """Raise `InputError` for options that are given without the one that they belong to."""
    problems = [
        Problem("an option alone", field=name, found=repr(text), expected=f"beside {needed}")
        for name, text in options.items()
        if text
    ]
    if problems:
        raise InputError(problems)


def form_of(*, csv: bool = False, json: bool = False) -> str:
    """Return what is printed: json, csv, or an empty text for tables; not both at once."""
    if json and csv:
        raise InputError(
            [Problem("two forms at once", field="--json --csv", expected="one of them")]
        )
    return "json" if json else "csv" if csv else ""
