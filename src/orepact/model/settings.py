"""How a network is written as a program: curves, discounting, price support of storage."""

from __future__ import annotations

from dataclasses import dataclass, field

from orepact.model.curve import FULL_NODES, Array, step_nodes

__all__ = ["Curves"]


@dataclass(frozen=True, slots=True)
class Curves:
    """Which nodes curves have, and whether segments are quadratic or flat steps."""

    nodes: Array = field(default_factory=lambda: FULL_NODES)
    steps: bool = False

    @classmethod
    def in_steps(cls, count: int = 60) -> Curves:
        """Return step curves for linear programs, centred on the base price."""
        return cls(step_nodes(count), steps=True)
