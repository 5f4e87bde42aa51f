"""`orepact support wind-tunnel` on the command line: tables, folder, brief, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Cli, listing

SMALL = ("--support", "magnets-floor", "--support", "magnets-contract", "--answer",
         "magnets-flooding", "--sets", "1", "--paths", "20", "--workers", "1")


@pytest.mark.slow
def test_the_wind_tunnel_prints_and_writes(cli: Cli, home: Path) -> None:
    done = cli("support", "wind-tunnel", "rare-earth-magnets", *SMALL, "--report", "t", columns=80)
    assert done.code == 0, done.err
    assert "6 of 6 answers" in done.err
    said = " ".join(done.out.split())
    for text in ("price supports side by side", "No answer: the exporter goes on",
                 "not discounted", "a supposed cash cost", "Inflation",
                 "Flooding: China", "public cost net of duty",
                 "95th percentile",
                 "transaction prices", "t/year", "leak", "Buyers pay more for", "Residual",
                 "planner's optimum", "Not modelled:", "How fast buyers change suppliers"):
        assert text in said, text
    rows = [line for line in done.out.splitlines() if line.strip().startswith("floor")]
    assert len(rows) >= 2
    files = set(listing(home / "t")) - {"brief.pdf"}
    assert files == {"brief.html", "costs.csv", "costs.parquet", "months.csv", "months.parquet",
                     "run.json"}
    run = json.loads((home / "t" / "run.json").read_text(encoding="utf-8"))
    assert run["command"] == ("orepact support wind-tunnel rare-earth-magnets --support "
                              "magnets-floor --support magnets-contract --answer magnets-flooding "
                              "--sets 1 --paths 20 --seed 1")
    assert len(run["results"]) == 2 * 2
    page = (home / "t" / "brief.html").read_text(encoding="utf-8")
    for text in ("Who pays what (million USD a year)", "Public cost by year", "Neo, Narva",
                 "Assumption cards", "Not modelled", "Slope of re-routing costs"):
        assert text in page, text
    assert "<script" not in page
    assert 'src="http' not in page
    costs = pl.read_parquet(home / "t" / "costs.parquet")
    assert (costs["low"] <= costs["high"]).all()


@pytest.mark.slow
def test_the_same_again_is_the_same_and_json_alone_is_printed(cli: Cli) -> None:
    words = ("support", "wind-tunnel", *SMALL[:2], *SMALL[4:], "--json")
    one, two = (json.loads(cli(*words).out) for _ in range(2))
    assert one["format"] == "orepact/wind-tunnel/1"
    assert one["result_hash"] == two["result_hash"]
    assert one["input_hash"] == two["input_hash"]


def test_everything_wrong_is_told_at_once_and_nothing_is_written(cli: Cli, home: Path) -> None:
    _ = (home / "mine.yaml").write_text(
        "format: orepact/support/1\nsupport: mine\ntitle: T\ntext: t\nversion: 1\n"
        "chain: rare-earth-magnets\ninstruments:\n"
        "  - {id: a, kind: border-floor, reason: r, material: magnet-heavy, zone: [USA], "
        "floor: -5}\n"
        "  - {id: b, kind: border-floor, reason: r, material: magnet-heavy, zone: [USA], "
        "floor: 60000}\n", encoding="utf-8")
    done = cli("support", "wind-tunnel", "rare-earth-magnets", "--support", "mine.yaml",
               "--answer", "magnets-floding", "--sets", "0", "--workers", "0", "-o", "t")
    assert (done.code, done.out) == (2, "")
    for text in ("mine.yaml:8", "a negative or missing number", "magnets-flooding", "--sets",
                 "--workers"):
        assert text in done.err, text
    assert not (home / "t").exists()


def test_an_unknown_chain_is_told_the_nearest(cli: Cli) -> None:
    done = cli("support", "wind-tunnel", "rare-earth-magnet")
    assert done.code == 2
    assert "rare-earth-magnets" in done.err


def test_help_has_an_example(cli: Cli) -> None:
    done = cli("support", "wind-tunnel", "--help")
    assert done.code == 0
    assert "orepact support wind-tunnel rare-earth-magnets" in done.out
