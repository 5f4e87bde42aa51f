"""A study file: which chains, branches and months a run covers."""

import datetime
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import Field

from orepact.data.text import parse, read_yaml
from orepact.errors import InputError, Problem, nearest

__all__ = ["LIBRARY", "Study", "find_study", "read_study", "study_names"]

LIBRARY = Path(str(resources.files("orepact.studies"))) / "library"
"""Folder of the bundled studies."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """What a study file says. Months are ``YYYY-MM``; `as_of` is the date of knowledge."""

    format: str
    study: str
    title: str
    question: str
    chains: tuple[str, ...]
    branches: tuple[str, ...]
    as_of: datetime.date
    first_month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    months: Annotated[int, Field(ge=1, le=60)] = 12
    status_quo_months: Annotated[int, Field(ge=1, le=12)] = 3
    parameter_sets: Annotated[int, Field(ge=1, le=100)] = 5

    @property
    def first(self) -> datetime.date:
        """Return the first day of the first month."""
        return datetime.date.fromisoformat(f"{self.first_month}-01")


def study_names() -> tuple[str, ...]:
    """Return the names of the bundled studies."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def read_study(path: Path) -> Study:
    """Read a study file; raises `InputError` with every problem."""
    return parse(Study, read_yaml(path, kind="study", root=path.parent))


def find_study(name: str) -> Study:
    """Return a bundled study by name, or the study of a file by path.

    Raises `InputError` when there is neither.
    """
    if name in study_names():
        return read_study(LIBRARY / f"{name}.yaml")
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        return read_study(path)
    raise InputError(
        [
            Problem(
                "no such study",
                found=repr(name),
                expected="a file ending in .yaml, or one of " + ", ".join(study_names()),
                nearest=nearest(name, study_names()),
            )
        ]
    )
