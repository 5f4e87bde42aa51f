"""The way to the Union's benchmarks for 2030, year by year, with announced projects."""

from __future__ import annotations

from orepact.indicators.figure import Figure
from orepact.indicators.union.benchmark_case import TARGET_YEAR, Case
from orepact.indicators.union.benchmarks_2030 import capacity_benchmarks, trajectory
from orepact.indicators.union.projects_ahead import known_year

__all__ = ["trajectory_figures", "trajectory_years"]


def trajectory_years(case: Case) -> range:
    """Return the years from the one that the dataset knows to that of the benchmarks."""
    return range(known_year(case.bundle), TARGET_YEAR + 1)


def trajectory_figures(case: Case, material: str = "") -> list[Figure]:
    """Return capacity over consumption of each year (1), of a strategic material or of all.

    Announced projects count at the probability, delay and ramp of their assumption cards. Those of
    all materials come with the totals by count, by tonnes and by value, which have no mineral.
    Raises `InputError` for a material that is not strategic.
    """
    years = trajectory_years(case)
    if material:
        return [
            figure
            for benchmark in case.listed.benchmarks
            for figure in trajectory(case, material, benchmark.benchmark, years)
        ]
    return [
        figure
        for year in years
        for figure in capacity_benchmarks(case, year)
        if figure.period == str(year)
    ]
