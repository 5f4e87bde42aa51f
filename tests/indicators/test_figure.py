"""A figure says where it comes from, as text, as a table and as JSON."""

from __future__ import annotations

import json

from orepact.indicators.figure import (
    Figure,
    Input,
    as_json,
    explain_figure,
    figure_frame,
    sources_of,
)

PART = Figure(
    indicator="apparent consumption",
    value=110.0,
    unit="t",
    region="USA",
    inputs=(
        Input(name="imports", value=100.0, unit="t", source="A", edition="2026", period="2024"),
        Input(name="stock change", value=None, unit="t", source="B", flag="W"),
    ),
)
WHOLE = Figure(
    indicator="net import reliance",
    value=0.9,
    unit="1",
    low=0.85,
    high=0.95,
    region="USA",
    mineral="gallium",
    arithmetic="(100 - 1) / 110",
    method="USGS",
    inputs=(PART, Input(name="exports", value=1.0, unit="t", source="A")),
    coverage={"withheld": 0.1, "age": 1, "grade": ""},
)
NONE = Figure(indicator="net import reliance", value=None, unit="1", missing="no trade table")


def test_a_figure_in_words_has_every_number_and_its_source() -> None:
    text = explain_figure(WHOLE)
    for part in ("0.9 (0.85 to 0.95)", "(100 - 1) / 110", "imports: 100 t [A 2026]",
                 "stock change: not published [B]", "exports: 1 t [A]", "withheld 0.1", "USGS"):
        assert part in text
    assert "grade" not in text
    assert "cannot tell: no trade table" in explain_figure(NONE)


def test_sources_are_named_once_in_order_of_use() -> None:
    assert sources_of(WHOLE) == ("A", "B")


def test_the_table_has_one_row_per_figure_and_keeps_what_is_missing() -> None:
    frame = figure_frame([WHOLE, NONE])
    assert frame["value"].to_list() == [0.9, None]
    assert frame["missing"].to_list() == ["", "no trade table"]
    assert frame["withheld"].to_list() == [0.1, None]
    assert figure_frame([]).is_empty()
    assert "value" in figure_frame([]).columns


def test_json_holds_the_whole_tree() -> None:
    found = json.loads(json.dumps(as_json(WHOLE)))
    assert found["inputs"][0]["inputs"][1]["flag"] == "W"
    assert found["sources"] == ["A", "B"]
