"""The command group ``orepact support``: floors, contracts and subsidies, and what they cost."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.options import Json, Output, Seed, WorldFolder
from orepact.cli.should_cost_commands import support_should_cost
from orepact.cli.support_tunnel_commands import support_wind_tunnel

__all__ = ["support_app"]

support_app = typer.Typer(
    help="Price supports: floors, contracts, subsidies, standards, offtake, and what they cost.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Supports = Annotated[
    list[str], typer.Argument(help="Bundled supports, or paths of support files.", metavar="FILE")
]


@support_app.callback()
def support() -> None:
    """Price supports: floors, contracts, subsidies, standards, offtake, and what they cost."""


@support_app.command("list")
def support_list(*, world: WorldFolder = None, json: Json = False) -> None:
    """List the supports that ship: kind, stage, zone, level, cap and months.

    Example: orepact support list
    """
    from orepact.cli.support import list_verb

    list_verb(world, json=json)


@support_app.command("check")
def support_check(files: Supports, *, world: WorldFolder = None, json: Json = False) -> None:
    """Check support files: overlapping floors, reversed dates, negative amounts, unknown names.

    Example: orepact support check magnets-floor my-support.yaml
    """
    from orepact.cli.support import check_verb

    check_verb(files, world, json=json)


_ = support_app.command("should-cost")(support_should_cost)


@support_app.command("settle")
def support_settle(
    file: Annotated[str, typer.Argument(help="Bundled support, or path of a support file.")],
    *,
    price: Annotated[
        list[float], typer.Option(help="Price without tax, USD/kg; repeat.", metavar="USD/KG")
    ],
    tonnes: Annotated[float, typer.Option(help="Tonnes sold in the month.")],
    full: Annotated[
        bool, typer.Option("--full", help="Full production is reached, so upside may be shared.")
    ] = False,
    cap: Annotated[
        float | None,
        typer.Option(help="Upper end of a collar on the same floor, USD/kg.", metavar="USD/KG"),
    ] = None,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Settle a month at given prices: as written, and one-way, two-way and collar beside it.

    Example: orepact support settle mp-110 --price 60 --price 150 --tonnes 1000 --full --cap 130
    """
    from orepact.cli.support_settle import Request, settle_verb

    settle_verb(Request(support=file, prices=tuple(price), tonnes=tonnes, full=full, cap=cap,
                        world=world), json=json)


@support_app.command("cost")
def support_cost(
    file: Annotated[str, typer.Argument(help="Bundled support, or path of a support file.")],
    *,
    process: Annotated[
        str, typer.Option(help="How the price moves: gbm, mean-reverting or both.")
    ] = "both",
    years: Annotated[
        int, typer.Option(help="Years from the first month on; 0 = the rest of the contract.")
    ] = 0,
    draws: Annotated[int, typer.Option(help="Members: price paths, each with drawn cards.")] = 2000,
    seed: Seed = 1,
    output: Output = None,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Price a contract over price paths: mean, 5th to 95th percentile, year by year.

    Example: orepact support cost mp-110 --process mean-reverting -o mp-cost
    """
    from orepact.cli.support_cost import Request, cost_verb

    cost_verb(Request(support=file, process=process, years=years, draws=draws, seed=seed,
                      output=output, world=world), json=json)


_ = support_app.command("wind-tunnel")(support_wind_tunnel)
