"""The JSON Schemas of files of projects and of circuits, made from the classes that read them."""

from __future__ import annotations

import json

from orepact.indicators.recycling.circuits import Circuit, Intake, Product, RecyclingText
from orepact.network.project_text import Estimate, ModeText, NotModelled, ProjectsText, ProjectText
from orepact.policy.scenario.schema import file_schema

__all__ = ["projects_schema_text", "recycling_schema_text"]


def projects_schema_text() -> str:
    """Return the text of ``projects.schema.json``."""
    return _text(file_schema(
        ProjectsText, (ProjectText, ModeText, Estimate, NotModelled), kind="projects",
        title="Projects",
        text="Projects that may be built; what a project does not say is a card of its kind.",
    ))


def recycling_schema_text() -> str:
    """Return the text of ``recycling.schema.json``."""
    return _text(file_schema(
        RecyclingText, (Circuit, Product, Intake), kind="recycling", title="Recycling",
        text="Products that hold a material, how long, and what comes back of it.",
    ))


def _text(schema: object) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
