"""The futures of a reserve: weights, draws, and what an event means for routes."""

from __future__ import annotations

import numpy as np
import pytest

from orepact.errors import InputError
from orepact.network import World, read_world
from orepact.policy import load_register, load_template
from orepact.result.setting import Restrictions
from orepact.studies.reserve.events import Held, held_routes, laid_over, licence_path
from orepact.studies.reserve.futures import CALM, HORIZON, KINDS, ChainFutures, futures_of
from orepact.studies.reserve.suppositions import Suppositions, read_suppositions
from orepact.studies.reserve.weights import reweighted

FIRST = "2026-12"


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


@pytest.fixture(scope="module")
def cards(world: World) -> Suppositions:
    return read_suppositions(world)


@pytest.fixture(scope="module")
def gallium(world: World, cards: Suppositions) -> ChainFutures:
    return futures_of(world, load_register(), "gallium", ("EU27", "USA"), FIRST, cards, count=40)


def test_weights_are_those_of_the_cards(gallium: ChainFutures, cards: Suppositions) -> None:
    assert sum(one.weight for one in gallium.futures) == pytest.approx(1.0, abs=1e-12)
    for kind in KINDS:
        if kind == CALM or kind in gallium.missing:
            continue
        own = [one.weight for one in gallium.futures if one.kind == kind]
        assert sum(own) == pytest.approx(cards[f"reserve-weight-{kind}"], abs=1e-12)
        assert len(set(own)) == 1


def test_what_a_chain_has_none_of_weighs_with_the_calm_futures(
    gallium: ChainFutures, cards: Suppositions
) -> None:
    drawn = {one.kind for one in gallium.futures}
    assert drawn | set(gallium.missing) == set(KINDS)
    assert all(gallium.missing.values())
    calm = sum(one.weight for one in gallium.futures if one.kind == CALM)
    others = sum(cards[f"reserve-weight-{kind}"] for kind in drawn - {CALM})
    assert calm == pytest.approx(1.0 - others)


def test_same_seed_same_futures(
    world: World, cards: Suppositions, gallium: ChainFutures
) -> None:
    again = futures_of(world, load_register(), "gallium", ("EU27", "USA"), FIRST, cards, count=40)
    other = futures_of(world, load_register(), "gallium", ("EU27", "USA"), FIRST, cards, count=40,
                       seed=2)
    for one, same in zip(gallium.futures, again.futures, strict=True):
        assert (one.name, one.words, one.leakage) == (same.name, same.words, same.leakage)
        assert np.array_equal(gallium.limits(one), again.limits(same))
    assert [one.leakage for one in gallium.futures] != [one.leakage for one in other.futures]


def test_no_futures_where_none_are_asked_for(world: World, cards: Suppositions) -> None:
    assert futures_of(world, load_register(), "gallium", ("EU27",), FIRST, cards,
                      count=0).futures == ()


@pytest.mark.parametrize("count", [1, 2, 5, 8, 13])
def test_few_futures_still_have_one_of_every_kind(
    world: World, cards: Suppositions, count: int
) -> None:
    """A kind weighs what its card says however few futures there are."""
    found = futures_of(world, load_register(), "copper", ("EU27",), FIRST, cards, count=count)
    kinds = set(KINDS) - set(found.missing)
    assert len(found.futures) == max(count, len(kinds))
    for one in (found, reweighted(found, cards)):
        weights = {kind: sum(each.weight for each in one.futures if each.kind == kind)
                   for kind in kinds}
        assert sum(weights.values()) == pytest.approx(1.0)
        for kind in kinds - {CALM}:
            assert weights[kind] == pytest.approx(cards[f"reserve-weight-{kind}"])


def test_calm_years_weigh_what_their_branches_weigh(
    world: World, cards: Suppositions, gallium: ChainFutures
) -> None:
    """Derivation: calm × (0.4 + 0.15) where suspended acts stay or go, × (0.3 + 0.15) where not.

    The same for every seed and number of futures, and again under other cards of branches.
    """
    calm = 1.0 - sum(cards[f"reserve-weight-{kind}"]
                     for kind in set(KINDS) - set(gallium.missing) - {CALM})
    few = futures_of(world, load_register(), "gallium", ("EU27", "USA"), FIRST, cards, count=1,
                     seed=5)
    for found in (gallium, reweighted(gallium, cards), few, reweighted(few, cards)):
        own = [one for one in found.futures if one.kind == CALM]
        quiet = sum(one.weight for one in own if one.quiet)
        assert quiet == pytest.approx(calm * 0.55, abs=1e-12)
        assert sum(one.weight for one in own) - quiet == pytest.approx(calm * 0.45, abs=1e-12)
    whole = 0.4 + 0.5 + 0.15 + 0.15
    other = reweighted(gallium, cards.at("reserve-branch-revived", 0.5))
    quiet = sum(one.weight for one in other.futures if one.quiet)
    assert quiet == pytest.approx(calm * 0.55 / whole, abs=1e-12)


def test_calm_years_of_a_chain_without_suspended_acts_are_quiet(
    world: World, cards: Suppositions
) -> None:
    found = futures_of(world, load_register(), "magnesium", ("EU27",), FIRST, cards, count=8)
    calm = [one for one in found.futures if one.kind == CALM]
    assert [one.quiet for one in calm] == [True]
    assert {name for name, _ in calm[0].cells} == {"extended", "lifted", "revived", "escalated"}


