"""A tiny Union with one chain, whose benchmarks are worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.data.dataset.schemas import TABLES
from orepact.indicators.union.benchmark_case import Case
from orepact.indicators.union.strategic import read_strategic
from orepact.network.chains.text import (
    Assumed,
    Card,
    MaterialText,
    Price,
    ProcessText,
    RestartText,
    UseText,
    Utilisation,
)

Rows = Sequence[Mapping[str, object]]
LISTED = """
format: orepact/strategic-materials/1
act: "Regulation (EU) 2024/1252, Annex I, Section 1"
source: FACT-EU-2024-1252
benchmarks:
  - {benchmark: extraction, share: 0.10, article: "Art. 5(1)(a)(i)", qualified_by: reserves}
  - {benchmark: processing, share: 0.40, article: "Art. 5(1)(a)(ii)"}
  - {benchmark: recycling, share: 0.25, article: "Art. 5(1)(a)(iii)"}
third_country: {share: 0.65, article: "Art. 5(1)(b)"}
stages: {mine: extraction, smelter: processing, recycling: recycling}
materials:
  - material: toy
    letter: a
    title: Toy
    listed_grade: battery grade
    data_grade: all grades
    minerals: [tungsten]
    chain: toy
    consumption: {uses: [toy-metal]}
    steps:
      - step: mining
        benchmark: extraction
        processes: [toy-mining]
        per_tonne: 0.5
        reason: two tonnes of ore
      - {step: smelting, benchmark: processing, processes: [toy-smelting, toy-recycling]}
      - {step: ore for smelting, benchmark: processing, processes: [toy-mining], per_tonne: 2.0}
      - {step: scrap, benchmark: recycling, processes: [toy-recycling]}
    study: {processing: [tungsten], recycling: [tungsten]}
    origins:
      - {stage: ore, material: toy-ore}
      - {stage: metal, material: toy-metal, step: smelting}
    reserves: [tungsten]
  - material: bare
    letter: b
    title: Bare
    minerals: [aluminium]
    not_assessed: {extraction: no ore of its own}
    study: {processing: [aluminium]}
    volume: {mineral: aluminium, stage: refined}
projects:
  - {project: P1, material: toy, step: smelting, tonnes_per_year: 100, reason: as announced}
