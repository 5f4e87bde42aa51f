"""Options that the verbs of ``orepact assess`` share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from orepact.cli.options import Csv, Day, Exclude, Json, Vintage, WorldFolder
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

Region = Annotated[
    str, typer.Option(help="Whose dependence: a country by code or name, EU27, G7 or PARTNERS.")
]
Mineral = Annotated[str, typer.Argument(help="A mineral, as gallium, neodymium or Li.")]
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
