"""An exercise under way: news for each team, decisions, the answer, and the transcript.

The transcript (format ``orepact/exercise-record/1``) holds who decided what when, what was refused
and why, and what each team was told. Another session that is given its decisions stands where it
stood: nothing else is kept.
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, cast

import numpy as np
import polars as pl

from orepact.errors import InputError, Problem
from orepact.studies.ensemble.hashing import input_hash
from orepact.studies.exercise.board import Board, Shared
from orepact.studies.exercise.decisions import amount_unit, fault_of, most_of, refusal
from orepact.studies.exercise.figures import (
    bands_of,
    place_rows,
    spread,
    stock_rows,
    use_rows,
)
from orepact.studies.exercise.plan import Decision, levels_of
from orepact.studies.exercise.text import Exercise, Purchase, Team
from orepact.studies.outside import OUTSIDE

__all__ = [
    "TRANSCRIPT",
    "Session",
    "content_hash",
    "decisions_in",
    "news_for",
    "read_transcript",
    "save_transcript",
]

TRANSCRIPT = "transcript.json"
FORMAT = "orepact/exercise-record/1"

Entry = dict[str, Any]


def news_for(exercise: Exercise, team: Team, turn: int) -> list[Entry]:
    """Return the injects of a turn (from 0) that a team is told: text, questions, for whom."""
    return [
        {"id": inject.id, "text": inject.text, "questions": list(inject.questions),
         "secret": bool(inject.to)}
        for inject in exercise.turns[turn].injects
        if not inject.to or team.id in inject.to
    ]


def content_hash(shared: Shared) -> str:
    """Return a hash of what an exercise is played with: file, scenario, dataset, parameter sets."""
    return input_hash({
        "exercise": repr(shared.exercise),
        "scenario": repr(shared.background),
        "dataset": shared.world.dataset.hash,
        "sets": [each.rank for each in shared.sets],
    })


@dataclass(slots=True)
class Session:
    """An exercise under way. `decisions` are those carried out, `told` the answers, by turn."""

    shared: Shared
    board: Board
    decisions: list[Decision] = field(default_factory=list[Decision])
    refused: list[Entry] = field(default_factory=list[Entry])
    answers: list[dict[str, Entry]] = field(default_factory=list[dict[str, Entry]])

    @classmethod
    def of(cls, shared: Shared) -> Session:
        """Open an exercise before its first turn."""
        return cls(shared, Board(shared))

    @property
    def exercise(self) -> Exercise:
        """Return the exercise that is played."""
        return self.shared.exercise

    @property
    def turn(self) -> int:
        """Return the number of the turn that is open, from 0; the number of turns at the end."""
        return len(self.answers)

    @property
    def over(self) -> bool:
        """Say whether every turn was played."""
        return self.turn == len(self.exercise.turns)

    def decide(self, decision: Decision) -> str:
        """Take a decision for the open turn; return why it is refused, or an empty text.

        A later decision on the same entry takes the place of an earlier one.
        """
        fault = fault_of(self.exercise, decision)
        if fault is None and decision.turn != self.turn + 1:
            fault = Problem("another turn is open", field="turn", found=str(decision.turn),
                            expected=str(self.turn + 1))
        if fault is not None:
            reason = f"{fault.message}: {fault.found}, expected {fault.expected}"
        else:
            mine = [one for one in self.decisions
                    if (one.turn, one.team) == (decision.turn, decision.team)]
            stock = self.stock(self.exercise.team(decision.team))
            reason = refusal(self.exercise, decision, stock, mine)
        if reason:
            self.refused.append({**asdict(decision), "reason": reason})
            return reason
        key = (decision.turn, decision.team, decision.option)
        self.decisions = [one for one in self.decisions
                          if (one.turn, one.team, one.option) != key]
        self.decisions.append(decision)
        return ""

    def close(self) -> dict[str, Entry]:
        """Simulate the open turn and return what each team is told of it, by team.

        Raises `SolveError` when a window is not proven optimal.
        """
        turn, levels = self.turn, levels_of(self.exercise, self.decisions)
        seats = self.shared.seats
        turned = {seat: self.board.turn(seat, levels, turn) for seat in seats}
        rows = pl.concat([place_rows(self.board, seat, [turned[seat]]) for seat in seats])
        answer = {team.id: self._told(team, rows) for team in self.exercise.teams}
        for team in self.exercise.teams:
            uses = [
                {**row, "licence": seat.licence}
                for seat in seats
                for row in use_rows(self.board, seat, team, [turned[seat]],
                                    levels[:, turn : turn + 1])
                if row["material"] in self.watched(team)
            ]
            answer[team.id]["uses"] = _bands_of_uses(uses)
        self.answers.append(answer)
        for team in self.exercise.teams:
            answer[team.id]["stock"] = self.stock(team)
        return answer

    def stock(self, team: Team) -> dict[str, float]:
        """Return what a team holds by material (t) before the open turn.

        Of what it bought only as much as every member bought is counted.
        """
        held: dict[str, float] = {each.material: 0.0 for each in team.menu.purchases}
        for each in team.holdings:
            held[each.material] = held.get(each.material, 0.0) + each.tonnes
        buys = {option.id for option in team.menu.options if isinstance(option, Purchase)}
        levels = levels_of(self.exercise, self.decisions)
        for turn in range(self.turn):
            traded: dict[tuple[str, str], list[float]] = {}
            for seat in self.shared.seats:
                one = self.board.turn(seat, levels, turn)
                for row in stock_rows(self.board, seat, [one]):
                    if row["team"] == team.id:
                        key = (row["option"], row["material"])
                        traded.setdefault(key, []).append(row["tonnes"])
            for (option, material), tonnes in traded.items():
                held[material] += min(tonnes) if option in buys else -max(tonnes)
        return {material: max(0.0, round(tonnes, 6)) for material, tonnes in held.items()}

    def watched(self, team: Team) -> tuple[str, ...]:
        """Return the materials of its region that a team is told about."""
        if team.watches:
            return team.watches
        return tuple(
            each.material
            for chain in self.shared.background.chains
            for each in self.board.network(chain).demands if each.region == team.region
        )

    def standing(self, team: Team) -> list[Entry]:
        """Return a team's menu for the open turn: what it may decide and what holds now."""
        levels = levels_of(self.exercise, self.decisions)
        found: list[Entry] = []
        for row, (owner, option) in enumerate(self.exercise.options):
            if owner.id == team.id and option.from_turn <= self.turn + 1:
                found.append({
                    "option": option.id, "title": option.title, "most": most_of(option),
                    "unit": amount_unit(option), "now": float(levels[row, self.turn]),
                    "kind": type(option).__name__.lower(),
                })
        return found

    def content(self) -> Entry:
        """Return the transcript so far as plain data."""
        exercise, world = self.exercise, self.shared.world
        return {
            "format": FORMAT,
            "exercise": exercise.exercise,
            "version": exercise.version,
            "title": exercise.title,
            "input_hash": content_hash(self.shared),
            "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                        "hash": world.dataset.hash},
            "code_version": metadata.version("orepact"),
            "saved": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "parameter_sets": [each.rank for each in self.shared.sets],
            "licences": list(self.shared.background.licence),
            "turns": [self._turn_content(turn) for turn in range(self.turn)],
        }

    def _turn_content(self, turn: int) -> Entry:
        number, exercise = turn + 1, self.exercise
        _, months = exercise.months_of(turn)
        return {
            "turn": number, "date": exercise.turns[turn].date.isoformat(), "months": months,
            "title": exercise.turns[turn].title,
            "news": {team.id: news_for(exercise, team, turn) for team in exercise.teams},
            "decisions": [asdict(one) for one in self.decisions if one.turn == number],
            "refused": [one for one in self.refused if one["turn"] == number],
            "answer": self.answers[turn],
        }

    def _told(self, team: Team, rows: pl.DataFrame) -> Entry:
        """Return prices, unmet use and cover that a team is told: those of its own region."""
        mine = rows.filter(
            pl.col("material").is_in(list(self.watched(team)))
            & pl.col("region").is_in([team.region, OUTSIDE])
        ).sort("chain", "material", "region", "licence", maintain_order=True)
        grades = {chain: self.shared.world.accounts[chain].grades
                  for chain in self.shared.background.chains}
        entries = bands_of(mine, self.shared.world.ensemble[0].demand_elasticity)
        return {"region": team.region, "places": [
            {**entry, "grade": grades[entry["chain"]][entry["material"]]} for entry in entries
        ]}


