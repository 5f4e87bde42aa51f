"""Look-through: the origin of what a region uses, traced through every stage of a balanced account.

The supplier at the border is often not where the dependence lies. Each tonne of final use is
followed back through trade and processing (module `tracing`) to the place where it began, and the
country in which each stage on the way was carried out is counted.

What rests on assumption cards alone is not hidden: the low end of a share counts the ways whose
every step rests on a source, the high end adds all that does not. Supply that no row gives,
releases from stocks and circles of trade without an origin are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from orepact.indicators.dependence.traced_account import MONTHS, Trace, origins_of, processing_of
from orepact.indicators.dependence.tracing import UNCOUNTED, Array, followed
from orepact.indicators.figure import Figure

__all__ = ["NOT_TRACED", "look_through"]

METHOD = (
    "absorbing chain on balanced accounts, inputs and suppliers mixed in proportion: Kemeny and "
    "Snell (1960); Miller and Blair (2009), doi:10.1017/CBO9780511626982"
)

NOT_TRACED = ("circular", "stock", UNCOUNTED)
"""Kinds of origin that say nothing about where a tonne was mined or made."""

_SMALLEST = 5e-7
"""Shares smaller than this are left out of the list (1)."""


@dataclass(frozen=True, slots=True)
class _Basket:
    """What a region uses: tonnes by place (t/month), and which nodes stand for the region."""

    weight: Array
    nodes: tuple[str, ...]
    left_out: tuple[str, ...]
    materials: tuple[str, ...]

    @property
    def total(self) -> float:
        """Return the use (t/month)."""
        return float(self.weight.sum())


@dataclass(frozen=True, slots=True)
class _Origins:
    """Parts of a use by origin: all of it, what rests on sources, and what has no origin (1)."""

    mixed: Array
    firm: Array
    lost: float


def look_through(traced: Trace, region: str, *, material: str = "", of: str = "") -> list[Figure]:
    """Return the origins of what a region uses, and where each stage on the way was carried out.

    Figures (fractions of the use but the first): *use* (t/year of the used materials), *origin
    share* by country and kind, *traced on sources*, *not traced* (uncounted, circular, released
    from stocks), and *processing share* by country for every material on the way, of the part that
    passed it. `material` restricts the use to one material; `of` asks for the origin of one thing
    that went into it: the dysprosium oxide in magnets, say. A region is a node of the chain, EU27,
    G7, PARTNERS or WLD. Uses that only build inventories are left out. A figure that says what is
    missing where the region has no use of its own in the account.
    """
    basket = _basket(traced, region, material)
    blank = Figure(
        indicator="use",
        value=None,
        unit="1",
        region=region,
        mineral=traced.text.mineral,
        form=material,
        period=traced.period,
        method=METHOD,
    )
    if basket.total <= 0.0:
        return [replace(blank, unit="t/year", missing=_why_nothing(traced, region))]
    use = _use(traced, basket, blank)
    found = _origins(traced, basket, of)
    if found is None:
        why = f"nothing of what {region} uses passes through {of}"
        return [use, replace(blank, indicator="origin share", form=of, missing=why)]
    share = replace(blank, inputs=(use,), coverage=_limits(traced, basket, found))
    figures = [use, *_origin_shares(traced, found, replace(share, form=of or material))]
    figures += _summary(traced, found, replace(share, form=of or material))
    return figures if of else [*figures, *_processing_shares(traced, basket, share)]


def _basket(traced: Trace, region: str, material: str) -> _Basket:
    """Return the counted final uses of a region's nodes."""
    nodes = _nodes(traced, region)
    counted = {item.use for item in traced.text.uses if item.counted}
    number = {place: index for index, place in enumerate(traced.links.places)}
    weight = np.zeros(len(number))
    for use in traced.uses:
        if use.region in nodes and use.use in counted and material in {"", use.material}:
            weight[number[use.region, use.material]] += use.tonnes
    used = {traced.links.places[at][1] for at in np.flatnonzero(weight)}
    return _Basket(weight, nodes, _left_out(traced, region, nodes), tuple(sorted(used)))


def _nodes(traced: Trace, region: str) -> tuple[str, ...]:
    """Return the nodes that lie wholly in a region."""
    nodes = tuple(dict.fromkeys(place[0] for place in traced.links.places))
    if region == "WLD":
        return nodes
    group = traced.groups.get(region, frozenset())
    return tuple(
        node
        for node in nodes
        if node == region
        or node in group
        or (traced.members.get(node) and traced.members[node] <= group)
    )


