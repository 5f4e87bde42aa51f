"""BACI: codes are mapped or reported, lines that are wrong are named, concentration adds up."""

import zipfile
from pathlib import Path

import polars as pl
import pytest

from orepact.data.dataset.schemas import schema_of
from orepact.data.sources import baci
from orepact.data.sources.baci import concentration
from orepact.data.sources.baci_table import write_table
from orepact.errors import InputError

HEADER = "t,i,j,k,v,q"
ROWS = (
    "2024,842,251,811292,100.5,2.5",
    "2024,156,251,811292,300,7.5",
    "2024,699,757,010121,50,NA",
    "2024,579,490,811292,25.0,         NA",
    "2024,516,842,260500,10,1",
    "2024,697,251,811292,40,4",
    "2024,276,251,850511,8,3",
    "2024,280,251,850511,4,1",
)
NAME = "BACI_HS17_Y2024_V202601.csv"
CODES = (
    "country_code,country_name,country_iso2,country_iso3\n"
    "516,Namibia,NA,NAM\n697,Europe EFTA nes,R20,R20\n"
)
PRODUCTS = (
    'code,description\n811292,"Gallium, germanium and others"\n850511,Magnets\n260500,Cobalt ores\n'
)


def write(folder: Path, *rows: str, name: str = NAME, header: str = HEADER) -> Path:
    path = folder / name
    _ = path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def rows_of(trade: baci.BaciTrade) -> pl.DataFrame:
    return pl.read_parquet(trade.folder / "**" / "*.parquet", hive_partitioning=False)


def test_every_code_is_mapped_or_reported(tmp_path: Path) -> None:
    trade = baci.read(write(tmp_path, *ROWS), tmp_path / "trade")
    table = rows_of(trade)
    pairs = {
        (row["exporter"], row["importer"], row["code"]): row for row in table.iter_rows(named=True)
    }
    assert set(pairs) == {
        ("USA", "FRA", "811292"),
        ("CHN", "FRA", "811292"),
        ("IND", "CHE", "010121"),
        ("NOR", "TWN", "811292"),
        ("NAM", "USA", "260500"),
        ("NSP", "FRA", "811292"),
        ("DEU", "FRA", "850511"),
    }
    assert pairs["IND", "CHE", "010121"]["tonnes"] is None
    assert pairs["NOR", "TWN", "811292"]["tonnes"] is None
    assert pairs["DEU", "FRA", "850511"]["kusd"] == 12
    assert pairs["DEU", "FRA", "850511"]["tonnes"] == 4
    assert table["kusd"].sum() == pytest.approx(537.5)
    assert dict(table.schema) == {name: kind() for name, kind in schema_of("trade").types.items()}
    assert trade.unmapped.to_dicts() == [
        {"scheme": "country", "code": "697", "name": "", "rows": 1, "value": 40.0}
    ]
    assert trade.years.to_dicts() == [
        {"year": 2024, "rows": 8, "value": 537.5, "unmapped_value": 40.0}
    ]
    assert (trade.nomenclature, trade.edition) == ("HS2017", "V202601")


def test_an_archive_with_code_files_names_what_is_unmapped(tmp_path: Path) -> None:
    archive = tmp_path / "BACI_HS17_V202601.zip"
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(NAME, "\n".join((HEADER, *ROWS)) + "\n")
        content.writestr("BACI_HS17_Y2023_V202601.csv", f"{HEADER}\n2023,156,842,811292,1,1\n")
        content.writestr("country_codes_V202601.csv", CODES)
        content.writestr("product_codes_HS17_V202601.csv", PRODUCTS)
    trade = baci.read(archive, tmp_path / "trade")
    assert trade.years["year"].to_list() == [2023, 2024]
    assert trade.unmapped.select("scheme", "code", "name", "value").rows() == [
        ("product", "010121", "", 50.0),
        ("country", "697", "Europe EFTA nes", 40.0),
    ]
    assert rows_of(trade).height == 8


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "BACI_HS17_V202601.zip"
    _ = archive.write_bytes(b"PK no archive")
    with pytest.raises(InputError, match="not a whole ZIP archive"):
        _ = baci.read(archive, tmp_path / "trade")
    assert not (tmp_path / "trade").exists()


def test_only_the_products_asked_for_are_kept(tmp_path: Path) -> None:
    trade = baci.read(write(tmp_path, *ROWS), tmp_path / "trade", products=["850511"])
    assert set(rows_of(trade)["code"]) == {"850511"}


