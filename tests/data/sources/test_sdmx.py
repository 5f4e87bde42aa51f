"""SDMX: observations of any dataflow, Comext as sourcing, addresses without a network."""

from pathlib import Path

import polars as pl
import pytest

from orepact.data.dataset.schemas import schema_of
from orepact.data.sources import sdmx
from orepact.errors import InputError

FILES = Path(__file__).parent / "files"
GOOD = (FILES / "comext.csv").read_text(encoding="utf-8")


def test_a_table_keeps_dimensions_as_text() -> None:
    frame = sdmx.read(FILES / "comext.csv")
    assert frame.columns[:6] == ["freq", "reporter", "partner", "product", "flow", "indicators"]
    assert "NA" in frame["partner"].to_list()
    assert frame["partner"].null_count() == 0
    assert frame.filter(pl.col("product") == "01012100").height == 1
    assert frame.row(-1, named=True)["OBS_VALUE"] is None


def test_xml_gives_the_same_columns() -> None:
    frame = sdmx.read(FILES / "generic.xml")
    assert frame.select("REF_AREA", "MEASURE", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS").rows() == [
        ("CHN", "EXPORT_TAX", "2023", 12.5, "A"),
        ("CHN", "EXPORT_TAX", "2024", 10.0, ""),
    ]


def test_comext_becomes_sourcing_with_namibia_and_kosovo() -> None:
    loaded = sdmx.read_comext(FILES / "comext.csv", edition="extracted 2026-06-15")
    for name, table in loaded.tables.items():
        schema = schema_of(name)
        assert dict(table.schema) == {each: kind() for each, kind in schema.types.items()}
        assert not table.select(schema.key).is_duplicated().any()
    gallium = loaded.tables["sourcing"].filter(pl.col("mineral") == "gallium")
    value = gallium.filter(pl.col("measure") == "value")
    assert dict(value.select("origin", "share").rows()) == {
        "CHN": 0.7,
        "NAM": 0.1,
        "XKX": 0.05,
        "NSP": 0.15,
    }
    assert value["importer"].unique().to_list() == ["E27"]
    quantity = gallium.filter(pl.col("measure") == "quantity")
    assert dict(quantity.select("origin", "share").rows()) == {"CHN": 0.9, "JPN": 0.1}
    amounts = loaded.tables["customs_values"].filter(pl.col("origin") == "CHN")
    assert amounts.row(0, named=True)["total_eur"] == 1_000_000.0
    assert loaded.unmapped.select("scheme", "code", "rows").sort("scheme").rows() == [
        ("country", "81129289 2024", 1),
        ("product", "01012100", 1),
    ]


@pytest.mark.parametrize("reporter", ["EU27", "EU", "EU27_2020"])
def test_the_union_as_a_reporter_is_one_importer(reporter: str) -> None:
    text = GOOD.replace(",EU27_2020,", f",{reporter},")
    loaded = sdmx.read_comext(text.encode(), edition="x")
    assert loaded.tables["sourcing"]["importer"].unique().to_list() == ["E27"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("indicators", "indicator", ["dimension is missing", "indicators"]),
        ("OBS_VALUE", "VALUE", ["column is missing", "OBS_VALUE"]),
        ("700000", '"700,000"', [":3:", "OBS_VALUE", "'700,000'"]),
        ("700000", "700,000", [":3:", "wrong number of cells"]),
        ("NA,81129289,1", "CN,81129289,1", [":3:", "given twice"]),
        ("NA,81129289,1", "NA,81129289,2", [":4:", "flow", "found 2"]),
        ("A,EU27_2020,CN", "M,EU27_2020,CN", [":3:", "freq", "found M"]),
        ("QUANTITY_IN_100KG", "SUP_QUANTITY", [":7:", "indicators", "SUP_QUANTITY"]),
        ("700000", "1700000", [":2:", "more than the total"]),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(old: str, new: str, words: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        _ = sdmx.read_comext(GOOD.replace(old, new, 1).encode(), edition="x", name="comext.csv")
    assert all(word in str(caught.value) for word in ("comext.csv", *words)), str(caught.value)


def test_broken_xml_is_refused() -> None:
    with pytest.raises(InputError, match="not SDMX-ML"):
        _ = sdmx.read(b"<html><body>Service unavailable</body></html>")


def test_addresses_are_made_without_a_network() -> None:
    comext = sdmx.Query("ESTAT_COMEXT", sdmx.COMEXT, "A.EU27_2020..81129289.1.", "2020", "2024")
    assert sdmx.address_of(comext) == (
        "https://ec.europa.eu/eurostat/api/comext/dissemination/sdmx/2.1/data/DS-045409/"
        "A.EU27_2020..81129289.1.?startPeriod=2020&endPeriod=2024&format=SDMX-CSV"
    )
    oecd = sdmx.Query("OECD", "OECD.TAD.ATM,DSD_X@DF_X,1.0", "A.CHN")
    assert sdmx.address_of(oecd) == (
        "https://sdmx.oecd.org/public/rest/data/OECD.TAD.ATM,DSD_X@DF_X,1.0/A.CHN?format=csvfile"
    )
    with pytest.raises(InputError, match="'ESTAT_COMEXT'"):
        _ = sdmx.address_of(sdmx.Query("COMEXT", sdmx.COMEXT))
