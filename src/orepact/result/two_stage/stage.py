"""Both stages together: what may be bought in all cases, and what their futures come to with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from orepact.model.curve import Array
from orepact.model.draft import Index
from orepact.network.components import Reserve
from orepact.result.two_stage.crew import Crew, Task
from orepact.result.two_stage.future import Case
from orepact.result.two_stage.master import Decision
from orepact.result.two_stage.numbers import Terms
from orepact.result.two_stage.recourse import Answer

__all__ = ["Stage"]

AMPLE = 2.0
"""Multiple of the whole budget up to which one reserve may be filled: the budget is to bind first.
"""


@dataclass(slots=True)
class Stage:
    """The decision, and the crew that evaluates it.

    `first` says where each case's reserves begin among all, `futures` are pairs of case and future.
    `zero` holds what every future comes to without purchases and `calm` what it would undisturbed.
    """

    crew: Crew
    decision: Decision
    first: Index
    futures: tuple[tuple[int, int], ...]
    zero: tuple[Answer, ...]
    calm: Array
    last: dict[tuple[int, bytes], tuple[Answer, ...]] = field(
        default_factory=dict[tuple[int, bytes], tuple[Answer, ...]]
    )

    @classmethod
    def of(cls, crew: Crew, *, budget: float | None, tail: float, level: float) -> Stage:
        """Solve every future without purchases, calm and as it is."""
        cases = crew.cases
        first = np.cumsum([0, *(len(case.network.reserves) for case in cases)])
        futures = tuple(
            (case, future)
            for case in range(len(cases))
            for future in range(len(cases[case].futures))
        )
        none = [np.zeros(len(case.network.reserves)) for case in cases]
        calm = crew.answers([Task(case, future, none[case], calm=True) for case, future in futures])
        zero = crew.answers([Task(case, future, none[case]) for case, future in futures])
        quiet = np.array([answer.value for answer in calm])
        decision = _decision(
            cases,
            first,
            np.array([answer.value for answer in zero]) - quiet,
            np.inf if budget is None else budget,
            tail,
            level,
        )
        stage = cls(crew, decision, first, futures, tuple(zero), quiet)
        for case, bought in enumerate(none):
            stage.last[case, bought.tobytes()] = tuple(
                answer for (own, _), answer in zip(futures, zero, strict=True) if own == case
            )
        return stage

    @property
    def cases(self) -> Sequence[Case]:
        """Return the cases."""
        return self.crew.cases

    @property
    def terms(self) -> Terms:
        """Return how futures are planned."""
        return self.crew.terms

    @property
    def reserves(self) -> list[tuple[str, Reserve]]:
        """Return every reserve with the name of its case, in the order of the decision."""
        return [(case.name, each) for case in self.cases for each in case.network.reserves]

    def own(self, case: int, bought: Array) -> Array:
        """Return the part of purchases that is a case's."""
        return bought[self.first[case] : self.first[case + 1]]

    def evaluate(self, bought: Array) -> tuple[Array, Array]:
        """Return what futures come to over none bought (USD), and slopes (futures × reserves)."""
        return self.read(self.answers(bought))

    def answers(self, bought: Array) -> tuple[Answer, ...]:
        """Return what every future comes to with purchases; a case is asked once about each."""
        if not bought.any():
            return self.zero
        keys = [(case, self.own(case, bought).tobytes()) for case in range(len(self.cases))]
        new = [pair for pair in self.futures if keys[pair[0]] not in self.last]
        told = self.crew.answers([Task(case, k, self.own(case, bought)) for case, k in new])
        found = dict(zip(new, told, strict=True))
        answers = tuple(
            found[pair] if pair in found else self.last[keys[pair[0]]][pair[1]]
            for pair in self.futures
        )
        for case, key in enumerate(keys):
            rows = np.flatnonzero(self.decision.of_case == case)
            self.last[key] = tuple(answers[row] for row in rows)
        return answers

    def tried(self) -> Iterator[tuple[int, Array, Array]]:
        """Return every case's purchases tried so far and the gains of all its futures there."""
        zero = np.array([answer.value for answer in self.zero])
        for (case, key), answers in self.last.items():
            value = np.array([answer.value for answer in answers])
            yield case, np.frombuffer(key), value - zero[self.decision.of_case == case]

    def some(self, rows: Index, bought: Array) -> tuple[Array, Array]:
        """Return gains and slopes of some futures alone."""
        if not bought.any():
            gain, slope = self.evaluate(bought)
            return gain[rows], slope[rows]
        numbers: list[int] = rows.tolist()
        pairs = [self.futures[row] for row in numbers]
        tasks = [Task(case, k, self.own(case, bought)) for case, k in pairs]
        return self.read(self.crew.answers(tasks), rows)

    def each(self, bought: Array, rows: Index) -> tuple[Answer, ...]:
        """Return what some futures come to, each with its own row of purchases."""
        numbers: list[int] = rows.tolist()
        pairs = [(*self.futures[row], row) for row in numbers]
        tasks = [Task(case, k, self.own(case, bought[row])) for case, k, row in pairs]
        return tuple(self.crew.answers(tasks))

    def read(self, answers: Sequence[Answer], rows: Index | None = None) -> tuple[Array, Array]:
        """Return gains over none bought (USD) and slopes over all reserves, of all or some."""
        chosen = np.arange(len(self.futures)) if rows is None else rows
        slope = np.zeros((len(answers), len(self.decision.price)))
        gain = np.zeros(len(answers))
        for place, (row, answer) in enumerate(zip(chosen, answers, strict=True)):
            case = self.futures[row][0]
            slope[place, self.first[case] : self.first[case + 1]] = answer.slope
            gain[place] = answer.value - self.zero[row].value
        return gain, slope


def _decision(
    cases: Sequence[Case], first: Index, loss: Array, budget: float, tail: float, level: float
) -> Decision:
    base = [{m.name: m.price for m in case.network.materials} for case in cases]
    price: list[float] = []
    most: list[float] = []
    for case, prices in zip(cases, base, strict=True):
        for each in case.network.reserves:
            paid = prices[each.material] if np.isnan(each.price) else each.price
            room = max(0.0, min(each.largest, each.capacity - each.held))
            price.append(paid)
            most.append(min(room, AMPLE * budget / paid) if paid > 0.0 else room)
    owner = np.repeat(np.arange(len(cases)), np.diff(first))
    counts = [len(case.futures) for case in cases]
    weight = np.array([future.weight for case in cases for future in case.futures])
    return Decision(
        price=np.array(price, dtype=np.float64),
        most=np.array(most, dtype=np.float64),
        case=owner,
        weight=weight,
        of_case=np.repeat(np.arange(len(cases)), counts),
        loss=loss,
        budget=budget,
        tail=tail,
        level=level,
    )
