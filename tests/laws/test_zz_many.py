"""Laws that every plan keeps, on small random networks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from orepact.model import Curves
from orepact.network import Network
from orepact.policy.rules import ExportBan, ExportQuota
from orepact.result.compare import compare
from orepact.result.explain import explain
from orepact.result.solve import Result, solve
from tests.oracles.random_networks import REGIONS, random_network

CURVES = Curves(np.array([0.05, 0.5, 0.8, 1.0, 1.25, 2.0, 6.0, 60.0]))
SEEDS = st.integers(0, 100_000)
FLOWS = ("base", "capacity")
few = settings(max_examples=300)


def plan(network: Network, months: int = 2) -> Result:
    return solve(network, months=months, curves=CURVES)


@few
@given(SEEDS)
def test_masses_balance(seed: int) -> None:
    """Made + arrived + drawn = used + shipped + fed in + unsold, read off the result's tables."""
    network = random_network(seed)
    result = plan(network, months=3)
    assert result.residual["share"].max() < 1e-6  # pyright: ignore[reportOptionalOperand]
    for period in result.months[:-1]:  # in the last month a part is still at sea
        for region in REGIONS:
            for material in ("ore", "metal"):
                assert abs(left_over(result, region, material, period)) < 1e-6 * 300.0


def left_over(result: Result, region: str, material: str, period: str) -> float:
    """Return what the tables leave unexplained at a place, in tonnes."""
    network, number = result.network, result.months.index(period)
    activity = dict(result.production.filter(period=period).select("process", "production").rows())
    net = sum(
        (each.outputs.get(material, 0.0) - each.inputs.get(material, 0.0)) * activity[each.name]
        for each in network.processes
        if each.region == region
    )
    rows = result.flow.select("route", "period", "flow").rows()
    flow = {(route, month): tonnes for route, month, tonnes in rows}
    for each in network.routes:
        if each.material != material:
            continue
        if each.exporter == region:
            net -= flow[each.name, period]
        if each.importer == region:
            sent = number - each.lag
            net += flow[each.name, result.months[sent]] if sent >= 0 else each.base
    here = {"region": region, "material": material, "period": period}
    for each in network.stocks:
        if (each.region, each.material) == (region, material):
            levels = result.stock.filter(stock=each.name).sort("period")["level"].to_list()
            net += (each.initial if number == 0 else levels[number - 1]) - levels[number]
    net -= result.consumption.filter(**here)["consumption"].sum()
    return net - result.unsold.filter(**here)["unsold"].sum()


@few
@given(SEEDS, st.sampled_from(REGIONS), st.floats(1.05, 3.0))
def test_more_supply_never_adds_shortage(seed: int, region: str, factor: float) -> None:
    network = random_network(seed)
    more = replace(
        network,
        processes=tuple(
            replace(each, capacity=each.capacity * factor, base=each.base * factor)
            if each.name == f"mine {region}" and each.elasticity > 0.0
            else replace(each, capacity=each.capacity * factor)
            if each.name == f"mine {region}"
            else each
            for each in network.processes
        ),
    )
    before, after = plan(network), plan(more)
    assert np.all(after.unmet["unmet"].to_numpy() <= before.unmet["unmet"].to_numpy() + 1e-4)
    assert after.objective <= before.objective + 1e-7 * abs(before.objective)


@few
@given(SEEDS, st.randoms(use_true_random=False))
def test_names_and_order_do_not_matter(seed: int, shuffler: st.DataObject) -> None:
    network = random_network(seed)
    turned = renamed(network, shuffler)
    first, second = plan(network), plan(turned)
    assert second.objective == pytest.approx(first.objective, rel=1e-9)
    prices = first.price.with_columns(pl.col("region", "material").replace(NEW))
    key = ["region", "material", "period"]
    assert_frame_equal(prices.sort(key), second.price.sort(key), rel_tol=1e-5)


NEW = {"north": "Zeta", "south": "Alpha", "west": "Mid", "ore": "zz", "metal": "aa"}


