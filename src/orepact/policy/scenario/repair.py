"""Parts of a file of which some fields cannot be read: the other fields are checked all the same.

Something neutral takes the place of what cannot be read, where something neutral exists; what is
said of such a field, and of its part beside other parts, is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from orepact.policy.scenario.dates import WHEN_FIELDS
from orepact.policy.scenario.faults import Fault, Location

__all__ = ["neutral", "without_filled"]

_DROPPED = frozenset({"per", "source", "card", "carry_over", "pace", "reserve_share", "leakage",
                      "licences", "ramp_months", "permitted", "alarm", "licence"})
"""Fields with a default that says nothing of the rest of the part."""

_FILLED: Mapping[str, Any] = {
    "reason": "unread", "title": "unread", "limit": 1.0, "share_of_base": 0.5, "rate": 0.1,
    "activity": 0.5, "factor": 1.0, "price": 0.5, "volume": 1.0, "share": 0.5, "premium": 0.1,
}

_BESIDE = ("overlaps with ", "contradicts ")


def neutral(entry: Mapping[str, Any], fields: Collection[str], month: Any) -> dict[str, Any] | None:
    """Return a part with something neutral for fields that cannot be read; None if that has none.

    A day takes that of another field of the part, else the first day of `month`.
    """
    found = {name: value for name, value in entry.items() if name not in fields}
    days = [found[name] for name in WHEN_FIELDS if name in found]
    for name in fields:
        if name in WHEN_FIELDS:
            found[name] = days[0] if days else month
        elif name in _FILLED:
            found[name] = _FILLED[name]
        elif name not in _DROPPED:
            return None
    return found


def without_filled(faults: Iterable[Fault], filled: Collection[Location],
                   ids: Collection[str]) -> list[Fault]:
    """Return faults that are not about fields that were filled in, or about their parts' overlaps.

    `filled` has list, number and field as in the scenario that was read, `ids` the parts' ids.
    """
    parts = {at[:2] for at in filled}
    return [
        one for one in faults
        if one.at[:3] not in filled
        and not (one.message.startswith(_BESIDE)
                 and (one.at[:2] in parts or one.message.split()[-1] in ids))
    ]
