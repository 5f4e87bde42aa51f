"""`orepact trade-defence` on the command line: the notice is on every output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orepact.views.texts import say
from tests.cli.conftest import Cli

PAGES = Path(__file__).parents[2] / "docs" / "how-to" / "examples"
SALES, INJURY, BORDER = (PAGES / name for name in ("sales.csv", "injury.csv",
                                                   "injury-at-the-border.csv"))
NOTICE = say("defence_notice")
QUESTIONS = [
    ("margin", str(SALES)),
    ("injury", str(INJURY), "--dumping-margin", "0.3"),
    ("monitor", "--importer", "USA", "--item", "antimony"),
    ("circumvention", "--item", "antimony", "--to", "USA"),
    ("circumvention", "--backtest"),
]


@pytest.mark.parametrize("words", QUESTIONS, ids=lambda words: " ".join(words[-2:]))
def test_the_notice_is_on_every_output(cli: Cli, words: tuple[str, ...]) -> None:
    plain = cli("trade-defence", *words)
    assert plain.code == 0, plain.err
    assert NOTICE in " ".join(plain.out.split())
    content = json.loads(cli("trade-defence", *words, "--json").out)
    assert content["notice"] == NOTICE
    assert content["format"].startswith("orepact/")
    assert cli("trade-defence", *words, "--csv").out.startswith(f"# {NOTICE}\n")
    assert "not legal advice" in cli("trade-defence", words[0], "--help").out


def test_margins(cli: Cli) -> None:
    """(112.5 - 107.5) x 30 of 3,225; W-T is not allowed without words; zeroing is labelled."""
    done = cli("trade-defence", "margin", SALES, "--zeroing", columns=160)
    assert "4.65" in done.out
    assert "with zeroing" in done.out
    assert "no explanation" in " ".join(done.out.split())
    assert "zeroing" not in cli("trade-defence", "margin", SALES).out.replace(
        "Without zeroing", "").replace("only if zeroing", "")
    content = json.loads(cli("trade-defence", "margin", SALES, "--because", "averages hide",
                             "--json").out)
    by = {each["method"]: each for each in content["margins"] if each["sales"] == "all"}
    assert by["W-W"]["margin"] == pytest.approx(0.0465116279)
    assert by["W-T"]["margin"] == pytest.approx(by["W-W"]["margin"])
    assert by["W-T"]["condition"] == "met"
    assert not any(each["zeroing"] for each in content["margins"])


def test_the_lesser_duty(cli: Cli) -> None:
    content = json.loads(
        cli("trade-defence", "injury", INJURY, "--dumping-margin", "0.3", "--json").out)
    assert content["margin"] == pytest.approx(0.75)
    assert content["duty"]["duty"] == 0.3
    small = cli("trade-defence", "injury", INJURY, "--dumping-margin", "0.015")
    assert "Lesser duty 0 %" in small.out
    assert "margin of dumping is de minimis" in " ".join(small.out.split())
    own = json.loads(cli("trade-defence", "injury", BORDER, "--sales", SALES, "--json").out)
    assert own["duty"]["dumping"] == pytest.approx(5.0 / 125.0)  # 112.5 - 107.5, cif 125
    assert own["duty"]["dumping_on_export_price"] == pytest.approx(0.0465116279)


def test_costs_stand_in_for_home_prices(cli: Cli, tmp_path: Path) -> None:
    """1 t at home against 100 t abroad: costs are needed; (70 + 10 + 5 - 80) / 80."""
    sales, costs = tmp_path / "sales.csv", tmp_path / "costs.csv"
    _ = sales.write_text("market,date,quantity,unit,price,currency\n"
                         "domestic,2026-01-01,1,t,200,USD\nexport,2026-01-01,100,t,80,USD\n",
                         encoding="utf-8")
    _ = costs.write_text("cost,expenses,profit,unit,currency\n70,10,5,t,USD\n", encoding="utf-8")
    refused = cli("trade-defence", "margin", sales)
    assert refused.code == 2
    assert "home sales are 1 % of exports" in refused.err
    done = cli("trade-defence", "margin", sales, "--costs", costs)
    assert "6.25" in done.out
    assert "constructed: cost" in " ".join(done.out.split())
    assert "No T-T" in done.out


def test_a_workbook(cli: Cli, tmp_path: Path) -> None:
    """A sheet of a workbook gives what the text gives."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in SALES.read_text(encoding="utf-8").splitlines():
        book.active.append([float(cell) if cell.lstrip("-").isdigit() else cell or None
                            for cell in row.split(",")])
    path = tmp_path / "sales.xlsx"
    book.save(path)
    content = json.loads(cli("trade-defence", "margin", path, "--json").out)
    assert content["margins"][0]["margin"] == pytest.approx(0.0465116279)


