"""`orepact projects portfolio` on the command line: what it prints, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli
from tests.studies.shapes import require_shape

SMALL = ("--chain", "gallium", "--futures", "5", "--draws", "0", "--sensitivity", "none")
BAD = """\
format: orepact/projects/1
title: Wrong
projects:
  - project: one
    title: One
    country: FRA
    home: EU27
    chain: gallium
    kind: recovery
    modes: [{recipe: galium-recovery}]
    capacity: {value: -5, unit: t/year, reason: r}
"""


def test_a_portfolio_jointly_and_separately(cli: Cli, home: Path) -> None:
    _ = home
    done = cli("projects", "portfolio", *SMALL, "--json")
    assert done.code == 0, done.err
    assert "together" in done.err
    content = json.loads(done.out)
    require_shape("portfolio", content)
    assert set(content["portfolios"]) == {"EU27", "USA", "joint"}
    for one in content["portfolios"].values():
        assert one["gap"] <= 0.005
        assert one["worth_low"] <= one["worth"] <= one["worth_high"] or not one["chosen"]
    assert content["pooling"]["gain"] >= -1.0
    assert {row["row"] for row in content["not_modelled"]} >= {"PJ-004", "PJ-057"}


def test_the_table_names_money_and_what_is_not_told(cli: Cli, home: Path) -> None:
    _ = home
    done = cli("projects", "portfolio", *SMALL, "--budget", "EU27=1e9", "--budget", "USA=1e9",
               "--shift", "0.5", "--in-time", "0.2")
    assert done.code == 0, done.err
    said = " ".join(done.out.split())
    for text in ("choosing together gains nothing", "Cost of shortage", "Shift test",
                 "not a forecast", "rows of the table of projects",
                 "Metlen"):
        assert text in said, text


def test_zero_budget_chooses_nothing(cli: Cli, home: Path) -> None:
    _ = home
    done = cli("projects", "portfolio", *SMALL, "--budget", "EU27=0", "--budget", "USA=0",
               "--json")
    content = json.loads(done.out)
    assert all(one["chosen"] == [] for one in content["portfolios"].values())


def test_everything_wrong_is_told_at_once(cli: Cli, home: Path) -> None:
    _ = (home / "bad.yaml").write_text(BAD, encoding="utf-8")
    done = cli("projects", "portfolio", "--projects", "bad.yaml", "--budget", "USA", "--world", ".")
    assert done.code == 2
    done = cli("projects", "portfolio", "--projects", "bad.yaml", "--budget", "USA")
    assert (done.code, done.out) == (2, "")
    for text in ("bad.yaml", "gallium-recovery", "not a budget"):
        assert text in done.err, text
    done = cli("projects", "portfolio", "--chain", "galium", "--futures", "1", "--shift", "-1",
               "--budget", "EU27=-1", "--sensitivity", "som")
    assert done.code == 2
    for text in ("gallium", "--futures", "--shift", "negative", "--sensitivity"):
        assert text in done.err, text
    done = cli("projects", "portfolio", "--lead-times", "0", "--weight-cost", "-3",
               "--weight-shortage", "nan")
    assert (done.code, done.out) == (2, "")
    for text in ("--lead-times", "--weight-cost", "--weight-shortage"):
        assert text in done.err, text
    done = cli("projects", "portfolio", "--lead-times", "-1")
    assert done.code == 2
    assert "--lead-times" in done.err


OWN = """\
format: orepact/projects/1
title: Own
projects:
  - project: one
    title: One
    country: USA
    home: USA
    chain: gallium
    kind: recovery
    modes: [{recipe: gallium-recovery}]
    capacity: {value: 5, unit: t/year, reason: r}
"""


def test_homes_of_an_own_file_are_its_zones(cli: Cli, home: Path) -> None:
    _ = (home / "own.yaml").write_text(OWN, encoding="utf-8")
    done = cli("projects", "portfolio", "--projects", "own.yaml", "--futures", "5", "--draws", "0",
               "--sensitivity", "none")
    assert done.code == 0, done.err
    assert "0 rows of" not in done.out


def test_an_own_file_with_a_bad_chain_tells_bad_products_and_currencies(
    cli: Cli, home: Path
) -> None:
    bad = OWN.replace("chain: gallium", "chain: galium").replace(
        "[{recipe: gallium-recovery}]", "[{recipe: r, outputs: {galium-metal: 1.0}}]")
    bad += "    capital: {value: 5, unit: MEUR, reason: r}\n"
    _ = (home / "own.yaml").write_text(bad, encoding="utf-8")
    done = cli("projects", "portfolio", "--projects", "own.yaml")
    assert done.code == 2
    for text in ("galium-metal", "'galium'", "rate of the source's day"):
        assert text in done.err, text
