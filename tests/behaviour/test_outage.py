"""The outage of 2021 in magnesium: a control episode that no parameter was fitted to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orepact.errors import InputError
from orepact.network import World, read_world
from orepact.studies.outage import Activity, Outage, find_outage, outage_bands, outage_names

# Rotterdam, multiples of the base price: the two quotes of September; October; November between its
# neighbours; 31 December; 7 January; then what is left of the annual mean of 2022 (1.2107).
SEPTEMBER, OCTOBER, DECEMBER, JANUARY = (1.2442 + 2.2442) / 2, 2.7907, 1.9419, 2.0465
LATER = (12 * 1.2107 - JANUARY) / 11
OBSERVED = (
    SEPTEMBER + OCTOBER + (OCTOBER + DECEMBER) / 2 + DECEMBER + JANUARY + 7 * LATER
) / 12


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


def row(rows: list[dict[str, Any]], region: str, material: str) -> dict[str, Any]:
    return next(one for one in rows if (one["region"], one["material"]) == (region, material))


def test_the_year_of_2021_lies_in_the_band(world: World) -> None:
    rows = outage_bands(world, find_outage("magnesium-2021"))
    price = row(rows, "EU27", "magnesium-metal")["price_marginal_vs_base"]
    assert price["low"] < OBSERVED < price["high"]
    assert max(price["middle"] / OBSERVED, OBSERVED / price["middle"]) < 1.35
    alloy = row(rows, "EU27", "magnesium-alloy")
    assert alloy["grade"] == "D"
    assert "price_marginal_vs_base" not in alloy
    assert alloy["unmet_share"]["middle"] > 0.0
    assert row(rows, "outside", "magnesium-alloy")["price_marginal_vs_base"]["middle"] > 1.0
    shipped = row(rows, "CHN", "magnesium-metal")["export_volume_relative"]
    assert shipped["low"] < 1.0 < shipped["high"]


def test_no_outage_no_change_and_a_longer_one_is_worse(world: World) -> None:
    outage, central = find_outage("magnesium-2021"), world.ensemble[:1]

    def unmet(steps: Outage) -> float:
        rows = outage_bands(world, steps, sets=central)
        return row(rows, "EU27", "magnesium-metal")["unmet_share"]["middle"]

    running = replace(outage, steps=(), alarm=0.0)
    longer = replace(outage, steps=outage.steps[:3])
    assert unmet(running) < unmet(outage) < unmet(longer)


def test_an_unknown_process_is_named_with_the_nearest(world: World) -> None:
    outage = find_outage("magnesium-2021")
    wrong = replace(outage.steps[0], process="magnesium-smeltin")
    with pytest.raises(InputError, match="magnesium-smelting@CHN"):
        _ = outage_bands(world, replace(outage, steps=(wrong,)))


def test_a_file_is_read_strictly(tmp_path: Path) -> None:
    assert outage_names() == ("magnesium-2021",)
    path = tmp_path / "own.yaml"
    _ = path.write_text(
        "format: orepact/outage/1\noutage: own\ntitle: Own\nchain: magnesium\n"
        "first_month: 2021-09\nmonths: 6\nsteps:\n  - {process: a, region: CHN, month: 2021-09,\n"
        "     activity: {value: 1.5, low: 0, high: 1}}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=r"own.yaml:\d+.*activity.value"):
        _ = find_outage(path)
    assert Activity(value=1.0, low=1.0, high=1.0).value == pytest.approx(1.0)