def test_bad_input_is_named_at_once(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    _ = bad.write_text("market,date,quantity,unit,price,currency\n"
                       "domestic,2026-01-01,-5,t,100,EUR\n"
                       "export,2026-13-01,5,t,=1+1,USD\n", encoding="utf-8")
    done = cli("trade-defence", "margin", bad, "--rate", "EUR=x")
    assert done.code == 2
    assert done.out == ""
    for words in ("--rate: not a rate", "bad.csv:2: quantity: not above zero",
                  "bad.csv:3: date: not a day", "bad.csv:3: price: not a number"):
        assert words in done.err
    done = cli("trade-defence", "injury", INJURY, "--dumping-margin", "0.3", "--sales", SALES,
               "--costs", SALES)
    assert done.code == 2
    assert "given twice" in done.err


def test_a_question_without_an_item(cli: Cli) -> None:
    done = cli("trade-defence", "circumvention")
    assert done.code == 2
    assert "--item" in done.err
    done = cli("trade-defence", "monitor", "--importer", "USX", "--year", "1999")
    assert done.code == 2
    assert "--importer" in done.err
    assert "--year" in done.err


def test_a_member_of_the_union_is_pointed_to_it(cli: Cli) -> None:
    done = cli("trade-defence", "monitor", "--importer", "DEU", "--item", "antimony")
    assert done.code == 2
    assert "EU27, of which it is a member" in done.err


def test_rows_to_confirm_can_be_left_out(cli: Cli) -> None:
    words = ("trade-defence", "monitor", "--importer", "GBR", "--item", "rare_earth_magnets")
    assert json.loads(cli(*words, "--json").out)["months"]
    assert json.loads(cli(*words, "--exclude-to-confirm", "--json").out)["months"] == []


def test_over_all_codes_only_surges_are_listed(cli: Cli) -> None:
    done = cli("trade-defence", "monitor", "--importer", "JPN", columns=200)
    assert done.code == 0
    assert "origins undercut without one" in done.out
    table = done.out.partition("Arithmetic")[0]
    assert "surge" in table.partition("code")[2]
    assert not [line for line in table.splitlines() if line.rstrip().endswith(" undercutting")
                and "surge" not in line]


def test_nothing_seen_is_said(cli: Cli) -> None:
    done = cli("trade-defence", "circumvention", "--item", "811010", "--through", "BOL")
    assert done.code == 0
    assert "No alarm and no watch." in done.out


def test_the_brief(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page, rows and run.json say what they are; a folder of something else is left alone."""
    monkeypatch.setattr("orepact.cli.trade_defence.find_browser", lambda: None)
    folder = tmp_path / "detours"
    words = ("trade-defence", "circumvention", "--item", "rare_earths", "--year", "2012", "-o",
             folder)
    done = cli(*words)
    assert done.code == 0, done.err
    assert "No PDF" in done.out
    page = (folder / "brief.html").read_text(encoding="utf-8")
    assert NOTICE in page
    assert page.count("<svg") == 2
    assert "Hong Kong" in page
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert run["notice"] == NOTICE
    assert run["backtest"]["central"]["documented"] == 3
    assert "not legal advice" in (folder / "detours.csv").read_text(encoding="utf-8")
    assert cli(*words).code == 0  # its own folder may be replaced
    other = tmp_path / "other"
    other.mkdir()
    _ = (other / "letter.txt").write_text("mine", encoding="utf-8")
    done = cli(*words[:-1], other)
    assert done.code == 2
    assert "not a run" in done.err
