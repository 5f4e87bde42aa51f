"""The verb ``orepact projects recycling``."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from orepact.cli.show import print_json, print_table, say, tell
from orepact.network import read_world
from orepact.studies.projects.recycling import RecyclingDesign, recycling
from orepact.views.projects_recycling import (
    circuit_rows,
    driver_rows,
    place_names,
    product_rows,
    scrap_notes,
    year_rows,
)
from orepact.views.texts import say as words

__all__ = ["recycling_verb"]


def recycling_verb(design: RecyclingDesign, world: Path | None, *, json: bool, csv: bool) -> None:
    """Print scrap from products in use by circuit, or one circuit year by year."""
    found = recycling(design, read_world(*([world] if world else [])), progress=_progress)
    content = found.content
    if json:
        print_json(content)
        return
    if csv:
        say(found.rows.write_csv(line_terminator="\n").rstrip("\n"))
        return
    year, places = content["year"], place_names(content["regions"])
    _print(circuit_rows(content), words("scrap_title", regions=places, year=year))
    if len(content["circuits"]) == 1:
        circuit = content["circuits"][0]
        title, unit = circuit["title"], circuit["unit"]
        _print(year_rows(circuit, content["until"]),
               words("scrap_by_year", title=title, unit=unit))
        _print(product_rows(circuit),
               words("scrap_by_product", title=title, year=year, unit=unit))
        _print(driver_rows(circuit), words("scrap_drivers", title=title, year=year))
    for line in scrap_notes(content):
        tell(line)


def _progress(what: str) -> None:
    _ = sys.stderr.write(what + "\n")


def _print(rows: list[dict[str, str]], title: str) -> None:
    if rows:
        frame = pl.DataFrame(rows)
        print_table(frame, frame.columns, title=title)
