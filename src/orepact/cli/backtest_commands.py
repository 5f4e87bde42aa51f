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
        bool, typer.Option("--quick", help="Five parameter sets only: bands are too narrow.")
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

    backtest_verb(Asked(tuple(episode or ()), episodes, quick, points, output), json=json)
