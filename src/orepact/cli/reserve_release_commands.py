"""The verb ``orepact reserve release``: what a reserve gives by rule in a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Json, Output, Records, Seed, Sets, Workers, WorldFolder

__all__ = ["reserve_release"]

Rulebook = Annotated[str, typer.Argument(help="Bundled rulebook, or path of a rulebook file.")]
Scenario = Annotated[str, typer.Option(help="Bundled scenario, or path of a scenario file.")]
Holdings = Annotated[
    Path, typer.Option(help="Who holds what: YAML, CSV or a workbook.", metavar="FILE")
]
Draws = Annotated[
    int, typer.Option(help="Draws of the uncertain numbers per set; 0 = their middle values.")
]
Quick = Annotated[
    bool,
    typer.Option("--quick", help="One parameter set, middle values: no band worth the name."),
]
Check = Annotated[bool, typer.Option("--check", help="Check rules and holdings; run nothing.")]
Suggest = Annotated[
    bool, typer.Option("--suggest", help="Look for levels that do better, tried on left-out runs.")
]


def reserve_release(
    rulebook: Rulebook = "default",
    *,
    scenario: Scenario,
    holdings: Holdings,
    output: Output = None,
    world: WorldFolder = None,
    records: Records = None,
    sets: Sets = 5,
    draws: Draws = 2,
    seed: Seed = 1,
    workers: Workers = None,
    quick: Quick = False,
    check: Check = False,
    suggest: Suggest = False,
    json: Json = False,
) -> None:
    """Release reserves by rule: what leaves when, who uses it, where it leaks, what it costs.

    Example: orepact reserve release default --scenario antimony-conduits --holdings held.yaml
    """
    from orepact.cli.reserve_release import Request, release_verb

    asked = Request(
        rulebook=rulebook, scenario=scenario, holdings=holdings, output=output, world=world,
        records=records, sets=1 if quick else sets, draws=0 if quick else draws, seed=seed,
        windows=not quick, workers=workers, suggest=suggest, check=check,
    )
    release_verb(asked, json=json)
