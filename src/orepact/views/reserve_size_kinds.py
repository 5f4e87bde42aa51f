"""What may happen to a chain in a year, as rows and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact.views import digits
from orepact.views.names import region_name
from orepact.views.texts import say

__all__ = ["KIND_COLUMNS", "kind_lines", "kind_rows"]

Entry = Mapping[str, Any]

BACK = "back"
FINE = 0.1

KIND_COLUMNS = {
    "chain": "chain", "what": "what happens in a year", "goods": "goods", "weight": "weight",
    "futures": "futures drawn",
}


def kind_rows(content: Entry) -> list[dict[str, str]]:
    """Return what may happen to every chain, to whom and to which goods, and what it weighs."""
    return [
        {
            "chain": one["chain"],
            "what": say(f"size_happens_{one['kind']}", who=", ".join(map(_named, one["who"]))),
            "goods": ", ".join(one["goods"]),
            "weight": digits.fine_percent(one["weight"]) if one["weight"] < FINE
            else digits.share(one["weight"]),
            "futures": str(one["futures"]),
        }
        for one in content["kinds"] if one["futures"]
    ]


def kind_lines(content: Entry) -> list[str]:
    """Return how to read what may happen."""
    back = [one["weight"] for one in content["kinds"] if one["kind"] == BACK]
    if not any(back):
        return []
    return [say("size_kinds_note", back=digits.share(max(back)))]


def _named(who: str) -> str:
    """Return a region by its name, also that of a plant, anything else as it is."""
    what, where, region = who.rpartition(" in ")
    return f"{what}{where}{region_name(region) if region.isupper() else region}"
