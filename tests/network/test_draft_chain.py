"""A drafted chain loads, balances and reproduces itself at once, whatever the mineral."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError
from orepact.network import World, read_world
from orepact.network.accounts.raw import Window
from orepact.network.drafts.chain import Draft, draft_chain
from orepact.network.drafts.folder import write_draft
from orepact.result.simulation import Restrictions, Setting, simulate

YEAR = Window("2023-01", "2023-12")
MINERALS = {
    "tin": {"mined": "C"},  # ore alone is traded, no content factor printed
    "zinc": {"mined": "C"},  # the same, and no quote fits the price of content
    "molybdenum": {"mined": "C"},  # a by-product
    "tellurium": {"refined": "D"},  # a basket code: trade rests on a card
    "fluorspar": {"mined": "C"},  # counted in gross weight; one grade has no table
    "niobium": {"mined": "C"},  # traded as an alloy
    "copper": {"mined": "C", "refined": "C"},  # two counted stages, largest partners only
    "nickel": {"mined": "C", "refined": "C"},  # the second stage by difference
}


@pytest.fixture(scope="module")
def world() -> World:
    return read_world(confirmed_only=True)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle(confirmed_only=True)


def drafted(bundle: Bundle, world: World, mineral: str) -> Draft:
    return draft_chain(bundle.table, world.regions, f"my-{mineral}", mineral, YEAR)


@pytest.mark.parametrize("mineral", MINERALS)
def test_a_draft_balances_and_reproduces_itself(
    mineral: str, bundle: Bundle, world: World, tmp_path: Path
) -> None:
    name = f"my-{mineral}"
    write_draft(drafted(bundle, world, mineral), tmp_path / name)
    mine = world.with_chain(tmp_path / name)
    accounts = mine.accounts[name]
    grades = {key.removeprefix(f"{name}-"): value for key, value in accounts.grades.items()}
    assert grades == MINERALS[mineral]
    network = mine.network(name)
    count = len(network.routes)
    free = Restrictions(np.full((24, count), np.inf), *(np.zeros((24, count)),) * 4)
    setting = Setting(np.ones((12, len(network.processes))), np.ones((12, len(network.demands))))
    run = simulate(network, mine.ensemble[0], free, setting, window_months=12)
    base = run.tables.routes["base"]
    assert np.nanmax(np.abs(run.price - 1.0)) <= 0.005
    assert np.max(np.abs(run.flow - base)) <= 0.04 * base.max()
    assert run.residual.max() <= 1e-6


def test_balanced_places_add_up(bundle: Bundle, world: World, tmp_path: Path) -> None:
    write_draft(drafted(bundle, world, "zinc"), tmp_path / "z")
    entries = world.with_chain(tmp_path / "z").accounts["my-zinc"].entries
    into: dict[str, float] = {}
    for kind, region, partner, tonnes in entries.select(
        "kind", "region", "partner", "balanced"
    ).iter_rows():
        into[region] = into.get(region, 0.0) + (tonnes if kind == "production" else -tonnes)
        if kind == "trade":
            into[partner] = into.get(partner, 0.0) + tonnes
    assert max(abs(left) for left in into.values()) <= 1e-6 * entries["balanced"].sum()
    assert entries["balanced"].min() >= 0.0  # type: ignore[operator]


def test_the_same_tables_give_the_same_bytes(world: World, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_draft(drafted(read_bundle(confirmed_only=True), world, "copper"), tmp_path / folder)
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}
        for folder in ("a", "b")
    )
    first["README.md"] = first["README.md"].replace(b"/a", b"/b")
    assert first == second


def test_every_card_has_a_range_and_says_what_is_open(bundle: Bundle, world: World) -> None:
    for mineral in MINERALS:
        for card in drafted(bundle, world, mineral).cards:
            assert card.low <= card.value <= card.high
            assert card.low < card.high or card.card == "window"
            assert "open: " in card.reason


def test_every_row_cites_a_source_or_a_card_and_no_use_is_negative(
    bundle: Bundle, world: World
) -> None:
    frame = drafted(bundle, world, "nickel").accounts.frame
    assert frame.filter((pl.col("source") == "") & (pl.col("card") == "")).is_empty()
    assert frame["tonnes_per_year"].min() > 0.0  # type: ignore[operator]


def test_only_settled_licences_enter_a_draft(bundle: Bundle, world: World) -> None:
    frame = drafted(bundle, world, "copper").accounts.frame
    status = dict(world.sources.select("source_id", "licence_status").iter_rows())
    assert {status[source] for source in frame["source"] if source} == {"confirmed"}


def test_the_path_after_the_window_follows_later_output(bundle: Bundle, world: World) -> None:
    path = drafted(bundle, world, "tin").supply_path
    assert set(path["month"]) == {"2024-01", "2025-01"}
    made = bundle.table("production").filter(
        (pl.col("mineral") == "tin")
        & (pl.col("country") == "CHN")
        & (pl.col("preferred") == "1")
        & pl.col("year").is_in([2023, 2024])
    )
    by_year = dict(made.select("year", "quantity").iter_rows())
    row = path.filter((pl.col("region") == "CHN") & (pl.col("month") == "2024-01"))
    assert row["factor"][0] == pytest.approx(by_year[2024] / by_year[2023], abs=1e-4)


def test_a_mineral_without_trade_is_refused_by_the_tables_it_lacks(
    bundle: Bundle, world: World
) -> None:
    with pytest.raises(InputError, match="tables concordance, trade"):
        drafted(bundle, world, "potash")


def test_a_folder_is_never_overwritten(bundle: Bundle, world: World, tmp_path: Path) -> None:
    (tmp_path / "tin").mkdir()
    with pytest.raises(InputError, match="nothing is overwritten"):
        write_draft(drafted(bundle, world, "tin"), tmp_path / "tin")
    assert not list((tmp_path / "tin").iterdir())
