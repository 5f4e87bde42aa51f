"""The verb ``orepact projects portfolio``: its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Json, Output, Seed, WorldFolder

__all__ = ["projects_portfolio"]

Budget = Annotated[
    list[str] | None,
    typer.Option(help="Public money of a zone, USD; repeat. EU27=2e9 and USA=2e9 if not given.",
                 metavar="ZONE=USD"),
]
Chains = Annotated[
    list[str] | None,
    typer.Option("--chain", help="Only this chain; repeat, or name several with commas.",
                 metavar="NAME"),
]
Projects = Annotated[
    Path | None,
    typer.Option(help="Own projects instead of those that ship.", metavar="FILE"),
]
Deadline = Annotated[
    int, typer.Option(help="Year by whose end capacity is to be open.", metavar="YEAR")
]
InTime = Annotated[
    float,
    typer.Option("--in-time", help="Only projects that open by the deadline with at least this "
                 "chance, 0 to 1."),
]
Shift = Annotated[
    float | None,
    typer.Option(help="Most of a zone's use that a new single supplier may have, 0 to 1; "
                 "no such test if not given."),
]
Futures = Annotated[int, typer.Option(help="Futures of controls, growth and lead times.")]
Lead = Annotated[float, typer.Option("--lead-times", help="Lead times, over those of the cards.")]
Shortage = Annotated[float, typer.Option(help="Weight of shortage avoided.")]
Cost = Annotated[float, typer.Option(help="Weight of money.")]
Diversity = Annotated[
    float, typer.Option(help="Charge on concentrated supply, over base price.")
]
Draws = Annotated[int, typer.Option(help="How often all is chosen again on other futures.")]
Sensitivity = Annotated[
    str, typer.Option(help="Choose again with cards at their ends: none, main or full.")
]


def projects_portfolio(
    *,
    budget: Budget = None,
    chain: Chains = None,
    projects: Projects = None,
    deadline: Deadline = 2030,
    in_time: InTime = 0.0,
    shift: Shift = None,
    futures: Futures = 13,
    seed: Seed = 1,
    lead_times: Lead = 1.0,
    weight_shortage: Shortage = 1.0,
    weight_cost: Cost = 1.0,
    weight_diversity: Diversity = 0.05,
    draws: Draws = 2,
    sensitivity: Sensitivity = "main",
    output: Output = None,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Choose projects under a budget: zones together and each by itself, and what pooling gains.

    Example: orepact projects portfolio

    Example: orepact projects portfolio --budget EU27=1e9 --budget USA=3e9 --shift 0.4
    """
    from orepact.cli.projects_portfolio import Request, portfolio_verb

    asked = Request(
        budget=tuple(budget or ()),
        chains=tuple(name for one in chain or () for name in one.split(",")),
        projects=projects, deadline=deadline, in_time=in_time, shift=shift,
        futures=futures, seed=seed,
        wait=lead_times, shortage=weight_shortage, cost=weight_cost, diversity=weight_diversity,
        draws=draws, sensitivity=sensitivity, output=output, world=world)
    portfolio_verb(asked, json=json)
