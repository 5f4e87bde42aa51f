"""What of a finished run is filed: of a study its branches, of a scenario the rungs of its ladder.

A stress run says what follows if its scenario comes true. Its branches are these rungs, of a
scenario without a ladder the scenario itself; whatever else may happen is ``other``. Its entries
are those over both licence branches, for the whole of a scenario of up to twelve months or for each
of its years, every one with its own months.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["MADE_BY", "OTHER", "branch_of", "missing_from", "predicted"]

RUN, STRESS = "orepact/run/1", "orepact/stress/1"

MADE_BY: Mapping[str, str] = {RUN: "orepact run", STRESS: "orepact stress"}
"""The formats of runs that can be filed, each with the command that writes it."""

OTHER = "other"
"""The branch of something that no branch of a run says."""

_SHARED = ("first_month", "dataset", "code_version", "created", "command", "outcomes", "results")
_OF_A_STUDY = ("study", "as_of", "last_month", "parameter_sets", "licence_branches")
_OF_A_SCENARIO = ("scenario", "version", "months", "design", "licences", "periods", "input_hash",
                  "result_hash")

_BOTH = "all"
_LICENCE_FIGURES = ("price_marginal_vs_base", "price_marginal_vs_status_quo", "unmet_share")


def missing_from(run: Mapping[str, Any]) -> list[str]:
    """Return the names that a run lacks to be filed."""
    own = _OF_A_SCENARIO if run.get("format") == STRESS else _OF_A_STUDY
    return [name for name in (*own, *_SHARED) if name not in run]


def branch_of(scenario: str, rung: int, rungs: Sequence[int]) -> str:
    """Return the name of a rung as a branch of a prediction."""
    return f"rung-{rung}" if len(rungs) > 1 else scenario


def predicted(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is filed of a run that `missing_from` finds nothing missing in."""
    if run["format"] == RUN:
        return {name: run[name] for name in (*_OF_A_STUDY, *_SHARED)}
    return {
        "study": run["scenario"],
        "as_of": run["created"][:10],
        "last_month": _later(run["first_month"], run["months"] - 1),
        "parameter_sets": run["design"]["parameter_sets"],
        "licence_branches": run["licences"],
        **{name: run[name] for name in _SHARED},
        "scenario": {name: run[name] for name in ("version", "input_hash", "result_hash")},
        "results": list(_entries(run)),
    }


def _entries(run: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield an entry per chain, rung, period, region and material."""
    rungs = sorted({entry["rung"] for entry in run["results"]})
    periods = {each["name"]: each for each in run["periods"]}
    alone = {
        (*_place(entry), entry["licence"]): entry
        for entry in run["results"] if entry["licence"] != _BOTH
    }
    for entry in run["results"]:
        if entry["licence"] != _BOTH:
            continue
        period = periods[entry["period"]]
        first = _later(run["first_month"], period["first"])
        yield {
            "chain": entry["chain"],
            "branch": branch_of(run["scenario"], entry["rung"], rungs),
            **{name: value for name, value in entry.items()
               if name not in {"chain", "rung", "licence"}},
            "first_month": first,
            "last_month": _later(first, period["months"] - 1),
            "by_licence": {
                licence: _middles(alone.get((*_place(entry), licence), entry))
                for licence in run["licences"]
            },
        }


def _place(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(entry[name] for name in ("chain", "rung", "period", "region", "material"))


def _middles(entry: Mapping[str, Any]) -> dict[str, float]:
    return {name: entry[name]["middle"] for name in _LICENCE_FIGURES if name in entry}


def _later(month: str, months: int) -> str:
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 + months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
