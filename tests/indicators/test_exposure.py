"""Exposure of sectors and its components, worked out by hand on a made dataset."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.data.dataset.schemas import TABLES
from orepact.errors import InputError
from orepact.indicators.dependence.supplier_dependence import (
    bottleneck,
    controlled_share,
    largest_share,
    origin_shares,
    own_bottleneck,
    supplier_hhi,
    suppliers_of,
)
from orepact.indicators.figure import sources_of
from orepact.indicators.sector.controls_in_force import controls_count, controls_on
from orepact.indicators.sector.exposure import (
    Exposure,
    composite,
    exposure_table,
    exposure_weights,
    sector_exposure,
)
from orepact.indicators.sector.sectors import (
    PartText,
    RowText,
    SectorText,
    find_sector,
    read_sectors,
    row_problems,
    use_shares,
)
from orepact.network.chains.text import Card
from orepact.policy import Register, load_register

ON = datetime.date(2026, 11, 22)
Rows = Sequence[Mapping[str, object]]

END_USES: Rows = [
    # Gallium: 70 % chips by code, 25 % lamps; neodymium: 80 % magnets, of which 30 % in cars.
    {"mineral": "gallium", "application": "Integrated circuits", "share": 0.7, "nace2": "C26"},
    {"mineral": "gallium", "application": "Lighting", "share": 0.25, "nace2": "C27"},
    {"mineral": "neodymium", "application": "Magnets", "share": 0.8, "nace2": "C25"},
    {"mineral": "neodymium", "application": "Autocatalysts", "share": 0.09, "nace2": "C20"},
    {
        "mineral": "rare_earth_magnets",
        "application": "electric vehicles",
        "share": 0.3,
        "region": "WLD",
    },
    {"mineral": "magnesium", "application": "Transport", "share": 0.04, "nace2": "C30"},
    {"mineral": "germanium", "application": "Defense optics", "share": None, "region": "USA"},
]
SOURCING: Rows = [
    # Gallium: 69 % China, 10 % USA, 21 % Germany (of the Union itself); processing.
    {"mineral": "gallium", "origin": "CHN", "share": 0.69},
    {"mineral": "gallium", "origin": "USA", "share": 0.10},
    {"mineral": "gallium", "origin": "DEU", "share": 0.21},
    # Magnesium: only members of the Union are named, 40 % has no origin.
    {"mineral": "magnesium", "origin": "DEU", "share": 0.6},
]
SUPPLY: Rows = [
    {"mineral": "neodymium", "country": "CHN", "share": 0.9, "stage": "processing"},
    {"mineral": "neodymium", "country": "MYS", "share": 0.1, "stage": "processing"},
    {"mineral": "neodymium", "country": "CHN", "share": 0.6, "stage": "extraction"},
    {"mineral": "gallium", "country": "CHN", "share": 0.98, "stage": "processing"},
]
COUNTRIES: Rows = [
    {"iso3": code, "eu27": "yes" if code in {"DEU", "FRA"} else "no", "g7": "no", "partner": "no"}
    for code in ("CHN", "DEU", "FRA", "MYS", "USA")
]
DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "end_uses": {"region": "E27", "period": "2016-2020", "source": "EC-CRM-2023"},
    "sourcing": {
        "importer": "E27",
        "stage": "processing",
        "period": "2016-2020",
        "measure": "reported",
        "kind": "ec_study",
        "source": "EC-CRM-2023",
        "edition": "2023",
    },
    "global_supply": {"period": "2016-2020", "source": "EC-CRM-2023", "edition": "2023"},
}


def made(folder: Path, tables: Mapping[str, Rows]) -> Bundle:
    (folder / "tables").mkdir(parents=True)
    for name, rows in tables.items():
        schema = TABLES[name]
        default = DEFAULTS.get(name, {})
        full = [{key: row.get(key, default.get(key)) for key in schema.names} for row in rows]
        frame = pl.DataFrame(full, schema=schema.types, orient="row")
        frame = frame.with_columns(pl.col(pl.String).fill_null(""))
        frame.write_csv(folder / "tables" / schema.file, quote_style="non_numeric")
    return read_bundle(folder)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return made(
        tmp_path / "made",
        {
            "end_uses": END_USES,
            "sourcing": SOURCING,
            "global_supply": SUPPLY,
            "countries": COUNTRIES,
            "concordance": [],
        },
    )


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


CARS = SectorText(
    sector="cars",
    title="Cars",
    end_use="civil",
    whole=(RowText(mineral="neodymium", application="Autocatalysts"),),
    in_part=(
        PartText(
            mineral="neodymium",
            application="Magnets",
            of="rare_earth_magnets",
            application_of="electric vehicles",
            reason="traction",
        ),
        PartText(mineral="magnesium", application="Transport", reason="ships are in the row"),
    ),
    words=(RowText(mineral="germanium", application="Defense optics"),),
)
CHIPS = SectorText(sector="chips", title="Chips", end_use="civil", nace=("C26",))


# Suppliers


def test_the_largest_supplier_is_outside_the_region(bundle: Bundle) -> None:
    (gallium, *others) = suppliers_of(bundle, "gallium", "EU27")
    assert not others  # shares of the region come before those of the world at the same stage
    largest = largest_share(gallium)
    assert (largest.value, largest.partner, largest.stage) == (0.69, "CHN", "processing")
    assert (largest.low, largest.high) == pytest.approx((0.685, 0.695))
    assert sources_of(largest) == ("EC-CRM-2023",)


def test_concentration_counts_every_named_supplier(bundle: Bundle) -> None:
    (gallium,) = suppliers_of(bundle, "gallium", "EU27")
    # 0.69² + 0.21² + 0.10² = 0.5302
    assert supplier_hhi(gallium).value == pytest.approx(0.5302)
    (magnesium,) = suppliers_of(bundle, "magnesium", "EU27")
    # 0.36 with the rest split up, 0.36 + 0.4² with the rest in one hand
    hhi = supplier_hhi(magnesium)
    assert (hhi.low, hhi.high) == pytest.approx((0.36, 0.52))


def test_own_supply_is_no_outside_supplier(bundle: Bundle) -> None:
    (magnesium,) = suppliers_of(bundle, "magnesium", "EU27")
    largest = largest_share(magnesium)
    assert largest.value == 0.0
    assert largest.high == pytest.approx(0.4)  # what has no named origin


def test_world_supply_stands_in_and_says_so(bundle: Bundle) -> None:
    suppliers = suppliers_of(bundle, "neodymium", "EU27")
    worst = bottleneck(suppliers)
    assert worst is not None
    assert (worst.stage, worst.basis) == ("processing", "world supply")
    assert largest_share(worst).coverage["basis"] == "world supply"
    assert [figure.partner for figure in origin_shares(worst)] == ["CHN", "MYS"]


def test_nothing_published_is_nothing(bundle: Bundle) -> None:
    assert suppliers_of(bundle, "germanium", "EU27") == ()
    assert bottleneck(()) is None


def test_a_stage_with_world_shares_alone_may_be_the_bottleneck() -> None:
    """The study prints the Union's sourcing of refined cobalt (2 % Chinese), none of its ore."""
    cobalt = suppliers_of(read_bundle(), "cobalt", "EU27")
    worst, own = bottleneck(cobalt), own_bottleneck(cobalt)
    assert worst is not None
    assert own is not None
    assert (worst.stage, worst.basis, worst.outside[0]) == (
        "extraction",
        "world output",
        ("COD", pytest.approx(0.731, abs=5e-4)),
    )
    assert (own.stage, own.basis, own.outside[0]) == (
        "processing",
        "sourcing of the region",
        ("CHN", pytest.approx(0.02)),
    )


