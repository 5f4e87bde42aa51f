"""The verb ``orepact projects host-share``."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orepact.cli.page_file import page_problems, write_page
from orepact.cli.show import print_json, print_table, say, tell
from orepact.errors import InputError
from orepact.network.world import read_world
from orepact.studies.host_share.host_share import host_share, host_share_list
from orepact.views.host_share import (
    host_lines,
    host_list_rows,
    host_rows,
    host_tornado_rows,
    host_unit,
)
from orepact.views.host_share_brief import host_share_html
from orepact.views.texts import say as words

__all__ = ["host_share_verb"]


def host_share_verb(
    name: str | None, *, draws: int, seed: int, report: Path | None, world: Path | None,
    json: bool
) -> None:
    """Print a host's share of value, or the files of terms if none is named."""
    over = read_world(*([world] if world else []))
    if name is None:
        found = host_share_list(over)
        if json:
            print_json({"format": "orepact/host-share-list/1", "hosts": found})
            return
        _table(host_list_rows(found), words("host_list"))
        tell(words("host_list_more"))
        return
    if problems := page_problems(report):
        raise InputError(problems)
    run = host_share(name, draws=draws, seed=seed, world=over).content
    if report is not None:
        write_page(host_share_html(run), report)
    if json:
        print_json(run)
        return
    say(words("host_head", title=run["title"]))
    for line in host_lines(run):
        tell(line)
    _table(host_rows(run), words("host_table", unit=host_unit(run)))
    _table(host_tornado_rows(run), words("host_tornado"))
    if report is not None:
        say(words("host_written", path=report))


def _table(rows: list[dict[str, str]], title: str) -> None:
    frame = pl.DataFrame(rows)
    print_table(frame, frame.columns, title=title)
