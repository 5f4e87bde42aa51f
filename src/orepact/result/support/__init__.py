"""Price support in the simulation: instruments and plants, solved until charges fit prices."""

from __future__ import annotations

from orepact.result.support.acting import Supports, supports_of
from orepact.result.support.path import SupportPath

__all__ = ["SupportPath", "Supports", "supports_of"]
