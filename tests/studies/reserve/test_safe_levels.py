"""Safe levels against stocks: who counts, across borders, and what is left out."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.indicators.span import Span
from orepact.network import World, read_world
from orepact.network.stored_forms import world_forms
from orepact.studies.reserve.counted import Lot, counted_of
from orepact.studies.reserve.safe_levels import open_stocks, safe_levels

BORDER = Span(0.25, 0.0, 1.0)


@pytest.fixture(scope="module")
def world() -> World:
    """The bundled dataset."""
    return read_world()


def _lot(name: str, place: str, crosses: str, tonnes: float | None = 100.0) -> Lot:
    return Lot(name=name, form="antimony-metal", owner="public", place=place, tonnes=tonnes,
               crosses=crosses, missing="" if tonnes is not None else "withheld, defence")


def test_what_crosses_a_border_counts() -> None:
    """Yes counts, no counts nothing, undecided by the card; each that does not is named."""
    lots = [_lot("a", "DEU", "yes"), _lot("b", "FRA", "no"), _lot("c", "ITA", "not_decided"),
            _lot("d", "POL", "", None), _lot("e", "USA", "yes")]
    found = counted_of(lots, "antimony-metal", "EU27", (), BORDER)
    assert (found.all.value, found.all.low, found.all.high) == (125.0, 100.0, 200.0)
    assert [line.split(":")[0] for line in found.left_out] == ["b", "c", "d", "d", "e"]
    assert found.unknown_public == ("d",)


def test_own_stock_counts_at_home() -> None:
    """In the country where it lies a stock counts whatever may cross."""
    found = counted_of([_lot("b", "FRA", "no")], "antimony-metal", "FRA", (), BORDER)
    assert found.all.value == 100.0


def test_entitled_lots_count() -> None:
    """What a region may draw counts although it lies elsewhere."""
    found = counted_of([_lot("e", "USA", "")], "antimony-metal", "EU27", ("e",), BORDER)
    assert found.all.value == 100.0


def test_gap_and_cover(world: World, tmp_path: Path) -> None:
    """The gap is the level less what counts; days are what counts over daily net imports."""
    path = tmp_path / "h.yaml"
    _ = path.write_text(
        "format: orepact/holdings/1\nholdings:\n"
        "  - {holding: a, owner: EU27, material: antimony-metal, tonnes: 1000}\n"
        "  - {holding: b, owner: USA, material: antimony-metal, tonnes: 500, entitled: [EU27]}\n"
        "  - {holding: c, owner: USA, material: antimony-metal, tonnes: 70}\n",
        encoding="utf-8",
    )
    stocks = open_stocks(path, world, "EU27")
    figures = safe_levels(world, world.bundle, name="antimony-metal", days=60.0, stocks=stocks)
    by = {figure.indicator: figure for figure in figures}
    assert by["public stocks counted"].value == 1500.0
    daily, level = by["daily net imports"].value, by["safe level"].value
    assert daily is not None
    assert level is not None
    assert by["gap to the safe level"].value == pytest.approx(level - 1500.0)
    assert by["days of net imports covered"].value == pytest.approx(1500.0 / daily)
    assert by["oil method: days covered"].value == pytest.approx(0.9 * 1500.0 / daily)
    assert by["oil method: tonnes for 90 days"].value == pytest.approx(90.0 * daily)
    assert "c: lies in USA" in by["public stocks counted"].note


def test_a_report_of_stocks_counts_by_form(world: World, tmp_path: Path) -> None:
    """A report's stock with a form counts; one without a form is named."""
    common = (
        "mineral: antimony, owner: private, tonnes: 1000, chemical_form: ingot, content: 0.99, "
        "purity: {share: 0.9965, of: Sb}, location: DEU, release_rules: none, "
        "access: {days: 5, cross_border: yes}, "
        "withheld: [{field: history, reason: confidential, why: contract}]"
    ).replace("cross_border: yes", 'cross_border: "yes"')
    path = tmp_path / "s.yaml"
    _ = path.write_text(
        "format: orepact/stocks/1\nregion: EU27\nas_of: 2026-06-30\nstocks:\n"
        f"  - {{stock: one, form: antimony-metal, {common}}}\n  - {{stock: two, {common}}}\n",
        encoding="utf-8",
    )
    stocks = open_stocks(path, world, "EU27")
    assert stocks.formless == ("two",)
    figures = safe_levels(world, world.bundle, name="antimony-metal", stocks=stocks)
    by = {figure.indicator: figure for figure in figures}
    assert by["private stocks counted"].value == pytest.approx(990.0)
    assert by["public stocks counted"].value == 0.0


def test_published_private_stocks_count(world: World) -> None:
    """The United States' ferromanganese: 40 thousand tonnes gross times the form's content."""
    figures = safe_levels(world, world.bundle, region="USA", name="manganese-ferro")
    by = {figure.indicator: figure for figure in figures}
    assert by["private stocks counted"].value == pytest.approx(40_000.0 * 0.77)
    without = safe_levels(world, world.bundle, region="USA", name="manganese-ferro",
                          published=False)
    assert {each.indicator: each for each in without}["private stocks counted"].value == 0.0


def test_a_withheld_stock_is_never_zero(world: World) -> None:
    """Industry stocks of tungsten are withheld: no sum, no gap, no days, and the reason."""
    figures = safe_levels(world, world.bundle, region="USA", name="tungsten-ore")
    by = {figure.indicator: figure for figure in figures}
    for name in ("private stocks counted", "gap to the safe level", "days of net imports covered"):
        assert by[name].value is None
        assert "us-tungsten-industry" in by[name].missing
    assert by["gap to the safe level"].high == by["safe level"].high


@given(st.lists(st.floats(0.0, 1e5), max_size=5), st.floats(0.0, 1e5), st.randoms())
def test_more_stock_never_counts_less(held: list[float], more: float, random: Random) -> None:
    """Order does not matter, and a further stock never lowers what counts."""
    lots = [_lot(str(at), "DEU", "yes", each) for at, each in enumerate(held)]
    before = counted_of(lots, "antimony-metal", "EU27", (), BORDER).all.value
    wider = [*lots, _lot("more", "FRA", "not_decided", more)]
    random.shuffle(wider)
    after = counted_of(wider, "antimony-metal", "EU27", (), BORDER).all.value
    assert after >= before * (1.0 - 1e-12)


def test_all_forms_of_all_chains(world: World) -> None:
    """Every form has a level or says why it has none; a level is never negative."""
    figures = safe_levels(world, world.bundle)
    levels = [figure for figure in figures if figure.indicator == "safe level"]
    assert len(levels) == len(world_forms().forms)
    for level in levels:
        assert level.value is not None or level.missing
        if level.value is not None:
            assert level.low is not None
            assert level.high is not None
            assert 0.0 <= level.low <= level.value <= level.high
