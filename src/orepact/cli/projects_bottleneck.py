"""The verb ``orepact projects bottleneck``."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orepact.cli.show import print_json, print_table, say, tell
from orepact.network import read_world
from orepact.studies.projects.bottleneck import BottleneckDesign, bottleneck
from orepact.views.projects_bottleneck import bottleneck_answers, bottleneck_notes, stage_rows
from orepact.views.projects_recycling import place_names
from orepact.views.texts import say as words

__all__ = ["bottleneck_verb"]


def bottleneck_verb(design: BottleneckDesign, world: Path | None, *, json: bool, csv: bool) -> None:
    """Print the stage that limits a zone's own supply, and every stage with its ranges."""
    content = bottleneck(design, read_world(*([world] if world else [])))
    if json:
        print_json(content)
        return
    frame = pl.DataFrame(stage_rows(content))
    if csv:
        say(frame.write_csv(line_terminator="\n").rstrip("\n"))
        return
    for line in bottleneck_answers(content):
        tell(line)
    title = words("bottleneck_title", title=content["title"],
                  regions=place_names(content["regions"]))
    print_table(frame, frame.columns, title=title)
    for line in bottleneck_notes(content):
        tell(line)
