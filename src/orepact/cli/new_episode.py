"""The verb ``orepact new episode``: two files for the back-test."""

from __future__ import annotations

from pathlib import Path

from orepact.cli.show import print_json, say
from orepact.studies.backtest.template import write_template

__all__ = ["episode_verb"]


def episode_verb(name: str, into: Path | None, *, json: bool) -> None:
    """Write the files of a new episode and say what to do next."""
    folder = into or Path()
    paths = write_template(folder, name)
    if json:
        files = [str(path) for path in paths]
        print_json({"format": "orepact/episode-draft/1", "episode": name, "files": files})
        return
    for path in paths:
        say(f"{path}: replace every number and note")
    say(f"next: orepact backtest {name} --episodes {folder} --quick")
