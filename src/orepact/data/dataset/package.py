"""The descriptor of a dataset as a Data Package, version 2, made from the schemas of its tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from orepact.data.bundle import read_sources
from orepact.data.dataset.columns import Column, ColumnKind, Schema
from orepact.data.dataset.manifest import DESCRIPTOR, digest_of
from orepact.data.dataset.schemas import APART, FOLDER, TABLES
from orepact.data.text import read_yaml

__all__ = ["descriptor", "write_descriptor"]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
RESOURCE_PROFILE = "https://datapackage.org/profiles/2.0/dataresource.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"

_TYPES: dict[ColumnKind, str] = {
    "text": "string",
    "yes-no": "boolean",
    "number": "number",
    "share": "number",
    "year": "integer",
    "count": "integer",
}
_LICENCES: dict[str, dict[str, str]] = {
    "US Government work": {
        "title": "Public domain, work of the United States Government",
        "path": "https://www.usa.gov/government-copyright",
    },
    "Etalab": {
        "name": "etalab-2.0",
        "title": "Licence Ouverte / Open Licence 2.0",
        "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    },
    "Open Government Licence - Canada": {
        "name": "OGL-Canada-2.0",
        "title": "Open Government Licence - Canada",
        "path": "https://open.canada.ca/en/open-government-licence-canada",
    },
    "Open Government Licence v3.0": {
        "name": "OGL-UK-3.0",
        "title": "Open Government Licence v3.0",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    },
    "CC BY 4.0": {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "Apache-2.0": {
        "name": "Apache-2.0",
        "title": "Apache License 2.0",
        "path": "https://www.apache.org/licenses/LICENSE-2.0",
    },
}
_FACTS = "facts, cited"


def descriptor(folder: Path) -> dict[str, Any]:
    """Return the descriptor of a dataset: every table that it holds, with schema and licences.

    Raises `InputError` for a dataset whose name, sources or tables can not be read.
    """
    world = read_yaml(folder / "world.yaml", kind="world", root=folder).value
    sources = read_sources(folder)
    resources = list(_resources(folder, sources))
    return {
        "$schema": PROFILE,
        "name": str(world["name"]),
        "id": f"{world['name']}-{world['version']}",
        "version": str(world["version"]),
        "title": "Critical minerals of the world: production, trade, sourcing, prices, sources",
        "licenses": _unique(each for item in resources for each in item["licenses"]),
        "resources": resources,
    }


def write_descriptor(folder: Path) -> None:
    """Write the descriptor of a dataset to its folder."""
    text = json.dumps(descriptor(folder), indent=1, ensure_ascii=False)
    _ = (folder / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")


def _resources(folder: Path, sources: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for schema in TABLES.values():
        for place, suffix in ((FOLDER, ""), (f"{APART}/{FOLDER}", "_to_confirm")):
            path = folder / place / schema.file
            if path.is_file():
                yield _resource(path, folder, schema, schema.name + suffix, sources)


def _resource(
    path: Path, folder: Path, schema: Schema, name: str, sources: pl.DataFrame
) -> dict[str, Any]:
    cited = _cited(path, schema)
    used = sources.filter(pl.col("source_id").is_in(sorted(cited)))
    apart = path.parent.parent.name == APART
    title = schema.title + (" (licence to confirm)" if apart else "")
    return {
        "$schema": RESOURCE_PROFILE,
        "name": name,
        "type": "table",
        "title": title,
        "path": path.relative_to(folder).as_posix(),
        "format": path.suffix[1:],
        "mediatype": "application/vnd.apache.parquet" if schema.parquet else "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest_of(path)}",
        "licenses": _licences(used),
        "sources": _sources(used),
        "schema": {
            "$schema": SCHEMA_PROFILE,
            "fields": [_field(column) for column in schema.columns],
            "primaryKey": list(schema.key),
            "missingValues": [""],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    unit = f" [{column.unit}]" if column.unit else ""
    found: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.kind],
        "description": column.meaning + unit,
    }
    if column.kind == "yes-no":
        found |= {"trueValues": ["yes"], "falseValues": ["no"]}
    if column.kind == "share" and column.name not in {"rate_low", "rate_high"}:
        found["constraints"] = {"minimum": 0}
    return found


def _cited(path: Path, schema: Schema) -> set[str]:
    if "source" not in schema.names:
        return set()
    if schema.parquet:
        frame = pl.read_parquet(path, columns=["source"])
    else:
        frame = pl.read_csv(path, columns=["source"], infer_schema=False)
    cells = frame["source"].drop_nulls().unique().to_list()
    return {name for cell in cells for name in str(cell).split("|")}


def _licences(used: pl.DataFrame) -> list[dict[str, str]]:
    """Return the licences of the sources; single cited facts and our own tables are free to use."""
    found: list[dict[str, str]] = []
    for text in sorted({*used["licence"].to_list(), "Apache-2.0"} - {_FACTS}):
        match = next((each for key, each in _LICENCES.items() if key in text), {"title": text})
        found.append({"name": match.get("name", "other-open")} | match)
    return _unique(found)


def _sources(used: pl.DataFrame) -> list[dict[str, str]]:
    return [
        {"title": f"{row['publisher']}: {row['title']} ({row['edition']})"}
        | ({"path": row["url"]} if row["url"].startswith("http") else {})
        for row in used.sort("source_id").iter_rows(named=True)
        if row["licence_status"] != "facts"
    ]


def _unique(items: Any) -> list[dict[str, str]]:
    return list({json.dumps(item, sort_keys=True): item for item in items}.values())
