"""Digests of a dataset: one hash for every result, and the place of a changed digit.

``manifest.csv`` lists every file with its size, SHA-256 and number of rows; ``manifest.parquet``
holds a checksum of every line or row, so that a changed file leads to the row that changed. Both
are written by `seal` and are no part of what they describe.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from orepact.data.dataset.schemas import APART
from orepact.errors import InputError, Problem

__all__ = [
    "CHECKSUMS",
    "DESCRIPTOR",
    "MANIFEST",
    "ROW_GROUP",
    "content_hash",
    "digest_of",
    "digests",
    "fold",
    "read_manifest",
    "seal",
    "verify",
    "write_parquet",
]

MANIFEST = "manifest.csv"
"""Name of the list of files with size, SHA-256 and number of rows."""

CHECKSUMS = "manifest.parquet"
"""Name of the file with the checksum of every line or row."""

DESCRIPTOR = "datapackage.json"
"""Name of the file that describes the tables; it is made from the others."""

ROW_GROUP = 10_000
"""Rows in a row group of a table in Parquet."""

_HEADER = ("file", "bytes", "sha256", "rows")
_WORD = 4


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a dataset by its path, in order of name."""
    return {path.relative_to(folder).as_posix(): digest_of(path) for path in _files(folder)}


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fold(found: Mapping[str, str], *, confirmed_only: bool = False) -> str:
    """Return one SHA-256 over names and digests, in order of name.

    The descriptor, made from the other files, does not count. With `confirmed_only` the files of
    rows whose licence is to confirm are left out.
    """
    total = hashlib.sha256()
    for name in sorted(found):
        if name == DESCRIPTOR or (confirmed_only and name.split("/", 1)[0] == APART):
            continue
        total.update(name.encode("utf-8"))
        total.update(bytes.fromhex(found[name]))
    return total.hexdigest()


def content_hash(folder: Path, *, confirmed_only: bool = False) -> str:
    """Return the hash of a dataset: what every result carries beside its name and version."""
    return fold(digests(folder), confirmed_only=confirmed_only)


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a table so that equal rows give equal bytes and a damaged part is a small one."""
    frame.write_parquet(
        path, compression="zstd", compression_level=19, row_group_size=ROW_GROUP, statistics=True
    )


def seal(folder: Path) -> dict[str, str]:
    """Write both manifests of a dataset and return its digests by file."""
    found = digests(folder)
    sums: dict[str, bytes] = {}
    lines: list[tuple[str, int, str, int]] = []
    for name, sha in found.items():
        path = folder / name
        sums[name] = _checksums(path)
        lines.append((name, path.stat().st_size, sha, len(sums[name]) // _WORD))
    with (folder / MANIFEST).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows(lines)
    frame = pl.DataFrame(
        {"file": list(sums), "crc32": list(sums.values())},
        schema={"file": pl.String, "crc32": pl.Binary},
    )
    frame.write_parquet(folder / CHECKSUMS, compression="zstd", compression_level=19)
    return found


def read_manifest(folder: Path) -> dict[str, str]:
    """Return the SHA-256 that the manifest states for every file; nothing without a manifest."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    if tuple(reader.fieldnames or ()) != _HEADER:
        raise InputError(
            [
                Problem(
                    "wrong header",
                    file=str(path),
                    line=1,
                    found=",".join(reader.fieldnames or ()),
                    expected=",".join(_HEADER),
                )
            ]
        )
    return {row["file"]: row["sha256"] for row in reader}


def verify(folder: Path) -> list[Problem]:
    """Return what differs from the manifest: missing, extra and changed files with their rows."""
    stated = read_manifest(folder)
    if not stated:
        return [
            Problem(
                "the dataset has no manifest",
                file=str(folder / MANIFEST),
                expected="the file that `orepact data seal` writes",
            )
        ]
    found = digests(folder)
    sums, problems = _stated_checksums(folder)
    for name in sorted({*stated, *found}):
        if name not in found:
            problems.append(Problem("file is missing", file=str(folder / name)))
        elif name not in stated:
            problems.append(
                Problem("file is not in the manifest", file=str(folder / name), found=name)
            )
        elif stated[name] != found[name]:
            problems += _changes(folder / name, sums.get(name, b""))
    return problems


def _files(folder: Path) -> Iterator[Path]:
    own = {folder / MANIFEST, folder / CHECKSUMS}
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        if path not in own:
            yield path


def _checksums(path: Path) -> bytes:
    """Return the CRC-32 of every line of a text or row of a table in Parquet, four bytes each."""
    rows = _parquet_rows(pl.read_parquet(path)) if path.suffix == ".parquet" else _lines(path)
    return b"".join(zlib.crc32(row).to_bytes(_WORD, "little") for row in rows)


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")


def _parquet_rows(frame: pl.DataFrame) -> Iterator[bytes]:
    for row in frame.iter_rows():
        yield repr(row).encode("utf-8")


def _stated_checksums(folder: Path) -> tuple[dict[str, bytes], list[Problem]]:
    path = folder / CHECKSUMS
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        return {}, [Problem("can not be read", file=str(path), found=_first_line(error))]
    return dict(frame.select("file", "crc32").iter_rows()), []


def _changes(path: Path, stated: bytes) -> Iterator[Problem]:
    """Yield a problem for each span of rows that differs from its checksums."""
    unit = "row" if path.suffix == ".parquet" else "line"
    try:
        now = _checksums(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        yield _undecodable(path, len(stated) // _WORD, error)
        return
    spans = _spans(_words(stated), _words(now))
    if not spans:
        yield Problem("changed, but none of its rows: a part that holds no row", file=str(path))
    for first, last, more in spans:
        rows = f"{unit} {first}" if first == last else f"{unit}s {first} to {last}"
        yield Problem(
            f"changed in {rows}" + (f" ({more:+d} {unit}s)" if more else ""),
            file=str(path),
            line=first,
        )


def _words(data: bytes) -> list[bytes]:
    return [data[at : at + _WORD] for at in range(0, len(data), _WORD)]


def _spans(before: Sequence[bytes], after: Sequence[bytes]) -> list[tuple[int, int, int]]:
    """Return spans of changed rows, counted from 1, with how many rows each adds."""
    if len(before) == len(after):
        changed = [
            at for at, (old, new) in enumerate(zip(before, after, strict=True), 1) if old != new
        ]
        return [(first, last, 0) for first, last in _runs(changed)]
    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    tail = next(
        (at for at in range(shorter - head) if before[-1 - at] != after[-1 - at]), shorter - head
    )
    return [(head + 1, max(len(after) - tail, head + 1), len(after) - len(before))]


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for row in rows:
        if row != last + 1:
            if first > 0:
                yield first, last
            first = row
        last = row
    if first > 0:
        yield first, last


def _undecodable(path: Path, rows: int, error: BaseException) -> Problem:
    """Return a problem that names the first row group that can not be decoded."""
    for group, first in enumerate(range(0, rows, ROW_GROUP), 1):
        try:
            _ = pl.scan_parquet(path).slice(first, ROW_GROUP).collect()
        except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
            last = min(first + ROW_GROUP, rows)
            return Problem(
                f"row group {group} can not be decoded: rows {first + 1} to {last}",
                file=str(path),
                line=first + 1,
                found=_first_line(error),
            )
    return Problem("can not be decoded", file=str(path), found=_first_line(error))


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:120]
