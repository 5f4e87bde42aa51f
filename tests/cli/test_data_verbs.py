"""The verbs of `orepact data` print what the tables hold, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from orepact.data.bundle import WORLD_FOLDER, read_bundle
from orepact.data.dataset.manifest import seal
from orepact.data.dataset.package import write_descriptor
from orepact.data.dataset.schemas import TABLES
from tests.cli.conftest import Cli, edit

VERBS: tuple[tuple[str, ...], ...] = (
    ("list",),
    ("show", "production", "--mineral", "gallium"),
    ("verify",),
    ("coverage", "gallium"),
    ("coverage", "--lists"),
    ("diff", "2025.02", "2026.11", "--mineral", "antimony"),
)


def answer(cli: Cli, *words: object) -> dict[str, Any]:
    done = cli("data", *words, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


@pytest.fixture
def sealed(cli: Cli, world: Path) -> Path:
    """Return a copy of the dataset with a manifest of its own."""
    assert cli("data", "seal", world).code == 0
    return world


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sealed copy of the dataset that no test changes."""
    folder = shutil.copytree(WORLD_FOLDER, tmp_path_factory.mktemp("untouched") / "world")
    write_descriptor(folder)
    _ = seal(folder)
    return folder


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_every_verb_answers_in_words_and_in_json(
    cli: Cli, untouched: Path, words: tuple[str, ...]
) -> None:
    sealed = untouched
    where = [sealed] if words == ("verify",) else ["--world", sealed]
    done = cli("data", *words, *where)
    assert done.code == 0, done.err
    assert done.out
    found = answer(cli, *words, *where)
    assert found["format"].startswith("orepact/")
    if words != ("verify",):
        used = found.get("dataset", found.get("new"))
        assert used["hash"] == read_bundle(sealed).hash
        assert (used["name"], used["version"]) == ("world", "2026.11")


@pytest.mark.parametrize("verb", ["list", "show", "verify", "seal", "coverage", "diff", "export"])
def test_every_verb_has_help_with_an_example(cli: Cli, verb: str) -> None:
    done = cli("data", verb, "--help")
    assert done.code == 0
    assert f"Example: orepact data {verb}" in done.out


def test_list_names_every_table_and_vintage(cli: Cli) -> None:
    found = answer(cli, "list", "--vintage", "2025.02")
    assert [row["table"] for row in found["tables"]] == list(TABLES)
    assert found["vintages"] == ["2025.02", "2026.11"]
    assert found["dataset"]["vintage"] == "2025.02"
    assert any("revisions" in each for each in found["can_not_carry"])


def test_a_vintage_names_the_tables_that_it_cannot_carry(cli: Cli) -> None:
    done = cli("data", "list", "--vintage", "2025.02")
    assert "cannot carry: unit_values, trade, trade_history: " in done.out
    assert "can not carry:" not in done.out


def test_coverage_leaves_empty_stages_out_and_says_so(cli: Cli) -> None:
    done = cli("data", "coverage")
    assert not [line for line in done.out.splitlines() if line.startswith(" antimony  extraction")]
    assert "No output by country: aggregates," in done.out
    assert "processing: no output by country" in cli("data", "coverage", "gallium").out


def test_the_accounts_of_all_chains_are_in_percent(cli: Cli) -> None:
    done = cli("data", "account")
    line = next(each for each in done.out.splitlines() if "antimony-ore" in each)
    assert 1.0 < float(line.split()[2]) < 100.0
    assert "[%]" in done.out


def test_show_filters_and_prints_units_and_sources(cli: Cli) -> None:
    done = cli("data", "show", "sourcing", "--mineral", "magnesium", "--stage", "processing")
    assert "importer E27; mineral magnesium; stage processing;" in done.out
    assert "share [fraction]" in done.out
    assert "0.97" in done.out
    rows = answer(
        cli, "show", "production", "--mineral", "antimony", "--country", "CHN", "--year", "2023"
    )["rows"]
    assert {row["edition"]: row["quantity"] for row in rows} == {
        "MCS2024": 40000.0,
        "MCS2025": 62300.0,
    }
    assert all(row["source"].startswith("USGS") for row in rows)


