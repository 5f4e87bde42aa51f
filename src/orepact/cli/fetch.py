"""The verb ``orepact data fetch``: public sources in orepact's schema, into a folder of yours."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

from orepact.cli.show import check_choice, print_json, print_table, say
from orepact.data.dataset.schemas import FOLDER, TABLES
from orepact.errors import InputError, OrepactError, Problem

if TYPE_CHECKING:
    from orepact.data.sources.cells import Loaded

__all__ = ["FetchRequest", "fetch_verb", "sources_verb"]

_EXTRA = {"comtradeapicall", "duckdb", "fastexcel", "pandas", "pooch", "requests", "sdmx", "wbgapi"}
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to fetch; what is empty is the source's own choice."""

    source: str
    file: Path | None = None
    into: Path | None = None
    cache: Path | None = None
    edition: str = ""
    years: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    query: str = ""

    @property
    def folder(self) -> Path:
        """The folder that the tables go into."""
        return self.into or Path(f"fetched-{self.source}")


@dataclass(frozen=True, slots=True)
class _Offer:
    """A source: what it gives, what to say to get it, and how."""

    title: str
    tables: str
    licence: str
    needs: str
    run: Callable[[FetchRequest], tuple[Loaded, Path]]


def sources_verb(*, json: bool) -> None:
    """List the sources that can be fetched."""
    rows = [
        {
            "source": name,
            "title": offer.title,
            "tables": offer.tables,
            "licence": offer.licence,
            "needs": offer.needs,
        }
        for name, offer in OFFERS.items()
    ]
    if json:
        print_json({"format": "orepact/fetchable/1", "sources": rows})
    else:
        print_table(pl.DataFrame(rows), list(rows[0]))


def fetch_verb(asked: FetchRequest, *, json: bool) -> None:
    """Fetch or take a file, check it, write its tables and say what to do next."""
    check_choice(asked.source, list(OFFERS), "SOURCE")
    try:
        from orepact.data.sources.fetch import check_folder, origin_of, save

        check_folder(asked.folder)
        loaded, path = OFFERS[asked.source].run(asked)
        edition = asked.edition or loaded.edition or _edition_in(loaded.tables)
        paths = save(loaded.tables, asked.folder, origin_of(path, edition), tuple(loaded.written))
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA:
            raise
        message = f'{error.name} is not installed: pip install "orepact[sources]"'
        raise OrepactError(message) from None
    rows = {
        path.name: frame.height for path, frame in zip(paths, loaded.tables.values(), strict=True)
    } | dict(loaded.written)
    if json:
        print_json(
            {
                "format": "orepact/fetched/1",
                "source": asked.source,
                "folder": str(asked.folder),
                "rows": rows,
                "unmapped": loaded.unmapped.to_dicts(),
            }
        )
        return
    for name, count in rows.items():
        say(f"{asked.folder / name}: {count:,} rows")
    _say_unmapped(loaded.unmapped)
    _say_next(asked, list(rows))


def _say_next(asked: FetchRequest, files: Sequence[str]) -> None:
    """Say what to do with the files: which of them are tables of a dataset, which are not."""
    tables = [file for file in files if file in {schema.file for schema in TABLES.values()}]
    say()
    if not tables:
        if asked.source == "baci":
            say("No trade.parquet: too many rows for a table. Give the codes you want, --code.")
        say("None of these files is a table of a dataset: read them with Polars or DuckDB.")
        return
    say("The installed dataset is as it was. A dataset of your own takes these in the place of the")
    say("tables of the same name; `orepact data list --world FOLDER` then shows their rows:")
    for file in tables:
        say(f"  cp {asked.folder / file} FOLDER/{FOLDER}/")
    say("  orepact data seal FOLDER")
    say("  orepact data diff 2026.11 FOLDER")


def _edition_in(tables: Mapping[str, pl.DataFrame]) -> str:
    """Return the edition that the tables state, if it is one."""
    found = {
        edition
        for frame in tables.values()
        if "edition" in frame.columns
        for edition in frame["edition"].unique()
    }
    return found.pop() if len(found) == 1 else ""


