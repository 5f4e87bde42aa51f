"""Mineral Commodity Summaries: four layouts, words in place of numbers, and wrong files."""

import zipfile
from pathlib import Path

import polars as pl
import pytest

from orepact.data.bundle import WORLD_FOLDER, read_bundle
from orepact.data.dataset.schemas import schema_of
from orepact.data.sources import usgs_mcs
from orepact.data.sources.usgs_words import figure_of, product_of, unit_of
from orepact.errors import InputError

FILES = Path(__file__).parent / "files"
EVERY = sorted([*FILES.glob("mcs202*_world.csv"), *FILES.glob("MCS202*.csv")])
KEY = ("mineral", "stage", "country", "year")


def figures(name: str, table: str = "production") -> dict[tuple[object, ...], tuple[object, ...]]:
    frame = usgs_mcs.read(FILES / name).tables[table]
    key = [column for column in (*KEY, "product") if column in frame.columns]
    values = frame.select("quantity", "unit", "flag").rows()
    return dict(zip(frame.select(key).rows(), values, strict=True))


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_every_layout_gives_the_schema(path: Path) -> None:
    loaded = usgs_mcs.read(path)
    assert set(loaded.tables) == {"production", "reserves", "capacity"}
    for name, table in loaded.tables.items():
        schema = schema_of(name)
        assert dict(table.schema) == {each: kind() for each, kind in schema.types.items()}
        assert not table.select(schema.key).is_duplicated().any()
    assert loaded.tables["production"].height > 0


@pytest.mark.parametrize("path", EVERY[2:], ids=lambda path: path.name)
def test_published_rows_agree_with_the_bundled_dataset(path: Path) -> None:
    bundle = read_bundle(WORLD_FOLDER)
    for name in ("production", "capacity"):
        ours = usgs_mcs.read(path).tables[name]
        key = [column for column in (*KEY, "edition") if column in ours.columns]
        theirs = bundle.table(name).filter(pl.col("source").str.starts_with("USGS"))
        single = theirs.filter(~pl.struct(key).is_duplicated())
        both = ours.filter(~pl.struct(key).is_duplicated()).join(single, on=key, suffix="_theirs")
        differing = both.filter(pl.col("quantity").ne_missing(pl.col("quantity_theirs")))
        assert differing.rows() == []


def test_kilograms_become_tonnes_and_estimates_are_marked() -> None:
    found = figures("mcs2023-galli_world.csv")
    assert found["gallium", "refined", "CHN", 2021, ""] == (423.0, "t", "")
    assert found["gallium", "refined", "CHN", 2022, ""] == (540.0, "t", "e")
    assert found["gallium", "refined", "KOR", 2022, ""] == (2.0, "t", "e")
    assert found["gallium", "refined", "OTH", 2021, ""] == (0.0, "t", "")
    assert figures("mcs2023-galli_world.csv", "capacity")["gallium", "refined", "CHN", 2022] == (
        750.0,
        "t",
        "",
    )


def test_words_in_place_of_numbers_are_flags_and_never_zero() -> None:
    reserves = figures("mcs2023-antim_world.csv", "reserves")
    assert reserves["antimony", "GTM", 2022] == (None, "t", "NA")
    titanium = figures("mcs2023-timin_world.csv")
    assert titanium["titanium_rutile", "mine", "USA", 2021, ""] == (None, "t", "included_elsewhere")
    assert figures("mcs2024-titan_world.csv")["titanium_sponge", "refined", "USA", 2022, ""] == (
        None,
        "t",
        "W|e",
    )
    zircon = figures("mcs2023-zirco-hafni_world.csv")
    assert zircon["zirconium", "mine", "USA", 2021, ""] == (100_000.0, "t", "upper_bound|e")
    assert zircon["zirconium", "mine", "WLD", 2021, ""] == (1_300_000.0, "t", "e|excludes_US")
    nickel = figures("mcs2024-nicke_world.csv", "reserves")
    assert nickel["nickel", "WLD", 2023] == (130_000_000.0, "t", "lower_bound")


def test_a_note_tells_that_the_first_year_is_an_estimate_too() -> None:
    found = figures("mcs2024-nicke_world.csv")
    assert found["nickel", "mine", "PHL", 2022, ""] == (345_000.0, "t", "e")
    assert found["nickel", "mine", "NCL", 2022, ""] == (200_000.0, "t", "")


def test_countries_that_report_another_product_are_kept_apart() -> None:
    boron = figures("mcs2024-boron_world.csv")
    assert boron["boron", "mine", "ARG", 2022, "crude ore"] == (130_000.0, "t", "")
    assert boron["boron", "mine", "TUR", 2022, "refined borates"] == (2_200_000.0, "t", "")
    helium = figures("mcs2023-heliu_world.csv")
    assert helium["helium", "mine", "USA", 2021, "from Cliffside Field"] == (7.0, "million_m3", "")
    assert helium["helium", "mine", "USA", 2021, "extracted from natural gas"][0] == 69.0


