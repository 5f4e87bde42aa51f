"""Dependence on suppliers, component by component: largest share, concentration, controls.

For a mineral and a region the published shares of its supply by origin are read stage by stage; a
region for which nobody published them is given the shares of the world's supply, and the coverage
says so. The components are kept apart: no index is made of them here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.concentration import hhi
from orepact.indicators.dependence.supplier_groups import (
    STEPS,
    output_groups,
    own_groups,
    world_groups,
)
from orepact.indicators.figure import Figure, Input
from orepact.indicators.sector.controls_in_force import IN_FORCE, OUTCOME_UNKNOWN, RESTRICTING
from orepact.indicators.tables.region_members import own_places
from orepact.indicators.tables.shares import UNNAMED
from orepact.indicators.tables.sourcing import UNION, UNIONS
from orepact.policy import ActStatus

__all__ = [
    "STEPS",
    "Suppliers",
    "bottleneck",
    "controlled_share",
    "largest_share",
    "origin_shares",
    "own_bottleneck",
    "supplier_hhi",
    "suppliers_of",
]

OWN = "the region's own supply"
WORLD = "world supply"
OUTPUT = "world output"
SOURCED = "sourcing of the region"

_SHOWN = 6
_METHOD_SHARE = "largest share of one country outside the region"
_METHOD_HHI = "sum of squared shares (Herfindahl 1950, Hirschman 1964)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppliers:
    """Who supplies a mineral at a stage: shares by country, columns of `indicators.shares`.

    `basis` is the sourcing of the region; where nobody published it the later one of world supply,
    as the Union's study prints it, and world output of the table of production.
    `own` are the countries of the region itself.
    """

    mineral: str
    region: str
    stage: str
    product: str
    period: str
    basis: str
    own: frozenset[str]
    shares: pl.DataFrame

    @property
    def outside(self) -> list[tuple[str, float]]:
        """Named countries outside the region with their shares, largest first."""
        return [
            (country, share)
            for country, share in zip(self.shares["country"], self.shares["value"], strict=True)
            if share is not None and country not in self.own and country not in UNNAMED
        ]

    @property
    def named(self) -> list[dict[str, Any]]:
        """Rows of the shares that have a value and a country, of the region itself too."""
        return [
            row
            for row in self.shares.iter_rows(named=True)
            if row["value"] is not None and row["country"] not in UNNAMED
        ]


def suppliers_of(bundle: Bundle, mineral: str, region: str) -> tuple[Suppliers, ...]:
    """Return the suppliers of a mineral to a region at every stage for which shares are published.

    For the European Union the shares of the study on critical raw materials, else the customs
    shares of the latest year with more than one origin; for the United States the import sources of
    the USGS (of several products the mineral itself or their total); for others, and at the stages
    that these lack, the shares of world supply of the study or, where it is later, of world output
    by country. Nothing for a mineral that no table has.
    """
    own = bundle.once(own_groups, UNION if region in UNIONS else region)
    found = _suppliers(bundle, region, own.get(mineral, ()), SOURCED)
    stages = {each.stage for each in found}
    world = _suppliers(bundle, region, bundle.once(world_groups).get(mineral, ()), WORLD)
    output = _suppliers(bundle, region, bundle.once(output_groups, mineral), OUTPUT)
    return (*found, *(each for each in _latest(world, output) if each.stage not in stages))


def _latest(world: Sequence[Suppliers], output: Sequence[Suppliers]) -> Iterator[Suppliers]:
    """Yield of each stage the shares of world supply, or of world output where those are later."""
    for each in world:
        if not any(one.stage == each.stage and _ends(one) > _ends(each) for one in output):
            yield each
    for one in output:
        if not any(one.stage == each.stage and _ends(each) >= _ends(one) for each in world):
            yield one


def _ends(suppliers: Suppliers) -> str:
    """Return the last year of a period."""
    return suppliers.period[-len("2024") :]


def _suppliers(
    bundle: Bundle, region: str, groups: Iterable[pl.DataFrame], basis: str
) -> list[Suppliers]:
    own = bundle.once(own_places, region)
    return [
        Suppliers(
            mineral=str(rows["mineral"][0]),
            region=region,
            stage=str(rows["stage"][0]) or "imports",
            product=str(rows["product"][0]),
            period=str(rows["period"][0]),
            basis=basis,
            own=own,
            shares=rows,
        )
        for rows in groups
    ]


def bottleneck(suppliers: Sequence[Suppliers]) -> Suppliers | None:
    """Return the stage with the largest share of one outside country; none without suppliers.

    Every stage counts for which shares are published, whether of the region's own sourcing, of
    world supply or of world output; `basis` says which. At one stage the region's sourcing comes
    before the world's, then the latest period. Imports that no stage is named for stand beside the
    stages.
    """
    known = [each for each in suppliers if not each.shares["value"].drop_nulls().is_empty()]
    best = {
        step: max(_evidence(each) for each in known if _step(each) == step)
        for step in {_step(each) for each in known}
    }
    usable = [each for each in known if _evidence(each) == best[_step(each)]]
    return max(usable, key=_largest_outside, default=None)


def own_bottleneck(suppliers: Sequence[Suppliers]) -> Suppliers | None:
    """Return the bottleneck of the region's own sourcing alone; none where none is published."""
    return bottleneck([each for each in suppliers if each.basis == SOURCED])


def _step(suppliers: Suppliers) -> str:
    return STEPS.get(suppliers.stage, suppliers.stage)


