"""A scenario with and without reserves: pairs, tonnes that add up, levels on left-out members."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from orepact.errors import InputError
from orepact.network import Reserve, World, read_world
from orepact.policy.release import Rulebook, check_rulebook, find_rulebook, read_rulebook
from orepact.policy.release.text import Replenish, Size, Stop, Trigger
from orepact.studies.release import suggest
from orepact.studies.release.release import Released, release_run
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import stress

SCHEMA = Path(str(resources.files("orepact.studies"))) / "schema" / "release.schema.json"
SCENARIO = """\
format: orepact/scenario/1
scenario: tiny
title: Gallium recovery in China stands still
text: A test.
version: 1
chains: [gallium]
first_month: 2026-12
months: 8
reason: A test.
outages:
  - id: still
    process: gallium-recovery
    region: CHN
    month: 2026-12
    until: 2027-07
    activity: {value: 0.2, low: 0.1, high: 0.3}
    reason: Supposed.
"""
DESIGN = Design(sets=2, draws=0, windows=False)
JAPAN = Reserve(name="japan", owner="JPN", region="JPN", material="gallium-refined", held=20.0,
                carrying_cost=100.0)
JOINT = Reserve(name="joint", owner="G7", region="USA", material="gallium-refined", held=10.0,
                entitled=("USA", "EU27"), lead=1)


def rulebook() -> Rulebook:
    """Return a rulebook that releases early and buys back late."""
    book = find_rulebook("default")
    rule = replace(
        book.rules[0], trigger=Trigger(group_loss=0.03, price=1.5, of="use"), stop=Stop(),
        size=Size(share_of_shortfall=1.0, at_least=0.05, at_most=0.25),
        replenish=Replenish(price_below=1.2, share_of_stock=0.2),
    )
    return replace(book, rulebook="early", rules=(rule,))


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "tiny.yaml"
    _ = path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(world: World, scenario: Path) -> Released:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suggest, "GENERATIONS", 1)
        patch.setattr(suggest, "CANDIDATES", 2)
        return release_run(scenario, (JAPAN, JOINT), rulebook(), world=world, design=DESIGN,
                           suggest=True)


def test_the_run_has_the_shape_of_its_schema(found: Released) -> None:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    checker: Any = Draft202012Validator(schema)
    checker.validate(json.loads(json.dumps(found.content, allow_nan=False)))
    told = found.content["reserves"]["results"]
    assert {(one["reserve"], one["licence"]) for one in told} == {
        (name, licence) for name in ("japan", "joint") for licence in ("all", "approve", "refuse")
    }
    assert any(one["releasing"] for one in told)


def test_what_leaves_a_reserve_is_what_it_no_longer_holds(found: Released) -> None:
    rows = found.frames["reserves"].filter(subject="reserve")
    for key, part in rows.group_by(["reserve", "licence", "rank", "draw"]):
        held = {"japan": 20.0, "joint": 10.0}[str(key[0])]
        ordered = part.sort("month")
        left = held - ordered["released"].cum_sum() + ordered["bought"].cum_sum()
        assert (left - ordered["level"]).abs().max() <= 1e-9  # pyright: ignore[reportOptionalOperand, reportOperatorIssue]


def test_released_tonnes_are_accounted_for(found: Released) -> None:
    for entry in found.content["reserves"]["fates"]:
        parts = [entry[name] for name in ("own", "others", "works", "displaced", "bought",
                                          "stored")]
        assert sum(parts) == pytest.approx(entry["arrived"], abs=1e-9)
        assert entry["arrived"] <= entry["released"] + 1e-9
    whole = next(one for one in found.content["reserves"]["fates"] if one["licence"] == "all")
    assert whole["arrived"] > 0.0
    assert whole["own"] > 0.0


def test_money_is_at_transaction_prices(found: Released) -> None:
    """A share of 0.2 to 0.6 of trade is exposed to the marginal price, two months late."""
    rows = found.frames["reserves"].filter(subject="reserve", reserve="japan")
    for _, part in rows.group_by(["window", "licence", "rank", "draw"]):
        ordered = part.sort("month")
        exposed = (ordered["paid"] - 1.0).slice(2) / (ordered["price"] - 1.0).head(6)
        assert exposed.min() == pytest.approx(exposed.max())  # one share, in every month
        assert 0.1 < float(exposed[0]) < 0.7
    entry = next(one for one in found.content["reserves"]["results"]
                 if one["reserve"] == "japan" and one["licence"] == "all")
    worth = rows.with_columns(usd=pl.col("released") * pl.col("paid") * pl.col("usd"))
    each = worth.group_by(["window", "licence", "rank", "draw"]).agg(pl.sum("usd"))["usd"]
    assert entry["proceeds"]["high"] == pytest.approx(each.max())
    dear = rows.select((pl.col("released") * pl.col("price") * pl.col("usd")).sum()).item()
    assert worth["usd"].sum() < dear


def test_the_rule_says_what_it_saw(found: Released) -> None:
    rows = found.frames["reserves"].filter(subject="reserve", reserve="japan")
    entry = next(one for one in found.content["reserves"]["results"]
                 if one["reserve"] == "japan" and one["licence"] == "all")
    assert entry["highest_price"]["high"] == pytest.approx(rows["price_seen"].max())
    assert 0.03 <= entry["largest_loss"]["high"] <= 1.0
    later = rows.sort("window", "licence", "rank", "draw", "month")
    seen, price = later.filter(month=1)["price_seen"], later.filter(month=0)["price"]
    assert seen.to_list() == pytest.approx(price.to_list())


def test_the_rulebook_that_ships_measures_what_its_article_measures() -> None:
    rule = find_rulebook("default").rules[0]
    assert "Article 13" in rule.reason
    assert rule.trigger.of == "supply"


def test_who_may_draw_gains_and_nobody_loses(found: Released) -> None:
    places = [one for one in found.content["reserves"]["places"]
              if one["licence"] == "all" and one["material"] == "gallium-refined"]
    own = [one for one in places if one["entitled"]]
    assert {one["region"] for one in own} == {"JPN", "USA", "EU27"}
    assert all(one["gain"]["middle"] > 0.0 for one in own if one["region"] == "JPN")
    assert all(one["gain"]["middle"] >= -0.05 * one["wanted"]["middle"] for one in places)


def test_the_suggestion_is_tried_on_members_left_out(found: Released, tmp_path: Path) -> None:
    told: dict[str, Any] = found.content["suggestion"]
    assert (told["members_inside"], told["members_outside"]) == (2, 2)
    assert told["inside"]["value"] >= 0.0
    for name, value in told["levels"].items():
        low, high = suggest.BOUNDS[name]
        assert low <= value <= high
    path = tmp_path / "suggested.yaml"
    _ = path.write_text(told["rulebook_file"], encoding="utf-8")
    assert check_rulebook(read_rulebook(path)) == []


def test_all_other_figures_of_a_stress_run_stay_those_without(
    world: World, scenario: Path
) -> None:
    quiet = stress(scenario, world=world, design=DESIGN)
    both = stress(scenario, world=world, design=DESIGN, reserves=(JAPAN,), rulebook=rulebook())
    assert both.content["result_hash"] == quiet.content["result_hash"]
    assert both.content["input_hash"] != quiet.content["input_hash"]
    assert both.frames["members"].equals(quiet.frames["members"])
    same = set(quiet.content) - {"created", "seconds", "input_hash"}
    assert {name: both.content[name] for name in same} == {
        name: quiet.content[name] for name in same}
    assert set(both.content) - set(quiet.content) == {"reserves"}


def test_the_path_without_is_the_one_of_the_stress_run(
    found: Released, world: World, scenario: Path
) -> None:
    """Prices without the reserve, mean over the eight months, are those of the stress run."""
    members = stress(scenario, world=world, design=DESIGN).frames["members"]
    key = ["licence", "rank", "region", "material"]
    mine = found.frames["reserves"].filter(subject="place").group_by(key).agg(
        pl.mean("price_without"))
    joined = members.select(*key, "price_marginal").join(mine, on=key)
    assert len(joined) == len(mine)
    gap = (joined["price_marginal"] - joined["price_without"]).abs().max()
    assert gap is not None
    assert float(gap) <= 1e-9  # pyright: ignore[reportArgumentType]


def test_contradictions_are_told_before_anything_is_solved(world: World, scenario: Path) -> None:
    away = replace(JAPAN, region="AUS", material="gallium-refined")
    book = replace(rulebook(), rules=(replace(rulebook().rules[0], members=("USA",)),))
    with pytest.raises(InputError, match="may draw on none"):
        _ = release_run(scenario, (JAPAN,), book, world=world, design=DESIGN)
    with pytest.raises(InputError, match="can reach nobody"):
        _ = stress(scenario, world=world, design=DESIGN, reserves=(away,), rulebook=rulebook())
