"""From network to program: one block of mathematics per file.

A block may do four things only: add columns, constrain them, deliver material to a place and time,
charge money. The balance closes every delivery; the objective sums every charge.
"""

from __future__ import annotations

from orepact.model.draft import Draft, Horizon
from orepact.model.settings import Curves
from orepact.model.tables import Tables, tables_of
from orepact.model.window import Window, WindowMonth, WindowState, in_base_value

__all__ = [
    "Curves",
    "Draft",
    "Horizon",
    "Tables",
    "Window",
    "WindowMonth",
    "WindowState",
    "in_base_value",
    "tables_of",
]
