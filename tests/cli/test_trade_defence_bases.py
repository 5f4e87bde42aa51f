"""What margins are fractions of, what the verbs say of it, and what European law asks besides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_trade_defence import SALES

SHEETS = {
    "plain": "market,date,quantity,unit,price,currency\n"
             "domestic,2026-01-12,10,t,107,USD\nexport,2026-01-20,10,t,100,USD\n",
    "border": "market,date,quantity,unit,price,currency,cif\n"
              "domestic,2026-01-12,10,t,107,USD,\nexport,2026-01-20,10,t,100,USD,120\n",
    "small": "market,date,quantity,unit,price,currency,cif\n"
             "domestic,2026-01-12,10,t,102.2,USD,\nexport,2026-01-20,10,t,100,USD,120\n",
    "pieces": "market,date,quantity,unit,price,currency\n"
              "domestic,2026-01-12,10,piece,107,USD\nexport,2026-01-20,10,piece,100,USD\n",
    "labels": "market,date,quantity,unit,price,currency,cost,pair\n"
              "domestic,2026-01-12,10,t,80,USD,100,a\ndomestic,2026-02-12,10,t,120,USD,100,b\n"
              "export,2026-01-20,10,t,100,USD,,a\nexport,2026-02-20,10,t,100,USD,,b\n",
    "injury": "quantity,unit,landed,currency,non_injurious,cif\n30,t,130,USD,137.5,125\n",
    "landed": "quantity,unit,landed,currency,non_injurious\n30,t,130,USD,137.5\n",
    "poor": "quantity,unit,landed,currency,cost,profit,cif\n30,t,130,USD,137.5,0,125\n",
    "two": "product,quantity,unit,landed,currency,non_injurious\n"
           "A,50,t,12,USD,18\nB,60,t,10,USD,20\n",
}


@pytest.fixture
def sheets(tmp_path: Path) -> dict[str, Path]:
    paths = {name: tmp_path / f"{name}.csv" for name in SHEETS}
    for name, text in SHEETS.items():
        _ = paths[name].write_text(text, encoding="utf-8")
    return paths


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("sales", "injury", "dumping", "measure", "on"),
    [
        ("plain", "injury", 7 / 125, 7.5 / 125, "cif"),  # the amount over the other sheet's cif
        ("border", "injury", 7 / 120, 7.5 / 125, "cif"),
        ("border", "landed", 7 / 120, 7.5 / 120, "cif"),  # the gap over the sales' cif
        ("plain", "landed", 7 / 130, 7.5 / 130, "landed value"),
    ],
)
def test_both_margins_are_over_one_price(
    cli: Cli, sheets: dict[str, Path], *, sales: str, injury: str, dumping: float, measure: float,
    on: str,
) -> None:
    """7 of dumping and 7.5 of injury a tonne: dumping binds in every pair of sheets."""
    words = ("trade-defence", "injury", sheets[injury], "--sales", sheets[sales])
    duty: dict[str, Any] = json.loads(cli(*words, "--json").out)["duty"]
    assert duty["dumping"] == pytest.approx(dumping)
    assert duty["injury"] == pytest.approx(measure)
    assert (duty["on"], duty["binds"], duty["duty"]) == (on, "dumping", duty["dumping"])
    said = flat(cli(*words).out)
    assert ("has no cif" in said) == (bool(duty["converted"]))


def test_rows_name_their_base(cli: Cli, sheets: dict[str, Path]) -> None:
    for name, base in (("plain", "export price"), ("border", "cif")):
        head, row = cli("trade-defence", "margin", sheets[name], "--csv").out.splitlines()[1:3]
        assert dict(zip(head.split(","), row.split(","), strict=True))["margin_is_of"] == base
    done = cli("trade-defence", "injury", sheets["injury"], "--sales", sheets["plain"], "--csv")
    assert "# Lesser duty 5.6 %: dumping 5.6 %, injury 6 %" in done.out


def test_other_products_or_units_are_not_converted(cli: Cli, sheets: dict[str, Path]) -> None:
    done = cli("trade-defence", "injury", sheets["two"], "--sales", sheets["plain"])
    assert done.code == 2
    assert "found A, B" in done.err
    done = cli("trade-defence", "injury", sheets["injury"], "--sales", sheets["pieces"])
    assert done.code == 2
    assert "pieces in the other" in done.err


def test_de_minimis_goes_by_the_export_price(cli: Cli, sheets: dict[str, Path]) -> None:
    """2.2 of 100 is 2.2 % of the export price and 1.83 % of the price at the border."""
    content = json.loads(cli("trade-defence", "margin", sheets["small"], "--json").out)
    first = content["margins"][0]
    assert first["margin"] == pytest.approx(2.2 / 120)
    assert first["margin_on_export_price"] == pytest.approx(0.022)
    assert not first["below_de_minimis"]
    assert "2 % lies between" in flat(cli("trade-defence", "margin", sheets["small"]).out)
    words = ("trade-defence", "injury", sheets["injury"], "--sales", sheets["small"])
    assert json.loads(cli(*words, "--json").out)["duty"]["duty"] == pytest.approx(2.2 / 120)
    assert "so it is not de minimis, though it is 1.83 %" in flat(cli(*words).out)


def test_a_given_margin_has_no_base_and_a_bound(cli: Cli, sheets: dict[str, Path]) -> None:
    done = cli("trade-defence", "injury", sheets["injury"], "--dumping-margin", "30")
    assert done.code == 2
    assert "30 % is 0.3" in done.err
    said = flat(cli("trade-defence", "injury", sheets["injury"], "--dumping-margin", "3").out)
    assert "dumping 300 %" in said
    assert "taken as given: what it is a fraction of is not known" in said
    assert "e+" not in said


def test_a_label_without_its_sale_is_named(cli: Cli, sheets: dict[str, Path]) -> None:
    """Row 4's home sale is below cost: compared with the nearest day, and said so."""
    content = json.loads(cli("trade-defence", "margin", sheets["labels"], "--json").out)
    pairs = next(each for each in content["margins"] if each["method"] == "T-T")
    assert (pairs["unpaired"], pairs["pairing"]) == ([4], "labels of the sheet, else nearest day")
    said = flat(cli("trade-defence", "margin", sheets["labels"]).out)
    assert "T-T: row 4: the home sale with the same label was left out" in said
    assert "left out: row 2." in said


