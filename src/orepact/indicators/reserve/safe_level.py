r"""The safe level of stocks: days of average daily net imports, by form, with what counts.

Regulation (EU) 2024/1252, Art. 23: a safe level is the tonnes needed to cover a number of days of
average daily net imports of the previous calendar year in a disruption; it takes stocks of private
operators into account where they are known, and is proportional to supply risk and economic
importance. How many days, and what proportional means, is published nowhere: both are cards.

$$\text{level} = D \cdot \min\!\left(\max\!\left(\left(\tfrac{SR}{1.0}\cdot\tfrac{EI}{2.8}
\right)^{w}, \ell\right), u\right) \cdot \frac{\max(0, \text{imports} - \text{exports})}{365}$$

symbol | meaning (unit) | card
--- | --- | ---
D | days (day) | safe-level-days
w | weight of risk and importance (1) | safe-level-weight
l, u | least and most times the days (1) | safe-level-least, safe-level-most
SR, EI | supply risk, economic importance (1) | none: the Union's method

Imports and exports are those of the chain's balanced account: its base months, a year's worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from orepact.errors import InputError, Problem
from orepact.indicators.criticality.eu_criticality import THRESHOLDS
from orepact.indicators.dependence.account_supply import supply_of_account
from orepact.indicators.figure import Figure, Input
from orepact.indicators.reserve.level_rule import LevelRule
from orepact.indicators.span import Span, measured
from orepact.indicators.union.union_capacity import span_of
from orepact.network.chains.text import Card
from orepact.network.world import World

__all__ = ["DAYS", "METHOD", "Criticality", "card_input", "daily_net_imports",
           "factor_of", "safe_level"]

DAYS = 365.0
MONTHS = 12.0

METHOD = "Regulation (EU) 2024/1252, Art. 23; days and proportion are cards"


@dataclass(frozen=True, slots=True)
class Criticality:
    """Supply risk and economic importance of a mineral, or the reason why they are not known."""

    risk: Figure | None = None
    importance: Figure | None = None
    missing: str = ""


def daily_net_imports(world: World, chain: str, region: str, material: str) -> Figure:
    """Return average daily net imports of a form (t/day), with the range of the account's errors.

    A net exporter has 0. Missing where the region is no place of the account.
    """
    supply = supply_of_account(world, chain, region, material)
    blank = Figure(
        indicator="daily net imports",
        value=None,
        unit=supply.unit.removesuffix("/year") + "/day",
        region=region,
        mineral=supply.mineral,
        stage=supply.stage,
        form=material,
        period=supply.period,
        method=METHOD,
        coverage={"grade": supply.grade},
    )
    if not supply.domestic:
        return replace(blank, missing=f"{region} is no place of the account of {chain}")
    bought, sold = _trade(world, chain, supply.domestic, material)
    net = bought.value - sold.value
    half = ((bought.high - bought.value) ** 2 + (sold.high - sold.value) ** 2) ** 0.5
    where = f"account of {chain}, balanced"
    return replace(
        blank,
        value=max(0.0, net) / DAYS,
        low=max(0.0, net - half) / DAYS,
        high=max(0.0, net + half) / DAYS,
        arithmetic=f"max(0, {bought.value:,.6g} - {sold.value:,.6g}) / {DAYS:g}",
        note="net exporter: nothing to cover" if net <= 0.0 else "",
        inputs=(
            Input(name="imports a year", value=bought.value, unit=supply.unit,
                  source=f"account:{chain}", period=supply.period, where=where),
            Input(name="exports a year", value=sold.value, unit=supply.unit,
                  source=f"account:{chain}", period=supply.period, where=where),
        ),
    )


def safe_level(
    daily: Figure, rule: LevelRule, criticality: Criticality, days: float | None = None
) -> tuple[Figure, Figure]:
    """Return the days of a form and its safe level (t), from its daily net imports.

    `days` replaces the card's days, without a range. Raises `InputError` for days that are
    negative or none.
    """
    if days is not None and not 0.0 <= days < float("inf"):
        raise InputError([Problem("negative days, or none", field="--days", found=f"{days:g}",
                                  expected="0 or more")])
    base = rule.days if days is None else Span(days, days, days)
    factor, words, used = factor_of(rule, criticality)
    lasting = base * factor
    held = replace(
        daily,
        indicator="days of the safe level",
        value=lasting.value,
        low=lasting.low,
        high=lasting.high,
        unit="day",
        arithmetic=f"{base.value:g} x {factor.value:.4g}" + (f" = {words}" if words else ""),
        note=criticality.missing and f"same days as every material: {criticality.missing}",
        missing="",
        inputs=(*(card_input(card) for card in rule.cards[:4]), *used),
    )
    level = replace(daily, indicator="safe level", unit=daily.unit.removesuffix("/day"),
                    inputs=(held, daily), arithmetic="", note=daily.note)
    each_day = span_of(daily)
    if each_day is None:
        return held, level
    tonnes = lasting * each_day
    return held, replace(
        level,
        value=tonnes.value,
        low=tonnes.low,
        high=tonnes.high,
        arithmetic=f"{lasting.value:.4g} days x {each_day.value:.4g} {daily.unit}",
    )


def factor_of(
    rule: LevelRule, criticality: Criticality
) -> tuple[Span, str, tuple[Figure, ...]]:
    """Return how many times the days a material gets, its arithmetic, and the figures used."""
    if criticality.risk is None or criticality.importance is None:
        return Span(1.0, 1.0, 1.0), "", ()
    risk, importance = span_of(criticality.risk), span_of(criticality.importance)
    if risk is None or importance is None:
        return Span(1.0, 1.0, 1.0), "", ()
    threshold = THRESHOLDS[0] * THRESHOLDS[1]

    def at(one: float, other: float, weight: float, least: float, most: float) -> float:
        raised = (one * other / threshold) ** weight if weight else 1.0
        return min(max(raised, least), most)

    value = at(risk.value, importance.value, rule.weight.value, rule.least.value, rule.most.value)
    ends = [
        at(one, other, weight, least, most)
        for one, other in ((risk.low, importance.low), (risk.high, importance.high))
        for weight in (rule.weight.low, rule.weight.high)
        for least in (rule.least.low, rule.least.high)
        for most in (rule.most.low, rule.most.high)
    ]
    words = (
        f"min(max(({risk.value:.3g}/{THRESHOLDS[0]:g} x {importance.value:.3g}/"
        f"{THRESHOLDS[1]:g})^{rule.weight.value:g}, {rule.least.value:g}), {rule.most.value:g})"
    )
    return Span(value, min(*ends, value), max(*ends, value)), words, (
        criticality.risk, criticality.importance,
    )


def card_input(card: Card) -> Input:
    """Return a card as the input of a figure."""
    return Input(name=card.title, value=card.value, unit=card.unit, source=f"card:{card.card}",
                 where=f"{card.low:g} to {card.high:g}: {card.reason}")


def _trade(
    world: World, chain: str, nodes: frozenset[str], material: str
) -> tuple[Span, Span]:
    """Return imports and exports of some places together, t/year, with the account's errors."""
    rows: Sequence[Mapping[str, object]] = world.account(chain).entries.filter(
        pl.col("kind") == "trade", pl.col("material") == material
    ).select("region", "partner", "sigma", "balanced").to_dicts()

    def total(*, inward: bool) -> Span:
        return measured(
            (MONTHS * float(str(row["balanced"])), float(str(row["sigma"])))
            for row in rows
            if (row["partner" if inward else "region"] in nodes)
            and (row["region" if inward else "partner"] not in nodes)
        )

    return total(inward=True), total(inward=False)
