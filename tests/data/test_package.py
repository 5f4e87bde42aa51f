"""The descriptor is a valid Data Package of version 2 and says what the tables hold."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema.validators import validator_for

from orepact.data.bundle import WORLD_FOLDER, Bundle
from orepact.data.dataset.manifest import DESCRIPTOR
from orepact.data.dataset.schemas import TABLES

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a field of a model hides one of its parent
    import dplib
    from dplib.models import Package

PROFILES = Path(dplib.__file__).parent / "profiles" / "2.0"


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    return json.loads((WORLD_FOLDER / DESCRIPTOR).read_text(encoding="utf-8"))


def problems(metadata: dict[str, Any], profile: str) -> list[str]:
    """Return what a profile of the standard finds wrong; the profiles are the ones of dplib."""
    schema = json.loads((PROFILES / profile).read_text(encoding="utf-8"))
    return [each.message for each in validator_for(schema)(schema).iter_errors(metadata)]


def test_the_descriptor_is_valid(package: dict[str, Any]) -> None:
    assert problems(package, "datapackage.json") == []
    for resource in package["resources"]:
        assert problems(resource, "dataresource.json") == []
        assert problems(resource["schema"], "tableschema.json") == []
    assert problems(package | {"resources": []}, "datapackage.json") != []


def test_a_reader_of_data_packages_reads_it(package: dict[str, Any]) -> None:
    read = Package.from_dict(package)
    assert read.name == "world"
    names = {each.name.removesuffix("_to_confirm") for each in read.resources if each.name}
    assert names == set(TABLES)


def test_every_resource_is_the_file_that_it_names(package: dict[str, Any]) -> None:
    paths = [resource["path"] for resource in package["resources"]]
    on_disk = {
        path.relative_to(WORLD_FOLDER).as_posix()
        for path in WORLD_FOLDER.glob("**/tables/*")
        if path.is_file()
    }
    assert set(paths) == on_disk
    for resource in package["resources"]:
        data = (WORLD_FOLDER / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_the_header_of_every_file_is_its_schema(package: dict[str, Any]) -> None:
    for resource in package["resources"]:
        fields = [field["name"] for field in resource["schema"]["fields"]]
        path = WORLD_FOLDER / resource["path"]
        header = (
            pl.read_parquet_schema(path)
            if path.suffix == ".parquet"
            else pl.read_csv(path, infer_schema=False, n_rows=0).schema
        )
        assert list(header) == fields


def test_every_resource_names_its_licences_and_sources(package: dict[str, Any]) -> None:
    by_name = {resource["name"]: resource for resource in package["resources"]}
    assert all(resource["licenses"] for resource in package["resources"])
    names = {each["name"] for each in by_name["trade"]["licenses"]}
    assert "etalab-2.0" in names
    assert "OGL-UK-3.0" in {each["name"] for each in by_name["production_to_confirm"]["licenses"]}
    assert "OGL-UK-3.0" not in {each["name"] for each in by_name["production"]["licenses"]}
    assert any("CEPII" in each["title"] for each in by_name["trade"]["sources"])


def test_keys_name_one_row_each(bundle: Bundle) -> None:
    for name, schema in TABLES.items():
        if schema.key:
            assert not bundle.table(name).select(schema.key).is_duplicated().any(), name
