"""A chain outside the dataset is read from a folder, or from a package that offers it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

import orepact as op
from orepact.data.bundle import read_bundle
from orepact.errors import InputError
from orepact.network import World, read_world
from orepact.network.accounts.raw import Window
from orepact.network.chains.outside import find_chain, installed_chains
from orepact.network.drafts.chain import draft_chain
from orepact.network.drafts.folder import write_draft

SOURCE = "MY-REPORT,An institute,A report,2025,CC BY 4.0,confirmed,https://example.org,\n"


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


@pytest.fixture
def chain(world: World, tmp_path: Path) -> Path:
    """Return the folder of a drafted chain."""
    table = read_bundle(confirmed_only=True).table
    draft = draft_chain(table, world.regions, "my-tin", "tin", Window("2023-01", "2023-12"))
    write_draft(draft, tmp_path / "my-tin")
    return tmp_path / "my-tin"


def distribution(site: Path, value: str) -> None:
    """Install a distribution of one package with an entry point, as an installer would."""
    info = site / "my_minerals-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-minerals\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[orepact.chains]\nmy-tin = {value}\n")


def test_a_chain_is_loaded_by_its_path(chain: Path) -> None:
    network = op.load(str(chain))
    assert {material.chain for material in network.materials} == {"my-tin"}
    assert network.dataset.version.endswith("+my-tin")


def test_the_hash_covers_the_chain_from_outside(world: World, chain: Path) -> None:
    first = world.with_chain(chain).dataset.hash
    assert first == world.with_chain(chain).dataset.hash != world.dataset.hash
    path = chain / "accounts.csv"
    path.write_text(path.read_text().replace(",0.12,", ",0.13,", 1))
    assert world.with_chain(chain).dataset.hash != first


def test_an_installed_package_offers_a_chain(
    chain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    distribution(site, "my_minerals")
    shutil.copytree(chain, site / "my_minerals")
    (site / "my_minerals" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(site))
    assert installed_chains() == ("my-tin",)
    assert find_chain("my-tin") == site / "my_minerals"
    network = op.load("my-tin")
    assert {material.chain for material in network.materials} == {"my-tin"}
    monkeypatch.delitem(sys.modules, "my_minerals")


def test_an_installed_path_may_be_a_name_in_a_package(
    chain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    distribution(site, "offers_tin:FOLDER")
    (site / "offers_tin.py").write_text(f"FOLDER = {str(chain)!r}\n")
    monkeypatch.syspath_prepend(str(site))
    assert find_chain("my-tin") == chain
    monkeypatch.delitem(sys.modules, "offers_tin")


def test_an_offer_without_a_chain_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    distribution(site, "json")
    monkeypatch.syspath_prepend(str(site))
    with pytest.raises(InputError, match=r"holds chain\.yaml"):
        find_chain("my-tin")


def test_an_unknown_name_lists_the_installed_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distribution(tmp_path / "site", "my_minerals")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with pytest.raises(InputError, match="did you mean 'my-tin'"):
        op.load("my-tim")


def test_a_chain_s_own_sources_add_to_the_dataset_s(world: World, chain: Path) -> None:
    accounts = chain / "accounts.csv"
    text = accounts.read_text()
    accounts.write_text(text.replace("USGS-MCS-2025,MCS2025", "MY-REPORT,2025", 1))
    with pytest.raises(InputError, match="found MY-REPORT"):
        world.with_chain(chain)
    sources = chain / "sources.csv"
    sources.write_text(sources.read_text() + SOURCE)
    mine = world.with_chain(chain)
    assert mine.sources["source_id"][-1] == "MY-REPORT"
    assert mine.chains["my-tin"].citations()["MY-REPORT"] == 1


def test_rows_to_confirm_lie_apart_are_counted_and_can_be_left_out(
    world: World, chain: Path
) -> None:
    sources = chain / "sources.csv"
    sources.write_text(sources.read_text() + SOURCE.replace(",confirmed,", ",to confirm,"))
    header, *rows = (chain / "accounts.csv").read_text().splitlines(keepends=True)
    moved = rows[0].replace("USGS-MCS-2025,MCS2025", "MY-REPORT,2025")
    (chain / "accounts.csv").write_text("".join([header, *rows[1:]]))
    (chain / "to_confirm").mkdir()
    (chain / "to_confirm" / "accounts.csv").write_text(header + moved)
    mine = world.with_chain(chain)
    assert mine.rows_to_confirm == world.rows_to_confirm + 1
    assert mine.chains["my-tin"].accounts.height == len(rows)
    confirmed = read_world(confirmed_only=True).with_chain(chain)
    assert confirmed.chains["my-tin"].accounts.height == len(rows) - 1
    assert confirmed.dataset.hash != mine.dataset.hash


def test_a_source_of_the_dataset_cannot_be_redefined(world: World, chain: Path) -> None:
    sources = chain / "sources.csv"
    sources.write_text(sources.read_text() + SOURCE.replace("MY-REPORT", "USGS-MCS-2025"))
    with pytest.raises(InputError, match="has a source of this id"):
        world.with_chain(chain)


def test_a_name_that_is_taken_is_refused(world: World, chain: Path) -> None:
    with pytest.raises(InputError, match="has a chain of this name"):
        world.with_chain(chain).with_chain(chain)


def test_a_folder_without_a_chain_names_the_nearest(world: World, chain: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'my-tin'"):
        world.with_chain(chain.parent / "my-tim")


def test_a_misspelt_table_does_not_go_unread(world: World, chain: Path) -> None:
    (chain / "acounts.csv").write_text("a\n")
    with pytest.raises(InputError, match=r"did you mean 'accounts\.csv'"):
        world.with_chain(chain)


def test_reading_a_chain_from_outside_leaves_the_dataset_alone(world: World, chain: Path) -> None:
    before = dict(world.chains)
    mine = world.with_chain(chain)
    assert world.chains == before
    assert "my-tin" not in world.chains
    assert set(mine.chains) == {*before, "my-tin"}


def test_a_mineral_that_is_no_chain_suggests_its_chain() -> None:
    with pytest.raises(InputError, match="did you mean 'rare-earth-magnets'"):
        _ = op.load("rare_earths")
