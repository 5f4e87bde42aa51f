"""A scenario that states what a branch of the control clocks states gives the same figures."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from orepact.network import World
from orepact.policy import load_register
from orepact.policy.scenario.text import OutcomePart, Relative, Scenario
from orepact.studies.control_clocks import FIGURES
from orepact.studies.run import run_study
from orepact.studies.stress.design import Design
from orepact.studies.stress.stress import stress
from orepact.studies.study import find_study

CHAINS = ("gallium", "graphite")
KEYS = ["chain", "region", "material", "rank", "licence"]


def revival() -> Scenario:
    """Both suspensions end by their text: the branch ``revived``, part by part."""
    acts = ("CN-2025-70", "CN-2025-72")
    return Scenario(
        scenario="the-same", title="The same", text="", version=1, chains=CHAINS,
        first_month=str(find_study("control-clocks").first_month), months=12,
        reason="a test", branch="extended",
        outcomes=tuple(
            OutcomePart(id=f"part-{act}", reason="a test", act=act, outcome="revives",
                        start=Relative(end_of=act, days=1))
            for act in acts
        ),
    )


@pytest.mark.slow
def test_figures_agree_to_a_billionth(bundled: World) -> None:
    study = replace(find_study("control-clocks"), chains=CHAINS, branches=("revived", "extended"))
    design = Design(sets=study.parameter_sets, draws=0, windows=False)
    run = run_study(study, bundled, load_register())
    found = stress(revival(), world=bundled, design=design)
    clocks = run.frames["members"].sort("branch", *KEYS)
    ours = found.frames["members"].sort(KEYS)
    for branch, prefix in (("revived", ""), ("extended", "without_")):
        theirs = clocks.filter(pl.col("branch") == branch, pl.col("region") != "outside")
        for name in FIGURES:
            both = theirs.select(*KEYS, name).join(
                ours.select(*KEYS, pl.col(prefix + name).alias("ours")), on=KEYS, how="inner"
            ).drop_nulls()
            assert len(both) > 0
            assert both.select((pl.col(name) - pl.col("ours")).abs().max()).item() <= 1e-9, name
    entries = {
        (one["chain"], one["region"], one["material"]): one
        for one in found.content["results"] if one["licence"] == "all"
    }
    for theirs in run.content["results"]:
        if theirs["branch"] != "revived":
            continue
        one = entries[theirs["chain"], theirs["region"], theirs["material"]]
        for figure in ("price_marginal_vs_base", "price_transaction_vs_status_quo", "unmet_share"):
            assert (figure in theirs) == (figure in one)
            for bound in theirs.get(figure, {}):
                assert one[figure][bound] == pytest.approx(theirs[figure][bound], rel=1e-9,
                                                           abs=1e-12)

