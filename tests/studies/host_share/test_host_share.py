"""A host's share of value: an account by hand, its identity, laws, files that ship, bad files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.network.components import Process
from orepact.network.world import World, read_world
from orepact.studies.host_share.account import Account, Steps, account, steps_of
from orepact.studies.host_share.host_share import host_share, host_share_list
from orepact.studies.host_share.text import HostTerms, Term, files_of, read_host_terms
from orepact.views.host_share import host_chart, host_lines, host_rows, host_unit
from orepact.views.should_cost import price

PATH = (Process(name="mine@A", region="A", outputs={"ore": 1.0}),
        Process(name="plant@B", region="B", outputs={"metal": 1.0, "slag": 0.5},
                inputs={"ore": 2.0, "acid": 1.0}))
PRICES = {"ore": 100.0, "metal": 400.0, "slag": 20.0, "acid": 30.0}
VALUES = {"royalty": 0.1, "income_tax": 0.25, "state_share": 0.2, "cash_cost": 0.5,
          "depreciation": 0.1, "local": 0.4, "home_premium": 0.2, "export_duty": 0.05,
          "price_level": 1.0}


@pytest.fixture(scope="module")
def world() -> World:
    return read_world()


def _account(home: int, **changed: float) -> Account:
    values = {**VALUES, **changed}
    text = HostTerms(
        host="MWI", chain="c", title="t", path=("mine", "plant"),
        terms=tuple(Term(term=role.replace("_", "-"), title=role, role=role, unit="",  # type: ignore[arg-type]
                         value=value, low=value, high=value, reason="r")
                    for role, value in values.items()))
    numbers = {each.term: np.array([each.value]) for each in text.terms}
    return account(text, steps_of(PATH, PRICES), numbers, home)


def test_steps_are_counted_per_tonne_of_the_last_product() -> None:
    """2 t of ore make 1 t of metal: ore is worth 200; the plant adds 400 + 10 - 200 - 30 = 180."""
    assert steps_of(PATH, PRICES) == Steps(("ore", "metal"), ("mine", "plant"), (200.0, 410.0),
                                           (200.0, 180.0), (0.0, 30.0))


def test_an_account_by_hand() -> None:
    """Ore: 200 sold; cost 100, capital 20, royalty 20, duty 10: profit 50, tax 12.5, dividend 7.5.

    Metal: 410 sold less 30 of acid; cost 100 + 180·0.5·1.2 = 208, capital 38, royalty 41, duty
    20.5: profit 72.5, tax 18.125, dividend 0.2·54.375.
    """
    ore, metal = _account(1), _account(2)
    assert [float(getattr(ore, name)[0]) for name in ("royalty", "duty", "tax", "dividend",
                                                      "local", "investor")] == pytest.approx(
        [20.0, 10.0, 12.5, 7.5, 40.0, 30.0])
    assert [float(getattr(metal, name)[0]) for name in ("cost", "capital", "tax", "dividend",
                                                        "local", "investor")] == pytest.approx(
        [208.0, 38.0, 18.125, 10.875, 83.2, 43.5])
    assert float(ore.last[0]) == pytest.approx(410.0)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 2), st.fixed_dictionaries(
    {role: st.floats(0.0, 0.9) for role in VALUES if role != "price_level"}),
    st.floats(0.2, 3.0))
def test_every_dollar_ends_somewhere(home: int, rates: dict[str, float], level: float) -> None:
    one = _account(home, **rates, price_level=level)
    parts = (one.bought + one.cost + one.capital + one.state + one.investor)[0]
    assert parts == pytest.approx(float(one.sold[0]), abs=1e-9)
    assert float(one.tax[0]) >= 0.0
    assert float(one.dividend[0]) >= 0.0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 2), st.sampled_from(["royalty", "export_duty", "income_tax", "state_share"]),
       st.floats(0.0, 0.1))
def test_a_higher_rate_never_takes_from_the_state(home: int, role: str, more: float) -> None:
    higher = _account(home, **{role: VALUES[role] + more})
    assert float(higher.state[0]) >= float(_account(home).state[0]) - 1e-9


def test_a_step_that_the_country_does_today_is_not_dearer(world: World) -> None:
    """The Congo leaches cobalt in the account; refining to compounds would be new."""
    run = host_share("cobalt-COD", world=world, draws=0).content
    assert [one["today"] for one in run["steps"]] == [True, True, False]
    mine, leaching, refining = (one["value_added"] for one in run["steps"])
    hydroxide, compounds = (one["cost"]["middle"] for one in run["sold_as"][1:])
    assert hydroxide == pytest.approx(0.6 * mine + 0.75 * leaching)
    assert compounds == pytest.approx(hydroxide + 0.75 * 1.25 * refining)


def test_without_terms_and_local_inputs_nothing_stays() -> None:
    none = dict.fromkeys(("royalty", "export_duty", "income_tax", "state_share", "local"), 0.0)
    assert float(_account(2, **none).host[0]) == 0.0


def test_the_files_that_ship(world: World) -> None:
    found = host_share_list(world)
    assert {one["name"] for one in found} == {
        "cobalt-COD", "nickel-IDN", "lithium-AUS", "lithium-ZWE", "graphite-MDG",
        "rare-earths-MWI"}
    for one in found:
        run = host_share(one["name"], world=world, draws=200).content
        for entry in run["sold_as"]:
            band = entry["host_share"]
            assert 0.0 < band["low"] <= band["median"] <= band["high"]
        nothing = {"middle": 0.0, "low": 0.0, "median": 0.0, "high": 0.0}
        assert run["sold_as"][0]["more_than_ore"] == nothing


def test_a_royalty_on_the_concentrate_in_it_does_not_grow_with_processing(world: World) -> None:
    """Western Australia charges hydroxide by the concentrate in it: the same dollars as for ore."""
    ore, hydroxide = host_share("lithium-AUS", world=world, draws=0).content["sold_as"]
    assert hydroxide["royalty"]["middle"] == pytest.approx(ore["royalty"]["middle"])
    assert hydroxide["sold"]["middle"] > ore["sold"]["middle"]


def test_a_royalty_on_the_product_alone_can_leave_the_state_with_less(world: World) -> None:
    """Nickel: at the low end a plant with its own mine pays on the product, less than on ore."""
    run = host_share("nickel-IDN", world=world).content
    ore, mixed, _ = run["sold_as"]
    assert mixed["state"]["low"] < ore["state"]["low"]
    assert mixed["host"]["middle"] > ore["host"]["middle"]


def test_the_mean_where_it_pays_leaves_out_where_it_does_not(world: World) -> None:
    """By hand from the accounts: the mean over draws that pay, not with zeros for the others."""
    run = host_share("cobalt-COD", world=world, draws=400)
    for entry in run.content["sold_as"][1:]:
        one, first = run.accounts[entry["steps_at_home"]], run.accounts[1]
        gains = [more for more, mine, ore in zip(one.host - first.host, one.investor,
                                                 first.investor, strict=True) if mine >= ore]
        assert 0.0 < entry["pays"] < 1.0
        assert entry["pays"] == len(gains) / 400
        assert entry["more_where_it_pays"] == pytest.approx(sum(gains) / len(gains))


def test_each_step_is_told_against_the_step_before(world: World) -> None:
    """The Congo leaches today: one new step, against hydroxide; against ore it stands beside."""
    run = host_share("cobalt-COD", world=world, draws=400)
    content, accounts = run.content, run.accounts
    last = content["sold_as"][2]
    one, two = (entry["more_than_ore"]["middle"] for entry in content["sold_as"][1:])
    assert last["more_than_before"]["middle"] == pytest.approx(two - one)
    pays = accounts[3].investor >= accounts[2].investor
    assert last["pays_before"] == float(np.mean(pays)) < last["pays"]
    assert last["more_where_it_pays_before"] == pytest.approx(
        float(np.mean((accounts[3].host - accounts[2].host)[pays])))
    said = host_lines(content)
    new = [number for number, line in enumerate(said) if line.startswith("One more step at home")]
    done = [line for line in said if line.startswith("A step done today, cobalt hydroxide")]
    assert (len(new), len(done)) == (1, 1)
    assert f"gets {price(two - one)} USD" in said[new[0]]
    assert "no worse than as cobalt hydroxide" in said[new[0] + 1]
    assert f"Against cobalt ore, all 2 steps together: {price(two)} USD" in said[new[0] + 2]


def test_where_the_country_does_every_step_none_is_one_more(world: World) -> None:
    said = host_lines(host_share("nickel-IDN", world=world, draws=50).content)
    assert sum(line.startswith("A step done today") for line in said) == 2
    assert not any(line.startswith("One more step") for line in said)


def test_a_return_on_the_capital_of_a_step_is_asked_beside(world: World) -> None:
    """By hand: 10 % of half of what is written off over 20 years is one year's write-off."""
    run = host_share("graphite-MDG", world=world, draws=400)
    one, before = run.accounts[2], run.accounts[1]
    asked = run.content["sold_as"][1]["pays_return"]
    enough = one.investor - before.investor >= one.capital - before.capital
    assert asked["middle"] == pytest.approx(float(np.mean(enough)))
    assert asked["high"] <= asked["middle"] <= asked["low"]
    assert asked["low"] < run.content["sold_as"][1]["pays_before"]
    said = " ".join(host_lines(run.content))
    assert "before any return on the capital" in said
    assert "A return on capital is 10 % a year (5 % to 15 %)" in said


