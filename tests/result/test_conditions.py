"""What a scenario means for a chain: acts of every exporter, licences, alarms, quotas, conduits."""

from __future__ import annotations

import datetime
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from orepact.network import Network, World, read_world
from orepact.network.chains.text import SplitText
from orepact.policy import Register, load_register, load_template
from orepact.policy.controls import Clause, Item
from orepact.policy.scenario.laid import register_of
from orepact.policy.scenario.text import (
    CarryOver,
    Conduit,
    Control,
    DemandChange,
    Flood,
    LicenceShares,
    Outage,
    Quota,
    Scenario,
    Tax,
)
from orepact.result import (
    Conditions,
    Months,
    Simulator,
    binding_exporters,
    conditions_of,
    controls_of,
    network_under,
    reported_levels,
    restrictions_of,
)
from orepact.result.paths import setting_of
from tests.result.scenes import day, sure

FIRST = datetime.date(2026, 11, 1)
SHOWN = 6
SUPPOSED: dict[str, Any] = {"reason": "supposed"}


@cache
def world() -> World:
    return read_world()


@cache
def register() -> Register:
    return load_register()


def scenario(chain: str, **parts: Any) -> Scenario:
    return Scenario(scenario="t", title="t", text="", version=1, chains=(chain,),
                    first_month="2026-11", months=SHOWN, reason="a test", **parts)


def ban(name: str, issuer: str, material: str, announced: str, effective: str,
        **fields: Any) -> Control:
    given: dict[str, Any] = {
        "id": name, "title": name, "issuer": issuer, "kind": "export_ban",
        "clauses": (Clause("ban", (Item(material, materials=(material,)),)),),
        "announced": day(announced), "effective": day(effective),
    }
    return Control(**SUPPOSED, **(given | fields))


def months_of(chain: str) -> tuple[Months, int]:
    last = datetime.date.fromisoformat(f"{world().chains[chain].text.calibration.last}-01")
    first = Months(last, 2).last
    replayed = Months(first, 1).number(FIRST)
    return Months(first, replayed + SHOWN + 2), replayed


def told(chain: str, case: Scenario, licence: str = "approve") -> tuple[Network, Conditions]:
    law = register_of(case, register(), 0)
    own, behaviour = world().chains[chain], world().ensemble[0]
    network = network_under(world().network(chain), own, case, law, behaviour)
    months, _ = months_of(chain)
    return network, conditions_of(network, own, case, law, load_template(), licence, months)


def path(chain: str, case: Scenario, licence: str = "approve") -> Any:
    network, conditions = told(chain, case, licence)
    _, replayed = months_of(chain)
    simulator = Simulator.of(network, world().ensemble[0])
    before = simulator.run(conditions.restrictions, conditions.setting.cut(0, replayed))
    return network, conditions, simulator.run(
        conditions.restrictions.later(replayed),
        conditions.setting.cut(replayed, replayed + SHOWN), start=before.last)


def column(network: Network, name: str) -> int:
    return [route.name for route in network.routes].index(name)


def test_a_scenario_without_parts_tells_what_any_study_tells() -> None:
    chain = "antimony"
    network, conditions = told(chain, scenario(chain))
    months, _ = months_of(chain)
    own = world().chains[chain]
    plain = restrictions_of(
        network, own, register_of(scenario(chain), register(), 0), load_template(), "approve",
        months, reported=reported_levels(own, months),
    )
    for name in ("share", "since", "known", "alarm", "age"):
        np.testing.assert_array_equal(getattr(conditions.restrictions, name), getattr(plain, name))
    calm = setting_of(network, own, months)
    np.testing.assert_array_equal(conditions.setting.supply, calm.supply)
    np.testing.assert_array_equal(conditions.setting.demand, calm.demand)
    assert conditions.setting.route_tax is None
    assert conditions.setting.quotas == ()
    assert conditions.restrictions.conduit is None
    assert len(network.routes) == len(world().network(chain).routes)


def test_controls_made_before_give_the_same_conditions() -> None:
    chain = "graphite"
    case = scenario(chain)
    law, own = register_of(case, register(), 0), world().chains[chain]
    network, conditions = told(chain, case, "refuse")
    months, _ = months_of(chain)
    asked = (network, own, case, law, load_template(), "refuse", months)
    again = conditions_of(*asked, controls=controls_of(*asked))
    np.testing.assert_array_equal(again.restrictions.share, conditions.restrictions.share)
    np.testing.assert_array_equal(again.restrictions.alarm, conditions.restrictions.alarm)


