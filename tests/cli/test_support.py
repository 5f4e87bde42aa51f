"""`orepact support list`, `check`, `settle` and `cost`: what they print, write and refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from orepact.policy.support import support_names
from orepact.policy.support.reading import FOLDER, PLANTS_FOLDER
from orepact.policy.support.schema import (
    plants_schema_text,
    support_schema,
    support_schema_text,
)
from tests.cli.conftest import Cli

SCHEMAS = Path(__file__).parents[2] / "src" / "orepact" / "studies" / "schema"
BAD = """\
format: orepact/support/1
support: bad
title: Bad
text: A test.
version: 1
chain: rare-earth-magnets
instruments:
  - id: one
    kind: border-floor
    reason: A test.
    material: magnet-heavy
    zone: [USA]
    floor: 60000
    first: 2027-01
    last: 2030-12
  - id: two
    kind: border-floor
    reason: A test.
    material: magnet-heavy
    zone: [USA, EU27]
    floor: 70000
    first: 2030-12
    last: 2033-12
  - id: three
    kind: contract-for-difference
    reason: A test.
    material: magnet-heavy
    zone: [USB]
    processes: ["magnet-making-heavy-diffusion@USA"]
    strike: -5
    volume: -1
    first: 2031-01
    last: 2030-01
"""


def test_the_supports_that_ship_are_listed(cli: Cli) -> None:
    done = cli("support", "list")
    assert done.code == 0
    assert all(name in done.out for name in support_names())
    rows = json.loads(cli("support", "list", "--json").out)["supports"]
    assert {row["support"] for row in rows} == set(support_names())
    mine = {row["support"]: row["level_usd_per_kg"] for row in rows}
    assert (mine["magnets-floor"], mine["magnets-standards"], mine["mp-110"]) == (72.6, 20.0, 110.0)


def test_sound_files_are_told_so(cli: Cli) -> None:
    done = cli("support", "check", *support_names())
    assert done.code == 0
    assert "no errors, 0 warnings" in done.out


def test_everything_wrong_is_told_at_once_and_nothing_is_solved(cli: Cli, tmp_path: Path) -> None:
    """Overlapping floors, reversed dates, negative amounts, an unknown region; exit code 2."""
    path = tmp_path / "bad.yaml"
    _ = path.write_text(BAD, encoding="utf-8")
    lines = BAD.splitlines()
    done = cli("support", "check", path)
    assert done.code == 2
    for word in ("two floors on one stage and zone", "ends before it begins",
                 "instruments.2.strike",
                 "instruments.2.volume", "'USA'"):
        assert word in done.err
    assert f"bad.yaml:{lines.index('    last: 2030-01') + 1}" in done.err
    found = json.loads(cli("support", "check", path, "--json").out)
    assert found["sound"] is False
    assert len(found["problems"]) == 5


def test_the_contract_of_2025_is_reproduced(cli: Cli) -> None:
    """The government pays below 110 USD/kg, and takes 30 % above at full production alone."""
    words = ("support", "settle", "mp-110", "--price", "60", "--price", "150", "--tonnes", "718")
    early = json.loads(cli(*words, "--json").out)["rows"]
    late = json.loads(cli(*words, "--full", "--json").out)["rows"]
    assert [row["to_producer_usd"] for row in early] == [35_900_000.0, 0.0]
    assert [row["to_public_usd"] for row in early] == [0.0, 0.0]
    assert [row["to_public_usd"] for row in late] == [0.0, 8_616_000.0]
    done = cli(*words, "--cap", "130")
    assert done.code == 0
    assert "full production" in done.out
    assert "collar" in done.out


def test_settling_refuses_all_bad_numbers_together(cli: Cli) -> None:
    done = cli("support", "settle", "mp-111", "--price", "-1", "--tonnes", "-1")
    assert done.code == 2
    assert "--price" in done.err
    assert "--tonnes" in done.err
    assert "mp-110" in done.err


def test_a_sound_support_hides_no_bad_number_of_the_call(cli: Cli) -> None:
    """Tonnes below nothing and a cap below the strike are told in one run."""
    done = cli("support", "settle", "mp-110", "--price", "60", "--tonnes", "-1", "--cap", "90")
    assert done.code == 2
    assert "--tonnes" in done.err
    assert "--cap" in done.err


def test_check_prints_what_was_read(cli: Cli) -> None:
    """Levels in USD/kg and caps in tonnes a year, where a wrong unit is seen."""
    done = cli("support", "check", "magnets-contract")
    assert "72.6" in done.out
    assert "10000" in done.out
    read = json.loads(cli("support", "check", "magnets-contract", "--json").out)["read"]
    assert (read[0]["level_usd_per_kg"], read[0]["cap_t_per_year"]) == (72.6, 10_000)


def test_cost_says_whose_tonnes_rate_and_volatility_it_has(cli: Cli) -> None:
    """Tonnes are supposed, discounting has a rate, magnets move as rare earths do."""
    out = " ".join(cli("support", "cost", "magnets-contract", "--draws", "20").out.split())
    for words in ("6,000 (2,000 to 10,000) t/year sold, paid up to 10,000 (3,000 to 12,000) t/year",
                  "present value at 4 % (2 to 7) a year",
                  "No yearly prices of magnet-heavy are in the dataset: those of rare_earths"):
        assert words in out


def test_cost_prints_years_and_writes_a_folder(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no browser
    folder = tmp_path / "cost"
    done = cli("support", "cost", "mp-110", "--draws", "60", "-o", folder)
    assert done.code == 0, done.err
    for word in ("random walk", "returning to a level", "Black 1976", "2035", "not in it",
                 "No PDF"):
        assert word in done.out
    run = json.loads((folder / "run.json").read_text("utf-8"))
    assert run["format"] == "orepact/support-cost/1"
    page = (folder / "brief.html").read_text("utf-8")
    assert page.count("<svg") == 3
    assert "no published" not in page
    assert (folder / "years.csv").read_text("utf-8").count("\n") == 21
    one = json.loads(cli("support", "cost", "mp-110", "--draws", "60", "--process", "gbm",
                         "--json").out)
    assert [each["process"] for each in one["processes"]] == ["walk"]


def test_cost_refuses_what_it_cannot_price(cli: Cli) -> None:
    done = cli("support", "cost", "magnets-floor")
    assert done.code == 2
    assert "wind-tunnel" in done.err
    done = cli("support", "cost", "mp-110", "--process", "gmb", "--draws", "1", "--years", "-1")
    assert done.code == 2
    for word in ("--process", "'gbm'", "--draws", "--years"):
        assert word in done.err


def test_the_schemas_in_the_repository_are_those_of_the_classes() -> None:
    assert (SCHEMAS / "support.schema.json").read_text("utf-8") == support_schema_text()
    assert (SCHEMAS / "plants.schema.json").read_text("utf-8") == plants_schema_text()


def plain(path: Path) -> Any:
    """Return a file as JSON would have it."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))


def test_what_ships_has_the_shape_of_its_schema() -> None:
    support: Any = jsonschema.Draft202012Validator(support_schema())
    plants: Any = jsonschema.Draft202012Validator(json.loads(plants_schema_text()))
    for path in FOLDER.glob("*.yaml"):
        support.validate(plain(path))
    for path in PLANTS_FOLDER.glob("*.yaml"):
        plants.validate(plain(path))
    broken = plain(FOLDER / "magnets-floor.yaml")
    broken["instruments"][0]["kind"] = "offtake"
    assert list(support.iter_errors(broken))
