"""A licence on top of acts in force: it may hold more back and never lets more through."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from orepact.model.curve import Array
from orepact.network import World, read_world
from orepact.policy import Register, load_register, load_template
from orepact.policy.controls import Clause, Item
from orepact.policy.register_rule import Controls
from orepact.policy.scenario.laid import register_of
from orepact.policy.scenario.text import Control, LicenceShares, Scenario
from orepact.result import Months, controls_of
from tests.result.scenes import day, sure

CASES = (
    ("antimony", ("antimony-ore", "antimony-metal", "antimony-oxide")),
    ("gallium", ("gallium-primary", "gallium-refined")),
    ("tungsten", ("tungsten-oxide", "tungsten-apt", "tungsten-powder")),
    ("rare-earth-magnets", ("dysprosium-oxide", "magnets")),
)
SINCE = datetime.date(2026, 7, 1)
MONTHS = Months(datetime.date(2024, 1, 1), 60)


@cache
def world() -> World:
    return read_world()


@cache
def recorded() -> Register:
    return load_register()


def licence(chain: str, materials: tuple[str, ...], **given: Any) -> Control:
    known = {each.name for each in world().network(chain).materials}
    goods = tuple(name for name in materials if name in known)
    assert goods
    fields: dict[str, Any] = {
        "id": "ON-TOP",
        "title": "on top",
        "issuer": "CHN",
        "kind": "export_licence",
        "reason": "supposed",
        "announced": day("2026-07-01"),
        "effective": day("2026-07-01"),
        "clauses": (Clause("licence", (Item("goods", materials=goods),)),),
    }
    return Control(**(fields | given))


def case(chain: str, *controls: Control) -> Scenario:
    return Scenario(
        scenario="t",
        title="t",
        text="",
        version=1,
        chains=(chain,),
        first_month="2026-12",
        months=12,
        reason="a test",
        controls=controls,
    )


def shares(chain: str, branch: str, *controls: Control) -> Array:
    """Return the permitted share of base flow from the day of the licence on, 1 where free."""
    told = case(chain, *controls)
    found = controls_of(
        world().network(chain),
        world().chains[chain],
        told,
        register_of(told, recorded(), 0),
        load_template(),
        branch,
        MONTHS,
    )
    return np.minimum(1.0, found.share[MONTHS.number(SINCE) :])


@pytest.mark.parametrize("branch", ["approve", "refuse"])
@pytest.mark.parametrize(("chain", "materials"), CASES)
def test_a_licence_on_top_of_one_in_force_never_lets_more_through(
    chain: str, materials: tuple[str, ...], branch: str
) -> None:
    before = shares(chain, branch)
    for given in (
        {},
        {"destinations": ("JPN",)},
        {"licence": LicenceShares(first=(sure(0.9),), refuse=(sure(0.9),), approve=(sure(0.95),))},
    ):
        after = shares(chain, branch, licence(chain, materials, **given))
        assert (after <= before + 1e-12).all()


def test_refused_licences_for_japan_stay_refused_under_a_second_licence() -> None:
    goods = dict(CASES)["antimony"]
    before = shares("antimony", "refuse")
    after = shares("antimony", "refuse", licence("antimony", goods, destinations=("JPN",)))
    names = [route.name for route in world().network("antimony").routes]
    japan = next(k for k, name in enumerate(names) if name.startswith("antimony-oxide:CHN>JPN"))
    assert before[-1, japan] < 0.35
    assert after[-1, japan] == pytest.approx(before[-1, japan])


def test_shares_of_its_own_hold_where_they_are_the_stricter_ones() -> None:
    goods = dict(CASES)["antimony"]
    own = LicenceShares(first=(sure(0.01),), refuse=(sure(0.01),), approve=(sure(0.02),))
    after = shares("antimony", "approve", licence("antimony", goods, licence=own))
    names = [route.name for route in world().network("antimony").routes]
    japan = next(k for k, name in enumerate(names) if name.startswith("antimony-oxide:CHN>JPN"))
    assert after[-1, japan] < 0.03


def test_a_licence_that_takes_the_place_of_another_continues_it() -> None:
    goods = ("bismuth-ore", "bismuth-metal")
    material = next(
        route.material for route in world().network("bismuth").routes if route.exporter == "CHN"
    )
    clauses = (Clause("licence", (Item("goods", materials=(material,)),)),)
    first = licence("bismuth", goods, id="FIRST", clauses=clauses, until=day("2026-12-31"))
    second = licence(
        "bismuth",
        goods,
        id="SECOND",
        clauses=clauses,
        announced=day("2026-12-01"),
        effective=day("2027-01-01"),
    )
    whole = licence("bismuth", goods, id="WHOLE", clauses=clauses)
    for branch in ("approve", "refuse"):
        np.testing.assert_allclose(
            shares("bismuth", branch, first, second), shares("bismuth", branch, whole), atol=1e-12
        )


def test_a_licence_in_the_place_of_a_ban_is_new() -> None:
    material = next(
        route.material for route in world().network("bismuth").routes if route.exporter == "CHN"
    )
    item = (Item("goods", materials=(material,)),)
    ban = licence(
        "bismuth",
        (material,),
        id="BAN",
        kind="export_ban",
        clauses=(Clause("ban", item),),
        until=day("2026-12-31"),
    )
    after = licence(
        "bismuth",
        (material,),
        id="AFTER",
        clauses=(Clause("licence", item),),
        announced=day("2026-12-01"),
        effective=day("2027-01-01"),
    )
    found = shares("bismuth", "refuse", ban, after)
    held = found[:, found[0] == 0.0]
    assert held.shape[1] > 0
    template = np.array([[0.09, 0.05, 0.14, 0.25, 0.30]]).T
    np.testing.assert_allclose(held[6:11], template * np.ones(held.shape[1]), rtol=0.25)


def test_plans_read_the_register_by_the_same_rule() -> None:
    goods = dict(CASES)["antimony"]
    on_top = licence("antimony", goods)
    shipments = pl.DataFrame(
        {
            "exporter": "CHN",
            "material": "antimony-oxide",
            "importer": ["JPN", "USA"],
            "month": [datetime.date(2027, 6, 1)] * 2,
        }
    )

    def planned(*controls: Control) -> Array:
        law = register_of(case("antimony", *controls), recorded(), 0)
        return (
            Controls(register=law, exporter="CHN", licence="refuse")
            .shares(shipments)["share"]
            .to_numpy()
        )

    before = planned()
    assert (before < 0.35).all()
    np.testing.assert_allclose(planned(on_top), before)
