"""What portfolios of any zones stand on, and the blocks in which a control bites."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from orepact.model.portfolio import PortfolioWeights
from orepact.network.projects import Project
from orepact.result.portfolio.availability import Leads
from orepact.studies.projects.chain_tables import ChainTables
from orepact.studies.projects.futures import ProjectFuture
from orepact.studies.reserve.suppositions import Suppositions

__all__ = ["BASE_YEAR", "Block", "Ground", "blocks_of", "size_of"]

BASE_YEAR = 2025


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """All that a portfolio of any zones stands on: chains, projects, futures, drawn lead times.

    `wait` says by how much lead times were scaled (2 = twice as long); `shift` is the largest share
    of a zone's use that a third country may come to supply, inf for no test. Nothing may be started
    that opens by the end of the year `deadline` with a chance below `least_chance`. `beyond` says
    that a zone that chooses by itself may buy from the others beyond base trade, as from third
    countries.
    """

    zones: tuple[str, ...]
    chains: tuple[ChainTables, ...]
    projects: tuple[Project, ...]
    futures: tuple[ProjectFuture, ...]
    leads: Leads
    years: tuple[int, ...]
    starts: tuple[int, ...]
    cards: Suppositions
    weights: PortfolioWeights = field(default_factory=PortfolioWeights)
    shift: float = float("inf")
    wait: float = 1.0
    deadline: int = 2030
    least_chance: float = 0.0
    beyond: bool = True

    def at(self, **changes: Any) -> Ground:
        """Return the same ground with other parts."""
        return replace(self, **changes)

    def discount(self, year: float) -> float:
        """Return what a dollar of a year is worth in the first year."""
        return float((1.0 + self.cards["discount-rate"]) ** -(year - self.years[0]))


@dataclass(frozen=True, slots=True)
class Block:
    """One year of one future of one chain under control."""

    name: str
    chain: ChainTables
    future: ProjectFuture
    number: int
    year: int
    weight: float


def blocks_of(ground: Ground) -> list[Block]:
    """Return every year of every future of every chain in which a control bites."""
    return [
        Block(f"{chain.chain}|{future.name}|{year}", chain, future, number, year,
              future.weight * ground.discount(year))
        for chain in ground.chains
        for number, future in enumerate(ground.futures)
        for year in ground.years
        if future.posture[chain.exporter].bites(year)
    ]


def size_of(ground: Ground, project: Project) -> float:
    """Return what a project makes for the zones at full ramp, t/year of its first output."""
    return project.capacity.value * project.share.value * ground.cards["plant-use"]
