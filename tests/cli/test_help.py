"""Every verb explains itself, with an example that works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from orepact.cli.main import app
from tests.cli.conftest import Cli


def verbs(command: Any, *names: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every verb with its help text, groups taken apart."""
    if hasattr(command, "commands"):
        for name, sub in command.commands.items():
            yield from verbs(sub, *names, name)
    else:
        yield names, command.help or ""


VERBS = dict(verbs(typer.main.get_command(app)))


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_has_an_example_of_the_verb(cli: Cli, verb: tuple[str, ...]) -> None:
    done = cli(*verb, "--help")
    assert done.code == 0
    examples = re.findall(r"Example: ([^\n]*(?:\n\S[^\n]*)*)", VERBS[verb])
    assert examples
    for example in examples:
        words = shlex.split(example)
        assert words[: len(verb) + 1] == ["orepact", *verb]
        parsed = cli(*words[1:], "--help")  # parses everything, runs nothing
        assert parsed.code == 0, parsed.err


def test_no_word_at_all_prints_help(cli: Cli) -> None:
    done = cli()
    assert "Usage: orepact" in done.out + done.err
    for name in {verb[0] for verb in VERBS}:
        assert name in done.out + done.err
