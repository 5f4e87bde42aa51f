"""Rules laid over a network: export controls as dated data, and what they mean for trade.

No solver and no network here: the register, its clocks, branches and records speak of acts,
items, destinations, end uses and days.
"""

from __future__ import annotations

from orepact.policy.branches import Branch, find_branch, read_branch, read_branches
from orepact.policy.clocks import ActStatus, clocks, status, status_table
from orepact.policy.controls import END_USES, OUTCOMES, Act, Outcome, PartialDate, Suspension
from orepact.policy.forms import Form
from orepact.policy.knowing import forms_of, knowing
from orepact.policy.licences import (
    LICENCE_BRANCHES,
    Card,
    LicenceTemplate,
    load_template,
    share_permitted,
)
from orepact.policy.permits import (
    Permit,
    announcements,
    fingerprint,
    permit,
    permits_by_month,
)
from orepact.policy.record import outcome_problems, read_records, record_outcome
from orepact.policy.register import Register, load_branches, load_register

__all__ = [
    "END_USES",
    "LICENCE_BRANCHES",
    "OUTCOMES",
    "Act",
    "ActStatus",
    "Branch",
    "Card",
    "Form",
    "LicenceTemplate",
    "Outcome",
    "PartialDate",
    "Permit",
    "Register",
    "Suspension",
    "announcements",
    "clocks",
    "find_branch",
    "fingerprint",
    "forms_of",
    "knowing",
    "load_branches",
    "load_register",
    "load_template",
    "outcome_problems",
    "permit",
    "permits_by_month",
    "read_branch",
    "read_branches",
    "read_records",
    "record_outcome",
    "share_permitted",
    "status",
    "status_table",
]
