"""Sheets of sales, costs and injury: what is read, and every problem at once with its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.indicators.trade_defence.injury import read_items
from orepact.indicators.trade_defence.normal_value import read_builds
from orepact.indicators.trade_defence.sales import read_sales

HEAD = "market,product,date,quantity,unit,price,currency,adjustment,purchaser,pair\n"
GOOD = "domestic,a,2026-01-02,10,t,100,USD,,,\nexport,a,2026-01-03,5,t,90,USD,,P1,\n"


def sheet(folder: Path, text: str, head: str = HEAD) -> Path:
    path = folder / "sheet.csv"
    _ = path.write_text(head + text, encoding="utf-8")
    return path


def problems(folder: Path, text: str, head: str = HEAD) -> list[str]:
    with pytest.raises(InputError) as caught:
        _ = read_sales(sheet(folder, text, head))
    return [str(each).removeprefix(f"{folder / 'sheet.csv'}:") for each in caught.value.problems]


def test_units_currencies_and_adjustments(tmp_path: Path) -> None:
    """20 kg at 3 EUR less 1 is 0.02 t at 2,000 EUR, 2,200 USD at 1.1."""
    text = GOOD + "export,a,2026-01-04,20,kg,3,EUR,-1,P1,\n"
    *_, last = read_sales(sheet(tmp_path, text), {"EUR": 1.1})
    assert last.quantity == pytest.approx(0.02)
    assert last.price == pytest.approx(2200.0)
    assert last.value == pytest.approx(44.0)


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    text = GOOD + (
        "exprot,a,2026-01-04,5,t,90,USD,,P1,\n"  # line 4
        "export,a,4.1.2026,0,t,90,USD,,P1,\n"  # 5: day, quantity
        'export,a,2026-01-04,5,stone,"1,5",USD,,P1,\n'  # 6: unit, price
        "export,a,2026-01-04,5,t,90,XYZ,,P1,\n"  # 7: currency
        "export,a,2026-01-04,5,t,90,USD,-90,P1,\n"  # 8: nothing left
        "export,a,2026-01-04,5,t,90,USD,,=cmd|'/c calc'!A1,\n"  # 9: formula
        "export,a,2026-01-04,5,t,90,USD,,P1,nobody\n"  # 10: pair
        "export,a,2026-01-04,,t,90,USD,,P1,\n"  # 11: quantity missing
        "export,a,2026-01-04,1e300,t,90,USD,,P1,\n"  # 12: beyond all goods
    )
    found = problems(tmp_path, text)
    wanted = [
        "4: market: unknown market", "5: quantity: not above zero", "5: date: not a day",
        "6: unit: unknown unit", "6: price: a thousands separator or a decimal comma",
        "7: currency: no rate", "8: adjustment: leaves no price",
        "9: purchaser: text that a spreadsheet would run", "10: pair: no home sale",
        "11: quantity: value is missing", "12: quantity: out of all proportion",
    ]
    for start in wanted:
        assert any(line.startswith(start) for line in found), (start, found)
    assert len(found) == len(wanted)
    assert "did you mean 'export'" in found[0]


def test_columns(tmp_path: Path) -> None:
    found = problems(tmp_path, "export,1\n", "market,quantty\n")
    assert any("quantity: column is missing" in line for line in found)
    assert any("quantty: unknown column" in line and "'quantity'" in line for line in found)


def test_pieces_beside_tonnes_and_no_export(tmp_path: Path) -> None:
    text = "domestic,a,2026-01-02,10,t,100,USD,,,\ndomestic,a,2026-01-02,10,piece,100,USD,,,\n"
    found = problems(tmp_path, text)
    assert any("no export sale" in line for line in found)
    assert any("pieces beside tonnes" in line for line in found)


def test_a_border_price_for_some_sales_alone(tmp_path: Path) -> None:
    head = "market,date,quantity,unit,price,currency,cif\n"
    text = ("domestic,2026-01-02,10,t,100,USD,\nexport,2026-01-02,5,t,90,USD,95\n"
            "export,2026-01-02,5,t,90,USD,\n")
    assert any(line.startswith("4: cif: value is missing") for line in problems(tmp_path, text,
                                                                                head))


def test_costs(tmp_path: Path) -> None:
    head = "product,cost,expenses,profit,unit,currency\n"
    assert read_builds(sheet(tmp_path, "a,70,10,5,kg,USD\n", head))["a"].value == pytest.approx(
        85_000.0)
    with pytest.raises(InputError) as caught:
        _ = read_builds(sheet(tmp_path, "a,70,-1,5,t,USD\na,0,1,5,t,XYZ\n", head))
    text = str(caught.value)
    for words in ("a negative number", "given twice", "not above zero", "no rate"):
        assert words in text


def test_injury(tmp_path: Path) -> None:
    head = "product,quantity,unit,landed,currency,non_injurious,cost,profit,cif\n"
    (built,) = read_items(sheet(tmp_path, "a,5,t,80,USD,,90,10,\n", head))
    assert built.target == 100.0
    with pytest.raises(InputError) as caught:
        _ = read_items(sheet(tmp_path, "a,5,t,80,USD,100,90,10,\nb,5,t,-8,USD,,,,70\n", head))
    text = str(caught.value)
    for words in ("given twice", "not above zero", "value is missing", "cif: a column with gaps"):
        assert words in text
