"""What a run says of itself: acts that it does not simulate are named."""

from __future__ import annotations

from dataclasses import replace

from orepact.network import World
from orepact.policy import load_register
from orepact.studies.evidence import acts_on, warnings
from orepact.studies.study import Study


def test_a_quota_without_a_limit_is_named(bundled: World, small: Study) -> None:
    study = replace(small, chains=("cobalt", "gallium"))
    said = [line for line in warnings(study, bundled, load_register()) if "not simulated" in line]
    assert len(said) == 1
    assert said[0].startswith("Cobalt:")
    assert "CD-2025-QUOTA" in said[0]


def test_without_the_act_nothing_is_said(bundled: World, small: Study) -> None:
    study, register = replace(small, chains=("cobalt",)), load_register()
    assert "CD-2025-QUOTA" in acts_on(study, bundled, register, "cobalt")
    rest = register.without("CD-2025-QUOTA")
    assert not [line for line in warnings(study, bundled, rest) if "not simulated" in line]