def test_a_stop_shuts_what_it_is_aimed_at_and_nothing_else(gallium: ChainFutures) -> None:
    calm = {one.licence + one.branch: gallium.limits(one)
            for one in gallium.futures if one.kind == CALM}
    stop = next(one for one in gallium.futures
                if one.kind == "stop" and one.licence + one.branch in calm
                and one.words["buyers"] != "ALL")
    limits, months = gallium.limits(stop), int(stop.words["months"])
    base = np.array([route.base for route in gallium.network.routes])
    aimed = [number for number, route in enumerate(gallium.network.routes)
             if (route.exporter, route.importer) == (stop.words["supplier"], stop.words["buyers"])
             and route.kind in ("declared", "controlled") and route.base > 0.0]
    assert aimed
    share = float(stop.words["share"])
    assert np.all(limits[:months, aimed] <= share * base[aimed] + 1e-9)
    if months < HORIZON:
        later = gallium.limits(stop)[months:, aimed]
        assert np.all(later >= calm[stop.licence + stop.branch][months:, aimed] - 1e-9)


def test_an_outage_lowers_activity_and_a_surge_raises_use(gallium: ChainFutures) -> None:
    by_kind = {one.kind: one for one in gallium.futures}
    quiet = by_kind[CALM]
    assert gallium.supply(by_kind["outage"]).sum() < gallium.supply(quiet).sum()
    assert gallium.demand(by_kind["surge"]).sum() > gallium.demand(quiet).sum()
    assert np.array_equal(gallium.demand(by_kind["outage"]), gallium.demand(quiet))
    assert np.array_equal(gallium.supply(by_kind["surge"]), gallium.supply(quiet))


def test_reweighing_with_the_same_cards_changes_no_kind(
    gallium: ChainFutures, cards: Suppositions
) -> None:
    again = reweighted(gallium, cards)
    for kind in KINDS:
        before = sum(one.weight for one in gallium.futures if one.kind == kind)
        after = sum(one.weight for one in again.futures if one.kind == kind)
        assert after == pytest.approx(before, abs=1e-12)


def test_reweighing_moves_weight_from_calm_futures_and_between_stops(
    gallium: ChainFutures, cards: Suppositions
) -> None:
    rarer = reweighted(gallium, cards.at("reserve-weight-stop", 0.01))
    assert sum(one.weight for one in rarer.futures) == pytest.approx(1.0)
    stops = [one for one in rarer.futures if one.kind == "stop"]
    assert sum(one.weight for one in stops) == pytest.approx(0.01)
    aimed = reweighted(gallium, cards.at("reserve-aimed", 0.8))
    alone = [one.weight for one in aimed.futures
             if one.kind == "stop" and one.words["buyers"] != "ALL"]
    assert sum(alone) == pytest.approx(0.8 * cards["reserve-weight-stop"])


def test_an_unknown_card_is_named_with_the_nearest(cards: Suppositions) -> None:
    with pytest.raises(InputError, match="reserve-depth"):
        _ = cards["reserve-dept"]


def _free(months: int, routes: int) -> Restrictions:
    return Restrictions(np.full((months, routes), np.inf),
                        *(np.zeros((months, routes)) for _ in range(4)))


def test_an_event_lies_over_what_holds_without_it() -> None:
    """Derivation: route 0 is free, route 1 is held at 0.5; a share of 0.2 in months 2 and 3.

    Route 0 then has inf, inf, 0.2, 0.2, inf; it is held for 1 and 2 months, not after. Route 1
    keeps the lower of 0.5 and 0.2 and is held without a break; route 2 is not touched.
    """
    base = _free(5, 3)
    base.share[:, 1] = 0.5
    base.since[:, 1] = np.arange(1, 6)
    found = laid_over(base, Held(np.array([0, 1]), np.full((2, 2), 0.2), 2))
    assert found.share[:, 0].tolist() == [np.inf, np.inf, 0.2, 0.2, np.inf]
    assert found.share[:, 1].tolist() == [0.5, 0.5, 0.2, 0.2, 0.5]
    assert found.since[:, 0].tolist() == [0.0, 0.0, 1.0, 2.0, 0.0]
    assert found.since[:, 1].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert found.alarm[:, 0].tolist() == [0.0, 0.0, 1.0, 1.0, 1.0]
    assert found.age[2:, 0].tolist() == [0.0, 1.0, 2.0]
    assert found.known[2:, 0].tolist() == [2.0, 3.0, 4.0]
    assert np.isinf(found.share[:, 2]).all()
    assert not found.alarm[:, 2].any()
    assert np.isinf(base.share[2, 0])


def test_a_new_licence_follows_the_template(world: World) -> None:
    """Without a split of end uses the path is the template's, its last share held."""
    template, chain = load_template(), world.chains["copper"]
    network = world.network("copper")
    exporter = chain.text.exporter
    materials = {route.material for route in network.routes}
    split = {text.material for text in chain.text.end_use_split}
    routes = held_routes(network, exporter, exporter, materials - split, ("ALL",))
    path = licence_path(network, chain, template, "refuse", routes, 6)
    whole = [*template.first, *template.refuse]
    wanted = [whole[min(month, len(whole) - 1)] for month in range(6)]
    assert path.shape == (6, len(routes))
    assert np.allclose(path, np.array(wanted)[:, None])
