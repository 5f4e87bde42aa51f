"""A study file: which dataset, chains, branches and months a run covers."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import Field

from orepact.data.text import Document, examine, parse, scan_yaml
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network.world import WORLD, World, chain_names, read_world
from orepact.policy import load_branches

__all__ = ["LIBRARY", "Study", "find_study", "open_study", "read_study", "study_names"]

LIBRARY = Path(str(resources.files("orepact.studies"))) / "library"
"""Folder of the bundled studies."""

Names = Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class Study:
    """What a study file says. Months are ``YYYY-MM``; `as_of` is the date of knowledge.

    `world` is the folder of the dataset, relative to the study's own folder; empty means bundled.
    """

    format: str
    study: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    question: str
    chains: Names
    branches: Names
    as_of: datetime.date
    first_month: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    months: Annotated[int, Field(ge=1, le=60)] = 12
    status_quo_months: Annotated[int, Field(ge=1, le=12)] = 3
    parameter_sets: Annotated[int, Field(ge=1, le=100)] = 5
    world: str = ""

    @property
    def first(self) -> datetime.date:
        """Return the first day of the first month."""
        return datetime.date.fromisoformat(f"{self.first_month}-01")

    @property
    def last_month(self) -> str:
        """Return the last month."""
        index = self.first.year * 12 + self.first.month - 1 + self.months - 1
        return f"{index // 12:04d}-{index % 12 + 1:02d}"


def study_names() -> tuple[str, ...]:
    """Return the names of the bundled studies."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.yaml")))


def read_study(path: Path) -> Study:
    """Read a study file; raises `InputError` with every problem."""
    return parse(Study, _scan(path))


def find_study(name: str) -> Study:
    """Return a bundled study by name, or the study of a file by path.

    Raises `InputError` when there is neither.
    """
    return read_study(_path_of(name))


def open_study(
    name: str,
    world: Path | None = None,
    *,
    confirmed_only: bool = False,
    chains: Sequence[str] = (),
) -> tuple[Study, World]:
    """Return a study, bundled or of a file, and the dataset it runs on.

    `world` is the folder of a dataset and goes before the one that the study names; `chains` are
    folders or installed names of further chains. Raises `InputError` with every problem of the
    study, of the dataset, and of the two together.
    """
    problems: list[Problem] = []
    document, study, folder = _open(name, problems)
    folder = world or folder
    dataset = (
        attempt(problems, read_world, folder, confirmed_only=confirmed_only) if folder else None
    )
    for outside in chains:
        dataset = attempt(problems, dataset.with_chain, outside) if dataset else None
    if document is not None and study is not None and folder is not None:
        names = tuple(dataset.chains) if dataset else chain_names(folder)
        problems += _name_problems(document, study, names)
        problems += _month_problems(document, study, dataset) if dataset else ()
    if problems or study is None or dataset is None:
        raise InputError(problems)
    return study, dataset


def _open(name: str, problems: list[Problem]) -> tuple[Document | None, Study | None, Path | None]:
    """Return a study's document, the study and its dataset's folder, as far as they can be read."""
    path = attempt(problems, _path_of, name)
    document = attempt(problems, _scan, path) if path else None
    study, found = examine(Study, document) if document else (None, [])
    problems += found
    if document is None or study is None:
        return None, None, WORLD
    return document, study, attempt(problems, _folder_of, document, study)


def _path_of(name: str) -> Path:
    """Return the path of a bundled study, or of a file."""
    if name in study_names():
        return LIBRARY / f"{name}.yaml"
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        return path
    raise InputError(
        [
            Problem(
                "no such study",
                field="STUDY",
                found=repr(name),
                expected="a file ending in .yaml, or one of " + ", ".join(study_names()),
                nearest=nearest(name, study_names()),
            )
        ]
    )


def _scan(path: Path) -> Document:
    return scan_yaml(path, kind="study", root=path.parent)


def _folder_of(document: Document, study: Study) -> Path:
    """Return the folder of the dataset that a study names, inside the study's own folder."""
    if not study.world:
        return WORLD
    home = document.path.parent
    folder = home / study.world
    try:
        inside, present = folder.resolve().is_relative_to(home.resolve()), folder.is_dir()
    except (OSError, ValueError) as error:
        raise InputError(
            [document.problem(("world",), "not a usable path", found=str(error))]
        ) from error
    if not inside:
        raise InputError(
            [
                document.problem(
                    ("world",),
                    "path leaves the study folder",
                    found=study.world,
                    expected=f"a folder under {home}",
                )
            ]
        )
    if not present:
        names = sorted(path.name for path in home.iterdir() if path.is_dir())
        raise InputError(
            [
                document.problem(
                    ("world",),
                    "no such folder",
                    found=study.world,
                    expected="the folder of a dataset beside the study",
                    near=nearest(folder.name, names),
                )
            ]
        )
    return folder


def _name_problems(document: Document, study: Study, chains: Sequence[str]) -> Iterator[Problem]:
    known = {"chains": tuple(chains), "branches": tuple(load_branches())}
    for field, names in known.items():
        if not names:
            continue
        given: tuple[str, ...] = getattr(study, field)
        for number, name in enumerate(given):
            if name not in names:
                yield document.problem(
                    (field, number),
                    "unknown chain" if field == "chains" else "unknown branch",
                    found=name,
                    expected="one of " + ", ".join(names),
                    near=nearest(name, names),
                )
            elif name in given[:number]:
                yield document.problem(
                    (field, number), "named twice", found=name, expected="each name once"
                )


def _month_problems(document: Document, study: Study, world: World) -> Iterator[Problem]:
    """Yield a problem for each chain whose calibration window has not ended before the study."""
    for name in study.chains:
        chain = world.chains.get(name)
        if chain is not None and study.first_month <= chain.text.calibration.last:
            yield document.problem(
                ("first_month",),
                f"the calibration window of {name} has not ended",
                found=study.first_month,
                expected=f"a month after {chain.text.calibration.last}",
            )
