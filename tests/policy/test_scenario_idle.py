"""Parts and rungs of a sound scenario that change nothing are said, those that do are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orepact.policy.controls import Clause, Effect, Item, PartialDate
from orepact.policy.scenario.examine import scenario_warnings
from orepact.policy.scenario.text import (
    Conduit,
    Control,
    DemandChange,
    Flood,
    Ladder,
    LicenceShares,
    Outage,
    Part,
    Quota,
    Ranged,
    Scenario,
    Tax,
    fixed,
)
from orepact.policy.scenario.view import WorldView

SUPPOSED: dict[str, Any] = {"reason": "supposed"}
START, END = PartialDate("2027-01-01"), PartialDate("2027-06-30")


def scenario(chain: str, **parts: Any) -> Scenario:
    return Scenario(scenario="t", title="t", text="", version=1, chains=(chain,),
                    first_month="2026-12", months=12, reason="a test", **parts)


def words(view: WorldView, case: Scenario) -> dict[tuple[str | int, ...], str]:
    return {one.at: one.message for one in scenario_warnings(case, view)}


def quota(**given: Any) -> Quota:
    fields: dict[str, Any] = {
        "id": "q", "issuer": "COD", "materials": ("cobalt-hydroxide",),
        "share_of_base": fixed(0.5), "announced": START, "effective": START, **SUPPOSED}
    return Quota(**(fields | given))


def tax(**given: Any) -> Tax:
    fields: dict[str, Any] = {
        "id": "t", "issuer": "COD", "materials": ("cobalt-hydroxide",), "rate": fixed(0.1),
        "announced": START, "effective": START, **SUPPOSED}
    return Tax(**(fields | given))


def control(
    material: str, issuer: str = "CHN", effect: Effect = "licence", **given: Any
) -> Control:
    fields: dict[str, Any] = {
        "id": "c", "title": "c", "issuer": issuer,
        "kind": "export_ban" if effect == "ban" else "export_licence",
        "clauses": (Clause(effect, (Item(material, materials=(material,)),)),),
        "announced": START, "effective": START, **SUPPOSED}
    return Control(**(fields | given))


@pytest.mark.parametrize(("part", "word"), [
    (quota(share_of_base=fixed(1.0)), "all of base trade may ship"),
    (quota(share_of_base=Ranged(1.2, 0.9, 1.3)), "all of base trade may ship"),
    (quota(share_of_base=None, limit=fixed(1e6)), "is no less than base trade"),
    (quota(issuer="JPN"), "no base trade is met"),
    (tax(rate=fixed(0.0)), "a rate of nothing"),
    (tax(destinations=("ISL",)), "no base trade is met"),
])
def test_a_quota_or_tax_that_changes_nothing_is_said(
    view: WorldView, part: Part, word: str
) -> None:
    name = "quotas" if isinstance(part, Quota) else "taxes"
    found = words(view, scenario("cobalt", **{name: (part,)}))
    assert word in found[name, 0]


@pytest.mark.parametrize("part", [
    quota(), quota(share_of_base=Ranged(0.9, 0.5, 1.2)), tax(), tax(rate=Ranged(0.0, 0.0, 0.2)),
])
def test_one_that_bites_is_not(view: WorldView, part: Part) -> None:
    name = "quotas" if isinstance(part, Quota) else "taxes"
    assert words(view, scenario("cobalt", **{name: (part,)})) == {}


def test_what_is_banned_already_is_neither_rationed_nor_taxed(view: WorldView) -> None:
    ban = control("cobalt-hydroxide", "COD", "ban")
    found = words(view, scenario("cobalt", controls=(ban,), quotas=(quota(),), taxes=(tax(),)))
    banned = "acts in force ban all the trade that it meets"
    assert found["quotas", 0] == found["taxes", 0] == banned
    assert ("controls", 0) not in found
    later = replace(ban, effective=PartialDate("2027-03-01"))
    assert words(view, scenario("cobalt", controls=(later,), quotas=(quota(),))) == {}


def test_factors_and_shares_of_nothing_are_said(view: WorldView) -> None:
    demand = DemandChange(id="d", use="batteries", region="USA", month=START, until=END,
                          factor=fixed(1.0), **SUPPOSED)
    outage = Outage(id="o", process="cobalt-refining", region="CHN", month=START, until=END,
                    activity=fixed(1.0), **SUPPOSED)
    flood = Flood(id="f", region="COD", materials=("cobalt-hydroxide",), price=fixed(1.0),
                  volume=fixed(1.0), month=START, until=END, **SUPPOSED)
    conduit = Conduit(id="w", exporter="COD", through="ZAF", to="CHN",
                      materials=("cobalt-hydroxide",), share=fixed(0.0), premium=fixed(0.1),
                      **SUPPOSED)
    found = words(view, scenario("cobalt", demand=(demand,), outages=(outage,), floods=(flood,),
                                 conduits=(conduit,), quotas=(quota(),)))
    assert found == {
        ("demand", 0): "a factor of 1 changes no use",
        ("outages", 0): "all of it still runs and nobody is alarmed",
        ("floods", 0): "no more than base capacity is offered, and not below the base price",
        ("conduits", 0): "a share of nothing: it carries nothing",
    }


def test_a_licence_that_only_continues_one_is_said(view: WorldView) -> None:
    plain = control("antimony-oxide")
    (word,) = words(view, scenario("antimony", controls=(plain,))).values()
    assert word.startswith("it only continues licences in force")
    own = LicenceShares(first=(fixed(0.1),), approve=(fixed(0.5),), refuse=(fixed(0.1),))
    assert words(view, scenario("antimony", controls=(replace(plain, licence=own),))) == {}
    assert words(view, scenario("antimony", controls=(
        control("antimony-oxide", effect="presumption_of_denial"),))) == {}


def test_a_rung_of_idle_parts_is_said_at_the_ladder(view: WorldView) -> None:
    idle = (quota(id="a", rung=1, share_of_base=fixed(1.0)), tax(rung=1, rate=fixed(0.0)))
    case = scenario("cobalt", quotas=idle[:1], taxes=idle[1:], ladder=Ladder(climbs=(0, 1)))
    found = words(view, case)
    said = "no part of this rung changes anything: the same as rung 0"
    assert said in found["ladder", "climbs", 1]
    without = replace(case, ladder=None)
    assert "the same as rung 0" in words(view, without)["quotas", 0, "rung"]
    biting = replace(case, taxes=(tax(rung=1),))
    assert ("ladder", "climbs", 1) not in words(view, biting)
