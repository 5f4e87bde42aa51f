"""The errors of orepact: every problem found, all at once, each with a place and a way out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

__all__ = [
    "InputError",
    "OrepactError",
    "Problem",
    "SolveError",
    "StoppedError",
    "attempt",
    "nearest",
]

CLOSE, ALIKE = 0.6, 0.75
"""Least likeness of a suggestion that begins like the word, and of any other (0 to 1)."""

SHORTEST = 2
"""Letters from which on a word may be the beginning of another; longer ones may be misspelled."""

WHOLE = 3
"""Words of more letters may also be a later part of another."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input.

    `file` and `line` (1-based) say where, `field` names the key path (``materials.2.lag``),
    `found` and `expected` are printed as read, `nearest` is the closest right spelling.
    """

    message: str
    file: str = ""
    line: int | None = None
    field: str = ""
    found: str = ""
    expected: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        """Return the problem on one line: place, field, message, found, expected, nearest."""
        place = self.file + (f":{self.line}" if self.line is not None else "")
        parts = [part for part in (place, self.field, self.message) if part]
        text = ": ".join(parts)
        if self.found:
            text += f"; found {self.found}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.nearest:
            text += f"; did you mean {self.nearest!r}?"
        return text


class OrepactError(Exception):
    """Base class of every error that orepact raises on purpose."""


class InputError(OrepactError):
    """Bad input: carries every `Problem` found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems and print them one to a line."""
        self.problems: tuple[Problem, ...] = tuple(problems)
        count = len(self.problems)
        head = "1 problem" if count == 1 else f"{count} problems"
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"{head} in the input\n{lines}")

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """Say how a worker process sends the error to the one that started it."""
        return type(self), (self.problems,)


class SolveError(OrepactError):
    """A program was not proven optimal; says which one, the solver's words and what to do."""


class StoppedError(SolveError):
    """A long run stopped before its end; says why, what is kept and how to go on."""


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the known word that is spelled most like `word`, or an empty string.

    The shortest word that begins with it or holds it, else the most alike one: by a ratio of
    `ALIKE`, or of `CLOSE` if it has the same first letter. Case and joints do not count.
    """
    plain, by_plain = _plain(word), {_plain(name): name for name in known}
    longer = [name for name in by_plain if name.startswith(plain)]
    longer = longer or [name for name in by_plain if plain in name and len(plain) > WHOLE]
    if longer and len(plain) >= SHORTEST:
        return by_plain[min(longer, key=lambda name: (len(name), name))]
    if len(plain) <= SHORTEST:
        return ""
    near = difflib.get_close_matches(plain, list(by_plain), n=1, cutoff=CLOSE)
    if not near:
        return ""
    ratio = difflib.SequenceMatcher(None, near[0], plain).ratio()
    return by_plain[near[0]] if ratio >= ALIKE or near[0][0] == plain[0] else ""


def _plain(word: str) -> str:
    return word.lower().replace("_", "-").replace(" ", "-")


def attempt(
    problems: list[Problem], read: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T | None:
    """Return what `read` returns, or None after adding the problems it raised to `problems`.

    So several inputs can be read before everything that is wrong with them is raised at once.
    """
    try:
        return read(*args, **kwargs)
    except InputError as error:
        problems.extend(error.problems)
        return None
