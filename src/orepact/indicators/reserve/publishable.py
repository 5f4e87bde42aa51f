"""Which totals of a stock report may be published without giving a private holder away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orepact.indicators.reserve.disclosure import (
    DEFAULT_RULES,
    Contribution,
    Rule,
    Verdict,
    publishable,
)
from orepact.indicators.union.stock_report import Stock, StockReport

__all__ = ["PublishedTotal", "published_totals"]

PUBLIC = ("public_authority", "public_undertaking", "mandated_operator")
"""Owners of the strategic stocks of Art. 22 of Regulation (EU) 2024/1252: authorities, public
undertakings, operators that a member state charged. Their figures are the state's to publish: no
private contributor is given away by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTotal:
    """What may be said of a mineral: t of the mineral, public, private, and all together.

    A value is None where it may not be published (`verdict` names the rules), is not known
    (`unknown` names the stocks) or where no such stock is reported (`public_stocks`,
    `private_stocks` are 0). The total goes with the private part: with the public part beside it
    one would give the other. `public_least` is the sum of the public stocks that are told,
    `holders` counts private holders, `withheld` those of them that told no tonnes of some stock:
    the rules were checked without these stocks.
    """

    mineral: str
    public: float | None
    private: float | None
    total: float | None
    holders: int
    verdict: Verdict
    unknown: tuple[str, ...]
    public_stocks: int
    private_stocks: int
    public_least: float
    withheld: int


def published_totals(
    report: StockReport, rules: Sequence[Rule] = DEFAULT_RULES
) -> tuple[PublishedTotal, ...]:
    """Return the totals of every mineral of a report under the rules of disclosure.

    Stocks without a holder count as holders of their own. A mineral without private stocks is
    published. Stocks that are withheld are in no total, and are named.
    """
    minerals = dict.fromkeys(stock.mineral for stock in report.stocks)
    return tuple(
        _total(mineral, [one for one in report.stocks if one.mineral == mineral], rules)
        for mineral in minerals
    )


def _total(mineral: str, stocks: Sequence[Stock], rules: Sequence[Rule]) -> PublishedTotal:
    known = {one.stock: _content(one) for one in stocks}
    unknown = tuple(name for name, tonnes in known.items() if tonnes is None)
    public = [one for one in stocks if one.owner in PUBLIC]
    private = [one for one in stocks if one.owner not in PUBLIC]
    lots = [
        Contribution(one.holder or one.stock, tonnes, waiver=one.waiver)
        for one in private
        if (tonnes := known[one.stock]) is not None
    ]
    verdict = publishable(lots, rules) if lots else Verdict(safe=True)
    own = _sum(known[one.stock] for one in public) if public else None
    others = _sum(known[one.stock] for one in private) if private and verdict.safe else None
    both = (own or 0.0) + (others or 0.0)
    complete = verdict.safe and not unknown
    return PublishedTotal(
        mineral=mineral,
        public=own,
        private=others,
        total=both if complete else None,
        holders=len({one.holder or one.stock for one in private}),
        verdict=verdict,
        unknown=unknown,
        public_stocks=len(public),
        private_stocks=len(private),
        public_least=sum(known[one.stock] or 0.0 for one in public),
        withheld=len({one.holder or one.stock for one in private if known[one.stock] is None}),
    )


def _content(stock: Stock) -> float | None:
    """Return the tonnes of the mineral in a stock, None where they are withheld or not told."""
    if stock.tonnes is None or stock.content is None:
        return None
    return stock.tonnes * stock.content


def _sum(amounts: Iterable[float | None]) -> float | None:
    """Return the sum of known amounts; None where one is not known."""
    listed = list(amounts)
    return None if None in listed else sum(each or 0.0 for each in listed)
