"""One verdict for each material on the ceiling of one third country, from all of its readings."""

from __future__ import annotations

from collections.abc import Sequence

from orepact.indicators.figure import Figure
from orepact.indicators.union.benchmark_case import CEILING_VERDICTS, UNION, Case
from orepact.indicators.union.third_country import CONSUMPTION, third_country_verdict
from orepact.network.accounts.balance import ASSUMED

__all__ = ["CEILING", "ceiling_verdict"]

CEILING = "verdict on one third country"


def ceiling_verdict(case: Case, material: str, readings: Sequence[Figure]) -> Figure:
    """Return whether one third country supplies more of a material than the law's ceiling allows.

    `readings` are those of `third_country`; the rule is `RULE_THIRD_COUNTRY` (Regulation (EU)
    2024/1252, Art. 5(1)(b)), the verdict is in `coverage`. The value is the share (1) that decides:
    above the ceiling the least at the stage where every source is above, within it the largest of
    all. Where the sources cannot tell there is no value, and `missing` has what each says. Raises
    `InputError` for a material that is not strategic.
    """
    entry, law = case.listed.material(material), case.listed.third_country
    counted = [
        one
        for one in readings
        if one.indicator == CONSUMPTION and one.stage and one.coverage.get("grade") != ASSUMED
    ]
    verdict = third_country_verdict(readings)
    first = _deciding(counted, verdict)
    return Figure(
        indicator=CEILING,
        value=first.value if first else None,
        low=first.low if first else None,
        high=first.high if first else None,
        unit="1",
        region=UNION,
        mineral=entry.material,
        stage=first.stage if first else "",
        form=first.form if first else "",
        period="all readings",
        method=f"{case.listed.act.split(',')[0]}, {law.article}",
        missing="" if first else _told(counted),
        note=f"{_source(first)}: {first.note}" if first else "",
        inputs=tuple(one for one in readings if one.indicator == CONSUMPTION),
        coverage={
            "verdict": verdict,
            "benchmark": law.share,
            "country": first.coverage.get("country", "") if first else "",
        },
    )


def _deciding(readings: Sequence[Figure], verdict: str) -> Figure | None:
    """Return the reading that a verdict rests on, none where there is none to tell."""
    within, above, _ = CEILING_VERDICTS
    if verdict == within:
        known = [one for one in readings if one.value is not None]
        return max(known, key=lambda one: (one.high or 0.0, one.stage, one.form), default=None)
    if verdict != above:
        return None
    stages = dict.fromkeys(one.stage for one in readings)
    own = [[one for one in readings if one.stage == stage] for stage in stages]
    at = next(each for each in own if third_country_verdict(each) == above)
    over = [one for one in at if one.coverage["verdict"] == above]
    return min(over, key=lambda one: (one.low or 0.0, one.form))


def _source(reading: Figure) -> str:
    return f"by {reading.period}"


def _told(readings: Sequence[Figure]) -> str:
    """Return what every source says at each stage, or that there is no source."""
    found: dict[str, list[str]] = {}
    for one in readings:
        found.setdefault(one.stage, []).append(f"{one.period} {one.coverage['verdict']}")
    words = [f"{stage}: {', '.join(dict.fromkeys(each))}" for stage, each in found.items()]
    return ". ".join(words) or "no reading that is not assumed"
