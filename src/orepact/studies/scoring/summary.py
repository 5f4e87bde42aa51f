"""Scores taken together, by figure, beside those of simple rules on the same cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from orepact.indicators.episode_scores import paired_test

__all__ = ["RULES", "summaries"]

RULES = ("no_change", "constant_multiple")
"""Simple rules that a prediction is held against."""

FEWEST = 6
"""Chains from which on the exact paired test can tell a difference at all (2 of 2^6 orders)."""

_LOSSES = ("interval_score", "pinball")


def summaries(scored: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return mean scores by figure: cases, coverage of the band, losses, against simple rules.

    A rule is held against the prediction on the cases that have it, by an exact permutation test
    over chains of the mean interval scores.
    """
    found: list[dict[str, Any]] = []
    for figure in dict.fromkeys(one["figure"] for one in scored):
        mine = [one for one in scored if one["figure"] == figure]
        found.append({
            "figure": figure,
            "unit": mine[0]["unit"],
            "scale": mine[0]["scale"],
            "cases": len(mine),
            "inside": sum(one["inside"] for one in mine),
            "coverage": _mean(mine, "inside"),
            "beyond_tail": sum(one["beyond_tail"] for one in mine),
            **{name: _mean(mine, name) for name in _LOSSES},
            "root_mean_square_error": float(np.sqrt(np.mean([one["error"] ** 2 for one in mine]))),
            "against": {rule: _against(mine, rule) for rule in RULES},
        })
    return found


def _mean(rows: Sequence[Mapping[str, Any]], name: str) -> float:
    return float(np.mean([one[name] for one in rows]))


def _against(rows: Sequence[Mapping[str, Any]], rule: str) -> dict[str, Any]:
    mine = [one for one in rows if one[rule] is not None]
    if not mine:
        return {"cases": 0, "verdict": "cannot tell: no value from before the prediction"
                if rule == "no_change" or rows[0]["figure"].startswith("price_")
                else "cannot tell: the rule is one of prices"}
    others = [one[rule] for one in mine]
    chains = sorted({one["chain"] for one in mine})
    own_means = [_mean([one for one in mine if one["chain"] == name], "interval_score")
                 for name in chains]
    rule_means = [_mean([one[rule] for one in mine if one["chain"] == name], "interval_score")
                  for name in chains]
    test = paired_test(own_means, rule_means)
    return {
        "cases": len(mine),
        "chains": len(chains),
        "own": {name: _mean(mine, name) for name in _LOSSES},
        "rule": {name: _mean(others, name) for name in _LOSSES},
        "p_value": None if np.isnan(test.p_value) else test.p_value,
        "verdict": _verdict(test.difference, len(chains), distinguishable=test.distinguishable),
    }


def _verdict(difference: float, chains: int, *, distinguishable: bool) -> str:
    word = "better" if difference < 0.0 else "worse" if difference > 0.0 else "equal"
    if chains < FEWEST:
        return f"{word} here, not distinguishable: chains {chains}, at least {FEWEST} needed"
    return word if distinguishable else f"{word} here, not distinguishable from chance"
