"""The predictions that ship are whole, and cover every branch of the bundled study."""

from __future__ import annotations

from pathlib import Path

from orepact.studies.prediction import read_predictions
from orepact.studies.study import find_study

FILED = Path(__file__).resolve().parents[2] / "predictions" / "control-clocks.jsonl"


def test_filed_predictions_are_whole_and_cover_every_branch() -> None:
    filed = list(read_predictions(FILED))
    study = find_study("control-clocks")
    assert filed
    for line in filed:
        content = line.content
        assert content["study"] == study.study
        assert {row["branch"] for row in content["results"]} == set(study.branches)
        assert {row["chain"] for row in content["results"]} == set(study.chains)
