"""Leximin over a supply graph, and priority classes."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from orepact.division.leximin import SupplyGraph, leximin
from orepact.division.priority import by_priority
from orepact.division.rules import divide
from orepact.errors import InputError

F = Fraction


def test_one_pool_is_the_proportional_rule() -> None:
    claims = {"a": F(100), "b": F(200), "c": F(300)}
    pool = SupplyGraph(sources={"pool": F(250)}, links={("pool", name): None for name in claims})
    assert leximin(claims, pool).awards == divide(claims, 250, "proportional")


def test_a_narrow_link_settles_one_member_and_the_rest_shares() -> None:
    """The link lets 10 of 100 through to a; the other 90 serve 45 % of 200 claimed by b and c."""
    claims = {"a": F(100), "b": F(80), "c": F(120)}
    graph = SupplyGraph(
        sources={"pool": F(100)},
        links={("pool", "a"): F(10), ("pool", "b"): None, ("pool", "c"): None},
    )
    assert leximin(claims, graph).awards == {"a": 10, "b": 36, "c": 54}


def test_supply_that_only_one_can_use_stays_with_it() -> None:
    """The source of a holds 90 and reaches only a; b and c share 60 by claims of 100 and 200."""
    claims = {"a": F(100), "b": F(100), "c": F(200)}
    graph = SupplyGraph(
        sources={"a's": F(90), "shared": F(60)},
        links={("a's", "a"): None, **{("shared", name): None for name in claims}},
    )
    found = leximin(claims, graph)
    assert found.awards == {"a": 90, "b": 20, "c": 40}
    assert found.flows == {("a's", "a"): 90, ("shared", "b"): 20, ("shared", "c"): 40}


def test_enough_for_all_meets_every_claim_and_no_more() -> None:
    claims = {"a": F(1, 3), "b": F(2, 7)}
    graph = SupplyGraph(sources={"pool": F(5)}, links={("pool", "a"): None, ("pool", "b"): None})
    assert leximin(claims, graph).awards == claims


def test_what_is_not_linked_gets_nothing() -> None:
    claims = {"a": F(10), "b": F(10), "c": F(0)}
    graph = SupplyGraph(sources={"pool": F(5)}, links={("pool", "a"): None})
    assert leximin(claims, graph).awards == {"a": 5, "b": 0, "c": 0}


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, Fraction], SupplyGraph]:
    members = [f"m{place}" for place in range(draw(st.integers(1, 4)))]
    sources = [f"s{place}" for place in range(draw(st.integers(1, 3)))]
    claims = {name: F(draw(st.integers(1, 50))) for name in members}
    amounts = {name: F(draw(st.integers(0, 60))) for name in sources}
    limits = st.one_of(st.none(), st.integers(0, 40).map(F))
    links = {(source, member): draw(limits) for source in sources for member in members
             if draw(st.booleans())}
    return claims, SupplyGraph(sources=amounts, links=links)


@given(problem=graphs())
@settings(max_examples=150)
def test_flows_keep_to_sources_links_and_claims(
    problem: tuple[dict[str, Fraction], SupplyGraph],
) -> None:
    claims, graph = problem
    found = leximin(claims, graph)
    for member, claim in claims.items():
        arrived = sum((flow for (_, to), flow in found.flows.items() if to == member), F(0))
        assert arrived == found.awards[member] <= claim
    for source, amount in graph.sources.items():
        sent = sum((flow for (start, _), flow in found.flows.items() if start == source), F(0))
        assert sent <= amount
    for link, flow in found.flows.items():
        limit = graph.links[link]
        assert limit is None or flow <= limit


@given(problem=graphs())
@settings(max_examples=80)
def test_no_settled_share_can_rise_without_a_worse_one_falling(
    problem: tuple[dict[str, Fraction], SupplyGraph],
) -> None:
    """Second opinion by linear programs: the others keep what they have, up to this share."""
    claims, graph = problem
    awards = leximin(claims, graph).awards
    for member in claims:
        share = awards[member] / claims[member]
        floors = {name: float(min(awards[name], share * claims[name])) for name in claims}
        assert _most(claims, graph, member, floors) <= float(awards[member]) + 1e-7


def _most(
    claims: dict[str, Fraction], graph: SupplyGraph, member: str, floors: dict[str, float]
) -> float:
    """Return the most that one member can get while the others keep their floors."""
    links = list(graph.links)
    if not links:
        return 0.0
    out = np.array([[start == source for start, _ in links] for source in graph.sources], float)
    into = np.array([[to == name for _, to in links] for name in claims], float)
    names = list(claims)
    least = np.array([0.0 if name == member else floors[name] for name in names])
    found = linprog(
        -into[names.index(member)],
        A_ub=np.vstack([out, into, -into]),
        b_ub=np.concatenate([[float(amount) for amount in graph.sources.values()],
                             [float(claim) for claim in claims.values()], 1e-9 - least]),
        bounds=[(0, None if limit is None else float(limit)) for limit in graph.links.values()],
    )
    assert found.status == 0
    return -float(cast("float", found.fun))


def test_bad_graphs_are_refused() -> None:
    graph = SupplyGraph(sources={"pool": F(-5)}, links={("pol", "a"): F(-1), ("pool", "z"): None})
    with pytest.raises(InputError) as raised:
        _ = leximin({"a": F(1)}, graph)
    message = str(raised.value)
    assert "sources.pool" in message
    assert "did you mean 'pool'" in message
    assert "links.pool.z" in message


def test_the_first_class_is_served_first() -> None:
    """60 for need claims of 20 + 10 leave 30; defence claims of 40 + 20 get one half each."""
    claims = {
        "a": {"need": 20, "defence": 40, "rest": 100},
        "b": {"need": 10, "defence": 20, "rest": 10},
    }
    assert by_priority(claims, 60, ["need", "defence"]) == {"a": 40, "b": 20}
    assert by_priority(claims, 60, ["defence", "need"]) == {"a": 40, "b": 20}
    assert by_priority(claims, 20, ["need"], "equal-awards") == {"a": 10, "b": 10}
    assert by_priority(claims, 145, ["need", "defence"]) == {"a": 60 + 50, "b": 30 + 5}


def test_classes_are_checked_together() -> None:
    with pytest.raises(InputError) as raised:
        _ = by_priority({"a": {"need": -1, "rest": 2}}, 1, ["need", "need"])
    assert "named twice" in str(raised.value)
    assert "claims.a.need" in str(raised.value)
