"""Scenarios of a file: the sum by hand, cards, and every problem with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError
from orepact.indicators.criticality.gdp_at_risk import gdp_at_risk
from orepact.indicators.criticality.gdp_scenarios import read_scenarios

HEAD = "mineral,country,probability,loss_musd"
CARDS = """\
format: orepact/cards/1
cards:
  - card: gdp-at-risk/gallium/CHN/probability
    title: A stop
    value: 0.4
    low: 0.3
    high: 0.5
    unit: "1"
    reason: "invented for a test"
  - card: gdp-at-risk/gallium/CHN/loss
    title: Its loss
    value: 2000
    low: 1500
    high: 2400
    unit: "million USD"
    reason: "invented for a test"
"""


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle()


def written(folder: Path, text: str, name: str = "scenarios.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_probability_times_loss_is_added_by_mineral(tmp_path: Path, bundle: Bundle) -> None:
    path = written(tmp_path, f"{HEAD}\ngallium,CHN,0.4,2000\ngallium,JPN,0.05,500\n")
    (gallium,) = gdp_at_risk(read_scenarios(path, bundle))
    assert gallium.value == pytest.approx(0.4 * 2000 + 0.05 * 500)
    assert {item.source for item in gallium.inputs if not hasattr(item, "inputs")} == {
        "scenarios.csv"
    }


def test_cards_are_scenarios_too(tmp_path: Path, bundle: Bundle) -> None:
    path = written(tmp_path, CARDS, "cards.yaml")
    (gallium,) = gdp_at_risk(read_scenarios(path, bundle))
    assert (gallium.value, gallium.low, gallium.high) == pytest.approx((800.0, 450.0, 1200.0))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{HEAD}\ngallium,CHN,1.4,2000\n", r"scenarios.csv:2: probability: not a probability"),
        (f"{HEAD}\n\ngalium,CHN,0.4,2000\n", r"did you mean 'gallium'"),
        (f"{HEAD}\ngallium,CHN,0.4,1\ngallium,CHN,0.4,1\n", r"scenarios.csv:3.*given twice"),
        (f"{HEAD}\ngallium,XYZ,0.4,2000\n", r"scenarios.csv:2: country: unknown country"),
        (f"{HEAD}\n", "no scenario"),
        ("mineral,country\ngallium,CHN\n", "probability"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, bundle: Bundle, text: str, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        _ = read_scenarios(written(tmp_path, text), bundle)
