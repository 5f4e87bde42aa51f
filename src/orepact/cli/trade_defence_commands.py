"""The command group ``orepact trade-defence``: margins, a monitor of imports, detours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Csv, Exclude, Json, Output, WorldFolder

__all__ = ["trade_defence_app"]

HELP = (
    "Trade defence: dumping and injury margins, surges, detours. Arithmetic, not legal advice."
)

trade_defence_app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)

Rate = Annotated[
    list[str] | None,
    typer.Option("--rate", metavar="CUR=USD",
                 help="US dollars for one unit of a currency, as EUR=1.08; repeat."),
]
Year = Annotated[int, typer.Option(help="Year of the tables; the newest if not given.")]
Costs = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Costs by product to construct a normal value from."),
]


@trade_defence_app.callback()
def trade_defence() -> None:
    """Trade defence: margins, surges, detours. Arithmetic, not legal advice."""


@trade_defence_app.command("margin")
def trade_defence_margin(
    sheet: Annotated[
        Path, typer.Argument(help="Sales at home and abroad: CSV or a workbook.", metavar="SHEET")
    ],
    *,
    costs: Costs = None,
    zeroing: Annotated[
        bool, typer.Option("--zeroing", help="Also with differences below zero taken as nothing.")
    ] = False,
    because: Annotated[
        str,
        typer.Option(metavar="TEXT",
                     help="Why averages cannot take a pattern of prices into account."),
    ] = "",
    rate: Rate = None,
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print margins of dumping by all three comparisons, and which of them may be used.

    Arithmetic, not legal advice.

    Example: orepact trade-defence margin sales.csv --costs costs.csv --rate EUR=1.08
    """
    from orepact.cli.trade_defence import MarginAsked, margin_verb

    asked = MarginAsked(sheet, costs, zeroing, because, tuple(rate or ()), world)
    margin_verb(asked, json=json, csv=csv)


@trade_defence_app.command("injury")
def trade_defence_injury(
    sheet: Annotated[
        Path,
        typer.Argument(help="Landed values and prices without injury: CSV or a workbook.",
                       metavar="SHEET"),
    ],
    *,
    dumping_margin: Annotated[
        float | None, typer.Option(help="Margin of dumping for the lesser duty; 30 % is 0.3.")
    ] = None,
    sales: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Instead: sales, whose W-W margin is taken."),
    ] = None,
    costs: Costs = None,
    rate: Rate = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print the injury margin, undercutting and the lesser duty.

    Arithmetic, not legal advice.

    Example: orepact trade-defence injury injury.csv --dumping-margin 0.3
    """
    from orepact.cli.trade_defence import InjuryAsked, injury_verb

    asked = InjuryAsked(sheet, dumping_margin, sales, costs, tuple(rate or ()))
    injury_verb(asked, json=json, csv=csv)


@trade_defence_app.command("monitor")
def trade_defence_monitor(
    *,
    importer: Annotated[str, typer.Option(help="Who imports: EU27 or a country, ISO 3166-1.")],
    item: Annotated[
        str, typer.Option(help="Customs code or mineral; every code if not given.")
    ] = "",
    year: Year = 0,
    exclude_to_confirm: Exclude = False,
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print origins whose imports surge, and unit values below those of other origins.

    Arithmetic, not legal advice.

    Example: orepact trade-defence monitor --importer USA --item antimony
    """
    from orepact.cli.trade_defence import MonitorAsked, monitor_verb

    asked = MonitorAsked(importer, item, year, world, exclude_to_confirm)
    monitor_verb(asked, json=json, csv=csv)


@trade_defence_app.command("circumvention")
def trade_defence_circumvention(
    *,
    item: Annotated[str, typer.Option(help="Customs code or mineral.")] = "",
    exporter: Annotated[str, typer.Option(help="Whose exports are controlled.")] = "CHN",
    year: Year = 0,
    to: Annotated[str, typer.Option("--to", help="Only this buyer.")] = "",
    through: Annotated[str, typer.Option(help="Only this third country.")] = "",
    by_value: Annotated[
        bool,
        typer.Option("--by-value", help="Value over the world's unit value, even with tonnes."),
    ] = False,
    backtest: Annotated[
        bool,
        typer.Option("--backtest",
                     help="Instead: hits, misses and false alarms on documented episodes."),
    ] = False,
    output: Output = None,
    exclude_to_confirm: Exclude = False,
    world: WorldFolder = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Print signs of detours round an exporter: who sells more where it sells less.

    Arithmetic, not legal advice.

    Example: orepact trade-defence circumvention --item antimony --to USA

    Example: orepact trade-defence circumvention --backtest
    """
    from orepact.cli.trade_defence import DetourAsked, backtest_verb, detour_verb

    asked = DetourAsked(item, exporter, year, to, through, by_value, world, exclude_to_confirm,
                        output)
    if backtest:
        backtest_verb(asked, json=json, csv=csv)
    else:
        detour_verb(asked, json=json, csv=csv)
