"""Shift test: whether a plan removed a dependence or moved it to somebody else.

The supply of a region before and after is compared: who was and who is the largest supplier
abroad, at which share, how concentrated supply was and is, and whether the new supplier's output is
owned by the old one. The dependence counts as the **same** when before one supplier abroad held at
least `FLOOR` and after

1. the largest supplier abroad, whoever it is, still holds more than 65 % (the limit for one third
   country of Regulation (EU) 2024/1252, Article 5(1)(b)), or
2. its share is still at least `KEPT` of the largest share before, or
3. the new largest supplier's output is owned by the old largest supplier's country.

Rule 2 is what makes *you replaced X at 71 % by Y at 68 %* a warning and not a success. `FLOOR` and
`KEPT` are assumption cards: nobody published a threshold for them.

Supply without a named supplier may be one supplier or many. The verdict is *the same* or *not the
same* only if it is so for both, on either side of the shift; else it *cannot tell*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem
from orepact.indicators.dependence.supply_table import Supply
from orepact.indicators.figure import Figure, Input
from orepact.network.chains.cards import Card, read_cards

__all__ = ["CANNOT_TELL", "LIMIT", "ShiftRule", "read_shift_rule", "shift_test"]

CANNOT_TELL = "cannot tell"
"""Verdict where supply without a named supplier decides."""

NEW, PERHAPS_NEW = "but a new one", "but there may be a new one"
"""What *not the same* goes with where no supplier abroad held enough before and one does now."""

LIMIT = 0.65
"""Largest share from one third country: Regulation (EU) 2024/1252, Article 5(1)(b)."""

METHOD = (
    "largest supplier and Herfindahl-Hirschman index (Herfindahl 1950, Hirschman 1964) before and "
    "after; limit of Regulation (EU) 2024/1252, Article 5(1)(b)"
)
KEPT, FLOOR = "shift-same-share", "shift-dependence-floor"
NOTHING = 1e-9
"""Part of supply below which what is not named is arithmetic's own."""


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

    `value` is the new share (1), `partner` the new largest supplier, `note` the sentence; `high` is
    the share of one supplier that held all that is not named. `coverage` has `same_dependence`
    (yes, no or cannot tell), `because`, both suppliers and owners, both ends of the HHI. `owners`
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
    verdict = same, because = _judged(before, after, rule, known)
    amount = after.amounts.get(after.largest, 0.0)
    return replace(
        blank,
        value=after.share(after.largest),
        low=after.share(after.largest),
        high=_most(after),
        note=_sentence(before, after, verdict, known),
        arithmetic=f"{amount:,.6g} / {after.total:,.6g} {after.unit}",
        coverage={"same_dependence": same, "because": "; ".join(because)}
        | _limits(before, after, known),
    )


def _limits(before: Supply, after: Supply, owners: Mapping[str, str]) -> dict[str, Any]:
    """Return both sides of a shift: suppliers, shares, both ends of the HHI, owners."""
    told: dict[str, Any] = {}
    for side, when in ((before, "before"), (after, "after")):
        low, high = side.concentration()
        told |= {
            f"largest_{when}": side.largest,
            f"share_{when}": side.share(side.largest),
            f"hhi_{when}": low,
            f"hhi_{when}_high": high,
            f"owner_{when}": owners.get(side.largest, "not known"),
        }
    unnamed = after.unnamed / after.total
    return told | {"unmapped": unnamed, "grade": max(before.grade, after.grade)}


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


def _most(supply: Supply) -> float:
    """Return the largest share abroad if all that is not named were one supplier abroad."""
    rest = supply.unnamed / supply.total if supply.total else 0.0
    return max(supply.share(supply.largest), rest)


def _judged(
    before: Supply, after: Supply, rule: ShiftRule, owners: Mapping[str, str]
) -> tuple[str, list[str]]:
    """Return whether the dependence is the same (yes, no, cannot tell), and why it is or may be.

    The share before counts with its low end where a larger one speaks against *the same*, and the
    other way round; so does the share after.
    """
    old, new = before.share(before.largest), after.share(after.largest)
    most_old, most_new = _most(before), _most(after)
    sure = _reasons(before, after, new, most_old, rule, owners)
    if old >= rule.floor and sure:
        return "yes", sure
    may = _reasons(before, after, most_new, max(old, rule.floor), rule, owners)
    if most_old >= rule.floor and may:
        return CANNOT_TELL, _open_ends(before, after)
    new_one = most_old < rule.floor <= most_new
    return "no", [NEW if new >= rule.floor else PERHAPS_NEW] if new_one else []


def _reasons(
    before: Supply,
    after: Supply,
    new: float,
    old: float,
    rule: ShiftRule,
    owners: Mapping[str, str],
) -> list[str]:
    """Return why a dependence is the same at a share after and a share before; nothing if not."""
    who = after.largest
    reasons: list[str] = []
    if new > rule.limit:
        reasons.append(f"{who or 'one supplier'} holds more than {100.0 * rule.limit:.0f} %")
    if new >= rule.kept * old:
        fall = f"{100.0 * (1.0 - rule.kept):.0f} %"
        reasons.append(f"the largest share fell by less than {fall} of itself")
    owned = bool(who) and owners.get(who) == before.largest and who != before.largest
    if owned and after.share(who) >= rule.floor:
        reasons.append(f"output of {who} is owned by {before.largest}")
    return reasons


def _open_ends(before: Supply, after: Supply) -> list[str]:
    """Return how much has no named supplier on each side where that may be the largest."""
    return [
        f"{100.0 * _most(supply):.0f} % of supply {when} has no named supplier and may be of one"
        for supply, when in ((before, "before"), (after, "after"))
        if _most(supply) > supply.share(supply.largest) + NOTHING
    ]


def _sentence(
    before: Supply, after: Supply, judged: tuple[str, list[str]], owners: Mapping[str, str]
) -> str:
    old, new = before.share(before.largest), after.share(after.largest)
    what = after.form or after.mineral
    verdict = _verdict(before, after, *judged)
    if not after.largest:
        if after.unnamed > NOTHING * after.total:
            return f"no supplier of {what} abroad is named after the shift: {verdict}"
        return f"{after.region} needs no named supplier abroad of {what} any more: {verdict}"
    then, now = (f"{100.0 * share:.0f} %" for share in (old, new))
    if before.largest == after.largest:
        head = f"{after.largest} stays the largest supplier of {what}: {then} before, {now} after"
    elif not before.largest:
        head = f"{after.largest} is the largest supplier of {what} at {now}, none was named before"
    else:
        head = f"you replaced {before.largest} at {then} by {after.largest} at {now}"
    owner = owners.get(after.largest)
    tail = f", whose output is owned by {owner}" if owner and owner != after.largest else ""
    return f"{head}{tail}: {verdict}"


def _verdict(before: Supply, after: Supply, same: str, because: Sequence[str]) -> str:
    old, new = (_span(side.concentration()) for side in (before, after))
    index = f"(HHI {old} before, {new} after)"
    if same == CANNOT_TELL:
        ends = " and ".join(because)
        return f"cannot tell whether it is the same dependence, since {ends} {index}"
    if same == "yes":
        return f"the same dependence {index}"
    return " ".join(("not the same dependence", *because, index))


def _span(ends: tuple[float, float]) -> str:
    """Return both ends with two digits, once where they print alike."""
    low, high = (f"{end:.2f}" for end in ends)
    return low if low == high else f"{low}–{high}"
