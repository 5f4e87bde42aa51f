"""N-1: what is left without the largest supplier, on paper and as laws."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.data.bundle import Bundle, read_bundle
from orepact.indicators.dependence.account_supply import supply_of_account
from orepact.indicators.dependence.largest_supplier import stock_days_card, without_largest_supplier
from orepact.indicators.dependence.supply_table import Supply, supply_of_world
from orepact.indicators.figure import Figure, Input
from orepact.indicators.span import ZERO, Span, exact
from orepact.network import read_world
from tests.indicators.conftest import Rows, write_tables

UNION = Supply(
    region="EU27",
    mineral="magnesium",
    stage="metal",
    amounts={"CHN": 70.0, "ISR": 20.0, "EU27": 10.0},
    domestic=frozenset({"EU27"}),
    spare={"ISR": Span(30.0, 20.0, 40.0), "EU27": exact(5.0), "CHN": exact(500.0)},
    sold={"CHN": 350.0, "ISR": 25.0},
)


def _values(figures: list[Figure]) -> list[float | None]:
    return [figure.value for figure in figures]


def test_supply_of_the_union_without_china() -> None:
    """China gives 70 of 100 t: 0.30 are left.

    China sells 350 t abroad, a fifth of it to the Union, which so gets a fifth of Israel's 30 t of
    spare capacity and all 5 t of its own: 0.30 + (6 + 5) / 100 = 0.41. With stocks of 73 days the
    first year is covered to 0.41 + 73/365 = 0.61, and they last 73 / 0.59 days. With 20 and 40 t
    of spare capacity in Israel the range is 0.39 to 0.43.
    """
    figures = without_largest_supplier(UNION, stock_days=73.0)
    assert _values(figures) == pytest.approx([0.70, 0.30, 0.41, 0.61, 73.0 / 0.59])
    assert {figure.partner for figure in figures} == {"CHN"}
    assert (figures[2].low, figures[2].high) == pytest.approx((0.39, 0.43))


def test_spare_capacity_does_not_give_more_than_was_lost() -> None:
    """Spare capacity of 1,000 t replaces 70 t, no more: nothing is short, stocks are not used."""
    rich = replace(UNION, spare={"EU27": exact(1000.0)})
    figures = without_largest_supplier(rich, stock_days=10.0)
    assert _values(figures) == pytest.approx([0.70, 0.30, 1.0, 1.0, None])
    assert "nothing is short" in figures[4].missing


def test_unknown_capacity_and_stocks_are_said() -> None:
    figures = without_largest_supplier(replace(UNION, spare={}))
    assert _values(figures) == [0.70, pytest.approx(0.30), None, None, None]
    assert "spare capacity is published for none" in figures[2].missing
    assert "no stocks" in figures[3].missing
    assert figures[0].coverage["capacity_unknown"] == 1.0


def test_the_region_itself_does_not_go() -> None:
    alone = replace(UNION, amounts={"EU27": 90.0, "ISR": 10.0})
    assert without_largest_supplier(alone)[0].partner == "ISR"
    (figure,) = without_largest_supplier(replace(UNION, amounts={"EU27": 90.0}))
    assert figure.value is None
    (figure,) = without_largest_supplier(replace(UNION, amounts={}))
    assert "no supply" in figure.missing


_AMOUNTS = st.dictionaries(st.sampled_from("ABCDE"), st.floats(0.01, 1e5), min_size=1)


@given(_AMOUNTS, st.floats(0.0, 1e5), st.floats(0.0, 1e5), st.floats(0.0, 400.0))
def test_more_spare_capacity_never_leaves_less(
    amounts: dict[str, float], spare: float, more: float, days: float
) -> None:
    supply = Supply(region="WLD", mineral="m", stage="mine", amounts=amounts)
    before, after = (
        without_largest_supplier(
            replace(supply, spare=dict.fromkeys(amounts, exact(each))), stock_days=days
        )
        for each in (spare, spare + more)
    )
    for one, two in zip(before[:4], after[:4], strict=True):
        assert (one.value is None) == (two.value is None)
        assert one.value is None or -1e-9 <= one.value <= 1.0 + 1e-9
        assert one.value is None or two.value is None or two.value >= one.value - 1e-12


@given(_AMOUNTS, st.sampled_from([1e-3, 1e6]))
def test_units_and_order_do_not_matter(amounts: dict[str, float], scale: float) -> None:
    mixed = {name: scale * amounts[name] for name in sorted(amounts, reverse=True)}
    one, two = (
        without_largest_supplier(Supply(region="WLD", mineral="m", stage="mine", amounts=each))
        for each in (amounts, mixed)
    )
    assert _values(one) == pytest.approx(_values(two))
    assert one[0].partner == two[0].partner


def test_world_supply_keeps_what_is_not_named(tmp_path: Path) -> None:
    """100 t printed, 60 and 30 named, one withheld: 10 t have no name; China could make 65 t."""
    made = {"mineral": "gallium", "stage": "refined", "year": 2024, "unit": "t", "preferred": "1"}
    output = {"CHN": 60.0, "RUS": 30.0, "USA": None, "WLD": 100.0}
    rows: Rows = [
        {**made, "country": country, "quantity": quantity, "edition": "MCS2026"}
        for country, quantity in output.items()
    ]
    capacity: Rows = [{**made, "country": "CHN", "quantity": 65.0, "edition": "MCS2026"}]
    folder = write_tables(
        tmp_path / "tiny", {"production": rows, "capacity": _of_capacity(capacity)}
    )
    supply = supply_of_world(read_bundle(folder), "gallium", "refined", 2024)
    assert supply.total == pytest.approx(100.0)
    assert (supply.unnamed, supply.withheld) == (pytest.approx(10.0), ("USA",))
    assert supply.spare["CHN"].value == pytest.approx(5.0)
    assert supply.concentration() == pytest.approx((0.36 + 0.09, 0.36 + 0.09 + 0.01))


def _of_capacity(rows: Rows) -> Rows:
    return [{name: row[name] for name in row if name != "preferred"} for row in rows]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """Return the bundled dataset."""
    return read_bundle()


def test_gallium_of_the_world_hangs_on_china(bundle: Bundle) -> None:
    """Printed capacities outside China replace a few per cent of its output."""
    days, card = stock_days_card(bundle)
    supply = supply_of_world(bundle, "gallium", "refined", 2024)
    figures = without_largest_supplier(supply, stock_days=days, stock_input=card)
    assert figures[0].partner == "CHN"
    assert figures[2].value is not None
    assert figures[2].value < 0.1
    assert figures[3].low is not None
    assert figures[3].value is not None
    assert figures[3].low < figures[3].value


def test_capacity_of_nobody_by_name_is_in_the_high_end(bundle: Bundle) -> None:
    """In 2025 *other countries* print 100 t of capacity and no output, beside 909 t of supply."""
    supply = supply_of_world(bundle, "gallium", "refined", 2025)
    assert supply.spare_unnamed.value == pytest.approx(100.0)
    without = without_largest_supplier(replace(supply, spare_unnamed=ZERO))[2]
    spare = without_largest_supplier(supply)[2]
    assert (spare.value, spare.low) == (without.value, without.low)
    assert spare.high is not None
    assert without.high is not None
    added = supply.spare_unnamed.high / supply.total
    assert spare.high - without.high == pytest.approx(added)
    assert "other countries" in spare.note
    assert not without.note
    assert any(isinstance(each, Input) and "other countries" in each.name for each in spare.inputs)


def test_account_shares_spare_capacity_with_the_other_buyers() -> None:
    world = read_world()
    supply = supply_of_account(world, "magnesium", "EU27", "magnesium-metal")
    figures = without_largest_supplier(supply)
    assert figures[0].partner == "CHN"
    assert supply.amounts["CHN"] < supply.sold["CHN"]
    assert figures[2].low is not None
    assert figures[2].value is not None
    assert figures[2].high is not None
    assert figures[2].low < figures[2].value < figures[2].high < 1.0
