"""Members: reproducible, spread evenly, one key each."""

from __future__ import annotations

import numpy as np
import pytest

from orepact.errors import InputError
from orepact.network.behaviour import Behaviour
from orepact.studies.stress.design import Design, draws_of, tasks_of
from orepact.studies.stress.member import periods_of

PATHS = ("floods.0.price", "floods.0.volume")


@pytest.mark.parametrize("sampling", ["latin-hypercube", "sobol"])
def test_draws_are_the_same_for_a_seed_and_differ_between_seeds(sampling: str) -> None:
    first, again, other = (
        draws_of(PATHS, Design(draws=8, seed=seed, sampling=sampling), 3) for seed in (7, 7, 8)
    )
    assert first == again
    assert first != other
    assert [len(each) for each in first] == [8, 8, 8]
    numbers = sorted(draw.number for each in first for draw in each)
    assert numbers == list(range(24))
    assert all(0.0 <= value <= 1.0 for each in first for draw in each
               for _, value in draw.quantiles)


def test_a_latin_hypercube_has_one_point_in_every_stratum() -> None:
    draws = [draw for each in draws_of(PATHS, Design(draws=10), 2) for draw in each]
    for number in range(len(PATHS)):
        values = np.array([draw.quantiles[number][1] for draw in draws])
        assert sorted(np.floor(20 * values)) == list(range(20))


def test_without_ranges_or_draws_there_is_one_member_at_the_middle_values() -> None:
    for paths, draws in (((), 5), (PATHS, 0)):
        assert [each[0].quantiles for each in draws_of(paths, Design(draws=draws), 2)] == [(), ()]


def test_every_task_has_a_key_of_its_own() -> None:
    sets = [Behaviour(rank=rank) for rank in (0, 4, 9)]
    tasks = tasks_of(("a", "b"), {"a": ("base",), "b": ("base", "other")}, sets,
                     ("approve", "refuse"), draws_of(PATHS, Design(draws=9), 3))
    assert len({task.key for task in tasks}) == len(tasks)
    assert sum(len(task.draws) for task in tasks) == 3 * 3 * 2 * 9


def test_impossible_designs_are_told_all_at_once() -> None:
    found = Design(sets=0, draws=-1, seed=-1, sampling="sobel").problems(100)
    assert [one.field for one in found] == ["--sets", "--draws", "--seed", "--sampling"]
    assert found[-1].nearest == "sobol"
    assert InputError(found).problems


def test_periods_are_years_and_the_last_may_be_short() -> None:
    assert [(one.name, one.first, one.months) for one in periods_of(12)] == [("whole", 0, 12)]
    assert [(one.name, one.first, one.months) for one in periods_of(30)] == [
        ("year-1", 0, 12), ("year-2", 12, 12), ("year-3", 24, 6)]
