"""What the tests of studies share: one small run."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from orepact.network import World, read_world
from orepact.policy import load_register
from orepact.studies.run import Run, run_study, write_run
from orepact.studies.study import Study


@pytest.fixture(scope="session")
def bundled() -> World:
    """Return the bundled dataset."""
    return read_world()


@pytest.fixture(scope="session")
def small() -> Study:
    """Return a study of one chain, one branch and two months."""
    return Study(
        format="orepact/study/1",
        study="small",
        title="A small study",
        question="Who runs short?",
        chains=("gallium",),
        branches=("revived",),
        as_of=datetime.date(2026, 11, 21),
        first_month="2026-11",
        months=2,
        status_quo_months=1,
        parameter_sets=1,
    )


@pytest.fixture(scope="session")
def run(bundled: World, small: Study) -> Run:
    """Return the run of the small study."""
    return run_study(small, bundled, load_register())


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """Return the folder of the run."""
    write_run(run, tmp_path / "small", extra={"brief.html": "<!doctype html>"})
    return tmp_path / "small"
