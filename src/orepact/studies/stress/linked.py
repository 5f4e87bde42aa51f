"""Chains of a scenario that links join: simulated together, told apart in the rows.

A scenario names links between its chains. Chains that they join are one task: their pasts are
replayed chain by chain, from the scenario's first month on they go in lockstep. The path without
the scenario is simulated without links and is what shortages are counted from, so that a scenario
in which nothing happens changes nothing. Joined chains have their own base window alone, which a
run says: the windows of two chains have no order in which they belong together. The cards of the
links are drawn with the scenario's ranges (`orepact.studies.stress.link_cards`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import ends_of, middle_of
from orepact.network.links import Links
from orepact.network.world import World
from orepact.policy.scenario.text import Scenario
from orepact.result.linked import Linked, LinkedPath, simulate_linked
from orepact.studies.replay import Paths, Told, paths_under
from orepact.studies.stress.design import Draw, Task
from orepact.studies.stress.link_cards import drawn_links, links_of
from orepact.studies.stress.member import (
    WITHOUT,
    Laid,
    Shared,
    laid_for,
    periods_of,
    rows_of,
    simulate_task,
)

__all__ = [
    "LESS_WANTED",
    "alone",
    "joined_chains",
    "link_entries",
    "linked_groups",
    "simulate_group",
]

JOIN = "+"
"""Between the names of chains that are simulated together."""

LESS_WANTED = "less_wanted"
"""The column that says how much less of a material is wanted because others are short."""


def linked_groups(scenario: Scenario, world: World) -> tuple[str, ...]:
    """Return the scenario's chains, those that its links join as one name (``cobalt+copper``).

    Raises `InputError` for a link that the dataset does not have.
    """
    if not scenario.links:
        return scenario.chains
    links = links_of(scenario, world)
    groups = [{name} for name in scenario.chains]
    pairs = [{one.chain, one.host.chain} for one in links.hosts]
    pairs += [{each.chain for each in one.uses} for one in links.products]
    for pair in pairs:
        joined = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair]
        groups.append(set[str]().union(*joined))
    order = {name: number for number, name in enumerate(scenario.chains)}
    named = [sorted(group, key=order.__getitem__) for group in groups]
    return tuple(JOIN.join(group) for group in sorted(named, key=lambda one: order[one[0]]))


def joined_chains(group: str) -> tuple[str, ...]:
    """Return the chains of a group that are simulated together, none for a chain on its own."""
    return tuple(group.split(JOIN)) if JOIN in group else ()


def alone(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks with one for each chain of those that are simulated together."""
    return [replace(task, chain=name) for task in tasks for name in task.chain.split(JOIN)]


def simulate_group(shared: Shared, task: Task) -> pl.DataFrame:
    """Return the figures of a task's chain, or chains, as `simulate_task` does.

    With links in the scenario there is a further column, `LESS_WANTED` (fraction of the use that
    was wanted, per material and region). Raises `SolveError` when a window is not proven optimal.
    """
    if not shared.scenario.links:
        return simulate_task(shared, task)
    if JOIN not in task.chain:
        return simulate_task(shared, task).with_columns(pl.lit(0.0).alias(LESS_WANTED))
    links = links_of(shared.scenario, shared.world)
    laid = [laid_for(shared, one) for one in alone([task])]
    return pl.concat([
        rows for draw in task.draws
        for rows in _drawn(shared, laid, drawn_links(links, dict(draw.quantiles)), draw)
    ])


@dataclass(frozen=True, slots=True)
class _Chain:
    """One chain of a group: what was laid out, what each case tells it, and its own paths."""

    laid: Laid
    cases: dict[str, Told]
    paths: Paths

    def linked(self, rung: str) -> Linked:
        """Return the chain as it starts in lockstep, its reference the path without."""
        laid, told = self.laid, self.cases[rung]
        first, end = laid.replayed, laid.replayed + laid.months
        return Linked(
            laid.network,
            laid.simulator,
            told.restrictions.later(first),
            told.setting.cut(first, end),
            start=self.paths.replays[rung].last,
            reference=self.paths.further[WITHOUT],
            wanted=self.cases[WITHOUT].setting.demand[first:end],
        )

    def with_paths(self, found: Mapping[str, LinkedPath]) -> _Chain:
        """Return the chain with the linked paths of the rungs in place of its own."""
        first = self.laid.replayed
        cases = dict(self.cases)
        for rung, path in found.items():
            setting = cases[rung].setting
            demand = setting.demand.copy()
            demand[first : first + len(path.demand)] *= path.demand
            cases[rung] = replace(cases[rung], setting=replace(setting, demand=demand))
        further = {**self.paths.further, **{k: path.simulation for k, path in found.items()}}
        return replace(self, cases=cases, paths=replace(self.paths, further=further))


def _drawn(shared: Shared, laid: Sequence[Laid], links: Links, draw: Draw) -> list[pl.DataFrame]:
    chains = [_own(one, draw) for one in laid]
    rungs = [str(rung) for rung in shared.rungs]
    found: dict[str, dict[str, LinkedPath]] = {}
    for rung in rungs:
        found[rung] = simulate_linked(
            {chain.laid.task.chain: chain.linked(rung) for chain in chains}, links
        )
    rows: list[pl.DataFrame] = []
    for chain in chains:
        name = chain.laid.task.chain
        own = {rung: found[rung][name] for rung in rungs}
        told = chain.with_paths(own)
        for part in rows_of(shared, chain.laid, draw, told.cases, told.paths):
            rung, period = str(part["rung"][0]), str(part["period"][0])
            rows.append(part.with_columns(_less_wanted(shared, own[rung], period)))
    return rows


def _own(laid: Laid, draw: Draw) -> _Chain:
    cases = laid.cases(draw)
    return _Chain(laid, cases, paths_under(laid.simulator, cases, laid.replayed, laid.months))


def _less_wanted(shared: Shared, path: LinkedPath, name: str) -> pl.Series:
    """Return by how much less is wanted at each node because of links, mean of a period."""
    period = next(one for one in periods_of(shared.scenario.months) if one.name == name)
    tables = path.simulation.tables
    months = slice(period.first, period.first + period.months)
    wanted = (path.setting.demand / path.demand)[months] * tables.demands["base"]
    less = (wanted * (1.0 - path.demand[months])).sum(axis=0)
    node, count = tables.demands["node"], len(tables.nodes)
    whole = np.bincount(node, weights=wanted.sum(axis=0), minlength=count)
    lost = np.bincount(node, weights=less, minlength=count)
    share = np.divide(lost, whole, out=np.zeros(count), where=whole > 0.0)
    return pl.Series(LESS_WANTED, share)


def link_entries(members: pl.DataFrame) -> list[dict[str, Any]]:
    """Return where links make less wanted: middle member, 10th and 90th percentile (fraction).

    `members` is the table of `simulate_group`. One entry per chain, rung, period, region and
    material where it is more than nothing in any member.
    """
    if LESS_WANTED not in members.columns:
        return []
    place = ["chain", "rung", "period", "region", "material"]
    found: list[dict[str, Any]] = []
    for key, part in members.group_by(place, maintain_order=True):
        values = part[LESS_WANTED].to_numpy()
        if float(np.max(values, initial=0.0)) <= 0.0:
            continue
        low, high = (float(each[0]) for each in ends_of(values[None, :]))
        middle = float(middle_of(values[None, :])[0])
        found.append({
            **dict(zip(place, key, strict=True)),
            LESS_WANTED: {"middle": middle, "low": min(low, middle), "high": max(high, middle)},
        })
    return found
