"""`orepact reserve vault` on the command line: its folder, its brief, and what it refuses."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.conftest import Cli, listing

SCHEMA = Path(str(resources.files("orepact.studies"))) / "schema" / "vault.schema.json"
SMALL = ("--draws", "30", "--months", "96")


@pytest.mark.slow
def test_the_folder_of_a_vault_run(cli: Cli, home: Path) -> None:
    done = cli("reserve", "vault", *SMALL, "-o", "v", "--goals", "emergency=2,demand=1")
    assert done.code == 0, done.err
    assert "walk, drawer, as-drawn" in done.err
    said = " ".join(done.out.split())
    assert "Project Vault" in said
    assert "Re-buying by the drawer: what comes in covers" in said
    assert "not modelled: The contracts" in said
    files = set(listing(home / "v")) - {"brief.pdf"}
    assert files == {"brief.html", "cash.csv", "members.csv", "members.parquet", "run.json"}
    content = json.loads((home / "v" / "run.json").read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(content)
    assert content["design"]["goals"] == {"emergency": 2 / 3, "market": 0.0, "demand": 1 / 3}
    assert content["balance"]["tonnes"] < 1e-3
    assert content["balance"]["dollars"] < 0.01
    assert {each["reading"] for each in content["figures"]} == {"drawer", "seller"}
    supposed = [each for each in content["terms"] if not each["published"]]
    assert len(supposed) > 25
    page = (home / "v" / "brief.html").read_text(encoding="utf-8")
    for text in ("What could not be modelled", "Supposed: a card each", "What drives",
                 "no purchase, volume or site was reported", "F-008", "What each goal gets"):
        assert text in page, text
    assert "Active anode material (qualified for a cell by batch" in page
    for name in ("graphite-anode", "copper-scrap", "storable:", "yes or no"):
        assert name not in page, name
    for each in supposed:
        assert each["title"].replace("'", "&#39;") in page, each["title"]
    assert "<script" not in page
    assert 'src="http' not in page
    again = cli("reserve", "vault", *SMALL, "-o", "v", "--goals", "emergency=2,demand=1", "--json")
    assert json.loads(again.out)["result_hash"] == content["result_hash"]


def test_everything_wrong_is_told_at_once_and_nothing_is_written(cli: Cli, home: Path) -> None:
    _ = (home / "terms.yaml").write_text(
        "format: orepact/vault-terms/1\nvault: v\ntitle: T\nas_of: 2026-01-01\nowner: USA\n"
        "participants: {manufacturers: [A]}\n"
        "terms:\n  - {term: interst_rate, title: t, unit: u, value: -1, draw: fixed, reason: r}\n",
        encoding="utf-8")
    done = cli("reserve", "vault", "--terms", "terms.yaml", "--draws", "-1",
               "--goals", "emergncy=1,market=x", "--gone-in", "-3")
    assert (done.code, done.out) == (2, "")
    for text in ("terms.yaml:8", "interest_rate", "a term is missing", "--draws",
                 "unknown goal", "'emergency'", "not a number", "--gone-in"):
        assert text in done.err, text
    assert listing(home) == ["terms.yaml"]
    done = cli("reserve", "vault", "--goals", "emergency=-1,market=1")
    assert (done.code, "a weight is negative" in done.err) == (2, True)
    done = cli("reserve", "vault", "--goals", "emergency=0")
    assert (done.code, "every weight is 0" in done.err) == (2, True)
    done = cli("reserve", "vault", "--months", "24")
    assert (done.code, "--months: out of range; found 24; expected 84 to 480" in done.err) == (
        2, True)
    done = cli("reserve", "vault", "--months", "96", "--gone-in", "96")
    assert (done.code, "--gone-in: after the end; found 96; expected 0 to 95" in done.err) == (
        2, True)


def test_one_member_has_no_ranges_and_no_shares(cli: Cli) -> None:
    done = cli("reserve", "vault", "--draws", "0", "--months", "96", "-o", "v")
    assert done.code == 0, done.err
    said = " ".join(done.out.split())
    assert "One member at the middle values" in said
    assert "of members" not in said.split("Re-buying by any seller:")[1].split("Before")[0]
    assert "If 60 % of the money is paid out" in said
    assert "are in store when the build-up ends" in said
    assert " Cu " in said.split("What the money buys")[1]
    assert "at worst" not in said
