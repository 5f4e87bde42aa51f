"""`orepact assess explain` knows every id that `orepact assess` prints, and its beginning."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest
import typer.main

from orepact.cli.main import app
from orepact.data.bundle import read_bundle
from orepact.indicators.figure import Figure
from orepact.studies.assessment import explain
from orepact.studies.assessment.figures import figure_id
from orepact.studies.assessment.names import about_figure
from tests.cli.conftest import Cli

DAY = "2026-11-22"
OTHERS = {"explain": "takes an id", "sheet": "writes files", "shift": "is a reader's own plan"}


def verbs() -> list[tuple[str, set[str]]]:
    """Return the verbs that take a mineral and print figures with ids, and their parameters."""
    group: Any = typer.main.get_command(app)
    commands = group.commands["assess"].commands
    found = [(name, {each.name for each in one.params}) for name, one in commands.items()]
    return [(name, has) for name, has in found if "mineral" in has and "file" not in has]


def printed(cli: Cli, mineral: str) -> dict[str, dict[str, Any]]:
    """Return every figure that the verbs print of a mineral, by its id."""
    rows: list[dict[str, Any]] = []
    for verb, parameters in verbs():
        if verb in OTHERS:
            continue
        day = ("--on", DAY) if "on" in parameters else ()
        done = cli("assess", verb, mineral, *day, "--json")
        assert done.code == 0, done.err
        rows += json.loads(done.out).get("figures", [])
    overview = json.loads(cli("assess", "--mineral", mineral, "--on", DAY, "--json").out)["rows"]
    named: dict[str, dict[str, Any]] = {}
    for row in overview:
        named |= {name: {} for name in row["ids"].values()}
    return named | {row["id"]: row for row in rows}


def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `explain` keep the figures of a mineral, a region and a year that it worked out."""
    tables, accounts = explain.table_figures, explain.account_families
    kept: dict[Any, list[Figure]] = {}

    def from_tables(bundle: Any, name: str, warnings: Any) -> list[Figure]:
        years = tuple(re.findall(r"(?<=:)(?:19|20)\d\d(?=:|$)", name)[:1])
        key = (*about_figure(bundle, name), years)
        if key not in kept:
            kept[key] = tables(bundle, name, warnings)
        return kept[key]

    def from_accounts(bundle: Any, minerals: Any, region: str, on: Any) -> list[Figure]:
        if (minerals, region) not in kept:
            kept[minerals, region] = accounts(bundle, minerals, region, on)
        return kept[minerals, region]

    monkeypatch.setattr(explain, "table_figures", from_tables)
    monkeypatch.setattr(explain, "account_families", from_accounts)


@pytest.mark.parametrize("mineral", ["gallium", "cobalt", "neodymium"])
def test_every_printed_id_explains_itself(
    cli: Cli, mineral: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = printed(cli, mineral)
    remembered(monkeypatch)
    find = explain.figure_finder(read_bundle(), datetime.date.fromisoformat(DAY))
    assert len(figures) > 100
    for name, row in figures.items():
        found = find(name)
        assert figure_id(found) == name
        if row and row["value"] is not None:
            assert found.value == pytest.approx(row["value"], rel=1e-3)


@pytest.mark.parametrize(
    "begun",
    [
        "eu-supply-risk:EU27:gallium:proc",
        "EU-supply-risk:eu27:gallium:processing:2016",
        "early-warning-shortage:galli",
        "governance-weighted-hhi:WLD:gallium:ref",
        "capacity-over-consumption-of-all-strategic-materials:EU27:extraction:by-count:2030",
        "capacity-over-consumption:EU27:platinum-group:extraction:account:203",
    ],
)
def test_the_beginning_of_one_id_is_enough(cli: Cli, begun: str) -> None:
    done = cli("assess", "explain", begun, "--on", DAY, "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["id"].lower().startswith(begun.lower())


@pytest.mark.parametrize(
    "name",
    [
        "early-warning-shortage:gallium:2026-10-31",
        "capacity-over-consumption:EU27:tungsten:extraction:account:account",
        "share-of-imports-from-one-third-country:EU27:gallium:processing:Gallium-CHN:study",
        "verdict-on-one-third-country:EU27:gallium:processing:Gallium-CHN:all-readings",
    ],
)
def test_the_library_finds_what_the_command_line_prints(name: str) -> None:
    found = explain.find_figure(read_bundle(), name)
    assert figure_id(found) == name
    assert found.value is not None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hhi", "as far as the mineral"),
        ("hhi:WLD", "as far as the mineral"),
        ("hhi:WLD:g", "many minerals have a name that begins so"),
        ("capacity-over-consumption-of-all:EU27", "as far as the mineral"),
        ("hhi:WLD:gallium", "several figures have an id that begins so"),
        ("hhi:WLD:galium:refined", "did you mean 'Gallium'"),
        ("eu-suply-risk:EU27:gallium:processing:2016-2020", "did you mean 'eu-supply-risk:EU27:"),
    ],
)
def test_what_is_no_id_is_told(cli: Cli, name: str, told: str) -> None:
    done = cli("assess", "explain", name, "--on", DAY)
    assert done.code == 2
    assert told in done.err


def test_what_a_reader_states_has_its_inputs_instead_of_an_id(cli: Cli) -> None:
    words = ("assess", "shift", "gallium", "--to", "TUR=0.68")
    assert "assess explain" not in cli(*words).out
    (figure,) = json.loads(cli(*words, "--json").out)["figures"]
    assert "id" not in figure
    assert figure["arithmetic"]
    assert figure["inputs"]
    assert ",id\n" not in cli(*words, "--csv").out
