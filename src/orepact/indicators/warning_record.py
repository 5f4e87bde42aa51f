"""What was known when: the inputs of the early-warning index with the day each became public.

A figure counts from the day on which its publisher prints that period, by the lags on the cards.
Tables hold mostly the last revision, not the first printing; where the first printing is not in
the dataset, the revised figure stands in for it and `dated` says ``period``.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from orepact.data.bundle import WORLD_FOLDER, Bundle
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.concentration import hhi
from orepact.indicators.disruption_rate import GROUPS, Prior, Restriction, restrictions_of
from orepact.indicators.price_anomaly import PriceSeries, price_series
from orepact.network.chains.chain import Card, read_cards
from orepact.policy.register import Register

__all__ = [
    "Annual",
    "Point",
    "Record",
    "Rules",
    "Structure",
    "read_rules",
    "warning_record",
]

_UNNAMED = ("OTH", "NSP", "WLD", "")
_STAGES = {"extraction": "mine", "processing": "refined"}
_PUBLISHERS = {"WB-": "world-bank", "USGS-": "usgs", "BGS-": "bgs", "CEPII-": "cepii", "EC-": "ec"}
_PREFERRED = ("USGS-", "BGS-", "EC-", "CEPII-")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Rules:
    """Weights, scales, bands and lags of the index: assumption cards by name."""

    cards: Mapping[str, Card]

    def value(self, name: str) -> float:
        """Return the value of the card ``warning-<name>``; `InputError` for an unknown one."""
        return self.card(name).value

    def card(self, name: str) -> Card:
        """Return the card ``warning-<name>``; raises `InputError` with the nearest name."""
        full = f"warning-{name}"
        if full not in self.cards:
            raise InputError(
                [
                    Problem(
                        "unknown card",
                        field="card",
                        found=full,
                        expected="a card of the index",
                        nearest=nearest(full, list(self.cards)),
                    )
                ]
            )
        return self.cards[full]

    @property
    def prior(self) -> Prior:
        """The prior of the rate of restrictions."""
        return Prior(
            self.value("prior-events"),
            self.value("prior-years"),
            self.value("window-years"),
            round(self.value("register-first-year")),
        )

    def known_on(self, period: str, source: str) -> datetime.date:
        """Return the day from which a publisher's figure of a period counts as known."""
        publisher = next((name for key, name in _PUBLISHERS.items() if source.startswith(key)), "")
        return month_end(period_end(period), round(self.value(f"lag-{publisher or 'other'}")))


def read_rules(path: Path = WORLD_FOLDER / "assess" / "warning.yaml") -> Rules:
    """Read the cards of the index; raises `InputError` with every problem of the file."""
    return Rules({card.card: card for card in read_cards(path, path.parent)})


def period_end(period: str) -> datetime.date:
    """Return the last day of a period: ``2024``, ``2024-05``, ``2024-05-17``, ``2016-2020``.

    Raises `ValueError` where it names no year.
    """
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", period):
        return month_end(datetime.date(int(period[:4]), int(period[5:7]), 1), 0)
    years = [int(year) for year in _YEAR.findall(period)]
    if not years:
        raise ValueError(f"no year in period {period!r}")
    return datetime.date(max(years), 12, 31)


def month_end(day: datetime.date, months: int) -> datetime.date:
    """Return the last day of the month that lies `months` after a day's."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return datetime.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Shares of world output or exports of a mineral at a stage in a period.

    `shares` by country (fractions) and the `rest` without a named country; `concentration` the
    least and largest HHI; `total` in `unit`; `withheld` countries without a figure;
    `dated` says whether the day is that of the edition or follows from the period.
    """

    mineral: str
    stage: str
    period: str
    kind: str
    ends: datetime.date
    known: datetime.date
    shares: Mapping[str, float] = field(repr=False)
    rest: float
    concentration: tuple[float, float]
    total: float | None
    unit: str
    source: str
    edition: str
    dated: str = "period"
    withheld: tuple[str, ...] = ()


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

    def about(self, mineral: str) -> tuple[Structure, ...]:
        """Return the shares of a mineral, those of its group where it has none of its own."""
        while mineral and mineral not in self.structures:
            mineral = self.groups.get(mineral, "")
        return self.structures.get(mineral, ())


def warning_record(bundle: Bundle, register: Register, rules: Rules) -> Record:
    """Return the inputs of the index from a dataset and a register of controls."""
    minerals = bundle.table("minerals")
    groups = {
        row["mineral"]: row["parent"]
        for row in minerals.iter_rows(named=True)
        if row["parent"] in GROUPS
    }
    structures = _structures(bundle, rules)
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


