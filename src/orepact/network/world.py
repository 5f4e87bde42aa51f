"""The bundled world dataset: regions, sources, chains and the behavioural ensemble, with one hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import polars as pl

from orepact.data.table import Table, read_table
from orepact.errors import InputError, Problem, nearest
from orepact.network.accounts import Accounts, balance
from orepact.network.assemble import assemble
from orepact.network.behaviour import Behaviour, read_ensemble
from orepact.network.chain import Chain, read_chain
from orepact.network.components import Region
from orepact.network.network import Dataset, Network

__all__ = ["WORLD", "World", "load", "read_world"]

WORLD = Path(str(resources.files("orepact.data"))) / "world"
"""Folder of the bundled dataset."""

VERSION = "2026.11"


@dataclass(frozen=True)
class World:
    """A dataset read and checked: what every study starts from.

    `sources` has source_id, publisher, title, edition, licence, licence_status, url, note.
    """

    dataset: Dataset
    folder: Path
    regions: tuple[Region, ...]
    sources: pl.DataFrame
    chains: dict[str, Chain]
    accounts: dict[str, Accounts]
    ensemble: tuple[Behaviour, ...]

    def network(self, chain: str, behaviour: Behaviour | None = None) -> Network:
        """Return the calibrated network of one chain; raises `InputError` for an unknown name."""
        if chain not in self.chains:
            names = list(self.chains)
            raise InputError(
                [
                    Problem(
                        "unknown chain",
                        found=repr(chain),
                        expected="one of " + ", ".join(names),
                        nearest=nearest(chain, names),
                    )
                ]
            )
        return assemble(
            self.chains[chain],
            self.accounts[chain],
            behaviour or self.ensemble[0],
            self.regions,
            self.dataset,
        )


def read_world(folder: Path = WORLD) -> World:
    """Read a world dataset from its folder.

    Raises `InputError` with every problem of every chain.
    """
    regions = _regions(folder)
    sources = _sources(folder)
    names = tuple(region.name for region in regions)
    ids = tuple(sources["source_id"])
    chains: dict[str, Chain] = {}
    problems: list[Problem] = []
    for path in sorted((folder / "chains").iterdir()):
        if not (path / "chain.yaml").exists():
            continue
        try:
            chain = read_chain(path, names, ids)
        except InputError as error:
            problems += error.problems
            continue
        chains[chain.text.chain] = chain
    if problems:
        raise InputError(problems)
    return World(
        Dataset(name="world", version=VERSION, hash=content_hash(folder)),
        folder,
        regions,
        sources,
        chains,
        {name: balance(chain) for name, chain in chains.items()},
        read_ensemble(folder / "behaviour" / "ensemble.csv"),
    )


def load(name: str = "world", *, folder: Path = WORLD) -> Network:
    """Return a bundled dataset, or one of its chains, as a network at its calibration base.

    `name` is ``"world"`` for all chains side by side, or a chain's name. Raises `InputError` for
    an unknown name.
    """
    world = read_world(folder)
    if name != "world":
        return world.network(name)
    parts = [world.network(chain) for chain in world.chains]
    return Network(
        regions=world.regions,
        materials=tuple(item for part in parts for item in part.materials),
        processes=tuple(item for part in parts for item in part.processes),
        routes=tuple(item for part in parts for item in part.routes),
        stocks=tuple(item for part in parts for item in part.stocks),
        demands=tuple(item for part in parts for item in part.demands),
        dataset=world.dataset,
    )


def content_hash(folder: Path) -> str:
    """Return the SHA-256 over names and contents of all files of a dataset, in order of name."""
    digest = hashlib.sha256()
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode("utf-8"))
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _regions(folder: Path) -> tuple[Region, ...]:
    table = read_table(
        folder / "regions.csv",
        {"region": "text", "title": "text", "members": "text"},
        optional={"kind": "text", "latitude": "number", "longitude": "number"},
    )
    return tuple(
        Region(name=name, title=title, members=tuple(members.split("|")))
        for name, title, members in table.frame.select("region", "title", "members").iter_rows()
    )


def _sources(folder: Path) -> pl.DataFrame:
    tables: list[Table] = [
        read_table(
            path,
            {
                "source_id": "text",
                "publisher": "text",
                "title": "text",
                "licence": "text",
                "licence_status": "text",
                "url": "text",
            },
            optional={"edition": "text", "note": "text"},
        )
        for path in sorted(folder.glob("sources*.csv"))
    ]
    problems = [problem for table in tables for problem in table.repeated(["source_id"])]
    if problems:
        raise InputError(problems)
    columns = [
        "source_id",
        "publisher",
        "title",
        "edition",
        "licence",
        "licence_status",
        "url",
        "note",
    ]
    return pl.concat([table.frame.select(columns) for table in tables])
