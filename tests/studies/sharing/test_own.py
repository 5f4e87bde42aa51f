"""A group of your own: who would refuse, what fairness measures, what is left out and why."""

from __future__ import annotations

from typing import Any

import pytest

from orepact.studies.sharing.own import (
    ClaimRow,
    Claims,
    Group,
    GroupMember,
    divided,
    shared_group,
)
from orepact.views.share_words import emergency_lines, rule_lines


def group(*rows: dict[str, Any]) -> Group:
    return Group(material="invented oxide", members=tuple(GroupMember(**row) for row in rows))


def pair(commitment: float, reserve: float | None = None) -> Group:
    """Return A, which makes 60 of its 100, and B, which buys 60 of its 100."""
    return group(
        {"member": "A", "consumption": 100.0, "production": 60.0, "net_imports": 0.0,
         "commitment": commitment, "reserve": reserve},
        {"member": "B", "consumption": 100.0, "production": 0.0, "net_imports": 60.0,
         "commitment": 100.0},
    )


NEGATIVE = group(
    {"member": "A", "consumption": 1000.0, "production": 600.0, "net_imports": 0.0,
     "commitment": 100.0},
    {"member": "B", "consumption": 100.0, "production": 90.0, "net_imports": 0.0,
     "commitment": 900.0},
    {"member": "C", "consumption": 100.0, "production": 90.0, "net_imports": 0.0},
)


def rules_of(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["rule"]: one for one in content["rules"]}


@pytest.mark.parametrize("reserve", [None, 300.0])
def test_the_same_reserve_counts_alone_and_in_the_group(reserve: float | None) -> None:
    """A has 60 + 300/12 = 85 alone and 45 + 25 = 70 in the group; its 90 last 6.7 months."""
    content = shared_group(pair(300.0, reserve))
    assert rules_of(content)["oil-agreement"]["refuse"] == ["A"]
    assert content["emergency"]["members"][0]["counted_reserve"] == 25.0
    said = " ".join(rule_lines(content))
    assert "gives A 25.0 t a month" in said
    assert "so 85.0 alone and 70.0 under the oil agreement" in said
    assert "whose 90.0 a month last only while its reserve does, 6.7 months" in said


def test_a_reserve_that_covers_all_use_on_both_sides_is_no_reason_to_refuse() -> None:
    content = shared_group(pair(1200.0, 1200.0))
    members = {one["member"]: one for one in content["emergency"]["members"]}
    assert members["A"]["obligation"] > 0
    assert rules_of(content)["oil-agreement"]["refuse"] == []
    assert rules_of(shared_group(pair(1200.0, 1200.0), months=60))["oil-agreement"]["refuse"] == [
        "A"
    ]


def test_fairness_of_the_oil_agreement_is_of_use_and_no_other_rules_regret() -> None:
    content = shared_group(NEGATIVE)
    rules = rules_of(content)
    oil = rules["oil-agreement"]
    assert oil["awards"]["B"] == -180.0
    assert (oil["smallest"], oil["gini"]) == (0.9, 0.0)
    assert set(oil["satisfaction"].values()) == {0.9}
    assert all(0.0 <= one["largest_regret"] <= 1.0 for one in rules.values())
    without = rules_of(shared_group(NEGATIVE, [name for name in rules if name != "oil-agreement"]))
    for name, one in without.items():
        assert one["regret"] == rules[name]["regret"]
    assert "gets 0 % of its use under oil agreement" not in " ".join(rule_lines(content))


def test_a_rule_left_out_is_told_with_its_reason_and_not_as_enough() -> None:
    content = shared_group(pair(300.0), ["leximin"])
    assert content["rules"] == []
    assert content["left_out"] == {"leximin": "links"}
    assert rule_lines(content) == [
        "Left out: leximin over links. Who can be served from where is not known."
    ]
    claims = Claims(members=(ClaimRow(member="A", claim=1.0), ClaimRow(member="B", claim=2.0)))
    assert divided(claims, 2, ["need-first"])["left_out"] == {"need-first": "classes"}


def test_regions_of_a_member_leave_the_rules_out() -> None:
    content = shared_group(group(
        {"member": "north", "country": "A", "consumption": 50.0, "production": 40.0,
         "net_imports": 0.0},
        {"member": "south", "country": "A", "consumption": 50.0, "production": 50.0,
         "net_imports": 0.0},
        {"member": "B", "consumption": 900.0, "production": 890.0, "net_imports": 0.0},
    ), ["talmud"])
    assert content["rules"] == []
    assert content["left_out"] == {"talmud": "regions"}
    assert "Members told by region" in rule_lines(content)[0]


def test_without_an_article_there_is_no_oil_agreement_among_the_rules() -> None:
    content = shared_group(group(
        {"member": "A", "consumption": 100.0, "production": 98.0, "net_imports": 0.0,
         "need": 10.0},
        {"member": "B", "consumption": 100.0, "production": 0.0, "net_imports": 98.0},
    ))
    assert content["emergency"]["article"] == ""
    assert "oil-agreement" not in rules_of(content)
    assert content["left_out"]["oil-agreement"] == "article"
    said = " ".join(rule_lines(content))
    assert "your file says" in said
    assert "cards need" not in said


def test_a_gain_that_nobody_told_is_warned_of() -> None:
    rows = [
        {"member": "A", "consumption": 1000.0, "production": 200.0, "net_imports": 500.0,
         "commitment": 300.0},
        {"member": "C", "consumption": 400.0, "production": 700.0, "net_imports": -200.0},
    ]
    warned = " ".join(emergency_lines(shared_group(group(*rows))))
    assert "C has 500 t a month now, 100 more than the 400 taken as its supplies" in warned
    told = shared_group(group(rows[0], rows[1] | {"supplies": 500.0}))
    assert "taken as its supplies" not in " ".join(emergency_lines(told))
    assert told["emergency"]["loss"] == pytest.approx(300 / 1400)
