"""Scores of filed predictions in words and rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.studies.scoring.summary import RULES
from orepact.views import digits
from orepact.views.score_texts import SCORE_TEXTS

__all__ = ["head_line", "left_lines", "note_lines", "score_rows", "set_lines",
           "statement_rows"]

Entry = Mapping[str, Any]

ZERO = 5e-3
"""Losses below this are printed as 0.00."""


def head_line(one: Entry) -> str:
    """Return what is scored and against which branches."""
    known = [f"{name} {branch}" for name, branch in one["happened"].items() if branch]
    return SCORE_TEXTS["head"].format(
        line=one["line"], study=one["study"], filed=one["filed"][:10], first=one["first_month"],
        last=one["last_month"], branches=", ".join(known) or SCORE_TEXTS["no_branch"],
    )


def set_lines(sets: int) -> list[str]:
    """Return what to say of a run with so few parameter sets that its bands are none."""
    return [SCORE_TEXTS["one_set"]] if sets == 1 else []


def score_rows(one: Entry) -> list[dict[str, str]]:
    """Return a row per figure, and one per simple rule that it is held against."""
    rows: list[dict[str, str]] = []
    for each in one["summary"]:
        figure = each["figure"].replace("_", " ")
        rows.append({
            "figure": figure,
            "forecast": SCORE_TEXTS["own"],
            "cases": str(each["cases"]),
            "in band": f"{each['inside']} ({digits.share(each['coverage'])})",
            "interval score": _loss(each["interval_score"]),
            "pinball": _loss(each["pinball"]),
        })
        rows += [
            {
                "figure": figure,
                "forecast": rule.replace("_", " "),
                "cases": str(against["cases"]),
                "in band": "",
                "interval score": _loss(against["rule"]["interval_score"]),
                "pinball": _loss(against["rule"]["pinball"]),
            }
            for rule in RULES if (against := each["against"][rule])["cases"]
        ]
    return rows


def _verdicts(one: Entry) -> list[str]:
    """Return, per figure and rule, whether this run did better and whether that can be told."""
    return [
        SCORE_TEXTS["verdict"].format(
            figure=each["figure"].replace("_", " "), rule=rule.replace("_", " "),
            verdict=against["verdict"], own=_loss(against["own"]["interval_score"]),
            other=_loss(against["rule"]["interval_score"]),
        )
        for each in one["summary"] for rule in RULES
        if (against := each["against"][rule])["cases"]
    ]


def _loss(value: float) -> str:
    return f"{abs(value) if abs(value) < ZERO else value:.2f}"


def statement_rows(one: Entry) -> list[dict[str, str]]:
    """Return a row per statement: how probable the members held it, and what happened."""
    return [
        {
            "where": f"{each['chain']}, {each['region']}, {each['material']}",
            "statement": f"{each['figure'].replace('_', ' ')} > {each['limit']:g}",
            "members that say so": digits.share(each["probability"]),
            "happened": "yes" if each["happened"] else "no",
            "Brier score": _loss(each["brier"]),
        }
        for each in one["statements"]["rows"]
    ]


def note_lines(found: Entry, one: Entry) -> list[str]:
    """Return how to read the scores, what branches and statements scored, what was left."""
    lines = set_lines(one["parameter_sets"])
    lines += [SCORE_TEXTS["read"]] if one["summary"] else [SCORE_TEXTS["nothing"]]
    lines += _verdicts(one)
    lines += [
        SCORE_TEXTS["tail"].format(figure=each["figure"].replace("_", " "),
                                   count=each["beyond_tail"], cases=each["cases"])
        for each in one["summary"] if each["beyond_tail"]
    ]
    branches, statements = one["branches"], one["statements"]
    if "brier" in branches:
        lines.append(SCORE_TEXTS["branches"].format(
            branch=branches["happened"], brier=_loss(branches["brier"]),
            even=_loss(branches["brier_of_even_probabilities"])))
    else:
        lines.append(SCORE_TEXTS["no_brier"].format(note=branches["note"]))
    if statements["brier"] is None:
        lines.append(SCORE_TEXTS["no_statements"].format(note=statements["note"]))
    else:
        lines.append(SCORE_TEXTS["statements"].format(brier=_loss(statements["brier"])))
    if found["rows_known_later"]:
        lines.append(SCORE_TEXTS["later"].format(count=found["rows_known_later"], on=found["on"]))
    return lines


def left_lines(one: Entry) -> list[str]:
    """Return what could not be tested, with the reasons counted."""
    counts: dict[str, int] = {}
    for each in one["not_testable"]:
        counts[each["reason"]] = counts.get(each["reason"], 0) + each["figures"]
    return [SCORE_TEXTS["left"].format(count=f"{count:,}", reason=reason)
            for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
