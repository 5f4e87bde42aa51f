"""Margins of dumping and injury against printed and hand-derived numbers, and their laws."""

from __future__ import annotations

import datetime
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.indicators.trade_defence.dumping import METHODS, Method, dumping_margin
from orepact.indicators.trade_defence.injury import (
    Item,
    injury_margin,
    lesser_duty,
    negligible,
)
from orepact.indicators.trade_defence.normal_value import Build, normal_values
from orepact.indicators.trade_defence.pattern import Significance, price_pattern
from orepact.indicators.trade_defence.sales import Sale

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "dumping_margins.json").read_text("utf-8")
)
CASE = VECTORS["constructed"]
PRICES = st.floats(1.0, 1000.0)
SIGNIFICANT = Significance(difference=0.02, distance=0.8, share=0.05)


def home(price: float, quantity: float, **more: Any) -> Sale:
    return Sale(market="domestic", price=price, quantity=quantity, **more)


def export(price: float, quantity: float, **more: Any) -> Sale:
    return Sale(market="export", price=price, quantity=quantity, **more)


def case_sales() -> list[Sale]:
    """Return the sales of the vector, with the labels that its pairs stand for."""
    label = {price: f"home {price}" for price, _ in CASE["domestic"]}
    pairs = [label[normal] for normal, _, _ in CASE["TT_pairs"]]
    return [home(price, quantity, pair=label[price]) for price, quantity in CASE["domestic"]] + [
        export(price, quantity, region=region, date=None, purchaser=period, pair=pair)
        for (price, quantity, region, period), pair in zip(CASE["exports"], pairs, strict=True)
    ]


def percent(method: Method, *, zeroing: bool = False) -> float:
    sales = case_sales()
    return 100 * dumping_margin(sales, normal_values(sales), method, zeroing=zeroing).margin


def test_the_constructed_case() -> None:
    """Averages and all four printed margins."""
    sales = case_sales()
    (product,) = dumping_margin(sales, normal_values(sales)).products
    assert product.normal_value == pytest.approx(CASE["normal_value_wa"], rel=1e-12)
    assert product.export_price == pytest.approx(CASE["export_price_wa"], rel=1e-12)
    assert percent("W-W") == pytest.approx(CASE["WA_WA_pct"], rel=1e-12)
    assert percent("W-T") == pytest.approx(CASE["W_T_no_zeroing_pct"], rel=1e-12)
    assert percent("T-T") == pytest.approx(CASE["TT_no_zeroing_pct"], rel=1e-12)
    assert percent("T-T", zeroing=True) == pytest.approx(CASE["TT_zeroing_pct"], rel=1e-12)


@pytest.mark.parametrize("row", VECTORS["injury_margin_manual"]["rows"])
def test_the_injury_margins_of_the_manual(row: dict[str, float]) -> None:
    item = Item(product=str(row["pcn"]), quantity=row["qty"], landed=row["LV"], target=row["NIP"])
    assert item.target - item.landed == row["IM"]
    assert 100 * injury_margin([item]).margin == pytest.approx(row["IM_pct"], rel=1e-12)


def test_products_together_weigh_by_value() -> None:
    """(6 x 50 + 10 x 60) / (12 x 50 + 10 x 60) = 900 / 1,200."""
    items = [
        Item(product=row["pcn"], quantity=row["qty"], landed=row["LV"], target=row["NIP"])
        for row in VECTORS["injury_margin_manual"]["rows"]
    ]
    assert injury_margin(items).margin == pytest.approx(0.75, rel=1e-12)


@pytest.mark.parametrize("row", VECTORS["lesser_duty"])
def test_the_lesser_duty(row: dict[str, Any]) -> None:
    found = lesser_duty(row["dumping_margin"], row["injury_margin"])
    assert found.duty == row["duty"]
    if "reason" in row:
        assert found.binds == row["reason"]


def test_small_origins_count_together() -> None:
    """Three of 2.5 % are 7.5 %, above 7; two are 5 %."""
    assert negligible({"A": 0.9, "B": 0.025, "C": 0.025}) == {"A": False, "B": True, "C": True}
    three = negligible({"A": 0.9, "B": 0.025, "C": 0.025, "D": 0.025})
    assert not any(three.values())
    assert not negligible({"A": 0.03})["A"]


def test_sales_below_cost() -> None:
    """A fifth of the volume at 80, cost 100: left out; a tenth with the average above: kept."""
    few = [home(80.0, 1.0, cost=100.0), home(120.0, 9.0, cost=100.0), export(90.0, 5.0)]
    many = [home(80.0, 2.0, cost=100.0), home(120.0, 8.0, cost=100.0), export(90.0, 5.0)]
    kept, dropped = normal_values(few)[""], normal_values(many)[""]
    assert (kept.value, kept.below, kept.left_out) == (116.0, 0.1, ())
    assert (dropped.value, dropped.below, len(dropped.left_out)) == (120.0, 0.2, 1)


