"""A single changed digit anywhere in the dataset is found, and its file and row are named."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from orepact.data.bundle import WORLD_FOLDER, read_bundle
from orepact.data.dataset.manifest import (
    CHECKSUMS,
    DESCRIPTOR,
    MANIFEST,
    ROW_GROUP,
    content_hash,
    digests,
    fold,
    read_manifest,
    seal,
    verify,
    write_parquet,
)
from orepact.data.dataset.package import descriptor, write_descriptor
from orepact.errors import InputError, Problem

DIGITS = b"0123456789"
TEXTS = sorted(
    path.relative_to(WORLD_FOLDER).as_posix()
    for path in WORLD_FOLDER.rglob("*")
    if path.is_file() and path.suffix != ".parquet" and path.name != MANIFEST
)
TABLES = sorted(
    path.relative_to(WORLD_FOLDER).as_posix()
    for path in WORLD_FOLDER.rglob("*.parquet")
    if path.name != CHECKSUMS
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sealed copy of the dataset; a test that damages a file of it puts it right again."""
    folder = shutil.copytree(WORLD_FOLDER, tmp_path_factory.mktemp("shared") / "world")
    write_descriptor(folder)
    _ = seal(folder)
    return folder


@pytest.fixture
def copy(shared: Path, tmp_path: Path) -> Path:
    """Return a sealed copy of the dataset to damage."""
    return shutil.copytree(shared, tmp_path / "world")


def flip(path: Path, at: int) -> None:
    """Change the digit at a place of a file."""
    data = bytearray(path.read_bytes())
    data[at] = DIGITS[(DIGITS.index(data[at]) + 1) % len(DIGITS)]
    _ = path.write_bytes(bytes(data))


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def test_the_shipped_dataset_is_sealed() -> None:
    assert verify(WORLD_FOLDER) == [], "run `orepact data seal src/orepact/data/world`"


def test_the_manifest_states_the_hash_of_the_dataset(shared: Path) -> None:
    assert fold(read_manifest(shared)) == content_hash(shared) == read_bundle(shared).hash


@pytest.mark.parametrize("file", TEXTS)
def test_a_flipped_digit_of_a_text_is_named_by_line(shared: Path, file: str) -> None:
    path = shared / file
    before = path.read_bytes()
    places = [at for at, byte in enumerate(before) if byte in DIGITS]
    if not places:
        return
    chance = random.Random(file)  # noqa: S311
    chosen = {places[0], places[-1], chance.choice(places)}
    for at in chosen:
        flip(path, at)
    problems = verify(shared)
    _ = path.write_bytes(before)
    lines = {before[:at].count(b"\n") + 1 for at in chosen}
    assert {problem.file for problem in problems} == {str(path)}
    assert set(told(problems)) == lines


def told(problems: list[Problem]) -> Iterator[int]:
    """Yield every line that problems name, as *changed in line 4* or *changed in lines 4 to 5*."""
    for problem in problems:
        words = problem.message.split()
        yield from range(problem.line or 0, int(words[-1]) + 1)


@pytest.mark.parametrize("file", TABLES)
def test_a_changed_figure_of_a_parquet_table_is_named_by_row(copy: Path, file: str) -> None:
    path = copy / file
    frame = pl.read_parquet(path)
    number = next(name for name, dtype in frame.schema.items() if dtype == pl.Float64)
    row = random.Random(file).randrange(frame.height)  # noqa: S311
    at = pl.int_range(pl.len()) == row
    write_parquet(
        frame.with_columns(
            pl.when(at).then(pl.col(number).fill_null(0.0) + 0.001).otherwise(number).alias(number)
        ),
        path,
    )
    problem = only(verify(copy))
    assert (problem.file, problem.line) == (str(path), row + 1)
    assert problem.message == f"changed in row {row + 1}"


@pytest.mark.parametrize("file", TABLES)
def test_a_changed_byte_of_a_parquet_table_is_found(shared: Path, file: str) -> None:
    path = shared / file
    before = path.read_bytes()
    chance = random.Random(file)  # noqa: S311
    for at in [0, len(before) - 1, *(chance.randrange(len(before)) for _ in range(4))]:
        data = bytearray(before)
        data[at] ^= 1
        _ = path.write_bytes(bytes(data))
        problems = verify(shared)
        _ = path.write_bytes(before)
        assert problems
        assert {problem.file for problem in problems} == {str(path)}


