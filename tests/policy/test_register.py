"""The register that ships, and what a broken one is told: everything wrong, at once."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.policy import (
    Branch,
    Outcome,
    Register,
    load_register,
    permit,
    read_branch,
    status,
)
from orepact.policy.branches import Hypothetical
from orepact.policy.controls import Clause, Item, PartialDate, partial_date

NEVER_SUSPENDED = ("CN-2023-23", "CN-2023-39", "CN-2024-33", "CN-2024-46-1", "CN-2025-10",
                   "CN-2025-18")
GOOD = """format: orepact/control/1
title: a test
acts:
  - id: A-1
    title: one
    issuer: CHN
    body: x
    kind: export_licence
    layer: base
    announced: 2025-01-01
    effective: 2025-02-01
    clauses:
      - effect: licence
        items: [{name: gallium, materials: [gallium-primary]}]
    sources: [x]
    confidence: low
    last_known: in_force
    known_as_of: 2025-03
suspensions:
  - id: S-1
    title: two
    issuer: CHN
    body: x
    suspends: [A-1]
    announced: 2025-04-01
    start: 2025-04-01
    until: 2025-05-01
    sources: [x]
    confidence: low
    last_known: x
    known_as_of: 2025-04
"""


def _load(folder: Path, *texts: str) -> Register:
    for number, text in enumerate(texts):
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")
    return load_register(folder)


def _problems(folder: Path, *texts: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        _ = _load(folder, *texts)
    return [str(problem) for problem in caught.value.problems]


def test_the_library_has_every_act_and_both_suspensions(register: Register) -> None:
    assert len(register.acts) == 53
    assert {one.id for one in register.suspensions} == {"CN-2025-70", "CN-2025-72"}
    assert all(act.sources and act.clauses for act in register.acts)


def test_70_and_72_suspend_these_acts_and_no_others(register: Register) -> None:
    suspends = {one.id: set(one.suspends) for one in register.suspensions}
    assert suspends["CN-2025-72"] == {"CN-2024-46-2"}
    assert suspends["CN-2025-70"] == {"CN-2025-55", "CN-2025-56", "CN-2025-57", "CN-2025-58",
                                      "CN-2025-61-C", "CN-2025-61-AB", "CN-2025-62"}


def test_clause_2_of_46_and_its_suspension_are_dated_as_published(register: Register) -> None:
    stay = next(one for one in register.suspensions if one.id == "CN-2025-72")
    assert (str(stay.start), str(stay.until)) == ("2025-11-09", "2026-11-27")
    assert str(register.act("CN-2025-58").effective) == "2025-11-08"


@pytest.mark.parametrize("name", ["extended", "revived", "escalated", "lifted"])
@pytest.mark.parametrize("act", NEVER_SUSPENDED)
def test_what_was_never_suspended_stays_in_force(
    register: Register, branches: dict[str, Branch], name: str, act: str,
) -> None:
    laid = register.under(branches[name])
    item = laid.act(act).clauses[0].items[0]
    asked = item.materials[0] if item.materials else (item.minerals or ("gallium",))[0]
    for day in ("2026-11-10", "2026-11-28", "2029-01-01"):
        found = status(laid, datetime.date.fromisoformat(day), asked, "USA", end_use="military")
        assert {one.act: one.status for one in found}[act] == "in_force"


@pytest.mark.parametrize("name", ["extended", "revived", "escalated", "lifted"])
def test_a_branch_decides_every_suspended_act(
    register: Register, branches: dict[str, Branch], name: str,
) -> None:
    laid = register.under(branches[name])
    decided = {one.act for one in laid.outcomes}
    assert decided == {act for one in register.suspensions for act in one.suspends}
    assert all(one.hypothetical for one in laid.outcomes)
    assert laid.branch == name


def test_extended_is_a_year_at_a_time(register: Register, branches: dict[str, Branch]) -> None:
    laid = register.under(branches["extended"])
    days = [str(one.until) for one in laid.outcomes_of("CN-2024-46-2")]
    assert days == [f"{year}-11-27" for year in range(2027, 2033)]


def test_hypothetical_acts_say_so_and_why(
    register: Register, branches: dict[str, Branch],
) -> None:
    added = [act for act in register.under(branches["escalated"]).acts if act.hypothetical]
    assert [act.id for act in added] == ["HYP-CN-NDPR", "HYP-CN-GASB-EU-JP"]
    assert all("Hypothetical" in act.note for act in added)
    assert [str(act.effective) for act in added] == ["2026-12-11", "2026-11-28"]
    assert not any(act.hypothetical for act in register.acts)


def test_a_general_licence_eases_no_ban(register: Register) -> None:
    ban = Hypothetical(
        "HYP-BAN", "a ban", "CHN", "export_ban",
        (Clause("ban", (Item("magnets", materials=("magnet-heavy",)),)),),
        announced=PartialDate("2026-01-01"), effective=PartialDate("2026-01-01"), reason="a test")
    branch = Branch("orepact/branch/1", "b", "b", "b", acts=(ban,))
    day = datetime.date(2026, 2, 1)
    before = permit(register, "CHN", "magnet-heavy", "KOR", end_use="civil", on=day)
    after = permit(register.under(branch), "CHN", "magnet-heavy", "KOR", end_use="civil", on=day)
    assert (before.state, after.state) == ("general_licence", "banned")
    assert after.newly_imposed


def test_laying_the_same_branch_twice_is_refused(
    register: Register, branches: dict[str, Branch],
) -> None:
    with pytest.raises(InputError, match="repeats an id"):
        _ = register.under(branches["escalated"]).under(branches["escalated"])


def test_the_good_file_is_good(tmp_path: Path) -> None:
    assert [act.id for act in _load(tmp_path, GOOD).acts] == ["A-1"]


@pytest.mark.parametrize(("old", "new", "words"), [
    ("suspends: [A-1]", "suspends: [A-2]", "suspended act is unknown"),
    ("until: 2025-05-01", "until: 2025-03-01", "suspension ends before it starts"),
    ("start: 2025-04-01", "start: 2025-03-01", "suspension starts before it was announced"),
    ("layer: base", "layer: base\n    parents: [A-9]", "unknown parent act"),
    ("effective: 2025-02-01", "effective: 2024-02-01", "effective before announced"),
    ("layer: base", "layer: base\n    until: 2025-01-15", "ends before it starts"),
    ("layer: base", "layer: base\n    end_announced: 2025-01", "end_announced without until"),
    ("issuer: CHN", "issuer: CHNA", "did you mean 'CHN'"),
    ("layer: base", "layer: base\n    destinations: [UAS]", "unknown place"),
    ("[gallium-primary]", "[gallium-primry]", "did you mean 'gallium-primary'"),
    ("materials: [gallium-primary]", "minerals: [galium]", "did you mean 'gallium'"),
    ("materials: [gallium-primary]", "hs: ['12']", "not a customs code"),
    (", materials: [gallium-primary]", "", "an item names nothing"),
    ("kind: export_licence", "kind: export_license", "export_licence"),
    ("effective: 2025-02-01", "effective: 2025-02-31", "effective"),
    ("confidence: low", "confidance: low", "confidance"),
])
def test_each_mistake_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert any(words in problem for problem in _problems(tmp_path, GOOD.replace(old, new, 1)))


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    first = GOOD.replace("issuer: CHN", "issuer: CHNA", 1).replace("suspends: [A-1]",
                                                                  "suspends: [A-2]")
    second = GOOD.replace("effective: 2025-02-01", "effective: 2024-02-01")
    found = _problems(tmp_path, first, second)
    assert len(found) == 5
    assert sum("duplicate id" in one for one in found) == 2
    assert all(".yaml:" in one for one in found)


def test_a_retroactive_act_must_say_so(tmp_path: Path) -> None:
    text = GOOD.replace("effective: 2025-02-01", "effective: 2024-02-01\n    retroactive: true")
    assert _load(tmp_path, text).act("A-1").retroactive


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no control files"):
        _ = load_register(tmp_path)


def test_outcomes_must_speak_of_suspended_acts(register: Register) -> None:
    wrong = [Outcome("CN-2025-18", "revives"), Outcome("CN-2025-57x", "revives"),
             Outcome("CN-2025-70", "extended")]
    with pytest.raises(InputError) as caught:
        _ = register.under(None, wrong)
    text = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "never suspended" in text
    assert "CN-2025-57" in text
    assert "needs its new last day" in text


def test_without_refuses_unknown_ids(register: Register) -> None:
    with pytest.raises(InputError, match="CN-2025-18"):
        _ = register.without("CN-2025-18x")


def test_a_branch_file_with_a_wrong_suspension_is_refused(
    register: Register, tmp_path: Path,
) -> None:
    path = tmp_path / "b.yaml"
    path.write_text("format: orepact/branch/1\nname: b\ntitle: b\ntext: b\noutcomes:\n"
                    "  - {act: CN-2025-70, outcome: extended, until: {end_of: CN-2025-07}}\n",
                    encoding="utf-8")
    with pytest.raises(InputError, match="CN-2025-70"):
        _ = register.under(read_branch(path))


@pytest.mark.parametrize(("text", "first", "last", "precision"), [
    ("2024", "2024-01-01", "2024-12-31", "year"),
    ("2024-02", "2024-02-01", "2024-02-29", "month"),
    ("2024-02-03", "2024-02-03", "2024-02-03", "day"),
])
def test_partial_dates_keep_their_precision(
    text: str, first: str, last: str, precision: str,
) -> None:
    day = partial_date(text)
    assert day == PartialDate(text)
    assert (day.first.isoformat(), day.last.isoformat()) == (first, last)
    assert day.precision == precision
    assert str(day) == text


@pytest.mark.parametrize("text", ["24", "2024-13", "2024-02-30", "spring 2024", "2024-2-3"])
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        _ = partial_date(text)
