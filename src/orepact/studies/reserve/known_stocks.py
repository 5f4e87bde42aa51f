"""Private stocks that a public table prints, as lots that count: ``orepact/known-stocks/1``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import polars as pl
from pydantic import Field

from orepact.data.bundle import Bundle
from orepact.data.text import parse, read_yaml
from orepact.errors import InputError, Problem
from orepact.network.stored_forms import StoredForms, unknown_form, world_forms
from orepact.studies.reserve.counted import PRIVATE, Lot
from orepact.units import Doc

__all__ = ["KNOWN_FILE", "KnownStock", "KnownStocks", "known_stocks", "read_known_stocks"]

KNOWN_FILE = Path("reserve") / "known_stocks.yaml"
TABLE, STATISTIC = "us_statistics", "stock"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStock:
    """A line of a public table, and the form that it is taken to be."""

    stock: Annotated[str, Doc("unique in the file"), Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    region: Annotated[str, Doc("where it lies")]
    mineral: Annotated[str, Doc("mineral of the table's line")]
    detail: Annotated[str, Doc("the line as printed")]
    form: Annotated[str, Doc("material of a chain")]
    per: Annotated[float, Doc("tonnes per unit that is printed"), Field(gt=0.0)]
    reason: Annotated[str, Doc("what it is and what is mixed"), Field(min_length=1)]
    gross: Annotated[bool, Doc("as it lies: times the form's content")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStocks:
    """A file of known stocks."""

    stocks: Annotated[tuple[KnownStock, ...], Doc("lines of public tables")]
    note: Annotated[str, Doc("anything else")] = ""


def read_known_stocks(path: Path, forms: StoredForms) -> KnownStocks:
    """Read a file of known stocks; raises `InputError` with every problem."""
    document = read_yaml(path, kind="known-stocks")
    text = parse(KnownStocks, document)
    problems: list[Problem] = []
    for number, one in enumerate(text.stocks):
        if one.form not in forms.forms:
            told = unknown_form(one.form, list(forms.forms))
            problems.append(document.problem(("stocks", number, "form"), told.message,
                                             found=told.found, near=told.nearest))
        if one.stock in [each.stock for each in text.stocks[:number]]:
            problems.append(document.problem(("stocks", number, "stock"), "name given twice",
                                             found=one.stock))
    if problems:
        raise InputError(problems)
    return text


def known_stocks(bundle: Bundle, region: str) -> tuple[Lot, ...]:
    """Return the private stocks of a region that the newest lines of public tables print.

    A line that the publisher withholds has no tonnes and says so; nothing is read as zero. Empty
    for a dataset without the file.
    """
    path = bundle.folder / KNOWN_FILE
    if not path.is_file():
        return ()
    forms = world_forms(bundle.folder)
    text = read_known_stocks(path, forms)
    rows = bundle.table(TABLE).filter(pl.col("statistic") == STATISTIC)
    return tuple(
        _lot(one, rows, forms) for one in text.stocks if one.region == region
    )


def _lot(one: KnownStock, rows: pl.DataFrame, forms: StoredForms) -> Lot:
    line = rows.filter(
        pl.col("mineral") == one.mineral, pl.col("detail") == one.detail
    ).sort("year")
    value, year, source = None, "", ""
    if line.height:
        last = line.row(-1, named=True)
        value, year, source = last["value"], f" {last['year']}", f", {last['source']}"
    factor = one.per * (forms.of(one.form).content.value if one.gross else 1.0)
    return Lot(
        name=f"{one.stock}{year}",
        form=one.form,
        owner=PRIVATE,
        place=one.region,
        tonnes=None if value is None else float(value) * factor,
        crosses="",
        missing="" if value is not None else f"withheld or not printed{source}",
    )
