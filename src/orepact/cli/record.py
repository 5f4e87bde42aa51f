"""The verb ``orepact record``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orepact.cli.show import day_of, print_json, print_table, say, tell
from orepact.errors import InputError, Problem
from orepact.studies.prediction import file_prediction, verify
from orepact.studies.scoring.members import read_limits
from orepact.studies.scoring.score import score_predictions
from orepact.views.scores import (
    head_line,
    left_lines,
    note_lines,
    score_rows,
    set_lines,
    statement_rows,
)

__all__ = ["Scoring", "file_verb", "score_verb", "verify_verb"]


@dataclass(frozen=True, slots=True)
class Scoring:
    """What the user asked `orepact record --score` for."""

    file: Path
    observed: Path | None
    run: Path | None
    above: tuple[str, ...]
    line: int | None
    on: str | None


def score_verb(asked: Scoring, *, json: bool) -> None:
    """Print the scores of filed predictions."""
    if asked.observed is None:
        raise InputError([Problem("nothing to score against", field="--observed",
                                  expected="a CSV file of what was observed")])
    found = score_predictions(
        asked.file, asked.observed, on=day_of(asked.on, "--on"), line=asked.line, run=asked.run,
        limits=read_limits(asked.above) or None,
    )
    if json:
        print_json(found)
        return
    for each in found["predictions"]:
        _print_scores(found, each)


def _print_scores(found: Mapping[str, Any], one: Mapping[str, Any]) -> None:
    say(head_line(one))
    for title, rows in (("Scores", score_rows(one)), ("Statements", statement_rows(one))):
        if rows:
            frame = pl.DataFrame(rows)
            print_table(frame, frame.columns, title=title)
    for line in (*note_lines(found, one), *left_lines(one)):
        tell(line, indent="  ")


def file_verb(
    folder: Path | None, file: Path, probabilities: Sequence[str] = (), *, json: bool
) -> None:
    """File a run's predictions and say how to verify the file later."""
    if folder is None:
        raise InputError(
            [
                Problem(
                    "nothing to file",
                    field="RUN",
                    expected="the folder of a run, or --verify and a file of predictions",
                )
            ]
        )
    filed = file_prediction(folder, file, _probabilities(probabilities))
    line = filed.content
    if json:
        kept = ("format", "filed", "study", "parameter_sets", "run_sha256", "previous_sha256")
        print_json({**{name: line[name] for name in kept}, "file": str(file), "head": filed.sha256})
        return
    say(
        f"filed in {file}: {line['study']} as of {line['as_of']}, {len(line['results']):,} "
        f"predictions, at {line['filed']}"
    )
    say(f"head of the file: {filed.sha256}")
    for warning in set_lines(len(line["parameter_sets"])):
        tell(warning)
    say(f"publish the head; whoever has it checks with: orepact record --verify {file}")


def _probabilities(texts: Sequence[str]) -> dict[str, float]:
    """Return probabilities by branch from texts such as ``revived=0.4``."""
    found: dict[str, float] = {}
    problems: list[Problem] = []
    for text in texts:
        name, _, number = text.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if not name or not 0.0 <= value <= 1.0 or name in found:
            problems.append(Problem("not a probability of a branch", field="--probability",
                                    found=repr(text), expected="BRANCH=P, P from 0 to 1, once"))
        found[name] = value
    if problems:
        raise InputError(problems)
    return found


def verify_verb(file: Path, *, json: bool) -> None:
    """Check that a file of predictions was not altered and print its head."""
    lines = verify(file)
    head = lines[-1].sha256
    if json:
        print_json(
            {
                "format": "orepact/verification/1",
                "file": str(file),
                "predictions": [
                    {
                        "filed": line.content["filed"],
                        "study": line.content["study"],
                        "run_sha256": line.content["run_sha256"],
                        "sha256": line.sha256,
                    }
                    for line in lines
                ],
                "head": head,
            }
        )
        return
    for line in lines:
        say(f"{line.content['filed']}  {line.content['study']}  {line.sha256[:16]}")
    count = "1 prediction" if len(lines) == 1 else f"{len(lines)} predictions"
    say(f"{file}: {count}, none altered since the head was {head}")