def test_at_one_stage_the_regions_sourcing_comes_before_world_supply() -> None:
    """Refining is processing: 94 % of the world's germanium says less than 83 % of the Union's."""
    germanium = suppliers_of(read_bundle(), "germanium", "EU27")
    assert {"processing", "refined"} <= {each.stage for each in germanium}
    worst = bottleneck(germanium)
    assert worst is not None
    assert (worst.stage, worst.basis) == ("processing", "sourcing of the region")


def test_exposure_says_what_the_largest_share_rests_on(register: Register) -> None:
    defence = find_sector(read_sectors(), "defence")
    found = sector_exposure(read_bundle(), register, defence, "EU27", ON)
    (cobalt,) = (each for each in found if each.mineral == "cobalt")
    assert cobalt.largest.coverage["basis"] == "world output"
    assert cobalt.own is not None
    assert cobalt.own.value == pytest.approx(0.02)
    row = exposure_table([cobalt]).row(0, named=True)
    assert (row["basis"], row["own_sourcing"]) == ("world output", "CHN 2 % (processing)")


def test_controls_are_those_of_the_day(bundle: Bundle, register: Register) -> None:
    before = datetime.date(2023, 7, 1)
    (gallium,) = suppliers_of(bundle, "gallium", "EU27")
    for day, count, share in ((before, 0.0, 0.0), (ON, 1.0, 0.69)):
        acts, unknown = controls_on(register, ["gallium"], "EU27", day)
        assert unknown == ()
        assert controls_count(acts, "gallium", "EU27", day).value == count
        assert controlled_share(gallium, acts).value == pytest.approx(share)