def _say_unmapped(unmapped: pl.DataFrame) -> None:
    """Print the codes that no place or product is known for, largest first."""
    if unmapped.is_empty():
        say("every code is mapped")
        return
    value = unmapped["value"].sum()
    worth = f", {value:,.0f} thousand US dollars or euros" if value else ""
    codes = "1 code" if unmapped.height == 1 else f"{unmapped.height} codes"
    say(f"not mapped: {codes} in {unmapped['rows'].sum():,} rows{worth}")
    print_table(unmapped.head(_SHOWN), unmapped.columns)
    if unmapped.height > _SHOWN:
        say(f"… and {unmapped.height - _SHOWN} more (--json prints all)")


def _usgs(asked: FetchRequest) -> tuple[Loaded, Path]:
    from orepact.data.sources import usgs_mcs

    year = asked.edition.upper().removeprefix("MCS")
    path = asked.file or _with_progress(
        lambda bar: usgs_mcs.fetch(year or max(usgs_mcs.EDITIONS), asked.cache, progress=bar)
    )
    return usgs_mcs.read(path, edition=int(year) if year.isdigit() else None), path


def _baci(asked: FetchRequest) -> tuple[Loaded, Path]:
    from orepact.data.sources import baci
    from orepact.data.sources.baci_table import MOST, write_table
    from orepact.data.sources.cells import Loaded

    if asked.file is None:
        raise InputError(
            [
                Problem(
                    "BACI is not downloaded for you",
                    field="--from",
                    expected="the archive or folder of one nomenclature, from "
                    "https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
                )
            ]
        )
    trade = baci.read(asked.file, asked.folder / "trade", products=asked.codes or None)
    tables = {"years": trade.years, "concentration": baci.concentration(trade.folder)}
    written: dict[str, int] = {}
    if trade.years["rows"].sum() <= MOST:
        written[TABLES["trade"].file] = write_table(
            trade.folder, asked.folder / TABLES["trade"].file
        )
    return Loaded(tables, trade.unmapped, trade.edition, written), asked.file


def _comtrade(asked: FetchRequest) -> tuple[Loaded, Path]:
    from orepact.data.sources import comtrade

    path = asked.file
    if path is None:
        _require(asked.codes, "--code", "six-digit codes, such as 811292")
        _require(asked.years, "--year", "a year, such as 2024")
        path = _raw(asked, "comtrade.csv")
        path = comtrade.fetch(asked.codes, asked.years, path, reporters=asked.reporters)
    return comtrade.read(path), path


def _comext(asked: FetchRequest) -> tuple[Loaded, Path]:
    from orepact.data.sources import sdmx

    path = asked.file
    if path is None:
        _require(asked.codes, "--code", "codes of the Combined Nomenclature, such as 81129289")
        _require(asked.years, "--year", "a year, such as 2024")
        first, last = str(min(asked.years)), str(max(asked.years))
        reporters = "+".join(asked.reporters) or "EU27_2020"
        key = f"A.{reporters}..{'+'.join(asked.codes)}.1.VALUE_IN_EUROS+QUANTITY_IN_100KG"
        query = sdmx.Query("ESTAT_COMEXT", sdmx.COMEXT, key, first, last)
        name = f"comext-{'-'.join(asked.codes)[:60]}-{first}-{last}.csv"
        path = _with_progress(
            lambda bar: sdmx.fetch(query, _edition(asked), name, asked.cache, progress=bar)
        )
    return sdmx.read_comext(path, edition=f"extracted {_edition(asked)}"), path


def _sdmx(asked: FetchRequest) -> tuple[Loaded, Path]:
    from orepact.data.sources import sdmx
    from orepact.data.sources.cells import Loaded, Unmapped

    path = asked.file
    if path is None:
        parts = asked.query.split("/")
        if len(parts) not in {2, 3}:
            _require("", "--query", "PROVIDER/DATAFLOW/KEY, such as OECD/AGENCY,FLOW,1.0/A.CHN")
        years = [str(year) for year in asked.years]
        query = sdmx.Query(
            parts[0], parts[1], "".join(parts[2:]), min(years, default=""), max(years, default="")
        )
        path = _with_progress(
            lambda bar: sdmx.fetch(query, _edition(asked), "data.csv", asked.cache, progress=bar)
        )
    table = sdmx.read(path).drop("line")
    return Loaded({"observations": table}, Unmapped().frame()), path


