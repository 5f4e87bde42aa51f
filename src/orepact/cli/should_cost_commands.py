"""The verb ``orepact support should-cost``: what a tonne needs that is not sold below cost."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.options import Json, Report, Seed, WorldFolder

__all__ = ["support_should_cost"]

Material = Annotated[
    str | None,
    typer.Argument(help="Material with a file of inputs, or the path of such a file; a list of "
                        "them if not given.", metavar="[MATERIAL|FILE]"),
]
Region = Annotated[
    list[str] | None, typer.Option(help="Where the plant stands; all of the file. Repeat.")
]
FeedsOption = Annotated[
    str,
    typer.Option("--feeds", help="Feeds at market prices, or at what they should cost: market or "
                                 "cost."),
]
Draws = Annotated[int, typer.Option(help="Members drawn from the ranges; 0 = middle values.")]
Doublings = Annotated[
    float,
    typer.Option(help="Doublings of cumulative output whose learning is counted; 0 = none."),
]


def support_should_cost(
    material: Material = None,
    *,
    region: Region = None,
    feeds: FeedsOption = "market",
    draws: Draws = 2000,
    seed: Seed = 1,
    doublings: Doublings = 0.0,
    report: Report = None,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Print what a new plant needs per tonne: band, build-up, what moves it, what stands beside.

    Refuses, with the list of what is missing, where inputs do not allow a price.

    Example: orepact support should-cost ndpr-oxide

    Example: orepact support should-cost magnet-heavy --region USA --feeds cost
    """
    from orepact.cli.should_cost import Request, should_cost_verb

    should_cost_verb(
        Request(material=material, regions=tuple(region or ()), feeds=feeds, draws=draws,
                seed=seed, doublings=doublings, report=report, world=world),
        json=json,
    )
