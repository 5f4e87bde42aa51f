"""`orepact new chain` makes a folder that an outsider can work on at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, listing

FILES = {
    "README.md",
    "accounts.csv",
    "cards.yaml",
    "chain.yaml",
    "observed.csv",
    "prices.csv",
    "sources.csv",
    "supply_path.csv",
}


def test_a_new_chain_is_a_folder_that_is_read_at_once(cli: Cli, home: Path) -> None:
    done = cli("new", "chain", "zinc")
    assert done.code == 0, done.err
    assert {path.name for path in (home / "zinc").iterdir()} == FILES
    assert "orepact data account zinc" in done.out
    account = cli("data", "account", "zinc", "--json")
    assert json.loads(account.out)["kind"] == "chain"
    cards = json.loads(cli("data", "cards", "zinc", "--json").out)["cards"]
    assert {"use-by-difference", "base-price", "bounded-260800"} <= {row["card"] for row in cards}


def test_the_readme_lists_every_card_as_open(cli: Cli, home: Path) -> None:
    told = json.loads(cli("new", "chain", "tin", "--json").out)
    readme = (home / "tin" / "README.md").read_text(encoding="utf-8")
    assert told["open"]
    assert not [card for card in told["open"] if f"- [ ] `{card}`" not in readme]


def test_name_mineral_and_place_are_free(cli: Cli, home: Path) -> None:
    done = cli(
        "new", "chain", "my-tungsten", "--mineral", "tungsten", "--into", home / "deep" / "er"
    )
    assert done.code == 0, done.err
    text = (home / "deep" / "er" / "my-tungsten" / "chain.yaml").read_text(encoding="utf-8")
    assert "mineral: tungsten" in text


def test_a_window_across_two_years_is_averaged(cli: Cli, home: Path) -> None:
    done = cli("new", "chain", "zinc", "--from", "2022-08", "--to", "2023-07")
    assert done.code == 0, done.err
    assert ",2022-08/2023-07," in (home / "zinc" / "accounts.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("gallium",), "the dataset has a chain of this name"),
        (("zink",), "did you mean 'zinc'?"),
        (("Zinc",), "not a name of a chain"),
        (("../zinc",), "not a name of a chain"),
        (("potash",), "tables concordance, trade"),
        (("helium",), "not counted in tonnes"),
        (("zinc", "--from", "2023-13"), "not a month"),
        (("zinc", "--from", "2023-06", "--to", "2023-01"), "ends before it starts"),
        (("zinc", "--from", "1990-01", "--to", "1990-12"), "no production of zinc in the window"),
    ],
)
def test_what_cannot_be_drafted_is_refused_and_nothing_is_written(
    cli: Cli, home: Path, words: tuple[str, ...], told: str
) -> None:
    done = cli("new", "chain", *words)
    assert done.code == 2
    assert told in done.err
    assert listing(home) == []


def test_an_existing_folder_is_never_overwritten(cli: Cli, home: Path) -> None:
    assert cli("new", "chain", "zinc").code == 0
    mine = home / "zinc" / "accounts.csv"
    mine.write_text("mine\n", encoding="utf-8")
    done = cli("new", "chain", "zinc")
    assert done.code == 2
    assert "nothing is overwritten" in done.err
    assert mine.read_text(encoding="utf-8") == "mine\n"


@pytest.mark.slow
def test_a_study_runs_a_chain_from_outside(cli: Cli, home: Path, study: Path) -> None:
    assert cli("new", "chain", "zinc").code == 0
    study.write_text(study.read_text(encoding="utf-8").replace("[gallium]", "[zinc]"))
    refused = cli("run", study, "-o", home / "out")
    assert refused.code == 2
    assert "zinc" in refused.err
    done = cli("run", study, "--chain", home / "zinc", "--quick", "-o", home / "out")
    assert done.code == 0, done.err
    content = json.loads((home / "out" / "run.json").read_text(encoding="utf-8"))
    assert content["dataset"]["version"].endswith("+zinc")
    assert content["base_checks"]["max_price_error"] <= 0.005
