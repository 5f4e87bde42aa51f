"""Shift test: whether a plan removed a dependence or moved it to somebody else.

The supply of a region before and after is compared: who was and who is the largest supplier
abroad, at which share, how concentrated supply was and is, and whether the new supplier's output is
owned by the old one. The dependence counts as the **same** when before one supplier abroad held at
least `FLOOR` and after

1. the largest supplier abroad, whoever it is, still holds more than 65 % (the limit for one third
   country of Regulation (EU) 2024/1252, Article 5(1)(c)), or
2. its share is still at least `KEPT` of the largest share before, or
3. the new largest supplier's output is owned by the old largest supplier's country.

Rule 2 is what makes *you replaced X at 71 % by Y at 68 %* a warning and not a success. `FLOOR` and
`KEPT` are assumption cards: nobody published a threshold for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem
from orepact.indicators.dependence.supply_table import Supply
from orepact.indicators.figure import Figure, Input
from orepact.network.chains.cards import Card, read_cards

__all__ = ["LIMIT", "ShiftRule", "read_shift_rule", "shift_test"]

LIMIT = 0.65
"""Largest share from one third country: Regulation (EU) 2024/1252, Article 5(1)(c)."""

METHOD = (
    "largest supplier and Herfindahl-Hirschman index (Herfindahl 1950, Hirschman 1964) before and "
    "after; limit of Regulation (EU) 2024/1252, Article 5(1)(c)"
)
KEPT, FLOOR = "shift-same-share", "shift-dependence-floor"


@dataclass(frozen=True, slots=True)
class ShiftRule:
    """When a dependence counts as the same: part of the old share kept, and share to begin with."""

    kept: float
    floor: float
    limit: float = LIMIT
    inputs: tuple[Input, ...] = ()


def read_shift_rule(bundle: Bundle) -> ShiftRule:
    """Return the rule with the values of the dataset's cards; raises `KeyError` without them."""
    folder = bundle.folder
    cards = {card.card: card for card in read_cards(folder / "assess" / "cards.yaml", folder)}
    kept, floor = cards[KEPT], cards[FLOOR]
    return ShiftRule(kept.value, floor.value, inputs=(_input(kept), _input(floor)))


def _input(card: Card) -> Input:
    return Input(
        name=card.title,
        value=card.value,
        unit=card.unit,
        source=f"card:{card.card}",
        where="assess/cards.yaml",
    )


def shift_test(
    before: Supply,
    after: Supply,
    rule: ShiftRule,
    *,
    owners: Mapping[str, str] | None = None,
) -> Figure:
    """Return the largest supplier's share after a shift, with everything before and after it.

    `value` is the new share (1), `partner` the new largest supplier, `note` the sentence;
    `coverage` has `same_dependence` (yes or no), `because`, both suppliers and owners. `owners`
    names the country that owns a supplier's output where it is known. Raises `InputError` when the
    two are not of the same region, mineral and stage.
    """
    problems = _unlike(before, after)
    if problems:
        raise InputError(problems)
    known = owners or {}
    blank = Figure(
        indicator="largest supplier's share after the shift",
        value=None,
        unit="1",
        region=after.region,
        mineral=after.mineral,
        stage=after.stage,
        form=after.form,
        partner=after.largest,
        period=after.period,
        method=METHOD,
        inputs=(*_sides(before, "before"), *_sides(after, "after"), *rule.inputs),
    )
    if not (before.total > 0.0 and after.total > 0.0):
        when = "before" if before.total <= 0.0 else "after"
        return replace(blank, missing=f"no supply is recorded {when} the shift")
    reasons = _same(before, after, rule, known)
    old, new = before.share(before.largest), after.share(after.largest)
    coverage = {
        "same_dependence": "yes" if reasons else "no",
        "because": "; ".join(reasons),
        "largest_before": before.largest,
        "largest_after": after.largest,
        "share_before": old,
        "hhi_before": before.concentration()[0],
        "hhi_after": after.concentration()[0],
        "owner_before": known.get(before.largest, "not known"),
        "owner_after": known.get(after.largest, "not known"),
        "unmapped": after.unnamed / after.total,
        "grade": max(before.grade, after.grade),
    }
    text = _sentence(before, after, same=bool(reasons), owners=known)
    amount = after.amounts.get(after.largest, 0.0)
    sum_ = f"{amount:,.6g} / {after.total:,.6g} {after.unit}"
    return replace(blank, value=new, note=text, arithmetic=sum_, coverage=coverage)


