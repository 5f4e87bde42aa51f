"""Stock and money of a reserve: cases by hand, laws for all draws, a second set of books."""

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.data.ledger.movements import (
    Carry,
    Commit,
    Interest,
    Lend,
    Movement,
    Purchase,
    Repay,
)
from orepact.data.ledger.opening import FormText, Opening, ParticipantText, TrancheText
from orepact.data.ledger.store import book, open_ledger
from orepact.studies.vault.basket import Candidate, Goals, shares_of, tonnes_of
from orepact.studies.vault.cash import READINGS, Followed, Plan, Reading, follow
from orepact.studies.vault.events import CASES, Case, Events, events_of, weights_of
from orepact.studies.vault.terms import draws_of, read_terms

MONTHS = 48
NEVER = 10.0**6

CALM = {
    "public_loan": 900.0, "private_capital": 100.0, "funds_used": 1.0, "obligation_years": 2.0,
    "interest_rate": 0.12, "private_return": 0.12, "private_along": 0.0, "upfront_fee": 0.01,
    "trader_fee": 0.0, "carry_margin": 0.0, "overhead": 0.0, "build_months": 1.0,
    "purchase_months": 0.0, "interest_only_years": 3.0, "restore_months": 6.0,
    "spread_share": 0.0, "draw_rate": 0.0, "price_draws": 0.0, "draw_limit": 1.0,
    "emergency_restored": 1.0, "emergency_months": 3.0, "transferred_share": 0.0,
    "sale_discount": 0.0, "origin_rule": 0.0, "origin_premium": 0.0, "premium_kept": 1.0,
    "inflation": 0.0, "default_rate": 0.0,
    "largest_share": 0.5, "emergency_rate": 0.0, "emergency_reach": 0.0,
}
"""One material at 10 USD/t, 100 t for 1,000 USD, no draws, no storage cost, 1 % a month."""


def plan(prices: list[float] | None = None, goals: Goals | None = None, **terms: float) -> Plan:
    draws = {name: np.array([value]) for name, value in {**CALM, **terms}.items()}
    path = np.array(prices or [10.0] * MONTHS)[:, None, None]
    events = Events(np.zeros(path.shape, dtype=bool), np.full((1, 2), NEVER),
                    weights_of(draws["largest_share"], 2))
    return Plan(draws=draws, prices=path, tonnes=np.array([[100.0]]), storage=np.zeros((1, 1)),
                use=np.array([20.0]), base=np.array([10.0]), events=events,
                goals=(goals or Goals(emergency=1.0, market=0.0, demand=0.0)).shares)


def of(run: Followed, name: str) -> float:
    return float(run.figures[name][0])


def flow(run: Followed, name: str) -> list[float]:
    return [round(float(value), 6) for value in run.flows[name][0]]


@pytest.mark.parametrize("reading", READINGS)
def test_a_quiet_reserve_pays_its_loan_from_charge_and_run_off(reading: Reading) -> None:
    run = follow(plan(), reading, "as-drawn", 0)
    # 100 t × 10 USD; 900 from the loan, 100 private; fee 1 %
    assert flow(run, "bought") == [1000.0, 0.0, 0.0, 0.0]
    assert flow(run, "fees") == [10.0, 0.0, 0.0, 0.0]
    # interest 1 % of 900 a month is what manufacturers pay while all is entitled
    assert flow(run, "carry")[:2] == [108.0, 108.0]
    assert flow(run, "interest")[:2] == [108.0, 108.0]
    # the third year runs 12 of 24 parts down at 10 USD/t, the fourth the rest
    assert flow(run, "run_off") == [0.0, 0.0, 500.0, 500.0]
    assert of(run, "cover_interest") == pytest.approx((10.0 + 216.0) / 216.0)
    assert of(run, "spread_result") == 0.0
    assert run.left.max() == pytest.approx(0.0, abs=1e-9)
    # run down from month 25: entitled is 99 … 0 parts of 100, so the charge falls behind interest
    carry = 9.0 * sum(1.0 - (month + 1) / 24.0 for month in range(24))
    assert sum(flow(run, "carry")) == pytest.approx(216.0 + carry)


