"""What a team is shown in the terminal and in its own files, and how it is asked."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console

from orepact.cli.show import print_table, say, tell
from orepact.studies.exercise.plan import Decision
from orepact.studies.exercise.session import Session, news_for
from orepact.studies.exercise.text import Exercise, Team
from orepact.views.exercise import (
    ANSWER,
    answer_rows,
    menu_rows,
    news_lines,
    stock_lines,
    use_lines,
)
from orepact.views.texts import say as views_say

__all__ = ["TEAMS", "ask_team", "print_answer", "write_views"]

TEAMS = "teams"
"""The folder of what each team saw."""

HELP = "decision and amount, such as `1 150` or `sell-plain 150`; empty to end, ? for the menu"
_DONE = frozenset({"", "end", "done"})


def print_answer(exercise: Exercise, team: Team, turn: int, answer: dict[str, Any]) -> None:
    """Print what a team is told of a turn (from 0)."""
    _, months = exercise.months_of(turn)
    rows = [{head: row[name] for name, head in ANSWER.items()} for row in answer_rows(answer)]
    if rows:
        frame = pl.DataFrame(rows)
        print_table(frame, frame.columns,
                    title=f"After turn {turn + 1}, {views_say('exercise_for', team=team.title)}")
    for line in use_lines(answer):
        tell(line, indent="  ")
    if answer["stock"]:
        tell(f"{views_say('exercise_stock')}: {'; '.join(stock_lines(answer['stock']))}",
             indent="  ")
    tell(views_say("exercise_bands", months=months), indent="  ")


def print_turn(session: Session, team: Team) -> None:
    """Print what a team sees in the open turn: news, the last answer, its stock and menu."""
    exercise, turn = session.exercise, session.turn
    one = exercise.turns[turn]
    _, months = exercise.months_of(turn)
    tell(views_say("exercise_turn", turn=turn + 1, turns=len(exercise.turns), date=one.date,
                   title=one.title) + f" ({months} months), "
         + views_say("exercise_for", team=team.title))
    for line in news_lines(news_for(exercise, team, turn)):
        tell(line, indent="  ")
    if turn:
        print_answer(exercise, team, turn - 1, session.answers[turn - 1][team.id])
    elif team.holdings:
        tell(f"{views_say('exercise_stock')}: {'; '.join(stock_lines(session.stock(team)))}")
    print_menu(session, team)


def print_menu(session: Session, team: Team) -> None:
    """Print what a team may decide in the open turn and what holds now."""
    rows = menu_rows(session.standing(team))
    if rows:
        frame = pl.DataFrame(rows)
        print_table(frame, frame.columns, title=views_say("exercise_menu"))


def ask_team(session: Session, team: Team) -> None:
    """Show a team its turn and take its decisions from standard input."""
    if sys.stdin.isatty():
        say(f"Only {team.title} at the screen now; press Enter.")
        _ = _line()
    print_turn(session, team)
    standing = session.standing(team)
    say(HELP)
    while True:
        _ = sys.stdout.write(f"{team.id} > ")
        _ = sys.stdout.flush()
        words = _line().split(maxsplit=2)
        if not words or words[0] in _DONE:
            break
        if words[0] == "?":
            print_menu(session, team)
            continue
        decision = _decision(session, team, standing, words)
        if isinstance(decision, str):
            tell(decision)
            continue
        reason = session.decide(decision)
        say(f"refused: {reason}" if reason else
            f"decided: {decision.option} {decision.amount:g}")
    if sys.stdin.isatty():
        Console().clear()


def _decision(
    session: Session, team: Team, standing: list[dict[str, Any]], words: list[str]
) -> Decision | str:
    """Return the decision that some words mean, or what is wrong with them."""
    name = words[0]
    if name.isdigit() and 1 <= int(name) <= len(standing):
        name = standing[int(name) - 1]["option"]
    entry = next((one for one in standing if one["option"] == name), None)
    if entry is None:
        return f"not on the menu: {words[0]}. {HELP}"
    try:
        amount = float(words[1]) if len(words) > 1 else float(entry["most"])
    except ValueError:
        return f"not an amount: {words[1]}. {HELP}"
    return Decision(turn=session.turn + 1, team=team.id, option=name, amount=amount,
                    note=words[2] if len(words) > 2 else "")


def _line() -> str:
    """Return a line of standard input, empty at its end."""
    return sys.stdin.readline().strip()


def write_views(session: Session, folder: Path) -> None:
    """Write what each team saw in the last turn to a file of its own."""
    turn = session.turn - 1
    for team, text in _views(session, turn):
        place = folder / TEAMS / team.id
        place.mkdir(parents=True, exist_ok=True)
        _ = (place / f"turn-{turn + 1}.txt").write_text(text, encoding="utf-8", newline="\n")


def _views(session: Session, turn: int) -> Iterator[tuple[Team, str]]:
    exercise = session.exercise
    one = exercise.turns[turn]
    for team in exercise.teams:
        stream = io.StringIO()
        with contextlib.redirect_stdout(stream):
            tell(views_say("exercise_turn", turn=turn + 1, turns=len(exercise.turns),
                           date=one.date, title=one.title))
            for line in news_lines(news_for(exercise, team, turn)):
                tell(line, indent="  ")
            for made in session.decisions:
                if (made.turn, made.team) == (turn + 1, team.id):
                    say(f"decided: {made.option} {made.amount:g}"
                        + (f" ({made.note})" if made.note else ""))
            for refused in session.refused:
                if (refused["turn"], refused["team"]) == (turn + 1, team.id):
                    say(f"refused: {refused['option']} {refused['amount']:g}: "
                        f"{refused['reason']}")
            print_answer(exercise, team, turn, session.answers[turn][team.id])
        yield team, stream.getvalue()
