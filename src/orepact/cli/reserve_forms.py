"""The verb ``orepact reserve forms``."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orepact.cli.show import print_json, print_table, say, tell
from orepact.network import read_world
from orepact.network.stored_forms import world_forms
from orepact.studies.reserve.forms_content import forms_content
from orepact.studies.reserve.forms_named import forms_named
from orepact.views.reserve_stock import FORM_COLUMNS, form_notes, form_rows

__all__ = ["forms_verb"]


def forms_verb(material: str, world: Path | None, *, json: bool, csv: bool) -> None:
    """Print the stored forms of all materials, of a mineral, a chain, or one material."""
    read = read_world(world) if world else read_world()
    content = forms_content(read, world_forms(read.folder), forms_named(read, material))
    if json:
        print_json(content)
        return
    frame = pl.DataFrame(form_rows(content))
    if csv:
        say(frame.write_csv(line_terminator="\n").rstrip("\n"))
        return
    print_table(frame, FORM_COLUMNS)
    for line in form_notes(content):
        tell(line)
