"""The command group ``orepact data``: what a dataset holds, how sound it is, what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.options import Csv, Exclude, Json, Vintage, WorldFolder

__all__ = ["data"]

data = typer.Typer(
    help="What a dataset holds, how sound it is, what changed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Table = Annotated[str, typer.Argument(help="A table, as printed by `data list`.")]
Mineral = Annotated[str, typer.Option(help="Only rows of this mineral.")]
Country = Annotated[
    str, typer.Option(help="Only rows of this country, by code or name, as COD, Japan or EU27.")
]
Stage = Annotated[str, typer.Option(help="Only rows of this stage.")]
Year = Annotated[
    str, typer.Option(help="Only rows of this year, or period as printed.", metavar="YEAR")
]


Split = Annotated[
    list[str] | None,
    typer.Option(
        help="Group whose countries are shown one by one, such as EU27 or AFR; repeatable.",
        metavar="GROUP",
    ),
]


@data.command("list")
def data_list(
    *,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    json: Json = False,
) -> None:
    """List the tables with their rows, the years they span and their licence, and the vintages.

    Example: orepact data list --vintage 2025.02
    """
    from orepact.cli.data_tables import list_verb, open_bundle

    list_verb(open_bundle(world, vintage, exclude_to_confirm=exclude_to_confirm), json=json)


@data.command("show")
def data_show(
    table: Table,
    *,
    mineral: Mineral = "",
    country: Country = "",
    stage: Stage = "",
    year: Year = "",
    side_by_side: Annotated[
        bool,
        typer.Option("--side-by-side", help="Editions and sources of one figure on one line."),
    ] = False,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    csv: Csv = False,
    json: Json = False,
) -> None:
    """Print the rows of a table: every figure with unit, flag, source and edition.

    Example: orepact data show production --mineral antimony --country CHN --side-by-side

    Example: orepact data show sourcing --mineral gallium --country CHN --csv
    """
    from orepact.cli.assess_options import form_of
    from orepact.cli.data_tables import Filter, open_bundle, show_verb

    _ = form_of(csv=csv, json=json)
    bundle = open_bundle(world, vintage, exclude_to_confirm=exclude_to_confirm)
    asked = Filter(table, mineral, country, stage, year)
    show_verb(bundle, asked, side=side_by_side, csv=csv, json=json)


@data.command("verify")
def data_verify(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder of a dataset; the bundled one if not given.", metavar="FOLDER"),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Check every file of a dataset against its manifest, and every table against its schema.

    A changed digit is named by file and row. Exit code 2 if anything is wrong.

    Example: orepact data verify
    """
    from orepact.cli.data_tables import verify_verb

    verify_verb(folder, json=json)


@data.command("seal")
def data_seal(
    folder: Annotated[Path, typer.Argument(help="Folder of a dataset of your own.")],
    *,
    json: Json = False,
) -> None:
    """Write the descriptor and the manifest of a dataset after its files were changed.

    Example: orepact data seal src/orepact/data/world
    """
    from orepact.cli.data_tables import seal_verb

    seal_verb(folder, json=json)


@data.command("coverage")
def data_coverage(
    mineral: Annotated[
        str, typer.Argument(help="A mineral; all if not given.", metavar="MINERAL")
    ] = "",
    *,
    lists: Annotated[
        bool,
        typer.Option("--lists", help="Minerals on a list of the EU or the US, and what they lack."),
    ] = False,
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
    json: Json = False,
) -> None:
    """Print what is known of each mineral and stage, what is withheld, how old it is, what lacks.

    Example: orepact data coverage gallium

    Example: orepact data coverage --lists
    """
    from orepact.cli.data_reports import coverage_verb
    from orepact.cli.data_tables import open_bundle

    bundle = open_bundle(world, vintage, exclude_to_confirm=exclude_to_confirm)
    coverage_verb(bundle, mineral, lists=lists, json=json)


@data.command("diff")
def data_diff(
    old: Annotated[str, typer.Argument(help="A vintage, or the folder of a dataset.")],
    new: Annotated[str, typer.Argument(help="A vintage, or the folder of a dataset.")],
    *,
    mineral: Mineral = "",
    table: Annotated[
        str, typer.Option(help="Print the rows of this table that differ.", metavar="TABLE")
    ] = "",
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """Print what differs between two vintages or two datasets: results first, then rows.

    Results are the largest producer, its share, the HHI and the output by mineral, stage and year.

    Example: orepact data diff 2025.02 2026.11 --mineral antimony
    """
    from orepact.cli.data_reports import diff_verb

    diff_verb(old, new, world, mineral=mineral, table=table, json=json)


@data.command("export")
def data_export(
    table: Table,
    *,
    form: Annotated[str, typer.Option("--format", help="sdmx-csv or iamc.")] = "sdmx-csv",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File; standard output if not given.")
    ] = None,
    mineral: Mineral = "",
    country: Country = "",
    stage: Stage = "",
    year: Year = "",
    vintage: Vintage = "",
    world: WorldFolder = None,
    exclude_to_confirm: Exclude = False,
) -> None:
    """Write the rows of a table as SDMX-CSV 2.0 or in the long form of IAMC.

    Example: orepact data export production --format sdmx-csv --mineral gallium -o gallium.csv
    """
    from orepact.cli.data_tables import Filter, export_verb, open_bundle

    bundle = open_bundle(world, vintage, exclude_to_confirm=exclude_to_confirm)
    export_verb(bundle, Filter(table, mineral, country, stage, year), form, output)


