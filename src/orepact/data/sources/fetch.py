"""Download a file of a public source: once, whole, with a record of where it came from.

A file lies in ``<folder>/<source>/<edition>/`` beside ``manifest.csv`` with the columns file,
address, retrieved (UTC), sha256, bytes and edition. What the manifest names is not downloaded
again; a file of the same edition with another checksum is an error, never a silent change.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import platformdirs
import polars as pl
import pooch
import requests

from orepact.data.bundle import WORLD_FOLDER
from orepact.data.dataset.manifest import write_parquet
from orepact.errors import InputError, OrepactError, Problem

__all__ = [
    "MANIFEST",
    "Record",
    "Release",
    "check_folder",
    "download",
    "origin_of",
    "record_file",
    "records",
    "save",
    "sha256_of",
    "with_retry",
]

MANIFEST = "manifest.csv"
"""Name of the record beside downloaded files."""

T = TypeVar("T")

_HEADER = ("file", "address", "retrieved", "sha256", "bytes", "edition")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_GONE = range(400, 500)
_RETRIED = {408, 425, 429}
_CHUNK = 1 << 20
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Release:
    """One file of one edition of a source; `sha256` is empty where none is published."""

    source: str
    edition: str
    address: str
    file: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the manifest: what was downloaded from where and when."""

    file: str
    address: str
    retrieved: str
    sha256: str
    bytes: int
    edition: str


def download(
    release: Release,
    folder: Path | None = None,
    *,
    progress: Any = None,
    attempts: int = 4,
    wait: float = 1.0,
) -> Path:
    """Return the path of a release's file, downloaded unless it is there with its checksum.

    `folder` is orepact's cache if not given. A broken connection, a cut file, a busy or failing
    server is tried again `attempts` times in all, after `wait` seconds that double each time.
    `progress` is told the size and the bytes read (``total``, ``update``, ``reset``, ``close``).

    Raises `InputError` for an address that is not https, and for a checksum other than the
    published or the recorded one; `OrepactError` when the server does not deliver. A file that
    was there is left as it was.
    """
    _check_address(release.address)
    target = (folder or _cache()) / release.source / release.edition / release.file
    kept = {record.file: record for record in records(target.parent)}.get(release.file)
    expected = release.sha256 or (kept.sha256 if kept else "")
    if target.is_file() and expected and sha256_of(target) == expected:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=target.parent) as scratch:
        loader = pooch.HTTPDownloader(progressbar=progress or False, chunk_size=_CHUNK, timeout=60)
        part = Path(scratch) / "part"
        _ = with_retry(
            lambda: loader(release.address, str(part), None),
            release.address,
            attempts=attempts,
            wait=wait,
        )
        found = sha256_of(part)
        if expected and found != expected:
            raise InputError([_changed(release, target, found, expected, kept)])
        _ = part.replace(target)
    record_file(target, release.address, release.edition)
    return target


def with_retry(
    call: Callable[[], T],
    address: str,
    *,
    attempts: int = 4,
    wait: float = 1.0,
    faults: tuple[type[Exception], ...] = (requests.RequestException,),
) -> T:
    """Return what a call that reads from the network returns, called again after a passing fault.

    `faults` are the errors of the library that reads. Raises `OrepactError` with the last fault,
    at once for one that will not pass (404, 403).
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return call()
        except faults as error:
            response = getattr(error, "response", None)
            status = None if response is None else response.status_code
            passing = status is None or status in _RETRIED or status not in _GONE
            if not passing or attempt == attempts:
                raise OrepactError(_undelivered(address, error, attempt)) from error
            time.sleep(min(max(_asked(response), wait * 2 ** (attempt - 1)), _LONGEST_WAIT))


def record_file(target: Path, address: str, edition: str) -> None:
    """Record in the manifest where a file that is there was retrieved from, now."""
    _note(target, Record(target.name, address, _now(), "", 0, edition))


def records(folder: Path) -> list[Record]:
    """Return the rows of a folder's manifest; raises `InputError` for one that is not ours."""
    path = folder / MANIFEST
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != _HEADER:
            problem = Problem("wrong header", file=str(path), line=1, expected=",".join(_HEADER))
            raise InputError([problem])
        return [
            Record(
                row["file"],
                row["address"],
                row["retrieved"],
                row["sha256"],
                int(row["bytes"]),
                row["edition"],
            )
            for row in reader
        ]


