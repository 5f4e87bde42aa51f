"""Margins of a sheet of sales, and injury with the lesser duty, as plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from orepact.errors import InputError, Problem, attempt
from orepact.indicators.trade_defence.dumping import METHODS, Margin, Method, dumping_margin
from orepact.indicators.trade_defence.injury import (
    DE_MINIMIS,
    Injury,
    injury_margin,
    read_items,
)
from orepact.indicators.trade_defence.normal_value import NormalValue, normal_values, read_builds
from orepact.indicators.trade_defence.pattern import Pattern, price_pattern
from orepact.indicators.trade_defence.sales import Sale, read_sales
from orepact.studies.trade_defence.duty import MOST, Dumping, duty_content
from orepact.studies.trade_defence.rules import Edge, Rules

__all__ = ["injury_content", "margin_content", "rates_of", "sales_dumping"]

EDGES: tuple[Edge, ...] = ("low", "high")


def rates_of(texts: Sequence[str]) -> dict[str, float]:
    """Return rates from words ``EUR=1.08`` (US dollars for one unit); `InputError` with all bad."""
    found: dict[str, float] = {}
    problems: list[Problem] = []
    for text in texts:
        currency, _, number = text.partition("=")
        try:
            rate = float(number)
        except ValueError:
            rate = math.nan
        if not currency.strip() or not 0.0 < rate < math.inf:
            problems.append(Problem("not a rate", field="--rate", found=text,
                                    expected="CURRENCY=USD for one unit, as EUR=1.08"))
        elif currency in found:
            problems.append(Problem("rate given twice", field="--rate", found=text,
                                    expected=f"one rate for {currency}"))
        elif currency == "USD" and rate != 1.0:
            problems.append(Problem("a dollar is one dollar", field="--rate", found=text,
                                    expected="another currency"))
        else:
            found[currency] = rate
    if problems:
        raise InputError(problems)
    return found


def margin_content(
    sheet: Path,
    rules: Rules,
    *,
    costs: Path | None = None,
    zeroing: bool = False,
    because: str = "",
    rates: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Return every comparison of a sheet of sales, which of them Article 2.4.2 allows, and why.

    Raises `InputError` with every problem of the sheets.
    """
    sales, normal = _read(sheet, costs, rates)
    pattern = price_pattern(sales, rules.significance(), because)
    margins: list[dict[str, Any]] = []
    for zeroed in (False, True) if zeroing else (False,):
        margins += [
            _margin(found, pattern) for method in METHODS
            if (found := _compared(sales, normal, method, zeroing=zeroed))
        ]
        if pattern.found:
            narrow = dumping_margin(sales, normal, "W-T", zeroing=zeroed, only=pattern.holds)
            margins.append({**_margin(narrow, pattern), "sales": "pattern"})
    return {
        "format": "orepact/dumping-margin/1",
        "sheet": str(sheet),
        "sales": {market: sum(sale.market == market for sale in sales)
                  for market in ("domestic", "export")},
        "value_is": _basis(sales),
        "products": [_normal(value, sales) for value in normal.values()],
        "margins": [{**each, "margin_is_of": _basis(sales)} for each in margins],
        "pattern": {**_pattern(pattern), "found_with_cards": {
            edge: price_pattern(sales, rules.significance(edge)).found for edge in EDGES}},
        "de_minimis": DE_MINIMIS,
        "rates": dict(rates or {}),
        "cards": rules.told("pattern"),
    }


def sales_dumping(
    sheet: Path,
    *,
    costs: Path | None = None,
    rates: Mapping[str, float] | None = None,
) -> Dumping:
    """Return the W-W margin of a sheet of sales without zeroing, with what it is a fraction of.

    Raises `InputError` with every problem of the sheets.
    """
    sales, normal = _read(sheet, costs, rates)
    found = dumping_margin(sales, normal)
    return Dumping(margin=found.margin, basis=_basis(sales), sheet=str(sheet),
                   on_price=found.on_price, products=found.products,
                   pieces=any(sale.pieces for sale in sales))


