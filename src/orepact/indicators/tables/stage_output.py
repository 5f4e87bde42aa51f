"""Output and capacity of a region and of the world, stage by stage."""

from __future__ import annotations

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.figure import Figure, Input
from orepact.indicators.tables.region_members import region_members
from orepact.indicators.tables.shares import UNNAMED, age_of, production_rows

__all__ = ["WORLD", "stage_capacity", "stage_output"]

WORLD = "WLD"


def stage_output(bundle: Bundle, region: str, mineral: str) -> list[Figure]:
    """Return a region's and the world's output of a mineral by stage in the newest year.

    The unit is the table's, with what it counts as the form. A member whose output is withheld, and
    members that no source lists (they may be among *other countries*), make the sum a lower bound:
    `high` then adds the output of other countries where it is printed, and is empty where it is
    withheld. A region of which no member is listed has no value: not listed is not zero.
    """
    inside = region_members(bundle, region)
    table = bundle.table("production").filter(
        pl.col("mineral") == mineral, pl.col("preferred") == "1"
    )
    figures: list[Figure] = []
    for stage in sorted(set(table["stage"])):
        year = max(int(each) for each in table.filter(stage=stage)["year"])
        rows = production_rows(bundle, mineral, stage, year)
        figures.append(_made(bundle, rows, inside, (region, mineral, stage, str(year))))
        figures.append(_world(bundle, rows, (region, mineral, stage, str(year))))
    return figures or [
        Figure(
            indicator="output",
            value=None,
            unit="t/year",
            region=region,
            mineral=mineral,
            missing="no output is published",
        )
    ]


def stage_capacity(bundle: Bundle, region: str, mineral: str) -> list[Figure]:
    """Return a region's and the world's published capacity of a mineral by stage, newest edition.

    A region of which no member is listed has no value: not listed is not zero.
    """
    inside = region_members(bundle, region)
    table = bundle.table("capacity").filter(mineral=mineral)
    figures: list[Figure] = []
    for stage in sorted(set(table["stage"])):
        rows = table.filter(stage=stage)
        rows = rows.filter(edition=max(rows["edition"]))
        rows = rows.filter(year=max(int(each) for each in rows["year"]))
        for name, part in (
            (region, rows.filter(pl.col("country").is_in(sorted(inside)))),
            (WORLD, rows.filter(country=WORLD)),
        ):
            figures.append(_capacity(part, rows, name, mineral, stage))
    return figures or [
        Figure(
            indicator="published capacity",
            value=None,
            unit="t/year",
            region=region,
            mineral=mineral,
            missing="no capacity is published",
        )
    ]


def _made(
    bundle: Bundle, rows: pl.DataFrame, inside: frozenset[str], key: tuple[str, str, str, str]
) -> Figure:
    own = rows.filter(pl.col("country").is_in(sorted(inside)))
    hidden = sorted(own.filter(pl.col("quantity").is_null())["country"])
    unlisted = len(inside) - own["country"].n_unique()
    rest = rows.filter(pl.col("country").is_in(UNNAMED))
    amount = sum(float(each) for each in own["quantity"].drop_nulls())
    others = [float(each) for each in rest["quantity"].drop_nulls()]
    high = None if hidden else amount + (sum(others) if unlisted else 0.0)
    known = own.height > len(hidden)
    missing = ""
    if not known:
        missing = "withheld: " + ", ".join(hidden) if hidden else "no member is listed"
    return _figure(
        bundle,
        rows,
        own,
        (key[0], *key[1:]),
        value=amount if known else None,
        low=amount if known else None,
        high=high if known else None,
        missing=missing,
        coverage={"withheld": ", ".join(hidden), "members_not_listed": unlisted},
    )


def _world(bundle: Bundle, rows: pl.DataFrame, key: tuple[str, str, str, str]) -> Figure:
    printed = rows.filter(country=WORLD)
    value = float(printed["quantity"][0]) if printed["quantity"].drop_nulls().len() else None
    flag = "".join(printed["flag"])
    return _figure(
        bundle,
        rows,
        printed,
        (WORLD, *key[1:]),
        value=value,
        low=value,
        high=None if "excludes" in flag else value,
        missing="" if value is not None else "no world total is printed",
        coverage={"excludes": flag if "excludes" in flag else ""},
    )


def _figure(
    bundle: Bundle,
    rows: pl.DataFrame,
    own: pl.DataFrame,
    key: tuple[str, ...],
    *,
    value: float | None,
    low: float | None,
    high: float | None,
    missing: str,
    coverage: dict[str, object],
) -> Figure:
    region, mineral, stage, year = key
    return Figure(
        indicator="output",
        value=value,
        low=low,
        high=high,
        unit=f"{rows['unit'][0]}/year",
        region=region,
        mineral=mineral,
        stage=stage,
        form=str(rows["basis"][0]),
        period=year,
        arithmetic=f"sum of {own['quantity'].drop_nulls().len()} countries",
        method="preferred edition of the table of production",
        missing=missing,
        inputs=tuple(
            Input(
                name=f"output of {row['country']}",
                value=row["quantity"],
                unit=f"{row['unit']}/year",
                source=row["source"],
                edition=row["edition"],
                period=year,
                flag=row["flag"],
                where="production",
            )
            for row in own.iter_rows(named=True)
        ),
        coverage={**coverage, "age": age_of(bundle, year)},
    )


def _capacity(
    part: pl.DataFrame, rows: pl.DataFrame, region: str, mineral: str, stage: str
) -> Figure:
    known = part["quantity"].drop_nulls()
    hidden = ", ".join(part.filter(pl.col("quantity").is_null())["country"])
    reason = f"withheld or not given: {hidden}" if hidden else "no member is listed"
    return Figure(
        indicator="published capacity",
        value=sum(float(each) for each in known) if len(known) else None,
        unit=f"{rows['unit'][0]}/year",
        region=region,
        mineral=mineral,
        stage=stage,
        period=str(rows["year"][0]),
        arithmetic=f"sum of {len(known)} countries",
        missing="" if len(known) else reason,
        inputs=tuple(
            Input(
                name=f"capacity of {row['country']}",
                value=row["quantity"],
                unit=f"{row['unit']}/year",
                source=row["source"],
                edition=row["edition"],
                period=str(row["year"]),
                flag=row["flag"],
                where="capacity",
            )
            for row in part.iter_rows(named=True)
        ),
        coverage={"withheld": hidden},
    )
