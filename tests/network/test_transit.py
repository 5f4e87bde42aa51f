"""What passes through a country that neither makes nor uses it is booked from origin to user."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.network.accounts.transit import PASSED_ON, net_transit

Pairs = dict[tuple[str, str], float]


def frame(pairs: Pairs) -> pl.DataFrame:
    rows = [(*pair, tonnes) for pair, tonnes in pairs.items()]
    return pl.DataFrame(rows, orient="row", schema=["exporter", "importer", "tonnes"])


def pairs_of(found: pl.DataFrame) -> Pairs:
    return {(exporter, importer): tonnes for exporter, importer, tonnes in found.iter_rows()}


def test_a_hub_is_netted_out_in_proportion() -> None:
    trade = {("A", "H"): 60.0, ("B", "H"): 20.0, ("H", "C"): 60.0, ("H", "D"): 20.0}
    found = net_transit(frame(trade), {"A", "B"})
    assert pairs_of(found.flows) == pytest.approx(
        {("A", "C"): 45.0, ("A", "D"): 15.0, ("B", "C"): 15.0, ("B", "D"): 5.0}
    )
    assert found.transit.row(0) == ("H", 80.0, 80.0, 80.0, 0.0)


def test_what_a_hub_keeps_stays_its_import() -> None:
    found = net_transit(frame({("A", "H"): 100.0, ("H", "C"): 60.0}), {"A"})
    assert pairs_of(found.flows) == pytest.approx({("A", "H"): 40.0, ("A", "C"): 60.0})


def test_exports_beyond_imports_have_no_origin_and_are_listed() -> None:
    found = net_transit(frame({("A", "H"): 10.0, ("H", "C"): 15.0}), {"A"})
    assert pairs_of(found.flows) == pytest.approx({("A", "C"): 10.0})
    assert found.transit["without_origin"].to_list() == [5.0]


def test_a_maker_is_no_hub_and_neither_is_who_keeps_most() -> None:
    trade = {("A", "H"): 10.0, ("H", "C"): 9.0, ("A", "U"): 10.0, ("U", "C"): PASSED_ON * 9.0}
    found = net_transit(frame(trade), {"A", "H"})
    assert pairs_of(found.flows) == pytest.approx(trade)
    assert found.transit.is_empty()


def test_goods_pass_two_hubs_and_a_round_trip_is_counted() -> None:
    trade = {("A", "H"): 50.0, ("H", "G"): 40.0, ("G", "C"): 30.0, ("G", "A"): 10.0}
    found = net_transit(frame(trade), {"A"})
    assert pairs_of(found.flows) == pytest.approx({("A", "H"): 10.0, ("A", "C"): 30.0})
    assert found.round_trip == pytest.approx(10.0)
    assert set(found.transit["country"]) == {"G", "H"}


def test_two_hubs_that_only_trade_with_each_other_leave_what_came_in() -> None:
    found = net_transit(frame({("A", "B"): 1.0, ("B", "C"): 3.0, ("C", "B"): 2.0}), {"A"})
    assert pairs_of(found.flows) == pytest.approx({("A", "C"): 1.0})
    assert found.round_trip == pytest.approx(2.0)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ABCHG"), st.sampled_from("ABCHG")).filter(
            lambda pair: pair[0] != pair[1]
        ),
        st.floats(0.5, 100.0),
        max_size=12,
    )
)
def test_users_keep_what_they_net_import(trade: Pairs) -> None:
    """Nothing is made: what is gone is what had no origin or came back to where it started."""
    found = net_transit(frame(trade) if trade else frame({("A", "B"): 1.0}), {"A"})
    after = pairs_of(found.flows)
    for country in "BC":
        if country in set(found.transit["country"]):
            continue
        for side in (0, 1):
            was = sum(tonnes for pair, tonnes in trade.items() if pair[side] == country)
            now = sum(tonnes for pair, tonnes in after.items() if pair[side] == country)
            if trade:
                assert now <= was * (1.0 + 1e-9)
    hubs = set(found.transit["country"])
    assert not [pair for pair in after if pair[0] in hubs]
