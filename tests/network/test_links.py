"""Links between chains: those that ship, what is chosen of them, and files that are refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.network import World, read_world
from orepact.network.links import LINKS_FILE, Links, read_links, world_links


@cache
def world() -> World:
    return read_world()


@cache
def shipped() -> Links:
    return world_links(world().folder, world().chains)


def refused(tmp_path: Path, *changes: tuple[str, str]) -> InputError:
    text = (world().folder / LINKS_FILE).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / LINKS_FILE
    _ = path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        _ = read_links(path, world().chains)
    return error.value


def test_every_shipped_link_joins_chains_and_says_why() -> None:
    links = shipped()
    assert {"cobalt-from-copper", "cells-high-nickel", "superalloys"} <= set(links.names)
    for one in (*links.hosts, *links.products):
        assert one.reason
        assert len(links.named((one.link,)).chains()) > 1
    assert set(links.card_names) == set(links.cards)


def test_every_host_stands_where_its_by_product_does() -> None:
    """A host link that no region shares would do nothing."""
    for one in shipped().hosts:
        made, hosts = world().network(one.chain), world().network(one.host.chain)
        mine = {process.region for process in made.processes
                if process.name.startswith(one.process + "@")}
        theirs = {process.region for process in hosts.processes
                  if process.name.rpartition("@")[0] in one.host.processes}
        assert mine & theirs, one.link


def test_a_folder_without_the_file_has_no_links(tmp_path: Path) -> None:
    assert world_links(tmp_path, world().chains) == Links()


def test_only_links_between_given_chains_are_kept() -> None:
    own = shipped().among(["cobalt", "copper", "lithium"])
    assert [one.link for one in own.hosts] == ["cobalt-from-copper"]
    assert {each.chain for one in own.products for each in one.uses} == {"cobalt", "lithium"}
    assert shipped().among(["cobalt"]).names == ()


def test_unknown_names_and_cards_are_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="cells-high-nickel"):
        _ = shipped().named(("cells-high-nickle",))
    with pytest.raises(InputError, match="link-host-co-cu"):
        _ = shipped().at({"link-host-co-cuu": 0.5})


def test_a_card_takes_another_value() -> None:
    links = shipped()
    assert links.at({"link-host-co-cu": 0.7}).value("link-host-co-cu") == 0.7
    assert links.value("link-host-co-cu") == 0.9


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("chain: cobalt\n", "chain: cobold\n", "unknown chain"),
        ("process: cobalt-copper-mining", "process: cobalt-copper-minning", "unknown process"),
        ("processes: [copper-mining,", "processes: [copper-minning,", "unknown process"),
        ("use: batteries-hydroxide", "use: batteries-hydroxid", "unknown use"),
        ("share: link-host-co-cu\n", "share: link-host-co-cuu\n", "unknown card"),
        ("regions: [CHN]", "regions: [CHX]", "unknown region"),
        ("link: cobalt-from-nickel", "link: cobalt-from-copper", "duplicate link"),
        ("value: 0.9\n", "value: 1.9\n", "value outside its range"),
        ("high: 1.0\n", "high: 1.5\n", "a share lies between 0 and 1"),
        ("lag: 1\n", "lag: 0\n", "lag"),
        ("host: {chain: copper, processes: [copper-mining, copper-leaching]}",
         "host: {chain: cobalt, processes: [cobalt-leaching]}", "a host is in another chain"),
        ("chain: lithium, use: batteries-carbonate", "chain: lithium, use: batteries-hydroxide",
         "the parts of a use are more than the whole"),
        ("use: batteries-portable", "use: batteries-vehicles", "given twice"),
    ],
)
def test_refused_files(tmp_path: Path, old: str, new: str, expected: str) -> None:
    error = refused(tmp_path, (old, new))
    assert expected in str(error)
    assert all(problem.line for problem in error.problems)


def test_hosts_of_each_other_are_refused(tmp_path: Path) -> None:
    error = refused(
        tmp_path,
        ("host: {chain: nickel, processes: [nickel-mining]}",
         "host: {chain: copper, processes: [copper-mining]}"),
        (
            """chain: platinum-group
    process: norilsk-basket
    host: {chain: nickel, processes: [nickel-mining]}""",
            """chain: copper
    process: copper-mining
    host: {chain: cobalt, processes: [cobalt-primary-mining]}""",
        ),
    )
    assert "hosts of each other" in str(error)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    error = refused(tmp_path, ("chain: cobalt\n", "chain: cobold\n"), ("lag: 1\n", "lagg: 1\n"))
    assert len(error.problems) >= 1
    error = refused(tmp_path, ("chain: cobalt\n", "chain: cobold\n"),
                    ("use: batteries-lfp", "use: batteries-lfpp"))
    assert len(error.problems) == 2
