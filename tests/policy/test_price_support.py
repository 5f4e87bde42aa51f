"""Support files: what ships is sound, what is wrong is named all at once, cards move amounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orepact.errors import InputError, Problem
from orepact.network.components import Process
from orepact.network.instruments import INSTRUMENTS, BorderFloor, ContractForDifference
from orepact.network.network import Network
from orepact.network.plants import Plant
from orepact.network.world import World, read_world
from orepact.policy.support import (
    KINDS,
    check_support,
    plant_set_names,
    read_plants,
    read_support,
    support_names,
)

CHAIN = "rare-earth-magnets"
HEAD = f"""\
format: orepact/support/1
support: own
title: A test
text: A test.
version: 1
chain: {CHAIN}
plants_of: {CHAIN}
"""
FLOOR = """\
  - id: {id}
    kind: border-floor
    reason: A test.
    material: magnet-heavy
    zone: [{zone}]
    floor: {floor}
    first: {first}
    last: {last}
"""


@pytest.fixture(scope="module")
def world() -> World:
    """Return the bundled world."""
    return read_world()


@pytest.fixture(scope="module")
def network(world: World) -> Network:
    """Return the network of the magnets' chain."""
    return world.network(CHAIN)


def refused(path: Path, text: str, over: World | Network) -> list[Problem]:
    """Return the problems of a file that is to be refused."""
    _ = path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_support(path, over)
    return list(caught.value.problems)


def floor(**terms: object) -> str:
    """Return a floor with terms in place of the usual ones."""
    given = {"id": "one", "zone": "USA", "floor": 60000, "first": "2027-01", "last": "2030-12"}
    return FLOOR.format(**(given | terms))


def test_every_kind_of_instrument_can_be_written_in_a_file() -> None:
    """A class of instruments without a text, or a text without a class, is forgotten work."""
    assert {kind.makes for kind in KINDS.values()} == set(INSTRUMENTS)


def test_what_ships_is_sound_and_does_something(world: World, network: Network) -> None:
    """Five kinds and the contract of 2025; every number a card with a reason, no card unused."""
    for name in support_names():
        found = read_support(name, world)
        assert found.name == name
        assert check_support(found, network) == []
        assert network.including(*found.plants, *found.instruments).instruments
        assert all(card.reason for card in found.cards)
    for name in plant_set_names():
        assert read_plants(name, world).plants


def test_what_cards_cite_is_in_the_dataset(world: World) -> None:
    """Facts, projects, quotes and sources that evidence names, and the rows of plants."""
    known = {str(row[0]) for name in ("facts", "projects", "price_events")
             for row in world.bundle.table(name).iter_rows()} | set(
                 world.sources["source_id"])
    supports = [read_support(name, world) for name in support_names()]
    cited = {word for each in supports for card in each.cards
             for word in card.evidence.replace(",", " ").split()}
    cited |= {text.project for each in supports for text in each.plant_texts}
    cited |= {text.source for each in supports
              for text in (*each.plant_texts, *each.instrument_texts) if text.source}
    assert cited
    assert not cited - known


def test_the_five_supports_of_magnets_differ_in_kind_alone(world: World) -> None:
    """Same stage, zone and months; the same level, or the premium that makes it up."""
    names = [name for name in support_names() if name.startswith("magnets-")]
    found = {name: read_support(name, world).instruments for name in names}
    assert len(names) == len(INSTRUMENTS)
    assert all(len(each) == 1 for each in found.values())
    assert {type(each[0]) for each in found.values()} == set(INSTRUMENTS)
    places = {(each[0].material, each[0].zone, each[0].first, each[0].last)
              for each in found.values()}
    assert len(places) == 1
    levels = {getattr(each[0], field) for each in found.values()
              for field in ("floor", "strike", "cost", "price") if hasattr(each[0], field)}
    assert levels == {72600.0}


