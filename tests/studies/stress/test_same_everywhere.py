"""One result, whoever did the work: this process, processes, a Dask scheduler, a resumed run."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.network import World
from orepact.policy.scenario.text import Scenario
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import Stress, stress
from tests.studies.ensemble.cluster import cluster
from tests.studies.same_figures import DESIGN, surge

HASHES = ("input_hash", "result_hash")


def hashes(found: Stress) -> tuple[str, ...]:
    return tuple(str(found.content[name]) for name in HASHES)


@pytest.mark.slow
def test_processes_and_dask_give_the_same_hashes(bundled: World, tmp_path: Path) -> None:
    here = hashes(stress(surge(), world=bundled, design=DESIGN))
    assert hashes(stress(surge(), world=bundled, design=DESIGN, workers=2)) == here
    with cluster(tmp_path, 2) as made:
        there = stress(surge(), world=bundled, design=DESIGN, scheduler=made.address)
    assert hashes(there) == here


def test_a_second_run_in_the_folder_solves_nothing_again(bundled: World, tmp_path: Path) -> None:
    design = Design(sets=1, draws=1, windows=False)
    first = stress(surge(), world=bundled, design=design, folder=tmp_path)
    told: list[tuple[int, int]] = []
    again = stress(surge(), world=bundled, design=design, folder=tmp_path,
                   progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 2)]
    assert hashes(again) == hashes(first)


def test_inputs_tell_designs_apart(bundled: World) -> None:
    found = {
        hashes(stress(surge(), world=bundled, design=design))[0]
        for design in (Design(sets=1, draws=1, seed=seed, windows=False) for seed in (1, 2))
    }
    assert len(found) == 2


def test_rungs_and_the_path_without_are_the_same_member(bundled: World) -> None:
    """A scenario in which nothing happens changes nothing, bit for bit."""
    calm = Scenario(scenario="calm", title="Calm", text="", version=1, chains=("gallium",),
                    first_month="2026-12", months=2, reason="a test")
    found = stress(calm, world=bundled, design=Design(sets=2, draws=3))
    members = found.frames["members"]
    for name in ("price_marginal", "unmet_share", "cover_days_worst", "export_volume_relative"):
        assert members[name].equals(members[f"without_{name}"].rename(name), null_equal=True)
    verdicts = {
        one[name]["verdict"] for one in found.content["effects"]
        for name in ("price_marginal_ratio", "unmet_share_change") if name in one
    }
    assert verdicts == {"below resolution"}
