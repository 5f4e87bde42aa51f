"""Chains outside the dataset: a folder of one's own, or one that an installed package offers.

A package offers chains by entry points of the group ``orepact.chains``: the name is the chain's,
the value a package whose folder holds the chain's files, or ``package:NAME`` where NAME is a path.
"""

from __future__ import annotations

import importlib.metadata
import importlib.resources
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import polars as pl

from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network.chains.chain import Chain, Known, read_chain
from orepact.network.chains.sources import read_sources

__all__ = ["GROUP", "find_chain", "installed_chains", "read_outside"]

GROUP = "orepact.chains"
"""Entry point group of packages that offer chains."""

OWN_SOURCES = "sources"


def installed_chains() -> tuple[str, ...]:
    """Return the names of the chains that installed packages offer, without loading them."""
    return tuple(sorted({point.name for point in importlib.metadata.entry_points(group=GROUP)}))


def find_chain(name: str) -> Path | None:
    """Return the folder of a chain outside the dataset: a path, or the name of an installed one.

    None where there is neither. Raises `InputError` when a package offers something that is not a
    folder.
    """
    if (Path(name) / "chain.yaml").is_file():
        return Path(name)
    for point in importlib.metadata.entry_points(group=GROUP):
        if point.name == name:
            return _offered(point)
    return None


def _offered(point: importlib.metadata.EntryPoint) -> Path:
    """Return the folder that an entry point names."""
    try:
        thing = point.load()
    except (ImportError, AttributeError) as error:
        raise InputError([_bad_offer(point, str(error))]) from error
    found = str(importlib.resources.files(thing)) if isinstance(thing, ModuleType) else thing
    if not isinstance(found, str | Path) or not (Path(found) / "chain.yaml").is_file():
        raise InputError([_bad_offer(point, repr(found))])
    return Path(found)


def _bad_offer(point: importlib.metadata.EntryPoint, found: str) -> Problem:
    return Problem(
        f"the installed chain {point.name!r} cannot be found",
        field=f"entry point {point.value} of group {GROUP}",
        found=found,
        expected="a package, or the path of a folder, that holds chain.yaml",
    )


def read_outside(
    folder: Path, regions: tuple[str, ...], sources: pl.DataFrame, *, confirmed_only: bool = False
) -> tuple[Chain, pl.DataFrame]:
    """Read a chain from a folder outside the dataset; return it with the sources that it adds.

    Its own ``sources.csv`` adds to the dataset's sources, its folder ``to_confirm`` holds rows
    whose licence is to confirm. Raises `InputError` with every problem of every file.
    """
    if not (folder / "chain.yaml").is_file():
        beside = folder.parent
        names = [path.name for path in beside.iterdir()] if beside.is_dir() else []
        raise InputError(
            [
                Problem(
                    "no chain here",
                    file=str(folder),
                    expected="a folder with chain.yaml",
                    nearest="" if folder.exists() else nearest(folder.name, sorted(names)),
                )
            ]
        )
    problems: list[Problem] = []
    own = sources.clear()
    if (folder / f"{OWN_SOURCES}.csv").is_file():
        found = read_sources(folder, problems)
        own = own if found is None else found
    problems += [
        Problem(
            "the dataset has a source of this id",
            file=str(folder / f"{OWN_SOURCES}.csv"),
            field="source_id",
            found=name,
            expected="another id, or none: its rows may be cited",
        )
        for name in own["source_id"]
        if name in set(sources["source_id"])
    ]
    status: Mapping[str, str] = dict(
        pl.concat([sources, own]).select("source_id", "licence_status").iter_rows()
    )
    chain = attempt(
        problems,
        read_chain,
        folder,
        Known(regions, status),
        to_confirm=None if confirmed_only else folder / "to_confirm",
        beside=(OWN_SOURCES,),
    )
    if problems or chain is None:
        raise InputError(problems)
    return chain, own
