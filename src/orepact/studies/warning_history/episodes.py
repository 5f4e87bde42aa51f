"""Shortages and floods that happened: dated by a cited source, or by a series of prices."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orepact.data.bundle import WORLD_FOLDER
from orepact.data.table import Kind, read_table
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.warning.disruption_rate import Restriction
from orepact.indicators.warning.early_warning import DIRECTIONS, Direction
from orepact.indicators.warning.price_anomaly import PriceSeries, reference_series
from orepact.indicators.warning.record import Record

__all__ = [
    "MOVE",
    "Episode",
    "merged",
    "month_number",
    "price_episodes",
    "read_episodes",
    "watched_months",
]

MOVE = 1.5
"""Price over the price a year before from which a spike begins; its inverse begins a collapse."""

_YEAR = 12
_COLUMNS: Mapping[str, Kind] = {
    "episode": "text",
    "cluster": "text",
    "mineral": "text",
    "direction": "text",
    "start": "period",
    "kind": "text",
    "trigger": "text",
    "source": "text",
    "evidence": "text",
    "note": "text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A shortage or flood of a mineral that began in a month.

    `start` and `trigger` are months counted from year 0; `precision` is month or year: an episode
    dated by its year begins in January, so that no warning is called early by that. `trigger` is
    the month in which the act behind it was announced. `cluster` names the common cause.
    """

    episode: str
    cluster: str
    mineral: str
    direction: Direction
    start: int
    precision: str
    kind: str
    source: str
    trigger: int | None = None


def month_number(period: str) -> int:
    """Return a month ``2024-05``, or the January of a year, as months counted from year 0."""
    return int(period[:4]) * _YEAR + (int(period[5:7]) if "-" in period else 1) - 1


def read_episodes(
    restrictions: Iterable[Restriction],
    path: Path = WORLD_FOLDER / "assess" / "episodes.csv",
) -> tuple[Episode, ...]:
    """Read dated episodes; raises `InputError` with every wrong direction, act or source."""
    table = read_table(path, _COLUMNS, root=path.parent)
    acts = {one.act: one.day for one in restrictions}
    problems: list[Problem] = []
    found: list[Episode] = []
    for row in table.frame.iter_rows(named=True):
        problems += _wrong(row, acts, path)
        day = acts.get(row["trigger"])
        found.append(
            Episode(
                episode=row["episode"],
                cluster=row["cluster"],
                mineral=row["mineral"],
                direction=row["direction"],
                start=month_number(row["start"]),
                precision="month" if "-" in row["start"] else "year",
                kind=row["kind"],
                source=row["source"],
                trigger=day.year * _YEAR + day.month - 1 if day else None,
            )
        )
    if problems:
        raise InputError(problems)
    return tuple(found)


def _wrong(row: Mapping[str, str], acts: Collection[str], path: Path) -> list[Problem]:
    checks = {
        "direction": (row["direction"] in DIRECTIONS, list(DIRECTIONS)),
        "trigger": (not row["trigger"] or row["trigger"] in acts, list(acts)),
        "source": (bool(row["source"]), ["a source id"]),
    }
    return [
        Problem(
            "wrong cell",
            file=str(path),
            line=int(row["line"]),
            field=name,
            found=repr(row[name]),
            expected="one of " + ", ".join(allowed[:3]),
            nearest=nearest(row[name], allowed),
        )
        for name, (right, allowed) in checks.items()
        if not right
    ]


def price_episodes(record: Record) -> tuple[Episode, ...]:
    """Return the spikes and collapses that the table of prices shows, in order of mineral.

    A spike begins when a price is `MOVE` times that of a year before, a collapse at the inverse,
    and no month (or year) of the twelve before was one. The series is the reference series of the
    mineral; all of its periods are used, also those that were not yet public.
    """
    found: list[Episode] = []
    for mineral in record.minerals:
        series = reference_series(record.prices.get(mineral, ()))
        for direction in DIRECTIONS if series else ():
            found += _moves(series, direction) if series else []
    return tuple(found)


def _moves(series: PriceSeries, direction: Direction) -> list[Episode]:
    prices = {
        month_number(period): price
        for period, price in zip(series.periods, series.prices, strict=True)
    }
    sign, last = (1.0 if direction == "shortage" else -1.0), -_YEAR
    found: list[Episode] = []
    for month, price in sorted(prices.items()):
        before = prices.get(month - _YEAR)
        if before is None or (price / before) ** sign < MOVE:
            continue
        if month - last > _YEAR:
            name = f"{month // _YEAR}-{month % _YEAR + 1:02d}"
            found.append(
                Episode(
                    episode=f"{series.mineral}-{direction}-{name}",
                    cluster=name[:4],
                    mineral=series.mineral,
                    direction=direction,
                    start=month,
                    precision=series.frequency,
                    kind="price",
                    source=series.source,
                )
            )
        last = month
    return found


def merged(
    cited: Iterable[Episode], computed: Iterable[Episode], months: int = _YEAR
) -> tuple[Episode, ...]:
    """Return cited episodes and the computed ones that begin further away than so many months."""
    kept = list(cited)
    for one in computed:
        near = (
            other.mineral == one.mineral
            and other.direction == one.direction
            and abs(other.start - one.start) <= months
            for other in kept
        )
        if not any(near):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: (one.start, one.episode)))


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
