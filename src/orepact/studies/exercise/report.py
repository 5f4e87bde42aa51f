"""The after-action report: who did what when, what it changed, and what hindsight says.

Format ``orepact/exercise-report/1``. Every figure is over all months of the exercise, licence
branches apart. Changes are told member by member against the run without any decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
import polars as pl

from orepact.errors import InputError, Problem
from orepact.model.curve import Array
from orepact.studies.exercise.board import Shared
from orepact.studies.exercise.decisions import amount_unit
from orepact.studies.exercise.figures import pairs, spread
from orepact.studies.exercise.hindsight import Best, Job, Search, worked
from orepact.studies.exercise.plan import FOR_ONE_TURN, Decision, levels_of, nothing
from orepact.studies.exercise.session import content_hash, decisions_in
from orepact.studies.exercise.text import Exercise, Team
from orepact.studies.workers import in_processes

__all__ = ["ALL", "NONE", "after_action"]

FORMAT = "orepact/exercise-report/1"

NONE, ALL = "none", "all"
"""The runs without any decision and with all of them."""

MILLION = 1e6

Progress = Callable[[int, int], None]


def after_action(
    shared: Shared,
    transcript: Mapping[str, Any],
    *,
    trials: int = 24,
    workers: int = 1,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return the report on an exercise that was played to its end.

    `trials` is the most plans that are tried for each team and licence branch, 0 for none.
    Raises `InputError` when the transcript is of something else or not at its end, `SolveError`
    when a window is not proven optimal.
    """
    _require(shared, transcript)
    exercise = shared.exercise
    decisions = decisions_in(transcript)
    decided = levels_of(exercise, decisions)
    searches = [
        Search(team.id, licence, decided.tobytes(), trials)
        for team in exercise.teams if trials and team.menu.options
        for licence in shared.background.licence
    ]
    runs = dict(_runs(exercise, decisions))
    total = len(searches) + 2 * len(shared.seats)
    count = _Counter(progress, total)
    bests = cast("list[Best]", _done(shared, searches, workers, count))
    jobs = [Job.of(seat, list(runs.items())) for seat in shared.seats]
    jobs += [
        Job(seat, tuple((f"best:{one.team}", one.levels) for one in bests
                        if one.licence == seat.licence))
        for seat in shared.seats if bests
    ]
    table = pl.concat(cast("list[pl.DataFrame]", _done(shared, jobs, workers, count)),
                      how="diagonal")
    order = [(team.id, licence) for team in exercise.teams for licence in transcript["licences"]]
    bests.sort(key=lambda one: order.index((one.team, one.licence)))
    return {
        **_heading(shared, transcript),
        "runs": list(_run_entries(exercise, table)),
        "uses": list(_place_entries(shared, table)),
        "decisions": list(_decision_entries(exercise, decisions, table)),
        "hindsight": [_best_entry(exercise, one) for one in bests],
        "limits": list(_LIMITS),
    }


