"""The early-warning index: shortage and oversupply of each mineral, in five bands, on any day.

index = sum(weight x score) / sum(weight) over the components that are known

Scores lie between 0 and 1 and are computed from what was public on the day. Weights, scales and
bands are cards in ``assess/warning.yaml``. Where the known components carry too little weight, the
index cannot tell.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import polars as pl

from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.figure import Figure
from orepact.indicators.warning.balance import capacity, card_inputs, demand, stocks, supply
from orepact.indicators.warning.components import concentration, disruption, price
from orepact.indicators.warning.record import Record, warning_record
from orepact.indicators.warning.rules import Rules, read_rules
from orepact.policy.register import Register

__all__ = [
    "BANDS",
    "CANNOT_TELL",
    "DIRECTIONS",
    "Direction",
    "Weight",
    "band_of",
    "early_warning",
    "warning_table",
    "weighted_index",
]

Direction = Literal["shortage", "oversupply"]
DIRECTIONS: tuple[Direction, ...] = ("shortage", "oversupply")
BANDS = ("very low", "low", "medium", "high", "very high")
"""The five bands, from the least index to the largest."""

CANNOT_TELL = "cannot tell"
METHOD = "weighted mean of known scores; weights, scales and bands: assess/warning.yaml"

_Score = Callable[[Record, str, datetime.date, Rules], Figure]
_COMPONENTS: Mapping[str, Mapping[str, _Score]] = {
    "shortage": {
        "disruption": disruption,
        "concentration": concentration,
        "price": partial(price, shortage=True),
        "capacity": partial(capacity, shortage=True),
        "demand": demand,
        "stocks": partial(stocks, shortage=True),
    },
    "oversupply": {
        "price": partial(price, shortage=False),
        "supply": supply,
        "capacity": partial(capacity, shortage=False),
        "stocks": partial(stocks, shortage=False),
    },
}
_SIGNS = {
    "shortage": {
        "disruption": "restrictions likely",
        "price": "price surge",
        "capacity": "capacity nearly full",
        "demand": "use growing fast",
        "stocks": "stocks low",
    },
    "oversupply": {
        "price": "price collapse",
        "supply": "output growing fast",
        "capacity": "capacity far above use",
        "stocks": "stocks high",
    },
}


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight with the range of its card."""

    value: float
    low: float
    high: float


def weighted_index(
    scores: Mapping[str, tuple[float, float, float]], weights: Mapping[str, Weight]
) -> tuple[float, float, float]:
    """Return the weighted mean of scores (value, low, high; each 0 to 1) and its low and high.

    The low end is the least weighted mean of the low scores over all weights within their ranges,
    the high end the largest of the high ones; both are exact. Raises `ValueError` where the scores
    are empty or have no weight.
    """
    used = {name: weights[name] for name in scores}
    whole = sum(weight.value for weight in used.values())
    if whole <= 0:
        raise ValueError("no component with a weight")
    value = sum(used[name].value * scores[name][0] for name in used) / whole
    least = -_largest([(-scores[name][1], used[name]) for name in used])
    most = _largest([(scores[name][2], used[name]) for name in used])
    return value, min(value, least), max(value, most)


def _largest(parts: Sequence[tuple[float, Weight]]) -> float:
    """Return the largest weighted mean: the highest scores with high weights, the rest with low."""
    ranked = sorted(parts, key=lambda part: -part[0])
    means: list[float] = []
    for cut in range(len(ranked) + 1):
        chosen = [
            (score, weight.high if number < cut else weight.low)
            for number, (score, weight) in enumerate(ranked)
        ]
        total = sum(weight for _, weight in chosen)
        if total > 0:
            means.append(sum(score * weight for score, weight in chosen) / total)
    return max(means)


def band_of(index: float | None, rules: Rules) -> str:
    """Return the band of an index (0 to 1); *cannot tell* for none."""
    if index is None:
        return CANNOT_TELL
    edges = [rules.value(f"band-{name.replace(' ', '-')}") for name in BANDS[1:]]
    return BANDS[sum(index >= edge for edge in edges)]


def early_warning(
    record: Record, mineral: str, on: datetime.date, rules: Rules, direction: Direction
) -> Figure:
    """Return the index of a mineral on a day (0 to 1), from what was public then.

    `coverage` has the band, the weight of the known components as a share of all, the components
    that are missing, and the index if the missing ones scored zero or one; the form of a component
    is the direction, because the two indices score it differently. Raises `InputError` for
    an unknown mineral, with the nearest.
    """
    _check(record, mineral)
    scores = {
        name: replace(score(record, mineral, on, rules), form=direction)
        for name, score in _COMPONENTS[direction].items()
    }
    return _index(scores, mineral, on, rules, direction)


