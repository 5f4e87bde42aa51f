"""Whether a part of a scenario changes what may be shipped in its chains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import polars as pl

from orepact.policy.licences import (
    CELL,
    LicenceTemplate,
    let_through,
    load_template,
    strictest,
)
from orepact.policy.permits import announcements, permits_by_month
from orepact.policy.register import Register
from orepact.policy.scenario.checks import last_of
from orepact.policy.scenario.laid import register_of
from orepact.policy.scenario.text import PARTS, Control, OutcomePart, Part, Scenario
from orepact.policy.scenario.view import WorldView

__all__ = ["changes_no_permit", "holds_nothing_more_back"]

_MEANS = ["material", "destination", "end_use", "month", "state", "days_share", "review"]
_TOLD = ["material", "destination", "end_use", "announced", "effective", "state", "review"]


def changes_no_permit(scenario: Scenario, part: Control | OutcomePart, view: WorldView) -> bool:
    """Say whether all permits and announcements of the chains' trade are the same without a part.

    `scenario` has plain dates. A control with licence shares of its own always counts as a change.
    """
    if isinstance(part, Control) and part.licence is not None:
        return False
    with_it, without_it = _beside(scenario, part, view)
    return all(
        ours.equals(theirs)
        for ours, theirs in zip(_meaning(scenario, with_it, view),
                                _meaning(scenario, without_it, view), strict=True)
    )


def holds_nothing_more_back(scenario: Scenario, part: Control, view: WorldView) -> bool:
    """Say whether the licence template lets as much through with a control as without it.

    Announcements apart: buyers may be alarmed all the same. A control with licence shares of its
    own always counts as a change.
    """
    if part.licence is not None:
        return False
    template = load_template()
    with_it, without_it = _beside(scenario, part, view)
    return all(
        _through(scenario, with_it, view, template, licence)
        == _through(scenario, without_it, view, template, licence)
        for licence in scenario.licence
    )


def _beside(
    scenario: Scenario, part: Control | OutcomePart, view: WorldView
) -> tuple[Register, Register]:
    """Return the definite registers with a part and without it."""
    lists = {
        name: tuple(one for one in cast("tuple[Part, ...]", getattr(scenario, name))
                    if one.id != part.id)
        for name in PARTS
    }
    other = replace(scenario, **cast("Any", lists))
    with_it, without_it = (
        register_of(one, view.register, part.rung) for one in (scenario, other)
    )
    return with_it, without_it


def _through(
    scenario: Scenario, register: Register, view: WorldView, template: LicenceTemplate,
    licence: str,
) -> dict[tuple[str, ...], float]:
    """Return what the template lets through of the chains' trade, where anything is held back."""
    found: dict[tuple[str, ...], float] = {}
    for table in _permits(scenario, register, view):
        rows = table.filter(pl.col("state") != "free")
        share = [let_through(row, template, licence) for row in rows.iter_rows(named=True)]
        told = strictest(rows.with_columns(pl.Series("share", share, dtype=pl.Float64)))
        for row in told.iter_rows(named=True):
            key = tuple(str(row[name]) for name in CELL)
            lost = row["days_share"] * (1.0 - row["share"])
            found[key] = round(found.get(key, 0.0) + lost, 9)
    return {key: lost for key, lost in found.items() if lost > 0.0}


def _meaning(scenario: Scenario, register: Register, view: WorldView) -> list[pl.DataFrame]:
    """Return permits other than free ones and what alarms, by chain and exporter."""
    found: list[pl.DataFrame] = []
    for exporter, own in _trade(scenario, register, view):
        asked, days = _asked(scenario, register, exporter, own)
        for table, names in ((permits_by_month(*asked, **days), _MEANS),
                             (announcements(*asked, **days), _TOLD)):
            held = table.filter(pl.col("state") != "free")
            found.append(held.join(own, on=["material", "destination"], how="semi")
                         .select(names).unique().sort(names))
    return found


def _permits(
    scenario: Scenario, register: Register, view: WorldView
) -> Iterator[pl.DataFrame]:
    """Yield the permits of the chains' trade with layers, by chain and exporter."""
    for exporter, own in _trade(scenario, register, view):
        asked, days = _asked(scenario, register, exporter, own)
        table = permits_by_month(*asked, **days, layers=True)
        yield table.join(own, on=["material", "destination"], how="semi")


def _asked(
    scenario: Scenario, register: Register, exporter: str, own: pl.DataFrame
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    asked = (register, exporter, sorted(set(own["material"])), sorted(set(own["destination"])))
    return asked, {"first": scenario.first, "last": last_of(scenario), "reach": ("issuer",)}


def _trade(
    scenario: Scenario, register: Register, view: WorldView
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield exporters that acts bind with the materials and destinations that they sell."""
    issuers = {act.issuer for act in register.acts}
    for chain in view.of(scenario.chains).values():
        trade = pl.DataFrame(
            [key for key, tonnes in chain.trade.items() if tonnes > 0.0], orient="row",
            schema={"material": pl.String, "exporter": pl.String, "destination": pl.String})
        for exporter in sorted(issuers & set(trade["exporter"])):
            yield exporter, trade.filter(pl.col("exporter") == exporter).drop("exporter")