def test_the_group_that_reserves_are_given_for_is_named() -> None:
    reserves = usgs_mcs.read(FILES / "mcs2023-plati_world.csv").tables["reserves"]
    south = reserves.filter(pl.col("country") == "ZAF")
    assert south["mineral"].to_list() == ["pgm"]
    assert south["quantity"].to_list() == [63_000.0]
    potash = usgs_mcs.read(FILES / "mcs2024-potas_world.csv").tables["reserves"]
    chile = potash.filter(pl.col("country") == "CHL")
    assert dict(chile.select("basis", "quantity").rows()) == {
        "K2O": 100_000_000.0,
        "recoverable_ore": None,
    }


def test_names_of_2025_are_known_and_other_commodities_reported() -> None:
    loaded = usgs_mcs.read(FILES / "MCS2025_World_Data.csv")
    production = loaded.tables["production"]
    withheld = production.filter(pl.col("mineral") == "germanium")
    assert withheld["flag"].to_list() == ["W", "W|e"]
    assert production.filter(pl.col("country") == "COD")["quantity"].to_list() == [175e3, 220e3]
    assert production["edition"].unique().to_list() == ["MCS2025"]
    assert loaded.unmapped.rows() == [("product", "Cement: Production, cement", "", 2, None)]


def test_the_long_table_of_2026_is_read_in_windows_1252() -> None:
    production = figures("MCS2026_Commodities_Data.csv")
    assert production["gallium", "refined", "CHN", 2024, ""] == (840.0, "t", "")
    assert production["gallium", "refined", "WLD", 2025, ""] == (910.0, "t", "e")
    assert production["copper", "mine", "CIV", 2024, ""] == (None, "t", "less_than_half_unit")
    assert production["yttrium", "mine", "WLD", 2025, ""] == (
        12_500.0,
        "t",
        "midpoint_of_range_10000-15000|e",
    )
    assert ("gallium", "refined", "USA", 2024, "") not in production
    assert figures("MCS2026_Commodities_Data.csv", "reserves") == {
        ("copper", "CHL", 2025): (180_000_000.0, "t", "")
    }


CEMENT = "Source,Country,Type,Odd\nMCS2023,China,Cement,1\nMCS2023,Nowhere,Cement,2\n"


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "world.zip"
    with zipfile.ZipFile(archive, "w") as content:
        content.write(FILES / "mcs2023-antim_world.csv", "mcs2023-antim_world.csv")
    _ = archive.write_bytes(archive.read_bytes()[:-30])
    with pytest.raises(InputError, match=r"not a whole ZIP archive"):
        _ = usgs_mcs.read(archive)


def test_an_archive_of_chapters_is_one_edition(tmp_path: Path) -> None:
    archive = tmp_path / "world.zip"
    with zipfile.ZipFile(archive, "w") as content:
        for path in FILES.glob("mcs2023-*_world.csv"):
            content.write(path, f"world/{path.name}")
        content.writestr("world/mcs2023-cemen_world.csv", CEMENT)
    loaded = usgs_mcs.read(archive)
    minerals = set(loaded.tables["production"]["mineral"])
    assert {"antimony", "gallium", "helium", "palladium", "zirconium"} <= minerals
    assert loaded.unmapped.select("code", "rows").rows() == [("mcs2023-cemen_world.csv", 2)]
    with pytest.raises(InputError, match="several editions"):
        _ = usgs_mcs.read(FILES)


def test_figures_printed_under_other_words_are_both_kept() -> None:
    text = (FILES / "MCS2026_Commodities_Data.csv").read_text(encoding="cp1252")
    rows = [line for line in text.splitlines() if "World total,Production,Primary" in line]
    whole = rows[0].replace(": rounded", "").replace("910,000", "912,345")
    slag = rows[0].replace("Primary production: rounded", "Primary production: slag")
    loaded = usgs_mcs.read(
        f"{text.strip()}\n{whole}\n{slag}".encode("cp1252"), name="MCS2026_Commodities_Data.csv"
    )
    world = loaded.tables["production"].filter(
        (pl.col("mineral") == "gallium") & (pl.col("country") == "WLD")
    )
    assert dict(world.select("product", "quantity").rows()) == {
        "": 912.345,
        "rounded": 910.0,
        "Primary production: slag": 910.0,
    }


