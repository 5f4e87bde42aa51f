"""`orepact stress`: what it prints and writes, what it refuses, how it goes on after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from tests.cli.conftest import Cli

SCENARIO = """\
format: orepact/scenario/1
scenario: tiny
title: Gallium recovery in China stands half still
text: A test.
version: 1
chains: [gallium]
first_month: 2026-12
months: 2
reason: A test.
outages:
  - id: half-still
    process: gallium-recovery
    region: CHN
    month: 2026-12
    until: 2027-01
    activity: {value: 0.5, low: 0.2, high: 0.8}
    alarm: {value: 0.5, low: 0.0, high: 1.0}
    reason: Supposed.
"""
PATIENCE = 120.0
SCHEMAS = Path(str(resources.files("orepact.studies"))) / "schema"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return the file of a scenario that takes seconds."""
    path = tmp_path / "tiny.yaml"
    _ = path.write_text(SCENARIO, encoding="utf-8")
    return path


def content(folder: Path) -> dict[str, Any]:
    """Return what a run wrote to run.json."""
    found: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return found


def test_a_run_writes_a_folder_and_prints_bands(cli: Cli, tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = cli("stress", tiny, "--sets", 2, "--draws", 2, "--workers", 1, "-o", out, columns=110)
    assert done.code == 0, done.err
    assert "Gallium" in done.out
    assert "x without scenario" in done.out
    assert "Plan, Gallium: more than 10 % of EU-27's use unmet" in done.out
    assert "peak" not in done.out
    names = sorted(path.name for path in out.iterdir())
    assert names == ["bands.csv", "brief.html", "members.parquet", "run.json", "sectors.csv"]
    found = content(out)
    schema = json.loads((SCHEMAS / "stress.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(found)
    assert found["design"]["uncertain"] == ["outages.0.activity", "outages.0.alarm"]
    assert {"gallium"} == {one["chain"] for one in found["results"]}
    bands = pl.read_csv(out / "bands.csv")
    assert bands["unit"].null_count() == 0
    assert (bands["low"] <= bands["middle"]).all()
    assert (bands["middle"] <= bands["high"]).all()
    page = (out / "brief.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "month of" not in page.replace("month and height of a peak", "")


def test_a_quick_run_says_that_it_has_one_member(cli: Cli, tmp_path: Path) -> None:
    done = cli("stress", "cobalt-quota", "--quick", "-o", tmp_path / "out", columns=200)
    assert done.code == 0, done.err
    for words in (
        "2 = 1 parameter set × 1 base window × 1 draw × 2 licence branches; 1 of them distinct",
        "Licences make no difference that is resolved here",
        "No percentiles of so few distinct members (1)",
        "So few distinct members (1) cannot say how sure that is.",
        "Without the scenario means: with CD-2025-QUOTA, in force since",
    ):
        assert words in " ".join(done.out.split()), done.out
    first = next(line for line in done.out.splitlines() if line.startswith("Cobalt,"))
    assert "grade C" in first
    for words in ("10th to 90th", "if refused", "either", "member breaks it"):
        assert words not in done.out
    assert "No percentiles of so few" in (tmp_path / "out" / "brief.html").read_text("utf-8")
    (sample,) = content(tmp_path / "out")["samples"]
    assert (sample["members"], sample["distinct"], sample["licences_alike"]) == (2, 1, True)


@pytest.mark.slow
def test_what_refused_licences_rest_on_is_said(cli: Cli, tmp_path: Path) -> None:
    done = cli("stress", "graphite-return", "--quick", "-o", tmp_path / "graphite", columns=200)
    told = " ".join(done.out.split())
    assert "If licences are refused, 0.25–0.30 of base trade goes on from month 4" in told
    assert "So few distinct members (2) cannot say" in told


def test_json_is_what_the_folder_holds(cli: Cli, tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = cli("stress", tiny, "--quick", "--json", "-o", out)
    assert done.code == 0, done.err
    assert json.loads(done.out) == content(out)


def test_everything_wrong_is_told_before_anything_is_solved(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    _ = path.write_text(SCENARIO.replace("gallium-recovery", "galium-recovery"), encoding="utf-8")
    done = cli("stress", path, "--sets", 0, "--sampling", "sobel", "-o", tmp_path / "out")
    assert done.code == 2
    for words in ("--sets", "mean 'sobol'", "bad.yaml:12", "did you mean 'gallium-recovery'"):
        assert words in done.err, done.err
    assert not (tmp_path / "out").exists()


def test_an_unknown_scenario_and_a_foreign_folder_are_refused(cli: Cli, tmp_path: Path) -> None:
    _ = (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = cli("stress", "graphite-returns", "-o", tmp_path)
    assert done.code == 2
    assert "did you mean 'graphite-return'" in done.err
    assert "not a run" in done.err
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_with_the_same_hash(tiny: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "orepact", "stress", str(tiny), "--sets", "3", "--draws", "2",
               "--workers", "1", "-o"]
    out, other = tmp_path / "out", tmp_path / "other"
    log = out / "unfinished" / "finished.jsonl"
    with subprocess.Popen([*command, str(out)], stdout=subprocess.DEVNULL) as first:
        end = time.monotonic() + PATIENCE
        while not (log.exists() and log.stat().st_size):
            assert first.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        os.kill(first.pid, signal.SIGKILL)
    assert not (out / "run.json").exists()
    again = subprocess.run([*command, str(out)], capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert "tasks were done before and are skipped" in again.stderr
    _ = subprocess.run([*command, str(other)], capture_output=True, check=True)
    for name in ("input_hash", "result_hash"):
        assert content(out)[name] == content(other)[name]
    assert not (out / "unfinished").exists()
