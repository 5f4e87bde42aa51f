"""Holdings in YAML and in a sheet become reserves; what is wrong is told at once."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.network import Network, read_world
from orepact.studies.reserve.holdings import read_holdings

GOOD = """\
format: orepact/holdings/1
as_of: 2026-11-01
holdings:
  - {holding: ingot, owner: EU27, material: antimony-metal, tonnes: 500, purity: 0.9965}
  - {holding: oxide, owner: USA, material: antimony-oxide, tonnes: 100, content: 0.83,
     lead: 2.5, shelf_life: 30.9, price: 20000, entitled: [USA, JPN], largest: 40}
  - {holding: elsewhere, owner: USA, material: dysprosium-oxide, tonnes: 3}
"""

BAD = """\
format: orepact/holdings/1
holdings:
  - {holding: one, owner: EU27, material: antimony-metl, tonnes: 5}
  - {holding: one, owner: USAA, material: antimony-oxide, tonnes: 5, purity: 0.5}
  - {holding: ore, owner: USA, material: cobalt-ore, tonnes: 5}
  - {holding: full, owner: USA, material: antimony-metal, tonnes: 5, capacity: 1}
  - {holding: far, owner: USA, material: antimony-metal, tonnes: 5, entitled: [JPM]}
"""


@pytest.fixture(scope="module")
def network() -> Network:
    """Antimony at base."""
    return read_world().network("antimony")


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    _ = path.write_text(text, encoding="utf-8")
    return path


def test_reserves_of_a_file(tmp_path: Path, network: Network) -> None:
    """Cards fill what is not given; tonnes as they lie are counted; other chains are left out."""
    ingot, oxide = read_holdings(_file(tmp_path, "h.yaml", GOOD), network)
    assert (ingot.held, ingot.region, ingot.lead, ingot.shelf_life) == (500.0, "EU27", 1, 0)
    price = next(each.price for each in network.materials if each.name == "antimony-metal")
    assert ingot.carrying_cost == pytest.approx(14.0 / 0.9965 + price * (0.003 + 0.05) / 12.0)
    assert math.isnan(ingot.price)
    assert oxide.held == pytest.approx(83.0)
    assert (oxide.lead, oxide.shelf_life, oxide.largest) == (3, 30, 40.0)
    assert oxide.entitled == ("USA", "JPN")
    assert network.including(ingot, oxide).reserves == (ingot, oxide)


def test_every_problem_is_told_at_once(tmp_path: Path, network: Network) -> None:
    """Unknown form and region, two of a name, too little purity, no store, over capacity."""
    with pytest.raises(InputError) as told:
        _ = read_holdings(_file(tmp_path, "h.yaml", BAD), network)
    text = str(told.value)
    for words in ("did you mean 'antimony-metal'", "name given twice", "less pure than",
                  "did you mean 'USA'", "cannot be stored", "more than the capacity",
                  "did you mean 'JPN'"):
        assert words in text
    assert [problem.line for problem in told.value.problems] == [3, 4, 4, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("field", "value"),
    [("tonnes", "-1"), ("purity", "99.65"), ("content", "1.2"), ("lead", "-2"), ("price", "-1"),
     ("shelf_life", "-3"), ("carrying_cost", "-1"), ("release", "-1")],
)
def test_numbers_out_of_range(tmp_path: Path, network: Network, field: str, value: str) -> None:
    """Negative numbers and shares over 100 % name their field and line."""
    told = {"tonnes": "5"} | {field: value}
    parts = ", ".join(f"{name}: {each}" for name, each in told.items())
    lot = f"holding: a, owner: USA, {parts}, material: antimony-metal"
    text = f"format: orepact/holdings/1\nholdings:\n  - {{{lot}}}\n"
    with pytest.raises(InputError) as raised:
        _ = read_holdings(_file(tmp_path, "h.yaml", text), network)
    assert [(each.line, each.field) for each in raised.value.problems] == [
        (3, f"holdings.0.{field}")
    ]


def test_nothing_held_is_a_problem(tmp_path: Path, network: Network) -> None:
    """An empty list is no file of holdings."""
    with pytest.raises(InputError, match="no lot"):
        _ = read_holdings(
            _file(tmp_path, "h.yaml", "format: orepact/holdings/1\nholdings: []\n"), network
        )


def test_sheet(tmp_path: Path, network: Network) -> None:
    """A sheet gives the same reserve as the text."""
    sheet = "Name;owner;Form;tonnes;purity\ningot;EU27;antimony-metal;500;0.9965\n"
    (found,) = read_holdings(_file(tmp_path, "h.csv", sheet), network)
    text = read_holdings(_file(tmp_path, "h.yaml", GOOD), network)[0]
    assert (found.name, found.held, found.carrying_cost) == (
        text.name, text.held, text.carrying_cost
    )


def test_sheet_problems(tmp_path: Path, network: Network) -> None:
    """Per cent, negative and comma numbers, unknown columns and names: row by row."""
    sheet = "owner;form;tonnes;purity\nUSA;antimony-metal;-1;99.65\nUSA;antimony-metal;1,5;\n"
    with pytest.raises(InputError) as told:
        _ = read_holdings(_file(tmp_path, "h.csv", sheet), network)
    assert [(each.line, each.field) for each in told.value.problems] == [
        (2, "purity"), (2, "tonnes"), (3, "tonnes")
    ]
    with pytest.raises(InputError, match="did you mean 'purity'"):
        _ = read_holdings(_file(tmp_path, "h.csv", "owner;form;tonnes;purty\nUSA;a;1;1\n"), network)
    with pytest.raises(InputError, match="did you mean 'JPN'"):
        _ = read_holdings(
            _file(tmp_path, "h.csv", "owner;form;tonnes\nJPM;antimony-metal;1\n"), network
        )
