"""Look-through: small accounts solved on paper, and the laws of every account."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.dependence.look_through import look_through
from orepact.indicators.dependence.traced_account import (
    Trace,
    kind_of,
    needed_output,
    trace,
    trace_of,
)
from orepact.indicators.dependence.tracing import Entry, Recipe, absorbed, links_of
from orepact.indicators.figure import Figure
from orepact.network import read_world
from orepact.network.chains.text import (
    Assumed,
    Calibration,
    ChainText,
    MaterialText,
    Price,
    ProcessText,
    UseText,
    Utilisation,
)
from orepact.network.world import World

Row = dict[str, Any]


def _material(name: str, stage: str) -> MaterialText:
    return MaterialText(
        material=name,
        title=name,
        stage=stage,
        form=stage,
        unit="t",
        base_price=Price(value=100.0 if stage == "mine" else 300.0, unit="USD/t"),
        trade_error=0.1,
        cover_share=0.5,
        qualification=0.5,
        lag=0,
    )


def _process(
    name: str, title: str, outputs: Mapping[str, float], inputs: Mapping[str, float]
) -> ProcessText:
    return ProcessText(
        process=name,
        title=title,
        outputs=dict(outputs),
        inputs=dict(inputs),
        utilisation=Utilisation(value=0.9),
        elasticity=Assumed(value=0.0),
    )


TEXT = ChainText(
    format="orepact/chain/1",
    chain="tiny",
    title="Tiny",
    mineral="tinium",
    exporter="CHN",
    calibration=Calibration(
        first="2024-01", last="2024-12", alternative_from="2023-01", reason="a test"
    ),
    materials=(_material("ore", "mine"), _material("metal", "refined")),
    processes=(
        _process("mining", "Mining", {"ore": 1.0}, {}),
        _process("smelting", "Smelting", {"metal": 1.0}, {"ore": 2.0}),
        _process("recycling", "Recycling of scrap", {"metal": 1.0}, {}),
    ),
    uses=(
        UseText(use="alloys", title="Alloys", material="metal"),
        UseText(use="hoard", title="Inventories", material="metal", counted=False),
    ),
)


def _row(kind: str, region: str, tonnes: float, **more: str) -> Row:
    blank = dict.fromkeys(("material", "process", "partner", "use", "source", "card"), "")
    source = {} if more.get("card") else {"source": "USGS-MCS-2026"}
    return {**blank, **source, **more, "kind": kind, "region": region, "balanced": tonnes}


def _mine(region: str, tonnes: float, **more: str) -> Row:
    return _row("production", region, tonnes, material="ore", process="mining", **more)


def _smelt(region: str, tonnes: float, **more: str) -> Row:
    return _row("production", region, tonnes, material="metal", process="smelting", **more)


def _trade(material: str, region: str, partner: str, tonnes: float, **more: str) -> Row:
    return _row("trade", region, tonnes, material=material, partner=partner, **more)


def _use(region: str, tonnes: float, use: str = "alloys") -> Row:
    return _row("use", region, tonnes, material="metal", use=use)


TWO_STAGES: Sequence[Row] = (
    _mine("COD", 120.0),
    _mine("CHN", 80.0),
    _trade("ore", "COD", "CHN", 120.0),
    _smelt("CHN", 100.0),
    _trade("metal", "CHN", "EU27", 60.0),
    _row("production", "EU27", 20.0, material="metal", process="recycling", card="guess"),
    _use("CHN", 40.0),
    _use("EU27", 80.0),
)


def _shares(figures: Sequence[Figure], indicator: str) -> dict[tuple[str, str, str], float]:
    return {
        (figure.form, figure.stage, figure.partner): figure.value
        for figure in figures
        if figure.indicator == indicator and figure.value is not None
    }


def test_metal_bought_in_china_comes_from_congolese_mines() -> None:
    """Congo sends 120 t of ore to China, which mines 80 t: its 200 t are 0.6 Congolese.

    China smelts them to 100 t of metal and sends 60 t to the Union, which recycles 20 t itself. Of
    the Union's 80 t, 60/80 = 0.75 went through China's smelters: 0.75 x 0.6 = 0.45 began in Congo,
    0.75 x 0.4 = 0.30 in China, 0.25 in scrap of its own, which rests on a card.
    """
    figures = look_through(trace_of(TEXT, TWO_STAGES), "EU27")
    assert figures[0].value == pytest.approx(80.0 * 12.0)
    assert _shares(figures, "origin share") == pytest.approx(
        {("", "mined", "COD"): 0.45, ("", "mined", "CHN"): 0.30, ("", "recycled", "EU27"): 0.25}
    )
    assert _shares(figures, "processing share") == pytest.approx(
        {
            ("ore", "mine", "COD"): 0.6,
            ("ore", "mine", "CHN"): 0.4,
            ("metal", "refined", "CHN"): 0.75,
            ("metal", "refined", "EU27"): 0.25,
        }
    )


def test_range_holds_what_rests_on_cards() -> None:
    """A quarter of the use rests on a card alone: it could have come from anywhere.

    Congo then has 0.45 for sure and at most 0.45 + 0.25; recycling has nothing for sure and at
    most 0.25.
    """
    found = {
        (figure.partner, figure.stage): (figure.low, figure.high)
        for figure in look_through(trace_of(TEXT, TWO_STAGES), "EU27")
        if figure.indicator == "origin share"
    }
    assert found["COD", "mined"] == pytest.approx((0.45, 0.70))
    assert found["EU27", "recycled"] == pytest.approx((0.0, 0.25))


def test_losses_are_charged_to_the_user() -> None:
    """Two tonnes of ore make one of metal: the Union's 60 t from China needed 72 t from Congo.

    China's own 40 t needed 48 t; together they are the 120 t that Congo mined (x 12 months).
    """
    needed = needed_output(trace_of(TEXT, TWO_STAGES)).filter(origin="COD")
    by_region = dict(needed.select("region", "tonnes").iter_rows())
    assert by_region == pytest.approx({"EU27": 72.0 * 12.0, "CHN": 48.0 * 12.0})


def test_circular_trade_is_followed_to_its_source() -> None:
    """A and B send metal to each other; B makes 100 t, C makes 10 t and sends them to A.

    A takes in 30 t from B and 10 t from C, sends 20 t to B and uses 20 t. With a, b the parts of
    C's metal at A and B: a = 10/40 + 30/40 b and b = 20/120 a (B takes in 100 + 20). So
    a (1 - 30/40 x 20/120) = 1/4 and a = 2/7.
    """
    rows = [
        _row("production", "BRA", 100.0, material="metal", process="recycling"),
        _row("production", "CHL", 10.0, material="metal", process="recycling"),
        _trade("metal", "CHL", "ARG", 10.0),
        _trade("metal", "BRA", "ARG", 30.0),
        _trade("metal", "ARG", "BRA", 20.0),
        _use("ARG", 20.0),
        _use("BRA", 90.0),
    ]
    shares = _shares(look_through(trace_of(TEXT, rows), "ARG"), "origin share")
    assert shares == pytest.approx({("", "recycled", "CHL"): 2 / 7, ("", "recycled", "BRA"): 5 / 7})


def test_closed_circle_has_no_origin() -> None:
    """A and B trade 50 t with each other; A lends 10 t to C out of nothing that any row gives.

    A takes in 50 t and gives out 60 t: 10 t are uncounted, so everything at A, B and C is. Without
    the loan nothing enters the circle, and a use of B would be lost in it.
    """
    circle = [_trade("metal", "ARG", "BRA", 50.0), _trade("metal", "BRA", "ARG", 50.0)]
    lent = trace_of(TEXT, [*circle, _trade("metal", "ARG", "CHL", 10.0), _use("CHL", 10.0)])
    assert _shares(look_through(lent, "CHL"), "not traced")["", "", ""] == pytest.approx(1.0)
    parts, lost = absorbed(np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros((2, 1)))
    assert parts.tolist() == [[0.0], [0.0]]
    assert lost.tolist() == [1.0, 1.0]


def test_supply_without_a_row_is_uncounted() -> None:
    """A place that uses 100 t but is seen to receive 70 t has 30 t uncounted: 0.3 of its use."""
    rows = [_mine("CHN", 140.0), _smelt("CHN", 70.0), _trade("metal", "CHN", "USA", 70.0)]
    figures = look_through(trace_of(TEXT, [*rows, _use("USA", 100.0)]), "USA")
    assert _shares(figures, "not traced")["", "", ""] == pytest.approx(0.3)
    assert _shares(figures, "origin share")["", "uncounted", "USA"] == pytest.approx(0.3)


def test_inventories_are_no_use() -> None:
    figures = look_through(trace_of(TEXT, [*TWO_STAGES, _use("CHN", 1.0, "hoard")]), "WLD")
    assert figures[0].value == pytest.approx(120.0 * 12.0)


@pytest.mark.parametrize(
    ("region", "words"),
    [("COD", "no counted use"), ("ZAF", "part of the node AFR"), ("NZL", "no node")],
)
def test_region_without_use_says_why(region: str, words: str) -> None:
    rows = [*TWO_STAGES, _mine("AFR", 2.0), _smelt("AFR", 1.0), _use("AFR", 1.0)]
    traced = trace_of(TEXT, rows, members={"AFR": frozenset({"ZAF", "ZMB"})})
    (figure,) = look_through(traced, region)
    assert figure.value is None
    assert words in figure.missing


def test_group_is_the_sum_of_its_nodes() -> None:
    """The G7 node EU27 lies in the group in part only: it is left out and named."""
    rows = [*TWO_STAGES, _trade("metal", "CHN", "USA", 10.0), _use("USA", 10.0)]
    groups = {"G7": frozenset({"USA", "DEU"})}
    members = {"EU27": frozenset({"DEU", "POL"}), "USA": frozenset({"USA"})}
    figures = look_through(trace_of(TEXT, rows, members=members, groups=groups), "G7")
    assert figures[0].value == pytest.approx(10.0 * 12.0)
    assert figures[1].coverage["left_out"] == "EU27"


def test_stock_release_is_an_origin_of_its_own() -> None:
    stock = _process("release", "Shipments from government stocks", {"ore": 1.0}, {})
    text = replace(TEXT, processes=(*TEXT.processes, stock))
    assert kind_of(text, "release") == "stock"
    assert kind_of(text, "mining") == "mined"


def test_metal_recovered_from_ore_is_not_recycled(world: World) -> None:
    """Gallium and germanium come from alumina liquor and zinc smelting, and from scrap beside."""
    gallium, germanium = (world.chains[name].text for name in ("gallium", "germanium"))
    assert kind_of(gallium, "gallium-recovery") == "made"
    assert kind_of(gallium, "gallium-recycling") == "recycled"
    assert kind_of(germanium, "germanium-recovery") == "made"
    assert kind_of(germanium, "germanium-recycling") == "recycled"
    secondary = world.chains["vanadium"].text
    assert kind_of(secondary, "vanadium-secondary-recovery") == "recycled"
    # One row stands for lead smelters and scrap together: nobody says how much is which.
    assert kind_of(world.chains["antimony"].text, "antimony-recovery") == "made or recycled"


_TONNES = st.floats(0.1, 1e6)


@st.composite
def accounts(draw: st.DrawFn) -> list[Row]:
    """Return a balanced account of up to five regions with circular trade in both materials."""
    regions = draw(st.lists(st.sampled_from("ABCDE"), min_size=1, unique=True))
    mined = {region: draw(_TONNES) for region in regions}
    rows = [_mine(region, tonnes) for region, tonnes in mined.items()]
    for material in ("ore", "metal"):
        held = mined
        for region in regions:
            for partner in regions:
                part = draw(st.floats(0.0, 0.3)) if region != partner else 0.0
                rows += [_trade(material, region, partner, part * min(mined.values()))]
        if material == "ore":
            mined = _left(rows, "ore", held)
            rows += [_smelt(region, tonnes / 2.0) for region, tonnes in mined.items() if tonnes > 0]
            mined = {region: max(tonnes, 0.0) / 2.0 for region, tonnes in mined.items()}
    left = _left(rows, "metal", mined)
    return [*rows, *(_use(region, tonnes) for region, tonnes in left.items() if tonnes > 0.0)]


def _left(rows: Sequence[Row], material: str, held: Mapping[str, float]) -> dict[str, float]:
    left = dict(held)
    for row in rows:
        if row["kind"] == "trade" and row["material"] == material:
            left[row["region"]] -= row["balanced"]
            left[row["partner"]] += row["balanced"]
    return left


def _solved(traced: Trace) -> np.ndarray[Any, Any]:
    return absorbed(*traced.links.matrices())[0]


@given(accounts())
def test_shares_of_every_place_sum_to_one(rows: list[Row]) -> None:
    traced = trace_of(TEXT, rows)
    parts, lost = absorbed(*traced.links.matrices())
    used = traced.links.through > 0.0
    assert (parts.sum(axis=1) + lost)[used] == pytest.approx(1.0, abs=1e-9)


@given(accounts())
def test_mass_is_conserved(rows: list[Row]) -> None:
    """What all uses needed of an origin is what the origin put out."""
    needed = needed_output(trace_of(TEXT, rows))
    by_origin = dict(needed.group_by("origin").agg(pl.col("tonnes").sum()).iter_rows())
    mined = {row["region"]: 12.0 * row["balanced"] for row in rows if row["process"] == "mining"}
    for region, tonnes in mined.items():
        assert by_origin.get(region, 0.0) == pytest.approx(tonnes, rel=1e-8)


@given(accounts(), st.randoms(), st.sampled_from([1e-3, 1.0, 1e6]))
def test_order_and_units_do_not_matter(rows: list[Row], random: Any, scale: float) -> None:
    mixed = [{**row, "balanced": row["balanced"] * scale} for row in rows]
    random.shuffle(mixed)
    assert _solved(trace_of(TEXT, mixed)) == pytest.approx(_solved(trace_of(TEXT, rows)), abs=1e-9)


def test_inputs_may_be_weighed_by_worth() -> None:
    """One tonne of alloy from 3 t of ore (100 USD/t) and 1 t of metal (300 USD/t).

    By tonnes it is three quarters ore, by worth one half.
    """
    recipe = {
        "mix": Recipe({"ore": 3.0, "metal": 1.0}, {"alloy": 1.0}),
        "dig": Recipe({}, {"ore": 1.0}),
        "melt": Recipe({}, {"metal": 1.0}),
    }
    rows = [
        Entry("production", "A", 3.0, process="dig"),
        Entry("production", "A", 1.0, process="melt"),
        Entry("production", "A", 1.0, process="mix"),
        Entry("use", "A", 1.0, material="alloy"),
    ]
    by_tonnes = links_of(rows, recipe)
    by_worth = links_of(rows, recipe, {"ore": 100.0, "metal": 300.0, "alloy": 1.0})
    at = by_tonnes.places.index(("A", "alloy"))
    assert absorbed(*by_tonnes.matrices())[0][at] == pytest.approx([0.75, 0.25])
    assert absorbed(*by_worth.matrices())[0][at] == pytest.approx([0.5, 0.5])


@pytest.fixture(scope="module")
def world() -> World:
    """Return the bundled dataset."""
    return read_world()


@pytest.mark.parametrize("member_states", [False, True])
def test_bundled_accounts_conserve_mass(world: World, *, member_states: bool) -> None:
    for chain in world.chains:
        traced = trace(world, chain, member_states=member_states)
        needed = float(needed_output(traced)["tonnes"].sum())
        out = float(traced.links.tonnes[traced.links.origin >= 0].sum()) * 12.0
        assert needed == pytest.approx(out, rel=2e-4), chain


def test_dysprosium_in_european_magnets_is_mined_in_myanmar_too(world: World) -> None:
    """Who sells the magnet is China; who mines its dysprosium is Myanmar as well."""
    traced = trace(world, "rare-earth-magnets")
    direct = _shares(look_through(traced, "EU27"), "processing share")
    mined = _shares(look_through(traced, "EU27", of="dysprosium-oxide"), "origin share")
    assert direct["dysprosium-oxide", "separated", "CHN"] > 0.9
    assert mined["dysprosium-oxide", "mined", "MMR"] > 0.2
    assert sum(mined.values()) == pytest.approx(1.0, abs=1e-6)


def test_one_chain_is_fast(world: World) -> None:
    """A chain is solved and read for a region in at most 50 ms once balanced; the best of five."""
    taken: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        _ = look_through(trace(world, "rare-earth-magnets"), "EU27")
        taken.append(time.perf_counter() - start)
    assert min(taken) <= 0.05
