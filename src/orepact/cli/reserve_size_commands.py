"""Verbs of ``orepact reserve`` on how much: size, and separate against joint reserves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Json, Output, Records, Seed, Workers, WorldFolder

__all__ = ["reserve_pool", "reserve_size"]

Budget = Annotated[
    float | None,
    typer.Option(help="Money for all purchases together, USD; no limit if not given.",
                 metavar="USD"),
]
PoolBudget = Annotated[
    float, typer.Option(help="Money of all owners together, USD.", metavar="USD")
]
Chains = Annotated[
    list[str] | None,
    typer.Option("--chain", help="Only this chain; repeat, or name several with commas.",
                 metavar="NAME"),
]
Owners = Annotated[
    list[str] | None,
    typer.Option("--owner", help="Region that holds a reserve; repeat, or with commas.",
                 metavar="REGION"),
]
Entitled = Annotated[
    list[str] | None,
    typer.Option("--entitled", help="Region that may draw on all of it; its owner if none.",
                 metavar="REGION"),
]
Tail = Annotated[
    float, typer.Option(help="Weight of the worst futures against the mean, 0 to 1.")
]
Level = Annotated[float, typer.Option(help="Where the worst futures begin: 0.9 = worst tenth.")]
Futures = Annotated[int, typer.Option(help="Futures per chain.")]
FirstMonth = Annotated[
    str,
    typer.Option("--from", help="First month of the futures; the next one if not given.",
                 metavar="YYYY-MM"),
]
Tornado = Annotated[
    int,
    typer.Option(help="Futures of each of some thirty runs that put a supposition at one of its "
                 "ends (half and double of the willingness to pay among them); 0 = none is run."),
]
Sample = Annotated[
    int, typer.Option(help="Futures that the bought reserve is simulated in; 0 = none.")
]
Holdings = Annotated[
    Path | None, typer.Option(help="What is held already.", metavar="FILE")
]
Shares = Annotated[
    list[str] | None,
    typer.Option("--share", help="An owner's share of the money; repeat. Equal if not given.",
                 metavar="OWNER=FRACTION"),
]


def reserve_size(
    *,
    budget: Budget = None,
    chain: Chains = None,
    owner: Owners = None,
    entitled: Entitled = None,
    tail: Tail = 0.0,
    level: Level = 0.9,
    futures: Futures = 100,
    seed: Seed = 1,
    first_month: FirstMonth = "",
    holdings: Holdings = None,
    tornado: Tornado = 10,
    sample: Sample = 6,
    workers: Workers = None,
    output: Output = None,
    world: WorldFolder = None,
    records: Records = None,
    json: Json = False,
) -> None:
    """Size reserves under a budget: what to hold in which form, and what that hangs on.

    By default all chains are sized and then some thirty times again with fewer futures, for the
    tornado: minutes to tens of minutes; what is done and what is left is told as it runs. To be
    quick: name few chains, or --tornado 0 --sample 0, which leave the size itself as it is.

    Example: orepact reserve size --budget 2e9

    Example: orepact reserve size --budget 2e9 --tornado 0 --sample 0

    Example: orepact reserve size --budget 5e7 --chain antimony,gallium --owner EU27,USA --tail 0.3
    """
    from orepact.cli.reserve_size import Request, size_verb

    size_verb(
        Request(
            budget=budget,
            chains=_names(chain),
            owners=_names(owner) or ("EU27",),
            entitled=_names(entitled),
            tail=tail,
            level=level,
            futures=futures,
            seed=seed,
            first_month=first_month,
            holdings=holdings,
            tornado=tornado,
            sample=sample,
            workers=workers,
            output=output,
            world=world,
            records=records,
        ),
        json=json,
    )


def reserve_pool(
    *,
    budget: PoolBudget,
    chain: Chains = None,
    owner: Owners = None,
    share: Shares = None,
    futures: Futures = 60,
    seed: Seed = 1,
    first_month: FirstMonth = "",
    workers: Workers = None,
    output: Output = None,
    world: WorldFolder = None,
    records: Records = None,
    json: Json = False,
) -> None:
    """Compare separate, virtual and joint reserves: who gains, who subsidises, what refusal costs.

    Example: orepact reserve pool --budget 1e8 --owner EU27,USA,JPN --chain antimony,gallium

    Example: orepact reserve pool --budget 1e8 --owner EU27,JPN --share EU27=0.7 --share JPN=0.3
    """
    from orepact.cli.reserve_pool import PoolRequest, pool_verb

    pool_verb(
        PoolRequest(
            budget=budget,
            chains=_names(chain),
            owners=_names(owner) or ("EU27", "USA", "JPN"),
            shares=tuple(share or ()),
            futures=futures,
            seed=seed,
            first_month=first_month,
            workers=workers,
            output=output,
            world=world,
            records=records,
        ),
        json=json,
    )


def _names(words: list[str] | None) -> tuple[str, ...]:
    """Return the names of repeated options, each of which may hold several."""
    return tuple(name.strip() for word in words or () for name in word.split(",") if name.strip())
