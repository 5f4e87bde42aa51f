"""BACI's files: which ones a source holds, and what is wrong with which of their lines.

Read slowly, in Python, once DuckDB has found that something is wrong.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from orepact.data.sources.cells import open_archive, read_csv, strict_number
from orepact.errors import InputError, Problem, nearest

__all__ = [
    "NAME",
    "NOMENCLATURE",
    "SHOWN",
    "header_of",
    "one_release",
    "repeated_lines",
    "wrong_lines",
    "yearly_files",
]

_COLUMNS = ("t", "i", "j", "k", "v", "q")
NAME = re.compile(r"BACI_(HS[0-9]{2})_Y([0-9]{4})_V([0-9]{6}[a-z]?)\.csv", re.IGNORECASE)
NOMENCLATURE = {
    "HS92": "HS1992",
    "HS96": "HS1996",
    "HS02": "HS2002",
    "HS07": "HS2007",
    "HS12": "HS2012",
    "HS17": "HS2017",
    "HS22": "HS2022",
}
SHOWN = 20


def yearly_files(source: Path, scratch: Path) -> list[Path]:
    """Return the yearly files of a file, an archive (unpacked into `scratch`) or a folder."""
    if source.is_dir():
        found = sorted(path for path in source.iterdir() if NAME.fullmatch(path.name))
    elif source.suffix.lower() == ".zip" and source.is_file():
        with open_archive(source) as archive:
            for member in archive.infolist():
                name = Path(member.filename).name
                if name.lower().endswith(".csv") and not member.is_dir():
                    member.filename = name
                    _ = archive.extract(member, scratch)
        found = sorted(path for path in scratch.iterdir() if NAME.fullmatch(path.name))
    else:
        found = [source] if source.is_file() and NAME.fullmatch(source.name) else []
    if not found:
        problem = Problem(
            "no BACI file", file=str(source), expected="BACI_HS<nn>_Y<year>_V<release>.csv"
        )
        raise InputError([problem])
    return found


def one_release(files: Sequence[Path]) -> tuple[str, str]:
    """Return nomenclature and release, which all files must share: they are never mixed."""
    releases: dict[tuple[str, str], Path] = {}
    for file in files:
        match = NAME.fullmatch(file.name)
        if match:
            releases[match[1].upper(), match[3]] = file
    problems = [
        Problem("files of several nomenclatures or releases", file=str(file), found=f"{hs} {ver}")
        for (hs, ver), file in releases.items()
    ]
    if len(releases) > 1:
        raise InputError(problems)
    nomenclature, edition = next(iter(releases))
    if nomenclature not in NOMENCLATURE:
        problem = Problem(
            "unknown nomenclature",
            file=str(files[0]),
            found=nomenclature,
            expected="one of " + ", ".join(NOMENCLATURE),
            nearest=nearest(nomenclature, list(NOMENCLATURE)),
        )
        raise InputError([problem])
    return nomenclature, f"V{edition}"


def header_of(file: Path) -> tuple[str, ...]:
    """Return the columns in their order; raises `InputError` unless they are BACI's six.

    A file with nothing below its header is refused too.
    """
    with file.open("rb") as stream:
        first = stream.readline().rstrip()
        below = any(line.strip() for line in stream)
    if not first:
        raise InputError([Problem("file is empty", file=str(file), expected=",".join(_COLUMNS))])
    row = b",".join([b"0"] * (first.count(b",") + 1))
    table = read_csv(first + b"\n" + row, name=str(file))
    table.require(_COLUMNS, layout="the BACI releases 2018 to 2026")
    extra = [name for name in table.header if name not in _COLUMNS]
    if extra:
        raise InputError(
            [
                table.problem(1, name, "unknown column", expected=",".join(_COLUMNS))
                for name in extra
            ]
        )
    if not below:
        problem = Problem(
            "no rows below the header", file=str(file), line=1, expected="one row for each flow"
        )
        raise InputError([problem])
    return table.header


def repeated_lines(
    file: Path, header: Sequence[str], repeats: Collection[tuple[str, ...]]
) -> list[Problem]:
    """Return the lines of flows (exporter, importer, product) that are given more than once."""
    first: dict[tuple[str, ...], int] = {}
    problems: list[Problem] = []
    for line, cells in _lines(file):
        row = dict(zip(header, cells, strict=False))
        key = (row.get("i", ""), row.get("j", ""), row.get("k", ""))
        if key in repeats and first.setdefault(key, line) != line:
            problems.append(
                Problem(
                    "duplicate flow",
                    file=str(file),
                    line=line,
                    field="i+j+k",
                    found=", ".join(key),
                    expected=f"one row (first given on line {first[key]})",
                )
            )
    return problems[:SHOWN]


def wrong_lines(file: Path, header: Sequence[str], year: int) -> list[Problem]:
    """Return what is wrong with the first lines that are, read slowly to know their place."""
    checks: dict[str, tuple[Callable[[str], bool], str]] = {
        "t": (lambda cell: cell == str(year), f"{year}, the year of the file's name"),
        "i": (_is_code, "a code of up to three digits"),
        "j": (_is_code, "a code of up to three digits"),
        "k": (lambda cell: len(cell) == 6 and cell.isdigit(), "six digits, zeros in front kept"),
        "v": (_is_amount, "thousand US dollars, written 1234.5"),
        "q": (lambda cell: cell in {"", "NA"} or _is_amount(cell), "tonnes, written 1234.5, or NA"),
    }
    problems: list[Problem] = []
    for line, cells in _lines(file):
        if len(problems) >= SHOWN:
            break
        if len(cells) != len(header):
            message = "wrong number of cells: a column is shifted or a number has a comma"
            found, expected = str(len(cells)), f"{len(header)}"
            problems.append(
                Problem(message, file=str(file), line=line, found=found, expected=expected)
            )
            continue
        for name, cell in zip(header, cells, strict=True):
            good, expected = checks[name]
            if not good(cell):
                problems.append(
                    Problem(
                        "wrong value",
                        file=str(file),
                        line=line,
                        field=name,
                        found=repr(cell),
                        expected=expected,
                    )
                )
    return problems


def _lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the header with their lines."""
    with file.open(encoding="utf-8", errors="replace", newline="") as stream:
        for number, cells in enumerate(csv.reader(stream), start=1):
            if number > 1 and cells:
                yield number, [cell.strip() for cell in cells]


def _is_code(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) <= 3


def _is_amount(cell: str) -> bool:
    number = strict_number(cell)
    return number is not None and not cell.startswith("-")
