"""Reserves in the simulator: cases by hand, the ledger, and that no reserve changes nothing."""

from __future__ import annotations

import datetime
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Literal, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.model.curve import Array
from orepact.model.window import WindowMonth
from orepact.network import Demand, Material, Network, Process, Region, Route
from orepact.network.components import Reserve
from orepact.network.links import Links
from orepact.policy.release import (
    Emergency,
    Replenish,
    Rule,
    Rulebook,
    Size,
    Stop,
    Trigger,
)
from orepact.result import Months, Setting, Simulation, Simulator
from orepact.result.linked import Linked, simulate_linked
from orepact.result.releases import Release, releases_of
from orepact.studies.replay import Told, paths_under
from tests.result.scenes import CALM, WINDOW, free, held, network, run, steady

MONTHS = 12
PATHS = ("price", "consumption", "production", "flow", "level", "residual", "rent", "cap")
ALWAYS = Trigger(group_loss=0.01)


def calendar(count: int = MONTHS) -> Months:
    return Months(datetime.date(2026, 11, 1), count + WINDOW - 1)


def reserve(**given: Any) -> Reserve:
    plain = Reserve(name="store", owner="USA", region="USA", material="ore", held=60.0)
    return replace(plain, **given)


def book(**given: Any) -> Rulebook:
    plain = Rule(id="rule", reason="a test", trigger=ALWAYS, size=Size(share_of_shortfall=1.0))
    return Rulebook(rulebook="test", title="Test", text="", version=1,
                    rules=(replace(plain, **given),))


def told(one: Network, rules: Rulebook, *reserves: Reserve, months: int = MONTHS,
         begins: int = 0) -> tuple[Release, ...]:
    return releases_of(reserves, rules, one, calendar(months), begins=begins)


def two(trade: float) -> Network:
    """Return two regions that make 100 t and use 100 t each, and trade as much either way."""
    parts: list[Process | Demand | Route] = []
    for region in ("USA", "JPN"):
        parts += [
            Process(name=f"mine@{region}", region=region, outputs={"ore": 1.0}, base=100.0,
                    capacity=100.0, cost=1000.0),
            Demand(name=f"ore@{region}", region=region, material="ore", base=100.0,
                   elasticity=0.25),
        ]
    if trade:
        parts += [Route(name=f"ore:{one}>{other}", material="ore", exporter=one, importer=other,
                        base=trade) for one, other in (("USA", "JPN"), ("JPN", "USA"))]
    empty = Network(regions=(Region(name="USA"), Region(name="JPN")),
                    materials=(Material(name="ore", price=1000.0),))
    return empty.including(*parts)


def outage(one: Network, activity: float, releases: tuple[Release, ...] = (),
           months: int = MONTHS) -> Setting:
    calm = steady(one, months)
    calm.supply[1:] = activity
    return replace(calm, releases=releases)


def use(path: Simulation, region: str) -> Array:
    return path.consumption[:, list(path.tables.demands["region"]).index(region)]


def cost(path: Simulation, region: str) -> Array:
    return path.price[:, list(path.tables.nodes["region"]).index(region)]


def test_without_trade_every_tonne_released_is_used_where_it_lies() -> None:
    """Both mines stand at 80 of 100 t. Seen in month 2, 20 t are missing and given. That brings the
    price back to base, so it waits a month to see whether the loss is over: it is not. Of 60 t
    nothing is left after three such months. JPN keeps its 80 t.
    """
    one = two(0.0)
    quiet = run(one, free(one, MONTHS), outage(one, 0.8))
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, book(), reserve())))
    assert path.released[:, 0] == pytest.approx([0, 0, 20, 0, 20, 0, 20] + [0] * 5, abs=1e-3)
    assert use(path, "USA") == pytest.approx([100, 80, 100, 80, 100, 80, 100] + [80] * 5, abs=0.05)
    assert use(path, "JPN") == pytest.approx(use(quiet, "JPN"), abs=1e-6)
    assert (use(path, "USA") >= use(quiet, "USA") - 1e-6).all()
    assert cost(path, "USA")[2:7:2] == pytest.approx(1.0, abs=0.01)


