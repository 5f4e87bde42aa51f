"""What one page on a mineral says: who makes it, where a region gets it, risk, price, gaps."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.dependence.supplier_dependence import SOURCED, Suppliers, suppliers_of
from orepact.indicators.figure import Figure
from orepact.indicators.sector.controls_in_force import RESTRICTING, controls_on
from orepact.indicators.tables.coverage import LISTS, coverage
from orepact.indicators.tables.shares import UNNAMED, production_shares
from orepact.indicators.tables.sourcing import supply_shares
from orepact.indicators.warning.price_anomaly import PriceSeries, price_series, reference_series
from orepact.policy import ActStatus, Register
from orepact.studies.assessment.figures import sources_behind
from orepact.studies.assessment.overview import Line, Warnings, lines_of

__all__ = ["Sheet", "fact_sheet"]

SHOWN = 5
"""Countries of a stage with a bar of their own."""

STAGES = 2
"""Stages with bars."""

USES = 7
ENDED = "ended"
"""Status of acts that meet nothing any more."""

SUPERSEDED = "superseded"
"""Status of projects that another row replaced."""
_SHARES: dict[str, Any] = {
    "group": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "source": pl.String,
    "edition": pl.String,
}
_DAY = datetime.date.min
_GENERAL = frozenset({"metal", "natural", "rare"})
"""Words of the ids of minerals that tell none from another."""

_ALSO: Mapping[str, frozenset[str]] = {"rare_earths": frozenset({"reo"})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The content of one page.

    `producers`, `origins` and `uses` are shares with group, name, kind, value, low, high, source
    and edition (fractions); `prices` has date, form, market, price, unit, source and edition.
    `acts` are the controls that meet the mineral on the day `on`, `projects` rows of the table of
    projects, with a capacity only where the product that it counts is this mineral alone, `gaps`
    what is not known, one row of `indicators.coverage` for each stage.
    """

    mineral: str
    name: str
    symbol: str
    region: str
    lists: tuple[str, ...]
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    producers: pl.DataFrame = field(repr=False)
    origins: pl.DataFrame = field(repr=False)
    uses: pl.DataFrame = field(repr=False)
    prices: pl.DataFrame = field(repr=False)
    acts: tuple[ActStatus, ...]
    act_missing: str
    projects: tuple[Mapping[str, Any], ...]
    gaps: pl.DataFrame = field(repr=False)
    sources: tuple[Mapping[str, str], ...]
    dataset: Mapping[str, str]
    code: str
    on: datetime.date


def fact_sheet(
    bundle: Bundle, register: Register, mineral: str, region: str, warnings: Warnings
) -> Sheet:
    """Return the content of one page on a mineral for a region, on the day of the warnings.

    `mineral` and `region` are names that the dataset knows. Raises `InputError` where the register
    of controls does not know the region.
    """
    entry = bundle.table("minerals").filter(mineral=mineral).row(0, named=True)
    on = warnings.on
    lines = lines_of(bundle, mineral, region, warnings)
    figures = tuple(figure for line in lines for figure in line.figures.values())
    acts, unknown = controls_on(register, [mineral], region, on)
    tables = {
        "producers": _producers(bundle, mineral),
        "origins": _origins(suppliers_of(bundle, mineral, region)),
        "uses": _uses(bundle, mineral, region),
        "prices": _prices(bundle, mineral, str(entry["name"])),
    }
    return Sheet(
        mineral=mineral,
        name=str(entry["name"]),
        symbol=str(entry["symbol"]),
        region=region,
        lists=tuple(title for column, title in LISTS.items() if entry[column] == "yes"),
        lines=lines,
        figures=figures,
        **tables,
        acts=tuple(act for act in acts if act.kind in RESTRICTING and act.status != ENDED),
        act_missing="not in the register of controls" if unknown else "",
        projects=tuple(_projects(bundle, mineral)),
        gaps=coverage(bundle, mineral),
        sources=tuple(sources_behind(bundle, figures, _used(tables.values()))),
        dataset=bundle.identity,
        code=metadata.version("orepact"),
        on=on,
    )


def _used(tables: Iterable[pl.DataFrame]) -> list[str]:
    """Return the sources of some tables, each once, in order of use."""
    return list(dict.fromkeys(source for table in tables for source in table["source"]))


def _producers(bundle: Bundle, mineral: str) -> pl.DataFrame:
    """Return the shares of world output by stage of the last year, else those of world supply."""
    rows = bundle.table("production").filter(mineral=mineral)
    last = rows.group_by("stage").agg(pl.col("year").max()).sort("year", "stage", descending=True)
    found = [
        production_shares(bundle, mineral, str(stage), int(year))
        for stage, year in last.head(STAGES).iter_rows()
    ]
    supply = supply_shares(bundle, mineral)
    frames = [frame for frame in found if not frame.is_empty()]
    frames = frames or [part for _, part in supply.group_by("stage", maintain_order=True)]
    return pl.DataFrame(
        [bar for frame in frames for bar in _bars(frame, frozenset())], schema=_SHARES, orient="row"
    )


