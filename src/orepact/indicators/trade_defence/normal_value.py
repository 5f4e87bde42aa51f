r"""The normal value of a product: the average price at home, or its cost with expenses and profit.

Article 2.1, 2.2 and 2.2.1 of the Anti-Dumping Agreement, with footnotes 2 and 5:

$$\bar n = \frac{\sum_i n_i q_i}{\sum_i q_i}\ \text{over home sales in the ordinary course,}
\qquad \text{else}\quad n = c + e + \pi$$

Home sales below cost are left out only if they are many: a fifth of the volume or more, or the
average price below the average cost. Even then a sale stays whose price covers the average cost of
the period. Home sales of less than a twentieth of the exports do not permit a comparison. Whether
sales were made over an extended period, and whether a market is a particular one, arithmetic cannot
tell; nor does it build prices from third countries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orepact.errors import InputError, Problem
from orepact.indicators.trade_defence.sales import Sale
from orepact.indicators.trade_defence.sheet_rows import Columns, read_cells, to_tonnes

__all__ = ["ENOUGH", "MANY", "Build", "NormalValue", "average", "normal_values", "read_builds"]

MANY = 0.2
"""Share of the volume sold below cost from which on it counts (footnote 5)."""

ENOUGH = 0.05
"""Home sales, as a fraction of exports, that permit a comparison (footnote 2)."""

COST_COLUMNS = Columns(
    needed=("cost", "expenses", "profit", "unit", "currency"),
    texts=("product", "unit", "currency", "note"),
    positive=("cost", "rate"),
    numbers=("expenses", "profit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Cost of production, expenses (administrative, selling, general) and profit, all USD/t."""

    cost: float
    expenses: float
    profit: float

    @property
    def value(self) -> float:
        """The constructed normal value (USD/t)."""
        return self.cost + self.expenses + self.profit


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalValue:
    """The normal value of a product (USD/t), what it rests on, and which home sales it uses.

    `below` is the share of the volume sold below cost (None without costs), `viable` the home
    sales as a fraction of exports; `used` and `left_out` are home sales.
    """

    product: str
    value: float
    basis: str
    below: float | None
    viable: float
    used: tuple[Sale, ...]
    left_out: tuple[Sale, ...] = ()


def normal_values(
    sales: Sequence[Sale], builds: Mapping[str, Build] | None = None
) -> dict[str, NormalValue]:
    """Return the normal value of every product that was exported.

    Raises `InputError` naming each product that has neither home sales that may be used nor costs
    to construct a value from, or home sales of which only some have a cost.
    """
    given = builds or {}
    problems: list[Problem] = []
    found: dict[str, NormalValue] = {}
    for product in sorted({sale.product for sale in sales if sale.market == "export"}):
        value = _of(product, [sale for sale in sales if sale.product == product],
                    given.get(product), problems)
        if value:
            found[product] = value
    if problems:
        raise InputError(problems)
    return found


def average(sales: Sequence[Sale], name: str = "price") -> float:
    """Return the mean of a field of sales weighted by quantity (USD/t)."""
    total = sum(sale.quantity for sale in sales)
    return sum(getattr(sale, name) * sale.quantity for sale in sales) / total


def read_builds(path: Path, rates: Mapping[str, float] | None = None) -> dict[str, Build]:
    """Read a sheet of costs by product; raises `InputError` with every problem.

    Columns: product (may be left out where there is one), cost, expenses, profit, unit, currency,
    rate, note.
    """
    problems: list[Problem] = []
    known = {"USD": 1.0, **(rates or {})}
    builds: dict[str, Build] = {}
    for row in read_cells(path, COST_COLUMNS, problems):
        currency, product = row.texts.get("currency", ""), row.texts.get("product", "")
        rate = row.numbers.get("rate", known.get(currency))
        if rate is None and currency:
            problems.append(row.problem("currency", "no rate for the currency", currency,
                                        f"a column rate, or --rate {currency}=USD for one"))
        if product in builds:
            problems.append(row.problem("product", "given twice", product or "one without a name",
                                        "one row for a product"))
        _, each = to_tonnes(row, problems, prices=("cost", "expenses", "profit"))
        problems += [row.problem(name, "a negative number", f"{each[name]:g}", "0 or more")
                     for name in ("expenses", "profit") if each.get(name, 0.0) < 0.0]
        builds[product] = Build(**{name: each.get(name, 0.0) * (rate or 1.0)
                                   for name in ("cost", "expenses", "profit")})
    if problems:
        raise InputError(problems)
    return builds


def _of(
    product: str, sales: Sequence[Sale], build: Build | None, problems: list[Problem]
) -> NormalValue | None:
    home = [sale for sale in sales if sale.market == "domestic"]
    exported = sum(sale.quantity for sale in sales if sale.market == "export")
    viable = sum(sale.quantity for sale in home) / exported
    if {sale.cost is None for sale in home} == {True, False}:
        problems.append(Problem("home sales with and without a cost", field="cost",
                                found=product or "the product",
                                expected="a cost in every domestic row, or in none"))
        return None
    below, used = _ordinary(home)
    left = tuple(sale for sale in home if sale not in used)
    if viable >= ENOUGH and used:
        basis = "home prices, sales below cost left out" if left else "home prices"
        return NormalValue(product=product, value=average(used), basis=basis, below=below,
                           viable=viable, used=used, left_out=left)
    if build is None:
        why = (f"home sales are {100 * viable:.3g} % of exports" if viable < ENOUGH
               else "every home sale is below cost")
        problems.append(Problem("no normal value from home prices", field="product",
                                found=f"{product or 'the product'}: {why}",
                                expected="costs to construct one from (--costs FILE)"))
        return None
    basis = "constructed: cost, expenses and profit"
    return NormalValue(product=product, value=build.value, basis=basis, below=below, viable=viable,
                       used=(), left_out=tuple(home))


def _ordinary(home: Sequence[Sale]) -> tuple[float | None, tuple[Sale, ...]]:
    """Return the share of volume below cost and the sales in the ordinary course of trade."""
    costed = [(sale, sale.cost) for sale in home if sale.cost is not None]
    if not costed:
        return None, tuple(home)
    total = sum(sale.quantity for sale in home)
    share = sum(sale.quantity for sale, cost in costed if sale.price < cost) / total
    mean_cost = average([sale for sale, _ in costed], "cost")
    if share < MANY and average(home) >= mean_cost:
        return share, tuple(home)
    return share, tuple(
        sale for sale, cost in costed if sale.price >= cost or sale.price >= mean_cost
    )
