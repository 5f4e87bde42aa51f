"""Verdicts on claims: each measure, each verdict and each edge of the tolerance, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.data.bundle import Bundle, read_bundle
from orepact.studies.claims.check import Span, Verdict, check_claims, range_of
from orepact.studies.claims.figure import Figure, Gap, material_for
from orepact.studies.claims.file import Claim, Definition
from orepact.studies.claims.measure import compute
from tests.indicators.conftest import ALL, Rows, write_tables

EVENTS: Rows = [
    {"event": "before", "date": "2021-01", "low": 2000.0, "high": 2000.0, "usd_per_t": 2000.0},
    {"event": "after", "date": "2021-10", "low": 10000.0, "high": 14000.0, "usd_per_t": 12000.0},
]
STATISTICS: Rows = [
    {"mineral": "antimony", "statistic": "reliance", "year": 2024, "value": 86.0},
    {"mineral": "gallium", "statistic": "reliance", "year": 2024, "value": 100.0},
    {
        "mineral": "tungsten",
        "statistic": "reliance",
        "year": 2024,
        "value": 50.0,
        "printed": ">50",
        "flag": "lower_bound",
    },
]
MINERALS: Rows = [
    {"mineral": name, "us_critical_2025": "no" if name == "gallium" else "yes"}
    for name in ("antimony", "gallium", "tungsten")
]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Return the tiny dataset with prices, statistics and minerals, all in one vintage."""
    tables = {name: rows for name, rows in ALL.items() if name != "vintages"}
    more = {"price_events": EVENTS, "us_statistics": STATISTICS, "minerals": MINERALS}
    return read_bundle(write_tables(tmp_path_factory.mktemp("claims") / "d", {**tables, **more}))


def claim(**fields: Any) -> Claim:
    return Claim(**{"claim": "c", "statement": "s", "asserted_by": "somebody", **fields})


def judge(bundle: Bundle, definition: Definition, **fields: Any) -> Verdict:
    (verdict,) = check_claims(bundle, [claim(compute=definition, **fields)])
    return verdict


def value(bundle: Bundle, definition: Definition) -> float:
    found = compute(material_for(bundle, [claim(compute=definition)]), definition)
    assert isinstance(found, Figure), found
    return found.value


EC = Definition(
    measure="sourcing_share", importer="EU27", mineral="magnesium", origin="CHN", kind="ec_study"
)
OUTPUT = Definition(
    measure="production", mineral="antimony", stage="refined", country="CHN", year=2024
)
BEFORE = Definition(
    measure="figure",
    table="price_events",
    column="usd_per_t",
    unit="USD/t",
    where={"event": "before"},
)
AFTER = Definition(
    measure="figure",
    table="price_events",
    column="usd_per_t",
    unit="USD/t",
    where={"event": "after"},
)
IMPORTS = Definition(measure="imports", importer="EU27", code="810411", year=2024, by="quantity")

MEASURES: list[tuple[Definition, float]] = [
    (EC, 0.97),
    (OUTPUT, 60.0),
    (
        Definition(
            measure="production_share",
            mineral="gallium",
            stage="refined",
            country="CHN",
            year=2025,
        ),
        900 / 909,
    ),
    (
        Definition(measure="production_hhi", mineral="gallium", stage="refined", year=2025),
        (900**2 + 6**2 + 3**2) / 909**2,
    ),
    (IMPORTS, 100.0),
    (
        Definition(
            measure="imports",
            importer="EU27",
            code="810411",
            year=2024,
            by="value",
            origin="CHN",
        ),
        120_000.0,
    ),
    (
        Definition(
            measure="import_share",
            importer="EU27",
            origin="CHN",
            code="810411",
            year=2024,
            by="quantity",
        ),
        0.8,
    ),
    (
        Definition(measure="import_hhi", importer="EU27", code="810411", year=2024, by="quantity"),
        0.8**2 + 0.2**2,
    ),
    (Definition(measure="ratio", of=AFTER, to=BEFORE), 6.0),
    (Definition(measure="change", of=AFTER, to=BEFORE), 5.0),
    (Definition(measure="remainder", of=BEFORE, to=AFTER), 1 - 2000 / 12000),
    (
        Definition(
            measure="count", table="us_statistics", column="mineral", where={"value": ">= 50"}
        ),
        3.0,
    ),
    (
        Definition(
            measure="count",
            table="us_statistics",
            column="mineral",
            where={"value": ">= 50 and < 100"},
            among="us_critical_2025",
        ),
        2.0,
    ),
    (
        Definition(
            measure="figure",
            table="us_statistics",
            column="value",
            unit="%",
            reduce="mean",
            where={"mineral": "!= tungsten", "statistic": "~ relia"},
        ),
        0.93,
    ),
]