def test_a_drawer_at_its_old_price_leaves_the_rise_with_the_reserve() -> None:
    # one draw of 20 % in the first month at 10; restored six months later when the price is 15
    prices = [10.0] * 3 + [15.0] * (MONTHS - 3)
    only = {"draw_rate": 0.2 / 3.0, "draw_limit": 0.2}
    goals = Goals(emergency=0.0, market=0.0, demand=1.0)
    drawer = follow(plan(prices, goals, **only), "drawer", "as-drawn", 0)
    seller = follow(plan(prices, goals, **only), "seller", "as-drawn", 0)
    halved = follow(plan(prices, goals, spread_share=0.5, **only), "drawer", "as-drawn", 0)
    # each restored tonne costs 5 more than it was drawn at; half of it where the drawer pays half
    assert of(seller, "spread_result") == 0.0
    assert of(drawer, "spread_result") < 0.0
    assert of(halved, "unfilled") <= of(drawer, "unfilled")
    first = follow(replace(plan(prices, goals, **only), prices=np.array(
        [10.0] * 3 + [15.0] * 7)[:, None, None], events=_none(10)), "drawer", "as-drawn", 0)
    # the fee of 10 USD and nothing else is at hand in month seven: 10 of 100 USD, so 2 of 20 t
    assert flow(first, "spread")[0] == pytest.approx(-10.0, abs=0.01)
    assert of(first, "unfilled") > 0.0


def _none(months: int) -> Events:
    return Events(np.zeros((months, 1, 1), dtype=bool), np.full((1, 2), NEVER),
                  weights_of(np.array([0.5]), 2))


def test_what_is_left_is_taken_at_its_price_only_by_who_is_bound() -> None:
    prices = [10.0] * 6 + [4.0] * (MONTHS - 6)
    drawer = follow(plan(prices), "drawer", "as-drawn", 0)
    seller = follow(plan(prices), "seller", "as-drawn", 0)
    assert sum(flow(drawer, "run_off")) == pytest.approx(400.0)
    assert sum(flow(seller, "run_off")) == pytest.approx(1000.0)
    dear = follow(plan([10.0] * 6 + [14.0] * (MONTHS - 6)), "drawer", "as-drawn", 0)
    assert sum(flow(dear, "run_off")) == pytest.approx(1000.0)  # the holder takes it at 10


DEAR = {"origin_rule": 1.0, "origin_premium": 0.5, "public_loan": 1350.0, "private_capital": 150.0}
"""The dominant exporter is excluded: 100 t cost 15 USD/t where prices are 10."""


def test_material_of_other_origin_keeps_its_worth() -> None:
    # nothing moves: at an exact tie the holder takes its tonnes at 15, no stock is abandoned
    tie = follow(plan(**DEAR), "drawer", "as-drawn", 0)
    assert sum(flow(tie, "run_off")) == pytest.approx(1500.0)
    assert of(tie, "security_worst") == pytest.approx((1500.0 + 1.0) / 1350.0, rel=0.02)
    # a price of 9 is 13.5 with the premium, below 15: it is sold, at what resale keeps of it
    prices = [10.0] * 6 + [9.0] * (MONTHS - 6)
    for kept, worth in ((1.0, 13.5), (0.5, 11.25), (0.0, 9.0)):
        run = follow(plan(prices, **DEAR, premium_kept=kept), "drawer", "as-drawn", 0)
        assert sum(flow(run, "run_off")) == pytest.approx(100.0 * worth)
    # and draws by price come once the market, premium included, is above what was agreed
    dear = follow(plan([10.0] * 6 + [12.0] * (MONTHS - 6), **DEAR, price_draws=0.5), "seller",
                  "as-drawn", 0)
    assert sum(flow(dear, "drawn")) > 0.0


def test_inflation_raises_prices_and_storage_and_lowers_what_is_owed() -> None:
    still = plan(sale_discount=0.2)
    for reading in READINGS:
        calm, rising = (follow(replace(each, storage=np.full((1, 1), 0.01)), reading, "default", 12)
                        for each in (still, plan(sale_discount=0.2, inflation=0.03)))
        # a year later the same tonnes cost 3 % more to store
        years = [sum(0.01 * 100.0 * 1.03 ** (month / 12.0) for month in range(12)), 12.0]
        assert flow(rising, "storage")[0] == pytest.approx(years[0])
        assert flow(calm, "storage")[0] == pytest.approx(years[1])
        assert sum(flow(rising, "sales")) > sum(flow(calm, "sales"))
        assert of(rising, "cover_life") > of(calm, "cover_life")
        assert of(rising, "unpaid_public") < of(calm, "unpaid_public")