def _check(record: Record, mineral: str) -> None:
    if mineral not in record.minerals:
        raise InputError(
            [
                Problem(
                    "nothing known of the mineral",
                    field="mineral",
                    found=mineral,
                    expected="a mineral with output, prices or controls",
                    nearest=nearest(mineral, record.minerals),
                )
            ]
        )


def _index(
    scores: Mapping[str, Figure],
    mineral: str,
    on: datetime.date,
    rules: Rules,
    direction: Direction,
) -> Figure:
    cards = {name: rules.card(f"{direction}-weight-{name}") for name in scores}
    weights = {name: Weight(card.value, card.low, card.high) for name, card in cards.items()}
    known = {name: _ends(one) for name, one in scores.items() if one.value is not None}
    missing = [name for name in scores if name not in known]
    share = sum(weights[name].value for name in known) / sum(
        weight.value for weight in weights.values()
    )
    empty = Figure(
        indicator=f"early_warning_{direction}",
        value=None,
        unit="1",
        mineral=mineral,
        period=on.isoformat(),
        method=METHOD,
        missing="too few components: without " + ", ".join(missing),
        inputs=(
            *scores.values(),
            *card_inputs([f"{direction}-weight-{name}" for name in scores], rules),
        ),
        coverage={
            "band": CANNOT_TELL,
            "known_weight": round(share, 4),
            "missing_components": ", ".join(missing),
        },
    )
    if not known or share < rules.value("least-known-weight") - 1e-9:
        return empty
    value, low, high = weighted_index(known, weights)
    parts = " + ".join(f"{weights[name].value:g} x {known[name][0]:.3f}" for name in known)
    whole = sum(weights[name].value for name in known)
    return replace(
        empty,
        value=value,
        low=low,
        high=high,
        missing="",
        arithmetic=f"({parts}) / {whole:g}",
        coverage={
            **empty.coverage,
            "band": band_of(value, rules),
            "band_low": band_of(low, rules),
            "band_high": band_of(high, rules),
            "if_missing_zero": round(value * share, 4),
            "if_missing_one": round(value * share + 1.0 - share, 4),
            "driver": max(known, key=lambda name: (weights[name].value * known[name][0], name)),
            "signs": ", ".join(
                _SIGNS[direction][name]
                for name in known
                if known[name][0] >= 1.0 and name in _SIGNS[direction]
            ),
        },
    )


def _ends(figure: Figure) -> tuple[float, float, float]:
    value = figure.value or 0.0
    low = value if figure.low is None else figure.low
    high = value if figure.high is None else figure.high
    return value, low, high


def warning_table(
    bundle: Bundle,
    register: Register,
    on: datetime.date,
    *,
    rules: Rules | None = None,
    minerals: Sequence[str] = (),
) -> pl.DataFrame:
    """Return both indices of every mineral on a day, one row each, the highest warning first.

    Columns: mineral, on, flag (SHORTAGE, OVERSUPPLY, both, or empty), then for each direction the
    index (0 to 1), its low and high, band, known weight, driver, signs, missing components. Only
    what was public on the day counts. Raises `InputError` for unknown minerals.
    """
    rules = rules or read_rules()
    record = warning_record(bundle, register, rules)
    rows = [_row(record, name, on, rules) for name in minerals or record.minerals]
    frame = pl.DataFrame(rows, schema=_schema())
    return (
        frame.with_columns(pl.max_horizontal(DIRECTIONS).alias("_worst"))
        .sort("_worst", "mineral", descending=[True, False], nulls_last=True)
        .drop("_worst")
    )


def _schema() -> dict[str, type[pl.DataType]]:
    found: dict[str, type[pl.DataType]] = {"mineral": pl.String, "on": pl.Date, "flag": pl.String}
    for name in DIRECTIONS:
        found |= dict.fromkeys((name, f"{name}_low", f"{name}_high"), pl.Float64)
        found |= {f"{name}_band": pl.String, f"{name}_known_weight": pl.Float64}
        found |= {f"{name}_{part}": pl.String for part in ("driver", "signs", "missing")}
    return found


def _row(record: Record, mineral: str, on: datetime.date, rules: Rules) -> dict[str, Any]:
    figures = {one: early_warning(record, mineral, on, rules, one) for one in DIRECTIONS}
    warned = [
        name.upper()
        for name, figure in figures.items()
        if figure.coverage["band"] in BANDS[BANDS.index("high") :]
    ]
    row: dict[str, Any] = {"mineral": mineral, "on": on, "flag": ", ".join(warned)}
    for name, figure in figures.items():
        row |= {
            name: figure.value,
            f"{name}_low": figure.low,
            f"{name}_high": figure.high,
            f"{name}_band": figure.coverage["band"],
            f"{name}_known_weight": figure.coverage["known_weight"],
            f"{name}_driver": figure.coverage.get("driver", ""),
            f"{name}_signs": figure.coverage.get("signs", ""),
            f"{name}_missing": figure.coverage["missing_components"],
        }
    return row
