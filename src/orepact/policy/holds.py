"""Which acts hold a material back, for whom and when: acts reduced to spans per material.

A `Hold` is one clause of one act on one material. A clause on dual-use items reaches a material
on the days on which another licensing act of the same issuer lists it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from orepact.errors import InputError, Problem, nearest
from orepact.policy.controls import ALL, Act, Clause
from orepact.policy.places import Places, covers
from orepact.policy.register import Register
from orepact.policy.timeline import Span, act_spans, overlap

__all__ = ["RANK", "Hold", "binds", "dual_use_spans", "holds_of", "listing_acts", "meets"]

# From the weakest to the strictest; a general licence eases an ordinary licence.
RANK = {"licence": 1, "stricter_review": 2, "presumption_of_denial": 3, "ban": 4}
_DECIDING = (*RANK, "general_licence")
_LISTING = ("export_licence",)


@dataclass(frozen=True, slots=True)
class Hold:
    """One clause's effect on one material, on the days of its spans."""

    act: Act
    effect: str
    end_uses: tuple[str, ...]
    spans: tuple[Span, ...]


def binds(act: Act, exporter: str, places: Places) -> bool:
    """Say whether an act decides about goods that leave an exporter."""
    inside = covers(places, (act.issuer,), exporter)
    if act.reach == "import":
        return False
    return inside if act.reach == "issuer" else not inside


def meets(act: Act, destination: str, places: Places) -> bool:
    """Say whether an act looks at goods bound for a destination; never for its own issuer."""
    if covers(places, (act.issuer,), destination) or covers(places, act.excluded, destination):
        return False
    return covers(places, act.destinations, destination)


def holds_of(register: Register, exporter: str, material: str,
             known_as_of: datetime.date | None = None) -> tuple[Hold, ...]:
    """Return every hold on a material that leaves an exporter, from the acts in order.

    Raises `InputError` when the material is not known.
    """
    known = [form.id for form in register.forms.materials]
    if material not in known:
        raise InputError([Problem("unknown material", field="material", found=repr(material),
                                  expected="a material id", nearest=nearest(material, known))])
    found: list[Hold] = []
    for act in register.acts:
        if not binds(act, exporter, register.places):
            continue
        for clause in act.clauses:
            if clause.effect not in _DECIDING:
                continue
            spans = _clause_spans(register, act, clause, material, known_as_of)
            if spans:
                found.append(Hold(act, clause.effect, clause.end_uses, spans))
    return tuple(found)


def dual_use_spans(register: Register, act: Act, listing: Sequence[Act],
                   known_as_of: datetime.date | None = None) -> tuple[Span, ...]:
    """Return the days on which an act on dual-use items reaches what `listing` acts list."""
    own = act_spans(register, act, known_as_of)
    shared = (overlap(span, outer) for outer in own for one in listing
              for span in act_spans(register, one, known_as_of))
    return tuple(sorted((span for span in shared if span is not None),
                        key=lambda span: (span.start, span.end)))


def listing_acts(register: Register, act: Act) -> tuple[Act, ...]:
    """Return the licensing acts of an act's issuer, whose items make its dual-use list."""
    return tuple(one for one in register.acts
                 if one.kind in _LISTING and one.issuer == act.issuer and ALL in one.destinations)


def _clause_spans(register: Register, act: Act, clause: Clause, material: str,
                  known_as_of: datetime.date | None) -> tuple[Span, ...]:
    if any(material in item.materials for item in clause.items):
        spans = act_spans(register, act, known_as_of)
    elif any(item.dual_use for item in clause.items):
        listing = [one for one in listing_acts(register, act) if _lists(one, material)]
        spans = dual_use_spans(register, act, listing, known_as_of)
    else:
        spans = ()
    return tuple(span for span in spans if span.mode != "suspended")


def _lists(act: Act, material: str) -> bool:
    return any(material in item.materials for clause in act.clauses for item in clause.items)
