"""Draw a chain's flows by stage as a Vega specification of path marks, laid out here.

One scale (pixels a tonne) holds for the whole diagram, the largest at which every column fits;
every bar has at least the height of its label, so that labels never overlap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from orepact.views.digits import tonnes as print_tonnes
from orepact.views.flows import (
    COLLECTED,
    OTHER,
    REST,
    SCRAP,
    Graph,
    Link,
    Node,
    graph_of,
    read_accounts,
)
from orepact.views.names import material_name, region_name, use_name
from orepact.views.texts import say

__all__ = ["Bar", "Drawing", "Ribbon", "lay_out", "sankey"]

FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
INK = "currentColor"
# Okabe and Ito (2008), a palette that colour-blind readers can tell apart.
SELLERS: Mapping[str, str] = {
    "CHN": "#D55E00", "USA": "#0072B2", "EU27": "#56B4E9", "JPN": "#009E73", SCRAP: "#CC79A7",
}
ELSEWHERE = "#8A8A8A"
SLOT, GAP, BAR = 10.0, 3.0, 7.0
LEFT, RIGHT, BOTTOM = 4.0, 96.0, 4.0
HEAD, HEAD_LINES = 11.0, 3
REGIONS = 6
ROOMY = 1.25


@dataclass(frozen=True, slots=True)
class Bar:
    """A node in place: pixels from the top left; tonnes a month in, out, added and lost."""

    node: Node
    x: float
    y: float
    height: float
    inflow: float
    outflow: float
    added: float
    lost: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A link in place: `width` pixels at both ends, from (x0, y0) to (x1, y1), upper edges."""

    link: Link
    x0: float
    y0: float
    x1: float
    y1: float
    width: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram in place; `scale` in pixels per tonne a month."""

    graph: Graph
    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]
    scale: float
    width: float
    height: float


def sankey(
    frames: Mapping[str, pl.DataFrame],
    chain: str,
    title: str,
    *,
    width: float = 700.0,
    room: float = 132.0,
) -> dict[str, Any]:
    """Return the Vega specification of a chain's flows by stage, the largest regions by name.

    `width` and `room`, the height of the bars, are in pixels.
    """
    graph = graph_of(read_accounts(frames, chain, REGIONS))
    return _spec(lay_out(graph, width, room), title)


def lay_out(graph: Graph, width: float, room: float) -> Drawing:
    """Return the bars and ribbons of a graph, `width` pixels wide; bars fill `room` pixels.

    A column with too many bars for the room gets more, so that widths stay visible.
    """
    inflow: dict[Node, float] = defaultdict(float)
    outflow: dict[Node, float] = defaultdict(float)
    for link in graph.links:
        outflow[link.source] += link.tonnes
        inflow[link.target] += link.tonnes
    size = {node: max(inflow[node], outflow[node]) for node in graph.nodes}
    columns = [[n for n in graph.nodes if n.column == c] for c in range(len(graph.heads))]
    top = HEAD * max(len(_head_lines(head)) for head in graph.heads) + 4.0
    room = max([room, *(ROOMY * len(column) * (SLOT + GAP) for column in columns)])
    scale = _scale([[size[n] for n in column] for column in columns], room)
    step = (width - LEFT - RIGHT - BAR) / max(1, len(columns) - 1)
    bars: list[Bar] = []
    for number, column in enumerate(columns):
        y = top
        for node in sorted(column, key=lambda n: (_rank(n), -size[n], n)):
            tall = size[node] * scale
            slot = max(tall, SLOT)
            into, out = inflow[node], outflow[node]
            ends = into == 0 or out == 0
            bars.append(Bar(node, LEFT + number * step, y + (slot - tall) / 2, tall, into, out,
                            0.0 if ends else max(0.0, out - into),
                            0.0 if ends else max(0.0, into - out)))
            y += slot + GAP
    return Drawing(graph, tuple(bars), _ribbons(graph, bars, scale), scale, width,
                   top + room + BOTTOM)


def _rank(node: Node) -> int:
    if node.kind == "scrap":
        return 3
    return {"CHN": 0, OTHER: 2, REST: 3, COLLECTED: 4}.get(node.name, 1)


def _scale(columns: list[list[float]], room: float) -> float:
    """Return the largest scale at which the bars of every column, with gaps, fit the room."""
    low, high = 0.0, room / max((sum(c) for c in columns if c), default=1.0)
    for _ in range(50):
        middle = (low + high) / 2
        fits = all(sum(max(s * middle, SLOT) + GAP for s in column) <= room for column in columns)
        low, high = (middle, high) if fits else (low, middle)
    return low or 0.25 * high


def _ribbons(graph: Graph, bars: list[Bar], scale: float) -> tuple[Ribbon, ...]:
    at = {bar.node: bar for bar in bars}
    leaving = {bar.node: bar.y for bar in bars}
    arriving = {bar.node: bar.y for bar in bars}
    starts: dict[int, float] = {}
    order = {id(link): (at[link.source].y, at[link.target].y) for link in graph.links}
    for link in sorted(graph.links, key=lambda one: order[id(one)]):
        starts[id(link)] = leaving[link.source]
        leaving[link.source] += link.tonnes * scale
    ribbons: list[Ribbon] = []
    for link in sorted(graph.links, key=lambda one: order[id(one)]):
        end = arriving[link.target]
        arriving[link.target] += link.tonnes * scale
        ribbons.append(Ribbon(link, at[link.source].x + BAR, starts[id(link)],
                              at[link.target].x, end, link.tonnes * scale))
    return tuple(ribbons)


def _spec(drawing: Drawing, title: str) -> dict[str, Any]:
    largest = sorted(drawing.graph.links, key=lambda link: -link.tonnes)[:4]
    name = say("sankey_title", chain=title)
    return {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "title": None,
        "usermeta": {"title": name},
        "description": f"{name}. "
        + say("sankey_desc", largest="; ".join(_describe(link) for link in largest)),
        "width": drawing.width,
        "height": drawing.height,
        "padding": 2,
        "autosize": "none",
        "background": None,
        "data": [
            {"name": "ribbons", "values": [_ribbon_row(r) for r in drawing.ribbons]},
            {"name": "stubs", "values": _stub_rows(drawing)},
            {"name": "bars", "values": [_bar_row(bar) for bar in drawing.bars]},
            {"name": "labels", "values": [_label_row(bar) for bar in drawing.bars]},
            {"name": "heads", "values": _head_rows(drawing)},
        ],
        "marks": [
            _path_mark("ribbons", 0.42),
            _path_mark("stubs", 0.22),
            {"type": "rect", "from": {"data": "bars"}, "encode": {"update": {
                **{key: {"field": key} for key in ("x", "y", "height")},
                "width": {"value": BAR}, "fill": {"field": "fill"},
                "tooltip": {"field": "text"}}}},
            _text_mark("labels", 8.5, "normal", "middle"),
            _text_mark("heads", 8.5, "bold", "top"),
        ],
    }


def _path_mark(data: str, opacity: float) -> dict[str, Any]:
    return {"type": "path", "from": {"data": data}, "encode": {"update": {
        "path": {"field": "path"}, "fill": {"field": "fill"}, "fillOpacity": {"value": opacity},
        "tooltip": {"field": "text"}}}}


def _text_mark(data: str, size: float, weight: str, baseline: str) -> dict[str, Any]:
    return {"type": "text", "from": {"data": data}, "interactive": False, "encode": {"update": {
        "x": {"field": "x"}, "y": {"field": "y"}, "text": {"field": "text"},
        "align": {"field": "align"}, "baseline": {"value": baseline}, "fill": {"value": INK},
        "font": {"value": FONT}, "fontSize": {"value": size}, "fontWeight": {"value": weight},
        "lineBreak": {"value": "\n"}}}}


def _describe(link: Link) -> str:
    return say("sankey_flow", source=_node_name(link.source), target=_node_name(link.target),
               material=material_name(link.material), tonnes=print_tonnes(link.tonnes))


def _node_name(node: Node) -> str:
    special = {OTHER: "other_regions", SCRAP: "scrap", COLLECTED: "collected",
               REST: "other_uses"}
    if node.name in special:
        return say(special[node.name])
    return use_name(node.name) if node.kind == "use" else region_name(node.name)


def _colour(node: Node) -> str:
    return SELLERS.get(node.name, ELSEWHERE)


def _ribbon_row(ribbon: Ribbon) -> dict[str, Any]:
    middle = (ribbon.x0 + ribbon.x1) / 2
    low0, low1 = ribbon.y0 + ribbon.width, ribbon.y1 + ribbon.width
    path = (f"M{ribbon.x0:.1f},{ribbon.y0:.2f}"
            f"C{middle:.1f},{ribbon.y0:.2f} {middle:.1f},{ribbon.y1:.2f} "
            f"{ribbon.x1:.1f},{ribbon.y1:.2f}L{ribbon.x1:.1f},{low1:.2f}"
            f"C{middle:.1f},{low1:.2f} {middle:.1f},{low0:.2f} {ribbon.x0:.1f},{low0:.2f}Z")
    return {"path": path, "fill": _colour(ribbon.link.source), "text": _describe(ribbon.link)}


def _stub_rows(drawing: Drawing) -> list[dict[str, Any]]:
    """Return the grey ends that close a bar: what joins it and what leaves it unseen."""
    rows: list[dict[str, Any]] = []
    for bar in drawing.bars:
        if bar.added > 0:
            top = bar.y + bar.inflow * drawing.scale
            low = top + bar.added * drawing.scale
            rows.append({"path": f"M{bar.x - 9:.1f},{low + 5:.2f}L{bar.x:.1f},{top:.2f}"
                         f"L{bar.x:.1f},{low:.2f}Z", "fill": INK, "text": say("sankey_added")})
        if bar.lost > 0:
            right = bar.x + BAR
            top = bar.y + bar.outflow * drawing.scale
            low = top + bar.lost * drawing.scale
            rows.append({"path": f"M{right:.1f},{top:.2f}L{right + 9:.1f},{low + 5:.2f}"
                         f"L{right:.1f},{low:.2f}Z", "fill": INK, "text": say("sankey_lost")})
    return rows


def _delivered(bar: Bar) -> float:
    """Return what leaves a bar, or what arrives where nothing leaves: the tonnes of its label."""
    return bar.outflow or bar.inflow


def _bar_row(bar: Bar) -> dict[str, Any]:
    size = _delivered(bar)
    return {"x": bar.x, "y": bar.y, "height": max(bar.height, 0.75), "fill": _colour(bar.node),
            "text": f"{_node_name(bar.node)}: {print_tonnes(size)} t/month"}


def _label_row(bar: Bar) -> dict[str, Any]:
    size = _delivered(bar)
    name = _node_name(bar.node)
    return {"x": bar.x + BAR + 3, "y": bar.y + bar.height / 2, "align": "left",
            "text": f"{name} {print_tonnes(size)}"}


def _head_lines(head: tuple[str, ...]) -> list[str]:
    """Return the lines of a column's head, the last one saying how many more there are."""
    names = [material_name(material) for material in head]
    if len(names) <= HEAD_LINES:
        return names
    return [*names[: HEAD_LINES - 1], f"+{len(names) - HEAD_LINES + 1}"]


def _head_rows(drawing: Drawing) -> list[dict[str, Any]]:
    count = max(1, len(drawing.graph.heads) - 1)
    step = (drawing.width - LEFT - RIGHT - BAR) / count
    return [
        {"x": LEFT + number * step, "y": 2, "align": "left", "text": "\n".join(_head_lines(head))}
        for number, head in enumerate(drawing.graph.heads)
    ]