def test_with_free_trade_half_of_what_one_of_two_equals_releases_is_used_by_the_other() -> None:
    """Supply is 160 t + r, both want the same at one price: each uses 80 t + r/2.

    USA exports its half, so its own supply falls by as much as the rule then sees as loss.
    """
    one = two(30.0)
    rules = book(size=Size(tonnes=10.0))
    quiet = run(one, free(one, MONTHS), outage(one, 0.8))
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, rules, reserve())))
    assert path.released[2:8, 0] == pytest.approx(10.0)
    for region in ("USA", "JPN"):
        assert use(path, region)[2:8] == pytest.approx(85.0, abs=0.1)
        assert use(path, region)[8:] == pytest.approx(use(quiet, region)[8:], abs=0.1)


@pytest.mark.parametrize(("rules", "store", "begins"), [
    (book(), reserve(held=0.0), 0),
    (book(trigger=Trigger(group_loss=0.99)), reserve(), 0),
    (book(materials=("metal",)), reserve(), 0),
    (book(start="2030-01"), reserve(), 0),
    (book(), reserve(material="metal"), 0),
    (book(), reserve(), MONTHS),
], ids=["empty", "trigger not met", "no rule", "rule of later", "other material", "later"])
def test_a_reserve_that_gives_nothing_changes_nothing_bit_for_bit(
    rules: Rulebook, store: Reserve, begins: int
) -> None:
    one = network(cover=1.0)
    quiet = run(one, held(one, MONTHS, 0.2), steady(one, MONTHS))
    releases = told(one, rules, store, begins=begins)
    path = run(one, held(one, MONTHS, 0.2), replace(steady(one, MONTHS), releases=releases))
    for name in PATHS:
        assert np.array_equal(getattr(path, name), getattr(quiet, name))
    assert not path.released.any()
    assert not path.received.any()


def test_notice_and_lead_time_say_when_tonnes_arrive() -> None:
    """Half a month of notice and one of lead time: of what leaves in month 2 half arrives in 3."""
    one = two(0.0)
    rules = book(size=Size(share_of_shortfall=1.0, at_most=1.0 / 6.0), notice=365.25 / 24.0)
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, rules, reserve(lead=1))))
    usa = list(path.tables.nodes["region"]).index("USA")
    assert path.released[:, 0] == pytest.approx([0, 0] + [10] * 6 + [0] * 4)
    assert path.received[:, usa] == pytest.approx([0, 0, 0, 5, 10, 10, 10, 10, 10, 5, 0, 0])
    assert use(path, "USA")[3] == pytest.approx(85.0, abs=0.05)
    own = book(size=Size(share_of_shortfall=1.0), lead=0)
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, own, reserve(lead=3))))
    assert path.received[2, usa] == pytest.approx(20.0, abs=1e-3)


def test_a_price_has_to_stand_for_months() -> None:
    """Price (80/100)^-4 = 2.44 is seen from month 2 on; three months in a row end with month 4."""
    one = two(0.0)
    rules = book(trigger=Trigger(price=2.0, price_months=3), size=Size(tonnes=1.0))
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, rules, reserve())))
    assert np.flatnonzero(path.released[:, 0])[0] == 4


def test_a_release_goes_on_until_the_stop_levels_and_rests_after_its_months() -> None:
    one = two(0.0)
    rules = book(trigger=Trigger(price=2.0), size=Size(tonnes=6.0))
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, rules, reserve())))
    assert list(np.flatnonzero(path.released[:, 0])) == [2, 4, 6, 8, 10]
    lasting = replace(rules, rules=(replace(rules.rules[0], stop=Stop(price=1.5)),))
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, lasting, reserve())))
    assert list(np.flatnonzero(path.released[:, 0])) == list(range(2, 12))
    short = book(size=Size(tonnes=2.0), stop=Stop(months=3))
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, short, reserve())))
    assert list(np.flatnonzero(path.released[:, 0])) == [2, 3, 4]


def test_it_is_filled_again_to_what_it_held_and_never_faster_than_allowed() -> None:
    """The mines stand still in months 1 to 3 only; 60 t are gone by month 5. From the third month
    after the last release on 5 t a month are bought: 5 % of the 100 t that are made.
    """
    one = two(0.0)
    setting = outage(one, 0.8, told(
        one, book(replenish=Replenish(price_below=1.5, tonnes=20.0, after=3, supply_share=0.05)),
        reserve(held=20.0)))
    setting.supply[2:] = 1.0
    path = run(one, free(one, MONTHS), setting)
    assert path.released[:, 0] == pytest.approx([0, 0, 20] + [0] * 9, abs=1e-3)
    assert path.bought[:, 0] == pytest.approx([0] * 5 + [5] * 4 + [0] * 3, abs=1e-3)
    assert path.reserve_level[-1, 0] == pytest.approx(20.0)
    assert use(path, "USA")[5] == pytest.approx(95.0, abs=0.05)


