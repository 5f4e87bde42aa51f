"""Score filed predictions when outcomes are known: bands, quantiles, statements, branches.

Only the predictions of the branch that came true are scored, and only where every month of the
prediction was observed after it was filed; everything else is listed with the reason. Prices are
scored in natural logarithms, so that 2 × for 1 × and 4 × for 2 × cost the same; other figures in
their own unit.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orepact.errors import InputError, Problem
from orepact.indicators.proper_scores import LEVEL, brier, brier_of_cases
from orepact.studies.prediction import Prediction, verify
from orepact.studies.scoring.forecasts import Forecast, Rule, constant_rule, losses, scale_of
from orepact.studies.scoring.members import LIMITS, chance_above, filed_members
from orepact.studies.scoring.observed import (
    FIGURES,
    OTHER,
    Observation,
    Observed,
    month_number,
    read_observed,
)
from orepact.studies.scoring.summary import summaries

__all__ = ["score_predictions"]

_COVER = "cover_days_worst"


@dataclass(frozen=True, slots=True)
class _Case:
    """A filed line with what is known about it."""

    number: int
    prediction: Prediction
    observed: Observed
    rule: Rule | None

    @property
    def content(self) -> dict[str, Any]:
        return self.prediction.content

    @property
    def filed(self) -> datetime.date:
        return datetime.datetime.fromisoformat(self.content["filed"]).date()

    def months(self, entry: Mapping[str, Any]) -> range:
        """Return the months of an entry, where it has none those of the prediction."""
        months = {**self.content, **entry}
        first, last = (month_number(months[name]) for name in ("first_month", "last_month"))
        return range(first, last + 1)


def score_predictions(
    file: Path,
    observed: Path,
    *,
    on: datetime.date,
    line: int | None = None,
    run: Path | None = None,
    limits: Mapping[str, Sequence[float]] | None = None,
) -> dict[str, Any]:
    """Return the scores of the predictions of a file (format ``orepact/score/1``).

    `observed` is the file of observations, of which those known on the day `on` count; `line` the
    one prediction to score. `run` is the folder of the run that was filed: its members tell how
    probable statements such as ``unmet_share > 0.1`` were, `limits` by figure. Raises `InputError`
    where the record was altered, with every problem of the observations, and where `run` is not the
    run of one of the lines.
    """
    lines = verify(file)
    if line is not None and not 1 <= line <= len(lines):
        raise InputError([Problem("no such line", file=str(file), field="--line", found=str(line),
                                  expected=f"1 to {len(lines)}")])
    seen = read_observed(observed, _names(lines), on)
    rule = constant_rule()
    cases = [
        _Case(number, each, seen, rule)
        for number, each in enumerate(lines, start=1) if line in (None, number)
    ]
    members = _members(run, cases)
    return {
        "format": "orepact/score/1",
        "on": on.isoformat(),
        "file": str(file),
        "head": lines[-1].sha256,
        "observed": str(observed),
        "rows_known_later": seen.later,
        "level": LEVEL,
        "constant_multiple": None if rule is None else rule.as_data(),
        "predictions": [
            _scored_line(case, members.get(case.number), limits or LIMITS) for case in cases
        ],
    }


def _names(lines: Sequence[Prediction]) -> dict[str, list[str]]:
    entries = [entry for each in lines for entry in each.content["results"]]
    return {
        name: sorted({str(entry[name]) for entry in entries})
        for name in ("chain", "region", "material", "branch")
    }


def _members(run: Path | None, cases: Sequence[_Case]) -> dict[int, pl.DataFrame]:
    """Return the members of a run by the number of the line that it was filed on."""
    if run is None:
        return {}
    problems: list[Problem] = []
    for case in cases:
        try:
            return {case.number: filed_members(run, case.prediction)}
        except InputError as error:
            problems = [*problems, *error.problems]
            if not all(one.message == "not the run that was filed" for one in error.problems):
                raise
    if problems:
        raise InputError(problems[:1])
    return {}


def _scored_line(
    case: _Case, members: pl.DataFrame | None, limits: Mapping[str, Sequence[float]]
) -> dict[str, Any]:
    content = case.content
    happened = {name: _happened(case.observed, name) for name in _chains(content)}
    scored: list[dict[str, Any]] = []
    left: dict[tuple[str, str, str], int] = {}
    for entry in content["results"]:
        for figure in (name for name in FIGURES if name in entry):
            found = _scored(case, entry, figure, happened[entry["chain"]])
            if isinstance(found, str):
                key = (entry["chain"], entry["branch"], found)
                left[key] = left.get(key, 0) + 1
            else:
                scored.append(found)
    return {
        "line": case.number,
        "sha256": case.prediction.sha256,
        **{name: content[name] for name in ("filed", "study", "first_month", "last_month")},
        "parameter_sets": len(content["parameter_sets"]),
        "happened": {name: branch or None for name, branch in happened.items()},
        "scored": scored,
        "not_testable": [
            {"chain": chain, "branch": branch, "reason": reason, "figures": count}
            for (chain, branch, reason), count in sorted(left.items())
        ],
        "summary": summaries(scored),
        "branches": _branch_scores(case, happened),
        "statements": _statements(scored, members, limits),
    }


def _chains(content: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(str(entry["chain"]) for entry in content["results"]))


def _happened(observed: Observed, chain: str) -> str:
    """Return the branch that came true for a chain; empty if no row says so."""
    by_chain = {one.chain: one.branch for one in observed.branches}
    return by_chain.get(chain, by_chain.get("", ""))


def _scored(
    case: _Case, entry: Mapping[str, Any], figure: str, branch: str
) -> dict[str, Any] | str:
    """Return the scores of a figure, or why it cannot be tested."""
    if not branch:
        return "which branch happened is not stated"
    if entry["branch"] != branch:
        return "no branch of the study happened" if branch == OTHER else (
            f"another branch happened: {branch}")
    place = (entry["chain"], entry["region"], entry["material"], figure)
    rows = [one for one in case.observed.figures if one.place == place]
    wanted = case.months(entry)
    inside = [one for one in rows if one.first in wanted and one.last in wanted]
    late = [one for one in inside if one.known_on >= case.filed]
    if not inside:
        return "not observed"
    months = sum(one.last - one.first + 1 for one in late)
    if months < len(wanted):
        early = sum(one.last - one.first + 1 for one in inside) - months
        why = f", {early} known before it was filed" if early else ""
        return f"observed for {months} of {len(wanted)} months{why}"
    return _scores(case, entry, figure, sorted(late, key=lambda one: one.first))


def _scores(
    case: _Case, entry: Mapping[str, Any], figure: str, rows: Sequence[Observation]
) -> dict[str, Any]:
    value, before = _combined(figure, rows), rows[0].before
    if before is None and figure.endswith("_vs_status_quo"):
        before = 1.0
    band = entry[figure]
    own = Forecast(band["low"], band["middle"], band["high"])
    rules = {
        "no_change": None if before is None else Forecast(before, before, before),
        "constant_multiple": None if before is None or case.rule is None
        or not figure.startswith("price_") else case.rule.of(before),
    }
    return {
        **{name: entry[name] for name in ("chain", "branch", "region", "material", "grade")},
        **{name: entry[name] for name in ("period", "first_month", "last_month") if name in entry},
        "figure": figure,
        "unit": FIGURES[figure],
        "scale": scale_of(figure),
        "observed": value,
        "known_on": max(one.known_on for one in rows).isoformat(),
        "sources": list(dict.fromkeys(one.source for one in rows)),
        "band": dict(band),
        "inside": bool(own.low <= value <= own.high),
        "beyond_tail": bool(_beyond(figure, value, band["tail"])),
        **losses(own, value, figure),
        **{name: None if rule is None else {**rule.as_data(), **losses(rule, value, figure)}
           for name, rule in rules.items()},
    }


def _combined(figure: str, rows: Sequence[Observation]) -> float:
    """Return the mean of rows weighted by their months; of cover the worst."""
    if figure == _COVER:
        return min(one.value for one in rows)
    weights = [one.last - one.first + 1 for one in rows]
    return sum(one.value * weight for one, weight in zip(rows, weights, strict=True)) / sum(weights)


def _beyond(figure: str, value: float, tail: float) -> bool:
    """Return whether it came worse than the worst member: cover and exports are worse below."""
    down = figure in {_COVER, "export_volume_relative"}
    return value < tail if down else value > tail


def _branch_scores(case: _Case, happened: Mapping[str, str]) -> dict[str, Any]:
    """Return the Brier score of the filed probabilities of branches, or why there is none."""
    filed: Mapping[str, float] | None = case.content.get("probabilities")
    if not filed:
        return {"note": "no probability of a branch was filed, and orepact gives none"}
    told = sorted(set(happened.values()))
    if told == [""]:
        return {"probabilities": dict(filed), "note": "which branch happened is not stated"}
    if len(told) > 1:
        return {"probabilities": dict(filed), "note": "not one branch for all chains"}
    early = [one for one in case.observed.branches if one.known_on < case.filed]
    if early:
        return {"probabilities": dict(filed), "note": "the branch was known before it was filed"}
    even = dict.fromkeys(filed, 1.0 / len(filed))
    return {
        "probabilities": dict(filed),
        "happened": told[0],
        "brier": brier_of_cases(filed, told[0]),
        "brier_of_even_probabilities": brier_of_cases(even, told[0]),
        "note": "",
    }


def _statements(
    scored: Sequence[Mapping[str, Any]], members: pl.DataFrame | None,
    limits: Mapping[str, Sequence[float]],
) -> dict[str, Any]:
    if members is None:
        return {"rows": [], "brier": None,
                "note": "a filed line holds bands, not members: give the folder of the run"}
    rows = list(_statement_rows(scored, members, limits))
    mean = sum(row["brier"] for row in rows) / len(rows) if rows else None
    return {"rows": rows, "brier": mean, "brier_of_even_odds": 0.25,
            "note": "" if rows else "no scored figure has a limit"}


def _statement_rows(
    scored: Sequence[Mapping[str, Any]], members: pl.DataFrame,
    limits: Mapping[str, Sequence[float]],
) -> Iterator[dict[str, Any]]:
    for one in scored:
        for limit in limits.get(one["figure"], ()):
            chance = chance_above(members, one, one["figure"], limit)
            if chance is None:
                continue
            happened = one["observed"] > limit
            yield {
                **{name: one[name] for name in ("chain", "region", "material", "figure")},
                "limit": limit,
                "unit": one["unit"],
                "probability": chance,
                "happened": happened,
                "brier": brier(chance, happened=happened),
            }
