"""Claims rules against published and recomputed cases, and against their laws."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from math import factorial
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from orepact.division.claims import exact
from orepact.division.fairness import fairness, regrets
from orepact.division.rules import MOST_ARRIVALS, RULES, divide, random_arrival
from orepact.errors import InputError

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "claims_rules.json").read_text(encoding="utf-8")
)
NAMES = {
    "PROP": "proportional", "CEA": "equal-awards", "CEL": "equal-losses", "TALMUD": "talmud",
    "RANDOM_ARRIVAL": "random-arrival", "ADJ_PROP": "adjusted-proportional", "PINILES": "piniles",
}
MICRO = Fraction(1, 1_000_000)
CASES = [
    (case, key) for case in (*VECTORS["canonical"], *VECTORS["cases"]) for key in NAMES
    if key in case
]


@pytest.mark.parametrize(("case", "key"), CASES)
def test_published_awards(case: dict[str, Any], key: str) -> None:
    claims = {str(place): exact(claim) for place, claim in enumerate(case["d"])}
    awards = divide(claims, case["E"], NAMES[key])
    assert sum(awards.values()) == exact(case["E"])
    for award, printed in zip(awards.values(), case[key], strict=True):
        assert abs(award - exact(printed)) <= MICRO / 2 + MICRO * MICRO


def test_thirds_are_thirds() -> None:
    claims = {"a": 100, "b": 200, "c": 300}
    assert set(divide(claims, 100, "talmud").values()) == {Fraction(100, 3)}
    assert divide(claims, 350, "random-arrival")["b"] == Fraction(325, 3)
    assert divide(claims, "100/3", "proportional")["a"] == Fraction(50, 9)


@st.composite
def problems(draw: st.DrawFn, most: int = 5) -> tuple[dict[str, Fraction], Fraction]:
    """Claims in hundredths, and an amount between nothing and their sum."""
    numbers = draw(st.lists(st.integers(0, 5000), min_size=1, max_size=most))
    claims = {f"m{place}": Fraction(number, 100) for place, number in enumerate(numbers)}
    share = draw(st.fractions(0, 1, max_denominator=60))
    return claims, sum(claims.values(), Fraction(0)) * share


@pytest.mark.parametrize("rule", RULES)
@given(problem=problems())
@settings(max_examples=40)
def test_awards_add_up_and_stay_within_claims(
    rule: str, problem: tuple[dict[str, Fraction], Fraction]
) -> None:
    claims, amount = problem
    awards = divide(claims, amount, rule)
    assert sum(awards.values()) == amount
    assert all(0 <= awards[name] <= claims[name] for name in claims)


@pytest.mark.parametrize("rule", RULES)
@given(problem=problems())
@settings(max_examples=40)
def test_larger_claims_get_no_less_and_lose_no_less(
    rule: str, problem: tuple[dict[str, Fraction], Fraction]
) -> None:
    claims, amount = problem
    awards = divide(claims, amount, rule)
    for first, second in itertools.permutations(claims, 2):
        if claims[first] <= claims[second]:
            assert awards[first] <= awards[second]
            assert claims[first] - awards[first] <= claims[second] - awards[second]


@pytest.mark.parametrize("rule", RULES)
@given(problem=problems(), more=st.fractions(0, 1, max_denominator=20))
@settings(max_examples=40)
def test_more_to_divide_takes_from_nobody(
    rule: str, problem: tuple[dict[str, Fraction], Fraction], more: Fraction
) -> None:
    claims, amount = problem
    above = amount + (sum(claims.values(), Fraction(0)) - amount) * more
    less, enough = divide(claims, amount, rule), divide(claims, above, rule)
    assert all(less[name] <= enough[name] for name in claims)


@given(problem=problems())
def test_equal_losses_are_equal_awards_of_the_loss(
    problem: tuple[dict[str, Fraction], Fraction],
) -> None:
    claims, amount = problem
    lost = divide(claims, sum(claims.values(), Fraction(0)) - amount, "equal-awards")
    kept = divide(claims, amount, "equal-losses")
    assert all(kept[name] + lost[name] == claims[name] for name in claims)


@pytest.mark.parametrize("rule", ["proportional", "talmud", "random-arrival",
                                  "adjusted-proportional"])
@given(problem=problems())
@settings(max_examples=40)
def test_self_dual_rules_share_gains_as_they_share_losses(
    rule: str, problem: tuple[dict[str, Fraction], Fraction]
) -> None:
    claims, amount = problem
    lost = divide(claims, sum(claims.values(), Fraction(0)) - amount, rule)
    kept = divide(claims, amount, rule)
    assert all(kept[name] + lost[name] == claims[name] for name in claims)


@given(problem=problems(most=4))
def test_random_arrival_is_the_mean_over_orders(
    problem: tuple[dict[str, Fraction], Fraction],
) -> None:
    claims, amount = problem
    total = dict.fromkeys(claims, Fraction(0))
    for order in itertools.permutations(claims):
        left = amount
        for name in order:
            served = min(claims[name], left)
            total[name] += served
            left -= served
    orders = factorial(len(claims))
    assert random_arrival(claims, amount) == {name: value / orders
                                              for name, value in total.items()}


@given(problem=problems(most=4))
def test_random_arrival_is_the_shapley_value_of_the_claims_game(
    problem: tuple[dict[str, Fraction], Fraction],
) -> None:
    claims, amount = problem
    names, count = list(claims), len(claims)
    values = dict.fromkeys(names, Fraction(0))
    for name in names:
        others = [other for other in names if other != name]
        for size in range(count):
            weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            for before in itertools.combinations(others, size):
                gain = _worth(claims, amount, {*before, name}) - _worth(claims, amount, {*before})
                values[name] += weight * gain
    assert random_arrival(claims, amount) == values


@given(problem=problems(most=4))
@settings(max_examples=60)
def test_the_talmud_is_the_nucleolus_of_the_claims_game(
    problem: tuple[dict[str, Fraction], Fraction],
) -> None:
    """Kohlberg (1971): coalitions of the least excess levels balance, those without slack apart."""
    claims, amount = problem
    awards = divide(claims, amount, "talmud")
    names = list(claims)
    coalitions = [frozenset(some) for size in range(1, len(names))
                  for some in itertools.combinations(names, size)]
    slack = {some: sum((awards[name] for name in some), Fraction(0))
             - _worth(claims, amount, set(some)) for some in coalitions}
    fixed = [frozenset({name}) for name in names if awards[name] == 0]
    for level in sorted(set(slack.values())):
        tight = [some for some in coalitions if slack[some] <= level]
        assert _balanced(tight, fixed, names)


def _worth(claims: dict[str, Fraction], amount: Fraction, members: set[str]) -> Fraction:
    """Return what a coalition is left with after everybody else was served in full."""
    others = sum((claims[name] for name in claims if name not in members), Fraction(0))
    return max(Fraction(0), amount - others)


def _balanced(tight: list[frozenset[str]], fixed: list[frozenset[str]], names: list[str]) -> bool:
    """Return whether positive weights on `tight`, none negative on `fixed`, add to the whole."""
    rows = np.array([[name in some for some in (*tight, *fixed)] for name in names], dtype=float)
    for place in range(len(tight)):
        gain = np.zeros(rows.shape[1])
        gain[place] = -1.0
        found = linprog(gain, A_eq=rows, b_eq=np.ones(len(names)), bounds=(0, None))
        if found.status == 2 or (found.status == 0 and -cast("float", found.fun) <= 1e-9):
            return False
    return True


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as raised:
        _ = divide({"a": -1, "b": float("nan"), "c": "many"}, -5, "talmund")
    message = str(raised.value)
    assert "did you mean 'talmud'" in message
    for field in ("claims.a", "claims.b", "claims.c", "available"):
        assert field in message
    with pytest.raises(InputError, match="more is available than is claimed"):
        _ = divide({"a": 1, "b": 2}, 4)
    with pytest.raises(InputError, match="nobody claims"):
        _ = divide({}, 0)


def test_random_arrival_says_its_limit() -> None:
    many = {f"m{place}": Fraction(place + 1) for place in range(MOST_ARRIVALS + 1)}
    with pytest.raises(InputError, match="every subset"):
        _ = random_arrival(many, Fraction(10))


def test_measures_of_fairness_by_hand() -> None:
    """Claims of 100, 200, 300; awards of 50, 50, 200: shares 1/2, 1/4, 2/3 with a mean of 17/36.

    Gini: differences 1/4, 1/6, 5/12 twice each, together 5/3, by 2·3·17/12. Envy of the second:
    it has 50 and the third 200, all of which it could use: 150 of 200.
    """
    claims = {"a": Fraction(100), "b": Fraction(200), "c": Fraction(300), "d": Fraction(0)}
    awards = {"a": Fraction(50), "b": Fraction(50), "c": Fraction(200), "d": Fraction(0)}
    found = fairness(claims, awards)
    assert found.satisfaction == {"a": Fraction(1, 2), "b": Fraction(1, 4), "c": Fraction(2, 3),
                                  "d": None}
    assert found.gini == Fraction(5, 3) / (6 * Fraction(17, 12))
    assert found.smallest == Fraction(1, 4)
    assert found.envy == Fraction(3, 4)
    other = {"a": Fraction(100), "b": Fraction(100), "c": Fraction(100), "d": Fraction(0)}
    regret = regrets(claims, {"one": awards, "other": other})
    assert regret["one"] == {"a": Fraction(1, 2), "b": Fraction(1, 4), "c": 0, "d": 0}
    assert regret["other"] == {"a": 0, "b": 0, "c": Fraction(1, 3), "d": 0}


def test_nothing_for_nobody_is_fair() -> None:
    found = fairness({"a": Fraction(10), "b": Fraction(5)}, {"a": Fraction(0), "b": Fraction(-1)})
    assert (found.gini, found.smallest, found.envy) == (0, 0, 0)


def test_a_rule_apart_is_nobodys_regret_and_an_award_below_zero_is_nothing() -> None:
    claims = {"a": Fraction(100), "b": Fraction(100)}
    divisions = {
        "one": {"a": Fraction(60), "b": Fraction(20)},
        "other": {"a": Fraction(40), "b": Fraction(-180)},
        "apart": {"a": Fraction(90), "b": Fraction(10)},
    }
    regret = regrets(claims, divisions, apart=("apart",))
    assert regret["one"] == {"a": 0, "b": 0}
    assert regret["other"] == {"a": Fraction(1, 5), "b": Fraction(1, 5)}
    assert regret["apart"] == {"a": 0, "b": Fraction(1, 10)}