def test_acts_of_two_exporters_bind_at_once() -> None:
    case = scenario("antimony", controls=(
        ban("A", "CHN", "antimony-oxide", "2027-01-10", "2027-01-10", destinations=("USA",)),
        ban("B", "TJK", "antimony-metal", "2027-02-10", "2027-02-10"),
    ))
    network, conditions, run = path("antimony", case)
    law = register_of(case, register(), 0)
    assert binding_exporters(network, world().chains["antimony"], law) == ("CHN", "TJK")
    china = column(network, "antimony-oxide:CHN>USA")
    tajik = column(network, "antimony-metal:TJK>EU27")
    evading = column(network, "antimony-metal:TJK>EU27:undeclared")
    assert run.flow[4:, [china, tajik]].max() == 0.0
    assert run.flow[0, tajik] > 100.0
    assert run.flow[5, evading] > 0.0
    assert np.isinf(conditions.restrictions.share[:-5, tajik]).all()
    assert conditions.restrictions.alarm[-3, tajik] == 1.0
    assert run.residual.max() < 1e-6


def test_an_act_of_another_exporter_from_before_the_base_is_part_of_the_base() -> None:
    early = ban("B", "TJK", "antimony-metal", "2015-01-01", "2015-01-01")
    network, conditions = told("antimony", scenario("antimony", controls=(early,)))
    assert np.isinf(conditions.restrictions.share[:, column(network, "antimony-metal:TJK>EU27")]
                    ).all()


def test_the_cobalt_quota_of_the_congo_binds() -> None:
    """96,600 t a year, of which 9,600 t are kept; the rest of 2025 carries over to 31 March."""
    part = Quota(
        id="cobalt", issuer="COD", act="CD-2025-QUOTA", announced=day("2025-09-21"),
        materials=("cobalt-ore", "cobalt-hydroxide", "cobalt-compounds", "cobalt-metal"),
        effective=day("2025-10-16"), until=day("2027-12-31"), limit=sure(96600.0), per="year",
        reserve_share=sure(9600 / 96600), carry_over=CarryOver(fraction=sure(1.0), months=3),
        pace=sure(1.0), **SUPPOSED)
    _, conditions, run = path("cobalt", scenario("cobalt", quotas=(part,)))
    (quota,) = conditions.setting.quotas
    _, replayed = months_of("cobalt")
    assert quota.limit[replayed] == pytest.approx(87_000.0)
    shipped = run.flow[:, quota.routes].sum(axis=1)
    np.testing.assert_allclose(shipped[2:], 7_250.0, rtol=1e-6)
    assert (shipped <= run.cap[:, 0] * (1.0 + 1e-9)).all()
    assert run.rent[:, 0].min() > 1_000.0
    assert run.fallbacks == 0


def test_a_tax_of_indonesia_opens_a_gap() -> None:
    material = "nickel-class-1"
    part = Tax(id="ni", issuer="IDN", materials=(material,), rate=sure(0.2), act="ID-2026-NI",
               announced=day("2026-12-01"), effective=day("2027-01-01"), **SUPPOSED)
    network, conditions, run = path("nickel", scenario("nickel", taxes=(part,)))
    assert conditions.setting.route_tax is not None
    nodes = list(run.tables.nodes.frame.select("region", "material").iter_rows())
    home = run.price[:, nodes.index(("IDN", material))]
    assert home[2:].max() < home[:2].min()
    assert run.tax_gap < 1e-3
    taxed = np.flatnonzero(conditions.setting.route_tax[-1])
    assert {network.routes[int(number)].exporter for number in taxed} == {"IDN"}


def test_a_licence_with_a_carve_out_holds_back_the_users_it_names() -> None:
    """A fifth of what goes to JPN is military. Refused to the military alone, civil users keep four
    fifths; with a licence for all, military users still get their own share.
    """
    material = "magnesium-metal"
    real = world().chains["magnesium"]
    split = SplitText(material=material, region="JPN", military=0.2)
    own = replace(real, text=replace(real.text, end_use_split=(split,)))
    refused = Clause("presumption_of_denial", (Item(material, materials=(material,)),),
                     ("military",))
    licence = Clause("licence", (Item(material, materials=(material,)),))
    months, replayed = months_of("magnesium")
    shares: list[float] = []
    for clauses in ((refused,), (refused, licence)):
        case = scenario("magnesium", controls=(
            ban("M", "CHN", material, "2027-01-01", "2027-01-01", clauses=clauses),))
        law = register_of(case, register(), 0)
        network = world().network("magnesium")
        found = conditions_of(network, own, case, law, load_template(), "approve", months)
        here = column(network, f"{material}:CHN>JPN")
        shares.append(float(found.restrictions.share[replayed + 4, here]))
    template = load_template()
    denied = template.card("presumption_of_denial").value
    assert shares[0] == pytest.approx(0.8 + 0.2 * denied)
    assert shares[1] == pytest.approx(0.8 * template.first[2] + 0.2 * denied)


