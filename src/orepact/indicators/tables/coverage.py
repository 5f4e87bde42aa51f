"""What a dataset knows of each mineral and stage, how old it is, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields

import polars as pl

from orepact.data.bundle import Bundle
from orepact.data.dataset.editions import known_minerals
from orepact.data.dataset.vintage import TOTALS
from orepact.errors import InputError, Problem, nearest

__all__ = ["FIGURES", "LISTS", "Cover", "coverage", "listed"]

FIGURES = ("production", "global_supply", "sourcing")
"""Tables of which a listed mineral needs at least one row."""

LISTS: Mapping[str, str] = {
    "eu_critical_2024": "critical, European Union 2024",
    "eu_strategic_2024": "strategic, European Union 2024",
    "us_critical_2025": "critical, United States 2025",
}
"""Columns of the table of minerals that say which list a mineral is on."""

_REGISTERS = ("minerals", "countries", "country_codes", "vintages", "world_totals")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What is known of one stage of a mineral.

    - `years`: first and last year of output; `editions`: how many editions print one
    - `countries`: countries with a figure in the last year
    - `withheld`: countries whose figure of the last year is withheld or not available
    - `withheld_share`: fraction of the last world total that the printed rows leave; `unmapped`:
      the fraction of it that is printed for other countries together
    - `age`: years from the last year to the vintage
    - `basket`: fraction of its customs codes that hold other goods too
    - `to_confirm`: fraction of the rows whose licence is to confirm
    - `tables`: tables with at least one row of the mineral
    """

    mineral: str
    stage: str
    years: str
    editions: int
    countries: int
    withheld: str
    withheld_share: float | None
    unmapped: float | None
    age: int | None
    basket: float | None
    to_confirm: float | None
    tables: str


