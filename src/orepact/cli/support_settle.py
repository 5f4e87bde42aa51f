"""The verb ``orepact support settle``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orepact.cli.show import print_json, print_table, say, tell
from orepact.errors import InputError, Problem, attempt
from orepact.network.world import read_world
from orepact.policy.support import check_support, read_support
from orepact.studies.support.settled import Asked, settlement
from orepact.units import convert
from orepact.views.price_support import settled_lines, settled_rows
from orepact.views.texts import say as words

__all__ = ["Request", "settle_verb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact support settle` for; prices in USD/kg."""

    support: str
    prices: tuple[float, ...]
    tonnes: float
    full: bool
    cap: float | None
    world: Path | None


def settle_verb(request: Request, *, json: bool) -> None:
    """Print what the instruments of a support pay at prices; nothing is solved."""
    over = read_world(*([request.world] if request.world else []))
    asked = Asked(
        prices=tuple(convert(price, "USD/kg", "USD/t") for price in request.prices),
        tonnes=request.tonnes, full=request.full,
        cap=None if request.cap is None else convert(request.cap, "USD/kg", "USD/t"),
    )
    problems: list[Problem] = []
    support = attempt(problems, read_support, request.support, over)
    if support is None:
        raise InputError([*asked.problems(), *problems])
    found = settlement(support, asked)
    if json:
        print_json(found)
        return
    say(support.title)
    tell(support.text)
    for one in check_support(support, over.network(support.chain)):
        tell(f"warning: {one}", indent="  ")
    for each in support.instruments:
        rows = settled_rows(found, each.name)
        if rows:
            paid = min(asked.tonnes, each.volume)
            frame = pl.DataFrame(rows)
            print_table(frame, frame.columns, title=words(
                "support_settled_title", instrument=each.name, material=each.material,
                tonnes=f"{asked.tonnes:,.6g}", paid=f"{paid:,.6g}"))
    for line in settled_lines(found, support):
        tell(line)
