"""What a page of a release says of tonnes that nobody used more of."""

from __future__ import annotations

from orepact.views.reserve_release import release_lines

RULES = """\
rules:
  - id: one
    reason: A test.
    source: https://example.org/rule
    trigger: {group_loss: 0.1, cover_days: 30, when: all}
    size: {tonnes: 5}
    emergency: {trigger: {group_loss: 0.3}, size: {share_of_stock: 0.5}}
  - id: other
    reason: A test.
    trigger: {price: 2}
    size: {tonnes: 5}
"""


def content(**parts: float) -> dict[str, object]:
    fate = {"chain": "gallium", "rung": 0, "licence": "all", "material": "gallium-refined",
            "released": 20.0, "arrived": 20.0, "own": 5.0, "others": 5.0, "displaced": 10.0,
            "works": 0.0, "bought": 0.0, "stored": 0.0, **parts}
    entry = {"licence": "all", "releasing": 1, "rule": "one"}
    block = {"idle": [], "results": [entry], "fates": [fate], "links_left_out": [],
             "rulebook_file": RULES}
    return {"reserves": block, "rungs": [0]}


def test_no_tonnes_go_below_nothing() -> None:
    line = release_lines(content(displaced=10.8, stored=-0.8))[0]
    assert "11 t less were made; 0.8 t came out of private stores or had been at sea." in line
    line = release_lines(content(displaced=-2.0, works=9.0, bought=3.0))[0]
    assert line.endswith("2.0 t more were made; works took 9.0 t more; 3.0 t were bought back.")
    assert "−" not in line


def test_levels_and_what_they_rest_on_are_told_for_rules_in_use() -> None:
    lines = release_lines(content())
    rule = next(line for line in lines if line.startswith("Rule one"))
    assert "(source: https://example.org/rule)" in rule
    assert "a loss of the group of 10 % of base supply and stocks of 30 days of use" in rule
    assert "releases 5 t a month; ends when that no longer holds; is not filled again" in rule
    assert any("a loss of the group of 30 %" in line and "50 % of the reserve" in line
               for line in lines)
    assert not any("other" in line.split(" ")[:2] for line in lines)
