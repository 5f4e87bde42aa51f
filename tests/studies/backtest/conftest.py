"""What the tests of the back-test share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orepact.studies.backtest.episode import Episode, read_episodes
from orepact.studies.backtest.template import write_template


@pytest.fixture(scope="session")
def shipped() -> dict[str, Episode]:
    return {each.name: each for each in read_episodes()}


@pytest.fixture
def draft(tmp_path: Path) -> Callable[..., Path]:
    """Write a new episode, with words of its files replaced; return its folder."""

    def write(*changes: tuple[str, str]) -> Path:
        _ = write_template(tmp_path, "mine")
        for name in ("episode.yaml", "observed.csv"):
            path = tmp_path / "mine" / name
            text = path.read_text(encoding="utf-8")
            for old, new in changes:
                text = text.replace(old, new)
            _ = path.write_text(text, encoding="utf-8")
        return tmp_path / "mine"

    return write
