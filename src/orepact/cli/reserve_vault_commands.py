"""The verb ``orepact reserve vault``: cash and cover of a reserve that manufacturers commit to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Json, Output, Seed, WorldFolder

__all__ = ["reserve_vault"]

TermsFile = Annotated[
    Path | None,
    typer.Option("--terms", metavar="FILE",
                 help="Terms with ranges (YAML); those of Project Vault if not given."),
]
Months = Annotated[int, typer.Option(help="Months; those of the loan if 0.")]
Goals = Annotated[
    str,
    typer.Option(metavar="emergency=W,market=W,demand=W",
                 help="Weights of the three goals, relative to each other; one left out is 0."),
]
Draws = Annotated[int, typer.Option(help="Members drawn from the ranges; 0 = middle values.")]
GoneIn = Annotated[
    int,
    typer.Option("--gone-in",
                 help="Month in which a participant defaults or leaves, one that is followed."),
]


def reserve_vault(
    *,
    output: Output = None,
    terms: TermsFile = None,
    months: Months = 0,
    goals: Goals = "emergency=1,market=1,demand=1",
    draws: Draws = 200,
    seed: Seed = 1,
    gone_in: GoneIn = 48,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Follow a joint reserve over the years of its loan: cash, cover, both readings, a brief.

    Example: orepact reserve vault -o vault --goals emergency=2,market=0,demand=1

    Example: orepact reserve vault --terms my-terms.yaml --draws 500
    """
    from orepact.cli.reserve_vault import Request, vault_verb

    vault_verb(
        Request(output=output, terms=terms, months=months, goals=goals, draws=draws, seed=seed,
                gone_in=gone_in, world=world),
        json=json,
    )
