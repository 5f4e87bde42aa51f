"""Price supports: files of instruments and plants, read, checked and made into components."""

from __future__ import annotations

from orepact.policy.support.made import Support
from orepact.policy.support.reading import (
    FORMAT,
    PLANTS_FORMAT,
    PlantSet,
    check_support,
    plant_set_names,
    read_plants,
    read_support,
    support_names,
)
from orepact.policy.support.text import KINDS, PlantsText, PlantText, SupportText

__all__ = [
    "FORMAT",
    "KINDS",
    "PLANTS_FORMAT",
    "PlantSet",
    "PlantText",
    "PlantsText",
    "Support",
    "SupportText",
    "check_support",
    "plant_set_names",
    "read_plants",
    "read_support",
    "support_names",
]
