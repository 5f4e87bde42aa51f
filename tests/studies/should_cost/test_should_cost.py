"""Should-cost prices: the algebra by hand, laws, what is refused, what the dataset's files say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.network.world import World, read_world
from orepact.studies.should_cost.build_up import build_up, recovery_factor
from orepact.studies.should_cost.draws import middle_of
from orepact.studies.should_cost.should_cost import should_cost, should_cost_list
from orepact.studies.should_cost.text import CostFile, Input, files_of, read_should_cost
from orepact.views.should_cost import lines, part_rows, price, tornado_rows


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


ROLES = {"feed": 2.0, "price": 1.5, "energy": 1000.0, "energy_price": 0.1, "cost": 50.0,
         "labour": 30.0, "capital": 1000.0, "maintenance": 0.04, "cost_of_capital": 0.1,
         "life": 10.0, "construction": 2.0, "utilisation": 0.8, "credit": 0.5}


def _file(**changed: float) -> CostFile:
    values = {**ROLES, **changed}
    material = {"feed": "ore", "price": "ore", "credit": "slag"}
    return CostFile(
        material="metal", chain="c", title="t", process="p", boundary="b", regions=("EU27",),
        inputs=tuple(Input(input=role.replace("_", "-"), title=role, role=role,  # type: ignore[arg-type]
                           unit="", material=material.get(role, ""), value=value, reason="r")
                     for role, value in values.items()))


def _price(text: CostFile) -> float:
    values = middle_of(text, "EU27")
    prices = {"ore": 100.0 * values["price"], "slag": np.array([20.0])}
    return float(build_up(text, values, prices).price[0])


def test_a_price_by_hand() -> None:
    """2 t of ore at 150 + 1,000 kWh at 0.1 + 50 + 30 - 0.5 t of slag at 20 = 470 USD/t.

    The capital recovery factor at 10 % over 10 years is 0.1·1.1^10/(1.1^10 − 1) = 0.162745, half of
    two years of construction at 10 % cost a factor of 1.1: 1,000/0.8 · (0.1790199 + 0.04).
    """
    by_hand = 470.0 + 1250.0 * (0.162745394882512 * 1.1 + 0.04)
    assert _price(_file()) == pytest.approx(by_hand, rel=1e-12)


def test_learning_lowers_all_but_feeds_and_energy_by_hand() -> None:
    """Two doublings at 10 % leave 0.81 of 80 and of the capital; 300 + 100 - 10 stay."""
    text = _file(learning=0.1)
    values = middle_of(text, "EU27")
    prices = {"ore": 100.0 * values["price"], "slag": np.array([20.0])}
    learned = build_up(text, values, prices, doublings=2.0).price[0]
    whole = build_up(text, values, prices).price[0]
    assert whole == pytest.approx(_price(_file()))
    assert learned == pytest.approx(390.0 + 0.81 * (whole - 390.0))


def test_the_recovery_factor_pays_its_capital_back() -> None:
    """Payments of the factor, discounted, are worth one; without interest it is one over years."""
    rates, years = np.array([0.0, 0.03, 0.12]), np.array([15.0, 15.0, 20.0])
    factors = recovery_factor(rates, years)
    assert factors[0] == pytest.approx(1.0 / 15.0)
    for rate, life, factor in zip(rates[1:], years[1:], factors[1:], strict=True):
        assert sum(factor / (1 + rate) ** n for n in range(1, int(life) + 1)) == pytest.approx(1.0)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(ROLES)), st.floats(1.01, 1.5))
def test_dearer_inputs_never_make_it_cheaper(role: str, factor: float) -> None:
    moved = _price(_file(**{role: min(1.0, ROLES[role] * factor) if role == "utilisation"
                            else ROLES[role] * factor}))
    falls = role in {"utilisation", "life", "credit"}
    assert (moved <= _price(_file())) if falls else (moved >= _price(_file()))


def test_the_dataset_prices_what_it_can_and_refuses_the_rest(world: World) -> None:
    found = {one["material"]: one for one in should_cost_list(world)}
    priced = {name for name, one in found.items() if one["priced"]}
    assert priced == {"ndpr-oxide", "magnet-plain", "magnet-heavy", "magnesium-metal"}
    for name in set(found) - priced:
        with pytest.raises(InputError) as caught:
            _ = should_cost(name, world=world)
        assert "input is missing" in str(caught.value)
        assert any("apital" in problem.found for problem in caught.value.problems)


def test_a_material_without_a_file_says_what_is_missing(world: World) -> None:
    with pytest.raises(InputError) as caught:
        _ = should_cost("lithium-hydroxide", world=world)
    text = str(caught.value)
    for word in ("PJ-040", "energy_price (USD/kWh)", "base price 68,900 USD/t", "lithium-ore"):
        assert word in text, word


@pytest.fixture(scope="module")
def oxide(world: World) -> dict[str, Any]:
    return should_cost("ndpr-oxide", world=world).content


def test_a_band_and_its_parts_add_up(oxide: dict[str, Any]) -> None:
    for one in oxide["regions"]:
        band = one["price"]
        assert band["low"] < band["median"] < band["high"]
        assert sum(part["usd_per_t"] for part in one["parts"]) == pytest.approx(band["middle"])
        named = [each["usd_per_t"] for each in one["inputs"] if each["usd_per_t"] is not None]
        assert sum(named) == pytest.approx(band["middle"])
        assert sum(one["basis"].values()) == pytest.approx(1.0)
        swings = [each["swing"] for each in one["tornado"]]
        assert swings == sorted(swings, reverse=True)


def test_the_band_meets_what_analysts_said_is_needed(oxide: dict[str, Any]) -> None:
    """75 to 105 USD/kg was said to be needed by some; the band must not exclude it unseen."""
    usa = next(one for one in oxide["regions"] if one["region"] == "USA")
    claim = next(one for one in oxide["claims"]
                 if one["claim"] == "ndpr-needed-some-project-blue")
    assert usa["price"]["low"] < claim["high_usd_per_t"]
    assert usa["price"]["high"] > claim["low_usd_per_t"]
    assert any(one["support"] == "mp-110" and one["level"] == pytest.approx(110_000.0)
               for one in oxide["levels"])


def test_prices_beside_it_are_in_dollars(world: World) -> None:
    found = should_cost("magnesium-metal", world=world, draws=0).content
    assert all(one["price"] < 20_000.0 for one in found["market"]), "yuan taken for dollars"


def test_feeds_at_cost_carry_what_is_missing_upstream(world: World) -> None:
    """Metal has no price of its own: 1.2 t of oxide at cost instead of 55,000 USD/t go through."""
    market = should_cost("magnet-plain", world=world, draws=0, regions=("USA",)).content
    cost = should_cost("magnet-plain", world=world, draws=0, regions=("USA",), feeds="cost").content
    oxide = should_cost("ndpr-oxide", world=world, draws=0, regions=("USA",)).content
    dearer = 0.387 * 1.2 * (oxide["regions"][0]["price"]["middle"] - 55_000.0)
    paid = market["regions"][0]["price"]["middle"]
    assert cost["regions"][0]["price"]["middle"] == pytest.approx(paid + dearer)
    assert cost["regions"][0]["feeds_at_cost"] == ["ndpr-metal"]


def test_the_seed_decides(world: World) -> None:
    one, two, other = (should_cost("magnesium-metal", world=world, draws=50, seed=seed)
                       .members["USA"] for seed in (1, 1, 2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_everything_wrong_with_a_file_at_once(world: World, tmp_path: Path) -> None:
    text = files_of(world)["magnet-plain"].read_text(encoding="utf-8")
    text = text.replace("regions: [EU27, USA]", "regions: [EU27, UAS]")
    text = text.replace("unit: kWh/t", "unit: MWh/t").replace("PJ-012", "PJ-912")
    text = text.replace("value: 0.387", "value: 0.9")
    text = text.replace("material: magnet-scrap", "material: rare-earth-ore", 1)
    path = tmp_path / "mine.yaml"
    _ = path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = should_cost(path, world=world, draws=-3)
    found = str(caught.value)
    for word in ("unknown region", "unit does not fit the role", "unknown project", "--draws",
                 "value outside its range", "no such credit in the recipe", "mine.yaml:"):
        assert word in found, word


def test_a_feed_of_the_recipe_must_be_priced(world: World, tmp_path: Path) -> None:
    file = read_should_cost(files_of(world)["magnet-heavy"], world)
    assert {each.material for each in file.of("feed")} == {
        "ndpr-metal", "dysprosium-oxide", "terbium-oxide"}
    lines = files_of(world)["magnet-heavy"].read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    _ = path.write_text(lines.replace("    role: feed\n    unit: t/t\n    material: terbium-oxide",
                                      "    role: feed\n    unit: t/t\n    material: ndpr-metal"),
                        encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_should_cost(path, world)
    assert "a feed of the recipe is not priced" in str(caught.value)


def test_gaps_name_the_role_and_its_unit() -> None:
    text = _file()
    less = replace(text, inputs=tuple(each for each in text.inputs if each.role != "capital"))
    assert less.gaps() == ("no input of the role capital (USD per t/year)",)


def test_published_is_said_only_of_middle_and_both_ends(world: World) -> None:
    """Read one by one against what the dataset's projects and facts state."""
    said = {(name, each.input): each.basis for name, path in files_of(world).items()
            for each in read_should_cost(path, world).inputs
            if each.basis in {"published", "partly"}}
    assert {key for key, basis in said.items() if basis == "published"} == {
        ("graphite-anode", "operation")}
    assert said["ndpr-oxide", "plant"] == said["magnet-heavy", "plant"] == "partly"
    rows = tornado_rows(should_cost("ndpr-oxide", world=world, draws=0).content["regions"][0])
    assert next(row for row in rows if row["input"] == "Capital of the plant")["basis"] == (
        "supposed, in part published")


