"""The tables that compare our figures with published ones are what would be made now."""

from __future__ import annotations

import docs.criticality as generator


def test_the_committed_page_is_current() -> None:
    committed = generator.PAGE.read_text(encoding="utf-8")
    assert generator.page() == committed, "run `uv run python -m docs.criticality`"


def test_every_part_has_its_place_on_the_page() -> None:
    text = generator.PAGE.read_text(encoding="utf-8")
    for name in generator.sections(generator.read_bundle()):
        assert text.count(f"<!-- {name}: made by docs/criticality.py -->") == 1
        assert text.count(f"<!-- end of {name} -->") == 1