def renamed(network: Network, shuffler: st.DataObject) -> Network:
    def mix(members: tuple) -> tuple:
        turned = [swap(each) for each in members]
        shuffler.shuffle(turned)  # pyright: ignore[reportAttributeAccessIssue]
        return tuple(turned)

    def swap(each):  # noqa: ANN001, ANN202
        fields = {"name": NEW.get(each.name, "x " + each.name[::-1])}
        for name in ("region", "material", "exporter", "importer"):
            if hasattr(each, name):
                fields[name] = NEW[getattr(each, name)]
        for name in ("inputs", "outputs"):
            if hasattr(each, name):
                fields[name] = {NEW[key]: value for key, value in getattr(each, name).items()}
        return replace(each, **fields)

    return replace(
        network,
        regions=mix(network.regions),
        materials=mix(network.materials),
        processes=mix(network.processes),
        routes=mix(network.routes),
        stocks=mix(network.stocks),
        demands=mix(network.demands),
    )


@few
@given(SEEDS, st.sampled_from([1e-3, 1e3, 1e6]))
def test_a_tonne_is_a_tonne_in_any_unit(seed: int, unit: float) -> None:
    """Volumes times a factor and prices divided by it: the same money, multiples and shares."""
    network = random_network(seed)

    def scaled(each, volumes: tuple[str, ...], prices: tuple[str, ...]):  # noqa: ANN001, ANN202
        fields = {name: getattr(each, name) * unit for name in volumes}
        return replace(each, **fields, **{name: getattr(each, name) / unit for name in prices})

    other = replace(
        network,
        materials=tuple(scaled(each, (), ("price",)) for each in network.materials),
        processes=tuple(scaled(each, FLOWS, ("cost",)) for each in network.processes),
        routes=tuple(scaled(each, FLOWS, ("cost",)) for each in network.routes),
        stocks=tuple(
            scaled(each, ("initial", "wanted"), ("carrying_cost",)) for each in network.stocks
        ),
        demands=tuple(scaled(each, ("base",), ()) for each in network.demands),
    )
    first, second = plan(network), plan(other)
    assert second.objective == pytest.approx(first.objective, rel=1e-8)
    np.testing.assert_allclose(second.price["multiple"], first.price["multiple"], rtol=1e-5)
    np.testing.assert_allclose(
        second.consumption["consumption"] / unit, first.consumption["consumption"], rtol=1e-5
    )


@few
@given(SEEDS, st.sampled_from(REGIONS))
def test_removing_a_policy_undoes_it(seed: int, exporter: str) -> None:
    network = random_network(seed)
    before = plan(network)
    shipped = before.flow.filter(exporter=exporter, material="metal")["flow"].sum()
    assume(shipped > 1.0)
    ban = ExportBan(exporter=exporter, materials=("metal",))
    during = plan(network.under(ban))
    assert during.flow.filter(exporter=exporter, material="metal")["flow"].sum() == 0.0
    assert during.objective > before.objective
    lifted = replace(network.under(ban), policies=())
    after = plan(lifted)
    for name in ("price", "flow", "consumption", "production", "stock"):
        assert_frame_equal(getattr(before, name), getattr(after, name), check_exact=True)
    assert "no change" in str(compare(before=before, after=after))


@few
@given(SEEDS, st.sampled_from(REGIONS))
def test_a_quota_that_nobody_reaches_changes_nothing(seed: int, exporter: str) -> None:
    network = random_network(seed)
    before = plan(network)
    after = plan(network.under(ExportQuota(exporter=exporter, tonnes=1e4)))
    assert after.objective == pytest.approx(before.objective, rel=1e-8)
    np.testing.assert_allclose(after.price["multiple"], before.price["multiple"], rtol=1e-5)


@few
@given(SEEDS)
def test_every_price_is_explained_in_full(seed: int) -> None:
    result = plan(random_network(seed), months=3)
    answers = explain(result)
    for row in result.price.iter_rows(named=True):
        found = answers.price(row["region"], row["material"], row["period"])
        assert sum(part.amount for part in found.parts) == pytest.approx(row["price"], rel=1e-6)