def test_one_central_figure_and_its_name(world: World) -> None:
    """The middle in text, gap and table; the median beside it under its own name."""
    run = should_cost("magnet-heavy", world=world, draws=200, regions=("USA",),
                      feeds="cost").content
    one = run["regions"][0]
    said, rows = " ".join(lines(run)), part_rows(run)
    assert f"needs {price(one['price']['middle'])} USD" in said
    assert rows[-2]["US"].startswith(price(one["price"]["middle"]) + " (")
    assert f"half below {price(one['price']['median'])}." in said
    assert "200 draws from the ranges (no probabilities)" in said
    base = one["against"][0]
    assert base["gap_middle"] == pytest.approx(one["price"]["middle"] - base["price"])
    assert f"gap {price(base['gap_middle'])} USD" in said
    assert "members" not in said


def test_a_feed_at_cost_rests_on_suppositions(world: World) -> None:
    """At market prices it is computed; its should-cost price rests on cards of its own."""
    market, cost = (should_cost("magnet-plain", world=world, draws=0, regions=("USA",),
                                feeds=feeds).content["regions"][0] for feeds in ("market", "cost"))
    feed = sum(each["usd_per_t"] for each in cost["inputs"] if each["role"] == "feed")
    whole = sum(abs(each["usd_per_t"]) for each in cost["inputs"] if each["usd_per_t"] is not None)
    assert cost["basis"]["supposed"] > market["basis"]["supposed"]
    assert cost["basis"]["supposed"] >= feed / whole
