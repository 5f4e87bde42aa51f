"""Write the printable brief: one self-contained HTML page of two to four sheets of A4.

A run is the content of run.json as a mapping and its tables as frames: ``flows_base``,
``processes_base`` and ``uses_base`` (tonnes a month), ``monthly`` and ``calendar`` (one row per
branch, act, chain and state). No script, no reference to anything outside but plain links.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import jinja2
import polars as pl
from markupsafe import Markup

from orepact.views import digits
from orepact.views.charts import bands, day_of, timeline
from orepact.views.choice import (
    Row,
    branches_of,
    deciding_branch,
    exporter_rows,
    exporters_of,
    hardest_hit,
    key_pairs,
    read_rows,
    short_names,
    short_pairs,
    spread,
)
from orepact.views.names import branch_name, material_name, region_name, region_short, status_name
from orepact.views.render import to_svg
from orepact.views.sankey import sankey
from orepact.views.texts import say

__all__ = ["brief_html", "write_brief"]

BUYERS = 5
SHORT_ROWS = 5
SANKEY_ROOM = 104.0  # pixels: two chains share a sheet
NAMED = 4
PER_REGION = 2
FACTS = "facts"  # licence status of a source of which single facts are cited
CARDS = 10
REASON, AFFECTS = 110, 50  # characters of a card's reason and of what it affects
SHADES = (0.01, 0.05, 0.15, 0.30)  # fractions of use at which a cell's shade deepens
TEMPLATES = Path(__file__).parent / "templates"


def write_brief(run: Mapping[str, Any], frames: Mapping[str, pl.DataFrame], path: Path) -> None:
    """Write the brief of a run to `path`, whole or not at all."""
    page = brief_html(run, frames)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", text=False)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            _ = file.write(page)
        _ = Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def brief_html(run: Mapping[str, Any], frames: Mapping[str, pl.DataFrame]) -> str:
    """Return the brief of a run as one self-contained HTML page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "brief.css").read_text(encoding="utf-8")
    rows = read_rows(run)
    return environment.get_template("brief.html.jinja").render(
        say=say,
        run=run,
        style=Markup(style),  # noqa: S704 — our own file
        as_of=_day(run["as_of"]),
        headline=[_headline(run, rows, entry) for entry in run["chains"]],
        acts=_acts(run, frames["calendar"]),
        timeline=_timeline(run, rows, frames["calendar"]),
        chains=[_chain(run, rows, frames, entry) for entry in run["chains"]],
        cards=_cards(run),
        coverage=[_coverage(entry) for entry in run["chains"]],
        sources=[one for one in run["sources"] if one["licence_status"] != FACTS],
        facts=_facts(run),
        provenance=_provenance(run),
        checks=_checks(run),
    )


def _of_chain(rows: Sequence[Row], chain: str) -> list[Row]:
    return [row for row in rows if row.chain == chain]


def _day(value: object) -> str:
    day = day_of(value)
    return f"{day.day} {day:%B %Y}" if day else str(value or "")


def _month(value: object) -> str:
    day = day_of(value)
    return f"{day:%B %Y}" if day else str(value or "")


def _headline(
    run: Mapping[str, Any], rows: Sequence[Row], entry: Mapping[str, Any]
) -> dict[str, Any]:
    chain = str(entry["chain"])
    own = _of_chain(rows, chain)
    pair = hardest_hit(own, exporters_of(run, own, chain))
    lines = [_headline_line(own, row) for branch in branches_of(own) for row in own
             if row.branch == branch and row.pair == pair]
    return {
        "title": entry["title"],
        "grade": entry["grade"],
        "covered": bool(entry.get("covered_by")),
        "buyer": f"{region_name(pair[0])}: {material_name(pair[1])}" if pair else "",
        "answers": _answers(own, pair),
        "lines": lines,
    }


def _headline_line(own: Sequence[Row], row: Row) -> dict[str, Any]:
    short = short_names(own, row.branch, region_short)
    names = list(short[:NAMED])
    more = f" +{len(short) - NAMED}" if len(short) > NAMED else ""
    return {
        "branch": branch_name(row.branch),
        "quo": digits.multiple(row.marginal_quo),
        "licences": digits.multiples(value for _, value in row.licences),
        "tail": digits.multiple_tail(row.marginal_quo),
        "base": digits.multiple(row.marginal_base),
        "paid": digits.multiple(row.transaction_quo),
        "unmet": digits.percent(row.unmet),
        "shade": _shade(row),
        "cover": digits.days(row.cover),
        "short": ", ".join(names) + more if names else say("nobody"),
    }


