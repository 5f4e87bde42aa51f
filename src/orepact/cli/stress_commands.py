"""The verb ``orepact stress``: what a scenario does to chains, as bands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Json, Output, Records, Seed, Sets, Workers, WorldFolder

__all__ = ["stress"]


ScenarioName = Annotated[
    str, typer.Argument(help="Bundled scenario, or path of a scenario file.")
]
Draws = Annotated[
    int, typer.Option(help="Draws of the uncertain numbers per set; 0 = their middle values.")
]
Sampling = Annotated[str, typer.Option(help="latin-hypercube or sobol.")]
OneWindow = Annotated[
    bool, typer.Option("--one-window", help="Only each chain's own base window.")
]
Scheduler = Annotated[
    str, typer.Option(help="Dask scheduler to run on.", metavar="tcp://HOST:PORT")
]
Quick = Annotated[
    bool,
    typer.Option("--quick", help="One parameter set, middle values: no band worth the name."),
]
Resume = Annotated[
    bool, typer.Option(help="Go on with what a stopped run left in the folder, or begin anew.")
]
MemberStates = Annotated[
    bool, typer.Option("--member-states", help="EU members as places of their own.")
]
PlanRegion = Annotated[str, typer.Option("--plan-region", help="Region whose plan may break.")]
PlanUnmet = Annotated[
    float, typer.Option("--plan-unmet", help="Unmet fraction of use that breaks the plan.")
]
Flows = Annotated[
    Path | None,
    typer.Option(
        "--input-output", metavar="FILE",
        help="Flows between sectors of the plan's region (CSV): adds an exposure index.",
    ),
]


ReservesFile = Annotated[
    Path | None,
    typer.Option(
        "--reserves", metavar="FILE",
        help="Who holds what (YAML, CSV, workbook): adds what releases by rule would change.",
    ),
]
RulebookName = Annotated[
    str, typer.Option(help="Release rulebook for --reserves: bundled, or path of a file.")
]


def stress(
    scenario: ScenarioName,
    *,
    output: Output = None,
    world: WorldFolder = None,
    records: Records = None,
    sets: Sets = 5,
    draws: Draws = 4,
    seed: Seed = 1,
    sampling: Sampling = "latin-hypercube",
    one_window: OneWindow = False,
    workers: Workers = None,
    scheduler: Scheduler = "",
    quick: Quick = False,
    resume: Resume = True,
    member_states: MemberStates = False,
    plan_region: PlanRegion = "EU27",
    plan_unmet: PlanUnmet = 0.10,
    input_output: Flows = None,
    reserves: ReservesFile = None,
    rulebook: RulebookName = "default",
    json: Json = False,
) -> None:
    """Run a scenario: bands of prices, unmet use and cover, what drives them, what breaks a plan.

    Example: orepact stress graphite-return -o graphite

    Example: orepact stress my.yaml --sets 100 --draws 10 --scheduler tcp://10.0.0.1:8786
    """
    from orepact.cli.stress import Request, stress_verb

    stress_verb(
        Request(
            scenario=scenario,
            output=output,
            world=world,
            records=records,
            sets=1 if quick else sets,
            draws=0 if quick else draws,
            seed=seed,
            sampling=sampling,
            windows=not (one_window or quick),
            workers=1 if quick else workers,
            scheduler=scheduler,
            resume=resume,
            member_states=member_states,
            plan=(plan_region, plan_unmet),
            input_output=input_output,
            reserves=reserves,
            rulebook=rulebook,
        ),
        json=json,
    )
