"""The verbs of ``orepact exercise``."""

from __future__ import annotations

import json as codec
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from orepact.cli.exercise_table import TEAMS, ask_team, print_answer, write_views
from orepact.cli.show import check_choice, print_json, print_pairs, print_table, say
from orepact.cli.workers import workers_of
from orepact.errors import InputError, Problem, attempt
from orepact.network.world import World, read_world
from orepact.studies.exercise.board import Shared
from orepact.studies.exercise.decisions import amount_unit, most_of
from orepact.studies.exercise.plan import Decision
from orepact.studies.exercise.play import opened_game, scripted
from orepact.studies.exercise.reading import COPY, copied_into, exercise_names, read_exercise
from orepact.studies.exercise.report import after_action
from orepact.studies.exercise.session import (
    TRANSCRIPT,
    Session,
    content_hash,
    decisions_in,
    read_transcript,
    save_transcript,
)
from orepact.studies.exercise.text import Exercise, Team
from orepact.views.exercise_report import report_html

__all__ = ["Request", "list_verb", "report_verb", "run_verb", "show_verb"]

REPORT = ("report.json", "report.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked `orepact exercise run` for."""

    which: str
    output: Path | None
    decisions: str
    team: str
    sets: int
    world: Path | None
    resume: bool


def list_verb(*, json: bool) -> None:
    """Print the exercises that ship."""
    found = [read_exercise(name) for name in exercise_names()]
    if json:
        print_json({"format": "orepact/exercise-list/1", "exercises": [
            {"exercise": one.exercise, "title": one.title, "scenario": one.scenario,
             "first_month": one.first_month, "months": one.months, "turns": len(one.turns),
             "teams": [team.title for team in one.teams]} for one in found]})
        return
    print_pairs("Exercises that ship", [
        (one.exercise, (f"{one.title}: {', '.join(team.title for team in one.teams)}; "
                        f"{len(one.turns)} turns over {one.months} months from "
                        f"{one.first_month}"))
        for one in found])
    say("orepact exercise show NAME prints one, secrets included.")


def show_verb(which: str, team: str, world: Path | None, *, json: bool) -> None:
    """Print an exercise as the facilitator reads it, or as one team may."""
    shared = opened_game(which, _world(world), 1)
    exercise = shared.exercise
    if team:
        check_choice(team, [each.id for each in exercise.teams], "--team")
    shown = [exercise.team(team)] if team else list(exercise.teams)
    if json:
        print_json(_script(exercise, shown, whole=not team))
        return
    print_pairs(f"{exercise.title} ({exercise.exercise}, version {exercise.version})", [
        ("what", exercise.text), ("scenario", exercise.scenario), ("trains", exercise.reason),
        ("months", f"{exercise.months} from {exercise.first_month}, {len(exercise.turns)} turns")])
    for each in shown:
        print_pairs(f"{each.title} ({each.id}, {each.region})", [
            ("role", each.role),
            *[("stock", f"{one.tonnes:,.0f} t of {one.material}. {one.reason}")
              for one in each.holdings]])
        print_table(_menu(each), _menu(each).columns)
    if team:
        say("The script is not shown to a team: each turn is told when it comes.")
        return
    for number, turn in enumerate(exercise.turns):
        print_pairs(f"Turn {number + 1}, {turn.date}: {turn.title}", [
            (", ".join(inject.to) or "all",
             " ".join([inject.text, *inject.questions,
                       *(f"[ends {name}]" for name in inject.ends)]))
            for inject in turn.injects])


def run_verb(asked: Request, *, json: bool) -> None:
    """Play an exercise: news, decisions, answer, turn by turn."""
    session, script, folder = _opened(asked)
    exercise = session.exercise
    asked_teams = [team for team in exercise.teams if _asks(asked, team)]
    _ = copied_into(folder, asked.which, exercise)
    while not session.over:
        turn = session.turn
        for one in script:
            if one.turn == turn + 1:
                _decide(session, one)
        for team in asked_teams:
            ask_team(session, team)
        answer = session.close()
        save_transcript(session.content(), folder)
        write_views(session, folder)
        if not asked_teams and not json:
            for team in exercise.teams:
                print_answer(exercise, team, turn, answer[team.id])
    if json:
        print_json(session.content(), exact=True)
        return
    for team in asked_teams:
        print_answer(exercise, team, session.turn - 1, session.answers[-1][team.id])
    say(f"transcript: {folder / TRANSCRIPT}   what each team saw: {folder / TEAMS}")
    say(f"orepact exercise report {folder} compares it with hindsight.")


def report_verb(
    folder: Path, world: Path | None, hindsight: int, workers: int | None, *, json: bool
) -> None:
    """Write the after-action report of an exercise that was played."""
    problems = [
        Problem("out of range", field=f"--{name}", found=str(value), expected=f"{least} or more")
        for name, value, least in (("hindsight", hindsight, 0), ("workers", workers, 1))
        if value is not None and value < least
    ]
    transcript = attempt(problems, read_transcript, folder)
    if problems or transcript is None:
        raise InputError(problems)
    shared = opened_game(folder / COPY, _world(world), len(transcript["parameter_sets"]))
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                   console=Console(stderr=True), disable=not sys.stderr.isatty())
    with bar:
        task = bar.add_task("hindsight", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        content = after_action(
            shared, transcript, trials=hindsight,
            workers=workers_of(workers), progress=progress)
    plain = codec.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    for name, text in zip(REPORT, (plain, report_html(content)), strict=True):
        _ = (folder / name).write_text(text, encoding="utf-8", newline="\n")
    if json:
        print_json(content, exact=True)
        return
    for name in REPORT:
        say(f"report: {folder / name}")


def _opened(asked: Request) -> tuple[Session, list[Decision], Path]:
    """Return a session at its open turn, scripted decisions and the folder.

    Raises `InputError` with everything that is wrong, before anything is solved.
    """
    world = _world(asked.world)
    shared = opened_game(asked.which, world, asked.sets)
    exercise = shared.exercise
    problems: list[Problem] = []
    if asked.team:
        _ = attempt(problems, check_choice, asked.team, [each.id for each in exercise.teams],
                    "--team")
    script: list[Decision] = []
    if asked.decisions:
        script = attempt(problems, scripted, asked.which, shared, asked.decisions) or []
    if asked.team:
        script = [one for one in script if one.team != asked.team]
    folder = asked.output or Path(f"orepact-exercise-{exercise.exercise}")
    before = attempt(problems, _before, folder, shared, asked) or []
    if problems:
        raise InputError(problems)
    session = Session.of(shared)
    if asked.resume:
        _go_on(session, before, read_transcript(folder))
        script = [one for one in script if one.turn > session.turn]
    return session, script, folder


def _before(folder: Path, shared: Shared, asked: Request) -> list[Decision]:
    """Return the decisions of a transcript that the run goes on with."""
    there = folder / TRANSCRIPT
    if asked.resume:
        content = read_transcript(folder)
        if content["input_hash"] != content_hash(shared):
            raise InputError([Problem(
                "the transcript is of another exercise, dataset or other parameter sets",
                file=str(there), field="input_hash", found=str(content["input_hash"])[:16],
                expected=content_hash(shared)[:16])])
        return decisions_in(content)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError([Problem(
            "the folder is not empty", file=str(folder), field="--output",
            expected="a new folder" + (", or --resume" if there.exists() else ""))])
    return []


def _go_on(session: Session, decisions: Sequence[Decision], content: dict[str, Any]) -> None:
    """Bring a session to where its transcript stands."""
    for turn in content["turns"]:
        for one in decisions:
            if one.turn == turn["turn"]:
                _ = session.decide(one)
        session.refused += turn["refused"]
        _ = session.close()
        note = f"turn {turn['turn']} was played before\n"
        _ = sys.stderr.write(note)


def _asks(asked: Request, team: Team) -> bool:
    """Say whether a team is asked in the terminal."""
    return team.id == asked.team if asked.team else not asked.decisions


def _decide(session: Session, decision: Decision) -> None:
    reason = session.decide(decision)
    if reason:
        _ = sys.stderr.write(f"turn {decision.turn}, {decision.team}: {decision.option} "
                             f"refused: {reason}\n")


def _world(folder: Path | None) -> World:
    return read_world(*([folder] if folder else []))


def _menu(team: Team) -> pl.DataFrame:
    return pl.DataFrame([
        {"decision": each.id, "what": each.title, "most": f"{most_of(each):g}",
         "unit": amount_unit(each), "from turn": str(each.from_turn)}
        for each in team.menu.options
    ])


def _script(exercise: Exercise, teams: Sequence[Team], *, whole: bool) -> dict[str, Any]:
    """Return an exercise as plain data; turns with their secrets only as a whole."""
    return {
        "format": "orepact/exercise-shown/1", "exercise": exercise.exercise,
        "version": exercise.version, "title": exercise.title, "text": exercise.text,
        "scenario": exercise.scenario, "first_month": exercise.first_month,
        "months": exercise.months, "turns_in_all": len(exercise.turns),
        "teams": [
            {"team": each.id, "title": each.title, "region": each.region, "role": each.role,
             "holdings": [asdict(one) for one in each.holdings],
             "menu": _menu(each).to_dicts()}
            for each in teams
        ],
        "turns": [
            {"turn": number, "date": turn.date.isoformat(), "title": turn.title,
             "injects": [{"id": one.id, "to": list(one.to), "text": one.text,
                          "questions": list(one.questions), "ends": list(one.ends)}
                         for one in turn.injects]}
            for number, turn in enumerate(exercise.turns, start=1)
        ] if whole else [],
    }
