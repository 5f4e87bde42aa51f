r"""N-1: what is left of a region's supply when its largest supplier goes.

With supply $S$ (t/year), of which $L$ from the largest supplier abroad, spare capacity $K$ of the
other suppliers abroad, $H$ of the region itself, and stocks of $d$ days of use:

$$r_0 = 1 - \frac{L}{S}, \qquad
r_1 = r_0 + \min\left(\frac{L}{S}, \frac{\varphi K + H}{S}\right),
\qquad r_2 = \min\left(1, r_1 + \frac{d}{365}\right)$$

$\varphi$ is the region's part in all that the supplier sells abroad: everybody who loses it looks
for the same spare capacity, and gets of it in proportion to the loss. For the world $\varphi = 1$.
$r_2$ is the part of a year's use that is covered; stocks last $d / (1 - r_1)$ days. Spare capacity
runs at once and at any price, and nothing else reacts: this is a stress test of infrastructure
(the N-1 criterion of Regulation (EU) 2017/1938, Annex II, for gas), no forecast. Capacity printed
for *other countries* belongs to nobody by name: it counts at the high end of the range only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from orepact.data.bundle import Bundle
from orepact.indicators.dependence.supply_table import WORLD, Supply
from orepact.indicators.figure import Figure, Input
from orepact.indicators.span import Span, exact, total
from orepact.network.chains.cards import Card, read_cards

__all__ = ["stock_days_card", "without_largest_supplier"]

METHOD = "N-1 criterion, after Regulation (EU) 2017/1938, Annex II; proportional sharing of spare"
DAYS = 365.0
MONTH = DAYS / 12.0
COVER = "consumer-cover"


def stock_days_card(bundle: Bundle) -> tuple[Span, Input]:
    """Return the days of use that buyers hold over a whole chain, from the assumption card.

    Nobody publishes stocks by region; the card's value is inferred from past control episodes.
    Raises `KeyError` for a dataset without the card.
    """
    cards = {card.card: card for card in _cards(bundle)}
    card = cards[COVER]
    days = Span(*(MONTH * each for each in (card.value, card.low, card.high)))
    given = Input(
        name=card.title,
        value=card.value,
        unit=card.unit,
        source=f"card:{card.card}",
        where="behaviour/cards.yaml",
    )
    return days, given


def _cards(bundle: Bundle) -> Sequence[Card]:
    return read_cards(bundle.folder / "behaviour" / "cards.yaml", bundle.folder)


def without_largest_supplier(
    supply: Supply, *, stock_days: float | Span | None = None, stock_input: Input | None = None
) -> list[Figure]:
    """Return what is left when the largest supplier goes: as it is, with spare, with stocks.

    Figures: *largest supplier's share*, *supply without the largest supplier*, the same *and with
    spare capacity* (1), the same *and stocks, first year* (1) and *days until stocks are used up*.
    `stock_days` are days of use held; none where nothing is known (then the last two are missing).
    With spare capacity nowhere known the figures after it count none, and `missing` says so.
    """
    blank = Figure(
        indicator="",
        value=None,
        unit="1",
        region=supply.region,
        mineral=supply.mineral,
        stage=supply.stage,
        form=supply.form,
        partner=supply.largest,
        period=supply.period,
        method=METHOD,
        coverage=_limits(supply),
    )
    if not supply.largest or supply.total <= 0.0:
        why = "no supplier abroad is named" if supply.total > 0.0 else "no supply is recorded"
        return [replace(blank, indicator="supply without the largest supplier", missing=why)]
    share = _share(supply, blank)
    alone = _alone(share)
    spare = _with_spare(supply, alone)
    days = exact(stock_days) if isinstance(stock_days, float | int) else stock_days
    return [share, alone, spare, *_with_stocks(spare, alone, days, stock_input)]


def _limits(supply: Supply) -> dict[str, object]:
    others = [name for name in supply.amounts if name != supply.largest]
    unknown = sum(supply.amounts[name] for name in sorted(others) if name not in supply.spare)
    left = sum(supply.amounts[name] for name in sorted(others))
    return {
        "grade": supply.grade,
        "unmapped": supply.unnamed / supply.total if supply.total else 0.0,
        "withheld": ", ".join(supply.withheld),
        "capacity_unknown": unknown / left if left else 0.0,
    }


def _share(supply: Supply, blank: Figure) -> Figure:
    amount = supply.amounts[supply.largest]
    return replace(
        blank,
        indicator="largest supplier's share",
        value=supply.share(supply.largest),
        arithmetic=f"{amount:,.6g} / {supply.total:,.6g} {supply.unit}",
        inputs=supply.inputs,
    )


def _alone(share: Figure) -> Figure:
    value = share.value or 0.0
    return replace(
        share,
        indicator="supply without the largest supplier",
        value=1.0 - value,
        arithmetic=f"1 - {value:.4f}",
        inputs=(share,),
    )


def _with_spare(supply: Supply, alone: Figure) -> Figure:
    """Add the spare capacity of the other suppliers, as far as it is known."""
    blank = replace(
        alone, indicator="supply without the largest supplier, with spare capacity", inputs=(alone,)
    )
    others = {name: spare for name, spare in supply.spare.items() if name != supply.largest}
    if not others:
        why = "spare capacity is published for none of the other suppliers"
        return replace(blank, value=None, arithmetic="", missing=why)
    lost = supply.share(supply.largest)
    part = _part(supply)
    at_home = total(others[name] for name in sorted(others) if name in supply.domestic)
    abroad = total(others[name] for name in sorted(others) if name not in supply.domestic)
    spare = (abroad.times(part) + at_home).times(1.0 / supply.total)
    start = alone.value or 0.0
    most = spare.high + part * supply.spare_unnamed.high / supply.total
    value, low, high = (start + min(lost, each) for each in (spare.value, spare.low, most))
    sum_ = f"{part:.4f} x {abroad.value:,.6g} + {at_home.value:,.6g}"
    text = f"{start:.4f} + min({lost:.4f}, ({sum_}) / {supply.total:,.6g})"
    given = _spare_inputs(supply, others)
    return replace(
        blank,
        value=value,
        low=low,
        high=high,
        arithmetic=text,
        inputs=(alone, *given),
        note=_unnamed_note(supply),
    )


def _unnamed_note(supply: Supply) -> str:
    """Return that the spare capacity of countries without a name is in the high end; or nothing."""
    free = supply.spare_unnamed.value
    told = f"the high end counts {free:,.6g} {supply.unit} of spare capacity of other countries"
    return f"{told} that nobody names" if free > 0.0 else ""


def _spare_inputs(supply: Supply, others: Mapping[str, Span]) -> tuple[Input, ...]:
    """Return the spare capacities as inputs, the largest first, that of the unnamed last."""
    free = supply.spare_unnamed.value
    unnamed = Input(
        name="spare capacity of other countries, in the high end only",
        value=free,
        unit=supply.unit,
        source=supply.spare_unnamed_source,
        period=supply.period,
        where="capacity less output of the countries that are not named",
    )
    named = tuple(
        Input(
            name=f"spare capacity of {name}",
            value=each.value,
            unit=supply.unit,
            source=supply.spare_sources.get(name, ""),
            period=supply.period,
            where="capacity less output, or output over utilisation less output",
        )
        for name, each in sorted(others.items(), key=lambda pair: -pair[1].value)
        if each.value > 0.0
    )
    return (*named, unnamed) if free > 0.0 else named


def _part(supply: Supply) -> float:
    """Return the region's part in what the largest supplier sells abroad; 1 for the world."""
    if supply.region == WORLD or supply.largest not in supply.sold:
        return 1.0
    return min(1.0, supply.amounts[supply.largest] / supply.sold[supply.largest])