def _origins(suppliers: Iterable[Suppliers]) -> pl.DataFrame:
    """Return the shares of the region's sourcing, of world supply where there are none."""
    listed = list(suppliers)
    sourced = [each for each in listed if each.basis == SOURCED]
    bars = [
        bar
        for each in (sourced or listed)[:STAGES]
        for bar in _bars(each.shares, each.own, f"{each.stage}, {each.basis}")
    ]
    return pl.DataFrame(bars, schema=_SHARES, orient="row")


def _bars(shares: pl.DataFrame, own: frozenset[str], title: str = "") -> Iterator[tuple[Any, ...]]:
    """Yield the bars of one stage: the largest countries, the others together, what has no name."""
    first = shares.row(0, named=True)
    group = f"{title or first['stage']} {first['period']}"
    named = shares.filter(
        pl.col("value").is_not_null() & (pl.col("value") > 0) & ~pl.col("country").is_in(UNNAMED)
    ).sort("value", "country", descending=[True, False])
    origin = (first["source"], first["edition"])
    for row in named.head(SHOWN).iter_rows(named=True):
        kind = "own" if row["country"] in own else "outside"
        yield group, row["country"], kind, row["value"], row["low"], row["high"], *origin
    rest = named.slice(SHOWN)
    if not rest.is_empty():
        amount = float(rest["value"].sum())
        others = "1 other" if rest.height == 1 else f"{rest.height} others"
        yield group, others, "outside", amount, None, None, *origin
    if first["unmapped"]:
        yield group, "country not named", "not named", first["unmapped"], None, None, *origin
    hidden = shares.filter(pl.col("value").is_null())
    if not hidden.is_empty():
        names = f"withheld: {', '.join(sorted(hidden['country']))}"
        yield group, names, "not named", None, 0.0, first["withheld"], *origin


def _uses(bundle: Bundle, mineral: str, region: str) -> pl.DataFrame:
    """Return the shares of end uses of a region, of the last period that has shares."""
    place = "E27" if region == "EU27" else region
    rows = (
        bundle.table("end_uses")
        .filter(pl.col("share").is_not_null(), mineral=mineral, region=place)
        .filter(pl.col("period") == pl.col("period").max())
        .sort("share", "application", descending=[True, False])
    )
    bars = [
        (
            f"{region} {row['period']}",
            row["application"],
            "outside",
            row["share"],
            None,
            None,
            row["source"],
            "",
        )
        for row in rows.head(USES).iter_rows(named=True)
    ]
    return pl.DataFrame(bars, schema=_SHARES, orient="row")


def _prices(bundle: Bundle, mineral: str, name: str) -> pl.DataFrame:
    """Return the series that speaks for a mineral: monthly before annual, then the longest.

    Where the form of some is called like the mineral, one of these: the price of silicon metal, not
    that of ferrosilicon.
    """
    prices = bundle.table("prices").filter(mineral=mineral)
    listed = price_series(prices, lambda _period, _source: _DAY).get(mineral, ())
    called = [one for one in listed if one.form.casefold().endswith(name.casefold())]
    series = reference_series(called) or reference_series(listed)
    rows = list(_points(series)) if series else []
    names = ("date", "form", "market", "price", "unit", "source", "edition")
    schema = {name: pl.Float64 if name == "price" else pl.String for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _points(series: PriceSeries) -> Iterator[tuple[Any, ...]]:
    for period, price in zip(series.periods, series.prices, strict=True):
        date = f"{period[:4]}-01-01" if series.frequency == "year" else f"{period[:7]}-01"
        yield date, series.form, series.market, price, series.unit, series.source, series.edition


def _projects(bundle: Bundle, mineral: str) -> Iterator[Mapping[str, Any]]:
    rows = bundle.table("projects").filter(
        pl.col("minerals").str.split("|").list.contains(mineral), pl.col("status") != SUPERSEDED
    )
    symbols = dict(bundle.table("minerals").select("mineral", "symbol").iter_rows())
    for row in rows.sort("start_year", "name", nulls_last=True).iter_rows(named=True):
        names = str(row["minerals"]).split("|")
        made = {name for name in names if _names(str(row["product"]), name, symbols.get(name))}
        yield row if made == {mineral} else {**row, "capacity_t_per_year": None}


def _names(product: str, mineral: str, symbol: str | None) -> bool:
    """Return whether the words of a product name a mineral, by its name or its symbol."""
    bare = re.sub(r"\(not [^)]*\)", "", product)
    words = re.findall(r"[A-Za-z]+", bare)
    told = {word.lower().removesuffix("s") for word in words}
    asked = {word.removesuffix("s") for word in mineral.split("_")} - _GENERAL
    return bool(told & (asked | _ALSO.get(mineral, frozenset()))) or symbol in words