@pytest.mark.parametrize(("name", "unit"), [
    ("lithium-AUS", "USD per t Li in lithium hydroxide"),
    ("nickel-IDN", "USD per t Ni in nickel sulphate"),
    ("cobalt-COD", "USD per t Co in cobalt compounds"),
    ("graphite-MDG", "USD per t of anode material"),
    ("rare-earths-MWI", "USD per t of NdPr metal"),
])
def test_a_tonne_says_of_what(world: World, name: str, unit: str) -> None:
    """A chain that counts contained metal is not one of tonnes of product."""
    run = host_share(name, world=world, draws=20).content
    assert host_unit(run) == unit
    assert unit in " ".join(host_lines(run))
    assert f"1,000 {unit}" in str(host_chart(run))


def test_what_comes_with_the_metal_is_said_to_be_left_out(world: World) -> None:
    for name, other in (("cobalt-COD", "copper"), ("nickel-IDN", "cobalt")):
        said = host_lines(host_share(name, world=world, draws=20).content)
        assert any(line.startswith(f"Left out: {other}, which") for line in said), name


def test_sentences_and_table_have_one_central_figure(world: World) -> None:
    run = host_share("rare-earths-MWI", world=world, draws=400).content
    said, rows = " ".join(host_lines(run)), host_rows(run)
    for row in rows:
        assert row["country's share"] + " of the value" in said
    assert "every term at its middle" in said
    assert "400 draws from the ranges" in said
    assert "members" not in said


