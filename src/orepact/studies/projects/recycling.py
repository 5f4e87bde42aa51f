"""How much scrap comes back from products in use, and what recycling projects can take of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orepact.errors import InputError, Problem, nearest
from orepact.indicators.recycling.circuits import Circuit, Product, Recycling, read_recycling
from orepact.indicators.recycling.cohorts import Lifetime
from orepact.indicators.recycling.scrap import Numbers, flows
from orepact.indicators.span import Span
from orepact.network.world import World, read_world
from orepact.studies.projects.outlook import account_problems, region_problems
from orepact.studies.projects.scrap_intake import intake, new_scrap, project_intake, yearly
from orepact.studies.reserve.plain import plain

__all__ = ["FIGURES", "RecyclingDesign", "Scrap", "recycling"]

Array = NDArray[np.float64]

FORMAT = "orepact/scrap/1"
FIGURES = ("placed", "in_use", "leaving", "collected", "taken_out", "recovered")
ENDS = (5.0, 95.0)
"""Percentiles of members that make a band."""
MOST_DRAWS = 2000
LAST = 2060
"""Last year that may be asked for: cards of growth say nothing of later ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecyclingDesign:
    """What is asked: circuits (all if none), regions taken together, last year, members, seed."""

    circuits: tuple[str, ...] = ()
    regions: tuple[str, ...] = ("EU27",)
    until: int = 2035
    year: int = 2030
    draws: int = 200
    seed: int = 1

    def problems(self) -> list[Problem]:
        """Return what is wrong with the numbers."""
        found: list[Problem] = []
        if not 1 <= self.draws <= MOST_DRAWS:
            found.append(Problem("members out of range", field="--draws", found=str(self.draws),
                                 expected=f"1 to {MOST_DRAWS}"))
        if self.seed < 0:
            found.append(Problem("negative seed", field="--seed", found=str(self.seed),
                                 expected="0 or more"))
        if not self.year <= self.until <= LAST:
            found.append(Problem("years are reversed or too late", field="--until",
                                 found=str(self.until), expected=f"{self.year} to {LAST}"))
        return found


@dataclass(frozen=True, slots=True)
class Scrap:
    """The study: `content` as plain data, `rows` by circuit, product, figure and year."""

    content: dict[str, Any] = field(repr=False)
    rows: pl.DataFrame = field(repr=False)


def recycling(
    design: RecyclingDesign | None = None,
    world: World | None = None,
    *,
    progress: Callable[[str], None] | None = None,
) -> Scrap:
    """Follow products in use by cohort and say what scrap they give back, with a band.

    Members draw every card from a triangle over its range and the account's uses with their error;
    the middle is the run at the cards' values, the band holds 90 % of members. `progress` is told
    each circuit. Raises `InputError`
    with every problem of the design. Method: inflow-driven stocks by cohort (Müller 2006,
    *Ecological Economics* 59, 142-156; Pauliuk and Heeren 2020, *Journal of Industrial Ecology* 24,
    446-458).
    """
    began = time.perf_counter()
    asked = design or RecyclingDesign()
    read = world or read_world()
    known = read_recycling(read)
    chosen = _checked(asked, read, known)
    frames: list[pl.DataFrame] = []
    entries: list[dict[str, Any]] = []
    for circuit in chosen:
        if progress is not None:
            progress(f"{circuit.title}: {asked.draws} members")
        frame, entry = _circuit(read, known, circuit, asked)
        frames.append(frame)
        entries.append(entry)
    rows = pl.concat(frames)
    named = {name for circuit in chosen for name in _names(circuit)}
    content = {
        "format": FORMAT, "regions": list(asked.regions), "base_year": known.base_year,
        "year": asked.year, "until": asked.until, "draws": asked.draws, "seed": asked.seed,
        "circuits": entries,
        "cards": [_card(known, name) for name in sorted(named)],
        "dataset": {"version": read.dataset.version, "hash": read.dataset.hash},
        "seconds": time.perf_counter() - began,
    }
    return Scrap(plain(content), rows)


def _checked(design: RecyclingDesign, world: World, known: Recycling) -> tuple[Circuit, ...]:
    problems = design.problems()
    problems += region_problems(world, design.regions)
    names = [one.circuit for one in known.circuits]
    problems += [
        Problem("unknown circuit", field="circuit", found=repr(name),
                expected="one of " + ", ".join(names), nearest=nearest(name, names))
        for name in design.circuits if name not in names
    ]
    chosen = tuple(one for one in known.circuits
                   if not design.circuits or one.circuit in design.circuits)
    problems += account_problems(world, [one.chain for one in chosen], design.regions)
    if not known.base_year <= design.year <= LAST:
        problems.append(Problem("year out of range", field="--year", found=str(design.year),
                                expected=f"{known.base_year} to {LAST}"))
    if problems:
        raise InputError(problems)
    return chosen


