"""Input-output multipliers against published tables, laws of the index, and refused tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.indicators.input_output import (
    LABEL,
    InputOutput,
    exposure_index,
    ghosh,
    leontief,
    multipliers,
    read_input_output,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "input_output.json"
SOUND = (
    "# an invented economy\nsector,1,2,final_use,output\n"
    "1,150,500,350,1000\n2,200,100,1700,2000\n"
)


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    return json.loads(VECTORS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def table(published: dict[str, Any]) -> InputOutput:
    return InputOutput(("1", "2"), *(np.array(published[name]) for name in ("Z", "f", "x")))


def test_inverses_are_those_published(table: InputOutput, published: dict[str, Any]) -> None:
    assert leontief(table) == pytest.approx(np.array(published["L_published"]), abs=1e-4)
    assert leontief(table) == pytest.approx(np.array(published["L"]), rel=1e-12)
    assert ghosh(table) == pytest.approx(np.array(published["G_ghosh"]), rel=1e-12)
    new = leontief(table) @ np.array(published["f_new"], float)
    assert new == pytest.approx(np.array(published["x_new_published"]), abs=0.06)


def test_multipliers(table: InputOutput, published: dict[str, Any]) -> None:
    found = multipliers(table)
    assert found["backward"].to_list() == pytest.approx(published["backward_multipliers"])
    assert found["forward"].to_list() == pytest.approx(published["forward_multipliers"])
    assert set(found["label"]) == {LABEL}


def test_a_cut_of_final_use(table: InputOutput, published: dict[str, Any]) -> None:
    found = exposure_index(table, {"1": 0.1})
    left = (1.0 - found["backward"].to_numpy()) * table.output
    cut = published["leontief_final_demand_cut"]["x_new"]
    assert left == pytest.approx(np.array(cut), rel=1e-12)


def test_all_lost_is_one(table: InputOutput) -> None:
    found = exposure_index(table, {"1": 1.0, "2": 1.0})
    assert found["backward"].to_list() == pytest.approx([1.0, 1.0])
    assert found["forward"].to_list() == pytest.approx([1.0, 1.0])


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2), st.floats(0.0, 1.0))
@settings(max_examples=40, deadline=None)
def test_more_lost_exposes_more(losses: list[float], more: float) -> None:
    table = InputOutput(("a", "b"), np.array([[150.0, 500.0], [200.0, 100.0]]),
                        np.array([350.0, 1700.0]), np.array([1000.0, 2000.0]))
    first = exposure_index(table, dict(zip("ab", losses, strict=True)))
    larger = {name: max(loss, more) for name, loss in zip("ab", losses, strict=True)}
    other = exposure_index(table, larger)
    for name in ("backward", "forward"):
        assert (other[name].to_numpy() >= first[name].to_numpy() - 1e-12).all()
        assert first[name].max() <= 1.0 + 1e-12  # pyright: ignore[reportOperatorIssue]


def test_read(tmp_path: Path, table: InputOutput) -> None:
    path = tmp_path / "flows.csv"
    _ = path.write_text(SOUND, encoding="utf-8")
    found = read_input_output(path)
    assert found.sectors == table.sectors
    assert found.flows == pytest.approx(table.flows)
    assert found.primary == pytest.approx(np.array([650.0, 1400.0]))


def test_rows_may_come_in_any_order(tmp_path: Path) -> None:
    head, first, second = SOUND.splitlines()[1:]
    path = tmp_path / "flows.csv"
    _ = path.write_text(f"{head}\n{second}\n{first}\n", encoding="utf-8")
    assert read_input_output(path).output.tolist() == [1000.0, 2000.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SOUND.replace("1,150", "1,-150"), "150"),
        (SOUND.replace("2,200,100,1700,2000\n", ""), "a sector has a column and no row"),
        (SOUND + "3,0,0,5,5\n", "a sector has a row and no column"),
        (SOUND.replace("350,1000", "350,1200"), "do not add up to output"),
        (SOUND.replace("1,150,500,350,1000", "1,850,100,50,1000"), "buys as much as it makes"),
        (SOUND.replace("1,150,500,350,1000", "1,0,0,0,0"), "without output"),
        (SOUND.replace("500", ""), "500"),
        ("sector,final_use,output\n1,2,3\n", "the table has no sectors"),
        (SOUND + "2,200,100,1700,2000\n", "2"),
    ],
)
def test_refused_tables(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "flows.csv"
    _ = path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        _ = read_input_output(path)
    if not expected.isdigit():
        assert expected in str(error.value)


def test_singular_matrix_is_refused() -> None:
    closed = InputOutput(("a", "b"), np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros(2), np.ones(2))
    for inverse in (leontief, ghosh):
        with pytest.raises(InputError, match="singular"):
            _ = inverse(closed)


def test_unknown_sectors_and_losses_are_told_at_once(table: InputOutput) -> None:
    with pytest.raises(InputError) as error:
        _ = exposure_index(table, {"3": 0.1, "1": 1.5})
    assert "no such sector" in str(error.value)
    assert "not a fraction" in str(error.value)
