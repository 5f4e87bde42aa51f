"""An exercise under way: refusals, stocks, secrets, the transcript, the report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.studies.exercise.board import Shared
from orepact.studies.exercise.figures import pairs, unmet_by_use
from orepact.studies.exercise.hindsight import NEVER, Best, Search, best_of
from orepact.studies.exercise.plan import Decision, levels_of
from orepact.studies.exercise.report import ALL, NONE, after_action
from orepact.studies.exercise.session import (
    Session,
    decisions_in,
    news_for,
    read_transcript,
    save_transcript,
)
from orepact.views.exercise_report import report_html
from tests.studies.shapes import require_shape

MADE = (
    (1, "eu", "buy", 50.0), (2, "eu", "sell", 100.0), (2, "eu", "less", 0.2),
    (2, "us", "pay", 0.5), (3, "eu", "glass", 1.0),
)


def decision(turn: int, team: str, option: str, amount: float) -> Decision:
    return Decision(turn=turn, team=team, option=option, amount=amount)


def played(shared: Shared, made: Sequence[tuple[int, str, str, float]] = MADE) -> Session:
    session = Session.of(shared)
    while not session.over:
        for one in made:
            if one[0] == session.turn + 1:
                assert session.decide(decision(*one)) == ""
        _ = session.close()
    return session


@pytest.fixture(scope="module")
def session(shared: Shared) -> Session:
    return played(shared)


@pytest.fixture(scope="module")
def report(shared: Shared, session: Session) -> dict[str, Any]:
    return after_action(shared, session.content(), trials=8)


def test_what_cannot_be_carried_out_is_refused_with_the_reason(shared: Shared) -> None:
    session = Session.of(shared)
    assert "another turn" in session.decide(decision(2, "eu", "sell", 10.0))
    assert "not on the menu" in session.decide(decision(1, "us", "sell", 10.0))
    assert "not open yet" in session.decide(decision(1, "us", "oman", 1.0))
    assert "beyond the menu" in session.decide(decision(1, "eu", "sell", 500.0))
    assert session.decide(decision(1, "eu", "sell", 100.0)) == ""
    _ = session.close()
    assert session.stock(shared.exercise.team("eu")) == {
        "antimony-metal": pytest.approx(100.0, abs=1e-3)}
    reason = session.decide(decision(2, "eu", "sell", 100.0))
    assert "takes 200 t" in reason
    assert "has 100 t" in reason
    assert [one["option"] for one in session.refused] == ["sell", "sell", "oman", "sell", "sell"]
    assert not [one for one in session.decisions if one.turn == 2]


def test_what_was_bought_can_be_sold(session: Session, shared: Shared) -> None:
    held = session.stock(shared.exercise.team("eu"))
    assert held["antimony-metal"] == pytest.approx(300.0 + 100.0 - 200.0, abs=1e-3)


def test_a_later_word_in_the_same_turn_counts(shared: Shared) -> None:
    session = Session.of(shared)
    for amount in (0.5, 0.1):
        assert session.decide(decision(1, "eu", "less", amount)) == ""
    assert [one.amount for one in session.decisions] == [0.1]


def test_no_team_is_told_what_others_are(session: Session, shared: Shared) -> None:
    news = {team.id: json.dumps([news_for(shared.exercise, team, turn) for turn in range(3)])
            for team in shared.exercise.teams}
    assert "SECRET-OF-US" in news["us"]
    assert "QUESTION-OF-US" in news["us"]
    assert "SECRET-OF-EU" in news["eu"]
    assert "SECRET-OF-EU" not in news["us"]
    assert "SECRET-OF-US" not in news["eu"]
    assert "QUESTION-OF-US" not in news["eu"]
    for answer in session.answers:
        for team in shared.exercise.teams:
            places = {one["region"] for one in answer[team.id]["places"]}
            assert places <= {team.region, "outside"}


def test_a_price_of_grade_d_is_one_for_all_outside(session: Session) -> None:
    places = session.answers[1]["eu"]["places"]
    by_place = {(one["region"], one["material"]): one for one in places}
    assert "price_marginal" in by_place["EU27", "antimony-metal"]
    assert "price_marginal" not in by_place["EU27", "antimony-oxide"]
    assert "unmet_share" in by_place["EU27", "antimony-oxide"]
    assert "price_marginal" in by_place["outside", "antimony-oxide"]


def test_licence_branches_are_told_apart(session: Session) -> None:
    for answer in session.answers:
        metal = [one["licence"] for one in answer["eu"]["places"]
                 if (one["region"], one["material"]) == ("EU27", "antimony-metal")]
        assert metal == ["approve", "refuse"]


def test_a_transcript_leads_back_to_where_it_was_written(
    session: Session, shared: Shared, tmp_path: Path
) -> None:
    save_transcript(session.content(), tmp_path)
    content = read_transcript(tmp_path)
    again = Session.of(shared)
    for turn in range(3):
        for one in decisions_in(content):
            if one.turn == turn + 1:
                assert again.decide(one) == ""
        _ = again.close()
    assert json.loads(json.dumps(again.answers)) == [one["answer"] for one in content["turns"]]


def test_what_is_no_transcript_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no transcript"):
        _ = read_transcript(tmp_path)
    (tmp_path / "transcript.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="not a transcript"):
        _ = read_transcript(tmp_path)


def test_record_and_report_have_the_shapes_of_their_schemas(
    session: Session, report: Mapping[str, Any]
) -> None:
    require_shape("exercise-record", session.content())
    require_shape("exercise-report", report)


def run_of(report: Mapping[str, Any], team: str, licence: str, run: str) -> dict[str, Any]:
    (found,) = (one for one in report["runs"]
                if (one["team"], one["licence"], one["run"]) == (team, licence, run))
    return found


def test_the_report_compares_with_nothing_alone_and_the_best(report: Mapping[str, Any]) -> None:
    for licence in ("approve", "refuse"):
        none, told = (run_of(report, "eu", licence, run) for run in (NONE, ALL))
        assert none["unmet_change_musd"]["middle"] == 0.0
        assert none["public_musd"]["middle"] == 0.0
        best = run_of(report, "eu", licence, "best:eu")
        assert best["unmet_musd"]["middle"] <= told["unmet_musd"]["middle"] + 1e-9
        assert run_of(report, "us", licence, "team:us")["public_musd"]["middle"] > 0.0
    assert {one["option"] for one in report["decisions"]} == {"buy", "sell", "less", "pay", "glass"}
    (glass,) = (one for one in report["decisions"] if one["option"] == "glass")
    assert {one["unmet_change_musd"]["verdict"] for one in glass["changed"]} == {
        "below resolution"}


def test_the_page_says_who_did_what_and_no_month_of_a_peak(report: Mapping[str, Any]) -> None:
    page = report_html(report)
    for words in ("Sell metal", "SECRET-OF-US", "Hindsight", "A bound", "below resolution"):
        assert words in page
    assert "peak" not in page.lower()
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_a_report_needs_the_end_and_the_same_exercise(
    session: Session, shared: Shared, two_sets: Shared
) -> None:
    content = session.content()
    with pytest.raises(InputError, match="other parameter sets"):
        _ = after_action(two_sets, content)
    with pytest.raises(InputError, match="not over"):
        _ = after_action(shared, {**content, "turns": content["turns"][:2]})


def test_few_plans_are_all_tried(shared: Shared) -> None:
    decided = levels_of(shared.exercise, [])
    found = best_of(shared, Search("us", "refuse", decided.tobytes(), 12))
    assert isinstance(found, Best)
    assert found.complete
    assert found.tried == 4 * 3
    assert all(first != NEVER for _, first in found.plan)
    fewer = best_of(shared, Search("us", "refuse", decided.tobytes(), 5))
    assert not fewer.complete
    assert fewer.tried <= 5


def test_two_sets_give_bands_and_pairs(two_sets: Shared) -> None:
    session = played(two_sets, MADE[:2])
    place = session.answers[1]["eu"]["places"][0]["price_marginal"]
    assert place["low"] < place["middle"] < place["high"] <= place["tail"]


def test_who_is_served_first_lacks_last() -> None:
    wanted = {"a": 60.0, "b": 30.0, "c": 10.0}
    assert unmet_by_use(wanted, 20.0, ()) == pytest.approx({"a": 12.0, "b": 6.0, "c": 2.0})
    assert unmet_by_use(wanted, 20.0, ("a",)) == pytest.approx({"a": 0.0, "b": 15.0, "c": 5.0})
    assert unmet_by_use(wanted, 50.0, ("a",)) == pytest.approx({"a": 10.0, "b": 30.0, "c": 10.0})


@given(
    st.dictionaries(st.sampled_from("abcde"), st.floats(0.0, 1e4), min_size=1),
    st.floats(0.0, 1.0), st.sets(st.sampled_from("abcdef")),
)
def test_serving_first_loses_no_tonne(
    wanted: dict[str, float], part: float, first: set[str]
) -> None:
    short = part * sum(wanted.values())
    found = unmet_by_use(wanted, short, first)
    assert sum(found.values()) == pytest.approx(short, rel=1e-9, abs=1e-6)
    assert all(-1e-9 <= found[use] <= wanted[use] * (1 + 1e-9) + 1e-6 for use in wanted)


def test_a_change_below_resolution_is_called_so() -> None:
    before = np.array([10.0, 12.0, 14.0])
    assert pairs(before + 0.01, before, 100.0)["verdict"] == "below resolution"
    assert pairs(before - 5.0, before, 100.0)["verdict"] == "resolved"
    assert pairs(before + np.array([-5.0, 0.0, 5.0]), before, 100.0)["verdict"] == (
        "sign not determined")
