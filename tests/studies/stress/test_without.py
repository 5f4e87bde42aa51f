"""What holds without the scenario: acts in force at its first month stay, all else goes."""

from __future__ import annotations

import numpy as np
import polars as pl

from orepact.network import World
from orepact.policy.controls import PartialDate
from orepact.policy.scenario.text import Quota, Scenario, fixed
from orepact.studies.stress.design import Design
from orepact.studies.stress.member import in_force, without
from orepact.studies.stress.stress import stress

ONE = Design(sets=1, draws=0, windows=False)


def quota(name: str, first: str, last: str, act: str = "", share: float = 0.5) -> Quota:
    """A quota of Congo on what it ships of cobalt, in the months from first to last."""
    return Quota(
        id=name, reason="a test", issuer="COD", materials=("cobalt-hydroxide",), act=act,
        share_of_base=fixed(share), per="month", announced=PartialDate(first),
        effective=PartialDate(first), until=PartialDate(last) if last else None,
    )


def scenario(*quotas: Quota) -> Scenario:
    """A scenario of these quotas over six months."""
    return Scenario(
        scenario="quotas", title="Quotas", text="", version=1, chains=("cobalt",),
        first_month="2026-12", months=6, reason="a test", licence=("approve",), quotas=quotas,
    )


def test_acts_in_force_stay_and_what_is_supposed_goes() -> None:
    given = scenario(
        quota("law", "2026-01-01", "2027-12-31", "CD-2025-QUOTA"),
        quota("old", "2025-10-16", "2025-12-31", "CD-2025-QUOTA"),
        quota("supposed", "2027-01-01", ""),
        quota("later", "2027-02-01", "", "CD-2025-QUOTA"),
    )
    assert in_force(given) == ("law", "old")
    assert [one.id for one in without(given).quotas] == ["law", "old"]


def test_a_law_in_force_is_no_effect_of_the_scenario(bundled: World) -> None:
    found = stress(scenario(quota("law", "2026-01-01", "", "CD-2025-QUOTA")),
                   world=bundled, design=ONE)
    table = found.frames["members"].filter(pl.col("region") == "USA")
    told, untold = (table[name].to_numpy() for name in (
        "price_marginal", "without_price_marginal"))
    assert np.allclose(told, untold, rtol=1e-9)
    assert (told > 1.02).any()
    assert found.content["kept_without"] == [{"id": "law", "act": "CD-2025-QUOTA"}]


def test_what_a_quota_held_back_may_come_at_once_when_it_ends(bundled: World) -> None:
    ends = quota("law", "2026-01-01", "2027-01-31", "CD-2025-QUOTA", 0.3)
    found = stress(scenario(ends), world=bundled, design=ONE)
    own = found.frames["members"].filter(pl.col("region") == "COD")
    assert np.isfinite(own["price_marginal"].drop_nulls().to_numpy()).all()
