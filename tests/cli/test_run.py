"""`orepact run` from end to end, on a small study."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from orepact.network import read_world
from orepact.network.world import WORLD
from tests.cli.conftest import Cli, edit, listing

APART = """\
kind,material,process,region,partner,use,tonnes_per_year,sigma,source,card,note
trade,gallium-primary,,RUS,KOR,,0.5,0.5,BGS-WMS-2026-SHARES,,made up for this test
"""


@pytest.fixture
def apart(world: Path) -> Path:
    """Return a dataset with one row whose licence is to confirm."""
    folder = world / "to_confirm" / "chains" / "gallium"
    folder.mkdir(parents=True)
    (folder / "accounts.csv").write_text(APART, encoding="utf-8")
    return world


def content(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return found


def test_a_run_prints_a_summary_and_writes_its_folder(cli: Cli, home: Path, study: Path) -> None:
    done = cli("run", study, "--quick")
    assert done.code == 0
    assert done.err == ""  # no bar where there is no terminal
    assert "A study of my own" in done.out
    assert "windows in" in done.out
    assert "per second" in done.out
    assert "largest balance error" in done.out
    folder = home / "orepact-mine"
    assert f"brief: {Path('orepact-mine') / 'brief.html'}" in done.out
    assert {"brief.html", "run.json", "monthly.csv", "monthly.parquet"} <= set(listing(folder))
    assert listing(home) == [
        "mine.yaml",
        "orepact-mine",
        *(f"orepact-mine/{name}" for name in listing(folder)),
    ]
    assert content(folder)["command"] == f"orepact run {study} --quick"
    assert max(pl.read_parquet(folder / "monthly.parquet")["month"]) == "2026-12"


def test_json_on_standard_output_is_the_run(cli: Cli, home: Path, study: Path) -> None:
    done = cli("run", study, "--quick", "--json", "-o", "a")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == content(home / "a")


def test_the_same_again_gives_the_same(cli: Cli, home: Path, study: Path) -> None:
    for name in ("a", "b"):
        assert cli("run", study, "--quick", "-o", name).code == 0
    first, second = content(home / "a"), content(home / "b")
    for key in ("results", "dataset", "chains", "clocks", "assumptions"):
        assert first[key] == second[key]
    assert cli("run", study, "--quick", "-o", "a").code == 0  # replaces the earlier run


def test_a_study_may_name_a_dataset_beside_it(
    cli: Cli, home: Path, world: Path, study: Path
) -> None:
    edit(world / "world.yaml", ("name: world", "name: mine"))
    edit(study, ("parameter_sets: 1\n", "parameter_sets: 1\nworld: ./world\n"))
    assert cli("run", study, "--quick", "-o", "a").code == 0
    dataset = content(home / "a")["dataset"]
    assert isinstance(dataset, dict)
    assert dataset["name"] == "mine"
    assert dataset["hash"] not in {"", read_world(WORLD).dataset.hash}


def test_a_recorded_outcome_goes_before_the_branch(cli: Cli, home: Path, study: Path) -> None:
    edit(study, ("[lifted]", "[revived]"), ("months: 2", "months: 4"))
    assert (
        cli(
            "control",
            "record",
            "CN-2024-46-2",
            "--outcome",
            "extended",
            "--on",
            "2027-11-27",
            "--source",
            "a gazette",
        ).code
        == 0
    )
    assert cli("run", study, "--quick", "-o", "without").code == 0
    assert cli("run", study, "--quick", "-o", "with", "--records", "outcomes.jsonl").code == 0
    without, with_it = content(home / "without"), content(home / "with")
    assert without["outcomes"] == []
    assert with_it["outcomes"] == [
        {
            "act": "CN-2024-46-2",
            "outcome": "extended",
            "start": None,
            "until": "2027-11-27",
            "source": "a gazette",
            "known_as_of": datetime.datetime.now(datetime.UTC).date().isoformat(),
        }
    ]
    assert with_it["command"] == f"orepact run {study} --records outcomes.jsonl --quick"

    def states(folder: str) -> set[str]:
        table = pl.read_parquet(home / folder / "calendar.parquet")
        return set(table.filter(act="CN-2024-46-2", since=datetime.date(2026, 11, 28))["status"])

    assert states("without") == {"in_force"}
    assert states("with") == set()  # suspended since before
    assert without["results"] != with_it["results"]


def test_rows_to_confirm_are_listed(cli: Cli, apart: Path) -> None:
    done = cli("data", "sources", "--to-confirm", "--json", "--world", apart)
    rows = {row["source_id"]: row["rows"] for row in json.loads(done.out)["sources"]}
    assert rows["BGS-WMS-2026-SHARES"] == 1
    assert sum(rows.values()) == 1
    bundled = json.loads(cli("data", "sources", "--to-confirm", "--json").out)["sources"]
    assert {row["source_id"] for row in bundled} == rows.keys()
    assert {row["licence_status"] for row in bundled} == {"to confirm"}


def test_rows_to_confirm_can_be_left_out(cli: Cli, home: Path, apart: Path, study: Path) -> None:
    flows, runs = {}, {}
    for name, words in (("with", ()), ("without", ("--exclude-to-confirm",))):
        assert cli("run", study, "--quick", "--world", apart, "-o", name, *words).code == 0
        runs[name] = content(home / name)
        table = pl.read_parquet(home / name / "flows_base.parquet")
        flows[name] = len(table.filter(exporter="RUS", importer="KOR", material="gallium-primary"))
    assert flows == {"with": 1, "without": 0}
    assert "1 cited sources have a licence to be confirmed." in str(runs["with"]["warnings"])
    assert "1 rows of chains whose licence is to be confirmed were left out." in str(
        runs["without"]["warnings"]
    )
    sources = {name: str(run["sources"]) for name, run in runs.items()}
    assert "BGS-WMS-2026-SHARES" in sources["with"]
    assert "BGS-WMS-2026-SHARES" not in sources["without"]
    assert runs["with"]["dataset"] != runs["without"]["dataset"]
    assert "--exclude-to-confirm" in str(runs["without"]["command"])
    bundled = read_world(WORLD, confirmed_only=True).dataset.hash
    assert str(bundled) in str(runs["without"]["dataset"])


def test_a_row_to_confirm_lies_apart(cli: Cli, apart: Path) -> None:
    inside = apart / "chains" / "gallium" / "accounts.csv"
    edit(inside, (",RUS,JPN,,1,", ",RUS,JPN,,1,"), ("USGS-MCS-2025", "BGS-WMS-2023"))
    edit(
        apart / "to_confirm" / "chains" / "gallium" / "accounts.csv",
        ("BGS-WMS-2026-SHARES", "USGS-MCS-2026"),
        ("RUS,KOR", "RUS,JPN"),
    )
    done = cli("run", "--world", apart)
    assert done.code == 2
    for words in (
        "the licence of this source is to confirm; found BGS-WMS-2023",
        "the licence of this source is settled; found USGS-MCS-2026",
        "duplicate key; found trade, gallium-primary, RUS, JPN",
    ):
        assert words in done.err


def test_a_file_that_no_chain_reads_is_told(cli: Cli, apart: Path) -> None:
    folder = apart / "to_confirm" / "chains"
    (folder / "gallium").rename(folder / "galium")
    (apart / "chains" / "gallium" / "demand_path.csv").rename(
        apart / "chains" / "gallium" / "demand_paths.csv"
    )
    done = cli("run", "--world", apart)
    assert done.code == 2
    for words in (
        "galium/accounts.csv: no chain reads this file",
        "did you mean 'gallium'?",
        "demand_paths.csv: unknown table",
        "did you mean 'demand_path.csv'?",
    ):
        assert words in done.err


def test_the_module_runs(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "orepact", "run", "no-study"],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("1 problem in the input\n  STUDY: no such study")


def test_a_terminal_sees_progress_and_time_left(
    cli: Cli, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    done = cli("run", study, "--quick", "--json", "-o", "a")
    assert json.loads(done.out)["study"] == "mine"  # the bar is not on standard output
    for words in ("A study of my own", "2/2", "trajectories, left", "0:00:00"):
        assert words in done.err
