"""Bills of materials: amounts worked out by hand, and every way in which a bill can be wrong."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from orepact.data.bundle import Bundle, read_bundle, read_sources
from orepact.data.sheet import Sheet, read_csv_sheet, sheet_of
from orepact.data.sources.spreadsheet import read_workbook
from orepact.errors import InputError
from orepact.indicators.sector.controls_in_force import RESTRICTING
from orepact.indicators.span import Span
from orepact.policy import Register, load_register
from orepact.studies.bill_of_materials.amounts import Worked, work_out
from orepact.studies.bill_of_materials.as_data import mineral_table, report_json
from orepact.studies.bill_of_materials.matching import match_part, names_of
from orepact.studies.bill_of_materials.products import (
    ProductText,
    contents_of,
    minerals_by_sector,
    product_cards,
    read_products,
)
from orepact.studies.bill_of_materials.reading import Bill, read_bill
from orepact.studies.bill_of_materials.report import CompanyReport, MineralReport, company_report
from orepact.views.company_report import report_html

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "examples"
ON = datetime.date(2026, 11, 22)
HEAD = [
    *("part", "template", "quantity", "unit", "annual volume", "supplier", "supplier country"),
    *("mineral", "content", "unit of content", "own stock", "unit of stock", "mass"),
    "unit of mass",
]
# One kilogram of magnet holds 0.3 kg neodymium (0.2 to 0.4); a motor holds 2 kg of it (1 to 4) and
# 5 kg of copper. A bolt is 25 % titanium metal and weighs 20 g a piece.
TEMPLATES = """\
format: orepact/products/1
title: made for a test
products:
  - product: magnet
    title: Test magnet
    aliases: [magnet N1, strong magnet]
    unit: kg
    items: [magnet-heavy]
    contents:
      - {mineral: neodymium, value: 30, low: 20, high: 40, unit: "%", reason: test}
  - product: weak-magnet
    title: Weak magnet
    aliases: [strong magnet]
    unit: kg
    contents:
      - {mineral: neodymium, value: 10, low: 10, high: 10, unit: "%", reason: test}
  - product: motor
    title: Test motor
    unit: piece
    contents:
      - {mineral: copper, value: 5, low: 5, high: 5, unit: kg, reason: test}
    parts:
      - {product: magnet, value: 2000, low: 1000, high: 4000, unit: g, reason: test}
  - product: bolt
    title: Test bolt
    unit: kg
    mass: {value: 20, low: 10, high: 40, unit: g, reason: test}
    contents:
      - {mineral: titanium_metal, value: 25, low: 25, high: 25, unit: "%", reason: test}
