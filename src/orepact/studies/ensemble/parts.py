"""The folder of an ensemble: what is finished stays, and a later run goes on from there.

``ensemble.json`` says what the ensemble is made of, ``parts/`` has one Parquet file per batch,
``finished.jsonl`` one line per file with its hash and its tasks, ``lock`` the process at work. A
file is written beside its place, forced to the disk and renamed; its line follows. What a crash
left between the two is no part of the ensemble and is made anew.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import json
import os
import platform
import warnings
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO, FileIO
from pathlib import Path
from typing import Any

import polars as pl

from orepact.data.dataset.manifest import digest_of
from orepact.errors import InputError, Problem, StoppedError
from orepact.studies.ensemble.batches import KEY, Answer, Keyed, stack
from orepact.studies.ensemble.hashing import canonical_json, input_hash
from orepact.studies.ensemble.identity import differences

__all__ = ["Notice", "Parts", "open_parts"]

Notice = Callable[[str], None]

FORMAT = "orepact/ensemble/1"
HEADING, LOG, FOLDER, LOCK = "ensemble.json", "finished.jsonl", "parts", "lock"
DRAFT = ".unfinished"

_SHOWN = 60


@dataclass(slots=True)
class Parts:
    """The finished parts of an ensemble: `done` says in which part a task's rows lie."""

    folder: Path
    hashes: Mapping[str, str]
    done: dict[str, str]
    log: FileIO

    def keep(self, answer: Answer) -> None:
        """Write an answer so that it outlasts a crash; raises `OSError` when the disk refuses."""
        name = hashlib.sha256("\n".join(answer.keys).encode("utf-8")).hexdigest()[:24]
        content = BytesIO()
        answer.frame.write_parquet(content, compression="zstd")
        data = content.getvalue()
        write_whole(self.folder / FOLDER / f"{name}.parquet", data)
        line = {
            "part": name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "rows": len(answer.frame),
            "tasks": {key: self.hashes[key] for key in answer.keys},
        }
        self._append((json.dumps(line) + "\n").encode("utf-8"))
        self.done |= dict.fromkeys(answer.keys, name)

    def table(self, keys: Collection[str]) -> pl.DataFrame:
        """Return the rows of tasks, part by part."""
        names = dict.fromkeys(self.done[key] for key in keys)
        wanted = pl.Series(list(keys), dtype=pl.String).implode()
        paths = (self.folder / FOLDER / f"{name}.parquet" for name in names)
        return stack(
            pl.read_parquet(path, memory_map=False).filter(pl.col(KEY).is_in(wanted))
            for path in paths
        )

    def _append(self, line: bytes) -> None:
        """Append a line whole or not at all."""
        number = self.log.fileno()
        end, left = os.fstat(number).st_size, line
        try:
            while left:
                left = left[os.write(number, left) :]
            os.fsync(number)
        except OSError:
            os.ftruncate(number, end)
            raise


@contextmanager
def open_parts(
    folder: Path,
    description: Mapping[str, object],
    identity: Mapping[str, str],
    tasks: Sequence[Keyed],
    *,
    notice: Notice | None = None,
) -> Generator[Parts]:
    """Open the folder of an ensemble, new or begun, for this process alone.

    `notice` is told of every part that is damaged and made anew; without it Python warns. Raises
    `InputError` for a folder that holds something else, that another process works in, or that
    belongs to other inputs, code or wheels, naming what differs; `StoppedError` when the disk
    refuses.
    """
    hashes = {task.key: input_hash(task) for task in tasks}
    _require_ours(folder)
    with ExitStack() as opened:
        try:
            (folder / FOLDER).mkdir(parents=True, exist_ok=True)
            opened.enter_context(_locked(folder))
            _check_heading(folder, description, identity)
            done = _recovered(folder, hashes, notice or _warn)
            log = opened.enter_context((folder / LOG).open("ab", buffering=0))
        except OSError as error:
            message = f"{folder} cannot be written: {error.strerror}; what is finished stays"
            raise StoppedError(message) from error
        yield Parts(folder, hashes, done, log)


