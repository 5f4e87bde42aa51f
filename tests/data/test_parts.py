"""What is read off a whole table is made once, and its parts are its rows."""

from __future__ import annotations

import polars as pl
import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError

MADE: list[str] = []


@pytest.fixture
def bundle() -> Bundle:
    return read_bundle()


def note(bundle: Bundle, of: str) -> list[str]:
    MADE.append(of)
    return [bundle.name, of]


def test_once_is_once_for_each_argument(bundle: Bundle) -> None:
    MADE.clear()
    assert bundle.once(note, "a") is bundle.once(note, "a")
    assert bundle.once(note, "b") == ["world", "b"]
    assert MADE == ["a", "b"]
    _ = read_bundle(confirmed_only=True).once(note, "a")
    assert MADE == ["a", "b", "a"]


def test_parts_are_the_rows_of_a_mineral_in_their_order(bundle: Bundle) -> None:
    table = bundle.table("production")
    assert bundle.part("production", "gallium").equals(table.filter(mineral="gallium"))
    assert pl.concat(list(bundle.parts("production").values())).height == table.height


def test_a_mineral_without_rows_has_an_empty_part(bundle: Bundle) -> None:
    part = bundle.part("production", "unobtainium")
    assert part.is_empty()
    assert part.columns == bundle.table("production").columns


def test_a_table_that_is_not_known_has_no_parts(bundle: Bundle) -> None:
    with pytest.raises(InputError, match="production"):
        _ = bundle.part("prodution", "gallium")
