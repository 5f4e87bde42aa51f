"""What exists that would soften a stop, and what each would change, where the engine can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from orepact.data.bundle import Bundle
from orepact.indicators.figure import Figure
from orepact.indicators.span import Span
from orepact.indicators.union.benchmark_case import members, read_case
from orepact.indicators.union.projects_ahead import Addition, additions
from orepact.indicators.union.union_capacity import consumption, span_of
from orepact.network.world import World
from orepact.studies.stress_test.generated import RESTRAINT
from orepact.studies.stress_test.subject import UNION, Subject

__all__ = ["Measure", "measures"]

YEAR = 2030
CANNOT = "cannot tell yet"


@dataclass(frozen=True, slots=True)
class Measure:
    """A way to soften a stop.

    `exists` says what there is, `changes` what it would change, beginning with *cannot tell yet*
    where nothing computes it; `by` is how it was told: simulated, arithmetic or nothing. `figures`
    has the numbers with their units.
    """

    key: str
    title: str
    exists: str
    changes: str
    by: str
    figures: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)

    def as_data(self) -> dict[str, Any]:
        """Return the measure as plain values."""
        return asdict(self)


def measures(
    world: World,
    subject: Subject,
    region: str,
    stop: Sequence[Mapping[str, Any]],
    restraint: Sequence[Mapping[str, Any]],
    known: Iterable[Figure],
) -> list[Measure]:
    """Return stocks, restraint, spare capacity, projects, recycling and substitutes.

    `stop` are the rows of the stop of the largest supplier
    (`orepact.studies.stress_test.outcomes.outcome_of`), `restraint` what a tenth less use changes
    there, `known` the figures of the assessment.
    """
    listed = list(known)
    return [
        _stocks(stop),
        _restraint(restraint),
        _spare(listed),
        _projects(world, subject, region),
        _recycling(listed, region),
        _substitutes(listed),
    ]


def _stocks(stop: Sequence[Mapping[str, Any]]) -> Measure:
    exists = ("no public stock of the region is in the tables; stocks of traders and users are "
              "assumption cards in the simulation, and are drawn there")
    figures = tuple(
        {"what": f"use left unmet, {one['material']}", "unit": "t",
         **{end: one["use"] * one["unmet_share"][end] for end in ("middle", "low", "high")},
         "of": one["use"]}
        for one in stop
        if one["licence"] == "all" and one["use"] > 0.0 and "unmet_share" in one
    )
    if not figures:
        return Measure("stocks", "Stocks", exists, _NO_STOP, "nothing")
    return Measure(
        "stocks", "Stocks", exists,
        "stocks of this size would have met the use that the stop leaves unmet in its twelve "
        "months; what a release does to prices, and these to use, is not in it", "arithmetic",
        figures,
    )


_NO_STOP = f"{CANNOT}: no stop of a supplier could be run for the region"


def _restraint(restraint: Sequence[Mapping[str, Any]]) -> Measure:
    title = f"Use held to {100 * RESTRAINT:.0f} %"
    exists = "nothing is prepared as far as the tables say; who would restrain what is not known"
    if not restraint:
        return Measure("restraint", title, exists, _NO_STOP, "nothing")
    return Measure(
        "restraint", title, exists,
        "the stop run again with all of the region's uses held to nine tenths: change of the "
        "unmet share, the same members pair by pair", "simulated",
        tuple({"what": f"unmet share, {one['material']}", "unit": "points of use",
               **{end: one[end] for end in ("middle", "low", "high")}, "verdict": one["verdict"]}
              for one in restraint),
    )


def _spare(known: Sequence[Figure]) -> Measure:
    name = "supply without the largest supplier"
    plain = {_place(one): one for one in known if one.indicator == name}
    spare = [one for one in known if one.indicator == f"{name}, with spare capacity"]
    figures = [
        {"what": f"supply left, {one.form or one.stage} for {one.region}",
         "unit": "fraction of supply",
         "middle": one.value, "low": one.low, "high": one.high,
         "without": plain[_place(one)].value}
        for one in spare if _place(one) in plain
    ]
    if not figures:
        return Measure("spare", "Spare capacity elsewhere", "not known",
                       f"{CANNOT}: no capacity of other suppliers is published", "nothing")
    return Measure("spare", "Spare capacity elsewhere",
                   "output over utilisation of the other suppliers, by the account or the tables",
                   "what is left without the largest supplier rises, if all spare capacity came "
                   "to the region; what the simulation lets run is in its bands already",
                   "arithmetic", tuple(figures))


def _place(one: Figure) -> tuple[str, ...]:
    return one.mineral, one.region, one.stage, one.form, one.period


def _projects(world: World, subject: Subject, region: str) -> Measure:
    title = f"Projects ahead, to {YEAR}"
    entry = subject.entry
    if region != UNION or entry is None:
        return Measure("projects", title, _listed(world.bundle, subject, (region,)),
                       f"{CANNOT}: tonnes by step are worked out for the Union's strategic "
                       "materials alone", "nothing")
    case, states = read_case(world), members(world.bundle)
    use = span_of(consumption(world, entry, region))
    figures: list[dict[str, Any]] = []
    for step in entry.steps:
        added = additions(case.bundle, case.listed, case.cards, entry.material, step.step, YEAR,
                          states)
        if added:
            figures.append(_added(step.step, added, use))
    exists = _listed(world.bundle, subject, states)
    if not figures:
        return Measure("projects", title, exists,
                       f"{CANNOT}: no project of the Union has a published capacity at a step of "
                       "this material", "nothing")
    return Measure("projects", title, exists,
                   "announced capacity times the probability of its status times its ramp, all of "
                   "them cards; not in the scenarios, which end before", "arithmetic",
                   tuple(figures))


def _added(step: str, added: Sequence[Addition], use: Span | None) -> dict[str, Any]:
    whole = Span(*(sum(getattr(one.tonnes, end) for one in added)
                   for end in ("value", "low", "high")))
    found: dict[str, Any] = {
        "what": f"added at {step} by {YEAR}", "unit": "t/year", "middle": whole.value,
        "low": whole.low, "high": whole.high, "projects": [one.name for one in added],
    }
    if use is not None and use.value > 0.0:
        found["share_of_use"] = whole.value / use.value
    return found


def _listed(bundle: Bundle, subject: Subject, countries: Iterable[str]) -> str:
    inside = set(countries)
    names = [
        f"{row['name']} ({str(row['status']).replace('_', ' ')})"
        for row in bundle.table("projects").iter_rows(named=True)
        if inside & set(str(row["country"]).split("|"))
        and set(subject.minerals) & set(str(row["minerals"]).split("|"))
        and row["status"] != "superseded"
    ]
    return f"{len(names)} listed: {'; '.join(names)}" if names else "no project is listed"


def _recycling(known: Sequence[Figure], region: str) -> Measure:
    rates = [one for one in known if one.stage == "recycling" and one.unit == "1"
             and one.value is not None]
    figures = tuple({"what": ", ".join(dict.fromkeys(
                         text for text in (one.indicator, one.mineral, one.period) if text)),
                     "unit": "fraction", "middle": one.value, "low": one.low, "high": one.high}
                    for one in rates)
    exists = "rates below" if figures else f"no rate of {region} is published"
    return Measure("recycling", "Recycling", exists,
                   f"{CANNOT}: nobody published what more collection costs and yields; recyclers "
                   "in the account answer to price in the simulation", "nothing", figures)


def _substitutes(known: Sequence[Figure]) -> Measure:
    index = [one for one in known if one.indicator.startswith("substitution index")
             and one.value is not None]
    figures = tuple({"what": f"{one.indicator}, {one.mineral}", "unit": "1", "middle": one.value}
                    for one in index)
    return Measure("substitutes", "Substitutes", "indices below" if figures else "no index",
                   f"{CANNOT}: an index says how good substitutes are, not how fast; the "
                   "simulation has one elasticity of use for all", "nothing", figures)
