"""A balanced account solved for origins: what `look_through` is asked of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from orepact.indicators.dependence.tracing import (
    UNCOUNTED,
    Array,
    Entry,
    Links,
    Recipe,
    absorbed,
    followed,
    links_of,
)
from orepact.indicators.figure import Input
from orepact.network.chains.chain import ChainText
from orepact.network.world import World

__all__ = [
    "MONTHS",
    "Trace",
    "kind_of",
    "needed_output",
    "origins_of",
    "processing_of",
    "trace",
    "trace_of",
]

MONTHS = 12.0
"""Months of a year: accounts count t/month, figures t/year."""

_RECYCLED = re.compile(r"recycl|scrap|spent|collection|secondary", re.IGNORECASE)
_PRIMARY = re.compile(r"\b(?!scrap)\w+ smelting|liquor|\bores?\b", re.IGNORECASE)
_STOCK = re.compile(r"stock|reserve release", re.IGNORECASE)


@dataclass(frozen=True)
class Trace:
    """An account solved for origins, to be asked about any region and material.

    `uses` are the final uses (t/month), `rows` the account's rows by place of arrival, `kinds` the
    kind of each origin, `members` the countries of each region, `groups` the members of groups of
    countries; `grades` are those of the materials.
    """

    text: ChainText
    links: Links = field(repr=False)
    uses: tuple[Entry, ...] = field(repr=False)
    kinds: tuple[str, ...] = field(repr=False)
    members: Mapping[str, frozenset[str]] = field(repr=False)
    groups: Mapping[str, frozenset[str]] = field(repr=False)
    grades: Mapping[str, str] = field(repr=False)
    inflow: Mapping[tuple[str, str], tuple[Input, ...]] = field(repr=False)
    period: str = ""

    @cached_property
    def whole(self) -> tuple[Array, Array]:
        """Return what places draw from places and from origins (1)."""
        return self.links.matrices()

    @cached_property
    def firm(self) -> tuple[Array, Array]:
        """Return the same of what rests on a source."""
        return self.links.matrices(keep=self.links.sourced)


def trace(
    world: World, chain: str, *, member_states: bool = False, by_value: bool = False
) -> Trace:
    """Return a chain's balanced account solved for origins.

    With `member_states` the members of the European Union are places of their own. A process mixes
    its inputs by tonnes, with `by_value` by tonnes times base price. Raises `KeyError` for an
    unknown chain.
    """
    one = world.chains[chain]
    account = world.account(chain, member_states=member_states)
    rows = account.entries.filter(account.entries["balanced"] > 0.0).to_dicts()
    countries = world.bundle.table("countries")
    return trace_of(
        one.text,
        rows,
        worth={item.material: one.price(item.material) for item in one.text.materials}
        if by_value
        else None,
        members={region.name: frozenset(region.members) for region in world.regions},
        groups={
            name: frozenset(countries.filter(countries[column] == "yes")["iso3"])
            for name, column in (("EU27", "eu27"), ("G7", "g7"), ("PARTNERS", "partner"))
        },
        grades=account.grades,
    )


def trace_of(
    text: ChainText,
    rows: Iterable[Mapping[str, object]],
    *,
    worth: Mapping[str, float] | None = None,
    members: Mapping[str, frozenset[str]] | None = None,
    groups: Mapping[str, frozenset[str]] | None = None,
    grades: Mapping[str, str] | None = None,
) -> Trace:
    """Return an account's rows solved for origins.

    `rows` have kind, material, process, region, partner, use, balanced (t/month), source and card.
    """
    listed = list(rows)
    entries = [_entry(row) for row in listed]
    recipes = {item.process: Recipe(item.inputs, item.outputs) for item in text.processes}
    links = links_of(entries, recipes, worth)
    return Trace(
        text,
        links,
        uses=tuple(entry for entry in entries if entry.kind == "use"),
        kinds=tuple(kind_of(text, process) for _, process in links.origins),
        members=members or {},
        groups=groups or {},
        grades=grades or {},
        inflow=_inflow(text, listed),
        period=f"{text.calibration.first}/{text.calibration.last}",
    )


def _entry(row: Mapping[str, object]) -> Entry:
    return Entry(
        kind=str(row["kind"]),
        region=str(row["region"]),
        tonnes=float(str(row["balanced"])),
        material=str(row["material"]),
        process=str(row["process"]),
        partner=str(row["partner"]),
        use=str(row["use"]),
        sourced=bool(row["source"]),
    )


def _inflow(
    text: ChainText, rows: Iterable[Mapping[str, object]]
) -> dict[tuple[str, str], tuple[Input, ...]]:
    """Return the rows that bring a material to a region, as inputs (t/year)."""
    units = {item.material: item.unit for item in text.materials}
    outputs = {item.process: item.outputs for item in text.processes}
    found: dict[tuple[str, str], list[Input]] = {}
    for row in rows:
        tonnes = MONTHS * float(str(row["balanced"]))
        region, material = str(row["region"]), str(row["material"])
        if row["kind"] == "trade":
            place, name = (str(row["partner"]), material), f"{material} from {region}"
        elif row["kind"] == "production":
            first = next(iter(outputs[str(row["process"])]))
            place, name = (region, first), f"{first} made in {region} by {row['process']}"
        else:
            continue
        found.setdefault(place, []).append(
            Input(
                name=name,
                value=tonnes,
                unit=f"{units.get(place[1], 't')}/year",
                source=str(row["source"] or f"card:{row['card']}"),
                edition=str(row.get("edition", "")),
                period=str(row.get("period", "")),
                where=f"account of {text.chain}, balanced",
            )
        )
    return {place: tuple(items) for place, items in found.items()}


def kind_of(text: ChainText, process: str) -> str:
    """Return what kind of origin a process without inputs is.

    mined, recycled, stock, made (the stage before it is not counted), made or recycled (one process
    stands for both) or uncounted. Residues of smelting ore are no scrap.
    """
    if process == UNCOUNTED:
        return UNCOUNTED
    item = next(each for each in text.processes if each.process == process)
    words = f"{item.process} {item.title}"
    if _STOCK.search(words):
        return "stock"
    if _RECYCLED.search(words):
        return "made or recycled" if _PRIMARY.search(words) else "recycled"
    stages = {each.material: each.stage for each in text.materials}
    return "mined" if any(stages[name] == "mine" for name in item.outputs) else "made"


def origins_of(traced: Trace, weight: Array, *, sourced: bool = False) -> tuple[Array, float]:
    """Return where a use began (origins), and the part of it that has no origin.

    `weight` (places) is the use, in any unit, which is that of the result. With `sourced` only ways
    count whose every step rests on a source.
    """
    drawn, began = traced.firm if sourced else traced.whole
    passed, lost = followed(drawn, weight)
    return passed @ began, lost


def processing_of(
    traced: Trace, weight: Array, material: str, *, sourced: bool = False
) -> tuple[dict[str, float], Array]:
    """Return by region what was last made into `material` there, and where that began (origins).

    `weight` and `sourced` as in `origins_of`. What the regions leave of the use never was that
    material on its way.
    """
    links = traced.links
    kept = links.sourced if sourced else np.ones(len(links.to), dtype=np.bool_)
    of = np.array([place[1] == material for place in links.places], dtype=np.bool_)
    making = links.made & of[links.to] & kept
    drawn, _ = links.matrices(keep=kept & ~(links.made & of[links.to]))
    passed, _ = followed(drawn, weight)
    amount = np.where(making, passed[links.to] * links.tonnes / links.through[links.to], 0.0)
    by_region: dict[str, float] = {}
    for link in np.flatnonzero(making):
        region = links.places[int(links.to[link])][0]
        by_region[region] = by_region.get(region, 0.0) + float(amount[link])
    inner, outer = making & (links.place >= 0), making & (links.origin >= 0)
    taken: Array = np.bincount(
        links.place[inner], weights=amount[inner], minlength=len(links.places)
    ).astype(np.float64)
    began = np.bincount(links.origin[outer], amount[outer], minlength=len(links.origins))
    return by_region, began + origins_of(traced, taken, sourced=sourced)[0]


def needed_output(traced: Trace) -> pl.DataFrame:
    """Return what every use needed of every origin: region, material, use, origin, process, tonnes.

    Tonnes (t/year) are those of the origin's own product, losses on the way included. Over all
    uses, inventories among them, they add up to what each origin put out: nothing is lost and
    nothing is counted twice. A process with several outputs charges them by tonnes, or by value.
    """
    links = traced.links
    parts, _ = absorbed(*links.matrices(needed=True))
    number = {place: index for index, place in enumerate(links.places)}
    rows = [
        (use.region, use.material, use.use, *links.origins[origin], MONTHS * use.tonnes * part)
        for use in traced.uses
        for origin, part in enumerate(parts[number[use.region, use.material]])
        if part > 0.0
    ]
    names = ("region", "material", "use", "origin", "process")
    schema = dict.fromkeys(names, pl.String) | {"tonnes": pl.Float64}
    return pl.DataFrame(rows, orient="row", schema=schema)
