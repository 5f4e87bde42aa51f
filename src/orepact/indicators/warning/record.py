"""What was known when: the inputs of the early-warning index with the day each became public.

A figure counts from the day on which its publisher prints that period, by the lags on the cards.
Tables hold mostly the last revision, not the first printing; where the first printing is not in
the dataset, the revised figure stands in for it and `dated` says ``period``.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.warning.disruption_rate import GROUPS, Restriction, restrictions_of
from orepact.indicators.warning.price_anomaly import PriceSeries, price_series
from orepact.indicators.warning.rules import Rules
from orepact.indicators.warning.shares import Structure, edition_year, rows_by, structures_of
from orepact.policy.register import Register

__all__ = ["Annual", "Point", "Record", "warning_record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One annual figure, its unit, and the day from which it was known."""

    year: int
    value: float
    unit: str
    known: datetime.date
    source: str
    edition: str = ""
    flag: str = ""
    where: str = ""


Annual = tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All inputs of the index by mineral, each with the day from which it was known."""

    minerals: tuple[str, ...]
    groups: Mapping[str, str]
    structures: Mapping[str, tuple[Structure, ...]] = field(repr=False)
    prices: Mapping[str, tuple[PriceSeries, ...]] = field(repr=False)
    capacity: Mapping[tuple[str, str], Annual] = field(repr=False)
    use: Mapping[str, tuple[Annual, ...]] = field(repr=False)
    stocks: Mapping[str, tuple[Annual, ...]] = field(repr=False)
    restrictions: tuple[Restriction, ...] = field(repr=False)
    dataset: Mapping[str, str] = field(default_factory=dict[str, str])

    def line(self, mineral: str) -> tuple[str, ...]:
        """Return a mineral and the groups that it belongs to, the smallest first."""
        found = [mineral]
        while parent := self.groups.get(found[-1], ""):
            found.append(parent)
        return tuple(found)


def warning_record(bundle: Bundle, register: Register, rules: Rules) -> Record:
    """Return the inputs of the index from a dataset and a register of controls."""
    minerals = bundle.table("minerals")
    groups = {
        row["mineral"]: row["parent"]
        for row in minerals.iter_rows(named=True)
        if row["parent"] in GROUPS
    }
    structures = structures_of(bundle, rules)
    prices = price_series(bundle.table("prices"), rules.known_on)
    restrictions = restrictions_of(register)
    met = frozenset[str]().union(*(one.minerals for one in restrictions))
    known = [name for name in minerals["mineral"] if name in structures or name in prices]
    return Record(
        minerals=tuple(
            name
            for name in minerals["mineral"]
            if name in known or (name in met and groups.get(name) in known)
        ),
        groups=groups,
        structures=structures,
        prices=prices,
        capacity=_capacity(bundle.table("capacity"), rules),
        use=_statistic(bundle.table("us_statistics"), rules, "consumption", _apparent),
        stocks=_statistic(bundle.table("us_statistics"), rules, "stock", lambda _: True),
        restrictions=restrictions,
        dataset=bundle.identity,
    )


def _capacity(table: pl.DataFrame, rules: Rules) -> dict[tuple[str, str], Annual]:
    """Return world capacity by mineral and stage: the printed total, else the sum of countries."""
    found: dict[tuple[str, str], list[Point]] = defaultdict(list)
    keys = ("mineral", "stage", "year", "source", "edition", "unit")
    for (mineral, stage, year, source, edition, unit), rows in rows_by(table, keys):
        printed = [row["quantity"] for row in rows if row["country"] == "WLD" and row["quantity"]]
        value = printed[0] if printed else sum(row["quantity"] or 0.0 for row in rows)
        shown = str((edition_year(edition) or year + 1) - 1)
        if value > 0:
            found[mineral, stage].append(
                Point(
                    year=year,
                    value=value,
                    unit=unit,
                    known=rules.known_on(shown, source),
                    source=source,
                    edition=edition,
                    where="table capacity, world",
                )
            )
    return {key: tuple(each) for key, each in found.items()}


def _apparent(detail: str) -> bool:
    return "pparent" in detail


def _statistic(
    table: pl.DataFrame, rules: Rules, statistic: str, wanted: Callable[[str], bool]
) -> dict[str, tuple[Annual, ...]]:
    """Return the lines of US figures by mineral; of two editions the first printing of a year."""
    lines: dict[str, dict[str, dict[int, Point]]] = defaultdict(lambda: defaultdict(dict))
    rows = table.filter(pl.col("value").is_not_null(), statistic=statistic).sort("edition")
    for row in rows.iter_rows(named=True):
        if wanted(row["detail"]):
            point = Point(
                year=row["year"],
                value=row["value"],
                unit=row["unit"],
                known=rules.known_on(str(row["year"]), row["source"]),
                source=row["source"],
                edition=row["edition"],
                flag=row["flag"],
                where=f"United States: {row['detail']}",
            )
            _ = lines[row["mineral"]][row["detail"]].setdefault(row["year"], point)
    return {
        mineral: tuple(
            tuple(point for _, point in sorted(by_year.items()))
            for _, by_year in sorted(by_detail.items())
        )
        for mineral, by_detail in lines.items()
    }
