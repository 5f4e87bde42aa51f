"""`orepact data fetch`: files that a user brings, places that are refused, the missing extra."""

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from orepact.cli.fetch import OFFERS
from orepact.data.bundle import WORLD_FOLDER, read_bundle
from orepact.data.dataset.manifest import content_hash
from tests.cli.conftest import Cli, listing

FILES = Path(__file__).parents[1] / "data" / "sources" / "files"
BACI = "t,i,j,k,v,q\n2024,842,251,811292,100,2\n2024,697,251,811292,300,7\n"


def baci(folder: Path) -> Path:
    path = folder / "BACI_HS17_Y2024_V202601.csv"
    _ = path.write_text(BACI, encoding="utf-8")
    return path


def test_a_file_that_is_brought_becomes_tables_with_a_manifest(cli: Cli, home: Path) -> None:
    before = content_hash(WORLD_FOLDER)
    done = cli(
        "data", "fetch", "usgs-mcs", "--from", FILES / "MCS2025_World_Data.csv", "--into", "usgs"
    )
    assert done.code == 0, done.err
    assert "production.csv: 10 rows" in done.out
    assert "not mapped: 1 code in 2 rows" in done.out
    assert "Cement" in done.out
    assert listing(home / "usgs") == [
        "capacity.csv",
        "manifest.csv",
        "production.csv",
        "reserves.csv",
    ]
    with (home / "usgs" / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["file"]: row for row in csv.DictReader(stream)}
    content = (FILES / "MCS2025_World_Data.csv").read_bytes()
    assert rows["MCS2025_World_Data.csv"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert rows["production.csv"]["edition"] == "MCS2025"
    assert content_hash(WORLD_FOLDER) == before


def test_fetched_tables_are_tables_of_a_dataset(cli: Cli, home: Path) -> None:
    path = FILES / "MCS2025_World_Data.csv"
    assert cli("data", "fetch", "usgs-mcs", "--from", path, "--into", "mine/tables").code == 0
    production = read_bundle(home / "mine").table("production")
    congo = production.filter(pl.col("country") == "COD")
    assert congo["quantity"].to_list() == [175_000.0, 220_000.0]
    assert congo["note"].to_list() == ["", ""]


def test_baci_comes_with_concentration_and_unmapped_value(cli: Cli, home: Path) -> None:
    done = cli("data", "fetch", "baci", "--from", baci(home), "--into", "trade", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["unmapped"] == [
        {"scheme": "country", "code": "697", "name": "", "rows": 1, "value": 300.0}
    ]
    table = pl.read_parquet(home / "trade" / "concentration.parquet").row(0, named=True)
    assert (table["supplier"], table["unmapped_share"]) == ("USA", 0.75)
    assert pl.read_csv(home / "trade" / "years.csv")["unmapped_value"].to_list() == [300.0]


@pytest.mark.parametrize(
    ("words", "tables"),
    [
        (("usgs-mcs", "--from", "MCS2026_Commodities_Data.csv"), ["production.csv"]),
        (("comtrade", "--from", "comtrade.csv"), ["trade.parquet", "trade_as_exported.parquet"]),
        (("comext", "--from", "comext.csv"), ["sourcing.csv", "customs_values.csv"]),
        (("sdmx", "--from", "generic.xml"), ["observations.csv"]),
        (("wgi", "--edition", "2023 Update", "--from", "wgi_update.csv"), ["governance.parquet"]),
    ],
)
def test_every_source_takes_a_file(
    cli: Cli, home: Path, words: tuple[str, ...], tables: list[str]
) -> None:
    done = cli("data", "fetch", *words[:-1], FILES / words[-1])
    assert done.code == 0, done.err
    written = listing(home / f"fetched-{words[0]}")
    assert {*tables, "manifest.csv"} <= set(written)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "unknown choice"),
        (("baci",), "cepii.fr"),
        (("comtrade",), "--code"),
        (("comext", "--code", "81129289"), "--year"),
        (("sdmx",), "--query"),
        (("wgi",), "--edition"),
        (("usgs-mcs", "--edition", "2019"), "no such edition"),
        (("usgs-mcs", "--from", "missing.csv"), "missing.csv"),
        (("pink-sheet", "--from", "missing.xlsx"), "missing.xlsx"),
    ],
)
def test_what_is_needed_is_said(cli: Cli, home: Path, words: tuple[str, ...], said: str) -> None:
    done = cli("data", "fetch", *words)
    assert done.code == 2
    assert said in done.err
    assert listing(home) == []