def _left_out(traced: Trace, region: str, nodes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the nodes that lie in a group of countries in part."""
    group = traced.groups.get(region, frozenset())
    every = dict.fromkeys(place[0] for place in traced.links.places)
    inside = {region, *nodes}
    return tuple(
        node
        for node in every
        if node not in inside and traced.members.get(node, frozenset()) & group
    )


def _why_nothing(traced: Trace, region: str) -> str:
    holders = [node for node, countries in traced.members.items() if region in countries]
    nodes = {place[0] for place in traced.links.places}
    within = [node for node in holders if node in nodes and node != region]
    if region in nodes:
        return f"{region} has no counted use in the account of {traced.text.chain}"
    if within:
        return f"{region} is a part of the node {within[0]} of {traced.text.chain}"
    return f"{region} is no node of {traced.text.chain}"


def _use(traced: Trace, basket: _Basket, blank: Figure) -> Figure:
    units = {item.unit for item in traced.text.materials if item.material in basket.materials}
    rows = [
        item
        for at in np.flatnonzero(basket.weight)
        for item in traced.inflow.get(traced.links.places[at], ())
    ]
    parts = [
        f"{MONTHS * basket.weight[at]:,.0f} of {' in '.join(reversed(traced.links.places[at]))}"
        for at in np.flatnonzero(basket.weight)
    ]
    return replace(
        blank,
        value=MONTHS * basket.total,
        unit=f"{units.pop() if len(units) == 1 else 't'}/year",
        arithmetic=" + ".join(parts) if len(parts) <= len("members!") else f"{len(parts)} places",
        inputs=tuple(sorted(rows, key=lambda item: -(item.value or 0.0))),
        note="inputs are the rows that supply the places of use",
    )


def _origins(traced: Trace, basket: _Basket, of: str) -> _Origins | None:
    """Return the origins of a use, or of one material on the way; None if it is not on the way."""
    weight = basket.weight / basket.total
    if not of:
        mixed, lost = origins_of(traced, weight)
        return _Origins(mixed, origins_of(traced, weight, sourced=True)[0], lost)
    passed, mixed = processing_of(traced, weight, of)
    whole = sum(passed.values())
    if whole < _SMALLEST:
        return None
    firm = processing_of(traced, weight, of, sourced=True)[1]
    return _Origins(mixed / whole, firm / whole, max(0.0, 1.0 - float(mixed.sum()) / whole))


def _limits(traced: Trace, basket: _Basket, found: _Origins) -> dict[str, object]:
    """Return what limits every share: grade, part on cards, part not traced, places left out."""
    aside = [kind in NOT_TRACED for kind in traced.kinds]
    passed, _ = followed(traced.whole[0], basket.weight)
    on_the_way = {traced.links.places[at][1] for at in np.flatnonzero(passed > 0.0)}
    grades = [traced.grades[name] for name in on_the_way if name in traced.grades]
    return {
        "grade": max(grades, default=""),
        "on_cards": max(0.0, 1.0 - float(found.firm.sum())),
        "not_traced": found.lost + float(found.mixed[aside].sum()),
        "left_out": ", ".join(basket.left_out),
        "basket": "no",
    }


def _origin_shares(traced: Trace, found: _Origins, blank: Figure) -> Iterator[Figure]:
    """Yield a share for every country and kind of origin, the largest first."""
    grouped: dict[tuple[str, str], tuple[float, float]] = {}
    for at, (region, _) in enumerate(traced.links.origins):
        key = (region, traced.kinds[at])
        so_far = grouped.get(key, (0.0, 0.0))
        grouped[key] = (so_far[0] + float(found.mixed[at]), so_far[1] + float(found.firm[at]))
    open_part = max(0.0, 1.0 - float(found.firm.sum()))
    for (region, kind), (share, firm) in sorted(grouped.items(), key=lambda each: -each[1][0]):
        if share < _SMALLEST:
            continue
        yield replace(
            blank,
            indicator="origin share",
            partner=region,
            stage=kind,
            value=share,
            low=min(firm, share),
            high=max(share, min(1.0, firm + open_part)),
            arithmetic=f"{share:.4f} of the use began in {region} ({kind}), "
            f"{firm:.4f} of it on sources at every step",
        )


def _summary(traced: Trace, found: _Origins, blank: Figure) -> Iterator[Figure]:
    firm = float(found.firm.sum())
    yield replace(
        blank,
        indicator="traced on sources",
        value=firm,
        arithmetic=f"1 - {1.0 - firm:.4f} that passed a step resting on assumption cards alone",
    )
    apart: Mapping[str, float] = {
        kind: float(found.mixed[[each == kind for each in traced.kinds]].sum())
        for kind in NOT_TRACED
    } | {"circular": found.lost}
    yield replace(
        blank,
        indicator="not traced",
        value=sum(apart.values()),
        arithmetic=" + ".join(f"{part:.4f} {kind}" for kind, part in apart.items()),
    )


def _processing_shares(traced: Trace, basket: _Basket, blank: Figure) -> Iterator[Figure]:
    """Yield, for every material on the way, who made it, as shares of what passed it."""
    weight = basket.weight / basket.total
    for item in traced.text.materials:
        passed, _ = processing_of(traced, weight, item.material)
        whole = sum(passed.values())
        if whole < _SMALLEST:
            continue
        firm, _ = processing_of(traced, weight, item.material, sourced=True)
        open_part = max(0.0, 1.0 - sum(firm.values()) / whole)
        coverage = {
            **blank.coverage,
            "grade": traced.grades.get(item.material, ""),
            "on_cards": open_part,
            "passed": whole,
        }
        for region, part in sorted(passed.items(), key=lambda each: (-each[1], each[0])):
            share, sure = part / whole, firm.get(region, 0.0) / whole
            if share < _SMALLEST:
                break
            yield replace(
                blank,
                indicator="processing share",
                stage=item.stage,
                form=item.material,
                partner=region,
                value=share,
                low=min(sure, share),
                high=max(share, min(1.0, sure + open_part)),
                arithmetic=f"{part:.4f} / {whole:.4f} of the use",
                coverage=coverage,
            )