def _answers(own: Sequence[Row], pair: tuple[str, str] | None) -> list[str]:
    """Return the sentences for the branch that the acts' own text leads to, else the last."""
    branches = branches_of(own)
    if pair is None or not branches:
        return [say("answer_unsolved")]
    branch = deciding_branch(own) or branches[-1]
    row = next((r for r in own if r.branch == branch and r.pair == pair), None)
    if row is None:
        return [say("answer_unsolved")]
    quiet = next((r for r in own if r.branch == "extended" and r.pair == pair), None)
    line = say("answer_line", branch=branch_name(branch), region=region_name(row.region),
               licences=digits.multiples(value for _, value in row.licences),
               without=digits.percent(quiet.unmet if quiet else None),
               material=material_name(row.material), multiple=digits.multiple(row.marginal_quo),
               unmet=digits.percent(row.unmet))
    short = short_names(own, branch, region_name)
    names = ", ".join(short)
    return [line, say("answer_short", regions=names) if short else say("answer_nobody")]


def _shade(row: Row | None) -> int:
    mean = row.unmet.middle if row and row.unmet else 0.0
    return sum(mean >= step for step in SHADES)


def _acts(run: Mapping[str, Any], calendar: pl.DataFrame) -> list[dict[str, Any]]:
    """Return per act its states on the study date and its clock nearest to it, clocks first."""
    states = _states(calendar, day_of(run["as_of"]) or dt.date.min)
    clocks: dict[str, Mapping[str, Any]] = {}
    for clock in sorted(run["clocks"], key=lambda one: abs(int(one["days"])), reverse=True):
        clocks[clock["act"]] = clock
    acts = sorted({act for act, _ in states} or set(clocks),
                  key=lambda act: (act not in clocks, str(clocks.get(act, {}).get("date")), act))
    lines = [
        {
            "acts": [act],
            "title": str(clocks.get(act, {}).get("title") or ""),
            "states": [_state(states.get((act, entry["chain"]), set()))
                       for entry in run["chains"]],
            "clock": _clock(clocks[act]) if act in clocks else "",
            "reading": str(clocks.get(act, {}).get("reading") or ""),
            "known": _day(clocks[act].get("known_as_of")) if act in clocks else "",
        }
        for act in acts
    ]
    return _grouped(lines)