def test_a_row_group_that_can_not_be_decoded_is_named(copy: Path) -> None:
    path = copy / "tables" / "trade.parquet"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = bytes(4000)
    _ = path.write_bytes(bytes(data))
    problem = only(verify(copy))
    assert problem.file == str(path)
    assert "row group" in problem.message
    assert problem.line is not None
    assert (problem.line - 1) % ROW_GROUP == 0


def test_missing_and_extra_files_are_named(copy: Path) -> None:
    (copy / "tables" / "hosts.csv").unlink()
    _ = (copy / "tables" / "mine.csv").write_text("a\n1\n", encoding="utf-8")
    messages = {Path(each.file).name: each.message for each in verify(copy)}
    assert messages == {
        "hosts.csv": "file is missing",
        "mine.csv": "file is not in the manifest",
    }


def test_added_and_removed_lines_are_told(copy: Path) -> None:
    path = copy / "tables" / "hosts.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    _ = path.write_text("\n".join([*lines[:3], "new", *lines[3:]]), encoding="utf-8")
    assert only(verify(copy)).message == "changed in line 4 (+1 lines)"
    _ = path.write_text("\n".join([*lines[:3], *lines[4:]]), encoding="utf-8")
    assert only(verify(copy)).message == "changed in line 4 (-1 lines)"


def test_a_changed_manifest_is_found(copy: Path) -> None:
    path = copy / MANIFEST
    text = path.read_text(encoding="utf-8")
    first = text.splitlines()[1].split(",")
    wrong = first[2].translate(str.maketrans("0123456789abcdef", "1234567890bcdefa"))
    _ = path.write_text(text.replace(first[2], wrong), encoding="utf-8")
    assert [Path(each.file).name for each in verify(copy)] == [Path(first[0]).name]
    _ = path.write_text("file;sha256\n", encoding="utf-8")
    with pytest.raises(InputError, match="wrong header"):
        _ = verify(copy)
    path.unlink()
    assert "no manifest" in only(verify(copy)).message


def test_damaged_checksums_are_told(copy: Path) -> None:
    _ = (copy / CHECKSUMS).write_bytes(b"nothing")
    assert [Path(each.file).name for each in verify(copy)] == [CHECKSUMS]


def test_sealing_twice_gives_the_same_bytes(copy: Path) -> None:
    before = (copy / MANIFEST).read_bytes()
    _ = seal(copy)
    first = (copy / MANIFEST).read_bytes(), (copy / CHECKSUMS).read_bytes()
    _ = seal(copy)
    assert ((copy / MANIFEST).read_bytes(), (copy / CHECKSUMS).read_bytes()) == first
    assert first[0] == before


def test_the_hash_does_not_hold_its_own_manifest(copy: Path) -> None:
    before = content_hash(copy)
    (copy / MANIFEST).unlink()
    (copy / CHECKSUMS).unlink()
    assert content_hash(copy) == before
    assert not {MANIFEST, CHECKSUMS} & digests(copy).keys()


def test_a_changed_file_changes_the_hash(copy: Path) -> None:
    before = read_bundle(copy).hash
    _ = (copy / "tables" / "hosts.csv").write_text("mineral\n", encoding="utf-8")
    assert read_bundle(copy).hash != before


def test_rows_to_confirm_are_outside_the_hash_of_confirmed_rows(copy: Path) -> None:
    before = content_hash(copy, confirmed_only=True)
    (copy / "to_confirm" / "tables" / "production.csv").unlink()
    assert content_hash(copy, confirmed_only=True) == before
    assert content_hash(copy) != fold(read_manifest(copy))


def test_the_descriptor_is_current(copy: Path) -> None:
    assert (copy / DESCRIPTOR).read_bytes() == (WORLD_FOLDER / DESCRIPTOR).read_bytes()
    assert descriptor(copy)["version"] == "2026.11"