def _with_stocks(
    spare: Figure, alone: Figure, days: Span | None, given: Input | None
) -> list[Figure]:
    """Return the part of the first year's use that is covered, and how long stocks last."""
    base = spare if spare.value is not None else alone
    covered = replace(
        base,
        indicator="supply without the largest supplier, with spare capacity and stocks, first year",
        value=None,
        low=None,
        high=None,
        arithmetic="",
        missing="",
        note=spare.note
        if spare.value is not None
        else "spare capacity is not known and counted as none",
        inputs=(base, given) if given else (base,),
    )
    lasting = replace(covered, indicator="days until stocks are used up", unit="day")
    if days is None or base.value is None:
        why = "no stocks are stated and no card is used"
        return [replace(covered, missing=why), replace(lasting, missing=why)]
    low, high = (each if each is not None else base.value for each in (base.low, base.high))
    gap = Span(*_gap(base.value, low, high))
    covered = replace(
        covered,
        value=min(1.0, base.value + days.value / DAYS),
        low=min(1.0, low + days.low / DAYS),
        high=min(1.0, high + days.high / DAYS),
        arithmetic=f"min(1, {base.value:.4f} + {days.value:.4g} / {DAYS:g})",
    )
    if gap.value <= 0.0:
        return [covered, replace(lasting, missing="stocks are not drawn on: nothing is short")]
    return [
        covered,
        replace(
            lasting,
            value=days.value / gap.value,
            low=days.low / gap.high,
            high=days.high / gap.low if gap.low > 0.0 else None,
            arithmetic=f"{days.value:.4g} / (1 - {base.value:.4f})",
        ),
    ]


def _gap(value: float, low: float, high: float) -> tuple[float, float, float]:
    """Return what is short of one: value, least and most (1)."""
    return max(0.0, 1.0 - value), max(0.0, 1.0 - high), max(0.0, 1.0 - low)
