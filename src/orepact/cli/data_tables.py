"""The verbs of ``orepact data`` that read, check, compare and export the tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.licences import mark_rows, warn
from orepact.cli.show import print_first, print_json, print_table, say, tell
from orepact.cli.soundness import dataset_problems
from orepact.data.bundle import TO_CONFIRM, WORLD_FOLDER, Bundle, read_bundle
from orepact.data.dataset.editions import LAYOUTS, columns_to_confirm, rows_of, side_by_side
from orepact.data.dataset.exchange import export
from orepact.data.dataset.manifest import CHECKSUMS, DESCRIPTOR, MANIFEST, fold, seal, verify
from orepact.data.dataset.package import write_descriptor
from orepact.data.dataset.schemas import TABLES, schema_of
from orepact.data.places import country_code
from orepact.errors import InputError, Problem, attempt

__all__ = [
    "Filter",
    "export_verb",
    "list_verb",
    "open_bundle",
    "seal_verb",
    "show_verb",
    "verify_verb",
]

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
    limits = _limits(bundle)
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
        tell(f"cannot carry: {limit}", indent="  ")
    say(f"Hash of the dataset: {bundle.hash}")


def _limits(bundle: Bundle) -> list[str]:
    """Return what a vintage cannot carry, each with the tables that it is said of."""
    tables: dict[str, list[str]] = {}
    for table, rules in bundle.known.rules.items():
        for note in dict.fromkeys(rule.note for rule in rules if rule.note):
            tables.setdefault(note, []).append(table)
    return [f"{', '.join(names)}: {note}" for note, names in tables.items()]


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
            print_first(_varying(long.filter(pl.col("figure") != "")))
        else:
            print_first(_varying(frame if side else _with_units(frame, asked.table)))
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
    if shared:
        tell("; ".join(shared))
    return frame.drop(same)


def verify_verb(folder: Path | None, *, json: bool) -> None:
    """Check a dataset against its manifest and its tables against their schemas."""
    path = folder or WORLD_FOLDER
    if not path.is_dir():
        raise InputError([Problem("no such folder", field="FOLDER", found=str(path))])
    problems = [*verify(path), *dataset_problems(path)]
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
