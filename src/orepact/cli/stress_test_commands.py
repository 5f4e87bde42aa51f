"""The verb ``orepact stress-test``: the file that the Union's law asks for per material."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.options import Output, Records, Seed, Sets, Workers, WorldFolder

__all__ = ["stress_test"]

Mineral = Annotated[str, typer.Argument(help="Strategic raw material, or a mineral.")]
Region = Annotated[str, typer.Option(help="EU27, a member state or a country.")]
Day = Annotated[
    str | None,
    typer.Option("--on", help="As known on this day; today if not given.", metavar="DATE"),
]
Draws = Annotated[int, typer.Option(help="Draws of the uncertain numbers per set.")]
Quick = Annotated[
    bool,
    typer.Option("--quick", help="One parameter set, middle values, no scenarios that ship."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of the answer.")]


def stress_test(
    mineral: Mineral,
    *,
    output: Output = None,
    region: Region = "EU27",
    on: Day = None,
    world: WorldFolder = None,
    records: Records = None,
    sets: Sets = 5,
    draws: Draws = 2,
    seed: Seed = 1,
    workers: Workers = None,
    quick: Quick = False,
    json: Json = False,
) -> None:
    """Write the stress test of a material: vulnerability, factors, scenarios, mitigation.

    Example: orepact stress-test gallium -o gallium-2026

    Example: orepact stress-test rare-earths --quick
    """
    from orepact.cli.stress_test import Request, stress_test_verb

    stress_test_verb(
        Request(
            mineral=mineral,
            output=output,
            region=region,
            on=on,
            world=world,
            records=records,
            sets=1 if quick else sets,
            draws=0 if quick else draws,
            seed=seed,
            workers=1 if quick else workers,
            quick=quick,
        ),
        json=json,
    )
