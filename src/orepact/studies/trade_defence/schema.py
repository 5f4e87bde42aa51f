"""The JSON Schema of documented detours, made from the dataclasses that read them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from orepact.policy.scenario.schema import file_schema
from orepact.studies.trade_defence.episodes import DetourEpisode, Documented

__all__ = ["detour_episodes_schema_text"]


@dataclass(frozen=True, kw_only=True)
class _Episodes:
    """The file as a whole."""

    episodes: tuple[DetourEpisode, ...]


def detour_episodes_schema_text() -> str:
    """Return the text of ``detour-episodes.schema.json``."""
    schema = file_schema(
        _Episodes, (DetourEpisode, Documented), kind="detour-episodes", title="Detour episodes",
        text="Controls that were gone round: exporter, codes, years, and detours that a source "
        "tells.",
    )
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