def _names(circuit: Circuit) -> tuple[str, ...]:
    """Return the cards of a circuit, each once, in order of mention."""
    listed = [name for product in circuit.products for name in product.cards]
    return tuple(dict.fromkeys(
        ("in-use-spread", "in-use-growth-after", circuit.recovery, *listed)))


def _circuit(
    world: World, known: Recycling, circuit: Circuit, design: RecyclingDesign
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Return the rows and the entry of one circuit."""
    used = {one.product: _used(world, circuit, one, design.regions) for one in circuit.products}
    products = [one for one in circuit.products
                if one.placed.keys() & set(design.regions) or used[one.product].value]
    years = np.arange(circuit.since, design.until + 1, dtype=float)
    members = _members(known, circuit, design)
    made = [_followed(known, circuit, products, used, design.regions, years, member)
            for member in members]
    shown = years >= known.base_year
    rows = _rows(circuit, products, made, years, shown)
    entry: dict[str, Any] = {
        "circuit": circuit.circuit, "title": circuit.title, "unit": circuit.unit,
        "chain": circuit.chain, "left_out": [
            *circuit.left_out, *_absent(circuit, products, design.regions),
            *_apart(world, circuit, design.regions)],
        "complete": not _gaps(circuit, design.regions),
        "new_scrap": new_scrap(world, circuit, design.regions),
        "intake": intake(world, known, circuit, design.regions),
        "projects": project_intake(world, known, circuit, design.regions,
                                   range(known.base_year, design.until + 1)),
        "need": _need(made, years, design, told=not _gaps(circuit, design.regions)),
        "published": _published(world, circuit),
        "by_year": _by_year(made, years, known.base_year),
        "products": [_product(one, number, made, years, design)
                     for number, one in enumerate(products)],
        "drivers": _drivers(known, circuit, products, used, design, years),
    }
    return rows, entry


def _used(world: World, circuit: Circuit, product: Product, regions: Sequence[str]) -> Span:
    """Return what the industry of some regions takes for a product, with its account's error."""
    entries = world.accounts[circuit.chain].entries
    return yearly(entries.filter(
        pl.col("kind") == "use", pl.col("region").is_in(list(regions)),
        pl.col("use").is_in(product.uses)))


def _members(
    known: Recycling, circuit: Circuit, design: RecyclingDesign
) -> list[Mapping[str, float]]:
    """Return the numbers of the cards by member: the cards' values, then draws.

    The key ``use`` is a standard normal number for the error of the account.
    """
    chance = np.random.default_rng(design.seed)
    names = _names(circuit)
    found: list[Mapping[str, float]] = [
        {**{name: known.cards[name].value for name in names}, "use": 0.0}]
    for _ in range(design.draws):
        numbers = {name: _triangle(chance, known, name) for name in names}
        found.append({**numbers, "use": float(chance.standard_normal())})
    return found


def _triangle(chance: np.random.Generator, known: Recycling, name: str) -> float:
    card = known.cards[name]
    if card.low == card.high:
        return card.value
    return float(chance.triangular(card.low, card.value, card.high))


def _followed(
    known: Recycling,
    circuit: Circuit,
    products: Sequence[Product],
    used: Mapping[str, Span],
    regions: Sequence[str],
    years: Array,
    numbers: Mapping[str, float],
) -> Array:
    """Return the figures of every product by year in one member: product, figure, year."""
    found: list[list[Array]] = []
    for product in products:
        made = flows(
            Numbers(
                placed=_placed(product, used[product.product], regions, numbers),
                before=numbers[product.growth], after=numbers["in-use-growth-after"],
                lifetime=Lifetime(mean=numbers[product.life], spread=numbers["in-use-spread"]),
                collection=numbers[product.collection], separation=numbers[product.separation],
                recovery=numbers[circuit.recovery]),
            years, known.base_year)
        found.append([getattr(made, name) for name in FIGURES])
    return np.asarray(found) if found else np.zeros((0, len(FIGURES), len(years)))


def _placed(
    product: Product, used: Span, regions: Sequence[str], numbers: Mapping[str, float]
) -> float:
    """Return the tonnes of a product put on the market of some regions in the base year."""
    if product.placed:
        return sum(numbers[card] for region, card in product.placed.items() if region in regions)
    error = numbers["use"]
    end = used.high if error > 0.0 else used.low
    taken = max(0.0, used.value + abs(error) * (end - used.value))
    return taken * (numbers[product.traded] if product.traded else 1.0)


def _absent(circuit: Circuit, products: Sequence[Product], regions: Sequence[str]) -> list[str]:
    gone = [f"{one.title}: nothing used in {', '.join(regions)} by the account"
            for one in circuit.products if one not in products and not one.placed]
    return gone + [f"{title}: no card for {region}, left out"
                   for title, region in _gaps(circuit, regions)]


def _gaps(circuit: Circuit, regions: Sequence[str]) -> list[tuple[str, str]]:
    """Return products whose tonnes are cards, with each region that has no card of them."""
    return [(one.title, region) for one in circuit.products if one.placed
            for region in regions if region not in one.placed]


def _apart(world: World, circuit: Circuit, regions: Sequence[str]) -> list[str]:
    apart = set(world.accounts[circuit.chain].entries["region"].unique().to_list())
    return [f"{name}: the account of this chain does not tell it apart"
            for name in regions if name not in apart]


def _rows(
    circuit: Circuit, products: Sequence[Product], made: Sequence[Array], years: Array,
    shown: NDArray[np.bool_],
) -> pl.DataFrame:
    names = [one.product for one in products] + ["all"]
    whole = [np.concatenate([one, one.sum(axis=0, keepdims=True)]) for one in made]
    draws = np.asarray(whole)
    low, high = np.percentile(draws[1:], ENDS, axis=0)
    low, high = np.minimum(low, draws[0]), np.maximum(high, draws[0])
    rows = [
        {"circuit": circuit.circuit, "product": name, "figure": figure, "year": int(years[when]),
         "value": float(draws[0, place, kind, when]), "low": float(low[place, kind, when]),
         "high": float(high[place, kind, when]), "unit": "t" if figure == "in_use" else "t/year"}
        for place, name in enumerate(names) for kind, figure in enumerate(FIGURES)
        for when in np.flatnonzero(shown).tolist()
    ]
    return pl.DataFrame(rows)


def _band(numbers: Array) -> dict[str, float]:
    """Return the middle (first member) and the ends of the others, which hold the middle."""
    value = float(numbers[0])
    low, high = (float(end) for end in np.percentile(numbers[1:], ENDS))
    return {"value": value, "low": min(low, value), "high": max(high, value)}


def _by_year(made: Sequence[Array], years: Array, base: int) -> list[dict[str, Any]]:
    whole = np.asarray([one.sum(axis=0) for one in made])
    return [
        {"year": int(year), **{name: _band(whole[:, kind, when])
                               for kind, name in enumerate(FIGURES)}}
        for when, year in enumerate(years) if year >= base
    ]


def _product(
    product: Product, number: int, made: Sequence[Array], years: Array, design: RecyclingDesign
) -> dict[str, Any]:
    when = int(np.flatnonzero(years == design.year)[0])
    return {"product": product.product, "title": product.title,
            **{name: _band(np.asarray([one[number, kind, when] for one in made]))
               for kind, name in enumerate(FIGURES)}}


def _need(
    made: Sequence[Array], years: Array, design: RecyclingDesign, *, told: bool
) -> dict[str, Any]:
    """Return what is put on the market in the year asked for, and the part that recycling meets.

    No part is told where nothing is put on the market or a product has no card (not `told`).
    """
    when = int(np.flatnonzero(years == design.year)[0])
    whole = np.asarray([one.sum(axis=0)[:, when] for one in made])
    placed, recovered = whole[:, FIGURES.index("placed")], whole[:, FIGURES.index("recovered")]
    share = np.divide(recovered, placed, out=np.zeros_like(placed), where=placed > 0.0)
    told = told and bool((placed > 0.0).all())
    return {"placed": _band(placed), "share": _band(share) if told else None}


def _published(world: World, circuit: Circuit) -> dict[str, Any] | None:
    """Return the end-of-life recycling input rate of the Union's study, where there is one."""
    rows = world.bundle.table("recycling").filter(mineral=circuit.studied, indicator="EoL_RIR")
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    return {"mineral": row["mineral"], "share": row["share"], "region": row["region"],
            "period": row["period"], "source": row["source"]}


def _drivers(
    known: Recycling, circuit: Circuit, products: Sequence[Product], used: Mapping[str, Span],
    design: RecyclingDesign, years: Array,
) -> list[dict[str, Any]]:
    """Return what is recovered in the year asked for at both ends of each card, widest first."""
    when = int(np.flatnonzero(years == design.year)[0])
    kind = FIGURES.index("recovered")
    middle = {**{name: known.cards[name].value for name in _names(circuit)}, "use": 0.0}

    def at(name: str, number: float) -> float:
        made = _followed(known, circuit, products, used, design.regions, years,
                         {**middle, name: number})
        return float(made[:, kind, when].sum())

    ends = {name: (known.cards[name].low, known.cards[name].high) for name in _names(circuit)}
    ends["use"] = (-1.0, 1.0)
    rows = [{"card": name, "title": "Tonnes used by industry (account, one error)"
             if name == "use" else known.cards[name].title,
             "low": at(name, low), "high": at(name, high)} for name, (low, high) in ends.items()]
    return sorted(rows, key=lambda row: -abs(row["high"] - row["low"]))


def _card(known: Recycling, name: str) -> dict[str, Any]:
    card = known.cards[name]
    return {each: getattr(card, each)
            for each in ("card", "title", "value", "low", "high", "unit", "reason", "evidence")}