def test_floors_by_stage_cover_the_floors_of_their_inputs(network: Network) -> None:
    """No stage lives on less than its inputs at their floors and its own cost."""
    support = read_support("rare-earth-floors", network)
    price = {item.name: item.price for item in network.materials}
    floors = {each.material: each.floor for each in support.instruments
              if isinstance(each, BorderFloor)}
    assert set(floors) == {"ndpr-oxide", "ndpr-metal", "magnet-plain", "magnet-heavy"}
    cost = {"ndpr-metal": 1500.0, "magnet-plain": 31_300.0, "magnet-heavy": 31_300.0}
    for recipe in ("metal-making", "magnet-making-plain", "magnet-making-heavy-diffusion"):
        process = next(each for each in network.processes if each.name == f"{recipe}@USA")
        first = next(iter(process.outputs))
        spent = sum(ratio * floors.get(name, price[name])
                    for name, ratio in process.inputs.items())
        earned = sum(ratio * floors.get(name, price[name])
                     for name, ratio in process.outputs.items())
        assert earned >= spent + cost[first]
        assert earned <= 1.02 * (spent + cost[first])


def test_a_plant_is_its_recipe_with_its_own_steps(network: Network) -> None:
    """10X makes its own metal: 0.385 t of metal from 1.2 t of oxide each is 0.462 t of oxide."""
    plants = {plant.name: plant for plant in read_plants(CHAIN, network).plants}
    ten_x = plants["magnet-making-heavy-diffusion:mp-10x@USA"]
    assert ten_x.process.inputs["ndpr-oxide"] == pytest.approx(0.385 * 1.2)
    assert "ndpr-metal" not in ten_x.process.inputs
    assert ten_x.process.capacity == pytest.approx(7000.0 / 12.0)
    narva = plants["magnet-making-heavy-diffusion:neo-narva@EU27"]
    assert narva.process.inputs["ndpr-metal"] == pytest.approx(0.385)


def test_cards_move_amounts_in_their_own_unit(world: World, network: Network) -> None:
    """A strike of 100 USD/kg is 100,000 USD/t; the rest stays, a wrong name is refused."""
    found = read_support("mp-110", world)
    moved = found.at({"mp-floor": 100.0, "plant-patience": 6.0}, network)
    contract = moved.instruments[0]
    assert isinstance(contract, ContractForDifference)
    assert contract.strike == 100_000.0
    assert {plant.patience for plant in moved.plants} == {6}
    assert moved.at({"mp-floor": 110.0, "plant-patience": 12.0}, network).instruments == (
        found.instruments)
    with pytest.raises(InputError, match="mp-floor"):
        _ = found.at({"mp-flor": 1.0}, network)


def test_everything_wrong_is_named_at_once(tmp_path: Path, world: World) -> None:
    """Overlapping floors, reversed dates, negative amounts, unknown names: each with its line."""
    text = HEAD + "instruments:\n" + "".join([
        floor(),
        floor(id="two", zone="EU27, USA", first="2028-01", last="2029-12"),
        floor(id="late", zone="JPN", first="2031-01", last="2030-01"),
        floor(id="below", zone="JPN", floor=-5),
        floor(id="where", zone="USB"),
    ]) + """\
  - id: contract
    kind: contract-for-difference
    reason: A test.
    material: magnet-heavi
    zone: [USA]
    processes: ["magnet-making-plain@USA", "no-process@USA"]
    strike: no-card
    upside: 1.5
    volume: -1
"""
    problems = refused(tmp_path / "own.yaml", text, world)
    found = {(problem.field, problem.message) for problem in problems}
    assert ("instruments.1", "two floors on one stage and zone at one time") in found
    assert ("instruments.2.last", "ends before it begins") in found
    assert ("instruments.3.floor", "a negative or missing number") in found
    assert ("instruments.4.zone.0", "not a region of the chain") in found
    assert ("instruments.5.material", "not a material of the chain") in found
    assert ("instruments.5.processes.1", "not a process or plant of the chain") in found
    assert ("instruments.5.strike", "no such card") in found
    lines = text.splitlines()
    for problem in problems:
        assert problem.file.endswith("own.yaml")
        assert problem.line is not None
    reversed_at = next(one.line for one in problems if one.field == "instruments.2.last")
    assert reversed_at is not None
    assert "2030-01" in lines[reversed_at - 1]
    near = next(one for one in problems if one.field == "instruments.5.material")
    assert near.nearest == "magnet-heavy"


def test_negative_volumes_and_shares_over_one_are_told_together(
    tmp_path: Path, network: Network
) -> None:
    """Both are named, with what was expected."""
    text = HEAD + """\
instruments:
  - id: contract
    kind: contract-for-difference
    reason: A test.
    material: magnet-heavy
    zone: [USA]
    processes: ["magnet-making-plain@USA"]
    strike: 70000
    upside: 1.5
    volume: -1
    index_basis: including VAT
"""
    found = {problem.field for problem in refused(tmp_path / "own.yaml", text, network)}
    assert found == {"instruments.0.upside", "instruments.0.volume", "instruments.0.vat",
                     "instruments.0.processes.0"}


