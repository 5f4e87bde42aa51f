"""Rows on what may be published of a report of stocks."""

from __future__ import annotations

from typing import Any

import pytest

from orepact.views.reserve_stock import total_rows

TOTAL: dict[str, Any] = {
    "mineral": "antimony", "public_t": None, "private_t": None, "total_t": None,
    "private_holders": 0, "safe": True, "broken_rules": [], "unknown_stocks": [],
    "public_stocks": 0, "private_stocks": 0, "public_least_t": 0.0, "withheld_holders": 0,
}


@pytest.mark.parametrize(
    ("changed", "public", "private", "rules"),
    [
        ({}, "none reported", "none reported", ""),
        ({"public_stocks": 2, "public_least_t": 50.0}, "at least 50", "none reported", ""),
        ({"public_stocks": 1, "private_stocks": 1, "private_holders": 1, "withheld_holders": 1},
         "cannot tell", "cannot tell", "not checked: withheld"),
        ({"private_stocks": 5, "private_holders": 5, "withheld_holders": 2},
         "none reported", "cannot tell", "kept, without 2 withheld"),
        ({"private_stocks": 4, "private_t": 200.0, "private_holders": 4},
         "none reported", "200", "kept"),
        ({"private_stocks": 2, "private_holders": 2, "safe": False, "broken_rules": ["p=10"]},
         "none reported", "not to be published", "p=10"),
    ],
)
def test_none_withheld_and_hidden_are_told_apart(
    changed: dict[str, Any], public: str, private: str, rules: str
) -> None:
    """What nobody reports, what is withheld and what a rule forbids are three things."""
    (row,) = total_rows({"totals": [{**TOTAL, **changed}]})
    assert (row["public [t]"], row["private [t]"], row["rules"]) == (public, private, rules)
