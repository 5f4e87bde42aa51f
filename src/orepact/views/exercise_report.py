"""Write the after-action report of an exercise as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from orepact.views import digits
from orepact.views.charts import finished
from orepact.views.names import material_name
from orepact.views.render import to_svg
from orepact.views.stress_charts import COLOURS, SHAPES
from orepact.views.texts import say

__all__ = ["report_html"]

Entry = Mapping[str, Any]

TEMPLATES = Path(__file__).parent / "templates"

def report_html(content: Entry) -> str:
    """Return the after-action report (``report.json``) as one self-contained HTML page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "fact_sheet.css").read_text(encoding="utf-8")
    dataset = content["dataset"]
    return environment.get_template("exercise.html.jinja").render(
        say=say,
        run=content,
        style=Markup(style),  # noqa: S704 — our own file
        head=say("exercise_head", months=content["months"], first=content["first_month"],
                 scenario=content["scenario"], chains=", ".join(content["chains"]),
                 sets=len(content["parameter_sets"])),
        chart=Markup(to_svg(_chart(content))),  # noqa: S704 — our own drawing
        results=list(_results(content)),
        places=list(_places(content)),
        decisions=list(_decisions(content)),
        refused=[{**one, "team": _title(content, one["team"])} for one in content["refused"]],
        bests=list(_bests(content)),
        turns=list(_turns(content)),
        stocks=[f"{team['title']}: {digits.tonnes(one['tonnes'])} t "
                f"{material_name(one['material'])} ({one['basis']})"
                for team in content["teams"] for one in team["holdings"]],
        provenance=say("exercise_provenance", name=dataset["name"], version=dataset["version"],
                       hash=dataset["hash"][:12], inputs=content["input_hash"][:12],
                       code=content["code_version"]),
    )


def _title(content: Entry, team: str) -> str:
    return next(str(one["title"]) for one in content["teams"] if one["team"] == team)


def _run(content: Entry, team: str, licence: str, run: str) -> Entry | None:
    return next((one for one in content["runs"]
                 if (one["team"], one["licence"], one["run"]) == (team, licence, run)), None)


def _results(content: Entry) -> Iterator[dict[str, str]]:
    for team in content["teams"]:
        for licence in content["licences"]:
            name = team["team"]
            quiet, told, alone, best = (
                _run(content, name, licence, run)
                for run in ("none", "all", f"team:{name}", f"best:{name}"))
            if quiet is None or told is None:
                continue
            yield {
                "team": team["title"], "licence": say(f"exercise_short_{licence}"),
                "without": _spread(quiet["unmet_musd"]), "told": _spread(told["unmet_musd"]),
                "change": _change(told["unmet_change_musd"]),
                "alone": _change(alone["unmet_change_musd"]) if alone else "",
                "best": _spread(best["unmet_musd"]) if best else "",
                "cost": _change(told["cost_change_musd"]),
                "public": _spread(told["public_musd"]),
            }


def _places(content: Entry) -> Iterator[dict[str, str]]:
    by_key = {(one["team"], one["material"], one["licence"], one["run"]): one
              for one in content["uses"]}
    for (team, material, licence, run), quiet in by_key.items():
        if run != "none":
            continue
        told = by_key[team, material, licence, "all"]
        yield {
            "team": _title(content, team), "material": material_name(material),
            "grade": quiet["grade"],
            "licence": say(f"exercise_short_{licence}"), "wanted": digits.tonnes(quiet["wanted_t"]),
            "without": _spread(quiet["unmet_t"]), "told": _spread(told["unmet_t"]),
            "change": _change(told["unmet_change_t"]),
            "held": _spread(told["restrained_t"]) if told["restrained_t"]["high"] > 0 else "",
        }


def _decisions(content: Entry) -> Iterator[dict[str, str]]:
    for one in content["decisions"]:
        moved = [
            f"{_title(content, each['team'])} ({say('exercise_short_' + each['licence'])}): "
            f"{_change(each['unmet_change_musd'])}"
            for each in one["changed"]
            if each["unmet_change_musd"]["verdict"] != "below resolution"
        ]
        yield {
            "turn": str(one["turn"]), "date": one["date"],
            "team": _title(content, one["team"]),
            "what": f"{one['title']}: {_amount(one['amount'], one['unit'])}",
            "note": one["note"],
            "changed": "; ".join(moved) or say("exercise_nothing"),
        }


