r"""Output at risk: what a shortage means for the sectors that use the material (USD).

Of a use with the unmet share $u$, in a sector with value added $V$ of which the part $\pi$ is made
with products that hold the material, over $T$ months:

$$\text{low} = \min\bigl(u\,\pi V\tfrac{T}{12},\ W(u)\bigr),\qquad
\text{high} = (1 \text{ if } u \ge \bar u \text{ else } u)\,\pi V\tfrac{T}{12}$$

`low` is in proportion to the shortage, and no more than users would have paid for the missing
tonnes: $W(u) = p^0 q^0 \int_{1-u}^{1} \min(x^{-1/\varepsilon}, k)\,dx$ with willingness to pay cut
off at $k$ times the base price. `high` is that of fixed proportions without such a limit, and the
application stands still from the shortage $\bar u$ on. Stocks are drawn before any use is unmet.

A sector's `low` is that of its most affected use (products may hold several materials), `high` the
sum of its uses, at most the sector. The cut-off is a card: `low` is run again at half and double of
it, and a change against the path without the scenario whose sign turns is marked.

| symbol | meaning (unit) | in code |
|---|---|---|
| $u$ | unmet share of use, mean of the period (1) | ``unmet_share`` |
| $V$ | value added of the sector in the region (USD/year) | `value_added` × card |
| $\pi, \bar u, k$ | cards (1) | `AtRiskText.parts`, `stop`, `willingness` |
| $\varepsilon$ | demand elasticity of the member (1) | `Behaviour.demand_elasticity` |

Never added to other figures: unmet use, extra cost and output at risk stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import WIDENING
from orepact.indicators.sector.at_risk_file import AtRiskText, Range, read_at_risk, value_added
from orepact.model.curve import Array
from orepact.network.components import Demand
from orepact.network.world import World

__all__ = ["CAPS", "SectorsAtRisk", "loss_to_users", "sectors_at_risk", "sectors_told"]

CAPS = {"half": 0.5, "": 1.0, "double": 2.0}
"""Cut-offs of willingness to pay at which `low` is run, by the suffix of their columns."""

RESOLUTION = 1e-4
"""Changes below this part of the sector's value added in the period count as none."""

LOW, HIGH = 0.1, 0.9
MONTHS = 12.0

_MEMBER = ("window", "rank", "draw")
_PATHS = ("", "without_")


@dataclass(frozen=True, slots=True)
class SectorsAtRisk:
    """Output at risk by sector.

    `bands` has one row per rung, period, licence, region and sector (schema: `_BANDS`), amounts in
    USD over the period: `low` and `high` are the 10th percentile of the members' low and the 90th
    of their high, widened by 1.35; `low_middle` and `high_middle` those of the middle member;
    `low_cards` and `high_cards` what the cards' ranges allow besides. `change_…` is against the
    same member without the scenario, `sign_flips` says that its sign hangs on the cut-off.
    `uses` has the same per use before it is added up; `missing` says what could not be told; `stop`
    is the shortage from which an application stands still (fraction).
    """

    bands: pl.DataFrame
    uses: pl.DataFrame
    missing: tuple[str, ...]
    stop: float


def sectors_at_risk(
    members: pl.DataFrame,
    world: World,
    months: Mapping[str, int],
    *,
    text: AtRiskText | None = None,
    member_states: bool = False,
) -> SectorsAtRisk:
    """Return output at risk by sector from the members of a stress run.

    `members` has chain, window, licence, rank, draw, rung, region, material, period, `unmet_share`
    and `price_transaction`, the same with ``without_``; `months` the months of each period. Raises
    `InputError` for a file of cards that is wrong.
    """
    known = text or read_at_risk(world)
    chains = members["chain"].unique(maintain_order=True).to_list()
    uses, missing = _uses(world, known, chains, member_states=member_states)
    if uses.is_empty():
        return SectorsAtRisk(pl.DataFrame(), pl.DataFrame(), missing, known.stop.value)
    spans = pl.DataFrame({"period": list(months), "years": [n / MONTHS for n in months.values()]})
    elasticity = pl.DataFrame(
        {"rank": [each.rank for each in world.ensemble],
         "elasticity": [each.demand_elasticity for each in world.ensemble]},
    )
    told = (
        members.with_columns(pl.col("rank").cast(pl.Int64))
        .join(uses, on=["chain", "region", "material"], how="inner", maintain_order="left")
        .join(spans, on="period", how="inner", maintain_order="left")
        .join(elasticity, on="rank", how="left", maintain_order="left")
    )
    whole = _amounts(told, known)
    return SectorsAtRisk(
        pl.concat([_bands(part, licence) for licence, part in _by_licence(whole)]),
        whole,
        missing,
        known.stop.value,
    )


