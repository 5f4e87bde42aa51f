"""Open a person's sheet, whatever it was saved as: CSV, or a workbook with the extra for it."""

from __future__ import annotations

import importlib
from pathlib import Path

from orepact.data.sheet import Sheet, read_csv_sheet
from orepact.errors import InputError, Problem

__all__ = ["read_sheet"]


def read_sheet(path: Path, name: str = "") -> Sheet:
    """Return a sheet of CSV, or the one called `name` of a workbook (its first where empty).

    Raises `InputError` for a file that cannot be read, an empty sheet, or where the extra
    ``orepact[sources]`` that reads workbooks is missing.
    """
    if path.suffix.lower() == ".csv" or not path.is_file():
        return read_csv_sheet(path)
    try:
        reader = importlib.import_module("orepact.data.sources.spreadsheet")
    except ModuleNotFoundError as error:
        problem = Problem(
            "workbooks need an extra that is not installed",
            file=str(path),
            found=error.name or "",
            expected='pip install "orepact[sources]", or the sheet saved as .csv',
        )
        raise InputError([problem]) from error
    found: Sheet = reader.read_workbook(path, name)
    return found
