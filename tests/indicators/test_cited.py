"""Shares of all minerals at once are those of each mineral by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orepact.data.bundle import WORLD_FOLDER, Bundle, read_bundle
from orepact.indicators.dependence.supplier_dependence import suppliers_of
from orepact.indicators.tables.cited import cited_shares
from orepact.indicators.tables.sourcing import sourcing_shares, supply_shares


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle()


def test_every_row_of_the_tables_is_a_share(bundle: Bundle) -> None:
    for name in ("sourcing", "global_supply"):
        assert cited_shares(bundle, name).height == bundle.table(name).height


def test_what_is_not_named_is_what_the_named_leave_of_one(bundle: Bundle) -> None:
    rows = sourcing_shares(bundle, "EU27", "gallium", stage="processing")
    printed = bundle.table("sourcing").filter(
        importer="E27", mineral="gallium", stage="processing", kind="ec_study"
    )
    named = sum(
        share for place, share in printed["origin", "share"].iter_rows() if place not in {"OTH", ""}
    )
    assert rows["unmapped"].to_list() == pytest.approx([max(0.0, 1.0 - named)] * rows.height)


def test_a_printed_share_lies_within_half_a_unit_of_its_last_digit(bundle: Bundle) -> None:
    rows = supply_shares(bundle, "gallium", stage="processing", source="EC-CRM-2023")
    china = rows.filter(country="CHN").row(0, named=True)
    assert (china["value"], china["low"], china["high"]) == pytest.approx((0.938, 0.9375, 0.9385))


def test_customs_shares_do_not_know_the_part_of_a_basket(bundle: Bundle) -> None:
    rows = sourcing_shares(bundle, "EU27", "gallium", kind="customs")
    assert not rows.is_empty()
    assert set(rows["kind"]) == {"customs share"}


def test_a_dataset_without_shares_has_no_suppliers(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    for name in ("minerals", "countries"):
        _ = shutil.copy(WORLD_FOLDER / "tables" / f"{name}.csv", tmp_path / "tables")
    bundle = read_bundle(tmp_path)
    assert suppliers_of(bundle, "gallium", "EU27") == ()
    assert sourcing_shares(bundle, "EU27", "gallium").is_empty()
    assert supply_shares(bundle, "gallium").is_empty()
