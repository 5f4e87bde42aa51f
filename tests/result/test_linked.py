"""Chains in lockstep: no link changes nothing, hosts and products by hand, balances close.

Two chains of the smallest kind (see `scenes`): one makes ore, the other metal. Without stocks the
months are independent, so what a link does can be worked out.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from orepact.errors import InputError
from orepact.model.curve import Array
from orepact.network import Network, Region
from orepact.network.chains.text import Card
from orepact.network.links import Host, HostLink, Links, Member, ProductLink, overlap
from orepact.result import Setting, Simulation, Simulator
from orepact.result.linked import Linked, LinkedPath, simulate_linked
from tests.result.scenes import CALM, WINDOW, free, held, network, steady

MONTHS = 6
PATHS = ("price", "consumption", "production", "flow", "level", "residual", "rent", "cap")


def card(name: str, value: float) -> Card:
    return Card(card=name, title=name, value=value, low=0.0, high=1.0, unit="1", reason="a test")


def links(share: float = 0.5, part: float = 1.0, flexibility: float = 0.0, lag: int = 1) -> Links:
    """Return a host link from b to a, and a product of the use steel in both."""
    cards = {"share": share, "part": part, "flexibility": flexibility}
    return Links(
        hosts=(HostLink(link="host", title="t", chain="a", process="mine", reason="a test",
                        host=Host(chain="b", processes=("mine",)), share="share"),),
        products=(ProductLink(
            link="product", title="t", reason="a test", lag=lag,
            uses=tuple(Member(chain=name, use="steel", part="part", flexibility="flexibility")
                       for name in ("a", "b")),
        ),),
        cards={name: card(name, value) for name, value in cards.items()},
    )


def chain(one: Network, setting: Setting | None = None, share: float = np.inf) -> Linked:
    told = held(one, MONTHS, share) if np.isfinite(share) else free(one, MONTHS)
    return Linked(one, Simulator.of(one, CALM, WINDOW), told, setting or steady(one, MONTHS))


def own(one: Linked) -> Simulation:
    return one.simulator.run(one.restrictions, one.setting, start=one.start)


def outage(one: Network, region: str, activity: float) -> Setting:
    calm = steady(one, MONTHS)
    calm.supply[2:, [process.name for process in one.processes].index(f"mine@{region}")] = activity
    return calm


def of(path: LinkedPath, name: str, what: str = "demand") -> Array:
    frame = path.simulation.tables.demands if what == "demand" else path.simulation.tables.processes
    key = "demand" if what == "demand" else "process"
    return getattr(path, what)[:, list(frame[key]).index(name)]


@pytest.mark.parametrize("cover", [0.0, 2.0])
def test_without_a_link_paths_are_their_own_bit_for_bit(cover: float) -> None:
    one, other = network(cover=cover), network(cover=cover, qualification=0.4)
    chains = {"a": chain(one, share=0.2), "b": chain(other, outage(other, "CHN", 0.5))}
    found = simulate_linked(chains, Links())
    for name, each in chains.items():
        alone = own(each)
        for path in PATHS:
            assert np.array_equal(getattr(found[name].simulation, path), getattr(alone, path))
        assert found[name].simulation.windows == alone.windows
        assert (found[name].demand == 1.0).all()
        assert (found[name].supply == 1.0).all()


def test_no_shock_no_change_with_links() -> None:
    found = simulate_linked({"a": chain(network()), "b": chain(network())}, links())
    for path in found.values():
        assert path.simulation.price == pytest.approx(1.0, abs=5e-3)
        assert path.supply == pytest.approx(1.0, abs=1e-4)
        assert path.demand == pytest.approx(1.0, abs=1e-4)


def test_against_a_reference_the_same_path_changes_nothing_bit_for_bit() -> None:
    one = network(cover=2.0)
    first = {"a": chain(one, share=0.2), "b": chain(one, outage(one, "CHN", 0.7))}
    chains = {
        name: replace(each, reference=own(each)) for name, each in first.items()
    }
    found = simulate_linked(chains, links())
    for name, each in chains.items():
        assert each.reference is not None
        assert np.array_equal(found[name].simulation.price, each.reference.price)


def test_a_by_product_falls_with_its_host_in_the_same_month() -> None:
    """The host's mine stands at 40 % from month 2: with a share of 0.5 the by-product has 70 %."""
    one = network()
    only = replace(links(share=0.5), products=())
    found = simulate_linked({"a": chain(one), "b": chain(one, outage(one, "CHN", 0.4))}, only)
    host = found["b"].simulation.production[:, 0] / 200.0
    assert of(found["a"], "mine@CHN", "supply") == pytest.approx(1.0 - 0.5 * (1.0 - host), abs=1e-9)
    assert host[2:].max() < 0.9
    assert host[:2] == pytest.approx(1.0, abs=1e-4)
    assert of(found["a"], "mine@USA", "supply") == pytest.approx(1.0)
    assert (found["b"].supply == 1.0).all()


