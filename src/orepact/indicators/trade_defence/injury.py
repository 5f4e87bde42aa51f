r"""Injury margin, undercutting, the lesser duty, and what is too small to act on.

$$\text{injury margin} = \frac{\sum_k (\mathrm{NIP}_k - L_k)\,q_k}{\sum_k L_k\,q_k} \qquad
\text{undercutting} = \frac{\sum_k (D_k - L_k)\,q_k}{\sum_k D_k\,q_k}$$

| symbol | meaning (unit) | in code |
|---|---|---|
| $\mathrm{NIP}_k$ | price without injury: given, or cost plus profit (USD/t) | `Item.target` |
| $L_k$ | landed value of the imports, duty paid (USD/t) | `Item.landed` |
| $D_k$ | price of the domestic industry (USD/t) | `Item.domestic` |
| $q_k$ | quantity imported (t) | `Item.quantity` |

Source of the injury margin: Directorate General of Trade Remedies of India, *Manual of operating
practices for trade remedy investigations*. The lesser of both margins is the duty where the law
asks for it (Article 9.1 of the Anti-Dumping Agreement calls it desirable). Article 5.8: a margin
under 2 % of the export price is de minimis; an origin under 3 % of imports is negligible unless
such origins together are over 7 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orepact.errors import InputError, Problem
from orepact.indicators.trade_defence.sheet_rows import Cells, Columns, read_cells, to_tonnes

__all__ = [
    "CUMULATED",
    "DE_MINIMIS",
    "NEGLIGIBLE",
    "Injury",
    "Item",
    "LesserDuty",
    "injury_margin",
    "lesser_duty",
    "negligible",
    "read_items",
]

DE_MINIMIS = 0.02
"""Margin of dumping, as a fraction of the export price, below which nothing follows."""

NEGLIGIBLE = 0.03
"""Share of imports below which an origin's volume is negligible."""

CUMULATED = 0.07
"""Share of imports of such origins together above which none of them is."""

COLUMNS = Columns(
    needed=("quantity", "unit", "landed", "currency"),
    texts=("product", "unit", "currency", "note"),
    positive=("quantity", "landed", "non_injurious", "cost", "domestic", "cif", "rate"),
    numbers=("profit",),
)
"""Columns of a sheet on injury; a row has `non_injurious`, or `cost` and `profit`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Imports of one product control number: quantity in t (or pieces), the rest in USD/t.

    `profit` is the part of a target price that was built from cost and profit (fraction), None
    where the target was given.
    """

    product: str
    quantity: float
    landed: float
    target: float
    domestic: float | None = None
    border: float | None = None
    profit: float | None = None
    pieces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Injury:
    """Margins as fractions: `margin` of the landed value, `undercutting` of the industry's price.

    `on_border` is the injury margin as a fraction of the price at the border, which a margin of
    dumping is a fraction of too; None where the sheet has none.
    """

    items: tuple[Item, ...]
    margin: float
    undercutting: float | None
    on_border: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LesserDuty:
    """The duty (fraction) and which margin binds: dumping, injury, none, or de minimis."""

    duty: float
    binds: str


def injury_margin(items: Sequence[Item]) -> Injury:
    """Return the margins over all products; products above their target price count against it."""
    gap = sum((item.target - item.landed) * item.quantity for item in items)
    prices = [item.domestic for item in items if item.domestic is not None]
    borders = [item.border for item in items if item.border is not None]
    undercutting = on_border = None
    if len(prices) == len(items):
        sold = sum(price * item.quantity for price, item in zip(prices, items, strict=True))
        undercutting = 1.0 - sum(item.landed * item.quantity for item in items) / sold
    if len(borders) == len(items):
        on_border = gap / sum(
            border * item.quantity for border, item in zip(borders, items, strict=True)
        )
    return Injury(
        items=tuple(items),
        margin=gap / sum(item.landed * item.quantity for item in items),
        undercutting=undercutting,
        on_border=on_border,
    )


def lesser_duty(dumping: float, injury: float, on_price: float | None = None) -> LesserDuty:
    """Return the lesser of both margins (fractions of the same price), none if de minimis.

    `on_price` is the margin of dumping as a fraction of the export price, which Article 5.8 goes
    by; without it `dumping` is taken to be one.
    """
    if (dumping if on_price is None else on_price) < DE_MINIMIS:
        return LesserDuty(duty=0.0, binds="de minimis")
    if injury <= 0.0:
        return LesserDuty(duty=0.0, binds="none")
    binds = "dumping" if dumping <= injury else "injury"
    return LesserDuty(duty=min(dumping, injury), binds=binds)


def negligible(shares: Mapping[str, float]) -> dict[str, bool]:
    """Tell for each origin whether its share of imports (fraction) is negligible."""
    small = {name for name, share in shares.items() if share < NEGLIGIBLE}
    together = sum(shares[name] for name in small)
    return {name: name in small and together <= CUMULATED for name in shares}


def read_items(path: Path, rates: Mapping[str, float] | None = None) -> tuple[Item, ...]:
    """Read a sheet on injury; raises `InputError` with every problem."""
    problems: list[Problem] = []
    known = {"USD": 1.0, **(rates or {})}
    rows = read_cells(path, COLUMNS, problems)
    items = [_item(row, known, problems) for row in rows]
    if len({row.texts.get("unit", "") == "piece" for row in rows if row.texts.get("unit")}) > 1:
        problems.append(Problem("pieces beside tonnes", file=str(path), field="unit",
                                expected="one kind of quantity"))
    for name, values in (("cif", [item.border for item in items]),
                         ("domestic", [item.domestic for item in items])):
        if {value is None for value in values} == {True, False}:
            problems.append(Problem("a column with gaps", file=str(path), field=name,
                                    expected="a value in every row, or in none"))
    if problems:
        raise InputError(sorted(problems, key=lambda each: each.line or 0))
    return tuple(items)


def _item(row: Cells, rates: Mapping[str, float], problems: list[Problem]) -> Item:
    currency = row.texts.get("currency", "")
    rate = row.numbers.get("rate", rates.get(currency))
    if rate is None and currency:
        problems.append(row.problem("currency", "no rate for the currency", currency,
                                    f"a column rate, or --rate {currency}=USD for one"))
    names = ("landed", "non_injurious", "cost", "profit", "domestic", "cif")
    quantity, each = to_tonnes(row, problems, prices=names)
    built = "cost" in each and "profit" in each
    if ("non_injurious" in each) == built:
        problems.append(row.problem("non_injurious", "given twice" if built else "value is missing",
                                    "both" if built else "",
                                    "non_injurious, or cost and profit"))
    if each.get("profit", 0.0) < 0.0:
        problems.append(row.problem("profit", "a negative number", f"{each['profit']:g}",
                                    "0 or more"))
    each = {name: value * (rate or 1.0) for name, value in each.items()}
    target = each.get("non_injurious", each.get("cost", 0.0) + each.get("profit", 0.0))
    return Item(
        product=row.texts.get("product", ""),
        quantity=quantity,
        landed=each.get("landed", 0.0),
        target=target,
        domestic=each.get("domestic"),
        border=each.get("cif"),
        profit=each.get("profit", 0.0) / target if built and target > 0.0 else None,
        pieces=row.texts.get("unit") == "piece",
    )
