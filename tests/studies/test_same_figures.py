"""The same inputs give the same figures on every Python that the project supports."""

from __future__ import annotations

import polars as pl

from orepact.network import World
from orepact.policy.scenario.reading import write_scenario
from orepact.studies.ensemble.hashing import input_hash
from tests.studies.same_figures import DESIGN, KEYS, STORED, figures, surge

RELATIVE, ABSOLUTE = 1e-6, 1e-9
"""How far figures may lie apart; the absolute one is for shares and changes of nothing."""


HASH = "2b2056d950f649ad19ae831e202a050c5573d1ad585aebbd5630cec66f78e66b"
"""Of what the stress run is asked for, without the dataset, which has a hash of its own."""


def test_figures_are_those_on_record(bundled: World) -> None:
    stored, found = pl.read_csv(STORED), figures(bundled)
    stored = stored.with_columns(pl.col("branch").cast(pl.String))
    assert found.select(KEYS).equals(stored.select(KEYS))
    both = found.with_columns(stored["value"].alias("stored"))
    apart = both.filter(
        (pl.col("value") - pl.col("stored")).abs()
        > RELATIVE * pl.col("stored").abs() + ABSOLUTE
    )
    assert apart.is_empty(), apart.head(5)


def test_the_input_hash_is_the_same_everywhere() -> None:
    described = {"scenario": write_scenario(surge()), "sets": DESIGN.sets, "seed": DESIGN.seed}
    assert input_hash(described) == HASH
