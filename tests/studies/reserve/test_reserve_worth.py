"""What a size says of its worth, of what may happen, and of the simulator beside the plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from orepact.network import Reserve, World, read_world
from orepact.network.stored_forms import world_forms
from orepact.policy import Register, load_register
from orepact.policy.release import find_rulebook
from orepact.result.two_stage import Sizing
from orepact.studies.reserve import cases
from orepact.studies.reserve.cases import SizingDesign, cases_of
from orepact.studies.reserve.paid import PaidPrice
from orepact.studies.reserve.recheck import simulated_entries
from orepact.studies.reserve.sizing import ReserveSizing, reserve_sizing, solved
from orepact.studies.reserve.suppositions import read_suppositions
from orepact.studies.reserve.worth import expected_worth, tail_worth
from orepact.views.reserve_size_brief import reserve_size_html
from orepact.views.reserve_size_kinds import kind_rows
from orepact.views.reserve_size_table import (
    fill_rows,
    headline,
    nothing_line,
    simulated_rows,
    tornado_lines,
)
from tests.studies.shapes import require_shape

DESIGN = SizingDesign(
    chains=("gallium",), owners=("EU27",), futures=8, first_month="2026-12", tornado=0, sample=0
)
TAIL = 0.6


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def tailed(world: World, register: Register) -> ReserveSizing:
    """Return a size at base prices that weighs the tail, simulated in two futures."""
    def base(*_: object) -> dict[str, PaidPrice]:
        return {}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cases, "paid_prices", base)
        return reserve_sizing(replace(DESIGN, tail=TAIL, sample=2), world=world, register=register)


def _sizing(spent: float, futures: list[dict[str, Any]]) -> Sizing:
    return Sizing(
        fills=pl.DataFrame(), shortage=pl.DataFrame(), futures=pl.DataFrame(futures), budget=None,
        spent=spent, budget_dual=0.0, value=0.0, stochastic_low=None,
        stochastic_high=None, mean_bought={},
        information_low=None, information_high=None, gap=0.0, iterations=1, solves=1, seconds=0.0,
        method="multi-cut", months=12, tail=0.5, level=0.9)


def test_worth_in_the_mean_and_in_the_tail_by_hand() -> None:
    """Derivation: 0.9 × −1 + 0.1 × 60 − 2 = 3.1; the worst tenth is the second future: 60 − 2."""
    sizing = _sizing(2.0, [
        {"case": "a", "future": "calm", "weight": 0.9, "cost_without": 0.0, "cost_with": 1.0},
        {"case": "a", "future": "stop", "weight": 0.1, "cost_without": 100.0, "cost_with": 40.0},
    ])
    assert expected_worth(sizing) == pytest.approx(3.1)
    assert tail_worth(sizing) == pytest.approx(58.0)


def test_the_objective_is_told_apart_from_expected_worth(tailed: ReserveSizing) -> None:
    """Law: the plan maximises (1 − weight) × expected worth + weight × worth in the tail."""
    content = tailed.content
    require_shape("reserve-size", content)
    worth = content["worth"]
    assert content["spent"] > 0.0
    assert content["value"] == pytest.approx(
        (1.0 - TAIL) * worth["expected"] + TAIL * worth["tail"], rel=1e-6)
    assert worth["expected"] < content["value"]
    told = " ".join(headline(content))
    assert "which is no expected worth" in told
    assert "in the mean of the worst 10 % of futures" in told


def test_whose_benefit_it_is_stands_in_the_headline(tailed: ReserveSizing) -> None:
    content = tailed.content
    avoided = {one["region"]: 0.0 for one in content["shortage"]}
    for one in content["shortage"]:
        avoided[one["region"]] += one["expected_usd_avoided"]
    part = avoided["EU27"] / sum(avoided.values())
    assert content["owners_part"] == pytest.approx(part)
    line = next(one for one in headline(content) if "everybody on the market" in one)
    assert f"{100 * part:.0f} %" in line


def test_one_form_of_one_chain_is_told_so(tailed: ReserveSizing) -> None:
    assert "1 form of 1 chain;" in headline(tailed.content)[1]
    assert "seed 1; 1 chain;" in reserve_size_html(tailed.content)


def test_calm_years_are_told_apart_and_events_name_whom_they_hit(tailed: ReserveSizing) -> None:
    kinds = {one["kind"]: one for one in tailed.content["kinds"]}
    assert sum(one["weight"] for one in kinds.values()) == pytest.approx(1.0)
    assert kinds["back"]["weight"] > 0.0
    assert kinds["stop"]["who"] == ["CHN"]
    assert kinds["stop"]["goods"] == ["gallium-primary, gallium-refined"]
    rows = {one["what"]: one for one in kind_rows(tailed.content)}
    assert rows["China stops"]["weight"] == "3 %"
    assert rows["nothing"]["goods"] == ""
    assert "China stops" in reserve_size_html(tailed.content)


def test_every_card_stands_in_the_brief(tailed: ReserveSizing) -> None:
    page = reserve_size_html(tailed.content)
    for card in tailed.content["cards"]:
        assert card["title"].replace("'", "&#39;") in page


def test_plan_and_simulator_count_the_same(tailed: ReserveSizing) -> None:
    (row,) = tailed.content["simulated"]["results"]
    for name in ("planned", "simulated"):
        for end in ("", "_owners"):
            unmet = row[("planned_" if name == "planned" else "") + "unmet_usd" + end]
            assert row[name + end] == pytest.approx(1.0 - unmet["with"] / unmet["without"])
        assert row[name] >= -1e-6
    assert row["planned_unmet_usd_owners"]["without"] < row["planned_unmet_usd"]["without"]
    (told,) = simulated_rows(tailed.content)
    assert told["plan_owners"].endswith("%")


def test_what_was_held_before_avoids_nothing_anew(world: World, register: Register) -> None:
    """Law: tonnes that were held already are there without what is bought as well."""
    cards = read_suppositions(world)
    held = (Reserve(name="a", owner="EU27", region="EU27", material="gallium-primary", held=30.0),)
    some = cases_of(world, register, DESIGN, cards, world_forms(world.folder), held=held)
    base = solved(some, replace(DESIGN, budget=0.0), cards, regret=False)
    little = replace(base, fills=base.fills.with_columns(pl.lit(1e-6).alias("bought_t")))
    found = simulated_entries(
        some, little, find_rulebook("default"),
        lambda each: solved(each, replace(DESIGN, budget=0.0), cards, regret=False), sample=1)
    (row,) = found["results"]
    assert row["simulated_owners"] == pytest.approx(0.0, abs=1e-4)
    assert row["planned_owners"] == pytest.approx(0.0, abs=1e-3)


def test_a_tornado_of_few_futures_says_so_and_none_says_what_was_not_run() -> None:
    tornado: dict[str, Any] = {
        "futures": 2, "value": 1.0, "spent": 1.0, "tonnes": {}, "factors": []}
    assert any("for its signs" in one for one in tornado_lines({"tornado": tornado}))
    enough = tornado_lines({"tornado": {**tornado, "futures": 9}})
    assert not any("for its signs" in one for one in enough)
    assert "half and double" in tornado_lines({"tornado": None})[0]


@pytest.mark.parametrize("months", [3.0, 12.0])
def test_stops_are_made_anew_from_a_card_at_its_end(
    world: World, register: Register, months: float
) -> None:
    cards = read_suppositions(world).fixed("reserve-stop-months", months)
    (case,) = cases_of(world, register, DESIGN, cards, world_forms(world.folder))
    stops = [one for one in case.futures.futures if one.kind == "stop"]
    assert {one.words["months"] for one in stops} == {months}


def test_weak_accounts_and_what_caps_are_told_apart() -> None:
    """Law: a canister of 0.2 % metal is told as it lies, a year of use is no market depth."""
    fill = {
        "chain": "a", "material": "gallium-primary", "form": "ingot in bottles", "owner": "EU27",
        "tonnes": 9.7, "tonnes_least": 0.0, "tonnes_most": 12.0, "tonnes_as_they_lie": 4850.0,
        "usd": 970.0, "price": 100.0,
        "latest_price": 200.0, "latest_period": "2025-12",
        "months_of_world_output": None, "days_of_net_imports": None,
        "next_tonne": None, "capped_by": "use", "grade": "A", "weak_account": False,
    }
    weak = {**fill, "grade": "D", "weak_account": True, "capped_by": "depth"}
    content = {"fills": [fill, weak], "tornado": None}
    (strong_row,), (weak_row,) = fill_rows(content), fill_rows(content, weak=True)
    assert strong_row["cap"] == "12 months of own use"
    assert strong_row["tonnes"] == "9.7 (4\u202f800 as they lie)"
    assert strong_row["price"] == "100; 200 in 2025-12"
    assert (weak_row["cap"], weak_row["grade"]) == ("market depth", "D")
    assert strong_row["ends"] == "0–12"


def test_what_the_gap_does_not_determine_is_told(tailed: ReserveSizing) -> None:
    """Law: worth and tonnes are brackets; a form that the best purchases may lack is named."""
    content = tailed.content
    fills = [{**one, "tonnes_least": 0.0} for one in content["fills"]]
    bought = [one for one in content["fills"] if one["tonnes"] > 0.0]
    assert all(one["tonnes_least"] <= one["tonnes"] <= one["tonnes_most"] for one in bought)
    told = " ".join(headline({**content, "fills": fills}))
    assert "Not determined within the gap" in told
    sure = [{**one, "tonnes_least": one["tonnes"]} for one in content["fills"]]
    assert "Not determined" not in " ".join(headline({**content, "fills": sure}))
    lost = content["stochastic"]["value_of_stochastic_solution"]
    assert 0.0 <= lost["low"] <= lost["high"]
    assert "loses least" in told or "buys nothing" in told


def test_where_nothing_is_bought_what_came_nearest_is_told() -> None:
    fill = {"material": "gallium-primary", "owner": "EU27", "next_tonne": 90.0, "price": 100.0}
    told = nothing_line({"fills": [fill, {**fill, "next_tonne": 10.0}]})
    assert "90 % of the 100 USD/t (" in told
