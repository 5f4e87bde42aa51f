"""Release rulebooks: when a reserve gives material, how much, to whom, and how it is refilled."""

from __future__ import annotations

from orepact.policy.release.reading import (
    check_rulebook,
    checked_rulebook,
    find_rulebook,
    read_rulebook,
    rulebook_names,
    write_rulebook,
)
from orepact.policy.release.text import (
    ALLOCATIONS,
    Emergency,
    Replenish,
    Rule,
    Rulebook,
    Size,
    Stop,
    Trigger,
)

__all__ = [
    "ALLOCATIONS",
    "Emergency",
    "Replenish",
    "Rule",
    "Rulebook",
    "Size",
    "Stop",
    "Trigger",
    "check_rulebook",
    "checked_rulebook",
    "find_rulebook",
    "read_rulebook",
    "rulebook_names",
    "write_rulebook",
]
