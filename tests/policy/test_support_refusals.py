"""What a support file must not slip past its reader: double payment, hidden faults, other units."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.errors import InputError, Problem
from orepact.network.network import Network
from orepact.network.world import World, read_world
from orepact.policy.support import check_support, read_support
from orepact.studies.support.public_cost import CostDesign, public_cost

TEN_X = "magnet-making-heavy-diffusion:mp-10x@USA"
NARVA = "magnet-making-heavy-diffusion:neo-narva@EU27"
HEAD = """\
format: orepact/support/1
support: own
title: A test
text: A test.
version: 1
chain: rare-earth-magnets
plants_of: rare-earth-magnets
"""
PLACE = "reason: A test., material: magnet-heavy, zone: [USA]"


@pytest.fixture(scope="module")
def world() -> World:
    """Return the bundled world."""
    return read_world()


@pytest.fixture(scope="module")
def network(world: World) -> Network:
    """Return the network of the magnets' chain."""
    return world.network("rare-earth-magnets")


def written(path: Path, *instruments: str, more: str = "") -> Path:
    """Write a support of instruments, each in braces, and return its path."""
    rows = "".join(f"  - {{{each}}}\n" for each in instruments)
    _ = path.write_text(HEAD + ("instruments:\n" + rows if rows else "") + more, encoding="utf-8")
    return path


def refused(path: Path, over: World | Network) -> list[Problem]:
    """Return the problems of a file that is to be refused."""
    with pytest.raises(InputError) as caught:
        _ = read_support(path, over)
    return list(caught.value.problems)


CONTRACT = f'id: c, kind: contract-for-difference, {PLACE}, processes: ["{TEN_X}"], strike: 72600'
GAP = f'id: g, kind: price-gap-subsidy, {PLACE}, processes: ["{TEN_X}"], cost: 70000'
OFFTAKE = f'id: o, kind: offtake, {PLACE}, processes: ["{TEN_X}"], price: 72000, volume: 100'


@pytest.mark.parametrize("pair", [(CONTRACT, GAP), (CONTRACT, OFFTAKE), (GAP, OFFTAKE)])
def test_tonnes_are_not_paid_twice_by_instruments_of_two_kinds(
    tmp_path: Path, network: Network, pair: tuple[str, str]
) -> None:
    """A contract, a subsidy and an offtake of one plant in the same months exclude each other."""
    found = refused(written(tmp_path / "own.yaml", *pair), network)
    assert [one.message for one in found] == ["pays for the same tonnes at one time"]
    apart = (pair[0] + ", last: 2029-12", pair[1] + ", first: 2030-01")
    assert read_support(written(tmp_path / "own.yaml", *apart), network).instruments


def test_a_wrong_month_or_card_hides_nothing_else(tmp_path: Path, network: Network) -> None:
    """Names, shares and volumes beside a misshapen field are told in the same run."""
    odd = ("id: c, kind: contract-for-difference, reason: A test., material: magnet-hevy, "
           f'zone: [USB], processes: ["{TEN_X}"], strike: no-card, upside: 1.5, volume: -4, '
           "first: 2027-13, index: zne")
    other = f"id: g, kind: price-gap-subsidy, {PLACE}, processes: [], cost: .nan, share: 2"
    found = [one.field for one in refused(written(tmp_path / "own.yaml", odd, other), network)]
    assert {"instruments.0.first", "instruments.0.index", "instruments.0.material",
            "instruments.0.zone.0", "instruments.0.strike", "instruments.0.upside",
            "instruments.0.volume", "instruments.1.processes", "instruments.1.cost",
            "instruments.1.share"} <= set(found)
    assert found.count("instruments.1.cost") == 1
    assert not [field for field in found if field.startswith("instruments.1.processes.")]


def test_zones_and_exemptions_that_contradict_themselves(tmp_path: Path, network: Network) -> None:
    """A region twice, an exempt member of the zone, a tax of 13 in place of 0.13."""
    floor = ("id: f, kind: border-floor, reason: A test., material: magnet-heavy, "
             "zone: [USA, USA], floor: 60000, exempt: [USA]")
    taxed = CONTRACT + ", index_basis: including VAT, vat: 13"
    found = {(one.field, one.message)
             for one in refused(written(tmp_path / "own.yaml", floor, taxed), network)}
    assert found == {("instruments.0.zone.1", "named twice"),
                     ("instruments.0.exempt.0", "a region of the zone itself"),
                     ("instruments.1.vat", "a share outside 0 to 1")}


def test_projects_and_sources_that_are_nowhere_are_told(tmp_path: Path, world: World) -> None:
    """By a world, which has the tables; an address is taken as it is."""
    plant = ("plants:\n  - {id: zz, title: Z, recipe: magnet-making-plain, region: USA, "
             "capacity: 100, cost: 30000, patience: 12, restart: 6, reason: A test., "
             "project: NOPE, source: NONSENSE}\n")
    path = written(tmp_path / "own.yaml", more=plant)
    assert {one.field for one in refused(path, world)} == {"plants.0.project", "plants.0.source"}
    kept = plant.replace("NOPE", "PJ-045").replace("NONSENSE", '"https://example.org/z"')
    assert read_support(written(tmp_path / "own.yaml", more=kept), world).plants


@pytest.mark.parametrize(("terms", "word"), [
    (f"id: f, kind: border-floor, {PLACE}, floor: 72.6", "did you mean 72,600?"),
    (CONTRACT.replace("72600", "72600000"), "did you mean 72,600?"),
    (CONTRACT + ", volume: 10000", "tonnes of a year"),
])
def test_amounts_in_another_unit_are_warned_of(
    tmp_path: Path, network: Network, terms: str, word: str
) -> None:
    """USD/kg in place of USD/t, USD/t times a thousand, a year's tonnes read as a month's."""
    found = check_support(read_support(written(tmp_path / "own.yaml", terms), network), network)
    assert len(found) == 1
    assert word in found[0].message


def test_two_contracts_of_one_file_are_not_priced_as_one(
    tmp_path: Path, network: Network, world: World
) -> None:
    """Both are named; a floor beside one contract is said not to be priced."""
    cost = "cost: {price: 52600, level: 52600, tonnes: 100, rate: 0.04}\n"
    gap = GAP.replace(TEN_X, NARVA).replace("[USA]", "[EU27]")
    two = read_support(written(tmp_path / "own.yaml", CONTRACT, gap, more=cost), network)
    with pytest.raises(InputError, match="c, g"):
        _ = public_cost(two, network, world, design=CostDesign(draws=20))
    floor = f"id: f, kind: border-floor, {PLACE}, floor: 60000"
    one = read_support(written(tmp_path / "own.yaml", CONTRACT, floor, more=cost), network)
    found = public_cost(one, network, world, design=CostDesign(draws=20)).content
    assert found["not_priced"] == ["f"]
    assert found["sold_t_per_year"]["value"] == 1200.0
