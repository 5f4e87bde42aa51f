"""The command group ``orepact share``: who gets what when there is too little."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Json, Output, Records, Seed, Sets, WorldFolder

__all__ = ["share"]

share = typer.Typer(
    help="Emergency sharing: the oil agreement's formula and its rivals, per form of a mineral.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Rule = Annotated[
    list[str] | None,
    typer.Option("--rule", help="Only this rule; repeat. All if not given.", metavar="NAME"),
]


@share.command("rules")
def share_rules(
    *,
    claims: Annotated[
        str,
        typer.Option(help="Claims: A=100,B=200, or a file (YAML orepact/division/1, or CSV).",
                     metavar="CLAIMS"),
    ],
    available: Annotated[
        str | None,
        typer.Option(help="How much there is, in the unit of the claims.", metavar="NUMBER"),
    ] = None,
    rule: Rule = None,
    json: Json = False,
) -> None:
    """Divide an amount among claims: all rules side by side, with measures of fairness.

    Example: orepact share rules --claims "EU27=300,USA=200,JPN=100" --available 300

    Example: orepact share rules --claims claims.yaml --rule talmud --rule leximin
    """
    from orepact.cli.share_rules import rules_verb

    rules_verb(claims, available, tuple(rule or ()), json=json)


Form = Annotated[
    str,
    typer.Argument(
        help="A form, a mineral or a chain; or a file of your own group "
        "(orepact/emergency-group/1).",
        metavar="MATERIAL",
    ),
]
Members = Annotated[
    str | None,
    typer.Option(help="Places of the chain, separated by commas; EU27,USA,JPN,KOR if not given.",
                 metavar="PLACES"),
]
Losses = Annotated[
    list[str] | None,
    typer.Option(
        help="What is shipped less: 0.3 (all from outside), CHN=0.8, CHN>JPN=1, CHN=0.6..0.9; "
        "repeat.",
        metavar="[EXPORTER[>MEMBER]=]SHARE",
    ),
]
ScenarioName = Annotated[
    str, typer.Option(help="Simulate this scenario instead: a bundled one or a file.")
]
Days = Annotated[
    int | None,
    typer.Option(help="Commitment of each member: days of its net imports; 90 if not given."),
]
HoldingsFile = Annotated[
    Path | None,
    typer.Option(
        help="Reserves that are held (orepact/holdings/1 or a sheet); without --days they are the "
        "commitments.",
        metavar="FILE",
    ),
]
Months = Annotated[
    int, typer.Option(help="Months that a scenario is averaged over and reserves have to last.")
]
Base = Annotated[
    str,
    typer.Option(help="Base period of a scenario: account (its window) or recent (Article 18: "
                 "the last four quarters, as replayed)."),
]
Draws = Annotated[
    int, typer.Option(help="Draws of a scenario's uncertain numbers per set; 0 = middle.")
]


@share.command("emergency")
def share_emergency(
    material: Form,
    *,
    members: Members = None,
    loss: Losses = None,
    scenario: ScenarioName = "",
    days: Days = None,
    holdings: HoldingsFile = None,
    rule: Rule = None,
    months: Months = 12,
    base: Base = "account",
    sets: Sets = 5,
    draws: Draws = 0,
    seed: Seed = 1,
    world: WorldFolder = None,
    records: Records = None,
    output: Output = None,
    json: Json = False,
) -> None:
    """Share a form in an emergency as the oil agreement of 1974 would, and as others would.

    Example: orepact share emergency magnet-heavy --members EU27,USA,JPN --loss CHN=0.3..0.5

    Example: orepact share emergency gallium-refined --scenario gallium-refusal -o gallium
    """
    from orepact.cli.share import Request, emergency_verb

    emergency_verb(
        Request(
            material=material, members=members, loss=tuple(loss or ()), scenario=scenario,
            days=days, holdings=holdings, rules=tuple(rule or ()), months=months, base=base,
            sets=sets, draws=draws, seed=seed, world=world, records=records, output=output,
        ),
        json=json,
    )
