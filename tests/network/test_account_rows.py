"""An empty cell of an account is not zero, an account has rows, its periods are of the calendar."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.network.chains.chain import Known, read_chain
from orepact.network.world import WORLD

ROW = "production,gallium-primary,gallium-recovery,CHN,,,612,0.12,2022-08/2023-07,"


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """Return a copy of a chain's folder."""
    return shutil.copytree(WORLD / "chains" / "gallium", tmp_path / "gallium")


def problems(chain: Path, old: str, new: str) -> list[str]:
    """Return what is wrong with a chain after a change of its account."""
    path = chain / "accounts.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    _ = path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_chain(chain, Known(None, None))
    return [str(each) for each in caught.value.problems]


def test_an_empty_cell_is_not_zero(chain: Path) -> None:
    words = (
        f"{chain}/accounts.csv:2: tonnes_per_year: value is missing: an empty cell is not zero; "
        "found nothing; expected tonnes; what is not published is a card with a range, zero is 0"
    )
    assert problems(chain, ROW, ROW.replace(",612,", ",,")) == [words]


def test_a_zero_is_a_zero(chain: Path) -> None:
    path = chain / "accounts.csv"
    text = path.read_text(encoding="utf-8")
    _ = path.write_text(text.replace(ROW, ROW.replace(",612,", ",0,")), encoding="utf-8")
    rows = read_chain(chain, Known(None, None)).accounts
    assert rows["tonnes"].to_list()[0] == 0.0


def test_an_account_with_only_a_header_has_no_rows(chain: Path) -> None:
    path = chain / "accounts.csv"
    header, _, rest = path.read_text(encoding="utf-8").partition("\n")
    found = problems(chain, rest, "")
    assert header
    assert found[0].startswith(f"{path}:1: tonnes_per_year: no rows; ")


def test_a_number_that_is_wrong_is_told_once(chain: Path) -> None:
    assert len(problems(chain, ROW, ROW.replace(",612,", ",many,"))) == 1


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2023-13/2023-12", "not a period of the calendar"),
        ("2005-13", "not a period of the calendar"),
        ("2022-08", "not a period of the calendar"),
        ("spring", "not a period of the calendar"),
        ("2023-12/2023-01", "the last month lies before the first"),
    ],
)
def test_a_period_is_of_the_calendar(chain: Path, period: str, words: str) -> None:
    found = problems(chain, ROW, ROW.replace("2022-08/2023-07", period))
    assert found == [
        f"{chain}/accounts.csv:2: period: {words}; found {period}; expected "
        + (
            "first and last month: YYYY-MM/YYYY-MM"
            if "before" in words
            else "a year, or first and last month: YYYY-MM/YYYY-MM"
        )
    ]
