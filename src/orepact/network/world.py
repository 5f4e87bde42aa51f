"""A world dataset: regions, sources, chains and the behavioural ensemble, with one hash."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated

import polars as pl
from pydantic import Field

from orepact.data.table import Kind, Table, scan_table
from orepact.data.text import parse, scan_yaml
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network.accounts import Accounts, balance
from orepact.network.assemble import assemble
from orepact.network.behaviour import Behaviour, read_ensemble
from orepact.network.chain import TABLE_NAMES, Card, Chain, Known, read_cards, read_chain
from orepact.network.chain_checks import TO_CONFIRM
from orepact.network.components import Region
from orepact.network.network import Dataset, Network

__all__ = ["WORLD", "World", "WorldText", "chain_names", "load", "read_world"]

WORLD = Path(str(resources.files("orepact.data"))) / "world"
"""Folder of the bundled dataset."""

APART = "to_confirm"
"""Folder, inside a dataset, of the rows whose licence is to confirm; laid out like the dataset."""

LICENCE_STATUS = ("confirmed", "facts", TO_CONFIRM)


@dataclass(frozen=True, kw_only=True)
class WorldText:
    """The content of ``world.yaml``: what a dataset is called."""

    format: str
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    version: str
    start: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class World:
    """A dataset read and checked: what every study starts from.

    `start` is the first month of its networks. `sources` has source_id, publisher, title, edition,
    licence, licence_status, url, note. `rows_to_confirm` counts the rows whose licence is to
    confirm; `confirmed_only` says that they were left out.
    """

    dataset: Dataset
    folder: Path
    regions: tuple[Region, ...]
    sources: pl.DataFrame
    chains: dict[str, Chain]
    accounts: dict[str, Accounts]
    ensemble: tuple[Behaviour, ...]
    cards: tuple[Card, ...] = ()
    start: date = date(2000, 1, 1)
    rows_to_confirm: int = 0
    confirmed_only: bool = False

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
        network = assemble(
            self.chains[chain],
            self.accounts[chain],
            behaviour or self.ensemble[0],
            self.regions,
            self.dataset,
        )
        return replace(network, start=self.start)


def read_world(folder: Path = WORLD, *, confirmed_only: bool = False) -> World:
    """Read a world dataset from its folder.

    With `confirmed_only` the rows whose licence is to confirm are left out. Raises `InputError`
    with every problem of every file.
    """
    if not folder.is_dir():
        raise InputError([_no_folder(folder)])
    problems: list[Problem] = []
    text = attempt(problems, _read_text, folder)
    regions = _regions(folder, problems)
    sources = _sources(folder, problems)
    ensemble = attempt(problems, read_ensemble, folder / "behaviour" / "ensemble.csv", root=folder)
    cards = attempt(problems, read_cards, folder / "behaviour" / "cards.yaml", folder)
    known = Known(
        None if regions is None else tuple(region.name for region in regions),
        None
        if sources is None
        else dict(sources.select("source_id", "licence_status").iter_rows()),
    )
    chains = _chains(folder, known, problems, confirmed_only=confirmed_only)
    problems += [*_shared_names(chains), *_apart_problems(folder)]
    if (
        problems
        or text is None
        or regions is None
        or sources is None
        or ensemble is None
        or cards is None
    ):
        raise InputError(problems)
    return World(
        Dataset(
            name=text.name,
            version=text.version,
            hash=content_hash(folder, confirmed_only=confirmed_only),
        ),
        folder,
        regions,
        sources,
        chains,
        {name: balance(chain) for name, chain in chains.items()},
        ensemble,
        cards,
        date.fromisoformat(f"{text.start}-01"),
        _rows_apart(folder),
        confirmed_only,
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
        start=world.start,
        dataset=world.dataset,
    )


def chain_names(folder: Path = WORLD) -> tuple[str, ...]:
    """Return the names of a dataset's chains, the names of their folders, without reading them."""
    return tuple(path.name for path in _chain_folders(folder))


def content_hash(folder: Path, *, confirmed_only: bool = False) -> str:
    """Return the SHA-256 over names and contents of a dataset's files, in order of name.

    With `confirmed_only` the files of rows whose licence is to confirm are left out.
    """
    digest = hashlib.sha256()
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        name = path.relative_to(folder)
        if confirmed_only and name.parts[0] == APART:
            continue
        digest.update(name.as_posix().encode("utf-8"))
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _no_folder(folder: Path) -> Problem:
    beside = folder.parent
    names = sorted(path.name for path in beside.iterdir()) if beside.is_dir() else []
    return Problem(
        "no such folder" if not folder.exists() else "not a folder",
        file=str(folder),
        expected="the folder of a dataset, with world.yaml, regions.csv, sources.csv and chains",
        nearest="" if folder.exists() else nearest(folder.name, names),
    )


def _read_text(folder: Path) -> WorldText:
    return parse(WorldText, scan_yaml(folder / "world.yaml", kind="world", root=folder))


