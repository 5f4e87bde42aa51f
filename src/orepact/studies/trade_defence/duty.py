"""A margin of dumping with what it is a fraction of, brought over the price of an injury margin.

A fraction of the export price and a fraction of the price at the border are not compared. Where
one of the two sheets has no price at the border, amounts a tonne are taken over that of the other;
where neither has one, over the landed value. That needs the same products in both sheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from orepact.errors import InputError, Problem
from orepact.indicators.trade_defence.dumping import ProductMargin
from orepact.indicators.trade_defence.injury import DE_MINIMIS, Injury, lesser_duty

__all__ = ["MOST", "Dumping", "duty_content"]

MOST = 5.0
"""Largest margin that is taken as given; above it a percentage was meant."""

Basis = Literal["as given", "cif", "export price"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumping:
    """A margin (fraction), what it is a fraction of, and what it came from.

    `on_price` is the same amount over the export price (None if taken as given), `products` the
    amounts by product; `pieces` tells that they are a piece and not a tonne.
    """

    margin: float
    basis: Basis = "as given"
    sheet: str = ""
    on_price: float | None = None
    products: tuple[ProductMargin, ...] = ()
    pieces: bool = False


def duty_content(dumping: Dumping, injury: Injury, sheet: str) -> dict[str, Any]:
    """Return the lesser duty, both margins over one price, as plain values.

    Raises `InputError` where a margin would have to be converted between other products or units.
    """
    border = injury.on_border
    on, converted = "cif" if border is not None else "landed value", ""
    share, measure = dumping.margin, injury.margin if border is None else border
    if dumping.basis == "export price":
        share, converted = _dumped(dumping, injury, sheet), "dumping"
    elif dumping.basis == "cif" and border is None:
        measure, on, converted = _injured(dumping, injury, sheet), "cif", "injury"
    duty = lesser_duty(share, measure, dumping.on_price)
    return {
        "dumping": share, "injury": measure, "on": on, "duty": duty.duty, "binds": duty.binds,
        "dumping_basis": dumping.basis, "dumping_as_found": dumping.margin,
        "dumping_on_export_price": dumping.on_price, "converted": converted,
        "sales": dumping.sheet, "de_minimis": DE_MINIMIS,
    }


def _dumped(dumping: Dumping, injury: Injury, sheet: str) -> float:
    """Return amounts dumped a tonne over the price at the border of an injury sheet, or landed."""
    found = _matched(dumping, injury, sheet)
    amount = sum(found[item.product].amount / found[item.product].quantity * item.quantity
                 for item in injury.items)
    return amount / sum(item.quantity * (item.landed if item.border is None else item.border)
                        for item in injury.items)


def _injured(dumping: Dumping, injury: Injury, sheet: str) -> float:
    """Return gaps a tonne of an injury sheet over the price at the border of the sheet of sales."""
    found = _matched(dumping, injury, sheet)
    gap = sum((item.target - item.landed) * item.quantity for item in injury.items)
    return gap / sum(found[item.product].value / found[item.product].quantity * item.quantity
                     for item in injury.items)


def _matched(dumping: Dumping, injury: Injury, sheet: str) -> Mapping[str, ProductMargin]:
    """Return the product of the sheet of sales for each product of the injury sheet."""
    ours = {each.product: each for each in dumping.products}
    theirs = {item.product for item in injury.items}
    problems: list[Problem] = []
    if {item.pieces for item in injury.items} != {dumping.pieces}:
        problems.append(Problem(
            "tonnes in one sheet, pieces in the other", file=sheet, field="unit",
            expected="one unit in both sheets, or cif in both"))
    if len(ours) == len(theirs) == 1:
        ours = {next(iter(theirs)): dumping.products[0]}
    elif set(ours) != theirs:
        problems.append(Problem(
            "other products than in the sheet of sales", file=sheet, field="product",
            found=", ".join(name or "one without a name" for name in sorted(theirs)),
            expected=f"those of {dumping.sheet}, or cif in both sheets: amounts a tonne are "
            "compared"))
    if problems:
        raise InputError(problems)
    return ours
