"""What a stress run rests on: accounts, cards, sources, clocks, and what must be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orepact.network.world import World
from orepact.policy import LicenceTemplate, Register
from orepact.policy.scenario.text import Scenario
from orepact.studies.evidence import (
    assumptions,
    chain_entry,
    clock_entries,
    outcome_entries,
    sources_cited,
    warnings,
)
from orepact.studies.stress.knock_on import card_entries
from orepact.studies.stress.linked import joined_chains, linked_groups
from orepact.studies.study import Study

__all__ = ["licence_words", "run_evidence"]


def run_evidence(
    scenario: Scenario, world: World, register: Register, windows: dict[str, tuple[str, ...]],
    exporters: dict[str, tuple[str, ...]],
) -> dict[str, Any]:
    """Return what ``run.json`` holds of accounts, cards, sources, clocks, outcomes and warnings."""
    study = _as_study(scenario)
    single = [name for name in scenario.chains if len(windows[name]) == 1]
    told = {each.act for each in (*scenario.quotas, *scenario.taxes) if each.act}
    said = warnings(study, world, register, simulated=told)
    if single:
        said.append("One base window was run, so no band over the choice of window: "
                    f"{', '.join(single)}.")
    joined = [name for each in linked_groups(scenario, world) for name in joined_chains(each)
              if world.chains[name].text.calibration.alternative_base]
    if joined:
        said.append("Chains that links join are run on their own base window alone; their bands "
                    f"leave out what another window would change: {', '.join(joined)}.")
    return {
        "chains": [
            {**chain_entry(study, world, register, name), "exporters": list(exporters[name])}
            for name in scenario.chains
        ],
        "assumptions": [
            *assumptions(study, world), *card_entries(scenario.chains, scenario.links, world)
        ],
        "sources": sources_cited(study, world),
        "clocks": clock_entries(study, register),
        "outcomes": outcome_entries(register),
        "warnings": said,
    }


def licence_words(
    scenario: Scenario, template: LicenceTemplate, samples: Sequence[dict[str, Any]]
) -> list[str]:
    """Return what figures under refused licences rest on, where licences make a difference."""
    if "refuse" not in scenario.licence or all(
        one["licences"] > 1 and one["licences_alike"] for one in samples
    ):
        return []
    path = template.refuse
    month = len(template.first) + 1
    shares = "–".join(f"{share:.2f}" for share in dict.fromkeys((min(path), max(path))))
    text = (
        f"If licences are refused, {shares} of base trade goes on from month {month} of a licence, "
        "the same for every material and buyer, without a range: high prices and shortages of that "
        "branch rest on this share, and acts with shares of their own on theirs."
    )
    return [text]


def _as_study(scenario: Scenario) -> Study:
    """Return a study of the scenario's chains and months: what evidence is collected for."""
    return Study(
        format="orepact/study/1", study=scenario.scenario, title=scenario.title,
        question=scenario.text, chains=scenario.chains, branches=(), as_of=scenario.first,
        first_month=scenario.first_month, months=scenario.months,
    )
