"""What `orepact data seal` refuses and `verify` reports: rows, files, dates and sums."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from orepact.data.bundle import read_bundle
from orepact.data.dataset.checks import dated_well
from orepact.data.dataset.columns import Dated
from tests.cli.conftest import Cli, edit, line_of

GALLIUM = "gallium,refined,CHN,2024,839,t,content,,,high,1,USGS-MCS-2026,MCS2026,"
BACI = "t,i,j,k,v,q\n2024,842,251,810411,100,2\n2024,156,251,810411,300,7\n2024,4,251,250410,9,1\n"


def refused(cli: Cli, world: Path, *words: str) -> None:
    """Check that a dataset is neither sealed nor verified, and that both say why."""
    manifest = (world / "manifest.csv").read_bytes()
    for verb in ("seal", "verify"):
        done = cli("data", verb, world)
        assert done.code == 2, verb
        for word in words:
            assert word in done.err
    assert (world / "manifest.csv").read_bytes() == manifest


def test_a_country_above_the_world_total_is_refused(cli: Cli, world: Path) -> None:
    path = world / "tables" / "production.csv"
    edit(path, (GALLIUM, GALLIUM.replace(",839,", ",839000,")))
    line = line_of(path, "gallium,refined,WLD,2024,848,")
    words = "the countries of gallium, refined, 2024, MCS2026 do not add up to the world total"
    refused(cli, world, f"production.csv:{line}: quantity: {words}", "against 848 t")


def test_a_reason_does_not_excuse_every_sum(cli: Cli, world: Path) -> None:
    path = world / "tables" / "production.csv"
    edit(path, (GALLIUM, GALLIUM.replace(",839,", ",839000,")))
    reasons = world / "tables" / "world_totals.csv"
    text = reasons.read_text(encoding="utf-8")
    row = "gallium,refined,2024,MCS2026,rounded_total,USGS-MCS-2026,\n"
    _ = reasons.write_text(text + row, encoding="utf-8")
    refused(cli, world, "gallium, refined, 2024, MCS2026")


def test_a_row_to_confirm_among_the_others_is_refused(cli: Cli, world: Path) -> None:
    edit(
        world / "tables" / "production.csv",
        (GALLIUM, GALLIUM.replace("USGS-MCS-2026,MCS2026", "BGS-WMS-2023,MCS2026")),
    )
    refused(cli, world, "the licence of this source is to confirm", "to_confirm/tables/")
    rows = read_bundle(world, confirmed_only=True).table("production")
    assert not rows["source"].str.starts_with("BGS").any()


def test_a_settled_row_among_those_to_confirm_is_refused(cli: Cli, world: Path) -> None:
    path = world / "to_confirm" / "tables" / "production.csv"
    edit(path, ("BGS-WMS-2023", "USGS-MCS-2026"))
    refused(cli, world, f"{path}:2: source: the licence of this source is settled")


@pytest.mark.parametrize("name", ["tables/prodution.csv", "tables/trade", "to_confirm/tables/x"])
def test_a_file_that_is_no_table_is_refused(cli: Cli, world: Path, name: str) -> None:
    path = world / name
    if path.suffix:
        shutil.copy(world / "tables" / "production.csv", path)
    else:
        path.mkdir()
        _ = (path / "part.csv").write_text("a\n", encoding="utf-8")
    refused(cli, world, f"{path}: no table of a dataset")


def test_a_thirteenth_month_is_refused(cli: Cli, world: Path) -> None:
    path = world / "tables" / "prices.csv"
    edit(path, (",2022-05,", ",2022-13,"))
    line = line_of(path, ",2022-13,")
    refused(cli, world, f"prices.csv:{line}: date: not a date of the calendar; found '2022-13'")


@pytest.mark.parametrize(
    ("text", "when", "good"),
    [
        ("", "month", True),
        ("2024-12", "month", True),
        ("2024", "month", False),
        ("2005-13", "month", False),
        ("2024", "date", True),
        ("2010-Q4", "date", True),
        ("2010-Q5", "date", False),
        ("2024-02-29", "date", True),
        ("2023-02-29", "date", False),
        ("2016-2020", "date", False),
        ("2016-2020", "period", True),
        ("2020-2016", "period", False),
        ("0024", "period", False),
        ("2024-1", "period", False),
        ("spring", "period", False),
    ],
)
def test_dates_are_of_the_calendar(text: str, when: Dated, *, good: bool) -> None:
    assert dated_well(text, when) is good


def test_fetched_trade_becomes_a_table_of_a_dataset(cli: Cli, home: Path, world: Path) -> None:
    _ = (home / "BACI_HS17_Y2024_V202601.csv").write_text(BACI, encoding="utf-8")
    words = ("--from", "BACI_HS17_Y2024_V202601.csv", "--code", "810411", "--into", "baci")
    done = cli("data", "fetch", "baci", *words)
    assert done.code == 0, done.err
    assert "baci/trade.parquet: 2 rows" in done.out
    assert "cp baci/trade.parquet FOLDER/tables/" in done.out
    assert "cp baci/years.csv" not in done.out
    shutil.copy(home / "baci" / "trade.parquet", world / "tables" / "trade.parquet")
    assert cli("data", "seal", world).code == 0
    assert cli("data", "verify", world).code == 0
    tables = json.loads(cli("data", "list", "--world", world, "--json").out)["tables"]
    found = {row["table"]: (row["rows"], row["years"]) for row in tables}
    assert found["trade"] == (2, "2024-2024")
    trade = read_bundle(world).table("trade")
    assert trade.schema == read_bundle().table("trade").schema
    assert dict(trade.select("exporter", "kusd").iter_rows()) == {"USA": 100.0, "CHN": 300.0}
    assert set(trade["source"]) == {"CEPII-BACI-HS17"}


def test_show_marks_rows_to_confirm(cli: Cli) -> None:
    words = ("data", "show", "production", "--mineral", "gallium", "--year", "2021")
    done = cli(*words)
    assert "The licence of 5 of 13 rows is to confirm (BGS-WMS-2023)" in done.out
    rows = pl.read_csv(cli(*words, "--csv").out.encode(), infer_schema=False)
    marked = rows.filter(pl.col("licence_status") == "to confirm")
    assert set(marked["source"]) == {"BGS-WMS-2023"}
    assert marked.height == 5
    found = json.loads(cli(*words, "--json").out)
    assert found["to_confirm"] == ["BGS-WMS-2023"]
    assert [row["source"] for row in found["rows"] if row["licence_status"]] == ["BGS-WMS-2023"] * 5
    assert "WMS 2017-2021 (to confirm)" in cli(*words, "--side-by-side").out
    done = cli(*words, "--exclude-to-confirm")
    assert "to confirm" not in done.out


@pytest.mark.parametrize("form", ["iamc", "sdmx-csv"])
def test_an_export_warns_of_rows_to_confirm(cli: Cli, form: str) -> None:
    words = ("data", "export", "production", "--mineral", "gallium", "--format", form)
    done = cli(*words)
    assert done.code == 0
    assert "warning: The licence of" in done.err
    assert "BGS-WMS-2023" in done.err
    assert "warning" not in cli(*words, "--exclude-to-confirm").err
