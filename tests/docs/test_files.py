"""The page on files names every kind of file, and the units that exist."""

import re
from pathlib import Path

from orepact.units import known_units

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "files.md").read_text(encoding="utf-8")
FORMAT = re.compile(r"\borepact/([a-z][a-z-]*)/\d+")


def test_every_kind_of_file_is_described() -> None:
    used = {
        kind
        for path in sorted((ROOT / "src").rglob("*"))
        if path.suffix in {".py", ".yaml", ".json", ".csv"}
        for kind in FORMAT.findall(path.read_text(encoding="utf-8"))
    }
    described = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE))
    assert described == used


def test_every_unit_is_described() -> None:
    words = {part for unit in known_units() for part in unit.split("/")}
    assert not {word for word in words if f"`{word}`" not in PAGE}


def test_the_glossary_is_sorted_and_has_no_double() -> None:
    text = (ROOT / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")
    words = [row.split("|")[1].strip() for row in text.splitlines() if row.startswith("| ")][1:]
    assert words == sorted(set(words))
