"""Sizings as tables: what to fill, what is short without and with it, and future by future."""

from __future__ import annotations

import numpy as np
import polars as pl

from orepact.model.curve import Array
from orepact.result.two_stage.master import tail_of
from orepact.result.two_stage.measures import Measures
from orepact.result.two_stage.search import Found
from orepact.result.two_stage.stage import Stage

FULL = 0.999
"""Share of the largest purchase that counts as all of it."""

__all__ = ["fill_table", "future_table", "shortage_table"]


def fill_table(stage: Stage, found: Found, ends: tuple[Array, Array] | None) -> pl.DataFrame:
    """Return one row per reserve: what is held, what is bought and what the next tonne is worth.

    `ends` are the fewest and the most tonnes that the best purchases may have, if they are known.
    """
    decision = stage.decision
    _, slope = stage.evaluate(found.bought)
    worth = -(decision.weight @ slope)
    rows = [
        {
            "case": case,
            "reserve": each.name,
            "owner": each.owner,
            "region": each.region,
            "material": each.material,
            "held_t": each.held,
            "bought_t": float(found.bought[k]),
            "usd": float(found.bought[k] * decision.price[k]),
            "price": float(decision.price[k]),
            "largest_t": float(each.largest),
            "at_largest": bool(found.bought[k] > 0.0 and found.bought[k] >= FULL * each.largest),
            "next_tonne": float(worth[k]),
            "least_t": None if ends is None else float(ends[0][k]),
            "most_t": None if ends is None else float(ends[1][k]),
        }
        for k, (case, each) in enumerate(stage.reserves)
    ]
    text = dict.fromkeys(("case", "reserve", "owner", "region", "material"), pl.String)
    numbers = dict.fromkeys(("held_t", "bought_t", "usd", "price", "largest_t"), pl.Float64)
    last = dict.fromkeys(("next_tonne", "least_t", "most_t"), pl.Float64)
    schema = {**text, **numbers, "at_largest": pl.Boolean, **last}
    return pl.DataFrame(rows, schema=schema)


def shortage_table(stage: Stage, found: Found) -> pl.DataFrame:
    """Return one row per demand: unmet use, expected and in the tail, without and with buying."""
    parts: list[pl.DataFrame] = []
    decision, with_it = stage.decision, stage.answers(found.bought)
    cost = decision.loss
    for number, case in enumerate(stage.cases):
        rows = np.flatnonzero(decision.of_case == number)
        demands = case.network.demands
        none, some = (
            np.array([answers[row].unmet for row in rows]).reshape(len(rows), len(demands))
            for answers in (stage.zero, with_it)
        )
        weight = decision.weight[rows]
        gain = np.array([with_it[row].value - stage.zero[row].value for row in rows])
        before = _share(cost[rows], weight, decision.level)
        after = _share(cost[rows] + gain, weight, decision.level)
        parts.append(
            pl.DataFrame(
                {
                    "case": [case.name] * len(demands),
                    "demand": [each.name for each in demands],
                    "region": [each.region for each in demands],
                    "material": [each.material for each in demands],
                    "base_t": [each.base * stage.terms.months for each in demands],
                    "expected_without_t": weight @ none,
                    "expected_with_t": weight @ some,
                    "tail_without_t": before @ none,
                    "tail_with_t": after @ some,
                },
                schema_overrides=dict.fromkeys(("case", "demand", "region", "material"), pl.String),
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame()


def future_table(stage: Stage, found: Found, measures: Measures) -> pl.DataFrame:
    """Return one row per future of every case."""
    decision, with_it = stage.decision, stage.answers(found.bought)
    gain = np.array([now.value - none.value for now, none in zip(with_it, stage.zero, strict=True)])
    tail = np.zeros(len(gain))
    for number in range(len(stage.cases)):
        rows = decision.of_case == number
        tail[rows] = _share(decision.loss[rows] + gain[rows], decision.weight[rows], decision.level)
    return pl.DataFrame(
        {
            "case": [stage.cases[case].name for case, _ in stage.futures],
            "future": [stage.cases[case].futures[k].name for case, k in stage.futures],
            "weight": decision.weight,
            "in_tail": tail,
            "cost_without": decision.loss,
            "cost_with": decision.loss + gain,
            "unmet_without_t": [float(answer.unmet.sum()) for answer in stage.zero],
            "unmet_with_t": [float(answer.unmet.sum()) for answer in with_it],
            "regret_low": measures.regret_low,
            "regret_high": measures.regret_high,
        },
        schema={
            **dict.fromkeys(("case", "future"), pl.String),
            **dict.fromkeys(
                (
                    "weight",
                    "in_tail",
                    "cost_without",
                    "cost_with",
                    "unmet_without_t",
                    "unmet_with_t",
                    "regret_low",
                    "regret_high",
                ),
                pl.Float64,
            ),
        },
    )


def _share(loss: Array, weight: Array, level: float) -> Array:
    return tail_of(loss, weight, level)[1] if len(loss) else np.zeros(0)
