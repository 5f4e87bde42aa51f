r"""Margins of dumping by the three comparisons of Article 2.4.2 of the Anti-Dumping Agreement.

$$\text{W-W:}\quad \frac{\sum_k (\bar n_k - \bar p_k)\,Q_k}{V} \qquad
\text{T-T:}\quad \frac{\sum_i (n_{m(i)} - p_i)\,q_i}{V} \qquad
\text{W-T:}\quad \frac{\sum_i (\bar n_{k(i)} - p_i)\,q_i}{V}$$

| symbol | meaning (unit) | in code |
|---|---|---|
| $\bar n_k$ | normal value of product k (USD/t) | `NormalValue.value` |
| $p_i, q_i$ | price (USD/t) and quantity (t) of export sale i | `Sale.price`, `Sale.quantity` |
| $m(i)$ | the home sale that i is compared with | `Sale.pair`, else the nearest day |
| $V$ | value of all export sales at the border (USD) | `Sale.value` |

Zeroing counts differences below zero as nothing: of products in W-W, of transactions in T-T and
W-T. It is off unless asked for, and named wherever it is on. Without it W-T equals W-W. Which
comparison may be used is told by `orepact.indicators.trade_defence.pattern`. What is de minimis is
told by the amount over the export prices themselves, `Margin.on_price`, not over $V$.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from orepact.errors import InputError, Problem
from orepact.indicators.trade_defence.normal_value import NormalValue, average
from orepact.indicators.trade_defence.sales import Sale

__all__ = ["METHODS", "Margin", "Method", "ProductMargin", "dumping_margin"]

Method = Literal["W-W", "T-T", "W-T"]
METHODS: tuple[Method, ...] = ("W-W", "T-T", "W-T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductMargin:
    """One product of a margin: averages (USD/t), quantity (t), dumped amount and value (USD).

    `value` is at the border where the sheet has it, `sold` at export prices.
    """

    product: str
    normal_value: float
    export_price: float
    quantity: float
    amount: float
    value: float
    sold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """A margin of dumping: a fraction of the export value, below 0 where nothing is dumped.

    `amount`, `value` and `sold` (at export prices) in USD. `zeroing` tells whether differences
    below zero count as nothing, `pairing` how T-T found its pairs, and `unpaired` which rows have a
    label whose home sale was left out, so that the nearest day was taken.
    """

    method: Method
    zeroing: bool
    amount: float
    value: float
    products: tuple[ProductMargin, ...]
    pairing: str = ""
    unpaired: tuple[int, ...] = ()

    @property
    def margin(self) -> float:
        """The dumped amount as a fraction of the export value."""
        return self.amount / self.value

    @property
    def sold(self) -> float:
        """The value of all export sales at export prices (USD)."""
        return sum(each.sold for each in self.products)

    @property
    def on_price(self) -> float:
        """The dumped amount as a fraction of the export prices, whatever `value` is at."""
        return self.amount / self.sold


def dumping_margin(
    sales: Sequence[Sale],
    normal: Mapping[str, NormalValue],
    method: Method = "W-W",
    *,
    zeroing: bool = False,
    only: Callable[[Sale], bool] | None = None,
) -> Margin:
    """Return the margin of all export sales by one comparison.

    `only` keeps the export sales whose differences are counted; the value is that of all of them.
    Raises `InputError` where T-T has no home sale of a product to compare with.
    """
    products: list[ProductMargin] = []
    problems: list[Problem] = []
    for product, value in normal.items():
        exports = [s for s in sales if s.market == "export" and s.product == product]
        counted = [sale for sale in exports if only is None or only(sale)]
        if method == "T-T" and not value.used:
            problems.append(Problem("no home sale to compare transactions with", field="product",
                                    found=product or "the product",
                                    expected="home sales in the ordinary course of trade"))
            continue
        differences = _differences(counted, value, method)
        amount = sum(max(each, 0.0) if zeroing else each for each in differences)
        products.append(
            ProductMargin(
                product=product,
                normal_value=value.value,
                export_price=average(exports),
                quantity=sum(sale.quantity for sale in exports),
                amount=amount,
                value=sum(sale.value for sale in exports),
                sold=sum(sale.price * sale.quantity for sale in exports),
            )
        )
    if problems:
        raise InputError(problems)
    unpaired = _unpaired(sales, normal) if method == "T-T" else ()
    return Margin(
        method=method,
        zeroing=zeroing,
        amount=sum(each.amount for each in products),
        value=sum(each.value for each in products),
        products=tuple(products),
        pairing=_pairing(sales, unpaired) if method == "T-T" else "",
        unpaired=unpaired,
    )


def _differences(
    exports: Sequence[Sale], normal: NormalValue, method: Method
) -> list[float]:
    """Return the amounts (USD) that are summed, one for a product or one for a transaction."""
    if not exports:
        return []
    if method == "W-W":
        total = sum(sale.quantity for sale in exports)
        return [(normal.value - average(exports)) * total]
    return [
        ((_paired(sale, normal.used) if method == "T-T" else normal.value) - sale.price)
        * sale.quantity
        for sale in exports
    ]


def _paired(export: Sale, home: Sequence[Sale]) -> float:
    """Return the price of the home sale with the same label, else of the nearest day.

    Several that fit equally count by quantity, so that the order of rows does not matter.
    """
    labelled = [sale for sale in home if export.pair and sale.pair == export.pair]
    if labelled:
        return average(labelled)
    when = export.date

    def apart(sale: Sale) -> int:
        return 0 if when is None or sale.date is None else abs((sale.date - when).days)

    nearest = min(apart(sale) for sale in home)
    return average([sale for sale in home if apart(sale) == nearest])


def _unpaired(sales: Sequence[Sale], normal: Mapping[str, NormalValue]) -> tuple[int, ...]:
    """Return the rows with a label that no home sale has which was not left out."""
    return tuple(
        sale.line for sale in sales
        if sale.market == "export" and sale.pair
        and all(home.pair != sale.pair for home in normal[sale.product].used)
    )


def _pairing(sales: Sequence[Sale], unpaired: Sequence[int]) -> str:
    labelled = {bool(sale.pair) for sale in sales if sale.market == "export"}
    if labelled == {True} and not unpaired:
        return "labels of the sheet"
    return "nearest day" if labelled == {False} else "labels of the sheet, else nearest day"
