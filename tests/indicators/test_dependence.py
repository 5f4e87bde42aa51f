"""Import reliance, apparent consumption and origins of imports: cases on paper and laws."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError
from orepact.indicators.dependence.account_dependence import account_dependence
from orepact.indicators.dependence.dependence import (
    IMPORTS,
    apparent_consumption,
    dependence,
    import_reliance,
    origins_of_imports,
)
from orepact.indicators.tables.mineral_year import MineralYear, mineral_year, tables_of_year
from orepact.indicators.tables.region_members import region_members
from orepact.indicators.tables.sourcing import imports_of
from orepact.indicators.tables.sourcing_figures import code_shares, published_shares
from orepact.network import read_world
from tests.indicators.conftest import Rows, write_tables

CODE = "810411"
MADE = {
    "mineral": "magnesium",
    "stage": "refined",
    "year": 2024,
    "unit": "t",
    "basis": "content",
    "preferred": "1",
    "confidence": "high",
    "source": "USGS-MCS-2026",
    "edition": "MCS2026",
}
CONCORDANCE: Rows = [
    {
        "mineral": "magnesium",
        "form": "unwrought",
        "hs2022": CODE,
        "basket": "no",
        "content_factor": 0.5,
        "bilateral": f"HS2017:{CODE}",
        "source": "OREPACT-CONCORDANCE",
    }
]
COUNTRIES: Rows = [
    {
        "iso3": code,
        "eu27": "yes" if code in {"DEU", "FRA"} else "no",
        "g7": "yes" if code in {"DEU", "FRA", "USA"} else "no",
        "partner": "no",
    }
    for code in ("CHN", "DEU", "FRA", "GBR", "RUS", "USA")
]


def _trade(*flows: tuple[str, str, float]) -> Rows:
    return [
        {
            "code": CODE,
            "nomenclature": "HS2017",
            "year": 2024,
            "exporter": exporter,
            "importer": importer,
            "tonnes": tonnes,
            "kusd": 3.0 * tonnes,
            "source": "CEPII-BACI-HS17",
        }
        for exporter, importer, tonnes in flows
    ]


def _made(quantities: Mapping[str, float | None]) -> Rows:
    return [
        {**MADE, "country": country, "quantity": quantity, "flag": "" if quantity else "W"}
        for country, quantity in quantities.items()
    ]


FLOWS = _trade(
    ("CHN", "DEU", 120.0),
    ("CHN", "FRA", 40.0),
    ("GBR", "DEU", 40.0),
    ("DEU", "FRA", 500.0),
    ("FRA", "USA", 40.0),
)


def _year(folder: Path, made: Rows, flows: Rows = FLOWS) -> MineralYear:
    tables: Mapping[str, Sequence[Mapping[str, object]]] = {
        "production": made,
        "trade": flows,
        "concordance": CONCORDANCE,
        "countries": COUNTRIES,
        "unit_values": [],
    }
    return mineral_year(read_bundle(write_tables(folder / "tiny", tables)), "magnesium", 2024)


def test_reliance_of_the_union(tmp_path: Path) -> None:
    """The Union makes 20 t and buys 120 + 40 + 40 = 200 t gross, sells 40 t gross; half is content.

    Net imports are (200 - 40) / 2 = 80 t, apparent consumption 20 + 80 = 100 t, reliance 0.8. The
    500 t from Germany to France stay inside.
    """
    item = _year(tmp_path, _made({"CHN": 1000.0, "DEU": 20.0, "WLD": 1020.0}))
    (consumed,) = apparent_consumption(item, "EU27")
    (reliance,) = import_reliance(item, "EU27")
    assert consumed.value == pytest.approx(100.0)
    assert reliance.value == pytest.approx(0.8)
    assert reliance.low is not None
    assert reliance.high is not None
    assert reliance.low <= 0.8 <= reliance.high
    shares = {figure.partner: figure.value for figure in origins_of_imports(item, "EU27")}
    assert shares == pytest.approx({"CHN": 0.8, "GBR": 0.2})


def test_net_exporter_has_no_reliance(tmp_path: Path) -> None:
    """China sells everything and buys nothing."""
    item = _year(tmp_path, _made({"CHN": 1000.0, "WLD": 1000.0}))
    (reliance,) = import_reliance(item, "CHN")
    assert (reliance.value, reliance.note) == (0.0, "net exporter")


def test_withheld_output_leaves_a_range(tmp_path: Path) -> None:
    """Germany is withheld; the printed total of 120 t leaves it 20 t, 25 t with its rounding.

    Net imports are 80 t: reliance is at least 80 / (80 + 25) and at most 1.
    """
    item = _year(tmp_path, _made({"CHN": 100.0, "DEU": None, "WLD": 120.0}))
    (reliance,) = import_reliance(item, "EU27")
    assert reliance.value is None
    assert "DEU withheld" in reliance.missing
    assert reliance.low == pytest.approx(80.0 / 105.0)
    assert reliance.high == 1.0


def test_unlisted_producer_is_not_taken_for_none(tmp_path: Path) -> None:
    """No country of the Union is listed, and the others may hold 50 t: no value, but a range."""
    item = _year(tmp_path, _made({"CHN": 100.0, "OTH": 50.0, "WLD": 150.0}))
    (reliance,) = import_reliance(item, "EU27")
    assert reliance.value is None
    assert reliance.low == pytest.approx(80.0 / 130.0)
    assert reliance.high == 1.0


def test_more_exported_than_there_is(tmp_path: Path) -> None:
    """Britain sells 40 t gross, makes and buys nothing: consumption would be below zero."""
    item = _year(tmp_path, _made({"CHN": 1000.0, "WLD": 1000.0}))
    (consumed,) = apparent_consumption(item, "GBR")
    assert consumed.value is None
    assert "exceed" in consumed.missing


def test_group_leaves_out_its_inner_trade(tmp_path: Path) -> None:
    """The G7 of the test buys what the Union buys, less what France sends to the USA."""
    item = _year(tmp_path, _made({"CHN": 1000.0, "DEU": 20.0, "WLD": 1020.0}))
    (consumed,) = apparent_consumption(item, "G7")
    assert consumed.value == pytest.approx(20.0 + 100.0)


def test_missing_mineral_year_and_region(tmp_path: Path) -> None:
    item = _year(tmp_path, _made({"CHN": 1000.0, "WLD": 1000.0}))
    other = mineral_year(item.bundle, "unobtainium", 2024)
    assert [figure.value for figure in import_reliance(other, "EU27")] == [None]
    assert "unobtainium" in import_reliance(other, "EU27")[0].missing
    with pytest.raises(InputError, match="unknown region"):
        _ = region_members(item.bundle, "EU28")


def test_no_trade_at_all(tmp_path: Path) -> None:
    item = _year(tmp_path, _made({"DEU": 20.0, "WLD": 20.0}), [])
    for figure in dependence(item, "EU27"):
        assert figure.value is None
        assert figure.missing


def test_later_forms_are_not_set_against_mines(bundle: Bundle) -> None:
    """Tantalum is traded as metal and scrap: no reliance on ore follows from it."""
    (reliance,) = import_reliance(mineral_year(bundle, "tantalum", 2024), "EU27")
    assert reliance.value is None
    assert "later stages" in reliance.missing


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_units_and_order_do_not_matter(tmp_path: Path, scale: float) -> None:
    made = {"CHN": 1000.0, "DEU": 20.0, "WLD": 1020.0}
    item = _year(tmp_path / "a", _made(made))
    flows = [{**row, "tonnes": float(str(row["tonnes"])) * scale} for row in reversed(FLOWS)]
    other = _year(tmp_path / "b", _made({key: each * scale for key, each in made.items()}), flows)
    (one,), (two,) = import_reliance(item, "EU27"), import_reliance(other, "EU27")
    assert one.value == pytest.approx(two.value)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """Return the bundled dataset."""
    return read_bundle()


def test_shares_of_imports_sum_to_one(bundle: Bundle) -> None:
    tables = tables_of_year(bundle, 2024)
    for mineral in ("antimony", "cobalt", "lithium", "tungsten", "copper"):
        item = mineral_year(bundle, mineral, 2024, tables=tables)
        for stage in item.stages:
            shares = origins_of_imports(item, "EU27", stage=stage.stage)
            assert sum(figure.value or 0.0 for figure in shares) == pytest.approx(1.0)


def test_magnesium_of_the_union_comes_from_china(bundle: Bundle) -> None:
    """Published: 97 % of supply (Court of Auditors), 92 % of value 2024 (Comext)."""
    item = mineral_year(bundle, "magnesium", 2024)
    (reliance,) = import_reliance(item, "EU27")
    first = origins_of_imports(item, "EU27")[0]
    assert reliance.value == pytest.approx(1.0, abs=0.01)
    assert first.partner == "CHN"
    assert first.value is not None
    assert first.value > 0.85
    printed = published_shares(bundle, "EU27", "magnesium", stage="processing")
    assert any(figure.partner == "CHN" and figure.value == 0.97 for figure in printed)


def test_every_code_has_its_own_origins(bundle: Bundle) -> None:
    figures = code_shares(imports_of(bundle, "EU27"), "antimony", 2024)
    sums: dict[str, float] = {}
    for figure in figures:
        sums[figure.form] = sums.get(figure.form, 0.0) + (figure.value or 0.0)
    assert sums["811010"] == pytest.approx(1.0)
    assert sums["282580"] == 0.0
    assert any(figure.form == "282580" and figure.missing for figure in figures)


def test_one_mineral_is_fast(bundle: Bundle) -> None:
    """A mineral in one region takes at most 50 ms once the tables are read; the best of five."""
    tables = tables_of_year(bundle, 2024)
    taken: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        _ = dependence(mineral_year(bundle, "antimony", 2024, tables=tables), "EU27")
        taken.append(time.perf_counter() - start)
    assert min(taken) <= 0.05


def test_account_gives_reliance_with_its_grade() -> None:
    world = read_world()
    figures = account_dependence(world, "magnesium", "EU27", material="magnesium-metal")
    (reliance,) = [figure for figure in figures if figure.indicator == "import reliance"]
    assert reliance.value == pytest.approx(1.0)
    assert reliance.coverage["grade"] == "C"
    shares = [figure.value for figure in figures if figure.indicator == "sourcing share"]
    assert sum(share or 0.0 for share in shares) == pytest.approx(1.0)
    (nothing,) = account_dependence(world, "magnesium", "NZL", material="magnesium-metal")
    assert nothing.value is None


def test_origins_of_later_forms_are_not_those_of_the_mine(bundle: Bundle) -> None:
    """No bilateral table has cobalt ore: matte, metal and oxide are imports of no stage."""
    figures = dependence(mineral_year(bundle, "cobalt", 2024), "EU27")
    shares = [each for each in figures if each.indicator == "sourcing share"]
    assert shares
    assert {each.stage for each in shares} == {IMPORTS}
    assert all("oxide+hydroxide" in each.note for each in shares)
    copper = origins_of_imports(mineral_year(bundle, "copper", 2024), "EU27", stage="mine")
    assert {each.stage for each in copper} == {"mine"}
