"""Show a back-test: tables of episodes, scores and bars, drawings of levels and points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.views.charts import finished
from orepact.views.digits import Band, multiple

__all__ = [
    "MODES",
    "bar_rows",
    "comparison_rows",
    "episode_rows",
    "level_chart",
    "point_chart",
    "rule_rows",
    "score_rows",
]

Row = dict[str, Any]

MODES: Mapping[str, str] = {"reported": "as reported", "announced": "as announced"}
ALONE: Mapping[str, str] = {"ask": "asks", "transaction": "unit values"}
NOT_DISTINGUISHABLE = "not distinguishable"
OBSERVED = "#D55E00"
PREDICTED = "#0072B2"
UNIT = "multiple of the price before"
TICKS = (0.5, 1, 2, 5, 10, 20, 50)


def episode_rows(data: Mapping[str, Any], mode: str) -> list[Row]:
    """Return a row per episode: observed level, predicted by the shipped sets, family left out."""
    rows: list[Row] = []
    for episode in data["episodes"]:
        shipped, left = (_of(episode, mode, basis) for basis in ("shipped", "left out"))
        rows.append(
            {
                "episode": episode["episode"],
                "observed": _observed(episode),
                "best_set": _each(shipped["best_set"]),
                "band": multiple(Band(**shipped["level"])),
                "inside": f"{shipped['inside']}/{shipped['points']}",
                "left_out": multiple(Band(**left["level"])),
                "inside_then": f"{left['inside']}/{left['points']}",
            }
        )
    return rows


def rule_rows(data: Mapping[str, Any], mode: str) -> list[Row]:
    """Return a row per episode with what simple rules predict."""
    rows: list[Row] = []
    for episode in data["episodes"]:
        rules = next(each for each in episode["benchmarks"] if each["mode"] == mode)
        rows.append(
            {
                "episode": episode["episode"],
                "observed": _observed(episode),
                "no_change": _short(rules["no_change"]),
                "constant_multiple": _short(rules["constant_multiple"]),
                "closed_form": _each(rules["closed_form"]),
                "closed_form_fitted": _each(rules["closed_form_fitted"]),
            }
        )
    return rows


def score_rows(data: Mapping[str, Any], mode: str) -> list[Row]:
    """Return a row per rule: rank correlation, error of mean levels, coverage of points.

    Episodes that no parameter is learnt from are left out of a second error, which names them.
    """
    unfitted = [each["mineral"] for each in data["episodes"] if not each["fitted"]]
    without = {f"without_{'_'.join(unfitted)}": "mean_level_error_ln_fitted"} if unfitted else {}
    return [
        {
            "rule": each["rule"],
            "rank": _plain(each["rank_correlation"]),
            "level_error": _plain(each["mean_level_error_ln"]),
            **{name: _plain(each[key]) for name, key in without.items()},
            "coverage": _share(each["coverage"]),
            "unwidened": _share(each["coverage_unwidened"]),
        }
        for each in data["scores"]
        if each["mode"] == mode
    ]


def comparison_rows(data: Mapping[str, Any], mode: str) -> list[Row]:
    """Return a row per paired test, in words where the difference is not distinguishable."""
    return [
        {
            "model": each["rule"],
            "against": each["benchmark"],
            "difference": _plain(each["difference_of_squared_errors"]),
            "p": _plain(each["p_value"]),
            "verdict": _verdict(each),
        }
        for each in data["comparisons"]
        if each["mode"] == mode
    ]


def bar_rows(data: Mapping[str, Any], mode: str) -> list[Row]:
    """Return a row per bar: the figure reached, what is expected, whether it is met."""
    return [
        {
            "bar": each["bar"],
            "reached": _plain(each["value"]),
            "expected": each["expected"],
            "met": "yes" if each["met"] else "no",
        }
        for each in data["bars"]
        if each["mode"] == mode
    ]


def level_chart(data: Mapping[str, Any]) -> Row:
    """Return a drawing of observed and predicted mean levels (×, log), a panel per mode."""
    values = [
        {
            "episode": episode["episode"],
            "fed": MODES[mode],
            "observed": episode["observed_level"],
            "rule": said,
            **_of(episode, mode, basis)["level"],
        }
        for episode in data["episodes"]
        for mode in MODES
        for basis, said in (("shipped", "shipped sets"), ("left out", "family left out"))
    ]
    words = " ".join(
        f"{v['episode']}, {v['fed']}, {v['rule']}: observed {v['observed']:.2g}, "
        f"predicted {v['middle']:.2g} ({v['low']:.2g} to {v['high']:.2g})."
        for v in values
    )
    title = "Mean price level in past control episodes, predicted and observed"
    y = {"field": "episode", "type": "nominal", "title": None, "sort": None}
    split = {"field": "rule", "type": "nominal", "sort": None}
    fed = {"field": "fed", "type": "nominal", "sort": list(MODES.values()), "title": None}
    spec: Row = {
        "facet": {"column": fed},
        "data": {"name": "levels"},
        "spec": {
            "width": 230,
            "height": {"step": 12},
            "encoding": {"y": y, "yOffset": split},
            "layer": [
                {
                    "mark": {"type": "bar", "height": 4, "opacity": 0.55},
                    "encoding": {
                        "x": _axis("low"),
                        "x2": {"field": "high"},
                        "color": {
                            **split,
                            "title": "band",
                            "scale": {"range": [PREDICTED, "#56B4E9"]},
                        },
                    },
                },
                {
                    "mark": {"type": "point", "shape": "circle", "size": 18, "filled": True},
                    "encoding": {"x": _axis("middle"), "color": {"value": PREDICTED}},
                },
                {
                    "mark": {"type": "point", "shape": "diamond", "size": 34, "filled": True},
                    "encoding": {"x": _axis("observed"), "color": {"value": OBSERVED}},
                },
            ],
        },
    }
    drawn = f"Diamond: observed. Bar: widened 80 % band; dot: its middle member. {words}"
    return finished(spec, {"levels": values}, title, drawn)


def point_chart(data: Mapping[str, Any]) -> Row:
    """Return a drawing of observed points beside their bands, as reported, a panel per episode.

    No month is singled out: the path between points is not a finding.
    """
    values = [
        {**point, "month": f"{point['month']}-01"}
        for episode in data["episodes"]
        for point in episode["points"]
        if (point["mode"], point["basis"]) == ("reported", "shipped")
    ]
    title = "Observed prices beside their bands, fed with reported shipments"
    axis = {"format": "%b %y", "tickCount": 3}
    month = {"field": "month", "type": "temporal", "title": None, "axis": axis}
    shape = {
        "field": "kind",
        "type": "nominal",
        "title": "observed",
        "scale": {
            "domain": ["quote", "ask", "transaction"],
            "range": ["diamond", "cross", "circle"],
        },
    }
    y = _axis("low")
    spec: Row = {
        "facet": {"field": "episode", "type": "nominal", "title": None},
        "columns": 3,
        "resolve": {"scale": {"x": "independent"}},
        "data": {"name": "points"},
        "spec": {
            "width": 150,
            "height": 95,
            "encoding": {"x": month},
            "layer": [
                {
                    "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.45},
                    "encoding": {"y": y, "y2": {"field": "high"}, "color": {"value": PREDICTED}},
                },
                {
                    "mark": {"type": "point", "size": 30, "strokeWidth": 1.5},
                    "encoding": {
                        "y": _axis("observed"),
                        "shape": shape,
                        "color": {"value": OBSERVED},
                    },
                },
            ],
        },
    }
    words = " ".join(
        f"{v['episode']} {v['month'][:7]}: {v['observed']:.2g} ({v['kind']}), "
        f"band {v['low']:.2g} to {v['high']:.2g}."
        for v in values
    )
    return finished(spec, {"points": values}, title, words)


def _axis(field: str) -> Row:
    return {
        "field": field,
        "type": "quantitative",
        "title": UNIT,
        "scale": {"type": "log"},
        "axis": {"values": list(TICKS), "format": "~g"},
    }


def _observed(episode: Mapping[str, Any]) -> str:
    kinds: Sequence[str] = episode["kinds"]
    said = ALONE.get(kinds[0], "") if len(kinds) == 1 else ""
    level = _short(episode["observed_level"])
    return f"{level} ({said})" if said else level


def _of(episode: Mapping[str, Any], mode: str, basis: str) -> Mapping[str, Any]:
    return next(
        each
        for each in episode["predictions"]
        if (each["mode"], each["basis"]) == (mode, basis)
    )


def _each(values: Mapping[str, float | None]) -> str:
    """Return the values of the licence branches side by side, never their mean."""
    return " · ".join(_short(value) for value in values.values())


def _short(value: float | None) -> str:
    return "n/a" if value is None else multiple(Band(value, value, value, value))


def _plain(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def _verdict(each: Mapping[str, Any]) -> str:
    if each["p_value"] is None or not each["distinguishable"]:
        return NOT_DISTINGUISHABLE
    return "model better" if each["difference_of_squared_errors"] < 0.0 else "rule better"