def sectors_told(world: World, chains: Sequence[str]) -> tuple[str, ...]:
    """Return the sectors that `sectors_at_risk` can tell of for these chains."""
    text, added = read_at_risk(world), value_added(world.bundle)
    found = {
        use.sector
        for name in chains
        for use in world.chains[name].text.uses
        if use.counted and not _lacking(text, added, name, use.use, use.sector)
    }
    return tuple(sorted(found))


def loss_to_users(unmet: Array, elasticity: Array, cap: Array) -> Array:
    """Return what users would have paid for missing tonnes, in multiples of base value of use.

    ``∫ min(x^(−1/ε), k) dx`` over the unmet share: the area under an isoelastic inverse demand
    curve whose willingness to pay is cut off at k times the base price. All arrays have one entry
    per case; at the elasticity 0 every missing tonne is worth the cut-off.
    """
    left = 1.0 - np.clip(unmet, 0.0, 1.0)
    power = np.divide(1.0, elasticity, out=np.full_like(elasticity, np.inf), where=elasticity > 0.0)
    corner = np.maximum(cap, 1.0) ** -elasticity
    reached = np.maximum(left, corner)
    rise = power - 1.0
    straight = np.abs(rise) < 1e-9
    with np.errstate(invalid="ignore", over="ignore"):
        curve = np.where(
            straight, -np.log(reached),
            np.divide(reached**-rise - 1.0, rise, out=np.zeros_like(rise), where=~straight),
        )
    curve = np.where(np.isinf(power), 0.0, curve)
    above = curve + cap * (corner - np.minimum(left, corner))
    return np.where(cap < 1.0, cap * (1.0 - left), above)


