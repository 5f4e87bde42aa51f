"""Rules of disclosure against the handbook's cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.indicators.reserve.disclosure import (
    DEFAULT_RULES,
    Contribution,
    Rule,
    estimate_of_largest,
    p_of_dominance,
    publishable,
    read_rule,
    weighted_largest,
    weighted_total,
)

FILE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "sdc_rules.json").read_text("utf-8")
)
CASES: dict[str, dict[str, Any]] = {case["name"]: case for case in FILE["cases"]}


def _of(*tonnes: float) -> list[Contribution]:
    return [Contribution(f"holder {number}", each) for number, each in enumerate(tonnes)]


def _handbook() -> list[Contribution]:
    """Two large contributors of the first example; a third has the rest."""
    case = CASES["Ex1"]
    return _of(case["x1"], case["x2"], case["X"] - case["x1"] - case["x2"])


def test_first_example_is_safe_by_dominance_and_not_by_p() -> None:
    """50 % is no dominance of 90 %, but the second largest knows the first to 2 %."""
    assert publishable(_handbook(), [Rule("nk", 1, 90)]).safe is not CASES["Ex1"]["unsafe"]
    assert publishable(_handbook(), [Rule("p", 10)]).safe is not CASES["Ex1-p10"]["unsafe"]
    upper, over = estimate_of_largest(_handbook())
    assert upper == CASES["Ex1"]["upper_estimate_x1"]
    assert 100 * over == pytest.approx(CASES["Ex1"]["overestimate_pct"])


@pytest.mark.parametrize("name", ["k->p 80", "k->p 95"])
def test_dominance_as_p(name: str) -> None:
    """A dominance share gives the p that protects as much."""
    assert p_of_dominance(CASES[name]["k"]) == pytest.approx(CASES[name]["p"], abs=1e-6)


def test_weights() -> None:
    """A contribution of weight 4 stands for four of its size."""
    case = CASES["weights"]
    pairs = zip(case["values"], case["weights"], strict=True)
    lots = [Contribution(str(at), value, weight) for at, (value, weight) in enumerate(pairs)]
    assert weighted_total(lots) == case["weighted_total"]
    assert list(weighted_largest(lots, 2)) == case["top2"]


def test_fifty_one_companies() -> None:
    """One of 51 companies has 99 %: unsafe by dominance although there are many."""
    assert "ExA (51 cos)" in CASES
    lots = _of(9900.0, *[2.0] * 50)
    assert publishable(lots, [Rule("nk", 1, 90)]).broken == ("nk=1,90",)
    assert publishable(lots, [Rule("frequency", 3)]).safe


def test_inequalities_are_strict() -> None:
    """At the boundary a total is safe: exactly 90 %, exactly p %, exactly n contributors."""
    assert publishable(_of(60.0, 30.0, 10.0), [Rule("nk", 2, 90)]).safe
    assert not publishable(_of(60.0, 30.1, 9.9), [Rule("nk", 2, 90)]).safe
    assert publishable(_of(100.0, 50.0, 10.0), [Rule("p", 10)]).safe
    assert not publishable(_of(100.0, 50.0, 9.0), [Rule("p", 10)]).safe
    assert publishable(_of(100.0, 50.0, 20.0), [Rule("pq", 10, 50)]).safe
    assert not publishable(_of(100.0, 50.0, 19.0), [Rule("pq", 10, 50)]).safe
    assert publishable(_of(1.0, 1.0, 1.0), [Rule("frequency", 3)]).safe
    assert publishable(_of(1.0, 1.0), [Rule("frequency", 3)]).broken == ("frequency=3",)


def test_waiver_moves_the_protection() -> None:
    """The largest waives: the second is protected, against the largest.

    100, 60 and 7: 167 - 60 - 100 = 7 >= 10 % of 60 = 6, safe; without the waiver
    167 - 100 - 60 = 7 < 10, unsafe.
    """
    lots = [Contribution("a", 100.0, waiver=True), *_of(60.0, 7.0)]
    assert publishable(lots, [Rule("p", 10)]).safe
    assert not publishable(_of(100.0, 60.0, 7.0), [Rule("p", 10)]).safe
    less = [Contribution("a", 100.0, waiver=True), *_of(60.0, 5.0)]
    assert not publishable(less, [Rule("p", 10)]).safe


def test_lots_of_one_holder_are_one_contributor() -> None:
    """Three lots of two companies are two contributors."""
    lots = [Contribution("a", 5.0), Contribution("a", 5.0), Contribution("b", 10.0)]
    assert publishable(lots).broken[0] == "frequency=3"


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8), st.randoms())
def test_order_does_not_matter(tonnes: list[int], random: Any) -> None:
    """The verdict is that of the set."""
    lots = _of(*tonnes)
    shuffled = list(lots)
    random.shuffle(shuffled)
    assert publishable(lots) == publishable(shuffled)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=8))
def test_p_is_what_the_second_learns(tonnes: list[int]) -> None:
    """A total is unsafe by p % exactly if the second largest is off by less than p %."""
    _, over = estimate_of_largest(_of(*tonnes))
    safe = publishable(_of(*tonnes), [Rule("p", 10)]).safe
    assert safe == (round(over, 12) >= 0.1)


def test_our_rules_are_those_of_a_tool_in_use() -> None:
    """Dominance and p % are the defaults of a disclosure checker; so few holders pass no count."""
    other = FILE["acro_defaults"]
    ours = {rule.kind: rule for rule in DEFAULT_RULES}
    assert ours["nk"].first == other["safe_nk_n"]
    assert ours["nk"].second == 100 * other["safe_nk_k"]
    assert ours["p"].first == 100 * other["safe_pratio_p"]
    assert ours["frequency"].first == 3


def test_rules_as_text() -> None:
    """Rules are read as they are written, and refused with what was expected."""
    assert read_rule("nk=2,90") == Rule("nk", 2, 90)
    assert read_rule("pq=10,50").name == "pq=10,50"
    for text in ("nk=2", "p=ten", "q=3", "nk=2,190", "p=-1", "frequency=2.5", "pq=50,10"):
        with pytest.raises(InputError):
            _ = read_rule(text)


def test_negative_tonnes_are_refused() -> None:
    """Negative tonnes and weights below 1 are named together."""
    with pytest.raises(InputError) as told:
        _ = publishable([Contribution("a", -1.0), Contribution("b", 1.0, weight=0)])
    assert len(told.value.problems) == 2
