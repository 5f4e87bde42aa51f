"""`orepact projects` list, bottleneck, deadline and recycling on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli

OWN = """\
format: orepact/projects/1
title: Mine
projects:
  - project: my-circuit
    title: A gallium circuit
    country: FRA
    home: EU27
    chain: gallium
    kind: recovery
    modes: [{recipe: gallium-recovery}]
    capacity: {value: 50, low: 40, high: 60, unit: t/year, reason: "as in our study"}
    opens: {value: 2027.5, low: 2027, high: 2028, unit: date, source: "our decision"}
    status: construction
"""


def test_list(cli: Cli) -> None:
    """Rows are filtered, with what is modelled or why not."""
    done = cli("projects", "list", "--mineral", "gallium", columns=160)
    assert done.code == 0
    assert "6 of 57 rows, 5 of them modelled" in done.out
    assert "superseded by the plan for the same site" in done.out
    content = json.loads(cli("projects", "list", "--region", "EU27", "--not-modelled",
                             "--json").out)
    assert content["format"] == "orepact/project-list/1"
    assert all(row["why_not"] for row in content["rows"])
    assert cli("projects", "list", "--csv").out.count("PJ-0") >= 57


def test_list_of_bad_words(cli: Cli) -> None:
    """Unknown filters end with exit code 2 and the nearest words, all at once."""
    done = cli("projects", "list", "--mineral", "galium", "--status", "constructing")
    assert done.code == 2
    assert "2 problems" in done.err
    assert "did you mean 'gallium'" in done.err


def test_deadline(cli: Cli) -> None:
    """A question for tonnes is answered with a range, the benchmark stands beside."""
    done = cli("projects", "deadline", "gallium", "--material", "gallium-primary", "--tonnes", 40,
               columns=160)
    assert done.code == 0
    assert "Chance of 40 t/year of primary gallium or more in 2030: 7" in done.out
    assert "40 %" in done.out
    assert "No rate of failure by status is published" in done.out.replace("\n", " ")
    content = json.loads(cli("projects", "deadline", "--region", "USA", "--json").out)
    assert content["format"] == "orepact/deadline/1"
    assert content["benchmarks"] == []
    assert {one["country"] for one in content["projects"]} >= {"USA", "AUS", "CAN"}


def test_deadline_of_own_projects(cli: Cli, tmp_path: Path) -> None:
    """An own file stands in for the candidates; a bad one is refused before anything is drawn."""
    path = tmp_path / "mine.yaml"
    _ = path.write_text(OWN, encoding="utf-8")
    done = cli("projects", "deadline", "--file", path, "--draws", 200, columns=200)
    assert done.code == 0
    assert "A gallium circuit" in done.out
    _ = path.write_text(OWN.replace("value: 50", "value: -50").replace("2027,", "2029,")
                        .replace("gallium-recovery", "gallium-recovry"), encoding="utf-8")
    done = cli("projects", "deadline", "--file", path, "--by", 1990)
    assert done.code == 2
    for words in ("negative capacity", "dates are reversed", "unknown recipe",
                  "year out of range", "mine.yaml:11"):
        assert words in done.err


def test_bottleneck(cli: Cli) -> None:
    """The tightest stage is named with the share of members; JSON has every stage."""
    done = cli("projects", "bottleneck", "rare-earth-magnets", "--draws", 40)
    assert done.code == 0
    assert "EU-27 has no capacity at all for" in done.out
    assert "Tightest stage today" in done.out
    assert "t REO/year" in done.out
    content = json.loads(cli("projects", "bottleneck", "gallium", "--draws", 20, "--json").out)
    assert content["format"] == "orepact/bottleneck/1"
    assert {one["material"] for one in content["stages"]} == {"gallium-primary",
                                                             "gallium-refined"}
    done = cli("projects", "bottleneck", "galium", "--partner", "EU27", "--year", 1990)
    assert done.code == 2
    assert "did you mean 'gallium'" in done.err
    assert "a region is zone and partner" in done.err
    assert "year out of range" in done.err


def test_recycling(cli: Cli) -> None:
    """All circuits as one table, one circuit year by year, with what is not counted."""
    done = cli("projects", "recycling", "--draws", 5, columns=160)
    assert done.code == 0
    for words in ("magnets", "lithium", "t/year in 2030", "assumption cards",
                  "MagREEsource MagFactory"):
        assert words in done.out.replace("\n", " ")
    done = cli("projects", "recycling", "magnets", "--draws", 5, "--until", 2031, columns=160)
    assert "2031" in done.out
    assert "2032" not in done.out
    assert "what moves the recovered tonnes" in done.out
    content = json.loads(cli("projects", "recycling", "gallium", "--draws", 5, "--json").out)
    assert content["format"] == "orepact/scrap/1"
    assert cli("projects", "recycling", "gallium", "--draws", 5, "--csv").out.startswith("circuit")
    done = cli("projects", "recycling", "magnet", "--region", "EU28")
    assert done.code == 2
    assert "did you mean 'magnets'" in done.err
    assert "did you mean 'EU27'" in done.err


def test_help_has_examples(cli: Cli) -> None:
    """Each verb's help shows a command that can be typed."""
    for verb in ("list", "bottleneck", "deadline", "recycling"):
        done = cli("projects", verb, "--help")
        assert done.code == 0
        assert f"orepact projects {verb}" in done.out