def _evidence(suppliers: Suppliers) -> tuple[bool, str]:
    """Return how well shares speak for a region: its own before the world's, then the last year."""
    return suppliers.basis == SOURCED, _ends(suppliers)


def _largest_outside(suppliers: Suppliers) -> tuple[float, bool]:
    return suppliers.outside[0][1] if suppliers.outside else 0.0, suppliers.basis == SOURCED


def largest_share(suppliers: Suppliers) -> Figure:
    """Return the largest share of one country outside the region (fraction), its `partner`.

    Zero where only the region's own countries are named; `high` is then what has no named origin.
    """
    rows = [row for row in suppliers.named if row["country"] not in suppliers.own]
    if not rows:
        rest = min(1.0, max(map(float, suppliers.shares["unmapped"]), default=0.0))
        named = not suppliers.shares["value"].drop_nulls().is_empty()
        return _figure(
            suppliers,
            "largest_supplier_share",
            0.0 if named else None,
            low=0.0 if named else None,
            high=rest if named else None,
            arithmetic="no country outside the region is named" if named else "",
            method=_METHOD_SHARE,
            missing="" if named else "every share is withheld",
            inputs=_inputs(suppliers.shares.iter_rows(named=True)),
        )
    top = rows[0]
    return _figure(
        suppliers,
        "largest_supplier_share",
        top["value"],
        low=top["low"],
        high=top["high"],
        arithmetic=f"largest of {len(rows)} named shares: {top['country']} {top['value']:.4g}",
        method=_METHOD_SHARE,
        partner=str(top["country"]),
        inputs=_inputs(rows),
    )


def supplier_hhi(suppliers: Suppliers) -> Figure:
    """Return the Herfindahl-Hirschman index of all named suppliers (0 to 1).

    `low` takes what has no named origin for many small suppliers, `high` for one; `value` is low.
    """
    rows = suppliers.named
    if not rows:
        return _figure(suppliers, "supplier_hhi", None, missing="no supplier is named")
    shares = [float(row["value"]) for row in rows]
    least, most = hhi(shares, rest=1.0 - sum(shares))
    return _figure(
        suppliers,
        "supplier_hhi",
        least,
        low=least,
        high=most,
        arithmetic=" + ".join(f"{share:.4g}²" for share in shares[:_SHOWN])
        + (" + …" if shares[_SHOWN:] else ""),
        method=_METHOD_HHI,
        inputs=_inputs(rows),
    )


def origin_shares(suppliers: Suppliers, most: int = _SHOWN) -> list[Figure]:
    """Return the share of each named country (fraction), largest first, at most `most`."""
    return [
        _figure(
            suppliers,
            "origin_share",
            row["value"],
            partner=row["country"],
            low=row["low"],
            high=row["high"],
            arithmetic=f"{row['value']:.4g} as published",
            method=suppliers.basis,
            note="of the region itself" if row["country"] in suppliers.own else "",
            inputs=_inputs([row]),
        )
        for row in suppliers.named[:most]
    ]


def controlled_share(suppliers: Suppliers, acts: Sequence[ActStatus]) -> Figure:
    """Return the share of supply from countries that hold it back (fraction).

    `value` and `low` count issuers of acts in force, `high` also those of acts whose suspension
    ended without a known outcome. A licence is counted like a ban: how many are granted is not
    public.
    """
    force = {a.issuer for a in acts if a.kind in RESTRICTING and a.status == IN_FORCE}
    open_ = {a.issuer for a in acts if a.kind in RESTRICTING and a.status == OUTCOME_UNKNOWN}
    parts = [(country, share) for country, share in suppliers.outside if country in force]
    low = sum(share for _, share in parts)
    high = low + sum(share for country, share in suppliers.outside if country in open_ - force)
    return _figure(
        suppliers,
        "controlled_share",
        min(1.0, low),
        low=min(1.0, low),
        high=min(1.0, high),
        arithmetic=" + ".join(f"{country} {share:.4g}" for country, share in parts) or "0",
        method="shares of the countries whose acts hold the good back on the day",
        inputs=_inputs(row for row in suppliers.named if row["country"] in dict(parts)),
    )


def _figure(
    suppliers: Suppliers,
    indicator: str,
    value: float | None,
    *,
    partner: str = "",
    low: float | None = None,
    high: float | None = None,
    arithmetic: str = "",
    method: str = "",
    missing: str = "",
    note: str = "",
    inputs: tuple[Input, ...] = (),
) -> Figure:
    first = suppliers.shares.row(0, named=True)
    return Figure(
        indicator=indicator,
        value=value,
        unit="1",
        region=suppliers.region,
        mineral=suppliers.mineral,
        stage=suppliers.stage,
        form=suppliers.product,
        partner=partner,
        period=suppliers.period,
        low=low,
        high=high,
        arithmetic=arithmetic,
        method=method,
        missing=missing,
        note=note,
        inputs=inputs,
        coverage={
            "basis": suppliers.basis,
            "kind": first["kind"],
            "measure": first["measure"],
            "unmapped": first["unmapped"],
            "basket": first["basket"],
            "age": first["age"],
        },
    )


def _inputs(rows: Iterable[Mapping[str, Any]]) -> tuple[Input, ...]:
    return tuple(
        Input(
            name=f"share of {row['country']}",
            value=row["value"],
            unit="1",
            source=row["source"],
            edition=row["edition"],
            period=row["period"],
            flag=row["flag"],
            where=f"{row['mineral']}, {row['stage'] or row['product']}",
        )
        for row in islice(rows, _SHOWN)
    )
