"""Bilateral trade of one stage: customs codes, screened, in tonnes of what production counts.

Tonnes of a code become tonnes of content by its content factor. Where nobody printed a factor it
is the largest at which no large exporter ships more than it makes, and no more than the form can
hold (table ``maximum_contents``); a basket code needs a share,
which may be bounded in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from orepact.network.accounts.screening import ESTIMATED, OUTLIER, screen

__all__ = ["Code", "StageTrade", "codes_of", "stage_trade"]

LARGE_EXPORTER = 0.10
"""Exporters with at least this share of a code bound its content."""

_ORE = ("ore", "concentrate", "mineral", "rock", "borates", "coal")
_EMPTY = {
    "exporter": pl.String,
    "importer": pl.String,
    "tonnes": pl.Float64,
    "screened": pl.Float64,
    "bounded": pl.Float64,
}
_ASSUMED = ("bounded", "share")
"""Kinds of factors that no source prints: their tonnes rest on no source."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a traded form can hold (t per t), its range, and what is known of it."""

    value: float
    low: float
    high: float
    note: str


@dataclass(frozen=True, slots=True)
class Code:
    """A customs code of the mineral and how its tonnes count.

    `factor` (t of content per t traded) is of kind `printed`, `basis` (production is counted in
    the same tonnes), `bounded` (no exporter ships more than it makes, and no form holds more than
    its `limit`) or `share` (of a basket);
    `outliers` and `estimated` count flows; `before` and `after` are tonnes of the outliers
    (t/year, gross); `norm` is the median unit value of the window (USD/t, gross); `partial` says
    that a year of the window lists the largest partners only.
    """

    code: str
    nomenclature: str
    form: str
    ore: bool
    basket: bool
    materials: str
    factor: float | None
    kind: str = ""
    source: str = ""
    norm: float | None = None
    flows: int = 0
    outliers: int = 0
    estimated: int = 0
    before: float = 0.0
    after: float = 0.0
    traded: float = 0.0
    partial: bool = False
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class StageTrade:
    """Trade of a stage: `flows` has exporter, importer, tonnes (t/year), screened and bounded.

    `screened` is the share of a flow that was estimated from its value, `bounded` the share that
    rests on a factor that no source prints.
    `outliers` has code, year, exporter, importer, reported and tonnes (t, gross) and norm.
    `basket_share` is the share of baskets, used or not, in the value of the stage's trade.
    """

    flows: pl.DataFrame
    codes: tuple[Code, ...]
    outliers: pl.DataFrame
    left_out: list[tuple[str, str]]
    basket_share: float = 0.0

    @property
    def screening(self) -> float:
        """What screening of outliers added to the stage's tonnes, below 0 took out (fraction)."""
        change = sum((code.after - code.before) * (code.factor or 0.0) for code in self.codes)
        after = sum(code.traded * (code.factor or 0.0) for code in self.codes)
        return change / (after - change) if after > change else 0.0


def codes_of(
    table: Callable[[str], pl.DataFrame], mineral: str, years: Mapping[int, float]
) -> tuple[list[Code], list[tuple[str, str]]]:
    """Return the mineral's codes with trade in the years, and why others are left out."""
    rows = table("concordance").filter(pl.col("mineral") == mineral)
    traded = set(
        table("trade")
        .filter(pl.col("year").is_in(list(years)))
        .select("nomenclature", "code")
        .unique()
        .iter_rows()
    )
    limits = _limits(table, mineral)
    found: list[Code] = []
    left_out: list[tuple[str, str]] = []
    for row in rows.iter_rows(named=True):
        pairs = [tuple(part.split(":")) for part in row["bilateral"].split("|") if part]
        usable = [pair for pair in pairs if pair in traded][:1]
        form = row["form"]
        if not usable:
            left_out.append((row["hs2022"], f"{form}: no bilateral table in the window"))
        found += [
            Code(
                code=code,
                nomenclature=nomenclature,
                form=form,
                ore=any(word in form for word in _ORE),
                basket=row["basket"] == "yes",
                materials=row["materials"],
                factor=row["content_factor"],
                limit=limits.get(code),
            )
            for nomenclature, code in usable
        ]
    return found, left_out


def _limits(table: Callable[[str], pl.DataFrame], mineral: str) -> dict[str, Limit]:
    """Return the most that the mineral's codes can hold, for those of which something is known."""
    rows = table("maximum_contents").filter(pl.col("mineral") == mineral)
    return {
        code: Limit(*values)
        for code, *values in rows.select("code", "maximum", "low", "high", "note").iter_rows()
    }


