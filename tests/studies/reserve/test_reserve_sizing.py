"""Sizes of reserves: laws that hold for every budget, what is filed, and pooled reserves."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from orepact.errors import InputError
from orepact.network import Reserve, World, read_world
from orepact.network.stored_forms import world_forms
from orepact.policy import Register, load_register
from orepact.studies.reserve.cases import SizingDesign, cases_of
from orepact.studies.reserve.paid import BASE, paid_prices
from orepact.studies.reserve.pooling import ReservePooling, reserve_pooling
from orepact.studies.reserve.sizing import ROUGH, ReserveSizing, reserve_sizing, solved
from orepact.studies.reserve.suppositions import read_suppositions
from orepact.studies.reserve.tornado import runs_of
from orepact.views.reserve_pool_table import arrangement_rows, member_rows, pool_lines, refusal_rows
from orepact.views.reserve_size_brief import reserve_size_html
from orepact.views.reserve_size_table import fill_rows, headline, money, tornado_lines
from tests.studies.shapes import require_shape

DESIGN = SizingDesign(
    chains=("gallium",), owners=("EU27",), futures=8, first_month="2026-12", tornado=0, sample=0
)
GAP = 0.02
"""A little above what the search leaves unproven of a reserve's worth."""


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def free(world: World, register: Register) -> ReserveSizing:
    """Return a size without a budget, with a tornado of few futures and a simulated sample."""
    return reserve_sizing(replace(DESIGN, tornado=2, sample=1), world=world, register=register)


def test_what_is_filed_has_the_published_shape(free: ReserveSizing) -> None:
    require_shape("reserve-size", free.content)
    assert json.dumps(free.content, allow_nan=False)


def test_fills_hold_what_they_say(free: ReserveSizing) -> None:
    (fill,) = free.content["fills"]
    assert fill["material"] == "gallium-primary"
    assert 0.0 <= fill["tonnes"] <= fill["largest"] * (1.0 + 1e-9)
    assert fill["usd"] == pytest.approx(fill["tonnes"] * fill["price"])
    assert free.content["spent"] == pytest.approx(fill["usd"], rel=1e-6)
    network = read_world().network("gallium")
    output = sum(each.base * each.outputs.get("gallium-primary", 0.0)
                 for each in network.processes)
    assert fill["months_of_world_output"] == pytest.approx(fill["tonnes"] / output)


def test_more_budget_is_never_worse_and_never_overspent(
    world: World, register: Register, free: ReserveSizing
) -> None:
    whole = free.content["spent"]
    before = 0.0
    for share in (0.25, 0.5, 2.0):
        found = reserve_sizing(replace(DESIGN, budget=share * max(whole, 1e5)), world=world,
                               register=register).content
        assert found["spent"] <= share * max(whole, 1e5) * (1.0 + 1e-6)
        assert found["value"] >= before * (1.0 - GAP) - 1.0
        before = found["value"]
    assert before == pytest.approx(free.content["value"], rel=GAP, abs=10.0)
    assert found["value_per_extra_dollar"] == pytest.approx(0.0, abs=1e-6)


def test_zero_futures_buy_nothing(world: World, register: Register) -> None:
    found = reserve_sizing(replace(DESIGN, futures=0), world=world, register=register)
    assert found.content["spent"] == found.content["value"] == 0.0
    assert [one["tonnes"] for one in found.content["fills"]] == [0.0]
    require_shape("reserve-size", found.content)


def test_a_dearer_hold_never_buys_more(world: World, register: Register) -> None:
    cards, forms = read_suppositions(world), world_forms(world.folder)
    cases = cases_of(world, register, DESIGN, cards, forms)
    dear = cases_of(world, register, DESIGN, cards, forms, carry="high",
                    among=[case.futures for case in cases])
    bought = [float(solved(one, DESIGN, cards, regret=False).fills["bought_t"].sum())
              for one in (cases, dear)]
    assert bought[1] <= bought[0] * (1.0 + GAP) + 0.01


def test_branches_are_nothing_to_a_chain_without_suspended_acts(
    world: World, register: Register
) -> None:
    """Law: the same tonnes and worth whatever the cards of the branches say."""
    cards, forms = read_suppositions(world), world_forms(world.folder)
    design = replace(DESIGN, chains=("magnesium",), futures=1)
    told: list[tuple[float, float]] = []
    for chosen in (cards, cards.at("reserve-branch-extended", 0.01)):
        sizing = solved(cases_of(world, register, design, chosen, forms), design, chosen,
                        regret=False)
        told.append((sizing.value, sizing.spent))
    assert told[0] == told[1]


def test_what_is_held_counts_where_it_lies(world: World, register: Register) -> None:
    def lot(name: str, region: str, tonnes: float) -> Reserve:
        return Reserve(name=name, owner="somebody", region=region, material="gallium-primary",
                       held=tonnes)

    held = (lot("a", "EU27", 2.0), lot("b", "EU27", 1.0), lot("c", "CHN", 5.0))
    (case,) = cases_of(world, register, replace(DESIGN, futures=0), read_suppositions(world),
                       world_forms(world.folder), held=held)
    assert [one.reserve.held for one in case.candidates] == [3.0]
    assert [(one.name, one.held, one.largest) for one in case.others] == [("c", 5.0, 0.0)]