def _grouped(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of acts with the same states and clock as one line."""
    groups: dict[str, dict[str, Any]] = {}
    for line in lines:
        key = repr([line[name] for name in ("states", "clock", "reading", "known")])
        if key in groups:
            groups[key] |= {"acts": [*groups[key]["acts"], *line["acts"]], "title": ""}
        else:
            groups[key] = dict(line)
    return list(groups.values())


def _states(calendar: pl.DataFrame, today: dt.date) -> dict[tuple[str, str], set[str]]:
    """Return the states of act and chain on a day over all branches; the latest begun counts."""
    latest: dict[tuple[str, str, str], tuple[dt.date, str]] = {}
    for row in calendar.iter_rows(named=True):
        since, until = day_of(row["since"]) or dt.date.min, day_of(row["until"]) or dt.date.max
        key = (row["branch"], row["act"], row["chain"])
        if since <= today <= until:
            latest[key] = max(latest.get(key, (since, "")), (since, status_name(row["status"])))
    states: dict[tuple[str, str], set[str]] = {}
    for (_, act, chain), (_, status) in latest.items():
        states.setdefault((act, chain), set()).add(status)
    return states


def _state(found: set[str]) -> dict[str, str]:
    if not found:
        return {"text": say("untouched"), "kind": "none"}
    if len(found) > 1:
        return {"text": say("state_differs"), "kind": "differs"}
    text = next(iter(found))
    return {"text": text, "kind": text.replace(" ", "-")}


def _clock(clock: Mapping[str, Any]) -> str:
    left = int(clock["days"])
    key = "clock_today" if left == 0 else ("clock_left" if left > 0 else "clock_past")
    return say(key, event=clock["event"], date=_day(clock["date"]), days=abs(left))


def _timeline(run: Mapping[str, Any], rows: Sequence[Row], calendar: pl.DataFrame) -> Markup:
    today = day_of(run["as_of"]) or dt.date.min
    last = day_of(run["last_month"]) or today
    first = (today.replace(day=1) - dt.timedelta(days=40)).replace(day=1)
    end = (last.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return _drawn(timeline(calendar, branches_of(rows), first, end, today))


def _drawn(spec: Mapping[str, Any]) -> Markup:
    return Markup(to_svg(spec))  # noqa: S704 — drawn here; its texts are escaped by the renderer


def _chain(
    run: Mapping[str, Any], rows: Sequence[Row], frames: Mapping[str, pl.DataFrame],
    entry: Mapping[str, Any],
) -> dict[str, Any]:
    chain, title = str(entry["chain"]), str(entry["title"])
    own = _of_chain(rows, chain)
    branches = branches_of(own)
    exporters = exporters_of(run, own, chain)
    pairs = key_pairs(own, exporters, BUYERS)
    return {
        "title": title,
        "grade": entry["grade"],
        "covered": bool(entry.get("covered_by")),
        "meta": _meta(entry),
        "sankey": _drawn(sankey(frames, chain, title, room=SANKEY_ROOM)),
        "bands": _drawn(bands(own, pairs, branches, title)) if pairs else "",
        "buyers": [_buyer_line(row) for pair in pairs for branch in branches for row in own
                   if row.pair == pair and row.branch == branch],
        "branches": [branch_name(branch) for branch in branches],
        "short": _short(own, branches),
        "exporters": [_exporter_line(row) for row in exporter_rows(own, exporters)],
    }


def _meta(entry: Mapping[str, Any]) -> str:
    months = entry["calibration"]
    return say(
        "chain_meta", grade=entry["grade"], moved=digits.share(entry["moved_share"]),
        coverage=digits.share(entry["coverage"]), acts=", ".join(entry["covered_by"]) or "–",
        **{"from": _month(months["from"]), "to": _month(months["to"])},
    )


def _buyer_line(row: Row) -> dict[str, str]:
    return {
        "buyer": region_name(row.region), "material": material_name(row.material),
        "branch": branch_name(row.branch), "quo": digits.multiple(row.marginal_quo),
        "tail": digits.multiple_tail(row.marginal_quo), "base": digits.multiple(row.marginal_base),
        "paid": digits.multiple(row.transaction_quo), "unmet": digits.percent(row.unmet),
        "cover": digits.days(row.cover),
    }


def _short(own: Sequence[Row], branches: Sequence[str]) -> dict[str, Any]:
    found = {(row.pair, row.branch): row for row in own}
    pairs = short_pairs(own)
    shown = spread(pairs, PER_REGION)[:SHORT_ROWS]
    lines = [
        {
            "buyer": region_name(pair[0]), "material": material_name(pair[1]),
            "cells": [_short_cell(found.get((pair, branch))) for branch in branches],
        }
        for pair in shown
    ]
    return {"lines": lines, "more": len(pairs) - len(shown)}


def _short_cell(row: Row | None) -> dict[str, Any]:
    return {"text": digits.percent(row.unmet if row else None), "shade": _shade(row)}


def _exporter_line(row: Row) -> dict[str, str]:
    return {
        "region": region_name(row.region), "branch": branch_name(row.branch),
        "material": material_name(row.material), "volume": digits.relative_volume(row.exports),
        "price": digits.exporter_range(row.marginal_base),
    }


def _cards(run: Mapping[str, Any]) -> dict[str, Any]:
    titles = {entry["chain"]: entry["title"] for entry in run["chains"]}
    cards = list(run["assumptions"])
    shown = _in_turn(cards)[:CARDS]
    lines = [
        {
            "chain": titles.get(card.get("chain"), card.get("chain") or say("all_chains")),
            "title": card["title"], "value": digits.number(card["value"]),
            "range": f"{digits.number(card['low'])}–{digits.number(card['high'])}",
            "unit": card["unit"],
            "affects": _shortened(card["affects"], AFFECTS),
            "reason": _shortened(card["reason"], REASON),
        }
        for card in shown
    ]
    return {"lines": lines, "more": max(0, len(cards) - CARDS)}


def _in_turn(cards: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the cards chain by chain in turn: first the first of each chain, then the second."""
    turns: Counter[str] = Counter()
    keyed: list[tuple[int, int, Mapping[str, Any]]] = []
    for number, card in enumerate(cards):
        chain = str(card.get("chain") or "")
        keyed.append((turns[chain], number, card))
        turns[chain] += 1
    return [card for _, _, card in sorted(keyed, key=lambda one: one[:2])]


def _shortened(value: object, characters: int) -> str:
    """Return a text, or a list of words, cut at a word."""
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(one) for one in cast("Sequence[object]", value))
    return textwrap.shorten(str(value or ""), characters, placeholder=" …")


def _facts(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return the number of single cited facts and their publishers."""
    facts = [source for source in run["sources"] if source["licence_status"] == FACTS]
    names = sorted({str(source["publisher"]) for source in facts})
    return {"count": len(facts), "names": "; ".join(names)}


def _coverage(entry: Mapping[str, Any]) -> dict[str, str]:
    months = entry["calibration"]
    return {
        "title": str(entry["title"]), "grade": str(entry["grade"]),
        "moved": digits.share(entry["moved_share"]), "coverage": digits.share(entry["coverage"]),
        "months": f"{_month(months['from'])} – {_month(months['to'])}",
        "note": str(entry.get("note") or ""),
    }


def _checks(run: Mapping[str, Any]) -> str:
    checks = run["base_checks"]
    return say("checks_line", price=digits.fine_percent(checks["max_price_error"]),
               flow=digits.fine_percent(checks["max_flow_error"]),
               balance=digits.number(run["balance_residual_max"]))


def _provenance(run: Mapping[str, Any]) -> dict[str, str]:
    line = say(
        "provenance_line", study=run["study"], version=run["dataset"]["version"],
        hash=run["dataset"]["hash"], code=run["code_version"],
        solver=run.get("solver") or say("unknown"),
        sets=", ".join(str(rank) for rank in run["parameter_sets"]),
        licences=", ".join(run["licence_branches"]), created=run["created"],
        seconds=digits.number(run["seconds"]), speed=digits.number(run["windows_per_second"]),
    )
    return {"line": line, "command": str(run.get("command") or f"orepact run {run['study']}")}
