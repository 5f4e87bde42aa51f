"""Sentences of a stress run: which case is told, whose part it is, how many digits."""

from __future__ import annotations

from typing import Any

import pytest

from orepact.studies.stress.entries import targets_of
from orepact.studies.stress.factors import Factor
from orepact.views.stress_brief import _answers  # pyright: ignore[reportPrivateUsage]
from orepact.views.stress_table import (
    changed,
    grade_of,
    headline,
    single_multiple,
    told_case,
    told_licences,
)
from orepact.views.stress_ways import way_lines
from orepact.views.stress_words import box_words, driver_lines

PLACE = {"chain": "cobalt", "region": "EU27", "material": "cobalt-compounds"}
BRANCHES = ("approve", "refuse")


def band(middle: float, low: float, high: float) -> dict[str, float]:
    return {"middle": middle, "low": low, "high": high, "tail": high}


def pairs(middle: float, verdict: str = "resolved") -> dict[str, Any]:
    return {"middle": middle, "low": middle, "high": middle, "verdict": verdict}


def content(**parts: Any) -> dict[str, Any]:
    """Return a run of two years in which the scenario acts in the second one."""
    told: dict[str, Any] = {
        "rungs": [0], "licences": list(BRANCHES), "plan": {"region": "EU27"},
        "periods": [{"name": f"year-{each}", "months": 12} for each in (1, 2)],
        "chains": [{"chain": "cobalt", "title": "Cobalt", "exporters": ["COD"]}],
        "samples": [{"chain": "cobalt", "licences_alike": False}],
        "results": [], "effects": [], "quotas": [], "conduits": [], "evasion": [],
        "refused_users": [], "drivers": [],
    }
    for period, base, ratio, more in (("year-1", 3.6, 1.0, 0.0), ("year-2", 2.3, 1.5, 0.05)):
        for licence in ("all", *BRANCHES):
            head = {**PLACE, "rung": 0, "period": period, "licence": licence}
            told["results"].append({
                **head, "grade": "C", "use_share": 0.2, "unmet_share": band(0.18, 0.12, 0.24),
                "price_marginal_vs_base": band(base, base / 1.35, base * 1.35)})
            verdict = "resolved" if more else "below resolution"
            told["effects"].append({**head, "price_marginal_ratio": pairs(ratio, verdict),
                                    "unmet_share_change": pairs(more, verdict)})
    return {**told, **parts}


def quota(rung: int, period: str, rent: float) -> dict[str, Any]:
    return {"id": "q", "act": "", "issuer": "COD", "licences": "free", "rung": rung,
            "materials": ["cobalt-compounds"], "period": period, "binds": True,
            "shipped": band(7250, 7250, 7250), "rent": band(rent, rent, rent),
            "margin": band(29100, 29100, 29100)}


def refused(licence: str, tonnes: float, **given: Any) -> dict[str, Any]:
    return {**PLACE, "rung": 0, "period": "year-1", "licence": licence, "refused": tonnes,
            "refused_without": 0.0, "of_theirs": tonnes / 160.0, "region_unmet": 0.17, **given}


def test_the_period_in_which_the_scenario_changes_most_is_told_and_named() -> None:
    told = content()
    assert told_case(told, "cobalt", ("EU27", "cobalt-compounds")) == (0, "year-2")
    lines = _answers(told, "cobalt", headline(told, "cobalt"))
    assert lines
    assert all("year 2" in line for line in lines)
    assert "1.5 × that without" in lines[0]


def test_what_is_lacking_is_told_with_the_part_of_the_scenario() -> None:
    told = content()
    other = [{**one, "region": "JPN"} for one in told["results"]]
    part = [{**one, "region": "JPN"} for one in told["effects"]]
    told |= {"results": [*told["results"], *other], "effects": [*told["effects"], *part]}
    lines = _answers(told, "cobalt", headline(told, "cobalt"))
    assert any("Japan" in line and "lacks 18 %" in line and "+5 points by the scenario" in line
               for line in lines)


def test_a_quota_is_told_every_year_and_alike_rungs_once() -> None:
    entries = [quota(rung, period, rent) for rung in (0, 1)
               for period, rent in (("year-1", 117e6), ("year-2", 64e6))]
    lines = way_lines(content(quotas=entries, rungs=[0, 1]))
    assert len(lines) == 2
    assert "(rungs 0–1, year 1)" in lines[0]
    assert "about 100 million USD a month (grade C)" in lines[0]
    assert "transaction prices" in lines[0]
    assert "about 60 million" in lines[1]


