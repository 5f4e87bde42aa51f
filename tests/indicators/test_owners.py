"""Who refines and who owns: shares of output and capacity, and what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.indicators.dependence.owners import who_owns, who_refines
from orepact.indicators.figure import Input
from tests.indicators.conftest import Rows, write_tables

MADE = {"mineral": "gallium", "stage": "refined", "year": 2024, "unit": "t", "edition": "MCS2026"}
OUTPUT: Rows = [
    {**MADE, "country": country, "quantity": quantity, "preferred": "1"}
    for country, quantity in {"CHN": 90.0, "RUS": 10.0, "WLD": 100.0}.items()
]
CAPACITY: Rows = [
    {**MADE, "country": country, "quantity": quantity}
    for country, quantity in {"CHN": 150.0, "RUS": 50.0}.items()
]
SITES: Rows = [
    {"facility": "1", "name": "One", "country": "CAN", "minerals": "gallium", "operator": "Firm"},
    {"facility": "2", "name": "Two", "country": "CAN", "minerals": "gallium|zinc"},
    {"facility": "3", "name": "Three", "country": "USA", "minerals": "zinc"},
]


@pytest.fixture
def small(tmp_path: Path) -> Bundle:
    """Return two refiners and three sites."""
    tables: dict[str, Rows] = {"production": OUTPUT, "capacity": CAPACITY, "facilities": SITES}
    tables |= {"global_supply": [], "concordance": []}
    return read_bundle(write_tables(tmp_path / "tiny", tables))


def test_output_and_capacity_are_kept_apart(small: Bundle) -> None:
    """China makes 90 of 100 t but has 150 of 200 t of capacity."""
    found = {
        (figure.indicator, figure.partner): figure.value for figure in who_refines(small, "gallium")
    }
    assert found == pytest.approx(
        {
            ("share of refined output", "CHN"): 0.9,
            ("share of refined output", "RUS"): 0.1,
            ("share of refining capacity", "CHN"): 0.75,
            ("share of refining capacity", "RUS"): 0.25,
        }
    )


def test_nothing_known_says_so(small: Bundle) -> None:
    (figure,) = who_refines(small, "unobtainium")
    assert figure.value is None
    assert "no table" in figure.missing


def test_owner_is_known_only_where_named(small: Bundle) -> None:
    """One of two Canadian sites names its operator; no table names an owner's country."""
    sites, owner = who_owns(small, "gallium")
    assert (sites.partner, sites.value) == ("CAN", 0.5)
    assert [item.name for item in sites.inputs if isinstance(item, Input)] == ["One"]
    assert owner.indicator == "owner's country"
    assert owner.value is None


def test_bundled_tables(small: Bundle) -> None:
    bundle = read_bundle()
    first = who_refines(bundle, "gallium")[0]
    assert first.partner == "CHN"
    assert first.value is not None
    assert first.value > 0.95
    figures = who_owns(bundle, "nickel", country="CAN")
    assert figures[0].value is not None
    assert figures[0].value > 0.0
    assert who_owns(small, "zinc", country="FRA")[-1].value is None
