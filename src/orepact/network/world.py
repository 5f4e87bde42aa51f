"""A world dataset: regions, sources, chains and the behavioural ensemble, with one hash."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Self

import polars as pl
from pydantic import Field

from orepact.data.bundle import Bundle, read_bundle
from orepact.data.dataset.manifest import content_hash, fold
from orepact.data.dataset.schemas import APART, FOLDER
from orepact.data.dataset.unchanged import kept_while_unchanged
from orepact.data.table import Kind, read_table
from orepact.data.text import parse, scan_yaml
from orepact.errors import InputError, Problem, attempt, nearest
from orepact.network.accounts.balance import Accounts, BalancedOnDemand
from orepact.network.accounts.member_states import split_bloc
from orepact.network.assemble import assemble
from orepact.network.behaviour import Behaviour, read_ensemble
from orepact.network.chains.chain import TABLE_NAMES, Card, Chain, Known, read_cards, read_chain
from orepact.network.chains.outside import find_chain, installed_chains, read_outside
from orepact.network.chains.sources import read_sources
from orepact.network.components import Region
from orepact.network.network import Dataset, Network
from orepact.network.regions import nodes, read_regions

__all__ = ["WORLD", "World", "WorldText", "chain_names", "load", "read_world"]

WORLD = Path(str(resources.files("orepact.data"))) / "world"
"""Folder of the bundled dataset."""

UNION = "EU27"
"""The bloc that may be split into its members."""


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
    accounts: Mapping[str, Accounts]
    ensemble: tuple[Behaviour, ...]
    cards: tuple[Card, ...] = ()
    start: date = date(2000, 1, 1)
    rows_to_confirm: int = 0
    confirmed_only: bool = False

    @cached_property
    def bundle(self) -> Bundle:
        """The assess-level tables of the dataset; raises `InputError` where it has none."""
        return read_bundle(self.folder, confirmed_only=self.confirmed_only)

    @cached_property
    def industry(self) -> dict[str, float]:
        """The rough sizes of countries' industries, for use that no table shares out."""
        path = self.folder / "behaviour" / "members.csv"
        columns: dict[str, Kind] = {"region": "text", "weight": "non-negative", "card": "text"}
        if not path.is_file():
            return {}
        table = read_table(path, columns, optional={"note": "text"}, root=self.folder)
        return dict(table.frame.select("region", "weight").iter_rows())

    def network(
        self,
        chain: str,
        behaviour: Behaviour | None = None,
        *,
        member_states: bool = False,
        split: tuple[str, ...] = (),
    ) -> Network:
        """Return the calibrated network of one chain; raises `InputError` for an unknown name.

        With `member_states` the 27 members of the European Union are nodes of their own; `split`
        names further groups, such as ``AFR``, whose countries are to be.
        """
        if chain not in self.chains:
            names = [*self.chains, *installed_chains()]
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
            self.account(chain, member_states=member_states, split=split),
            behaviour or self.ensemble[0],
            self.regions,
            self.dataset,
        )
        return replace(network, start=self.start)

    def account(
        self, chain: str, *, member_states: bool = False, split: tuple[str, ...] = ()
    ) -> Accounts:
        """Return a chain's balanced account, the Union and other groups split if asked.

        Raises `InputError` for an unknown group and where the dataset has no tables to split by.
        """
        account = self.accounts[chain]
        for name in ((UNION,) if member_states else ()) + split:
            weights = {member: self.industry.get(member) for member in self._members(name)}
            account = split_bloc(self.chains[chain], account, self.bundle, name, weights)
        return account

    def _members(self, group: str) -> tuple[str, ...]:
        """Return the countries of a group."""
        groups = {one.name: one.members for one in self.regions if one.members != (one.name,)}
        if group not in groups:
            raise InputError(
                [
                    Problem(
                        "unknown group of countries",
                        found=repr(group),
                        expected="one of " + ", ".join(groups),
                        nearest=nearest(group, list(groups)),
                    )
                ]
            )
        return groups[group]

    def with_chain(self, name: str | Path) -> Self:
        """Return the world with a chain from outside: a folder, or the name of an installed one.

        The dataset's hash then covers the chain's files too. Raises `InputError` with every problem
        of the chain, for a name that is taken, and for a material that another chain has.
        """
        folder = find_chain(str(name)) or Path(name)
        regions = tuple(region.name for region in self.regions)
        chain, own = read_outside(folder, regions, self.sources, confirmed_only=self.confirmed_only)
        if chain.text.chain in self.chains:
            raise InputError([_taken(folder, chain.text.chain)])
        chains = {**self.chains, chain.text.chain: chain}
        problems = list(_shared_names(chains))
        if problems:
            raise InputError(problems)
        added = content_hash(folder, confirmed_only=self.confirmed_only)
        return replace(
            self,
            dataset=replace(
                self.dataset,
                version=f"{self.dataset.version}+{chain.text.chain}",
                hash=fold({"dataset": self.dataset.hash, "chain": added}),
            ),
            sources=pl.concat([self.sources, own]),
            chains=chains,
            accounts=BalancedOnDemand(chains),
            rows_to_confirm=self.rows_to_confirm + _rows_apart(folder),
        )


def read_world(folder: Path = WORLD, *, confirmed_only: bool = False) -> World:
    """Read a world dataset from its folder.

    With `confirmed_only` the rows whose licence is to confirm are left out. A folder that did not
    change is not read twice: its world is shared. Raises `InputError` with every problem of every
    file.
    """
    if not folder.is_dir():
        raise InputError([_no_folder(folder)])
    return _read(folder, confirmed_only=confirmed_only)


@kept_while_unchanged
def _read(folder: Path, *, confirmed_only: bool) -> World:
    problems: list[Problem] = []
    text = attempt(problems, _read_text, folder)
    regions = read_regions(folder, problems)
    sources = read_sources(folder, problems)
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
        BalancedOnDemand(chains),
        ensemble,
        cards,
        date.fromisoformat(f"{text.start}-01"),
        _rows_apart(folder),
        confirmed_only,
    )


def load(name: str = "world", *, folder: Path = WORLD, member_states: bool = False) -> Network:
    """Return a bundled dataset, or one of its chains, as a network at its calibration base.

    `name` is ``"world"`` for all chains side by side, the name of a chain of the dataset or of one
    that an installed package offers, or the path of a chain's folder. With `member_states` the 27
    members of the European Union are nodes of their own. Raises `InputError` for an unknown name.
    """
    world = read_world(folder)
    if name != "world" and name not in world.chains and find_chain(name) is not None:
        world = world.with_chain(name)
        name = list(world.chains)[-1]
    if name != "world":
        return world.network(name, member_states=member_states)
    parts = [world.network(chain, member_states=member_states) for chain in world.chains]
    used = {region.name for part in parts for region in part.regions}
    return Network(
        regions=nodes(world.regions, used),
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


def _taken(folder: Path, name: str) -> Problem:
    return Problem(
        "the dataset has a chain of this name",
        file=str(folder / "chain.yaml"),
        field="chain",
        found=repr(name),
        expected="another name, also for its materials",
    )


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
    """Return the files of rows to confirm, those of the assess-level tables left out."""
    apart = folder / APART
    return sorted(
        path
        for path in apart.rglob("*")
        if path.is_file() and path.relative_to(apart).parts[0] != FOLDER
    )


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
