"""The command ``orepact backtest``: predicted against observed in past control episodes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["backtest"]


def backtest(
    episode: Annotated[
        list[str] | None, typer.Argument(help="Episodes by name; all if none is given.")
    ] = None,
    *,
    episodes: Annotated[
        Path | None,
        typer.Option(help="Folder with episodes of your own, beside those that ship."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Three parameter sets, one base: a first look.")
    ] = False,
    as_in_chains: Annotated[
        bool,
        typer.Option(
            "--as-in-chains", help="Stocks of the exporter's users, rushes, leaks apart: slower."
        ),
    ] = False,
    points: Annotated[
        bool, typer.Option("--points", help="Also every observed point beside its band.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder for run.json, points.csv and drawings."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Predict past control episodes and score it: ranks, mean levels, coverage, benchmarks.

    Example: orepact backtest

    Example: orepact backtest antimony-2024 gallium-2023 --points

    Example: orepact backtest --episodes my-episodes -o backtest
    """
    from orepact.cli.backtest import Asked, backtest_verb

    asked = Asked(tuple(episode or ()), episodes, quick, points, as_in_chains, output)
    backtest_verb(asked, json=json)