def _wgi(asked: FetchRequest) -> tuple[Loaded, Path]:
    from orepact.data.sources import wgi

    _require(asked.edition, "--edition", "the edition, as '2024 Update'")
    path = asked.file
    if path is None:
        _require(asked.years, "--year", "a year, such as 2023")
        path = wgi.fetch(asked.years, _raw(asked, "wgi.csv"))
    return wgi.read(path, edition=asked.edition), path


def _pink_sheet(asked: FetchRequest) -> tuple[Loaded, Path]:
    from orepact.data.sources import pink_sheet

    path = asked.file or _with_progress(
        lambda bar: pink_sheet.fetch(_edition(asked), asked.cache, progress=bar)
    )
    since = f"{min(asked.years)}-01" if asked.years else "1960-01"
    return pink_sheet.read(path, since=since), path


OFFERS: Mapping[str, _Offer] = {
    "usgs-mcs": _Offer(
        "USGS Mineral Commodity Summaries, world data",
        "production, reserves, capacity",
        "public domain",
        "--edition 2025 or 2026; --from for 2023 and 2024",
        _usgs,
    ),
    "baci": _Offer(
        "CEPII BACI, bilateral trade",
        "trade (the table, and a part a year), years, concentration",
        "Etalab Open Licence 2.0",
        "--from the archive or folder of one nomenclature; --code for the table",
        _baci,
    ),
    "comtrade": _Offer(
        "UN Comtrade",
        "trade, trade_as_exported",
        "terms of UN Comtrade: no redistribution in bulk",
        "COMTRADE_API_KEY, --code, --year; or --from",
        _comtrade,
    ),
    "comext": _Offer(
        "Eurostat Comext DS-045409, imports of the Union",
        "sourcing, customs_values",
        "Eurostat reuse policy: to confirm",
        "--code, --year; or --from",
        _comext,
    ),
    "sdmx": _Offer(
        "Any dataflow of Eurostat or the OECD (export restrictions)",
        "observations",
        "terms of the dataset",
        "--query PROVIDER/DATAFLOW/KEY; or --from",
        _sdmx,
    ),
    "wgi": _Offer(
        "World Bank, Worldwide Governance Indicators",
        "governance",
        "CC BY 4.0",
        "--edition, --year; or --edition, --from",
        _wgi,
    ),
    "pink-sheet": _Offer(
        "World Bank, Commodity Price Data (Pink Sheet)",
        "prices",
        "CC BY 4.0",
        "nothing; --year for the first year; or --from",
        _pink_sheet,
    ),
}
"""Every source by its name on the command line."""


def _require(value: object, option: str, expected: str) -> None:
    if not value:
        raise InputError([Problem("is needed for this source", field=option, expected=expected)])


def _edition(asked: FetchRequest) -> str:
    """Return the edition that was given, else the day of retrieval."""
    return asked.edition or datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d")


def _raw(asked: FetchRequest, name: str) -> Path:
    """Return where to keep an answer as it came."""
    folder = asked.cache or asked.folder / "raw"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


class _Bar:
    """A progress bar as the downloader knows one, on a terminal."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.task = progress.add_task("")
        self.total = 0

    def update(self, count: int) -> None:
        self.progress.update(self.task, total=self.total or None, advance=count)

    def reset(self) -> None:
        self.progress.reset(self.task)

    def close(self) -> None:
        self.progress.stop_task(self.task)


def _with_progress(call: Callable[[Any], Path]) -> Path:
    """Return what a download returns, with a bar if standard error is a terminal."""
    if not sys.stderr.isatty():
        return call(None)
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        return call(_Bar(progress))
