"""The sentences of scored predictions."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SCORE_TEXTS"]

SCORE_TEXTS: Mapping[str, str] = {
    "head": (
        "Line {line}: {study}, filed {filed}, months {first} to {last}; branches that happened: "
        "{branches}"
    ),
    "one_set": (
        "A run of one parameter set (--quick, or --sets 1): its bands are no percentiles of "
        "parameter sets and too narrow for 80 %; what they score says little of the model."
    ),
    "no_branch": "none stated",
    "own": "this run",
    "verdict": "{figure} against {rule}, on the same cases {own} to {other}: {verdict}.",
    "tail": "{figure}: {count} of {cases} came worse than the worst member.",
    "read": (
        "Smaller is better. Prices are scored in natural logarithms (0.69 is a factor of two), "
        "other figures in their unit; a rule's score stands against the prediction's own on the "
        "same cases. Constant multiple: what prices did in the episodes of the back-test."
    ),
    "nothing": "Nothing could be scored yet.",
    "branches": (
        "Branches: {branch} happened; Brier score of the filed probabilities {brier}, of even ones "
        "{even} (0 best, 2 worst)."
    ),
    "no_brier": "Branches: no Brier score, {note}.",
    "statements": "Statements: mean Brier score {brier}, of even odds 0.25 (0 best, 1 worst).",
    "no_statements": "Statements: no Brier score, {note}.",
    "later": "{count} rows of the observations were not known on {on} and do not count.",
    "left": "not testable, {count} figures: {reason}",
}
