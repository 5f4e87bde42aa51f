"""Write the stress test of a raw material that the Union's law asks for, in one run.

Regulation (EU) 2024/1252, Art. 20(3), asks for stress tests of the supply chain of each strategic
raw material at least every three years. What is here follows its parts in our own words:
vulnerability, factors, scenarios, mitigation; what cannot be told is named.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from typing import Any

import polars as pl

from orepact.indicators.figure import Figure
from orepact.network.world import World
from orepact.policy import Register, clocks
from orepact.policy.scenario.reading import find_scenario, scenario_names
from orepact.policy.scenario.text import Scenario
from orepact.studies.assessment.figures import brief_figure, sources_behind
from orepact.studies.assessment.overview import warnings_on
from orepact.studies.ensemble.hashing import result_hash
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import Stress, stress
from orepact.studies.stress_test.generated import Generated, generated, with_restraint
from orepact.studies.stress_test.mitigation import measures
from orepact.studies.stress_test.outcomes import changed_use, outcome_of, worst_of
from orepact.studies.stress_test.subject import Place, Subject, place_in, subject_of
from orepact.studies.stress_test.vulnerability import (
    ARTICLE,
    Asked,
    Section,
    acts_on,
    vulnerability,
)

__all__ = ["OURS", "StressTest", "stress_test"]

SCHEMA_VERSION = 1

OURS = frozenset({"run.json", "stress-test.html", "stress-test.pdf", "bands.csv"})
"""What lies in the folder of a stress test."""

STOP = "supplier-stop"
LIBRARY = "library"

Progress = Callable[[str, int, int], None]
"""Called with what runs next, its number and how many runs there are."""


@dataclass(frozen=True, slots=True)
class StressTest:
    """A finished stress test: `content` is what ``run.json`` holds, `bands` the table beside it."""

    content: dict[str, Any]
    bands: pl.DataFrame = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Case:
    """A scenario of one chain that is to run, or why there is none."""

    chain: str
    kind: str
    title: str
    scenario: Scenario | None
    facts: Mapping[str, Any]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class _Runner:
    """What the runs of a stress test share."""

    world: World
    register: Register
    region: str
    design: Design
    workers: int

    def run(self, scenario: Scenario, place: Place) -> Stress:
        return stress(scenario, world=self.world, register=self.register, design=self.design,
                      plan=(self.region, 0.10), member_states=place.member_states,
                      workers=self.workers)


def stress_test(
    name: str,
    *,
    world: World,
    register: Register,
    on: datetime.date,
    region: str = "EU27",
    design: Design | None = None,
    library: bool = True,
    workers: int = 1,
    progress: Progress | None = None,
    command: str = "",
) -> StressTest:
    """Return the stress test of a material for a region, as known on a day.

    `name` is a strategic raw material or a mineral, `region` one that the tables know. Scenarios
    begin in the month after `on`; with `library` the scenarios that ship and touch the material's
    chain run besides those made for every chain. Raises `InputError` for unknown names and
    `SolveError` when a program is not proven optimal.
    """
    design = design or Design()
    subject = subject_of(world, register, name)
    asked = Asked(world, register, subject, region, on, warnings_on(world.bundle, register, on))
    sections = vulnerability(asked)
    figures = [one for section in sections for one in section.figures]
    runner = _Runner(world, register, region, design, workers)
    places = {chain: place_in(world, chain, region) for chain in subject.chains}
    cases = [case for chain, place in places.items()
             for case in _cases(asked, chain, place, library=library)]
    entries, frames, stop = _scenarios(runner, cases, places, progress)
    mitigation = measures(world, subject, region, stop.rows, stop.restraint, figures)
    content = {
        **_heading(subject, region, on, world, design, command),
        "vulnerability": [_section(one) for one in sections],
        "acts": _acts(asked),
        "scenarios": entries,
        "mitigation": [one.as_data() for one in mitigation],
        "gaps": _gaps(subject, places, sections, entries),
        "grades": {chain: {"account": world.accounts[chain].grade,
                           "stages": dict(world.accounts[chain].grades)}
                   for chain in subject.chains},
        "cards": _cards(world, subject.chains),
        "sources": sources_behind(world.bundle, figures),
    }
    content["result_hash"] = result_hash(frames)
    return StressTest(content, frames)


@dataclass(frozen=True, slots=True)
class _Stop:
    """What mitigation is measured on: the stop of the largest supplier."""

    rows: Sequence[Mapping[str, Any]] = ()
    restraint: Sequence[Mapping[str, Any]] = ()


def _cases(
    asked: Asked, chain: str, place: Place, *, library: bool
) -> list[_Case]:
    world, region, on = asked.world, asked.region, asked.on
    if place.missing:
        return [_Case(chain, "all", world.chains[chain].text.title, None, {}, place.missing)]
    network = world.network(chain, member_states=place.member_states)
    month = (on.replace(day=1) + datetime.timedelta(days=31)).strftime("%Y-%m")
    made: tuple[Generated, ...] = generated(world, network, chain, region, month,
                                             asked.register)
    found = [_Case(chain, one.kind, one.title, one.scenario, one.facts, one.missing)
             for one in made]
    for name in scenario_names() if library else ():
        scenario = find_scenario(name)
        if chain in scenario.chains:
            found.append(_Case(chain, LIBRARY, scenario.title, scenario, {"scenario": name}))
    return found


def _scenarios(
    runner: _Runner, cases: Sequence[_Case], places: Mapping[str, Place],
    progress: Progress | None,
) -> tuple[list[dict[str, Any]], pl.DataFrame, _Stop]:
    entries: list[dict[str, Any]] = []
    frames: list[pl.DataFrame] = []
    stop = _Stop()
    for number, case in enumerate(cases):
        if progress:
            progress(case.title, number, len(cases))
        if case.scenario is None:
            entries.append(_missing(case))
            continue
        place = places[case.chain]
        run = runner.run(case.scenario, place)
        network = runner.world.network(case.chain, member_states=place.member_states)
        rows = outcome_of(run, case.chain, runner.region, network)
        worst = worst_of(rows, case.scenario)
        entries.append(_entry(case, run, rows, worst))
        frames.append(run.frames["bands"].with_columns(
            pl.lit(case.scenario.scenario).alias("scenario")))
        if case.kind == STOP and not stop.rows and rows:
            stop = _stopped(runner, case, place, run, rows)
    if progress:
        progress("", len(cases), len(cases))
    bands = pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
    return entries, bands, stop


def _stopped(
    runner: _Runner, case: _Case, place: Place, run: Stress, rows: Sequence[Mapping[str, Any]]
) -> _Stop:
    """Return the stop with what restraint changes in it: the same members, run again."""
    network = runner.world.network(case.chain, member_states=place.member_states)
    held = with_restraint(case.scenario, network, runner.region) if case.scenario else None
    if held is None:
        return _Stop(rows)
    again = runner.run(held, place)
    return _Stop(rows, changed_use(run, again, case.chain, runner.region))


def _missing(case: _Case) -> dict[str, Any]:
    return {"chain": case.chain, "kind": case.kind, "title": case.title, "missing": case.missing,
            "facts": dict(case.facts), "exporters": [], "results": [], "worst": None}


def _entry(
    case: _Case, run: Stress, rows: list[dict[str, Any]], worst: dict[str, Any] | None
) -> dict[str, Any]:
    content = run.content
    kept = ("scenario", "version", "text", "first_month", "months", "rungs", "licences", "periods",
            "input_hash", "result_hash", "scenario_file")
    return {
        "chain": case.chain,
        "kind": case.kind,
        "title": case.title,
        "missing": "" if rows else "the run gave no figure of the region",
        "facts": dict(case.facts),
        **{name: content[name] for name in kept},
        "exporters": sorted({name for one in content["chains"] if one["chain"] == case.chain
                             for name in one["exporters"]}),
        "results": rows,
        "worst": worst,
        "sectors_at_risk": [
            one for one in content["sectors_at_risk"]["results"]
            if one["region"] == content["plan"]["region"] and one["licence"] == "all"
        ],
        "warnings": content["warnings"],
    }


def _heading(
    subject: Subject, region: str, on: datetime.date, world: World, design: Design, command: str
) -> dict[str, Any]:
    entry = subject.entry
    return {
        "format": "orepact/stress-test/1",
        "schema_version": SCHEMA_VERSION,
        "material": subject.name,
        "title": subject.title,
        "minerals": list(subject.minerals),
        "strategic": None if entry is None else {
            "letter": entry.letter, "listed_grade": entry.listed_grade,
            "data_grade": entry.data_grade,
        },
        "chains": list(subject.chains),
        "region": region,
        "on": on.isoformat(),
        "article": ARTICLE,
        "design": asdict(design),
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
        "code_version": metadata.version("orepact"),
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": command or f"orepact stress-test {subject.name}",
    }


def _section(section: Section) -> dict[str, Any]:
    return {"key": section.key, "title": section.title,
            "figures": [_told(one) for one in section.figures],
            "missing": list(section.missing)}


def _told(figure: Figure) -> dict[str, Any]:
    told = brief_figure(replace(figure, coverage=dict(figure.coverage)))
    return {**told, "arithmetic": figure.arithmetic, "method": figure.method}


def _acts(asked: Asked) -> dict[str, Any]:
    acts, missing = acts_on(asked)
    dates = clocks(asked.register, asked.on).filter(
        pl.col("act").is_in([one.act for one in acts]), pl.col("days") >= 0)
    return {
        "rows": [
            {"act": one.act, "title": one.title, "issuer": one.issuer, "kind": one.kind,
             "effect": one.effect, "status": one.status, "covers": one.covers,
             "since": None if one.since is None else one.since.isoformat(),
             "until": None if one.until is None else one.until.isoformat(),
             "known_as_of": one.known_as_of, "reference": one.reference}
            for one in acts
        ],
        "clocks": [
            {"act": row["act"], "event": row["event"], "date": row["date"].isoformat(),
             "days_left": row["days"]}
            for row in dates.iter_rows(named=True)
        ],
        "missing": missing,
    }


def _gaps(
    subject: Subject, places: Mapping[str, Place], sections: Sequence[Section],
    entries: Sequence[Mapping[str, Any]],
) -> list[str]:
    """Return what the test cannot say, the largest gaps first."""
    found: list[str] = []
    if subject.entry is None:
        found.append("not on the list of strategic raw materials: the law asks for no stress test")
    if not subject.chains:
        found.append("no scenario-level chain holds the material: no scenario was run")
    found += [place.missing for place in places.values() if place.missing]
    found += [f"{one['title']}: {one['missing']}" for one in entries if one["missing"]]
    for section in sections:
        found += [f"{section.title.lower()}: {topic}" for topic in section.topics]
        if len(section.missing) > len(section.topics):
            count = len(section.missing) - len(section.topics)
            words = "figure is" if count == 1 else "figures are"
            found.append(f"{section.title.lower()}: {count} {words} missing, each named with why")
    return list(dict.fromkeys(found))


def _cards(world: World, chains: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"chain": chain, "card": card.card, "title": card.title, "value": card.value,
         "low": card.low, "high": card.high, "unit": card.unit, "reason": card.reason}
        for chain in chains for card in world.chains[chain].cards
    ]
