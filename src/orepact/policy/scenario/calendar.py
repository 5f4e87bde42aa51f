"""What is in force month by month under a scenario: its parts and the acts of the register."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from orepact.policy.branches import months_later
from orepact.policy.holds import Hold, holds_of, meets
from orepact.policy.register import Register
from orepact.policy.scenario.checks import last_of
from orepact.policy.scenario.dates import dated, numbered, span_of
from orepact.policy.scenario.laid import at_rung, register_of
from orepact.policy.scenario.text import OutcomePart, Scenario
from orepact.policy.scenario.view import WorldView

__all__ = ["Entry", "calendar_of"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is in force in one month; `kind` is a list of the scenario, or ``act``.

    `state` says whether it begins or ends in that month, does both, or only goes on.
    """

    month: str
    kind: str
    id: str
    state: Literal["begins", "goes on", "ends", "begins and ends"]


def calendar_of(scenario: Scenario, view: WorldView, rung: int) -> tuple[Entry, ...]:
    """Return what is in force in each month of a scenario on one climb of its ladder.

    Acts of the register are told when they hold trade of the scenario's chains back. Outcomes are
    told by the acts that they bring back. Raises `InputError` for dates that cannot be worked out.
    """
    plain = at_rung(dated(scenario, view.register), rung)
    under = register_of(scenario, view.register, rung)
    own = {part.id for part in plain.parts}
    spans = [(str(at[0]), part.id, *span_of(part)) for at, part in numbered(plain)
             if not isinstance(part, OutcomePart)]
    spans += [("act", *one) for one in _act_spans(plain, view, under) if one[0] not in own]
    found: list[Entry] = []
    for number in range(scenario.months):
        first = months_later(scenario.first, number)
        last = months_later(scenario.first, number + 1) - datetime.timedelta(days=1)
        for kind, name, start, end in spans:
            if start <= last and end >= first:
                found.append(Entry(f"{first:%Y-%m}", kind, name, _state(start, end, first, last)))
    return tuple(dict.fromkeys(found))


def _state(start: datetime.date, end: datetime.date, first: datetime.date,
           last: datetime.date) -> Literal["begins", "goes on", "ends", "begins and ends"]:
    begins, ends = first <= start, end <= last
    if begins and ends:
        return "begins and ends"
    return "begins" if begins else "ends" if ends else "goes on"


def _act_spans(scenario: Scenario, view: WorldView,
               under: Register) -> Iterator[tuple[str, datetime.date, datetime.date]]:
    """Yield the id and the days in force of every act that holds base trade back."""
    told: set[tuple[str, datetime.date, datetime.date]] = set()
    last = last_of(scenario)
    for chain in view.of(scenario.chains).values():
        buyers: dict[tuple[str, str], list[str]] = {}
        for (material, exporter, importer), tonnes in chain.trade.items():
            if tonnes > 0.0:
                buyers.setdefault((material, exporter), []).append(importer)
        for (material, exporter), importers in buyers.items():
            for hold in holds_of(under, exporter, material):
                if any(meets(hold.act, one, under.places) for one in importers):
                    told |= set(_force(hold, scenario.first, last))
    yield from sorted(told)


def _force(hold: Hold, first: datetime.date,
           last: datetime.date) -> Iterator[tuple[str, datetime.date, datetime.date]]:
    for span in hold.spans:
        if span.mode == "force" and span.start <= last and span.end >= first:
            yield hold.act.id, span.start, span.end