def test_a_control_brings_its_own_licence_shares_even_on_top_of_a_licence() -> None:
    material = "antimony-oxide"
    clause = Clause("licence", (Item(material, materials=(material,)),))
    fields: dict[str, Any] = {"clauses": (clause,)}
    plain = ban("L", "CHN", material, "2027-01-01", "2027-01-01", **fields)
    shares = LicenceShares(first=(sure(0.4),), approve=(sure(0.8),), military=sure(1.0),
                           listed=sure(1.0))
    _, replayed = months_of("antimony")
    network, conditions = told("antimony", scenario("antimony", controls=(plain,)))
    here = column(network, f"{material}:CHN>JPN")
    assert np.isinf(conditions.restrictions.share[replayed + 2, here])
    own = replace(plain, licence=shares)
    _, conditions = told("antimony", scenario("antimony", controls=(own,)))
    share = conditions.restrictions.share[:, here]
    assert share[replayed + 2] == pytest.approx(0.4, abs=0.01)
    assert share[replayed + 3] == pytest.approx(0.8, abs=0.02)


def test_an_act_far_away_alarms_little_and_more_as_it_comes_nearer() -> None:
    """Two years ahead: 24 − 3 months at 12 months each are the factor exp(−1.75)."""
    near = ban("N", "CHN", "magnesium-metal", "2026-11-01", "2027-01-01")
    far = replace(near, effective=day("2028-11-01"))
    alarms: list[Any] = []
    for control in (near, far):
        network, conditions = told("magnesium", scenario("magnesium", controls=(control,)))
        here = column(network, "magnesium-metal:CHN>JPN")
        _, replayed = months_of("magnesium")
        alarms.append(conditions.restrictions.alarm[replayed:, here])
    assert alarms[0][:3] == pytest.approx(1.0)
    assert alarms[1][0] == pytest.approx(np.exp(-1.75))
    assert (np.diff(alarms[1]) > 0.0).all()


def test_an_outage_alarms_the_buyers_of_its_region() -> None:
    process = next(each for each in world().network("magnesium").processes
                   if each.region == "CHN" and each.base > 0.0)
    part = Outage(id="o", process=process.name.split("@", maxsplit=1)[0], region="CHN",
                  month=day("2026-12"), until=day("2027-02"), activity=sure(0.5), alarm=sure(0.6),
                  **SUPPOSED)
    network, conditions = told("magnesium", scenario("magnesium", outages=(part,)))
    _, replayed = months_of("magnesium")
    sold = [n for n, route in enumerate(network.routes) if route.exporter == "CHN"]
    alarm, age = conditions.restrictions.alarm, conditions.restrictions.age
    assert (alarm[replayed, sold] == 0.0).all()
    assert (alarm[replayed + 1 :, sold] == 0.6).all()
    assert (age[replayed + 3, sold] == 2.0).all()
    made = [each.name for each in network.processes].index(process.name)
    plain = told("magnesium", scenario("magnesium"))[1].setting.supply[:, made]
    ratio = conditions.setting.supply[:, made] / plain
    assert ratio[replayed : replayed + 5] == pytest.approx([1.0, 0.5, 0.5, 0.5, 1.0])


def test_a_flood_of_magnesium_brings_down_the_price_of_its_buyers() -> None:
    part = Flood(id="f", region="CHN", materials=("magnesium-metal",), price=sure(0.5),
                 volume=sure(1.3), month=day("2026-11"), until=day("2027-04"), **SUPPOSED)
    _, _, calm = path("magnesium", scenario("magnesium"))
    _, conditions, run = path("magnesium", scenario("magnesium", floods=(part,)))
    nodes = list(run.tables.nodes.frame.select("region", "material").iter_rows())
    home, buyer = (nodes.index((region, "magnesium-metal")) for region in ("CHN", "EU27"))
    assert run.price[1:, home] == pytest.approx(0.5, abs=0.05)
    assert run.price[3:, buyer].max() < 0.7 * calm.price[3:, buyer].min()
    assert conditions.setting.offered is not None
    outside = [n for n, name in enumerate(run.tables.processes["process"])
               if name.startswith("magnesium-smelting@") and not name.endswith("@CHN")]
    assert run.production[4, outside].sum() < 0.8 * calm.production[4, outside].sum()
    assert run.residual.max() < 1e-6