GOOD = (FILES / "MCS2025_World_Data.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("UNIT_MEAS", "UNITS", ["UNIT_MEAS", "column is missing", "2025"]),
        ("PROD_2023", "OUTPUT_2023", ["OUTPUT_2023", "unknown column"]),
        ("metric tons,175000,", "metric tons,extra,175000,", [":3:", "wrong number of cells"]),
        (
            "metric tons,175000,220000,",
            'metric tons,"1,75,000",220000,',
            [":3:", "PROD_2023", "'1,75,000'"],
        ),
        ("metric tons,175000,220000,", "metric tons,175.000,5,220000", [":3:"]),
        ("metric tons,175000", "metric tons,many", [":3:", "PROD_2023", "'many'"]),
        (
            "metric tons,4220",
            "kilograms,4220",
            [":4:", "mixed units", "'kilograms'", "'metric tons'"],
        ),
        ("metric tons,4220", "barrels,4220", [":4:", "unknown unit", "'barrels'"]),
        ("Canada ", "Congo (Kinshasa)", [":4:", "figure given twice", "line 3"]),
        ("Canada ", "Canadia", [":4:", "COUNTRY", "'Canadia'", "'Canada'"]),
        ("MCS2025,Gallium", "MCS2024,Gallium", ["which edition"]),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(old: str, new: str, words: list[str]) -> None:
    assert GOOD.count(old) >= 1
    text = GOOD.replace(old, new, 1)
    with pytest.raises(InputError) as caught:
        _ = usgs_mcs.read(text.encode(), name="MCS2025_World_Data.csv")
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (GOOD.encode("utf-16"), ["UTF-16"]),
        (b"SOURCE,COMMODITY\x81,COUNTRY\n1,2,3\n", ["wrong encoding", "0x81"]),
        (b"", ["file is empty"]),
        (GOOD.splitlines()[0].encode(), ["no rows"]),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        _ = usgs_mcs.read(content, name="MCS2025_World_Data.csv")
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    ("text", "quantity", "flags"),
    [
        ("1,234,567", 1_234_567.0, ()),
        ("e10,500", 10_500.0, ("e",)),
        ("<0.5", 0.5, ("upper_bound",)),
        ("\u2014", 0.0, ()),
        ("XX", None, ("XX",)),
        ("Large", None, ("text_Large",)),
    ],
)
def test_a_figure_is_read_as_printed(text: str, quantity: float | None, flags: tuple[str]) -> None:
    figure = figure_of(text)
    assert figure is not None
    assert (figure.quantity, figure.flags) == (quantity, flags)


@pytest.mark.parametrize("text", ["12,34", "1.234.567", "1 234", "1,2345", "nan", "12t", ""])
def test_what_is_no_figure_is_none(text: str) -> None:
    assert figure_of(text) is None


def test_units_are_converted_or_unknown() -> None:
    assert unit_of("million liters") == ("million_L", 1.0)
    assert unit_of("thousand metric tons, gross weight") == ("t", 1000.0)
    assert unit_of("carats") is None


@pytest.mark.parametrize(
    ("commodity", "kind", "mineral", "stage"),
    [
        ("Bauxite and Alumina", "Refinery production, alumina", "alumina", "refined"),
        ("Bauxite and Alumina", "Mine production, bauxite", "bauxite", "mine"),
        ("Copper ", "Refinery production", "copper", "refined"),
        ("Silicon", "Plant production, feroosilicon", "ferrosilicon", "refined"),
        ("Silicon", "Silicon metal", "silicon_metal", "refined"),
        ("Platinum", "Mine production: Platinum", "platinum", "mine"),
        ("Titanium Sponge Metal", "Titanium sponge metal production", "titanium_sponge", "refined"),
        ("Titanium & titanium dioxide", "pigment", "titanium_dioxide_pigment", "refined"),
        ("Chromium", "Mne production, grosss weight", "chromium", "mine"),
        ("Graphite (Natural)", "Mine production", "graphite_natural", "mine"),
    ],
)
def test_names_of_all_editions_are_known(
    commodity: str, kind: str, mineral: str, stage: str
) -> None:
    product = product_of(commodity, kind)
    assert product is not None
    assert (product.mineral, product.stage) == (mineral, stage)


def test_products_of_one_chapter_are_told_apart() -> None:
    silicon = figures("mcs2024-simet_world.csv")
    assert silicon["ferrosilicon", "refined", "CHN", 2022, ""] == (3_770_000.0, "t", "")
    assert silicon["silicon_metal", "refined", "CHN", 2022, ""] == (2_900_000.0, "t", "")
    bauxite = figures("mcs2024-bauxi_world.csv")
    assert bauxite["alumina", "refined", "AUS", 2022, ""] == (19_500_000.0, "t", "")
    assert bauxite["bauxite", "mine", "GIN", 2023, ""] == (97_000_000.0, "t", "e")
    magnesite = usgs_mcs.read(FILES / "mcs2024-mgcomp_world.csv").tables["production"]
    assert magnesite["basis"].unique().to_list() == ["MgO"]
    assert figures("mcs2024-tellu_world.csv")["tellurium", "refined", "OTH", 2022, ""][2] == "NA|e"
