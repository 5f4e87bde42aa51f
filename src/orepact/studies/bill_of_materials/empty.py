"""What is wrong with a bill from whose rows no tonne of any mineral follows."""

from __future__ import annotations

from collections.abc import Sequence

from orepact.errors import Problem
from orepact.studies.bill_of_materials.amounts import Gap
from orepact.studies.bill_of_materials.reading import Bill

__all__ = ["nothing_found"]

NO_MATTER = frozenset(("supplier country",))
"""Kinds of gaps that keep no row out."""

COLUMN = {
    "unknown material": "mineral",
    "no template": "part",
    "ambiguous template": "template",
    "missing content": "content",
}
"""Column of the bill that a kind of gap is about; the others are called like their column."""


def nothing_found(bill: Bill, gaps: Sequence[Gap]) -> list[Problem]:
    """Return why nothing could be worked out: one problem for the bill, one for each row's gap.

    A material that is no mineral of the dataset comes with the nearest mineral.
    """
    place = f"{bill.file}, sheet {bill.sheet}" if bill.sheet else bill.file
    rows = {row.row: row for row in bill.rows}
    head = Problem(
        "no mineral could be worked out of any row",
        file=place,
        found=f"0 of {len(rows)} rows worked out",
        expected="a mineral with its content, or a product template, in at least one row",
    )
    return [
        head,
        *(
            Problem(
                ": ".join(text for text in (gap.text, _hint(gap)) if text),
                file=place,
                line=gap.row,
                field=COLUMN.get(gap.kind, gap.kind),
                nearest=rows[gap.row].near if gap.kind == "unknown material" else "",
            )
            for gap in gaps
            if gap.kind not in NO_MATTER and gap.row in rows
        ),
    ]


def _hint(gap: Gap) -> str:
    return "" if gap.kind == "unknown material" else gap.suggestion
