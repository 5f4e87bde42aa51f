"""Accounts of members, losses told by hand and links, on a network small enough to follow."""

from __future__ import annotations

import pytest

from orepact.errors import InputError
from orepact.network.components import Demand, Material, Process, Region, Route, Stock
from orepact.network.network import Network
from orepact.studies.sharing.account import accounts_of, material_of
from orepact.studies.sharing.links import graph_of
from orepact.studies.sharing.losses import Loss, available_after, read_losses


@pytest.fixture
def network() -> Network:
    """X sells 60 to A and 40 to B; A makes 30 and sells 10 to B; B is two countries."""
    return Network(
        regions=(Region(name="X"), Region(name="A"), Region(name="B1", bloc="B"),
                 Region(name="B2", bloc="B")),
        materials=(Material(name="oxide", price=100.0), Material(name="magnet", price=900.0)),
        processes=(
            Process(name="mine@X", region="X", outputs={"oxide": 1.0}, base=100.0),
            Process(name="mine@A", region="A", outputs={"oxide": 1.0}, base=30.0),
            Process(name="works@B1", region="B1", outputs={"magnet": 1.0},
                    inputs={"oxide": 2.0}, base=20.0),
        ),
        routes=(
            Route(name="X>A", material="oxide", exporter="X", importer="A", base=60.0),
            Route(name="X>B1", material="oxide", exporter="X", importer="B1", base=40.0),
            Route(name="A>B2", material="oxide", exporter="A", importer="B2", base=10.0),
            Route(name="B1>B2", material="oxide", exporter="B1", importer="B2", base=0.0),
        ),
        stocks=(Stock(name="oxide@A", region="A", material="oxide", initial=160.0),),
        demands=(
            Demand(name="oxide@A", region="A", material="oxide", base=80.0,
                   uses={"glass": 0.75, "lamps": 0.25}),
            Demand(name="oxide@B2", region="B2", material="oxide", base=10.0),
        ),
    )


def test_an_account_has_use_by_final_users_and_by_the_next_step(network: Network) -> None:
    first, second = accounts_of(network, "oxide", ["A", "B"])
    assert (first.use, first.production, first.net_imports) == (80.0, 30.0, 50.0)
    assert first.cover == 160.0
    assert first.final == {"glass": 60.0, "lamps": 20.0}
    assert (second.use, second.production, second.net_imports) == (50.0, 0.0, 50.0)
    assert second.inputs == {"works@B1": 40.0}
    assert second.nodes == {"B1", "B2"}


@pytest.mark.parametrize(
    ("losses", "first", "second"),
    [
        (["0.5"], 30 + 30 - 10, 20 + 10),
        (["X=0.5"], 30 + 30 - 10, 20 + 10),
        (["X>A=1"], 30 + 0 - 10, 40 + 10),
        (["A=1"], 30 + 60 - 0, 40 + 0),
        (["A>B=0.5", "X=0.25"], 30 + 45 - 5, 30 + 5),
        (["X=0.2", "X>B=0.3"], 30 + 48 - 10, 20 + 10),
    ],
)
def test_losses_fall_where_they_are_told(
    network: Network, losses: list[str], first: float, second: float
) -> None:
    accounts = accounts_of(network, "oxide", ["A", "B"])
    found = available_after(accounts, read_losses(losses))
    assert found["A"].total == pytest.approx(first)
    assert found["B"].total == pytest.approx(second)


def test_a_range_has_its_middle_and_its_ends() -> None:
    assert read_losses(["CHN>JPN=0.2..0.6"]) == (
        Loss(share=0.4, low=0.2, high=0.6, exporter="CHN", importer="JPN"),
    )


def test_losses_that_cannot_be_are_refused_together(network: Network) -> None:
    with pytest.raises(InputError) as raised:
        _ = read_losses(["1.2", "CHN=", "A>B>C=1", "0.5..0.2", "-0.1"])
    assert len(raised.value.problems) == 5
    accounts = accounts_of(network, "oxide", ["A", "B"])
    with pytest.raises(InputError) as raised:
        _ = available_after(accounts, read_losses(["Y=0.5", "X>C=0.5", "X=0.8", "X>A=0.8"]))
    message = str(raised.value)
    assert "ships nothing of this form to the group" in message
    assert "not a member of the group" in message
    assert "X>A=1.6" in message


def test_members_that_cannot_be_are_refused(network: Network) -> None:
    with pytest.raises(InputError) as raised:
        _ = accounts_of(network, "oxide", ["A", "Bee", "B", "B1"])
    assert "no such place" in str(raised.value)
    assert "belongs to two members" in str(raised.value)
    with pytest.raises(InputError, match="no members"):
        _ = accounts_of(network, "oxide", [])
    with pytest.raises(InputError, match="did you mean 'oxide'"):
        _ = material_of(network, "oxid")


def test_links_carry_three_times_the_trade_or_a_first_shipment(network: Network) -> None:
    """A to B: 3 x 10, and cargoes of X for A: 60, of which B's ports take 2 x 40 more.

    B to A: no trade, so 5 % of 80, and cargoes of X for B: 40, of which A's take 2 x 60.
    """
    accounts = accounts_of(network, "oxide", ["A", "B"])
    graph = graph_of(accounts, available_after(accounts, ()))
    assert graph.links["A", "B"] == (30 + 60) * 1_000_000
    assert graph.links["B", "A"] == (4 + 40) * 1_000_000
    assert graph.links["A", "A"] is None
    assert graph.sources == {"A": 80_000_000, "B": 50_000_000}