def origin_of(source: Path, edition: str) -> Record:
    """Return where a file is from: its row of the manifest beside it, or its own name."""
    kept = {record.file: record for record in records(source.parent)} if source.is_file() else {}
    if source.name in kept:
        return kept[source.name]
    size = source.stat().st_size if source.is_file() else 0
    sha256 = sha256_of(source) if source.is_file() else ""
    return Record(source.name, f"brought by the user: {source.name}", _now(), sha256, size, edition)


def save(
    tables: Mapping[str, pl.DataFrame], folder: Path, origin: Record, written: Sequence[str] = ()
) -> list[Path]:
    """Write tables into a folder beside a manifest: all of them or none.

    A table of trade or of governance becomes Parquet, any other CSV. The manifest names `origin`
    and, of each table and of each of the files `written` before, what it was made from. Raises
    `InputError` when one of the files is there already, or when the folder is inside the installed
    dataset.
    """
    check_folder(folder)
    names = {name: f"{name}.parquet" if _large(name) else f"{name}.csv" for name in tables}
    there = [folder / file for file in names.values() if (folder / file).exists()]
    if there:
        raise InputError(
            Problem("exists already", file=str(path), expected="another folder") for path in there
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as scratch:
        for name, frame in tables.items():
            part = Path(scratch) / names[name]
            if _large(name):
                write_parquet(frame, part)
            else:
                frame.with_columns(pl.col(pl.String).replace("", None)).write_csv(part)
        for file in names.values():
            _ = (Path(scratch) / file).replace(folder / file)
    _record(folder, [origin])
    for file in (*names.values(), *written):
        made = dataclasses.replace(origin, file=file, address=f"made from {origin.file}")
        _note(folder / file, made)
    return [folder / file for file in names.values()]


def check_folder(folder: Path) -> None:
    """Raise `InputError` for a folder inside the installed dataset."""
    if folder.resolve().is_relative_to(WORLD_FOLDER.resolve()):
        problem = Problem(
            "inside the installed dataset, which is never written to",
            file=str(folder),
            expected="a folder of your own",
        )
        raise InputError([problem])


def _large(name: str) -> bool:
    return name.startswith("trade") or name in {"governance", "concentration"}


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _note(target: Path, origin: Record) -> None:
    """Record a file that is there: of `origin` all but its size and checksum."""
    size, sha256 = target.stat().st_size, sha256_of(target)
    _record(target.parent, [dataclasses.replace(origin, bytes=size, sha256=sha256)])


def _record(folder: Path, new: Sequence[Record]) -> None:
    """Write rows into a folder's manifest, whole or not at all; a file's older row goes."""
    named = {record.file for record in new}
    rows = [*(each for each in records(folder) if each.file not in named), *new]
    path = folder / MANIFEST
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_HEADER)
        for row in sorted(rows, key=lambda each: each.file):
            writer.writerow([getattr(row, name) for name in _HEADER])
    _ = part.replace(path)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cache() -> Path:
    return platformdirs.user_cache_path("orepact") / "sources"


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return
    problem = Problem("not a safe address", field="address", found=address, expected="https://…")
    raise InputError([problem])


def _changed(
    release: Release, target: Path, found: str, expected: str, kept: Record | None
) -> Problem:
    """Say that the publisher's file is another one, and what to do."""
    known = f", retrieved {kept.retrieved}" if kept and not release.sha256 else ", as published"
    return Problem(
        f"the file of edition {release.edition} has changed: the publisher replaced it without "
        "a new edition, or it was damaged on the way. Compare the two; to take the new one, "
        f"remove its row from {target.parent / MANIFEST} or use another folder, and note it as "
        "an edition of its own",
        file=release.address,
        field="sha256",
        found=found,
        expected=expected + known,
    )


def _undelivered(address: str, error: Exception, attempt: int) -> str:
    tries = "1 attempt" if attempt == 1 else f"{attempt} attempts"
    words = str(error).strip().partition("\n")[0]
    return (
        f"{address}: not delivered after {tries}: {words}\n"
        "  Try again later, or download the file yourself and give it with --from FILE."
    )


def _asked(response: requests.Response | None) -> float:
    """Return the seconds that a busy server asked to wait."""
    text = "" if response is None else response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 0.0
