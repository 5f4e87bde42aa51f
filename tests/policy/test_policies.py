"""Every file of tests/policies: a rule, situations, and what the register must say of them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import ConfigDict

from orepact.data.text import parse, read_yaml
from orepact.policy import Branch, Outcome, Register, find_branch, permit, status

FOLDER = Path(__file__).parent.parent / "policies"
FILES = sorted(FOLDER.glob("*.yaml"))


@dataclass(frozen=True)
class Situation:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    item: str
    to: str
    end_use: str
    on: datetime.date
    exporter: str = "CHN"
    branch: str = ""
    without: tuple[str, ...] = ()
    records: tuple[Outcome, ...] = ()
    known_as_of: datetime.date | None = None


@dataclass(frozen=True)
class PermitExpected:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    state: str
    act: str | None = None
    since: datetime.date | None = None
    newly_imposed: bool | None = None
    review: str | None = None
    reach: str | None = None


@dataclass(frozen=True)
class Expected:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    permit: PermitExpected | None = None
    acts: dict[str, str] | None = None
    match: dict[str, str] | None = None
    absent: tuple[str, ...] = ()
    covered: bool = True


@dataclass(frozen=True)
class Case:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    situation: Situation
    expect: Expected


@dataclass(frozen=True)
class CaseFile:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    format: str
    rule: str
    cases: tuple[Case, ...]


def _laid(register: Register, branches: dict[str, Branch], situation: Situation) -> Register:
    branch = find_branch(branches, situation.branch) if situation.branch else None
    return register.without(*situation.without).under(branch, situation.records)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_policy(path: Path, register: Register, branches: dict[str, Branch]) -> None:
    file = parse(CaseFile, read_yaml(path, kind="policy-case"))
    for case in file.cases:
        _check_status(_laid(register, branches, case.situation), case)
        _check_permit(_laid(register, branches, case.situation), case)


def _check_status(laid: Register, case: Case) -> None:
    asked, expected = case.situation, case.expect
    exporter = asked.exporter if asked.exporter != "CHN" else None
    found = status(laid, asked.on, asked.item, asked.to, end_use=asked.end_use,
                   known_as_of=asked.known_as_of, exporter=exporter)
    words = {one.act: one.status for one in found}
    assert (expected.acts or {}).items() <= words.items(), f"{asked}: {words}"
    matches = {one.act: one.match for one in found}
    assert (expected.match or {}).items() <= matches.items(), f"{asked}: {matches}"
    assert not set(expected.absent) & set(words), f"{asked}: {words}"
    assert expected.covered or not found, f"{asked}: {words}"


def _check_permit(laid: Register, case: Case) -> None:
    asked, expected = case.situation, case.expect.permit
    if expected is None:
        return
    found = permit(laid, asked.exporter, asked.item, asked.to, end_use=asked.end_use, on=asked.on,
                   known_as_of=asked.known_as_of)
    assert found.state == expected.state, f"{asked}: {found}"
    deciding = found.acts[0] if found.acts else None
    got = {"act": deciding, "since": found.since, "newly_imposed": found.newly_imposed,
           "review": found.review, "reach": found.reach}
    for name, value in got.items():
        wanted = getattr(expected, name)
        assert wanted is None or value == wanted, f"{name} of {asked}: {found}"


def test_there_are_enough_cases_and_each_expects_something() -> None:
    files = [parse(CaseFile, read_yaml(path, kind="policy-case")) for path in FILES]
    assert len(files) >= 20
    for file in files:
        for case in file.cases:
            assert case.expect != Expected(), file.rule
