"""The conditions that break a plan: a box in plain words, with its coverage and its density.

A plan breaks where more than a given fraction of a region's use of a material is unmet in a year. A
shallow decision tree (Breiman et al. 1984) over the factors finds the box in which members break
most; as in the patient rule induction method (Friedman and Fisher 1999,
doi:10.1023/A:1008894516817) it is told with its coverage, the part of all breaks that lies in it,
and its density, the part of its members that break. Members of one draw and parameter set are
alike, so the box is also found with some of them left out, and told only if it holds for those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sklearn.tree import DecisionTreeClassifier

from orepact.model.curve import Array
from orepact.studies.stress.factors import MEMBER, Factor

__all__ = ["FEWEST", "Box", "break_entries", "find_box"]

FEWEST = 10
"""Members that break, and that do not, below which no conditions are told."""

DEPTH = 3
FOLDS = 5
HOLDS, CHANCE = 0.25, 2.6
"""How far the density among members left out must lie above that of all: of what is possible, and
in standard deviations of what chance gives as many members (one in two hundred)."""

DENSE = 0.8
"""Density from which on the box with the largest coverage is taken."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of conditions: `limits` has lower and upper limits by the factor's number."""

    limits: dict[int, tuple[float, float]]
    coverage: float
    density: float
    mass: float


def break_entries(
    chains: Sequence[str], members: pl.DataFrame, table: pl.DataFrame,
    factors: Sequence[Factor], plan: tuple[str, float],
) -> list[dict[str, Any]]:
    """Return per chain how many members break the plan, with the scenario and without it, and when.

    A member is a rung of a parameter set, licence, window and draw; it breaks where any material in
    any period is short by more than the plan's fraction of use in its region.
    """
    region, threshold = plan
    found: list[dict[str, Any]] = []
    rungs = sorted(members["rung"].unique())
    named = [*factors, Factor("rung", "rung of the ladder", "rung")] if len(rungs) > 1 else [
        *factors]
    for chain in chains:
        here = members.filter(pl.col("chain") == chain, pl.col("region") == region)
        short = (
            here.drop_nulls("unmet_share")
            .group_by(*MEMBER, "rung")
            .agg(pl.col("unmet_share").max(), pl.col("without_unmet_share").max(),
                 pl.col("material").get(pl.col("unmet_share").arg_max()).alias("worst"))
            .sort(*MEMBER, "rung")
            .join(table, on=MEMBER, how="left", maintain_order="left")
        )
        found.append({"chain": chain, "region": region, "threshold": threshold,
                      **_entry(short, named, threshold)})
    return found


def _entry(short: pl.DataFrame, factors: Sequence[Factor], threshold: float) -> dict[str, Any]:
    if short.is_empty():
        return {"members": 0, "breaks": 0, "breaks_without": 0,
                "verdict": "no use in this region", "conditions": []}
    breaks = (short["unmet_share"] > threshold).to_numpy()
    count, number = len(breaks), int(breaks.sum())
    head: dict[str, Any] = {
        "members": count, "breaks": number,
        "breaks_without": int((short["without_unmet_share"] > threshold).sum()),
    }
    if number:
        worst = short.filter(pl.Series(breaks))["worst"].mode().sort()[0]
        head["material"] = worst
    if number in (0, count):
        verdict = "every member breaks it" if number else "no member breaks it"
        return {**head, "verdict": verdict, "conditions": []}
    mine = [one for one in factors if short[one.name].n_unique() > 1]
    if min(number, count - number) < FEWEST or not mine:
        return {**head, "verdict": "cannot tell: too few members on one side", "conditions": []}
    columns = np.column_stack([short[one.name].to_numpy().astype(np.float64) for one in mine])
    box = find_box(columns, breaks)
    if box is None:
        return {**head, "verdict": "cannot tell: no condition sets them apart", "conditions": []}
    groups = short.select(pl.struct("rank", "draw").rank("dense")).to_series().to_numpy()
    left_out, apart = _left_out(columns, breaks, groups)
    head |= {"coverage": box.coverage, "density": box.density, "mass": box.mass,
             "density_left_out": left_out}
    if left_out is None or left_out < _needed(number / count, apart):
        verdict = "cannot tell: the conditions found do not hold for draws that were left out"
        return {**head, "verdict": verdict, "conditions": []}
    return {
        **head, "verdict": "told by conditions",
        "conditions": [
            {"factor": mine[number].name, "title": mine[number].title, "kind": mine[number].kind,
             "unit": mine[number].unit,
             "above": None if np.isinf(low) else low, "below": None if np.isinf(high) else high}
            for number, (low, high) in sorted(box.limits.items())
        ],
    }


def find_box(factors: Array, breaks: Array) -> Box | None:
    """Return the box in which members break most, or None if nothing sets them apart.

    `factors` has shape (members × factors), `breaks` one truth value per member. Among boxes of a
    density of at least 0.8 the one with the largest coverage is taken, else the densest.
    """
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=max(5, len(breaks) // 50),
                                  random_state=0)
    _ = tree.fit(factors, breaks)
    leaves = tree.apply(factors)
    rate, total = float(breaks.mean()), int(breaks.sum())
    boxes: list[Box] = []
    for leaf, limits in _leaves(tree.tree_):
        inside = leaves == leaf
        held = int(breaks[inside].sum())
        density = held / int(inside.sum())
        if limits and density > rate:
            boxes.append(Box(limits, held / total, density, float(inside.mean())))
    dense = [box for box in boxes if box.density >= DENSE]
    if dense:
        return max(dense, key=lambda box: (box.coverage, box.density))
    return max(boxes, key=lambda box: (box.density, box.coverage), default=None)


def _needed(rate: float, groups: int) -> float:
    """Return the density from which on a box holds for groups of members that were left out."""
    chance = CHANCE * np.sqrt(rate * (1.0 - rate) / max(1, groups))
    return float(max(rate + HOLDS * (1.0 - rate), min(1.0, rate + chance)))


def _left_out(factors: Array, breaks: Array, groups: Array) -> tuple[float | None, int]:
    """Return the density of boxes among members that they were found without, and their groups.

    Groups of members are left out in turn, a fifth at a time; None where no box holds any.
    """
    held = broken = apart = 0
    for fold in range(FOLDS):
        out = groups % FOLDS == fold
        box = find_box(factors[~out], breaks[~out]) if breaks[~out].any() else None
        if box is not None:
            inside = out.copy()
            for column, (low, high) in box.limits.items():
                inside &= (factors[:, column] > low) & (factors[:, column] <= high)
            held, broken = held + int(inside.sum()), broken + int(breaks[inside].sum())
            apart += len(np.unique(groups[inside]))
    return (broken / held if held else None), apart


def _leaves(tree: Any) -> list[tuple[int, dict[int, tuple[float, float]]]]:
    """Return every leaf's number and the limits that lead to it."""
    found: list[tuple[int, dict[int, tuple[float, float]]]] = []
    waiting: list[tuple[int, dict[int, tuple[float, float]]]] = [(0, {})]
    while waiting:
        node, limits = waiting.pop()
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left < 0:
            found.append((node, limits))
            continue
        factor, cut = int(tree.feature[node]), float(tree.threshold[node])
        low, high = limits.get(factor, (-np.inf, np.inf))
        waiting.append((left, {**limits, factor: (low, min(high, cut))}))
        waiting.append((right, {**limits, factor: (max(low, cut), high)}))
    return found
