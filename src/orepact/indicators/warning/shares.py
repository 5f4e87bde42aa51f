"""Who made what part of a mineral, by stage and period, and from when that was known."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.concentration import hhi
from orepact.indicators.warning.rules import Rules, period_end

__all__ = ["Structure", "edition_year", "rows_by", "structures_of"]

_UNNAMED = ("OTH", "NSP", "WLD", "")
_STAGES = {"extraction": "mine", "processing": "refined"}


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


def structures_of(bundle: Bundle, rules: Rules) -> dict[str, tuple[Structure, ...]]:
    """Return the shares of output and of exports by mineral, in no order."""
    found: dict[str, list[Structure]] = defaultdict(list)
    keys = ("mineral", "stage", "year", "source", "edition", "basis", "unit")
    for key, rows in rows_by(bundle.table("production"), keys):
        found[key[0]] += _of_output(key, rows, rules)
    for key, rows in rows_by(
        bundle.table("global_supply"), ("mineral", "stage", "period", "source", "edition")
    ):
        found[key[0]] += _of_study(key, rows, rules)
    exports = bundle.table("unit_values").filter(pl.col("basket") == "no")
    for row in exports.drop_nulls(["china_value_share", "hhi_value"]).iter_rows(named=True):
        found[row["mineral"]].append(_of_exports(row, rules))
    for one in _of_trade(bundle, rules):
        found[one.mineral].append(one)
    return {mineral: tuple(each) for mineral, each in found.items()}


def rows_by(
    frame: pl.DataFrame, keys: Sequence[str]
) -> Iterable[tuple[tuple[Any, ...], list[dict[str, Any]]]]:
    """Return the rows of a table by the values of some columns, in order of appearance."""
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
    release = edition_year(edition) if source.startswith("USGS-") else None
    shown = str(release - 1) if release else str(year)
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
        stage=f"exports {row['code']}",
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


def _of_trade(bundle: Bundle, rules: Rules) -> Iterable[Structure]:
    """Yield the shares of exporters by value before the tables of output begin."""
    concordance = bundle.table("concordance").select("mineral", "hs1992").unique()
    values = (
        bundle.table("trade_history")
        .group_by("code", "year", "source", "exporter")
        .agg(pl.col("kusd").sum())
        .join(concordance, left_on="code", right_on="hs1992")
        .sort("mineral", "code", "year", "exporter")
    )
    for (mineral, code, year, source), rows in rows_by(
        values, ("mineral", "code", "year", "source")
    ):
        whole = sum(row["kusd"] for row in rows)
        if whole > 0:
            shares = {row["exporter"]: row["kusd"] / whole for row in rows}
            yield Structure(
                mineral=mineral,
                stage=f"exports {code}",
                period=str(year),
                kind="exports",
                ends=period_end(str(year)),
                known=rules.known_on(str(year), source),
                shares=shares,
                rest=0.0,
                concentration=hhi(shares.values()),
                total=None,
                unit="1",
                source=source,
                edition="",
            )


def edition_year(edition: str) -> int | None:
    """Return the year in the name of an edition, if it names one."""
    found = re.search(r"20\d\d", edition)
    return int(found.group()) if found else None
