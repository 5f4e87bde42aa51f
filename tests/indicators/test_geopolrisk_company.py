"""GeoPolRisk of a company: sheets in CSV and Excel, and what is wrong with them."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.data.sheet_file import read_sheet
from orepact.errors import InputError
from orepact.indicators.criticality.geopolrisk_company import company_geopolrisk
from orepact.indicators.figure import Figure, sources_of

FILE = Path(__file__).resolve().parents[1] / "vectors" / "geopolrisk_usa_2022.json"


@pytest.fixture(scope="module")
def world() -> Bundle:
    return read_bundle()


def sheet(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "purchases.csv"
    path.write_text(text, encoding="utf-8")
    return path


def scored(world: Bundle, path: Path, **given: Any) -> list[Figure]:
    return company_geopolrisk(world, read_sheet(path), **given)


GOOD = "origin,quantity,price\nChina,10,2200\nBR,2,2500\n"


def test_a_sheet_is_worked_out_by_hand(world: Bundle, tmp_path: Path) -> None:
    path = sheet(tmp_path, GOOD)
    score, midpoint, factor = scored(world, path, mineral="graphite_natural", year=2022)
    index = score.inputs[0]
    assert isinstance(index, Figure)
    risk = (10 * 0.58822 + 2 * 0.5663) / 12
    assert score.value == pytest.approx((index.value or 0.0) * risk, rel=1e-6)
    assert midpoint.value == pytest.approx((score.value or 0.0) * 2.25)
    assert factor.value == pytest.approx((midpoint.value or 0.0) / 0.409412948)
    assert str(path) in sources_of(score)
    assert score.region == "company"


def test_the_published_case_as_a_sheet_gives_its_import_risk(world: Bundle, tmp_path: Path) -> None:
    cases = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
    for case in cases:
        if case["inputs"]["domestic_production_t"]:
            continue
        trade = [row for row in case["trade"] if row["governance"]]  # Taiwan has none there
        rows = "".join(f"{row['exporter']},{row['tonnes']},\n" for row in trade)
        path = sheet(tmp_path, "origin,quantity,price\n" + rows)
        score = scored(world, path, mineral=case["mineral"], year=2022)[0]
        index = score.inputs[0]
        expected = sum(r["governance"] * r["tonnes"] for r in trade) / sum(
            r["tonnes"] for r in trade
        )
        assert (score.value or 0.0) / (index.value or 1.0) == pytest.approx(expected, rel=1e-4)


def test_a_workbook_gives_what_the_text_gives(world: Bundle, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["origin", "quantity", "price"], ["China", 10, 2200], ["BR", 2, 2500]):
        page.append(row)
    path = tmp_path / "purchases.xlsx"
    book.save(path)
    given = {"mineral": "graphite_natural", "year": 2022}
    from_text = scored(world, sheet(tmp_path, GOOD), **given)
    from_book = scored(world, path, **given)
    assert [f.value for f in from_book] == [f.value for f in from_text]


def test_without_the_extra_the_error_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name="fastexcel")

    path = tmp_path / "purchases.xlsx"
    path.touch()
    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(InputError, match=r"orepact\[sources\]"):
        read_sheet(path)


def test_several_minerals_and_years_keep_their_order(world: Bundle, tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        "mineral,year,origin,quantity,unit,price,price_unit\n"
        "tungsten,2024,CHN,1000,kg,40,USD/kg\n"
        "Cobalt,2024,COD,500,kg,25,USD/kg\n"
        "tungsten,2024,PRT,1000,kg,,USD/kg\n",
    )
    figures = scored(world, path)
    assert [figure.mineral for figure in figures[::3]] == ["tungsten", "cobalt"]
    tungsten = figures[1]
    assert tungsten.coverage["without_price"] == pytest.approx(0.5)
    assert tungsten.value == pytest.approx((figures[0].value or 0.0) * 40.0)


def test_no_price_leaves_the_score(world: Bundle, tmp_path: Path) -> None:
    path = sheet(tmp_path, "origin,quantity\nChina,10\n")
    score, midpoint, _ = scored(world, path, mineral="gallium", year=2024)
    assert score.value is not None
    assert (midpoint.value, midpoint.missing) == (None, "no price")


def test_a_year_without_output_is_missing(world: Bundle, tmp_path: Path) -> None:
    score = scored(world, sheet(tmp_path, GOOD), mineral="antimony", year=2010)[0]
    assert score.value is None
    assert "no output by country in 2010" in score.missing
    assert "the last year with output and stability is 2024" in score.missing
    later = scored(world, sheet(tmp_path, GOOD), mineral="graphite_natural", year=2025)[0]
    assert later.value is None
    assert "no political stability by country in 2025" in later.missing


def test_an_origin_without_governance_is_flagged(world: Bundle, tmp_path: Path) -> None:
    known = world.table("governance").filter(indicator="PV", year=2022)["country"].to_list()
    countries = world.table("countries").filter(status="iso")["iso3"].to_list()
    other = next(place for place in countries if place not in known)
    path = sheet(tmp_path, f"origin,quantity\nChina,3\n{other},1\n")
    score = scored(world, path, mineral="gallium", year=2022)[0]
    assert score.coverage["governance_defaulted"] == pytest.approx(0.25)
    flagged = [item for item in score.inputs if getattr(item, "flag", "") == "default"]
    assert [item.value for item in flagged] == [0.5]


BAD = {
    "origin,quantity,price\n": "empty below its header",
    "": "empty",
    "origin,quantity\nChina,0\n": "add up to zero",
    "origin,amount\nChina,1\n": "column is missing",
    "origin,quantity,colour\nChina,1,red\n": "unknown column",
    "origin,quantity\nNowhereland,1\n": "unknown country",
    "origin,quantity\n,1\n": "value is missing",
    "origin,quantity\nChina,\n": "value is missing",
    "origin,quantity\nChina,-1\n": "negative",
    "origin,quantity\nChina,ten\n": "not a number",
    "mineral,origin,quantity\nunobtainium,China,1\n": "unknown mineral",
    "origin,quantity,unit\nChina,1,t\nChina,1,kg\n": "two units in one column",
    "origin,quantity,unit\nChina,1,lb\n": "unknown unit",
    "origin,quantity,price,price_unit\nChina,1,2,EUR/t\n": "unknown unit",
    "origin,quantity,year\nChina,1,soon\n": "no year",
}


@pytest.mark.parametrize(("text", "words"), list(BAD.items()))
def test_what_is_wrong_with_a_sheet_is_said(
    world: Bundle, tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        scored(world, sheet(tmp_path, text), mineral="gallium", year=2024)


def test_all_problems_come_at_once_with_their_rows(world: Bundle, tmp_path: Path) -> None:
    path = sheet(tmp_path, "mineral,origin,quantity\ngalium,Chinaa,x\ntin,BRA,1\n")
    with pytest.raises(InputError) as raised:
        scored(world, path, year=2024)
    told = [(problem.line, problem.field, problem.nearest) for problem in raised.value.problems]
    assert told == [
        (2, "mineral", "gallium"),
        (2, "quantity", ""),
        (2, "origin", "China"),
    ]
