"""The command ``orepact``: one verb per question. Heavy modules are loaded inside the verbs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.assess_commands import assess
from orepact.cli.backtest_commands import backtest
from orepact.cli.claims_commands import claims
from orepact.cli.data_commands import data
from orepact.cli.exercise_commands import exercise
from orepact.cli.new_commands import new
from orepact.cli.options import Day, Json, Records, WorldFolder
from orepact.cli.projects_commands import projects_app
from orepact.cli.reserve_commands import reserve_app
from orepact.cli.scenario_commands import scenario
from orepact.cli.share_commands import share
from orepact.cli.stress_commands import stress
from orepact.cli.stress_test_commands import stress_test
from orepact.cli.support_commands import support_app
from orepact.cli.trade_defence_commands import trade_defence_app
from orepact.errors import InputError, OrepactError

__all__ = ["app", "main"]

app = typer.Typer(
    name="orepact",
    help="Who runs short of which critical mineral, when and at what price, and what changes that.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)



@app.command()
def run(
    study: Annotated[str, typer.Argument(help="Bundled study, or path of a study file.")] = (
        "control-clocks"
    ),
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder of the result.")
    ] = None,
    world: WorldFolder = None,
    records: Records = None,
    bands: Annotated[
        str, typer.Option(help="standard (5 parameter sets) or full (all 100).")
    ] = "standard",
    quick: Annotated[
        bool, typer.Option("--quick", help="Central parameter set only: no band worth the name.")
    ] = False,
    exclude_to_confirm: Annotated[
        bool,
        typer.Option("--exclude-to-confirm", help="Leave out rows whose licence is to confirm."),
    ] = False,
    chain: Annotated[
        list[str] | None,
        typer.Option(help="Also this chain: a folder, or the name of an installed one; repeat."),
    ] = None,
    json: Json = False,
) -> None:
    """Run a study: progress, a summary table, and a folder with brief, tables and run.json.

    Example: orepact run control-clocks -o november
    """
    from orepact.cli.run import Request, run_verb

    asked = Request(
        study, output, world, records, bands, quick, exclude_to_confirm, tuple(chain or ())
    )
    run_verb(asked, json=json)


control = typer.Typer(
    help="Which export controls meet an item on a date; file what happened.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(control, name="control")


@control.command("status")
def control_status(
    *,
    item: Annotated[str, typer.Option(help="Customs code, material or mineral.")],
    to: Annotated[str, typer.Option(help="Destination, ISO 3166-1 alpha-3.")],
    end_use: Annotated[str, typer.Option(help="civil, defence (military) or listed.")] = "civil",
    on: Day = None,
    exporter: Annotated[str | None, typer.Option(help="Exporter; all if not given.")] = None,
    branch: Annotated[str | None, typer.Option(help="Suppose a branch for open outcomes.")] = None,
    known_as_of: Annotated[
        str | None, typer.Option(help="Only what was known on this date.", metavar="DATE")
    ] = None,
    records: Records = None,
    json: Json = False,
) -> None:
    """Print the acts that meet an item: status, reference and date of knowledge.

    Example: orepact control status --item 81129289 --to LTU --end-use defence --on 2026-11-28
    """
    from orepact.cli.control import status_verb

    status_verb(
        item,
        to,
        end_use,
        on,
        exporter=exporter,
        branch=branch,
        known_as_of=known_as_of,
        records=records,
        json=json,
    )


@control.command("clocks")
def control_clocks(
    *,
    on: Day = None,
    records: Records = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also deadlines of more than a year ago.")
    ] = False,
    json: Json = False,
) -> None:
    """Print the deadlines of all acts, with days left or days since.

    Example: orepact control clocks --on 2026-11-21
    """
    from orepact.cli.control import clocks_verb

    clocks_verb(on, records=records, every=every, json=json)


@control.command("record")
def control_record(
    act: Annotated[str, typer.Argument(help="Act or suspension, as printed by `control clocks`.")],
    *,
    outcome: Annotated[str, typer.Option(help="revives, extended, repealed or escalates.")],
    on: Annotated[
        str,
        typer.Option(
            "--on",
            metavar="DATE",
            help="First day back in force; of an extension the new last day at rest; "
            "of a repeal the last day of the act.",
        ),
    ],
    source: Annotated[str, typer.Option(help="Address or title of what was read.")],
    known_as_of: Annotated[
        str | None, typer.Option(help="Day on which you knew; today if not given.", metavar="DATE")
    ] = None,
    file: Annotated[Path, typer.Option(help="Append-only file of outcomes.")] = Path(
        "outcomes.jsonl"
    ),
    json: Json = False,
) -> None:
    """File what happened to an act, so that later runs and status tables use it.

    Example: orepact control record CN-2025-72 --outcome extended --on 2027-11-27
    --source "Announcement of the ministry"
    """
    from orepact.cli.control import record_verb

    record_verb(act, outcome, on, source, known_as_of=known_as_of, file=file, json=json)


@app.command()
def record(
    run: Annotated[
        Path | None,
        typer.Argument(help="Folder of a run or a stress run.", show_default=False),
    ] = None,
    *,
    file: Annotated[Path, typer.Option(help="Append-only file of predictions.")] = Path(
        "predictions.jsonl"
    ),
    verify: Annotated[
        Path | None,
        typer.Option("--verify", help="Check this file of predictions instead.", metavar="FILE"),
    ] = None,
    probability: Annotated[
        list[str] | None,
        typer.Option(help="Your own probability of a branch, 1 together; repeat.",
                     metavar="BRANCH=P"),
    ] = None,
    score: Annotated[
        Path | None,
        typer.Option("--score", metavar="FILE",
                     help="Score this file of predictions instead; RUN is the run behind one."),
    ] = None,
    observed: Annotated[
        Path | None,
        typer.Option(help="What was observed since (CSV), for --score.", metavar="FILE"),
    ] = None,
    above: Annotated[
        list[str] | None,
        typer.Option(help="With --score: how probable the run held this; repeat.",
                     metavar="'FIGURE > NUMBER'"),
    ] = None,
    line: Annotated[
        int | None, typer.Option(help="With --score: the one line to score.", metavar="N")
    ] = None,
    on: Day = None,
    json: Json = False,
) -> None:
    """File a run's predictions with time and hashes; score them when outcomes are known.

    Example: orepact record november

    Example: orepact record --verify predictions.jsonl

    Example: orepact record --score predictions.jsonl --observed observed.csv
    """
    from orepact.cli.record import Scoring, file_verb, score_verb, verify_verb

    if verify is not None:
        verify_verb(verify, json=json)
    elif score is not None:
        score_verb(Scoring(score, observed, run, tuple(above or ()), line, on), json=json)
    else:
        file_verb(run, file, tuple(probability or ()), json=json)


_ = app.command()(backtest)
app.add_typer(assess, name="assess")
app.add_typer(data, name="data")
app.add_typer(claims, name="claims")
app.add_typer(new, name="new")
app.add_typer(scenario, name="scenario")
app.add_typer(projects_app, name="projects")
app.add_typer(reserve_app, name="reserve")
app.add_typer(support_app, name="support")
app.add_typer(trade_defence_app, name="trade-defence")
app.add_typer(share, name="share")
app.add_typer(exercise, name="exercise")
_ = app.command()(stress)
_ = app.command("stress-test")(stress_test)


def main() -> None:
    """Run the command line; exit code 2 for bad input, 1 when nothing could be proven."""
    try:
        app()
    except InputError as error:
        _ = sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    except (OrepactError, OSError) as error:
        _ = sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None
