"""What is wrong with a scenario, before it is placed in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orepact.data.text import Document, Location
from orepact.errors import Problem

__all__ = ["Fault", "problems_of"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a scenario, at the key path `at` counted in its own parts."""

    at: Location
    message: str
    found: object = field(default="")
    expected: str = ""
    near: str = ""

    @property
    def problem(self) -> Problem:
        """Return the fault as a problem without a file."""
        text = "" if self.found == "" else str(self.found)
        return Problem(self.message, field=".".join(str(key) for key in self.at), found=text,
                       expected=self.expected, nearest=self.near)


def problems_of(faults: Sequence[Fault], document: Document,
                numbers: Mapping[str, Sequence[int]]) -> list[Problem]:
    """Return faults as problems of a file, in order of line.

    `numbers` has, for each list of parts, the numbers in the file of the parts that were read.
    """
    problems = [
        document.problem(_in_file(one.at, numbers), one.message, found=one.found,
                         expected=one.expected, near=one.near)
        for one in faults
    ]
    return sorted(dict.fromkeys(problems), key=lambda one: (one.line or 0, one.field))


def _in_file(at: Location, numbers: Mapping[str, Sequence[int]]) -> Location:
    if len(at) > 1 and isinstance(at[1], int) and str(at[0]) in numbers:
        return (at[0], numbers[str(at[0])][at[1]], *at[2:])
    return at
