"""What to hold before the future is known: a two-stage program over futures, solved by cuts."""

from __future__ import annotations

from orepact.result.two_stage.future import Case, Future
from orepact.result.two_stage.sizing import Sizing, size_cases, size_reserves

__all__ = ["Case", "Future", "Sizing", "size_cases", "size_reserves"]
