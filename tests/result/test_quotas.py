"""Export quotas: the sum of shipments, what is carried over, lapses or kept back, and the rent."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from orepact.policy import load_register
from orepact.policy.scenario.text import CarryOver
from orepact.policy.scenario.text import Quota as QuotaPart
from orepact.result import Months, Quota
from orepact.result.instruments import quotas_of
from orepact.result.quotas import Ledger, caps_ahead
from tests.result.scenes import BUYERS, day, declared, free, network, price, run, steady, sure

PLACES = load_register().places
MONTHS = Months(datetime.date(2026, 1, 1), 14)


def part(**fields: Any) -> QuotaPart:
    given_fields: dict[str, Any] = {
        "id": "q", "reason": "supposed", "issuer": "CHN", "materials": ("ore",),
        "announced": day("2026-01-01"), "effective": day("2026-01-01"), "limit": sure(60.0),
    }
    return QuotaPart(**(given_fields | fields))


def quota(**fields: Any) -> Quota:
    (found,) = quotas_of(network(), [part(**fields)], PLACES, MONTHS)
    return found


def shipped(quotas: tuple[Quota, ...], months: int = 6) -> Any:
    net = network()
    return run(net, free(net, months), replace(steady(net, months), quotas=quotas))


def test_a_binding_quota_holds_exactly_and_buyers_compete() -> None:
    """Each buyer gets 30 t, so its price solves 100·P^-0.25 = 50·P^0.05 + 30."""
    path = shipped((quota(),))
    total = declared(path, *BUYERS)
    np.testing.assert_allclose(total, 60.0, rtol=1e-8)
    expected = brentq(lambda p: 100.0 * p**-0.25 - 50.0 * p**0.05 - 30.0, 1.0, 10.0)
    for buyer in BUYERS:
        assert price(path, buyer) == pytest.approx(expected, rel=0.02)
    assert price(path, "USA") == pytest.approx(price(path, "JPN"), rel=1e-6)
    assert path.residual.max() < 1e-6


def test_the_rent_is_the_gap_between_buyers_and_exporter() -> None:
    path = shipped((quota(),))
    gap = 1000.0 * (price(path, "USA") - price(path, "CHN"))
    assert path.rent[:, 0] == pytest.approx(gap, rel=2e-3)
    assert path.cap[:, 0] == pytest.approx(60.0)


def test_a_quota_that_does_not_bind_changes_nothing_and_has_no_rent() -> None:
    net = network()
    calm = run(net, free(net, 4), steady(net, 4))
    loose = shipped((quota(limit=sure(500.0)),), 4)
    assert loose.price == pytest.approx(calm.price, abs=1e-5)
    assert loose.rent.max() < 0.01


def test_destinations_that_are_spared_do_not_count() -> None:
    path = shipped((quota(excluded=("JPN",), limit=sure(20.0)),))
    assert declared(path, "USA") == pytest.approx(20.0, rel=1e-8)
    assert (declared(path, "JPN") > 50.0 - 1e-9).all()
    assert (price(path, "USA") > price(path, "JPN")).all()


def test_what_the_issuer_keeps_back_never_ships() -> None:
    path = shipped((quota(reserve_share=sure(0.25)),))
    total = declared(path, *BUYERS)
    np.testing.assert_allclose(total, 45.0, rtol=1e-8)


def test_a_share_of_base_counts_base_trade() -> None:
    assert quota(limit=None, share_of_base=sure(0.5)).limit[0] == pytest.approx(50.0)
    yearly = quota(limit=None, share_of_base=sure(0.5), per="year")
    assert yearly.limit[0] == pytest.approx(600.0)


def test_a_period_that_is_cut_has_its_share_of_the_limit() -> None:
    """In force from 16 March: 16 of March's 31 days, then nine months of twelve.

    A limit in tonnes is that of its period, as the law has it; base trade is 100 t a month.
    """
    found = quota(effective=day("2026-03-16"), per="year", limit=sure(1200.0))
    assert (found.period[:2] == -1).all()
    assert found.limit[2] == pytest.approx(1200.0)
    share = quota(effective=day("2026-03-16"), per="year", limit=None, share_of_base=sure(1.0))
    assert share.limit[2] == pytest.approx(100.0 * (16 / 31 + 9))
    assert found.free[2] == pytest.approx(100.0 * 15 / 31)
    assert found.limit[12] == pytest.approx(1200.0)
    assert found.left[11] == pytest.approx(1.0)
    assert found.left[12] == pytest.approx(12.0)


def test_carried_tonnes_are_used_first_and_then_lapse() -> None:
    """60 t a month, half of the rest carried over for two months.

    January ships 20 of 60: 40 are left, 20 carried. February may ship 80 and ships 10, out of what
    was carried: 10 of it and 60 are left, half of the 60 is carried on. March may ship
    60 + 10 + 30, in April the 10 have lapsed.
    """
    carry = CarryOver(fraction=sure(0.5), months=2)
    terms = quota(carry_over=carry)
    ledger = Ledger().opened(terms, 0)
    assert ledger.cap(terms, 0) == 60.0
    ledger = ledger.after(terms, 0, 20.0).opened(terms, 1)
    assert ledger.cap(terms, 1) == 80.0
    ledger = ledger.after(terms, 1, 10.0).opened(terms, 2)
    assert ledger.cap(terms, 2) == pytest.approx(60.0 + 10.0 + 30.0)
    ledger = ledger.after(terms, 2, 0.0).opened(terms, 3)
    assert ledger.cap(terms, 3) == pytest.approx(60.0 + 30.0 + 30.0)


def test_a_simulated_path_uses_what_was_carried_and_no_more() -> None:
    """Hardly any use in January: the rest is carried over, shipped in February, then gone."""
    net = network()
    calm = steady(net, 5)
    calm.demand[0, 1:] = 0.55
    carry = CarryOver(fraction=sure(1.0), months=1)
    terms = quota(carry_over=carry)
    path = run(net, free(net, 5), replace(calm, quotas=(terms,)))
    total = declared(path, *BUYERS)
    left = 60.0 - total[0]
    assert left > 5.0
    assert path.cap[1, 0] == pytest.approx(60.0 + left)
    assert total[1] == pytest.approx(min(60.0 + left, 100.0), rel=1e-4)
    assert total[2:] == pytest.approx(60.0, rel=1e-8)
    assert (total <= path.cap[:, 0] * (1.0 + 1e-9)).all()


def test_pace_limits_a_month_and_the_year_its_sum() -> None:
    path = shipped((quota(per="year", limit=sure(720.0), pace=sure(1.2)),), 12)
    total = declared(path, *BUYERS)
    assert total[0] == pytest.approx(72.0, rel=1e-8)
    assert total.sum() == pytest.approx(720.0, rel=1e-8)


def test_a_quota_is_counted_on_from_its_announcement() -> None:
    """Buyers with stocks ship more before a quota that they know of."""
    net = network(cover=3.0)
    late, early = (
        run(net, free(net, 4), replace(steady(net, 4), quotas=quotas_of(
            net, [part(announced=day(told), effective=day("2026-03-01"), limit=sure(20.0))],
            PLACES, MONTHS)))
        for told in ("2026-03-01", "2026-01-01")
    )
    before = [declared(each, *BUYERS)[:2] for each in (late, early)]
    assert before[1].sum() > before[0].sum() + 5.0


def test_caps_ahead_expect_full_use_and_believe_what_is_not_known_to_stay() -> None:
    terms = quota(per="year", limit=sure(1200.0))
    ledger = Ledger().opened(terms, 0)
    assert caps_ahead(terms, ledger, 0, 3) == pytest.approx([1200.0, 0.0, 0.0])
    unknown = quota(effective=day("2026-02-01"), announced=day("2026-02-01"))
    assert np.isinf(caps_ahead(unknown, Ledger(), 0, 3)).all()


@settings(max_examples=15, deadline=None)
@given(limit=st.floats(1.0, 110.0), more=st.floats(0.5, 60.0))
def test_a_looser_quota_never_lowers_shipments(limit: float, more: float) -> None:
    tight, loose = (shipped((quota(limit=sure(size)),), 2) for size in (limit, limit + more))
    for month in range(2):
        assert loose.flow[month].sum() >= tight.flow[month].sum() - 1e-6
    assert (price(loose, "USA") <= price(tight, "USA") + 1e-6).all()
    assert max(tight.residual.max(), loose.residual.max()) < 1e-6


def test_quotas_of_one_act_share_a_ledger_and_the_days_of_a_ban_are_not_free() -> None:
    """A ban to 15 March, 20 t for its rest, then 60 t a month; half of March's rest carries on."""
    net = network()
    carry = CarryOver(fraction=sure(0.5), months=2)
    parts = [
        part(id="first", act="A", effective=day("2026-03-16"), until=day("2026-03-31"),
             limit=sure(20.0), carry_over=carry),
        part(id="second", act="A", effective=day("2026-04-01")),
    ]
    banned = np.full((MONTHS.count, len(net.routes)), np.inf)
    banned[:2], banned[2] = 0.0, 16 / 31
    (found,) = quotas_of(net, parts, PLACES, MONTHS, share=banned)
    assert found.limit[2] == 20.0
    assert found.free[2] == pytest.approx(0.0)
    ledger = Ledger().opened(found, 2)
    assert ledger.cap(found, 2) == pytest.approx(20.0)
    ledger = ledger.after(found, 2, 12.0).opened(found, 3)
    assert ledger.cap(found, 3) == pytest.approx(60.0 + 4.0)
    ledger = ledger.after(found, 3, 64.0).opened(found, 4)
    assert ledger.cap(found, 4) == pytest.approx(60.0)


def test_a_quota_that_continues_another_shares_its_ledger() -> None:
    parts = [part(id="a", until=day("2026-02-28")), part(id="b", effective=day("2026-03-01"))]
    assert len(quotas_of(network(), parts, PLACES, MONTHS)) == 2
    parts[1] = replace(parts[1], continues="a")
    assert len(quotas_of(network(), parts, PLACES, MONTHS)) == 1


def test_of_a_year_that_had_begun_the_months_told_have_their_part() -> None:
    months = Months(datetime.date(2026, 10, 1), 6)
    parts = [part(per="year", limit=sure(1200.0))]
    (found,) = quotas_of(network(), parts, PLACES, months)
    assert found.limit[:4] == pytest.approx([300.0, 300.0, 300.0, 1200.0])
