"""`orepact stress` beyond materials: sectors, links between chains, an input-output table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli

EXAMPLE = Path(__file__).parents[2] / "docs" / "how-to" / "examples" / "flows-between-sectors.csv"
SCENARIO = """\
format: orepact/scenario/1
scenario: tiny
title: A mine stands still
text: A test.
version: 1
chains: [{chains}]
first_month: 2026-12
months: 3
licence: [approve]
links: [{links}]
reason: A test.
outages:
  - id: still
    process: {process}
    region: {region}
    month: 2026-12
    until: 2027-02
    activity: 0.1
    reason: Supposed.
"""


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Return what writes a scenario of these chains and links."""
    def written(chains: str, process: str, region: str, links: str = "") -> Path:
        path = tmp_path / "tiny.yaml"
        _ = path.write_text(
            SCENARIO.format(chains=chains, process=process, region=region, links=links),
            encoding="utf-8",
        )
        return path
    return written


def test_sectors_and_exposure_are_printed_and_written(
    cli: Cli, write: Any, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    scenario = write("gallium", "gallium-recovery", "CHN")
    done = cli("stress", scenario, "--quick", "-o", out, "--input-output", EXAMPLE, columns=120)
    assert done.code == 0, done.err
    assert "Exposure index, not a forecast" in done.out
    found = json.loads((out / "run.json").read_text(encoding="utf-8"))
    sectors = found["sectors_at_risk"]["results"]
    assert {one["sector"] for one in sectors if one["region"] == "EU27"} <= {"C26", "C27"}
    assert all(one["at_risk"]["low"] <= one["at_risk"]["high"] for one in sectors)
    exposed = found["sector_exposure"]
    assert exposed["label"] == "exposure index, not a forecast"
    assert {one["sector"] for one in exposed["results"]} >= {"C26", "C29", "other"}
    assert (out / "sectors.csv").read_text(encoding="utf-8").startswith("rung,period,region")
    page = (out / "brief.html").read_text(encoding="utf-8")
    assert "Exposure index, not a forecast" in page


def test_linked_chains_run_together(cli: Cli, write: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    scenario = write("rare-earth-magnets, yttrium", "ion-clay-mining", "CHN", "yttrium-from-clay")
    done = cli("stress", scenario, "--quick", "-o", out)
    assert done.code == 0, done.err
    found = json.loads((out / "run.json").read_text(encoding="utf-8"))
    hit = next(one for one in found["effects"]
               if one["chain"] == "yttrium" and one["region"] == "CHN"
               and "price_marginal_ratio" in one)
    assert hit["price_marginal_ratio"]["middle"] > 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sector,C26,final_use,output\nC26,1,9,10\n", "found C27"),
        ("sector,C26,final_use,output\nC26,1,9,20\n", "do not add up to output"),
    ],
)
def test_a_bad_table_is_refused_before_anything_runs(
    cli: Cli, write: Any, tmp_path: Path, text: str, expected: str
) -> None:
    flows, out = tmp_path / "flows.csv", tmp_path / "out"
    _ = flows.write_text(text, encoding="utf-8")
    scenario = write("gallium", "gallium-recovery", "CHN")
    done = cli("stress", scenario, "--quick", "-o", out, "--input-output", flows)
    assert done.code == 2
    assert expected in done.err
    assert not out.exists()


def test_an_unknown_link_is_told_with_the_nearest(cli: Cli, write: Any, tmp_path: Path) -> None:
    scenario = write("gallium", "gallium-recovery", "CHN", "yttrium-from-day")
    done = cli("stress", scenario, "--quick", "-o", tmp_path / "out")
    assert done.code == 2
    assert "yttrium-from-clay" in done.err
