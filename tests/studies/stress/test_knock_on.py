"""Sectors and exposure of a stress run's members: entries, missing sectors, both ends."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import polars as pl
import pytest

from orepact.indicators.input_output import LABEL, InputOutput
from orepact.network import World, read_world
from orepact.studies.stress.knock_on import flow_problems, knock_on

MONTHS = {"whole": 12}


@cache
def world() -> World:
    return read_world()


def members(*unmet: float) -> pl.DataFrame:
    return pl.DataFrame({
        "chain": "gallium", "window": "base", "licence": "approve", "rank": 0,
        "draw": list(range(len(unmet))), "rung": 0, "region": "EU27",
        "material": "gallium-refined", "period": "whole", "unmet_share": list(unmet),
        "without_unmet_share": 0.0, "price_transaction": 1.2, "without_price_transaction": 1.0,
    })


def flows(*sectors: str) -> InputOutput:
    count = len(sectors)
    inner = np.full((count, count), 10.0)
    final = np.full(count, 100.0)
    return InputOutput(sectors, inner, final, inner.sum(axis=1) + final)


def test_entries_are_plain_values_with_both_ends() -> None:
    found = knock_on(members(0.1, 0.5), world(), MONTHS, region="EU27")
    assert json.dumps(found.content, allow_nan=False)
    assert found.exposure == []
    circuits = next(one for one in found.sectors if one["sector"] == "C26")
    assert circuits["at_risk"]["low"] <= circuits["at_risk"]["proportional"]
    assert circuits["at_risk"]["proportional"] <= circuits["at_risk"]["fixed_proportions"]
    assert circuits["extra_cost"]["middle"] > 0.0
    assert found.content["sector_exposure"]["label"] == LABEL


def test_nothing_at_risk_gives_no_entry() -> None:
    assert knock_on(members(0.0, -0.2), world(), MONTHS, region="EU27").sectors == []


def test_exposure_grows_with_what_is_at_risk() -> None:
    table = flows("C26", "C27", "other")
    small, large = (
        knock_on(members(unmet), world(), MONTHS, region="EU27", flows=table).exposure
        for unmet in (0.05, 0.6)
    )
    for one, other in zip(small, large, strict=True):
        for name in ("backward", "forward"):
            assert one[name]["low"] <= one[name]["high"] < other[name]["high"]
    assert next(one for one in large if one["sector"] == "other")["direct"]["high"] == 0.0


def test_a_region_without_anything_at_risk_has_no_exposure() -> None:
    found = knock_on(members(0.3), world(), MONTHS, region="JPN", flows=flows("C26", "C27"))
    assert found.exposure == []


@pytest.mark.parametrize(("sectors", "missing"), [
    (("C26", "C27"), []), (("C26",), ["C27"]), (("A01",), ["C26", "C27"]),
])
def test_sectors_that_a_table_lacks_are_told(sectors: tuple[str, ...], missing: list[str]) -> None:
    problems = flow_problems(("gallium",), world(), flows(*sectors))
    assert [problem.found for problem in problems] == missing


def test_without_a_table_nothing_is_lacking() -> None:
    assert flow_problems(("gallium",), world(), None) == []
