"""Charts are valid specifications with units on their axes, and single out no month."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any
from xml.etree import ElementTree

import altair as alt
import polars as pl
import pytest

from orepact.views.charts import bands, day_of, paths, shortages, timeline
from orepact.views.choice import branches_of, exporters_of, key_pairs, read_rows, short_pairs
from orepact.views.render import to_svg
from orepact.views.sankey import sankey

SVG = "{http://www.w3.org/2000/svg}"
Specs = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def specs(run: dict[str, Any], frames: dict[str, pl.DataFrame]) -> Specs:
    """Return one specification of each kind, of the made-up run."""
    rows = [row for row in read_rows(run) if row.chain == "gallium"]
    branches = branches_of(rows)
    pairs = key_pairs(rows, exporters_of(run, rows, "gallium"), 5)
    days = dt.date(2026, 10, 1), dt.date(2027, 12, 1), dt.date(2026, 11, 21)
    return {
        "bands": bands(rows, pairs, branches, "Gallium"),
        "paths": paths(frames["monthly"], "gallium", ("USA", "gallium-refined"), branches),
        "shortages": shortages(rows, short_pairs(rows), branches, "Gallium"),
        "timeline": timeline(frames["calendar"], branches, *days),
    }


@pytest.mark.parametrize("kind", ["bands", "paths", "shortages", "timeline"])
def test_altair_reads_every_specification(specs: Specs, kind: str) -> None:
    """Altair, which validates against the published schema, takes it back."""
    plain = {key: value for key, value in specs[kind].items() if key != "$schema"}
    chart = alt.Chart.from_dict(plain)
    assert chart.to_dict()["usermeta"]["title"]


@pytest.mark.parametrize("kind", ["bands", "paths", "shortages", "timeline", "sankey"])
def test_drawings_are_named_and_self_contained(
    specs: Specs, frames: dict[str, pl.DataFrame], kind: str
) -> None:
    """An SVG is well-formed, has a role, a title and a description, and loads nothing."""
    spec = sankey(frames, "gallium", "Gallium") if kind == "sankey" else specs[kind]
    drawn = to_svg(spec)
    root = ElementTree.fromstring(drawn)  # noqa: S314 — drawn by ourselves
    assert root.get("role") == "img"
    assert (root.findtext(f"{SVG}title") or "").strip()
    assert len(root.findtext(f"{SVG}desc") or "") > 40
    labelled = (root.get("aria-labelledby") or "").split()
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert set(labelled) <= set(ids)
    assert len(ids) == len(set(ids))
    assert not re.search(r"(?:href|src)=|@import|url\((?!#)", drawn)
    assert "<script" not in drawn


def test_axes_carry_units(specs: Specs) -> None:
    """Every quantitative axis names × or %."""
    titles = re.findall(r'"type": "quantitative", "title": "([^"]+)"',
                        json.dumps(specs, ensure_ascii=False))
    assert len(titles) >= 8
    assert all("×" in title or "%" in title for title in titles)


def test_multiples_lie_on_a_log_scale(specs: Specs) -> None:
    """Halving and doubling are equally far from one."""
    text = json.dumps(specs["bands"]["hconcat"][0])
    assert '"type": "log"' in text
    assert "log" not in json.dumps(specs["bands"]["hconcat"][1]["layer"][0]["encoding"]["x"])


def test_no_month_is_singled_out(specs: Specs) -> None:
    """The monthly chart is a band and a line: no point, rule, text or extremum."""
    marks = [layer["mark"]["type"] for layer in specs["paths"]["spec"]["layer"]]
    assert marks == ["area", "line"]
    assert not re.search("argmax|argmin|aggregate|peak", json.dumps(specs["paths"]))


def test_the_buyers_shown_are_always_the_three_and_never_the_exporter(
    run: dict[str, Any],
) -> None:
    """United States, EU-27 and Japan are shown; the exporter's own price is not a band."""
    rows = [row for row in read_rows(run) if row.chain == "antimony"]
    exporters = exporters_of(run, rows, "antimony")
    shown = {region for region, _ in key_pairs(rows, exporters, 3)}
    assert exporters == {"CHN"}
    assert shown == {"USA", "EU27", "JPN"}


def test_timeline_bars_are_cut_to_the_window_and_drawn_once(specs: Specs) -> None:
    """One bar for an act of two chains, none for an act that stays as it is, all in the window."""
    bars = specs["timeline"]["datasets"]["states"]
    assert {b["act"] for b in bars} == {"CN-2024-46-2", "CN-2025-58", "CN-2025-61"}
    keys = [(b["act"], b["branch"], b["status"], b["since"]) for b in bars]
    assert len(keys) == len(set(keys))
    assert min(b["since"] for b in bars) == "2026-10-01"
    assert max(b["until"] for b in bars) == "2027-12-01"


def test_days_are_read_from_dates_and_text() -> None:
    """A month means its first day; nothing means no day."""
    assert day_of("2026-11") == dt.date(2026, 11, 1)
    assert day_of("2026-11-27") == dt.date(2026, 11, 27)
    assert day_of(dt.datetime(2026, 11, 27, 5, tzinfo=dt.UTC)) == dt.date(2026, 11, 27)
    assert day_of(None) is None