def test_nothing_stays_held_for_draws_at_the_end() -> None:
    rising = [10.0 + 0.2 * month for month in range(MONTHS)]
    goals = Goals(emergency=0.0, market=0.0, demand=1.0)
    for reading in READINGS:
        run = follow(plan(rising, goals, build_months=24.0, draw_rate=0.1, restore_months=3.0,
                          public_loan=0.0, private_capital=9000.0), reading, "as-drawn", 0)
        # what was held for draws at an earlier price is at hand in the end, or is missing there
        held = sum(flow(run, "drawn")) - sum(flow(run, "restoring"))
        assert held != pytest.approx(0.0, abs=0.01)
        assert sum(flow(run, "sales")) == pytest.approx(held, abs=0.01)


def test_a_default_sells_the_stock_and_a_leaver_stays_bound_as_a_seller() -> None:
    prices = [10.0] * 6 + [4.0] * (MONTHS - 6)
    fails = follow(plan(prices), "seller", "default", 12)
    # half of 100 t falls and is sold at 4; the other half runs off at 10
    assert sum(flow(fails, "sales")) == pytest.approx(200.0)
    assert sum(flow(fails, "run_off")) == pytest.approx(500.0)
    shared = follow(plan(prices, transferred_share=0.4), "seller", "default", 12)
    assert sum(flow(shared, "sales")) == pytest.approx(20.0 * 10.0 + 30.0 * 4.0)
    leaves = follow(plan(prices), "seller", "leave", 12)
    assert sum(flow(leaves, "sales")) == 0.0
    assert sum(flow(leaves, "run_off")) == pytest.approx(1000.0)
    assert sum(flow(leaves, "carry")) < sum(flow(follow(plan(prices), "seller", "as-drawn", 0),
                                                 "carry"))


def test_emergency_access_gives_the_owners_use_and_no_more() -> None:
    given_plan = plan()
    disrupted = np.zeros((MONTHS, 1, 1), dtype=bool)
    disrupted[6:8] = True
    events = Events(disrupted, np.full((1, 2), NEVER), weights_of(np.array([0.5]), 2))
    run = follow(replace(given_plan, events=events), "seller", "as-drawn", 0)
    assert of(run, "emergency_met") == pytest.approx(1.0)  # 20 t a month out of 100 t
    assert flow(run, "drawn")[0] == pytest.approx(400.0)
    final = follow(replace(plan(emergency_restored=0.0), events=events), "seller", "as-drawn", 0)
    assert flow(final, "sales")[0] == pytest.approx(400.0)
    assert sum(flow(final, "restoring")) == 0.0


def test_without_a_loan_there_is_no_cover_and_nothing_owed() -> None:
    run = follow(plan(public_loan=0.0, private_capital=1000.0), "seller", "as-drawn", 0)
    assert of(run, "cover_life") == np.inf
    assert of(run, "unpaid_public") == 0.0


def drawn_plan(seed: int, months: int = 60, members: int = 8) -> Plan:
    terms = read_terms()
    draws = draws_of(terms, members, seed)
    draws["build_months"] = np.minimum(draws["build_months"], 24.0)
    random = np.random.default_rng(seed)
    prices = 10.0 * np.exp(np.cumsum(0.1 * random.standard_normal((months, members, 3)), axis=0))
    base = np.array([10.0, 8.0, 100.0])
    return Plan(
        draws=draws, prices=prices * base / 10.0, base=base, use=np.array([5e6, 1e6, 2e5]),
        tonnes=random.uniform(1e6, 4e8, (members, 3)), storage=random.uniform(0, 0.2, (members, 3)),
        events=events_of(draws, months, 3, 8, seed), goals=Goals().shares,
    )


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("case", CASES)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_tonne_and_no_dollar_is_made_or_lost(reading: Reading, case: Case, seed: int) -> None:
    run = follow(drawn_plan(seed), reading, case, 20)
    scale = max(1.0, float(np.abs(run.flows["bought"]).max()))
    assert np.abs(run.money_gap).max() <= 1e-9 * scale
    assert np.abs(run.balance).max() <= 1e-9 * scale
    assert run.left.max() <= 1e-9 * scale
    assert run.stock.min() >= -1e-9 * scale
    assert (run.figures["unpaid_public"] >= -1e-6).all()
    assert (run.figures["unfilled"] >= 0.0).all()