@pytest.mark.parametrize(("change", "message"), [
    ({"first": "2031-01", "last": "2032-12"}, None),
    ({"zone": "EU27"}, None),
    ({"first": "2030-12", "last": "2032-12"}, "two floors"),
])
def test_floors_contradict_only_where_they_hold_together(
    tmp_path: Path, network: Network, change: dict[str, str], message: str | None
) -> None:
    """Another time or another zone is none; the last month is included."""
    text = HEAD + "instruments:\n" + floor() + floor(id="two", **change)
    path = tmp_path / "own.yaml"
    if message is None:
        _ = path.write_text(text, encoding="utf-8")
        assert len(read_support(path, network).instruments) == 2
    else:
        assert any(message in problem.message for problem in refused(path, text, network))


@pytest.mark.parametrize(("part", "field", "message"), [
    ("patience: 0", "plants.0.patience", "too few months"),
    ("capacity: -1", "plants.0.capacity", "a negative or missing number"),
    ("recipe: no-recipe", "plants.0.recipe", "not a recipe of the chain"),
    ("region: XXX", "plants.0.region", "not a region of the chain"),
    ("capacity: 1-card", "plants.0.capacity", "no such card"),
])
def test_plants_are_checked(
    tmp_path: Path, network: Network, part: str, field: str, message: str
) -> None:
    """One wrong field at a time."""
    plant = {"id": "own", "title": "Own", "recipe": "metal-making", "region": "USA",
             "capacity": "10", "cost": "3000", "patience": "6", "restart": "3", "reason": "A test."}
    key, value = part.split(": ")
    plant[key] = value
    text = HEAD + "plants:\n  - " + "\n    ".join(f"{k}: {v}" for k, v in plant.items()) + "\n"
    problems = refused(tmp_path / "own.yaml", text, network)
    assert (field, message) in {(one.field, one.message) for one in problems}


OWN = f"""\
format: orepact/plants/1
plants_of: own
title: Own plants
text: A test.
chain: {CHAIN}
plants:
  - {{id: own, title: Own, recipe: metal-making, region: USA, capacity: 10, cost: cash, patience: 6,
      restart: 3, reason: A test.}}
cards:
  - {{card: cash, title: C, value: 3, low: 2, high: 4, unit: USD/kg, reason: A test.}}
"""


def test_a_support_names_plants_of_a_file_beside_it_and_of_no_other_folder(
    tmp_path: Path, network: Network
) -> None:
    """Its problems carry its own name; a path out of the folder is refused."""
    text = HEAD.replace(f"plants_of: {CHAIN}", "plants_of: own.yaml")
    home = tmp_path / "home"
    home.mkdir()
    plants, path = home / "own.yaml", home / "support.yaml"
    _ = plants.write_text(OWN, encoding="utf-8")
    _ = path.write_text(text, encoding="utf-8")
    found = read_support(path, network)
    assert found.plants[0].process.cost == 3000.0
    assert [card.card for card in found.cards] == ["cash"]
    twice = text + OWN[OWN.index("plants:"):]
    assert {one.field for one in refused(path, twice, network)} == {"cards.0.card", "plants.0.id"}
    _ = plants.write_text(OWN.replace("patience: 6", "patience: -6"), encoding="utf-8")
    problem = refused(path, text, network)[0]
    assert problem.file == str(plants)
    assert problem.field == "plants.0.patience"
    _ = (tmp_path / "out.yaml").write_text(OWN, encoding="utf-8")
    away = refused(path, text.replace("own.yaml", "../out.yaml"), network)
    assert any("leaves the study folder" in one.message for one in away)
    missing = refused(path, text.replace("own.yaml", "no-set"), network)
    assert any("unknown set of plants" in one.message and one.line for one in missing)


def test_cards_are_checked(tmp_path: Path, network: Network) -> None:
    """A card twice, a value outside its range, a unit that measures something else."""
    text = HEAD + "instruments:\n" + floor(floor="level") + """\
cards:
  - {card: level, title: L, value: 5, low: 6, high: 9, unit: t, reason: A test.}
  - {card: level, title: L, value: 5, low: 4, high: 9, unit: t, reason: A test.}
"""
    problems = refused(tmp_path / "own.yaml", text, network)
    found = {(one.field, one.message) for one in problems}
    assert ("cards.1.card", "named twice") in found
    assert ("cards.0.value", "value outside its range") in found
    assert any(one.field == "instruments.0.floor" and "measures" in one.message
               for one in problems)


