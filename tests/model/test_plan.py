"""`op.solve`, `op.compare` and `op.explain` on toys and on the bundled chains."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import polars as pl
import pytest

import orepact as op
from orepact.engine import LinearOptions, solve_linear
from orepact.model.plan import plan_of
from orepact.result.prove import prove
from tests.cases.reader import FOLDER, Case, read_case
from tests.oracles.random_networks import random_network

NOVEMBER = datetime.date(2026, 11, 1)


def case(name: str) -> Case:
    return read_case(FOLDER / name)


def solved(name: str) -> op.Result:
    toy = case(name)
    return op.solve(toy.network, months=toy.months, curves=toy.curves)


@cache
def antimony(branch: str) -> op.Result:
    network = op.load("antimony").under(op.controls(branch=branch, licence="refuse"))
    return op.solve(network, months=6, start=NOVEMBER)


@pytest.mark.parametrize("chain", ["gallium", "antimony", "graphite", "rare-earth-magnets"])
def test_a_chain_at_its_base_stays_there(chain: str) -> None:
    network = op.load(chain)
    result = op.solve(network, months=3)
    assert (result.price["multiple"] - 1.0).abs().max() < 0.005  # pyright: ignore[reportOptionalOperand]
    base = pl.DataFrame(
        {"route": [r.name for r in network.routes], "base": [r.base for r in network.routes]}
    )
    largest = pl.col("base").max().over("material")
    off = result.flow.join(base, on="route").select(
        ((pl.col("flow") - pl.col("base")).abs() / largest).max()
    )
    assert off.item() < 0.04
    assert result.residual["share"].max() < 1e-6  # pyright: ignore[reportOptionalOperand]


def test_chains_side_by_side_do_not_touch() -> None:
    alone = op.solve(op.load("gallium"), months=2).price
    beside = op.solve(op.load("world"), months=2).price
    both = alone.join(beside, on=["region", "material", "period", "scenario"], suffix="_beside")
    assert len(both) == len(alone)
    assert (both["multiple"] - both["multiple_beside"]).abs().max() < 1e-8  # pyright: ignore[reportOptionalOperand]


def test_a_suspended_control_is_no_control() -> None:
    extended = op.controls(branch="extended")
    never = replace(extended, register=extended.register.without("CN-2024-46-2"))
    network = op.load("gallium")
    first, second = (op.solve(network.under(rule), months=4) for rule in (extended, never))
    assert first.price.equals(second.price)
    assert first.flow.equals(second.flow)


def test_a_revived_control_raises_the_price_of_the_buyer_it_names() -> None:
    before, after = (
        dict(antimony(branch).marginal.filter(material="antimony-oxide", period="2027-03")
             .select("region", "multiple").rows())
        for branch in ("extended", "revived")
    )
    change = {region: after[region] - before[region] for region in ("USA", "JPN", "KOR")}
    assert change["USA"] > 0.01
    assert change["USA"] > max(change["JPN"], change["KOR"])
    text = str(op.compare(before=antimony("extended"), after=antimony("revived")))
    assert "USA" in text
    assert "revived" in text


def test_the_explanation_names_the_clause() -> None:
    text = str(op.explain(antimony("revived")).price("USA", "antimony-metal", "2027-03"))
    assert "CN-2024-46-2" in text
    bound = op.explain(antimony("revived")).binding()
    assert (bound["rent"] > 0.0).all()
    assert "CN-2024-46-2" in set(bound.filter(pl.col("name").str.contains("CHN>USA"))["clause"])


def test_a_stage_with_assumed_trade_has_no_regional_price() -> None:
    revived = antimony("revived")
    with pytest.raises(op.InputError, match="assumed"):
        _ = op.explain(revived).price("USA", "antimony-oxide", "2027-03")
    shown = revived.price.filter(material="antimony-oxide")
    assert shown["price"].is_null().all()
    assert set(shown["grade"]) == {"D"}
    told = str(op.compare(before=antimony("extended"), after=revived))
    assert "antimony-oxide" in told.splitlines()[-1]
    assert "antimony-oxide" not in "\n".join(told.splitlines()[:-1])
    table = op.compare(before=antimony("extended"), after=revived).table
    oxide = table.filter(material="antimony-oxide")
    assert oxide["price_multiple_after"].is_null().all()
    assert oxide["unmet_t_per_month_after"].is_not_null().any()
    assert table.filter(material="antimony-metal")["price_multiple_after"].is_not_null().any()


def test_a_price_follows_the_route_to_the_mine() -> None:
    found = op.explain(solved("free_trade_with_transport_cost")).price("B", "metal", "2000-01")
    assert found.table["usd_per_t"].to_list() == pytest.approx([40.0, 60.0])
    assert "transport from A" in str(found)
    assert "mine A: cost of the last tonne" in str(found)
    assert found.limits.is_empty()


def test_a_price_behind_a_ban_says_who_pays_and_which_act_binds() -> None:
    found = op.explain(solved("ban_on_one_route")).price("B", "metal", "2000-02")
    assert found.price == pytest.approx(180.0)
    assert "what the last user of metal in B pays" in str(found)
    rows = found.limits.filter(clause="toy act 1")
    assert rows["rent"].to_list() == pytest.approx([80.0])
    assert "under toy act 1; one tonne more is worth 80 USD" in str(found)


def test_a_price_under_a_quota_shows_the_gap_that_the_quota_opens() -> None:
    found = op.explain(solved("quota_shared_by_two_buyers")).price("B", "metal", "2000-01")
    gap = found.table.filter(clause="toy quota")
    assert gap["usd_per_t"].to_list() == pytest.approx([55.0])
    assert sum(part.amount for part in found.parts) == pytest.approx(155.0)


def test_a_price_out_of_store_is_last_month_s_and_storage() -> None:
    found = op.explain(solved("stock_over_two_months")).price("A", "metal", "2000-02")
    assert found.table["usd_per_t"].to_list() == pytest.approx([10.0, 145.0])


def test_a_processed_price_is_its_inputs_and_margin() -> None:
    found = op.explain(solved("processing_margin")).price("A", "metal", "2000-01")
    assert found.table["usd_per_t"].to_list() == pytest.approx([130.0 / 3.0, 40.0])


def test_asking_for_what_is_not_there_says_what_is() -> None:
    answers = op.explain(solved("processing_margin"))
    with pytest.raises(op.InputError, match="did you mean 'metal'"):
        _ = answers.price("A", "metl", "2000-01")
    with pytest.raises(op.InputError, match="2 problems"):
        _ = answers.price("Z", "metal", "1999-01")
    futures = op.explain(solved("two_futures"))
    with pytest.raises(op.InputError, match="which scenario"):
        _ = futures.price("A", "metal", "2000-01")
    assert futures.price("A", "metal", "2000-01", "slack").price == pytest.approx(112.5)


def test_comparing_shows_units_in_the_names_and_adds_up() -> None:
    toy = case("ban_on_one_route")
    free = replace(toy.network, policies=())
    before = op.solve(free, months=2, curves=toy.curves)
    after = op.solve(toy.network, months=2, curves=toy.curves)
    found = op.compare(before=before, after=after)
    row = found.table.filter(region="B", period="2000-02").row(0, named=True)
    assert row["price_usd_per_t_change"] == pytest.approx(80.0)
    assert row["unmet_t_per_month_change"] == pytest.approx(40.0)
    flow = found.flow.filter(route="A>B", period="2000-02").row(0, named=True)
    assert flow["flow_t_per_month_change"] == pytest.approx(-40.0)
    assert found.objective_usd_change > 0.0
    with pytest.raises(op.InputError, match="differ in their months"):
        _ = op.compare(before=before, after=op.solve(free, months=1, curves=toy.curves))


@dataclass(frozen=True)
class Wish:
    name: str = "wish"


def test_what_cannot_be_planned_is_refused_all_at_once() -> None:
    toy = case("stock_over_two_months").network
    broken = replace(
        toy,
        materials=(replace(toy.materials[0], price=0.0),),
        stocks=(replace(toy.stocks[0], capacity=1.0),),
        scenarios=(op.Scenario(name="s", demand={"metl": 2.0, "metal": -1.0}),),
        policies=(Wish(), op.ExportBan(exporter="Q", materials=("metl",))),
    )
    with pytest.raises(op.InputError) as caught:
        _ = op.solve(broken, months=0)
    text = str(caught.value)
    for part in ("needs a month", "price above zero", "above its capacity", "'metal'", "wish"):
        assert part in text
    assert len(caught.value.problems) == 8


def test_a_result_says_how_it_was_made() -> None:
    result = solved("quota_shared_by_two_buyers")
    assert result.certificate.holds
    made = result.provenance
    assert made.options["foresight"] == "perfect"
    assert made.solver.startswith("Clarabel")
    assert made.policies == ("quota of A on all materials to all",)
    assert "perfect foresight" in str(result)
    assert solved("steps_instead_of_lines").provenance.solver.startswith("HiGHS")


def test_an_impossible_plan_names_its_program() -> None:
    plan = plan_of(random_network(1), months=1)
    nothing = np.zeros(plan.arrays.n_columns)
    wanted = np.ones(plan.arrays.n_rows)
    impossible = plan.arrays.with_numbers(upper=nothing, row_lower=wanted, row_upper=wanted)
    with pytest.raises(op.SolveError, match="plan of user"):
        _ = prove(impossible)


def test_a_unique_linear_plan_does_not_depend_on_the_start() -> None:
    curves = op.Curves.in_steps(10)
    plan = plan_of(random_network(7), months=2, curves=curves)
    first = prove(plan.arrays, unique=True)
    again = solve_linear(plan.arrays, LinearOptions(presolve=False, unique=True))
    assert first.primal_values == pytest.approx(again.primal_values, abs=1e-7)


def test_restarted_capacity_waits_for_its_notice() -> None:
    toy = case("ban_on_one_route").network
    idle = replace(
        toy.processes[1], name="idle B", capacity=50.0, cost=70.0, notice=1, source="card:toy"
    )
    network = toy.including(idle)
    result = op.solve(network, months=4, curves=op.Curves())
    made = result.production.filter(process="idle B")["production"].to_list()
    assert made[:2] == pytest.approx([0.0, 0.0])  # the ban starts in the second month
    assert made[2] > 1.0
    free = op.solve(replace(network, policies=()), months=4)
    assert free.production.filter(process="idle B")["production"].sum() == pytest.approx(0.0)
