"""Tasks are handed out in batches; none is forgotten and none is answered twice."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.studies.ensemble.batches import (
    GOAL_SECONDS,
    KEY,
    LEAST_SECONDS,
    Answer,
    Batch,
    Job,
    Pending,
    do_batch,
    stack,
)
from tests.studies.ensemble.tasks import Square, square, squares


def answer(batch: Batch, seconds: float) -> Answer:
    """Return an answer without rows."""
    return Answer(tuple(task.key for task in batch), pl.DataFrame(), seconds * len(batch))


@given(
    st.integers(0, 60),
    st.integers(1, 4),
    st.floats(1e-4, 3.0),
    st.lists(st.sampled_from(["done", "lost", "suspect", "take"]), max_size=60),
)
def test_every_task_is_answered_once(
    count: int, width: int, seconds: float, events: list[str]
) -> None:
    pending, out, answered = Pending.of(squares(count), width), list[Batch](), Counter[str]()
    for event in [*events, *["take", "done"] * (2 * count + len(events))]:
        if event == "take" or not out:
            batch = pending.take()
            out += [batch] if batch else []
            continue
        batch = out.pop(0)
        if event == "done":
            pending.answered(answer(batch, seconds))
            answered.update(task.key for task in batch)
        else:
            keys = pending.lost(batch, alone=event == "suspect")
            assert keys == tuple(task.key for task in batch)
    assert not pending
    assert answered == Counter(task.key for task in squares(count))


def test_batches_take_a_second_and_get_shorter_towards_the_end() -> None:
    pending = Pending.of(squares(1000), width=2)
    sizes = list[int]()
    while batch := pending.take():
        pending.answered(answer(batch, 0.02))
        sizes.append(len(batch))
    assert sizes[0] == 1
    assert max(sizes) == GOAL_SECONDS / 0.02
    assert sizes[1:] == sorted(sizes[1:], reverse=True)
    assert LEAST_SECONDS / 0.02 <= min(sizes[1:-1]) < 2 * LEAST_SECONDS / 0.02


def test_what_may_have_killed_a_worker_comes_last_and_alone() -> None:
    pending = Pending.of(squares(10), width=1)
    first = pending.take()
    pending.answered(answer(first, 0.01))
    batch = pending.take()
    assert len(batch) > 1
    _ = pending.lost(batch, alone=True)
    rest = list[Batch]()
    while one := pending.take():
        rest.append(one)
    assert [len(one) for one in rest][-len(batch) :] == [1] * len(batch)
    assert [one[0] for one in rest[-len(batch) :]] == list(batch)


def test_a_batch_marks_the_rows_of_its_tasks() -> None:
    tasks = (Square("b", 1, 2), Square("a", 5, 0), Square("c", 7, 1))
    found = do_batch(Job(square, ""), tasks)
    assert found.keys == ("b", "a", "c")
    assert found.frame.columns == [KEY, "number", "square"]
    assert found.frame[KEY].to_list() == ["b", "b", "c"]
    assert found.frame["square"].to_list() == [1.0, 4.0, 49.0]


def test_a_column_that_marks_tasks_is_taken() -> None:
    def keyed(_: None, task: Square) -> pl.DataFrame:
        return pl.DataFrame({"key": [task.start]})

    with pytest.raises(ValueError, match="task a gave a table with a column 'key'"):
        _ = do_batch(Job(keyed, None), (Square("a", 1),))


def test_tables_of_other_columns_are_told() -> None:
    frames = [pl.DataFrame({KEY: ["a"], "x": [1]}), pl.DataFrame({KEY: ["a"], "y": [1]})]
    with pytest.raises(ValueError, match="different columns: x; and y"):
        _ = stack(frames)
    assert stack([frames[0], pl.DataFrame()]).equals(frames[0])
    assert stack([]).columns == [KEY]


def test_a_column_that_is_empty_in_one_table_keeps_its_kind() -> None:
    bare = pl.DataFrame({KEY: ["a"], "x": [None]})
    full = pl.DataFrame({KEY: ["b"], "x": [1.5]})
    for frames in ([bare, full], [full, bare]):
        assert stack(frames)["x"].dtype == pl.Float64
