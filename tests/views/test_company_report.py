"""The company's report as a page and as a table: everything named, nothing from outside."""

import datetime
import re
from pathlib import Path

import pytest
from rich.console import Console

from orepact.data.bundle import read_bundle
from orepact.data.sheet import read_csv_sheet, sheet_of
from orepact.policy import load_register
from orepact.studies.bill_of_materials.products import read_products
from orepact.studies.bill_of_materials.reading import read_bill
from orepact.studies.bill_of_materials.report import CompanyReport, company_report
from orepact.views.company_report import report_html, report_table, write_report

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "examples"
ON = datetime.date(2026, 11, 22)


@pytest.fixture(scope="module")
def report() -> CompanyReport:
    bundle = read_bundle()
    bill = read_bill(read_csv_sheet(EXAMPLE / "bill-of-a-car.csv"), bundle)
    return company_report(bill, read_products(), bundle, load_register(), ON)


def test_the_page_is_self_contained_and_names_every_gap(report: CompanyReport) -> None:
    page = report_html(report, title="A car")
    assert not re.findall(r"<(?:script|img|link|iframe)\b|@import|url\(", page)
    assert "http" not in page
    assert "<title>Raw materials report: A car</title>" in page
    for each in report.minerals:
        assert f'id="{each.mineral}"' in page
    for gap in report.gaps:
        assert gap.part in page
    assert page.count("<h1>") == 1
    assert "nan" not in page
    assert "None" not in page


def test_text_of_a_bill_is_escaped() -> None:
    bundle = read_bundle()
    cells = ("<script>alert(1)</script>", "1", "kg", "10", "magnesium", "90", "%")
    head = ("part", "quantity", "unit", "annual volume", "mineral", "content", "unit of content")
    bill = read_bill(sheet_of("<b>.csv", "", [(1, head), (2, cells)]), bundle)
    page = report_html(company_report(bill, read_products(), bundle, load_register(), ON))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def reported(*rows: tuple[str, ...]) -> CompanyReport:
    stock = ("stock", "unit of stock")
    head = ("part", "quantity", "unit", "mineral", "content", "unit of content", *stock)
    bundle = read_bundle()
    cells = [(number, row) for number, row in enumerate((head, *rows), start=1)]
    bill = read_bill(sheet_of("bill.csv", "", cells), bundle)
    return company_report(bill, read_products(), bundle, load_register(), ON)


def printed(report: CompanyReport) -> str:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(report_table(report))
    return captured.get()


def test_a_footer_explains_the_marks_that_the_table_has_and_no_other() -> None:
    strategic = printed(reported(("anode", "1", "t", "cobalt", "90", "%", "1", "t")))
    assert "* not a strategic" not in strategic
    other = printed(reported(("plate", "1", "t", "tin", "90", "%", "1", "t")))
    assert "* not a strategic" in other
    for text in (strategic, other):
        body, _, _ = text.partition("share of the world's supply")
        assert ("†" in body.removesuffix("† ")) == ("share of the world's supply" in text)
        assert not re.search(r"^\s*[w†]\s", body.rpartition("\n")[0], flags=re.MULTILINE)


def test_cover_of_more_than_ten_years_is_marked() -> None:
    much = reported(("anode", "1", "kg", "cobalt", "90", "%", "5000", "kg"))
    text = " ".join(printed(much).split())
    assert "1,820,000 (over" in text
    assert report_html(much).count("(over 10 years: check stock and use)") == 2
    some = reported(("anode", "1", "kg", "cobalt", "90", "%", "5", "kg"))
    assert "over 10 years" not in report_html(some)


def test_the_page_is_written_whole(report: CompanyReport, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(report, path)
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_the_table_fits_a_terminal_and_lists_the_gaps(report: CompanyReport) -> None:
    console = Console(width=100, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(report_table(report))
    text = captured.get()
    assert "Dysprosium" in text
    assert "CHN 97 %" in text
    assert "row 9 Dashboard" in text
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "27.4: Rear" in text
    assert "rows" in text
    assert "≥" not in text + report_html(report)
