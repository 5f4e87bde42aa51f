"""``orepact claims``: verdicts are no errors, a malformed file is."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

MINE = """\
format: orepact/claims/1
claims:
  - claim: mine
    statement: The Union gets 97 % of its magnesium from China.
    value: 97
    mineral: magnesium
    asserted_by: somebody
    compute: {measure: sourcing_share, importer: EU27, mineral: magnesium, origin: CHN,
              kind: ec_study}
  - claim: wrong
    statement: The Union gets 71 % of its gallium from China.
    value: 71
    mineral: gallium
    asserted_by: somebody
    compute: {measure: sourcing_share, importer: EU27, mineral: gallium, origin: CHN,
              kind: ec_study}
"""


@pytest.fixture
def mine(home: Path) -> Path:
    path = home / "mine.yaml"
    path.write_text(MINE, encoding="utf-8")
    return path


def test_verdicts_are_no_errors(cli: Cli, mine: Path) -> None:
    done = cli("claims", "check", mine)
    assert done.code == 0
    assert "supported" in done.out
    assert "outside range" in done.out
    assert "2 claims" in done.out


def test_the_table_fits_the_terminal(cli: Cli, mine: Path) -> None:
    done = cli("claims", "check", mine)
    assert max(len(line) for line in done.out.splitlines()) <= 100
    assert "1 supported: the ranges of claim and dataset overlap" in done.out


def test_explain_prints_the_chain_behind_one_verdict(cli: Cli, mine: Path) -> None:
    done = cli("claims", "check", mine, "--explain", "wrong")
    assert done.code == 0
    for words in ("70.5 % to 71.5 %", "cited share: 69 %", "EC-CRM-2023", "nearest other", "tried"):
        assert words in done.out


def test_json_and_csv_carry_the_arithmetic(cli: Cli, mine: Path) -> None:
    told = json.loads(cli("claims", "check", mine, "--json").out)
    assert told["format"] == "orepact/claims-check/1"
    assert told["vintage"] == "2026.11"
    assert len(told["dataset_sha256"]) == 64
    first, second = told["claims"]
    assert (first["verdict"], first["figure"], first["sources"]) == (
        "supported",
        pytest.approx(97.0),
        ["EC-CRM-2023"],
    )
    assert (second["claim_low"], second["claim_high"]) == (
        pytest.approx(70.5),
        pytest.approx(71.5),
    )
    rows = list(csv.DictReader(io.StringIO(cli("claims", "check", mine, "--csv").out)))
    assert [row["verdict"] for row in rows] == ["supported", "outside range"]
    assert rows[0]["arithmetic"].startswith("cited share: 97 %")


def test_only_the_verdict_asked_for_is_shown(cli: Cli, mine: Path) -> None:
    done = cli("claims", "check", mine, "--verdict", "outside range")
    assert "wrong" in done.out
    assert "mine" not in done.out
    assert "of all:" in done.out


def test_a_mineral_restricts_the_list(cli: Cli, mine: Path) -> None:
    done = cli("claims", "list", mine, "--mineral", "gallium")
    assert "wrong" in done.out
    assert "1 claims" not in done.out
    assert "1 claim" in done.out
    told = json.loads(cli("claims", "list", mine, "--json").out)
    assert [each["claim"] for each in told["claims"]] == ["mine", "wrong"]


def test_another_vintage_is_asked_for_by_name(cli: Cli, mine: Path) -> None:
    told = json.loads(cli("claims", "check", mine, "--vintage", "2025.02", "--json").out)
    assert told["vintage"] == "2025.02"
    assert [each["verdict"] for each in told["claims"]] == ["supported", "outside range"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--explain", "mind"), "did you mean 'mine'?"),
        (("--mineral", "magnesum"), "did you mean 'magnesium'?"),
        (("--verdict", "suported"), "did you mean 'supported'?"),
        (("--vintage", "2025.2"), "did you mean '2025.02'?"),
        (("--json", "--csv"), "two forms at once"),
    ],
)
def test_a_wrong_word_is_told_with_the_nearest(
    cli: Cli, mine: Path, words: tuple[str, ...], told: str
) -> None:
    done = cli("claims", "check", mine, *words)
    assert done.code == 2
    assert told in done.err
    assert done.out == ""


def test_a_malformed_file_ends_with_code_two_and_all_problems(cli: Cli, mine: Path) -> None:
    mine.write_text(
        MINE.replace("value: 97", "valu: 97").replace("origin: CHN", "orign: CHN", 1),
        encoding="utf-8",
    )
    done = cli("claims", "check", mine)
    assert done.code == 2
    assert "mine.yaml:5: claims.0.valu: unknown field" in done.err
    assert "did you mean 'value'?" in done.err
    assert "did you mean 'origin'?" in done.err
    assert "measure sourcing_share needs this" in done.err


def test_a_name_that_the_dataset_lacks_is_told_with_the_nearest(cli: Cli, mine: Path) -> None:
    text = MINE.replace("mineral: magnesium, origin: CHN", "mineral: magnesum, origin: CHINA")
    text = text.split("  - claim: wrong", maxsplit=1)[0]
    text += (
        "  - claim: price\n    statement: s\n    value: 9\n    unit: USD/kg\n"
        "    asserted_by: me\n    compute:\n      measure: figure\n      table: prices\n"
        "      column: prise\n      where: {minral: yttrium}\n"
    )
    mine.write_text(text, encoding="utf-8")
    done = cli("claims", "check", mine)
    assert done.code == 2
    for place, near in (
        ("claims.0.compute.mineral", "magnesium"),
        ("claims.1.compute.column", "price"),
        ("claims.1.compute.where.minral", "mineral"),
    ):
        assert f"{place}: the dataset has no such name" in done.err
        assert f"did you mean '{near}'?" in done.err
    assert "claims.0.compute.origin: the dataset has no such name; found 'CHINA'" in done.err


def test_no_file_is_told_with_the_nearest(cli: Cli, mine: Path) -> None:
    done = cli("claims", "check", mine.with_name("mina.yaml"))
    assert done.code == 2
    assert "did you mean 'mine.yaml'?" in done.err
