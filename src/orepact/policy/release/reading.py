"""Release rulebooks read, checked and written, and the library of those that ship."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import yaml

from orepact.data.library import shipped_or_own
from orepact.data.text import Document, examine, scan_yaml
from orepact.errors import InputError, Problem
from orepact.network.components import Reserve
from orepact.network.network import Network
from orepact.policy.register import LIBRARY
from orepact.policy.release.checks import inner_faults, outer_faults
from orepact.policy.release.text import Rule, Rulebook
from orepact.policy.scenario.faults import problems_of

__all__ = [
    "FORMAT",
    "check_rulebook",
    "checked_rulebook",
    "find_rulebook",
    "read_rulebook",
    "rulebook_names",
    "write_rulebook",
]

FORMAT = "orepact/release-rulebook/1"

FOLDER = LIBRARY / "release"

_KIND = "release-rulebook"


def rulebook_names() -> tuple[str, ...]:
    """Return the names of the rulebooks that ship."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def find_rulebook(name: str | Path) -> Rulebook:
    """Read a rulebook that ships, by its name, or a file, by its path.

    Raises `InputError` with the nearest name, or with every problem of the file.
    """
    return read_rulebook(_path(name))


def read_rulebook(path: Path) -> Rulebook:
    """Read a rulebook and check it in itself: shape, numbers, contradictions.

    Raises `InputError` with every problem: file, line, field, what was found and expected.
    """
    return checked_rulebook(path, (), ())


def checked_rulebook(
    name: str | Path, reserves: Sequence[Reserve], networks: Sequence[Network]
) -> Rulebook:
    """Read a rulebook by name or path and check it against the reserves that it is for.

    Without networks it is checked in itself alone. Raises `InputError` with every problem.
    """
    document = scan_yaml(_path(name), kind=_KIND)
    rulebook, problems = examine(Rulebook, document)
    sound, numbers = (rulebook, {}) if rulebook is not None else _sound(document)
    if sound is not None:
        faults = inner_faults(sound)
        faults += outer_faults(sound, reserves, networks) if networks else []
        problems = [*problems, *problems_of(faults, document, numbers)]
    if problems or rulebook is None:
        raise InputError(sorted(problems, key=lambda one: (one.line or 0, one.field)))
    return rulebook


def _sound(document: Document) -> tuple[Rulebook | None, dict[str, list[int]]]:
    """Return a rulebook of those rules that can be read, and their numbers in the file."""
    rules = cast("dict[str, Any]", document.value).get("rules")
    read: dict[int, Rule] = {}
    for number, value in enumerate(cast("list[Any]", rules) if isinstance(rules, list) else []):
        rule, _ = examine(Rule, document, value, ("rules", number))
        if rule is not None:
            read[number] = rule
    if not read:
        return None, {}
    made = Rulebook(rulebook="unread", title="unread", text="", version=1,
                    rules=tuple(read.values()))
    return made, {"rules": list(read)}


def check_rulebook(
    rulebook: Rulebook, reserves: Sequence[Reserve] = (), networks: Sequence[Network] = ()
) -> list[Problem]:
    """Return what is wrong with a rulebook made in memory, and with the reserves it is for.

    Without networks it is checked in itself alone.
    """
    faults = inner_faults(rulebook)
    if not networks:
        return [fault.problem for fault in faults]
    faults += outer_faults(rulebook, reserves, networks)
    return [*dict.fromkeys(fault.problem for fault in faults), *_homeless(reserves, networks)]


def write_rulebook(rulebook: Rulebook) -> str:
    """Return the text of a rulebook file; reading it gives the same rulebook."""
    value = {"format": FORMAT, **cast("dict[str, Any]", _plain(rulebook))}
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=96)


def _path(name: str | Path) -> Path:
    return shipped_or_own(name, "rulebook", FOLDER, rulebook_names())


def _homeless(reserves: Sequence[Reserve], networks: Sequence[Network]) -> list[Problem]:
    """Return reserves that lie where no network has a market for their form."""
    places = {place for network in networks for place in _markets(network)}
    return [
        Problem("nobody makes, trades or uses it there, so it can reach nobody",
                field=f"reserves.{each.name}.region", found=f"{each.material} in {each.region}",
                expected="one of " + (", ".join(sorted(
                    region for region, material in places if material == each.material))
                    or "the forms of the chains"))
        for each in reserves if (each.region, each.material) not in places
    ]


def _markets(network: Network) -> set[tuple[str, str]]:
    found = {(one.region, item) for one in network.processes
             for item in (*one.inputs, *one.outputs)}
    for route in network.routes:
        found |= {(route.exporter, route.material), (route.importer, route.material)}
    return found | {(one.region, one.material) for one in (*network.stocks, *network.demands)}


def _plain(value: Any) -> Any:
    """Return a value as YAML writes it, without fields that have their default."""
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[Any, ...]", value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: _plain(getattr(value, item.name))
            for item in dataclasses.fields(value)
            if item.default is dataclasses.MISSING or getattr(value, item.name) != item.default
        }
    return value