@pytest.mark.parametrize("country", ["E27", "EU27", "European Union"])
def test_a_country_is_named_by_code_or_in_words(cli: Cli, country: str) -> None:
    rows = answer(cli, "show", "end_uses", "--mineral", "gallium")["rows"]
    assert rows
    found = answer(cli, "show", "estimates", "--country", country)["rows"]
    assert {row["country"] for row in found} == {"E27"}


def test_show_as_csv_is_a_table_of_the_same_rows(cli: Cli) -> None:
    done = cli("data", "show", "reserves", "--mineral", "lithium", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert tuple(rows[0]) == TABLES["reserves"].names
    assert len(rows) == len(answer(cli, "show", "reserves", "--mineral", "lithium")["rows"])


def test_editions_stand_side_by_side(cli: Cli) -> None:
    done = cli(
        "data", "show", "production", "--mineral", "antimony", "--country", "CHN", "--side-by-side"
    )
    line = next(each for each in done.out.splitlines() if " 2022 " in each)
    assert line.split()[-5:] == ["60000", "e", "40000", "e", "MCS2024"]
    done = cli(
        "data", "show", "sourcing", "--mineral", "gallium", "--country", "CHN", "--side-by-side"
    )
    assert "0.775" in done.out
    assert "0.69" in done.out


def test_an_older_vintage_shows_what_was_known(cli: Cli) -> None:
    words = ("show", "production", "--mineral", "antimony", "--country", "CHN", "--year", "2024")
    old = answer(cli, *words, "--vintage", "2025.02")["rows"]
    assert [(row["quantity"], row["preferred"]) for row in old] == [(60000.0, "1")]
    new = answer(cli, *words)["rows"]
    assert [(row["quantity"], row["preferred"]) for row in new] == [
        (60000.0, "0"),
        (40000.0, "1"),
    ]


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "table": (("show", "productoin"), "did you mean 'production'"),
    "mineral": (("show", "production", "--mineral", "galium"), "did you mean 'gallium'"),
    "country": (("show", "production", "--country", "Chna"), "did you mean 'China'"),
    "no row": (("show", "production", "--country", "ATA"), "no row with this country"),
    "year": (("show", "production", "--year", "1999"), "--year: no row with this year"),
    "vintage": (("list", "--vintage", "2025.2"), "did you mean '2025.02'"),
    "coverage": (("coverage", "galium"), "did you mean 'gallium'"),
    "format": (("export", "production", "--format", "sdmx"), "did you mean 'sdmx-csv'"),
    "folder": (("verify", "nowhere"), "no such folder"),
    "diff": (("diff", "2025.02", "2026.12"), "unknown vintage"),
    "side": (("show", "facts", "--side-by-side"), "without editions"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_words_end_with_code_two_and_the_nearest(cli: Cli, home: Path, case: str) -> None:
    words, message = WRONG[case]
    done = cli("data", *words)
    assert done.code == 2
    assert message in done.err
    assert done.out == ""
    assert list(home.iterdir()) == []


def test_verify_names_file_and_row_of_a_flipped_digit(cli: Cli, sealed: Path) -> None:
    assert cli("data", "verify", sealed).code == 0
    path = sealed / "tables" / "production.csv"
    edit(path, ("antimony,mine,CHN,2023,40000,", "antimony,mine,CHN,2023,40001,"))
    line = path.read_text(encoding="utf-8").split("antimony,mine,CHN,2023,40001,")[0].count("\n")
    done = cli("data", "verify", sealed)
    assert done.code == 2
    assert f"production.csv:{line + 1}: changed in line {line + 1}" in done.err
    found = json.loads(cli("data", "verify", sealed, "--json").out)
    assert [each["line"] for each in found["problems"]] == [line + 1]


def test_sealing_a_changed_dataset_makes_it_whole_again(cli: Cli, sealed: Path) -> None:
    edit(sealed / "tables" / "hosts.csv", ("gallium,by-product", "gallium,co-product"))
    assert cli("data", "verify", sealed).code == 2
    before = read_bundle(sealed).hash
    assert answer(cli, "seal", sealed)["hash"] == before
    assert cli("data", "verify", sealed).code == 0


def test_a_broken_table_is_not_sealed(cli: Cli, sealed: Path) -> None:
    manifest = (sealed / "manifest.csv").read_bytes()
    edit(sealed / "tables" / "hosts.csv", ("gallium,by-product", "galium,by-product"))
    done = cli("data", "seal", sealed)
    assert done.code == 2
    assert "did you mean 'gallium'" in done.err
    assert (sealed / "manifest.csv").read_bytes() == manifest


def test_coverage_tells_what_is_withheld_old_and_missing(cli: Cli) -> None:
    rows = {row["stage"]: row for row in answer(cli, "coverage", "antimony")["rows"]}
    assert rows["mine"]["withheld"] == "USA W e"
    assert rows["mine"]["years"] == "2021-2025"
    assert rows["mine"]["age"] == 1
    assert "sourcing" in rows["mine"]["tables"]
    every = answer(cli, "coverage")["rows"]
    assert len({row["mineral"] for row in every}) == read_bundle().table("minerals").height
    lacking = [row for row in answer(cli, "coverage", "--lists")["rows"] if row["missing"]]
    assert {row["mineral"] for row in lacking if row["missing"] == "no figure"} == {
        "cesium",
        "graphite_synthetic",
        "uranium",
    }


def test_diff_prints_results_before_rows(cli: Cli) -> None:
    done = cli("data", "diff", "2025.02", "2026.11", "--mineral", "antimony")
    assert done.out.index("Results that changed") < done.out.index("Rows by table")
    assert "57.7→33.6" in done.out
    assert "sum→printed" in done.out
    assert "103,960→119,000" in done.out
    assert "CHN→CHN" not in done.out
    rows = answer(
        cli, "diff", "2025.02", "2026.11", "--table", "reserves", "--mineral", "antimony"
    )["rows"]
    assert rows
    assert {row["change"] for row in rows} == {"added"}


def test_diff_of_two_folders(cli: Cli, sealed: Path, tmp_path: Path) -> None:
    found = answer(cli, "diff", "2026.11", sealed)
    assert (found["results"], found["tables"]) == ([], [])
    edit(
        sealed / "tables" / "production.csv",
        ("antimony,mine,CHN,2025,40000,", "antimony,mine,CHN,2025,50000,"),
    )
    found = answer(cli, "diff", "2026.11", sealed)
    assert [row["year"] for row in found["results"]] == [2025]
    assert found["tables"] == [{"table": "production", "added": 0, "changed": 1, "removed": 0}]
    assert tmp_path.is_dir()


def test_export_writes_a_file_and_tells_what_has_no_place(cli: Cli, home: Path) -> None:
    done = cli(
        "data",
        "export",
        "production",
        "--format",
        "iamc",
        "--mineral",
        "antimony",
        "-o",
        home / "antimony.csv",
    )
    assert done.code == 0
    assert "rows have no place in this form" in done.out
    lines = (home / "antimony.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "model,scenario,region,variable,unit,year,value,source,edition"
    assert read_bundle().hash[:12] in lines[1]
    done = cli("data", "export", "production", "--mineral", "antimony")
    assert done.out.startswith("STRUCTURE,STRUCTURE_ID,ACTION,MINERAL,")


def test_rows_to_confirm_can_be_left_out(cli: Cli) -> None:
    every = answer(cli, "show", "production", "--mineral", "gallium")["rows"]
    confirmed = answer(cli, "show", "production", "--mineral", "gallium", "--exclude-to-confirm")[
        "rows"
    ]
    assert len(confirmed) < len(every)
    assert not [row for row in confirmed if row["source"].startswith("BGS")]
