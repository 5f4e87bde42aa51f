"""`orepact stress-test` on the command line: its folder, its page, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli, listing


def test_the_folder_of_a_stress_test(cli: Cli, home: Path) -> None:
    done = cli("stress-test", "gallium", "--quick", "--on", "2026-11-22", "-o", "ga")
    assert done.code == 0
    assert "scenario 1 of 4: Gallium: CHN stops exports to EU27" in done.err
    said = " ".join(done.out.split())
    assert "China stops exports to EU-27" in said
    assert "page: ga/stress-test.html" in said
    files = set(listing(home / "ga")) - {"stress-test.pdf"}
    assert files == {"bands.csv", "run.json", "stress-test.html"}
    content = json.loads((home / "ga" / "run.json").read_text(encoding="utf-8"))
    assert content["format"] == "orepact/stress-test/1"
    assert content["command"].startswith("orepact stress-test gallium --region EU27 --quick")
    page = (home / "ga" / "stress-test.html").read_text(encoding="utf-8")
    for text in ("Vulnerability", "Scenarios", "Mitigation", "Gaps", "Art. 20(3)", "quarter"):
        assert text in page
    assert "<script" not in page
    assert 'src="http' not in page
    again = cli("stress-test", "gallium", "--quick", "--on", "2026-11-22", "-o", "ga", "--json")
    assert again.code == 0
    assert json.loads(again.out)["result_hash"] == content["result_hash"]


def test_a_material_without_a_chain_is_no_error(cli: Cli, home: Path) -> None:
    done = cli("stress-test", "aluminium", "--quick", "-o", "al")
    assert done.code == 0
    assert "No scenario could be run: no chain holds the material." in " ".join(done.out.split())
    assert (home / "al" / "stress-test.html").is_file()


def test_everything_wrong_is_told_at_once_and_nothing_is_written(cli: Cli, home: Path) -> None:
    done = cli("stress-test", "galium", "--region", "Germania", "--on", "2026-02-30",
               "--workers", "0", "--sets", "0")
    assert (done.code, done.out) == (2, "")
    for text in ("MINERAL", "gallium", "--region", "--on", "--workers", "--sets"):
        assert text in done.err
    assert list(home.iterdir()) == []
    (home / "taken").mkdir()
    (home / "taken" / "mine.txt").write_text("mine", encoding="utf-8")
    done = cli("stress-test", "gallium", "--quick", "-o", "taken")
    assert (done.code, "holds something that is not a run" in done.err) == (2, True)
    assert listing(home / "taken") == ["mine.txt"]
