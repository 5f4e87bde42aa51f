"""The assumption cards of a drafted chain: every number that no table gave, each with its range.

Each card says what is open, so that whoever takes the chain over knows what to read next.
"""

from __future__ import annotations

from collections.abc import Iterator

from orepact.network.accounts.raw import RawAccount
from orepact.network.accounts.rows import RATIO, SIGMA
from orepact.network.accounts.screening import FACTOR
from orepact.network.accounts.stage_trade import Code, Limit
from orepact.network.accounts.transit import PASSED_ON
from orepact.network.chains.text import Card

__all__ = ["ELASTICITY", "ORE_PRICE", "UTILISATION", "draft_cards"]

UTILISATION = (0.85, 0.6, 0.95)
ELASTICITY = (0.05, 0.0, 0.3)
ORE_PRICE = (0.8, 0.4, 0.95)
"""Value, low and high of what is assumed alike for every mineral."""


_ON_DEMAND = (
    "unexplained-intake",
    "secondary-by-difference",
    "output-by-difference",
    "assumed-trade",
    "ore-price",
    "recovery-ratio",
    "recovery-bound",
)
"""Cards that only a draft has that cites them."""

_CARDS: tuple[Card, ...] = (
    Card(
        card="use-by-difference",
        title="Apparent use",
        value=1.0,
        low=0.5,
        high=1.5,
        unit="x stated",
        reason=f"production + imports - exports, error {SIGMA['use']:g}; it holds inventories, "
        "unlisted output and errors of trade; open: a printed consumption by country",
        affects="all rows of use",
    ),
    Card(
        card="end-uses",
        title="Shares of the final uses",
        value=1.0,
        low=0.5,
        high=2.0,
        unit="x stated",
        reason="the shares of one region are used for all; open: shares by region, and which uses "
        "are defence",
        affects="all rows of use",
    ),
    Card(
        card="utilisation",
        title="Activity over capacity in the window",
        value=UTILISATION[0],
        low=UTILISATION[1],
        high=UTILISATION[2],
        unit="share",
        reason="no capacity was read; open: capacity by country, idle plants that could restart",
        affects="all processes",
    ),
    Card(
        card="elasticity",
        title="Answer of supply to price in the short run",
        value=ELASTICITY[0],
        low=ELASTICITY[1],
        high=ELASTICITY[2],
        unit="% per %",
        reason="the value of the other chains; open: what producers did in past price rises",
        affects="all processes",
    ),
    Card(
        card="qualification",
        title="Cost of another supplier's grade",
        value=0.4,
        low=0.0,
        high=2.0,
        unit="x price at a doubling",
        reason="the value of the other chains for metal; open: how long users need to qualify",
        affects="all routes",
    ),
    Card(
        card="outliers",
        title="Screening of trade",
        value=FACTOR,
        low=3.0,
        high=10.0,
        unit="x median unit value",
        reason="tonnes beyond this factor were estimated from value; open: look at the largest "
        "with `orepact data account`",
        affects="rows of trade that say so in their note",
    ),
    Card(
        card="transit",
        title="Transit countries",
        value=PASSED_ON,
        low=0.3,
        high=0.9,
        unit="share of imports re-exported",
        reason="countries without output that re-export more than this were netted out; open: free "
        "zones and warehouses that are users as well",
        affects="rows of trade",
    ),
    Card(
        card="base-price",
        title="Base price",
        value=1.0,
        low=0.8,
        high=1.25,
        unit="x stated",
        reason="a quoted mean or the median unit value of trade; open: the price of the traded "
        "form inside and outside the exporter",
        affects="base prices",
    ),
    Card(
        card="recovery-ratio",
        title="Content taken in per tonne that comes out",
        value=RATIO,
        low=1.0,
        high=1.25,
        unit="t per t",
        reason="a loss of 3 %; open: recovery of the plants",
        affects="processing",
    ),
    Card(
        card="ore-price",
        title="Price of content in ore against the next stage",
        value=ORE_PRICE[0],
        low=ORE_PRICE[1],
        high=ORE_PRICE[2],
        unit="x price of the next stage",
        reason="no unit value below the price of the next stage; open: treatment charges",
        affects="base price of the first stage",
    ),
    Card(
        card="output-by-difference",
        title="Output of the second stage",
        value=1.0,
        low=0.5,
        high=1.5,
        unit="x stated",
        reason="nobody counts it in the window: ore mined + imported - exported, less the loss; "
        "open: any count of refined output by country",
        affects="production of the second stage",
    ),
    Card(
        card="secondary-by-difference",
        title="Output that ore does not explain",
        value=1.0,
        low=0.5,
        high=1.5,
        unit="x stated",
        reason="counted output less what the ore on hand gives: scrap, intermediates that the "
        "codes do not hold, or a content factor that is too low; open: recycling by country",
        affects="recycling",
    ),
    Card(
        card="unexplained-intake",
        title="Ore that counted output does not need",
        value=1.0,
        low=0.0,
        high=1.5,
        unit="x stated",
        reason="ore on hand less the intake of counted output: direct use, inventories or trade in "
        "intermediates; open: which",
        affects="the use other-use",
    ),
    Card(
        card="assumed-trade",
        title="Trade of a stage without a bilateral table",
        value=1.0,
        low=0.0,
        high=2.0,
        unit="x stated",
        reason="surplus spread over need in proportion; open: any table by partner",
        affects="trade of that stage (grade D)",
    ),
)