def test_everything_wrong_with_a_file_at_once(world: World, tmp_path: Path) -> None:
    text = files_of(world)["cobalt-COD"].read_text(encoding="utf-8")
    text = text.replace("host: COD", "host: COX").replace("value: 0.3\n", "value: 0.9\n")
    text = text.replace("cobalt-leaching, cobalt-hydroxide-refining", "cobalt-hydroxide-refining")
    text = text.replace("projects: []", "projects: [PJ-999]")
    text = text.replace("    unit: share of profit", "    unit: percent")
    path = tmp_path / "mine.yaml"
    _ = path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_host_terms(path, world)
    found = str(caught.value)
    for word in ("unknown country", "value outside its range", "unknown project",
                 "does not take what the step before makes", "unit does not fit the role",
                 "mine.yaml:"):
        assert word in found, word
    with pytest.raises(InputError) as caught:
        _ = host_share("cobalt-CDO", world=world, draws=-1)
    assert "cobalt-COD" in str(caught.value)
    assert "--draws" in str(caught.value)


def test_what_is_bought_moves_with_the_price_level() -> None:
    assert float(_account(2, price_level=2.0).bought[0]) == pytest.approx(60.0)


@pytest.mark.parametrize(("old", "new", "word"), [
    ("role: cash_cost", "role: home_premium", "cash_cost for cobalt-leaching"),
    ("low: 0.8", "low: 0", "no price"),
])
def test_no_step_runs_free_of_charge_and_no_price_is_nothing(
    world: World, tmp_path: Path, old: str, new: str, word: str
) -> None:
    text = files_of(world)["cobalt-COD"].read_text(encoding="utf-8")
    terms = text.split("  - term: ")
    which = "price_level" if "low" in old else "role: cash_cost"
    changed = [each.replace(old, new) if which in each and "mining" not in each else each
               for each in terms]
    path = tmp_path / "own.yaml"
    _ = path.write_text("  - term: ".join(changed), encoding="utf-8")
    with pytest.raises(InputError, match=word):
        _ = read_host_terms(path, world)


def test_a_royalty_on_what_comes_later_is_refused(world: World, tmp_path: Path) -> None:
    text = files_of(world)["cobalt-COD"].read_text(encoding="utf-8")
    changed = text.replace("    role: royalty\n", "    role: royalty\n    product: "
                           "cobalt-hydroxide\n    base: cobalt-compounds\n", 1)
    path = tmp_path / "own.yaml"
    _ = path.write_text(changed, encoding="utf-8")
    with pytest.raises(InputError, match="comes after what is sold"):
        _ = read_host_terms(path, world)