def test_a_sale_below_its_cost_that_covers_the_average_stays() -> None:
    """110 is below its own cost of 130 but above the average cost, (130 x 5 + 70 x 5) / 10."""
    sales = [home(110.0, 5.0, cost=130.0), home(120.0, 5.0, cost=70.0), export(90.0, 5.0)]
    assert normal_values(sales)[""].left_out == ()


def test_few_home_sales_need_costs() -> None:
    """4 t at home against 100 t abroad are under a twentieth: 70 + 10 + 5 = 85."""
    sales = [home(200.0, 4.0), export(80.0, 100.0)]
    with pytest.raises(InputError, match="home sales are 4 % of exports"):
        _ = normal_values(sales)
    built = normal_values(sales, {"": Build(cost=70.0, expenses=10.0, profit=5.0)})
    assert dumping_margin(sales, built).margin == pytest.approx(5.0 / 80.0, rel=1e-12)
    with pytest.raises(InputError, match="no home sale to compare"):
        _ = dumping_margin(sales, built, "T-T")


def test_the_nearest_day_pairs() -> None:
    """Day 10 lies nearer to day 12 than to day 1; two of the same day count by quantity."""
    march = [datetime.date(2026, 3, day) for day in (1, 10, 12)]
    sales = [home(100.0, 1.0, date=march[0]), home(110.0, 1.0, date=march[2]),
             home(130.0, 3.0, date=march[2]), export(100.0, 1.0, date=march[1])]
    margin = dumping_margin(sales, normal_values(sales), "T-T")
    assert margin.margin == pytest.approx(0.25, rel=1e-12)
    assert margin.pairing == "nearest day"


def test_a_pattern_needs_words_too() -> None:
    sales = [home(100.0, 10.0), *(export(100.0 + each, 1.0, region="R1") for each in (0, 1, 2)),
             *(export(80.0 + each, 1.0, region="R2") for each in (0, 1, 2))]
    silent = price_pattern(sales, SIGNIFICANT)
    assert silent.found
    assert not silent.met
    told = price_pattern(sales, SIGNIFICANT, "averages hide R2")
    assert told.met
    assert [group.name for group in told.groups if group.significant] == ["R2"]
    assert [told.holds(sale) for sale in sales] == [False] * 4 + [True] * 3


def test_another_mix_of_products_is_no_pattern() -> None:
    """Who buys the cheaper product does not pay less for it."""
    sales = [export(100.0, 1.0, product="dear", purchaser="P1"),
             export(100.0, 1.0, product="dear", purchaser="P2"),
             export(10.0, 9.0, product="cheap", purchaser="P2"),
             export(10.0, 1.0, product="cheap", purchaser="P1")]
    assert not price_pattern(sales, SIGNIFICANT).found


@st.composite
def many_sales(draw: st.DrawFn) -> list[Sale]:
    products = ("a", "b")
    day = st.dates(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
    quantity = st.floats(0.5, 50.0)
    sales = [home(draw(PRICES), 100.0, product=product, date=draw(day)) for product in products]
    sales += [export(draw(PRICES), draw(quantity), product=product, date=draw(day))
              for product in products]
    return sales + [
        draw(st.sampled_from([home, export]))(
            draw(PRICES), draw(quantity), product=draw(st.sampled_from(products)), date=draw(day)
        )
        for _ in range(draw(st.integers(0, 6)))
    ]


@given(many_sales())
def test_average_to_transaction_is_average_to_average(sales: list[Sale]) -> None:
    normal = normal_values(sales)
    ww, wt = (dumping_margin(sales, normal, method).margin for method in ("W-W", "W-T"))
    assert math.isclose(ww, wt, rel_tol=1e-9, abs_tol=1e-9)


@given(many_sales(), st.sampled_from(METHODS))
def test_zeroing_never_lowers_a_margin(sales: list[Sale], method: Method) -> None:
    normal = normal_values(sales)
    plain, zeroed = (
        dumping_margin(sales, normal, method, zeroing=zeroing).margin for zeroing in (False, True)
    )
    assert zeroed >= plain - 1e-12 * abs(plain)
    assert zeroed >= 0.0


@given(many_sales(), st.sampled_from(METHODS), st.floats(0.01, 100.0), st.randoms())
def test_currency_and_order_do_not_matter(
    sales: list[Sale], method: Method, rate: float, random: Any
) -> None:
    before = dumping_margin(sales, normal_values(sales), method).margin
    other = [Sale(market=sale.market, price=sale.price * rate, quantity=sale.quantity,
                  product=sale.product, date=sale.date) for sale in sales]
    random.shuffle(other)
    after = dumping_margin(other, normal_values(other), method).margin
    assert math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-9)


@given(st.floats(-1.0, 5.0), st.floats(-1.0, 5.0))
def test_the_lesser_duty_is_below_both(dumping: float, injury: float) -> None:
    found = lesser_duty(dumping, injury)
    assert 0.0 <= found.duty <= max(0.0, min(dumping, injury))
