"""What the table of projects publishes of chosen ones: how sure, and the public money named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.network.projects import Project
from orepact.network.world import World

__all__ = ["with_published"]

LABELS = frozenset({"EU_strategic", "EU_strategic_third_country"})
"""Designations that bring no money by themselves."""
UP_TO = "up to"
UNSURE = "low"


def with_published(
    rows: Sequence[Mapping[str, Any]], projects: Sequence[Project], world: World
) -> list[dict[str, Any]]:
    """Return rows of chosen projects with what is published of them.

    `unsure`: published with low confidence or as "up to"; `promised`: public money or support that
    the table names already, in its words; `share`: part of it that is the zones'.
    """
    known = {one.name: one for one in projects}
    table = {row["project"]: row for row in world.bundle.table("projects").iter_rows(named=True)}
    found: list[dict[str, Any]] = []
    for row in rows:
        one = known[row["project"]]
        said = table.get(one.row, {})
        found.append({**row, "share": one.share.value, "unsure": _unsure(said),
                      "promised": _promised(said)})
    return found


def _unsure(said: Mapping[str, Any]) -> bool:
    return said.get("confidence") == UNSURE or UP_TO in (said.get("product") or "")


def _promised(said: Mapping[str, Any]) -> str:
    """Return who gives support, and what the table says of the money; empty if nobody is named."""
    givers = [name.replace("_", " ") for name in (said.get("designation") or "").split("|")
              if name and name not in LABELS]
    note = said.get("capex_note") or ""
    return ": ".join(part for part in (", ".join(givers), note) if part) if givers else ""
