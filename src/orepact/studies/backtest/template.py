"""A new episode: two files that can be read as they are, every number to be replaced."""

from __future__ import annotations

import os
import re
from pathlib import Path

from orepact.errors import InputError, Problem

__all__ = ["write_template"]

_NAME = re.compile(r"[a-z][a-z0-9-]*")

EPISODE = """\
format: orepact/episode/1
episode: {name}
title: "What was controlled, and from when"
mineral: gallium
family: {name}            # episodes that share cause and act are one family
exporter: CHN
unit: t
first_month: 2023-06      # a month before the announcement, at base prices
months: 12
acts: []                  # ids as printed by orepact control clocks, if the register has them
calendar:
  # licence, ban or quota (with last and tonnes); first is the first month that was bound
  - {{kind: licence, announced: 2023-07-03, first: 2023-08}}
base_windows:             # the exporter's shipments in t/month; the first one is the default
  - {{window: last-half-year, exports: 10, note: "replace: source, or why this number"}}
exporter_output: {{value: 100, note: "replace: t/month"}}
outside_output: {{value: 5, note: "replace: t/month"}}
# restarts: [{{tonnes: 2, notice: 3, note: "idle capacity outside, t/month, months of notice"}}]
# fitted: false           # where neither shipments nor prices were measured
note: "replace: what a reader must know"
"""

OBSERVED = """\
month,series,relative_to_base,kind,source,note
2023-06,exporter_shipments,1,reported,replace,relative to the first base window
2023-08,exporter_shipments,0.1,reported,replace,
2023-12,exporter_shipments,0.5,reported,replace,
2023-09,price_outside,1.5,quote,replace,multiple of the price before the control
2023-12,price_outside,1.8,ask,replace,kind is quote or ask or transaction
"""


def write_template(folder: Path, name: str) -> tuple[Path, Path]:
    """Write the files of a new episode into ``folder/name`` and return their paths.

    Raises `InputError` when the name cannot be one, or the folder exists or cannot be written.
    """
    home = folder / name
    problem: Problem | None = None
    if not _NAME.fullmatch(name):
        expected = "small letters, digits and hyphens, a letter first"
        problem = Problem("not a name", field="NAME", found=repr(name), expected=expected)
    elif home.exists():
        problem = Problem("exists", file=str(home), expected="a new folder")
    elif folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK)):
        problem = Problem("not a folder to write in", file=str(folder))
    if problem is not None:
        raise InputError([problem])
    home.mkdir(parents=True)
    text, table = home / "episode.yaml", home / "observed.csv"
    _ = text.write_text(EPISODE.format(name=name), encoding="utf-8")
    _ = table.write_text(OBSERVED, encoding="utf-8")
    return text, table
