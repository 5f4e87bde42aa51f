"""`orepact share`: what it prints, what it refuses, and that sentences can be read out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

GROUP = """\
format: orepact/emergency-group/1
material: invented oxide
members:
  - {member: A, consumption: 1000, production: 200, net_imports: 500, commitment: 300}
  - {member: B, consumption: 600, production: 60, net_imports: 500, commitment: 100, reserve: 120}
  - {member: C, consumption: 400, production: 700, net_imports: -200, need: 100, defence: 50}
"""
CLAIMS = """\
format: orepact/division/1
unit: t
available: 100
members:
  - {member: A, claim: 100, need: 20, alone: 60}
  - {member: B, claim: 80}
  - {member: C, claim: "120"}
sources:
  - {source: pool, amount: 100}
links:
  - {source: pool, member: A, most: 10}
  - {source: pool, member: B}
  - {source: pool, member: C}
"""


@pytest.fixture
def group(tmp_path: Path) -> Path:
    path = tmp_path / "group.yaml"
    _ = path.write_text(GROUP, encoding="utf-8")
    return path


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "claims.yaml"
    _ = path.write_text(CLAIMS, encoding="utf-8")
    return path


def test_claims_on_the_command_line(cli: Cli) -> None:
    done = cli("share", "rules", "--claims", "A=100,B=200,C=300", "--available", "200", "--json")
    assert done.code == 0, done.err
    rules = {rule["rule"]: rule for rule in json.loads(done.out)["rules"]}
    assert rules["talmud"]["awards"] == {"A": 50.0, "B": 75.0, "C": 75.0}
    assert rules["proportional"]["exact"] == {"A": "100/3", "B": "200/3", "C": "100"}
    assert "leximin" not in rules
    assert "need-first" not in rules


def test_a_third_stays_a_third(cli: Cli) -> None:
    done = cli("share", "rules", "--claims", "A=1/3,B=2/3", "--available", "1/2", "--rule",
               "talmud", "--json")
    assert json.loads(done.out)["rules"][0]["exact"] == {"A": "1/6", "B": "1/3"}


def test_a_file_of_claims_has_classes_links_and_what_members_have_alone(
    cli: Cli, claims: Path
) -> None:
    done = cli("share", "rules", "--claims", claims, "--json")
    rules = {rule["rule"]: rule for rule in json.loads(done.out)["rules"]}
    assert rules["leximin"]["awards"] == {"A": 10.0, "B": 36.0, "C": 54.0}
    assert rules["need-first"]["awards"]["A"] == pytest.approx(20 + 80 * 80 / 280)
    assert rules["proportional"]["refuse"] == ["A"]
    printed = cli("share", "rules", "--claims", claims).out
    assert "A has more from its own production alone than under" in printed
    assert "Everybody gets the same share of its claim." in printed


def test_claims_from_a_csv(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    _ = path.write_text("member,claim,defence\nA,100,30\nB,100,\n", encoding="utf-8")
    done = cli("share", "rules", "--claims", path, "--available", "50", "--json")
    assert done.code == 0, done.err
    rules = {rule["rule"]: rule for rule in json.loads(done.out)["rules"]}
    assert rules["defence-first"]["awards"]["A"] == pytest.approx(30 + 20 * 70 / 170)


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("--claims", "A=-1,B=2", "--available", "1"), ("claims.A", "negative")),
        (("--claims", "A=1,B=2", "--available", "4"), ("more is available than is claimed", "3")),
        (("--claims", "A=1,A=2", "--available", "1"), ("claims twice",)),
        (("--claims", "A,B=2", "--available", "1"), ("not a claim", "'A'")),
        (("--claims", "A=x", "--available", "-1", "--rule", "talmuth"),
         ("claims.A", "available", "did you mean 'talmud'")),
        (("--claims", "A=1"), ("nothing says how much there is",)),
        (("--claims", "none.yaml", "--available", "1"), ("none.yaml",)),
    ],
)
def test_bad_claims_are_refused(cli: Cli, words: tuple[str, ...], parts: tuple[str, ...]) -> None:
    done = cli("share", "rules", *words)
    assert done.code == 2
    assert not done.out
    for part in parts:
        assert part in done.err


def test_a_group_of_your_own(cli: Cli, group: Path) -> None:
    """The case of 12 % in tonnes: a shortfall of 40, rights of 170, obligations of 30 and 140."""
    done = cli("share", "emergency", group, "--json")
    assert done.code == 0, done.err
    content = json.loads(done.out)
    assert content["emergency"]["shortfall"] == 40.0
    members = {one["member"]: one for one in content["emergency"]["members"]}
    assert [members[name]["right"] for name in "ABC"] == [170.0, 0.0, 0.0]
    assert [members[name]["obligation"] for name in "ABC"] == [0.0, 30.0, 140.0]
    printed = " ".join(cli("share", "emergency", group).out.split())
    assert "Rights and obligations are equal to the gram: 170 t a month each." in printed
    assert "B holds 20.0 t above its commitment" in printed
    assert "C has more from its own production alone than under" in printed


def test_a_commitment_above_the_reserve_computes_nothing(cli: Cli, group: Path) -> None:
    _ = group.write_text(GROUP.replace("reserve: 120", "reserve: 90"), encoding="utf-8")
    done = cli("share", "emergency", group)
    assert done.code == 2
    assert not done.out
    assert "above the reserve" in done.err


def test_a_bad_group_names_every_line(cli: Cli, group: Path) -> None:
    text = GROUP.replace("consumption: 1000", "consumption: -1000").replace("need:", "neeed:")
    _ = group.write_text(text, encoding="utf-8")
    done = cli("share", "emergency", group)
    assert done.code == 2
    assert "group.yaml:4" in done.err
    assert "group.yaml:6" in done.err
    assert "did you mean 'need'" in done.err


def test_a_bad_group_tells_contradictions_in_the_same_pass(cli: Cli, group: Path) -> None:
    text = GROUP.replace("consumption: 1000", "consumption: -1000")
    text = text.replace("reserve: 120", "reserve: 90").replace("member: C", "member: A")
    _ = group.write_text(text, encoding="utf-8")
    done = cli("share", "emergency", group)
    assert done.code == 2
    for part in ("out of range", "above the reserve", "two members have one name"):
        assert part in done.err
    bad = GROUP.replace("consumption: 1000", "consumption: x").replace("600", "x")
    _ = group.write_text(bad.replace("400", "x"), encoding="utf-8")
    done = cli("share", "emergency", group)
    assert "not a number" in done.err
    assert "at least 1" not in done.err


def test_options_for_the_dataset_are_refused_with_a_file_of_your_own(
    cli: Cli, group: Path
) -> None:
    done = cli("share", "emergency", group, "--days", "60", "--loss", "0.3", "--members", "A,B",
               "--rule", "talmuth", "--sets", "9")
    assert done.code == 2
    assert not done.out
    for part in ("--days", "--loss", "--members", "--sets", "did you mean 'talmud'"):
        assert part in done.err
    assert cli("share", "emergency", group, "--months", "6").code == 0


def test_a_form_of_the_dataset_in_sentences(cli: Cli) -> None:
    done = cli("share", "emergency", "magnet-heavy", "--loss", "CHN=0.8..0.9")
    assert done.code == 0, done.err
    said = " ".join(done.out.split())
    for sentence in (
        "Article 14 (loss of 12 % or more) of the oil agreement applies, by analogy",
        "Rights and obligations are equal, ",
        "Commitments are an assumption: 90 days of net imports for everybody.",
        "Japan has more from its own production alone than under",
        "port Rotterdam",
        "The oil agreement presumes barrels",
    ):
        assert sentence in said
    assert "{" not in said


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("magnet-hevy", "--loss", "0.5"), ("did you mean 'magnet-heavy'",)),
        (("magnet-heavy", "--loss", "1.5", "--days", "-3"), ("not a loss", "--days")),
        (("magnet-heavy", "--loss", "0.5", "--members", "EU27,ATLANTIS"), ("'ATLANTIS'",)),
        (("magnet-heavy",), ("tell what is lost in one way",)),
        (("magnet-heavy", "--loss", "CHM=0.5"), ("did you mean 'CHN'",)),
        (("magnet-heavy", "--scenario", "magnets-lader", "--base", "recnt"),
         ("did you mean 'magnets-ladder'", "did you mean 'recent'")),
    ],
)
def test_bad_emergencies_are_refused(
    cli: Cli, words: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    done = cli("share", "emergency", *words)
    assert done.code == 2
    assert not done.out
    for part in parts:
        assert part in done.err


def test_a_folder_has_a_brief_that_reads_whole(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = cli("share", "emergency", "magnet-heavy", "--loss", "CHN=0.3..0.5", "-o", out)
    assert done.code == 0, done.err
    page = (out / "brief.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "Supposed: China ships 30 to 50 % less to the group" in page
    assert "What activates sharing, exporter by exporter" in page
    assert "{{" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    content = json.loads((out / "run.json").read_text(encoding="utf-8"))
    table = (out / "awards.csv").read_text(encoding="utf-8").splitlines()
    form = content["forms"][0]
    assert len(table) == 1 + len(form["rules"]) * len(form["emergency"]["members"])
    again = cli("share", "emergency", "magnet-heavy", "--loss", "CHN=0.3", "-o", out)
    assert again.code == 0
    _ = (out / "mine.txt").write_text("mine", encoding="utf-8")
    assert cli("share", "emergency", "magnet-heavy", "--loss", "CHN=0.3", "-o", out).code == 2


def test_a_folder_of_your_own_group(cli: Cli, group: Path, tmp_path: Path) -> None:
    done = cli("share", "emergency", group, "-o", tmp_path / "out")
    assert done.code == 0, done.err
    page = (tmp_path / "out" / "brief.html").read_text(encoding="utf-8")
    assert "invented oxide" in page
    assert "No dataset was used." in page
