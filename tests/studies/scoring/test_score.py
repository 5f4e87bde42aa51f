"""Scores of filed predictions: by hand, and only for the branch that came true."""

from __future__ import annotations

import datetime
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orepact.errors import InputError
from orepact.studies.prediction import Prediction, file_prediction, verify
from orepact.studies.run import Run, write_run
from orepact.studies.scoring.forecasts import Forecast, constant_rule, losses
from orepact.studies.scoring.members import filed_members, read_limits
from orepact.studies.scoring.score import score_predictions

HEAD = "chain,region,material,figure,from,to,value,base,before,unit,source,known_on,branch\n"
HAPPENED = ",,,,,,,,,,gazette,2027-01-02,revived\n"
LATER = datetime.date(2030, 1, 1)
PLACE = "gallium,JPN,gallium-primary"


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Path:
    """Return the folder of a finished run, as filed on the first line."""
    folder = tmp_path / "run"
    write_run(run, folder)
    _ = file_prediction(folder, tmp_path / "p.jsonl", {"revived": 1.0})
    return folder


def observed(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "observed.csv"
    _ = path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def scores(
    made: Path, *rows: str, run: Path | None = None,
    limits: dict[str, tuple[float, ...]] | None = None,
) -> dict[str, Any]:
    path = observed(made.parent, HAPPENED.strip(), *rows)
    found = score_predictions(made.parent / "p.jsonl", path, on=LATER, run=run, limits=limits)
    return dict(found["predictions"][0])


def entry(run: Run) -> dict[str, Any]:
    chain, region, material = PLACE.split(",")
    return next(each for each in run.content["results"]
                if (each["chain"], each["region"], each["material"]) == (chain, region, material))


def test_a_price_is_scored_by_hand(run: Run, made: Path) -> None:
    band = entry(run)["price_marginal_vs_base"]
    seen = 1.5 * band["high"]
    unit = "multiple of base,a price list,2027-01-10,"
    row = f"{PLACE},price_marginal_vs_base,2026-11,2026-12,{seen!r},,{band['high']!r},{unit}"
    (one,) = scores(made, row)["scored"]
    width, beyond = math.log(band["high"] / band["low"]), math.log(1.5)
    assert one["interval_score"] == pytest.approx(width + 10.0 * beyond)
    assert one["inside"] is False
    assert one["error"] == pytest.approx(math.log(band["middle"] / seen))
    quantiles = 0.9 * beyond + 0.5 * math.log(seen / band["middle"]) + 0.1 * math.log(
        seen / band["low"])
    assert one["pinball"] == pytest.approx(quantiles / 3.0)
    assert one["no_change"]["interval_score"] == pytest.approx(10.0 * beyond)
    rule = constant_rule()
    assert rule is not None
    expected = losses(Forecast(rule.low, rule.middle, rule.high), 1.5, "price_marginal_vs_base")
    assert one["constant_multiple"]["interval_score"] == pytest.approx(expected["interval_score"])


def test_months_are_put_together_and_values_divided_by_their_base(made: Path) -> None:
    rows = [f"{PLACE},price_marginal_vs_base,2026-11,2026-11,300,100,,USD/kg,a,2027-01-10,",
            f"{PLACE},price_marginal_vs_base,2026-12,2026-12,500,100,,USD/kg,b,2027-01-11,"]
    (one,) = scores(made, *rows)["scored"]
    assert one["observed"] == pytest.approx(4.0)
    assert (one["sources"], one["known_on"]) == (["a", "b"], "2027-01-11")
    assert one["no_change"] is None
    assert one["constant_multiple"] is None
    left = scores(made, rows[0])
    assert left["scored"] == []
    assert "observed for 1 of 2 months" in {each["reason"] for each in left["not_testable"]}


def test_cover_is_the_worst_of_its_months(run: Run, made: Path) -> None:
    assert "cover_days_worst" in entry(run)
    rows = [f"{PLACE},cover_days_worst,2026-{month},2026-{month},{days},,,days,a,2027-01-10,"
            for month, days in ((11, 60), (12, 20))]
    (one,) = scores(made, *rows)["scored"]
    assert (one["observed"], one["beyond_tail"]) == (
        20.0, entry(run)["cover_days_worst"]["tail"] > 20.0)


def test_only_the_branch_that_came_true_is_scored(made: Path) -> None:
    row = f"{PLACE},unmet_share,2026-11,2026-12,0.1,,,fraction of use,a,2027-01-10,"
    file = made.parent / "p.jsonl"
    for branch, reason in (("", "which branch happened is not stated"),
                           (",,,,,,,,,,gazette,2027-01-02,other",
                            "no branch of the study happened")):
        path = observed(made.parent, *[each for each in (branch, row) if each])
        found = score_predictions(file, path, on=LATER)["predictions"][0]
        assert found["scored"] == []
        assert {each["reason"] for each in found["not_testable"]} == {reason}


def test_what_was_known_before_the_filing_or_after_the_day_does_not_count(made: Path) -> None:
    early = f"{PLACE},unmet_share,2026-11,2026-11,0.1,,,fraction of use,a,2026-11-01,"
    late = f"{PLACE},unmet_share,2026-12,2026-12,0.1,,,fraction of use,a,2027-01-10,"
    filed = json.loads((made.parent / "p.jsonl").read_text(encoding="utf-8"))["filed"][:10]
    reasons = {each["reason"] for each in scores(made, early, late)["not_testable"]}
    if filed > "2026-11-01":
        assert "observed for 1 of 2 months, 1 known before it was filed" in reasons
    path = observed(made.parent, HAPPENED.strip(), late)
    found = score_predictions(made.parent / "p.jsonl", path, on=datetime.date(2027, 1, 9))
    assert found["rows_known_later"] == 1
    assert found["predictions"][0]["scored"] == []


def test_branches_get_a_brier_score_only_from_filed_probabilities(run: Run, made: Path) -> None:
    branches = scores(made)["branches"]
    assert (branches["brier"], branches["brier_of_even_probabilities"]) == (0.0, 0.0)
    other = made.parent / "other"
    write_run(replace(run, content={**run.content, "seconds": 1.0}), other)
    _ = file_prediction(other, made.parent / "plain.jsonl")
    path = observed(made.parent, HAPPENED.strip())
    found = score_predictions(made.parent / "plain.jsonl", path, on=LATER)
    assert "orepact gives none" in found["predictions"][0]["branches"]["note"]


def test_statements_are_scored_from_the_members_that_were_filed(run: Run, made: Path) -> None:
    members = run.frames["members"].filter(region="JPN", material="gallium-primary")
    prices = sorted(members["price_marginal"].to_list())
    limit = round((prices[0] + prices[-1]) / 2.0, 4)
    share = sum(price > limit for price in prices) / len(prices)
    row = f"{PLACE},price_marginal_vs_base,2026-11,2026-12,99,,,multiple of base,a,2027-01-10,"
    limits = read_limits((f"price_marginal_vs_base > {limit}", "price_marginal_vs_base > 0.001"))
    found = scores(made, row, run=made, limits=limits)["statements"]
    assert [each["probability"] for each in found["rows"]] == [pytest.approx(share), 1.0]
    assert found["brier"] == pytest.approx(((share - 1.0) ** 2 + 0.0) / 2.0)
    without = scores(made, row)["statements"]
    assert (without["rows"], without["brier"]) == ([], None)


def test_members_that_were_not_filed_are_refused(run: Run, made: Path) -> None:
    table = run.frames["members"]
    table.with_columns(table["price_marginal"] * 1.01).write_parquet(made / "members.parquet")
    with pytest.raises(InputError, match="not the members that were filed"):
        _ = scores(made, run=made)
    line = Prediction({name: value for name, value in verify(made.parent / "p.jsonl")[0]
                       .content.items() if name != "members_sha256"}, "")
    with pytest.raises(InputError, match="members do not give what was filed"):
        _ = filed_members(made, line)
    write_run(replace(run, content={**run.content, "seconds": 7.0}), made)
    with pytest.raises(InputError, match="not the run that was filed"):
        _ = scores(made, run=made)


def test_an_altered_record_is_not_scored(made: Path) -> None:
    file = made.parent / "p.jsonl"
    text = file.read_text(encoding="utf-8")
    _ = file.write_text(text.replace('"revived": 1.0', '"revived": 0.9'), encoding="utf-8")
    with pytest.raises(InputError, match="the line was altered"):
        _ = scores(made)


def test_everything_wrong_with_the_observations_is_told_at_once(made: Path) -> None:
    rows = [
        "galium,JPN,gallium-primary,unmet_share,2026-11,2026-12,0,,,fraction of use,a,2027-01-10,",
        f"{PLACE},unmet_share,2026-12,2026-11,0.1,,,fraction of use,a,2027-01-10,",
        f"{PLACE},unmet_share,2026-11,2026-12,1.1,,,fraction of use,a,2027-01-10,",
        f"{PLACE},unmet_share,2026-11,2026-12,0.1,,,per cent,a,2027-01-10,",
        f"{PLACE},price_marginal_vs_base,2026-11,2026-12,0,,,multiple of base,a,2027-01-10,",
        f"{PLACE},unmet_share,2026-11,2026-12,,,,fraction of use,,2026-13-10,",
        f"{PLACE},unmet_share,2026-11,2026-12,0.1,,,fraction of use,a,2026-11-30,",
        f"{PLACE},unmet_share,2026-11,2026-12,0.1,,,fraction of use,a,2027-01-10,revived",
        f"{PLACE},cover_days_worst,2026-11,2026-12,9,,,days,a,2027-01-10,",
        f"{PLACE},cover_days_worst,2026-12,2026-12,9,,,days,a,2027-01-10,",
    ]
    with pytest.raises(InputError) as error:
        _ = scores(made, *rows)
    found = [(one.line, one.message) for one in error.value.problems]
    for line, message in (
        (3, "unknown name"), (4, "ends before it begins"), (5, "more than all of use"),
        (6, "not the unit of the figure"), (7, "price of nothing"), (8, "value is missing"),
        (8, "not a date of the calendar"), (9, "known before the last of its months began"),
        (10, "a row says a branch or a figure, not both"), (12, "months that another row has too"),
    ):
        assert (line, message) in found


@pytest.mark.parametrize(
    ("chances", "words"),
    [
        ({"revived": 0.5}, "not probabilities of all branches"),
        ({"revivd": 1.0}, "not a branch of the run"),
        ({"revived": 1.5, "x": -0.5}, "not a branch of the run"),
    ],
)
def test_probabilities_that_are_none_are_refused(
    run: Run, tmp_path: Path, chances: dict[str, float], words: str
) -> None:
    write_run(run, tmp_path / "run")
    with pytest.raises(InputError, match=words):
        _ = file_prediction(tmp_path / "run", tmp_path / "p.jsonl", chances)
    assert not (tmp_path / "p.jsonl").exists()


def test_words_that_are_no_statement_are_refused() -> None:
    assert read_limits(("unmet_share > 0.1", "unmet_share>.2")) == {"unmet_share": (0.1, 0.2)}
    with pytest.raises(InputError) as error:
        _ = read_limits(("unmet > 0.1", "unmet_share < 0.1"))
    assert len(error.value.problems) == 2