def test_what_may_be_bought_is_capped_by_the_market(world: World, register: Register) -> None:
    """Derivation: share of output × months of the build-up × output, at most a year of use."""
    cards, forms = read_suppositions(world), world_forms(world.folder)
    held = (Reserve(name="a", owner="EU27", region="EU27", material="gallium-primary", held=2.0),)
    for share in (0.02, 0.05, 1.0):
        (case,) = cases_of(world, register, replace(DESIGN, futures=0),
                           cards.at("reserve-depth", share), forms, held=held)
        (one,) = case.candidates
        depth = share * cards["reserve-build-months"] * one.output
        room = 12.0 * one.use - 2.0
        assert one.reserve.largest == pytest.approx(min(depth, room))
        assert one.capped_by == ("depth" if depth <= room else "use")


def test_owners_share_the_depth_of_a_market(world: World, register: Register) -> None:
    """Law: what two owners may buy together is no more than what one may."""
    cards, forms = read_suppositions(world), world_forms(world.folder)
    design = replace(DESIGN, chains=("tungsten",), futures=0)
    (alone,) = cases_of(world, register, design, cards, forms)
    (both,) = cases_of(world, register, replace(design, owners=("EU27", "JPN")), cards, forms)
    depth = {one.reserve.material: one.depth for one in alone.candidates}
    shared: dict[str, list[float]] = {}
    for one in both.candidates:
        shared.setdefault(one.reserve.material, []).append(one.depth)
    assert any(len(parts) == 2 for parts in shared.values())
    for material, parts in shared.items():
        if material in depth:
            assert sum(parts) == pytest.approx(depth[material])
            assert min(parts) > 0.0


def test_what_is_stored_for_few_users_is_no_candidate(world: World, register: Register) -> None:
    """Autocatalysts are left out; no form costs more than what is made of it."""
    cards, forms = read_suppositions(world), world_forms(world.folder)
    chains = ("platinum-group", "cobalt", "lithium", "tungsten")
    for case in cases_of(world, register, replace(DESIGN, chains=chains, futures=0), cards, forms):
        network = case.futures.network
        prices = {one.name: one.price for one in network.materials}
        for one in case.candidates:
            name = one.reserve.material
            assert forms.of(name).storable == "yes"
            worth = [sum(prices[made] * part for made, part in each.outputs.items())
                     / each.inputs[name] for each in network.processes
                     if each.inputs.get(name, 0.0) > 0.0]
            assert not worth or prices[name] <= max(worth)
    told = {gap.what: gap.why for case in cases_of(
        world, register, replace(DESIGN, chains=("platinum-group",), futures=0), cards, forms)
        for gap in case.gaps}
    assert "few users" in told["pgm-autocatalyst-scrap, EU27"]


def test_forms_that_must_be_made_into_another_come_later(world: World, register: Register) -> None:
    """Derivation: notice 1 month; ore is 3 more from metal, a refined form is used as it is."""
    cards, forms = read_suppositions(world), world_forms(world.folder)
    (case,) = cases_of(world, register, replace(DESIGN, chains=("manganese",), futures=0), cards,
                       forms)
    lead = {one.reserve.material: one.reserve.lead for one in case.candidates}
    used = {one.name: 0.0 for one in case.futures.network.materials}
    used |= {one.reserve.material: one.use for one in case.candidates}
    final = {one.material for one in case.futures.network.demands
             if one.region == "EU27" and one.base > 0.5 * used[one.material]}
    for name, months in lead.items():
        assert months == (1 if name in final or not forms.of(name).into else 4)
    assert lead["manganese-ore"] == 4
    assert 1 in lead.values()


def test_what_expires_within_a_year_ages_once(world: World, register: Register) -> None:
    """A shelf life below a year is lost in the plan, a longer one is a cost of every month."""
    cards, forms = read_suppositions(world), world_forms(world.folder)
    for case in cases_of(world, register, replace(DESIGN, chains=("lithium", "titanium-metal"),
                                                  futures=0), cards, forms):
        for one in case.candidates:
            form, price = forms.of(one.reserve.material), one.reserve.price
            shelf = form.shelf_life.value if form.shelf_life else 0.0
            ageing = price / shelf if shelf >= 12.0 else 0.0
            assert one.reserve.carrying_cost == pytest.approx(
                form.carrying_cost(price).value + ageing)


def test_a_price_that_has_risen_is_told(world: World) -> None:
    """Derivation: antimony 22,300 × 1.7937 of December 2025; vanadium oxide has fallen since."""
    antimony = paid_prices(world.chains["antimony"], "2026-12")
    metal = antimony["antimony-metal"]
    assert metal.price == pytest.approx(22300.0 * 1.7937)
    assert metal.period == "2025-12"
    assert metal.source == "FACT-CAMPINE-SB-2025-12"
    assert antimony["antimony-ore"].source == BASE
    oxide = paid_prices(world.chains["vanadium"], "2026-12")["vanadium-oxide"]
    assert (oxide.price, oxide.source) == (pytest.approx(21409.0, rel=1e-3), BASE)
    earlier = paid_prices(world.chains["antimony"], "2024-09")
    assert earlier["antimony-metal"].source == BASE