@data.command("fetch")
def data_fetch(
    source: Annotated[
        str, typer.Argument(help="A source, as printed by --list.", metavar="SOURCE")
    ] = "",
    *,
    listed: Annotated[bool, typer.Option("--list", help="List the sources instead.")] = False,
    file: Annotated[
        Path | None,
        typer.Option("--from", help="A file, archive or folder that you have.", metavar="FILE"),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(help="Folder of the tables; fetched-SOURCE if not given.", metavar="FOLDER"),
    ] = None,
    edition: Annotated[str, typer.Option(help="Edition, as the source names it.")] = "",
    year: Annotated[
        list[int] | None, typer.Option(help="A year; may be given again.", metavar="YEAR")
    ] = None,
    code: Annotated[
        list[str] | None, typer.Option(help="A customs code; may be given again.", metavar="CODE")
    ] = None,
    reporter: Annotated[
        list[str] | None,
        typer.Option(help="A reporter's code; may be given again.", metavar="CODE"),
    ] = None,
    query: Annotated[str, typer.Option(help="PROVIDER/DATAFLOW/KEY, for SDMX.")] = "",
    cache: Annotated[
        Path | None,
        typer.Option(help="Folder of downloads; your cache if not given.", metavar="FOLDER"),
    ] = None,
    json: Json = False,
) -> None:
    """Fetch a public source, or take a file you have, and write it as tables of orepact.

    The file is checked whole before anything is written, codes without a place are listed, and
    the installed dataset is never written to. Needs the extra: pip install "orepact[sources]".

    Example: orepact data fetch --list

    Example: orepact data fetch usgs-mcs --edition 2026 --into usgs-2026

    Example: orepact data fetch baci --from BACI_HS17_V202601.zip --into baci-2026
    """
    from orepact.cli.fetch import FetchRequest, fetch_verb, sources_verb

    if listed:
        sources_verb(json=json)
        return
    asked = FetchRequest(
        source,
        file,
        into,
        cache,
        edition,
        tuple(year or ()),
        tuple(code or ()),
        tuple(reporter or ()),
        query,
    )
    fetch_verb(asked, json=json)


@data.command("sources")
def data_sources(
    *,
    to_confirm: Annotated[
        bool, typer.Option("--to-confirm", help="Only sources whose licence is to be confirmed.")
    ] = False,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """List the sources with edition, licence, address and how many rows cite each.

    Example: orepact data sources --to-confirm
    """
    from orepact.cli.data import sources_verb

    sources_verb(world, to_confirm=to_confirm, json=json)


@data.command("account")
def data_account(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A chain, a mineral of the tables, or the folder of a chain; all chains if none.",
            metavar="MINERAL_OR_CHAIN",
        ),
    ] = None,
    *,
    stage: Annotated[str | None, typer.Option(help="One stage, or one material.")] = None,
    automatic: Annotated[
        bool, typer.Option("--automatic", help="From the tables, even where a chain exists.")
    ] = False,
    first: Annotated[
        str, typer.Option("--from", help="First month, of a mineral's account.", metavar="MONTH")
    ] = "2023-01",
    last: Annotated[
        str, typer.Option("--to", help="Last month, of a mineral's account.", metavar="MONTH")
    ] = "2023-12",
    split: Split = None,
    world: WorldFolder = None,
    exclude_to_confirm: Annotated[
        bool,
        typer.Option("--exclude-to-confirm", help="Leave out rows whose licence is to confirm."),
    ] = False,
    json: Json = False,
) -> None:
    """Print an account by stage, before and after balancing, and the tonnes that were moved.

    A chain's own account, or the automatic one of any mineral with production in the tables: with
    its transit countries, its outliers and its grade. Without a name the grades of all chains.

    Example: orepact data account gallium

    Example: orepact data account silicon-metal --split EU27

    Example: orepact data account zinc --from 2023-01 --to 2023-12
    """
    from orepact.cli.account import AccountRequest, account_verb
    from orepact.cli.data import accounts_verb

    if name is None:
        accounts_verb(world, json=json)
    else:
        groups = tuple(split or ())
        asked = AccountRequest(
            name, stage, first, last, world, exclude_to_confirm, automatic, groups
        )
        account_verb(asked, json=json)


@data.command("cards")
def data_cards(
    chain: Annotated[str, typer.Argument(help="A chain of the dataset, or the folder of a chain.")],
    *,
    world: WorldFolder = None,
    json: Json = False,
) -> None:
    """List the assumption cards of a chain: value, range, reason.

    Example: orepact data cards antimony
    """
    from orepact.cli.data import cards_verb

    cards_verb(chain, world, json=json)
