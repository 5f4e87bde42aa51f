"""Pages made from code and data equal what would be made now."""

from functools import cache
from pathlib import Path

import docs.generate as generator

ROOT = Path(__file__).resolve().parents[2]


@cache
def pages() -> dict[Path, str]:
    """Return what would be written now; it takes seconds, so once for all tests."""
    return generator.pages()


def test_committed_pages_are_current() -> None:
    stale = [
        path.relative_to(ROOT).as_posix()
        for path, text in pages().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `uv run python docs/generate.py`"


def test_no_licence_file_is_left_over() -> None:
    expected = {path.name for path in pages()} | {"FACTS.txt", "README.md"}
    found = {path.name for path in (ROOT / "licenses").iterdir()}
    assert found <= expected


def test_every_block_states_its_equation() -> None:
    page = generator.mathematics()
    for block in ("demand", "process", "route", "stock"):
        assert f"`orepact.model.{block}`" in page


def test_every_licence_that_is_cited_has_known_terms() -> None:
    unknown = [
        source["source_id"]
        for source, _ in generator.read_sources()
        if generator.has_licence(source)
        and not any(key in source["licence"] for key in generator.TERMS)
    ]
    assert not unknown


def test_notice_names_every_publisher_whose_work_is_used() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    missing = {
        source["publisher"]
        for source, _ in generator.read_sources()
        if generator.has_licence(source) and source["publisher"] not in notice
    }
    assert not missing


def test_no_component_field_lacks_its_meaning() -> None:
    assert "|  |\n" not in generator.components().replace("| unit | default | meaning |", "")