def _unlike(before: Supply, after: Supply) -> list[Problem]:
    return [
        Problem(
            "a shift test compares one region, mineral and stage",
            field=name,
            found=repr(getattr(after, name)),
            expected=repr(getattr(before, name)),
        )
        for name in ("region", "mineral", "stage", "form")
        if getattr(before, name) != getattr(after, name)
    ]


def _sides(supply: Supply, when: str) -> tuple[Figure, Figure]:
    """Return the largest supplier's share and the HHI of one side, as figures."""
    share = Figure(
        indicator=f"largest supplier's share {when}",
        value=supply.share(supply.largest) if supply.largest else None,
        unit="1",
        region=supply.region,
        mineral=supply.mineral,
        stage=supply.stage,
        form=supply.form,
        partner=supply.largest,
        period=supply.period,
        missing="" if supply.largest else "no supplier abroad is named",
        inputs=supply.inputs,
    )
    low, high = supply.concentration()
    shares = " + ".join(f"{supply.share(name):.3f}²" for name in _ranked(supply)[:5])
    more = " + ..." if len(supply.amounts) > len(_ranked(supply)[:5]) else ""
    index = replace(
        share,
        indicator=f"HHI {when}",
        partner="",
        value=low if supply.amounts else None,
        low=low,
        high=high,
        arithmetic=shares + more,
        missing="" if supply.amounts else "no supplier is named",
        inputs=(),
    )
    return share, index


def _ranked(supply: Supply) -> list[str]:
    return sorted(supply.amounts, key=lambda name: (-supply.amounts[name], name))


def _same(before: Supply, after: Supply, rule: ShiftRule, owners: Mapping[str, str]) -> list[str]:
    """Return why the dependence is the same; nothing if it is not."""
    old, new = before.share(before.largest), after.share(after.largest)
    if old < rule.floor or not after.largest:
        return []
    reasons: list[str] = []
    if new > rule.limit:
        reasons.append(f"{after.largest} holds more than {100.0 * rule.limit:.0f} %")
    if new >= rule.kept * old:
        fall = f"{100.0 * (1.0 - rule.kept):.0f} %"
        reasons.append(f"the largest share fell by less than {fall} of itself")
    owned = owners.get(after.largest) == before.largest and after.largest != before.largest
    if owned and new >= rule.floor:
        reasons.append(f"output of {after.largest} is owned by {before.largest}")
    return reasons


def _sentence(before: Supply, after: Supply, *, same: bool, owners: Mapping[str, str]) -> str:
    old, new = before.share(before.largest), after.share(after.largest)
    what = after.form or after.mineral
    if not after.largest:
        head = f"{after.region} needs no named supplier abroad of {what} any more"
        return f"{head}: {_verdict(before, after, same=same)}"
    then, now = (f"{100.0 * share:.0f} %" for share in (old, new))
    if before.largest == after.largest:
        head = f"{after.largest} stays the largest supplier of {what}: {then} before, {now} after"
    elif not before.largest:
        head = f"{after.largest} is the largest supplier of {what} at {now}, there was none before"
    else:
        head = f"you replaced {before.largest} at {then} by {after.largest} at {now}"
    owner = owners.get(after.largest)
    tail = f", whose output is owned by {owner}" if owner and owner != after.largest else ""
    return f"{head}{tail}: {_verdict(before, after, same=same)}"


def _verdict(before: Supply, after: Supply, *, same: bool) -> str:
    old, new = before.concentration()[0], after.concentration()[0]
    verdict = "the same dependence" if same else "not the same dependence"
    return f"{verdict} (HHI {old:.2f} before, {new:.2f} after)"
