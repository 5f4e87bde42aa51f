"""Settlement at the ends of open terms: what is not published must not look as if it were."""

from __future__ import annotations

import pytest

from orepact.errors import InputError
from orepact.network.network import Network
from orepact.network.world import World, read_world
from orepact.policy.support import read_support
from orepact.studies.support.settled import Asked, settlement
from orepact.views.price_support import settled_lines, settled_rows


@pytest.fixture(scope="module")
def world() -> World:
    """Return the bundled world."""
    return read_world()


@pytest.fixture(scope="module")
def network(world: World) -> Network:
    """Return the network of the magnets' chain."""
    return world.network("rare-earth-magnets")


def test_tax_in_the_index_that_nobody_published_makes_a_range(network: Network) -> None:
    """At 88 USD/kg 718 t are paid 15.8 M USD, or 7.58 if the index contains 13 %: both are told."""
    support = read_support("mp-110", network)
    found = settlement(support, Asked(prices=(88_000.0,), tonnes=718.0))
    row = found["rows"][0]
    assert row["to_producer_usd"] == row["to_producer_high_usd"] == pytest.approx(15_796_000.0)
    assert row["to_producer_low_usd"] == pytest.approx((110.0 - 88.0 * 1.13) * 718e3)
    assert settled_rows(found, "mp-110")[0]["to producer M USD"] == "15.796 (7.58 to 15.8)"
    lines = " ".join(settled_lines(found, support))
    for word in ("Tax in the index", "0 to 0.13", "index (world, excluding VAT)",
                 "cap on tonnes: none"):
        assert word in lines


def test_tax_makes_the_upside_larger_once_it_is_shared(network: Network) -> None:
    """30 % of 150·1.13 − 110 in place of 30 % of 40."""
    found = settlement(read_support("mp-110", network),
                       Asked(prices=(150_000.0,), tonnes=1.0, full=True))["rows"][0]
    assert (found["to_public_low_usd"], found["to_public_high_usd"]) == pytest.approx(
        (12_000.0, 0.3 * (150.0 * 1.13 - 110.0) * 1000.0))


def test_every_open_term_of_a_contract_is_moved(network: Network) -> None:
    """A strike of 60.5 to 82.6 and a cap of 250 to 1,000 t a month, at 60 USD/kg."""
    row = settlement(read_support("magnets-contract", network),
                     Asked(prices=(60_000.0,), tonnes=900.0))["rows"][0]
    assert row["to_producer_low_usd"] == pytest.approx(500.0 * 250.0)
    assert row["to_producer_high_usd"] == pytest.approx(22_600.0 * 900.0)


def test_a_floor_has_no_two_way_form_and_no_collar(network: Network) -> None:
    """It is charged on importers, one way."""
    found = settlement(read_support("magnets-floor", network),
                       Asked(prices=(60_000.0,), tonnes=1.0, cap=90_000.0))
    assert {found["rows"][0][name] for name in ("one_way_usd", "two_way_usd", "collar_usd")} == {
        None}
    head = " ".join(settled_rows(found, "magnets-floor")[0])
    assert not any(word in head for word in ("one-way", "two-way", "collar", "upside"))


@pytest.mark.parametrize("name", ["magnets-contract", "magnets-gap-subsidy", "magnets-offtake"])
def test_a_cap_below_the_level_is_refused_for_every_kind(network: Network, name: str) -> None:
    """A collar that cannot be is told, not left out."""
    with pytest.raises(InputError, match="the cap lies below the level"):
        _ = settlement(read_support(name, network),
                       Asked(prices=(50e3,), tonnes=1.0, cap=60e3))
