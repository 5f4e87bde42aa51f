"""Play an exercise without a table: decisions in, transcript and after-action report out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orepact.errors import InputError, Problem, attempt
from orepact.network.behaviour import representative
from orepact.network.world import World, read_world
from orepact.policy import Register, load_register, load_template
from orepact.policy.scenario.view import world_view
from orepact.studies.exercise.board import Shared
from orepact.studies.exercise.decisions import fault_of, read_decisions
from orepact.studies.exercise.plan import Decision
from orepact.studies.exercise.reading import (
    COPY,
    copied_into,
    decisions_that_ship,
    opened_exercise,
)
from orepact.studies.exercise.report import after_action
from orepact.studies.exercise.session import Session, read_transcript, save_transcript

__all__ = [
    "SETS",
    "SHIPS",
    "Game",
    "exercise_report",
    "opened_game",
    "play_exercise",
    "scripted",
]

SETS = 5
"""Parameter sets of a game, if no other number is given."""

SHIPS = "ships"
"""The name of the decisions that ship with an exercise."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Game:
    """An exercise that was played: `transcript` is what ``transcript.json`` holds.

    Its format is ``orepact/exercise-record/1``: news, decisions, refusals and answers, turn by
    turn, with bands over the parameter sets.
    """

    shared: Shared = field(repr=False)
    transcript: dict[str, Any] = field(repr=False)


def play_exercise(
    exercise: str | Path,
    decisions: str | Path | Sequence[Decision] = (),
    *,
    world: World | None = None,
    register: Register | None = None,
    sets: int = SETS,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Game:
    """Play an exercise from its first turn to its last and return the game.

    `exercise` is one that ships, by name, or the path of a file; `decisions` are those of a file of
    format ``orepact/decisions/1``, ``ships`` for the ones that ship with the exercise, or given one
    by one with amounts in t/month (stocks), fractions (uses, subsidies) or 1 and 0. What a stock
    does not suffice for is refused and stands in the transcript. `sets` is the number of parameter
    sets; a new `folder` gets transcript and exercise, as `orepact exercise run` writes them;
    `progress` is told the turns played and all turns. Raises `InputError` with everything that is
    wrong before anything is solved, `SolveError` when a window is not proven optimal.
    """
    world = world or read_world()
    shared = opened_game(exercise, world, sets, register)
    script = scripted(exercise, shared, decisions)
    if folder is not None:
        _require_new(folder)
        _ = copied_into(folder, exercise, shared.exercise)
    session = Session.of(shared)
    while not session.over:
        for one in script:
            if one.turn == session.turn + 1:
                _ = session.decide(one)
        _ = session.close()
        if folder is not None:
            save_transcript(session.content(), folder)
        if progress is not None:
            progress(session.turn, len(shared.exercise.turns))
    return Game(shared, session.content())


def exercise_report(
    game: Game | str | Path,
    *,
    world: World | None = None,
    trials: int = 24,
    workers: int = 1,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return the after-action report of a game (format ``orepact/exercise-report/1``).

    `game` was played here or lies in a folder of `orepact exercise run`; `world` is the dataset it
    was played with, the bundled one for None. The same months run without any decision, with each
    team's alone, without each of them, and with the best of each menu found in at most `trials`
    plans for each team and licence branch (0 for none). Unmet use is in tonnes and in million US
    dollars at base prices. Raises `InputError` when the game is not over or was played with
    something else, `SolveError` when a window is not proven optimal.
    """
    if not isinstance(game, Game):
        game = _read_game(Path(game), world or read_world())
    return after_action(game.shared, game.transcript, trials=trials, workers=workers,
                        progress=progress)


def opened_game(
    exercise: str | Path, world: World, sets: int, register: Register | None = None
) -> Shared:
    """Return what an exercise is played with; raises `InputError` with every problem."""
    problems: list[Problem] = []
    if not 1 <= sets <= len(world.ensemble):
        problems.append(Problem("out of range", field="--sets", found=str(sets),
                                expected=f"a whole number from 1 to {len(world.ensemble)}"))
    view = world_view(world, register or load_register())
    opened = attempt(problems, opened_exercise, exercise, view)
    if problems or opened is None:
        raise InputError(problems)
    return Shared(*opened, world, view.register, load_template(),
                  representative(world.ensemble, sets - 1))


def scripted(
    exercise: str | Path, shared: Shared, decisions: str | Path | Sequence[Decision]
) -> list[Decision]:
    """Return decisions in order of turn; raises `InputError` with all that no menu allows."""
    if isinstance(decisions, str | Path):
        path = decisions_that_ship(exercise) if decisions == SHIPS else Path(decisions)
        return list(read_decisions(path, shared.exercise))
    problems = [one for each in decisions if (one := fault_of(shared.exercise, each)) is not None]
    if problems:
        raise InputError(problems)
    return sorted(decisions, key=lambda one: one.turn)


def _read_game(folder: Path, world: World) -> Game:
    transcript = read_transcript(folder)
    return Game(opened_game(folder / COPY, world, len(transcript["parameter_sets"])), transcript)


def _require_new(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError([Problem("the folder is not empty", file=str(folder), field="folder",
                                  expected="a new folder")])