def stage_trade(
    table: Callable[[str], pl.DataFrame],
    codes: Sequence[Code],
    years: Mapping[int, float],
    made: pl.DataFrame,
    *,
    shares: Mapping[str, float],
    open_baskets: bool,
) -> StageTrade:
    """Return the stage's trade, averaged over the years, in tonnes of what production counts."""
    parts: list[pl.DataFrame] = []
    used: list[Code] = []
    outliers: list[pl.DataFrame] = []
    left_out: list[tuple[str, str]] = []
    value = {True: 0.0, False: 0.0}
    norms = _world_norms(table)
    for code in codes:
        flows, odd, counted = _screened(table, code, years, norms)
        value[code.basket] += counted.traded * (counted.norm or 0.0)
        rated = _rated(counted, flows, made, shares, open_baskets=open_baskets)
        if rated.factor is None or flows.is_empty():
            bound = _bound(flows, made)
            words = f"{code.form}: basket of {code.materials or 'several materials'}"
            words += ", needs a share" + (f" (at most {bound:.2g})" if bound is not None else "")
            left_out.append((code.code, words if flows.height else f"{code.form}: no tonnes"))
            continue
        used.append(rated)
        outliers.append(odd)
        parts.append(
            flows.with_columns(
                pl.col("tonnes", "screened") * rated.factor,
                pl.when(rated.kind in _ASSUMED)
                .then(pl.col("tonnes") * rated.factor)
                .otherwise(0.0)
                .alias("bounded"),
            )
        )
    basket = value[True] / sum(value.values()) if any(value.values()) else 0.0
    if not parts:
        return StageTrade(pl.DataFrame(schema=_EMPTY), (), pl.DataFrame(), left_out, basket)
    flows = (
        pl.concat(parts)
        .group_by("exporter", "importer")
        .agg(pl.col("tonnes", "screened", "bounded").sort_by("code").sum())
        .sort("exporter", "importer")
        .with_columns(pl.col("screened", "bounded") / pl.col("tonnes"))
    )
    return StageTrade(flows, tuple(used), pl.concat(outliers), left_out, basket)


def _screened(
    table: Callable[[str], pl.DataFrame],
    code: Code,
    years: Mapping[int, float],
    norms: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame, Code]:
    """Return yearly mean flows (gross) of a code, its outliers, and the code with its counts."""
    own = table("trade").filter(
        (pl.col("code") == code.code)
        & (pl.col("nomenclature") == code.nomenclature)
        & pl.col("year").is_in(list(years))
    )
    weights = {year: weight for year, weight in years.items() if year in set(own["year"])}
    total = sum(weights.values())
    screened = screen(own, norms).filter(pl.col("tonnes") > 0.0)
    weight = pl.col("year").replace_strict(weights, return_dtype=pl.Float64) / total
    weighted = screened.with_columns(
        pl.col("tonnes") * weight, (pl.col("reported") * weight).fill_null(0.0)
    )
    odd = pl.col("flag") == OUTLIER
    flows = (
        weighted.sort("year")
        .group_by("code", "exporter", "importer", maintain_order=True)
        .agg(
            pl.col("tonnes").sum(),
            pl.col("tonnes").filter(pl.col("flag") != "").sum().alias("screened"),
        )
        .filter(pl.col("exporter") != pl.col("importer"))
    )
    off = screened.filter(odd).select(
        "code", "year", "exporter", "importer", "reported", "tonnes", "norm"
    )
    counted = replace(
        code,
        source=str(own["source"][0]),
        norm=_mean(screened["norm"]),
        flows=screened.height,
        outliers=off.height,
        estimated=screened.filter(pl.col("flag") == ESTIMATED).height,
        before=float(weighted.filter(odd)["reported"].sum()),
        after=float(weighted.filter(odd)["tonnes"].sum()),
        traded=float(flows["tonnes"].sum()),
        partial=(own["coverage"] != "").any(),
    )
    return flows, off, counted


def _mean(values: pl.Series) -> float | None:
    found = values.mean()
    return float(found) if isinstance(found, float) else None


def _rated(
    code: Code,
    flows: pl.DataFrame,
    made: pl.DataFrame,
    shares: Mapping[str, float],
    *,
    open_baskets: bool,
) -> Code:
    """Return the code with the factor that turns its tonnes into tonnes of what is made."""
    if code.basket:
        bound = (_bound(flows, made) or _world_share(flows, made)) if open_baskets else None
        return replace(code, factor=shares.get(code.code, bound), kind="share")
    if made.height and made["basis"][0] != "content":
        return replace(code, factor=1.0, kind="basis")
    if code.factor is not None:
        return replace(code, kind="printed")
    bound = _bound(flows, made)
    most = 1.0 if code.limit is None else code.limit.value
    return replace(code, factor=most if bound is None else min(bound, most), kind="bounded")


def _bound(flows: pl.DataFrame, made: pl.DataFrame) -> float | None:
    """Return the largest content at which no large exporter ships more than it makes."""
    sold = flows.group_by("exporter").agg(pl.col("tonnes").sum().alias("sold"))
    bought = flows.group_by(pl.col("importer").alias("exporter")).agg(
        pl.col("tonnes").sum().alias("bought")
    )
    large = (
        sold.filter(pl.col("sold") >= LARGE_EXPORTER * pl.col("sold").sum())
        .join(bought, on="exporter", how="left")
        .with_columns((pl.col("sold") - pl.col("bought").fill_null(0.0)).alias("net"))
        .filter(pl.col("net") > 0.0)
        .join(
            made.select(pl.col("country").alias("exporter"), pl.col("tonnes").alias("made")),
            on="exporter",
        )
        .select((pl.col("made") / pl.col("net")).alias("content"))
    )
    found = large["content"].min()
    return min(1.0, float(found)) if isinstance(found, float) else None


def _world_share(flows: pl.DataFrame, made: pl.DataFrame) -> float | None:
    """Return world output over world trade, at most 1."""
    traded = float(flows["tonnes"].sum())
    return min(1.0, float(made["tonnes"].sum()) / traded) if traded and made.height else None


def _world_norms(table: Callable[[str], pl.DataFrame]) -> pl.DataFrame:
    """Return code, year and norm (USD/t): world unit values, for years printed without tonnes."""
    return (
        table("unit_values")
        .select("code", "year", pl.col("usd_per_t").alias("norm"))
        .drop_nulls()
        .unique(["code", "year"], keep="first", maintain_order=True)
    )
