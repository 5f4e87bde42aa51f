"""Export controls as a component of dependence: which acts meet a mineral for a region on a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from orepact.errors import InputError
from orepact.indicators.figure import Figure, Input
from orepact.policy import ActStatus, Register, status

__all__ = ["IN_FORCE", "OUTCOME_UNKNOWN", "RESTRICTING", "controls_count", "controls_on"]

IN_FORCE = "in_force"
"""Status of an act in force."""

OUTCOME_UNKNOWN = "suspension_ended_outcome_unknown"
"""Status of an act whose suspension ended without a known outcome."""

RESTRICTING = frozenset(
    {
        "export_licence",
        "export_permit",
        "export_ban",
        "export_quota",
        "export_tax",
        "export_restriction",
        "informal_embargo",
        "extraterritorial_licence",
        "exporter_whitelist",
        "supply_stop",
    }
)
"""Kinds of act that hold back goods at a border; quotas of output, bans of single entities, lists
of end users, technology and enforcement campaigns are shown, not counted."""

_METHOD = "register of export controls, acts that hold back goods, status on the day"


def controls_on(
    register: Register,
    items: Iterable[str],
    destination: str,
    on: datetime.date,
    *,
    end_use: str = "civil",
) -> tuple[tuple[ActStatus, ...], tuple[str, ...]]:
    """Return the acts that meet any of some items on a day, each once, and the unknown items.

    An item is a mineral or a material of the register's vocabulary. Raises `InputError` for an
    unknown destination or end use.
    """
    found: dict[str, ActStatus] = {}
    unknown: list[str] = []
    for item in dict.fromkeys(items):
        try:
            acts = status(register, on, item, destination, end_use=end_use)
        except InputError as error:
            if any(problem.field != "item" for problem in error.problems):
                raise
            unknown.append(item)
            continue
        for act in acts:
            _ = found.setdefault(act.act, act)
    return tuple(found.values()), tuple(unknown)


def controls_count(
    acts: Sequence[ActStatus], mineral: str, region: str, on: datetime.date, *, missing: str = ""
) -> Figure:
    """Return how many acts hold back a mineral for a region on a day (number of acts).

    `low` counts acts in force, `high` also those whose suspension ended without a known outcome.
    """
    held = [act for act in acts if act.kind in RESTRICTING]
    force = [act for act in held if act.status == IN_FORCE]
    open_ = [act for act in held if act.status == OUTCOME_UNKNOWN]
    words = ", ".join(f"{act.act} ({act.issuer})" for act in force) or "none in force"
    return Figure(
        indicator="controls_in_force",
        value=None if missing else float(len(force)),
        unit="1",
        region=region,
        mineral=mineral,
        period=str(on),
        low=None if missing else float(len(force)),
        high=None if missing else float(len(force) + len(open_)),
        arithmetic="" if missing else words,
        method=_METHOD,
        missing=missing,
        note=f"{OUTCOME_UNKNOWN}: {', '.join(act.act for act in open_)}" if open_ else "",
        inputs=tuple(
            Input(
                name=act.act,
                value=1.0 if act.status == IN_FORCE else None,
                unit="1",
                source=f"act:{act.act}",
                edition=act.known_as_of,
                flag=act.status,
                where=act.title,
            )
            for act in (*force, *open_)
        ),
        coverage={"acts_shown": len(acts), "outcome_unknown": len(open_)},
    )