"""


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle()


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture
def templates(tmp_path: Path) -> Mapping[str, ProductText]:
    folder = tmp_path / "products"
    folder.mkdir()
    (folder / "test.yaml").write_text(TEMPLATES, encoding="utf-8")
    return read_products(folder)


def sheet(*rows: Mapping[str, str], head: list[str] | None = None) -> Sheet:
    columns = head or HEAD
    body = [
        (number + 2, tuple(row.get(name, "") for name in columns))
        for number, row in enumerate(rows)
    ]
    return sheet_of("bill.csv", "", [(1, tuple(columns)), *body])


def row(**cells: str) -> dict[str, str]:
    full = {"quantity": "1", "unit": "piece", "annual_volume": "1000", "part": "thing"} | cells
    return {name.replace("_", " "): text for name, text in full.items()}


def worked(
    bundle: Bundle, templates: Mapping[str, ProductText], *rows: Mapping[str, str]
) -> Worked:
    return work_out(read_bill(sheet(*rows), bundle), templates)


def near(span: Span, value: float, low: float, high: float) -> bool:
    return (span.value, span.low, span.high) == pytest.approx((value, low, high), rel=1e-12)


# What a bill amounts to


def test_a_motor_is_its_copper_and_its_magnets(
    bundle: Bundle, templates: Mapping[str, ProductText]
) -> None:
    lines = {line.mineral: line for line in worked(bundle, templates, row(part="motor")).lines}
    # 1,000 motors × 5 kg = 5 t; 1,000 × 2 kg (1 to 4) × 30 % (20 to 40 %) = 0.6 t (0.2 to 1.6)
    assert near(lines["copper"].tonnes, 5.0, 5.0, 5.0)
    assert near(lines["neodymium"].tonnes, 0.6, 0.2, 1.6)


def test_a_stated_content_by_mass_or_by_share(
    bundle: Bundle, templates: Mapping[str, ProductText]
) -> None:
    found = worked(
        bundle,
        templates,
        row(part="a", mineral="Ga", content="0.5", unit_of_content="mg"),
        row(part="b", mineral="Magnesium", content="90", unit_of_content="%", unit="kg"),
        row(
            part="c", mineral="magnesium", content="0.5", unit_of_content="1", mass="200",
            unit_of_mass="g",
        ),
    )  # fmt: skip
    # 1,000 × 0.5 mg = 0.5 g; 1,000 kg × 90 % = 0.9 t; 1,000 pieces × 200 g × 0.5 = 0.1 t
    assert [line.tonnes.value for line in found.lines] == pytest.approx([5e-7, 0.9, 0.1])
    assert not [gap for gap in found.gaps if gap.kind != "supplier country"]


def test_a_tonne_is_a_tonne_in_any_unit(
    bundle: Bundle, templates: Mapping[str, ProductText]
) -> None:
    amounts = [("1", "t"), ("1000", "kg"), ("1e6", "g"), ("2204.622621848776", "lb")]
    found = [
        worked(bundle, templates, row(part="magnet", quantity=quantity, unit=unit)).lines[0]
        for quantity, unit in amounts
    ]
    assert [line.tonnes.value for line in found] == pytest.approx([300.0] * 4)


def test_pieces_and_kilograms_convert_by_the_mass_of_a_piece(
    bundle: Bundle, templates: Mapping[str, ProductText]
) -> None:
    own = row(part="bolt", supplier="a", mass="40", unit_of_mass="g")
    found = worked(bundle, templates, row(part="bolt"), own, row(part="magnet"))
    # 1,000 bolts × 20 g (10 to 40, the template's) × 25 %; with the bill's own 40 g twice as much
    assert near(found.lines[0].tonnes, 0.005, 0.0025, 0.01)
    assert near(found.lines[1].tonnes, 0.01, 0.01, 0.01)
    gap = next(gap for gap in found.gaps if gap.kind == "unit")
    assert gap.part == "magnet"
    assert "add the columns mass and unit of mass" in gap.text


def test_without_an_annual_volume_quantities_are_those_of_a_year(
    bundle: Bundle, templates: Mapping[str, ProductText]
) -> None:
    head = [name for name in HEAD if name != "annual volume"]
    bill = read_bill(sheet(row(part="magnet", quantity="10", unit="kg"), head=head), bundle)
    assert not bill.has_volume
    assert work_out(bill, templates).lines[0].tonnes.value == pytest.approx(0.003)


def test_an_empty_annual_volume_is_a_gap(
    bundle: Bundle, templates: Mapping[str, ProductText]
) -> None:
    found = worked(bundle, templates, row(part="motor"), row(part="magnet", annual_volume=""))
    assert "annual volume" in {gap.kind for gap in found.gaps if gap.row == 3}
    assert {line.row for line in found.lines} == {2}


def test_the_own_stock_lasts_as_long_as_the_parts(
    bundle: Bundle, templates: Mapping[str, ProductText], register: Register
) -> None:
    bill = read_bill(
        sheet(
            row(part="motor", own_stock="100"),
            row(part="magnet", quantity="2", unit="kg", own_stock="0.4", unit_of_stock="t"),
        ),
        bundle,
    )
    report = company_report(bill, templates, bundle, register, ON)
    cover = {each.mineral: each.cover for each in report.minerals}
    # 100 of 1,000 motors: 36.5 days. Magnets: 0.4 t of 2 t a year: 73 days. Neodymium is 0.06 t in
    # motors and 0.12 t in magnets, of 0.6 t each: 365 × 0.18 / 1.2 = 54.75 days.
    assert cover["copper"].value == pytest.approx(36.5)
    assert cover["neodymium"].value == pytest.approx(54.75)
    assert cover["neodymium"].note == "shortest: motor, 36.5 days"


def test_a_stock_that_is_not_given_leaves_a_lower_bound(
    bundle: Bundle, templates: Mapping[str, ProductText], register: Register
) -> None:
    rows = row(part="motor", own_stock="100"), row(part="magnet", quantity="2", unit="kg")
    report = company_report(read_bill(sheet(*rows), bundle), templates, bundle, register, ON)
    cover = find(report, "neodymium").cover
    assert cover.value is None
    assert cover.low == pytest.approx(365 * 0.06 / 1.2)
    assert "row 3" in cover.missing


def test_a_quantity_of_zero_never_divides(
    bundle: Bundle, templates: Mapping[str, ProductText], register: Register
) -> None:
    rows = row(part="motor"), row(part="bolt", quantity="0", own_stock="5")
    report = company_report(read_bill(sheet(*rows), bundle), templates, bundle, register, ON)
    titanium = find(report, "titanium_metal")
    assert titanium.amount.value == 0.0
    assert titanium.cover.value is None
    assert json.dumps(report_json(report), allow_nan=False)


@pytest.mark.parametrize(("content", "unit"), [("0.25", "share"), ("0.25", "1"), ("25", "wt%")])
def test_a_share_of_the_parts_mass_may_be_written_in_words(
    bundle: Bundle, templates: Mapping[str, ProductText], content: str, unit: str
) -> None:
    cells = row(quantity="2", unit="kg", mineral="Ga", content=content, unit_of_content=unit)
    (line,) = worked(bundle, templates, cells).lines
    assert line.tonnes.value == pytest.approx(0.5)  # 2 kg x 1,000 x 25 %


def test_a_bill_of_which_nothing_is_known_is_refused(
    bundle: Bundle, templates: Mapping[str, ProductText], register: Register
) -> None:
    rows = row(part="widget", mineral="neodimium"), row(part="panel", mineral="ABS")
    bill = read_bill(sheet(*rows), bundle)
    with pytest.raises(InputError, match="no mineral could be worked out") as caught:
        company_report(bill, templates, bundle, register, ON)
    near = {(each.line, each.nearest) for each in caught.value.problems if each.field == "mineral"}
    assert near == {(2, "neodymium"), (3, "")}
    gaps = work_out(bill, templates).gaps
    assert [gap.suggestion for gap in gaps if gap.kind == "unknown material"] == ["neodymium?", ""]


# Matching: exact, or a gap with a suggestion


def test_only_exact_names_match(templates: Mapping[str, ProductText]) -> None:
    names = names_of(templates)
    assert match_part(names, "  MAGNET-n1 ").product == "magnet"
    assert match_part(names, "Test Motor").product == "motor"
    assert match_part(names, "weak_magnet").how == "id"
    shared = match_part(names, "strong magnet")
    assert (shared.product, shared.how) == ("", "ambiguous")
    assert shared.candidates == ("magnet", "weak-magnet")
    assert match_part(names, "rear test motor, 150 kW").candidates == ("motor",)
    assert match_part(names, "tset motor").candidates[0] == "motor"
    assert match_part(names, "dashboard").candidates == ()


def test_gaps_are_named_with_what_would_close_them(
    bundle: Bundle, templates: Mapping[str, ProductText]
) -> None:
    found = worked(
        bundle,
        templates,
        row(part="motor", supplier_country="DE"),
        row(part="rear test motor", supplier_country="DE"),
        row(part="strong magnet", supplier_country="DE"),
        row(part="panel", mineral="ABS", supplier_country="DE"),
        row(part="ingot", mineral="gallium", unit="kg", supplier_country="DE"),
        row(part="strip", template="magnet", unit="kWh", supplier_country="DE"),
        row(part="wire", mineral="copper", content="9", unit_of_content="%", supplier_country="DE"),
        row(part="magnet", unit="kg", mineral="dysprosium", content="1", unit_of_content="%"),
    )
    kinds = [(gap.row, gap.kind) for gap in found.gaps]
    assert kinds == [
        (3, "no template"),
        (4, "ambiguous template"),
        (5, "unknown material"),
        (5, "no template"),
        (6, "missing content"),
        (7, "unit"),
        (8, "unit"),
        (9, "content not stated"),
        (9, "supplier country"),
    ]
    assert "motor" in found.gaps[0].suggestion
    assert "100 % if the part is gallium" in found.gaps[4].suggestion
    assert "neodymium" in found.gaps[7].text


# What a bill must not hold


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"quantity": "1,000"}, "quantity: a thousands separator"),
        ({"quantity": "2 kg"}, "quantity: a number with a unit"),
        ({"quantity": "-1"}, "quantity: a negative number"),
        ({"quantity": ""}, "quantity: value is missing"),
        ({"unit": "box"}, "unit: unknown unit"),
        ({"unit": "%"}, "unit: not a unit of a quantity"),
        ({"part": ""}, "part: value is missing"),
        ({"supplier_country": "Chna"}, "unknown country.*did you mean 'China'"),
        ({"supplier_country": "OTH"}, "unknown country"),
        (
            {"mineral": "unobtainium", "content": "1", "unit_of_content": "g"},
            "a content is stated of a material",
        ),
        (
            {"mineral": "magnesum", "content": "1", "unit_of_content": "g"},
            "did you mean 'magnesium'",
        ),
        ({"mineral": "cobalt", "content": "1"}, "unit of content: unit is missing"),
        (
            {"mineral": "cobalt", "content": "1", "unit_of_content": "day"},
            "unit of content: a unit that does not fit",
        ),
        (
            {"mineral": "cobalt", "content": "101", "unit_of_content": "%"},
            "content: a share above one",
        ),
        ({"own_stock": "5", "unit_of_stock": "kWh"}, "unit of stock: a unit that does not fit"),
        ({"mass": "5"}, "unit of mass: unit is missing"),
    ],
)
def test_a_wrong_cell_is_told_with_its_place(
    bundle: Bundle, cells: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_bill(sheet(row(part="first"), row(**cells)), bundle)
    assert {problem.line for problem in caught.value.problems} == {3}
    assert {problem.file for problem in caught.value.problems} == {"bill.csv"}


def test_every_problem_comes_at_once(bundle: Bundle) -> None:
    wrong = [row(part=str(number), quantity="1 kg", unit="box") for number in range(3)]
    with pytest.raises(InputError) as caught:
        read_bill(sheet(*wrong), bundle)
    assert len(caught.value.problems) == 6


def test_duplicate_rows_are_refused(bundle: Bundle) -> None:
    with pytest.raises(InputError, match=r"duplicate row.*first given in row 2"):
        read_bill(sheet(row(), row(quantity="5")), bundle)
    _ = read_bill(sheet(row(supplier="a"), row(supplier="b")), bundle)


def test_quantities_that_add_up_to_zero_are_refused(bundle: Bundle) -> None:
    with pytest.raises(InputError, match="add up to zero"):
        read_bill(sheet(row(quantity="0"), row(part="b", annual_volume="0")), bundle)


def test_an_unknown_material_may_be_a_gap_if_asked_for(
    bundle: Bundle, templates: Mapping[str, ProductText]
) -> None:
    rows = sheet(row(), row(part="b", mineral="unobtainium", content="1", unit_of_content="g"))
    bill = read_bill(rows, bundle, unknown="gap")
    assert "unknown material" in {gap.kind for gap in work_out(bill, templates).gaps}


def test_columns_are_known_by_other_words_and_others_are_listed(bundle: Bundle) -> None:
    head = ["Item", "QTY", "UoM", "Order number"]
    cells = {"Item": "a", "QTY": "1", "UoM": "pcs", "Order number": "7"}
    bill = read_bill(sheet(cells, head=head), bundle)
    assert bill.rows[0].unit == "piece"
    assert bill.unread == ("Order number",)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (["part", "unit"], "quantity: column is missing"),
        (["part", "quantity", "unit", "suplier"], "did you mean 'supplier'"),
        (["part", "quantity", "unit", "item"], "column given twice"),
    ],
)
def test_a_wrong_header_is_told(bundle: Bundle, head: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_bill(sheet({"part": "a", "quantity": "1", "unit": "kg"}, head=head), bundle)


# The report


def find(report: CompanyReport, mineral: str) -> MineralReport:
    return next(each for each in report.minerals if each.mineral == mineral)


def example(bundle: Bundle, register: Register, region: str = "EU27") -> CompanyReport:
    bill = read_bill(read_csv_sheet(EXAMPLES / "bill-of-a-car.csv"), bundle)
    return company_report(bill, read_products(), bundle, register, ON, region=region)


def test_the_report_joins_use_origin_controls_cover_and_price(
    bundle: Bundle, register: Register
) -> None:
    report = example(bundle, register)
    magnesium = find(report, "magnesium")
    # 7.5 kg × 20,000 × 90 % = 135 t; stock 12,000 of 150,000 kg a year: 29.2 days
    assert magnesium.amount.value == pytest.approx(135.0)
    assert magnesium.cover.value == pytest.approx(29.2)
    assert magnesium.strategic
    first = magnesium.stages[0]
    assert (first.largest.partner, first.largest.value) == ("CHN", 0.97)
    dysprosium = find(report, "dysprosium")
    assert "CN-2025-18" in {act.act for act in dysprosium.acts}
    assert any("supplier in CHN" in words for words in dysprosium.vulnerable)
    assert any(price.value for price in dysprosium.prices)
    assert {"origin", "own stock"} <= {gap.kind for gap in dysprosium.gaps}
    assert any(part.part == "Magnet N42SH" and part.acts for part in report.parts)


def test_a_report_begins_with_the_bottleneck(bundle: Bundle, register: Register) -> None:
    """Cobalt: Congo's 73 % of the world's ore, then China's 2 % of the Union's refined cobalt."""
    first, second, *_ = find(example(bundle, register), "cobalt").stages
    assert (first.stage, first.basis, first.largest.partner) == (
        "extraction",
        "world output",
        "COD",
    )
    assert (second.basis, second.largest.partner) == ("sourcing of the region", "CHN")


def test_the_acts_are_those_of_the_day(bundle: Bundle, register: Register) -> None:
    bill = read_bill(read_csv_sheet(EXAMPLES / "bill-of-a-car.csv"), bundle)
    before = company_report(
        bill, read_products(), bundle, register, datetime.date(2023, 7, 1), region="EU27"
    )
    held = find(before, "gallium").controls
    assert held.value == 0.0  # licences for gallium apply from August 2023


def test_strategic_minerals_come_first(bundle: Bundle, register: Register) -> None:
    bill = read_bill(read_workbook(EXAMPLES / "bill-of-a-turbine.xlsx"), bundle)
    assert bill.rows[0].row == 3  # the header is in row 2 of the sheet
    report = company_report(bill, read_products(), bundle, register, ON)
    strategic = [each.strategic for each in report.minerals]
    assert strategic == sorted(strategic, reverse=True)
    # 8 MW × 60 × 0.7 t × 21.5 % = 72.24 t in generators
    generator = find(report, "neodymium").lines[0]
    assert generator.tonnes.value == pytest.approx(72.24)
    assert report.unread == ("Order number",)


def test_names_and_order_do_not_matter(bundle: Bundle, register: Register) -> None:
    report = example(bundle, register)
    bill = read_bill(read_csv_sheet(EXAMPLES / "bill-of-a-car.csv"), bundle)
    turned: Bill = replace(bill, rows=tuple(reversed(bill.rows)))
    again = company_report(turned, read_products(), bundle, register, ON)
    assert [each.mineral for each in again.minerals] == [each.mineral for each in report.minerals]
    amounts = [each.amount.value for each in report.minerals]
    assert [each.amount.value for each in again.minerals] == pytest.approx(amounts)


def test_the_report_is_plain_data(bundle: Bundle, register: Register) -> None:
    report = example(bundle, register)
    data = json.loads(json.dumps(report_json(report), allow_nan=False))
    assert data["format"] == "orepact/company-report/1"
    assert len(data["minerals"]) == len(report.minerals) == mineral_table(report).height
    assert data["dataset"]["hash"] == bundle.hash
    assert all(gap["text"] for gap in data["gaps"])


def test_every_mistake_of_the_example_is_told(bundle: Bundle) -> None:
    with pytest.raises(InputError) as caught:
        read_bill(read_csv_sheet(EXAMPLES / "bill-with-mistakes.csv"), bundle)
    assert {problem.line for problem in caught.value.problems} == {2, 3, 4, 5, 6, 7}


# The templates that ship


def test_templates_name_what_exists(bundle: Bundle, register: Register) -> None:
    products = read_products()
    minerals = set(bundle.table("minerals")["mineral"])
    sources = set(read_sources()["source_id"])
    items = {form.id for form in register.forms.materials}
    for product in products.values():
        assert {content.mineral for content in contents_of(products, product.product)} <= minerals
        assert set(product.items) <= items
        amounts = (*product.contents, *product.parts)
        assert {amount.source for amount in amounts if amount.source} <= sources
        assert all(amount.reason for amount in amounts)


def test_every_content_is_an_assumption_card() -> None:
    cards = product_cards(read_products())
    names = [card.card for card in cards]
    assert len(names) == len(set(names)) > 200
    assert all(card.low <= card.value <= card.high for card in cards)


def test_no_product_outweighs_itself() -> None:
    products = read_products()
    for name, product in products.items():
        held = sum(content.tonnes.value for content in contents_of(products, name))
        assert product.unit not in {"kg", "t"} or held <= 1e-3 * (1 + 1e-9), name


def test_a_cell_holds_what_its_formula_says() -> None:
    held = {each.mineral: each.tonnes for each in contents_of(read_products(), "li-ion-cell-lfp")}
    # LiFePO4 weighs 157.76 g/mol, of which lithium 6.94; at 0.155 Ah/g and 3.2 V a kWh takes
    # 2.016 kg: 0.0887 kg of lithium, and 0.008 kg in the electrolyte.
    assert held["lithium"].value == pytest.approx(6.94 / 157.76 / 0.496e3 + 8e-6, rel=0.01)


def test_a_wafer_holds_what_its_size_says() -> None:
    held = {each.mineral: each.tonnes for each in contents_of(read_products(), "gaas-wafer-150mm")}
    grams = 3.141592653589793 * 7.5**2 * 0.0675 * 5.32
    assert held["gallium"].value == pytest.approx(1e-6 * grams * 69.72 / 144.64, rel=0.01)


def test_sectors_know_the_minerals_of_their_products() -> None:
    wind = minerals_by_sector(read_products(), "wind")
    assert "dysprosium" in wind
    assert "wind-generator-direct-drive" in wind["neodymium"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value: 30, low: 20", "value: 30, low: 35", "value outside its range"),
        ('value: 10, low: 10, high: 10, unit: "%"', "value: 1, low: 1, high: 1, unit: box",
         "unknown unit"),
        ("product: magnet, value: 2000", "product: magnt, value: 2000", "did you mean 'magnet'"),
        ("product: weak-magnet", "product: magnet", "duplicate id"),
        ("value: 25, low: 25, high: 25", "value: 101, low: 25, high: 101", "exceed the whole"),
    ],
)  # fmt: skip
def test_a_wrong_template_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    (tmp_path / "test.yaml").write_text(TEMPLATES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_products(tmp_path)


def test_a_product_cannot_be_a_part_of_itself(tmp_path: Path) -> None:
    loop = (
        "    parts:\n      - {product: motor, value: 1, low: 1, high: 1, unit: piece, reason: t}\n"
    )
    text = TEMPLATES.replace("  - product: weak-magnet", loop + "  - product: weak-magnet")
    (tmp_path / "test.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="part of itself"):
        read_products(tmp_path)


def test_the_law_is_cited_for_what_it_counts(bundle: Bundle, register: Register) -> None:
    """Article 5(1)(b) counts the Union's consumption: neither world supply nor imports alone."""
    report = example(bundle, register)
    told = [
        words for each in report.minerals for words in each.vulnerable if "5(1)(b)" in words
    ]
    of_world = [words for words in told if "of world" in words]
    of_the_union = [words for words in told if "of sourcing of the region" in words]
    assert of_world
    assert of_the_union
    assert all(words.endswith("which this is not") for words in of_world)
    magnesium = next(words for words in find(report, "magnesium").vulnerable if "97 %" in words)
    assert magnesium.endswith(
        "above the 65 % that Article 5(1)(b) sets for the Union's consumption"
    )
    abroad = example(bundle, register, region="USA")
    assert not [
        words
        for each in abroad.minerals
        for words in each.vulnerable
        if "Article 5(1)(b)" in words and not words.endswith("which this is not")
    ]


