"""The components of the early-warning index: each a measure of one thing, and its score 0 to 1.

A score is a figure with the measure among its inputs. A component without data has no value and
says what is missing; it is never zero for want of data.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from statistics import median

from orepact.indicators.disruption_rate import chance, disruption_rate, exposure, gamma_poisson
from orepact.indicators.figure import Figure, Input
from orepact.indicators.price_anomaly import cusum, reference_series, robust_z, scaled
from orepact.indicators.warning_record import Annual, Record, Rules, Structure, month_end

__all__ = ["COMPONENTS", "Direction", "structure_known"]

Direction = str
"""``shortage`` or ``oversupply``."""

_SOURCES = ("USGS-", "BGS-", "EC-", "CEPII-")
_METRES = {"shortage": 1.0, "oversupply": -1.0}


def structure_known(
    record: Record, mineral: str, on: datetime.date, rules: Rules
) -> tuple[Structure, ...]:
    """Return the newest shares of each stage of a mineral that were known on a day.

    Of one stage the latest period counts, then the latest day of knowledge; shares of exports only
    where no others are known. Shares older than the card ``stale-structure`` are left out.
    """
    oldest = month_end(on, -round(rules.value("stale-structure")))
    usable = [one for one in record.about(mineral) if one.known <= on and one.ends >= oldest]
    usable = [one for one in usable if one.kind != "exports"] or usable
    best: dict[str, Structure] = {}
    for one in usable:
        if one.stage not in best or _order(one) > _order(best[one.stage]):
            best[one.stage] = one
    return tuple(best[stage] for stage in sorted(best))


def _order(one: Structure) -> tuple[datetime.date, int, datetime.date]:
    rank = next((n for n, start in enumerate(_SOURCES) if one.source.startswith(start)), 9)
    return one.ends, -rank, one.known


def _bottleneck(
    record: Record, mineral: str, on: datetime.date, rules: Rules
) -> Structure | None:
    known = structure_known(record, mineral, on, rules)
    return max(known, key=lambda one: (one.concentration[0], one.stage), default=None)


def _missing(name: str, mineral: str, on: datetime.date, why: str) -> Figure:
    return Figure(
        indicator=f"{name}_score", value=None, unit="1", mineral=mineral, period=on.isoformat(),
        missing=why,
    )


def _score(
    name: str, measure: Figure, zero: float, full: float, cards: Iterable[str], rules: Rules
) -> Figure:
    """Return the score of a measure: 0 at `zero`, 1 at `full`, linear between."""
    value = measure.value or 0.0
    ends = sorted(
        scaled(value if end is None else end, zero, full) for end in (measure.low, measure.high)
    )
    return Figure(
        indicator=f"{name}_score",
        value=scaled(value, zero, full),
        low=ends[0],
        high=ends[1],
        unit="1",
        mineral=measure.mineral,
        stage=measure.stage,
        period=measure.period,
        arithmetic=f"({value:.4g} - {zero:g}) / ({full:g} - {zero:g}), within 0 and 1",
        inputs=(measure, *_card_inputs(cards, rules)),
        coverage=measure.coverage,
    )


def _card_inputs(cards: Iterable[str], rules: Rules) -> tuple[Input, ...]:
    found = [rules.card(name) for name in cards]
    return tuple(
        Input(name=card.title, value=card.value, unit=card.unit, source=f"card:{card.card}")
        for card in found
    )


def concentration(
    record: Record, mineral: str, on: datetime.date, rules: Rules, direction: Direction
) -> Figure:
    """Return the score of the HHI (0 to 1) of the most concentrated stage known on a day."""
    one = _bottleneck(record, mineral, on, rules)
    if one is None:
        return _missing("concentration", mineral, on, "shares of output by country")
    largest, share = max(one.shares.items(), key=lambda item: (item[1], item[0]))
    if one.kind == "exports":
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
        period=on.isoformat(),
        arithmetic="sum of squared shares",
        method="Herfindahl 1950, Hirschman 1964",
        inputs=(_share_input(one, largest, share),) if largest else (),
        coverage=_limits(one, mineral, on)
        | ({"largest": largest, "largest_share": round(share, 4)} if largest else {}),
    )
    zero, full = rules.value("concentration-zero"), rules.value("concentration-full")
    cards = ("concentration-zero", "concentration-full")
    return _score("concentration", measure, zero, full, cards, rules)


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


def disruption(
    record: Record, mineral: str, on: datetime.date, rules: Rules, direction: Direction
) -> Figure:
    """Return the score of the share of output expected to be hit by a further restriction.

    Sum over countries of share times the predictive chance of an announcement within the horizon;
    at the stage where it is largest.
    """
    known = structure_known(record, mineral, on, rules)
    if not known:
        return _missing("disruption", mineral, on, "shares of output by country")
    measures = [_at_risk(record, one, mineral, on, rules) for one in known]
    measure = max(measures, key=lambda figure: (figure.value or 0.0, figure.stage))
    full = rules.value("disruption-full")
    return _score("disruption", measure, 0.0, full, ("disruption-full",), rules)


def _at_risk(
    record: Record, one: Structure, mineral: str, on: datetime.date, rules: Rules
) -> Figure:
    prior, years = rules.prior, rules.value("horizon") / 12.0
    issuers = {event.issuer for event in record.restrictions if mineral in event.minerals}
    quiet = gamma_poisson(
        0, exposure(on, prior), prior_events=prior.events, prior_years=prior.years
    )
    unmoved = chance(quiet, years)
    total = [0.0, 0.0, 0.0]
    moved = 0.0
    inputs: list[Input | Figure] = []
    for country in sorted(issuers & set(one.shares)):
        rate, events, _ = disruption_rate(record.restrictions, country, mineral, on, prior)
        if not events:
            continue
        share, odds = one.shares[country], chance(rate, years)
        moved += share
        total = [amount + share * each for amount, each in zip(total, odds, strict=True)]
        inputs.append(_odds_figure(one, country, mineral, on, odds, len(events)))
        inputs += [
            Input(name=f"restriction by {country}", value=1.0, unit="1", source=event.sources[0],
                  period=event.day.isoformat(), where=", ".join(event.acts))
            for event in events
        ]
    left = max(0.0, 1.0 - moved)
    total = [amount + left * each for amount, each in zip(total, unmoved, strict=True)]
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
        inputs=(*inputs, *_card_inputs(("prior-events", "prior-years", "horizon"), rules)),
        coverage=_limits(one, mineral, on) | {"issuers_with_acts": len(inputs) and moved > 0},
    )


def _odds_figure(
    one: Structure,
    country: str,
    mineral: str,
    on: datetime.date,
    odds: tuple[float, float, float],
    events: int,
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
        arithmetic=f"1 - (b / (b + horizon)) ** a after {events} announcements",
        inputs=(_share_input(one, country, one.shares[country]),),
        coverage={"events": events},
    )


def price(
    record: Record, mineral: str, on: datetime.date, rules: Rules, direction: Direction
) -> Figure:
    """Return the score of the price against its own past: upwards for shortage, else downwards.

    The larger of the scores of the robust z score and, for monthly prices, the cumulative sum.
    """
    fresh = [
        known
        for one in record.prices.get(mineral, ())
        if (known := one.until(on)).periods and _is_fresh(known.known[-1], known.frequency, on, rules)
    ]
    series = reference_series(fresh)
    monthly = series is not None and series.frequency == "month"
    least = round(rules.value("price-least-months" if monthly else "price-least-years"))
    if series is None or len(series.periods) <= least:
        return _missing("price", mineral, on, f"more than {least} comparable prices, none stale")
    window = round(rules.value("price-window")) if monthly else len(series.prices)
    prices = series.prices[-window - 1 :]
    floor, sign = rules.value("price-floor"), _METRES[direction]
    z = robust_z(prices, floor=floor)
    sums = cusum(prices, reference=rules.value("cusum-reference"), floor=floor) if monthly else None
    if z is None:
        return _missing("price", mineral, on, "prices that differ")
    base = Figure(
        indicator="robust_z",
        value=sign * z,
        unit="1",
        mineral=mineral,
        form=series.form,
        period=on.isoformat(),
        arithmetic=f"{'' if sign > 0 else '-1 x '}(ln {prices[-1]:g} - median) / scale,"
        f" {len(prices) - 1} earlier prices",
        method="Iglewicz and Hoaglin 1993",
        inputs=(
            Input(name="price", value=prices[-1], unit=series.unit, source=series.source,
                  edition=series.edition, period=series.periods[-1], flag=series.flag,
                  where=series.market),
        ),
        coverage={"observations": len(prices), "frequency": series.frequency,
                  "wordings": series.forms, "dated": "period"},
    )
    score = _score("price", base, rules.value("price-z-zero"), rules.value("price-z-full"),
                   ("price-z-zero", "price-z-full"), rules)
    if sums is None:
        return score
    return _with_sum(score, sums[0 if sign > 0 else 1], rules)


def _is_fresh(known: datetime.date, frequency: str, on: datetime.date, rules: Rules) -> bool:
    if frequency == "month":
        return known >= month_end(on, 1 - round(rules.value("stale-monthly-price")))
    return known >= month_end(on, 2 - round(rules.value("stale-annual-price")))


def _with_sum(score: Figure, total: float, rules: Rules) -> Figure:
    """Return the larger of a score and that of a cumulative sum."""
    full = rules.value("cusum-full")
    measure = Figure(
        indicator="cusum", value=total, unit="1", mineral=score.mineral, period=score.period,
        method="Page 1954",
    )
    value = max(score.value or 0.0, scaled(total, 0.0, full))
    return replace(
        score,
        value=value,
        low=value,
        high=value,
        arithmetic=f"larger of {score.value:.3g} (z) and {total:.3g} / {full:g} (sum), at most 1",
        inputs=(*score.inputs, measure, *_card_inputs(("cusum-full", "cusum-reference"), rules)),
    )


Component = Callable[[Record, str, datetime.date, Rules, Direction], Figure]