def injury_content(
    sheet: Path,
    *,
    dumping: float | Dumping | None = None,
    rates: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Return injury margin and undercutting of a sheet and, with a margin of dumping, the duty.

    A number is taken as given, a fraction of nobody knows what. The duty compares both on the price
    at the border where a sheet has it, else on the landed value. Raises `InputError` with every
    problem.
    """
    problems: list[Problem] = []
    if isinstance(dumping, float | int):
        if not -1.0 < dumping <= MOST:
            problems.append(Problem("not a margin", field="--dumping-margin", found=f"{dumping:g}",
                                    expected=f"a fraction up to {MOST:g}: 30 % is 0.3"))
        dumping = Dumping(margin=float(dumping))
    injury: Injury | None = None
    try:
        injury = injury_margin(read_items(sheet, rates))
    except InputError as error:
        problems += error.problems
    if problems or injury is None:
        raise InputError(problems)
    content: dict[str, Any] = {
        "format": "orepact/injury-margin/1",
        "sheet": str(sheet),
        "items": [
            {"product": item.product, "quantity": item.quantity, "landed": item.landed,
             "target": item.target, "domestic": item.domestic, "cif": item.border,
             "gap": item.target - item.landed, "profit": item.profit,
             "margin": (item.target - item.landed) / item.landed}
            for item in injury.items
        ],
        "margin": injury.margin,
        "undercutting": injury.undercutting,
        "margin_on_cif": injury.on_border,
        "duty": None,
    }
    if dumping is not None:
        content["duty"] = duty_content(dumping, injury, str(sheet))
    return content


def _read(
    sheet: Path, costs: Path | None, rates: Mapping[str, float] | None
) -> tuple[tuple[Sale, ...], dict[str, NormalValue]]:
    """Return sales and normal values of sheets; raises `InputError` with every problem of both."""
    problems: list[Problem] = []
    sales: tuple[Sale, ...] = attempt(problems, read_sales, sheet, rates) or ()
    builds = (attempt(problems, read_builds, costs, rates) or {}) if costs else {}
    if problems:
        raise InputError(problems)
    return sales, normal_values(sales, builds)


def _basis(sales: Sequence[Sale]) -> Literal["cif", "export price"]:
    return "cif" if any(sale.border is not None for sale in sales) else "export price"


def _compared(
    sales: Sequence[Sale], normal: Mapping[str, NormalValue], method: Method, *, zeroing: bool
) -> Margin | None:
    """Return a margin, none where a product has no home sale to compare transactions with."""
    if method == "T-T" and not all(value.used for value in normal.values()):
        return None
    return dumping_margin(sales, normal, method, zeroing=zeroing)


def _margin(margin: Margin, pattern: Pattern) -> dict[str, Any]:
    return {
        "method": margin.method,
        "zeroing": margin.zeroing,
        "sales": "all",
        "margin": margin.margin,
        "amount": margin.amount,
        "value": margin.value,
        "sold": margin.sold,
        "margin_on_export_price": margin.on_price,
        "pairing": margin.pairing,
        "unpaired": list(margin.unpaired),
        "condition": "" if margin.method != "W-T" else "met" if pattern.met else (
            "no explanation" if pattern.found else "no pattern"),
        "below_de_minimis": margin.on_price < DE_MINIMIS,
        "products": [
            {"product": each.product, "normal_value": each.normal_value,
             "export_price": each.export_price, "quantity": each.quantity,
             "amount": each.amount, "value": each.value}
            for each in margin.products
        ],
    }


def _normal(value: NormalValue, sales: Sequence[Sale]) -> dict[str, Any]:
    exports = [s for s in sales if s.market == "export" and s.product == value.product]
    return {
        "product": value.product, "normal_value": value.value, "basis": value.basis,
        "below_cost": value.below, "home_over_exports": value.viable,
        "home_sales": len(value.used), "left_out": [sale.line for sale in value.left_out],
        "export_sales": len(exports), "exported": sum(sale.quantity for sale in exports),
    }


def _pattern(pattern: Pattern) -> dict[str, Any]:
    return {
        "found": pattern.found,
        "explanation": pattern.explanation,
        "met": pattern.met,
        "groups": [
            {"dimension": group.dimension, "name": group.name, "share": group.share,
             "difference": group.difference,
             "distance": group.distance if math.isfinite(group.distance) else None,
             "significant": group.significant}
            for group in pattern.groups
        ],
    }
