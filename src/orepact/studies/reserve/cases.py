"""A chain as the engine of sizes reads it: its network with reserves, and its futures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from orepact.errors import InputError, Problem, nearest
from orepact.network.behaviour import Behaviour
from orepact.network.components import Reserve
from orepact.network.stored_forms import StoredForms
from orepact.network.world import World
from orepact.policy import Register
from orepact.result.two_stage import Case, Future
from orepact.studies.reserve.candidates import Candidate, Gap, candidates_of, willingness_of
from orepact.studies.reserve.futures import HORIZON, ChainFutures, futures_of
from orepact.studies.reserve.paid import paid_prices
from orepact.studies.reserve.suppositions import Suppositions
from orepact.studies.reserve.weights import reweighted

__all__ = ["ChainCase", "SizingDesign", "cases_of", "engine_case"]

MOST_FUTURES = 1000
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingDesign:
    """What a size is asked for.

    `chains` and `owners` (regions) whose reserves are sized together under `budget` (USD), `tail`
    the weight of the worst futures against the mean, `level` where the worst begin, `futures` and
    `seed` of the draws, `first_month` (YYYY-MM) of every future. `tornado` is how many futures the
    runs that vary a supposition have (0 = none), `sample` how many are simulated (0 = none).
    """

    chains: tuple[str, ...]
    owners: tuple[str, ...] = ("EU27",)
    budget: float | None = None
    tail: float = 0.0
    level: float = 0.9
    futures: int = 100
    seed: int = 1
    first_month: str = ""
    entitled: tuple[str, ...] = ()
    tornado: int = 10
    sample: int = 6

    def problems(self, world: World) -> list[Problem]:
        """Return what is wrong with the design."""
        found = [
            Problem("out of range", field=f"--{name}", found=f"{value:g}", expected=expected)
            for name, value, low, high, expected in (
                ("tail", self.tail, 0.0, 1.0, "0 to 1"),
                ("level", self.level, 0.5, 0.99, "0.5 to 0.99"),
                ("futures", self.futures, 0, MOST_FUTURES, f"0 to {MOST_FUTURES}"),
                ("seed", self.seed, 0, 2**32 - 1, "0 or more"),
                ("tornado", self.tornado, 0, MOST_FUTURES, f"0 to {MOST_FUTURES}"),
                ("sample", self.sample, 0, MOST_FUTURES, f"0 to {MOST_FUTURES}"),
                ("budget", 0.0 if self.budget is None else self.budget, 0.0, 1e15,
                 "USD, 0 or more"),
            ) if not low <= value <= high
        ]
        found += _unknown("--chain", self.chains, list(world.chains), "chain")
        regions = [region.name for region in world.regions]
        found += _unknown("--owner", self.owners, regions, "region")
        found += _unknown("--entitled", self.entitled, regions, "region")
        if not self.owners:
            found.append(Problem("nobody owns the reserve", field="--owner",
                                 expected="a region, such as EU27"))
        found += [
            Problem("given twice", field=field, found=name, expected="once")
            for field, names in (("--owner", self.owners), ("--chain", self.chains))
            for name in dict.fromkeys(names) if names.count(name) > 1
        ]
        if not MONTH.fullmatch(self.first_month):
            found.append(Problem("not a month", field="--from", found=repr(self.first_month),
                                 expected="YYYY-MM"))
            return found
        for name in self.chains:
            chain = world.chains.get(name)
            if chain and self.first_month <= chain.text.calibration.last:
                found.append(Problem(f"the calibration window of {name} has not ended",
                                     field="--from", found=self.first_month,
                                     expected=f"a month after {chain.text.calibration.last}"))
        return found


@dataclass(frozen=True, slots=True)
class ChainCase:
    """A chain with its futures, what may be held of it, what may not, and the most that is paid.

    `others` are reserves that are held already and cannot be bought.
    """

    futures: ChainFutures
    candidates: tuple[Candidate, ...]
    gaps: tuple[Gap, ...]
    highest: float
    others: tuple[Reserve, ...] = ()

    @property
    def reserves(self) -> tuple[Reserve, ...]:
        """Return the reserves: those that may be bought first, in the order of the candidates."""
        return (*(one.reserve for one in self.candidates), *self.others)


def cases_of(
    world: World,
    register: Register,
    design: SizingDesign,
    cards: Suppositions,
    forms: StoredForms,
    *,
    held: Sequence[Reserve] = (),
    carry: str = "value",
    behaviour: Behaviour | None = None,
    among: Sequence[ChainFutures] | None = None,
) -> list[ChainCase]:
    """Return a case per chain; `among` are futures made before, used again as they are.

    A chain in which no owner has a place has no futures and no candidates, and says so. Raises
    `InputError` with everything that is wrong with the design.
    """
    problems = design.problems(world)
    if problems:
        raise InputError(problems)
    known = {one.chain: one for one in among or ()}
    found: list[ChainCase] = []
    for chain in design.chains:
        places = {region.name for region in world.network(chain).regions}
        owners = [name for name in design.owners if name in places]
        futures = known.get(chain) or futures_of(
            world, register, chain, owners, design.first_month, cards,
            count=design.futures if owners else 0, seed=design.seed)
        futures = reweighted(futures, cards)
        if behaviour is not None:
            futures = _behaving(world, futures, behaviour)
        candidates, gaps = candidates_of(
            futures.network, chain, design.owners, cards, forms, held=_tonnes(held),
            entitled=design.entitled, carry=carry,
            paid=paid_prices(world.chains[chain], design.first_month))
        highest = willingness_of(world, chain, futures.network, cards)
        found.append(ChainCase(futures, tuple(candidates), tuple(gaps), highest,
                               _others(futures, candidates, held)))
    return found


def engine_case(case: ChainCase) -> Case:
    """Return a case as the engine reads it."""
    futures = case.futures
    return Case(
        name=futures.chain,
        network=futures.network.including(*case.reserves),
        highest=case.highest,
        futures=tuple(
            Future(name=one.name, weight=one.weight, use=futures.demand(one),
                   activity=futures.supply(one), limit=futures.limits(one),
                   crisis=HORIZON if one.quiet else 0)
            for one in futures.futures
        ),
    )


def _tonnes(held: Sequence[Reserve]) -> dict[tuple[str, str], float]:
    """Return the tonnes held by the region where they lie and material."""
    found: dict[tuple[str, str], float] = {}
    for one in held:
        found[one.region, one.material] = found.get((one.region, one.material), 0.0) + one.held
    return found


def _others(
    futures: ChainFutures, candidates: Sequence[Candidate], held: Sequence[Reserve]
) -> tuple[Reserve, ...]:
    """Return what is held of a chain's materials where nothing may be bought."""
    counted = {(one.reserve.region, one.reserve.material) for one in candidates}
    materials = {one.name for one in futures.network.materials}
    return tuple(replace(one, largest=0.0) for one in held
                 if one.material in materials and (one.region, one.material) not in counted)


def _behaving(world: World, futures: ChainFutures, behaviour: Behaviour) -> ChainFutures:
    """Return the futures with a network whose buyers behave otherwise; its routes are the same."""
    network = world.network(futures.chain, behaviour)
    added = futures.network.routes[len(network.routes):]
    return replace(futures, network=network.including(*added), behaviour=behaviour)


def _unknown(field: str, names: Sequence[str], known: list[str], kind: str) -> list[Problem]:
    return [
        Problem(f"unknown {kind}", field=field, found=repr(name),
                expected="one of " + ", ".join(known[:12]), nearest=nearest(name, known))
        for name in names if name not in known
    ]


