"""A tiny dataset whose shares are worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.data.dataset.schemas import TABLES

Rows = Sequence[Mapping[str, object]]

PRODUCTION: Rows = [
    # Gallium: the printed total is rounded below the sum of the countries (909 t).
    {"mineral": "gallium", "country": "CHN", "year": 2025, "quantity": 900},
    {"mineral": "gallium", "country": "RUS", "year": 2025, "quantity": 6},
    {"mineral": "gallium", "country": "JPN", "year": 2025, "quantity": 3},
    {"mineral": "gallium", "country": "WLD", "year": 2025, "quantity": 900},
    # Antimony: one country is withheld; the printed total leaves it 10 t, 15 t with rounding.
    {"mineral": "antimony", "country": "CHN", "year": 2024, "quantity": 60},
    {"mineral": "antimony", "country": "TJK", "year": 2024, "quantity": 30},
    {"mineral": "antimony", "country": "USA", "year": 2024, "quantity": None, "flag": "W"},
    {"mineral": "antimony", "country": "OTH", "year": 2024, "quantity": 10},
    {"mineral": "antimony", "country": "WLD", "year": 2024, "quantity": 110},
    # Tungsten: a withheld country and no printed total.
    {"mineral": "tungsten", "country": "CHN", "year": 2024, "quantity": 80},
    {"mineral": "tungsten", "country": "VNM", "year": 2024, "quantity": 20},
    {"mineral": "tungsten", "country": "USA", "year": 2024, "quantity": None, "flag": "W"},
    # Two editions of one figure; the later one is preferred.
    {
        "mineral": "cobalt",
        "country": "COD",
        "year": 2022,
        "quantity": 130,
        "edition": "MCS2023",
        "source": "USGS-MCS-2023",
        "preferred": "0",
    },
    {
        "mineral": "cobalt",
        "country": "COD",
        "year": 2022,
        "quantity": 144,
        "edition": "MCS2024",
        "source": "USGS-MCS-2024",
    },
]
SOURCING: Rows = [
    {"origin": "CHN", "share": 0.97},
    {"origin": "GBR", "share": 0.01},
    {
        "origin": "CHN",
        "share": 0.9189,
        "measure": "value",
        "kind": "customs",
        "code": "81041100",
        "period": "2024",
        "source": "EUROSTAT-COMEXT-2024",
    },
    {
        "origin": "CHN",
        "share": 0.9531,
        "measure": "quantity",
        "kind": "customs",
        "code": "81041100",
        "period": "2024",
        "source": "EUROSTAT-COMEXT-2024",
    },
]
TRADE: Rows = [
    {"exporter": "CHN", "importer": "DEU", "tonnes": 60.0, "kusd": 90.0},
    {"exporter": "CHN", "importer": "FRA", "tonnes": 20.0, "kusd": 30.0},
    {"exporter": "USA", "importer": "DEU", "tonnes": 20.0, "kusd": 60.0},
    {"exporter": "JPN", "importer": "DEU", "tonnes": None, "kusd": 20.0},
    {"exporter": "DEU", "importer": "FRA", "tonnes": 500.0, "kusd": 900.0},  # inside the Union
    {"exporter": "CHN", "importer": "DEU", "tonnes": 70.0, "kusd": 70.0, "code": "811292"},
    {"exporter": "USA", "importer": "DEU", "tonnes": 30.0, "kusd": 30.0, "code": "811292"},
]
CONCORDANCE: Rows = [
    {"mineral": "magnesium", "form": "unwrought", "hs2022": "810411", "hs1992": "", "basket": "no"},
    {"mineral": "gallium", "form": "unwrought", "hs2022": "811292", "hs1992": "", "basket": "yes"},
]
COUNTRIES: Rows = [
    {"iso3": code, "eu27": "yes" if code in {"DEU", "FRA"} else "no"}
    for code in ("CHN", "DEU", "FRA", "GBR", "JPN", "RUS", "USA")
]
DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "production": {
        "stage": "refined",
        "unit": "t",
        "basis": "content",
        "preferred": "1",
        "confidence": "high",
        "source": "USGS-MCS-2026",
        "edition": "MCS2026",
    },
    "sourcing": {
        "importer": "E27",
        "mineral": "magnesium",
        "stage": "processing",
        "period": "2016-2020",
        "measure": "reported",
        "kind": "ec_study",
        "source": "EC-CRM-2023",
        "edition": "2023",
    },
    "trade": {
        "code": "810411",
        "nomenclature": "HS2017",
        "year": 2024,
        "source": "CEPII-BACI-HS17",
    },
    "concordance": {"source": "OREPACT-CONCORDANCE"},
    "countries": {"g7": "no", "partner": "no"},
}


def write_tables(folder: Path, tables: Mapping[str, Rows]) -> Path:
    """Write a dataset's tables; what a row leaves out has the table's default or is empty."""
    (folder / "tables").mkdir(parents=True)
    for name, rows in tables.items():
        schema = TABLES[name]
        default = DEFAULTS.get(name, {})
        full = [{key: row.get(key, default.get(key)) for key in schema.names} for row in rows]
        frame = pl.DataFrame(full, schema=schema.types, orient="row")
        frame = frame.with_columns(pl.col(pl.String).fill_null(""))
        path = folder / "tables" / schema.file
        if schema.parquet:
            frame.write_parquet(path)
        else:
            frame.write_csv(path, quote_style="non_numeric")
    return folder


VINTAGES: Rows = [
    *(
        {"vintage": "2026.11", "known_until": "2026-11", "table": name}
        for name in ("production", "sourcing", "trade", "concordance", "countries")
    ),
    *(
        {"vintage": "2025.02", "known_until": "2025-02", "table": name}
        for name in ("concordance", "countries")
    ),
    {
        "vintage": "2025.02",
        "known_until": "2025-02",
        "table": "production",
        "source": "USGS-MCS-2023",
        "edition": "MCS2023",
    },
]
ALL: Mapping[str, Rows] = {
    "vintages": VINTAGES,
    "production": PRODUCTION,
    "sourcing": SOURCING,
    "trade": TRADE,
    "concordance": CONCORDANCE,
    "countries": COUNTRIES,
}


@pytest.fixture
def tiny(tmp_path: Path) -> Bundle:
    """Return the newest vintage of the tiny dataset."""
    return read_bundle(write_tables(tmp_path / "tiny", ALL), "2026.11")
