"""The verbs of ``orepact assess`` that need tables alone; those of accounts are in files beside."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.show import day_of, print_json, print_table, say
from orepact.data.bundle import WORLD_FOLDER, Bundle, read_bundle
from orepact.data.dataset.editions import known_minerals
from orepact.indicators.figure import Figure
from orepact.policy import load_register
from orepact.studies.assessment.figures import (
    brief_figure,
    figure_id,
    own_figure,
    sources_behind,
)
from orepact.studies.assessment.names import known_mineral, known_region, members_of
from orepact.studies.assessment.overview import Warnings, lines_of, warnings_on
from orepact.views.assess_table import (
    figure_table,
    overview_rows,
    overview_table,
    overview_title,
    printed_instead,
    stage_columns,
)

__all__ = [
    "Asked",
    "account_alone",
    "head_of",
    "mineral_of",
    "overview_verb",
    "print_csv",
    "print_figures",
    "warning_verb",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for; `form` is json, csv or empty for a table."""

    mineral: str
    region: str
    on: str | None
    vintage: str
    world: Path | None
    exclude_to_confirm: bool
    form: str

    def bundle(self) -> Bundle:
        """Open the dataset."""
        folder = self.world or WORLD_FOLDER
        return read_bundle(folder, self.vintage, confirmed_only=self.exclude_to_confirm)

    def day(self) -> datetime.date:
        """Return the day of the assessment."""
        return day_of(self.on, "--on")

    def warnings(self, bundle: Bundle) -> Warnings:
        """Return what the early-warning index of the day is computed from."""
        return warnings_on(bundle, load_register(), self.day())


def mineral_of(asked: Asked, bundle: Bundle) -> str:
    """Return the mineral that is asked for; of a group, name its members on standard error."""
    mineral = known_mineral(bundle, asked.mineral)
    if members := members_of(bundle, mineral):
        words = f"{mineral} is a group; one by one: {', '.join(members)}"
        _ = sys.stderr.write(f"{words}\n")
    return mineral


def account_alone(mineral: str, stage: str, grade: str) -> str:
    """Return where to look for the suppliers of a stage that no table gives shares of."""
    return (
        f"{mineral}, {stage}: no shares by country are published; the balanced account "
        f"(grade {grade}) has suppliers: orepact assess dependence {mineral}"
    )


def head_of(form: str, bundle: Bundle, region: str) -> dict[str, Any]:
    """Return the first fields of a JSON answer: format, dataset, region."""
    return {"format": form, "dataset": bundle.identity, "region": region}


def print_csv(frame: pl.DataFrame) -> None:
    """Print a table as CSV."""
    say(frame.write_csv(line_terminator="\n").rstrip("\n"))


def overview_verb(asked: Asked) -> None:
    """Print an overview of one mineral or of all."""
    bundle = asked.bundle()
    region = known_region(bundle, asked.region)
    names = [mineral_of(asked, bundle)] if asked.mineral else known_minerals(bundle)
    warnings = asked.warnings(bundle)
    lines = [line for name in names for line in lines_of(bundle, name, region, warnings)]
    rows = overview_rows(lines)
    if asked.form == "json":
        print_json(
            {**head_of("orepact/assessment/1", bundle, region), "on": asked.day(), "rows": rows}
        )
    elif asked.form == "csv":
        plain = [{key: value for key, value in row.items() if key != "ids"} for row in rows]
        print_csv(pl.DataFrame(plain, infer_schema_length=None))
    elif asked.mineral:
        frame = stage_columns(lines)
        print_table(frame, frame.columns, title=f"{names[0]} for {region}")
        for line in lines:
            if line.grade and line.stage and "supplier" not in line.figures:
                say(account_alone(line.mineral, line.stage, line.grade))
        _say_ids(figure for line in lines for figure in line.figures.values())
    else:
        frame = overview_table(lines)
        title = overview_title(lines, f"{len(names)} minerals for {region}")
        print_table(frame, frame.columns, title=title)
        say("Minerals without a figure are left out: --csv and --json have all of them.")


def _say_ids(figures: Iterable[Figure]) -> None:
    told = [each for each in figures if each.value is not None or printed_instead(each)]
    say("Explain a figure: orepact assess explain ID, with one of")
    for name in dict.fromkeys(figure_id(each) for each in told):
        say(f"  {name}")


def print_figures(
    asked: Asked,
    bundle: Bundle,
    about: tuple[str, str, str],
    figures: Sequence[Figure],
    *,
    least: float = 0.0,
    own: bool = False,
) -> None:
    """Print figures as a table, CSV or JSON; a table leaves out shares below `least`.

    Figures of what a reader states (`own`) have no id: their JSON has every input instead.
    """
    mineral, region, kind = about
    if asked.form == "json":
        answer = {
            **head_of("orepact/assessment-figures/1", bundle, region),
            "kind": kind,
            "figures": [own_figure(each) if own else brief_figure(each) for each in figures],
            "sources": sources_behind(bundle, figures),
        }
        print_json(answer)
        return
    if asked.form == "csv":
        table = figure_table(figures)
        print_csv(table.drop("id") if own else table)
        return
    shown = [each for each in figures if each.value is None or each.value >= least]
    table = figure_table(shown[:MOST], brief=True).drop("id")
    same = {name for name in ("mineral", "region") if table[name].n_unique() == 1}
    only = str(table["mineral"][0]) if "mineral" in same else ""
    title = ", ".join(text for text in (mineral or only, region, kind) if text)
    print_table(table, [name for name in table.columns if name not in same], title=title)
    if len(shown[:MOST]) < len(figures):
        say(f"{len(figures) - len(shown[:MOST])} more figures: --csv or --json.")
    first = next((figure_id(each) for each in figures if each.value is not None), "")
    if own:
        say("Inputs and arithmetic: --json")
    elif first:
        say(f"Explain a figure: orepact assess explain {first} (--csv lists every id)")


def warning_verb(asked: Asked) -> None:
    """Print the early-warning index of one mineral with its parts, or of all."""
    bundle = asked.bundle()
    warnings = asked.warnings(bundle)
    if asked.mineral:
        mineral = mineral_of(asked, bundle)
        figures = warnings.figures(mineral)
        parts = [each for item in figures for each in item.inputs if isinstance(each, Figure)]
        print_figures(asked, bundle, (mineral, "", "warning"), [*figures, *parts])
        return
    rows = [row for name in warnings.record.minerals for row in warnings.figures(name)]
    rows.sort(key=lambda each: (-(each.value or -1.0), each.mineral))
    print_figures(asked, bundle, ("", "", "warning"), rows, least=LEAST)


MOST = 40
"""Figures that a table shows."""

LEAST = 0.5
"""Index of early warning from which the table of all minerals shows it."""
