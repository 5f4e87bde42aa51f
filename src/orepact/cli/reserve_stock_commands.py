"""Verbs of ``orepact reserve`` on what is held: forms, safe level, report, build-up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Csv, Json, WorldFolder

__all__ = [
    "reserve_buy",
    "reserve_forms",
    "reserve_programmes",
    "reserve_report",
    "reserve_safe_level",
]

Material = Annotated[
    str, typer.Option(help="Only this material or mineral; all if not given.", metavar="NAME")
]
Region = Annotated[str, typer.Option(help="Whose level: a region, as EU27 or USA.")]


def reserve_forms(
    *,
    material: Material = "",
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print in which form each material can be stored: purity, shelf life, time and cost.

    Example: orepact reserve forms --material dysprosium
    """
    from orepact.cli.reserve_forms import forms_verb

    forms_verb(material, world, json=json, csv=csv)


def reserve_safe_level(
    *,
    material: Material = "",
    region: Region = "EU27",
    days: Annotated[
        float | None,
        typer.Option(
            help="Days, then scaled by risk and importance; the card's 60 (30 to 90) if not given."
        ),
    ] = None,
    stocks: Annotated[
        Path | None,
        typer.Option(help="Stocks that count: a report of stocks or holdings.", metavar="FILE"),
    ] = None,
    published: Annotated[
        bool,
        typer.Option(help="Count private stocks that public tables print, so for the USA."),
    ] = True,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print everything behind each figure.")
    ] = False,
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print safe levels by form: days of net imports, the stocks that count, and the gap.

    Example: orepact reserve safe-level --material antimony --stocks stocks.yaml
    """
    from orepact.cli.reserve_level import LevelAsked, level_verb

    asked = LevelAsked(material, region, days, stocks, published, explain, world)
    level_verb(asked, json=json, csv=csv)


def reserve_report(
    file: Annotated[Path, typer.Argument(help="Report of stocks, YAML or CSV.", metavar="FILE")],
    *,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            help="Rule of disclosure: nk=2,90, p=10, pq=10,50 or frequency=3; repeat.",
        ),
    ] = None,
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print a national report of stocks, and which totals may be published beside it.

    Example: orepact reserve report stocks.yaml --rule p=10 --rule frequency=3
    """
    from orepact.cli.reserve_level import report_verb

    report_verb(file, tuple(rule or ()), world, json=json, csv=csv)


def reserve_buy(
    form: Annotated[str, typer.Argument(help="What to buy: a form, as antimony-metal.")],
    *,
    tonnes: Annotated[float | None, typer.Option(help="Tonnes as the chain counts them.")] = None,
    days: Annotated[
        float | None,
        typer.Option(
            help="Instead of tonnes: days of net imports, not scaled by risk unless --safe-level."
        ),
    ] = None,
    safe_level: Annotated[
        bool,
        typer.Option(
            "--safe-level",
            help="Buy the safe level: --days, or the card's 60, times risk and importance.",
        ),
    ] = False,
    region: Annotated[str, typer.Option(help="Who buys: a region of the chain.")] = "EU27",
    move: Annotated[
        float, typer.Option(help="Largest rise of the price, as a fraction; 5 % is 0.05.")
    ] = 0.05,
    months: Annotated[
        int | None, typer.Option(help="Buy evenly in so many months, whatever the price does.")
    ] = None,
    share: Annotated[
        float | None,
        typer.Option(help="Largest share of traded tonnes a month; the card's if not given."),
    ] = None,
    others: Annotated[
        str, typer.Option(help="What other programmes take of the market: none, middle or most.")
    ] = "middle",
    simulate: Annotated[
        bool, typer.Option(help="Buy it in the simulator too, and slow down where it must.")
    ] = True,
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print a schedule of purchases that moves the market less than a set share.

    Example: orepact reserve buy gallium-primary --days 60 --region EU27 --move 0.05
    """
    from orepact.cli.reserve_buy import BuyRequest, buy_verb

    asked = BuyRequest(form, tonnes, days, region, move, months, share, others, simulate,
                       safe_level, world)
    buy_verb(asked, json=json, csv=csv)


def reserve_programmes(
    *,
    owner: Annotated[str, typer.Option(help="Only this owner, as JPN; all if not given.")] = "",
    material: Material = "",
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print who else buys for a reserve, as published: tonnes, dollars or days, and sources.

    Example: orepact reserve programmes --material antimony
    """
    from orepact.cli.reserve_buy import programmes_verb

    programmes_verb(owner, material, world, json=json, csv=csv)
