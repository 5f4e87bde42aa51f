"""The figure of an id: of the tables, the early warning, the accounts and the benchmarks alike."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence

from orepact.data.bundle import Bundle, read_bundle
from orepact.data.dataset.editions import known_minerals
from orepact.errors import InputError, Problem
from orepact.indicators.figure import Figure
from orepact.indicators.union.benchmark_case import read_case
from orepact.indicators.union.monitoring import Watch, monitor
from orepact.network.world import World, read_world
from orepact.policy import load_register
from orepact.studies.assessment.accounts import (
    account_figures,
    benchmark_figures,
    chains_of,
    origin_figures,
    stage_suppliers,
)
from orepact.studies.assessment.families import table_figures
from orepact.studies.assessment.figures import by_id, pick_figure
from orepact.studies.assessment.names import about_figure
from orepact.studies.assessment.overview import warnings_on
from orepact.studies.assessment.trajectories import trajectory_figures

__all__ = ["figure_finder", "find_figure", "world_of"]

_DAY = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d(?=:|$)")


def find_figure(bundle: Bundle, name: str, on: datetime.date | None = None) -> Figure:
    """Return the figure that has an id, or the only one whose id begins so.

    Every id that `orepact assess` prints is one. `on` is the day of the assessment; without it the
    day that the id names, else today. Raises `InputError` for a name that is no id, an unknown
    region or mineral, a day to come, and where no figure of that mineral and region has the id,
    with the nearest.
    """
    return figure_finder(bundle, on or _day_of(name))(name)


def figure_finder(bundle: Bundle, on: datetime.date) -> Callable[[str], Figure]:
    """Return what finds the figure of an id on a day, of the tables or else of the accounts.

    For many ids: the early warning is read once. Raises `InputError` for a day to come.
    """
    warnings = warnings_on(bundle, load_register(), on)

    def find(name: str) -> Figure:
        figures = table_figures(bundle, name, warnings)
        if name.strip().lower() in by_id(figures):
            return pick_figure(figures, name)
        minerals, region = about_figure(bundle, name)
        return pick_figure([*figures, *account_families(bundle, minerals, region, on)], name)

    return find


def _day_of(name: str) -> datetime.date:
    """Return the day that an id names, else today; a day that no calendar has is today too."""
    found = _DAY.search(name)
    try:
        return datetime.date.fromisoformat(found.group() if found else "")
    except ValueError:
        return datetime.datetime.now(datetime.UTC).date()


def world_of(bundle: Bundle) -> World:
    """Read the accounts of a dataset; raises `InputError` for a vintage that they do not know.

    The accounts are balanced from what is known now, so an older vintage has none.
    """
    newest = read_bundle(bundle.folder, confirmed_only=bundle.confirmed_only).vintage
    if bundle.vintage != newest:
        raise InputError(
            [
                Problem(
                    "the balanced accounts know one vintage",
                    field="--vintage",
                    found=repr(bundle.vintage),
                    expected=f"{newest}, or none; figures of tables alone know older ones",
                )
            ]
        )
    return read_world(bundle.folder, confirmed_only=bundle.confirmed_only)


def account_families(
    bundle: Bundle, minerals: Sequence[str], region: str, on: datetime.date
) -> list[Figure]:
    """Return every figure of some minerals and a region that comes from the accounts, on a day.

    Without a mineral those of all strategic materials together. Raises `InputError` as `world_of`.
    """
    world, register = world_of(bundle), load_register()
    case = read_case(world)
    benchmarks = benchmark_figures(case)
    if not minerals:
        totals = [*benchmarks, *trajectory_figures(case)]
        return [each for each in totals if not each.mineral]
    figures: list[Figure] = []
    for mineral in minerals:
        if mineral not in known_minerals(world.bundle):
            figures += (each for each in benchmarks if each.mineral == mineral)
            figures += trajectory_figures(case, mineral)
            continue
        chains = chains_of(world, register, mineral)
        watch = Watch(world.bundle, region, mineral, on, world, register)
        figures += [
            *origin_figures(world, chains, region),
            *account_figures(world, chains, region),
            *stage_suppliers(world, chains, region),
            *(each for each in benchmarks if each.mineral in case.listed.holding(mineral)),
            *(
                each
                for material in case.listed.holding(mineral)
                for each in trajectory_figures(case, material)
            ),
            *monitor(watch),
        ]
    return figures
