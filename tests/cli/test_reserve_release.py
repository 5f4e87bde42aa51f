"""`orepact reserve release`, and `orepact stress --reserves`: what they print and refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from orepact.studies.release import suggest
from tests.cli.conftest import Cli

SCENARIO = """\
format: orepact/scenario/1
scenario: tiny
title: Gallium recovery in China stands still
text: A test.
version: 1
chains: [gallium]
first_month: 2026-12
months: 10
reason: A test.
outages:
  - id: still
    process: gallium-recovery
    region: CHN
    month: 2026-12
    until: 2027-09
    activity: 0.2
    reason: Supposed.
"""
HOLDINGS = """\
format: orepact/holdings/1
holdings:
  - {holding: japan, owner: JPN, material: gallium-refined, tonnes: 20}
"""
RULEBOOK = """\
format: orepact/release-rulebook/1
rulebook: early
title: Release early
text: A test.
version: 1
rules:
  - id: early
    reason: A test.
    trigger: {group_loss: 0.02, price: 1.3, of: use}
    size: {share_of_shortfall: 1.0, at_least: 0.1}
    replenish: {price_below: 1.1, tonnes: 1}
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with a scenario, holdings and a rulebook."""
    for name, text in (("tiny", SCENARIO), ("held", HOLDINGS), ("early", RULEBOOK)):
        _ = (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_it_prints_releases_leaks_and_costs(cli: Cli, files: Path) -> None:
    done = cli("reserve", "release", files / "early.yaml", "--scenario", files / "tiny.yaml",
               "--holdings", files / "held.yaml", "--quick", "-o", files / "out", columns=120)
    assert done.code == 0, done.err
    told = " ".join(done.out.split())
    for words in ("Released under early", "Where the tonnes went", "entitled users",
                  "Final use gained by region", "million USD", "No month is promised",
                  "refined gallium: ", "at transaction prices",
                  "Rule early (levels are supposed where the reason names no source)",
                  "2 % of use or a price of 1.3 × base",
                  "ends when that no longer holds, always below 1.1 × base",
                  "buys back below 1.1 × base, 1 t a month"):
        assert words in told, done.out
    names = sorted(path.name for path in (files / "out").iterdir())
    assert names == ["release.html", "reserves.csv", "reserves.parquet", "run.json"]
    content = json.loads((files / "out" / "run.json").read_text(encoding="utf-8"))
    assert content["format"] == "orepact/release/1"
    assert str(files / "early.yaml") in content["command"]


def test_a_stress_run_says_what_the_reserve_changes(cli: Cli, files: Path) -> None:
    done = cli("stress", files / "tiny.yaml", "--quick", "--reserves", files / "held.yaml",
               "--rulebook", files / "early.yaml", "-o", files / "out", "--json")
    assert done.code == 0, done.err
    content = json.loads(done.out)
    assert content["reserves"]["rulebook"] == "early"
    assert content["reserves"]["results"][0]["reserve"] == "japan"
    assert (files / "out" / "reserves.parquet").exists()
    page = (files / "out" / "brief.html").read_text(encoding="utf-8")
    assert "What reserves change by rule" in page
    assert "No month is promised" in page


def test_levels_need_members_to_be_tried_on(cli: Cli, files: Path) -> None:
    done = cli("reserve", "release", files / "early.yaml", "--scenario", files / "tiny.yaml",
               "--holdings", files / "held.yaml", "--quick", "--suggest")
    assert done.code == 2
    assert "--suggest: too few members" in done.err
    assert "--sets 2 or more" in done.err


def test_a_release_of_nothing_says_what_the_rule_saw(cli: Cli, files: Path) -> None:
    _ = (files / "early.yaml").write_text(
        RULEBOOK.replace("{group_loss: 0.02, price: 1.3, of: use}", "{group_loss: 0.9}"),
        encoding="utf-8")
    done = cli("reserve", "release", files / "early.yaml", "--scenario", files / "tiny.yaml",
               "--holdings", files / "held.yaml", "--quick")
    assert done.code == 0, done.err
    told = " ".join(done.out.split())
    assert re.search(r"japan: releases nothing in \d+ members and keeps 20 t", told), told
    seen = re.search(r"month: a loss of ([\d.]+) %.*?, a price of ([\d.]+) × base", told)
    assert seen is not None, told
    assert 0.0 < float(seen[1]) < 90.0
    assert float(seen[2]) > 1.0


def test_a_search_for_levels_tells_how_far_it_is(
    cli: Cli, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggest, "GENERATIONS", 1)
    monkeypatch.setattr(suggest, "CANDIDATES", 2)
    _ = (files / "tiny.yaml").write_text(SCENARIO.replace("months: 10", "months: 3")
                                         .replace("2027-09", "2027-02"), encoding="utf-8")
    done = cli("reserve", "release", files / "early.yaml", "--scenario", files / "tiny.yaml",
               "--holdings", files / "held.yaml", "--sets", 2, "--draws", 0, "--workers", 1,
               "--suggest")
    assert done.code == 0, done.err
    assert "candidates for levels tried: 0 of 12" in done.err
    assert "candidates for levels tried: 12 of 12" in done.err
    assert "tasks run with and without the reserve: " in done.err
    assert "candidates for levels tried" not in done.out


def test_check_runs_nothing(cli: Cli, files: Path) -> None:
    done = cli("reserve", "release", "default", "--scenario", "gallium-refusal", "--holdings",
               files / "held.yaml", "--check")
    assert done.code == 0, done.err
    assert "default is sound for 1 reserves on the chains of gallium-refusal" in done.out


def test_every_fault_of_every_file_is_told_at_once(cli: Cli, files: Path) -> None:
    _ = (files / "early.yaml").write_text(
        RULEBOOK.replace("price_below: 1.1", "price_below: 1.5")
        .replace("group_loss: 0.02", "group_loss: 1.02")
        .replace("tonnes: 1}", "tonnes: -1}"), encoding="utf-8")
    _ = (files / "held.yaml").write_text(
        HOLDINGS.replace("tonnes: 20", "tonnes: -20").replace("JPN", "JPM"), encoding="utf-8")
    done = cli("reserve", "release", files / "early.yaml", "--scenario", files / "tiny.yaml",
               "--holdings", files / "held.yaml", "--workers", 0)
    assert done.code == 2
    for words in (
        "--workers: out of range", "held.yaml:3: holdings.0.tonnes",
        "early.yaml:9: rules.0.trigger.group_loss: a share over 100 %",
        "early.yaml:11: rules.0.replenish.price_below: buys at prices at which it releases",
        "early.yaml:11: rules.0.replenish.tonnes: negative",
    ):
        assert words in done.err, done.err
    assert done.out == ""


def test_names_of_nobody_are_told_with_the_nearest(cli: Cli, files: Path) -> None:
    _ = (files / "early.yaml").write_text(
        RULEBOOK.replace("    reason: A test.\n", "    reason: A test.\n    members: [JPM]\n"
                         "    materials: [galium-refined]\n", 1), encoding="utf-8")
    done = cli("reserve", "release", files / "early.yaml", "--scenario", files / "tiny.yaml",
               "--holdings", files / "held.yaml")
    assert done.code == 2
    assert "not a form that is known" in done.err
    assert "did you mean 'gallium-refined'?" in done.err
    assert "members.0: not a region that is known" in done.err


def test_a_file_without_lots_of_these_chains_is_refused(cli: Cli, files: Path) -> None:
    _ = (files / "held.yaml").write_text(
        HOLDINGS.replace("gallium-refined", "antimony-oxide"), encoding="utf-8")
    done = cli("reserve", "release", "default", "--scenario", files / "tiny.yaml",
               "--holdings", files / "held.yaml")
    assert done.code == 2
    assert "no lot is of a form of these chains" in done.err
