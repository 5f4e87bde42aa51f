"""Published values of the Union's studies, and ours beside them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from orepact.data.bundle import Bundle
from orepact.indicators.criticality.eu_economic_importance import economic_importance
from orepact.indicators.criticality.eu_supply_risk import supply_risk
from orepact.indicators.figure import Figure

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
SR_TOLERANCE, EI_TOLERANCE = 0.075, 0.06


@dataclass(frozen=True)
class Pair:
    indicator: str
    mineral: str
    stage: str
    published: float | None
    figure: Figure
    reproducible: bool | None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.indicator, self.mineral, self.stage

    @property
    def difference(self) -> float | None:
        """Least distance: of the printed shares, or of the shares scaled to one."""
        value, published = self.figure.value, self.published
        if value is None or published is None:
            return None
        total = self.figure.coverage.get("shares add up to") or 1.0
        return min(abs(value - published), abs(value / total - published))

    @property
    def close(self) -> bool:
        tolerance = SR_TOLERANCE if self.indicator == "supply_risk" else EI_TOLERANCE
        return self.difference is not None and self.difference <= tolerance


def read(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    return float(text) if text else None


def stage_pairs(bundle: Bundle) -> list[Pair]:
    rows = read("eu2023_supply_risk.csv")
    figures = {
        (mineral, figure.stage): figure
        for mineral in dict.fromkeys(row["mineral"] for row in rows)
        for figure in supply_risk(bundle, mineral)
    }
    return [
        Pair(
            "supply_risk",
            row["mineral"],
            row["stage"],
            number(row["published"]),
            figures[row["mineral"], row["stage"]],
            row["reproducible"] == "yes",
        )
        for row in rows
    ]


def importance_pairs(bundle: Bundle) -> list[Pair]:
    return [
        Pair(
            "economic_importance",
            row["mineral"],
            "",
            number(row["economic_importance"]),
            economic_importance(bundle, row["mineral"]),
            row["ei_reproducible"] == "yes",
        )
        for row in read("eu2023_results.csv")
        if row["ei_reproducible"]
    ]
