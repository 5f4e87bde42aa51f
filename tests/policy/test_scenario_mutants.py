"""Files that ship, spoilt at random: whatever is wrong comes out as problems with a place."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from orepact.errors import InputError
from orepact.policy.scenario import WorldView, examine_scenario, scenario_names
from orepact.policy.scenario.reading import scenario_path

JUNK: tuple[Any, ...] = (
    None, "", "?", -1, 0, 7, 1.5, 1e300, True, [], {}, [[]], ["?"], {"value": 1}, "2027-02",
    {"after": "quota"}, {"end_of": "CN-2025-70", "months": -100000}, "9999-12-31", "0001",
    {"value": 0.2, "low": 0.1, "high": 0.3}, "ALL", "CHN", {"climbs": [9]}, "é" * 300,
)
MUTANTS = 40


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ())
    for key, item in pairs:
        yield (*at, key)
        yield from places(item, (*at, key))


def spoil(value: Any, rng: random.Random) -> None:
    *way, last = rng.choice(list(places(value)))
    for key in way:
        value = value[key]
    how = rng.random()
    if how < 0.2:
        del value[last]
    elif how < 0.3 and isinstance(value, dict):
        value[f"{last}s"] = value.pop(last)
    elif how < 0.4 and isinstance(value, list):
        value.append(copy.deepcopy(value[last]))
    else:
        value[last] = copy.deepcopy(rng.choice(JUNK))


@pytest.mark.parametrize("name", scenario_names())
def test_a_spoilt_file_is_refused_with_places_or_passes(
    name: str, view: WorldView, tmp_path: Path
) -> None:
    whole = yaml.safe_load(scenario_path(name).read_text(encoding="utf-8"))
    rng, refused = random.Random(name), 0  # noqa: S311 - no secret
    for number in range(MUTANTS):
        value = copy.deepcopy(whole)
        for _ in range(rng.randint(1, 3)):
            spoil(value, rng)
        path = tmp_path / f"{number}.yaml"
        path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
        try:
            problems = examine_scenario(path, view).problems
        except InputError as error:
            problems = error.problems
        refused += bool(problems)
        assert all(one.file == str(path) and one.message for one in problems)
        assert all(one.line for one in problems), problems
    assert refused > MUTANTS // 2