def _recovered(folder: Path, hashes: Mapping[str, str], tell: Notice) -> dict[str, str]:
    """Return in which sound part each finished task lies; forget and remove what is not sound."""
    lines = list(_lines(folder / LOG, tell))
    _require_same_tasks(folder, lines, hashes)
    sound = [line for line in lines if _is_sound(folder, line, tell)]
    kept = "".join(json.dumps(line) + "\n" for line in sound).encode("utf-8")
    if not (folder / LOG).is_file() or (folder / LOG).read_bytes() != kept:
        write_whole(folder / LOG, kept)
    _clear(folder, {line["part"] for line in sound})
    return {key: line["part"] for line in sound for key in line["tasks"]}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a crash."""
    draft = path.with_name(path.name + DRAFT)
    try:
        with draft.open("wb") as stream:
            _ = stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        _ = draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    number = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _warn(message: str) -> None:
    warnings.warn(message, RuntimeWarning, stacklevel=2)


def _require_ours(folder: Path) -> None:
    problem: Problem | None = None
    if folder.exists() and not folder.is_dir():
        problem = Problem("not a folder", file=str(folder), expected="a new folder")
    elif folder.is_dir() and not (folder / HEADING).is_file():
        ours = {LOCK, FOLDER, HEADING + DRAFT}
        foreign = sorted(path.name for path in folder.iterdir() if path.name not in ours)
        if foreign:
            problem = Problem(
                "the folder holds something that is not an ensemble",
                file=str(folder),
                found=", ".join(foreign[:4]),
                expected=f"a new or empty folder, or one with {HEADING}",
            )
    if problem:
        raise InputError([problem])


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    """Hold the folder's lock; the system frees it when the process ends, however it ends."""
    with (folder / LOCK).open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            _ = stream.seek(0)
            problem = Problem(
                "another process works in this folder",
                file=str(folder),
                found=stream.read().strip() or "a process without name",
                expected="a folder of its own for each run; or wait until that one has ended",
            )
            raise InputError([problem]) from error
        _ = stream.truncate(0)
        _ = stream.write(f"process {os.getpid()} on {platform.node()}\n")
        stream.flush()
        yield


def _check_heading(
    folder: Path, description: Mapping[str, object], identity: Mapping[str, str]
) -> None:
    """Write what the ensemble is made of, or compare it with what an earlier run wrote."""
    path = folder / HEADING
    if not path.is_file():
        content = {
            "format": FORMAT,
            "input_hash": input_hash(description),
            "inputs": {name: input_hash(part) for name, part in description.items()},
            "description": json.loads(canonical_json(description)),
            "identity": dict(identity),
            "begun": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        write_whole(path, text.encode("utf-8"))
        return
    begun = _read_heading(path)
    inputs = {name: input_hash(part) for name, part in description.items()}
    problems = [
        Problem(
            "the folder was begun with another input",
            file=str(path),
            field=name,
            found=_shown(description.get(name), ours),
            expected=_shown(begun["description"].get(name), theirs),
        )
        for name, (ours, theirs) in differences(inputs, begun["inputs"]).items()
    ]
    problems += [
        Problem(
            "the folder was begun with another version",
            file=str(path),
            field=name,
            found=ours,
            expected=theirs + ", or a new folder",
        )
        for name, (ours, theirs) in differences(identity, begun["identity"]).items()
    ]
    if problems:
        raise InputError(problems)


def _read_heading(path: Path) -> dict[str, Any]:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        content = None
    wanted = ("description", "inputs", "identity")
    if (
        isinstance(content, dict)
        and content.get("format") == FORMAT  # pyright: ignore[reportUnknownMemberType]
        and all(isinstance(content.get(name), dict) for name in wanted)  # pyright: ignore[reportUnknownMemberType]
    ):
        return content  # pyright: ignore[reportUnknownVariableType]
    raise InputError(
        [
            Problem(
                "the ensemble's heading is damaged",
                file=str(path),
                expected=f"JSON with format {FORMAT}; otherwise begin in a new folder",
            )
        ]
    )


def _shown(value: object, digest: str) -> str:
    if not digest:
        return "nothing"
    text = canonical_json(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}... (hash {digest[:12]})"


def _lines(path: Path, tell: Notice) -> Iterator[dict[str, Any]]:
    """Yield the lines of the log that are whole."""
    if not path.is_file():
        return
    for number, text in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            line: Any = json.loads(text)
            _ = (line["part"], line["sha256"], line["tasks"].items())
        except (ValueError, KeyError, TypeError, AttributeError):
            tell(f"{path}:{number}: the line is damaged; its part is made anew")
            continue
        yield line


def _require_same_tasks(
    folder: Path, lines: Sequence[dict[str, Any]], hashes: Mapping[str, str]
) -> None:
    problems = [
        Problem(
            "the task was done with another input",
            file=str(folder / LOG),
            field=key,
            found=f"hash {hashes[key][:12]}",
            expected=f"hash {digest[:12]}, or a new folder",
        )
        for line in lines
        for key, digest in line["tasks"].items()
        if hashes.get(key, digest) != digest
    ]
    if problems:
        raise InputError(problems)


def _is_sound(folder: Path, line: Mapping[str, Any], tell: Notice) -> bool:
    path = folder / FOLDER / f"{line['part']}.parquet"
    count = len(line["tasks"])
    if not path.is_file():
        tell(f"{path}: the part is missing; its {count} tasks are done again")
        return False
    if digest_of(path) != line["sha256"]:
        tell(f"{path}: the part is damaged; its {count} tasks are done again")
        return False
    return True


def _clear(folder: Path, parts: Collection[str]) -> None:
    """Remove drafts and parts that no line of the log names."""
    for path in (folder / FOLDER).iterdir():
        if path.name.endswith(DRAFT) or (path.suffix == ".parquet" and path.stem not in parts):
            path.unlink()
