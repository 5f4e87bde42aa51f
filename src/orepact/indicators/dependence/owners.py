"""Who refines, and who owns: what the tables name, and how much they leave unnamed.

Who refines follows from output, capacity and published shares by country. Ownership is another
question: a refinery counts for the country it stands in, whoever owns it. The tables name an
operator for a part of the sites and the company of a project in its name; no table names the
country of an owner. So the figures here are counts of what is known, and say what is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.figure import Figure, Input
from orepact.indicators.tables.shares import age_of, production_shares
from orepact.indicators.tables.sourcing import supply_shares
from orepact.indicators.tables.sourcing_figures import share_figures

__all__ = ["REFINING", "who_owns", "who_refines"]

REFINING = ("refined", "smelter")
"""Stages of production that are refining, the one that is asked first first."""

OUTPUT = "output of a country over world output of the stage"
CAPACITY = "capacity of a country at the end of the year over the world's"
COUNTED = "sites of the tables of facilities and projects, counted; no capacity is printed for them"

_WORLD = "WLD"
_OWNING = re.compile(
    r"\b(own|owns|owned|stake|stakes|equity|acquir\w*|subsidiary)\b", re.IGNORECASE
)


def who_refines(bundle: Bundle, mineral: str, *, year: int = 0) -> list[Figure]:
    """Return each country's share of refined output, of capacity, and as published (1).

    Of `year`, or the last year with output. Output comes first; *share of refining capacity* where
    capacity is printed; *published share of refining* of the European study and others beside
    them, which may be of other years. A figure that says so where none of the three exists.
    """
    figures = [*_output(bundle, mineral, year), *_capacity(bundle, mineral, year)]
    published = supply_shares(bundle, mineral).filter(
        pl.col("stage").is_in(["processing", *REFINING])
    )
    figures += [
        replace(figure, indicator="published share of refining")
        for figure in share_figures(published, _WORLD, "share as printed by the publisher")
    ]
    if figures:
        return figures
    why = "no table has refined output, capacity or shares of refining of this mineral"
    return [
        Figure(
            indicator="share of refined output",
            value=None,
            unit="1",
            region=_WORLD,
            mineral=mineral,
            method=OUTPUT,
            missing=why,
        )
    ]


def _output(bundle: Bundle, mineral: str, year: int) -> list[Figure]:
    rows = bundle.table("production").filter(
        (pl.col("mineral") == mineral)
        & pl.col("stage").is_in(REFINING)
        & pl.col("quantity").is_not_null()
        & (pl.col("preferred") == "1")
        & (pl.lit(year == 0) | (pl.col("year") == year))
    )
    if rows.is_empty():
        return []
    stage = next(each for each in REFINING if each in set(rows["stage"]))
    last = int(rows.filter(stage=stage)["year"].max() or year)  # pyright: ignore[reportArgumentType]
    shares = production_shares(bundle, mineral, stage, last)
    return [
        replace(figure, indicator="share of refined output")
        for figure in share_figures(shares, _WORLD, OUTPUT)
    ]


def _capacity(bundle: Bundle, mineral: str, year: int) -> Iterator[Figure]:
    """Yield each country's share of the capacity that is printed."""
    if "capacity" not in bundle.names:
        return
    rows = bundle.table("capacity").filter(
        (pl.col("mineral") == mineral)
        & pl.col("stage").is_in(REFINING)
        & pl.col("quantity").is_not_null()
        & (pl.lit(year == 0) | (pl.col("year") == year))
    )
    if rows.is_empty():
        return
    newest = rows.filter(pl.col("year") == pl.col("year").max())
    newest = newest.filter(pl.col("edition") == pl.col("edition").max())
    printed = float(newest.filter(country=_WORLD)["quantity"].sum())
    own = newest.filter(pl.col("country") != _WORLD).sort("quantity", descending=True)
    total = max(printed, float(own["quantity"].sum()))
    for row in own.iter_rows(named=True):
        yield Figure(
            indicator="share of refining capacity",
            value=row["quantity"] / total if total else None,
            unit="1",
            region=_WORLD,
            mineral=mineral,
            stage=row["stage"],
            partner=row["country"],
            period=str(row["year"]),
            arithmetic=f"{row['quantity']:,.6g} / {total:,.6g} {row['unit']}/year",
            method=CAPACITY,
            missing="" if total else "the printed capacities are zero",
            inputs=(
                Input(
                    name=f"capacity of {row['country']}",
                    value=row["quantity"],
                    unit=f"{row['unit']}/year",
                    source=row["source"],
                    edition=row["edition"],
                    period=str(row["year"]),
                    flag=row["flag"],
                    where="capacity",
                ),
            ),
            coverage={"age": age_of(bundle, str(row["year"]))},
        )


