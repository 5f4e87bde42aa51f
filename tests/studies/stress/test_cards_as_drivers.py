"""Cards of links are drawn and stand among the drivers; cards of output at risk have swings."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from orepact.network import World, read_world
from orepact.policy.scenario.reading import find_scenario
from orepact.policy.scenario.text import Outage, Scenario
from orepact.studies.stress.design import Design, Draw, Task
from orepact.studies.stress.factors import factor_table, factors_of
from orepact.studies.stress.link_cards import (
    drawn_links,
    link_cards,
    link_value,
    links_of,
    own_quantiles,
)
from orepact.studies.stress.stress import Stress, stress
from orepact.views.sector_table import sector_driver_lines
from tests.result.scenes import day, sure


@cache
def world() -> World:
    return read_world()


def linked() -> Scenario:
    return find_scenario("congo-power")


def scenario(**parts: Any) -> Scenario:
    given: dict[str, Any] = {"chains": ("cobalt",), "months": 6, "licence": ("approve",)}
    return Scenario(scenario="t", title="t", text="", version=1, first_month="2026-12",
                    reason="a test", **(given | parts))


@cache
def short_of_cobalt() -> Stress:
    stop = Outage(id="o", process="cobalt-copper-mining", region="COD", month=day("2026-12"),
                  until=day("2027-11"), activity=sure(0.05), reason="supposed")
    return stress(scenario(outages=(stop,), months=12), world=world(),
                  design=Design(sets=1, draws=0, windows=False))


def test_cards_of_links_are_drawn_within_their_ranges() -> None:
    case = linked()
    cards, links = link_cards(case, world()), links_of(case, world())
    assert cards
    assert set(cards) <= {f"links.{name}" for name in links.card_names}
    path, card = next(iter(cards.items()))
    for quantile in (0.0, 0.5, 1.0):
        drawn = drawn_links(links, {path: quantile, "outages.0.activity": 0.5})
        value = drawn.value(card.card)
        assert value == pytest.approx(link_value(card, quantile))
        assert card.low - 1e-12 <= value <= card.high + 1e-12
    assert drawn_links(links, {"outages.0.activity": 0.5}) == links
    assert own_quantiles({path: 0.1, "outages.0.activity": 0.5}) == {"outages.0.activity": 0.5}


def test_a_scenario_without_links_draws_no_card() -> None:
    assert link_cards(scenario(), world()) == {}


def test_drawn_cards_are_factors_with_their_values() -> None:
    case, cards = linked(), link_cards(linked(), world())
    paths = [*cards]
    draws = tuple(Draw(number, tuple((path, number / 4) for path in paths)) for number in range(3))
    tasks = [Task(case.chains[0], "base", world().ensemble[0], "approve", draws)]
    factors = [one for one in factors_of(case, tasks, cards) if one.kind == "link"]
    assert [one.name for one in factors] == paths
    table = factor_table(case, tasks, factors, cards)
    for path, card in cards.items():
        assert table[path].to_list() == pytest.approx(
            [link_value(card, number / 4) for number in range(3)])
        assert card.title in {one.title for one in factors}


def test_each_card_moves_the_sector_most_at_risk_by_itself() -> None:
    content = short_of_cobalt().content
    (found,) = content["sector_drivers"]
    worst = max((one for one in content["sectors_at_risk"]["results"]
                 if one["region"] == "EU27" and one["licence"] == "all"),
                key=lambda one: one["at_risk"]["high"])
    assert found["sector"] == worst["sector"]
    assert found["middle"]["proportional"] == pytest.approx(worst["at_risk"]["proportional"])
    assert found["middle"]["fixed_proportions"] == pytest.approx(
        worst["at_risk"]["fixed_proportions"])
    cards = {row["card"]: row for row in found["cards"]}
    exchange = cards["at-risk-eur-usd"]
    ratio = exchange["to"] / exchange["from"]
    ends = exchange["fixed_proportions"]
    assert ends["high"] == pytest.approx(ratio * ends["low"])
    assert [row["swing"] for row in found["cards"]] == sorted(
        (row["swing"] for row in found["cards"]), reverse=True)
    assert not [name for name in cards if name.startswith("at-risk-size-")]
    (line,) = sector_driver_lines(content)
    assert "at-risk-part-small" in line
    assert "at-risk-eur-usd" not in line  # moves nothing in the one digit that is told
