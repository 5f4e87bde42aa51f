"""What projects deliver by a year: a case derived by hand, and laws."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.indicators.projects.delivery import Terms, deliver
from orepact.network.projects import Mode, Project, Spread

YEARS = np.asarray([2028.0, 2029.0, 2030.0])


def sure(value: float) -> Spread:
    return Spread(value, value, value)


def project(name: str = "smelter", **given: Any) -> Project:
    found: Mapping[str, Any] = {
        "country": "FRA", "home": "EU27", "chain": "antimony", "kind": "metal",
        "modes": (Mode("antimony-smelting", {"antimony-metal": 1.0}, {"antimony-ore": 1.1}),),
        "capacity": sure(1000.0), "capital": sure(1e7), "cost": sure(100.0),
        "permitting": sure(1.0), "construction": sure(1.0), "ramp": sure(2.0), **given,
    }
    return Project(name=name, **found)


def terms(**given: Any) -> Terms:
    found: Mapping[str, Any] = {"chances": (1.0,), "now": 2026.0, "decision": sure(0.0),
                                "draws": 50, **given}
    return Terms(**found)


def test_a_sure_project_by_hand() -> None:
    # decided at the start of 2026, permits and building of a year each: it opens in 2028.0 and
    # rises to full over two years: 25 % on average of 2028, 75 % of 2029, all of 2030
    found = deliver([project()], YEARS, terms())
    np.testing.assert_allclose(found.opens, 2028.0)
    np.testing.assert_allclose(found.share[:, 0], np.tile([0.25, 0.75, 1.0], (50, 1)))
    np.testing.assert_allclose(found.tonnes(0), 250.0)


def test_a_partners_part_is_counted() -> None:
    found = deliver([project(share=sure(0.4))], YEARS, terms())
    np.testing.assert_allclose(found.tonnes(2), 400.0)


def test_what_is_announced_cannot_open_before_it_can_be_built() -> None:
    stated = {"smelter": sure(2026.5)}
    np.testing.assert_allclose(deliver([project()], YEARS, terms(stated=stated)).opens, 2027.0)
    late = {"smelter": sure(2029.5)}
    np.testing.assert_allclose(deliver([project()], YEARS, terms(stated=late)).opens, 2029.5)


def test_no_chance_delivers_nothing() -> None:
    assert not deliver([project()], YEARS, terms(chances=(0.0,))).share.any()


def test_the_chance_is_the_share_of_draws() -> None:
    found = deliver([project()], YEARS, terms(chances=(0.3,), draws=20_000, correlation=0.4))
    assert found.built.mean() == pytest.approx(0.3, abs=0.02)


def test_correlation_widens_what_many_projects_deliver_together() -> None:
    many = [project(f"smelter-{number}") for number in range(20)]
    chances = (0.5,) * 20
    alone, common = (
        deliver(many, YEARS, terms(chances=chances, draws=4000, correlation=rho)).tonnes(2)
        for rho in (0.0, 0.6))
    assert common.sum(axis=1).std() > 2.0 * alone.sum(axis=1).std()
    assert common.sum(axis=1).mean() == pytest.approx(alone.sum(axis=1).mean(), rel=0.05)


SPREAD = st.tuples(st.floats(0.0, 3.0), st.floats(0.0, 3.0), st.floats(0.0, 3.0)).map(
    lambda three: Spread(*sorted(three)))


@settings(max_examples=40)
@given(SPREAD, SPREAD, SPREAD, st.floats(0.0, 1.0), st.floats(0.0, 0.9), st.floats(1.0, 4.0))
def test_longer_lead_times_never_deliver_more(
    permitting: Spread, construction: Spread, ramp: Spread, chance: float, rho: float,
    longer: float,
) -> None:
    one = project(permitting=permitting, construction=construction, ramp=ramp)
    base = terms(chances=(chance,), correlation=rho)
    for stated in ({}, {"smelter": sure(2027.5)}):
        drawn = dataclasses.replace(base, stated=stated)
        slow = dataclasses.replace(drawn, longer=longer)
        assert (deliver([one], YEARS, slow).share <= deliver([one], YEARS, drawn).share
                + 1e-12).all()


@settings(max_examples=20)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 0.9))
def test_a_higher_chance_never_delivers_less(one: float, other: float, rho: float) -> None:
    low, high = sorted((one, other))
    less, more = (deliver([project()], YEARS, terms(chances=(chance,), correlation=rho)).share
                  for chance in (low, high))
    assert (more >= less).all()


def test_another_project_changes_no_draw_of_the_first() -> None:
    wide = project(permitting=Spread(0.0, 1.0, 5.0))
    alone = deliver([wide], YEARS, terms(correlation=0.3))
    beside = deliver([project("mine"), wide], YEARS, terms(chances=(1.0, 1.0), correlation=0.3))
    np.testing.assert_array_equal(alone.share[:, 0], beside.share[:, 1])


def test_the_seed_decides() -> None:
    wide = project(permitting=Spread(0.0, 1.0, 5.0))
    same, again, other = (deliver([wide], YEARS, terms(seed=seed)).opens for seed in (1, 1, 2))
    np.testing.assert_array_equal(same, again)
    assert (same != other).any()
