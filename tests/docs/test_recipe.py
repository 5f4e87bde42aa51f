"""The recipes for a new mineral run as they are printed, from the first command to the last."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orepact.cli.main import app
from orepact.network.accounts.nodes import OWN_NODE
from orepact.network.accounts.raw import UNLISTED
from orepact.network.accounts.screening import FACTOR, LARGEST
from orepact.network.accounts.stage_trade import LARGE_EXPORTER
from orepact.network.accounts.transit import PASSED_ON

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = {
    "how-to": (ROOT / "docs" / "how-to" / "add-a-mineral.md", ""),
    "contributing": (ROOT / "CONTRIBUTING.md", "## Add a mineral in an hour"),
}


def blocks(page: Path, heading: str) -> list[tuple[str, str]]:
    """Return language and text of the fenced blocks of a page, or of one of its sections."""
    text = page.read_text(encoding="utf-8")
    if heading:
        text = re.split(r"^## ", text.partition(heading)[2], flags=re.MULTILINE)[0]
    return [(match.group(1), match.group(2)) for match in BLOCK.finditer(text)]


@pytest.mark.parametrize("name", PAGES)
def test_the_recipe_runs_as_printed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = 0
    for language, block in blocks(*PAGES[name]):
        if language == "yaml":
            (tmp_path / "my-study.yaml").write_text(block, encoding="utf-8")
        elif language == "python":
            exec(compile(block, name, "exec"), {})  # noqa: S102 - the documentation is our own
        elif language == "console":
            for line in block.splitlines():
                command = shlex.split(line.removeprefix("$ ").removeprefix("uv run "))
                done = CliRunner().invoke(app, command[1:])
                assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exception}"
                ran += 1
    assert ran >= 4
    assert (tmp_path / "zinc" / "chain.yaml").is_file()


def test_the_page_states_the_thresholds_of_the_code() -> None:
    text = PAGES["how-to"][0].read_text(encoding="utf-8")
    for words in (
        f"exporter of at least {LARGE_EXPORTER:.0%}".replace("%", " %"),
        f"beyond {FACTOR:g} times",
        f"at most {LARGEST:.0%}".replace("%", " %"),
        f"at least {UNLISTED:g} times",
        f"at least {PASSED_ON:.0%}".replace("%", " %"),
        f"from {OWN_NODE:.0%}".replace("%", " %"),
    ):
        assert words in text