def test_the_tornado_names_every_supposition(free: ReserveSizing) -> None:
    factors = {one["factor"]: one for one in free.content["tornado"]["factors"]}
    assert set(factors) == {"willingness", "carry", "weights", "branches", "aimed", "depth",
                            "build-months", "kept-worth", "stop-months", "stop-share",
                            "elasticity", "tail", "seed"}
    ends = {end["end"]: end["value"] for end in factors["weights"]["ends"]}
    assert ends["low"] <= ends["high"] * (1.0 + ROUGH) + 1.0
    kept = {end["end"]: end["value"] for end in factors["kept-worth"]["ends"]}
    assert kept["low"] <= kept["high"] * (1.0 + ROUGH) + 1.0
    widths = [one["width"] for one in free.content["tornado"]["factors"]]
    assert widths == sorted(widths, reverse=True)


def test_the_tornado_counts_its_runs_before_it_makes_them(free: ReserveSizing) -> None:
    made = sum(len(one["ends"]) for one in free.content["tornado"]["factors"])
    assert runs_of(replace(DESIGN, tornado=2)) == 1 + made == 26
    assert runs_of(replace(DESIGN, tornado=2, budget=1e7)) == 28
    assert runs_of(replace(DESIGN, tornado=2, tail=0.5)) == 25


def test_words_name_a_turned_sign() -> None:
    content: dict[str, Any] = {
        "tornado": {
            "futures": 2, "value": 2e6, "spent": 1e6, "tonnes": {},
            "factors": [{"factor": "willingness", "unit": "", "width": 1e6, "sign_flips": True,
                         "ends": [{"end": "low", "number": 0.5, "value": 1e6, "spent": 0.0,
                                   "appears": [], "vanishes": ["gallium/EU27/gallium-primary"],
                                   "tonnes": {}}]}],
        }
    }
    assert "gallium/EU27/gallium-primary" in " ".join(tornado_lines(content))


@pytest.mark.parametrize(
    ("usd", "told"),
    [(0.0, "0 USD"), (1234.0, "1\u202f200 USD"), (2.34e6, "2.3 million USD"),
     (-5.1e9, "-5.1 billion USD"), (None, "n/a")],
)
def test_money_is_told_with_its_size(usd: float | None, told: str) -> None:
    assert money(usd) == told


def test_the_brief_is_whole(free: ReserveSizing) -> None:
    page = reserve_size_html(free.content)
    assert page.count("<h2>") >= 5
    for word in ("{", "None", "nan"):
        assert word not in page.split("</style>")[1].replace("{}", "")
    assert headline(free.content)
    for row in fill_rows(free.content):
        assert row["what"]


def test_a_pool_gains_and_a_refusal_never_does(world: World, register: Register) -> None:
    pool: ReservePooling = reserve_pooling(
        replace(DESIGN, owners=("EU27", "JPN")), {"EU27": 1e6, "JPN": 1e6},
        world=world, register=register)
    require_shape("reserve-pool", pool.content)
    worth = {one["arrangement"]: one for one in pool.content["arrangements"]}
    slack = 100.0 + GAP * abs(worth["joint"]["value"])
    assert worth["virtual"]["value"] >= worth["separate"]["value"] - slack
    assert worth["joint"]["spent"] <= 2e6 * (1.0 + 1e-6)
    assert worth["virtual"]["spent"] == pytest.approx(worth["separate"]["spent"])
    for one in worth.values():
        shares = [member["share_of_cost"] for member in one["members"]
                  if member["share_of_cost"] is not None]
        assert not shares or sum(shares) == pytest.approx(1.0)
    for one in pool.content["refusals"]:
        assert one["cost"] >= -slack
    assert len(arrangement_rows(pool.content)) == 3
    assert len(member_rows(pool.content)) == 6
    assert len(refusal_rows(pool.content)) == 4
    assert pool_lines(pool.content)


def test_a_pool_without_money_comes_to_nothing(world: World, register: Register) -> None:
    design = replace(DESIGN, owners=("EU27", "USA", "JPN"), futures=5)
    pool = reserve_pooling(design, dict.fromkeys(design.owners, 0.0), world=world,
                           register=register)
    for one in pool.content["arrangements"]:
        assert (one["spent"], one["value"], one["unmet_avoided"]) == (0.0, 0.0, 0.0)
        assert all(member["share_of_gain"] is None for member in one["members"])
    assert all(one["cost"] == 0.0 for one in pool.content["refusals"])


def test_a_pool_of_one_is_refused(world: World, register: Register) -> None:
    with pytest.raises(InputError, match="two owners"):
        _ = reserve_pooling(DESIGN, {"EU27": 1e6}, world=world, register=register)
