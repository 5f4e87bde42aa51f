"""Plants: they open on a day, close after months of losses, restart, and support keeps them."""

from __future__ import annotations

import datetime

import numpy as np

from orepact.network.instruments import ContractForDifference
from tests.result.support.scenes import booked, plant, under

ZONE = ("USA",)


def contract(first: datetime.date | None = None) -> ContractForDifference:
    """Return a contract for the plant that pays for its cost."""
    return ContractForDifference(
        name="cfd",
        material="ore",
        zone=ZONE,
        processes=("mine:plant@USA",),
        strike=1300.0,
        first=first,
    )


def test_a_plant_above_the_market_closes_when_its_patience_ends() -> None:
    found = booked(under(plant(cost=1.2, patience=3), months=6))
    assert found.open[:, 0].tolist() == [True, True, True, False, False, False]
    np.testing.assert_allclose(found.margin[:, 0], -200.0, rtol=1e-3)
    assert not found.output.any()


def test_a_contract_keeps_it_open_at_its_capacity() -> None:
    found = booked(under(plant(cost=1.2, patience=3), contract(), months=6))
    assert found.open.all()
    np.testing.assert_allclose(found.output, 10.0, rtol=1e-6)
    assert np.all(found.margin > 0.0)


def test_a_plant_restarts_after_its_delay() -> None:
    """It closes after month 2, the contract begins in month 5, and it runs again in month 7."""
    begins = datetime.date(2027, 4, 1)
    found = booked(under(plant(patience=3, restart=2), contract(first=begins), months=10))
    assert found.open[:, 0].tolist() == [True] * 3 + [False] * 4 + [True] * 3
    assert found.output[7, 0] > 9.9


def test_a_plant_opens_on_its_day_and_ramps_up() -> None:
    opens = datetime.date(2027, 1, 1)
    found = booked(under(plant(cost=0.5, opens=opens, ramp=2), months=5))
    assert found.open[:, 0].tolist() == [False, False, True, True, True]
    np.testing.assert_allclose(found.output[:, 0], [0.0, 0.0, 5.0, 10.0, 10.0], atol=1e-6)


def test_losses_before_it_opens_do_not_count() -> None:
    opens = datetime.date(2027, 2, 1)
    found = booked(under(plant(cost=1.2, patience=2, opens=opens), months=7))
    assert found.open[:, 0].tolist() == [False] * 3 + [True] * 2 + [False] * 2
