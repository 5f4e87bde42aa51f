"""The command group ``orepact reserve ledger``: who has what in a joint reserve, to the gram."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Day, Json

__all__ = ["ledger_app"]

ledger_app = typer.Typer(
    help="The ledger of a joint reserve: double-entry in grams and cents, append-only.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Future = Annotated[
    bool, typer.Option("--future", help="Take days after today; none before them can follow.")
]
LedgerFile = Annotated[Path, typer.Argument(help="File of the ledger.", metavar="FILE")]


@ledger_app.command("open")
def ledger_open(
    file: LedgerFile,
    *,
    opening: Annotated[
        Path,
        typer.Option("--from", metavar="OPENING",
                     help="Forms, participants, tranches, reading of re-buying (YAML)."),
    ],
    own_forms: Annotated[
        bool, typer.Option("--own-forms", help="Take forms that the dataset does not store.")
    ] = False,
    future: Future = False,
    json: Json = False,
) -> None:
    """Open a ledger in a new file.

    Example: orepact reserve ledger open vault.db --from opening.yaml
    """
    from orepact.cli.reserve_ledger import open_verb

    open_verb(file, opening, own_forms=own_forms, future=future, json=json)


@ledger_app.command("book")
def ledger_book(
    file: LedgerFile,
    words: Annotated[
        list[str] | None,
        typer.Argument(help="A movement and its fields.", metavar="MOVEMENT FIELD=VALUE...",
                       show_default=False),
    ] = None,
    *,
    movements: Annotated[
        Path | None,
        typer.Option("--from", metavar="MOVEMENTS", help="Book the movements of this file (YAML)."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Book a file that was booked already once more.")
    ] = False,
    future: Future = False,
    on: Day = None,
    json: Json = False,
) -> None:
    """Book a movement, or a file of them; what breaks a rule is refused and nothing is booked.

    Example: orepact reserve ledger book vault.db draw draw=d1 participant=boeing
    commitment=boeing-titanium tonnes=12.5 restore_by=2028-03-01 --on 2027-03-01

    Example: orepact reserve ledger book vault.db --from march.yaml
    """
    from orepact.cli.reserve_ledger import book_verb

    book_verb(file, words or [], movements, on, future=future, again=again, json=json)


@ledger_app.command("reverse")
def ledger_reverse(
    file: LedgerFile,
    entry: Annotated[
        int,
        typer.Argument(help="Number of the entry that is undone.", metavar="ENTRY",
                       show_default=False),
    ],
    *,
    note: Annotated[str, typer.Option(help="Why; kept with the reversal.")] = "",
    future: Future = False,
    on: Day = None,
    json: Json = False,
) -> None:
    """Undo an entry by a new one that mirrors it and names it; both stay in the journal.

    Refused where there is no such entry, it was reversed already or is itself a reversal, later
    entries rest on it, or its mirror would overdraw an account.

    Example: orepact reserve ledger reverse vault.db 7 --note "wrong tonnes"
    """
    from orepact.cli.reserve_ledger import reverse_verb

    reverse_verb(file, entry, on, note=note, future=future, json=json)


@ledger_app.command("show")
def ledger_show(file: LedgerFile, *, on: Day = None, json: Json = False) -> None:
    """Print who has what, what is promised, drawn and overdue.

    Example: orepact reserve ledger show vault.db --on 2028-03-02
    """
    from orepact.cli.reserve_ledger import show_verb

    show_verb(file, on, json=json)


@ledger_app.command("check")
def ledger_check(
    file: LedgerFile,
    *,
    head: Annotated[
        str,
        typer.Option(help="Hash noted earlier: refuse where the ledger does not hold its entry."),
    ] = "",
    json: Json = False,
) -> None:
    """Check every hash, and that every entry follows from its rule.

    Example: orepact reserve ledger check vault.db --head 5f0c2a9d41aa
    """
    from orepact.cli.reserve_ledger import check_verb

    check_verb(file, head, json=json)


@ledger_app.command("export")
def ledger_export(
    file: LedgerFile,
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="CSV", help="New file; printed if not given."),
    ] = None,
    json: Json = False,
) -> None:
    """Write the journal, one row per posting, as CSV or JSON.

    Example: orepact reserve ledger export vault.db -o journal.csv
    """
    from orepact.cli.reserve_ledger import export_verb

    export_verb(file, output, json=json)
