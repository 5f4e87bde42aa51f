"""Who supplies a region: tonnes by supplier at one stage, from production, an account or shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from orepact.data.bundle import Bundle
from orepact.indicators.concentration import hhi
from orepact.indicators.figure import Figure, Input
from orepact.indicators.rounding import half_unit
from orepact.indicators.span import ZERO, Span
from orepact.indicators.tables.shares import UNNAMED, production_rows

__all__ = ["Supply", "supply_of_figures", "supply_of_shares", "supply_of_world"]

WORLD = "WLD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What a region is supplied with at one stage, by supplier.

    - `amounts`: supplier to amount in `unit`; zero amounts are left out
    - `domestic`: the suppliers that are the region itself; they do not go
    - `unnamed`: amount whose supplier is not known; `withheld`: suppliers without a figure
    - `spare`: supplier to its spare capacity (`unit`), for those whose capacity is known;
      `spare_sources` says where from
    - `spare_unnamed`: spare capacity of suppliers that are not named (`unit`), from
      `spare_unnamed_source`; it counts at the high end of ranges only
    - `sold`: supplier to what it sells to everybody but itself (`unit`), where known;
      `exported`: what the region sells abroad, where known
    """

    region: str
    mineral: str
    stage: str
    amounts: Mapping[str, float]
    unit: str = "t/year"
    form: str = ""
    period: str = ""
    domestic: frozenset[str] = frozenset()
    unnamed: float = 0.0
    withheld: tuple[str, ...] = ()
    spare: Mapping[str, Span] = field(default_factory=dict[str, Span])
    spare_sources: Mapping[str, str] = field(default_factory=dict[str, str])
    spare_unnamed: Span = ZERO
    spare_unnamed_source: str = ""
    sold: Mapping[str, float] = field(default_factory=dict[str, float])
    exported: float = 0.0
    grade: str = ""
    inputs: tuple[Input | Figure, ...] = ()

    @property
    def total(self) -> float:
        """Return all supply, that of unnamed suppliers too."""
        return sum(sorted(self.amounts.values())) + self.unnamed

    @property
    def largest(self) -> str:
        """Return the largest supplier that is not the region itself; empty if there is none."""
        abroad = [name for name in self.amounts if name not in self.domestic]
        return min(abroad, key=lambda name: (-self.amounts[name], name), default="")

    def share(self, supplier: str) -> float:
        """Return a supplier's share of all supply (1); 0 where there is none."""
        return self.amounts.get(supplier, 0.0) / self.total if self.total else 0.0

    def concentration(self) -> tuple[float, float]:
        """Return the least and largest HHI (0 to 1); the unnamed part is many suppliers or one."""
        shares = [self.share(name) for name in sorted(self.amounts)]
        return hhi(shares, rest=self.unnamed / self.total if self.total else 0.0)


def supply_of_shares(
    shares: Mapping[str, float],
    *,
    region: str,
    mineral: str,
    stage: str = "",
    form: str = "",
    period: str = "",
    source: str = "user",
    domestic: frozenset[str] = frozenset(),
) -> Supply:
    """Return a supply from shares that a user states (fractions of one total).

    What they leave of one has no named supplier; shares above one together are taken as amounts.
    """
    named = {name: share for name, share in shares.items() if share > 0.0 and name not in UNNAMED}
    left = max(0.0, 1.0 - sum(shares[name] for name in sorted(named)))
    return Supply(
        region=region,
        mineral=mineral,
        stage=stage,
        form=form,
        period=period,
        unit="1",
        amounts=named,
        domestic=domestic or frozenset({region}),
        unnamed=left,
        inputs=tuple(
            Input(name=f"share of {name}", value=share, unit="1", source=source)
            for name, share in named.items()
        ),
    )


