"""A refusal of military and listed users alone: the others go on buying beyond the base."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from orepact.model.tables import tables_of
from orepact.policy.controls import Clause, Item
from orepact.result.limits import route_limits
from tests.result.test_conditions import ban, column, months_of, scenario, told, world

MATERIAL = "nickel-class-1"


def test_a_carve_out_shuts_the_surge_of_those_it_names_alone() -> None:
    clause = Clause("ban", (Item("nickel", materials=(MATERIAL,)),), ("military", "listed"))
    refused = ban("M", "IDN", MATERIAL, "2026-12-01", "2027-01-01", clauses=(clause,))
    network, conditions = told("nickel", scenario("nickel", controls=(refused,)))
    own, surge = (column(network, f"{MATERIAL}:IDN>EU27{kind}") for kind in ("", ":surge"))
    split = next(one for one in world().chains["nickel"].text.end_use_split
                 if (one.material, one.region) == (MATERIAL, "ALL"))
    civil = 1.0 - split.military - split.listed
    _, replayed = months_of("nickel")
    tables = tables_of(network)
    shipped = np.zeros(len(network.routes))
    limits = [
        route_limits(tables, world().ensemble[0], conditions.restrictions, shipped=shipped,
                     number=replayed + month, months=1)[0]
        for month in (1, 2)
    ]
    before, after = limits
    assert before[own] == pytest.approx(tables.routes["base"][own])
    assert before[surge] == pytest.approx(tables.routes["capacity"][surge])
    assert after[own] == pytest.approx(civil * before[own])
    assert after[surge] == pytest.approx(civil * before[surge])
    assert after[surge] > 0.0


@pytest.mark.parametrize("effect", ["ban", "licence"])
def test_a_refusal_that_only_repeats_one_in_force_blocks_nobody_anew(effect: Any) -> None:
    """China licenses tungsten carbide and refuses military users in the USA already."""
    material = "tungsten-carbide"
    users = ("military",) if effect == "ban" else ("civil", "military", "listed")
    clause = Clause(effect, (Item("tungsten", materials=(material,)),), users)
    again = ban("M", "CHN", material, "2026-12-01", "2027-01-01", clauses=(clause,),
                destinations=("USA",))
    network, plain = told("tungsten", scenario("tungsten"))
    _, repeated = told("tungsten", scenario("tungsten", controls=(again,)))
    here = column(network, f"{material}:CHN>USA")
    np.testing.assert_array_equal(
        repeated.restrictions.share[:, here], plain.restrictions.share[:, here]
    )
