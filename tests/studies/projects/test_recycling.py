"""Scrap from products in use: the study against its accounts, published rates, and laws."""

from __future__ import annotations

import dataclasses

import pytest

from orepact.errors import InputError
from orepact.indicators.recycling.circuits import read_recycling
from orepact.network.world import World
from orepact.studies.projects.recycling import RecyclingDesign, Scrap, recycling
from orepact.views.projects_recycling import circuit_rows, scrap_notes
from orepact.views.projects_words import ranged


@pytest.fixture(scope="module")
def magnets(bundled: World) -> Scrap:
    return recycling(RecyclingDesign(circuits=("magnets",), draws=30), bundled)


def test_what_enters_use_is_what_the_account_says(magnets: Scrap, bundled: World) -> None:
    entries = bundled.accounts["rare-earth-magnets"].entries
    used = entries.filter(kind="use", region="EU27", use="defence-magnets")["balanced"].sum() * 12
    row = magnets.rows.filter(product="defence", figure="placed", year=2024).row(0, named=True)
    assert row["value"] == pytest.approx(used)


def test_bands_hold_their_middle_and_products_add_up(magnets: Scrap) -> None:
    rows = magnets.rows
    assert (rows["low"] <= rows["value"]).all()
    assert (rows["value"] <= rows["high"]).all()
    parts = rows.filter(rows["product"] != "all", figure="recovered", year=2030)["value"].sum()
    whole = rows.filter(product="all", figure="recovered", year=2030)["value"].item()
    assert parts == pytest.approx(whole)


@pytest.mark.parametrize(("circuit", "room"), [("cobalt", 2.0), ("tungsten", 2.0)])
def test_recovered_share_is_near_the_published_rate(
    bundled: World, circuit: str, room: float
) -> None:
    found = recycling(RecyclingDesign(circuits=(circuit,), draws=10, year=2025), bundled)
    entry = found.content["circuits"][0]
    share, published = entry["need"]["share"]["value"], entry["published"]["share"]
    assert published / room < share < published * room


def test_pooled_zones_are_the_sum(bundled: World) -> None:
    def leaving(*regions: str) -> float:
        found = recycling(RecyclingDesign(circuits=("magnets",), draws=1, regions=regions), bundled)
        year = next(one for one in found.content["circuits"][0]["by_year"] if one["year"] == 2030)
        return year["leaving"]["value"]

    assert leaving("EU27", "USA") == pytest.approx(leaving("EU27") + leaving("USA"))


def test_same_seed_same_figures(bundled: World, magnets: Scrap) -> None:
    again = recycling(RecyclingDesign(circuits=("magnets",), draws=30), bundled)
    assert again.rows.equals(magnets.rows)


def test_projects_without_tonnes_are_named(magnets: Scrap) -> None:
    projects = magnets.content["circuits"][0]["projects"]
    assert [one["project"] for one in projects["planned"]] == ["PJ-010"]
    assert {one["project"] for one in projects["without_tonnes"]} == {"PJ-016", "PJ-017"}


def test_every_bad_word_of_a_design_is_named(bundled: World) -> None:
    design = RecyclingDesign(circuits=("magnet",), regions=("EU27", "EU27", "XX"), draws=0, seed=-1,
                             until=2020)
    with pytest.raises(InputError) as error:
        _ = recycling(design, bundled)
    assert {problem.field for problem in error.value.problems} == {
        "circuit", "--region", "--draws", "--seed", "--until"}


def test_cards_hold_their_reasons(bundled: World) -> None:
    known = read_recycling(bundled)
    named = {name for circuit in known.circuits for product in circuit.products
             for name in product.cards}
    assert all(known.cards[name].reason and known.cards[name].unit for name in named)
    assert {"in-use-spread", "in-use-growth-after"} <= set(known.cards)


def test_more_is_recovered_when_more_is_taken_out(bundled: World) -> None:
    drivers = recycling(RecyclingDesign(circuits=("magnets",), draws=1), bundled).content[
        "circuits"][0]["drivers"]
    by = {one["card"]: one for one in drivers}
    assert by["in-use-separation-magnets"]["high"] > by["in-use-separation-magnets"]["low"]
    assert dataclasses.asdict(RecyclingDesign())["draws"] == 200


def test_a_product_without_a_card_is_no_fact_of_its_zone(bundled: World) -> None:
    """Japan has no card of its batteries: left out by name, no share and no verdict."""
    content = recycling(RecyclingDesign(circuits=("cobalt",), regions=("JPN",), draws=3),
                        bundled).content
    entry = content["circuits"][0]
    assert "Portable batteries: no card for JPN, left out" in entry["left_out"]
    assert not any("nothing used" in reason for reason in entry["left_out"])
    assert entry["need"]["share"] is None
    assert any("no share and no verdict" in line for line in scrap_notes(content))
    assert circuit_rows(content)[0]["share of new products"] == "not told"


def test_intake_is_compared_with_what_is_taken_out(bundled: World) -> None:
    content = recycling(RecyclingDesign(circuits=("lithium",), draws=30), bundled).content
    entry = content["circuits"][0]
    year = next(one for one in entry["by_year"] if one["year"] == 2030)
    card = next(one for one in content["cards"] if one["card"] == "in-use-recovery-lithium")
    assert year["recovered"]["value"] == pytest.approx(year["taken_out"]["value"] * card["value"])
    line = next(one for one in scrap_notes(content) if "against an intake" in one)
    assert ranged(year["taken_out"], 2) in line
    assert "not told apart" in line


def test_new_scrap_counts_against_the_same_intake(magnets: Scrap) -> None:
    line = next(one for one in scrap_notes(magnets.content) if "intake of" in one)
    assert ranged(magnets.content["circuits"][0]["new_scrap"], 2) in line


@pytest.mark.parametrize("year", [1980, 2020, 2061])
def test_a_year_without_figures_is_refused(bundled: World, year: int) -> None:
    with pytest.raises(InputError) as error:
        _ = recycling(RecyclingDesign(circuits=("magnets",), year=year, until=max(year, 2035)),
                      bundled)
    assert "--year" in {problem.field for problem in error.value.problems}


def test_a_member_state_has_no_account(bundled: World) -> None:
    with pytest.raises(InputError) as error:
        _ = recycling(RecyclingDesign(regions=("FRA",)), bundled)
    assert "EU27, which holds it" in str(error.value)
    found = recycling(RecyclingDesign(circuits=("gallium", "lithium"), regions=("AUS",), draws=2),
                      bundled).content
    assert any("no verdict" in line for line in scrap_notes(found))
    assert "AUS: the account of this chain does not tell it apart" in (
        found["circuits"][1]["left_out"])