def test_no_legal_verdict_rests_on_cards(cli: Cli, sheets: dict[str, Path]) -> None:
    said = flat(cli("trade-defence", "margin", SALES, "--zeroing", columns=300).out)
    assert "not allowed" not in said
    assert "no: held" not in said
    assert "condition not shown" in said
    assert "other ends of the cards say otherwise" in said
    assert "low ends: a pattern; at their high ends: no pattern" in said
    assert "condition not shown with these cards" in flat(
        cli("trade-defence", "margin", sheets["plain"], columns=300).out)


def test_what_european_law_asks_besides(cli: Cli, sheets: dict[str, Path]) -> None:
    said = flat(cli("trade-defence", "margin", sheets["plain"]).out)
    assert "Article 2(11) of Regulation 2016/1036 (from memory, not read here)" in said
    said = flat(cli("trade-defence", "injury", sheets["poor"], "--dumping-margin", "0.3").out)
    assert "the target profit is 6 % at least" in said
    assert "one product 0 %" in said
    assert "the duty is then the margin of dumping, 30 %" in said
    said = flat(cli("trade-defence", "injury", sheets["injury"]).out)
    assert "the profit in them is not known" in said
    for importer in ("EU27", "USA"):
        said = flat(cli("trade-defence", "monitor", "--importer", importer, "--item",
                        "811010").out)
        assert ("Article 5(7)" in said) == (importer == "EU27")
