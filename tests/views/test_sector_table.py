"""Sectors at risk as text: one significant digit, signs that are not determined, largest first."""

from __future__ import annotations

from typing import Any

import pytest

from orepact.views.sector_table import (
    exposure_rows,
    flip_line,
    link_lines,
    millions,
    sector_rows,
)


def sector(name: str, high: float, *, flips: bool = False, **fields: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "rung": 0, "period": "whole", "licence": "all", "region": "EU27", "sector": name,
        "title": "Making", "cover_days": 43.4, "extra_cost": None,
        "at_risk": {"low": 2e6, "high": high, "low_with_cards": 0.0, "high_with_cards": 9 * high},
        "change": {"card": -1e5, "fixed_proportions": high, "sign_flips": flips},
    }
    return {**entry, **fields}


def content(*sectors: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "rungs": [0], "periods": [{"name": "whole", "first": 0, "months": 12}],
        "sectors_at_risk": {"results": list(sectors)}, "links": [],
        "sector_exposure": {"results": []}, **fields,
    }


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0.0, "0"), (4e5, "< 1"), (-4e5, "> -1"), (1.4e6, "1"), (27.2e6, "30"), (-27.2e6, "-30"),
     (960e6, "1,000"), (4.4e9, "4,000")],
)
def test_millions_have_one_significant_digit(amount: float, text: str) -> None:
    assert millions(amount) == text


def test_rows_are_largest_first_without_what_is_below_a_million() -> None:
    told = content(sector("C26", 3e6), sector("C29", 5e9), sector("C20", 9e5),
                   sector("C27", 1e9, region="USA"), sector("C28", 1e9, licence="refuse"))
    rows = sector_rows(told, "EU27")
    assert [row["sector"] for row in rows] == ["C29 Making", "C26 Making"]
    assert rows[0]["low"] == "2"
    assert rows[0]["wider"] == "0 to 40,000"
    assert rows[0]["change"] == "> -1 to 5,000"
    assert rows[0]["cost"] == "n/a"
    assert rows[0]["cover"] == "43"


def test_a_sign_that_hangs_on_the_card_is_not_printed() -> None:
    told = content(sector("C26", 3e6, flips=True), sector("C29", 5e9))
    assert sector_rows(told, "EU27")[1]["change"] == "sign not determined"
    assert "C26" in flip_line(told, "EU27")
    assert "No sign turns" in flip_line(content(sector("C29", 5e9)), "EU27")


def test_links_are_told_from_one_per_cent_on() -> None:
    def link(high: float) -> dict[str, Any]:
        return {"chain": "lithium", "rung": 0, "period": "whole", "region": "KOR",
                "material": "lithium-hydroxide",
                "less_wanted": {"middle": high, "low": 0.0, "high": high}}

    lines = link_lines(content(links=[link(0.004), link(0.02), link(0.12)]))
    assert len(lines) == 2
    assert lines[0].startswith("South Korea: lithium hydroxide: 12 %")


def test_exposure_has_both_ends() -> None:
    entry = {"rung": 0, "period": "whole", "region": "EU27", "sector": "C29",
             "direct": {"low": 0.0, "high": 0.1}, "backward": {"low": 0.01, "high": 0.2},
             "forward": {"low": 0.0, "high": 0.0001}}
    rows = exposure_rows(content(sector_exposure={"results": [entry]}))
    assert rows[0]["backward"] == "1 to 20"
    assert rows[0]["forward"] == "< 0.1"
