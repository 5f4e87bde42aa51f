"""What may drive a figure: uncertain numbers of the scenario, behaviour, licence, base window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast, get_type_hints

import polars as pl

from orepact.network.behaviour import Behaviour
from orepact.network.chains.text import Card
from orepact.policy.scenario.ranges import all_ranges, drawn
from orepact.policy.scenario.text import Control, Distribution, Part, Scenario
from orepact.studies.stress.design import Task
from orepact.studies.stress.link_cards import link_value
from orepact.studies.stress.windows import BASE
from orepact.units import Doc, Unit

__all__ = ["MEMBER", "SETS_PER_PARAMETER", "Factor", "factor_table", "factors_of"]

MEMBER = ("chain", "window", "licence", "rank", "draw")
"""The columns that say which member a row is from; rungs are run for each."""

SETS_PER_PARAMETER = 3
"""Parameter sets needed for each parameter that varies, or its effect is not told from others."""


TITLES: Mapping[tuple[str, ...], str] = {
    ("licence", "first"): "share of base trade under the licence",
    ("licence", "approve"): "share of base trade under the licence, approved",
    ("licence", "refuse"): "share of base trade under the licence, refused",
    ("licence", "military"): "military users' part of the civil share",
    ("licence", "listed"): "listed users' part of the civil share",
    ("share",): "share of base trade that may go through it",
    ("permitted",): "share of its trade that is permitted",
    ("premium",): "premium on the base price",
    ("carry_over", "fraction"): "part of what is left that is carried over",
    ("reserve_share",): "part that the issuer keeps back",
    ("leakage",): "leakage, as a part of that under a ban",
    ("share_of_base",): "quota as a share of base trade",
    ("pace",): "most that ships in a month, against an even share",
    ("limit",): "tonnes of the quota",
    ("activity",): "output that is left, of base",
    ("alarm",): "how far it alarms buyers",
    ("factor",): "demand, against base",
    ("rate",): "rate of the tax",
    ("price",): "price of the flood, against base",
    ("volume",): "volume of the flood, against base capacity",
}
"""What the uncertain numbers of a scenario are called, by their field."""

SHARES = frozenset({
    "first", "approve", "refuse", "military", "listed", "share", "permitted", "fraction",
    "reserve_share", "leakage", "share_of_base", "activity", "premium", "rate",
})
"""Fields that are fractions and read in per cent."""

FRACTION = "fraction"


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that varies over members: `kind` is range, link, behaviour, licence or window.

    `title` says it in words, `unit` what a number of it is in; yes or no factors have none.
    """

    name: str
    title: str
    kind: str
    unit: str = ""


def factors_of(
    scenario: Scenario, tasks: Sequence[Task], cards: Mapping[str, Card] | None = None
) -> list[Factor]:
    """Return the factors that vary over tasks, behaviour only where the sets can tell it apart.

    `cards` are those of links that are drawn, by path.
    """
    found: list[Factor] = []
    if any(draw.quantiles for task in tasks for draw in task.draws):
        found = [
            Factor(path, _title(scenario, path), "range", _unit(scenario, path))
            for path, one in all_ranges(scenario) if not one.certain
        ]
        found += [
            Factor(path, card.title, "link", card.unit) for path, card in (cards or {}).items()
        ]
    sets = {task.behaviour.rank: task.behaviour for task in tasks}
    varying = [name for name in _parameters() if len({getattr(one, name)
                                                      for one in sets.values()}) > 1]
    if len(sets) >= SETS_PER_PARAMETER * len(varying):
        found += [Factor(name, *_parameters()[name]) for name in varying]
    if len({task.licence for task in tasks}) > 1:
        found.append(Factor("refused", "licences are refused", "licence"))
    windows = dict.fromkeys(task.window for task in tasks if task.window != BASE)
    found += [Factor(f"window:{name}", f"base window {name}", "window") for name in windows]
    return found


def _parameters() -> dict[str, tuple[str, str, str]]:
    """Return title, kind and unit of every behavioural parameter."""
    hints = get_type_hints(Behaviour, include_extras=True)
    found: dict[str, tuple[str, str, str]] = {}
    for each in fields(Behaviour):
        notes: Iterable[Any] = getattr(hints[each.name], "__metadata__", ())
        unit = next((one.symbol for one in notes if isinstance(one, Unit)), "")
        words = next((one.text for one in notes if isinstance(one, Doc)), each.name)
        if each.name != "rank":
            found[each.name] = (words, "behaviour", unit)
    return found


def factor_table(scenario: Scenario, tasks: Sequence[Task], factors: Sequence[Factor],
                 cards: Mapping[str, Card] | None = None) -> pl.DataFrame:
    """Return the value of every factor for every member, yes as 1 and no as 0."""
    links = cards or {}
    ranges = dict(all_ranges(scenario))
    kinds = {one.of: one for one in scenario.distributions}
    rows: list[dict[str, Any]] = []
    for task in tasks:
        for draw in task.draws:
            quantiles = dict(draw.quantiles)
            row: dict[str, Any] = {
                "chain": task.chain, "window": task.window, "licence": task.licence,
                "rank": task.behaviour.rank, "draw": draw.number,
            }
            for factor in factors:
                row[factor.name] = (
                    link_value(links[factor.name], quantiles[factor.name])
                    if factor.kind == "link"
                    else _value(factor, task, quantiles, ranges, kinds)
                )
            rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("rank", "draw").cast(pl.Int32)
    )


def _value(factor: Factor, task: Task, quantiles: dict[str, float], ranges: dict[str, Any],
           kinds: dict[str, Distribution]) -> float:
    if factor.kind == "range":
        kind = kinds.get(factor.name, Distribution(of=factor.name, kind="triangular"))
        return drawn(ranges[factor.name], kind, quantiles[factor.name])
    if factor.kind == "behaviour":
        return float(getattr(task.behaviour, factor.name))
    if factor.kind == "licence":
        return float(task.licence == "refuse")
    return float(factor.name == f"window:{task.window}")


def _part(scenario: Scenario, path: str) -> tuple[Part, list[str]]:
    name, number, *rest = path.split(".")
    return getattr(scenario, name)[int(number)], rest


def _title(scenario: Scenario, path: str) -> str:
    part, rest = _part(scenario, path)
    names = tuple(word for word in rest if not word.isdigit())
    words = TITLES.get(names, " ".join(names).replace("_", " "))
    if rest[-1].isdigit():
        after = 0 if names[-1] == "first" or not isinstance(part, Control) or not part.licence \
            else len(part.licence.first)
        words += f", month {after + int(rest[-1]) + 1} of it"
    return f"{part.id}: {words}"


def _unit(scenario: Scenario, path: str) -> str:
    part, rest = _part(scenario, path)
    value: Any = part
    unit = ""
    for word in rest:
        if word.isdigit():
            value = value[int(word)]
            continue
        hint = get_type_hints(cast("object", value).__class__, include_extras=True).get(word)
        notes: Iterable[Any] = getattr(hint, "__metadata__", ())
        unit = next((one.symbol for one in notes if isinstance(one, Unit)), unit)
        value = getattr(value, word)
    last = [word for word in rest if not word.isdigit()][-1]
    return FRACTION if unit in {"", "1"} and last in SHARES else unit
