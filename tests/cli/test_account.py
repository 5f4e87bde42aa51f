"""`orepact data account` prints before, after and the moved tonnes, of chains and of minerals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

SIDES = ("made", "imports", "exports", "processed", "use")


def test_a_chain_prints_its_own_account(cli: Cli, home: Path) -> None:
    done = cli("data", "account", "gallium", "--json")
    assert done.code == 0, done.err
    report = json.loads(done.out)
    assert report["kind"] == "chain"
    assert [stage["material"] for stage in report["stages"]] == [
        "gallium-primary",
        "gallium-refined",
    ]
    (china,) = [row for row in report["stages"][0]["places"] if row["region"] == "CHN"]
    assert china["before"]["made"] == 612.0
    assert list(home.iterdir()) == []


def test_a_mineral_with_a_chain_prints_the_chain(cli: Cli) -> None:
    report = json.loads(cli("data", "account", "silicon_metal", "--json").out)
    assert (report["kind"], report["name"]) == ("chain", "silicon-metal")


@pytest.mark.parametrize("name", ["gallium", "zinc", "copper"])
def test_every_place_balances_after_and_the_moves_explain_the_gap(cli: Cli, name: str) -> None:
    report = json.loads(cli("data", "account", name, "--json").out)
    for stage in report["stages"]:
        total = sum(row["after"]["made"] for row in stage["places"])
        for row in stage["places"]:
            assert abs(row["gap_after"]) <= 1e-5 * total + 0.05
            assert min(row["after"][side] for side in SIDES) >= 0.0
        moved = [abs(row["moved"]) for row in stage["moved"]]
        assert moved == sorted(moved, reverse=True)


def test_the_moved_share_is_the_moved_tonnes_over_all(cli: Cli) -> None:
    (stage,) = json.loads(cli("data", "account", "zinc", "--json").out)["stages"]
    before = sum(
        row["before"][side] for row in stage["places"] for side in ("made", "exports", "use")
    )
    moved = sum(abs(row["moved"]) for row in stage["moved"])
    assert stage["moved_share"] == pytest.approx(moved / before, abs=5e-4)


def test_a_mineral_prints_its_automatic_account(cli: Cli) -> None:
    done = cli("data", "account", "zinc")
    assert done.code == 0, done.err
    for words in (
        "Zinc (automatic account from the tables), 2023-01 to 2023-12: grade C",
        "before > after",
        "moved most",
        "largest outliers",
        "transit countries",
        "HS1992 260800",
    ):
        assert words in done.out


def test_an_automatic_account_names_its_open_cards(cli: Cli) -> None:
    report = json.loads(cli("data", "account", "zinc", "--json").out)
    assert report["grade"] == "C"
    for card in ("window", "use-by-difference", "outliers", "transit", "bounded-260800"):
        assert card in report["grade_cap"].partition("open cards: ")[2]
    (stage,) = report["stages"]
    (code,) = stage["codes"]
    assert (code["factor"], code["factor_kind"]) == (0.62, "bounded")
    made = sum(place["after"]["made"] for place in stage["places"])
    used = sum(place["after"]["use"] for place in stage["places"])
    traded = sum(place["after"]["exports"] for place in stage["places"])
    assert stage["coverage"] == pytest.approx(made / (made + used + traded), abs=2e-3)


def test_screening_that_rewrites_a_stage_is_said(cli: Cli) -> None:
    done = cli("data", "account", "nickel", "--automatic")
    assert "screening took out 93% of the traded tonnes of this stage" in " ".join(done.out.split())
    assert "screening" not in cli("data", "account", "zinc").out.partition("moved most")[2]


def test_two_runs_print_the_same_bytes(cli: Cli) -> None:
    words = ("data", "account", "tungsten", "--automatic", "--json")
    assert cli(*words) == cli(*words)


def test_the_tables_are_shown_beside_a_chain_when_asked(cli: Cli) -> None:
    report = json.loads(cli("data", "account", "gallium", "--automatic", "--json").out)
    assert (report["kind"], report["window"]["from"]) == ("automatic", "2023-01")


def test_a_stage_without_a_bilateral_table_is_assumed(cli: Cli) -> None:
    done = cli("data", "account", "tellurium")
    assert "grade D (assumed)" in done.out
    assert "left out: 280450" in done.out
    assert "needs a share" in done.out


def test_one_stage_may_be_asked_for(cli: Cli) -> None:
    report = json.loads(cli("data", "account", "copper", "--stage", "refined", "--json").out)
    assert [stage["stage"] for stage in report["stages"]] == ["refined"]
    refused = cli("data", "account", "copper", "--stage", "refind")
    assert refused.code == 2
    assert "did you mean 'refined'?" in refused.err


def test_an_unknown_name_is_refused_with_the_nearest(cli: Cli) -> None:
    done = cli("data", "account", "galium")
    assert done.code == 2
    assert "did you mean 'gallium'?" in done.err
    assert done.out == ""


def test_without_a_name_every_chain_is_summed_up(cli: Cli) -> None:
    rows = json.loads(cli("data", "account", "--json").out)["accounts"]
    assert {"antimony", "gallium", "graphite", "rare-earth-magnets"} <= {
        row["chain"] for row in rows
    }
    assert all(row["grade"] in {"A", "B", "C", "D"} for row in rows)


def test_the_union_may_be_shown_member_by_member(cli: Cli) -> None:
    found = cli("data", "account", "silicon-metal", "--split", "EU27", "--json")
    assert found.code == 0
    assert '"DEU"' in found.out
    refused = cli("data", "account", "zinc", "--split", "EU27")
    assert refused.code == 2
    assert "only the account of a chain" in refused.err
