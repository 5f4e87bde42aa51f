"""The verbs of ``orepact data`` that read, check, compare and export the tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.show import print_json, print_table, say
from orepact.cli.licences import mark_rows, warn
from orepact.cli.soundness import dataset_problems
from orepact.data.bundle import TO_CONFIRM, WORLD_FOLDER, Bundle, read_bundle
from orepact.data.dataset.editions import LAYOUTS, columns_to_confirm, rows_of, side_by_side
from orepact.data.dataset.exchange import export
from orepact.data.dataset.manifest import CHECKSUMS, DESCRIPTOR, MANIFEST, fold, seal, verify
from orepact.data.dataset.package import write_descriptor
from orepact.data.dataset.schemas import TABLES, schema_of
from orepact.data.places import country_code
from orepact.errors import InputError, Problem, attempt
from orepact.indicators.changes import HEADLINE, changed_results, changed_rows, row_counts
from orepact.indicators.coverage import coverage, listed

__all__ = [
    "Filter",
    "coverage_verb",
    "diff_verb",
    "export_verb",
    "list_verb",
    "open_bundle",
    "seal_verb",
    "show_verb",
    "verify_verb",
]

_SHOWN = 40
_WIDE = 7
_FEW = 2


@dataclass(frozen=True, slots=True)
class Filter:
    """A table and what its rows must match; what is empty is not restricted."""

    table: str
    mineral: str = ""
    country: str = ""
    stage: str = ""
    period: str = ""

    def rows(self, bundle: Bundle) -> pl.DataFrame:
        """Return the rows that match."""
        return rows_of(
            bundle,
            self.table,
            mineral=self.mineral,
            country=_country(self.country),
            stage=self.stage,
            period=self.period,
        )


def _country(text: str) -> str:
    """Return the code of a country given by code or by name, as CHN, China or EU27."""
    problems: list[Problem] = []
    codes = [attempt(problems, country_code, text, scheme) for scheme in ("iso3", "name") if text]
    if len(problems) > 1:
        raise InputError([replace(problems[-1], field="--country")])
    return next((code for code in codes if code), "")


def open_bundle(folder: Path | None, vintage: str, *, exclude_to_confirm: bool) -> Bundle:
    """Open a dataset's tables in a vintage."""
    return read_bundle(folder or WORLD_FOLDER, vintage, confirmed_only=exclude_to_confirm)


def list_verb(bundle: Bundle, *, json: bool) -> None:
    """List the tables and vintages."""
    rows = [_about(bundle, name) for name in bundle.names]
    limits = list(bundle.known.limits)
    vintages = bundle.table("vintages")["vintage"].unique(maintain_order=True).to_list()
    if json:
        print_json(
            {
                "format": "orepact/tables/1",
                "dataset": bundle.identity,
                "vintages": vintages,
                "can_not_carry": limits,
                "tables": rows,
            }
        )
        return
    print_table(pl.DataFrame(rows), list(rows[0]))
    say(f"Vintage {bundle.vintage}; the dataset has {', '.join(vintages) or 'no other'}.")
    for limit in limits:
        say(f"  can not carry: {limit}")
    say(f"Hash of the dataset: {bundle.hash}")


def _about(bundle: Bundle, name: str) -> dict[str, Any]:
    schema = TABLES[name]
    frame = bundle.table(name)
    span = ""
    if schema.period and frame.height:
        years = frame[schema.period].cast(pl.String).str.extract_all(r"\d{4}").explode()
        found = sorted(set(years.drop_nulls()))
        span = f"{found[0]}-{found[-1]}" if found else ""
    apart = 0
    if "source" in frame.columns:
        apart = frame.filter(pl.col("source").is_in(sorted(bundle.to_confirm))).height
    return {
        "table": name,
        "rows": frame.height,
        "to_confirm": apart,
        "years": span,
        "what": schema.title,
    }


