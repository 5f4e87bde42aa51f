"""A stress test says what is known, runs what can be run, and names what cannot be told."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from orepact.data.text import Document
from orepact.errors import InputError
from orepact.indicators.union.strategic import read_strategic
from orepact.network import World
from orepact.policy import load_register
from orepact.policy.scenario.examine import check_scenario
from orepact.policy.scenario.reading import write_scenario
from orepact.policy.scenario.view import world_view
from orepact.studies.stress.design import Design
from orepact.studies.stress_test.generated import generated, largest_supplier
from orepact.studies.stress_test.stress_test import StressTest, stress_test
from orepact.studies.stress_test.subject import place_in, subject_of
from orepact.studies.stress_test.vulnerability import SECTIONS
from orepact.views.stress_test import answers, stress_test_html
from tests.studies.shapes import plain, require_shape, validator

DAY = datetime.date(2026, 11, 22)
QUICK = Design(sets=1, draws=0, windows=False)
MATERIALS = tuple(entry.material for entry in read_strategic().materials)


def made(world: World, name: str, region: str = "EU27", **more: Any) -> StressTest:
    return stress_test(name, world=world, register=load_register(), on=DAY, region=region,
                       design=QUICK, library=False, **more)


@pytest.fixture(scope="module")
def gallium(bundled: World) -> StressTest:
    return made(bundled, "gallium")


def require_whole(found: StressTest) -> None:
    """Assert what holds for every stress test."""
    content = found.content
    assert validator("stress-test").is_valid(plain(content))
    assert content["format"] == "orepact/stress-test/1"
    assert [one["key"] for one in content["vulnerability"]] == list(SECTIONS)
    for section in content["vulnerability"]:
        assert section["figures"] or section["missing"]
        assert all(one["value"] is not None for one in section["figures"])
        assert all(one["unit"] for one in section["figures"])
    assert {one["key"] for one in content["mitigation"]} == {
        "stocks", "restraint", "spare", "projects", "recycling", "substitutes"}
    for one in content["mitigation"]:
        assert one["by"] in {"simulated", "arithmetic", "nothing"}
        assert one["changes"].startswith("cannot tell yet") == (one["by"] == "nothing")
    for one in content["scenarios"]:
        assert bool(one["missing"]) != bool(one["results"])
    topics = " ".join(content["gaps"])
    assert all(word in topics for word in ("logistics", "energy", "labour", "disasters"))
    page = stress_test_html(content)
    assert "Art. 20(3)" in page
    assert "month of peak" not in page
    assert "nan" not in page.replace("finance", "").split()


def test_gallium_has_all_parts_and_the_shape_of_the_schema(gallium: StressTest) -> None:
    require_whole(gallium)
    require_shape("stress-test", gallium.content)
    content = gallium.content
    assert [one["kind"] for one in content["scenarios"]] == [
        "supplier-stop", "supplier-licence", "outage", "demand-surge"]
    stop = content["scenarios"][0]
    assert stop["facts"]["supplier"] == "CHN"
    assert stop["worst"]["unmet_share_change"]["verdict"] == "resolved"
    assert stop["worst"]["unmet_share_change"]["middle"] > 0.02
    assert {row["licence"] for row in stop["results"]} == {"all", "approve", "refuse"}
    assert content["strategic"]["letter"] == "f"
    assert {row["act"] for row in content["acts"]["rows"]} >= {"CN-2023-23"}
    assert content["sources"]
    assert content["cards"]


def test_restraint_is_measured_on_the_same_members(gallium: StressTest) -> None:
    restraint = next(one for one in gallium.content["mitigation"] if one["key"] == "restraint")
    assert restraint["by"] == "simulated"
    assert all(one["middle"] <= 1e-9 for one in restraint["figures"])
    assert any(one["middle"] < -0.005 for one in restraint["figures"])
    stocks = next(one for one in gallium.content["mitigation"] if one["key"] == "stocks")
    for one in stocks["figures"]:
        assert 0.0 <= one["low"] <= one["middle"] <= one["high"] <= one["of"]


def test_where_trade_by_partner_is_assumed_the_price_is_that_of_all_outside(
    gallium: StressTest,
) -> None:
    rows = gallium.content["scenarios"][0]["results"]
    of = {row["material"]: (row["grade"], row["price_of"]) for row in rows}
    assert of == {"gallium-primary": ("B", "EU27"), "gallium-refined": ("D", "outside")}


def test_the_answer_names_the_supplier_and_the_grade(gallium: StressTest) -> None:
    lines = answers(gallium.content)
    assert lines[0].startswith("The largest third-country supplier by value is China")
    assert "China stops exports to EU-27" in lines[1]
    assert "grade D" in lines[1]


def test_an_answer_says_whose_price_it_tells(gallium: StressTest) -> None:
    """Refined gallium has one price for all outside China; primary gallium has the region's own."""
    (line,) = [one for one in answers(gallium.content) if "China stops exports to EU-27" in one]
    assert "one price for all outside China" in line
    assert "Of the materials with a price of their own in EU-27 it raises primary gallium" in line
    stop = gallium.content["scenarios"][0]
    row = next(one for one in stop["results"]
               if one["material"] == "gallium-primary" and one["licence"] == "all")
    here = {**stop, "worst": row, "exporters": ["CHN"]}
    (line,) = [one for one in answers({**gallium.content, "scenarios": [here]})
               if "unmet" in one]
    assert "outside China" not in line