def _chain_folders(folder: Path) -> Iterator[Path]:
    parent = folder / "chains"
    for path in sorted(parent.iterdir()) if parent.is_dir() else []:
        if path.is_dir() and not path.name.startswith((".", "_")):
            yield path


def _chains(
    folder: Path, known: Known, problems: list[Problem], *, confirmed_only: bool
) -> dict[str, Chain]:
    chains: dict[str, Chain] = {}
    for path in _chain_folders(folder):
        apart = None if confirmed_only else folder / APART / "chains" / path.name
        chain = attempt(problems, read_chain, path, known, root=folder, to_confirm=apart)
        if chain is None:
            continue
        if chain.text.chain != path.name:
            problems.append(
                Problem(
                    "a chain is named like its folder",
                    file=str(path / "chain.yaml"),
                    field="chain",
                    found=repr(chain.text.chain),
                    expected=repr(path.name),
                )
            )
        chains[chain.text.chain] = chain
    if not chains and not problems:
        problems.append(
            Problem(
                "the dataset has no chain",
                file=str(folder / "chains"),
                expected="a folder with chain.yaml for each chain",
            )
        )
    return chains


def _shared_names(chains: dict[str, Chain]) -> Iterator[Problem]:
    """Yield a problem for each material that belongs to two chains."""
    owner: dict[str, str] = {}
    for name, chain in chains.items():
        for item in chain.text.materials:
            first = owner.setdefault(item.material, name)
            if first != name:
                yield Problem(
                    "a material belongs to two chains",
                    file=str(chain.folder / "chain.yaml"),
                    field="materials",
                    found=item.material,
                    expected=f"a name that chain {first} does not use",
                )


def _files_apart(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / APART).rglob("*") if path.is_file())


def _apart_problems(folder: Path) -> list[Problem]:
    """Return a problem for each file of rows to confirm that no chain would read."""
    chains = list(chain_names(folder))
    return [
        Problem(
            "no chain reads this file",
            file=str(path),
            expected=f"{APART}/chains/CHAIN/TABLE.csv, CHAIN one of {', '.join(chains)}",
            nearest=nearest(path.parent.name, chains),
        )
        for path in _files_apart(folder)
        if path.stem not in TABLE_NAMES
        or path.suffix != ".csv"
        or path.parent.name not in chains
        or path.parent.parent != folder / APART / "chains"
    ]


def _rows_apart(folder: Path) -> int:
    """Return how many rows lie in the folder of rows to confirm."""
    count = 0
    for path in _files_apart(folder):
        with path.open(encoding="utf-8", newline="") as stream:
            count += max(0, sum(1 for row in csv.reader(stream) if any(row)) - 1)
    return count


def _regions(folder: Path, problems: list[Problem]) -> tuple[Region, ...] | None:
    """Return the regions, None if there is no table; what is wrong with rows goes to `problems`."""
    table = attempt(
        problems,
        scan_table,
        folder / "regions.csv",
        {"region": "text", "title": "text", "members": "text"},
        optional={"kind": "text", "latitude": "number", "longitude": "number"},
        root=folder,
    )
    if table is None:
        return None
    problems += [*table.problems, *table.empty("region"), *table.repeated(["region"])]
    owner: dict[str, str] = {}
    problems += [
        table.problem(
            line,
            "members",
            "a country belongs to two regions",
            found=member,
            expected=f"a country that {owner[member]} does not have",
        )
        for line, region, members in table.frame.select("line", "region", "members").iter_rows()
        for member in members.split("|")
        if owner.setdefault(member, region) != region
    ]
    return tuple(
        Region(name=name, title=title, members=tuple(members.split("|")))
        for name, title, members in table.frame.select("region", "title", "members").iter_rows()
    )


_SOURCE: dict[str, Kind] = {
    "source_id": "text",
    "publisher": "text",
    "title": "text",
    "licence": "text",
    "licence_status": "text",
    "url": "text",
}


def _sources(folder: Path, problems: list[Problem]) -> pl.DataFrame | None:
    """Return the sources, None if there is no table; what is wrong with rows goes to `problems`."""
    tables: list[Table] = []
    first_given: dict[str, str] = {}
    for path in sorted(folder.glob("sources*.csv")) or [folder / "sources.csv"]:
        optional: dict[str, Kind] = {"edition": "text", "note": "text"}
        table = attempt(problems, scan_table, path, _SOURCE, optional=optional, root=folder)
        if table is None:
            continue
        tables.append(table)
        problems += [*table.problems, *table.empty("source_id")]
        problems += table.unknown("licence_status", LICENCE_STATUS)
        for line, name in table.frame.select("line", "source_id").iter_rows():
            first = first_given.setdefault(name, f"{path.name}, line {line}")
            if first != f"{path.name}, line {line}":
                problems.append(
                    table.problem(
                        line,
                        "source_id",
                        "duplicate key",
                        found=name,
                        expected=f"one row (first given in {first})",
                    )
                )
    if not tables:
        return None
    columns = [*_SOURCE, "note"]
    columns.insert(columns.index("licence"), "edition")
    return pl.concat([table.frame.select(columns) for table in tables])
