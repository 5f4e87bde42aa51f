"""Scores of the early-warning index from shares of output, the control register and prices."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace

from orepact.indicators.figure import Figure, Input
from orepact.indicators.warning.balance import card_inputs, is_fresh, no_score, score_of
from orepact.indicators.warning.disruption_rate import (
    act_inputs,
    chance,
    disruption_rate,
    exposure,
    gamma_poisson,
)
from orepact.indicators.warning.price_anomaly import (
    PriceSeries,
    cusum,
    reference_series,
    robust_z,
    scaled,
)
from orepact.indicators.warning.record import Record
from orepact.indicators.warning.rules import Rules, month_end
from orepact.indicators.warning.shares import Structure

__all__ = ["concentration", "disruption", "price", "structure_known"]

_Ends = tuple[float, float, float]

_SOURCES = ("USGS-", "BGS-", "EC-", "CEPII-")


def structure_known(
    record: Record, mineral: str, on: datetime.date, rules: Rules
) -> tuple[Structure, ...]:
    """Return the newest shares of each stage of a mineral that were known on a day.

    Of one stage the latest period counts, then the latest day of knowledge; shares of exports only
    where no others are known, and those of the mineral's group only where it has none of its own.
    Shares older than the card ``stale-structure`` are left out.
    """
    oldest = month_end(on, -round(rules.value("stale-structure")))
    for name in record.line(mineral):
        usable = [
            one for one in record.structures.get(name, ()) if one.known <= on and one.ends >= oldest
        ]
        if usable:
            return _newest([one for one in usable if one.kind != "exports"] or usable)
    return ()


def _newest(usable: Iterable[Structure]) -> tuple[Structure, ...]:
    best: dict[str, Structure] = {}
    for one in usable:
        if one.stage not in best or _order(one) > _order(best[one.stage]):
            best[one.stage] = one
    return tuple(best[stage] for stage in sorted(best))


def _order(one: Structure) -> tuple[datetime.date, int, datetime.date]:
    rank = next((n for n, start in enumerate(_SOURCES) if one.source.startswith(start)), 9)
    return one.ends, -rank, one.known


def _bottleneck(record: Record, mineral: str, on: datetime.date, rules: Rules) -> Structure | None:
    known = structure_known(record, mineral, on, rules)
    return max(known, key=lambda one: (one.concentration[0], one.stage), default=None)


def concentration(record: Record, mineral: str, on: datetime.date, rules: Rules) -> Figure:
    """Return the score of the HHI (0 to 1) of the most concentrated stage known on a day."""
    one = _bottleneck(record, mineral, on, rules)
    if one is None:
        return no_score("concentration", mineral, on, "shares of output by country")
    largest, share = max(one.shares.items(), key=lambda item: (item[1], item[0]))
    if one.kind == "exports" and one.rest > 0:
        largest = ""
    low, high = one.concentration
    measure = Figure(
        indicator="hhi",
        value=low,
        low=low,
        high=min(1.0, high),
        unit="1",
        mineral=mineral,
        stage=one.stage,
        form="latest known",
        period=on.isoformat(),
        arithmetic="sum of squared shares",
        method="Herfindahl 1950, Hirschman 1964",
        inputs=(_share_input(one, largest, share),) if largest else (),
        coverage=_limits(one, mineral, on)
        | ({"largest": largest, "largest_share": round(share, 4)} if largest else {}),
    )
    cards = ("concentration-zero", "concentration-full")
    return score_of("concentration", measure, rules, cards)


def _share_input(one: Structure, country: str, share: float) -> Input:
    return Input(
        name=f"share of {country}",
        value=share,
        unit="1",
        source=one.source,
        edition=one.edition,
        period=one.period,
        where=f"{one.kind}, {one.stage}",
    )


def _limits(one: Structure, mineral: str, on: datetime.date) -> dict[str, object]:
    return {
        "age_months": (on.year - one.ends.year) * 12 + on.month - one.ends.month,
        "dated": one.dated,
        "unmapped": round(one.rest, 4),
        "withheld": ", ".join(one.withheld),
        "of": "" if one.mineral == mineral else one.mineral,
    }


def disruption(record: Record, mineral: str, on: datetime.date, rules: Rules) -> Figure:
    """Return the score of the share of output expected to be hit by a further restriction.

    Sum over countries of share times the predictive chance of an announcement within the horizon;
    at the stage where it is largest.
    """
    known = structure_known(record, mineral, on, rules)
    if not known:
        return no_score("disruption", mineral, on, "shares of output by country")
    measures = [_at_risk(record, one, mineral, on, rules) for one in known]
    measure = max(measures, key=lambda figure: (figure.value or 0.0, figure.stage))
    return score_of("disruption", measure, rules, (0.0, "disruption-full"))


def _at_risk(
    record: Record, one: Structure, mineral: str, on: datetime.date, rules: Rules
) -> Figure:
    prior, years = rules.prior, rules.value("horizon") / 12.0
    issuers = {one.issuer for one in record.restrictions if mineral in one.minerals}
    quiet = gamma_poisson(
        0, exposure(on, prior), prior_events=prior.events, prior_years=prior.years
    )
    unmoved = chance(quiet, years)
    total, moved = (0.0, 0.0, 0.0), 0.0
    inputs: list[Input | Figure] = []
    for country in sorted(issuers & set(one.shares)):
        rate, acts, _ = disruption_rate(record.restrictions, country, mineral, on, prior)
        if acts:
            share, odds = one.shares[country], chance(rate, years)
            moved += share
            total = _plus(total, share, odds)
            inputs += [_odds_figure(one, country, mineral, on, odds), *act_inputs(acts)]
    left = max(0.0, 1.0 - moved)
    total = _plus(total, left, unmoved)
    return Figure(
        indicator="share_at_risk",
        value=total[0],
        low=total[1],
        high=total[2],
        unit="1",
        mineral=mineral,
        stage=one.stage,
        period=on.isoformat(),
        arithmetic=f"sum of share x chance; {left:.3f} of output without an act x {unmoved[0]:.4f}",
        method="Gamma-Poisson predictive chance; Gelman et al. 2013, 2.6",
        inputs=(*inputs, *card_inputs(("prior-events", "prior-years", "horizon"), rules)),
        coverage=_limits(one, mineral, on) | {"share_with_acts": round(moved, 4)},
    )


def _plus(total: _Ends, share: float, odds: _Ends) -> _Ends:
    low, high = total[1] + share * odds[1], total[2] + share * odds[2]
    return total[0] + share * odds[0], low, high


def _odds_figure(
    one: Structure, country: str, mineral: str, on: datetime.date, odds: _Ends
) -> Figure:
    return Figure(
        indicator="chance_of_restriction",
        value=odds[0],
        low=odds[1],
        high=odds[2],
        unit="1",
        region=country,
        mineral=mineral,
        stage=one.stage,
        period=on.isoformat(),
        arithmetic="1 - (b / (b + horizon)) ** a, Gamma(a, b) after the acts below",
        inputs=(_share_input(one, country, one.shares[country]),),
    )


def price(
    record: Record, mineral: str, on: datetime.date, rules: Rules, *, shortage: bool
) -> Figure:
    """Return the score of the price against its own past: upwards for shortage, else downwards.

    The larger of the scores of the robust z score and, for monthly prices, the cumulative sum.
    """
    series = _series(record, mineral, on, rules)
    monthly = series is not None and series.frequency == "month"
    least = round(rules.value("price-least-months" if monthly else "price-least-years"))
    if series is None or len(series.printed) <= least:
        return no_score("price", mineral, on, f"more than {least} comparable prices, none stale")
    if monthly:
        kept = series.printed[-round(rules.value("price-window")) - 1 :]
        series = replace(series, printed=kept)
    floor, sign = rules.value("price-floor"), 1.0 if shortage else -1.0
    prices = series.prices
    z = robust_z(prices, floor=floor)
    if z is None:
        return no_score("price", mineral, on, "prices that differ")
    score = score_of(
        "price",
        _z_figure(series, sign * z, on),
        rules,
        ("price-z-zero", "price-z-full"),
    )
    sums = cusum(prices, reference=rules.value("cusum-reference"), floor=floor) if monthly else None
    return score if sums is None else _with_sum(score, sums[0 if shortage else 1], rules)


def _z_figure(series: PriceSeries, z: float, on: datetime.date) -> Figure:
    last = series.printed[-1]
    return Figure(
        indicator="robust_z",
        value=z,
        unit="1",
        mineral=series.mineral,
        form=last.form,
        period=on.isoformat(),
        arithmetic=f"(ln {last.amount:g} - median) / scale of {len(series.printed) - 1} earlier"
        " prices; with the opposite sign for oversupply",
        method="Iglewicz and Hoaglin 1993",
        inputs=(
            Input(
                name="price",
                value=last.amount,
                unit=series.unit,
                source=last.source,
                edition=last.edition,
                period=last.period,
                flag=last.flag,
                where=series.market,
            ),
        ),
        coverage={
            "observations": len(series.printed),
            "frequency": series.frequency,
            "wordings": len({one.form for one in series.printed}),
            "dated": "period",
        },
    )


def _series(record: Record, mineral: str, on: datetime.date, rules: Rules) -> PriceSeries | None:
    limits = {
        "month": rules.value("stale-monthly-price"),
        "year": rules.value("stale-annual-price"),
    }
    known = [one.until(on) for one in record.prices.get(mineral, ())]
    return reference_series(
        one
        for one in known
        if one.printed and is_fresh(one.printed[-1].period, on, limits[one.frequency])
    )


def _with_sum(score: Figure, total: float, rules: Rules) -> Figure:
    """Return the larger of a score and that of a cumulative sum."""
    full = rules.value("cusum-full")
    measure = Figure(
        indicator="cusum",
        value=total,
        unit="1",
        mineral=score.mineral,
        period=score.period,
        method="Page 1954",
    )
    value = max(score.value or 0.0, scaled(total, 0.0, full))
    return replace(
        score,
        value=value,
        low=value,
        high=value,
        arithmetic=f"larger of {score.value:.3g} (z) and {total:.3g} / {full:g} (sum), at most 1",
        inputs=(*score.inputs, measure, *card_inputs(("cusum-full", "cusum-reference"), rules)),
    )
