"""Sales of an exporter at home and abroad, read from a sheet: one row for each transaction.

All prices are brought to US dollars per tonne (or per piece) at the same level of trade: the row's
price plus its `adjustment`, times the rate of its currency (Article 2.4 and 2.4.1 of the
Anti-Dumping Agreement).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orepact.errors import InputError, Problem
from orepact.indicators.trade_defence.sheet_rows import Cells, Columns, read_cells, to_tonnes

__all__ = ["COLUMNS", "Sale", "read_sales"]

COLUMNS = Columns(
    needed=("market", "date", "quantity", "unit", "price", "currency"),
    texts=("market", "product", "unit", "currency", "purchaser", "region", "pair", "note"),
    positive=("quantity", "price", "cost", "cif", "rate"),
    numbers=("adjustment",),
    days=("date",),
)
"""Columns of a sheet of sales. `adjustment` is added to the price, `cost` is the cost of the unit
sold (home sales), `cif` its price at the border (export sales), `rate` US dollars for one unit of
the currency, `pair` a label that ties an export sale to the home sale it is compared with."""

MARKETS = ("domestic", "export")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One transaction; `price`, `cost` and `border` in USD/t (or per piece) after adjustment.

    `quantity` in t (or pieces). `border` is the price at the border, the adjusted price where the
    sheet has none; margins are fractions of it. `line` is the row of the file, `pieces` tells that
    it counts pieces.
    """

    market: str
    quantity: float
    price: float
    product: str = ""
    date: datetime.date | None = None
    purchaser: str = ""
    region: str = ""
    pair: str = ""
    cost: float | None = None
    border: float | None = None
    line: int = 0
    pieces: bool = False

    @property
    def value(self) -> float:
        """What margins are fractions of: quantity times the price at the border (USD)."""
        return self.quantity * (self.price if self.border is None else self.border)


def read_sales(path: Path, rates: Mapping[str, float] | None = None) -> tuple[Sale, ...]:
    """Read a sheet of sales; `rates` are US dollars for one unit of a currency.

    Raises `InputError` with every problem: columns, cells, unknown markets and units, a currency
    without a rate, quantities of more than one kind, a market without sales, a price that an
    adjustment takes to nothing, a pair without its home sale.
    """
    problems: list[Problem] = []
    rows = read_cells(path, COLUMNS, problems)
    known = {"USD": 1.0, **(rates or {})}
    sales = [_sale(row, known, problems) for row in rows]
    problems += _together(path, rows, sales)
    if problems:
        raise InputError(sorted(problems, key=lambda each: each.line or 0))
    return tuple(sales)


def _sale(row: Cells, rates: Mapping[str, float], problems: list[Problem]) -> Sale:
    texts, numbers = row.texts, row.numbers
    if (market := texts.get("market", "")) and market not in MARKETS:
        problems.append(row.problem("market", "unknown market", market, known=MARKETS,
                                    expected="domestic or export"))
    currency = texts.get("currency", "")
    rate = numbers.get("rate", rates.get(currency))
    if rate is None:
        if currency:
            problems.append(row.problem("currency", "no rate for the currency", currency,
                                        f"a column rate, or --rate {currency}=USD for one"))
        rate = 1.0
    quantity, each = to_tonnes(row, problems, prices=("price", "adjustment", "cost", "cif"))
    price = each.get("price", 0.0) + each.get("adjustment", 0.0)
    if "price" in each and price <= 0.0:
        problems.append(row.problem("adjustment", "leaves no price",
                                    f"{price:g} per t", "a price above 0 after adjustment"))
    return Sale(
        market=market,
        quantity=quantity,
        price=price * rate,
        product=texts.get("product", ""),
        date=row.days.get("date"),
        purchaser=texts.get("purchaser", ""),
        region=texts.get("region", ""),
        pair=texts.get("pair", ""),
        cost=each["cost"] * rate if "cost" in each else None,
        border=each["cif"] * rate if "cif" in each else None,
        line=row.line,
        pieces=texts.get("unit") == "piece",
    )


def _together(path: Path, rows: Sequence[Cells], sales: Sequence[Sale]) -> list[Problem]:
    """Return what is wrong with the rows taken together."""
    problems = [
        Problem(f"no {market} sale", file=str(path), field="market",
                expected="domestic and export sales")
        for market in MARKETS[1:] if not any(sale.market == market for sale in sales)
    ]
    kinds = {row.texts.get("unit", "") == "piece" for row in rows if row.texts.get("unit")}
    if len(kinds) > 1:
        problems.append(Problem("pieces beside tonnes", file=str(path), field="unit",
                                expected="one kind of quantity"))
    export = [sale for sale in sales if sale.market == "export"]
    if {sale.border is None for sale in export} == {True, False}:
        problems += [
            row.problem("cif", "value is missing", expected="cif in every export row, or in none")
            for row, sale in zip(rows, sales, strict=True)
            if sale.market == "export" and sale.border is None
        ]
    home = {(sale.product, sale.pair) for sale in sales if sale.market == "domestic"}
    problems += [
        row.problem("pair", "no home sale of this product with the same label", sale.pair,
                    "the label of a domestic row",
                    sorted({pair for product, pair in home if product == sale.product and pair}))
        for row, sale in zip(rows, sales, strict=True)
        if sale.market == "export" and sale.pair and (sale.product, sale.pair) not in home
    ]
    return problems
