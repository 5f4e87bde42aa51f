"""What the columns of a wind tunnel mean, what it rests on, and what is not modelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views.names import material_name
from orepact.views.support_tunnel_paid import slope_line
from orepact.views.support_tunnel_table import counted, millions
from orepact.views.texts import say

__all__ = ["effort_line", "notes", "unmodelled"]

Entry = Mapping[str, Any]

GAPS = ("feed", "firms", "capital", "switch", "downstream", "invoice", "exporter", "admin", "tax",
        "inflation", "terms")


def notes(run: Entry) -> list[str]:
    """Return what the columns mean, and what the price paths are."""
    spread = run["spread"]
    key = "tunnel_changes" if spread["changes"] else "tunnel_changes_none"
    points = [one["fixed_point"] for one in run["results"]]
    stages = {one["material"] for each in run["supports"] for one in each["instruments"]}
    differ = [say("tunnel_stages_differ", first=material_name(run["stages"][0]["material"]))]
    return [
        *(differ if len(stages) > 1 else []),
        say("tunnel_units", of=counted(run)),
        say("tunnel_paths_words"),
        say("tunnel_leak_words"),
        say("tunnel_gap_words",
            gap=f"{max((one['gap'] for one in points), default=0.0):.0e}",
            landed=f"{100.0 * max((one['landed_gap'] for one in points), default=0.0):.2g}"),
        say("tunnel_spread_words", half_life=_span(spread["half_life"]),
            volatility=f"{100.0 * spread['volatility']:.0f} %",
            factor=_span(spread["factor"]),
            changes=say(key, count=spread["changes"], series=spread["series"])),
    ]


def unmodelled(run: Entry) -> list[str]:
    """Return what could not be modelled, a sentence each."""
    lines = [slope_line(run)]
    lines += [say(f"tunnel_gap_{name}") for name in GAPS]
    held = [one["bought"]["worth"]["high"] for one in run["results"]]
    most = max(held, default=0.0)
    if most > 0.0:
        lines.append(say("tunnel_gap_stock", worth=f"at most {millions(most)} million USD"))
    return lines


def effort_line(run: Entry) -> str:
    """Return how long it took and the hashes of what went in and came out."""
    return say("tunnel_effort", seconds=run["seconds"], windows=run["windows"]["solved"],
               second=run["windows"]["second_solver"], inputs=run["input_hash"][:16],
               results=run["result_hash"][:16])


def _span(span: Sequence[float]) -> str:
    low, middle, high = span
    return f"{middle:g}, {low:g} to {high:g}"
