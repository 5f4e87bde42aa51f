"""Every folder of tests/cases: the plan of its network has the numbers that its README derives."""

from pathlib import Path

import polars as pl
import pytest

from orepact.result.solve import solve
from tests.cases.reader import FOLDERS, Case, read_case


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_case(folder: Path) -> None:
    case = read_case(folder)
    result = solve(
        case.network, months=case.months, curves=case.curves, kept_worth=case.kept_worth
    )
    assert not (wrong := list(differences(case, result)))[:3], wrong


def differences(case: Case, result: object) -> list[str]:
    """Return a line for every number that is not as expected."""
    lines: list[str] = []
    for each in case.expect:
        table: pl.DataFrame = getattr(result, each.table)
        rows = table.filter(**each.where)
        found = rows[each.column].sum()
        if rows.is_empty() or abs(found - each.value) > each.tolerance * max(1.0, abs(each.value)):
            lines.append(f"{each.table} {each.where} {each.column}: {found!r}, not {each.value}")
    return lines


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_case_derives_its_answer(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    missing = [
        each.value for each in read_case(folder).expect if f"{each.value:g}" not in numbers(text)
    ]
    assert not missing, f"the README does not come to {missing}"


def numbers(text: str) -> set[str]:
    """Return every number that a text has, as ``:g`` writes it."""
    found: set[str] = set()
    for word in text.replace("−", "-").replace(",", " ").split():
        bare = word.strip("().;:*`|=$")
        try:
            found.add(f"{float(bare):g}")
        except ValueError:
            continue
    return found


def test_there_are_cases() -> None:
    assert len(FOLDERS) >= 8