def _uses(
    world: World, text: AtRiskText, chains: Sequence[str], *, member_states: bool
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return every use that maps to a sector with value added, and what is missing for others."""
    added = value_added(world.bundle)
    rows: list[dict[str, Any]] = []
    missing: dict[str, None] = {}
    for name in chains:
        chain = world.chains[name].text
        known = {use.use: use for use in chain.uses if use.counted}
        for use in known.values():
            lacking = _lacking(text, added, name, use.use, use.sector)
            if lacking:
                missing[lacking] = None
        network = world.network(name, member_states=member_states)
        prices = {material.name: material.price for material in network.materials}
        stocks = {(stock.region, stock.material): stock.initial for stock in network.stocks}
        taken = _taken(network.demands)
        for demand in network.demands:
            size = text.size(world, demand.region)
            for use, share in demand.uses.items():
                if use not in known or _lacking(text, added, name, use, known[use].sector):
                    continue
                sector = known[use].sector
                if size is None:
                    missing[f"{demand.region}: no card says how large its industry is"] = None
                    continue
                place = (demand.region, demand.material)
                rows.append({
                    "chain": name, "region": demand.region, "material": demand.material,
                    "use": use, "sector": sector, "title": added[sector][1],
                    "tonnes": share * demand.base * MONTHS, "price": prices[demand.material],
                    "cover_days": 365.25 / MONTHS * stocks.get(place, 0.0) / taken[place],
                    **_worth(text, added[sector][0], size, (name, use), sector),
                })
    return pl.DataFrame(rows, infer_schema_length=None), tuple(missing)


def _taken(demands: Sequence[Demand]) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for each in demands:
        key = (each.region, each.material)
        found[key] = found.get(key, 0.0) + each.base
    return found


def _lacking(
    text: AtRiskText, added: Mapping[str, object], chain: str, use: str, sector: str
) -> str:
    if sector not in added:
        return f"{chain} {use}: no value added of sector {sector or '?'} in table end_uses"
    if (chain, use) not in text.parts:
        return f"{chain} {use}: no card says which part of sector {sector} hangs on it"
    if sector not in text.willingness:
        return f"{chain} {use}: no card says what users of sector {sector} would pay at most"
    return ""


def _worth(
    text: AtRiskText, euros: float, size: Range, use: tuple[str, str], sector: str
) -> dict[str, float]:
    whole = text.exchange * size
    part = whole * text.parts[use]
    cap = text.willingness[sector]
    return {
        "sector_usd": euros * whole.value, "sector_most": euros * whole.high,
        "worth": euros * part.value, "worth_least": euros * part.low,
        "worth_most": euros * part.high, "cap": cap.value, "cap_least": cap.low,
    }


def _amounts(told: pl.DataFrame, text: AtRiskText) -> pl.DataFrame:
    """Return the amounts (USD over the period) of every use and member, with and without."""

    def of(name: str) -> Array:
        return told[name].cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64)

    years, elasticity = of("years"), of("elasticity")
    value = of("tonnes") * of("price") * years
    worth, cap = of("worth") * years, of("cap")
    columns: dict[str, Array] = {"sector_usd": of("sector_usd") * years,
                                 "sector_most": of("sector_most") * years}
    for path in _PATHS:
        unmet = np.maximum(np.nan_to_num(of(f"{path}unmet_share")), 0.0)
        columns[f"{path}unmet"] = of("tonnes") * years * unmet
        for suffix, factor in CAPS.items():
            paid = value * loss_to_users(unmet, elasticity, factor * cap)
            name = f"{path}low" + (f"_{suffix}" if suffix else "")
            columns[name] = np.minimum(unmet * worth, paid)
        columns[f"{path}high"] = np.where(unmet >= text.stop.value, 1.0, unmet) * worth
        used = value * (1.0 - unmet)
        columns[f"{path}paid"] = used * of(f"{path}price_transaction")
    unmet = np.maximum(np.nan_to_num(of("unmet_share")), 0.0)
    paid = value * loss_to_users(unmet, elasticity, of("cap_least"))
    columns["low_cards"] = np.minimum(unmet * of("worth_least") * years, paid)
    still = np.where(unmet >= text.stop.low, 1.0, unmet)
    columns["high_cards"] = still * of("worth_most") * years
    columns["extra_cost"] = value * (1.0 - unmet) * (
        of("price_transaction") - of("without_price_transaction")
    )
    keys = ["chain", "use", "sector", "title", "region", "material", "rung", "period", "licence",
            *_MEMBER, "cover_days"]
    return told.select(keys).with_columns(
        pl.Series(name, values, nan_to_null=True) for name, values in columns.items()
    )


def _by_licence(uses: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    licences = sorted(uses["licence"].unique())
    yield "all", uses
    if len(licences) > 1:
        for licence in licences:
            yield licence, uses.filter(pl.col("licence") == licence)


_PLACE = ["rung", "period", "region", "sector", "title"]


def _bands(uses: pl.DataFrame, licence: str) -> pl.DataFrame:
    """Return the bands of sectors: members first added up to sectors, then percentiles."""
    lows = [f"{path}low{'_' + s if s else ''}" for path in _PATHS for s in CAPS]
    member = [*_MEMBER, "licence"]
    sectors = (
        uses.group_by(*_PLACE, *member, maintain_order=True)
        .agg(
            *[pl.col(name).max() for name in (*lows, "low_cards")],
            *[
                pl.min_horizontal(pl.col(name).sum(), pl.col(most).first()).alias(name)
                for name, most in (("high", "sector_usd"), ("without_high", "sector_usd"),
                                   ("high_cards", "sector_most"))
            ],
            pl.col("sector_usd").first(),
            pl.col("extra_cost").sum(),
            pl.col("extra_cost").null_count().alias("unpriced"),
            pl.col("cover_days").min(),
        )
        .with_columns(
            *[
                (pl.col(f"low{s}") - pl.col(f"without_low{s}")).alias(f"change_low{s}")
                for s in ("", "_half", "_double")
            ],
            (pl.col("high") - pl.col("without_high")).alias("change_high"),
        )
    )
    changes = ["change_low", "change_low_half", "change_low_double", "change_high"]
    bands = sectors.group_by(_PLACE, maintain_order=True).agg(
        (pl.col("low").quantile(LOW) / WIDENING).alias("low"),
        _middle("low").alias("low_middle"),
        _middle("high").alias("high_middle"),
        pl.min_horizontal(pl.col("high").quantile(HIGH) * WIDENING,
                          pl.col("sector_usd").first()).alias("high"),
        (pl.col("low_cards").quantile(LOW) / WIDENING).alias("low_cards"),
        (pl.col("high_cards").quantile(HIGH) * WIDENING).alias("high_cards"),
        *[_middle(name).alias(f"{name}_middle") for name in ("low_half", "low_double", *changes)],
        *[
            pl.when(pl.col("unpriced").max() == 0).then(pl.col("extra_cost").quantile(share))
            .alias(f"extra_cost_{end}")
            for end, share in (("low", LOW), ("middle", 0.5), ("high", HIGH))
        ],
        pl.col("cover_days").min(),
        pl.col("sector_usd").first(),
        pl.len().alias("members"),
    )
    signs = [
        pl.when(pl.col(f"{name}_middle").abs() < RESOLUTION * pl.col("sector_usd")).then(0)
        .otherwise(pl.col(f"{name}_middle").sign()).cast(pl.Int64)
        for name in changes
    ]
    return bands.with_columns(
        pl.lit(licence).alias("licence"),
        ((pl.min_horizontal(signs) < 0) & (pl.max_horizontal(signs) > 0)).alias("sign_flips"),
    )


def _middle(name: str) -> pl.Expr:
    return pl.col(name).quantile(0.5, interpolation="higher")
