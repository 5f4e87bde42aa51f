"""The verb ``orepact new chain``: a folder pre-filled from the dataset's tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from orepact.cli.show import print_json, say
from orepact.errors import InputError, Problem
from orepact.network import read_world
from orepact.network.accounts.raw import Window
from orepact.network.drafts.chain import Draft, draft_chain
from orepact.network.drafts.folder import write_draft
from orepact.network.world import WORLD

__all__ = ["NewChain", "chain_verb", "window_of"]

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_NAME = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class NewChain:
    """What the user asked `orepact new chain` for."""

    name: str
    mineral: str | None = None
    into: Path | None = None
    first: str = "2023-01"
    last: str = "2023-12"
    world: Path | None = None


def chain_verb(asked: NewChain, *, json: bool) -> None:
    """Draft a chain, write its folder, and say what is open and what to do next."""
    window = window_of(asked.first, asked.last)
    world = read_world(asked.world or WORLD, confirmed_only=True)
    _check_name(asked.name, list(world.chains))
    mineral = asked.mineral or asked.name.replace("-", "_")
    draft = draft_chain(world.bundle.table, world.regions, asked.name, mineral, window)
    folder = (asked.into or Path()) / asked.name
    paths = write_draft(draft, folder)
    account = world.with_chain(folder).accounts[asked.name]
    if json:
        print_json(
            {
                "format": "orepact/draft/1",
                "chain": asked.name,
                "folder": str(folder),
                "files": [path.name for path in paths],
                "grades": account.grades,
                "moved_share": account.moved_share,
                "open": [card.card for card in draft.cards],
            }
        )
        return
    _print(draft, folder, account.grades, account.moved_share)


def _check_name(name: str, chains: list[str]) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(
            [
                Problem(
                    "not a name of a chain",
                    field="NAME",
                    found=repr(name),
                    expected="small letters, digits and hyphens, a letter first",
                )
            ]
        )
    if name in chains:
        raise InputError(
            [
                Problem(
                    "the dataset has a chain of this name",
                    field="NAME",
                    found=repr(name),
                    expected="another name, with --mineral for the mineral",
                )
            ]
        )


def _print(draft: Draft, folder: Path, grades: dict[str, str], moved: float) -> None:
    say(f"{folder}: {draft.accounts.frame.height} account rows, {moved:.1%} of tonnes moved")
    for material in draft.text.materials:
        grade = grades[material.material]
        words = "D (assumed)" if grade == "D" else grade
        say(f"  {material.title}: grade {words}")
    for code, why in draft.raw.left_out:
        say(f"  left out: {code}, {why}")
    say(f"open, each a card with its range ({len(draft.cards)}):")
    for card in draft.cards:
        say(f"  {card.card}: {card.title}, {card.value:g} ({card.low:g} to {card.high:g})")
    say("next:")
    say(f"  orepact data account {folder}")
    say(f"  orepact data cards {folder}")


def window_of(first: str, last: str) -> Window:
    """Return the window of two months; raises `InputError` when they are none or out of order."""
    problems = [
        Problem("not a month", field=option, found=repr(text), expected="YYYY-MM")
        for option, text in (("--from", first), ("--to", last))
        if not _MONTH.fullmatch(text)
    ]
    if not problems and first > last:
        problems.append(
            Problem("the window ends before it starts", field="--to", found=last, expected=first)
        )
    if problems:
        raise InputError(problems)
    return Window(first, last)