@pytest.mark.parametrize(
    ("rows", "header", "words"),
    [
        (("2024,842,251,811292,100,5",), "t,i,j,k,v", ["column is missing", "q"]),
        ((ROWS[0],), "t,i,j,k,v,q,w", ["unknown column", "w"]),
        ((ROWS[0], "2024,842,251,811292,1,234.5,2"), HEADER, [":3:", "wrong number of cells"]),
        ((ROWS[0], '2024,156,251,811292,"1,234.5",2'), HEADER, [":3:", "v", "'1,234.5'"]),
        ((ROWS[0], "2024,156,251,10121,1,2"), HEADER, [":3:", "k", "'10121'", "six digits"]),
        ((ROWS[0], "2024,CHN,251,811292,1,2"), HEADER, [":3:", "i", "'CHN'"]),
        ((ROWS[0], "2023,156,251,811292,1,2"), HEADER, [":3:", "t", "'2023'"]),
        ((ROWS[0], "2024,156,251,811292,-1,2"), HEADER, [":3:", "v", "'-1'"]),
        ((ROWS[0], "2024,156,251,811292,nan,2"), HEADER, [":3:", "v", "'nan'"]),
        ((ROWS[0], "2024,156,251,811292,1_000,2"), HEADER, [":3:", "v", "'1_000'"]),
        ((ROWS[0], "2024,156,251,811292,,2"), HEADER, [":3:", "v", "''"]),
        ((ROWS[0], "2024,156,251,811292,1,inf"), HEADER, [":3:", "q", "'inf'"]),
        ((ROWS[0], "2024,156,251,811292,1,many"), HEADER, [":3:", "q", "'many'"]),
        ((ROWS[0], ROWS[1], ROWS[0]), HEADER, [":4:", "duplicate flow", "line 2"]),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(
    tmp_path: Path, rows: tuple[str, ...], header: str, words: list[str]
) -> None:
    path = write(tmp_path, *rows, header=header)
    with pytest.raises(InputError) as caught:
        _ = baci.read(path, tmp_path / "trade")
    assert all(word in str(caught.value) for word in (NAME, *words)), str(caught.value)
    assert sorted(each.name for each in tmp_path.iterdir()) == [NAME]


def test_files_of_two_nomenclatures_are_never_mixed(tmp_path: Path) -> None:
    _ = write(tmp_path, ROWS[0])
    _ = write(tmp_path, ROWS[0], name="BACI_HS92_Y2024_V202601.csv")
    with pytest.raises(InputError, match="several nomenclatures"):
        _ = baci.read(tmp_path, tmp_path / "trade")


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "trade").mkdir()
    with pytest.raises(InputError, match="exists already"):
        _ = baci.read(write(tmp_path, ROWS[0]), tmp_path / "trade")


def test_concentration_is_worked_out_by_hand(tmp_path: Path) -> None:
    trade = baci.read(write(tmp_path, *ROWS), tmp_path / "trade")
    row = concentration(trade.folder, importers=["FRA"], products=["811292"]).row(0, named=True)
    total = 100.5 + 300 + 40
    assert row["year"] == 2024
    assert row["total"] == total
    assert row["suppliers"] == 2
    assert row["supplier"] == "CHN"
    assert row["share"] == pytest.approx(300 / total)
    assert row["unmapped_share"] == pytest.approx(40 / total)
    assert row["hhi"] == pytest.approx((100.5**2 + 300**2) / total**2)
    assert row["hhi_high"] == pytest.approx((100.5**2 + 340**2) / total**2)
    assert row["coverage"] == 1.0
    half = concentration(trade.folder, importers=["CHE"]).row(0, named=True)
    assert (half["hhi"], half["coverage"], half["supplier"]) == (1.0, 0.0, "IND")


def test_concentration_by_quantity_counts_tonnes(tmp_path: Path) -> None:
    trade = baci.read(write(tmp_path, *ROWS), tmp_path / "trade")
    table = concentration(trade.folder, measure="quantity", importers=["FRA", "CHE"])
    totals = {(row["importer"], row["code"]): row["total"] for row in table.iter_rows(named=True)}
    assert totals == {("FRA", "811292"): 14.0, ("FRA", "850511"): 4.0}


def test_concentration_of_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no Parquet parts"):
        _ = concentration(tmp_path)


def test_one_table_is_in_the_schema_of_the_dataset(tmp_path: Path) -> None:
    trade = baci.read(write(tmp_path, *ROWS), tmp_path / "trade")
    path = tmp_path / "trade.parquet"
    assert write_table(trade.folder, path) == 7
    table = pl.read_parquet(path)
    schema = schema_of("trade")
    assert dict(table.schema) == schema.types
    assert table.equals(table.sort(schema.key))
    with pytest.raises(InputError, match="exists already"):
        _ = write_table(trade.folder, path)


def test_a_table_of_too_many_rows_is_refused_with_a_hint(tmp_path: Path) -> None:
    trade = baci.read(write(tmp_path, *ROWS), tmp_path / "trade")
    with pytest.raises(InputError, match=r"found 7; expected at most 6: .* --code"):
        _ = write_table(trade.folder, tmp_path / "trade.parquet", most=6)
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, "trade"]


def test_a_file_with_only_a_header_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    with pytest.raises(InputError, match="no rows below the header"):
        _ = baci.read(path, tmp_path / "new" / "trade")
    assert listed(tmp_path) == [NAME]


def test_a_code_that_no_flow_has_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, *ROWS)
    with pytest.raises(InputError, match="no flow has this code; found 811229"):
        _ = baci.read(path, tmp_path / "new" / "trade", products=["811292", "811229"])
    assert listed(tmp_path) == [NAME]


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