def coverage(bundle: Bundle, mineral: str = "") -> pl.DataFrame:
    """Return one row per mineral and stage with the fields of `Cover`; all minerals if none given.

    Stages are those of production and of the shares of supply. Raises `InputError` for an unknown
    mineral, with the nearest one.
    """
    names = known_minerals(bundle)
    if mineral and mineral not in names:
        raise InputError(
            [
                Problem(
                    "unknown mineral",
                    field="MINERAL",
                    found=repr(mineral),
                    expected=f"one of {len(names)} minerals, as {', '.join(names[:5])}",
                    nearest=nearest(mineral, names),
                )
            ]
        )
    tables = _tables_of(bundle)
    rows = [
        asdict(each)
        for name in ([mineral] if mineral else names)
        for each in _covers(bundle, name, tables.get(name, ()))
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


def listed(bundle: Bundle) -> pl.DataFrame:
    """Return every mineral on a list of the Union or the United States and what it lacks.

    Columns: mineral, name, lists, production, global_supply, sourcing (numbers of rows) and
    `missing`, empty if a figure of its own is there, *in …* if only members or the group of the
    mineral have one, else *no figure*.
    """
    minerals = bundle.table("minerals")
    count = {
        table: dict(bundle.table(table).group_by("mineral").len().iter_rows()) for table in FIGURES
    }
    parents = dict(minerals.select("mineral", "parent").iter_rows())
    rows: list[dict[str, object]] = []
    for row in minerals.iter_rows(named=True):
        lists = [title for column, title in LISTS.items() if row[column] == "yes"]
        if not lists:
            continue
        found = {table: count[table].get(row["mineral"], 0) for table in FIGURES}
        near = _elsewhere(row["mineral"], parents, count)
        rows.append(
            {
                "mineral": row["mineral"],
                "name": row["name"],
                "lists": "; ".join(lists),
                **found,
                "missing": "" if any(found.values()) else near,
            }
        )
    return pl.DataFrame(rows)


_SCHEMA: dict[str, type[pl.DataType]] = {
    item.name: pl.Int64
    if item.name in {"editions", "countries", "age"}
    else pl.Float64
    if item.name in {"withheld_share", "unmapped", "basket", "to_confirm"}
    else pl.String
    for item in fields(Cover)
}


def _elsewhere(
    mineral: str, parents: Mapping[str, str], count: Mapping[str, Mapping[str, int]]
) -> str:
    """Return where the figures of a group or of a member of a group are."""
    near = [name for name, parent in parents.items() if parent == mineral]
    near += [parents[mineral]] if parents[mineral] else []
    with_rows = [name for name in near if any(each.get(name, 0) for each in count.values())]
    return "in " + ", ".join(with_rows) if with_rows else "no figure"


def _covers(bundle: Bundle, mineral: str, tables: tuple[str, ...]) -> Iterator[Cover]:
    of = pl.col("mineral") == mineral
    production = bundle.table("production").filter(of)
    supply = bundle.table("global_supply").filter(of)
    sourcing = bundle.table("sourcing").filter(of)
    codes = bundle.table("concordance").filter(of)
    basket = _fraction(codes["basket"] == "yes")
    stages = sorted({*production["stage"], *supply["stage"], *sourcing["stage"]} - {""}) or [""]
    for stage in stages:
        rows = production.filter(pl.col("stage") == stage)
        sources = pl.concat(
            [each.filter(pl.col("stage") == stage)["source"] for each in (rows, supply, sourcing)]
        )
        last = _last_year(rows)
        known = _part(last, pl.col("country") != TOTALS[0])
        yield Cover(
            mineral=mineral,
            stage=stage,
            years=_span(rows["year"]),
            editions=rows["edition"].n_unique() if rows.height else 0,
            countries=last.filter(_named & pl.col("quantity").is_not_null()).height,
            withheld=_withheld(last),
            withheld_share=None if known is None else max(0.0, 1.0 - known),
            unmapped=_part(last, pl.col("country") == TOTALS[1]),
            age=_age(bundle, rows),
            basket=basket,
            to_confirm=_fraction(sources.is_in(sorted(bundle.to_confirm))),
            tables=", ".join(tables),
        )


_named = ~pl.col("country").is_in(TOTALS)


def _fraction(true: pl.Series) -> float | None:
    """Return how many of some answers are true, as a fraction; none if there are none."""
    return int(true.sum()) / len(true) if len(true) else None


def _last_year(rows: pl.DataFrame) -> pl.DataFrame:
    preferred = rows.filter(pl.col("preferred") == "1")
    return preferred.filter(pl.col("year") == pl.col("year").max())


def _span(years: pl.Series) -> str:
    found = sorted(set(years.to_list()))
    return f"{found[0]}-{found[-1]}" if len(found) > 1 else "".join(map(str, found))


def _withheld(last: pl.DataFrame) -> str:
    hidden = last.filter(_named & pl.col("quantity").is_null()).sort("country")
    return ", ".join(
        f"{country} {flag.replace('|', ' ')}".strip()
        for country, flag in hidden.select("country", "flag").iter_rows()
    )


def _world(last: pl.DataFrame) -> float | None:
    """Return the printed world total; none if it leaves a country out."""
    world = last.filter((pl.col("country") == TOTALS[0]) & pl.col("quantity").is_not_null())
    if world.height != 1 or "excludes" in world["flag"][0] or not world["quantity"][0]:
        return None
    return float(world["quantity"][0])


def _part(last: pl.DataFrame, rows: pl.Expr) -> float | None:
    """Return the fraction of the printed world total that some rows make up."""
    world = _world(last)
    return None if world is None else float(last.filter(rows)["quantity"].sum()) / world


def _age(bundle: Bundle, rows: pl.DataFrame) -> int | None:
    years = [int(year) for year in rows["year"].to_list()]
    known = bundle.known.known_until[:4]
    return int(known) - max(years) if years and known else None


def _tables_of(bundle: Bundle) -> dict[str, tuple[str, ...]]:
    """Return the tables that have a row of each mineral."""
    found: dict[str, list[str]] = {}
    for table in bundle.names:
        frame = bundle.table(table)
        column = next((name for name in ("mineral", "minerals") if name in frame.columns), "")
        if column and table not in _REGISTERS:
            for name in frame[column].str.split("|").explode().unique().to_list():
                found.setdefault(name, []).append(table)
    for table in ("trade", "trade_history"):
        for name in _traded(bundle, table):
            found.setdefault(name, []).append(table)
    return {name: tuple(sorted(each)) for name, each in found.items()}


def _traded(bundle: Bundle, table: str) -> set[str]:
    """Return the minerals with a customs code in a table of bilateral trade."""
    codes = bundle.table(table).select(pl.format("{}:{}", "nomenclature", "code").unique())
    known = codes.to_series().to_list()
    rows = bundle.table("concordance").with_columns(pl.col("bilateral").str.split("|"))
    rows = rows.explode("bilateral").filter(pl.col("bilateral").is_in(known))
    return set(rows["mineral"].to_list())
