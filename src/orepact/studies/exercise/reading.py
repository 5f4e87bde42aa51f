"""Exercise files read and checked: everything that is wrong at once, before anything is solved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orepact.data.library import shipped_or_own
from orepact.data.text import TOO_SHORT, Document, examine, parse, read_text, scan_yaml
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.policy.scenario.examine import checked_scenario
from orepact.policy.scenario.reading import scenario_names
from orepact.policy.scenario.text import Scenario
from orepact.policy.scenario.view import WorldView
from orepact.studies.exercise.checks import exercise_faults
from orepact.studies.exercise.text import Exercise

__all__ = [
    "COPY",
    "LIBRARY",
    "background_of",
    "copied_into",
    "decisions_that_ship",
    "exercise_names",
    "exercise_path",
    "opened_exercise",
    "read_exercise",
]

COPY = "exercise.yaml"
"""The name of the copy of an exercise in the folder in which it is played."""

LIBRARY = Path(__file__).parents[1] / "library" / "exercises"
"""The exercises that ship, each with a file of decisions to play it alone."""

DECISIONS = "-decisions"
"""The end of the name of a file of decisions beside its exercise."""


def exercise_names() -> tuple[str, ...]:
    """Return the names of the exercises that ship."""
    stems = sorted(path.stem for path in LIBRARY.glob("*.yaml"))
    return tuple(stem for stem in stems if not stem.endswith(DECISIONS))


def exercise_path(name: str | Path) -> Path:
    """Return the file of an exercise that ships, by its name, or the path that was given.

    Raises `InputError` with the nearest name when it is neither.
    """
    return shipped_or_own(name, "exercise", LIBRARY, exercise_names())


def decisions_that_ship(name: str | Path) -> Path:
    """Return the file of decisions of an exercise that ships.

    Raises `InputError` when the exercise is none that ships.
    """
    path = LIBRARY / f"{name}{DECISIONS}.yaml"
    if str(name) in exercise_names() and path.is_file():
        return path
    raise InputError([Problem("no decisions ship with this exercise", field="--decisions",
                              found=str(name), expected="the path of a file of decisions")])


def copied_into(folder: Path, name: str | Path, exercise: Exercise) -> Path:
    """Copy an exercise, and the scenario file beside it, into a folder; return the copy."""
    source = exercise_path(name)
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / COPY
    beside = source.parent / exercise.scenario
    pairs = [(source, copy)]
    if exercise.scenario not in scenario_names():
        pairs.append((beside, folder / exercise.scenario))
    for old, new in pairs:
        if old.resolve() != new.resolve():
            new.parent.mkdir(parents=True, exist_ok=True)
            _ = new.write_text(read_text(old), encoding="utf-8", newline="\n")
    return copy


def read_exercise(name: str | Path) -> Exercise:
    """Return an exercise by name or path, its structure checked alone.

    Raises `InputError` with every problem of its structure.
    """
    return parse(Exercise, scan_yaml(exercise_path(name), kind="exercise"))


def opened_exercise(name: str | Path, view: WorldView) -> tuple[Exercise, Scenario]:
    """Return an exercise by name or path, and the scenario it plays in.

    Raises `InputError` with every problem of the file, of its scenario and of what both mean
    together: unknown names, dates out of order, decisions that cannot be carried out.
    """
    document = scan_yaml(exercise_path(name), kind="exercise")
    exercise, found = examine(Exercise, document)
    problems = [one for one in found if not _follows(one, found)]
    background: Scenario | None = None
    if exercise is not None:
        background = attempt(problems, background_of, document, exercise, view)
        problems += exercise_faults(document, exercise, background, view)
    if problems or exercise is None or background is None:
        ordered = sorted(dict.fromkeys(problems), key=lambda one: (one.line or 0, one.field))
        raise InputError(ordered)
    return exercise, background


def background_of(document: Document, exercise: Exercise, view: WorldView) -> Scenario:
    """Return the scenario that an exercise plays in, one that ships or a file beside its own.

    Raises `InputError` with every problem of it.
    """
    name = exercise.scenario
    beside = document.path.parent / name
    if name in scenario_names():
        return checked_scenario(name, view)
    if not beside.is_file():
        raise InputError([document.problem(
            ("scenario",), "no such scenario", found=name,
            expected="one that ships, or a file beside the exercise",
            near=nearest(name, scenario_names()))])
    return checked_scenario(beside, view)


def _follows(problem: Problem, others: Sequence[Problem]) -> bool:
    """Say whether a list is told too short only because what is in it could not be read."""
    inside = problem.field + "."
    return problem.message.startswith(TOO_SHORT) and any(
        one.field.startswith(inside) for one in others)
