"""Scores of a back-test: ranks, levels, coverage, paired tests, and the bars they must clear."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from orepact.indicators.episode_scores import (
    Coverage,
    PairedTest,
    level_error,
    paired_test,
    rank_correlation,
)
from orepact.studies.backtest.feeds import Mode
from orepact.studies.backtest.harness import BASES, Basis, Outcome, Prediction

__all__ = ["Bar", "Comparison", "Score", "bars_of", "comparisons_of", "modes_of", "scores_of"]

RANK, ERROR = 0.6, 0.45
COVERED = (0.70, 0.90)
CALM = "graphite-2023"
CALM_MEAN, CALM_LARGEST = 1.2, 1.5
"""Natural graphite, a control that did not bite: largest mean and highest price (× base)."""

CALLED = {"approve": "if approved", "refuse": "if refused", "": "best set"}

Pick = Callable[[Outcome], float]


@dataclass(frozen=True, slots=True)
class Score:
    """How one rule predicted the mean levels of the episodes.

    `error` is the root mean square of ln(predicted ÷ observed), `fitted` the same without episodes
    that parameters may not be learnt from, `coverage` that of the points by the widened band and
    `unwidened` by the members alone (none for a rule without a band).
    """

    mode: Mode
    rule: str
    rank: float
    error: float
    fitted: float
    coverage: Coverage | None = None
    unwidened: Coverage | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A paired test of the model against a benchmark, families as pairs."""

    mode: Mode
    rule: str
    benchmark: str
    test: PairedTest


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: the figure reached, what it must be, and whether it is."""

    name: str
    value: float
    expected: str
    met: bool


def modes_of(outcomes: Sequence[Outcome]) -> tuple[Mode, ...]:
    """Return the modes that were run."""
    return tuple(outcomes[0].benchmarks)


def scores_of(outcomes: Sequence[Outcome]) -> tuple[Score, ...]:
    """Return the scores of every mode and rule."""
    return tuple(
        score
        for mode in modes_of(outcomes)
        for score in (*_model_scores(outcomes, mode), *_benchmark_scores(outcomes, mode))
    )


def comparisons_of(outcomes: Sequence[Outcome]) -> tuple[Comparison, ...]:
    """Return the paired tests: both learnt with and without the family, against the benchmarks."""
    found: list[Comparison] = []
    for mode in modes_of(outcomes):
        rules: list[tuple[str, Pick]] = [
            ("shipped sets, middle", lambda one, mode=mode: one.of(mode, "shipped").band.middle),
            ("left out, middle", lambda one, mode=mode: one.of(mode, "left out").band.middle),
        ]
        benchmarks: list[tuple[str, Pick]] = [
            ("constant multiple", lambda one, mode=mode: one.benchmarks[mode].constant),
            ("no change", lambda one, mode=mode: one.benchmarks[mode].no_change),
            *_closed_picks(outcomes, mode),
        ]
        found += [
            Comparison(mode, rule, benchmark, _paired(outcomes, ours, theirs))
            for rule, ours in rules
            for benchmark, theirs in benchmarks
        ]
    return tuple(found)


def bars_of(outcomes: Sequence[Outcome], mode: Mode = "reported") -> tuple[Bar, ...]:
    """Return the bars of a mode; the default parameter set is the best shipped one."""
    scores = {(each.mode, each.rule): each for each in scores_of(outcomes)}
    found: list[Bar] = []
    branches = _branches(outcomes, mode)
    for branch in branches:
        ours = scores[mode, _rule("shipped", branch)]
        said = f", {CALLED[branch]}" if branch else ""
        found += [
            Bar(f"rank correlation{said}", ours.rank, f">= {RANK}", ours.rank >= RANK),
            Bar(f"mean-level error{said}", ours.error, f"<= {ERROR}", ours.error <= ERROR),
            *(
                _below(ours, scores[mode, _closed(branch, fitted=fitted)], said, fitted=fitted)
                for fitted in (False, True)
            ),
        ]
    asked: tuple[tuple[Basis, str], ...] = (
        ("shipped", "in sample"),
        ("left out", "family left out"),
    )
    for basis, said in asked:
        covered = _coverage(outcomes, mode, basis)[0].share
        expected = f"{COVERED[0]:.2f} to {COVERED[1]:.2f}"
        met = COVERED[0] <= covered <= COVERED[1]
        found.append(Bar(f"coverage of the widened 80 % band, {said}", covered, expected, met))
    return (*found, *_calm(outcomes, mode))


def _below(ours: Score, closed: Score, said: str, *, fitted: bool) -> Bar:
    name = "mean-level error below the " + ("fitted " if fitted else "") + "closed form's"
    return Bar(f"{name}{said}", ours.error, f"< {closed.error:.2f}", ours.error < closed.error)


def _calm(outcomes: Sequence[Outcome], mode: Mode) -> list[Bar]:
    calm = [one.of(mode, "shipped") for one in outcomes if one.episode.name == CALM]
    found: list[Bar] = []
    for each in calm:
        for branch in each.mean:
            said = f", {CALLED[branch]}" if branch else ""
            mean, largest = each.mean[branch], each.largest[branch]
            found += [
                Bar(f"graphite, mean{said}", mean, f"<= {CALM_MEAN}", mean <= CALM_MEAN),
                Bar(
                    f"graphite, highest{said}",
                    largest,
                    f"<= {CALM_LARGEST}",
                    largest <= CALM_LARGEST,
                ),
            ]
    return found


def _model_scores(outcomes: Sequence[Outcome], mode: Mode) -> list[Score]:
    found: list[Score] = []
    for basis in BASES:
        branches = _branches(outcomes, mode) if basis == "shipped" else ()
        found += [
            _score(
                outcomes,
                mode,
                _rule(basis, branch),
                lambda one, b=branch, k=basis: _of_branch(one.of(mode, k), b),
            )
            for branch in branches
        ]
        found.append(
            _score(
                outcomes,
                mode,
                f"{_named(basis)}, middle",
                lambda one, k=basis: one.of(mode, k).band.middle,
                _coverage(outcomes, mode, basis),
            )
        )
    return found


def _benchmark_scores(outcomes: Sequence[Outcome], mode: Mode) -> list[Score]:
    constant = _score(
        outcomes, mode, "constant multiple", lambda one: one.benchmarks[mode].constant
    )
    return [
        _score(outcomes, mode, "no change", lambda one: one.benchmarks[mode].no_change),
        # one number for all but the family left out: where it is lower, that family was higher
        replace(constant, rank=float("nan")),
        *(_score(outcomes, mode, rule, pick) for rule, pick in _closed_picks(outcomes, mode)),
    ]


def _closed_picks(outcomes: Sequence[Outcome], mode: Mode) -> list[tuple[str, Pick]]:
    """Return the closed form, stated and fitted, in every licence branch."""
    return [
        (_closed(branch, fitted=fitted), _closed_pick(mode, branch, fitted=fitted))
        for branch in _branches(outcomes, mode)
        for fitted in (False, True)
    ]


def _closed_pick(mode: Mode, branch: str, *, fitted: bool) -> Pick:
    def pick(one: Outcome) -> float:
        rules = one.benchmarks[mode]
        return _in_branch(rules.closed_form_fitted if fitted else rules.closed_form, branch)

    return pick


def _score(
    outcomes: Sequence[Outcome],
    mode: Mode,
    rule: str,
    pick: Pick,
    covered: tuple[Coverage | None, Coverage | None] = (None, None),
) -> Score:
    predicted, observed = [pick(one) for one in outcomes], [one.observed for one in outcomes]
    fitted = [one for one in outcomes if one.episode.text.fitted]
    return Score(
        mode,
        rule,
        rank_correlation(predicted, observed),
        level_error(predicted, observed),
        level_error([pick(one) for one in fitted], [one.observed for one in fitted]),
        *covered,
    )


def _coverage(
    outcomes: Sequence[Outcome], mode: Mode, basis: Basis
) -> tuple[Coverage, Coverage]:
    """Return the coverage by the widened band and by the members alone."""
    each = [one.of(mode, basis) for one in outcomes]
    return _sum([one.coverage for one in each]), _sum([one.unwidened for one in each])


def _sum(parts: Sequence[Coverage]) -> Coverage:
    return Coverage(sum(one.inside for one in parts), sum(one.points for one in parts))


def _paired(outcomes: Sequence[Outcome], ours: Pick, theirs: Pick) -> PairedTest:
    families = list(dict.fromkeys(one.episode.text.family for one in outcomes))

    def by_family(pick: Pick) -> list[float]:
        return [
            _mean(
                [
                    math.log(pick(one) / one.observed) ** 2
                    for one in outcomes
                    if one.episode.text.family == family
                ]
            )
            for family in families
        ]

    return paired_test(by_family(ours), by_family(theirs))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _branches(outcomes: Sequence[Outcome], mode: Mode) -> tuple[str, ...]:
    found = {branch for one in outcomes for branch in one.of(mode, "shipped").best}
    return ("approve", "refuse") if "approve" in found else ("",)


def _of_branch(prediction: Prediction, branch: str) -> float:
    return _in_branch(prediction.best, branch)


def _in_branch(values: Mapping[str, float], branch: str) -> float:
    return values[branch] if branch in values else values[""]


def _named(basis: Basis) -> str:
    return "shipped sets" if basis == "shipped" else basis


def _rule(basis: Basis, branch: str) -> str:
    return f"{_named(basis)}, {CALLED[branch]}"


def _closed(branch: str, *, fitted: bool = False) -> str:
    name = "closed form, fitted" if fitted else "closed form"
    return f"{name}, {CALLED[branch]}" if branch else name