def _structures(bundle: Bundle, rules: Rules) -> dict[str, tuple[Structure, ...]]:
    found: dict[str, list[Structure]] = defaultdict(list)
    keys = ("mineral", "stage", "year", "source", "edition", "basis", "unit")
    for key, rows in _groups(bundle.table("production"), keys):
        found[key[0]] += _of_output(key, rows, rules)
    for key, rows in _groups(
        bundle.table("global_supply"), ("mineral", "stage", "period", "source", "edition")
    ):
        found[key[0]] += _of_study(key, rows, rules)
    exports = bundle.table("unit_values").filter(pl.col("basket") == "no")
    for row in exports.drop_nulls(["china_value_share", "hhi_value"]).iter_rows(named=True):
        found[row["mineral"]].append(_of_exports(row, rules))
    return {mineral: tuple(each) for mineral, each in found.items()}


def _groups(
    frame: pl.DataFrame, keys: Sequence[str]
) -> Iterable[tuple[tuple[Any, ...], list[dict[str, Any]]]]:
    parts: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        parts[tuple(row[name] for name in keys)].append(row)
    return parts.items()


def _of_output(
    key: tuple[Any, ...], rows: Sequence[dict[str, Any]], rules: Rules
) -> list[Structure]:
    mineral, stage, year, source, edition, _, unit = key
    printed = sum(row["quantity"] or 0.0 for row in rows if row["country"] == "WLD")
    amounts: dict[str, float] = defaultdict(float)
    other = 0.0
    for row in rows:
        if row["country"] not in _UNNAMED:
            amounts[row["country"]] += row["quantity"] or 0.0
        elif row["country"] != "WLD":
            other += row["quantity"] or 0.0
    total = max(printed, sum(amounts.values()) + other)
    if not total or not any(amounts.values()):
        return []
    release = re.search(r"20\d\d", edition) if source.startswith("USGS-") else None
    shown = str(int(release.group()) - 1) if release else str(year)
    shares = {name: amount / total for name, amount in sorted(amounts.items()) if amount > 0}
    rest = max(0.0, 1.0 - sum(shares.values()))
    return [
        Structure(
            mineral=mineral,
            stage=stage,
            period=str(year),
            kind="output",
            ends=period_end(str(year)),
            known=rules.known_on(shown, source),
            shares=shares,
            rest=rest,
            concentration=hhi(shares.values(), rest=rest),
            total=total,
            unit=unit,
            source=source,
            edition=edition,
            dated="edition" if release else "period",
            withheld=tuple(sorted(row["country"] for row in rows if row["quantity"] is None)),
        )
    ]


def _of_study(
    key: tuple[Any, ...], rows: Sequence[dict[str, Any]], rules: Rules
) -> list[Structure]:
    mineral, stage, period, source, edition = key
    named: dict[str, float] = defaultdict(float)
    for row in rows:
        if row["country"] not in _UNNAMED:
            named[row["country"]] += row["share"] or 0.0
    whole = max(1.0, sum(named.values()))
    if not any(named.values()):
        return []
    shares = {name: share / whole for name, share in sorted(named.items()) if share > 0}
    rest = max(0.0, 1.0 - sum(shares.values()))
    return [
        Structure(
            mineral=mineral,
            stage=_STAGES.get(str(stage), str(stage)),
            period=period,
            kind="study",
            ends=period_end(period),
            known=rules.known_on(period, source),
            shares=shares,
            rest=rest,
            concentration=hhi(shares.values(), rest=rest),
            total=None,
            unit="1",
            source=source,
            edition=edition,
        )
    ]


def _of_exports(row: Mapping[str, Any], rules: Rules) -> Structure:
    period, source = str(row["year"]), row["source"]
    share = row["china_value_share"]
    return Structure(
        mineral=row["mineral"],
        stage="exports",
        period=period,
        kind="exports",
        ends=period_end(period),
        known=rules.known_on(period, source),
        shares={"CHN": share},
        rest=1.0 - share,
        concentration=(row["hhi_value"], row["hhi_value"]),
        total=None,
        unit="1",
        source=source,
        edition=row["edition"],
    )


def _capacity(table: pl.DataFrame, rules: Rules) -> dict[tuple[str, str], Annual]:
    """Return world capacity by mineral and stage: the printed total, else the sum of countries."""
    found: dict[tuple[str, str], list[Point]] = defaultdict(list)
    keys = ("mineral", "stage", "year", "source", "edition", "unit")
    for (mineral, stage, year, source, edition, unit), rows in _groups(table, keys):
        printed = [row["quantity"] for row in rows if row["country"] == "WLD" and row["quantity"]]
        value = printed[0] if printed else sum(row["quantity"] or 0.0 for row in rows)
        release = re.search(r"20\d\d", edition)
        shown = str(int(release.group()) - 1) if release else str(year)
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
