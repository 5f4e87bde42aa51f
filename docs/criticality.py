"""Write the tables of ``docs/explanation/criticality.md``: our figures beside published ones.

Run ``uv run python -m docs.criticality``; a test fails while the committed page differs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from orepact.data.bundle import Bundle, read_bundle
from orepact.indicators.criticality.eu_economic_importance import economic_importance
from orepact.indicators.criticality.eu_supply_risk import supply_risk
from orepact.indicators.criticality.gdp_at_risk import published_losses, ranking
from orepact.indicators.criticality.geopolrisk_coverage import geopolrisk_coverage
from orepact.indicators.criticality.geopolrisk_figures import geopolrisk
from orepact.indicators.figure import Figure
from tests.indicators.criticality_vectors import (
    VECTORS,
    Pair,
    importance_pairs,
    read,
    stage_pairs,
)

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "criticality.md"
RANKED = 12


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the page with its tables as they would be made now."""
    text = PAGE.read_text(encoding="utf-8")
    for name, body in sections(read_bundle()).items():
        head, tail = f"<!-- {name}: made by docs/criticality.py -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(head)
        _, _, after = rest.partition(tail)
        text = f"{before}{head}\n\n{body}\n{tail}{after}"
    return text


def sections(bundle: Bundle) -> dict[str, str]:
    """Return the text of every part of the page that is made from the dataset."""
    stages, importances = stage_pairs(bundle), importance_pairs(bundle)
    reasons = {
        (row["indicator"], row["mineral"], row["stage"]): row for row in read("differences.csv")
    }
    return {
        "counts": _counts(stages, importances, reasons),
        "results": _table(
            ("material", "SR ours", "SR printed", "EI ours", "EI printed"), _results(bundle)
        ),
        "differences of supply risk": _differences(stages, reasons),
        "differences of economic importance": _differences(importances, reasons),
        "geopolrisk": _table(
            ("material", "score ours", "published", "factor ours", "published"),
            _geopolrisk(bundle),
        ),
        "coverage": _coverage(bundle),
        "gdp at risk": _table(
            ("rank", "mineral", "expected loss, million USD", "largest loss of a scenario"),
            _losses(bundle),
        ),
    }


def _counts(
    stages: Iterable[Pair], importances: Iterable[Pair], reasons: dict[tuple[str, ...], object]
) -> str:
    lines: list[str] = []
    for name, pairs, tolerance in (
        ("supply risk by stage", list(stages), 0.075),
        ("economic importance", list(importances), 0.06),
    ):
        near = sum(pair.close for pair in pairs)
        lines.append(
            f"- {name}: {near} of {len(pairs)} printed rows within {tolerance}; "
            f"{len(pairs) - near} listed below"
        )
    kinds = Counter(row["kind"] for row in reasons.values() if isinstance(row, dict))
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    return "\n".join([*lines, f"- reasons: {told}"]) + "\n"


def _results(bundle: Bundle) -> Iterator[tuple[str, ...]]:
    for row in read("eu2023_results.csv"):
        risk = supply_risk(bundle, row["mineral"])[-1]
        importance = economic_importance(bundle, row["mineral"])
        yield (
            row["material"],
            _shown(risk),
            row["supply_risk"],
            _shown(importance),
            row["economic_importance"],
        )


def _shown(figure: Figure, digits: int = 2) -> str:
    if figure.value is None:
        return "–"
    bound = "≥ " if figure.high is None else ""
    span = (
        f" ({figure.low:.{digits}f}–{figure.high:.{digits}f})"
        if figure.low is not None and figure.high is not None
        else ""
    )
    return f"{bound}{figure.value:.{digits}f}{span}"


def _differences(pairs: Iterable[Pair], reasons: dict[tuple[str, ...], dict[str, str]]) -> str:
    rows = [
        (
            pair.mineral.replace("_", " "),
            pair.stage,
            _shown(pair.figure),
            "–" if pair.published is None else f"{pair.published:g}",
            reasons[pair.key]["kind"],
            reasons[pair.key]["reason"],
        )
        for pair in pairs
        if not pair.close
    ]
    return _table(("material", "stage", "ours", "printed", "reason", "in words"), rows)


def _geopolrisk(bundle: Bundle) -> Iterator[tuple[str, ...]]:
    text = (VECTORS / "geopolrisk_usa_2022.json").read_text(encoding="utf-8")
    for case in json.loads(text)["cases"]:
        score, _, factor = next(
            found
            for found in _threes(geopolrisk(bundle, "USA", case["mineral"], case["year"]))
            if found[0].coverage["code"] == case["code"]
        )
        expected = case["expected"]
        yield (
            case["mineral"].replace("_", " "),
            _shown(score, 5),
            f"{expected['score']:.5f}",
            _shown(factor, 4),
            f"{expected['characterisation_factor']:.4f}",
        )


def _threes(figures: list[Figure]) -> Iterator[list[Figure]]:
    for at in range(0, len(figures), 3):
        yield figures[at : at + 3]


def _coverage(bundle: Bundle) -> str:
    table = geopolrisk_coverage(bundle)
    minerals = table["mineral"].n_unique()
    rows = [
        (
            str(year),
            str(part["mineral"].n_unique()),
            str(part.filter("complete")["mineral"].n_unique()),
        )
        for (year,), part in table.drop_nulls("year")
        .sort("year")
        .group_by("year", maintain_order=True)
        if part["complete"].any()
    ]
    last = max(year for year in table["year"] if year is not None)
    done = sorted(set(table.filter("complete", year=last)["mineral"]))
    head = _table(("year", f"minerals with trade, of {minerals}", "complete"), rows)
    named = ", ".join(name.replace("_", " ") for name in done)
    return f"{head}\nComplete in {last}: {named}.\n"


def _losses(bundle: Bundle) -> Iterator[tuple[str, ...]]:
    for rank, figure in ranking(published_losses(bundle))[:RANKED]:
        yield (
            str(rank),
            figure.mineral.replace("_", " "),
            f"{figure.value:,.0f}",
            f"{figure.coverage['largest loss']:,.0f}",
        )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
