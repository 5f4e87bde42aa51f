"""Every decision does what it says: tonnes, prices, routes; and nothing decided changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from orepact.model.curve import Array
from orepact.policy.scenario.laid import register_of
from orepact.result.conditions import conditions_of, network_under
from orepact.result.simulation import Simulator
from orepact.studies.exercise.board import Board, Seat, Shared, Turned
from orepact.studies.exercise.figures import place_rows, stock_rows, subsidy_rows
from orepact.studies.exercise.plan import Decision, levels_of, nothing, scenario_in
from orepact.studies.replay import WINDOW, months_since_base

SEAT = Seat("antimony", "refuse", 0)


def levels(shared: Shared, *made: tuple[int, str, str, float]) -> Array:
    return levels_of(shared.exercise, [
        Decision(turn=turn, team=team, option=option, amount=amount)
        for turn, team, option, amount in made])


def path(board: Board, *made: tuple[int, str, str, float]) -> list[Turned]:
    return list(board.path(SEAT, levels(board.shared, *made)))


def price(turns: list[Turned], region: str, material: str) -> Array:
    nodes = turns[0].simulation.tables.nodes.frame
    rows = [n for n, row in enumerate(nodes.iter_rows(named=True))
            if (row["region"], row["material"]) == (region, material)]
    return np.concatenate([each.simulation.price[:, rows[0]] for each in turns])


def figure(board: Board, turns: list[Turned], region: str, material: str, name: str) -> float:
    rows = place_rows(board, SEAT, turns).filter(region=region, material=material)
    return float(rows[name].to_list()[0])


def made_by(board: Board, turns: list[Turned], prefix: str) -> Array:
    names = [each.name for each in board.network("antimony").processes]
    column = next(n for n, name in enumerate(names) if name.startswith(prefix))
    return np.concatenate([each.simulation.production[:, column] for each in turns])


def test_a_table_without_decisions_is_the_scenario_told_turn_by_turn(board: Board) -> None:
    shared, turns = board.shared, path(board)
    chain, behaviour = shared.world.chains["antimony"], shared.sets[0]
    exercise = shared.exercise
    months = months_since_base(chain.text.calibration.last, exercise.first, exercise.months)
    start = months.number(exercise.first)
    told: list[Array] = []
    scenes = [scenario_in(exercise, shared.background, shared.register, turn, nothing(exercise))
              for turn in range(3)]
    registers = [register_of(each, shared.register, 0) for each in scenes]
    network = network_under(shared.world.network("antimony", behaviour), chain, scenes[1],
                            registers[1], behaviour)
    simulator, state = Simulator.of(network, behaviour, WINDOW), None
    for turn, (scene, register) in enumerate(zip(scenes, registers, strict=True)):
        found = conditions_of(network, chain, scene, register, shared.template, "refuse", months)
        if turn == 0:
            state = simulator.run(found.restrictions, found.setting.cut(0, start)).last
        first, count = exercise.months_of(turn)
        run = simulator.run(found.restrictions.later(start + first),
                            found.setting.cut(start + first, start + first + count), start=state)
        told.append(run.price)
        state = run.last
    ours = np.concatenate([each.simulation.price for each in turns])
    assert ours == pytest.approx(np.concatenate(told), rel=1e-6, nan_ok=True)


def test_a_later_inject_is_not_known_before(board: Board, shared: Shared) -> None:
    calm = replace(shared.exercise, turns=tuple(
        replace(turn, injects=tuple(replace(one, controls=(), ends=()) for one in turn.injects))
        for turn in shared.exercise.turns))
    other = Board(replace(shared, exercise=calm))
    with_ban, without = path(board), path(other)
    for place in ("USA", "EU27"):
        a, b = (price(turns, place, "antimony-metal") for turns in (with_ban, without))
        assert a[:2] == pytest.approx(b[:2], rel=1e-9)
        assert (a[2:] > b[2:] * 1.02).all()


def test_the_same_beginning_is_simulated_once(shared: Shared) -> None:
    board = Board(shared)
    first, again = path(board), path(board, (2, "eu", "less", 0.2))
    assert again[0] is first[0]
    assert again[1] is not first[1]


def test_a_release_sells_its_tonnes_for_one_turn_and_relieves_its_region(board: Board) -> None:
    quiet, sold = path(board), path(board, (2, "eu", "sell", 100.0))
    assert made_by(board, sold, "release:") == pytest.approx([0, 0, 100, 100, 0, 0], abs=1e-6)
    assert not made_by(board, quiet, "release:").any()
    assert figure(board, sold, "EU27", "antimony-metal", "unmet_t") < figure(
        board, quiet, "EU27", "antimony-metal", "unmet_t")
    (row,) = (one for one in stock_rows(board, SEAT, sold) if one["option"] == "sell")
    got = price(sold, "EU27", "antimony-metal")[2:4].sum() * 100.0 * 22300.0
    assert row["tonnes"] == pytest.approx(200.0, rel=1e-6)
    assert row["usd"] == pytest.approx(-got, rel=1e-6)


def test_a_purchase_takes_its_tonnes_and_raises_the_price(board: Board) -> None:
    quiet, bought = path(board), path(board, (1, "eu", "buy", 50.0))
    assert made_by(board, bought, "purchase:") == pytest.approx([50, 50, 0, 0, 0, 0], abs=1e-6)
    here = [price(each, "EU27", "antimony-metal") for each in (quiet, bought)]
    assert (here[1][:2] > here[0][:2]).all()


def test_a_purchase_stops_at_its_ceiling(shared: Shared) -> None:
    team = shared.exercise.teams[0]
    menu = replace(team.menu, purchases=(replace(team.menu.purchases[0], ceiling=0.2),))
    exercise = replace(shared.exercise,
                       teams=(replace(team, menu=menu), *shared.exercise.teams[1:]))
    other = Board(replace(shared, exercise=exercise))
    assert made_by(other, path(other, (1, "eu", "buy", 50.0)), "purchase:") == pytest.approx(
        np.zeros(6), abs=1e-6)


def test_restraint_holds_a_use_back_until_it_is_changed(board: Board) -> None:
    turns = path(board, (1, "eu", "less", 0.5), (3, "eu", "less", 0.0))
    network = board.network("antimony")
    place = next(n for n, each in enumerate(network.demands)
                 if each.name == "antimony-oxide@EU27")
    share = turns[0].uses[place]["flame-retardants"]
    assert turns[0].asked[:, place] == pytest.approx(turns[0].wanted[:, place] - 0.5 * share)
    assert (turns[2].asked == turns[2].wanted).all()
    assert figure(board, turns, "EU27", "antimony-oxide", "restrained_t") == pytest.approx(
        network.demands[place].base * 0.5 * sum(
            float(each.uses[place]["flame-retardants"].sum()) for each in turns[:2]))


def test_what_is_kept_at_home_does_not_leave(board: Board) -> None:
    quiet, kept = path(board), path(board, (1, "eu", "stay", 1.0))
    routes = [n for n, each in enumerate(board.network("antimony").routes)
              if (each.material, each.exporter, each.importer) == (
                  "antimony-oxide", "EU27", "USA")]

    def shipped(turns: list[Turned]) -> float:
        return float(np.concatenate([each.simulation.flow for each in turns])[:, routes].sum())

    assert shipped(quiet) > 100.0
    assert shipped(kept) < 0.45 * shipped(quiet)


def test_a_granted_call_brings_blocked_trade_through_a_third_region(board: Board) -> None:
    turns = path(board, (2, "eu", "ask", 1.0))
    routes = [n for n, each in enumerate(board.network("antimony").routes)
              if each.kind == "conduit"]
    flow = np.concatenate([each.simulation.flow for each in turns])[:, routes].sum(axis=1)
    base = sum(board.network("antimony").routes[n].capacity for n in routes)
    assert not flow[:2].any()
    assert 0.0 < flow[3] <= 0.6 * 0.5 * base + 1e-6


def test_a_subsidy_makes_a_plant_run_more_and_costs_its_rate(board: Board) -> None:
    quiet, paid = path(board), path(board, (1, "us", "pay", 0.5))
    name = "antimony-smelting@USA"
    assert made_by(board, paid, name).sum() > 1.02 * made_by(board, quiet, name).sum()
    table = levels(board.shared, (1, "us", "pay", 0.5))
    (row,) = (one for one in subsidy_rows(board, SEAT, paid, table) if one["option"] == "pay")
    assert row["usd"] == pytest.approx(0.5 * 22300.0 * made_by(board, paid, name).sum())


def test_every_balance_closes_under_all_decisions_at_once(board: Board) -> None:
    everything = [(turn, team.id, option.id, getattr(option, "most", 1.0))
                  for turn in (2, 3) for team, option in board.shared.exercise.options]
    turns = path(board, *everything)
    assert max(each.simulation.residual.max() for each in turns) <= 1e-6
    assert all(np.isfinite(each.simulation.price).all() for each in turns)
