"""What the instruments of a support pay at given prices: a table, an instrument and price to a row.

Beside what is written stand the plain forms on the same strike: one-way, two-way, and a collar if a
cap is given. Terms that are cards are settled at their ends too, the tax in the index among them.
An instrument whose payment needs a market is named and not settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

import numpy as np

from orepact.errors import InputError, Problem
from orepact.indicators.support.settlement import (
    border_charge,
    collar_payment,
    contract_payment,
    gap_payment,
    paid_tonnes,
    quoted,
    settle_contract,
)
from orepact.network.instruments import (
    BorderFloor,
    ContractForDifference,
    Instrument,
    Offtake,
    PriceGapSubsidy,
)
from orepact.policy.support import Support
from orepact.policy.support.made import amounts, instrument_of

__all__ = ["FORMAT", "Asked", "settled_cards", "settlement"]

FORMAT = "orepact/support-settlement/1"
LEVELS: Final[Mapping[type[Instrument], str]] = {
    ContractForDifference: "strike", PriceGapSubsidy: "cost", Offtake: "price",
}
"""Fields of levels on which a collar can stand; a floor is charged one way alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Prices without tax (USD/t), tonnes of a month (t), full production, cap of a collar."""

    prices: tuple[float, ...]
    tonnes: float
    full: bool = False
    cap: float | None = None

    def problems(self) -> list[Problem]:
        """Return what is wrong with it, all at once."""
        found = [
            Problem("a negative or missing number", field="--price", found=f"{price / 1000.0:g}",
                    expected="0 USD/kg or more")
            for price in self.prices if not 0.0 <= price < float("inf")
        ]
        if not self.prices:
            found.append(Problem("no price is given", field="--price", expected="USD/kg"))
        if not 0.0 <= self.tonnes < float("inf"):
            found.append(Problem("a negative or missing number", field="--tonnes",
                                 found=f"{self.tonnes:g}", expected="0 t or more"))
        return found


def settlement(support: Support, asked: Asked) -> dict[str, Any]:
    """Return what every instrument settles at every price; positive is paid to the producer.

    Raises `InputError` for negative prices or tonnes, and for a cap below a level.
    """
    problems = [*asked.problems(), *_cap_problems(support, asked)]
    if problems:
        raise InputError(problems)
    rows: list[dict[str, Any]] = []
    left: list[dict[str, str]] = []
    for each in support.instruments:
        made = _with_ends(each, support, asked)
        rows += made
        if not made:
            left.append({"instrument": each.name, "kind": type(each).__name__})
    return {
        "format": FORMAT, "support": support.name, "title": support.title,
        "tonnes": asked.tonnes, "full_production": asked.full, "rows": rows, "needs_market": left,
        "cards": [
            {"card": card.card, "title": card.title, "value": card.value, "low": card.low,
             "high": card.high, "unit": card.unit, "published": card.low == card.high}
            for card in support.cards
        ],
    }


def _cap_problems(support: Support, asked: Asked) -> list[Problem]:
    """Return levels above the cap: no collar stands on them."""
    if asked.cap is None:
        return []
    levels = [(each.name, float(getattr(each, LEVELS[type(each)])))
              for each in support.instruments if type(each) in LEVELS]
    return [
        Problem(f"the cap lies below the level of {name}", field="--cap",
                found=f"{asked.cap / 1000.0:g}", expected=f"{level / 1000.0:g} USD/kg or more")
        for name, level in levels if not asked.cap >= level
    ]


def settled_cards(support: Support, name: str) -> tuple[str, ...]:
    """Return the cards that a settlement of an instrument rests on, the tax in the index last.

    The tax of the public cost is that of the index, for an instrument that names none itself.
    """
    text = next((each for each in support.instrument_texts if each.id == name), None)
    named = [amount for field, amount, _ in (amounts(text) if text is not None else ())
             if isinstance(amount, str) and field != "full"]
    tax = _tax_card(support)
    return tuple(dict.fromkeys([*named, *([tax] if tax else [])]))


def _tax_card(support: Support) -> str:
    tax = support.cost_text.vat if support.cost_text is not None else ""
    return tax if isinstance(tax, str) else ""


def _with_ends(each: Instrument, support: Support, asked: Asked) -> list[dict[str, Any]]:
    """Return the rows of an instrument, with the least and most that its open cards make of them.

    Payments rise or fall in each card, so the ends lie where every card is at one of its own.
    """
    cards = support.moved({})
    open_cards = [name for name in settled_cards(support, each.name)
                  if cards[name].low < cards[name].high]
    rows = _rows(_taxed(each, support, {}), asked)
    text = next((one for one in support.instrument_texts if one.id == each.name), None)
    moved = [
        _rows(_taxed(instrument_of(text, support.moved(values)), support, values), asked)
        for ends in product(*((cards[name].low, cards[name].high) for name in open_cards))
        for values in [dict(zip(open_cards, ends, strict=True))]
    ] if text is not None and open_cards else []
    for number, row in enumerate(rows):
        for name in ("to_producer", "to_public"):
            found = [row[f"{name}_usd"], *(other[number][f"{name}_usd"] for other in moved)]
            row[f"{name}_low_usd"], row[f"{name}_high_usd"] = min(found), max(found)
    return rows


def _taxed(each: Instrument, support: Support, values: Mapping[str, float]) -> Instrument:
    """Return an instrument whose index contains the tax that the card of public cost says."""
    tax = _tax_card(support)
    rate = support.moved(values)[tax].value if tax else 0.0
    own = each.vat if each.index_basis == "including VAT" else 0.0
    return replace(each, index_basis="including VAT", vat=rate) if rate > own else each


def _rows(each: Instrument, asked: Asked) -> list[dict[str, Any]]:
    if isinstance(each, ContractForDifference):
        return [_contract_row(each, price, asked) for price in asked.prices]
    if isinstance(each, PriceGapSubsidy | BorderFloor | Offtake):
        return [_one_way_row(each, price, asked) for price in asked.prices]
    return []


def _contract_row(each: ContractForDifference, price: float, asked: Asked) -> dict[str, Any]:
    index = quoted(price, each.index_basis, each.vat)
    tonnes = float(paid_tonnes(asked.tonnes, each.volume))
    found = settle_contract(each, price, asked.tonnes, full=asked.full)
    shared = each.upside > 0.0 and (each.upside_when == "always" or asked.full)
    return {
        **_head(each, price, float(index), tonnes),
        "level_usd_per_t": each.strike,
        "one_way_usd": float(contract_payment(index, each.strike, 0.0)) * tonnes,
        "two_way_usd": float(contract_payment(index, each.strike, 1.0)) * tonnes,
        "collar_usd": None if asked.cap is None else float(
            collar_payment(index, each.strike, asked.cap)) * tonnes,
        "upside_shared": each.upside if shared else 0.0,
        "to_producer_usd": float(found.to_producer),
        "to_public_usd": float(found.to_public),
    }


def _one_way_row(
    each: PriceGapSubsidy | BorderFloor | Offtake, price: float, asked: Asked
) -> dict[str, Any]:
    """Return a row of what is paid one way.

    A floor is charged on the importer at this landed price; an offtake pays its whole price for
    what it takes, and takes nothing where the market pays as much.
    """
    index = float(quoted(price, each.index_basis, each.vat))
    tonnes = float(paid_tonnes(asked.tonnes, each.volume))
    producer, public = 0.0, 0.0
    if isinstance(each, PriceGapSubsidy):
        level = each.cost
        producer = float(gap_payment(index, each.cost, each.share)) * tonnes
    elif isinstance(each, BorderFloor):
        level = each.floor
        public = float(border_charge(index, 0.0, each.floor)) * tonnes
    else:
        level = each.price
        producer = level * tonnes if index < level else 0.0
    both = not isinstance(each, BorderFloor)
    return {
        **_head(each, price, index, tonnes),
        "level_usd_per_t": level,
        "one_way_usd": float(np.maximum(level - index, 0.0)) * tonnes if both else None,
        "two_way_usd": (level - index) * tonnes if both else None,
        "collar_usd": None if asked.cap is None or not both else float(
            collar_payment(index, level, asked.cap)) * tonnes,
        "upside_shared": 0.0,
        "to_producer_usd": producer,
        "to_public_usd": public,
    }


def _head(each: Instrument, price: float, index: float, tonnes: float) -> dict[str, Any]:
    return {
        "instrument": each.name, "kind": type(each).__name__, "material": each.material,
        "price_usd_per_t": price, "index_usd_per_t": index, "tonnes_paid": tonnes,
    }
