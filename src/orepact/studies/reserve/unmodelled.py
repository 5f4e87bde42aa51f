"""What a size says nothing of: minerals without a chain, forms not stored, weak accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from orepact.network.world import World
from orepact.policy import Register
from orepact.studies.assessment.accounts import chains_of
from orepact.studies.reserve.cases import ChainCase
from orepact.studies.reserve.figures import WEAK_GRADES

__all__ = ["unmodelled_entries"]

YES = "yes"


def unmodelled_entries(
    world: World, register: Register, cases: Sequence[ChainCase], *, every: bool
) -> list[dict[str, Any]]:
    """Return what could not be modelled, each with its kind and why.

    With `every` also the minerals on the lists of the Union and the United States that no chain
    holds: without it only certain chains were asked for.
    """
    found: list[dict[str, Any]] = []
    for case in cases:
        chain = case.futures.chain
        found += [{"kind": "form", "what": gap.what, "why": gap.why} for gap in case.gaps]
        found += [{"kind": "future", "what": f"{chain}, {kind}", "why": why}
                  for kind, why in case.futures.missing.items() if why]
        found += [
            {"kind": "account", "what": one.reserve.name, "why": f"account of grade {one.grade}"}
            for one in case.candidates if one.grade in WEAK_GRADES
        ]
    if every:
        found += _without_chain(world, register)
    return found


def _without_chain(world: World, register: Register) -> Iterator[dict[str, Any]]:
    listed = world.bundle.table("minerals").filter(
        (pl.col("eu_strategic_2024") == YES) | (pl.col("eu_critical_2024") == YES)
        | (pl.col("us_critical_2025") == YES))
    for row in listed.iter_rows(named=True):
        if not chains_of(world, register, str(row["mineral"])):
            yield {"kind": "mineral", "what": str(row["name"]),
                   "why": "no scenario-level chain holds it"}
