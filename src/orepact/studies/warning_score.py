"""Early warnings scored on history: what the index would have said, against what happened.

The index of each month-end is computed from what was public then. A warning is right when an
episode of that mineral begins in the following months (card ``horizon``). Months just after a
beginning count neither way. There are few episodes, and several share one cause: every rate
carries an interval, and none of them is narrow.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import NormalDist, median
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from orepact.errors import InputError, Problem
from orepact.indicators.early_warning import BANDS, DIRECTIONS, Direction, early_warning
from orepact.indicators.price_anomaly import reference_series
from orepact.indicators.warning_record import Record
from orepact.indicators.warning_rules import Rules, month_end
from orepact.studies.warning_episodes import Episode, merged, month_number

__all__ = [
    "WARNERS",
    "Rates",
    "Score",
    "score_warnings",
    "scores_frame",
    "warning_history",
    "watched_months",
    "wilson",
]

WARNERS = ("never", *(f"at least {band}" for band in BANDS[1:]), "always")
"""Ways to warn: two that look at nothing, and the index from each band on."""

DRAWS = 2000
"""Resamples of the bootstrap over minerals."""

SEED = 20261121
LEVEL = 0.9
_YEAR = 12
_Counts = NDArray[np.float64]
_Ends = tuple[float | None, float | None]


def warning_history(
    record: Record,
    rules: Rules,
    first: str,
    last: str,
    *,
    minerals: Sequence[str] = (),
) -> pl.DataFrame:
    """Return the index of every month-end from `first` to `last` (``2010-01``), as known then.

    Columns: mineral, direction, month (counted from year 0), index (0 to 1, null where it can not
    be told), band, known_weight.
    """
    rows: list[tuple[str, str, int, float | None, str, float]] = []
    for month in range(month_number(first), month_number(last) + 1):
        on = month_end(datetime.date(month // _YEAR, month % _YEAR + 1, 1), 0)
        for mineral in minerals or record.minerals:
            for direction in DIRECTIONS:
                one = early_warning(record, mineral, on, rules, direction)
                cover = one.coverage
                rows.append(
                    (mineral, direction, month, one.value, cover["band"], cover["known_weight"])
                )
    schema = {
        "mineral": pl.String,
        "direction": pl.String,
        "month": pl.Int64,
        "index": pl.Float64,
        "band": pl.String,
        "known_weight": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def watched_months(record: Record, horizon: int) -> dict[str, frozenset[int]]:
    """Return the months by mineral whose next `horizon` months a price series covers.

    Elsewhere nobody would know that nothing happened: those months count in no rate of months.
    """
    found: dict[str, frozenset[int]] = {}
    for mineral in record.minerals:
        series = reference_series(record.prices.get(mineral, ()))
        if series is None:
            continue
        known = {month_number(period) for period in series.periods}
        if series.frequency == "year":
            known = {month + number for month in known for number in range(_YEAR)}
        told = {month for month in known if month - _YEAR in known}
        found[mineral] = frozenset(
            month for month in told if all(month + ahead in told for ahead in range(horizon + 1))
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How months with and without a warning turned out.

    - `months`, `warned`, `right`: with an index, with a warning, with a warning and an episode
    - `precision` = right / warned; `base_rate`: part of the months followed by an episode, which
      is the precision of always
    - `skill`: part of those months warned minus part of the others warned (Peirce 1884); always
      and never have 0
    - low and high: bootstrap over minerals; none where a tenth of the resamples are undefined
    """

    months: int
    warned: int
    right: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    base_rate: float | None
    skill: float | None
    skill_low: float | None
    skill_high: float | None


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
            rates = [_rates(_months(flags, starts, each, horizon)) for each in (watched, ended)]
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
) -> _Counts:
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


def _rates(counts: _Counts) -> Rates:
    right, wrong, missed, quiet = (float(each) for each in counts.sum(axis=0))
    precision, skill = _bootstrap(counts)
    return Rates(
        months=round(right + wrong + missed + quiet),
        warned=round(right + wrong),
        right=round(right),
        precision=_ratio(right, right + wrong),
        precision_low=precision[0],
        precision_high=precision[1],
        base_rate=_ratio(right + missed, right + wrong + missed + quiet),
        skill=_skill(right, wrong, missed, quiet),
        skill_low=skill[0],
        skill_high=skill[1],
    )


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
        recall=_ratio(len(caught), len(episodes)),
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


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _skill(right: float, wrong: float, missed: float, quiet: float) -> float | None:
    hits, alarms = _ratio(right, right + missed), _ratio(wrong, wrong + quiet)
    return None if hits is None or alarms is None else hits - alarms


def _bootstrap(counts: _Counts) -> tuple[_Ends, _Ends]:
    """Return intervals of precision and skill from resampled minerals; none where undefined."""
    if len(counts) == 0:
        return (None, None), (None, None)
    draws = np.random.default_rng(SEED).integers(0, len(counts), (DRAWS, len(counts)))
    right, wrong, missed, quiet = counts[draws].sum(axis=1).T
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = right / (right + wrong)
        skill = right / (right + missed) - wrong / (wrong + quiet)
    return _ends(precision), _ends(skill)


def _ends(values: _Counts) -> _Ends:
    """Return the interval of resampled values; none where a tenth or more are undefined."""
    known = values[np.isfinite(values)]
    if len(known) <= LEVEL * len(values):
        return None, None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def wilson(hits: int, trials: int, level: float = LEVEL) -> _Ends:
    """Return the score interval of a proportion; none for no trials.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953. It takes trials as independent, which
    episodes of one cause are not: the true interval is wider.
    """
    if trials == 0:
        return None, None
    z = NormalDist().inv_cdf((1.0 + level) / 2.0)
    share, square = hits / trials, z * z / trials
    centre = (share + square / 2.0) / (1.0 + square)
    half = z * math.sqrt(share * (1.0 - share) / trials + square / (4.0 * trials)) / (1.0 + square)
    return max(0.0, centre - half), min(1.0, centre + half)


def scores_frame(scores: Iterable[Score]) -> pl.DataFrame:
    """Return scores as a table, one row each: fields of `Score`, rates as ``watched_...``."""
    rows: list[dict[str, Any]] = []
    for score in scores:
        row = asdict(score)
        for part in ("watched", "all"):
            row |= {f"{part}_{name}": value for name, value in row.pop(part).items()}
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)
