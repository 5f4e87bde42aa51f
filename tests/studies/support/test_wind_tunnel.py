"""The wind tunnel on real magnets: laws of instruments, what is measured, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

from orepact.errors import InputError
from orepact.network import World
from orepact.policy import Register, load_register
from orepact.policy.register import LIBRARY
from orepact.studies.support.lineup import (
    NONE,
    lineup_of,
    shipped_answers,
    shipped_supports,
)
from orepact.studies.support.measured import MARKET
from orepact.studies.support.wind_tunnel import TunnelDesign, WindTunnel, wind_tunnel
from tests.studies.shapes import require_shape

CHAIN = "rare-earth-magnets"
FOLDER = LIBRARY / "support"

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    """Write a copy of a support that ships, its first instrument or its cards changed."""
    folder = tmp_path_factory.mktemp("supports")

    def made(name: str, origin: str, cards: dict[str, float] | None = None, **fields: Any) -> Path:
        value: dict[str, Any] = yaml.safe_load(
            (FOLDER / f"{origin}.yaml").read_text(encoding="utf-8"))
        value["support"] = name
        value["instruments"][0] |= {"id": name, **fields}
        for card in value["cards"]:
            if cards and card["card"] in cards:
                card.update(dict.fromkeys(("value", "low", "high"), cards[card["card"]]))
        path = folder / f"{name}.yaml"
        _ = path.write_text(yaml.safe_dump(value, sort_keys=False), encoding="utf-8")
        return path

    return made


@pytest.fixture(scope="module")
def found(bundled: World, register: Register, write: Write) -> WindTunnel:
    return wind_tunnel(
        CHAIN,
        ["magnets-floor", "magnets-standards",
         write("idle-floor", "magnets-floor", {"magnet-level": 0.5}),
         write("idle-contract", "magnets-contract", {"magnet-volume": 0.0}),
         write("open-floor", "magnets-floor", exempt=["VNM", "ASO", "KOR", "EUO"])],
        ["magnets-diversion"], world=bundled, register=register,
        design=TunnelDesign(sets=1, paths=40),
    )


def entry(found: WindTunnel, support: str, answer: str = NONE) -> dict[str, Any]:
    return next(one for one in found.content["results"]
                if (one["support"], one["answer"]) == (support, answer))


@pytest.mark.parametrize("name", ["idle-floor", "idle-contract"])
def test_what_cannot_act_costs_nothing_and_changes_nothing(found: WindTunnel, name: str) -> None:
    months = found.frames["months"].filter(pl.col("subject") == MARKET)
    for answer in (NONE, "magnets-diversion"):
        one = entry(found, name, answer)
        assert one["public"]["mean"] == one["public"]["settled"]["middle"] == 0.0
        assert one["buyers"]["total"]["middle"] == pytest.approx(0.0, abs=1.0)
        assert one["trade"]["output_change"]["middle"] == pytest.approx(0.0, abs=1e-3)
        here = months.filter((pl.col("answer") == answer) & (pl.col("support") == name))
        quiet = months.filter((pl.col("answer") == answer) & (pl.col("support") == NONE))
        for column in ("zone_price", "direct", "output", "use"):
            assert np.allclose(here[column], quiet[column], rtol=1e-6), column


def test_a_floor_brings_duty_costs_buyers_and_lands_at_its_level(found: WindTunnel) -> None:
    one = entry(found, "magnets-floor")
    assert one["public"]["settled"]["middle"] == pytest.approx(-one["public"]["duty"]["middle"])
    assert one["public"]["duty"]["middle"] > 1e6
    assert one["buyers"]["total"]["middle"] > 1e6
    assert one["trade"]["kept_out"]["middle"] > 0.0
    assert one["fixed_point"]["landed_gap"] < 1e-3
    assert one["fixed_point"]["gap"] < 1e-4
    assert one["prices"]["zone_change"]["middle"] > 0.05
    assert one["prices"]["outside_change"]["middle"] < 0.0


def test_a_floor_that_spares_neighbours_leaks_through_them(found: WindTunnel) -> None:
    whole, spared = (entry(found, name)["trade"] for name in ("magnets-floor", "open-floor"))
    assert spared["third_change"]["middle"] > whole["third_change"]["middle"]
    assert spared["leakage"]["middle"] > whole["leakage"]["middle"]
    assert 0.0 <= whole["leakage"]["middle"] <= spared["leakage"]["middle"] <= 1.0


def test_a_standard_moves_money_from_buyers_and_pays_nobody(found: WindTunnel) -> None:
    one = entry(found, "magnets-standards")
    assert one["public"]["premium"]["middle"] > 0.0
    assert one["public"]["mean"] <= 0.0
    product = next(each for each in one["buyers"]["products"]
                   if each["material"] == "magnet-heavy")
    assert product["per_tonne"]["middle"] > 0.0
    assert product["extra"]["middle"] == pytest.approx(
        sum(each["middle"] for each in product["by_region"].values()))


def test_diversion_comes_by_other_ways_and_no_answer_does_not(found: WindTunnel) -> None:
    quiet = {one["answer"]: one for one in found.content["without"]}
    assert quiet[NONE]["hidden"]["middle"] == pytest.approx(0.0, abs=1.0)
    assert quiet["magnets-diversion"]["hidden"]["middle"] > 100.0
    assert quiet["magnets-diversion"]["direct"]["middle"] < quiet[NONE]["direct"]["middle"]


def test_plants_stand_in_the_first_month_and_never_more_are_open_than_stand(
    found: WindTunnel,
) -> None:
    plants = found.frames["months"].filter(pl.col("subject") == "plant")
    first = plants.filter(pl.col("month") == 0)
    standing = first.filter(pl.col("standing") == 1.0)
    assert len(standing) > 0
    one = entry(found, "magnets-standards")["plants"]
    reached = [each["plant"] for each in found.content["plants"] if each["reached"]]
    assert one["open_at_end"]["high"] <= one["of"] == len(reached) == 3
    assert not any("plain" in name for name in reached)
    before = found.content["without"][0]["plants"]
    assert before["open_at_end"]["middle"] <= one["open_at_end"]["middle"]


def test_ends_of_both_cards_are_run_under_no_answer(found: WindTunnel) -> None:
    ends = found.content["ends"]
    assert found.content["cost_cards"] == ["magnet-cash-cost"]
    assert {one["card"] for one in ends} == {"tunnel-qualification", "magnet-cash-cost"}
    assert {one["answer"] for one in ends} == {NONE}
    assert {one["end"]: one["value"] for one in ends if one["card"] == "magnet-cash-cost"} == {
        "low": 24_000.0, "high": 42_000.0}
    made = {(one["end"], one["support"]): one["output"] for one in ends
            if (one["card"], one["answer"]) == ("magnet-cash-cost", NONE)}
    assert made["low", "magnets-standards"] > made["high", "magnets-standards"]


def test_the_distribution_holds_together(found: WindTunnel) -> None:
    for one in found.content["results"]:
        public = one["public"]
        for each in (public, *public["years"], *public["by_process"].values()):
            assert each["p5"] <= each["p95"] + 1e-6
        years = [year["mean"] for year in public["years"]]
        assert np.mean(years) == pytest.approx(public["mean"], rel=1e-6, abs=1.0)
    costs = found.frames["costs"]
    assert set(costs["process"]) == {"walk", "reverting"}
    assert costs["year"].max() == 4


def test_the_content_has_the_shape_of_its_schema(found: WindTunnel) -> None:
    require_shape("wind-tunnel", found.content)


def test_members_share_one_draw_over_answers_and_the_central_set_has_none(
    bundled: World, register: Register
) -> None:
    lineup = lineup_of(CHAIN, (), (), world=bundled, register=register)
    assert list(lineup.answers) == [NONE, *shipped_answers(CHAIN)]
    assert list(lineup.supports) == list(shipped_supports(CHAIN))
    assert len(lineup.supports) == 5
    assert not {name for name in lineup.uncertain if "magnet-level" in name}
    assert "tunnel/tunnel-qualification" in lineup.uncertain
    assert set(lineup.zone) == {"USA", "EU27", "JPN"}


def test_everything_that_does_not_fit_together_is_told_at_once(
    bundled: World, register: Register, write: Write
) -> None:
    with pytest.raises(InputError) as caught:
        _ = wind_tunnel(
            CHAIN, ["magnets-flor", write("mine", "magnets-floor", first="2030-01",
                                          last="2029-01")],
            ["gallium-flood", "magnets-ladder"], world=bundled, register=register,
            design=TunnelDesign(sets=0, paths=1))
    told = str(caught.value)
    for text in ("did you mean 'magnets-floor'", "ends before it begins", "other chains",
                 "with a ladder", "--sets", "--paths"):
        assert text in told, text


def test_an_unknown_chain_and_a_chain_without_supports_are_refused(
    bundled: World, register: Register
) -> None:
    with pytest.raises(InputError, match="did you mean 'rare-earth-magnets'"):
        _ = lineup_of("rare-earth-magnet", (), (), world=bundled, register=register)
    with pytest.raises(InputError, match="none ships for gallium"):
        _ = lineup_of("gallium", (), (), world=bundled, register=register)
