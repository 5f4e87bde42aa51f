"""The page on dependence prints what the dataset gives."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.indicators.dependence.dependence import import_reliance
from orepact.indicators.dependence.net_import_reliance import (
    net_import_reliance,
    read_chapter_lines,
)
from orepact.indicators.tables.mineral_year import mineral_year, tables_of_year

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "dependence.md"
_UNION = re.compile(
    r"^\| (\w+) \| (mine|refined) \| (\d+) \| (\d+)–(\d+) \| (\d+) \|", re.MULTILINE
)
_USA = re.compile(r"^\| (20\d\d) \| (\d+) \| (\d+) \| (\d+) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """Return the bundled dataset."""
    return read_bundle()


def test_reliance_of_the_union(bundle: Bundle) -> None:
    tables = tables_of_year(bundle, 2024)
    printed = {row["mineral"]: row for row in bundle.table("eu_parameters").iter_rows(named=True)}
    rows = _UNION.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) > 15
    for mineral, stage, ours, low, high, study in rows:
        (figure,) = import_reliance(
            mineral_year(bundle, mineral, 2024, tables=tables), "EU27", stage=stage
        )
        found = (figure.value, figure.low, figure.high)
        stated = tuple(float(each) / 100.0 for each in (ours, low, high))
        assert found == pytest.approx(stated, abs=0.00501), (mineral, stage)
        column = f"import_reliance_{'extraction' if stage == 'mine' else 'processing'}"
        assert printed[mineral][column] == pytest.approx(float(study) / 100.0), mineral


def test_percentages_of_the_survey(bundle: Bundle) -> None:
    lines = read_chapter_lines(bundle.folder)
    minerals = sorted(set(bundle.table("us_statistics")["mineral"]))
    rows = _USA.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) == len(range(2021, 2026))
    for year, computed, inside, missing in rows:
        count = Counter(
            figure.coverage["agrees"]
            for mineral in minerals
            for figure in net_import_reliance(bundle, mineral, int(year), exceptions=lines)
            if "agrees" in figure.coverage
        )
        assert count["yes"] == int(inside), year
        assert count["yes"] + count["no"] == int(computed), year
        assert count[""] == int(missing), year
