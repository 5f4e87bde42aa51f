"""``orepact scenario``: plain words, every error with its line, exit codes, files that pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orepact.policy.scenario.reading import scenario_names, scenario_path
from tests.cli.conftest import Cli

WRONG = """\
format: orepact/scenario/1
scenario: wrong
title: Wrong
text: Wrong.
version: 1
chains: [gallium]
first_month: 2027-01
months: 24
reason: To see it refused.
floods:
  - {id: flood, region: CHX, materials: [gallium-primary], price: 0.7, volume: 1.2,
     month: 2027-05, until: 2027-03, reason: r}
"""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_list_names_every_scenario(cli: Cli) -> None:
    done = cli("scenario", "list")
    assert done.code == 0
    assert all(name in done.out for name in scenario_names())
    listed = json.loads(cli("scenario", "list", "--json").out)
    assert [one["scenario"] for one in listed["scenarios"]] == list(scenario_names())


@pytest.mark.parametrize("name", scenario_names())
def test_show_has_words_for_every_part_and_fits(cli: Cli, name: str) -> None:
    shown = json.loads(cli("scenario", "show", name, "--json").out)
    done = cli("scenario", "show", name, columns=80)
    assert done.code == 0
    assert max(len(line) for line in done.out.splitlines()) <= 80
    assert all(f": {part['id']} (" in done.out for part in shown["parts"])
    assert all(part["what"] and part["reason"] and part["basis"] for part in shown["parts"])


def test_show_has_ranges_with_units(cli: Cli) -> None:
    words = " ".join(cli("scenario", "show", "cobalt-quota", columns=200).out.split())
    assert "COD ships at most 8,050 (6,450 to 10,000) t a month of cobalt-ore" in words
    assert "it keeps 9.94 % (0 % to 9.94 %) of it back" in words


def test_check_passes_what_ships(cli: Cli) -> None:
    done = cli("scenario", "check", *scenario_names())
    assert done.code == 0
    assert "no errors, 0 warnings" in done.out


def test_check_tells_every_error_of_every_file_and_exits_with_2(cli: Cli, wrong: Path) -> None:
    done = cli("scenario", "check", wrong, "cobalt-qota", "gallium-flood")
    assert done.code == 2
    assert "3 problems" in done.err
    assert f"{wrong}:11: floods.0.region: unknown region; found 'CHX'" in done.err
    assert f"{wrong}:12: floods.0.until: ends before it starts" in done.err
    assert "did you mean 'cobalt-quota'" in done.err


def test_check_prints_errors_as_json_too(cli: Cli, wrong: Path) -> None:
    done = cli("scenario", "check", wrong, "--json")
    assert done.code == 2
    found = json.loads(done.out)
    assert not found["sound"]
    assert [(one["line"], one["field"]) for one in found["problems"]] == [
        (11, "floods.0.region"), (12, "floods.0.until")]


def test_warnings_do_not_stop(cli: Cli, tmp_path: Path) -> None:
    text = scenario_path("cobalt-quota").read_text(encoding="utf-8")
    path = tmp_path / "wide.yaml"
    path.write_text(text.replace("limit: 8050\n", "limit: 80500\n"), encoding="utf-8")
    done = cli("scenario", "check", path)
    assert done.code == 0
    assert "warning" in done.out
    assert "does not bind unless trade grows" in " ".join(done.out.split())


def test_diff_is_told_by_part_and_field(cli: Cli, tmp_path: Path) -> None:
    text = scenario_path("cobalt-quota").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("value: 5367", "value: 5000"), encoding="utf-8")
    done = cli("scenario", "diff", "cobalt-quota", path, columns=200)
    assert done.out == (
        "~ quotas quota-2028-cut, limit: 5,367 (4,167 to 6,667) t/period → "
        "5,000 (4,167 to 6,667) t/period\n")
    assert cli("scenario", "diff", path, path).out == "No difference.\n"
    changes = json.loads(cli("scenario", "diff", "cobalt-quota", path, "--json").out)["changes"]
    assert [(one["part"], one["field"]) for one in changes] == [("quota-2028-cut", "limit")]


def test_calendar_tells_when_things_begin_and_end(cli: Cli) -> None:
    done = cli("scenario", "calendar", "cobalt-quota", "--rung", "0")
    assert done.code == 0
    rows = {line.split()[0]: line for line in done.out.splitlines() if line.strip()[:2] == "20"}
    assert "quota-2026-2027" in rows["2027-12"]
    assert "quota-2028" in rows["2028-01"]
    wrong = cli("scenario", "calendar", "cobalt-quota", "--rung", "7")
    assert wrong.code == 2
    assert "expected one of 0, 1" in wrong.err


def test_new_writes_a_file_that_passes(cli: Cli, tmp_path: Path) -> None:
    done = cli("scenario", "new", "mine", "--chain", "tungsten", "--into", tmp_path)
    assert done.code == 0
    assert cli("scenario", "check", tmp_path / "mine.yaml").code == 0
    again = cli("scenario", "new", "mine", "--chain", "tungstn", "--into", tmp_path)
    assert again.code == 2
    assert "exists already" in again.err
    assert "did you mean 'tungsten'" in again.err


@pytest.mark.parametrize("words", [("no such/name",), ("mine", "--from", "2027-13")])
def test_new_refuses_names_and_months_that_are_none(
    cli: Cli, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert cli("scenario", "new", *words, "--into", tmp_path).code == 2
    assert not list(tmp_path.iterdir())
