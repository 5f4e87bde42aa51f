"""Output at risk by sector: by hand for one use, laws for all, what is missing, refused files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from orepact.errors import InputError
from orepact.indicators.bands import WIDENING
from orepact.indicators.sector.at_risk import SectorsAtRisk, loss_to_users, sectors_at_risk
from orepact.indicators.sector.at_risk_file import AT_RISK_FILE, read_at_risk, value_added
from orepact.network import World, read_world

MONTHS = {"whole": 12}


@cache
def world() -> World:
    return read_world()


def members(unmet: list[float], quiet: float = 0.0, **fields: Any) -> pl.DataFrame:
    """Return members that differ in the unmet share of EU gallium use at unchanged prices."""
    count = len(unmet)
    given: dict[str, Any] = {
        "chain": "gallium", "window": "base", "licence": "approve", "rank": [0] * count,
        "draw": list(range(count)), "rung": 0, "region": "EU27", "material": "gallium-refined",
        "period": "whole", "unmet_share": unmet, "without_unmet_share": [quiet] * count,
        "price_transaction": 1.5, "without_price_transaction": 1.0,
    }
    return pl.DataFrame({**given, **fields})


def found(frame: pl.DataFrame) -> SectorsAtRisk:
    return sectors_at_risk(frame, world(), MONTHS)


def one(result: SectorsAtRisk, sector: str = "C26") -> dict[str, Any]:
    return result.bands.filter((pl.col("sector") == sector) & (pl.col("licence") == "all")).row(
        0, named=True
    )


@given(st.floats(0.0, 1.0), st.floats(0.05, 2.0), st.floats(1.0, 60.0))
def test_loss_to_users_is_the_area_under_the_curve(
    unmet: float, elasticity: float, cap: float
) -> None:
    corner = cap**-elasticity
    expected, _ = quad(lambda x: min(max(x, 1e-12) ** (-1.0 / elasticity), cap), 1.0 - unmet, 1.0,
                       points=[corner] if 1.0 - unmet < corner < 1.0 else None, limit=200)
    got = loss_to_users(np.array([unmet]), np.array([elasticity]), np.array([cap]))
    assert got[0] == pytest.approx(expected, rel=1e-4, abs=1e-7)


def test_loss_to_users_without_elasticity_is_the_cut_off() -> None:
    got = loss_to_users(np.array([0.2, 0.2]), np.array([0.0, 1.0]), np.array([5.0, 1e9]))
    assert got == pytest.approx([1.0, -np.log(0.8)])


def test_one_use_by_hand() -> None:
    """Gallium for integrated circuits: 20 % unmet in one member, so the band is it ÷ and × 1.35.

    Value added of C26 is 77,000 MEUR at 1.13 USD, 5 % of it with gallium: 4,351 MUSD, of which
    20 % are 870; users would have paid far less for the tonnes, so that is the low end.
    """
    row = one(found(members([0.2])))
    text, uses = read_at_risk(world()), found(members([0.2])).uses
    circuits = uses.filter(use="integrated-circuits").row(0, named=True)
    worth = 77e9 * text.exchange.value * text.parts["gallium", "integrated-circuits"].value
    demand = next(
        each for each in world().network("gallium").demands
        if (each.region, each.material) == ("EU27", "gallium-refined")
    )
    tonnes = 12.0 * demand.base * demand.uses["integrated-circuits"]
    price = next(m.price for m in world().network("gallium").materials
                 if m.name == "gallium-refined")
    elasticity = np.array([world().ensemble[0].demand_elasticity])
    paid = tonnes * price * float(loss_to_users(
        np.array([0.2]), elasticity, np.array([text.willingness["C26"].value]))[0])
    assert circuits["unmet"] == pytest.approx(0.2 * tonnes)
    assert circuits["high"] == pytest.approx(0.2 * worth)
    assert circuits["low"] == pytest.approx(min(0.2 * worth, paid))
    assert circuits["extra_cost"] == pytest.approx(0.8 * tonnes * price * 0.5)
    assert row["low"] == pytest.approx(row["low_middle"] / WIDENING)
    assert row["high"] == pytest.approx(row["high_middle"] * WIDENING)


def test_an_application_stands_still_from_the_card_on() -> None:
    stop = read_at_risk(world()).stop.value
    below, above = (one(found(members([stop + by])))["high_middle"] for by in (-0.01, 0.01))
    assert below == pytest.approx((stop - 0.01) * above)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6))
def test_low_never_exceeds_high_and_grows_with_the_cut_off(unmet: list[float]) -> None:
    bands = found(members(unmet)).bands
    for row in bands.iter_rows(named=True):
        assert 0.0 <= row["low"] <= row["high"] * (1.0 + 1e-9)
        assert row["low_half_middle"] <= row["low_middle"] <= row["low_double_middle"]
        assert row["high"] <= row["sector_usd"] * (1.0 + 1e-9)
        assert row["low_cards"] <= row["low"] * (1.0 + 1e-9)
        assert row["high_cards"] >= row["high_middle"] * (1.0 - 1e-9)


def test_nothing_unmet_is_nothing_at_risk_and_lower_prices_are_no_gain() -> None:
    row = one(found(members([0.0, -0.1])))
    assert row["low"] == row["high"] == 0.0


def test_a_scenario_that_changes_nothing_has_no_change() -> None:
    row = one(found(members([0.2, 0.3], quiet=0.0).with_columns(
        without_unmet_share=pl.col("unmet_share"))))
    assert row["change_low_middle"] == row["change_high_middle"] == 0.0
    assert not row["sign_flips"]


def copper(unmet: float) -> pl.DataFrame:
    return members([unmet]).with_columns(
        chain=pl.lit("copper"), material=pl.lit("copper-refined")
    )


def test_a_sign_that_hangs_on_the_cut_off_is_marked() -> None:
    """One shortage goes, another comes: which is worse hangs on what users would pay.

    Without the scenario the EU lacks nearly all its gallium: few tonnes, worth as much as the
    cut-off says. With it, a little copper: many tonnes just above their base price, which no
    cut-off reaches. The copper is chosen to lie between half and double of the gallium.
    """
    gallium = one(found(members([0.99])))
    half, card = gallium["low_half_middle"], gallium["low_middle"]
    assert half < card < gallium["low_double_middle"]
    per_share = one(found(copper(0.001)))["low_middle"] / 0.001
    shown = {}
    for name, amount in (("between", 0.5 * (half + card)), ("above", 3.0 * card)):
        frame = pl.concat([members([0.0], quiet=0.99), copper(amount / per_share)])
        shown[name] = one(found(frame))
    assert shown["between"]["change_low_half_middle"] > 0.0 > shown["between"]["change_low_middle"]
    assert shown["between"]["sign_flips"]
    assert shown["above"]["change_low_middle"] > 0.0


def test_licences_apart_and_together() -> None:
    both = pl.concat([members([0.1]), members([0.5], licence="refuse")])
    bands = found(both).bands
    high = dict(bands.filter(sector="C26").select("licence", "high_middle").iter_rows())
    assert set(high) == {"all", "approve", "refuse"}
    assert high["approve"] < high["refuse"] == high["all"]


def test_uses_without_a_sector_or_region_are_told() -> None:
    frame = pl.concat([
        members([0.1]),
        members([0.1], region="ASO", chain="copper", material="copper-refined"),
    ])
    missing = found(frame).missing
    assert "copper infrastructure: no value added of sector D35 in table end_uses" in missing
    assert any(text.startswith("ASO: no card") for text in missing)


def test_every_counted_use_of_every_chain_has_a_class_or_is_told() -> None:
    text, added = read_at_risk(world()), value_added(world().bundle)
    for name, chain in world().chains.items():
        for use in chain.text.uses:
            if use.counted and use.sector in added:
                assert (name, use.use) in text.parts, (name, use.use)
                assert use.sector in text.willingness, use.sector


def test_value_added_is_what_most_rows_say() -> None:
    added = value_added(world().bundle)
    assert added["C29"][0] == 194_448e6
    assert added["C30"][0] == 55_777e6


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("use: flame-retardants", "use: flame-retardant", "unknown use"),
        ("chain: antimony, use: plastics", "chain: antimoni, use: plastics", "unknown chain"),
        ("stop: at-risk-stop", "stop: at-risk-stopp", "unknown card"),
        ("value: 1.13\n", "value: 2.13\n", "range is out of order"),
    ],
)
def test_refused_files(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = AT_RISK_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "at_risk.yaml"
    _ = path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=expected):
        _ = read_at_risk(world(), path)
