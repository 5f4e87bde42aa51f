"""An error prints every problem with its place and a way out."""

import pickle

import pytest

from orepact.errors import InputError, OrepactError, Problem, SolveError, attempt, nearest


def test_a_problem_prints_what_it_knows() -> None:
    problem = Problem("unknown region", file="a.yaml", line=3, field="routes.0.importer",
                      found="'EU'", expected="a region id", nearest="EU27")
    assert str(problem) == ("a.yaml:3: routes.0.importer: unknown region; found 'EU'; "
                            "expected a region id; did you mean 'EU27'?")


def test_a_problem_without_a_place_prints_its_message() -> None:
    assert str(Problem("no chains")) == "no chains"
    assert str(Problem("no chains", file="world")) == "world: no chains"


@pytest.mark.parametrize(("count", "head"), [(1, "1 problem in"), (3, "3 problems in")])
def test_an_input_error_prints_every_problem(count: int, head: str) -> None:
    error = InputError(Problem(f"number {n}") for n in range(count))
    assert str(error).startswith(head)
    assert [str(problem) in str(error) for problem in error.problems] == [True] * count


def test_an_input_error_crosses_processes_whole() -> None:
    error = InputError([Problem("a", file="f", line=3), Problem("b")])
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own object
    assert copy.problems == error.problems
    assert str(copy) == str(error)


def test_problems_are_gathered_and_reading_goes_on() -> None:
    problems: list[Problem] = [Problem("first")]

    def read(word: str) -> str:
        if word == "bad":
            raise InputError([Problem("second"), Problem("third")])
        return word

    assert attempt(problems, read, "good") == "good"
    assert attempt(problems, read, word="bad") is None
    assert [problem.message for problem in problems] == ["first", "second", "third"]


def test_both_errors_are_ours() -> None:
    assert issubclass(InputError, OrepactError)
    assert issubclass(SolveError, OrepactError)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("antimoni", "antimony"), ("GALIUM", "gallium"), ("zzz", ""), ("", "")],
)
def test_nearest_ignores_case_and_refuses_far_words(word: str, expected: str) -> None:
    assert nearest(word, ["antimony", "gallium", "graphite"]) == expected


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("nope", ["copper", "EU27"], ""),
        ("EU", ["REU", "EU27"], "EU27"),
        ("EU", ["REU"], ""),
        ("rare_earths", ["rare-earth-magnets", "tin"], "rare-earth-magnets"),
        ("COMEXT", ["ESTAT", "ESTAT_COMEXT"], "ESTAT_COMEXT"),
        ("RSU", ["RUS", "USA"], "RUS"),
    ],
)
def test_only_near_words_are_suggested(word: str, known: list[str], expected: str) -> None:
    assert nearest(word, known) == expected
