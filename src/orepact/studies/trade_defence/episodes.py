"""Past detours that somebody documented, format ``orepact/detour-episodes/1``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import Field

from orepact.data.bundle import WORLD_FOLDER
from orepact.data.text import parse, scan_yaml
from orepact.errors import InputError, attempt
from orepact.units import Doc

__all__ = ["DetourEpisode", "Documented", "read_episodes"]

Place = Annotated[str, Field(pattern=r"^[A-Z0-9]{3,4}$")]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Year = Annotated[int, Field(ge=1990, le=2100)]


@dataclass(frozen=True, kw_only=True)
class Documented:
    """A detour that a source tells; no `to` means any buyer."""

    through: Annotated[Place, Doc("third country")]
    years: Annotated[tuple[Year, ...], Doc("years of tables that can show it")]
    source: Annotated[str, Doc("publisher, date and what it says")]
    to: Annotated[str, Doc("buyer; empty for any")] = ""
    address: Annotated[str, Doc("where it was read")] = ""


@dataclass(frozen=True, kw_only=True)
class DetourEpisode:
    """A control that was gone round: exporter, codes, years, what is documented and what is not."""

    episode: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$"), Doc("name")]
    title: Annotated[str, Doc("the control in words")]
    mineral: Annotated[str, Doc("mineral of the dataset")]
    exporter: Annotated[Place, Doc("who controls")]
    codes: Annotated[tuple[Code, ...], Doc("customs codes of six digits")]
    years: Annotated[tuple[Year, ...], Doc("years looked at")]
    documented: Annotated[tuple[Documented, ...], Doc("detours that a source tells")]
    unseen: Annotated[str, Doc("what the tables cannot show")] = ""


def read_episodes(folder: Path = WORLD_FOLDER) -> tuple[DetourEpisode, ...]:
    """Read the documented detours of a dataset; raises `InputError` with every problem."""
    path = folder / "trade_defence" / "episodes.yaml"
    document = scan_yaml(path, kind="detour-episodes", root=path.parent)
    problems = list(document.problems)
    value: Mapping[str, Any] = document.value
    problems += [
        document.problem((key,), "unknown field", found=key, expected="format, episodes")
        for key in value if key not in {"format", "episodes"}
    ]
    items: Any = value.get("episodes")
    if not isinstance(items, list):
        problems.append(document.problem(("episodes",), "required field is missing",
                                         expected="a list of episodes"))
        items = []
    found = [
        attempt(problems, parse, DetourEpisode, document, item, ("episodes", number))
        for number, item in enumerate(cast("list[Any]", items))
    ]
    if problems:
        raise InputError(problems)
    return tuple(episode for episode in found if episode is not None)
