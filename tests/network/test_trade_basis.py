"""A stage whose trade rests on cards alone must say so, and is then graded D."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.network import read_world
from orepact.network.world import WORLD


def test_a_stage_on_cards_cannot_pass_for_a_table(tmp_path: Path) -> None:
    folder = tmp_path / "world"
    _ = shutil.copytree(WORLD, folder)
    assert read_world(folder).accounts["graphite"].grades["graphite-synthetic"] == "D"
    path = folder / "chains" / "graphite" / "chain.yaml"
    head, _, tail = path.read_text(encoding="utf-8").partition("  - material: graphite-synthetic\n")
    claimed = tail.replace("trade_basis: cards", "trade_basis: table", 1)
    _ = path.write_text(f"{head}  - material: graphite-synthetic\n{claimed}", encoding="utf-8")
    with pytest.raises(InputError, match="every trade row of graphite-synthetic") as caught:
        _ = read_world(folder)
    assert [problem.file.endswith("accounts.csv") for problem in caught.value.problems] == [True]
