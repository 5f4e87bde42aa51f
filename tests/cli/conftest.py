"""What the tests of the command line share: a runner, and a copy of the bundled dataset."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import typer.main

from orepact.cli.main import main
from orepact.network.world import WORLD

STUDY = """\
format: orepact/study/1
study: mine
title: A study of my own
question: Who runs short?
chains: [gallium]
branches: [lifted]
as_of: 2026-11-21
first_month: 2026-11
months: 2
status_quo_months: 1
parameter_sets: 1
"""


@dataclass(frozen=True)
class Done:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Cli = Callable[..., Done]


@pytest.fixture(scope="session", autouse=True)
def one_tree_of_commands() -> Iterator[None]:
    """Let typer make the commands once and not anew for every call, as it would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.main, "get_command", cache(typer.main.get_command))
        yield


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the command line inside this process."""

    def run(*words: object, columns: int = 100) -> Done:
        monkeypatch.setattr(sys, "argv", ["orepact", *map(str, words)])
        monkeypatch.setenv("COLUMNS", str(columns))
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to work in."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def world(home: Path) -> Path:
    """Return a copy of the bundled dataset."""
    return shutil.copytree(WORLD, home / "world")


@pytest.fixture
def study(home: Path) -> Path:
    """Return the file of a small study."""
    path = home / "mine.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def edit(path: Path, *changes: tuple[str, str]) -> None:
    """Replace the first occurrence of each text in a file; each must be there."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{path.name} has no {old!r}"
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def line_of(path: Path, words: str) -> int:
    """Return the number of the first line that holds some words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def listing(folder: Path) -> list[str]:
    """Return every path under a folder, hidden ones too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
