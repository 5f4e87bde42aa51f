"""The verbs `orepact reserve size` and `orepact reserve pool`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

SMALL = ("--chain", "gallium", "--futures", "4", "--tornado", "0", "--sample", "0",
         "--workers", "1")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--budget", "-1"), "--budget"),
        (("--budget", "nan"), "--budget"),
        (("--tail", "1.2"), "0 to 1"),
        (("--level", "0.2"), "0.5 to 0.99"),
        (("--futures", "-1"), "--futures"),
        (("--chain", "galium"), "gallium"),
        (("--owner", "EU28"), "EU27"),
        (("--owner", "EU27,EU27"), "given twice"),
        (("--from", "2020-01"), "has not ended"),
        (("--from", "soon"), "YYYY-MM"),
        (("--workers", "0"), "1 or more"),
        (("--holdings", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(
    cli: Cli, home: Path, words: tuple[str, ...], told: str
) -> None:
    done = cli("reserve", "size", "--futures", "2", *words)
    assert done.code == 2
    assert told in done.err
    assert not list(home.iterdir())


def test_every_problem_is_told_at_once(cli: Cli, home: Path) -> None:
    done = cli("reserve", "size", "--budget", "-1", "--chain", "galium", "--tail", "7")
    assert done.code == 2
    for told in ("--budget", "gallium", "--tail"):
        assert told in done.err
    assert not list(home.iterdir())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--owner", "EU27"), "two owners"),
        (("--share", "EU27=0.9"), "without a share"),
        (("--owner", "EU27,JPN", "--share", "EU27=1.4", "--share", "JPN=0.1"), "between 0 and 1"),
        (("--owner", "EU27,JPN", "--share", "EU27=0.4", "--share", "JPN=0.1"), "add up to 1"),
        (("--owner", "EU27,JPN", "--share", "EU27=x", "--share", "JPN=0.1"), "not a share"),
        (("--owner", "EU27,JPN", "--share", "EU72=1", "--share", "JPN=0"), "EU27"),
    ],
)
def test_a_pool_refuses_shares_that_make_no_whole(
    cli: Cli, home: Path, words: tuple[str, ...], told: str
) -> None:
    done = cli("reserve", "pool", "--budget", "1e6", "--chain", "gallium", *words)
    assert done.code == 2
    assert told in done.err
    assert not list(home.iterdir())


def test_a_size_is_printed_and_filed(cli: Cli, home: Path) -> None:
    done = cli("reserve", "size", "--budget", "2e6", *SMALL, "-o", "size")
    assert done.code == 0, done.err
    assert "planner's bound" in done.out
    assert "What to hold" in done.out or "Nothing is worth buying" in done.out
    assert "What may happen, and what it weighs" in done.out
    assert "half and double" in " ".join(done.out.split())
    content = json.loads((home / "size" / "run.json").read_text(encoding="utf-8"))
    assert content["format"] == "orepact/reserve-size/1"
    assert content["spent"] <= 2e6 * (1.0 + 1e-6)
    page = (home / "size" / "reserve-size.html").read_text(encoding="utf-8")
    assert "planner&#39;s bound" in page or "planner's bound" in page


def test_zero_futures_buy_nothing(cli: Cli, home: Path) -> None:
    done = cli("reserve", "size", "--chain", "gallium", "--futures", "0", "--workers", "1",
               "--json", "-o", "none")
    assert done.code == 0, done.err
    content = json.loads(done.out)
    assert content["spent"] == 0.0
    assert all(one["tonnes"] == 0.0 for one in content["fills"])
    assert home.joinpath("none", "run.json").is_file()
