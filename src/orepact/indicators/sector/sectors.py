"""Sectors and the uses of minerals that belong to them: what the file says, and its shares of use.

A use belongs to a sector as a whole, in part (then the row is an upper bound unless a product's own
uses tell the part), or is only named by a source without a share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orepact.data.bundle import WORLD_FOLDER, Bundle
from orepact.data.text import parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.figure import Figure, Input
from orepact.indicators.rounding import half_unit
from orepact.indicators.tables.sourcing import UNION, UNIONS

__all__ = [
    "SECTORS_FILE",
    "PartText",
    "RowText",
    "SectorText",
    "find_sector",
    "read_sectors",
    "row_problems",
    "use_shares",
]

SECTORS_FILE = WORLD_FOLDER / "assess" / "sectors.yaml"
"""The six sectors that ship."""

METHOD = "sum of the published shares of end use that belong to the sector"
_WORLD = "WLD"


@dataclass(frozen=True, kw_only=True)
class RowText:
    """A row of the table of end uses: mineral and application as printed, and why it is here."""

    mineral: str
    application: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PartText:
    """A row that a sector shares with others, or its part told by a product's own use."""

    mineral: str
    application: str
    reason: str
    of: str = ""
    application_of: str = ""


@dataclass(frozen=True, kw_only=True)
class AccountUse:
    """A use of a chain's account."""

    chain: str
    use: str


