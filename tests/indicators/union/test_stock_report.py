"""Stock reports: both shapes of the file, every problem at once, holes shown as holes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError
from orepact.indicators.figure import Figure
from orepact.indicators.union.stock_csv import read_stocks
from orepact.indicators.union.stock_report import REASONS, StockReport, basis_of
from orepact.indicators.union.stock_table import annual_use, days_of_use, stock_figures, stock_table
from orepact.indicators.union.strategic import read_strategic
from orepact.indicators.union.union_capacity import consumption
from orepact.network import read_world
from tests.indicators.union.conftest import TABLES_OF_TOY, toy_world, write_bundle

HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to"
YAML = (HOW_TO / "stocks.yaml").read_text(encoding="utf-8")
CSV = (HOW_TO / "stocks.csv").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle()


Read = Callable[[str], StockReport]


@pytest.fixture
def read(tmp_path: Path, bundle: Bundle) -> Read:
    def from_text(text: str) -> StockReport:
        path = tmp_path / ("stocks.yaml" if text.startswith("format") else "stocks.csv")
        path.write_text(text, encoding="utf-8")
        return read_stocks(path, bundle)

    return from_text


def figures_of(figures: list[Figure], indicator: str) -> dict[str, Figure]:
    return {f"{f.mineral} {f.form}": f for f in figures if f.indicator == indicator}


def test_the_example_in_the_docs_by_hand(bundle: Bundle) -> None:
    report = read_stocks(HOW_TO / "stocks.yaml", bundle)
    figures = stock_figures(report, bundle)
    level, share, days = (
        figures_of(figures, name) for name in ("stock level", "share of annual use", "days of use")
    )
    # 1000 t of paratungstate hold 701.8 t of tungsten; 3509 t are used a year
    assert level["tungsten apt"].value == pytest.approx(701.8)
    assert share["tungsten apt"].value == pytest.approx(0.2)
    assert days["tungsten apt"].value == pytest.approx(73.0)


def test_a_withheld_level_is_no_zero_and_no_part_of_a_sum(bundle: Bundle) -> None:
    report = read_stocks(HOW_TO / "stocks.yaml", bundle)
    level = figures_of(stock_figures(report, bundle), "stock level")
    hidden, whole = level["tungsten powder"], level["tungsten all stocks"]
    assert (hidden.value, hidden.low, hidden.high) == (None, None, None)
    assert hidden.missing == "powder withheld: defence (Art. 22(1))"
    assert (whole.value, whole.low, whole.high) == (None, pytest.approx(701.8), None)
    days = figures_of(stock_figures(report, bundle), "days of use")["tungsten all stocks"]
    assert (days.value, days.low) == (None, pytest.approx(73.0))


def test_the_table_shows_holes_as_holes(bundle: Bundle) -> None:
    table = stock_table(read_stocks(HOW_TO / "stocks.yaml", bundle), bundle)
    apt, powder = table.to_dicts()
    assert (apt["tonnes"], apt["share_of_use"], apt["days_of_use"]) == ("1,000", "0.2", "73")
    assert [apt[year] for year in ("2021", "2023", "2025")] == ["0", "200", "900"]
    assert powder["tonnes"] == powder["days_of_use"] == powder["2024"] == "withheld: defence"
    assert powder["access"] == "not recorded"
    assert (apt["annual_use"], apt["use_grade"]) == ("3,509", "")
    assert apt["use_source"] == "report:own survey of users"
    assert "classified, no ground of Art. 22 for this field" in powder["withheld"]
    assert "business_secret, Art. 22(2)(c)" in powder["withheld"]
    assert "0" not in {powder[name] for name in ("tonnes", "content", "share_of_use", "2021")}


def test_the_flat_table_reads_the_same(bundle: Bundle) -> None:
    report = read_stocks(HOW_TO / "stocks.csv", bundle)
    ingot, oxide = report.stocks
    assert (report.region, ingot.tonnes, ingot.content) == ("FRA", 12.0, 1.0)
    assert [level.tonnes for level in ingot.history] == [10.0, 10.0, 8.0, None, None]
    assert {one.field: one.reason for one in oxide.withheld}["location"] == "classified"
    assert stock_table(report, bundle)["tonnes"].to_list() == ["12", "withheld: national_security"]


def test_a_stock_of_zero_is_zero(read: Read, bundle: Bundle) -> None:
    report = read(YAML.replace("tonnes: 1000", "tonnes: 0"))
    level = figures_of(stock_figures(report, bundle), "stock level")["tungsten apt"]
    assert (level.value, level.missing) == (0.0, "")
    assert stock_table(report, bundle)["tonnes"][0] == "0"


def test_use_comes_from_the_report_the_account_or_is_missing(tmp_path: Path, read: Read) -> None:
    toy = write_bundle(tmp_path / "toy", TABLES_OF_TOY)
    report = read(YAML.partition("use:\n")[0].replace("region: DEU", "region: EU27"))
    missing = annual_use(report, toy, "tungsten")
    assert (missing.value, missing.missing) == (
        None,
        "no use of tungsten in EU27: add it under use",
    )
    days = figures_of(stock_figures(report, toy), "days of use")["tungsten apt"]
    assert (days.value, days.missing) == (None, missing.missing)
    world = toy_world()
    world.chains["toy"].text.mineral = "gallium"
    assert annual_use(report, toy, "gallium", world).value == pytest.approx(120.0)


def test_use_of_the_dataset_is_consumption_or_a_single_estimate(bundle: Bundle, read: Read) -> None:
    report = read(YAML.partition("use:\n")[0].replace("region: DEU", "region: EU27"))
    assert annual_use(report, bundle, "magnesium").value == 160_000.0
    world = read_world()
    entry = read_strategic().material("tungsten")
    used = annual_use(report, bundle, "tungsten", world)
    assert used.value == consumption(world, entry, "EU27").value
    days = figures_of(stock_figures(report, bundle, world), "days of use")["tungsten apt"]
    assert used.value is not None
    assert days.value == pytest.approx(365 * 701.8 / used.value)
    assert days.low is not None
    assert days.high is not None
    assert days.low < days.value < days.high


@given(st.floats(0.0, 1e6), st.floats(0.001, 1e6))
def test_days_are_proportional_to_the_stock(stock: float, use: float) -> None:
    assert days_of_use(use, use) == pytest.approx(365.0)
    assert days_of_use(2 * stock, use) == pytest.approx(2 * days_of_use(stock, use))


@pytest.mark.parametrize(
    ("field", "reason", "ground"),
    [
        ("tonnes", "defence", "Art. 22(1)"),
        ("release_rules", "national_security", "Art. 22(1)"),
        ("release_rules", "classified", "Art. 22(2)(c)"),
        ("tonnes", "business_secret", "no ground of Art. 22 for this field"),
        ("access", "not_recorded", ""),
    ],
)
def test_grounds_of_the_law(field: str, reason: str, ground: str) -> None:
    assert reason in REASONS
    assert basis_of(field, reason) == ground


def problems(read: Read, text: str) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        _ = read(text)
    assert all(problem.line for problem in caught.value.problems)
    return {problem.field: str(problem) for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("mineral: tungsten\n    owner: public", "mineral: tungstn\n    owner: public",
         "stocks.0.mineral", "did you mean 'tungsten'"),
        ("region: DEU", "region: DUE", "region", "unknown region"),
        ("location: DEU", "location: Berlin", "stocks.0.location", "unknown country"),
        ("    tonnes: 1000\n", "", "stocks.0.tonnes", "neither given nor withheld"),
        ("    content: 0.7018\n", "", "stocks.0.content", "no content"),
        ("tonnes: 1000", "tonnes: -1", "stocks.0.tonnes", "out of range"),
        ("tonnes: 1000", "tonnes: many", "stocks.0.tonnes", "not a number"),
        ("content: 0.7018", "content: 70.18", "stocks.0.content", "out of range"),
        ("{year: 2021, tonnes: 0}", "{year: 2020, tonnes: 0}",
         "stocks.0.history.0.year", "2021 to 2025"),
        ("      - {year: 2023, tonnes: 200}\n", "", "stocks.0.history", "years are missing"),
        ("{year: 2022, tonnes: 0}", "{year: 2021, tonnes: 0}",
         "stocks.0.history.1.year", "year given twice"),
        ("{year: 2025, tonnes: 900}", "{year: 2025}", "stocks.0.history.4", "given or withheld"),
        ("reason: classified", "reason: shame", "stocks.1.withheld.2.reason", "one of"),
        ("why: Secret by order of the ministry.", 'why: ""',
         "stocks.1.withheld.2.why", "empty text"),
        ("field: location", "field: tonnes", "stocks.1.withheld", "withheld twice"),
        ("stock: powder", "stock: apt", "stocks.1.stock", "duplicate stock"),
        ("    content: 1.0\n", "    content: 1.0\n    tonnes: 5\n",
         "stocks.1.tonnes", "given and withheld"),
        ("owner: mandated_operator", "owner: nobody", "stocks.1.owner", "mandated_operator"),
        ("as_of: 2026-06-30", "as_of: June", "as_of", "not a day"),
        ("use:\n", "uses:\n", "uses", "did you mean 'use'"),
        ("tonnes_per_year: 3509", "tonnes_per_year: 0", "use.0.tonnes_per_year", "out of range"),
    ],
)  # fmt: skip
def test_a_wrong_report_is_told_where(
    read: Read, old: str, new: str, field: str, words: str
) -> None:
    assert old in YAML
    found = problems(read, YAML.replace(old, new, 1))
    assert field in found, found
    assert words in found[field]


def test_all_problems_at_once(read: Read) -> None:
    text = YAML.replace("region: DEU", "region: DUE").replace("tungsten\n", "tungstn\n")
    assert {"region", "stocks.0.mineral", "stocks.1.mineral"} <= set(problems(read, text))


def test_a_report_without_stocks_is_refused(read: Read) -> None:
    text = "format: orepact/stocks/1\nregion: DEU\nas_of: 2026-06-30\nstocks: []\n"
    assert "no stock is reported" in problems(read, text)["stocks"]


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("2026,12,,", "2026,-12,,", "tonnes", "negative"),
        ("2026,12,,", "2027,12,,", "year", "one row with year 2026"),
        ("2026,12,,", "2026,,,", "tonnes", "neither given nor withheld"),
        ("ingot,gallium,private,metal ingot", "ingot,galium,private,metal ingot",
         "mineral", "did you mean 'gallium'"),
        ("gallium,private,metal ingot", "gallium,mine,metal ingot", "owner", "unknown owner"),
        ("location:classified", "location:secret", "withheld", "unknown reason"),
        ("location:classified", "place:classified", "withheld", "unknown field"),
        (",notified in 2026", ",", "why", "value is missing"),
        ("2022,,not_recorded,", "2022,,,", "history", "given or withheld"),
        ("2022,,not_recorded,", "2022,,lost,", "withheld", "unknown reason"),
        ("0.6942", "6.942", "content", "not a fraction"),
        ("FRA,2026-06-30,oxide", "ESP,2026-06-30,oxide", "region", "differs"),
        ("region,as_of", "region,asof", "as_of", "column is missing"),
    ],
)  # fmt: skip
def test_a_wrong_flat_table_is_told_where(
    read: Read, old: str, new: str, field: str, words: str
) -> None:
    assert old in CSV
    with pytest.raises(InputError) as caught:
        _ = read(CSV.replace(old, new, 1))
    assert any(p.field == field and words in str(p) for p in caught.value.problems), str(
        caught.value
    )


def test_an_empty_flat_table_is_refused(read: Read) -> None:
    with pytest.raises(InputError, match="no stock is reported"):
        _ = read(CSV.splitlines()[0] + "\n")
