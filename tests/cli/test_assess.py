"""The verbs of `orepact assess` answer in words and in JSON, and say what they do not know."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from orepact.data.bundle import WORLD_FOLDER
from tests.cli.conftest import Cli

STOCKS = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "stocks.yaml"

VERBS: tuple[tuple[str, ...], ...] = (
    ("--mineral", "gallium"),
    ("risk", "gallium"),
    ("sourcing", "gallium"),
    ("dependence", "lithium"),
    ("largest-supplier", "gallium"),
    ("geopolrisk", "cobalt", "--region", "DEU"),
    ("owners", "cobalt"),
    ("warning", "gallium", "--on", "2026-11-22"),
    ("origin", "gallium"),
    ("shift", "gallium", "--to", "TUR=0.68"),
    ("benchmarks", "gallium"),
    ("monitor", "gallium", "--on", "2026-11-22"),
    ("sector", "defence", "--on", "2026-11-22"),
    ("stocks", str(STOCKS)),
)
NAMES = (*dict.fromkeys(words[0] for words in VERBS[1:]), "bill", "purchases", "explain", "sheet")


def answer(cli: Cli, *words: object) -> dict[str, Any]:
    done = cli("assess", *words, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_every_verb_answers_in_words_json_and_csv(cli: Cli, words: tuple[str, ...]) -> None:
    done = cli("assess", *words)
    assert done.code == 0, done.err
    assert done.out
    found = answer(cli, *words)
    assert found["format"].startswith("orepact/assessment")
    assert found["dataset"]["version"] == "2026.11"
    assert found.get("figures") or found.get("rows")
    rows = list(csv.DictReader(io.StringIO(cli("assess", *words, "--csv").out)))
    assert rows


@pytest.mark.parametrize("verb", NAMES)
def test_every_verb_has_help_with_an_example(cli: Cli, verb: str) -> None:
    done = cli("assess", verb, "--help")
    assert done.code == 0
    assert f"Example: orepact assess {verb}" in done.out


def test_the_overview_has_every_mineral_with_units_and_coverage(cli: Cli) -> None:
    found = answer(cli, "--region", "EU27")
    minerals = {row["mineral"] for row in found["rows"]}
    with (WORLD_FOLDER / "tables" / "minerals.csv").open(encoding="utf-8") as file:
        assert minerals == {row["mineral"] for row in csv.DictReader(file)}
    gallium = next(row for row in found["rows"] if row["mineral"] == "gallium")
    assert gallium["supplier"] == "CHN"
    assert gallium["share"] == pytest.approx(0.69)
    assert gallium["not_named"] == pytest.approx(0.04)
    assert gallium["supply_risk"] == pytest.approx(3.805, abs=0.001)
    told = cli("assess", "--mineral", "gallium").out
    assert "share [%]" in told
    assert "age [years]" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("risk", "galium"), "did you mean 'Gallium'"),
        (("risk", "gallium", "--region", "Germny"), "did you mean 'Germany'"),
        (("--mineral", "galium"), "did you mean 'Gallium'"),
        (("origin", "tin"), "no chain holds the mineral"),
        (("benchmarks", "galium"), "no strategic raw material"),
        (("shift", "gallium", "--to", "TUR"), "COUNTRY=SHARE"),
        (("shift", "gallium", "--to", "TUR=0.7", "--to", "USA=0.6"), "a sum of 1.3"),
        (("shift", "gallium", "--to", "TUR=0.4", "--to", "Türkiye=0.1"), "given twice; found TUR"),
        (("shift", "gallium", "--to", "TRU=0.7"), "--to: unknown region"),
        (("shift", "pgm", "--to", "TUR=0.7"), "nobody published the region's supply of pgm"),
        (("warning", "gallium", "--on", "2031-01-01"), "not at days to come"),
        (("dependence", "gallium", "--year", "1800"), "2024"),
        (("risk", "gallium", "--json", "--csv"), "two forms at once"),
        (("sector", "defense"), "did you mean 'defence'"),
        (("stocks", "nothing.yaml"), "nothing.yaml"),
        (("explain", "hhi"), "not the id of a figure"),
    ],
)
def test_what_is_not_known_is_told_with_the_nearest(
    cli: Cli, words: tuple[str, ...], told: str
) -> None:
    done = cli("assess", *words)
    assert done.code == 2, done.out
    assert told in done.err


@pytest.mark.parametrize("verb", ["risk", "largest-supplier", "origin"])
def test_every_printed_figure_explains_itself(cli: Cli, verb: str) -> None:
    figures = answer(cli, verb, "gallium")["figures"]
    for figure in figures[:: max(1, len(figures) // 3)]:
        found = answer(cli, "explain", figure["id"])
        assert found["id"] == figure["id"]
        assert found["figure"]["value"] == figure["value"]
        told = cli("assess", "explain", figure["id"])
        assert told.code == 0, told.err
        assert "Sources" in told.out


@pytest.mark.parametrize(
    "words",
    [
        ("--mineral", "rare_earths"),
        ("--mineral", "Rare earth elements", "--json"),
        ("risk", "REE"),
        ("sourcing", "rare-earths"),
        ("origin", "rare_earths", "--csv"),
        ("warning", "lree", "--on", "2026-11-22"),
        ("monitor", "rare_earths", "--on", "2026-11-22"),
    ],
    ids=" ".join,
)
def test_a_group_names_its_elements(cli: Cli, words: tuple[str, ...]) -> None:
    done = cli("assess", *words)
    assert done.code == 0, done.err
    assert "is a group; one by one: lanthanum, cerium, praseodymium, neodymium" in done.err
    assert "is a group" not in done.out
    assert cli("assess", "risk", "neodymium").err == ""


def test_a_shift_prints_its_verdict(cli: Cli) -> None:
    told = cli("assess", "shift", "gallium", "--to", "TUR=0.6", "--to", "USA=0.2").out
    assert all(word in told for word in ("not the", "same", "dependence", "HHI"))


def test_a_vintage_changes_what_was_known(cli: Cli) -> None:
    old, new = (
        answer(cli, "--mineral", "antimony", "--vintage", vintage)["rows"]
        for vintage in ("2025.02", "2026.11")
    )
    assert old != new


def test_a_sheet_is_written_with_its_charts(cli: Cli, home: Path) -> None:
    found = answer(cli, "sheet", "gallium", "-o", "sheet", "--on", "2026-11-22")
    names = {Path(name).name for name in found["files"]}
    assert {"gallium.html", "gallium-producers.svg", "gallium-producers.csv"} <= names
    assert all((home / name).is_file() for name in found["files"])