@pytest.mark.parametrize("into", [WORLD_FOLDER, WORLD_FOLDER / "tables", WORLD_FOLDER / "new"])
def test_the_installed_dataset_is_never_written_to(cli: Cli, home: Path, into: Path) -> None:
    before = content_hash(WORLD_FOLDER)
    for words in (("usgs-mcs", "--from", FILES / "MCS2025_World_Data.csv"), ("baci",)):
        done = cli("data", "fetch", *words, "--into", into)
        assert done.code == 2
        assert "never written to" in done.err
    assert content_hash(WORLD_FOLDER) == before
    assert listing(home) == []


def test_tables_that_are_there_stay(cli: Cli, home: Path) -> None:
    words = ("data", "fetch", "usgs-mcs", "--from", FILES / "MCS2025_World_Data.csv", "--into", "u")
    assert cli(*words).code == 0
    first = (home / "u" / "production.csv").read_bytes()
    done = cli(*words)
    assert done.code == 2
    assert "exists already" in done.err
    assert (home / "u" / "production.csv").read_bytes() == first


def test_a_wrong_file_writes_nothing(cli: Cli, home: Path) -> None:
    text = (FILES / "MCS2025_World_Data.csv").read_text(encoding="utf-8")
    path = home / "MCS2025_World_Data.csv"
    _ = path.write_text(text.replace("175000", "many"), encoding="utf-8")
    done = cli("data", "fetch", "usgs-mcs", "--from", path, "--into", "u")
    assert done.code == 2
    assert "MCS2025_World_Data.csv:3: PROD_2023" in done.err
    assert listing(home) == ["MCS2025_World_Data.csv"]


def test_the_list_names_every_source(cli: Cli) -> None:
    found = json.loads(cli("data", "fetch", "--list", "--json").out)
    assert [row["source"] for row in found["sources"]] == list(OFFERS)
    assert all(row["licence"] and row["needs"] for row in found["sources"])


@pytest.mark.parametrize("missing", ["pooch", "duckdb", "sdmx", "wbgapi", "comtradeapicall"])
def test_without_the_extra_the_error_names_it(missing: str, tmp_path: Path) -> None:
    source = {"pooch": "usgs-mcs", "duckdb": "baci", "sdmx": "comext", "wbgapi": "wgi"}.get(
        missing, "comtrade"
    )
    words = ["data", "fetch", source, "--edition", "2025", "--from", str(baci(tmp_path))]
    code = (
        f"import sys; sys.modules[{missing!r}] = None; sys.argv = ['orepact', *{words!r}]; "
        "from orepact.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 1
    assert 'pip install "orepact[sources]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_of_the_extra_is_loaded_without_a_fetch() -> None:
    heavy = ["duckdb", "pooch", "sdmx", "wbgapi", "comtradeapicall", "fastexcel", "requests"]
    code = (
        "import sys; import orepact, orepact.cli.main, orepact.cli.fetch, orepact.data.bundle; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_manifest_says_what_was_made_from_which_edition(cli: Cli, home: Path) -> None:
    assert cli("data", "fetch", "baci", "--from", baci(home), "--into", "b").code == 0
    with (home / "b" / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["file"]: row for row in csv.DictReader(stream)}
    source = "BACI_HS17_Y2024_V202601.csv"
    assert {row["edition"] for row in rows.values()} == {"V202601"}
    assert rows[source]["address"] == f"brought by the user: {source}"
    made = {"concentration.parquet", "trade.parquet", "years.csv"}
    assert {rows[name]["address"] for name in made} == {f"made from {source}"}
    content = (home / "b" / "trade.parquet").read_bytes()
    assert rows["trade.parquet"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_too_much_trade_for_a_table_is_said(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orepact.data.sources.baci_table.MOST", 1)
    done = cli("data", "fetch", "baci", "--from", baci(home), "--into", "b")
    assert done.code == 0
    assert "No trade.parquet: too many rows for a table" in done.out
    assert not (home / "b" / "trade.parquet").exists()
    assert (home / "b" / "trade" / "year=2024" / "trade.parquet").is_file()