def show_verb(bundle: Bundle, asked: Filter, *, side: bool, csv: bool, json: bool) -> None:
    """Print the rows of a table, and which of them cite a source whose licence is to confirm."""
    rows = asked.rows(bundle)
    marked = mark_rows(bundle, rows)
    frame = _side(bundle, asked, rows) if side else marked.rows
    if json:
        _print_rows(bundle, asked.table, frame, marked.sources)
    elif csv:
        say(frame.write_csv(line_terminator="\n").rstrip("\n"))
        warn(marked.words)
    else:
        if side and len(frame.columns) - len(LAYOUTS[asked.table].rows) > _WIDE:
            keys = [*LAYOUTS[asked.table].rows, *({"preferred"} & {*frame.columns})]
            long = frame.unpivot(index=keys, variable_name="source", value_name="figure")
            _print(_varying(long.filter(pl.col("figure") != "")))
        else:
            _print(_varying(frame if side else _with_units(frame, asked.table)))
        if marked.words:
            say(marked.words)


def _side(bundle: Bundle, asked: Filter, rows: pl.DataFrame) -> pl.DataFrame:
    """Return editions side by side; the heading of a column says if its licence is to confirm."""
    frame = side_by_side(
        bundle,
        asked.table,
        asked.mineral,
        country=_country(asked.country),
        stage=asked.stage,
        period=asked.period,
    )
    apart = columns_to_confirm(bundle, asked.table, rows)
    return frame.rename({name: f"{name} ({TO_CONFIRM})" for name in apart})


def _print_rows(bundle: Bundle, table: str, frame: pl.DataFrame, to_confirm: list[str]) -> None:
    print_json(
        {
            "format": "orepact/rows/1",
            "dataset": bundle.identity,
            "table": table,
            "to_confirm": to_confirm,
            "rows": frame.to_dicts(),
        }
    )


