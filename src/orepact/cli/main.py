"""The command ``orepact``: one verb per question. Heavy modules are loaded inside the verbs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from orepact.errors import InputError, OrepactError

__all__ = ["app", "main"]

app = typer.Typer(
    name="orepact",
    help="Who runs short of which critical mineral, when and at what price, and what changes that.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


@app.command()
def run(
    study: Annotated[str, typer.Argument(help="Bundled study, or path of a study file.")] = (
        "control-clocks"
    ),
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder of the result.")
    ] = None,
    json: Json = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Central parameter set only: no band worth the name.")
    ] = False,
    bands: Annotated[
        str, typer.Option(help="standard (5 parameter sets) or full (all 100).")
    ] = "standard",
    records: Annotated[
        Path | None, typer.Option(help="Outcomes filed with `orepact control record`.")
    ] = None,
) -> None:
    """Run a study: progress, a summary table, and a folder with brief, tables and run.json.

    Example: orepact run control-clocks -o november
    """
    from orepact.cli.run import run_verb

    run_verb(study, output, json=json, quick=quick, bands=bands, records=records)


control = typer.Typer(
    help="Which export controls meet an item on a date; file what happened.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(control, name="control")

Day = Annotated[
    str | None, typer.Option("--on", help="Date YYYY-MM-DD; today if not given.", metavar="DATE")
]


@control.command("status")
def control_status(
    item: Annotated[str, typer.Option(help="Customs code, material or mineral.")],
    to: Annotated[str, typer.Option(help="Destination, ISO 3166-1 alpha-3.")],
    end_use: Annotated[str, typer.Option(help="civil, defence (military) or listed.")] = "civil",
    on: Day = None,
    exporter: Annotated[str | None, typer.Option(help="Exporter; all if not given.")] = None,
    branch: Annotated[str | None, typer.Option(help="Suppose a branch for open outcomes.")] = None,
    known_as_of: Annotated[
        str | None, typer.Option(help="Only what was known on this date.", metavar="DATE")
    ] = None,
    records: Annotated[Path | None, typer.Option(help="Outcomes filed before.")] = None,
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
def control_clocks(on: Day = None, json: Json = False) -> None:
    """Print the deadlines of all acts, with days left or days since.

    Example: orepact control clocks --on 2026-11-21
    """
    from orepact.cli.control import clocks_verb

    clocks_verb(on, json=json)


@control.command("record")
def control_record(
    act: Annotated[str, typer.Argument(help="Act or suspension, as printed by `control status`.")],
    outcome: Annotated[str, typer.Option(help="revives, extended, repealed or escalates.")],
    on: Annotated[str, typer.Option("--on", help="Date YYYY-MM-DD of the outcome.")],
    source: Annotated[str, typer.Option(help="Address or title of the source.")],
    until: Annotated[str | None, typer.Option(help="New last day of a suspension.")] = None,
    file: Annotated[Path, typer.Option(help="Append-only file of outcomes.")] = Path(
        "outcomes.jsonl"
    ),
    json: Json = False,
) -> None:
    """File what happened to an act, so that later runs and status tables use it.

    Example: orepact control record CN-2025-72 --outcome extended --on 2026-11-27
    --until 2027-11-27 --source https://example.org/announcement
    """
    from orepact.cli.control import record_verb

    record_verb(act, outcome, on, source, until=until, file=file, json=json)


@app.command()
def record(
    folder: Annotated[Path, typer.Argument(help="Folder of a run.")],
    file: Annotated[Path, typer.Option(help="Append-only file of predictions.")] = Path(
        "predictions.jsonl"
    ),
    json: Json = False,
) -> None:
    """File a run's predictions with time and hashes, to be scored when outcomes are known.

    Example: orepact record november
    """
    from orepact.cli.record import record_verb

    record_verb(folder, file, json=json)


data = typer.Typer(
    help="What the bundled dataset holds.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(data, name="data")


@data.command("sources")
def data_sources(
    to_confirm: Annotated[
        bool, typer.Option("--to-confirm", help="Only sources whose licence is to be confirmed.")
    ] = False,
    json: Json = False,
) -> None:
    """List the sources with edition, licence and address.

    Example: orepact data sources --to-confirm
    """
    from orepact.cli.data import sources_verb

    sources_verb(to_confirm=to_confirm, json=json)


@data.command("accounts")
def data_accounts(
    chain: Annotated[str | None, typer.Argument(help="One chain; all if not given.")] = None,
    json: Json = False,
) -> None:
    """Print the quality of every chain's balanced account: moved share, grade, coverage.

    Example: orepact data accounts gallium
    """
    from orepact.cli.data import accounts_verb

    accounts_verb(chain, json=json)


@data.command("cards")
def data_cards(
    chain: Annotated[str, typer.Argument(help="A chain of the dataset.")], json: Json = False
) -> None:
    """List the assumption cards of a chain: value, range, reason.

    Example: orepact data cards antimony
    """
    from orepact.cli.data import cards_verb

    cards_verb(chain, json=json)


def main() -> None:
    """Run the command line; exit code 2 for bad input, 1 when nothing could be proven."""
    try:
        app()
    except InputError as error:
        _ = sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    except OrepactError as error:
        _ = sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None
