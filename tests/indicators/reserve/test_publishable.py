"""Which totals of a report may be published."""

from __future__ import annotations

import datetime

import pytest

from orepact.indicators.reserve.disclosure import Rule
from orepact.indicators.reserve.publishable import published_totals
from orepact.indicators.union.stock_report import Stock, StockReport, Withheld


def _stock(name: str, owner: str, tonnes: float | None, *, holder: str = "", waiver: bool = False
           ) -> Stock:
    hidden = () if tonnes is not None else (
        Withheld(field="tonnes", reason="defence", why="told to the Commission"),
    )
    return Stock(stock=name, mineral="antimony", owner=owner, tonnes=tonnes, content=0.5,  # pyright: ignore[reportArgumentType]
                 chemical_form="oxide", withheld=hidden, holder=holder, waiver=waiver)


def _report(*stocks: Stock) -> StockReport:
    return StockReport(region="EU27", as_of=datetime.date(2026, 6, 30), stocks=stocks)


def test_safe_totals_are_published() -> None:
    """Four private holders of like size and the state: 50 + 4 x 50 t of the mineral."""
    lots = [_stock(f"p{number}", "private", 100.0) for number in range(4)]
    (total,) = published_totals(_report(_stock("state", "public_authority", 100.0), *lots))
    assert (total.public, total.private, total.total) == pytest.approx((50.0, 200.0, 250.0))
    assert total.verdict.safe
    assert total.holders == 4


def test_an_unsafe_total_takes_the_sum_with_it() -> None:
    """Two private holders: neither their total nor the sum with the state's may be told."""
    lots = [_stock(f"p{number}", "private", 100.0) for number in range(2)]
    (total,) = published_totals(_report(_stock("state", "public_authority", 100.0), *lots))
    assert (total.public, total.private, total.total) == (50.0, None, None)
    assert total.verdict.broken == ("frequency=3", "nk=2,90", "p=10")


def test_lots_of_one_holder_count_once() -> None:
    """Four lots of two holders are two holders."""
    lots = [_stock(f"p{n}", "private", 100.0, holder="a" if n < 2 else "b") for n in range(4)]
    (total,) = published_totals(_report(*lots), [Rule("frequency", 3)])
    assert total.holders == 2
    assert not total.verdict.safe


def test_waiver() -> None:
    """The largest waives: p % protects the second against it; 7 t more than hide it."""
    sizes = ((100.0, True), (60.0, False), (14.0, False))
    lots = [_stock(f"p{n}", "private", each, waiver=waived)
            for n, (each, waived) in enumerate(sizes)]
    (total,) = published_totals(_report(*lots), [Rule("p", 20)])
    assert total.verdict.safe
    bare = [_stock(f"p{n}", "private", each) for n, (each, _) in enumerate(sizes)]
    assert not published_totals(_report(*bare), [Rule("p", 20)])[0].verdict.safe


def test_withheld_stocks_are_in_no_total() -> None:
    """A withheld stock leaves the public part without a value, and is named."""
    (total,) = published_totals(_report(_stock("state", "public_authority", None)))
    assert (total.public, total.total) == (None, None)
    assert total.unknown == ("state",)


def test_operators_charged_by_a_state_are_public() -> None:
    """Art. 22: authorities, undertakings and charged operators; one private holder is alone."""
    lots = [_stock("a", "public_authority", 100.0), _stock("b", "public_undertaking", 100.0),
            _stock("c", "mandated_operator", 100.0), _stock("p", "private", 100.0)]
    (total,) = published_totals(_report(*lots))
    assert (total.public, total.private, total.holders) == (150.0, None, 1)
    assert (total.public_stocks, total.private_stocks) == (3, 1)


def test_withheld_private_stocks_have_holders() -> None:
    """A holder that tells no tonnes is a holder, and the rules were not checked with it."""
    (total,) = published_totals(_report(_stock("p", "private", None)))
    assert (total.public, total.public_stocks) == (None, 0)
    assert (total.holders, total.withheld, total.private) == (1, 1, None)


def test_the_least_of_public_stocks() -> None:
    """A withheld public stock leaves the others as the least that there is."""
    lots = [_stock("a", "public_authority", 100.0), _stock("b", "mandated_operator", None)]
    (total,) = published_totals(_report(*lots))
    assert (total.public, total.public_least) == (None, 50.0)