def who_owns(bundle: Bundle, mineral: str, *, country: str = "") -> list[Figure]:
    """Return how many sites and projects of a mineral name an operator, and the facts on stakes.

    *sites with a named operator* (1, of the sites listed, by country), its inputs the named sites;
    *projects that name a company*, its inputs the projects as the tables name them; *owner's
    country*, always missing: no table names it. `country` restricts the sites.
    """
    blank = Figure(
        indicator="owner's country",
        value=None,
        unit="1",
        region=country or _WORLD,
        mineral=mineral,
        method=COUNTED,
        missing="no table names the country of an owner; a site counts for where it stands",
        inputs=tuple(_facts(bundle, mineral)),
    )
    return [*_sites(bundle, blank, country), *_projects(bundle, blank, country), blank]


def _sites(bundle: Bundle, blank: Figure, country: str) -> Iterator[Figure]:
    if "facilities" not in bundle.names:
        return
    rows = _of(bundle.table("facilities"), blank.mineral, country)
    for (place,), own in sorted(rows.group_by("country")):
        named = own.filter(pl.col("operator") != "")
        yield replace(
            blank,
            indicator="sites with a named operator",
            partner=str(place),
            value=named.height / own.height,
            arithmetic=f"{named.height} / {own.height} sites",
            missing="",
            inputs=tuple(
                Input(
                    name=row["name"],
                    value=1.0,
                    unit="site",
                    source=row["source"],
                    flag=row["status"],
                    where=f"operator {row['operator']}, {row['type']}",
                )
                for row in named.iter_rows(named=True)
            ),
            coverage={"sites": own.height, "named": named.height},
        )


def _projects(bundle: Bundle, blank: Figure, country: str) -> Iterator[Figure]:
    if "projects" not in bundle.names:
        return
    rows = _of(bundle.table("projects"), blank.mineral, country)
    if rows.is_empty():
        return
    yield replace(
        blank,
        indicator="projects as named",
        unit="project",
        value=float(rows.height),
        arithmetic=f"{rows.height} projects; companies only as far as the names give them",
        missing="",
        inputs=tuple(
            Input(
                name=row["name"],
                value=row["capacity_t_per_year"],
                unit="t/year",
                source=row["source"],
                flag=row["status"],
                where=f"projects, {row['country']}, {row['stage']}, {row['product']}",
            )
            for row in rows.iter_rows(named=True)
        ),
    )


def _of(rows: pl.DataFrame, mineral: str, country: str) -> pl.DataFrame:
    """Return the rows of a mineral, and of a country if one is named."""
    own = rows.filter(pl.col("minerals").str.split("|").list.contains(mineral))
    return own.filter(pl.col("country").str.split("|").list.contains(country)) if country else own


def _facts(bundle: Bundle, mineral: str) -> Iterator[Input]:
    """Yield the cited facts that speak of stakes or ownership and name the mineral."""
    if "facts" not in bundle.names:
        return
    word = re.compile(rf"\b{re.escape(mineral.replace('_', ' ').removesuffix('s'))}", re.IGNORECASE)
    for row in bundle.table("facts").iter_rows(named=True):
        text = f"{row['subject']}: {row['statement']}"
        if _OWNING.search(text) and word.search(text):
            yield Input(
                name=text,
                value=None,
                unit="",
                source=row["source"],
                period=row["date"],
                flag=row["grade"],
                where=f"facts, {row['fact']}",
            )
