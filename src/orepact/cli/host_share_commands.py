"""The verb ``orepact projects host-share``: what stays in a host country of a product's value."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.options import Json, Report, Seed, WorldFolder

__all__ = ["projects_host_share"]

Host = Annotated[
    str | None,
    typer.Argument(help="Chain and host, as cobalt-COD, or the path of a file of terms; a list if "
                        "not given.", metavar="[NAME|FILE]"),
]
Draws = Annotated[int, typer.Option(help="Members drawn from the ranges; 0 = middle values.")]


def projects_host_share(
    name: Host = None,
    *,
    draws: Draws = 2000,
    seed: Seed = 1,
    report: Report = None,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Print a host country's share of value: royalty, tax, local inputs; as ore or processed.

    Example: orepact projects host-share cobalt-COD
    """
    from orepact.cli.host_share import host_share_verb

    host_share_verb(name, draws=draws, seed=seed, report=report, world=world, json=json)
