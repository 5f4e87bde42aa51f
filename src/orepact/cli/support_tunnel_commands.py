"""The verb ``orepact support wind-tunnel``: supports side by side under the exporter's answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Json, Records, Seed, Workers, WorldFolder

__all__ = ["support_wind_tunnel"]


def support_wind_tunnel(
    chain: Annotated[
        str, typer.Argument(help="Chain that they are laid over.", metavar="CHAIN")
    ] = "rare-earth-magnets",
    *,
    support: Annotated[
        list[str] | None,
        typer.Option(help="Bundled support or support file; repeat. Those that ship for the "
                     "chain, if none is given.", metavar="FILE"),
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(help="Bundled scenario or scenario file as an answer of the exporter; "
                     "repeat. Those that ship for the chain, if none is given.", metavar="FILE"),
    ] = None,
    sets: Annotated[int, typer.Option(help="Parameter sets, each with a draw of all ranges.")] = 4,
    paths: Annotated[int, typer.Option(help="Price paths of each process round a member.")] = 200,
    seed: Seed = 1,
    workers: Workers = None,
    report: Annotated[
        Path | None,
        typer.Option("-o", "--output", "--report", metavar="FOLDER",
                     help="Folder for the brief (HTML, PDF), tables and run.json."),
    ] = None,
    world: WorldFolder = None,
    records: Records = None,
    json: Json = False,
) -> None:
    """Run price supports side by side while the exporter floods, restricts or diverts.

    Example: orepact support wind-tunnel rare-earth-magnets

    Example: orepact support wind-tunnel --support magnets-floor --support my-floor.yaml -o tunnel
    """
    from orepact.cli.support_wind_tunnel import Request, wind_tunnel_verb

    wind_tunnel_verb(
        Request(chain=chain, supports=tuple(support or ()), answers=tuple(answer or ()),
                sets=sets, paths=paths, seed=seed, workers=workers,
                folder=report, world=world, records=records),
        json=json,
    )
