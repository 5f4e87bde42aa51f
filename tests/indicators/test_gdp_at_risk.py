"""GDP at risk: the published table and ranking, scenarios as rows and as cards."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError
from orepact.indicators.criticality.gdp_at_risk import (
    gdp_at_risk,
    published_losses,
    ranking,
    scenarios_of_cards,
)
from orepact.indicators.figure import sources_of
from orepact.network.chains.chain import read_cards
from tests.indicators.criticality_vectors import number, read

# Order announced with the draft list of August 2025.
TOP_TEN = (
    "samarium",
    "rhodium",
    "lutetium",
    "terbium",
    "dysprosium",
    "gallium",
    "germanium",
    "gadolinium",
    "tungsten",
    "niobium",
)
NOT_IN_THE_TABLE = {"rhodium", "niobium"}


@pytest.fixture(scope="module")
def world() -> Bundle:
    return read_bundle()


def test_every_published_loss_is_in_the_table(world: Bundle) -> None:
    products = dict(world.table("economic_losses").select("product", "mineral").iter_rows())
    ours = {figure.mineral: figure for figure in published_losses(world)}
    rows = read("usgs_gdp_effects_2025.csv")
    assert len(rows) == len(ours) == 61
    for row in rows:
        figure = ours[products[row["material"]]]
        assert figure.value == number(row["expected_loss_musd"])
        assert figure.coverage["largest loss"] == number(row["largest_loss_musd"])
        assert (figure.value is None) == bool(figure.missing)


def test_the_ranking_is_the_announced_one(world: Bundle) -> None:
    ranked = [figure.mineral for _, figure in ranking(published_losses(world))]
    announced = [name for name in TOP_TEN if name not in NOT_IN_THE_TABLE]
    assert ranked[: len(announced)] == announced
    assert not NOT_IN_THE_TABLE & set(ranked)


def test_the_implied_probability_gives_the_published_ranking_back(world: Bundle) -> None:
    published = published_losses(world)
    scenarios = pl.DataFrame(
        [
            {
                "mineral": f.mineral,
                "country": "any",
                "probability": min(1.0, f.coverage["implied probability, at most"]),
                "loss_musd": f.coverage["largest loss"],
                "source": "USGS-OFR-2025-1047",
            }
            for f in published
            if f.coverage["implied probability, at most"] is not None
        ]
    )
    computed = {figure.mineral: figure for figure in gdp_at_risk(scenarios)}
    for figure in published:
        if figure.mineral in computed:
            assert figure.value is not None
            # Both numbers are printed in whole millions, the ratio to four decimals.
            assert computed[figure.mineral].value == pytest.approx(figure.value, rel=0.05, abs=0.5)
    order = [figure.mineral for _, figure in ranking(computed.values())]
    assert order[:6] == ["samarium", "lutetium", "terbium", "dysprosium", "gallium", "germanium"]


SCENARIOS = pl.DataFrame(
    {
        "mineral": ["gallium", "gallium", "tin", "bauxite"],
        "country": ["CHN", "RUS", "IDN", "GIN"],
        "probability": [0.8, 0.1, 0.2, 0.5],
        "probability_low": [0.5, 0.0, None, None],
        "probability_high": [1.0, 0.2, None, None],
        "loss_musd": [1000.0, 50.0, 400.0, -10.0],
        "loss_low": [900.0, 50.0, None, None],
        "loss_high": [1200.0, 50.0, None, None],
        "source": ["A", "B", "C", "D"],
    }
)


def test_scenarios_are_weighted_and_summed() -> None:
    gallium, tin, bauxite = gdp_at_risk(SCENARIOS)
    assert (gallium.mineral, gallium.value) == ("gallium", pytest.approx(805.0))
    assert (gallium.low, gallium.high) == (pytest.approx(450.0), pytest.approx(1210.0))
    assert gallium.coverage == {"scenarios": 2, "largest loss": 1000.0, "largest loss from": "CHN"}
    assert gallium.arithmetic == "0.8 x 1,000 + 0.1 x 50"
    assert sources_of(gallium) == ("A", "B")
    assert (tin.value, tin.low, tin.high) == (pytest.approx(80.0),) * 3
    assert bauxite.value == pytest.approx(-5.0)  # a net gain


def test_ranks_are_shared_by_equal_values() -> None:
    rows = SCENARIOS.with_columns(loss_musd=pl.lit(100.0), probability=pl.lit(0.5))
    plain = rows.select("mineral", "country", "probability", "loss_musd")
    assert [(rank, f.mineral) for rank, f in ranking(gdp_at_risk(plain))] == [
        (1, "gallium"),
        (2, "bauxite"),
        (2, "tin"),
    ]


def test_an_unknown_probability_is_not_zero() -> None:
    rows = pl.DataFrame(
        {
            "mineral": ["tin", "tin"],
            "country": ["IDN", "CHN"],
            "probability": [None, 0.1],
            "loss_musd": [5.0, 5.0],
        }
    )
    (tin,) = gdp_at_risk(rows)
    assert (tin.value, tin.missing) == (None, "no figure of IDN (probability)")
    assert ranking([tin]) == []


def test_no_scenarios_give_no_figures() -> None:
    assert gdp_at_risk(SCENARIOS.clear()) == []


def test_wrong_scenarios_are_told_all_at_once() -> None:
    rows = pl.DataFrame(
        {
            "mineral": ["tin", "tin"],
            "country": ["IDN", "IDN"],
            "probability": [1.5, 0.5],
            "probability_low": [None, 0.6],
            "loss_musd": [1.0, 1.0],
        }
    )
    with pytest.raises(InputError) as raised:
        gdp_at_risk(rows)
    assert [problem.message for problem in raised.value.problems] == [
        "not a probability",
        "value outside its range",
        "scenario given twice",
    ]
    with pytest.raises(InputError, match="column is missing"):
        gdp_at_risk(rows.drop("loss_musd"))


CARDS = """format: orepact/cards/1
cards:
  - card: gdp-at-risk/gallium/CHN/probability
    title: "Gallium is not delivered for a year"
    value: 0.8
    low: 0.5
    high: 1
    unit: "1"
    reason: "invented for a test"
  - card: gdp-at-risk/gallium/CHN/loss
    title: "Loss of output"
    value: 1000
    low: 900
    high: 1200
    unit: "{unit}"
    reason: "invented for a test"
  - card: other
    title: "Something else"
    value: 1
    low: 0
    high: 2
    unit: "1"
    reason: "invented for a test"
"""


def cards_in(tmp_path: Path, text: str) -> pl.DataFrame:
    path = tmp_path / "cards.yaml"
    path.write_text(text, encoding="utf-8")
    return scenarios_of_cards(read_cards(path, tmp_path))


def test_cards_are_inputs(tmp_path: Path) -> None:
    scenarios = cards_in(tmp_path, CARDS.format(unit="million USD"))
    (gallium,) = gdp_at_risk(scenarios, region="EU27")
    assert (gallium.value, gallium.low, gallium.high) == (800.0, 450.0, 1200.0)
    assert sources_of(gallium) == (
        "card:gdp-at-risk/gallium/CHN/probability",
        "card:gdp-at-risk/gallium/CHN/loss",
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{unit}", "million EUR", "wrong unit"),
        ("CHN/loss", "CHN/cost", "name of a card"),
        ("gallium/CHN/loss", "gallium/RUS/loss", "card is missing"),
    ],
)
def test_cards_that_do_not_fit_are_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = CARDS.replace(old, new).replace("{unit}", "million USD")
    with pytest.raises(InputError, match=words):
        cards_in(tmp_path, text)
