"""Every documented snippet runs: Python blocks are executed, `orepact` commands are parsed."""

import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.main
import typer.testing
from typer.testing import CliRunner

from orepact.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "STYLE.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """Return the first line number and the text of every fenced block in a language."""
    text = page.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, match.start(2)) + 1, match.group(2))
        for match in BLOCK.finditer(text)
        if match.group(1) == language
    ]


def commands(page: Path) -> list[str]:
    """Return every `orepact` command line in the console blocks of a page."""
    lines = [line for _, block in blocks(page, "console") for line in block.splitlines()]
    found = [re.sub(r"^\$ ", "", line) for line in lines if line.startswith("$ ")]
    return [part for line in found for part in re.findall(r"\borepact [^&|#]*", line)]


PYTHON_PAGES = [page for page in PAGES if blocks(page, "python")]
COMMANDS = sorted({command.strip() for page in PAGES for command in commands(page)})


@pytest.mark.parametrize("page", PYTHON_PAGES, ids=name_of)
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if (page.parent / "examples").is_dir():
        shutil.copytree(page.parent / "examples", tmp_path / "examples")
    namespace: dict[str, object] = {"__name__": "snippet"}
    for line, block in blocks(page, "python"):
        code = compile("\n" * (line - 1) + block, str(page), "exec")
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, namespace)  # noqa: S102 - the documentation is our own


@pytest.fixture(scope="module", autouse=True)
def one_tree_of_commands() -> Iterator[None]:
    """Let typer make the commands once and not anew for every call, as it would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.testing, "_get_command", cache(typer.main.get_command))
        yield


@pytest.mark.parametrize("command", COMMANDS)
def test_documented_commands_are_understood(command: str) -> None:
    _, *arguments = shlex.split(command)
    done = CliRunner().invoke(app, [*arguments, "--help"])  # parses everything, runs nothing
    assert done.exit_code == 0, done.output


def test_the_readme_shows_ten_lines_of_python() -> None:
    ((_, block),) = blocks(ROOT / "README.md", "python")
    assert len([line for line in block.splitlines() if line.strip()]) <= 10


def test_every_relative_link_leads_somewhere() -> None:
    broken = [
        f"{name_of(page)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not broken