def supply_of_figures(
    figures: Iterable[Figure], *, domestic: frozenset[str] = frozenset()
) -> Supply:
    """Return a supply from figures of shares by partner: sourcing, processing or origin shares.

    All figures are of one region, mineral and period. A figure without a value is a withheld
    supplier. Shares of one partner (mined and recycled, say) are added.
    """
    listed = list(figures)
    first = listed[0]
    amounts: dict[str, float] = {}
    for figure in listed:
        if figure.value and figure.partner not in UNNAMED:
            amounts[figure.partner] = amounts.get(figure.partner, 0.0) + figure.value
    stages = {figure.stage for figure in listed}
    return Supply(
        region=first.region,
        mineral=first.mineral,
        stage=first.stage if len(stages) == 1 else "",
        form=first.form,
        period=first.period,
        unit="1",
        amounts=amounts,
        domestic=domestic or frozenset({first.region}),
        unnamed=max(0.0, 1.0 - sum(sorted(amounts.values()))),
        withheld=tuple(figure.partner for figure in listed if figure.value is None),
        inputs=tuple(listed),
    )


def supply_of_world(bundle: Bundle, mineral: str, stage: str, year: int) -> Supply:
    """Return world output by country (t/year), with the spare capacity of those that print it.

    Output that no country is named for, the rest to the printed world total included, is unnamed.
    Spare capacity is capacity at the end of the year less output, not below zero; its range is
    that of the rounding.
    """
    rows = production_rows(bundle, mineral, stage, year).rows(named=True)
    own = [row for row in rows if row["country"] not in {WORLD, *UNNAMED}]
    amounts = {row["country"]: row["quantity"] for row in own if row["quantity"]}
    printed = sum(row["quantity"] or 0.0 for row in rows if row["country"] == WORLD)
    others = sum(row["quantity"] or 0.0 for row in rows if row["country"] in UNNAMED)
    spare, spare_sources = _spare(bundle, mineral, stage, year, amounts)
    left = max(others, printed - sum(sorted(amounts.values())))
    unnamed, unnamed_source = _spare_unnamed(bundle, mineral, stage, year, others)
    return Supply(
        region=WORLD,
        mineral=mineral,
        stage=stage,
        period=str(year),
        unit=f"{own[0]['unit']}/year" if own else "t/year",
        amounts=amounts,
        unnamed=left,
        withheld=tuple(sorted(row["country"] for row in own if row["quantity"] is None)),
        spare=spare,
        spare_sources=spare_sources,
        spare_unnamed=unnamed,
        spare_unnamed_source=unnamed_source,
        inputs=tuple(
            Input(
                name=f"output of {row['country']}",
                value=row["quantity"],
                unit=row["unit"],
                source=row["source"],
                edition=row["edition"],
                period=str(year),
                flag=row["flag"],
                where=f"production, stage {stage}",
            )
            for row in rows
        ),
    )


def _spare(
    bundle: Bundle, mineral: str, stage: str, year: int, amounts: Mapping[str, float]
) -> tuple[dict[str, Span], dict[str, str]]:
    """Return capacity less output by country, from the last edition of the year, and sources."""
    last = _capacities(bundle, mineral, stage, year)
    found: dict[str, Span] = {}
    sources: dict[str, str] = {}
    for country, row in last.items():
        if country in UNNAMED or country not in amounts:
            continue
        sources[country] = row["source"]
        found[country] = _less(row["quantity"], amounts[country])
    return found, sources


def _spare_unnamed(
    bundle: Bundle, mineral: str, stage: str, year: int, output: float
) -> tuple[Span, str]:
    """Return the capacity of *other countries* less their output, and its source."""
    last = _capacities(bundle, mineral, stage, year)
    rows = [row for country, row in last.items() if country in UNNAMED]
    if not rows:
        return ZERO, ""
    return _less(sum(row["quantity"] for row in rows), output), rows[0]["source"]


def _capacities(
    bundle: Bundle, mineral: str, stage: str, year: int
) -> dict[str, dict[str, Any]]:
    """Return capacity by country from the last edition of the year; none without a table."""
    if "capacity" not in bundle.names:
        return {}
    rows = [
        row
        for row in bundle.part("capacity", mineral).iter_rows(named=True)
        if (row["stage"], row["year"]) == (stage, year)
        and row["quantity"] is not None
        and row["country"] != WORLD
    ]
    return {row["country"]: row for row in sorted(rows, key=itemgetter("edition"))}


def _less(capacity: float, output: float) -> Span:
    """Return capacity less output, not below zero, with the range of the rounding."""
    free = max(0.0, capacity - output)
    half = half_unit(capacity) + half_unit(output)
    return Span(free, max(0.0, capacity - output - half), max(free, capacity - output + half))
