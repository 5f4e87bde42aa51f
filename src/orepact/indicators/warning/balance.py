"""Scores of the early-warning index from supply, use, stocks and capacity; how a score is made.

A score is a figure with the measure among its inputs. A component without data has no value and
says what is missing; it is never zero for want of data.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from statistics import median

from orepact.indicators.figure import Figure, Input
from orepact.indicators.warning.price_anomaly import scaled
from orepact.indicators.warning.record import Annual, Point, Record
from orepact.indicators.warning.rules import Rules, month_end, period_end
from orepact.indicators.warning.shares import Structure

__all__ = [
    "capacity",
    "card_inputs",
    "demand",
    "is_fresh",
    "no_score",
    "score_of",
    "stocks",
    "supply",
]

_LEAST_YEARS = 2
_US = "United States only"


def no_score(name: str, mineral: str, on: datetime.date, why: str) -> Figure:
    """Return the score of a component that can not be computed, with what is missing."""
    return Figure(
        indicator=f"{name}_score",
        value=None,
        unit="1",
        mineral=mineral,
        period=on.isoformat(),
        missing=why,
    )


def score_of(
    name: str, measure: Figure, rules: Rules, cards: tuple[str, str] | tuple[float, str]
) -> Figure:
    """Return the score of a measure with a value: 0 at `cards[0]`, 1 at `cards[1]`, linear between.

    A card's name stands for its value; the first may be a number.
    """
    start, end = cards
    zero = rules.value(start) if isinstance(start, str) else start
    full, value = rules.value(end), measure.value or 0.0
    ends = sorted(
        scaled(value if each is None else each, zero, full) for each in (measure.low, measure.high)
    )
    return Figure(
        indicator=f"{name}_score",
        value=scaled(value, zero, full),
        low=ends[0],
        high=ends[1],
        unit="1",
        mineral=measure.mineral,
        stage=measure.stage,
        period=measure.period,
        arithmetic=f"({value:.4g} - {zero:g}) / ({full:g} - {zero:g}), within 0 and 1",
        inputs=(measure, *card_inputs([each for each in cards if isinstance(each, str)], rules)),
        coverage=measure.coverage,
    )


def card_inputs(cards: Iterable[str], rules: Rules) -> tuple[Input, ...]:
    """Return cards as inputs of a figure."""
    found = [rules.card(name) for name in cards]
    return tuple(
        Input(name=card.title, value=card.value, unit=card.unit, source=f"card:{card.card}")
        for card in found
    )


def is_fresh(period: str, on: datetime.date, months: float) -> bool:
    """Say whether a period ended at most so many months before a day."""
    return period_end(period) >= month_end(on, -round(months))


def capacity(
    record: Record, mineral: str, on: datetime.date, rules: Rules, *, shortage: bool
) -> Figure:
    """Return the score of world output over world capacity (fractions) in the newest common year.

    High output over capacity speaks for shortage, low for oversupply.
    """
    limit = rules.value("stale-annual")
    pairs = [
        (point, output)
        for (name, stage), points in sorted(record.capacity.items())
        if name == mineral
        for point in points
        if point.known <= on and is_fresh(str(point.year), on, limit)
        for output in _outputs(record, mineral, on)
        if (output.stage, output.period, output.unit) == (stage, str(point.year), point.unit)
    ]
    if not pairs:
        return no_score("capacity", mineral, on, "world capacity and output of one stage and year")
    point, output = max(
        pairs, key=lambda pair: (pair[0].year, pair[0].known, pair[1].known, pair[1].edition)
    )
    used = (output.total or 0.0) / point.value
    measure = Figure(
        indicator="output_over_capacity",
        value=used,
        unit="1",
        mineral=mineral,
        stage=output.stage,
        period=on.isoformat(),
        arithmetic=f"{output.total:g} / {point.value:g}",
        inputs=(_output_input(output), _point_input("world capacity", point)),
        coverage={"above_capacity": "yes" if used > 1.0 else "no"},
    )
    side = "tight" if shortage else "idle"
    return score_of("capacity", measure, rules, (f"capacity-{side}-zero", f"capacity-{side}-full"))


def demand(record: Record, mineral: str, on: datetime.date, rules: Rules) -> Figure:
    """Return the score of the annual growth of apparent consumption (1/year), United States only.

    From the first to the last year known and not older than the window of annual figures.
    """
    points = _line(record.use.get(mineral, ()), on, rules)
    if len(points) <= _LEAST_YEARS or points[0].value <= 0 or points[-1].value <= 0:
        return no_score("demand", mineral, on, "three years of apparent consumption")
    first, last = points[0], points[-1]
    years = last.year - first.year
    measure = Figure(
        indicator="use_growth",
        value=(last.value / first.value) ** (1.0 / years) - 1.0,
        unit="1/year",
        region="USA",
        mineral=mineral,
        period=on.isoformat(),
        arithmetic=f"({last.value:g} / {first.value:g}) ** (1 / {years}) - 1",
        inputs=(_point_input("use", first), _point_input("use", last)),
        coverage={"region": _US, "dated": "period"},
    )
    return score_of("demand", measure, rules, ("demand-zero", "demand-full"))


def supply(record: Record, mineral: str, on: datetime.date, rules: Rules) -> Figure:
    """Return the score of the growth of world output (1/year) over the last year known.

    Both years are of one edition; of several stages the one that grew most.
    """
    limit = rules.value("stale-annual")
    outputs = {
        (one.stage, one.period, one.source, one.edition, one.unit): one
        for one in _outputs(record, mineral, on)
    }
    pairs: dict[str, tuple[Structure, Structure]] = {}
    for (stage, period, *_), one in sorted(outputs.items(), key=lambda item: item[1].known):
        before = outputs.get((stage, str(int(period) - 1), one.source, one.edition, one.unit))
        newer = stage not in pairs or one.ends >= pairs[stage][0].ends
        if before is not None and newer and is_fresh(period, on, limit):
            pairs[stage] = one, before
    if not pairs:
        return no_score("supply", mineral, on, "world output of two years in one edition")
    last, first = max(pairs.values(), key=lambda pair: (_growth(*pair), pair[0].stage))
    measure = Figure(
        indicator="output_growth",
        value=_growth(last, first),
        unit="1/year",
        mineral=mineral,
        stage=last.stage,
        period=on.isoformat(),
        arithmetic=f"{last.total:g} / {first.total:g} - 1",
        inputs=(_output_input(last), _output_input(first)),
        coverage={"dated": last.dated},
    )
    return score_of("supply", measure, rules, ("supply-zero", "supply-full"))


def stocks(
    record: Record, mineral: str, on: datetime.date, rules: Rules, *, shortage: bool
) -> Figure:
    """Return the score of the last year-end stock over the median of earlier years, US only."""
    points = _line(record.stocks.get(mineral, ()), on, rules)
    usual = median(point.value for point in points[:-1]) if len(points) > _LEAST_YEARS else 0.0
    if usual <= 0:
        return no_score("stocks", mineral, on, "three years of stocks")
    measure = Figure(
        indicator="stock_over_usual",
        value=points[-1].value / usual,
        unit="1",
        region="USA",
        mineral=mineral,
        period=on.isoformat(),
        arithmetic=f"{points[-1].value:g} / median of {len(points) - 1} earlier years, {usual:g}",
        inputs=tuple(_point_input("stock", point) for point in points),
        coverage={"region": _US, "dated": "period"},
    )
    side = "stocks-tight-full" if shortage else "stocks-glut-full"
    return score_of("stocks", measure, rules, (1.0, side))


def _outputs(record: Record, mineral: str, on: datetime.date) -> list[Structure]:
    return [
        one
        for one in record.structures.get(mineral, ())
        if one.kind == "output" and one.known <= on and one.total
    ]


def _growth(last: Structure, first: Structure) -> float:
    return (last.total or 0.0) / (first.total or 1.0) - 1.0


def _line(lines: Iterable[Annual], on: datetime.date, rules: Rules) -> Annual:
    """Return the longest of the lines as known on a day, none where it is no news any more."""
    known = [tuple(point for point in line if point.known <= on) for line in lines]
    longest = max(known, key=len, default=())
    fresh = longest and is_fresh(str(longest[-1].year), on, rules.value("stale-annual"))
    return longest if fresh else ()


def _output_input(one: Structure) -> Input:
    return Input(
        name="world output",
        value=one.total,
        unit=one.unit,
        source=one.source,
        edition=one.edition,
        period=one.period,
        where=f"table production, {one.stage}",
    )


def _point_input(name: str, point: Point) -> Input:
    return Input(
        name=name,
        value=point.value,
        unit=point.unit,
        source=point.source,
        edition=point.edition,
        period=str(point.year),
        flag=point.flag,
        where=point.where,
    )