def test_a_material_without_a_chain_says_so(bundled: World) -> None:
    found = made(bundled, "aluminium")
    require_whole(found)
    assert found.content["scenarios"] == []
    assert any("no scenario-level chain" in one for one in found.content["gaps"])
    assert any("No scenario could be run" in one for one in answers(found.content))
    assert any(one["figures"] for one in found.content["vulnerability"])


@pytest.mark.parametrize("name", [pytest.param(each, marks=pytest.mark.slow) for each in MATERIALS])
def test_every_strategic_material_has_its_file(bundled: World, name: str) -> None:
    require_whole(made(bundled, name))


def test_a_material_off_the_list_and_another_region(bundled: World) -> None:
    found = made(bundled, "yttrium", "JPN")
    require_whole(found)
    assert found.content["strategic"] is None
    assert any("not on the list" in one for one in found.content["gaps"])


def test_goods_that_are_licensed_already_get_no_further_licence(gallium: StressTest) -> None:
    licence = gallium.content["scenarios"][1]
    assert "licensed already (CN-2023-23)" in licence["missing"]
    assert licence["worst"] is None
    assert any("licensed already" in one for one in gallium.content["gaps"])


def test_only_goods_without_a_licence_get_one(bundled: World) -> None:
    name, register = "rare-earth-magnets", load_register()
    cases = generated(bundled, bundled.network(name), name, "EU27", "2026-12", register)
    scenario = next(one for one in cases if one.kind == "supplier-licence").scenario
    assert scenario is not None
    (item,) = scenario.controls[0].clauses[0].items
    assert "magnet-plain" in item.materials
    assert "magnet-heavy" not in item.materials


def test_the_largest_plants_are_those_of_most_value(bundled: World) -> None:
    for chain, where in (("platinum-group", "ZAF"), ("graphite", "CHN"), ("copper", "CHN")):
        cases = generated(bundled, bundled.network(chain), chain, "EU27", "2026-12")
        assert next(one for one in cases if one.kind == "outage").facts["region"] == where


@pytest.mark.parametrize("chain", ["gallium", "cobalt", "tungsten", "platinum-group"])
def test_generated_scenarios_pass_the_checks_of_a_file(
    bundled: World, chain: str, tmp_path: Any
) -> None:
    view = world_view(bundled)
    network = bundled.network(chain)
    ran = [one.scenario for one in generated(bundled, network, chain, "EU27", "2026-12")]
    assert all(ran)
    for scenario in ran:
        assert scenario is not None
        path = tmp_path / f"{scenario.scenario}.yaml"
        _ = path.write_text(write_scenario(scenario), encoding="utf-8")
        assert check_scenario(Document(path, {}, {}), scenario, view) == []


def test_the_largest_supplier_by_hand(bundled: World) -> None:
    network = bundled.network("gallium")
    name, facts = largest_supplier(bundled, network, "EU27")
    price = {one.name: one.price for one in network.materials}
    worth: dict[str, float] = {}
    for route in network.routes:
        if route.importer == "EU27" and route.kind in {"declared", "controlled"}:
            worth[route.exporter] = worth.get(route.exporter, 0.0) + (
                route.base * price[route.material])
    _ = worth.pop("EU27", None)
    assert name == max(worth, key=lambda each: worth[each])
    assert facts["share_of_imports"] == pytest.approx(worth[name] / sum(worth.values()))


def test_places_and_names(bundled: World) -> None:
    register = load_register()
    assert subject_of(bundled, register, "Ga").name == "gallium"
    assert subject_of(bundled, register, "neodymium").name == "rare-earths"
    assert subject_of(bundled, register, "antimony").entry is None
    with pytest.raises(InputError, match="gallium"):
        _ = subject_of(bundled, register, "galium")
    assert place_in(bundled, "gallium", "EU27").nodes == ("EU27",)
    assert place_in(bundled, "gallium", "DEU").member_states
    assert "has no place" in place_in(bundled, "gallium", "NOR").missing
    groups = [one for one in bundled.network("cobalt").regions if one.name == "AFR"]
    assert "AFR stands for" in place_in(bundled, "cobalt", groups[0].members[0]).missing