def _amount(amount: float, unit: str) -> str:
    """Return an amount with its unit; of what is on or off, whether it is taken."""
    if unit.startswith("1 ="):
        return say("exercise_taken" if amount > 0.0 else "exercise_not_taken")
    return f"{digits.number(amount)} {unit}"


def _bests(content: Entry) -> Iterator[str]:
    for one in content["hindsight"]:
        plan = ", ".join(say("exercise_from_turn", title=each["title"], turn=each["from_turn"])
                         for each in one["plan"])
        best = _run(content, one["team"], one["licence"], f"best:{one['team']}")
        yield say(
            "exercise_best_line", team=_title(content, one["team"]),
            licence=say(f"exercise_{one['licence']}"),
            plan=say("exercise_as_decided") if one["as_decided"] else plan, tried=one["tried"],
            complete=say("exercise_complete") if one["complete"] else "",
            unmet=_spread(best["unmet_musd"]) if best else "",
            public=_spread(best["public_musd"]) if best else "",
        )


def _turns(content: Entry) -> Iterator[dict[str, Any]]:
    for turn in content["turns"]:
        yield {**turn, "injects": [
            {"text": one["text"],
             "to": ", ".join(_title(content, name) for name in one["to"])
             or say("exercise_to_all")}
            for one in turn["injects"]
        ]}


def _spread(one: Entry) -> str:
    """Return a middle member with its range, with no more digits than the range supports."""
    ends = [one["low"], one["high"]]
    if all(abs(each) < 0.05 for each in (one["middle"], *ends)):
        return "0"
    middle, low, high = (_two(each) for each in (one["middle"], *ends))
    return middle if low == high else f"{middle} ({low} to {high})"


def _two(value: float) -> str:
    sign = "−" if value < 0 else ""
    return "0" if abs(value) < 0.05 else sign + digits.tonnes(abs(value))


def _change(one: Entry) -> str:
    if one["verdict"] != "resolved":
        return say("exercise_" + str(one["verdict"]).replace(" ", "_"))
    return _spread(one)


def _chart(content: Entry) -> dict[str, Any]:
    """Return unmet use by team, run and licence branch as a Vega-Lite specification."""
    values: list[dict[str, Any]] = []
    for team in content["teams"]:
        for run in ("none", "all", f"best:{team['team']}"):
            for licence in content["licences"]:
                one = _run(content, team["team"], licence, run)
                if one is not None:
                    values.append({
                        "team": team["title"], "licence": say(f"exercise_{licence}"),
                        "run": say(f"exercise_run_{run.partition(':')[0]}"),
                        **one["unmet_musd"]})
    names = [say(f"exercise_{licence}") for licence in content["licences"]]
    runs = list(dict.fromkeys(one["run"] for one in values))
    field = {"field": "licence", "type": "nominal", "sort": names, "title": None}
    y = {"field": "run", "type": "nominal", "sort": runs, "title": None,
         "axis": {"ticks": False, "domain": False, "grid": True}}
    x = {"type": "quantitative", "title": say("exercise_axis"), "scale": {"zero": True}}
    shared = {
        "y": y, "yOffset": {"field": "licence", "type": "nominal", "sort": names},
        "color": {**field, "scale": {"domain": names,
                                     "range": [COLOURS[each] for each in content["licences"]]}},
    }
    layer = [
        {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.6},
         "encoding": {**shared, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
        {"mark": {"type": "point", "filled": True, "size": 24, "opacity": 1},
         "encoding": {**shared, "x": {"field": "middle", **x},
                      "shape": {**field, "scale": {
                          "domain": names,
                          "range": [SHAPES[each] for each in content["licences"]]}}}},
    ]
    spec: dict[str, Any] = {
        "data": {"name": "runs"}, "facet": {"field": "team", "type": "nominal", "title": None,
                                            "sort": [one["title"] for one in content["teams"]]},
        "columns": 2, "spacing": 10, "resolve": {"scale": {"x": "independent"}},
        "spec": {"width": 200, "height": 60, "layer": layer},
    }
    words = " ".join(f"{one['team']}, {one['run']}, {one['licence']}: {_spread(one)}."
                     for one in values)
    return finished(spec, {"runs": values}, say("exercise_chart"), words)