@pytest.mark.parametrize(("definition", "expected"), MEASURES, ids=lambda each: str(each)[:40])
def test_every_measure_gives_what_the_hand_gives(
    bundle: Bundle, definition: Definition, expected: float
) -> None:
    assert value(bundle, definition) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (
            Definition(
                measure="production", mineral="antimony", stage="refined", country="USA", year=2024
            ),
            "withheld",
        ),
        (
            Definition(
                measure="production", mineral="antimony", stage="mine", country="CHN", year=2024
            ),
            "no mine output",
        ),
        (
            Definition(
                measure="production_share",
                mineral="antimony",
                stage="refined",
                country="USA",
                year=2024,
            ),
            "at most 14 %",
        ),
        (
            Definition(
                measure="sourcing_share", importer="EU27", mineral="magnesium", origin="CHN"
            ),
            "3 figures fit",
        ),
        (
            Definition(
                measure="sourcing_share", importer="EU27", mineral="magnesium", origin="VNM"
            ),
            "not among the places named",
        ),
        (
            Definition(measure="sourcing_share", importer="USA", mineral="magnesium", origin="CHN"),
            "no figure",
        ),
        (
            Definition(
                measure="imports",
                importer="EU27",
                code="810411",
                year=2024,
                by="quantity",
                origin="VNM",
            ),
            "no EU27 imports",
        ),
        (
            Definition(measure="figure", table="price_events", column="usd_per_t", unit="USD/t"),
            "2 rows",
        ),
        (Definition(measure="figure", table="prices", column="price"), "no table prices"),
        (Definition(measure="figure", table="price_events", column="prise"), "no column prise"),
        (Definition(measure="ratio", of=OUTPUT, to=BEFORE), "cannot be divided"),
    ],
)
def test_what_is_missing_is_named(bundle: Bundle, definition: Definition, words: str) -> None:
    found = compute(material_for(bundle, [claim(compute=definition)]), definition)
    assert isinstance(found, Gap)
    assert words in found.missing


@pytest.mark.parametrize(
    ("number", "verdict"),
    [(97, "supported"), (96.6, "supported"), (96, "outside range"), (98, "outside range")],
)
def test_whole_per_cents_beside_each_other_do_not_meet(
    bundle: Bundle, number: float, verdict: str
) -> None:
    assert judge(bundle, EC, value=number).verdict == verdict


@pytest.mark.parametrize(
    ("fields", "low", "high"),
    [
        ({"value": 97}, 0.965, 0.975),
        ({"value": 96.8}, 0.9675, 0.9685),
        ({"value": 18_000, "unit": "t"}, 17_500, 18_500),
        ({"value": 18_000, "unit": "t", "qualifier": "up to"}, 9_000, 18_500),
        ({"value": 18_000, "unit": "t", "qualifier": "more than"}, 17_500, 36_000),
        ({"value": 20_000, "unit": "t", "qualifier": "about"}, 19_000, 21_000),
        ({"value": 10, "qualifier": "about"}, 0.095, 0.105),
        ({"low": 69, "high": 74}, 0.685, 0.745),
        ({"value": 9, "unit": "USD/kg"}, 8_500, 9_500),
        ({"value": -74}, -0.745, -0.735),
        ({"value": 2, "unit": "times"}, 1.5, 2.5),
    ],
)
def test_the_range_of_a_claim(fields: dict[str, Any], low: float, high: float) -> None:
    span = range_of(claim(**fields))
    assert span is not None
    assert (span.low, span.high) == (pytest.approx(low), pytest.approx(high))


def test_a_unit_of_no_table_has_no_range() -> None:
    assert range_of(claim(value=0.5, unit="t/MW")) is None


def test_a_number_on_the_edge_belongs_to_the_range() -> None:
    span = Span(0.5, 1.5)
    assert span.meets(1.5, 1.5)
    assert not span.meets(1.5, 2.5)
    assert span.meets(1.5 - 1e-6, 2.5)


def test_a_withheld_figure_decides_nothing(bundle: Bundle) -> None:
    # 80 % of what is named; what the withheld country makes could bring it down to any share.
    share = Definition(
        measure="production_share", mineral="tungsten", stage="refined", country="CHN", year=2024
    )
    assert judge(bundle, share, value=80).verdict == "supported"
    verdict = judge(bundle, share, value=60)
    assert (verdict.verdict, verdict.missing) == ("cannot tell", "withheld figures decide")
    assert judge(bundle, share, value=95).verdict == "outside range"


def test_a_printed_bound_is_no_figure(bundle: Bundle) -> None:
    bound = Definition(
        measure="figure",
        table="us_statistics",
        column="value",
        unit="%",
        where={"mineral": "tungsten"},
    )
    assert judge(bundle, bound, value=90).verdict == "cannot tell"
    assert judge(bundle, bound, value=30).verdict == "outside range"