@dataclass(frozen=True, kw_only=True)
class SectorText:
    """A sector and its uses; see the note of the file."""

    sector: str
    title: str
    end_use: str
    nace: tuple[str, ...] = ()
    note: str = ""
    whole: tuple[RowText, ...] = ()
    left_out: tuple[RowText, ...] = ()
    in_part: tuple[PartText, ...] = ()
    accounts: tuple[AccountUse, ...] = ()
    words: tuple[RowText, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _File:
    sectors: tuple[SectorText, ...]
    note: str = ""


def read_sectors(path: Path = SECTORS_FILE) -> tuple[SectorText, ...]:
    """Read a file of sectors; raises `InputError` with every problem."""
    return parse(_File, read_yaml(path, kind="sectors")).sectors


def find_sector(sectors: Sequence[SectorText], name: str) -> SectorText:
    """Return a sector by its id; raises `InputError` with the nearest one."""
    known = [sector.sector for sector in sectors]
    if name not in known:
        raise InputError(
            [
                Problem(
                    "unknown sector",
                    field="sector",
                    found=repr(name),
                    expected="one of " + ", ".join(known),
                    nearest=nearest(name, known),
                )
            ]
        )
    return sectors[known.index(name)]


def row_problems(sectors: Sequence[SectorText], bundle: Bundle) -> list[Problem]:
    """Return a problem for each row of the file that the table of end uses does not hold."""
    table = bundle.table("end_uses")
    known = set(table.select("mineral", "application").iter_rows())
    return [
        Problem(
            "no such row in the table end_uses",
            field=f"{sector.sector}.{mineral}",
            found=repr(application),
            nearest=nearest(application, [text for name, text in known if name == mineral]),
        )
        for sector in sectors
        for mineral, application in _named(sector)
        if (mineral, application) not in known
    ]


def _named(sector: SectorText) -> Iterator[tuple[str, str]]:
    for row in (*sector.whole, *sector.left_out, *sector.words, *sector.in_part):
        yield row.mineral, row.application
    for part in sector.in_part:
        if part.of:
            yield part.of, part.application_of


def use_shares(
    bundle: Bundle, sector: SectorText, region: str, *, contained: Sequence[str] = ()
) -> list[Figure]:
    """Return the share of each mineral's use in a region that the sector takes (fraction).

    `value` adds the rows that belong to the sector, `high` also the rows that it shares with
    others; a mineral with shared rows only has no value but an upper bound. Minerals that a source
    only names, or that `contained` (minerals in the sector's products) adds, have no value.
    Where the region has no rows of a mineral those of the world are taken and the coverage says so.
    """
    minerals = dict.fromkeys([*_minerals(bundle, sector), *contained])
    return [_use_share(bundle, sector, region, mineral) for mineral in minerals]


def _minerals(bundle: Bundle, sector: SectorText) -> list[str]:
    coded = bundle.table("end_uses").filter(pl.col("nace2").is_in(sector.nace)).sort("mineral")
    out = {(row.mineral, row.application) for row in sector.left_out}
    return [
        *(row[0] for row in coded.select("mineral", "application").iter_rows() if row not in out),
        *(row.mineral for row in (*sector.whole, *sector.in_part, *sector.words)),
    ]


def _use_share(bundle: Bundle, sector: SectorText, region: str, mineral: str) -> Figure:
    rows, used = _rows(bundle, region, mineral)
    out = {row.application for row in sector.left_out if row.mineral == mineral}
    names = {row.application for row in sector.whole if row.mineral == mineral}
    mine = (pl.col("nace2").is_in(sector.nace) | pl.col("application").is_in(names)) & ~pl.col(
        "application"
    ).is_in(out)
    whole = rows.filter(mine & pl.col("share").is_not_null())
    parts = [
        part
        for part in sector.in_part
        if part.mineral == mineral and part.application in set(rows["application"])
    ]
    known, bound, terms, inputs = _summed(bundle, region, whole, rows, parts)
    lower, upper = known[1], min(1.0, known[2] + bound)
    found = bool(terms)
    return Figure(
        indicator="use_share",
        value=min(1.0, known[0]) if found else None,
        unit="1",
        region=region,
        mineral=mineral,
        stage="",
        form=sector.sector,
        period=str(rows["period"][0]) if len(rows) else "",
        low=min(1.0, lower) if found or bound else None,
        high=upper if found or bound else None,
        arithmetic=" + ".join(terms),
        method=METHOD,
        missing="" if found else _why(bundle, sector, mineral, parts, region),
        note="; ".join(f"{part.application}: {part.reason}" for part in parts),
        inputs=inputs,
        coverage={"uses_of": used, "shared_rows": bound, "printed_total": _total(rows)},
    )


def _rows(bundle: Bundle, region: str, mineral: str) -> tuple[pl.DataFrame, str]:
    """Return the rows of a mineral for a region, else for the world, and whose they are."""
    own = bundle.table("end_uses").filter(mineral=mineral)
    for place in (UNION if region in UNIONS else region, _WORLD):
        some = own.filter((pl.col("region") == place) & pl.col("share").is_not_null())
        if not some.is_empty():
            return some, place
    return own.clear(), ""


Three = tuple[float, float, float]


def _summed(
    bundle: Bundle,
    region: str,
    whole: pl.DataFrame,
    rows: pl.DataFrame,
    parts: Sequence[PartText],
) -> tuple[Three, float, list[str], tuple[Input, ...]]:
    """Return the known share with its range, the bound that shared rows add, terms, inputs."""
    known, bound = (0.0, 0.0, 0.0), 0.0
    terms: list[str] = []
    inputs: list[Input] = []
    for row in whole.iter_rows(named=True):
        known = _plus(known, _printed(row["share"]))
        terms.append(f"{row['share']:.4g} {row['application']}")
        inputs.append(_input(row))
    for part in parts:
        row = rows.filter(application=part.application).row(0, named=True)
        if row["application"] in set(whole["application"]):
            continue
        inputs.append(_input(row))
        split = _split(bundle, region, part)
        if split is None:
            bound += _printed(row["share"])[2]
            continue
        inputs.append(_input(split))
        own, of = _printed(row["share"]), _printed(split["share"])
        known = _plus(known, (own[0] * of[0], own[1] * of[1], own[2] * of[2]))
        terms.append(f"{own[0]:.4g} {part.application} × {of[0]:.4g} {part.application_of}")
    return known, bound, terms, tuple(inputs)


def _split(bundle: Bundle, region: str, part: PartText) -> dict[str, object] | None:
    """Return the row of a product's own use that tells a sector's part of a mineral's row."""
    rows, _ = _rows(bundle, region, part.of) if part.of else (pl.DataFrame(), "")
    if rows.is_empty():
        return None
    found = rows.filter(application=part.application_of)
    return found.row(0, named=True) if len(found) else None


def _printed(share: object) -> Three:
    """Return a share printed in whole per cent with the least and most that it may be."""
    value = float(share) if isinstance(share, float) else 0.0
    half = half_unit(round(100 * value, 6), whole=True) / 100
    return value, max(0.0, value - half), min(1.0, value + half)


def _plus(one: Three, other: Three) -> Three:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _total(rows: pl.DataFrame) -> float | None:
    return round(float(rows["share"].sum()), 4) if len(rows) else None


def _why(
    bundle: Bundle, sector: SectorText, mineral: str, parts: Sequence[PartText], region: str
) -> str:
    if parts:
        names = ", ".join(part.application for part in parts)
        return f"printed together with other sectors: {names}"
    named = [row.application for row in sector.words if row.mineral == mineral]
    if named:
        return f"named as a use without a share: {', '.join(named)}"
    places = sorted(set(bundle.table("end_uses").filter(mineral=mineral)["region"]))
    published = f"shares of use are published for {', '.join(places)}" if places else ""
    return f"no published share of use for {region}" + (f"; {published}" if published else "")


def _input(row: dict[str, object]) -> Input:
    share = row["share"]
    return Input(
        name=str(row["application"]),
        value=float(share) if isinstance(share, float) else None,
        unit="1",
        source=str(row["source"]),
        period=str(row["period"]),
        flag=str(row["flag"]),
        where=f"end_uses, {row['mineral']}, {row['region']}, {row['nace2'] or 'no code'}",
    )