def test_the_same_draws_give_the_same_run_and_the_default_comes_on_top() -> None:
    one, two = (follow(drawn_plan(3), "drawer", "as-drawn", 0) for _ in range(2))
    assert all((one.flows[name] == two.flows[name]).all() for name in one.flows)
    never = follow(drawn_plan(3), "drawer", "default", 10_000)
    assert all((one.flows[name] == never.flows[name]).all() for name in one.flows)


def held(material: str, *, use: float, imports: float, output: float, other: float) -> Candidate:
    return Candidate(material=material, title=material, chain="c", mineral=material, grade="B",
                     price=10.0, use=use, imports=imports, output=output, other=other,
                     storage=(0.0, 0.0, 0.0), shelf=None)


BOTH = (held("a", use=30.0, imports=10.0, output=1000.0, other=100.0),
        held("b", use=10.0, imports=10.0, output=1000.0, other=1000.0))


def test_goals_share_the_money_out_by_their_rules() -> None:
    flat = np.array([0.2, 0.6])
    pure: Any = {name: shares_of(BOTH, Goals(**{
        each: float(each == name) for each in ("emergency", "market", "demand")}), flat)
        for name in ("emergency", "market", "demand")}
    assert pure["emergency"].tolist() == [0.5, 0.5]
    assert pure["demand"].tolist() == [0.75, 0.25]
    assert pure["market"].tolist() == [0.5, 0.5]  # 30 × 0.2 : 10 × 0.6
    mixed = shares_of(BOTH, Goals(emergency=1.0, market=0.0, demand=1.0), flat)
    assert mixed.tolist() == [0.625, 0.375]


def test_what_the_world_does_not_make_cannot_be_bought() -> None:
    def bought(money: float, excluded: float) -> list[float]:
        found = tonnes_of(BOTH, np.array([0.5, 0.5]), np.array([money]), np.array([0.1]),
                          np.array([10.0]), np.array([excluded]))
        return [round(float(value), 6) for value in found[0]]

    assert bought(2000.0, 0.0) == [100.0, 100.0]
    # without the dominant exporter 10 % of 100 t a month for ten months is 100 t of a
    assert bought(4000.0, 1.0) == [100.0, 300.0]
    assert bought(1e6, 1.0) == [100.0, 1000.0]
    assert bought(0.0, 0.0) == [0.0, 0.0]


def test_a_second_set_of_books_comes_to_the_same_cents(tmp_path: Path) -> None:
    """Book the quiet reserve's movements in a ledger: cash and debt agree with the simulator."""
    day = datetime.date(2027, 1, 1)
    path = tmp_path / "ledger.db"
    _ = open_ledger(path, Opening(
        name="quiet", opened=day, reading="seller", forms=(FormText(form="m", capacity=100.0),),
        participants=(ParticipantText(participant="all"),),
        tranches=(TrancheText(tranche="public", limit=900.0),
                  TrancheText(tranche="private", limit=100.0)),
    ))
    movements: list[Movement] = [
        Lend(day=day, tranche="public", usd=900.0), Lend(day=day, tranche="private", usd=100.0),
        Commit(day=day, commitment="c", participant="all", form="m", tonnes=100.0, price=10.0,
               fee=10.0),
        Purchase(day=day, form="m", tonnes=100.0, price=10.0, commitment="c"),
    ]
    for _ in range(12):
        movements += [Carry(day=day, participant="all", usd=9.0),
                      Interest(day=day, tranche="public", usd=9.0),
                      Repay(day=day, tranche="public", usd=9.0)]
    books = [ledger for _, ledger in book(path, movements)][-1].books
    run = follow(plan(), "seller", "as-drawn", 0)
    year = {name: flow(run, name)[0] for name in run.flows}
    assert books.balance("reserve", "money") == round(
        100 * (year["fees"] + year["carry"] - year["interest"]))
    assert books.balance("public", "debt") == 90_000
    assert books.balance("reserve", "material", "m") == round(1e6 * run.stock[0, 11] / 10.0)
