"""Losses of output, the way to 2030, warnings on history; options that nobody may overlook."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli

HISTORY = ("warning", "--history", "--from", "2023-01", "--to", "2024-12")
NEW: tuple[tuple[tuple[str, ...], str], ...] = (
    (("gdp-at-risk",), "figures"),
    (("gdp-at-risk", "samarium"), "figures"),
    (("benchmarks", "--trajectory"), "figures"),
    (("benchmarks", "gallium", "--trajectory"), "figures"),
    (HISTORY, "rows"),
)
SCENARIOS = "mineral,country,probability,loss_musd\ngallium,CHN,0.4,2000\ngallium,JPN,0.05,500\n"


def answer(cli: Cli, *words: object) -> dict[str, Any]:
    done = cli("assess", *words, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


@pytest.mark.parametrize(("words", "rows"), NEW, ids=[" ".join(each) for each, _ in NEW])
def test_each_answers_in_words_json_and_csv(cli: Cli, words: tuple[str, ...], rows: str) -> None:
    assert cli("assess", *words).out
    found = answer(cli, *words)
    assert found["dataset"]["version"] == "2026.11"
    listed = list(csv.DictReader(io.StringIO(cli("assess", *words, "--csv").out)))
    assert len(listed) == len(found[rows]) > 0


def test_losses_are_those_of_the_report_with_their_unit(cli: Cli) -> None:
    figures = answer(cli, "gdp-at-risk")["figures"]
    assert (figures[0]["mineral"], figures[0]["value"]) == ("samarium", 4498)
    assert {each["unit"] for each in figures} == {"million USD/year"}
    told = cli("assess", "gdp-at-risk", columns=150).out
    assert "million USD/year" in told
    found = answer(cli, "explain", figures[0]["id"])
    assert found["figure"]["value"] == figures[0]["value"]


def test_own_scenarios_are_added_up(cli: Cli, home: Path) -> None:
    _ = (home / "mine.csv").write_text(SCENARIOS, encoding="utf-8")
    words = ("gdp-at-risk", "--scenarios", "mine.csv", "--region", "EU27")
    (gallium,) = answer(cli, *words)["figures"]
    assert gallium["value"] == pytest.approx(0.4 * 2000 + 0.05 * 500)
    assert gallium["region"] == "EU27"
    told = cli("assess", "gdp-at-risk", "--scenarios", "mine.csv").out
    assert "825" in told
    assert "assess explain" not in told


def test_the_trajectory_ends_at_the_benchmark_of_2030(cli: Cli) -> None:
    path = [
        each
        for each in answer(cli, "benchmarks", "gallium", "--trajectory")["figures"]
        if each["stage"] == "processing"
    ]
    assert [each["period"] for each in path] == ["2026", "2027", "2028", "2029", "2030"]
    last = next(
        each
        for each in answer(cli, "benchmarks", "gallium")["figures"]
        if (each["stage"], each["form"], each["period"]) == ("processing", "account", "2030")
    )
    assert path[-1] == last
    told = cli("assess", "benchmarks", "gallium", "--trajectory", columns=150).out
    assert "2028 [%]" in told
    assert "cannot" in told
    found = answer(cli, "explain", path[2]["id"])
    assert found["figure"]["value"] == path[2]["value"]


def test_a_falling_share_names_the_card_of_demand(cli: Cli) -> None:
    told = " ".join(cli("assess", "benchmarks", "lithium", "--trajectory").out.split())
    assert "3 (1 to 6) times today's in 2030" in told
    assert "card project-consumption-2030-lithium" in told
    assert "card project-consumption-2030." not in told


def test_the_totals_print_the_shared_verdict_and_who_is_above_the_ceiling(cli: Cli) -> None:
    told = cli("assess", "benchmarks", columns=400).out
    assert "all three" in told
    assert "ceiling of 65% of consumption" in told
    ceiling = told.partition("ceiling of 65%")[2].splitlines()
    row = next(line for line in ceiling if "gallium" in line)
    assert ("above" in row, "CHN" in row, "69 (" in row) == (True, True, True)
    figures = answer(cli, "benchmarks")["figures"]
    verdicts = {
        each["mineral"]: each["coverage"]["verdict"]
        for each in figures
        if each["indicator"] == "verdict on one third country"
    }
    assert len(verdicts) == 17
    assert (verdicts["gallium"], verdicts["copper"]) == ("above", "within")
    alone = answer(cli, "benchmarks", "gallium")["figures"]
    assert [each for each in alone if each["indicator"] == "verdict on one third country"]


def test_no_assumed_share_has_a_verdict_and_today_is_not_on_track(cli: Cli) -> None:
    for each in answer(cli, "benchmarks")["figures"]:
        limits = each["coverage"]
        if limits.get("grade") == "D" and each["stage"] != "processing":
            assert limits["verdict"] == "cannot tell", each["id"]
        if each["period"] in {"account", "2016-2020"}:
            assert "track" not in str(limits.get("verdict")), each["id"]


def test_the_history_stands_beside_always_and_never(cli: Cli) -> None:
    rows = [
        row
        for row in answer(cli, *HISTORY)["rows"]
        if (row["episodes_of"], row["direction"]) == ("cited", "shortage")
    ]
    by_warner = {row["warner"]: row for row in rows}
    assert by_warner["never"]["recall"] == 0.0
    assert by_warner["always"]["recall"] == 1.0
    assert by_warner["always"]["lead"] == 12
    assert by_warner["always"]["watched_precision"] == by_warner["always"]["watched_base_rate"]
    told = cli("assess", *HISTORY, columns=160).out
    for word in ("recall [0-1]", "precision", "[months]", "never", "always"):
        assert word in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("gdp-at-risk", "--region", "EU27"), "for the United States only"),
        (("gdp-at-risk", "talc"), "no loss of this mineral"),
        (("gdp-at-risk", "--scenarios", "nothing.csv"), "nothing.csv"),
        (("benchmarks", "tin", "--trajectory"), "no strategic raw material"),
        (("warning", "gallium", "--history"), "of all minerals and months together"),
        (("warning", "--history", "--on", "2026-01-01"), "of all minerals and months together"),
        (("warning", "--history", "--from", "2020-13"), "a month, YYYY-MM"),
        (("warning", "--history", "--from", "2021-01", "--to", "2020-01"), "no months to score"),
        (("warning", "--history", "--to", "2099-01"), "no months to score"),
        (("warning", "--from", "2020-01"), "beside --history"),
    ],
)
def test_what_does_not_fit_is_told(cli: Cli, words: tuple[str, ...], told: str) -> None:
    done = cli("assess", *words)
    assert done.code == 2, done.out
    assert told in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("origin", "cobalt"),
        ("benchmarks",),
        ("benchmarks", "--trajectory"),
        ("monitor", "gallium"),
        ("stocks", str(Path(__file__).resolve().parents[2] / "docs" / "how-to" / "stocks.yaml")),
    ],
    ids=" ".join,
)
def test_accounts_refuse_an_older_vintage(cli: Cli, words: tuple[str, ...]) -> None:
    done = cli("assess", *words, "--vintage", "2025.02")
    assert done.code == 2, done.out
    assert "the balanced accounts know one vintage" in done.err
    assert cli("assess", *words, "--vintage", "2026.11").code == 0


def test_tables_honour_an_older_vintage(cli: Cli) -> None:
    for words in (("sector", "defence", "--on", "2025-03-01"), ("risk", "gallium")):
        found = answer(cli, *words, "--vintage", "2025.02")
        assert found["dataset"]["vintage"] == "2025.02"


@pytest.mark.parametrize("verb", ["dependence", "largest-supplier"])
def test_figures_of_accounts_that_a_vintage_lacks_are_named(cli: Cli, verb: str) -> None:
    old = answer(cli, verb, "gallium", "--vintage", "2025.02")["figures"]
    (lacking,) = [each for each in old if "in the balanced accounts" in each["indicator"]]
    assert "2026.11 alone, not 2025.02" in lacking["missing"]
    named = answer(cli, verb, "gallium", "--vintage", "2026.11")["figures"]
    assert named == answer(cli, verb, "gallium")["figures"]


def test_an_option_before_the_verb_is_refused(cli: Cli) -> None:
    done = cli("assess", "--region", "USA", "--csv", "risk", "gallium")
    assert done.code == 2, done.out
    assert "an option before the verb" in done.err
    assert all(name in done.err for name in ("--region", "--csv"))


def test_a_vintage_without_figures_of_the_united_states_is_no_error(cli: Cli) -> None:
    for words in (("--mineral", "cobalt"), ("dependence", "cobalt")):
        found = answer(cli, *words, "--region", "USA", "--vintage", "2025.02")
        assert found.get("rows") or found.get("figures")


def test_a_sheet_of_one_mineral_names_it_above_the_table(cli: Cli, home: Path) -> None:
    text = "origin,quantity,mineral\nCOD,10,cobalt\nFIN,5,cobalt\n"
    _ = (home / "mine.csv").write_text(text, encoding="utf-8")
    told = cli("assess", "purchases", "mine.csv", "--year", "2024").out
    assert told.splitlines()[0].strip().rstrip(":") == "cobalt, mine.csv, purchases"


def test_a_stage_without_shares_names_where_its_suppliers_are(cli: Cli) -> None:
    told = cli("assess", "--mineral", "graphite_natural").out
    where = "the balanced account (grade C) has suppliers: orepact assess dependence graphite"
    assert where in told
    assert cli("assess", "dependence", "graphite_natural", "--csv").out.count("graphite-spherical")
    rows = answer(cli, "sector", "vehicles")["rows"]
    assert {row["no_shares_at"] for row in rows if row["mineral"] == "graphite_natural"} <= {
        "processing"
    }
