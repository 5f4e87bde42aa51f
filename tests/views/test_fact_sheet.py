"""The fact sheet is one self-contained page that says what it shows and what it does not know."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import altair as alt
import polars as pl
import pytest

from orepact.data.bundle import read_bundle
from orepact.policy import load_register
from orepact.studies.assessment.fact_sheet import Sheet, fact_sheet
from orepact.studies.assessment.overview import warnings_on
from orepact.views.assess_charts import KINDS, price_line, share_bars
from orepact.views.fact_sheet import charts_of, sheet_html, write_sheet
from orepact.views.texts import say

DAY = datetime.date(2026, 11, 22)


def made(mineral: str) -> Sheet:
    bundle = read_bundle()
    register = load_register()
    return fact_sheet(bundle, register, mineral, "EU27", warnings_on(bundle, register, DAY))


@pytest.fixture(scope="module")
def gallium() -> Sheet:
    return made("gallium")


@pytest.fixture(scope="module")
def page(gallium: Sheet) -> str:
    return sheet_html(gallium, charts_of(gallium))


def test_the_page_loads_nothing(page: str) -> None:
    assert "<script" not in page
    assert not re.findall(r'\b(?:src|srcset)="', page)
    assert not re.findall(r"@import|url\(\s*['\"]?https?:", page)
    assert not re.findall(r"<link\b", page)


def test_the_page_says_what_it_rests_on(page: str, gallium: Sheet) -> None:
    assert gallium.dataset["hash"][:12] in page
    assert gallium.code in page
    assert gallium.dataset["vintage"] in page
    assert say("sheet_disclaimer")[:40] in page
    for source in gallium.sources:
        assert source["title"].split("&")[0] in page or not source["publisher"]


def test_every_figure_of_the_page_is_the_figure_of_the_overview(page: str, gallium: Sheet) -> None:
    line = gallium.lines[0]
    risk = line.figures["supply_risk"].value
    assert risk is not None
    assert f"{risk:.2f}" in page
    assert "China 69 %" in page


def test_every_drawing_has_a_title_and_a_description(gallium: Sheet) -> None:
    for name, title, table, drawing in charts_of(gallium):
        assert table.height, name
        assert "<title id" in drawing
        assert title.split("&")[0][:20] in drawing
        assert "<desc id" in drawing


@pytest.mark.parametrize("mineral", ["rare_earths", "cesium"])
def test_what_is_not_published_is_said(mineral: str) -> None:
    sheet = made(mineral)
    page = sheet_html(sheet, charts_of(sheet))
    assert say("sheet_none") in page
    assert "nan" not in re.findall(r"\bnan\b|\bNone\b", page)


def test_the_files_are_those_of_the_charts(gallium: Sheet, tmp_path: Path) -> None:
    paths = write_sheet(gallium, tmp_path)
    assert paths[0].suffix == ".html"
    for path in paths:
        assert path.is_file()
    shares = pl.read_csv(tmp_path / "gallium-producers.csv")
    assert shares.columns[:4] == ["group", "name", "kind", "value"]
    assert shares["value"].sum() == pytest.approx(1.0, abs=0.01)


SHARES = pl.DataFrame(
    {
        "group": ["mine 2025", "mine 2025", "mine 2025"],
        "name": ["Chile", "withheld: USA", "country not named"],
        "kind": ["outside", "not named", "not named"],
        "value": [0.5, None, 0.2],
        "low": [0.49, 0.0, None],
        "high": [0.51, 0.3, None],
    }
)


def spec_of(spec: dict[str, Any]) -> dict[str, Any]:
    return alt.Chart.from_dict(spec).to_dict()


def test_the_drawings_are_valid_and_a_withheld_share_is_a_range() -> None:
    spec = share_bars(SHARES, "Who", "Bars.")
    assert spec_of(spec)
    rows = {row["name"]: row for row in spec["datasets"]["shares"]}
    assert rows["withheld: USA"]["value"] is None
    assert rows["withheld: USA"]["text"] == say("sheet_up_to", value="30")
    assert rows["Chile"]["text"] == "50"


def test_colours_are_of_a_palette_for_the_colour_blind() -> None:
    assert set(KINDS.values()) <= {"#009E73", "#0072B2", "#8A8A8A"}


def test_prices_begin_at_zero() -> None:
    prices = pl.DataFrame(
        {"date": ["2024-01-01", "2025-01-01"], "price": [5.0, 6.0], "unit": ["USD/t", "USD/t"]}
    )
    spec = price_line(prices, "Price", "Line.")
    assert spec_of(spec)
    assert spec["encoding"]["y"]["scale"]["zero"] is True


def test_a_project_shows_no_capacity_of_another_product(gallium: Sheet) -> None:
    by_product = {row["product"]: row["capacity_t_per_year"] for row in gallium.projects}
    assert by_product["gallium metal (up to)"] == 50.0
    assert all(row["capacity_t_per_year"] in {None, 50.0, 100.0} for row in gallium.projects)
    assert any("kt Zn" in product for product in by_product if product)
    assert not any(row["capacity_t_per_year"] for row in made("dysprosium").projects)


def test_the_price_is_that_of_the_mineral_and_not_of_another_form() -> None:
    prices = made("silicon_metal").prices
    assert set(prices["form"]) == {"average, cents per pound of silicon: Silicon metal"}
    assert prices["date"].max() == "2025-01-01"


def test_acts_that_ended_meet_nothing_and_each_says_what_it_is() -> None:
    sheet = made("cobalt")
    page = sheet_html(sheet, charts_of(sheet))
    assert "CD-2025-QUOTA" in page
    assert "export quota" in page
    assert "CD-2025-BAN" not in page


def test_an_act_is_called_by_its_title_with_its_code_beside(page: str) -> None:
    assert "Announcement 23 of 2023" in page
    assert "CN-2023-23" in page


def test_a_price_that_ended_says_so(gallium: Sheet) -> None:
    ended = gallium.prices.with_columns(pl.lit("2024-01-01").alias("date"))
    titles = [title for _, title, _, _ in charts_of(replace(gallium, prices=ended))]
    assert [title for title in titles if "no later price than 2024" in title]
    fresh = gallium.prices.with_columns(pl.lit("2026-01-01").alias("date"))
    titles = [title for _, title, _, _ in charts_of(replace(gallium, prices=fresh))]
    assert not [title for title in titles if "no later price" in title]


def test_the_early_warning_names_what_drives_it(page: str) -> None:
    assert "driven by disruption" in page


def test_superseded_projects_are_left_out(gallium: Sheet) -> None:
    assert gallium.projects
    assert "superseded" not in {row["status"] for row in gallium.projects}


def test_how_sure_says_what_is_not_known_in_words() -> None:
    sheet = made("silicon_metal")
    page = sheet_html(sheet, charts_of(sheet))
    assert "withheld by United States;" in page
    assert say("sheet_gap_no_total") in page
    bare = made("neodymium")
    assert say("sheet_gap_none") in sheet_html(bare, charts_of(bare))


def test_what_cannot_be_computed_says_what_is_missing() -> None:
    sheet = made("graphite_natural")
    assert "no shares of end uses" in sheet_html(sheet, [])
