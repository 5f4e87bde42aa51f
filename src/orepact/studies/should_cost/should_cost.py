"""The should-cost price of a material: a band, what it rests on, and what stands beside it.

It says what a new plant outside the dominant exporter needs, in constant dollars before tax:
neither a forecast of a price nor anybody's cost. Where inputs are missing there is none, and the
list of what is missing is the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from orepact.errors import InputError, Problem, nearest
from orepact.model.curve import Array
from orepact.network.world import World, read_world
from orepact.studies.should_cost.beside import claim_entries, level_entries, market_prices
from orepact.studies.should_cost.build_up import PARTS, BuildUp, build_up
from orepact.studies.should_cost.draws import members_of, middle_of
from orepact.studies.should_cost.feeds import FEEDS, Feeds, Prices
from orepact.studies.should_cost.missing import refusal
from orepact.studies.should_cost.text import CostFile, Input, files_of, read_should_cost

__all__ = ["BAND", "ShouldCost", "should_cost", "should_cost_list"]

BAND: tuple[float, float, float] = (0.05, 0.5, 0.95)
"""Quantiles of a band."""

MOST_DRAWS = 100_000
MOST_DOUBLINGS = 20.0

WEAKEST: tuple[str, ...] = ("supposed", "partly", "computed", "published")
"""Bases from the weakest on: an amount is as good as the weakest of its factors."""


@dataclass(frozen=True, slots=True)
class ShouldCost:
    """A should-cost price: `content` is plain data in USD/t, `members` the prices by region."""

    content: dict[str, Any]
    members: Mapping[str, Array] = field(repr=False)


def should_cost(
    material: str | Path,
    *,
    regions: Sequence[str] = (),
    feeds: Feeds = "market",
    draws: int = 2000,
    seed: int = 1,
    doublings: float = 0.0,
    world: World | None = None,
) -> ShouldCost:
    """Return what a tonne of a material should cost, with its band, by region of the plant.

    `material` is a name with a file in the dataset, or the path of a file; `regions` some of the
    file's, all if none are given; `feeds` are at the market's prices or at what they should cost;
    `draws` members (0 = middle values alone); `doublings` of cumulative output are learned from.
    Raises `InputError` with everything that is wrong,
    and with the list of what is missing where inputs do not allow a price.
    """
    world = world or read_world()
    problems: list[Problem] = []
    if not 0 <= draws <= MOST_DRAWS:
        problems.append(Problem("out of range", field="--draws", found=str(draws),
                                expected=f"0 to {MOST_DRAWS:,}"))
    if seed < 0:
        problems.append(Problem("out of range", field="--seed", found=str(seed),
                                expected="0 or more"))
    if not 0.0 <= doublings <= MOST_DOUBLINGS:
        problems.append(Problem("out of range", field="--doublings", found=f"{doublings:g}",
                                expected=f"0 to {MOST_DOUBLINGS:g}"))
    if feeds not in FEEDS:
        problems.append(Problem("unknown choice", field="--feeds", found=repr(feeds),
                                expected="one of " + ", ".join(FEEDS),
                                nearest=nearest(feeds, FEEDS)))
    text, path = _text(material, world, problems)
    if text is not None:
        problems += [
            Problem("no plant is priced there", field="--region", found=name,
                    expected="one of " + ", ".join(text.regions),
                    nearest=nearest(name, text.regions))
            for name in regions if name not in text.regions
        ]
        if text.gaps():
            problems += refusal(world, text, path)
    if problems or text is None:
        raise InputError(problems)
    return _priced(world, text, tuple(regions) or text.regions, _Ask(feeds, draws, seed, doublings))


@dataclass(frozen=True, slots=True)
class _Ask:
    feeds: Feeds
    draws: int
    seed: int
    doublings: float


def should_cost_list(world: World | None = None) -> list[dict[str, Any]]:
    """Return every material that has a file: whether it has a price, and what is missing if not."""
    world = world or read_world()
    found: list[dict[str, Any]] = []
    for path in files_of(world).values():
        text = read_should_cost(path, world)
        gaps = text.gaps()
        found.append({"material": text.material, "chain": text.chain, "title": text.title,
                      "priced": not gaps, "regions": list(text.regions), "missing": list(gaps),
                      "inputs": len(text.inputs),
                      "published": sum(each.basis == "published" and not each.missing
                                       for each in text.inputs)})
    return found


def _text(
    material: str | Path, world: World, problems: list[Problem]
) -> tuple[CostFile | None, Path]:
    """Return the file of a material; adds what is wrong to `problems`."""
    known = files_of(world)
    path = known.get(str(material))
    if path is None:
        path = Path(material)
        if path.suffix not in {".yaml", ".yml"}:
            problems += refusal(world, str(material), None)
            return None, path
    try:
        return read_should_cost(path, world), path
    except InputError as error:
        problems += error.problems
        return None, path


def _priced(
    world: World, text: CostFile, regions: Sequence[str], ask: _Ask
) -> ShouldCost:
    feeds, draws, seed, more = ask.feeds, ask.draws, ask.seed, ask.doublings
    network = world.network(text.chain)
    known = {each.name for each in network.materials} if feeds == "cost" else set[str]()
    files = {name: read_should_cost(path, world) for name, path in files_of(world).items()
             if name in known}
    market = market_prices(world, text)
    drawn = Prices(network, files, feeds, draws, seed, more)
    single = Prices(network, files, feeds, 0, seed, more)
    members: dict[str, Array] = {}
    entries: list[dict[str, Any]] = []
    for region in regions:
        values = members_of(text, region, draws, seed) if draws else middle_of(text, region)
        many = build_up(text, values, drawn.of(text, region, values), more)
        base = middle_of(text, region)
        middle = build_up(text, base, single.of(text, region, base), more)
        members[region] = many.price
        entries.append({
            "region": region,
            "price": _band(many.price, middle.price),
            "cash_cost": _band(many.cash, middle.cash),
            "parts": [{"part": part, "usd_per_t": float(middle.parts[part][0]),
                       **_ends(many.parts[part])} for part in PARTS],
            "inputs": _inputs(text, region, middle),
            "basis": _basis(text, middle, single.at_cost(text, region)),
            "feeds_at_cost": list(single.at_cost(text, region)),
            "tornado": _tornado(text, region, single, float(middle.price[0])),
            "against": [{**asdict(one), **_against(many.price, middle.price, one.price)}
                        for one in market],
        })
    unit = next(each.unit for each in network.materials if each.name == text.material)
    return ShouldCost({
        "format": "orepact/should-cost-price/1",
        "material": text.material, "chain": text.chain, "title": text.title,
        "label": "should-cost price: what a new plant needs, no forecast and nobody's cost",
        "unit": f"USD per {unit}", "boundary": text.boundary, "feeds": feeds, "draws": draws,
        "seed": seed, "doublings": more, "band": list(BAND),
        "method": "cash cost build-up and capital recovery factor (doi:10.2172/35391)",
        "regions": entries,
        "market": [asdict(one) for one in market],
        "levels": [{**one, "share_above": {name: _above(many, one["level"])
                                           for name, many in members.items()}}
                   for one in level_entries(world, text)],
        "claims": claim_entries(text),
        "cards": [_card(each) for each in text.inputs],
        "left_out": list(text.left_out),
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
    }, members)


def _card(one: Input) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if value not in ("", (), {}, None)}


def _band(many: Array, middle: Array) -> dict[str, float]:
    low, median, high = (float(each) for each in np.quantile(many, BAND))
    return {"middle": float(middle[0]), "low": low, "median": median, "high": high}


def _ends(many: Array) -> dict[str, float]:
    low, _, high = (float(each) for each in np.quantile(many, BAND))
    return {"low": low, "high": high}


def _against(many: Array, middle: Array, price: float) -> dict[str, float]:
    """Return how the price stands to one of the market: gap in USD/t and the share above it."""
    return {**{f"gap_{name}": value
               for name, value in _band(many - price, middle - price).items()},
            "share_above": _above(many, price)}


def _above(many: Array, price: float) -> float:
    return float(np.mean(many > price))


def _inputs(text: CostFile, region: str, middle: BuildUp) -> list[dict[str, Any]]:
    return [
        {"input": each.input, "title": each.title, "role": each.role, "unit": each.unit,
         **asdict(each.range(region)), "basis": each.basis,
         "usd_per_t": float(middle.inputs[each.input][0]) if each.input in middle.inputs else None}
        for each in text.inputs
    ]


def _basis(text: CostFile, middle: BuildUp, at_cost: Sequence[str]) -> dict[str, float]:
    """Return the share of all amounts, by the weakest of the cards that each is a product of.

    A feed taken at its should-cost price counts as supposed: every such price rests on some card.
    """
    sums = dict.fromkeys(reversed(WEAKEST), 0.0)
    for each in text.inputs:
        if each.input in middle.inputs:
            weakest = min((one.basis for one in (each, *_factors(text, each.role, each.material))),
                          key=WEAKEST.index)
            if each.role == "feed" and each.material in at_cost:
                weakest = WEAKEST[0]
            sums[weakest] += abs(float(middle.inputs[each.input][0]))
    whole = sum(sums.values())
    return {name: amount / whole for name, amount in sums.items()}


def _factors(text: CostFile, role: str, material: str) -> list[Input]:
    """Return the other inputs that an amount of a role is multiplied by."""
    if role in {"feed", "credit"}:
        return [each for each in text.of("price") if each.material == material]
    roles = {"energy": ("energy_price",), "maintenance": ("capital", "utilisation"),
             "capital": ("cost_of_capital", "life", "construction", "utilisation")}
    return [each for name in roles.get(role, ()) for each in text.of(name)]


def _tornado(text: CostFile, region: str, prices: Prices, base: float) -> list[dict[str, Any]]:
    """Return the price at both ends of every input, the others at their middle, largest first."""
    found: list[dict[str, Any]] = []
    for each in text.inputs:
        one = each.range(region)
        if one.low == one.high:
            continue
        ends: list[float] = []
        for end in (one.low, one.high):
            values = middle_of(text, region, {each.input: end})
            found_price = build_up(text, values, prices.of(text, region, values),
                                   prices.doublings).price
            ends.append(float(found_price[0]))
        found.append({"input": each.input, "title": each.title, "basis": each.basis,
                      "unit": each.unit, "low": one.low, "high": one.high,
                      "price_at_low": ends[0], "price_at_high": ends[1],
                      "swing": max(*ends, base) - min(*ends, base)})
    return sorted(found, key=lambda entry: -entry["swing"])