def _with_units(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Return the rows with the unit of every number in its heading."""
    units = {
        column.name: f"{column.name} [{column.unit}]"
        for column in schema_of(table).columns
        if column.unit not in {"", "1", "unit"} and column.name in frame.columns
    }
    return frame.rename(units)


def _varying(frame: pl.DataFrame) -> pl.DataFrame:
    """Say once what all rows share and return the columns that differ."""
    if frame.height < _FEW:
        return frame
    same = [name for name in frame.columns if frame[name].n_unique() == 1]
    shared = [f"{name} {frame[name][0]}" for name in same if frame[name][0] not in {None, ""}]
    say("; ".join(shared))
    return frame.drop(same)


def _print(frame: pl.DataFrame) -> None:
    """Print the first rows, and how many more there are."""
    print_table(frame.head(_SHOWN), frame.columns)
    if frame.height > _SHOWN:
        say(f"{frame.height - _SHOWN} more rows: add filters, --csv or --json.")
    elif frame.is_empty():
        say("No rows.")


def verify_verb(folder: Path | None, *, json: bool) -> None:
    """Check a dataset against its manifest and its tables against their schemas."""
    path = folder or WORLD_FOLDER
    if not path.is_dir():
        raise InputError([Problem("no such folder", field="FOLDER", found=str(path))])
    problems = verify(path)
    told = {(problem.file, problem.line) for problem in problems}
    problems += [each for each in dataset_problems(path) if (each.file, each.line) not in told]
    if json:
        print_json(
            {
                "format": "orepact/verified/1",
                "folder": str(path),
                "problems": [
                    {"file": each.file, "line": each.line, "problem": str(each)}
                    for each in problems
                ],
            }
        )
    if problems:
        raise InputError(problems)
    if not json:
        say(f"Every file of {path} is as sealed, every table as its schema says.")


def seal_verb(folder: Path, *, json: bool) -> None:
    """Write the descriptor and the manifest of a dataset."""
    problems = dataset_problems(folder)
    if problems:
        raise InputError(problems)
    write_descriptor(folder)
    found = seal(folder)
    total = fold(found)
    if json:
        print_json({"format": "orepact/sealed/1", "files": len(found), "hash": total})
    else:
        say(f"{len(found)} files sealed in {DESCRIPTOR}, {MANIFEST} and {CHECKSUMS}.")
        say(f"Hash of the dataset: {total}")


def coverage_verb(bundle: Bundle, mineral: str, *, lists: bool, json: bool) -> None:
    """Print what is known of minerals."""
    frame = listed(bundle) if lists else coverage(bundle, mineral)
    if json:
        kind = "orepact/listed/1" if lists else "orepact/coverage/1"
        print_json({"format": kind, "dataset": bundle.identity, "rows": frame.to_dicts()})
        return
    if lists:
        print_table(frame, [name for name in frame.columns if name != "name"])
        say("Numbers are rows of each table; a group's figures are those of its members.")
        return
    shown = _readable(frame).drop("tables", *(["mineral"] if mineral else []))
    print_table(shown, shown.columns)
    if mineral:
        say(f"Tables with rows: {frame['tables'][0]}.")


def _readable(frame: pl.DataFrame) -> pl.DataFrame:
    """Return coverage with shares in percent and units in the headings."""
    shares = {
        "withheld_share": "withheld [%]",
        "unmapped": "unmapped [%]",
        "basket": "basket codes [%]",
        "to_confirm": "to confirm [%]",
    }
    return frame.with_columns((pl.col(name) * 100.0).round(1) for name in shares).rename(
        {**shares, "withheld": "no figure", "age": "age [years]"}
    )


def diff_verb(
    old: str, new: str, folder: Path | None, *, mineral: str, table: str, json: bool
) -> None:
    """Print what differs between two vintages or datasets."""
    before, after = (_named(each, folder) for each in (old, new))
    results = changed_results(before, after)
    counts = row_counts(before, after)
    rows = changed_rows(before, after, schema_of(table).name) if table else pl.DataFrame()
    if mineral:
        results = results.filter(pl.col("mineral") == mineral)
        rows = rows.filter(pl.col("mineral") == mineral) if "mineral" in rows.columns else rows
    if json:
        print_json(
            {
                "format": "orepact/changes/1",
                "old": before.identity,
                "new": after.identity,
                "results": results.to_dicts(),
                "tables": counts.to_dicts(),
                "rows": rows.to_dicts(),
            }
        )
        return
    say(f"Results that changed: {results.height}, the largest change of share first.")
    if results.height:
        _print(_arrows(results))
    say("Rows by table")
    _print(counts)
    if table:
        say(f"Rows of {table}")
        _print(rows)


def _arrows(results: pl.DataFrame) -> pl.DataFrame:
    """Return old and new figures as one cell each, *old → new*."""
    shown = {"largest_share": "largest share [%]", "hhi": "HHI [0-1]", "output": "output"}
    cells = [
        pl.format("{} → {}", _figure(name, "old"), _figure(name, "new")).alias(
            shown.get(name, name)
        )
        for name in ("edition", *HEADLINE)
    ]
    return results.select("mineral", "stage", "year", *cells, "unit")


def _figure(name: str, side: str) -> pl.Expr:
    column = pl.col(f"{name}_{side}")
    if name == "largest_share":
        return (column * 100.0).round(1).cast(pl.String)
    return column.round(3).cast(pl.String) if name == "hhi" else column.cast(pl.String)


def _named(word: str, folder: Path | None) -> Bundle:
    """Return a vintage of the dataset, or the newest of the dataset whose folder is named."""
    path = Path(word)
    return read_bundle(path) if path.is_dir() else read_bundle(folder or WORLD_FOLDER, word)


def export_verb(bundle: Bundle, asked: Filter, form: str, output: Path | None) -> None:
    """Write the rows of a table in a format of others."""
    rows = asked.rows(bundle)
    sheet = export(
        rows,
        asked.table,
        form,
        dataset=f"{bundle.name}-{bundle.version}+{bundle.hash[:12]}",
        vintage=bundle.vintage,
    )
    warn(mark_rows(bundle, rows).words)
    if output is None:
        say(sheet.text.rstrip("\n"))
        return
    _ = output.write_text(sheet.text, encoding="utf-8")
    left = f"; {sheet.left_out} rows have no place in this form" if sheet.left_out else ""
    say(f"{sheet.rows} rows written to {output}{left}.")
