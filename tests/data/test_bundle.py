"""The tables are read fast, typed, complete; a broken one says everything that is wrong with it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from orepact.data.bundle import (
    WORLD_FOLDER,
    Bundle,
    read_bundle,
    read_sources,
)
from orepact.data.dataset.checks import check_tables
from orepact.data.dataset.editions import LAYOUTS, rows_of, side_by_side
from orepact.data.dataset.manifest import content_hash
from orepact.data.dataset.schemas import TABLES
from orepact.errors import InputError
from orepact.indicators.tables.coverage import FIGURES, listed
from orepact.network.world import read_world
from tests.data.conftest import PRODUCTION, write

LOAD_SECONDS = 0.3
BUNDLE_BYTES = 12_000_000


def test_every_table_is_there_and_has_its_columns(bundle: Bundle) -> None:
    assert set(bundle.names) == set(TABLES)
    for name in bundle.names:
        assert tuple(bundle.table(name).columns) == TABLES[name].names
        assert dict(bundle.table(name).schema) == TABLES[name].types


def test_all_tables_load_in_time() -> None:
    code = (
        "import time\nfrom orepact.data.bundle import read_bundle\nt = time.perf_counter()\n"
        "b = read_bundle()\nn = [b.table(name).height for name in b.names]\n"
        "print(time.perf_counter() - t)"
    )
    runs = [
        float(
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(3)
    ]
    assert min(runs) <= LOAD_SECONDS


def test_the_bundle_is_small() -> None:
    assert sum(p.stat().st_size for p in WORLD_FOLDER.rglob("*") if p.is_file()) <= BUNDLE_BYTES


def test_the_shipped_tables_have_no_problem() -> None:
    assert check_tables(WORLD_FOLDER) == []


def test_fast_and_strict_reading_agree(bundle: Bundle, copy: Path) -> None:
    (copy / "manifest.csv").unlink()
    slow = read_bundle(copy)
    for name in ("production", "sourcing", "prices", "countries", "facilities"):
        assert slow.table(name).equals(bundle.table(name)), name


def test_text_is_never_null_and_namibia_is_no_missing_value(bundle: Bundle) -> None:
    for name in bundle.names:
        frame = bundle.table(name).select(pl.col(pl.String))
        assert frame.null_count().sum_horizontal().sum() == 0, name
    countries = bundle.table("countries").filter(pl.col("iso3") == "NAM")
    assert countries["iso2"].to_list() == ["NA"]


def test_withheld_is_not_zero(bundle: Bundle) -> None:
    rows = bundle.table("production").filter(pl.col("flag").str.split("|").list.contains("W"))
    assert rows.height > 0
    assert rows["quantity"].null_count() == rows.height


def test_shares_are_fractions(bundle: Bundle) -> None:
    for table in ("sourcing", "global_supply", "end_uses", "recycling"):
        top = bundle.table(table)["share"].max()
        assert isinstance(top, float)
        assert 0.5 < top <= 1.01, table


def test_the_hash_is_the_one_that_results_carry(bundle: Bundle) -> None:
    assert bundle.hash == content_hash(WORLD_FOLDER) == read_world().dataset.hash
    assert (bundle.name, bundle.version) == ("world", "2026.11")


def test_rows_to_confirm_can_be_left_out(bundle: Bundle) -> None:
    confirmed = read_bundle(confirmed_only=True)
    late = bundle.to_confirm
    assert late >= {"BGS-WMS-2023", "EUROSTAT-COMEXT-2024", "UK-HMRC-2026", "US-CENSUS-2026"}
    for name in bundle.names:
        if "source" in TABLES[name].names and name != "vintages":
            assert not set(confirmed.table(name)["source"]) & late, name
    assert set(bundle.table("production")["source"]) & late
    assert confirmed.hash != bundle.hash


def test_files_of_confirmed_rows_hold_no_row_to_confirm(bundle: Bundle) -> None:
    for name, schema in TABLES.items():
        path = WORLD_FOLDER / "to_confirm" / "tables" / schema.file
        if path.is_file():
            frame = (
                pl.read_parquet(path) if schema.parquet else pl.read_csv(path, infer_schema=False)
            )
            assert set(frame["source"]) <= bundle.to_confirm, name


def test_every_source_says_who_published_it_and_where() -> None:
    sources = read_sources()
    assert sources.filter(pl.col("publisher") == "").is_empty()
    assert sources["source_id"].is_unique().all()
    own = pl.col("source_id").str.starts_with("OREPACT-")
    nowhere = sources.filter((pl.col("url") == "") & (pl.col("note") == "") & ~own)
    assert set(nowhere["edition"]) <= {"date not recorded", *nowhere["edition"]}
    assert not sources.filter(pl.col("url").str.contains("github|pypi")).height


def test_every_listed_mineral_has_a_figure_or_says_that_it_has_none(bundle: Bundle) -> None:
    frame = listed(bundle)
    none = (pl.sum_horizontal(FIGURES) == 0) & (pl.col("missing") == "")
    assert frame.filter(none).is_empty()
    lacking = set(frame.filter(pl.col("missing") == "no figure")["mineral"])
    assert lacking == {"cesium", "graphite_synthetic", "uranium"}
    assert frame.filter(pl.col("lists").str.contains("strategic")).height >= 17


def test_an_unknown_table_names_the_nearest(bundle: Bundle) -> None:
    with pytest.raises(InputError, match="did you mean 'production'"):
        _ = bundle.table("productoin")


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the dataset has no tables"):
        _ = read_bundle(tmp_path)


def test_a_dataset_of_one_table_is_enough(small: Path) -> None:
    bundle = read_bundle(small)
    assert bundle.names == ("production",)
    assert bundle.table("production")["quantity"].to_list() == [10.0, None]
    assert bundle.table("reserves").is_empty()
    assert bundle.vintage == "all"


BROKEN = {
    "a shifted column": ("zinc,mine,CHN,2020,10,t", "zinc,mine,CHN,10,2020,t", "not a year"),
    "a thousands separator": (",10,t,", ',"1,000",t,', "not a number"),
    "a year and a half": (",2020,10,", ",2020.5,10,", "not a whole number"),
    "a row of the wrong length": ("content,,W", "content,W", "wrong number of cells"),
    "a duplicate": ("zinc,mine,USA,2020,,", "zinc,mine,CHN,2020,,", "duplicate key"),
    "a wrong header": ("quantity", "quantty", "column is missing"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_table_names_file_and_line(small: Path, case: str) -> None:
    old, new, words = BROKEN[case]
    path = small / "tables" / "production.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    write(path, text.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        _ = read_bundle(small).table("production")
    problem = caught.value.problems[0]
    assert words in problem.message
    assert problem.file.endswith("production.csv")
    assert problem.line


def test_all_problems_of_a_table_are_told_at_once(small: Path) -> None:
    rows = "zinc,mine,CHN,x,1e999,t,content,,,high,1,S,E2020,\n" * 2
    write(small / "tables" / "production.csv", PRODUCTION + rows)
    with pytest.raises(InputError) as caught:
        _ = read_bundle(small).table("production")
    assert len(caught.value.problems) >= 4


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\xfe\x00", "UTF-8"), (b"", "file is empty"), (b"a\tb\n1\t2\n", "column is missing")],
    ids=["wrong encoding", "empty", "wrong separator"],
)
def test_what_is_no_table_is_refused(small: Path, content: bytes, words: str) -> None:
    _ = (small / "tables" / "production.csv").write_bytes(content)
    with pytest.raises(InputError, match=words):
        _ = read_bundle(small).table("production")


def test_a_file_that_is_no_parquet_is_refused(small: Path) -> None:
    _ = (small / "tables" / "trade.parquet").write_bytes(b"PAR1 no table PAR1")
    with pytest.raises(InputError, match="not a table in Parquet"):
        _ = read_bundle(small).table("trade")


def test_parquet_with_other_columns_is_refused(small: Path) -> None:
    pl.DataFrame({"code": ["280530"]}).write_parquet(small / "tables" / "trade.parquet")
    with pytest.raises(InputError, match="wrong column"):
        _ = read_bundle(small).table("trade")


def test_references_between_tables_are_checked(copy: Path) -> None:
    path = copy / "tables" / "hosts.csv"
    text = path.read_text(encoding="utf-8")
    write(path, text.replace("\ngallium,", "\ngalium,", 1).replace("OREPACT-GENERAL", "NOBODY", 1))
    messages = [str(each) for each in check_tables(copy)]
    assert any("did you mean 'gallium'" in each for each in messages)
    assert any("not in sources" in each for each in messages)
    assert len(messages) == 2


def test_two_units_in_one_series_are_refused(copy: Path) -> None:
    path = copy / "tables" / "production.csv"
    text = path.read_text(encoding="utf-8")
    old = "antimony,mine,CHN,2025,40000,t,"
    assert old in text
    write(path, text.replace(old, old.replace(",t,", ",kt,")))
    problems = check_tables(copy)
    assert [each.message for each in problems] == ["two units in one series"]
    assert problems[0].line == text[: text.index(old)].count("\n") + 1


def test_editions_of_one_figure_stand_side_by_side(bundle: Bundle) -> None:
    frame = side_by_side(bundle, "production", "antimony", country="CHN", period="2022")
    row = frame.row(0, named=True)
    assert (row["MCS2023"], row["MCS2024"], row["preferred"]) == ("60000 e", "40000 e", "MCS2024")


def test_sources_that_disagree_stand_side_by_side_and_are_never_averaged(bundle: Bundle) -> None:
    row = side_by_side(bundle, "sourcing", "gallium", country="CHN").row(0, named=True)
    assert row["EC-CRM-2023 processing Gallium 2016-2020 reported"] == "0.69"
    assert row["EUROSTAT-COMEXT-2024 unwrought 81129289 2024 quantity"] == "0.775"
    assert row["EUROSTAT-COMEXT-2024 unwrought 81129289 2024 value"] == "0.6794"


def test_a_withheld_figure_shows_its_mark(bundle: Bundle) -> None:
    row = side_by_side(bundle, "production", "antimony", country="USA", period="2025")
    assert row["MCS2026"].to_list() == ["W|e"]


def test_a_filter_that_fits_nothing_names_the_nearest(bundle: Bundle) -> None:
    with pytest.raises(InputError, match="did you mean 'gallium'"):
        _ = rows_of(bundle, "production", mineral="galium")
    with pytest.raises(InputError, match="the table has no stage"):
        _ = rows_of(bundle, "prices", stage="mine")
    with pytest.raises(InputError, match="without editions"):
        _ = side_by_side(bundle, "facts", "gallium")


@pytest.mark.parametrize("table", LAYOUTS)
def test_side_by_side_loses_no_figure(bundle: Bundle, table: str) -> None:
    rows = bundle.table(table).filter(pl.col("mineral") == "antimony")
    if rows.is_empty():
        return
    layout = LAYOUTS[table]
    wide = side_by_side(bundle, table, "antimony")
    cells = wide.drop(*layout.rows, *({"preferred"} & {*wide.columns}))
    assert sum((cells[name] != "").sum() for name in cells.columns) == rows.height


def test_reading_twice_is_reading_once(bundle: Bundle) -> None:
    start = time.perf_counter()
    assert bundle.table("trade") is bundle.table("trade")
    assert time.perf_counter() - start < LOAD_SECONDS
