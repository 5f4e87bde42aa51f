"""Draw shares of supply, prices and uses of one mineral as Vega-Lite specifications.

Colours are those of Okabe and Ito (2008); a label beside each bar repeats what its colour says, so
that the drawings are read without colour too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from orepact.views.charts import INK, finished
from orepact.views.texts import say

__all__ = ["KINDS", "price_line", "share_bars"]

Spec = dict[str, Any]

KINDS: Mapping[str, str] = {"own": "#009E73", "outside": "#0072B2", "not named": "#8A8A8A"}
"""Kinds of a share and their colours: the region itself, outside it, without a named country."""

BAR = 13.0
NUMBERS = 30.0
FULL = 100.0
SMALLEST = 0.5
FEW_YEARS, FEW_TICKS, FEW_POINTS = 9, 6, 40


def share_bars(
    shares: pl.DataFrame,
    title: str,
    description: str,
    *,
    width: float = 340.0,
    labels: float = 118.0,
) -> Spec:
    """Return bars of shares (%) by name, one block for each group, in the order of the rows.

    `shares` has group, name, kind (of `KINDS`), value, low and high (fractions; null for none).
    A thin line is the range; a bar without a value has its range alone. `width` and `labels`, the
    room for names, are in pixels.
    """
    values = [_bar(row) for row in shares.iter_rows(named=True)]
    groups = list(dict.fromkeys(str(value["group"]) for value in values))
    blocks = [
        _block([value for value in values if value["group"] == group], width, labels, last=last)
        for group, last in zip(groups, [*[False] * (len(groups) - 1), True], strict=True)
    ]
    spec: Spec = {"vconcat": blocks, "spacing": 17, "bounds": "flush"}
    words = "; ".join(f"{value['group']}: {value['name']} {value['text']}" for value in values)
    return finished(spec, {"shares": values}, title, f"{description} {words}.")


def _bar(row: Mapping[str, Any]) -> Spec:
    value, low, high = (row[name] for name in ("value", "low", "high"))
    return {
        "group": row["group"],
        "name": row["name"],
        "kind": row["kind"],
        "value": _percent(value),
        "low": _percent(low),
        "high": _percent(high),
        "end": _percent(high if value is None else max(value, high or 0.0)),
        "text": _text(_percent(value), _percent(high)),
    }


def _percent(value: float | None) -> float | None:
    return None if value is None else round(FULL * value, 4)


def _text(value: float | None, high: float | None) -> str:
    """Return the label of a bar: whole per cent, or the most it can be, or that none is known."""
    if value is None:
        return say("sheet_withheld") if high is None else say("sheet_up_to", value=f"{high:.0f}")
    return "<1" if 0.0 < value < SMALLEST else f"{value:.0f}"


def _block(rows: Sequence[Spec], width: float, labels: float, *, last: bool) -> Spec:
    group = rows[0]["group"]
    order = [row["name"] for row in rows]
    x: Spec = {
        "type": "quantitative",
        "title": say("sheet_axis_share") if last else None,
        "scale": {"domain": [0, FULL]},
        "axis": {"tickCount": 5, "labels": last, "ticks": last},
    }
    y: Spec = {
        "field": "name",
        "type": "nominal",
        "title": None,
        "sort": order,
        "axis": {
            "ticks": False,
            "domain": False,
            "labelLimit": labels - 6,
            "minExtent": labels,
            "maxExtent": labels,
        },
    }
    colour: Spec = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": list(KINDS), "range": list(KINDS.values())},
        "legend": None,
    }
    return {
        "data": {"name": "shares"},
        "transform": [{"filter": {"field": "group", "equal": group}}],
        "title": {
            "text": group,
            "anchor": "start",
            "frame": "group",
            "fontSize": 9,
            "offset": 2,
            "color": INK,
        },
        "width": width - labels - NUMBERS,
        "height": BAR * len(rows),
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "bar", "height": BAR - 4},
                "encoding": {"x": {"field": "value", **x}, "color": colour},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 1, "color": INK},
                "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 3, "fontSize": 9, "color": INK},
                "encoding": {"x": {"field": "end", **x}, "text": {"field": "text"}},
            },
        ],
    }


def price_line(
    prices: pl.DataFrame,
    title: str,
    description: str,
    *,
    width: float = 340.0,
    height: float = 92.0,
) -> Spec:
    """Return one price over time on an axis that begins at zero.

    `prices` has date (ISO text), price and unit; all rows have one unit.
    """
    values = prices.select("date", "price").to_dicts()
    years = len({str(row["date"])[:4] for row in values})
    time: Spec = {
        "field": "date",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc"},
        "axis": {
            "format": "%Y",
            "tickCount": {"interval": "year", "step": 1} if years <= FEW_YEARS else FEW_TICKS,
        },
    }
    price: Spec = {
        "field": "price",
        "type": "quantitative",
        "title": str(prices["unit"][0]) if values else "",
        "scale": {"zero": True},
        "axis": {"tickCount": 4, "format": "~s"},
    }
    marks: list[Spec] = [{"mark": {"type": "line", "strokeWidth": 1.4, "color": KINDS["outside"]}}]
    if len(values) <= FEW_POINTS:
        point = {"type": "point", "filled": True, "size": 16, "color": KINDS["outside"]}
        marks.append({"mark": point})
    spec: Spec = {
        "data": {"name": "prices"},
        "width": width - 52.0,
        "height": height,
        "encoding": {"x": time, "y": price},
        "layer": marks,
    }
    return finished(spec, {"prices": values}, title, description)
