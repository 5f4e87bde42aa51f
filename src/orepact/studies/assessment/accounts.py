"""Figures that need the balanced accounts: origins, suppliers at every material, benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orepact.data.bundle import Bundle
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.dependence.account_dependence import account_dependence
from orepact.indicators.dependence.account_supply import supply_of_account
from orepact.indicators.dependence.largest_supplier import stock_days_card, without_largest_supplier
from orepact.indicators.dependence.look_through import look_through
from orepact.indicators.dependence.shift import read_shift_rule, shift_test
from orepact.indicators.dependence.supply_table import Supply, supply_of_figures, supply_of_shares
from orepact.indicators.dependence.traced_account import trace
from orepact.indicators.figure import Figure
from orepact.indicators.tables.region_members import own_places
from orepact.indicators.tables.sourcing_figures import published_shares
from orepact.indicators.union.benchmark_case import Case
from orepact.indicators.union.benchmarks_2030 import capacity_benchmarks
from orepact.indicators.union.ceiling import ceiling_verdict
from orepact.indicators.union.third_country import third_country
from orepact.network.world import World
from orepact.policy import Register

__all__ = [
    "account_figures",
    "benchmark_figures",
    "chains_of",
    "origin_figures",
    "shift_figures",
    "stage_suppliers",
]


ROUNDING = 1e-6
"""How far above one stated shares may add up."""


def chains_of(world: World, register: Register, mineral: str) -> tuple[str, ...]:
    """Return the chains that hold a mineral, by the chain's mineral or by one of its materials.

    Where none does, those of the group that the mineral is part of; empty where there is none.
    """
    parents = dict(world.bundle.table("minerals").select("mineral", "parent").iter_rows())
    of = {form.id: form.mineral for form in register.forms.materials}
    held = {
        name: {chain.text.mineral, *(of.get(item.material) for item in chain.text.materials)}
        for name, chain in world.chains.items()
    }
    while mineral:
        found = tuple(name for name, minerals in held.items() if mineral in minerals)
        if found:
            return found
        mineral = str(parents.get(mineral, ""))
    return ()


def origin_figures(world: World, chains: Sequence[str], region: str) -> list[Figure]:
    """Return the origin of what a region uses, traced through every stage of each chain."""
    return [figure for chain in chains for figure in look_through(trace(world, chain), region)]


def account_figures(world: World, chains: Sequence[str], region: str) -> list[Figure]:
    """Return consumption, import reliance and direct suppliers in the balanced accounts."""
    return [figure for chain in chains for figure in account_dependence(world, chain, region)]


def stage_suppliers(world: World, chains: Sequence[str], region: str) -> list[Figure]:
    """Return what is left of a region's supply without its largest supplier, by material."""
    days, card = stock_days_card(world.bundle)
    return [
        figure
        for chain in chains
        for item in world.chains[chain].text.materials
        for figure in without_largest_supplier(
            supply_of_account(world, chain, region, item.material),
            stock_days=days,
            stock_input=card,
        )
    ]


def benchmark_figures(case: Case, mineral: str = "") -> list[Figure]:
    """Return capacity over consumption and the largest third country, of one mineral or of all.

    Those of all come with the totals. Raises `InputError` for a mineral that is not strategic.
    """
    names = [entry.material for entry in case.listed.materials]
    if mineral:
        chosen = case.listed.material(mineral).material
        figures = [each for each in capacity_benchmarks(case) if each.mineral == chosen]
        return [*figures, *_third_country(case, chosen)]
    return [
        *capacity_benchmarks(case),
        *(figure for name in names for figure in _third_country(case, name)),
    ]


def _third_country(case: Case, material: str) -> list[Figure]:
    """Return the readings on one third country, and the one verdict of all of them."""
    readings = third_country(case, material)
    return [*readings, ceiling_verdict(case, material, readings)]


def shift_figures(
    bundle: Bundle, mineral: str, region: str, after: Mapping[str, float], stage: str = ""
) -> list[Figure]:
    """Return the largest supplier's share after a shift to shares that a user states (fractions).

    Before are the published shares of the region at a stage, the last period of the first source.
    A member of a group is no supplier abroad, on neither side.
    Raises `InputError` where none are published, where the stage is not clear, and where the stated
    shares add up to more than one.
    """
    stated_sum = sum(sorted(after.values()))
    if stated_sum > 1.0 + ROUNDING:
        raise InputError(
            [
                Problem(
                    "shares that add up to more than 1",
                    field="--to",
                    found=f"a sum of {stated_sum:.6g}",
                    expected="at most 1; what is left has no named supplier",
                )
            ]
        )
    before = _published(bundle, mineral, region, stage)
    stated = supply_of_shares(
        after,
        region=before.region,
        mineral=before.mineral,
        stage=before.stage,
        form=before.form,
        period=before.period,
        domestic=before.domestic,
    )
    return [shift_test(before, stated, read_shift_rule(bundle))]


def _published(bundle: Bundle, mineral: str, region: str, stage: str) -> Supply:
    figures = [each for each in published_shares(bundle, region, mineral) if each.stage]
    stages = list(dict.fromkeys(each.stage for each in figures))
    wanted = stage or (stages[0] if len(stages) == 1 else "")
    own = [each for each in figures if each.stage == wanted]
    if not own:
        raise InputError(
            [
                Problem(
                    _why_none(mineral, stages, stage),
                    field="--stage" if stages else "MINERAL",
                    found=repr(stage) if stage else "",
                    expected="one of " + ", ".join(stages) if stages else "",
                    nearest=nearest(stage, stages),
                )
            ]
        )
    last = max(each.period for each in own)
    key = next((each.form, each.period) for each in own if each.period == last)
    return supply_of_figures(
        [each for each in own if (each.form, each.period) == key],
        domestic=own_places(bundle, region),
    )


def _why_none(mineral: str, stages: Sequence[str], stage: str) -> str:
    if not stages:
        return f"nobody published the region's supply of {mineral} by origin"
    return "no published shares of the stage" if stage else "published shares of several stages"
