"""Exports are read back by the tools of others and lose no figure in silence."""

from __future__ import annotations

import csv
import io
from typing import Any

import polars as pl
import pytest
from sdmx.model import common, v30
from sdmx.reader.csv import Reader

from orepact.data.bundle import Bundle
from orepact.data.dataset.editions import rows_of
from orepact.data.dataset.exchange import VALUES, export, iamc, sdmx_csv, sdmx_structure
from orepact.errors import InputError


def structure(table: str) -> v30.DataStructureDefinition:
    """Return the data structure of a table as a reader of SDMX needs it."""
    _, dimensions, attributes = sdmx_structure(table)
    result = v30.DataStructureDefinition(id=table.upper())
    for name in dimensions:
        result.dimensions.append(common.Dimension(id=name))
    result.measures.append(v30.Measure(id="OBS_VALUE"))
    for name in attributes:
        result.attributes.append(common.DataAttribute(id=name))
    return result


def read_back(text: str, table: str) -> list[Any]:
    message = Reader().convert(io.BytesIO(text.encode("utf-8")), structure=structure(table))
    return [each for data in message.data for each in data.obs]


@pytest.mark.parametrize("table", sorted({*VALUES} - {"trade", "governance"}))
def test_sdmx_csv_is_read_back_whole(bundle: Bundle, table: str) -> None:
    rows = rows_of(bundle, table, mineral="gallium" if table != "unit_values" else "antimony")
    sheet = sdmx_csv(rows, table)
    found = read_back(sheet.text, table)
    assert len(found) == rows.height == sheet.rows
    values = [None if each.value in {None, ""} else float(each.value) for each in found]
    assert values == rows[VALUES[table]].to_list()


def test_sdmx_names_area_time_unit_and_status(bundle: Bundle) -> None:
    rows = rows_of(bundle, "production", mineral="tellurium", country="USA", period="2025")
    line = next(csv.DictReader(io.StringIO(sdmx_csv(rows, "production").text)))
    assert line["STRUCTURE_ID"] == "OREPACT:PRODUCTION(1.0)"
    assert (line["REF_AREA"], line["TIME_PERIOD"], line["UNIT_MEASURE"]) == ("USA", "2025", "t")
    assert (line["OBS_VALUE"], line["OBS_STATUS"], line["CONF_STATUS"]) == ("", "M", "C")


def test_sdmx_writes_spans_of_years_as_time_ranges(bundle: Bundle) -> None:
    rows = rows_of(bundle, "sourcing", mineral="gallium").filter(pl.col("kind") == "ec_study")
    line = next(csv.DictReader(io.StringIO(sdmx_csv(rows, "sourcing").text)))
    assert line["TIME_PERIOD"] == "2016-01-01/P5Y"
    assert line["UNIT_MEASURE"] == "fraction"
    assert line["CODE"] == "_Z"


def test_sdmx_marks_estimates(bundle: Bundle) -> None:
    rows = rows_of(bundle, "production", mineral="antimony", country="CHN", period="2025")
    line = next(csv.DictReader(io.StringIO(sdmx_csv(rows, "production").text)))
    assert (line["OBS_VALUE"], line["OBS_STATUS"]) == ("40000.0", "E")


def test_keys_of_sdmx_rows_are_unique(bundle: Bundle) -> None:
    _, dimensions, _ = sdmx_structure("production")
    text = sdmx_csv(bundle.table("production"), "production").text
    keys = [tuple(line[name] for name in dimensions) for line in csv.DictReader(io.StringIO(text))]
    assert len(set(keys)) == len(keys)


def test_iamc_holds_the_preferred_figures_and_counts_the_others(bundle: Bundle) -> None:
    rows = rows_of(bundle, "production", mineral="antimony")
    sheet = iamc(rows, "production", dataset="world-2026.11", vintage="2026.11")
    lines = list(csv.DictReader(io.StringIO(sheet.text)))
    assert list(lines[0]) == [
        *("model", "scenario", "region", "variable", "unit", "year", "value"),
        *("source", "edition"),
    ]
    assert {(each["source"], each["edition"]) for each in lines if each["year"] == "2024"} == {
        ("USGS-MCS-2026", "MCS2026")
    }
    assert len(lines) == sheet.rows
    assert sheet.rows + sheet.left_out == rows.height
    world = [each for each in lines if each["region"] == "World" and each["year"] == "2024"]
    assert [(each["variable"], each["value"]) for each in world] == [
        ("Production|Antimony|Mine|Content", "119000.0")
    ]


def test_iamc_has_one_value_per_key(bundle: Bundle) -> None:
    text = iamc(bundle.table("production"), "production", dataset="d", vintage="v").text
    keys = [tuple(line.values())[:6] for line in csv.DictReader(io.StringIO(text))]
    assert len(set(keys)) == len(keys)


def test_what_can_not_be_exported_is_told(bundle: Bundle) -> None:
    rows = bundle.table("facts")
    with pytest.raises(InputError, match="no observed value"):
        _ = sdmx_csv(rows, "facts")
    with pytest.raises(InputError, match="no yearly series"):
        _ = iamc(rows, "sourcing", dataset="d", vintage="v")
    with pytest.raises(InputError, match="did you mean 'sdmx-csv'"):
        _ = export(rows, "production", "sdmx-cvs", dataset="d", vintage="v")
