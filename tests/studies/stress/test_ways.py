"""What goes round controls, what quotas are worth, whom a scenario refuses by name."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import polars as pl
import pytest

from orepact.model.curve import Array
from orepact.network import World, read_world
from orepact.policy.controls import Clause, Item
from orepact.policy.scenario.text import (
    Conduit,
    Control,
    LicenceShares,
    Quota,
    Ranged,
    Scenario,
)
from orepact.result.quotas import Quota as QuotaRows
from orepact.result.simulation import Simulation
from orepact.studies.stress.design import Design, Draw, Task
from orepact.studies.stress.factors import factors_of
from orepact.studies.stress.stress import Stress, stress
from orepact.studies.stress.ways import way_columns
from orepact.views.stress_ways import way_lines
from tests.result.scenes import day, sure

SUPPOSED: dict[str, Any] = {"reason": "supposed"}
ONE = Design(sets=1, draws=0, windows=False)


@cache
def world() -> World:
    return read_world()


def scenario(chain: str, **parts: Any) -> Scenario:
    given: dict[str, Any] = {"licence": ("refuse",), "months": 8}
    return Scenario(scenario="t", title="t", text="", version=1, chains=(chain,),
                    first_month="2026-12", reason="a test", **(given | parts))


def run(case: Scenario) -> Stress:
    return stress(case, world=world(), design=ONE)


def carve_out(material: str) -> Control:
    clause = Clause("ban", (Item(material, materials=(material,)),), ("military", "listed"))
    return Control(id="M", title="M", issuer="CHN", kind="export_ban", clauses=(clause,),
                   announced=day("2027-01-01"), effective=day("2027-01-01"),
                   destinations=("USA",), **SUPPOSED)


def quota(**given: Any) -> Quota:
    fields: dict[str, Any] = {
        "id": "q", "issuer": "COD", "materials": ("cobalt-hydroxide",),
        "share_of_base": sure(0.4), "announced": day("2026-12-01"),
        "effective": day("2026-12-01"), **SUPPOSED,
    }
    return Quota(**(fields | given))


@cache
def carved() -> Stress:
    return run(scenario("tungsten", controls=(carve_out("tungsten-powder"),)))


def test_refused_users_are_told_in_tonnes_beside_the_pooled_shortage() -> None:
    entries = {(one["region"], one["material"]): one
               for one in carved().content["refused_users"]}
    here = entries["USA", "tungsten-powder"]
    split = next(one for one in world().chains["tungsten"].text.end_use_split
                 if (one.material, one.region) == ("tungsten-powder", "USA"))
    base = sum(route.base for route in world().network("tungsten").routes
               if (route.material, route.exporter, route.importer)
               == ("tungsten-powder", "CHN", "USA"))
    whole = (split.military + split.listed) * base
    assert here["refused"] > here["refused_without"]
    assert here["refused"] <= whole + 1e-9
    # Seven of the eight months are in force; the months before follow the register alone.
    assert here["refused"] == pytest.approx((7 * whole + here["refused_without"]) / 8, rel=0.05)
    assert 0.0 < here["of_theirs"] <= 1.0
    assert here["region_unmet"] >= 0.0
    assert any("Military and listed users, United States" in line
               for line in way_lines(carved().content))


def test_nothing_more_is_refused_anyone_without_a_carve_out() -> None:
    found = run(scenario("tungsten")).content["refused_users"]
    assert all(one["refused"] == pytest.approx(one["refused_without"]) for one in found)


def test_a_quota_tells_what_ships_and_who_keeps_the_rent() -> None:
    case = scenario("cobalt", quotas=(quota(),), licence=("approve",))
    (entry,) = run(case).content["quotas"]
    base = sum(route.base for route in world().network("cobalt").routes
               if route.material == "cobalt-hydroxide" and route.exporter == "COD"
               and route.importer != "COD")
    assert entry["shipped"]["middle"] == pytest.approx(0.4 * base, rel=1e-3)
    assert entry["rent"]["middle"] > 0.0
    assert entry["binds"]
    assert entry["materials"] == ["cobalt-hydroxide"]
    # All that ships at the marginal price would be far more than what is paid.
    at_margin = entry["margin"]["middle"] * entry["shipped"]["middle"]
    assert 0.1 * at_margin < entry["rent"]["middle"] < 0.8 * at_margin
    for licences, words in (("unknown", "not known"), ("free", "its exporters keep"),
                            ("auctioned", "DR Congo keeps")):
        told = {**run(case).content, "quotas": [{**entry, "licences": licences}]}
        assert any(words in line for line in way_lines(told))


def test_a_rent_is_the_spread_of_transaction_prices_on_what_ships() -> None:
    """A scene of one route and three months, reckoned by hand; one month is not in force."""
    tables = SimpleNamespace(
        routes={"to": np.array([1]), "from": np.array([0]), "kind": np.array(["trade"])},
        nodes=_Nodes(np.array([1000.0, 1000.0])),
    )
    made = SimpleNamespace(
        tables=tables, flow=np.array([[10.0], [20.0], [40.0]]),
        rent=np.array([[900.0], [700.0], [500.0]]), cap=np.array([[10.0], [20.0], [np.inf]]),
    )
    paid = np.array([[1.0, 1.5], [0.8, 1.4], [1.0, 9.0]])
    rows = way_columns(
        scenario("cobalt", quotas=(quota(),)), world().network("cobalt"),
        cast("Simulation", made),
        [cast("QuotaRows", SimpleNamespace(name="q", routes=np.array([0])))], slice(0, 3), paid)
    told = pl.DataFrame({"at": [0]}).select(*[each for each in rows if isinstance(each, pl.Expr)])
    assert told["shipped q"].to_list() == [15.0]
    assert told["rent q"].to_list() == [pytest.approx((10 * 500 + 20 * 600) / 2)]
    assert told["margin q"].to_list() == [800.0]


class _Nodes:
    """Two places with a base price."""

    def __init__(self, price: Array) -> None:
        """Keep the prices (USD/t)."""
        self.price = price

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.price)

    def __getitem__(self, name: str) -> Array:
        """Return a column."""
        return {"price": self.price}[name]


def test_ranges_of_a_scenario_are_called_in_words() -> None:
    shares = LicenceShares(first=(sure(0.0), sure(0.2)), refuse=(Ranged(0.3, 0.2, 0.4),))
    part = replace(carve_out("tungsten-powder"), kind="export_licence", licence=shares)
    case = scenario("tungsten", controls=(part,))
    draw = Draw(0, (("controls.0.licence.refuse.0", 0.5),))
    tasks = [Task("tungsten", "base", world().ensemble[0], "refuse", (draw,))]
    (found,) = [one for one in factors_of(case, tasks) if one.kind == "range"]
    assert found.title == "M: share of base trade under the licence, refused, month 3 of it"
    assert found.unit == "fraction"


def test_undeclared_trade_under_a_quota_follows_its_card() -> None:
    def leaked(leakage: float) -> float:
        case = scenario("cobalt", quotas=(quota(leakage=sure(leakage)),), licence=("approve",))
        entries = run(case).content["evasion"]
        return sum(one["undeclared"]["middle"] for one in entries)

    none, half, whole = leaked(0.0), leaked(0.5), leaked(1.0)
    assert none == pytest.approx(0.0, abs=1e-6)
    assert 0.0 < half < whole
    assert half == pytest.approx(whole / 2.0, rel=0.05)


def test_a_conduit_of_free_trade_is_said_to_carry_nothing() -> None:
    part = Conduit(id="idle-way", exporter="CHN", through="VNM", to="USA",
                   materials=("magnesium-metal",), share=sure(0.5), premium=sure(0.1), **SUPPOSED)
    material = next(route.material for route in world().network("magnesium").routes
                    if route.exporter == "CHN" and route.importer == "USA")
    case = scenario("magnesium", conduits=(replace(part, materials=(material,)),))
    content = run(case).content
    assert [one["idle"] for one in content["conduits"]] == [True]
    assert any("nothing in any member" in line for line in way_lines(content))


def test_a_part_that_a_rung_replaces_is_not_told_on_it() -> None:
    material = "antimony-oxide"
    ways = [
        Conduit(id=name, exporter="CHN", through="THA", to="USA", materials=(material,),
                share=sure(share), premium=sure(0.0), ramp_months=0, rung=rung,
                replaces=replaced, **SUPPOSED)
        for name, share, rung, replaced in (("open", 0.5, 0, ()), ("closed", 0.1, 1, ("open",)))
    ]
    clause = Clause("ban", (Item(material, materials=(material,)),))
    ban = Control(id="B", title="B", issuer="CHN", kind="export_ban", clauses=(clause,),
                  announced=day("2026-12-01"), effective=day("2026-12-01"),
                  destinations=("USA",), **SUPPOSED)
    found = run(scenario("antimony", controls=(ban,), conduits=tuple(ways))).content["conduits"]
    assert {(one["id"], one["rung"]) for one in found} == {("open", 0), ("closed", 1)}