def test_a_surge_of_demand_raises_the_use_it_names() -> None:
    demand = next(each for each in world().network("tungsten").demands if each.region == "USA")
    use, share = next(iter(demand.uses.items()))
    part = DemandChange(id="d", use=use, region="USA", month=day("2027-01"), until=day("2027-02"),
                        factor=sure(2.0), **SUPPOSED)
    network, conditions = told("tungsten", scenario("tungsten", demand=(part,)))
    _, plain = told("tungsten", scenario("tungsten"))
    _, replayed = months_of("tungsten")
    here = [each.name for each in network.demands].index(demand.name)
    ratio = conditions.setting.demand[replayed:, here] / plain.setting.demand[replayed:, here]
    assert ratio[:5] == pytest.approx([1.0, 1.0, 1.0 + share, 1.0 + share, 1.0], abs=0.05)


def test_a_conduit_softens_a_ban_and_is_told_apart() -> None:
    stop = ban("A", "CHN", "antimony-oxide", "2026-11-01", "2026-11-01", destinations=("USA",))
    through = Conduit(
        id="c", exporter="CHN", through="THA", to="USA", materials=("antimony-oxide",),
        share=sure(0.6), premium=sure(0.3), ramp_months=3, permitted=sure(0.5),
        month=day("2026-11"), **SUPPOSED)
    _, _, hard = path("antimony", scenario("antimony", controls=(stop,)))
    network, conditions, soft = path(
        "antimony", scenario("antimony", controls=(stop,), conduits=(through,)))
    here = column(network, "antimony-oxide:CHN>USA:via-THA")
    base = network.routes[column(network, "antimony-oxide:CHN>USA")].base
    assert network.routes[here].kind == "conduit"
    assert (soft.flow[:, here] <= 0.3 * base * (1.0 + 1e-9)).all()
    assert soft.flow[2, here] == pytest.approx(0.3 * base, rel=1e-6)
    node = list(hard.tables.nodes.frame.select("region", "material").iter_rows()).index(
        ("USA", "antimony-oxide"))
    assert (soft.price[1:, node] < hard.price[1:, node]).all()
    assert conditions.setting.route_charge is not None
    assert conditions.setting.route_charge[0, here] == 0.3


def test_a_refusal_of_military_users_alone_holds_back_their_share() -> None:
    """Of nickel metal the chain knows what military users take."""
    clause = Clause("ban", (Item("nickel", materials=("nickel-class-1",)),),
                    ("military", "listed"))
    refused = ban("M", "IDN", "nickel-class-1", "2026-12-01", "2027-01-01", clauses=(clause,))
    network, conditions = told("nickel", scenario("nickel", controls=(refused,)))
    here = column(network, "nickel-class-1:IDN>EU27")
    split = next(one for one in world().chains["nickel"].text.end_use_split
                 if (one.material, one.region) == ("nickel-class-1", "ALL"))
    _, replayed = months_of("nickel")
    share = conditions.restrictions.share[:, here]
    assert np.isinf(share[replayed + 1])
    assert share[replayed + 2] == pytest.approx(1.0 - split.military - split.listed)


def test_an_outage_alarms_nobody_in_a_chain_that_does_not_have_it() -> None:
    part = Outage(id="o", process="antimony-smelting", region="CHN", month=day("2026-12"),
                  until=day("2027-02"), activity=sure(0.5), alarm=sure(1.0), **SUPPOSED)
    _, plain = told("gallium", scenario("gallium"))
    _, other = told("gallium", scenario("gallium", outages=(part,)))
    np.testing.assert_array_equal(other.restrictions.alarm, plain.restrictions.alarm)
    network, own = told("antimony", scenario("antimony", outages=(part,)))
    _, replayed = months_of("antimony")
    alarm = own.restrictions.alarm[replayed + 1]
    assert alarm[column(network, "antimony-oxide:CHN>JPN")] == 1.0
    _, calm = told("antimony", scenario("antimony"))
    ore = [n for n, each in enumerate(network.routes) if each.material == "antimony-ore"]
    assert ore
    np.testing.assert_array_equal(alarm[ore], calm.restrictions.alarm[replayed + 1, ore])


