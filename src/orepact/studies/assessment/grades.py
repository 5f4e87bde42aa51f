"""Grades of the balanced accounts by mineral and stage, as the dataset keeps them.

Balancing every chain takes longer than an overview may, so the file `GRADES` holds the grades. It
is made by ``docs/generate.py`` from the chains, and a test fails while it differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from orepact.data.bundle import Bundle
from orepact.data.table import read_table
from orepact.indicators.dependence.supplier_groups import STEPS

__all__ = ["COLUMNS", "GRADES", "read_grades", "unpublished"]

GRADES = Path("assess") / "account_grades.csv"
"""File, in a dataset, of the grades."""

STAGES = ("extraction", "processing")
COLUMNS = ("mineral", "stage", "chains", "grade")


def unpublished(bundle: Bundle, mineral: str, published: Iterable[str]) -> dict[str, str]:
    """Return the stages that an account has and no table gives shares of, with the account's grade.

    `published` are the stages with shares of supply or output by country.
    """
    grades, known = bundle.once(read_grades), {STEPS.get(each, each) for each in published}
    return {
        stage: grades[mineral, stage]
        for stage in STAGES
        if stage not in known and (mineral, stage) in grades
    }


def read_grades(bundle: Bundle, of: str = "") -> dict[tuple[str, str], str]:
    """Return the grades of a dataset by mineral and stage; none for a dataset without the file.

    The accounts are balanced from what is known now: an older vintage has no grades. `of` is not
    used: the signature is that of `Bundle.once`. Raises `InputError` with every problem of the
    file.
    """
    del of
    path = bundle.folder / GRADES
    newest = max(bundle.table("vintages")["vintage"], default=bundle.vintage)
    if not path.is_file() or bundle.vintage != newest:
        return {}
    frame = read_table(path, dict.fromkeys(COLUMNS, "text"), root=bundle.folder).frame
    return {(row["mineral"], row["stage"]): row["grade"] for row in frame.iter_rows(named=True)}