def _heading(shared: Shared, transcript: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the report is about: exercise, teams, turns, what was refused."""
    exercise = shared.exercise
    return {
        "format": FORMAT,
        **{name: transcript[name] for name in
           ("exercise", "version", "title", "input_hash", "dataset", "code_version",
            "parameter_sets", "licences")},
        **{name: getattr(exercise, name) for name in
           ("text", "reason", "scenario", "months", "first_month")},
        "chains": list(shared.background.chains),
        "teams": [
            {"team": team.id, "title": team.title, "region": team.region, "role": team.role,
             "counts": list(team.regions),
             "holdings": [{"material": each.material, "tonnes": each.tonnes,
                           "basis": each.source or each.card or "supposed",
                           "reason": each.reason} for each in team.holdings]}
            for team in exercise.teams
        ],
        "turns": [{"turn": number, "date": turn.date.isoformat(), "title": turn.title,
                   "injects": [{"text": inject.text, "to": list(inject.to)}
                               for inject in turn.injects]}
                  for number, turn in enumerate(exercise.turns, start=1)],
        "refused": [one for each in transcript["turns"] for one in each["refused"]],
    }


_LIMITS = (
    ("The text of an inject is told and not simulated: simulated are its dated parts, and for acts "
     "that neither they nor the scenario decide the scenario's branch, even where a text says that "
     "a suspension has lapsed."),
    ("Uncertain numbers of the scenario and of injects take their middle values; bands are over "
     "parameter sets."),
    ("Uses of one material lack the same share unless one is served first: which of them a market "
     "would leave short is not modelled."),
    "Sales from a stock fetch any price; the market knows of a decision when it is made.",
    ("The best of a menu counts unmet use at base prices and no money, in the central parameter "
     "set, with the other teams as they decided."),
    "Answers of governments, firms and markets that no inject and no decision states are left out.",
)


def _require(shared: Shared, transcript: Mapping[str, Any]) -> None:
    if transcript["input_hash"] != content_hash(shared):
        raise InputError([Problem(
            "the transcript was made with another exercise, dataset or other parameter sets",
            field="input_hash", found=str(transcript["input_hash"])[:16],
            expected=content_hash(shared)[:16])])
    played, turns = len(transcript["turns"]), len(shared.exercise.turns)
    if played < turns:
        raise InputError([Problem("the exercise is not over", field="turns",
                                  found=f"{played} of {turns}",
                                  expected="`orepact exercise run --resume` to the end")])


def _runs(exercise: Exercise, decisions: Sequence[Decision]) -> Iterator[tuple[str, Array]]:
    """Yield every run to compare: none, all, each team's alone, all but each decision."""
    yield NONE, nothing(exercise)
    yield ALL, levels_of(exercise, decisions)
    for team in exercise.teams:
        yield f"team:{team.id}", levels_of(
            exercise, [one for one in decisions if one.team == team.id])
    for number in range(len(decisions)):
        yield f"but:{number}", levels_of(
            exercise, [one for place, one in enumerate(decisions) if place != number])


class _Counter:
    """Counts finished tasks."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def __call__(self) -> None:
        """Count one more."""
        self.done += 1
        if self.progress is not None:
            self.progress(min(self.done, self.total), self.total)


def _done(
    shared: Shared, tasks: Sequence[Job | Search], workers: int, count: Callable[[], None]
) -> list[pl.DataFrame | Best]:
    found: list[pl.DataFrame | Best] = []
    answers: Iterable[pl.DataFrame | Best] = (
        in_processes(worked, shared, tasks, workers=workers)
        if workers > 1 and len(tasks) > 1 else (worked(shared, task) for task in tasks)
    )
    for answer in answers:
        found.append(answer)
        count()
    return found


def _by_run(table: pl.DataFrame, team: str, licence: str) -> dict[str, pl.DataFrame]:
    """Return a team's totals by run, a row per member, in the order of their ranks."""
    mine = table.filter((pl.col("team") == team) & (pl.col("licence") == licence))
    whole = mine.group_by("run", "rank").agg(
        pl.col("unmet_usd").sum(), pl.col("wanted_usd").sum(), pl.col("public_usd").sum(),
        pl.col("cost_usd").filter(pl.col("own")).sum(),
    ).sort("run", "rank")
    return {str(key[0]): part for key, part in whole.group_by("run", maintain_order=True)}


def _run_entries(exercise: Exercise, table: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield, per team, licence and run, unmet use, cost and public money (MUSD)."""
    for team in exercise.teams:
        for licence in table["licence"].unique(maintain_order=True).sort():
            runs = _by_run(table, team.id, licence)
            for name, part in runs.items():
                if name.startswith("but:"):
                    continue
                yield {"team": team.id, "licence": licence, "run": name,
                       **_money(part, runs[NONE])}


def _money(part: pl.DataFrame, quiet: pl.DataFrame) -> dict[str, Any]:
    def of(frame: pl.DataFrame, name: str) -> Array:
        return frame[name].to_numpy().astype(np.float64) / MILLION

    wanted = float(np.mean(of(quiet, "wanted_usd")))
    return {
        "unmet_musd": spread(of(part, "unmet_usd")),
        "unmet_change_musd": pairs(of(part, "unmet_usd"), of(quiet, "unmet_usd"), wanted),
        "unmet_share": spread(of(part, "unmet_usd") / of(part, "wanted_usd")),
        "cost_musd": spread(of(part, "cost_usd")),
        "cost_change_musd": pairs(of(part, "cost_usd"), of(quiet, "cost_usd"),
                                  float(np.mean(of(quiet, "cost_usd")))),
        "public_musd": spread(of(part, "public_usd")),
    }


def _place_entries(shared: Shared, table: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield unmet tonnes of each team's own region by material, licence and run."""
    grades = {material: grade for chain in shared.background.chains
              for material, grade in shared.world.accounts[chain].grades.items()}
    for team in shared.exercise.teams:
        shown = _shown(team, table)
        mine = table.filter((pl.col("team") == team.id) & pl.col("own").fill_null(value=False)
                            & pl.col("material").is_in(shown)
                            & ~pl.col("run").str.starts_with("but:")).sort("rank")
        quiet = {
            (material, licence): part
            for (material, licence), part in mine.filter(pl.col("run") == NONE).group_by(
                "material", "licence", maintain_order=True)
        }
        for (material, licence, run), part in mine.group_by(
            "material", "licence", "run", maintain_order=True
        ):
            base = quiet[material, licence]
            tonnes, before = part["unmet_t"].to_numpy(), base["unmet_t"].to_numpy()
            yield {
                "team": team.id, "material": material, "grade": grades[str(material)],
                "licence": licence, "run": run,
                "wanted_t": float(base["wanted_t"].to_numpy()[0]),
                "unmet_t": spread(tonnes),
                "unmet_change_t": pairs(tonnes, before, float(base["wanted_t"].to_numpy()[0])),
                "restrained_t": spread(part["restrained_t"].to_numpy()),
            }


def _shown(team: Team, table: pl.DataFrame) -> list[str]:
    used = table.filter((pl.col("team") == team.id) & pl.col("own").fill_null(value=False))
    names = used["material"].unique(maintain_order=True).to_list()
    return [name for name in names if not team.watches or name in team.watches]


def _decision_entries(
    exercise: Exercise, decisions: Sequence[Decision], table: pl.DataFrame
) -> Iterator[dict[str, Any]]:
    """Yield each decision with what it changed for each team: all decisions against all but it."""
    totals = {
        (team.id, licence): _by_run(table, team.id, licence)
        for team in exercise.teams for licence in table["licence"].unique().sort()
    }
    for number, one in enumerate(decisions):
        team = exercise.team(one.team)
        option = next(each for each in team.menu.options if each.id == one.option)
        yield {
            "turn": one.turn, "date": exercise.turns[one.turn - 1].date.isoformat(),
            "team": one.team, "option": one.option, "title": option.title,
            "amount": one.amount, "unit": amount_unit(option), "note": one.note,
            "for_one_turn": isinstance(option, FOR_ONE_TURN),
            "changed": [
                {"team": name, "licence": licence, **_money(runs[ALL], runs[f"but:{number}"])}
                for (name, licence), runs in totals.items()
            ],
        }


def _best_entry(exercise: Exercise, best: Best) -> dict[str, Any]:
    titles = {each.id: each.title for each in exercise.team(best.team).menu.options}
    return {
        "team": best.team, "licence": best.licence, "tried": best.tried,
        "complete": best.complete, "as_decided": best.as_decided,
        "plan": [{"option": option, "title": titles[option], "from_turn": first + 1}
                 for option, first in best.plan],
    }