def test_a_host_that_grows_adds_nothing() -> None:
    one = network()
    only = replace(links(), products=())
    found = simulate_linked({"a": chain(one), "b": chain(one, outage(one, "CHN", 1.5))}, only)
    assert found["a"].supply.max() == 1.0


def test_a_product_falls_with_its_scarcest_input_a_month_later() -> None:
    """Use of a in USA is short by s; steel takes 0.75 of b there, so b is wanted 1 - 0.75 s."""
    one = network()
    only = replace(links(), hosts=())
    found = simulate_linked({"a": chain(one, share=0.1), "b": chain(one)}, only)
    names = list(found["a"].simulation.tables.demands["demand"])
    short = 1.0 - found["a"].simulation.consumption[:, names.index("ore@USA")] / 100.0
    assert short.min() > 0.02
    less = of(found["b"], "ore@USA")
    assert less[0] == 1.0
    assert less[1:] == pytest.approx(1.0 - 0.75 * short[:-1], abs=1e-9)
    assert of(found["b"], "ore@CHN") == pytest.approx(1.0, abs=2e-2)
    price = found["b"].simulation.price
    assert price[3].max() < 1.0 + 1e-6


def test_lower_demand_by_a_link_is_no_shortage_of_its_own() -> None:
    one = network()
    only = replace(links(), hosts=())
    found = simulate_linked({"a": chain(one, share=0.1), "b": chain(one)}, only)
    assert of(found["a"], "ore@USA") == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(("part", "flexibility", "left"), [(0.0, 0.0, 0.0), (1.0, 1.0, 0.0),
                                                           (0.5, 0.0, 0.5), (1.0, 0.25, 0.75)])
def test_part_and_flexibility_scale_what_is_felt(
    part: float, flexibility: float, left: float
) -> None:
    one = network()
    whole = replace(links(), hosts=())
    some = replace(links(part=part, flexibility=flexibility), hosts=())
    less = [
        1.0 - of(simulate_linked({"a": chain(one, share=0.1), "b": chain(one)}, each)["b"],
                 "ore@USA")[1]
        for each in (whole, some)
    ]
    assert less[1] == pytest.approx(left * less[0], abs=1e-9)


def test_a_longer_lag_is_felt_later() -> None:
    one = network()
    only = replace(links(lag=3), hosts=())
    less = of(simulate_linked({"a": chain(one, share=0.1), "b": chain(one)}, only)["b"], "ore@USA")
    assert (less[:3] == 1.0).all()
    assert less[3] < 0.99


def test_order_and_names_do_not_matter() -> None:
    one = network(cover=1.0)
    chains = {"a": chain(one, share=0.2), "b": chain(one, outage(one, "CHN", 0.5))}
    first = simulate_linked(chains, links())
    other = simulate_linked(dict(reversed(chains.items())), links())
    for name in chains:
        assert np.array_equal(first[name].simulation.price, other[name].simulation.price)


def test_every_chain_balances() -> None:
    one = network(cover=1.0, qualification=0.4)
    chains = {"a": chain(one, share=0.1), "b": chain(one, outage(one, "CHN", 0.3))}
    for path in simulate_linked(chains, links(share=1.0)).values():
        assert path.simulation.residual.max() <= 1e-6
        assert np.isfinite(path.simulation.price).all()


def test_different_lengths_are_refused() -> None:
    one = network()
    short = steady(one, MONTHS - 1)
    with pytest.raises(InputError, match="same months"):
        _ = simulate_linked({"a": chain(one), "b": chain(one, short)}, links())


def test_overlap_speaks_for_regions() -> None:
    """A name speaks alone; a group for its country; countries for their group by their tonnes."""
    asia = Region(name="ASO", members=("IDN", "NCL"))
    known = [Region(name="CHN", members=("CHN",)), asia]
    assert overlap([Region(name="CHN", members=("CHN",))], known, [5.0, 1.0]) == [[1.0, 0.0]]
    assert overlap([Region(name="NCL", members=("NCL",))], known, [5.0, 1.0]) == [[0.0, 1.0]]
    parts = [Region(name="IDN", members=("IDN",)), Region(name="NCL", members=("NCL",))]
    assert overlap([asia], parts, [3.0, 1.0]) == [[0.75, 0.25]]
    assert overlap([Region(name="USA", members=("USA",))], known, [5.0, 1.0]) == [[0.0, 0.0]]