def test_a_suspended_control_counts_in_the_upper_bound_only(register: Register) -> None:
    # China's ban of antimony and gallium for the United States is suspended until 27 November 2026.
    suspended, _ = controls_on(register, ["gallium"], "USA", ON)
    lapsed, _ = controls_on(register, ["gallium"], "USA", datetime.date(2026, 12, 1))
    now = controls_count(suspended, "gallium", "USA", ON)
    later = controls_count(lapsed, "gallium", "USA", datetime.date(2026, 12, 1))
    assert now.low == now.high == later.low
    assert later.high is not None
    assert now.high is not None
    assert later.high > now.high


def test_an_unknown_item_or_destination_is_told(register: Register) -> None:
    assert controls_on(register, ["unobtainium"], "EU27", ON) == ((), ("unobtainium",))
    with pytest.raises(InputError, match="destination"):
        controls_on(register, ["gallium"], "Atlantis", ON)


# Shares of use


def test_rows_of_a_code_are_whole(bundle: Bundle) -> None:
    (gallium,) = use_shares(bundle, CHIPS, "EU27")
    assert gallium.value == 0.7
    assert (gallium.low, gallium.high) == pytest.approx((0.695, 0.705))


def test_a_products_own_use_tells_a_part(bundle: Bundle) -> None:
    shares = {figure.mineral: figure for figure in use_shares(bundle, CARS, "EU27")}
    # 9 % autocatalysts + 80 % magnets × 30 % electric vehicles = 33 %
    assert shares["neodymium"].value == pytest.approx(0.09 + 0.8 * 0.3)
    assert shares["neodymium"].low == pytest.approx(0.085 + 0.795 * 0.295)


def test_a_shared_row_is_an_upper_bound(bundle: Bundle) -> None:
    shares = {figure.mineral: figure for figure in use_shares(bundle, CARS, "EU27")}
    magnesium = shares["magnesium"]
    assert magnesium.value is None
    assert (magnesium.low, magnesium.high) == pytest.approx((0.0, 0.045))
    assert "together with other sectors" in magnesium.missing


def test_a_use_that_is_only_named_has_no_share(bundle: Bundle) -> None:
    shares = {figure.mineral: figure for figure in use_shares(bundle, CARS, "EU27")}
    assert shares["germanium"].value is None
    assert shares["germanium"].high is None
    assert "named as a use without a share" in shares["germanium"].missing


def test_minerals_of_products_are_listed_without_a_share(bundle: Bundle) -> None:
    shares = use_shares(bundle, CHIPS, "EU27", contained=["arsenic"])
    assert [figure.mineral for figure in shares] == ["gallium", "arsenic"]
    assert shares[1].value is None


def test_rows_of_another_region_do_not_stand_in(bundle: Bundle) -> None:
    (gallium,) = use_shares(bundle, CHIPS, "JPN")
    assert gallium.value is None
    assert "published for E27" in gallium.missing


# Exposure


def exposed(bundle: Bundle, register: Register, sector: SectorText) -> dict[str, Exposure]:
    found = sector_exposure(bundle, register, sector, "EU27", ON, grades={"gallium": "B"})
    return {each.mineral: each for each in found}


def test_exposure_is_use_times_the_largest_share(bundle: Bundle, register: Register) -> None:
    gallium = exposed(bundle, register, CHIPS)["gallium"]
    assert gallium.exposure.value == pytest.approx(0.7 * 0.69)
    assert gallium.exposure.low == pytest.approx(0.695 * 0.685)
    assert gallium.exposure.high == pytest.approx(0.705 * 0.695)
    assert gallium.grade == "B"
    assert gallium.acts


def test_known_values_come_first_then_bounds_then_the_unknown(
    bundle: Bundle, register: Register
) -> None:
    found = exposed(bundle, register, CARS)
    assert list(found) == ["neodymium", "magnesium", "germanium"]
    assert found["magnesium"].exposure.value is None
    assert found["germanium"].exposure.high is None
    assert "no share of supply by country" in found["germanium"].exposure.missing


