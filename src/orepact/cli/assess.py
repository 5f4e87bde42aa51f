"""The verbs of ``orepact assess``."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.show import day_of, print_json, print_table, say
from orepact.data.bundle import WORLD_FOLDER, Bundle, read_bundle
from orepact.data.dataset.editions import known_minerals
from orepact.indicators.figure import Figure, as_json, explain_figure
from orepact.policy import load_register
from orepact.studies.assess import (
    FAMILIES,
    Warnings,
    find_figure,
    known_mineral,
    known_region,
    lines_of,
    warnings_on,
)
from orepact.studies.figures import brief_figure, figure_id, sources_behind
from orepact.views.assess_table import (
    figure_table,
    overview_rows,
    overview_table,
)

__all__ = ["Asked", "explain_verb", "family_verb", "head_of", "overview_verb", "print_figures"]


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
        return read_bundle(
            self.world or WORLD_FOLDER, self.vintage, confirmed_only=self.exclude_to_confirm
        )

    def day(self) -> datetime.date:
        """Return the day of the assessment."""
        return day_of(self.on, "--on")

    def warnings(self, bundle: Bundle) -> Warnings:
        """Return what the early-warning index of the day is computed from."""
        return warnings_on(bundle, load_register(), self.day())


def overview_verb(asked: Asked) -> None:
    """Print an overview of one mineral or of all."""
    bundle = asked.bundle()
    region = known_region(bundle, asked.region)
    names = [known_mineral(bundle, asked.mineral)] if asked.mineral else known_minerals(bundle)
    warnings = asked.warnings(bundle)
    lines = [line for name in names for line in lines_of(bundle, name, region, warnings)]
    if asked.form == "json":
        head = head_of("assessment", bundle, region)
        print_json({**head, "on": asked.day(), "rows": overview_rows(lines)})
        return
    if asked.form == "csv":
        _print_csv(_flat(overview_rows(lines)))
        return
    shown = overview_table(lines)
    if not asked.mineral:
        shown = shown.filter(pl.col("share [%]").is_not_null())
        columns = [name for name in shown.columns if name not in _NARROW]
        print_table(shown, columns, title=f"{region}, {len(names)} minerals")
        say("Minerals without published shares of supply are left out: --csv and --json have all.")
        return
    _print_long(shown, f"{asked.mineral} for {region}")
    say("Explain a figure: orepact assess explain ID")
    for name in dict.fromkeys(name for line in lines for name in _ids(line.figures.values())):
        say(f"  {name}")


_NARROW = ("shares of", "HHI suppliers [0-1]", "output of", "critical by thresholds", "age [years]")


def _ids(figures: Any) -> list[str]:
    return [figure_id(figure) for figure in figures if figure.value is not None]


def _print_long(frame: pl.DataFrame, title: str) -> None:
    """Print a table of few rows and many columns with the columns as lines."""
    heads = [f"{row['stage']}" or "mineral" for row in frame.iter_rows(named=True)]
    cells = {
        "": frame.columns[2:],
        **{
            head: ["" if value is None else f"{value}" for value in row[2:]]
            for head, row in zip(heads, frame.iter_rows(), strict=True)
        },
    }
    print_table(pl.DataFrame(cells), list(cells), title=title)


def family_verb(asked: Asked, family: str) -> None:
    """Print one kind of figures of a mineral."""
    bundle = asked.bundle()
    mineral, region = known_mineral(bundle, asked.mineral), known_region(bundle, asked.region)
    print_figures(asked, bundle, region, family, FAMILIES[family](bundle, mineral, region))


def print_figures(
    asked: Asked, bundle: Bundle, region: str, kind: str, figures: Sequence[Figure]
) -> None:
    """Print figures as a table, CSV or JSON."""
    if asked.form == "json":
        print_json(
            {
                **head_of(f"assessment-{kind}", bundle, region),
                "figures": [brief_figure(figure) for figure in figures],
                "sources": sources_behind(bundle, figures),
            }
        )
        return
    table = figure_table(figures)
    if asked.form == "csv":
        _print_csv(table)
        return
    shown = table.drop("id", "mineral")
    print_table(shown, shown.columns, title=f"{asked.mineral}, {region}: {kind}")
    first = next((figure for figure in figures if figure.value is not None), None)
    if first is not None:
        say(f"Explain a figure: orepact assess explain {figure_id(first)} (--csv lists all ids)")


def explain_verb(asked: Asked, name: str) -> None:
    """Print everything behind a figure."""
    bundle = asked.bundle()
    figure = find_figure(bundle, name, asked.warnings(bundle))
    sources = sources_behind(bundle, [figure])
    if asked.form == "json":
        head = head_of("figure", bundle, figure.region)
        print_json(
            {**head, "id": figure_id(figure), "figure": as_json(figure), "references": sources}
        )
        return
    say(explain_figure(figure))
    say()
    say("Sources")
    for source in sources:
        told = (source["publisher"], source["title"], source["edition"], source["licence"])
        say(f"  {source['source_id']}: {', '.join(text for text in told if text)}")
        if source["url"]:
            say(f"    {source['url']}")
    say(f"Dataset {bundle.name}-{bundle.version}, vintage {bundle.vintage}, {bundle.hash[:12]}")


def head_of(kind: str, bundle: Bundle, region: str) -> dict[str, Any]:
    """Return the first fields of a JSON answer: format, dataset, region."""
    return {"format": f"orepact/{kind}/1", "dataset": bundle.identity, "region": region}


def _flat(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    plain = [{name: value for name, value in row.items() if name != "ids"} for row in rows]
    return pl.DataFrame(plain, infer_schema_length=None)


def _print_csv(frame: pl.DataFrame) -> None:
    say(frame.write_csv(line_terminator="\n").rstrip("\n"))