def test_it_waits_for_a_low_price_unless_it_is_overdue() -> None:
    one = two(0.0)
    buying = Replenish(price_below=1.2, share_of_stock=0.5, after=1, supply_share=0.1)
    rules = book(replenish=buying, stop=Stop(months=1))
    short = outage(one, 0.8, told(one, rules, reserve(held=10.0)))
    assert not run(one, free(one, MONTHS), short).bought.any()
    due = book(replenish=replace(buying, by=4), stop=Stop(months=1))
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, due, reserve(held=10.0))))
    assert list(np.flatnonzero(path.bought[:, 0])) == [6, 7]


def test_an_emergency_releases_more() -> None:
    one = two(0.0)
    urgent = Emergency(trigger=Trigger(group_loss=0.15), size=Size(tonnes=12.0))
    rules = book(size=Size(tonnes=3.0), emergency=urgent, notice=90.0)
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, rules, reserve())))
    usa = list(path.tables.nodes["region"]).index("USA")
    assert path.released[2, 0] == pytest.approx(12.0)
    assert path.received[2, usa] == pytest.approx(12.0)
    path = run(one, free(one, MONTHS), outage(one, 0.9, told(one, rules, reserve())))
    assert path.released[2, 0] == pytest.approx(3.0)


def shares(path: Simulation, month: int) -> dict[str, float]:
    regions = path.tables.nodes["region"]
    return {str(regions[number]): float(tonnes)
            for number, tonnes in enumerate(path.received[month]) if tonnes}


def unequal(one: Network, releases: tuple[Release, ...]) -> Setting:
    """Return a setting in which USA misses 30 t and JPN 10 t from month 1 on."""
    setting = outage(one, 1.0, releases)
    setting.supply[1:, 0], setting.supply[1:, 1] = 0.7, 0.9
    return setting


@pytest.mark.parametrize(("rule", "usa", "jpn"), [
    ("proportional", 15.0, 5.0), ("equal-awards", 10.0, 10.0), ("equal-losses", 20.0, 0.0),
    ("talmud", 15.0, 5.0), ("random-arrival", 15.0, 5.0),
])
def test_members_that_are_short_share_by_rule(rule: Any, usa: float, jpn: float) -> None:
    """Claims of 30 t and 10 t on 20 t; half of each claim by the Talmud, since 20 is half of 40."""
    one = two(0.0)
    joint = reserve(entitled=("USA", "JPN"))
    rules = book(size=Size(share_of_shortfall=0.5), allocation=rule)
    path = run(one, free(one, MONTHS), unequal(one, told(one, rules, joint)))
    found = shares(path, 2)
    assert found.get("USA", 0.0) == pytest.approx(usa, abs=1e-3)
    assert found.get("JPN", 0.0) == pytest.approx(jpn, abs=1e-3)


def test_where_one_member_sets_it_off_it_alone_receives() -> None:
    one = two(0.0)
    joint = reserve(entitled=("USA", "JPN"))
    rules = book(trigger=Trigger(group_loss=0.25, member_loss=0.2))
    path = run(one, free(one, MONTHS), unequal(one, told(one, rules, joint)))
    assert shares(path, 2) == {"USA": pytest.approx(30.0, abs=1e-3)}


def test_two_reserves_do_not_meet_the_same_shortfall_twice() -> None:
    one = two(0.0)
    stores = reserve(held=12.0), reserve(name="other", held=60.0)
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, book(), *stores)))
    assert path.released[2] == pytest.approx([12.0, 8.0], abs=1e-3)


@pytest.mark.parametrize("trade", [0.0, 30.0])
@pytest.mark.parametrize("of", ["use", "supply"])
def test_a_release_that_makes_up_part_of_a_loss_does_not_hide_it(
    of: Literal["use", "supply"], trade: float
) -> None:
    """20 t are missing without a release: half of that is given in each month, and 20 stay missing.

    With trade each of two equals uses half of it, and the other half crowds out supply.
    """
    one = two(trade)
    rules = book(trigger=Trigger(group_loss=0.15, of=of), size=Size(share_of_shortfall=0.5))
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, rules, reserve())))
    assert path.released[2:8, 0] == pytest.approx(10.0, abs=0.1)