def _bands_of_uses(rows: Iterable[Entry]) -> list[Entry]:
    """Return unmet shares of uses by licence branch: middle member, 10th and 90th percentile."""
    found: dict[tuple[str, str, str], list[float]] = {}
    first: dict[tuple[str, str, str], bool] = {}
    for row in rows:
        key = (row["material"], row["use"], row["licence"])
        found.setdefault(key, []).append(row["unmet_share"])
        first[key] = row["first"]
    return [
        {"material": key[0], "use": key[1], "licence": key[2], "first": first[key],
         "unmet_share": spread(np.array(values))}
        for key, values in found.items()
    ]


def save_transcript(content: Mapping[str, Any], folder: Path) -> None:
    """Write the transcript so that it is whole or not there at all."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{TRANSCRIPT}.{os.getpid()}"
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    with draft.open("w", encoding="utf-8", newline="\n") as stream:
        _ = stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    _ = draft.replace(folder / TRANSCRIPT)


def read_transcript(folder: Path) -> Entry:
    """Return a transcript; raises `InputError` when there is none or it is not one."""
    path = folder / TRANSCRIPT
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError([Problem("no transcript of an exercise", file=str(path),
                                  expected="a folder of `orepact exercise run`")]) from None
    except ValueError as error:
        raise InputError([Problem("not a transcript", file=str(path), found=str(error))]) from None
    if not isinstance(content, dict) or cast("Entry", content).get("format") != FORMAT:
        raise InputError([Problem("not a transcript", file=str(path),
                                  expected=f"format {FORMAT}")])
    return cast("Entry", content)


def decisions_in(content: Mapping[str, Any]) -> list[Decision]:
    """Return the decisions that a transcript holds, those that were refused left out."""
    turns = cast("Sequence[Entry]", content["turns"])
    return [Decision(**one) for turn in turns for one in turn["decisions"]]
