"""Look-through: the origin of what a region uses, traced through every stage of a balanced account.

The supplier at the border is often not where the dependence lies. Each tonne of final use is
followed back through trade and processing (`orepact.indicators.tracing`) to the place where it
began, and the country in which each stage on the way was carried out is counted.

What rests on assumption cards alone is not hidden: the low end of a share counts the ways whose
every step rests on a source, the high end adds all that does not. Supply that no row gives, releases
from stocks and circles of trade without an origin are shares of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from orepact.indicators.figure import Figure, Input
from orepact.indicators.tracing import (
    UNCOUNTED,
    Array,
    Entry,
    Links,
    Recipe,
    absorbed,
    links_of,
)
from orepact.network.chains.chain import ChainText
from orepact.network.world import World

__all__ = ["CIRCULAR", "Trace", "kind_of", "look_through", "needed_output", "trace", "trace_of"]

CIRCULAR = "circular"
"""Kind of origin of trade that goes round and has no beginning in the account."""

METHOD = (
    "absorbing chain on balanced accounts, inputs and suppliers mixed in proportion: Kemeny and "
    "Snell (1960); Miller and Blair (2009), doi:10.1017/CBO9780511626982"
)

_MONTHS = 12.0
_SMALLEST = 5e-7
_RECYCLED = re.compile(r"recycl|scrap|spent|collection|secondary|residue", re.IGNORECASE)
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
    def mixed(self) -> tuple[Array, Array]:
        """Return parts by origin (places × origins) and the part without one (places)."""
        return absorbed(*self.links.matrices())

    @cached_property
    def firm(self) -> Array:
        """Return the parts by origin of which every step rests on a source (places × origins)."""
        return absorbed(*self.links.matrices(keep=self.links.sourced))[0]


def trace(world: World, chain: str, *, member_states: bool = False, by_value: bool = False) -> Trace:
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
        tonnes = _MONTHS * float(str(row["balanced"]))
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

    mined, recycled, stock, made (the stage before it is not counted) or uncounted.
    """
    if process == UNCOUNTED:
        return UNCOUNTED
    item = next(each for each in text.processes if each.process == process)
    words = f"{item.process} {item.title}"
    if _STOCK.search(words):
        return "stock"
    if _RECYCLED.search(words):
        return "recycled"
    stages = {each.material: each.stage for each in text.materials}
    return "mined" if any(stages[name] == "mine" for name in item.outputs) else "made"


@dataclass(frozen=True, slots=True)
class _Basket:
    """What a region uses: tonnes by place (t/month), and which nodes stand for the region."""

    region: str
    weight: Array
    nodes: tuple[str, ...]
    left_out: tuple[str, ...]
    materials: tuple[str, ...]

    @property
    def total(self) -> float:
        return float(self.weight.sum())


def look_through(traced: Trace, region: str, *, material: str = "", of: str = "") -> list[Figure]:
    """Return the origins of what a region uses, and where each stage on the way was carried out.

    Figures (all fractions of the use but the first): *use* (t/year of the used materials),
    *origin share* by country and kind, *processing share* by country for every material on the way
    (of the part that passed it), *traced on sources*, *not traced* (uncounted, circular, released
    from stocks). `material` restricts the use to one material; `of` asks for the origin of one
    input that went into it, dysprosium oxide in magnets, say. A region is a node of the chain,
    EU27, G7, PARTNERS or WLD. Uses that only build inventories are left out. One figure that says
    what is missing where the region has no use of its own in the account.
    """
    basket = _basket(traced, region, material)
    if basket.total <= 0.0:
        return [_nothing(traced, region, material, basket)]
    use = _use_figure(traced, basket)
    origin = _origins(traced, basket, of)
    if origin is None:
        text = f"nothing of what {region} uses passes through {of}"
        return [use, Figure(indicator="origin share", value=None, unit="1", region=region,
                            mineral=traced.text.mineral, form=of, period=traced.period,
                            missing=text, method=METHOD)]
    mixed, firm, lost = origin
    limits = _limits(traced, basket, firm, mixed, lost)
    figures = [use, *_origin_figures(traced, basket, use, of, mixed, firm, limits)]
    figures += _summary(traced, basket, use, of, mixed, firm, lost, limits)
    if not of:
        figures += _processing(traced, basket, use, limits)
    return figures
