"""Which members a stress run has: what is crossed with what, and how ranges are drawn from.

Parameter sets × licence branches × base windows × draws are simulated; every rung of the ladder and
the path without the scenario share each of them, so that they are compared pair by pair. Draws are
a Latin hypercube (McKay, Beckman and Conover 1979, doi:10.1080/00401706.1979.10489755) or a
scrambled Sobol sequence (Owen 1998, doi:10.1006/jcom.1998.0487) over all uncertain numbers at once;
its points are dealt to the parameter sets in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from orepact.errors import Problem, nearest
from orepact.model.curve import Array
from orepact.network.behaviour import Behaviour

__all__ = ["SAMPLINGS", "Design", "Draw", "Task", "draws_of", "tasks_of"]

SAMPLINGS = ("latin-hypercube", "sobol")

DIGITS = 9
"""Decimals of a quantile: what lies beyond may differ from one processor to the next."""

DRAWS_AT_ONCE = 4
"""Draws that a task simulates after one replay of the past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How many members of each kind.

    `sets` parameter sets, the central one and others that stand for the ensemble; `draws` of the
    uncertain numbers for each of them, 0 for their middle values; `windows` whether the further
    base windows that chains record are run too.
    """

    sets: int = 5
    draws: int = 4
    seed: int = 1
    sampling: str = "latin-hypercube"
    windows: bool = True

    def problems(self, most: int) -> list[Problem]:
        """Return what is wrong with the design; the ensemble has `most` parameter sets."""
        bounds = (("sets", self.sets, 1, most), ("draws", self.draws, 0, 10_000),
                  ("seed", self.seed, 0, 2**32 - 1))
        found = [
            Problem("out of range", field=f"--{name}", found=str(value),
                    expected=f"a whole number from {low} to {high}")
            for name, value, low, high in bounds if not low <= value <= high
        ]
        if self.sampling not in SAMPLINGS:
            found.append(Problem("unknown sampling", field="--sampling", found=repr(self.sampling),
                                 expected=" or ".join(SAMPLINGS),
                                 nearest=nearest(self.sampling, SAMPLINGS)))
        return found


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw: a quantile (0 to 1) for every path of an uncertain number; none = middle values."""

    number: int
    quantiles: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What is simulated at one go: a chain from one base, for one set, licence and few draws.

    Chains that links join are one task, their names joined (`orepact.studies.stress.linked`).
    """

    chain: str
    window: str
    behaviour: Behaviour
    licence: str
    draws: tuple[Draw, ...]

    @property
    def key(self) -> str:
        """Return the name of the task."""
        first, last = self.draws[0].number, self.draws[-1].number
        return (f"{self.chain}/{self.window}/{self.licence}/set-{self.behaviour.rank:03d}/"
                f"draws-{first:05d}-{last:05d}")


def draws_of(paths: Sequence[str], design: Design, sets: int) -> tuple[tuple[Draw, ...], ...]:
    """Return the draws of each of `sets` parameter sets.

    Without uncertain numbers, or without draws, each has one at the middle values. Raises
    `InputError` for an impossible design.
    """
    if not paths or design.draws == 0:
        return tuple((Draw(0),) for _ in range(sets))
    points = _points(len(paths), sets * design.draws, design)
    all_draws = [
        Draw(number, tuple(zip(paths, (round(float(one), DIGITS) for one in row), strict=True)))
        for number, row in enumerate(points)
    ]
    return tuple(tuple(all_draws[one::sets]) for one in range(sets))


def _points(dimensions: int, count: int, design: Design) -> Array:
    random = np.random.default_rng(design.seed)
    if design.sampling == "sobol":
        sampler = qmc.Sobol(dimensions, scramble=True, rng=random)
        power = max(0, int(np.ceil(np.log2(count))))
        return sampler.random_base2(power)[:count]
    return qmc.LatinHypercube(dimensions, rng=random).random(count)


def tasks_of(
    chains: Sequence[str],
    windows: Mapping[str, Sequence[str]],
    sets: Sequence[Behaviour],
    licences: Sequence[str],
    draws: Sequence[Sequence[Draw]],
) -> list[Task]:
    """Return every task; `windows` has the base windows by chain, `draws` those of each set."""
    return [
        Task(chain, window, behaviour, licence, tuple(own[at : at + DRAWS_AT_ONCE]))
        for chain in chains
        for window in windows[chain]
        for behaviour, own in zip(sets, draws, strict=True)
        for licence in licences
        for at in range(0, len(own), DRAWS_AT_ONCE)
    ]