def draft_cards(raw: RawAccount, used: set[str]) -> tuple[Card, ...]:
    """Return the cards of a draft; `used` names those that its files cite."""
    every = {card.card: card for card in (*_of_account(raw), *_CARDS, *_codes(raw))}
    return tuple(card for name, card in every.items() if name in used or name not in _ON_DEMAND)


def _of_account(raw: RawAccount) -> Iterator[Card]:
    """Yield the cards whose value follows from the window and the stages."""
    years = raw.window.years()
    yield Card(
        card="window",
        title="Annual figures to the window",
        value=round(max(years.values()), 3),
        low=round(min(years.values()), 3),
        high=1.0,
        unit="share of the window in one year",
        reason="annual figures weighted by the months in each year; open: monthly output and trade",
        affects="all rows",
    )
    yield Card(
        card="cover-share",
        title="Where in the chain stocks of months of use are held",
        value=round(1.0 / len(raw.stages), 3),
        low=0.0,
        high=1.0,
        unit="share of cover",
        reason="split equally over the stages; open: any count of stocks",
        affects="all stocks",
    )


def _codes(raw: RawAccount) -> Iterator[Card]:
    for stage in raw.stages:
        for code in stage.trade.codes:
            if code.kind in {"bounded", "share"}:
                yield _code_card(code)
            if code.kind == "bounded" and code.limit is not None:
                yield _limit_card(code, code.limit)


def _code_card(code: Code) -> Card:
    value, limit = float(f"{code.factor:.3g}"), code.limit
    if code.kind == "share":
        return Card(
            card=f"share-{code.code}",
            title=f"Share of the mineral in the basket {code.code}",
            value=value,
            low=0.0,
            high=1.0,
            unit="t per t traded",
            reason=f"the code mixes {code.materials or 'several materials'}; the value is the "
            "largest share at which no large exporter ships more than it makes, one for all "
            "countries; open: an eight-digit count, so the stage is grade D",
            affects="rows of trade",
        )
    return Card(
        card=f"bounded-{code.code}",
        title=f"Content of {code.form} ({code.code})",
        value=value,
        low=float(f"{value / 2:.3g}"),
        high=max(value, min(limit.high if limit else 1.0, float(f"{value * 1.5:.3g}"))),
        unit="t of content per t traded",
        reason="no printed factor: the largest content at which no large exporter ships more than "
        "it makes" + (" and that the form can hold" if limit else "") + "; open: assays of the "
        "main exporters",
        affects="rows of trade",
    )


def _limit_card(code: Code, limit: Limit) -> Card:
    """Return the card of the most that a code's form can hold."""
    return Card(
        card=f"maximum-{code.code}",
        title=f"Most that {code.form} ({code.code}) can hold",
        value=limit.value,
        low=limit.low,
        high=limit.high,
        unit="t of content per t traded",
        reason=f"{limit.note}; open: assays of the main exporters",
        affects=f"the card bounded-{code.code}",
    )