def test_an_act_that_is_not_counted_is_marked(bundle: Bundle, register: Register) -> None:
    report = example(bundle, register)
    shown = [act for each in report.minerals for act in each.acts]
    loose = {act.act for act in shown if act.kind not in RESTRICTING}
    assert loose
    page = report_html(report)
    per_mineral = sum(act.kind not in RESTRICTING for act in shown)
    per_part = sum(act.kind not in RESTRICTING for part in report.parts for act in part.acts)
    assert page.count("(not counted:") == per_mineral + per_part
    plain = report_json(report)
    assert {
        act["act"] for each in plain["minerals"] for act in each["acts"] if not act["counted"]
    } == loose


def test_a_stage_that_only_an_account_has_is_a_gap_with_its_place(
    bundle: Bundle, register: Register, tmp_path: Path
) -> None:
    path = tmp_path / "bill.csv"
    path.write_text(
        "part,quantity,unit,mineral,content,unit of content\n"
        "anode,1,t,graphite_natural,100,%\n",
        encoding="utf-8",
    )
    bill = read_bill(read_csv_sheet(path), bundle)
    report = company_report(bill, read_products(), bundle, register, ON, region="EU27")
    (gap,) = (gap for gap in report.minerals[0].gaps if "processed" in gap.text)
    assert gap.suggestion == (
        "balanced account (grade C): orepact assess dependence graphite_natural"
    )
