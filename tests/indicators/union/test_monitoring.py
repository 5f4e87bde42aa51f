"""The seven tiles: every one is there, for any region, and says why where it cannot tell."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError
from orepact.indicators.figure import Figure, as_json
from orepact.indicators.tables.place_balance import (
    accounted_bottlenecks,
    accounted_supply,
    balances,
)
from orepact.indicators.tables.stage_output import stage_capacity, stage_output
from orepact.indicators.tables.trade_flows import trade_flows
from orepact.indicators.union.monitoring import TILES, Watch, monitor, tiles
from orepact.network import read_world
from orepact.network.world import World
from orepact.policy import load_register
from tests.indicators.union.conftest import TABLES_OF_TOY, toy_world, write_bundle

DAY = datetime.date(2026, 11, 21)
TRADE = [
    ("CHN", "DEU", 2024, 60.0, 90.0, ""),
    ("CHN", "FRA", 2024, None, 10.0, ""),
    ("DEU", "FRA", 2024, 7.0, 21.0, ""),
    ("DEU", "USA", 2024, 5.0, 15.0, ""),
    ("CHN", "DEU", 2023, 40.0, 80.0, ""),
    ("CHN", "USA", 2024, 99.0, 99.0, ""),
]


@pytest.fixture
def toy(tmp_path: Path) -> Bundle:
    trade = [
        {
            "code": "810194",
            "nomenclature": "HS2017",
            "year": year,
            "exporter": exporter,
            "importer": importer,
            "tonnes": tonnes,
            "kusd": kusd,
            "coverage": coverage,
            "source": "CEPII-BACI-HS17",
        }
        for exporter, importer, year, tonnes, kusd, coverage in TRADE
    ]
    codes = [
        {
            "mineral": "tungsten",
            "form": "bars",
            "hs2022": "810194",
            "bilateral": "HS2017:810194",
            "basket": "no",
            "source": "OREPACT-CONCORDANCE",
        }
    ]
    output = [
        {
            "mineral": "tungsten",
            "stage": "mine",
            "country": country,
            "year": 2025,
            "quantity": quantity,
            "unit": "t",
            "basis": "content",
            "preferred": "1",
            "flag": flag,
            "source": "USGS-MCS-2026",
            "edition": "MCS2026",
        }
        for country, quantity, flag in (
            ("CHN", 70.0, ""),
            ("DEU", 10.0, ""),
            ("OTH", 5.0, ""),
            ("USA", None, "W"),
            ("WLD", 90.0, ""),
        )
    ]
    capacity = [
        {
            "mineral": "tungsten",
            "stage": "refined",
            "country": country,
            "year": 2025,
            "quantity": quantity,
            "unit": "t",
            "source": "USGS-MCS-2026",
            "edition": "MCS2026",
        }
        for country, quantity in (("DEU", 20.0), ("FRA", None), ("WLD", 200.0))
    ]
    return write_bundle(
        tmp_path / "toy",
        {
            **TABLES_OF_TOY,
            "trade": trade,
            "concordance": codes,
            "production": output,
            "capacity": capacity,
        },
    )


def find(figures: list[Figure], **wanted: str) -> Figure:
    (found,) = [f for f in figures if all(getattr(f, k) == v for k, v in wanted.items())]
    return found


def test_trade_of_a_group_in_out_and_inside(toy: Bundle) -> None:
    figures = trade_flows(toy, "EU27", "tungsten")
    assert {(f.stage, f.unit): f.value for f in figures} == {
        ("imports", "t"): 60.0,
        ("imports", "kUSD"): 100.0,
        ("exports", "t"): 5.0,
        ("exports", "kUSD"): 15.0,
        ("inside", "t"): 7.0,
        ("inside", "kUSD"): 21.0,
    }
    weight = find(figures, stage="imports", unit="t")
    assert weight.coverage["value_without_weight"] == pytest.approx(10 / 100)
    assert weight.coverage["change_on_year_before"] == pytest.approx(60 / 40 - 1)
    assert find(figures, stage="exports", unit="t").coverage["change_on_year_before"] is None


def test_a_member_state_imports_from_the_union_too(toy: Bundle) -> None:
    figures = trade_flows(toy, "FRA", "tungsten")
    assert find(figures, stage="imports", unit="kUSD").value == 31.0
    assert find(figures, stage="from the Union", unit="kUSD").value == 21.0
    assert find(figures, stage="imports", unit="t").value == 7.0


def test_a_region_without_trade_of_a_code_says_so(toy: Bundle) -> None:
    (figure,) = trade_flows(toy, "USA", "gallium")
    assert (figure.value, bool(figure.missing)) == (None, True)


def test_output_of_a_group_is_a_lower_bound_where_members_are_not_listed(toy: Bundle) -> None:
    figures = stage_output(toy, "EU27", "tungsten")
    own = find(figures, region="EU27")
    assert (own.value, own.low, own.high) == (10.0, 10.0, 15.0)  # France may be among the others
    assert own.coverage["members_not_listed"] == 1
    assert find(figures, region="WLD").value == 90.0


def test_withheld_and_not_listed_are_no_zero(toy: Bundle) -> None:
    assert find(stage_output(toy, "USA", "tungsten"), region="USA").missing == "withheld: USA"
    assert find(stage_output(toy, "NOR", "tungsten"), region="NOR").missing == "no member is listed"
    assert stage_output(toy, "EU27", "helium")[0].missing == "no output is published"


def test_capacity_by_stage(toy: Bundle) -> None:
    figures = stage_capacity(toy, "EU27", "tungsten")
    assert find(figures, region="EU27").value == 20.0
    assert find(figures, region="EU27").coverage["withheld"] == "FRA"
    assert find(stage_capacity(toy, "FRA", "tungsten"), region="FRA").value is None


def test_balance_of_a_place() -> None:
    rows = {row.material: row for row in balances(toy_world(), "EU27", "tungsten")}
    metal, ore = rows["toy-metal"], rows["toy-ore"]
    assert (metal.made, metal.used, metal.imports, metal.exports) == pytest.approx(
        (60.0, 120.0, 100.0, 4.0)
    )
    assert (metal.stocked, metal.need, metal.supply) == pytest.approx((36.0, 120.0, 156.0))
    assert (ore.taken, ore.supply) == pytest.approx((96.0, 96.0))
    figures = accounted_bottlenecks(list(rows.values()))
    weakest = find(figures, note="bottleneck of the chain")
    assert (weakest.form, weakest.value) == ("toy-ore", pytest.approx(12 / 96))
    assert {f.indicator for f in accounted_supply([ore])} == {"demand", "supply"}


def test_every_tile_is_there_for_the_tiny_union(toy: Bundle) -> None:
    figures = monitor(Watch(toy, "EU27", "tungsten", DAY, toy_world(), load_register()))
    found = tiles(figures)
    assert list(found) == list(TILES)
    assert all(found.values())
    assert all(f.region and f.mineral for f in figures)
    (waiting,) = [f for f in found["f"] if f.indicator.startswith("listed projects")]
    assert waiting.value == 1.0  # one designated; one built, one under construction


def test_without_a_world_or_a_register_the_tiles_say_so(toy: Bundle) -> None:
    found = tiles(monitor(Watch(toy, "EU27", "tungsten", DAY)))
    assert any("no register" in f.missing for f in found["g"])
    assert any("no chain" in f.missing for f in found["f"])


def test_unknown_names_are_refused_with_the_nearest(toy: Bundle) -> None:
    with pytest.raises(InputError, match="did you mean 'tungsten'"):
        _ = monitor(Watch(toy, "EU27", "tungstn", DAY))
    with pytest.raises(InputError, match="unknown region"):
        _ = monitor(Watch(toy, "EU28", "tungsten", DAY))


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


@pytest.mark.parametrize(
    ("region", "mineral"),
    [
        ("EU27", "gallium"),
        ("E27", "magnesium"),
        ("DEU", "tungsten"),
        ("USA", "antimony"),
        ("JPN", "dysprosium"),
        ("FRA", "helium"),
        ("G7", "cobalt"),
        ("CHN", "hafnium"),
    ],
)
def test_any_region_has_seven_tiles(world: World, region: str, mineral: str) -> None:
    figures = monitor(Watch(read_bundle(), region, mineral, DAY, world, load_register()))
    assert all(tiles(figures).values())
    for figure in figures:
        assert (figure.value is None) == bool(figure.missing), (figure.indicator, figure.form)
        _ = as_json(figure)
        if figure.low is not None and figure.high is not None and figure.value is not None:
            assert figure.low <= figure.value + 1e-9 <= figure.high + 2e-9


def test_members_of_a_group_are_found_in_its_chain_and_ores_not_in_that_of_the_metal(
    world: World,
) -> None:
    def materials(mineral: str) -> set[str]:
        return {row.material for row in balances(world, "EU27", mineral)}

    assert materials("platinum") == {"platinum-metal"}
    assert materials("dysprosium") == {"dysprosium-oxide"}
    assert materials("titanium") == set()
    assert "titanium-sponge" in materials("titanium_metal")


def test_accounts_of_places_balance(world: World) -> None:
    for mineral in ("copper", "cobalt", "tungsten", "pgm"):
        for row in balances(world, "EU27", mineral):
            left = row.made + row.imports - row.used - row.stocked - row.taken - row.exports
            assert abs(left) <= 1e-4 * max(row.made + row.imports, 1.0), row.material


def test_controls_are_those_of_the_day(world: World) -> None:
    def acts(day: datetime.date) -> float | None:
        watch = Watch(read_bundle(), "EU27", "gallium", day, world, load_register())
        return next(f.value for f in monitor(watch) if f.indicator == "controls_in_force")

    assert acts(datetime.date(2023, 7, 31)) == 0.0
    assert acts(datetime.date(2023, 8, 1)) == 1.0
