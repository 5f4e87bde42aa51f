"""Sheets of people with one fault each: the whole answer, and nothing but the answer.

A folder of `sheets` is a case. Its `expected.txt` holds the command and, below it, all that the
command prints; the other file is what the command reads, and there is none where it is missing.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted(path for path in (Path(__file__).parent / "sheets").iterdir() if path.is_dir())
EXAMPLES = (
    "bill examples/bill-of-a-car.csv",
    "bill examples/bill-of-a-turbine.xlsx -o {home}/report.html",
    "purchases examples/purchases.csv",
    "stocks stocks.yaml",
    "stocks stocks.csv",
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_told_with_its_place(
    cli: Cli, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, _, expected = (case / "expected.txt").read_text(encoding="utf-8").partition("\n")
    monkeypatch.chdir(case)
    done = cli(*command.removeprefix("$ orepact ").split())
    assert done.code == 2
    assert done.out == ""
    assert done.err == expected


@pytest.mark.parametrize("words", EXAMPLES)
def test_the_examples_of_the_docs_run_as_they_are(
    cli: Cli, words: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "docs" / "how-to")
    done = cli("assess", *shlex.split(words.format(home=home)))
    assert done.code == 0, done.err
    assert done.err == ""
    assert "nan" not in done.out.lower().split()


def test_the_example_with_mistakes_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "docs" / "how-to")
    done = cli("assess", "bill", "examples/bill-with-mistakes.csv")
    assert done.code == 2
    assert all(f"bill-with-mistakes.csv:{line}: " in done.err for line in range(2, 8))