def gallium_quota(name: str, share: float, announced: str, effective: str, **fields: Any) -> Quota:
    return Quota(id=name, issuer="CHN", materials=("gallium-primary", "gallium-refined"),
                 share_of_base=sure(share), announced=day(announced), effective=day(effective),
                 **SUPPOSED, **fields)


def test_a_quota_alarms_by_what_it_cuts_and_a_prolongation_does_not() -> None:
    part = gallium_quota("q", 0.2, "2026-12-01", "2027-01-01", until=day("2027-02-28"))
    more = gallium_quota("r", 0.2, "2027-01-01", "2027-03-01", continues="q")
    network, conditions = told("gallium", scenario("gallium", quotas=(part, more)))
    here = column(network, "gallium-primary:CHN>JPN")
    _, replayed = months_of("gallium")
    free = told("gallium", scenario("gallium"))[1].restrictions
    alarm, age = conditions.restrictions.alarm[:, here], conditions.restrictions.age[:, here]
    np.testing.assert_array_equal(alarm[: replayed + 1], free.alarm[: replayed + 1, here])
    assert alarm[replayed + 1 :] == pytest.approx(0.8)
    assert age[replayed + 1 : replayed + 5].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert len(conditions.setting.quotas) == 1


def test_a_conduit_and_undeclared_trade_go_round_a_quota() -> None:
    quota = gallium_quota("q", 0.2, "2026-12-01", "2027-01-01")
    through = Conduit(id="c", exporter="CHN", through="ASO", to="JPN",
                      materials=("gallium-primary",), share=sure(0.5), premium=sure(0.1),
                      ramp_months=1, **SUPPOSED)
    network, conditions, run = path(
        "gallium", scenario("gallium", quotas=(quota,), conduits=(through,)))
    here = column(network, "gallium-primary:CHN>JPN:via-ASO")
    base = network.routes[column(network, "gallium-primary:CHN>JPN")].base
    _, replayed = months_of("gallium")
    assert conditions.restrictions.share[replayed + 3, here] == pytest.approx(0.2)
    assert run.flow[:2, here].max() == 0.0
    assert run.flow[3, here] == pytest.approx(0.5 * 0.8 * base, rel=1e-6)
    evading = column(network, "gallium-primary:CHN>JPN:undeclared")
    assert conditions.restrictions.since[replayed + 4, evading] == 3.0


def test_a_conduit_starts_with_the_scenario_and_a_refused_one_raises_no_leakage() -> None:
    stop = ban("A", "CHN", "antimony-oxide", "2026-11-01", "2026-11-01", destinations=("USA",))
    left: list[float] = []
    for permitted in (1.0, 0.5, 0.1):
        through = Conduit(
            id="c", exporter="CHN", through="THA", to="USA", materials=("antimony-oxide",),
            share=sure(0.6), premium=sure(0.3), ramp_months=1, permitted=sure(permitted),
            **SUPPOSED)
        network, conditions = told(
            "antimony", scenario("antimony", controls=(stop,), conduits=(through,)))
        _, replayed = months_of("antimony")
        taken = conditions.restrictions.conduit
        assert taken is not None
        assert taken[:replayed].max() == 0.0
        assert taken[replayed, column(network, "antimony-oxide:CHN>USA:via-THA")
                     ] == pytest.approx(0.6 * permitted)
        left.append(1.0 - taken[replayed, column(network, "antimony-oxide:CHN>USA:undeclared")])
    assert left == pytest.approx([0.4, 0.2, 0.04])


def test_a_flood_offers_a_multiple_of_base_capacity_whatever_the_path_of_supply() -> None:
    """115 % of the capacity at the price of the offer, though supply had already grown by half."""
    part = Flood(id="f", region="CHN", materials=("gallium-primary",), price=sure(0.7),
                 volume=sure(1.15), month=day("2026-12"), until=day("2027-02"), **SUPPOSED)
    network, conditions = told("gallium", scenario("gallium", floods=(part,)))
    here = [each.name for each in network.processes].index("gallium-recovery@CHN")
    process = network.processes[here]
    _, replayed = months_of("gallium")
    most = conditions.setting.supply[replayed + 1, here] * process.base * 0.7**process.elasticity
    assert most == pytest.approx(1.15 * process.capacity)
