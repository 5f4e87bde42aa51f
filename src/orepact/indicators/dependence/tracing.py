r"""Absorbing chains: follow what lies at a place back to where it began.

A place mixes what comes in, and what leaves it is mixed like what came in. Let $T_{nm}$ be the part
of what place $n$ takes in that it draws from place $m$, and $S_{nk}$ the part that begins there, at
origin $k$. The part $B_{nk}$ of what lies at $n$ that began at $k$ obeys

$$B = S + T B \quad\Longrightarrow\quad B = (I - T)^{-1} S$$

with row sums of one, because $\sum_m T_{nm} + \sum_k S_{nk} = 1$. Goods that go round in a circle
are handled by the inverse: $(I - T)^{-1} = I + T + T^2 + \dots$ counts every round. A circle into
which nothing flows has no origin; its places are told apart first and reported as lost.

| symbol | meaning (unit) | name in code |
|---|---|---|
| $T$ | part of a place's supply drawn from another place (1) | `drawn` |
| $S$ | part of a place's supply that begins there, by origin (1) | `began` |
| $B$ | part of what lies at a place, by origin (1) | `absorbed` |
| $v$ | what passes each place on the way back from a use | `followed` |

Source of the method: Kemeny and Snell (1960), *Finite Markov Chains*, chapter III (absorbing
chains); for trade, the proportionality assumption of input-output accounts, Miller and Blair
(2009), *Input-Output Analysis*, doi:10.1017/CBO9780511626982.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = [
    "UNCOUNTED",
    "Array",
    "Entry",
    "Links",
    "Origin",
    "Place",
    "Recipe",
    "absorbed",
    "followed",
    "links_of",
]

Array = npt.NDArray[np.float64]
Place = tuple[str, str]
"""Region and material."""

Origin = tuple[str, str]
"""Region and process where something began; `UNCOUNTED` names no process."""

UNCOUNTED = "uncounted"
"""Process of supply that no row of the account gives, though it left the place or was used."""

_NOTHING = 1e-9
"""Share of a place's throughput below which a difference is arithmetic, not supply (1)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Tonnes of each input and of each output per tonne of activity."""

    inputs: Mapping[str, float]
    outputs: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement (`tonnes` per time): production, trade or use.

    `region` is where it happens or starts, `partner` where trade arrives; `sourced` says that it
    rests on a source and not on an assumption card alone.
    """

    kind: str
    region: str
    tonnes: float
    material: str = ""
    process: str = ""
    partner: str = ""
    use: str = ""
    sourced: bool = True


@dataclass(frozen=True, slots=True)
class Links:
    """Who supplies whom, as arrays with one element per link.

    `to` and `place` number places, `origin` numbers origins; a link has a place or an origin, the
    other is -1. `tonnes` arrive at `to`; `needed` tonnes left `place` for it, more than arrive
    where a process loses some. `made` tells processing and recovery from trade. `through` (t per
    place) is what the place takes in, or gives out where that is more.
    """

    places: tuple[Place, ...]
    origins: tuple[Origin, ...]
    to: npt.NDArray[np.int64] = field(repr=False)
    place: npt.NDArray[np.int64] = field(repr=False)
    origin: npt.NDArray[np.int64] = field(repr=False)
    tonnes: Array = field(repr=False)
    needed: Array = field(repr=False)
    made: npt.NDArray[np.bool_] = field(repr=False)
    sourced: npt.NDArray[np.bool_] = field(repr=False)
    through: Array = field(repr=False)

    def matrices(
        self, *, keep: npt.NDArray[np.bool_] | None = None, needed: bool = False
    ) -> tuple[Array, Array]:
        """Return $T$ (places × places) and $S$ (places × origins) of the links to keep (1)."""
        kept = np.ones(len(self.to), dtype=np.bool_) if keep is None else keep
        amount = self.needed if needed else self.tonnes
        size, ends = len(self.places), len(self.origins)
        inner, outer = kept & (self.place >= 0), kept & (self.origin >= 0)
        drawn = np.bincount(
            self.to[inner] * size + self.place[inner], amount[inner], minlength=size * size
        ).reshape(size, size)
        began = np.bincount(
            self.to[outer] * ends + self.origin[outer], self.tonnes[outer], minlength=size * ends
        ).reshape(size, ends)
        scale = np.where(self.through > 0.0, self.through, 1.0)[:, None]
        return drawn / scale, began / scale


def absorbed(drawn: Array, began: Array) -> tuple[Array, Array]:
    """Return $B$ (places × origins, 1) and the part of each place without any origin (1).

    `drawn` is $T$ (places × places) and `began` $S$ (places × origins). Where both leave something
    of one, that part is followed no further and is missing from the row of $B$. A place of a closed
    circle, which nothing enters, has no origin, and neither has what was drawn from it.
    """
    reaches = _reaching(drawn)
    inner = np.where(reaches[:, None], drawn, 0.0)
    lost = (~reaches).astype(np.float64)
    ends = np.column_stack([np.where(reaches[:, None], began, 0.0), lost])
    found = _solved(np.eye(len(drawn)) - inner, ends)
    return found[:, :-1], found[:, -1]


def followed(drawn: Array, weight: Array) -> tuple[Array, float]:
    r"""Return how much passes each place on the way back from `weight`, and how much is lost.

    Solves $v = w + T^\top v$ for one use (places, any unit) instead of all: what began at $k$ is
    then $\sum_n v_n S_{nk}$. Lost is what ends in a closed circle, which nothing enters.
    """
    reaches = _reaching(drawn)
    inner = np.where(reaches[:, None], drawn, 0.0)
    passed = _solved((np.eye(len(drawn)) - inner).T, weight)
    return passed, float(passed[~reaches].sum())


def _solved(matrix: Array, right: Array) -> Array:
    return np.clip(np.linalg.solve(matrix, right), 0.0, None).astype(np.float64)


def _reaching(drawn: Array) -> npt.NDArray[np.bool_]:
    """Return the places that lead, over what they draw from, to one that does not only draw."""
    found = drawn.sum(axis=1) < 1.0 - _NOTHING
    while True:
        more = found | ((drawn > 0.0) @ found)
        if (more == found).all():
            return found
        found = more


def links_of(
    entries: Iterable[Entry],
    recipes: Mapping[str, Recipe],
    worth: Mapping[str, float] | None = None,
) -> Links:
    """Return who supplies whom in an account or a plan.

    A process passes the origins of its inputs on to its outputs, each input weighed by its tonnes,
    or by its tonnes times `worth` (USD/t by material); what it takes is charged to its outputs in
    the same way. A process without inputs is an origin. What a place gives out beyond what it takes
    in comes from the origin `UNCOUNTED`.
    """
    book = _Book(recipes, worth)
    for entry in entries:
        if entry.tonnes > 0.0:
            book.add(entry)
    return book.links()


@dataclass(slots=True)
class _Book:
    """Links in the making: one row each, and what every place takes in and gives out."""

    recipes: Mapping[str, Recipe]
    worth: Mapping[str, float] | None
    rows: list[tuple[Place, Place | None, Origin | None, float, float, bool, bool]] = field(
        default_factory=list[tuple[Place, Place | None, Origin | None, float, float, bool, bool]]
    )
    taken: dict[Place, float] = field(default_factory=dict[Place, float])
    given: dict[Place, float] = field(default_factory=dict[Place, float])

    def add(self, entry: Entry) -> None:
        """Enter one movement."""
        here = (entry.region, entry.material)
        if entry.kind == "production":
            self._make(entry, self.recipes[entry.process])
            return
        self.given[here] = self.given.get(here, 0.0) + entry.tonnes
        if entry.kind == "trade":
            there = (entry.partner, entry.material)
            self._link(there, here, None, entry.tonnes, entry.tonnes, (False, entry.sourced))

    def _make(self, entry: Entry, recipe: Recipe) -> None:
        for material, ratio in recipe.inputs.items():
            place = (entry.region, material)
            self.given[place] = self.given.get(place, 0.0) + ratio * entry.tonnes
        mixed, split = self._parts(recipe.inputs), self._parts(recipe.outputs)
        for output, ratio in recipe.outputs.items():
            there, made = (entry.region, output), ratio * entry.tonnes
            how = (True, entry.sourced)
            if not mixed:
                self._link(there, None, (entry.region, entry.process), made, made, how)
            for material, part in mixed.items():
                needed = recipe.inputs[material] * entry.tonnes * split[output]
                self._link(there, (entry.region, material), None, made * part, needed, how)

    def _parts(self, amounts: Mapping[str, float]) -> dict[str, float]:
        worth = self.worth
        weights = {
            name: tonnes * (worth[name] if worth else 1.0) for name, tonnes in amounts.items()
        }
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items()}

    def _link(
        self,
        there: Place,
        place: Place | None,
        origin: Origin | None,
        tonnes: float,
        needed: float,
        how: tuple[bool, bool],
    ) -> None:
        self.taken[there] = self.taken.get(there, 0.0) + tonnes
        self.rows.append((there, place, origin, tonnes, needed, *how))

    def links(self) -> Links:
        """Return the links as arrays, with the supply that no movement gives."""
        places = tuple(sorted({*self.taken, *self.given}))
        for place in places:
            short = self.given.get(place, 0.0) - self.taken.get(place, 0.0)
            if short > _NOTHING * self.given.get(place, 0.0):
                self._link(place, None, (place[0], UNCOUNTED), short, short, (False, False))
        origins = tuple(sorted({row[2] for row in self.rows if row[2] is not None}))
        number = {place: index for index, place in enumerate(places)}
        began = {origin: index for index, origin in enumerate(origins)}
        through = [max(self.taken.get(at, 0.0), self.given.get(at, 0.0)) for at in places]
        rows = self.rows
        return Links(
            places,
            origins,
            to=np.array([number[row[0]] for row in rows], dtype=np.int64),
            place=np.array([number[row[1]] if row[1] else -1 for row in rows], dtype=np.int64),
            origin=np.array([began[row[2]] if row[2] else -1 for row in rows], dtype=np.int64),
            tonnes=np.array([row[3] for row in rows], dtype=np.float64),
            needed=np.array([row[4] for row in rows], dtype=np.float64),
            made=np.array([row[5] for row in rows], dtype=np.bool_),
            sourced=np.array([row[6] for row in rows], dtype=np.bool_),
            through=np.array(through, dtype=np.float64),
        )
