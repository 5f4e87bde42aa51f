"""What the tests of the dataset share: the bundled one, a small one, a copy to damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orepact.data.bundle import WORLD_FOLDER, Bundle, read_bundle

PRODUCTION = (
    "mineral,stage,country,year,quantity,unit,basis,product,flag,confidence,preferred,source,"
    "edition,note\n"
)
SOURCES = "source_id,publisher,title,edition,licence,licence_status,url,note\n"


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """Return the bundled dataset in its newest vintage."""
    return read_bundle()


@pytest.fixture(scope="session")
def older() -> Bundle:
    """Return the bundled dataset in its oldest vintage."""
    return read_bundle(vintage="2025.02")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the bundled dataset."""
    return shutil.copytree(WORLD_FOLDER, tmp_path / "world")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a dataset of one table with two rows, without manifest, vintages or world.yaml."""
    folder = tmp_path / "small"
    (folder / "tables").mkdir(parents=True)
    write(folder / "sources.csv", SOURCES + "S,P,T,2020,L,confirmed,,\nL,P,T,2020,L,to confirm,,\n")
    write(
        folder / "tables" / "production.csv",
        PRODUCTION
        + "zinc,mine,CHN,2020,10,t,content,,,high,1,S,E2020,\n"
        + "zinc,mine,USA,2020,,t,content,,W,high,1,S,E2020,\n",
    )
    return folder


def write(path: Path, text: str) -> None:
    """Write a text file of a test."""
    _ = path.write_text(text, encoding="utf-8", newline="")
