"""Whether a part of a scenario changes what may be shipped in its chains."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import polars as pl

from orepact.policy.permits import announcements, permits_by_month
from orepact.policy.register import Register
from orepact.policy.scenario.checks import last_of
from orepact.policy.scenario.laid import register_of
from orepact.policy.scenario.text import PARTS, Control, OutcomePart, Part, Scenario
from orepact.policy.scenario.view import WorldView

__all__ = ["changes_no_permit"]

_MEANS = ["material", "destination", "end_use", "month", "state", "days_share", "review"]
_TOLD = ["material", "destination", "end_use", "announced", "effective", "state", "review"]


def changes_no_permit(scenario: Scenario, part: Control | OutcomePart, view: WorldView) -> bool:
    """Say whether all permits and announcements of the chains' trade are the same without a part.

    `scenario` has plain dates. A control with licence shares of its own always counts as a change.
    """
    if isinstance(part, Control) and part.licence is not None:
        return False
    lists = {
        name: tuple(one for one in cast("tuple[Part, ...]", getattr(scenario, name))
                    if one.id != part.id)
        for name in PARTS
    }
    other = replace(scenario, **cast("Any", lists))
    with_it, without_it = (
        register_of(one, view.register, part.rung) for one in (scenario, other)
    )
    return all(
        ours.equals(theirs)
        for ours, theirs in zip(_meaning(scenario, with_it, view),
                                _meaning(scenario, without_it, view), strict=True)
    )


def _meaning(scenario: Scenario, register: Register, view: WorldView) -> list[pl.DataFrame]:
    """Return permits other than free ones and what alarms, by chain and exporter."""
    issuers = {act.issuer for act in register.acts}
    found: list[pl.DataFrame] = []
    for chain in view.of(scenario.chains).values():
        trade = pl.DataFrame(
            [key for key, tonnes in chain.trade.items() if tonnes > 0.0], orient="row",
            schema={"material": pl.String, "exporter": pl.String, "destination": pl.String})
        for exporter in sorted(issuers & set(trade["exporter"])):
            own = trade.filter(pl.col("exporter") == exporter).drop("exporter")
            asked = (register, exporter, sorted(set(own["material"])),
                     sorted(set(own["destination"])))
            days: dict[str, Any] = {"first": scenario.first, "last": last_of(scenario),
                                    "reach": ("issuer",)}
            for table, names in ((permits_by_month(*asked, **days), _MEANS),
                                 (announcements(*asked, **days), _TOLD)):
                held = table.filter(pl.col("state") != "free")
                found.append(held.join(own, on=["material", "destination"], how="semi")
                             .select(names).unique().sort(names))
    return found