def test_all_levels_or_any_of_them() -> None:
    """At 80 t of 100 the loss is 20 % and the price 2.44: with `all` 3.0 holds it back."""
    one = two(0.0)
    cases: list[tuple[Literal["any", "all"], float, int | None]] = [
        ("any", 3.0, 2), ("all", 2.0, 2), ("all", 3.0, None),
    ]
    for when, price, first in cases:
        trigger = Trigger(group_loss=0.1, price=price, when=when)
        rules = book(trigger=trigger, size=Size(tonnes=1.0))
        path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, rules, reserve())))
        assert next(iter(np.flatnonzero(path.released[:, 0])), None) == first


def test_a_rule_holds_in_its_months_and_what_is_under_way_still_arrives() -> None:
    """November 2026 is month 0: the rule ends with January, month 2, and 20 t arrive in month 4."""
    one = two(0.0)
    rules = book(until="2027-01")
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, rules, reserve(lead=2))))
    usa = list(path.tables.nodes["region"]).index("USA")
    assert list(np.flatnonzero(path.released[:, 0])) == [2]
    assert list(np.flatnonzero(path.received[:, usa])) == [4]
    rules = book(start="2027-03")
    path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, rules, reserve())))
    assert np.flatnonzero(path.released[:, 0])[0] == 4


def test_bounds_of_rule_and_reserve_on_a_month() -> None:
    one = two(0.0)
    for size, most, month in (
        (Size(share_of_shortfall=1.0, at_most=0.1), 1e9, 6.0),
        (Size(share_of_shortfall=1.0), 5.0, 5.0),
        (Size(share_of_shortfall=0.1, at_least=0.05), 1e9, 3.0),
        (Size(share_of_stock=0.25), 1e9, 15.0),
    ):
        stores = told(one, book(size=size), reserve(release=most))
        path = run(one, free(one, MONTHS), outage(one, 0.8, stores))
        assert path.released[2, 0] == pytest.approx(month, abs=1e-3)


def test_cover_sets_it_off() -> None:
    one = network(cover=1.0)
    rules = book(trigger=Trigger(cover_days=25.0), size=Size(tonnes=5.0))
    path = run(one, held(one, MONTHS, 0.2), replace(steady(one, MONTHS),
                                                    releases=told(one, rules, reserve())))
    first = int(np.flatnonzero(path.released[:, 0])[0])
    stock = path.level[:, list(path.tables.stocks["region"]).index("USA")]
    days = 365.25 / 12.0 * stock / use(path, "USA")
    assert (days[: first - 1] > 25.0).all()
    assert days[first - 1] <= 25.0


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0.0, 300.0), st.floats(0.3, 1.1), st.integers(0, 3), st.floats(0.0, 80.0),
    st.sampled_from([Size(share_of_shortfall=0.7, at_most=0.4), Size(tonnes=17.0),
                     Size(share_of_stock=0.3)]),
    st.sampled_from(["proportional", "equal-losses", "talmud"]), st.sampled_from([0.4, 1.0]),
)
def test_the_ledger_of_a_reserve_balances(
    tonnes: float, activity: float, lead: int, notice: float, size: Size, rule: Any, later: float,
) -> None:
    """Held before + bought = held now + released; released = received + under way; none below 0."""
    one = two(30.0)
    rules = book(
        trigger=Trigger(group_loss=0.07, price=2.0, price_months=2), size=size, notice=notice,
        allocation=rule, stop=Stop(months=4),
        replenish=Replenish(price_below=1.9, share_of_stock=0.2, after=1, by=3))
    joint = reserve(held=tonnes, lead=lead, entitled=("USA", "JPN"))
    setting = outage(one, activity, told(one, rules, joint))
    setting.supply[6:] = later
    path = run(one, free(one, MONTHS), setting)
    scale = 1e-9 * max(1.0, tonnes)
    sent, bought = path.released.sum(axis=1), path.bought.sum(axis=1)
    level = path.reserve_level[:, 0]
    assert np.abs(tonnes - np.cumsum(sent) + np.cumsum(bought) - level).max() <= scale
    under_way = float(path.last.reserves["store"].due.sum())
    assert abs(sent.sum() - path.received.sum() - under_way) <= scale
    assert level.min() >= 0.0
    assert level.max() <= tonnes + scale
    assert path.residual.max() <= 1e-6
    assert (path.received >= 0.0).all()