def test_the_composite_is_optional_and_shows_its_weights(
    bundle: Bundle, register: Register
) -> None:
    gallium = exposed(bundle, register, CHIPS)["gallium"]
    figure = composite(gallium, exposure_weights())
    # equal weights: 0.7 × (0.69 + 0.5302 + 0.69) / 3
    assert figure.value == pytest.approx(0.7 * (0.69 + 0.5302 + 0.69) / 3)
    assert (figure.low, figure.high) == pytest.approx((0.7 * 0.5302, 0.7 * 0.69))
    assert sum(source.startswith("card:exposure-weight") for source in sources_of(figure)) == 3


def test_a_composite_without_weights_or_components_says_so(
    bundle: Bundle, register: Register
) -> None:
    zero = {
        name: Card(card=name, title=name, value=0, low=0, high=1, unit="1", reason="test")
        for name in ("largest_supplier_share", "supplier_hhi", "controlled_share")
    }
    gallium = exposed(bundle, register, CHIPS)["gallium"]
    assert composite(gallium, zero).value is None
    germanium = exposed(bundle, register, CARS)["germanium"]
    figure = composite(germanium, exposure_weights())
    assert figure.value is None
    assert "share of use" in figure.missing


def test_the_table_holds_the_components_side_by_side(bundle: Bundle, register: Register) -> None:
    table = exposure_table(sector_exposure(bundle, register, CARS, "EU27", ON))
    assert table["mineral"].to_list() == ["neodymium", "magnesium", "germanium"]
    assert table.row(0, named=True)["largest_supplier"] == "CHN"
    assert exposure_table([]).is_empty()


# The sectors that ship


def test_every_row_of_the_sectors_is_in_the_table() -> None:
    assert row_problems(read_sectors(), read_bundle()) == []


def test_the_six_sectors_have_exposures(register: Register) -> None:
    bundle = read_bundle()
    sectors = read_sectors()
    names = [sector.sector for sector in sectors]
    assert names == ["defence", "vehicles", "wind", "chips", "digital", "steel"]
    for sector in sectors:
        found = sector_exposure(bundle, register, sector, "EU27", ON)
        assert found, sector.sector
        assert all(each.exposure.value is not None or each.exposure.missing for each in found)
    with pytest.raises(InputError, match="did you mean 'vehicles'"):
        find_sector(sectors, "vehicle")


def test_published_figures_of_the_bundled_dataset(register: Register) -> None:
    chips = find_sector(read_sectors(), "chips")
    found = {
        each.mineral: each for each in sector_exposure(read_bundle(), register, chips, "EU27", ON)
    }
    # EC study 2023: 70 % of gallium in integrated circuits, 69 % of the Union's sourcing from China
    assert found["gallium"].exposure.value == pytest.approx(0.7 * 0.69)


def test_a_niche_product_does_not_pass_for_the_mineral() -> None:
    bundle = read_bundle()
    magnesium = suppliers_of(bundle, "magnesium", "USA")
    products = [each.product for each in magnesium if each.basis == "sourcing of the region"]
    assert len(products) == 1
    assert "total" in products[0]
    copper = suppliers_of(bundle, "copper", "USA")
    assert not any("scrap" in each.product or "ash" in each.product for each in copper)


def test_the_later_one_of_world_supply_and_world_output_counts() -> None:
    """Ore of cobalt: Congo 230,000 of 316,000 t or so in 2025, where the study ends in 2020."""
    bundle = read_bundle()
    (ore,) = (each for each in suppliers_of(bundle, "cobalt", "EU27") if each.stage == "extraction")
    assert (ore.basis, ore.period) == ("world output", "2025")
    old = read_bundle(vintage="2025.02")
    (ore,) = (each for each in suppliers_of(old, "cobalt", "EU27") if each.stage == "extraction")
    assert int(ore.period) < 2025
    stages = {each.stage: each.basis for each in suppliers_of(bundle, "platinum", "EU27")}
    assert stages["processing"] == "world supply"  # no output by country is in the tables


def test_members_of_a_group_are_no_suppliers_abroad() -> None:
    for region in ("EU27", "G7"):
        for each in suppliers_of(read_bundle(), "helium", region):
            assert "E27" not in dict(each.outside)
            assert ("USA" in dict(each.outside)) == (region == "EU27")
