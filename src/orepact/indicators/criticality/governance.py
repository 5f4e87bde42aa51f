"""Governance of the countries that supply, and concentration of supply weighted with it.

Scales turn the estimates of the Worldwide Governance Indicators (about -2.5 to 2.5, high is good)
into weights where high is bad: 0 to 10 in the Union's method, 0 to 1 in GeoPolRisk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from orepact.data.bundle import Bundle
from orepact.indicators.concentration import hhi
from orepact.indicators.figure import Figure, Input
from orepact.indicators.tables.shares import UNNAMED, age_of, production_shares
from orepact.indicators.tables.sourcing import UNIONS, sourcing_shares, supply_shares

__all__ = [
    "INDICATORS",
    "LATEST",
    "REFERENCE",
    "Governance",
    "concentration",
    "governance_in",
    "governance_mean",
    "political_stability",
    "scaled",
    "trade_parameters",
    "weighted_hhi",
]

INDICATORS = ("CC", "GE", "PV", "RL", "RQ", "VA")
"""The six indicators: corruption, effectiveness, stability, law, regulation, voice."""

REFERENCE = "2016-2019"
LATEST = "latest"
"""Periods of the mean of six that the dataset holds ready; the first is that of the 2023 study."""

HERFINDAHL = "Herfindahl 1950, Hirschman 1964: sum of squared shares"
WEIGHTED = "European Commission 2017, doi:10.2873/769526: sum of S^2 x WGI x t, WGI from 0 to 10"

_COLUMNS = {REFERENCE: "scaled_2016_2019", LATEST: "scaled_latest"}
_LEFT_OUT = 0.0005


@dataclass(frozen=True, slots=True)
class Governance:
    """Weights by country with what they are: scale, period, source and cautions."""

    weights: Mapping[str, float] = field(repr=False)
    scale: str
    period: str
    source: str
    edition: str = ""
    note: str = ""

    def input(self, country: str, name: str = "governance") -> Input:
        """Return the weight of a country as an input of a figure."""
        return Input(
            name=f"{name} {country}",
            value=self.weights.get(country),
            unit="1",
            source=self.source,
            edition=self.edition,
            period=self.period,
            where=f"on the scale {self.scale}, high is bad",
        )


def scaled(estimate: float, top: float = 10.0) -> float:
    """Return a governance estimate (-2.5 to 2.5, high is good) from 0 (good) to `top` (bad)."""
    return top * (2.5 - estimate) / 5.0


def governance_mean(bundle: Bundle, period: str = REFERENCE) -> Governance:
    """Return the mean of the six indicators by country, 0 (good) to 10 (bad).

    `period` is 2016-2019, as in the Union's study of 2023, or latest. Countries without figures
    have no weight. Source: World Bank, Worldwide Governance Indicators.
    """
    return bundle.once(_mean_of_six, period)


def _mean_of_six(bundle: Bundle, period: str) -> Governance:
    column = _COLUMNS[period]
    rows = bundle.table("governance_mean").select("country", column, "source").drop_nulls(column)
    return Governance(
        weights={str(country): float(value) for country, value, _ in rows.iter_rows()},
        scale="0 to 10",
        period=period,
        source=_one(rows["source"]),
        note="" if period == REFERENCE else "latest year of a newer method: do not splice",
    )


def governance_in(bundle: Bundle, year: int) -> Governance:
    """Return the mean of the six indicators of one year by country, 0 (good) to 10 (bad).

    Only countries with all six have a weight; a year without all six has none.
    """
    rows = bundle.table("governance").filter(pl.col("indicator").is_in(INDICATORS), year=year)
    means = (
        rows.drop_nulls("estimate")
        .group_by("country")
        .agg(pl.col("estimate").mean(), pl.col("indicator").n_unique())
        .filter(pl.col("indicator") == len(INDICATORS))
    )
    return Governance(
        weights={str(place): scaled(float(mean)) for place, mean, _ in means.iter_rows()},
        scale="0 to 10",
        period=str(year),
        source=_one(rows["source"]),
        edition=_one(rows["edition"]),
    )


def political_stability(bundle: Bundle, year: int) -> Governance:
    """Return instability and violence by country in a year, 0 (stable) to 1.

    Political stability and absence of violence is the indicator that GeoPolRisk uses.
    """
    rows = bundle.table("governance").filter(indicator="PV", year=year).drop_nulls("estimate")
    source = _one(rows["source"])
    return Governance(
        weights={
            str(place): scaled(float(value), 1.0)
            for place, value in rows.select("country", "estimate").iter_rows()
        },
        scale="0 to 1",
        period=str(year),
        source=source,
        edition=_one(rows["edition"]),
        note="newer method: do not compare with years before 2023" if "PV" in source else "",
    )


def weighted_hhi(
    shares: Mapping[str, float],
    weights: Mapping[str, float],
    trade: Mapping[str, float] | None = None,
) -> float | None:
    """Return sum of S^2 x g x t over countries: 0 to 10 for weights from 0 to 10 and t of one.

    `shares` are fractions; `trade` is the trade parameter t, one where not given (no agreement and
    no restriction; below one with an agreement, above one under export restrictions). None where
    there is no share, or a country with a share has no weight. Source: Blengini et al. 2017.
    """
    if not shares or any(place not in weights for place, share in shares.items() if share):
        return None
    known = trade or {}
    return sum(
        share * share * weights[place] * known.get(place, 1.0)
        for place, share in sorted(shares.items())
        if share
    )


def trade_parameters(
    bundle: Bundle, mineral: str, stage: str, *, region: str = "WLD", source: str = ""
) -> dict[str, float]:
    """Return the trade parameter t by country that the Union's study prints for a stage.

    `region` is WLD for world supply or an importer. Nothing where none is printed.
    """
    name, column = ("global_supply", "country") if region == "WLD" else ("sourcing", "origin")
    rows = bundle.table(name).filter(mineral=mineral, stage=stage)
    if source:
        rows = rows.filter(source=source)
    if region != "WLD":
        rows = rows.filter(importer="E27" if region in UNIONS else region)
    known = rows.drop_nulls("trade_parameter").select(column, "trade_parameter")
    return {str(place): float(value) for place, value in known.iter_rows()}


def concentration(
    bundle: Bundle,
    mineral: str,
    *,
    region: str = "WLD",
    stage: str = "",
    period: str = "",
    governance: str = REFERENCE,
) -> list[Figure]:
    """Return HHI and governance-weighted HHI by stage, period and measure.

    For WLD the shares are those of output (last year of each stage, or `period`) and of the
    Union's study of world supply; for E27 and USA those of sourcing. The form ends in *computed*
    for shares of output in tonnes, in *cited* for shares that a publisher prints, in *customs* for
    shares of customs. One figure per stage, form, period and measure, `low` and `high` for a
    remainder that is held by many or by one. The weighted index needs every named country's
    governance, and uses the trade parameters that the study prints with its own shares, one for
    others. Shares are fractions, HHI 0 to 1, weighted 0 to 10. One figure with what is missing
    where there is no table of shares.
    """
    weights = governance_mean(bundle, governance)
    found = [
        figure
        for table in _tables(bundle, mineral, region, stage, period)
        for key, rows in table.group_by(
            "stage", "product", "period", "measure", "kind", maintain_order=True
        )
        if not rows["value"].drop_nulls().is_empty()
        for figure in _both(bundle, rows, region, mineral, str(key[3]), weights)
    ]
    missing = Figure(
        indicator="HHI",
        value=None,
        unit="1",
        region=region,
        mineral=mineral,
        stage=stage,
        period=period,
        method=HERFINDAHL,
        missing="no table of shares by country",
    )
    return found or [missing]


def _tables(
    bundle: Bundle, mineral: str, region: str, stage: str, period: str
) -> Iterable[pl.DataFrame]:
    if region != "WLD":
        yield sourcing_shares(bundle, region, mineral, stage=stage, period=period)
        return
    years = (
        bundle.table("production")
        .filter(pl.col("quantity").is_not_null(), mineral=mineral)
        .group_by("stage")
        .agg(pl.col("year").unique())
        .sort("stage")
    )
    for name, known in years.iter_rows():
        wanted = [int(period)] if period.isdigit() else [] if period else [max(known)]
        if stage in {"", name}:
            for year in wanted:
                yield production_shares(bundle, mineral, name, year)
    yield supply_shares(bundle, mineral, stage=stage, period=period)


def _both(
    bundle: Bundle,
    rows: pl.DataFrame,
    region: str,
    mineral: str,
    measure: str,
    weights: Governance,
) -> Iterable[Figure]:
    first = rows.row(0, named=True)
    named = rows.filter(~pl.col("country").is_in(UNNAMED))
    places = named.drop_nulls("value")
    shares = {str(place): float(v) for place, v in places.select("country", "value").iter_rows()}
    rest = _rest(shares, named)
    low, high = (0.0, 1.0) if rest is None else hhi(shares.values(), rest=rest)
    plain = Figure(
        indicator="HHI",
        value=sum(share * share for share in shares.values()),
        low=low,
        high=high,
        unit="1",
        region=region,
        mineral=mineral,
        stage=str(first["stage"]),
        form=_form(str(first["product"]), measure, str(first["kind"])),
        period=str(first["period"]),
        arithmetic=_squares(shares, {}),
        method=HERFINDAHL,
        note=_note(rest),
        inputs=tuple(_share_input(row) for row in places.iter_rows(named=True)),
        coverage={
            "unmapped": max(0.0, 1.0 - sum(shares.values())),
            "withheld": first["withheld"],
            "basket": first["basket"],
            "age": age_of(bundle, str(first["period"])),
            "kind": first["kind"],
        },
    )
    yield plain
    trade = (
        trade_parameters(
            bundle, mineral, str(first["stage"]), region=region, source=str(first["source"])
        )
        if first["kind"] == "cited share"
        else {}
    )
    yield _weighted(plain, shares, rest, weights, trade)


def _form(product: str, measure: str, kind: str) -> str:
    """Return what the shares are of, and whether they are computed from tonnes, cited or customs'.

    The last word keeps two indices of one stage and year apart, also in their ids.
    """
    return " ".join(part for part in (product, f"({measure})", kind.partition(" ")[0]) if part)


def _rest(shares: Mapping[str, float], named: pl.DataFrame) -> float | None:
    """Return the part that has no name or is withheld; None where nothing limits it."""
    withheld = named["withheld"][0] if named["value"].null_count() else 0.0
    if withheld is None:
        return None
    rest = max(0.0, 1.0 - sum(shares.values()), float(withheld))
    return rest if rest > _LEFT_OUT else 0.0


def _note(rest: float | None) -> str:
    if rest is None:
        return "withheld figures are not limited by a printed total: the index may be anything"
    return "remainder split among many; high: held by one" if rest else ""


def _weighted(
    plain: Figure,
    shares: Mapping[str, float],
    rest: float | None,
    weights: Governance,
    trade: Mapping[str, float],
) -> Figure:
    value = weighted_hhi(shares, weights.weights, trade)
    without = sorted(place for place in shares if place not in weights.weights)
    known = value is not None and rest is not None
    return replace(
        plain,
        indicator="governance-weighted HHI",
        value=value,
        low=value if known else None,
        high=value + 10.0 * rest * rest if value is not None and rest is not None else None,
        arithmetic="" if value is None else _squares(shares, weights.weights, trade),
        method=WEIGHTED,
        missing=f"no governance figures of {', '.join(without)}" if without else "",
        note="; ".join(
            text for text in (plain.note, "" if trade else "trade parameter of one") if text
        ),
        inputs=(*plain.inputs, *(weights.input(place) for place in sorted(shares))),
        coverage={**plain.coverage, "governance": weights.period},
    )


def _squares(
    shares: Mapping[str, float],
    weights: Mapping[str, float],
    trade: Mapping[str, float] | None = None,
) -> str:
    """Return the largest three terms of a sum of squared shares, in words."""
    ranked = sorted(shares, key=lambda place: (-shares[place], place))
    terms = [
        f"{shares[place]:.3f}^2"
        + (f" x {weights[place]:.2f}" if place in weights else "")
        + (f" x {trade[place]:.2g}" if trade and place in trade else "")
        for place in ranked[:3]
    ]
    return " + ".join(terms) + (f" + {len(ranked) - 3} more" if len(ranked) > 3 else "")


def _share_input(row: Mapping[str, object]) -> Input:
    value = row["value"]
    return Input(
        name=f"share {row['country']}",
        value=float(value) if isinstance(value, float) else None,
        unit="1",
        source=str(row["source"]),
        edition=str(row["edition"]),
        period=str(row["period"]),
        flag=str(row["flag"]),
        where=f"{row['kind']}, {row['stage']}",
    )


def _one(values: pl.Series) -> str:
    return ", ".join(sorted({str(value) for value in values}))
