"""Studies: one question per module; declare, solve, measure, no algebra."""

from __future__ import annotations

from orepact.studies.base import base_checks
from orepact.studies.control_clocks import Members, run_members
from orepact.studies.folder import check_folder
from orepact.studies.run import Run, run_study, write_run
from orepact.studies.study import Study, find_study, open_study, read_study, study_names

__all__ = [
    "Members",
    "Run",
    "Study",
    "base_checks",
    "check_folder",
    "find_study",
    "open_study",
    "read_study",
    "run_members",
    "run_study",
    "study_names",
    "write_run",
]
