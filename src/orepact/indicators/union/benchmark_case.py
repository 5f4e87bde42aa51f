"""What the benchmarks for 2030 are computed from, and the written rule of their verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orepact.data.bundle import WORLD_FOLDER, Bundle
from orepact.indicators.span import Span
from orepact.indicators.union.strategic import StrategicMaterials, read_strategic
from orepact.network.chains.cards import read_cards
from orepact.network.chains.text import Card
from orepact.network.world import World

__all__ = [
    "CARDS",
    "CEILING_VERDICTS",
    "NOW",
    "RULE",
    "RULE_THIRD_COUNTRY",
    "TARGET_YEAR",
    "UNION",
    "VERDICTS",
    "Case",
    "dated",
    "members",
    "read_case",
    "reason_of",
    "verdict_of",
]

CARDS = WORLD_FOLDER / "assess" / "cards.yaml"
"""The assumption cards that ship."""

UNION = "EU27"
TARGET_YEAR = 2030
VERDICTS = ("on track", "off track", "cannot tell")
CEILING_VERDICTS = ("within", "above", "cannot tell")
"""Verdicts on a largest share: today's, as nothing is told of that in 2030."""

_REACHED = ("reached", "not reached")
NOW = "account"
"""Period of what the accounts hold: today."""

RULE = (
    "on track (reached, of a year before 2030): the low end of every step reaches the benchmark; "
    "off track (not reached): the high end of a step does not, and no listed project lacks a "
    "published capacity; steps of grade D are assumed and decide nothing; cannot tell: anything "
    "else, and where account and study lie wholly on different sides of the benchmark"
)
RULE_THIRD_COUNTRY = (
    "a source of data is above at a stage if the low end of a share of consumption there is above "
    "the ceiling, within if no high end is; the material is above if all sources are at one stage, "
    "within if all are at every stage, else cannot tell; shares of an account of grade D are "
    "assumed and do not count, shares of imports are not what the law counts"
)


@dataclass(frozen=True, slots=True)
class Case:
    """What the benchmarks are computed from: the tables, the chains, the list and the cards."""

    bundle: Bundle
    world: World
    listed: StrategicMaterials
    cards: Mapping[str, Card]


def members(bundle: Bundle) -> tuple[str, ...]:
    """Return the codes of the member states, the Union's own code first."""
    states = bundle.table("countries").filter(eu27="yes")["iso3"].to_list()
    return (UNION, *states)


def verdict_of(
    span: Span | None, share: float, *, open_projects: int = 0, upper: bool = False
) -> str:
    """Return the verdict on a range of shares against a benchmark, by the written rule.

    With `upper` the benchmark is a largest share, the ends change places and the words are
    `CEILING_VERDICTS`. `open_projects` are listed projects without a published capacity: they leave
    the high end open.
    """
    if span is None:
        return VERDICTS[2]
    if upper:
        return CEILING_VERDICTS[0 if span.high <= share else 1 if span.low > share else 2]
    if span.low >= share:
        return VERDICTS[0]
    return VERDICTS[1] if span.high < share and not open_projects else VERDICTS[2]


def dated(verdict: str, period: str) -> str:
    """Return a verdict on capacity in the words of its period.

    The law speaks of 2030: before it a benchmark is reached or not, today (period ``account``) or
    in its years, and neither on nor off track.
    """
    if verdict == VERDICTS[2] or (period.isdigit() and int(period) >= TARGET_YEAR):
        return verdict
    when = "today" if period == NOW else f"in {period}"
    return f"{_REACHED[VERDICTS.index(verdict)]} {when}"


def reason_of(
    span: Span | None, share: float, *, open_projects: int = 0, upper: bool = False
) -> str:
    """Return why a range of shares has its verdict, in words, with both of its ends.

    The arguments are those of `verdict_of`.
    """
    mark = f"the benchmark of {100 * share:.0f} %"
    if span is None:
        return f"no share to hold against {mark}"
    low, high = (f"{name} end {_percent(end, share)}" for name, end in _ends(span))
    if upper and span.high <= share:
        return f"{high} is not above {mark}"
    if upper and span.low > share:
        return f"{low} is above {mark}"
    if not upper and span.low >= share:
        return f"{low} reaches {mark}"
    if span.high < share:
        lacking = f", {open_projects} listed projects without a capacity may add to it"
        return f"{high} is below {mark}" + (lacking if open_projects else "")
    first = "is not above" if upper else "is below"
    return f"{low} {first} {mark}, {high} {'above' if span.high > share else 'reaches it'}"


def _ends(span: Span) -> tuple[tuple[str, float], tuple[str, float]]:
    return ("low", span.low), ("high", span.high)


def _percent(end: float, share: float) -> str:
    """Return an end in whole per cent, with four digits where it would read as the benchmark."""
    whole = f"{100 * end:.0f} %"
    same = end != share and whole == f"{100 * share:.0f} %"
    return f"{100 * end:.4g} %" if same else whole


def read_case(
    world: World, bundle: Bundle | None = None, *, listed: Path | None = None, cards: Path = CARDS
) -> Case:
    """Return the case of a world: its tables, the list of strategic materials, the cards.

    `listed` is another file of the list. Raises `InputError` with every problem of the files.
    """
    found = read_strategic(listed) if listed else read_strategic()
    rows = read_cards(cards, cards.parent)
    return Case(bundle or world.bundle, world, found, {card.card: card for card in rows})
