"""Price paths move as the terms say, and what is read off yearly prices can be recomputed."""

import numpy as np
import pytest

from orepact.data.bundle import read_bundle
from orepact.indicators.support.movement import (
    PRIOR,
    common_movement,
    movements_of,
    series_of,
)
from orepact.indicators.support.processes import log_paths, normals
from orepact.studies.vault.events import Events, weights_of, with_disruptions

MEMBERS, MONTHS = 4000, 120


def paths(process: str, sigma: float = 0.3, correlation: float = 0.4) -> np.ndarray:
    common, own = normals(MEMBERS, MONTHS, 2, 11)
    one = np.ones(MEMBERS)
    return log_paths(process, common, own, np.full((MEMBERS, 2), sigma),  # type: ignore[arg-type]
                     correlation * one, 2.0 * one)


def test_a_walk_keeps_its_mean_price_and_spreads_with_the_root_of_time() -> None:
    found = paths("walk")
    assert np.exp(found[11, :, 0]).mean() == pytest.approx(1.0, abs=0.02)
    assert found[11, :, 0].std() == pytest.approx(0.3, rel=0.04)
    assert found[47, :, 0].std() == pytest.approx(0.6, rel=0.04)


def test_a_reverting_price_forgets_half_a_gap_in_its_half_life() -> None:
    found = paths("reverting")[:, :, 0]
    # the autocorrelation over 24 months is one half; the spread settles at σ/√(1−k²)/√12
    late, later = found[-30], found[-6]
    assert np.corrcoef(late, later)[0, 1] == pytest.approx(0.5, abs=0.04)
    keep = 0.5 ** (1.0 / 24.0)
    assert found[-1].std() == pytest.approx(0.3 / np.sqrt(12.0 * (1.0 - keep**2)), rel=0.05)


def test_changes_of_two_materials_correlate_as_asked() -> None:
    steps = np.diff(paths("walk", correlation=0.6), axis=0)
    assert np.corrcoef(steps[:, :, 0].ravel(), steps[:, :, 1].ravel())[0, 1] == pytest.approx(
        0.6, abs=0.01)


def test_a_disruption_adds_its_multiple_and_fades_by_half_in_six_months() -> None:
    disrupted = np.zeros((12, 1, 1), dtype=bool)
    disrupted[2:4] = True
    events = Events(disrupted, np.zeros((1, 1)), weights_of(np.array([1.0]), 1))
    found = np.exp(with_disruptions(np.zeros((12, 1, 1)), events, np.array([4.0])))[:, 0, 0]
    assert found[1] == 1.0
    assert found[3] == pytest.approx(4.0)
    assert found[9] == pytest.approx(2.0)


def test_the_volatility_of_a_mineral_is_its_own_changes_and_the_median_of_all() -> None:
    bundle = read_bundle()
    found = movements_of(bundle, ["cobalt", "yttrium", "no-such-mineral"])
    pooled = found["no-such-mineral"].volatility
    assert found["no-such-mineral"].changes == 0
    cobalt = found["cobalt"]
    # USGS prints 2021 to 2024: 23.17, 28.83, 15.48, 11.84 USD/lb at the exchange and 24.21, 30.78,
    # 17.20, 16.77 in the United States; a year's square is the mean of both, over two thirds
    exchange = np.diff(np.log([23.17, 28.83, 15.48, 11.84])) ** 2
    states = np.diff(np.log([24.21, 30.78, 17.20, 16.77])) ** 2
    squares = (exchange + states) / 2.0 / (2.0 / 3.0)
    assert cobalt.changes == 3
    assert cobalt.own == pytest.approx(np.sqrt(squares.mean()), rel=1e-6)
    assert cobalt.volatility == pytest.approx(
        np.sqrt((PRIOR * pooled**2 + squares.sum()) / (PRIOR + 3)), rel=1e-6)


def test_a_material_is_looked_up_by_its_own_name_first() -> None:
    bundle = read_bundle()
    assert series_of(bundle, "palladium-metal", "pgm") == "palladium"
    assert series_of(bundle, "graphite-anode", "graphite") == "graphite_natural"
    assert series_of(bundle, "cobalt-metal", "cobalt") == "cobalt"
    assert series_of(bundle, "magnet-heavy", "rare_earths") == "rare_earths"


def test_the_common_volatility_is_a_median_of_long_enough_series() -> None:
    assert common_movement({"a": [0.04] * 3, "b": [0.16] * 4, "c": [0.36] * 3, "d": [9.0]}) == 0.4
    assert common_movement({}) == 0.25