"""
TABLES_OF_TOY: Mapping[str, Rows] = {
    "countries": [
        {"iso3": code, "name": code, "eu27": "yes" if code in {"DEU", "FRA"} else "no"}
        for code in ("CHN", "DEU", "FRA", "NOR", "USA", "WLD")
    ],
    "minerals": [{"mineral": name} for name in ("tungsten", "aluminium", "gallium", "helium")],
    "eu_parameters": [
        {
            "mineral": "tungsten",
            "import_reliance_processing": 0.8,
            "recycling_input_rate": 0.42,
            "source": "EC-CRM-2023",
            "edition": "2023",
        },
        {
            "mineral": "aluminium",
            "import_reliance_processing": 0.58,
            "source": "EC-CRM-2023",
            "edition": "2023",
        },
    ],
    "production": [
        {
            "mineral": "aluminium",
            "stage": "refined",
            "country": country,
            "year": year,
            "quantity": quantity,
            "unit": "t",
            "basis": "content",
            "preferred": "1",
            "source": "USGS-MCS-2026",
            "edition": "MCS2026",
        }
        for year, country, quantity in (
            (2019, "DEU", 10.0),
            (2019, "FRA", 11.0),
            (2020, "DEU", 21.0),
            (2020, "FRA", 0.0),
            (2026, "CHN", 900.0),
        )
    ],
    "sourcing": [
        {
            "importer": "E27",
            "mineral": "tungsten",
            "stage": "processing",
            "product": "Tungsten",
            "origin": origin,
            "period": "2016-2020",
            "share": share,
            "measure": "reported",
            "kind": "ec_study",
            "source": "EC-CRM-2023",
            "edition": "2023",
        }
        for origin, share in (("CHN", 0.6), ("NOR", 0.1), ("DEU", 0.2))
    ],
    "projects": [
        {
            "project": "P1",
            "name": "Smelter of toys",
            "country": "DEU|NOR",
            "minerals": "tungsten|gallium",
            "stage": "smelter",
            "capacity_t_per_year": 100.0,
            "start_year": 2027,
            "status": "construction",
            "source": "FACT-A|FACT-B",
        },
        {
            "project": "P2",
            "name": "Mine of toys",
            "country": "FRA",
            "minerals": "tungsten",
            "stage": "mine",
            "status": "designated",
            "source": "FACT-A",
        },
        {
            "project": "P3",
            "name": "Old mine",
            "country": "FRA",
            "minerals": "tungsten",
            "stage": "mine",
            "status": "operating",
            "source": "FACT-A",
        },
        {
            "project": "P4",
            "name": "Mine abroad",
            "country": "NOR",
            "minerals": "tungsten",
            "stage": "mine",
            "status": "designated",
            "source": "FACT-A",
        },
    ],
    "reserves": [
        {
            "mineral": "tungsten",
            "country": country,
            "year": year,
            "quantity": quantity,
            "unit": "t",
            "basis": "content",
            "source": "USGS-MCS-2026",
            "edition": "MCS2026",
        }
        for country, year, quantity in (
            ("DEU", 2024, 999.0),
            ("DEU", 2025, 360.0),
            ("FRA", 2025, None),
            ("CHN", 2025, 10000.0),
        )
    ],
    "prices": [
        {
            "mineral": "aluminium",
            "form": "ingot",
            "market": "World",
            "frequency": "month",
            "date": f"2026-{month:02d}",
            "price": 2.0,
            "unit": "USD/t",
            "usd_per_t": 2.0,
            "source": "WB",
        }
        for month in (1, 2)
    ],
}
EMPTY = (
    "capacity",
    "concordance",
    "estimates",
    "global_supply",
    "recycling",
    "tariffs",
    "trade",
    "us_statistics",
)
CARDS: Mapping[str, tuple[float, float, float]] = {
    "project-probability-construction": (0.8, 0.5, 1.0),
    "project-probability-designated": (0.3, 0.1, 0.5),
    "project-probability-announced": (0.25, 0.1, 0.45),
    "project-slip": (1.0, 0.0, 3.0),
    "project-lead-construction": (2.0, 1.0, 4.0),
    "project-lead-permitted": (4.0, 2.0, 7.0),
    "project-lead-early": (6.0, 3.0, 12.0),
    "project-ramp-first": (0.3, 0.1, 0.5),
    "project-ramp-second": (0.7, 0.5, 0.9),
    "project-consumption-2030": (1.25, 1.0, 1.5),
    "project-utilisation": (0.84, 0.6, 1.0),
}


def write_bundle(folder: Path, tables: Mapping[str, Rows]) -> Bundle:
    """Write tables and open them; what a row leaves out is empty."""
    (folder / "tables").mkdir(parents=True)
    (folder / "world.yaml").write_text(
        "format: orepact/world/1\nname: toy\nversion: '2026.11'\nstart: 2026-11\n", encoding="utf-8"
    )
    for name in (*tables, *(name for name in EMPTY if name not in tables)):
        schema = TABLES[name]
        rows = [{key: row.get(key) for key in schema.names} for row in tables.get(name, ())]
        frame = pl.DataFrame(rows, schema=schema.types, orient="row")
        frame = frame.with_columns(pl.col(pl.String).fill_null(""))
        path = folder / "tables" / schema.file
        if schema.parquet:
            frame.write_parquet(path)
        else:
            frame.write_csv(path, quote_style="non_numeric")
    return read_bundle(folder)


def process(name: str, inputs: dict[str, float], output: str, used: Utilisation) -> ProcessText:
    return ProcessText(
        process=name,
        title=name,
        inputs=inputs,
        outputs={output: 1.0},
        utilisation=used,
        elasticity=Assumed(value=0.1),
    )


def material(name: str, stage: str) -> MaterialText:
    return MaterialText(
        material=name,
        title=name,
        stage=stage,
        form=stage,
        unit="t",
        base_price=Price(value=10.0, unit="USD/t"),
        trade_error=0.1,
        cover_share=0.5,
        qualification=1.0,
        lag=0,
    )


def entry(kind: str, what: str, region: str, tonnes: float, **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "kind": kind,
        "material": what,
        "process": "",
        "region": region,
        "partner": "",
        "use": "",
        "sigma": 0.0,
        "source": "FACT-A",
        "edition": "",
        "card": "",
        "period": "2025",
        "balanced": tonnes / 12.0,
    }
    return row | more


def toy_world(restartable: tuple[RestartText, ...] = ()) -> Any:
    """Return a world with one chain: 12 t of ore and 60 t of metal made, 120 t used a year."""
    text = SimpleNamespace(
        chain="toy",
        mineral="tungsten",
        materials=(material("toy-ore", "mine"), material("toy-metal", "refined")),
        processes=(
            process("toy-mining", {}, "toy-ore", Utilisation(value=0.5, low=0.4, high=0.8)),
            process("toy-smelting", {"toy-ore": 2.0}, "toy-metal", Utilisation(value=0.8)),
            process("toy-recycling", {}, "toy-metal", Utilisation(value=0.5)),
        ),
        uses=(
            UseText(use="toys", title="toys", material="toy-metal"),
            UseText(use="stocks", title="stocks", material="toy-metal", counted=False),
        ),
        restartable=restartable,
    )
    entries = pl.DataFrame(
        [
            entry("production", "toy-ore", "EU27", 12.0, process="toy-mining"),
            entry("production", "toy-metal", "EU27", 48.0, process="toy-smelting"),
            entry("production", "toy-metal", "EU27", 12.0, process="toy-recycling"),
            entry("production", "toy-metal", "CHN", 500.0, process="toy-smelting"),
            entry("use", "toy-metal", "EU27", 120.0, use="toys"),
            entry("use", "toy-metal", "EU27", 36.0, use="stocks"),
            entry("trade", "toy-ore", "CHN", 84.0, partner="EU27"),
            entry("trade", "toy-metal", "CHN", 90.0, partner="EU27"),
            entry("trade", "toy-metal", "AFR", 10.0, partner="EU27"),
            entry("trade", "toy-metal", "EU27", 4.0, partner="CHN"),
        ]
    )
    account = SimpleNamespace(
        entries=entries,
        grade="B",
        grades={"toy-ore": "C", "toy-metal": "B"},
        moved_share=0.1,
        coverage=0.9,
    )
    regions = [("EU27", ("DEU", "FRA")), ("CHN", ("CHN",)), ("AFR", ("NAM", "ZAF"))]
    return SimpleNamespace(
        chains={"toy": SimpleNamespace(text=text, price=lambda _: 10.0)},
        accounts={"toy": account},
        regions=tuple(SimpleNamespace(name=name, members=members) for name, members in regions),
    )


@pytest.fixture
def cards() -> dict[str, Card]:
    """Return cards with round numbers."""
    return {
        name: Card(card=name, title=name, value=v, low=low, high=high, unit="1", reason="toy")
        for name, (v, low, high) in CARDS.items()
    }


@pytest.fixture
def case(tmp_path: Path, cards: dict[str, Card]) -> Case:
    """Return the case of the tiny Union."""
    path = tmp_path / "strategic.yaml"
    path.write_text(LISTED.strip() + "\n", encoding="utf-8")
    bundle = write_bundle(tmp_path / "toy", TABLES_OF_TOY)
    return Case(bundle, toy_world(), read_strategic(path), cards)
