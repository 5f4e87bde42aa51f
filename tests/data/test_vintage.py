"""A vintage uses what was known then, no later edition; the preferred edition follows one rule."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from orepact.data.bundle import WORLD_FOLDER, Bundle, read_bundle
from orepact.data.dataset.schemas import TABLES
from orepact.data.dataset.vintage import Rule, Vintage, prefer, restrict, vintages_of
from orepact.errors import InputError
from orepact.indicators.tables.changes import changed_results, changed_rows, headlines, row_counts
from orepact.indicators.tables.shares import production_shares

KNOWN_THEN = {
    "USGS-MCS-2023",
    "USGS-MCS-2024",
    "USGS-MCS-2025",
    "BGS-WMS-2023",
}


def test_the_newest_vintage_holds_every_row(bundle: Bundle) -> None:
    for name, schema in TABLES.items():
        rows = 0
        for folder in (WORLD_FOLDER, WORLD_FOLDER / "to_confirm"):
            path = folder / "tables" / schema.file
            if path.is_file():
                frame = (
                    pl.read_parquet(path)
                    if schema.parquet
                    else pl.read_csv(path, infer_schema=False)
                )
                rows += frame.height
        assert bundle.table(name).height == rows, name


def test_the_older_vintage_uses_older_editions(older: Bundle) -> None:
    production = older.table("production")
    assert set(production["source"]) == KNOWN_THEN
    assert production["year"].max() == 2024
    assert older.table("trade")["year"].max() == 2023
    assert older.table("sourcing").height > 0
    assert not older.table("sourcing").filter(pl.col("source") == "USGS-MCS-2026").height
    assert older.table("prices")["date"].max() == "2025-01"
    assert older.table("us_statistics").is_empty()


def test_a_vintage_says_what_it_can_not_carry(older: Bundle, bundle: Bundle) -> None:
    assert any("revisions" in each for each in older.known.limits)
    assert bundle.known.limits == ()


def test_an_unknown_vintage_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"did you mean '2026\.11'"):
        _ = read_bundle(vintage="2026.1")


def test_no_row_of_an_older_vintage_names_a_later_edition(older: Bundle) -> None:
    late = {"USGS-MCS-2026", "BGS-WMS-2026-SHARES", "USGS-OFR-2025-1047", "NRCAN-CM-2026"}
    for name in older.names:
        frame = older.table(name)
        if "source" in frame.columns and name not in {"vintages", "world_totals"}:
            assert not set(frame["source"]) & late, name


def test_the_rule_gives_the_editions_that_the_file_marks(bundle: Bundle) -> None:
    parts = [
        pl.read_csv(folder / "tables" / "production.csv", infer_schema=False)
        for folder in (WORLD_FOLDER, WORLD_FOLDER / "to_confirm")
    ]
    assert bundle.table("production")["preferred"].equals(pl.concat(parts)["preferred"])


@pytest.mark.parametrize("name", ["2025.02", "2026.11"])
def test_one_year_never_mixes_two_sources(name: str) -> None:
    rows = read_bundle(vintage=name).table("production").filter(pl.col("preferred") == "1")
    assert rows.height > 0
    mixed = rows.group_by("mineral", "stage", "year").agg(
        pl.struct("source", "edition").n_unique().alias("editions")
    )
    assert mixed["editions"].max() == 1


def row(source: str, edition: str, country: str, quantity: float | None) -> dict[str, object]:
    return {
        "mineral": "zinc",
        "stage": "mine",
        "country": country,
        "year": 2022,
        "quantity": quantity,
        "source": source,
        "edition": edition,
        "preferred": "0",
    }


def preferred(*rows: dict[str, object], to_confirm: frozenset[str] = frozenset()) -> set[str]:
    frame = prefer(pl.DataFrame(list(rows)), to_confirm)
    return set(frame.filter(pl.col("preferred") == "1")["edition"])


def test_a_later_edition_beats_an_earlier_one() -> None:
    assert preferred(row("A", "E2023", "CHN", 1.0), row("B", "E2024", "CHN", 2.0)) == {"E2024"}


def test_a_confirmed_licence_beats_a_later_edition_to_confirm() -> None:
    rows = (row("A", "E2023", "CHN", 1.0), row("B", "E2024", "CHN", 2.0))
    assert preferred(*rows, to_confirm=frozenset({"B"})) == {"E2023"}


def test_an_edition_without_a_figure_for_a_country_is_never_preferred() -> None:
    rows = (row("A", "E2023", "CHN", 1.0), row("A", "E2024", "USA", None))
    assert preferred(*rows, row("A", "E2024", "WLD", 5.0)) == {"E2023"}
    assert preferred(row("A", "E2024", "WLD", 5.0)) == set()


def test_the_older_vintage_prefers_what_was_known(older: Bundle) -> None:
    rows = older.table("production").filter(
        (pl.col("mineral") == "antimony")
        & (pl.col("year") == 2023)
        & (pl.col("country") == "CHN")
        & (pl.col("preferred") == "1")
    )
    assert rows["edition"].to_list() == ["MCS2025"]


SPANS = {
    "2020": True,
    "2023": True,
    "2024": False,
    "2016-2020": True,
    "2021-2024": False,
    "2023-12": True,
    "2024-01-02": False,
    "": True,
}


@pytest.mark.parametrize("period", SPANS)
def test_periods_end_before_the_last_year(period: str) -> None:
    rule = Rule("", "", "2023", "")
    frame = pl.DataFrame({"date": [period]})
    kept = restrict(frame, TABLES["facts"], Vintage("v", "", {"facts": (rule,)}))
    assert (kept.height == 1) is SPANS[period]


def test_vintages_are_in_order_of_time() -> None:
    frame = pl.read_csv(WORLD_FOLDER / "tables" / "vintages.csv", infer_schema=False).fill_null("")
    assert list(vintages_of(frame)) == ["2025.02", "2026.11"]


def test_the_difference_of_two_vintages_shows_results_first(older: Bundle, bundle: Bundle) -> None:
    results = changed_results(older, bundle)
    antimony = results.filter((pl.col("mineral") == "antimony") & (pl.col("year") == 2024))
    share = antimony.row(0, named=True)
    assert (share["edition_old"], share["edition_new"]) == ("MCS2025", "MCS2026")
    # 60,000 t of 103,960 t, the sum of the countries, which is above the printed 100,000 t
    assert round(share["largest_share_old"], 3) == 0.577
    assert round(share["largest_share_new"], 3) == 0.336
    assert (share["total_old"], share["total_new"]) == ("country sum", "printed total")
    moves = (results["largest_share_new"] - results["largest_share_old"]).abs().to_list()
    first = (results["largest_old"] == results["largest_new"]).to_list()
    assert first == sorted(first)
    assert moves[first.index(True) :] == sorted(moves[first.index(True) :], reverse=True)


def test_a_share_is_the_one_of_every_other_verb(older: Bundle, bundle: Bundle) -> None:
    row = (
        changed_results(older, bundle)
        .filter((pl.col("mineral") == "rare_earths") & (pl.col("year") == 2024))
        .row(0, named=True)
    )
    shares = production_shares(bundle, "rare_earths", "mine", 2024)
    china = shares.filter(pl.col("country") == "CHN").row(0, named=True)
    assert row["largest_share_new"] == china["value"] == 270_000 / 384_000
    assert row["total_new"] == china["total"] == "country sum"


def test_no_difference_between_equal_vintages(bundle: Bundle) -> None:
    assert changed_results(bundle, bundle).is_empty()
    assert row_counts(bundle, bundle).is_empty()


def test_a_headline_follows_from_its_rows(bundle: Bundle) -> None:
    # China 40,000 t of 119,000 t; 0.2644 is the sum of the squared shares of the named countries
    line = (
        headlines(bundle)
        .filter((pl.col("mineral") == "antimony") & (pl.col("year") == 2024))
        .row(0, named=True)
    )
    rows = bundle.table("production").filter(
        (pl.col("mineral") == "antimony")
        & (pl.col("year") == 2024)
        & (pl.col("edition") == "MCS2026")
        & ~pl.col("country").is_in(["WLD", "OTH"])
    )
    squares = sum((float(each) / 119_000.0) ** 2 for each in rows["quantity"].drop_nulls())
    assert line["largest"] == "CHN"
    assert line["largest_share"] == pytest.approx(40_000.0 / 119_000.0)
    assert line["hhi"] == pytest.approx(squares)


def test_rows_added_changed_and_removed(small: Path) -> None:
    old = read_bundle(small)
    _ = old.table("production")
    path = small / "tables" / "production.csv"
    text = path.read_text(encoding="utf-8")
    text = text.replace("CHN,2020,10", "CHN,2020,11").replace("zinc,mine,USA", "zinc,mine,AUS")
    _ = path.write_text(text, encoding="utf-8")
    rows = changed_rows(old, read_bundle(small), "production")
    assert dict(rows.select("country", "change").iter_rows()) == {
        "AUS": "added",
        "CHN": "changed",
        "USA": "removed",
    }
    assert row_counts(old, read_bundle(small)).row(0) == ("production", 1, 1, 1)
