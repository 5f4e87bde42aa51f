"""The worked example of the documentation gives the figures that the page says."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import pytest

from orepact.studies.scoring.score import score_predictions
from tests.studies.shapes import require_shape

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "how-to" / "score-a-prediction.md"


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return score_predictions(
        ROOT / "predictions" / "control-clocks.jsonl",
        ROOT / "docs" / "how-to" / "examples" / "observed.csv",
        on=datetime.date(2028, 1, 10), line=1,
    )


def test_scores_have_the_shape_of_the_schema(found: dict[str, Any]) -> None:
    require_shape("score", found)


def test_the_worked_example_is_as_the_page_says(found: dict[str, Any]) -> None:
    (line,) = found["predictions"]
    assert len(line["scored"]) == 4
    one = next(each for each in line["scored"]
               if (each["chain"], each["figure"]) == ("antimony", "price_marginal_vs_base"))
    assert one["observed"] == pytest.approx(1.2)
    assert one["inside"]
    assert one["no_change"]["interval_score"] == pytest.approx(0.0, abs=1e-12)
    low, high = one["band"]["low"], one["band"]["high"]
    assert one["interval_score"] == pytest.approx(math.log(high / low))
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"band is {low:.3f} to {high:.3f}" in text
    assert f"= {one['interval_score']:.3f}." in text
