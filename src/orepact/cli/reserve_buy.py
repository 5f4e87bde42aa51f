"""The verb ``orepact reserve buy``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl

from orepact.cli.show import print_json, print_table, say, tell
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network import read_world
from orepact.studies.reserve.build_up import BuyAsk, build_up
from orepact.studies.reserve.build_up_content import build_up_content
from orepact.studies.reserve.forms_named import forms_named
from orepact.studies.reserve.programmes import EVERY, Programme, world_programmes
from orepact.views.reserve_buy import (
    BUY_COLUMNS,
    buy_lines,
    buy_rows,
    competitor_rows,
    programme_notes,
    programme_rows,
)

__all__ = ["BuyRequest", "buy_verb", "programmes_verb"]


@dataclass(frozen=True, slots=True)
class BuyRequest:
    """What the user asked `orepact reserve buy` for."""

    form: str
    tonnes: float | None
    days: float | None
    region: str
    move: float
    months: int | None
    share: float | None
    others: str
    simulate: bool
    safe_level: bool
    world: Path | None


def buy_verb(asked: BuyRequest, *, json: bool, csv: bool) -> None:
    """Print a schedule; everything that the user gave is checked before anything is solved."""
    world = read_world(asked.world) if asked.world else read_world()
    ask = BuyAsk(
        material=asked.form, region=asked.region, tonnes=asked.tonnes, days=asked.days,
        move=asked.move, months=asked.months, share=asked.share, others=asked.others,
        simulate=asked.simulate, safe_level=asked.safe_level,
    )
    programmes = world_programmes(world.folder)
    content = build_up_content(world, build_up(world, ask, programmes), programmes)
    if json:
        print_json(content)
        return
    if csv:
        frame = pl.DataFrame(content["schedule"], infer_schema_length=None)
        say(frame.write_csv(line_terminator="\n").rstrip("\n"))
        return
    for line in buy_lines(content):
        tell(line)
    if content["schedule"]:
        print_table(pl.DataFrame(buy_rows(content)), BUY_COLUMNS, title="Purchases")
    if rows := competitor_rows(content):
        frame = pl.DataFrame(rows)
        print_table(frame, frame.columns, title="Other buyers: published goals, pace supposed")


def programmes_verb(
    owner: str, material: str, world: Path | None, *, json: bool, csv: bool
) -> None:
    """Print the published programmes, of one owner or that buy one form."""
    read = read_world(world) if world else read_world()
    text = world_programmes(read.folder)
    owners = list(dict.fromkeys(each.owner for each in text.programmes))
    problems: list[Problem] = []
    if owner and owner not in owners:
        problems.append(Problem("no programme of this owner", field="--owner", found=owner,
                                expected="one of " + ", ".join(owners),
                                nearest=nearest(owner, owners)))
    forms = [form for _, form in attempt(problems, forms_named, read, material) or ()]
    if problems:
        raise InputError(problems)
    wanted = [*forms, EVERY] if material else []
    chosen = [
        _of_forms(each, wanted) for each in text.programmes if not owner or each.owner == owner
    ]
    content = {
        "format": "orepact/reserve-programmes/1",
        "dataset": f"{read.dataset.name} {read.dataset.version}",
        "dataset_hash": read.dataset.hash,
        "programmes": [asdict(each) for each in chosen if each.purchases or not material],
    }
    if json:
        print_json(content)
        return
    frame = pl.DataFrame(programme_rows(content), infer_schema_length=None)
    if csv:
        say(frame.write_csv(line_terminator="\n").rstrip("\n"))
        return
    print_table(frame, frame.columns)
    for line in programme_notes(content):
        tell(line)


def _of_forms(programme: Programme, wanted: list[str]) -> Programme:
    """Return a programme with its purchases of some forms, all if none are named."""
    if not wanted:
        return programme
    kept = tuple(each for each in programme.purchases if each.material in wanted)
    return replace(programme, purchases=kept)
