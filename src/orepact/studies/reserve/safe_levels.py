"""Safe levels of a region, form by form, against the stocks that count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orepact.data.bundle import Bundle
from orepact.data.text import scan_yaml
from orepact.indicators.criticality.eu_economic_importance import criticality
from orepact.indicators.dependence.account_dependence import account_dependence
from orepact.indicators.figure import Figure, Input, as_json
from orepact.indicators.reserve.level_rule import LevelRule, read_level_rule
from orepact.indicators.reserve.safe_level import (
    DAYS,
    Criticality,
    card_input,
    daily_net_imports,
    safe_level,
)
from orepact.indicators.span import Span, exact
from orepact.indicators.union.stock_csv import read_stocks
from orepact.indicators.union.union_capacity import span_of
from orepact.network.stored_forms import world_forms
from orepact.network.world import World
from orepact.studies.reserve.counted import (
    Counted,
    Lot,
    counted_of,
    entitled_lots,
    lots_of_holdings,
    lots_of_report,
)
from orepact.studies.reserve.forms_named import forms_named, minerals_of
from orepact.studies.reserve.holdings import check_forms, open_holdings
from orepact.studies.reserve.known_stocks import known_stocks

__all__ = ["Stocks", "open_stocks", "safe_levels", "safe_levels_content"]

UNION = "EU27"
OIL_DAYS = 90.0
"""Days of net imports that the oil agreement asks for."""


@dataclass(frozen=True, slots=True)
class Stocks:
    """The lots of a file, those that the region may draw on, and lots whose form nobody told."""

    lots: tuple[Lot, ...] = ()
    entitled: tuple[str, ...] = ()
    formless: tuple[str, ...] = ()


def open_stocks(path: Path, world: World, region: str) -> Stocks:
    """Read stocks from a report (``orepact/stocks/1``, YAML or CSV) or from holdings.

    Raises `InputError` with every problem. Which of the two a file is, its format line says; a
    sheet with a column `stock` is a report.
    """
    forms = world_forms(world.folder)
    if _is_report(path):
        report = read_stocks(path, world.bundle)
        units = {
            item.material: item.unit for chain in world.chains.values()
            for item in chain.text.materials
        }
        lots = lots_of_report(report, forms, units)
        return Stocks(lots, (), tuple(lot.name for lot in lots if not lot.form))
    holdings, at = open_holdings(path)
    check_forms(holdings, at, forms, [each.name for each in world.regions])
    return Stocks(lots_of_holdings(holdings), entitled_lots(holdings, region))


def safe_levels(
    world: World,
    bundle: Bundle,
    *,
    region: str = UNION,
    name: str = "",
    days: float | None = None,
    stocks: Stocks | None = None,
    published: bool = True,
) -> list[Figure]:
    """Return the figures of every form that a name means, form by form.

    *daily net imports* (t/day), *days of the safe level* (day), *safe level* (t), *public stocks
    counted* and *private stocks counted* (t), *gap to the safe level* (t), *days of net imports
    covered* (day), and by other conventions: *days of use at the same days* (t), *oil method:
    tonnes for 90 days* (t), *oil method: days covered* (day). Counted are `stocks` and, unless
    `published` is false, private stocks that public tables print.
    Raises `InputError` for negative days and unknown names.
    """
    rule = read_level_rule(world.folder)
    minerals = minerals_of(world)
    held = stocks or Stocks()
    lots = (*held.lots, *(known_stocks(bundle, region) if published else ()))
    known: dict[str, Criticality] = {}
    figures: list[Figure] = []
    for chain, material in forms_named(world, name):
        mineral = minerals[material]
        if mineral not in known:
            known[mineral] = _criticality(bundle, mineral, region)
        daily = replace(daily_net_imports(world, chain, region, material), mineral=mineral)
        lasting, level = safe_level(daily, rule, known[mineral], days)
        counted = counted_of(lots, material, region, held.entitled, rule.open_border)
        figures += [daily, lasting, level, *_held(level, daily, counted, rule)]
        figures += _others(world, chain, lasting, daily, counted, rule)
    return figures


def safe_levels_content(
    world: World,
    figures: Sequence[Figure],
    region: str,
    stocks: Stocks | None,
    *,
    published: bool = True,
) -> dict[str, Any]:
    """Return the figures as plain values, for JSON and tables."""
    rule = read_level_rule(world.folder)
    return {
        "format": "orepact/reserve-level/1",
        "dataset": f"{world.dataset.name} {world.dataset.version}",
        "dataset_hash": world.dataset.hash,
        "region": region,
        "stocks_given": stocks is not None,
        "published_stocks": [
            {"stock": lot.name, "form": lot.form, "tonnes": lot.tonnes, "missing": lot.missing}
            for lot in (known_stocks(world.bundle, region) if published else ())
        ],
        "stocks_without_form": list(stocks.formless) if stocks else [],
        "figures": [as_json(figure) for figure in figures],
        "cards": [
            {"card": one.card, "title": one.title, "value": one.value, "low": one.low,
             "high": one.high, "unit": one.unit, "reason": one.reason, "evidence": one.evidence}
            for one in rule.cards
        ],
    }


def _is_report(path: Path) -> bool:
    if path.suffix.lower() in {".yaml", ".yml"}:
        value: Any = scan_yaml(path, kind="stocks").value
        return str(value.get("format", "")).startswith("orepact/stocks/")
    if path.suffix.lower() != ".csv" or not path.is_file():
        return False
    head = next(
        (line for line in path.read_text("utf-8", errors="replace").splitlines()
         if line and not line.startswith("#")), "",
    )
    return "stock" in [cell.strip() for cell in head.replace(";", ",").split(",")]


def _criticality(bundle: Bundle, mineral: str, region: str) -> Criticality:
    if region != UNION:
        return Criticality(missing="the Union's method is computed for the Union alone")
    found: Mapping[str, Figure] = {
        each.indicator: each for each in criticality(bundle, mineral) if not each.stage
    }
    risk, importance = found.get("EU supply risk"), found.get("EU economic importance")
    missing = [
        f"no {words} of {mineral}" + (f" ({one.missing})" if one and one.missing else "")
        for words, one in (("supply risk", risk), ("economic importance", importance))
        if one is None or one.value is None
    ]
    return Criticality(risk, importance, "; ".join(missing))


def _held(level: Figure, daily: Figure, counted: Counted, rule: LevelRule) -> list[Figure]:
    unit = level.unit
    left = "; ".join(counted.left_out)
    border = card_input(rule.cards[-1])
    own, others = (
        replace(daily, indicator=f"{words} stocks counted", value=None if hidden else one.value,
                low=one.low, high=None if hidden else one.high, unit=unit, arithmetic="",
                missing="; ".join(hidden), note=left, inputs=(border,))
        for words, one, hidden in (
            ("public", counted.public, counted.unknown_public),
            ("private", counted.private, counted.unknown_private),
        )
    )
    unknown = (*counted.unknown_public, *counted.unknown_private)
    gap = replace(level, indicator="gap to the safe level", inputs=(level, own, others),
                  arithmetic="")
    cover = replace(daily, indicator="days of net imports covered", value=None, low=None, high=None,
                    unit="day", inputs=(own, others, daily), arithmetic="")
    wanted, each_day, have = span_of(level), span_of(daily), counted.all
    if wanted is not None:
        gap = replace(
            gap,
            value=max(0.0, wanted.value - have.value),
            low=max(0.0, wanted.low - have.high),
            high=max(0.0, wanted.high - have.low),
            arithmetic=f"max(0, {wanted.value:,.4g} - {have.value:,.4g})",
        )
    lasts = None if each_day is None else have.over(each_day)
    if lasts is not None:
        cover = replace(cover, value=lasts.value, low=lasts.low, high=lasts.high)
    elif not cover.missing:
        cover = replace(cover, missing="net imports may be zero")
    if unknown:
        told = f"how much is not known: {', '.join(unknown)}"
        gap = replace(gap, value=None, low=0.0, arithmetic="", missing=told)
        cover = replace(cover, value=None, high=None, missing=told)
    return [own, others, gap, cover]


def _others(
    world: World, chain: str, lasting: Figure, daily: Figure, counted: Counted, rule: LevelRule
) -> list[Figure]:
    """Return what other conventions ask for: days of use, and the oil method."""
    days, each_day = span_of(lasting), span_of(daily)
    used = next(
        (each for each in account_dependence(world, chain, daily.region, material=daily.form)
         if each.indicator == "apparent consumption"), None,
    )
    unit = daily.unit.removesuffix("/day")
    blank = replace(daily, value=None, low=None, high=None, arithmetic="", note="", unit=unit)
    of_use = replace(blank, indicator="days of use: tonnes for the same days",
                     method="days of apparent consumption, as national reserves count")
    if used is not None and used.value is not None and days is not None:
        tonnes = days * exact(used.value / DAYS)
        of_use = replace(of_use, value=tonnes.value, low=tonnes.low, high=tonnes.high,
                         arithmetic=f"{days.value:.4g} x {used.value:,.6g} / {DAYS:g}",
                         inputs=(lasting, used))
    method = "days of net imports of the oil agreement, without the factors of oil"
    asked = replace(blank, indicator="oil method: tonnes for 90 days", method=method)
    lasts = replace(blank, indicator="oil method: days covered", method=method, unit="day")
    if each_day is not None:
        tonnes = each_day.times(OIL_DAYS)
        asked = replace(asked, value=tonnes.value, low=tonnes.low, high=tonnes.high,
                        arithmetic=f"90 x {each_day.value:.4g}", inputs=(daily,))
        cut = rule.unavailable
        kept = Span(1.0 - cut.value, 1.0 - cut.high, 1.0 - cut.low)
        found = (counted.all * kept).over(each_day)
        lasts = replace(lasts, missing="net imports may be zero") if found is None else replace(
            lasts, value=found.value, low=found.low, high=found.high,
            arithmetic=f"{kept.value:g} x {counted.all.value:,.4g} / {each_day.value:.4g}",
            inputs=(daily, *_unavailable(rule)),
        )
        unknown = (*counted.unknown_public, *counted.unknown_private)
        if unknown and found is not None:
            told = f"how much is not known: {', '.join(unknown)}"
            lasts = replace(lasts, value=None, high=None, arithmetic="", missing=told)
    return [of_use, asked, lasts]


def _unavailable(rule: LevelRule) -> Iterable[Input]:
    return (card_input(card) for card in rule.cards if card.card == "stock-unavailable")
