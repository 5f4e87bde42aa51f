"""Early warnings scored on history: what the index would have said, against what happened.

The index of each month-end is computed from what was public then. A warning is right when an
episode of that mineral begins in the following months (card ``horizon``). Months just after a
beginning count neither way. There are few episodes, and several share one cause: every rate
carries an interval, and none of them is narrow.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem
from orepact.indicators.warning.early_warning import BANDS, DIRECTIONS, Direction, early_warning
from orepact.indicators.warning.record import Record, warning_record
from orepact.indicators.warning.rules import Rules, month_end, read_rules
from orepact.policy.register import Register
from orepact.studies.warning_history.episodes import (
    Episode,
    merged,
    month_number,
    price_episodes,
    read_episodes,
    watched_months,
)
from orepact.studies.warning_history.rates import Counts, Rates, rates_of, ratio, wilson

__all__ = [
    "FIRST",
    "LAST",
    "WARNERS",
    "Score",
    "back_test",
    "ranking",
    "score_warnings",
    "scores_frame",
    "warning_history",
]

WARNERS = ("never", *(f"at least {band}" for band in BANDS[1:]), "always")
"""Ways to warn: two that look at nothing, and the index from each band on."""

FIRST, LAST = "2009-01", "2026-06"
"""Months of the history that is scored: register and prices begin, and end, about then."""

_YEAR = 12

Progress = Callable[[int, int], None]


def back_test(
    bundle: Bundle,
    register: Register,
    first: str = FIRST,
    last: str = LAST,
    rules: Rules | None = None,
    *,
    progress: Progress | None = None,
) -> tuple[Score, ...]:
    """Return how the index would have done from month to month, against always and never.

    Two sets of episodes: ``cited``, dated by a source, and ``computed``, moves of prices by half or
    more within a year that no cited episode of the mineral is near. `progress` is told the months
    done and all months.
    """
    rules = rules or read_rules()
    record = warning_record(bundle, register, rules)
    horizon = round(rules.value("horizon"))
    cited = read_episodes(record.restrictions)
    everything = merged(cited, price_episodes(record))
    sets = {"cited": cited, "computed": [one for one in everything if one not in cited]}
    history = warning_history(record, rules, first, last, progress=progress)
    return score_warnings(history, sets, watched_months(record, horizon), horizon)


def warning_history(
    record: Record,
    rules: Rules,
    first: str,
    last: str,
    *,
    minerals: Sequence[str] = (),
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Return the index of every month-end from `first` to `last` (``2010-01``), as known then.

    Columns: mineral, direction, month (counted from year 0), index (0 to 1, null where it can not
    be told), band, known_weight. `progress` is told the months done and all months.
    """
    rows: list[tuple[str, str, int, float | None, str, float]] = []
    months = range(month_number(first), month_number(last) + 1)
    told = progress or _untold
    told(0, len(months))
    for done, month in enumerate(months, start=1):
        on = month_end(datetime.date(month // _YEAR, month % _YEAR + 1, 1), 0)
        for mineral in minerals or record.minerals:
            for direction in DIRECTIONS:
                one = early_warning(record, mineral, on, rules, direction)
                cover = one.coverage
                rows.append(
                    (mineral, direction, month, one.value, cover["band"], cover["known_weight"])
                )
        told(done, len(months))
    schema = {
        "mineral": pl.String,
        "direction": pl.String,
        "month": pl.Int64,
        "index": pl.Float64,
        "band": pl.String,
        "known_weight": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _untold(done: int, months: int) -> None:
    """Tell nobody how far the history is."""
    del done, months


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one way of warning did on one set of episodes in one direction.

    - `episodes`, `told`, `caught`: all, with at least one index in the months before, warned of
    - `recall` = caught / episodes with its Wilson interval; `clusters` and `clusters_caught` count
      causes; `before_act` those warned of before the act behind them, of `acts` that had one
    - `lead`: median months from the first warning within the horizon to the beginning
    - `watched`: rates of the months after which a price series would show an episode; `all`: of
      all months, silence taken for quiet, so its precision is a lower bound
    """

    episodes_of: str
    direction: Direction
    warner: str
    episodes: int
    told: int
    caught: int
    recall: float | None
    recall_low: float | None
    recall_high: float | None
    clusters: int
    clusters_caught: int
    acts: int
    before_act: int
    lead: float | None
    watched: Rates
    all: Rates


def score_warnings(
    history: pl.DataFrame,
    sets: Mapping[str, Sequence[Episode]],
    watched: Mapping[str, frozenset[int]],
    horizon: int,
) -> tuple[Score, ...]:
    """Return the scores of every way of warning, direction and set of episodes.

    `history` as from `warning_history`; rates of months count the episodes of all sets. Episodes
    that begin less than `horizon` months after the first month, or after the last, are left out:
    the index was not asked about them in time. Raises `InputError` for an empty history.
    """
    first, last = _span(history)
    everything = merged([], [one for each in sets.values() for one in each], 0)
    ended = {one: frozenset(range(first, last - horizon + 1)) for one in history["mineral"]}
    found: list[Score] = []
    for direction in DIRECTIONS:
        part = history.filter(direction=direction)
        starts = _starts(one for one in everything if one.direction == direction)
        for warner in WARNERS:
            flags = _flags(part, warner)
            rates = [rates_of(_months(flags, starts, each, horizon)) for each in (watched, ended)]
            found += [
                _score(
                    name,
                    warner,
                    direction,
                    [one for one in each if _asked(one, direction, first + horizon, last)],
                    flags,
                    rates,
                    horizon,
                )
                for name, each in sets.items()
            ]
    return tuple(found)


def _asked(one: Episode, direction: Direction, first: int, last: int) -> bool:
    return one.direction == direction and first <= one.start <= last + 1


def _starts(episodes: Iterable[Episode]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in episodes:
        found.setdefault(one.mineral, []).append(one.start)
    return found


def _span(history: pl.DataFrame) -> tuple[int, int]:
    months = history["month"]
    if months.is_empty():
        raise InputError([Problem("no months to score", field="history", expected="one month")])
    return int(months.to_numpy().min()), int(months.to_numpy().max())


_Flags = dict[str, dict[int, bool]]


def _flags(part: pl.DataFrame, warner: str) -> _Flags:
    """Return by mineral and month whether a warning was given; nothing where it can not be told."""
    start = BANDS.index(warner.removeprefix("at least ")) if " " in warner else len(BANDS)
    bands = set(BANDS[start:])
    found: _Flags = {}
    for mineral, month, index, band in part.select("mineral", "month", "index", "band").iter_rows():
        if index is not None:
            found.setdefault(mineral, {})[month] = warner == "always" or band in bands
    return found


def _months(
    flags: _Flags,
    starts: Mapping[str, Sequence[int]],
    counted: Mapping[str, frozenset[int]],
    horizon: int,
) -> Counts:
    """Return by mineral: months warned and right, warned and wrong, missed, rightly quiet."""
    rows: list[list[int]] = []
    for mineral, by_month in sorted(flags.items()):
        row = [0, 0, 0, 0]
        for month in sorted(counted.get(mineral, frozenset()) & set(by_month)):
            begun = [month - start for start in starts.get(mineral, ())]
            if not any(0 <= since < horizon for since in begun):
                ahead = any(-horizon <= since < 0 for since in begun)
                row[(0 if ahead else 1) if by_month[month] else (2 if ahead else 3)] += 1
        rows.append(row)
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _score(
    name: str,
    warner: str,
    direction: Direction,
    episodes: Sequence[Episode],
    flags: _Flags,
    rates: Sequence[Rates],
    horizon: int,
) -> Score:
    before = {
        one.episode: _before(flags.get(one.mineral, {}), one.start, horizon) for one in episodes
    }
    caught = [one for one in episodes if any(before[one.episode].values())]
    leads = [max(ahead for ahead, yes in before[one.episode].items() if yes) for one in caught]
    acts = {one.episode: one.trigger for one in episodes if one.trigger is not None}
    early = [
        one
        for one in episodes
        if one.episode in acts
        and any(_before(flags.get(one.mineral, {}), acts[one.episode], horizon).values())
    ]
    low, high = wilson(len(caught), len(episodes))
    return Score(
        episodes_of=name,
        direction=direction,
        warner=warner,
        episodes=len(episodes),
        told=sum(bool(each) for each in before.values()),
        caught=len(caught),
        recall=ratio(len(caught), len(episodes)),
        recall_low=low,
        recall_high=high,
        clusters=len({one.cluster for one in episodes}),
        clusters_caught=len({one.cluster for one in caught}),
        acts=len(acts),
        before_act=len(early),
        lead=float(median(leads)) if leads else None,
        watched=rates[0],
        all=rates[1],
    )


def _before(by_month: Mapping[int, bool], start: int, horizon: int) -> dict[int, bool]:
    """Return the warnings in the months before a beginning, by how many months ahead."""
    return {
        ahead: by_month[start - ahead]
        for ahead in range(1, horizon + 1)
        if start - ahead in by_month
    }


def ranking(
    history: pl.DataFrame, episodes: Iterable[Episode], direction: Direction, on: str, ahead: int
) -> tuple[float, int, int] | None:
    """Return how well the index of one month ranks the minerals: whom it concerns, not when.

    The chance that a mineral with an episode in the following `ahead` months had a larger index
    than one without, ties counted half (Mann and Whitney 1947; 0.5 says nothing), and how many
    minerals had one and had none. None where either group is empty.
    """
    month = month_number(on)
    hit = {
        one.mineral
        for one in episodes
        if one.direction == direction and month < one.start <= month + ahead
    }
    rows = history.filter(pl.col("index").is_not_null(), direction=direction, month=month)
    scores = dict(rows.select("mineral", "index").iter_rows())
    having = [value for name, value in scores.items() if name in hit]
    others = [value for name, value in scores.items() if name not in hit]
    if not having or not others:
        return None
    wins = sum((one > other) + 0.5 * (one == other) for one in having for other in others)
    return wins / (len(having) * len(others)), len(having), len(others)


def scores_frame(scores: Iterable[Score]) -> pl.DataFrame:
    """Return scores as a table, one row each: fields of `Score`, rates as ``watched_...``."""
    rows: list[dict[str, Any]] = []
    for score in scores:
        row = asdict(score)
        for part in ("watched", "all"):
            row |= {f"{part}_{name}": value for name, value in row.pop(part).items()}
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)