def test_a_basket_is_an_upper_limit_for_the_mineral_alone(bundle: Bundle) -> None:
    code = {"importer": "EU27", "code": "811292", "year": 2024, "by": "quantity", "origin": "CHN"}
    of_the_code = Definition(measure="imports", **code)
    of_gallium = Definition(measure="imports", mineral="gallium", **code)
    assert judge(bundle, of_the_code, value=20, unit="t").verdict == "outside range"
    verdict = judge(bundle, of_gallium, value=20, unit="t")
    assert verdict.verdict == "cannot tell"
    assert "upper limit" in verdict.missing
    assert judge(bundle, of_gallium, value=90, unit="t").verdict == "outside range"


def test_a_figure_in_another_unit_is_no_answer(bundle: Bundle) -> None:
    assert judge(bundle, OUTPUT, value=60).verdict == "cannot tell"
    assert judge(bundle, OUTPUT, value=0.06, unit="kt").verdict == "supported"


def test_the_definition_that_reproduces_a_claim_is_found(bundle: Bundle) -> None:
    verdict = judge(bundle, EC, value=91.9, mineral="magnesium")
    assert verdict.verdict == "outside range"
    (found,) = verdict.reproduced_by
    assert (found.definition.kind, found.definition.by) == ("customs", "value")
    assert verdict.tried == 4  # two customs shares; imports by quantity and by value
    assert verdict.nearest is None


def test_without_a_match_the_nearest_definition_is_named(bundle: Bundle) -> None:
    verdict = judge(bundle, EC, value=85, mineral="magnesium")
    assert not verdict.reproduced_by
    assert verdict.nearest is not None
    assert verdict.nearest.figure.value == pytest.approx(0.8)


def test_the_first_edition_reproduces_what_was_revised(bundle: Bundle) -> None:
    asked = Definition(
        measure="production", mineral="cobalt", stage="refined", country="COD", year=2022
    )
    verdict = judge(bundle, asked, value=130, unit="t")
    assert verdict.verdict == "outside range"
    assert [each.definition.edition for each in verdict.reproduced_by] == ["MCS2023"]


def test_statements_with_other_numbers_are_listed_and_never_averaged(bundle: Bundle) -> None:
    said = [
        claim(claim="a", value=97, group="g", compute=EC),
        claim(claim="b", value=97, group="g", compute=EC),
        claim(claim="c", value=95, group="g", compute=EC),
        claim(claim="d", value=98, qualifier="up to", group="g", compute=EC),
        claim(claim="e", value=95, group="other", compute=EC),
    ]
    listed = {
        v.claim.claim: [each.claim for each in v.conflicts] for v in check_claims(bundle, said)
    }
    assert listed == {
        "a": ["c", "d"],
        "b": ["c", "d"],
        "c": ["a", "b", "d"],
        "d": ["a", "b", "c"],
        "e": [],
    }


def test_a_figure_of_the_publisher_itself_is_marked(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "d", {"sourcing": ALL["sourcing"]})
    header = "source_id,publisher,title,edition,licence,licence_status,url,note\n"
    row = "EC-CRM-2023,European Commission,Study,2023,CC BY 4.0,confirmed,https://example.org/ec,\n"
    (folder / "sources.csv").write_text(header + row, encoding="utf-8")
    bundle = read_bundle(folder)
    assert judge(bundle, EC, value=97, source="EC-CRM-2023").own_source
    assert judge(bundle, EC, value=97, url="https://example.org/ec").own_source
    verdict = judge(bundle, EC, value=97, source="AUDITORS")
    assert not verdict.own_source
    assert [each.licence_status for each in verdict.chain] == ["confirmed"]


def test_an_older_vintage_may_not_tell(tiny_folder: Path) -> None:
    asked = Definition(
        measure="production", mineral="cobalt", stage="refined", country="COD", year=2022
    )
    now = read_bundle(tiny_folder, "2026.11")
    then = read_bundle(tiny_folder, "2025.02")
    assert value(now, asked) == 144.0
    assert value(then, asked) == 130.0
    gallium = Definition(
        measure="production", mineral="gallium", stage="refined", country="CHN", year=2025
    )
    assert judge(then, gallium, value=900, unit="t").verdict == "cannot tell"


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    return write_tables(tmp_path / "tiny", ALL)


@given(number=st.floats(min_value=0.1, max_value=1e6))
def test_a_claim_of_what_the_table_prints_is_never_outside(
    tmp_path_factory: pytest.TempPathFactory, number: float
) -> None:
    printed = float(f"{number:.3g}")
    rows: Rows = [{"event": "e", "date": "2024", "usd_per_t": printed}]
    bundle = read_bundle(write_tables(tmp_path_factory.mktemp("p") / "d", {"price_events": rows}))
    asked = Definition(measure="figure", table="price_events", column="usd_per_t", unit="USD/t")
    assert judge(bundle, asked, value=printed, unit="USD/t").verdict == "supported"