def test_the_path_of_month_after_month_is_the_same_path() -> None:
    one = network(cover=1.0)
    setting = replace(steady(one, MONTHS), releases=told(one, book(notice=20.0), reserve(lead=1)))
    simulator = Simulator.of(one, CALM, WINDOW)
    whole = simulator.run(held(one, MONTHS, 0.2), setting)
    chain = Linked(one, simulator, held(one, MONTHS, 0.2), setting)
    found = simulate_linked({"a": chain}, Links()).pop("a").simulation
    for name in (*PATHS, "released", "bought", "reserve_level", "received"):
        assert getattr(found, name) == pytest.approx(getattr(whole, name), abs=1e-6)


@pytest.mark.parametrize("of", ["use", "supply"])
def test_a_release_ends_once_the_market_is_back_at_base(of: Literal["use", "supply"]) -> None:
    """Both mines stand at 80 of 100 t in months 1 to 4. From month 5 on nothing is missing, which
    is seen in month 6: 30 t a month would otherwise count as a loss of 15 or 30 % for ever.
    """
    one = two(30.0)
    rules = book(trigger=Trigger(group_loss=0.07, of=of), stop=Stop(loss=0.05),
                 size=Size(share_of_shortfall=1.0, at_least=0.05))
    setting = outage(one, 0.8, told(one, rules, reserve(held=600.0)))
    setting.supply[5:] = 1.0
    path = run(one, free(one, MONTHS), setting)
    assert list(np.flatnonzero(path.released[:, 0])) == [2, 3, 4, 5]


def test_nothing_is_released_below_the_price_at_which_it_buys() -> None:
    """At 80 of 100 t the price is 2.44, with 10 t more (90/100)^-4 = 1.52: seen in month 3."""
    one = two(0.0)
    urgent = Emergency(trigger=Trigger(group_loss=0.05), size=Size(tonnes=11.0))
    for emergency in (None, urgent):
        rules = book(trigger=Trigger(group_loss=0.01, price=2.0), size=Size(tonnes=10.0),
                     emergency=emergency,
                     replenish=Replenish(price_below=1.6, tonnes=1.0, after=9))
        path = run(one, free(one, MONTHS), outage(one, 0.8, told(one, rules, reserve())))
        seen = cost(path, "USA")[:-1]
        assert (seen[path.released[1:, 0] > 0.0] >= 1.6).all()
        assert list(np.flatnonzero(path.released[:, 0])) == [2, 4, 6, 8, 10]


def test_a_tonne_is_believed_to_be_used_by_all_who_trade_and_by_nobody_else() -> None:
    given = np.array([10.0, 0.0])
    for trade, expected in ((0.0, [10.0, 0.0]), (30.0, [5.0, 5.0])):
        gauge = Simulator.of(two(trade), CALM, WINDOW).gauge
        assert gauge.believed_use(given, np.full(2, 1.5)) == pytest.approx(expected)
        assert not gauge.believed_use(given, np.ones(2)).any()


def test_works_that_stock_up_do_not_hide_what_final_users_go_without() -> None:
    gauge = Simulator.of(network(cover=1.0), CALM, WINDOW).gauge
    tables = gauge.tables
    month = SimpleNamespace(production=2.0 * tables.processes["base"],
                            consumption=0.8 * tables.demands["base"],
                            flow=tables.routes["base"])
    seen = gauge.seen(cast("WindowMonth", month), shipped=tables.routes["base"][None, :],
                      level=tables.stocks["initial"], price=np.ones(len(tables.nodes)),
                      demand=np.ones(len(tables.demands)))
    final = gauge.use - seen.use
    assert final.sum() == pytest.approx(
        (0.2 * tables.demands["base"] / gauge.worth[tables.demands["node"]]).sum())


def test_paths_with_and_without_a_reserve_share_their_past() -> None:
    one = network(cover=1.0)
    months = 3 + MONTHS
    controls = held(one, months, 0.2)
    plain = Told(controls, steady(one, months))
    releases = told(one, book(), reserve(), months=months, begins=3)
    with_reserve = Told(controls, replace(plain.setting, releases=releases))
    simulator = Simulator.of(one, CALM, WINDOW)
    found = paths_under(simulator, {"without": plain, "with": with_reserve}, 3, MONTHS)
    assert found.replays["with"] is found.replays["without"]
    assert found.further["with"] is not found.further["without"]
    assert found.further["with"].released.sum() == pytest.approx(60.0)
    assert found.further["with"].released[0, 0] > 0.0
