"""Laws of scenarios for all inputs: written and read, compared with itself, drawn from."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.policy.controls import Clause, Item, partial_date
from orepact.policy.scenario.diff import diff
from orepact.policy.scenario.ranges import all_ranges, drawn, ranged_paths, resolve
from orepact.policy.scenario.reading import scan_scenario, write_scenario
from orepact.policy.scenario.text import (
    DISTRIBUTIONS,
    CarryOver,
    Conduit,
    Control,
    Distribution,
    Flood,
    LicenceShares,
    Outage,
    Quota,
    Ranged,
    Relative,
    Scenario,
    Tax,
)

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,8}", fullmatch=True)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")),
                min_size=1, max_size=30)
DAYS = st.dates().map(partial_date) | st.sampled_from(["2027", "2027-03"]).map(partial_date)
NUMBERS = st.floats(0.0, 1e6, allow_nan=False, allow_subnormal=False)
COUNTS = st.integers(-600, 600)


@st.composite
def ranges(draw: st.DrawFn, low: float = 0.0) -> Ranged:
    ends = sorted(draw(st.lists(st.floats(low, 1e6, allow_subnormal=False), min_size=3,
                                max_size=3)))
    return Ranged(value=ends[1], low=ends[0], high=ends[2])


@st.composite
def whens(draw: st.DrawFn) -> object:
    name, months, days = draw(IDS), draw(COUNTS), draw(COUNTS)
    after = Relative(after=name, months=months, days=days)
    return draw(DAYS | st.sampled_from([after, replace(after, after="", end_of=name)]))


NAMES = st.lists(IDS, min_size=1, max_size=3).map(tuple)
PART = {"id": IDS, "reason": WORDS, "source": st.just("") | WORDS, "card": st.just("") | IDS,
        "rung": st.integers(0, 9), "replaces": st.just(()) | NAMES}
TRADE = {**PART, "issuer": IDS, "materials": NAMES, "announced": whens(), "effective": whens(),
         "until": st.none() | whens(), "destinations": NAMES, "excluded": st.just(()) | NAMES}
CLAUSES = st.builds(Clause, effect=st.sampled_from(["ban", "licence"]), items=st.tuples(
    st.builds(Item, name=WORDS, materials=NAMES, dual_use=st.booleans())))
SHARES = st.lists(ranges(), max_size=3).map(tuple)
SCENARIOS = st.builds(
    Scenario,
    scenario=IDS, title=WORDS, text=WORDS, version=st.integers(1, 99), chains=NAMES,
    first_month=st.sampled_from(["2026-12", "2031-01"]), months=st.integers(1, 60), reason=WORDS,
    controls=st.lists(st.builds(
        Control, **{name: TRADE[name] for name in TRADE if name != "materials"}, title=WORDS,
        kind=st.just("export_ban"), clauses=st.tuples(CLAUSES),
        licence=st.none() | st.builds(LicenceShares, first=SHARES, approve=SHARES)),
        max_size=2).map(tuple),
    quotas=st.lists(st.builds(
        Quota, **TRADE, limit=st.none() | ranges(), pace=st.none() | ranges(),
        per=st.sampled_from(["month", "quarter", "year"]),
        carry_over=st.none() | st.builds(CarryOver, fraction=ranges(), months=st.integers(1, 60)),
        reserve_share=ranges()), max_size=2).map(tuple),
    taxes=st.lists(st.builds(Tax, **TRADE, rate=ranges()), max_size=2).map(tuple),
    outages=st.lists(st.builds(Outage, **PART, process=IDS, region=IDS, month=whens(),
                               until=whens(), activity=ranges()), max_size=2).map(tuple),
    floods=st.lists(st.builds(Flood, **PART, region=IDS, materials=NAMES, price=ranges(),
                              volume=ranges(), month=whens(), until=whens()),
                    max_size=2).map(tuple),
    conduits=st.lists(st.builds(Conduit, **PART, exporter=IDS, through=IDS, to=IDS,
                                materials=NAMES, share=ranges(), premium=ranges()),
                      max_size=2).map(tuple),
)


@settings(max_examples=25, deadline=None)
@given(SCENARIOS)
def test_what_was_written_is_read(scenario: Scenario) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(write_scenario(scenario), encoding="utf-8")
        draft = scan_scenario(path)
    assert draft.problems == ()
    assert draft.scenario == scenario


@settings(max_examples=25, deadline=None)
@given(SCENARIOS)
def test_nothing_differs_from_itself(scenario: Scenario) -> None:
    unique = _unique(scenario)
    assert diff(unique, unique) == ()
    turned = replace(unique, quotas=unique.quotas[::-1], taxes=unique.taxes[::-1])
    assert diff(unique, turned) == ()


@settings(max_examples=25, deadline=None)
@given(SCENARIOS, SCENARIOS)
def test_a_difference_is_seen_from_both_sides(first: Scenario, second: Scenario) -> None:
    there, back = diff(_unique(first), _unique(second)), diff(_unique(second), _unique(first))
    mirror = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(one.kind, one.part, one.field, mirror[one.change]) for one in there} == {
        (one.kind, one.part, one.field, one.change) for one in back}


@settings(max_examples=25, deadline=None)
@given(SCENARIOS, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_draw_rises_with_its_quantile(scenario: Scenario, one: float, other: float) -> None:
    paths = ranged_paths(scenario)
    low, high = sorted((one, other))
    below, above = (dict(all_ranges(resolve(scenario, dict.fromkeys(paths, quantile))))
                    for quantile in (low, high))
    assert all(below[path].value <= above[path].value for path in paths)
    assert ranged_paths(resolve(scenario, dict.fromkeys(paths, low))) == ()


@settings(max_examples=300, deadline=None)
@given(ranges(low=1e-3), st.sampled_from(DISTRIBUTIONS), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_number_stays_in_its_range_and_rises(
    one: Ranged, kind: Any, first: float, second: float
) -> None:
    how = Distribution(of="", kind=kind)
    low, high = sorted((first, second))
    below, above = drawn(one, how, low), drawn(one, how, high)
    assert one.low <= below <= above <= one.high


def _unique(scenario: Scenario) -> Scenario:
    """Return a scenario whose parts have ids of their own."""
    lists = {name: tuple(replace(part, id=f"{name}-{number}")
                         for number, part in enumerate(getattr(scenario, name)))
             for name in ("controls", "quotas", "taxes", "outages", "floods", "conduits")}
    return replace(scenario, **lists)
