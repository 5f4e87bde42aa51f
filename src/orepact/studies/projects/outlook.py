"""Candidates of some regions with the chance that each is built, ready to be drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from orepact.data.bundle import WORLD_FOLDER
from orepact.errors import InputError, Problem, nearest
from orepact.indicators.projects.delivery import Terms
from orepact.indicators.union.benchmark_case import read_case
from orepact.indicators.union.projects_ahead import chance_card, known_year
from orepact.network.chains.cards import Card, read_cards
from orepact.network.project_files import CANDIDATES, Candidates, read_projects
from orepact.network.projects import Project, Spread
from orepact.network.world import World

__all__ = ["ENDS", "Outlook", "account_problems", "outlook", "region_problems", "terms_of"]

CARDS = "outlook_cards.yaml"
OPERATING = "operating"
BUILT = "construction"
"""Status whose chance holds for what runs already and is enlarged, and for what is decided."""

ENDS = ("value", "low", "high")
"""Settings of the cards of chance: as they are, all at their low end, all at their high end."""

FRACTION = 0.9
"""The part of a year that is over on the day of knowledge: the dataset is of November."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Projects that some regions have or share in, the cards behind their chances and the file."""

    projects: tuple[Project, ...]
    candidates: Candidates
    cards: Mapping[str, Card]
    now: float
    announced: Mapping[str, int]
    starts: Mapping[str, float] = field(default_factory=dict[str, float])

    def stated(self) -> dict[str, Spread]:
        """Return announced openings with the card of delay, of projects that nobody has decided."""
        slip = self.cards["project-slip"]
        return {name: Spread(year + slip.low, year + slip.value, year + slip.high)
                for name, year in self.announced.items()}

    def chances(self, end: str, *, decided: bool = False) -> list[float]:
        """Return each project's chance of being built with the cards at one of `ENDS`."""
        return [float(getattr(self.cards[self.card(one, decided=decided)], end))
                for one in self.projects]

    def card(self, project: Project, *, decided: bool = False) -> str:
        """Return the card of a project's chance; `decided`: all undecided ones are decided."""
        early = project.name in self.starts or (decided and not project.decided)
        return chance_card(BUILT if early or project.status == OPERATING else project.status)

    def chosen(self, starts: Mapping[str, float]) -> Outlook:
        """Return what a portfolio has: what it decides, in which year, and what is decided."""
        kept = tuple(one for one in self.projects if one.decided or one.name in starts)
        return replace(self, projects=kept, starts=dict(starts))


def outlook(
    world: World, regions: Sequence[str], source: str | Path = CANDIDATES, chain: str = "",
    names: Sequence[str] = (),
) -> Outlook:
    """Return the projects of a file that stand in some regions or are theirs to choose.

    `chain` and `names` leave out others. Raises `InputError` with every problem.
    """
    found = read_projects(source, world)
    problems: list[Problem] = []
    if chain and chain not in world.chains:
        chains = list(world.chains)
        problems.append(Problem("unknown chain", field="chain", found=repr(chain),
                                expected="one of " + ", ".join(chains),
                                nearest=nearest(chain, chains)))
    known = [one.name for one in found.projects]
    problems += [
        Problem("unknown project", field="--project", found=repr(name),
                expected="one of " + ", ".join(known[:8]) + (", …" if known[8:] else ""),
                nearest=nearest(name, known))
        for name in names if name not in known
    ]
    if problems:
        raise InputError(problems)
    members = {code for one in world.regions if one.name in regions
               for code in (one.name, *one.members)}
    chosen = tuple(
        one for one in found.projects
        if (one.home in regions or one.country in members)
        and (not chain or one.chain == chain) and (not names or one.name in names)
    )
    folder = world.folder / "projects"
    folder = folder if (folder / CARDS).is_file() else WORLD_FOLDER / "projects"
    own = {card.card: card for card in read_cards(folder / CARDS, folder)}
    now = known_year(world.bundle)
    starts = dict(world.bundle.table("projects").select("project", "start_year").iter_rows())
    announced = {one.name: int(year) for one in chosen
                 if not one.decided and (year := starts.get(one.row)) is not None and year > now}
    return Outlook(chosen, found, {**read_case(world).cards, **own}, now + FRACTION, announced)


def terms_of(
    seen: Outlook, end: str, *, draws: int, seed: int, decided: float | None = None,
    longer: float = 1.0,
) -> Terms:
    """Return what draws rest on with the cards of chance at one of `ENDS`."""
    wait = seen.cards["project-decision-wait"]
    return Terms(
        chances=seen.chances(end, decided=decided is not None), now=seen.now,
        decision=Spread(wait.low, wait.value, wait.high),
        correlation=seen.cards["project-common-cause"].value, draws=draws, seed=seed,
        decided=decided, longer=longer, stated=seen.stated(), starts=seen.starts,
    )


def region_problems(world: World, regions: Sequence[str]) -> list[Problem]:
    """Return regions that the dataset does not have, or that are named twice."""
    known = [one.name for one in world.regions]
    found = [
        Problem("unknown region", field="--region", found=repr(name),
                expected="one of " + ", ".join(known[:8]) + ", …", nearest=nearest(name, known))
        for name in regions if name not in known
    ]
    return found + [
        Problem("region named twice", field="--region", found=name, expected="once")
        for name in sorted({one for one in regions if regions.count(one) > 1})
    ]


def account_problems(
    world: World, chains: Sequence[str], regions: Sequence[str], field: str = "--region"
) -> list[Problem]:
    """Return known regions that no account of some chains tells apart, with the one they are in.

    An account says nothing of a member state by itself: its zeros would read as facts.
    """
    apart = {name for chain in chains if chain in world.accounts
             for name in world.accounts[chain].entries["region"].unique().to_list()}
    known = {one.name for one in world.regions}
    whole = {code: one.name for one in world.regions if one.name in apart for code in one.members}
    return [
        Problem("no account of this region by itself", field=field, found=name,
                expected=f"{whole[name]}, which holds it" if name in whole else
                "one of " + ", ".join(sorted(apart)))
        for name in dict.fromkeys(regions) if apart and name in known and name not in apart
    ]
