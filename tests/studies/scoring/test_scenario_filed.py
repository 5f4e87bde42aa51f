"""A stress run is filed as a prediction: what follows if its scenario comes true."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from orepact.errors import InputError
from orepact.network import World
from orepact.policy.controls import PartialDate
from orepact.policy.scenario.text import Outage, Ranged, Scenario
from orepact.studies.folder import write_folder
from orepact.studies.predicted import predicted
from orepact.studies.prediction import file_prediction
from orepact.studies.scoring.score import score_predictions
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import Stress, stress
from tests.studies.shapes import validator

HEAD = "chain,region,material,figure,from,to,value,base,before,unit,source,known_on,branch\n"
PLACE = "gallium,JPN,gallium-primary"
LATER = datetime.date(2030, 1, 1)


def dip() -> Scenario:
    """China recovers half as much gallium for two months."""
    return Scenario(
        scenario="dip", title="A dip", text="", version=3, chains=("gallium",),
        first_month="2026-12", months=2, reason="a test",
        outages=(Outage(id="less", reason="a test", process="gallium-recovery", region="CHN",
                        activity=Ranged(0.5, 0.5, 0.5), month=PartialDate("2026-12"),
                        until=PartialDate("2027-01")),),
    )


@pytest.fixture(scope="module")
def found(bundled: World) -> Stress:
    return stress(dip(), world=bundled, design=Design(sets=2, draws=0, windows=False))


@pytest.fixture
def folder(found: Stress, tmp_path: Path) -> Path:
    write_folder(tmp_path / "dip", found.content, found.frames, {"brief.html": "<!doctype html>"})
    return tmp_path / "dip"


def observed(tmp_path: Path, branch: str, *rows: str) -> Path:
    path = tmp_path / "observed.csv"
    happened = f",,,,,,,,,,gazette,2027-03-02,{branch}"
    _ = path.write_text(HEAD + "\n".join((happened, *rows)) + "\n", encoding="utf-8")
    return path


def entry(found: Stress, figure: str) -> dict[str, Any]:
    return next(
        each[figure] for each in found.content["results"]
        if (each["chain"], each["region"], each["material"]) == tuple(PLACE.split(","))
        and each["licence"] == "all"
    )


def test_a_filed_line_has_the_shape_of_the_schema(folder: Path, tmp_path: Path) -> None:
    _ = file_prediction(folder, tmp_path / "p.jsonl", {"dip": 0.2, "other": 0.8})
    line = json.loads((tmp_path / "p.jsonl").read_text(encoding="utf-8"))
    assert not [error.message for error in validator("prediction").iter_errors(line)]
    assert (line["study"], line["scenario"]["version"]) == ("dip", 3)
    assert (line["first_month"], line["last_month"]) == ("2026-12", "2027-01")
    assert {each["branch"] for each in line["results"]} == {"dip"}
    assert {(each["period"], each["last_month"]) for each in line["results"]} == {
        ("whole", "2027-01")}
    assert {name for each in line["results"] for name in each["by_licence"]} == set(
        line["licence_branches"])


def test_it_is_scored_if_the_scenario_came_true(
    found: Stress, folder: Path, tmp_path: Path
) -> None:
    _ = file_prediction(folder, tmp_path / "p.jsonl", {"dip": 0.2, "other": 0.8})
    band = entry(found, "price_marginal_vs_base")
    rows = [f"{PLACE},price_marginal_vs_base,{month},{month},{band['high'] * 1.1!r},,,"
            "multiple of base,a,2027-03-01," for month in ("2026-12", "2027-01")]
    scores = score_predictions(tmp_path / "p.jsonl", observed(tmp_path, "dip", *rows), on=LATER,
                               run=folder, limits={"price_marginal_vs_base": (0.0, 1e9)})
    assert not [error.message for error in validator("score").iter_errors(scores)]
    (line,) = scores["predictions"]
    (one,) = line["scored"]
    assert (one["inside"], one["period"], one["branch"]) == (False, "whole", "dip")
    assert [each["probability"] for each in line["statements"]["rows"]] == [1.0, 0.0]
    assert line["branches"]["brier"] == pytest.approx(0.8**2 + 0.8**2)


def test_it_is_not_scored_if_something_else_happened(folder: Path, tmp_path: Path) -> None:
    _ = file_prediction(folder, tmp_path / "p.jsonl")
    row = f"{PLACE},unmet_share,2026-12,2027-01,0.1,,,fraction of use,a,2027-03-01,"
    scores = score_predictions(tmp_path / "p.jsonl", observed(tmp_path, "other", row), on=LATER)
    (line,) = scores["predictions"]
    assert line["scored"] == []
    assert {each["reason"] for each in line["not_testable"]} == {"no branch of the study happened"}


def test_members_of_another_run_are_refused(
    found: Stress, folder: Path, tmp_path: Path
) -> None:
    _ = file_prediction(folder, tmp_path / "p.jsonl")
    table = found.frames["members"]
    table.with_columns(table["price_marginal"] * 1.01).write_parquet(folder / "members.parquet")
    with pytest.raises(InputError, match="not the members that were filed"):
        _ = score_predictions(tmp_path / "p.jsonl", observed(tmp_path, "dip"), on=LATER,
                              run=folder)


def test_a_probability_of_something_else_is_needed(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not probabilities of all branches"):
        _ = file_prediction(folder, tmp_path / "p.jsonl", {"dip": 1.0})
    assert not (tmp_path / "p.jsonl").exists()


def test_rungs_are_branches_and_years_have_their_own_months(found: Stress) -> None:
    content, first = found.content, found.content["results"][0]
    rungs = [
        {**first, "rung": rung, "period": period, "licence": "all"}
        for rung in (0, 1) for period in ("year-1", "year-2")
    ]
    run = {**content, "months": 20, "results": rungs, "periods": [
        {"name": "year-1", "first": 0, "months": 12}, {"name": "year-2", "first": 12, "months": 8}]}
    filed = predicted(run)
    assert filed["last_month"] == "2028-07"
    assert [(each["branch"], each["first_month"], each["last_month"])
            for each in filed["results"]] == [
        ("rung-0", "2026-12", "2027-11"), ("rung-0", "2027-12", "2028-07"),
        ("rung-1", "2026-12", "2027-11"), ("rung-1", "2027-12", "2028-07")]
