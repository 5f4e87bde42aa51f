"""Files of projects: read, and everything that is wrong named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.network.project_checks import STATUSES
from orepact.network.project_files import read_projects
from orepact.network.world import World, read_world

GOOD = """\
format: orepact/projects/1
title: Mine
projects:
  - project: my-circuit
    title: A gallium circuit
    country: FRA
    home: EU27
    chain: gallium
    kind: recovery
    modes: [{recipe: gallium-recovery}]
    capacity: {value: 50, low: 40, high: 60, unit: t/year, reason: "as in our study"}
"""

BAD = """\
format: orepact/projects/1
title: Mine
projects:
  - project: a
    title: A
    country: FRA
    home: EU27
    chain: gallium
    kind: recovery
    modes: [{recipe: gallium-recovery, outputs: {galium: 1.0}}]
    capacity: {value: -50, unit: t/year, reason: "x"}
    opens: {value: 2028, low: 2030, high: 2029, unit: date, reason: "x"}
  - project: a
    title: B
    country: FRX
    home: EU28
    chain: galium
    kind: recovery
    modes: [{recipe: gallium-recovery}]
    capacity: {value: 50, unit: USD/t}
    row: PJ-999
    status: builded
  - project: c
    title: C
    country: FRA
    home: EU27
    chain: gallium
    kind: recoverry
    modes: [{recipe: gallium-recovry}]
    capacity: {value: 50, unit: t/yr, source: s}
    share: {value: 2, unit: "1", source: s}
    colour: red
not_modelled: [{row: PJ-777, reason: x}]
"""


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


def test_an_own_project_gets_cards_for_what_it_does_not_say(world: World, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    _ = path.write_text(GOOD, encoding="utf-8")
    one, = read_projects(path, world).projects
    assert (one.capacity.low, one.capacity.value, one.capacity.high) == (40.0, 50.0, 60.0)
    assert one.modes[0].outputs == {"gallium-primary": 1.0}
    assert {"capacity", "capital", "permitting", "construction", "ramp"} <= set(one.supposed)
    assert one.capital.low < one.capital.value < one.capital.high


def test_everything_wrong_is_named_at_once(world: World, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    _ = path.write_text(BAD, encoding="utf-8")
    with pytest.raises(InputError) as error:
        _ = read_projects(path, world)
    found = {(problem.line, problem.message.split(",")[0]) for problem in error.value.problems}
    assert found == {
        (10, "unknown product"), (11, "negative capacity"), (12, "dates are reversed"),
        (13, "duplicate project"), (15, "unknown country"), (16, "unknown region"),
        (17, "unknown chain"), (20, "a figure without source and without reason"),
        (20, "USD/t measures price"), (21, "unknown row"), (22, "unknown status"),
        (28, "unknown word"), (29, "unknown recipe"), (30, "unknown unit"),
        (31, "more than the whole"), (32, "unknown field"), (33, "unknown row"),
    }
    near = {problem.line: problem.nearest for problem in error.value.problems}
    assert near[10] == ""  # no product is called nearly so: both are named
    assert near[17] == "gallium"
    assert near[29] == "gallium-recovery"


def test_every_status_of_the_table_is_known(world: World) -> None:
    assert set(world.bundle.table("projects")["status"]) == set(STATUSES)


def test_every_row_is_modelled_or_its_reason_is_given(world: World) -> None:
    found = read_projects("candidates", world)
    rows = set(world.bundle.table("projects")["project"])
    told = {one.row for one in found.projects} | {one.row for one in found.not_modelled}
    assert told == rows
