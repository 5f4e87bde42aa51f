"""An outcome is filed for a day that the suspension can have ended on, or not at all."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.policy import load_register, record_outcome


def test_an_outcome_before_the_suspension_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.jsonl"
    with pytest.raises(InputError, match="cannot precede the suspension"):
        _ = record_outcome(
            load_register(), file, "CN-2025-72", "revives", on=datetime.date(2025, 1, 1),
            source="address", known_as_of=datetime.date(2026, 11, 28))
    assert not file.exists()


def test_an_outcome_after_it_is_filed(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.jsonl"
    filed = record_outcome(
        load_register(), file, "CN-2025-72", "revives", on=datetime.date(2026, 11, 28),
        source="address", known_as_of=datetime.date(2026, 11, 28))
    assert filed.act == "CN-2025-72"