def test_refused_users_are_told_branch_by_branch_and_crumbs_are_not() -> None:
    entries = [refused("approve", 67.0), refused("refuse", 140.0),
               refused("approve", 0.05, region="USA"), refused("refuse", 0.06, region="USA"),
               refused("approve", 500.0, region="KOR"), refused("refuse", 500.0, region="KOR")]
    lines = way_lines(content(refused_users=entries))
    assert len(lines) == 2
    assert "EU-27" in lines[0]  # the plan's region comes first, whatever the tonnes
    assert "67 t/month (42 % of what they themselves import" in lines[0]
    assert "if licences are approved, 140 t/month" in lines[0]
    assert "500 t/month" in lines[1]


def test_refused_users_keep_a_branch_that_changes_nothing() -> None:
    entries = [refused("approve", 64.0), refused("refuse", 70.0, refused_without=70.0)]
    (line,) = way_lines(content(refused_users=entries))
    assert "70 t/month (44 % of what they themselves import; without the scenario 70" in line


def test_branches_that_are_alike_are_one_row() -> None:
    apart = content()
    alike = content(samples=[{"chain": "cobalt", "licences_alike": True}])
    for one in alike["results"]:
        if one["licence"] == "refuse":
            one["price_marginal_vs_base"] = band(2.31, 1.72, 3.14)
    assert told_licences(apart, "cobalt") == list(BRANCHES)
    assert told_licences(alike, "cobalt") == ["all"]
    assert {row["licence"] for row in headline(alike, "cobalt")} == {""}


def test_single_multiples_have_no_more_digits_than_a_band_would() -> None:
    assert single_multiple(8.1) == "8"
    assert single_multiple(2.46) == "2.5"
    assert changed(pairs(9.13), share=False) == "9"


def test_cover_of_decades_is_not_told_in_days() -> None:
    told = content()
    for one in told["results"]:
        one["cover_days_worst"] = band(10113, 10000, 10200)
    assert {row["cover"] for row in headline(told, "cobalt")} == {"over 1000"}


def test_no_line_on_what_drives_nothing() -> None:
    entry = {**PLACE, "figure": "unmet_share", "rung": 0, "period": "year-1", "note": "",
             "median_by_licence": dict.fromkeys(BRANCHES, 0.0), "factors_by_licence": {}}
    assert driver_lines(content(drivers=[entry])) == []
    told = {**entry, "median_by_licence": {"approve": 0.17, "refuse": 0.41}}
    (line,) = driver_lines(content(drivers=[told]))
    assert "cobalt compounds (grade C), year 1: 17 % if licences are approved, 41 %" in line


def test_the_unmet_use_told_is_of_the_material_most_short() -> None:
    def entry(material: str, grade: str, unmet: float, period: str) -> dict[str, Any]:
        return {**PLACE, "material": material, "grade": grade, "use_share": 0.2, "rung": 0,
                "period": period, "unmet_share": band(unmet, unmet, unmet)}

    entries = [entry("flake", "C", 0.0, "year-1"), entry("anode", "D", 0.41, "year-1"),
               entry("anode", "D", 0.40, "year-2")]
    effects = [
        {**PLACE, "material": "anode", "rung": 0, "licence": "all", "period": period,
         "unmet_share_change": pairs(change)}
        for period, change in (("year-1", 0.1), ("year-2", 0.4))
    ]
    (found,) = targets_of(["cobalt"], entries, effects, {"cobalt": ["COD"]}, "EU27")
    assert (found["material"], found["period"]) == ("anode", "year-2")
    assert targets_of(["cobalt"], entries[:1], [], {"cobalt": ["COD"]}, "EU27") == []


@pytest.mark.parametrize(("limit", "unit", "words"), [
    (0.397, "fraction", "at most 40 %"), (7249.8, "t", "at most 7\u202f200 t"),
    (1.2345, "1", "at most 1.2"),
])
def test_limits_of_a_box_have_two_digits(limit: float, unit: str, words: str) -> None:
    factor = Factor("x", "share", "range", unit)
    condition = {"title": factor.title, "kind": factor.kind, "unit": factor.unit, "above": None,
                 "below": limit}
    entry = {"conditions": [condition], "density": 0.9, "coverage": 0.8, "density_left_out": 0.7}
    assert words in box_words(entry)


def test_grades_are_told_from_the_best_to_the_weakest() -> None:
    told = content()
    told["results"].append({**told["results"][0], "material": "ore", "grade": "D"})
    assert grade_of(told, ["ore", "cobalt-compounds"]) == "C–D"
    assert grade_of(told, ["cobalt-compounds"]) == "C"