@pytest.mark.parametrize(("change", "words"), [
    ("    volume: 0\n", "pays for no tonne"),
    ("    exempt: [CHN, VNM, KOR, ASO, EU27, JPN, GBR, CAN, AUS, IND, MYS, MMR, THA, MEX, RUS]\n",
     "reaches no trade"),
])
def test_what_changes_nothing_is_a_warning(
    tmp_path: Path, network: Network, change: str, words: str
) -> None:
    """No tonne, no exporter: sound, but told."""
    path = tmp_path / "own.yaml"
    _ = path.write_text(HEAD + "instruments:\n" + floor() + change, encoding="utf-8")
    warnings = check_support(read_support(path, network), network)
    assert len(warnings) == 1
    assert words in warnings[0].message


def test_a_card_that_nothing_names_is_a_warning(tmp_path: Path, network: Network) -> None:
    """It would look like a supposition of the file and move nothing."""
    path = tmp_path / "own.yaml"
    cards = ("cards:\n  - {card: idle, title: I, value: 1, low: 1, high: 1, unit: USD/t, "
             "reason: A test.}\n")
    _ = path.write_text(HEAD + "instruments:\n" + floor() + cards, encoding="utf-8")
    warnings = check_support(read_support(path, network), network)
    assert [each.field for each in warnings] == ["cards.idle"]


def test_an_instrument_that_ended_before_the_first_month_is_a_warning(
    tmp_path: Path, network: Network
) -> None:
    """A programme of the past."""
    path = tmp_path / "own.yaml"
    _ = path.write_text(HEAD + "instruments:\n" + floor(first="2020-01", last="2021-01"),
                        encoding="utf-8")
    assert "ends before" in check_support(read_support(path, network), network)[0].message


def test_unknown_names_of_supports_and_chains_are_told(tmp_path: Path, world: World) -> None:
    """With the nearest spelling."""
    with pytest.raises(InputError, match="magnets-floor"):
        _ = read_support("magnets-flor", world)
    text = HEAD.replace(f"chain: {CHAIN}", "chain: rare-earth-magnet")
    assert any(problem.field == "chain" and problem.nearest == CHAIN
               for problem in refused(tmp_path / "own.yaml", text, world))


def plant(**terms: object) -> Plant:
    """Return a plant of metal in the United States."""
    process = Process(name="metal-making:own@USA", region="USA", outputs={"ndpr-metal": 1.0},
                      capacity=10.0, **terms)  # type: ignore[arg-type]
    return Plant(process=process, patience=6, restart=3)


def test_a_network_refuses_plants_and_instruments_that_contradict_it(network: Network) -> None:
    """Everything wrong with components made in memory is told at once too."""
    odd = BorderFloor(name="odd", material="magnet-heavi", zone=("USA",), floor=-1.0)
    with pytest.raises(InputError) as caught:
        _ = network.including(odd, plant(grows=True, base=1.0))
    fields = {problem.field for problem in caught.value.problems}
    assert {"odd.material", "odd.floor", "metal-making:own@USA.process.grows",
            "metal-making:own@USA.process.base"} <= fields
    one = BorderFloor(name="one", material="magnet-heavy", zone=("USA",), floor=1.0)
    two = BorderFloor(name="two", material="magnet-heavy", zone=("EU27", "USA"), floor=2.0)
    with pytest.raises(InputError, match="two floors on one stage and zone"):
        _ = network.including(one, two)
    assert len(network.including(one, replace(two, zone=("EU27",))).instruments) == 2


def test_a_plant_brings_its_process_and_nothing_else(network: Network) -> None:
    """Without plants and instruments a network is what it was, also in print."""
    more = network.including(plant())
    assert len(more.processes) == len(network.processes) + 1
    assert more.plants[0].process in more.processes
    assert "plants" in repr(more)
    assert "plants" not in repr(network)
    same: Callable[[Network], tuple[object, ...]] = lambda net: (  # noqa: E731
        net.routes, net.stocks, net.demands, net.materials, net.policies)
    assert same(more) == same(network)
