"""What share of base trade a permit lets through: the licence template and its cards.

Licences are bimodal: after the first months either approvals or refusals prevail. The two
branches are run one by one; their mean is never used.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
from pydantic import ConfigDict

from orepact.data.text import Document, parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.policy.controls import END_USES
from orepact.policy.register import LIBRARY

__all__ = ["CELL", "LICENCE_BRANCHES", "Card", "LicenceTemplate", "let_through", "load_template",
           "share_permitted", "strictest"]

CELL = ("material", "destination", "end_use", "month")
"""The columns that say which shipments a permit of a month is about."""

LICENCE_BRANCHES: tuple[str, ...] = ("approve", "refuse")
CARDS: tuple[str, ...] = ("presumption_of_denial", "general_licence", "settled_licence",
                          "stricter_review", "military", "listed", "abroad")
STATES: tuple[str, ...] = ("free", "licensed", "general_licence", "presumption_of_denial", "banned")


@dataclass(frozen=True, slots=True)
class Card:
    """An assumption: a fraction with its range, the reason and the evidence for it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: str
    value: float
    low: float
    high: float
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True)
class LicenceTemplate:
    """Shares of base trade (fractions) by months since a licence came into force.

    The first months are common; then `approve` or `refuse` follows, its last value held.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    format: str
    title: str
    source: str
    first: tuple[float, ...]
    approve: tuple[float, ...]
    refuse: tuple[float, ...]
    prior_approve: float
    cards: tuple[Card, ...]

    def card(self, identifier: str) -> Card:
        """Return a card by id; raises `InputError` with the nearest id."""
        by_id = {card.id: card for card in self.cards}
        if identifier not in by_id:
            raise InputError([_unknown("card", identifier, tuple(by_id))])
        return by_id[identifier]


def load_template(path: Path | None = None) -> LicenceTemplate:
    """Read and check a licence template, by default the one that ships.

    Raises `InputError` when a share is outside 0 to 1, a card's value outside its range, or a
    card is missing.
    """
    document = read_yaml(path or LIBRARY / "licence_template.yaml", kind="licence-template")
    template = parse(LicenceTemplate, document)
    problems = _problems(document, template)
    if problems:
        raise InputError(problems)
    return template


def share_permitted(
    template: LicenceTemplate, state: str, months_since_force: float, licence_branch: str, *,
    end_use: str = "civil", review: str = "ordinary", reach: str = "issuer",
    newly_imposed: bool = True, cards: Mapping[str, float] | None = None,
) -> float:
    """Return the share of base trade (fraction) that a permit lets through.

    `months_since_force` counts from the day in force: month 0 is the first. `cards` replaces
    values of cards by id, for ranges. Raises `InputError` for an unknown word and for the state
    ``unknown``, which has no share until a record or a branch decides.
    """
    _check_words(template, state, licence_branch, end_use, cards or {})
    value = {card.id: card.value for card in template.cards} | dict(cards or {})
    if state == "free":
        return 1.0
    if state == "banned":
        share = 0.0
    elif state == "licensed":
        share = _licensed(template, months_since_force, licence_branch)
        share = share if newly_imposed else value["settled_licence"]
        share *= value["stricter_review"] if review == "stricter" else 1.0
        share *= value[end_use] if end_use != "civil" else 1.0
    else:
        share = value[state]
    return 1.0 - value["abroad"] * (1.0 - share) if reach == "abroad" else share


def let_through(row: Mapping[str, Any], template: LicenceTemplate, licence_branch: str, *,
                templates: Mapping[str, LicenceTemplate] | None = None) -> float:
    """Return the share of base trade that a row of `permits_by_month` with layers lets through.

    `templates` are licence templates of single acts, by act id; such an act counts as newly
    imposed. A licence that only continues another lets through no more than that one would have by
    now; one that takes the place of a ban is new, since nobody has its papers. Raises `InputError`
    as `share_permitted` does.
    """
    own = templates or {}
    act, first, new = str(row["act"]), str(row["follows"] or ""), bool(row["newly_imposed"])

    def share(since: datetime.date, by: str, *, newly: bool) -> float:
        return share_permitted(
            own.get(by, template), str(row["state"]), _months_between(since, row["month"]),
            licence_branch, end_use=str(row["end_use"]), review=str(row["review"]),
            reach=str(row["reach"]), newly_imposed=newly)

    alone = share(row["effective"], act, newly=new or act in own or not first)
    return min(alone, share(row["follows_since"], first, newly=True)) if first else alone


def strictest(table: pl.DataFrame) -> pl.DataFrame:
    """Return the deciding rows of `permits_by_month` with layers, `share` the least of their acts.

    Who needs several licences for a shipment ships no more than the strictest of them lets through.
    """
    if table["layer"].max() in {None, 0}:
        return table
    least = pl.col("share").min().over(*CELL, "piece")
    return table.with_columns(least).filter(pl.col("layer") == 0)


def _months_between(since: datetime.date, month: datetime.date) -> int:
    return (month.year - since.year) * 12 + month.month - since.month


def _licensed(template: LicenceTemplate, months: float, branch: str) -> float:
    path = template.first + (template.approve if branch == "approve" else template.refuse)
    return path[min(max(math.floor(months), 0), len(path) - 1)]


def _check_words(template: LicenceTemplate, state: str, branch: str, end_use: str,
                 cards: Mapping[str, float]) -> None:
    problems = [_unknown(field, found, known) for field, found, known in (
        ("state", state, STATES), ("licence_branch", branch, LICENCE_BRANCHES),
        ("end_use", end_use, END_USES)) if found not in known]
    known_cards = tuple(card.id for card in template.cards)
    problems += [_unknown("cards", name, known_cards) for name in cards if name not in known_cards]
    if problems:
        raise InputError(problems)


def _unknown(field: str, found: str, known: tuple[str, ...]) -> Problem:
    hint = "; choose a branch or record the outcome first" if found == "unknown" else ""
    return Problem(f"unknown word{hint}", field=field, found=repr(found),
                   expected="one of " + ", ".join(known), nearest=nearest(found, known))


def _problems(document: Document, template: LicenceTemplate) -> list[Problem]:
    paths = (("first", template.first), ("approve", template.approve), ("refuse", template.refuse))
    problems = [
        document.problem((name, number), "not a fraction", found=share, expected="0 to 1")
        for name, path in (*paths, ("prior_approve", (template.prior_approve,)))
        for number, share in enumerate(path) if not 0 <= share <= 1
    ]
    problems += [document.problem((name,), "empty path", expected="one share or more")
                 for name, path in paths if not path]
    problems += [document.problem(("cards", number), f"card {card.id} leaves its range",
                                  found=card.value, expected=f"{card.low} to {card.high}, in 0-1")
                 for number, card in enumerate(template.cards)
                 if not 0 <= card.low <= card.value <= card.high <= 1]
    present = {card.id for card in template.cards}
    problems += [document.problem(("cards",), "card is missing", expected=name)
                 for name in CARDS if name not in present]
    return problems
