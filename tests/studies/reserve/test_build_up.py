"""Build-up: schedules keep to the price, add up, and leave room for others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from orepact.errors import InputError
from orepact.network import World, read_world
from orepact.network.world import WORLD
from orepact.studies.reserve.bought import purchase_prices
from orepact.studies.reserve.build_up import BuildUp, BuyAsk, build_up
from orepact.studies.reserve.programmes import (
    PROGRAMMES_FILE,
    Price,
    competitors_of,
    months_between,
    newest_price,
    read_programmes,
    world_programmes,
)

ASK = BuyAsk(material="gallium-primary", region="EU27", days=60.0)


@pytest.fixture(scope="module")
def world() -> World:
    """The bundled dataset."""
    return read_world()


@pytest.fixture(scope="module")
def found(world: World) -> BuildUp:
    """Sixty days of gallium for the Union."""
    return build_up(world, ASK)


def test_schedule_reaches_the_target(found: BuildUp) -> None:
    """Months add up to the target, each but the last alike, in order."""
    tonnes = [each.tonnes for each in found.schedule]
    assert sum(tonnes) == pytest.approx(found.target)
    assert all(each == pytest.approx(found.rate) for each in tonnes[:-1])
    assert [each.month for each in found.schedule[:3]] == ["2026-11", "2026-12", "2027-01"]
    assert found.schedule[-1].held == pytest.approx(found.target)


def test_target_is_days_of_net_imports(world: World, found: BuildUp) -> None:
    """Sixty days are 60 x 12 / 365 months of net imports."""
    network = world.network("gallium")
    routes = [each for each in network.routes if each.material == "gallium-primary"]
    net = sum(each.base for each in routes if each.importer == "EU27")
    net -= sum(each.base for each in routes if each.exporter == "EU27")
    assert found.target == pytest.approx(60.0 * 12.0 / 365.0 * net)


def test_the_simulated_price_keeps_to_the_move(found: BuildUp) -> None:
    """No month of the middle set moves the buyer's price by more than asked."""
    assert found.bought is not None
    assert found.bought.worst <= 1.05
    assert found.bought.mean.value > 1.0
    assert found.bought.delivered > 0.9


def test_units_of_a_purchase(found: BuildUp) -> None:
    """Months of world output and the share of traded tonnes are the tonnes over the market's."""
    first = found.schedule[0]
    assert first.output_months == pytest.approx(first.tonnes / found.market.output)
    assert first.traded_share == pytest.approx(first.tonnes / found.market.traded)


def test_others_leave_less(found: BuildUp) -> None:
    """Alone a buyer may take most, beside the others' most least."""
    assert found.alone >= found.beside >= found.least >= 0.0
    assert {each.programme for each in found.competitors} >= {"us-project-vault"}


def test_a_smaller_move_takes_longer(world: World) -> None:
    """Half the move is bought more slowly."""
    quick = replace(ASK, simulate=False)
    slow = build_up(world, replace(quick, move=0.025))
    assert slow.rate < build_up(world, quick).rate


def test_competitors_alone_may_fill_the_market(world: World) -> None:
    """Where others take all of the room nothing is bought, and the reason is told."""
    ask = BuyAsk(material="antimony-metal", region="EU27", tonnes=500.0, others="most",
                 simulate=False)
    full = build_up(world, ask)
    assert (full.rate, full.why, full.schedule) == (0.0, "others", ())
    assert build_up(world, replace(ask, others="none")).rate > 0.0


def test_a_net_exporter_has_no_days_to_buy(world: World) -> None:
    """Days of net imports of a form that is exported are nothing, and that is the reason."""
    ask = BuyAsk(material="antimony-oxide", region="EU27", days=60.0, months=3)
    found = build_up(world, ask)
    assert (found.target, found.rate, found.why, found.schedule) == (0.0, 0.0, "no-need", ())


def test_months_that_are_asked_for(world: World) -> None:
    """A length that is given is kept, whatever the price does."""
    found = build_up(world, replace(ASK, months=2, simulate=False))
    assert len(found.schedule) == 2
    assert found.why == "months"


def test_no_purchase_moves_no_price(world: World) -> None:
    """A purchase of next to nothing leaves prices where they are."""
    network = world.network("gallium")
    bought = purchase_prices(network, world.ensemble, "gallium-primary", "EU27", [1e-6], sets=0)
    assert bought.mean.value == pytest.approx(1.0, abs=5e-3)


def test_every_bad_number_is_told_at_once(world: World) -> None:
    """Negative tonnes, days beside them, shares over 100 %, months of nothing, a wrong word."""
    ask = BuyAsk(material="antimony", region="EU27", tonnes=-1.0, days=-60.0, move=5.0, share=1.5,
                 months=0, others="some")
    with pytest.raises(InputError) as told:
        _ = build_up(world, ask)
    assert [problem.field for problem in told.value.problems] == [
        "--tonnes", "--days", "--tonnes, --days", "--move", "--share", "--months", "--others",
        "FORM",
    ]
    with pytest.raises(InputError, match="did you mean 'antimony-metal'"):
        _ = build_up(world, BuyAsk(material="antimony-metl", region="EU27", days=1.0))
    with pytest.raises(InputError, match="cannot be stored"):
        _ = build_up(world, BuyAsk(material="cobalt-ore", region="USA", days=1.0))
    with pytest.raises(InputError, match="unknown region"):
        _ = build_up(world, replace(ASK, region="EU"))


def test_programmes_have_sources_and_no_invented_tonnes(world: World) -> None:
    """Every programme names a source of the dataset; unpublished tonnes stay unknown."""
    programmes = world_programmes()
    known = set(world.sources["source_id"])
    assert {each.source for each in programmes.programmes} <= known
    found = competitors_of(programmes, "gallium-primary", "USA", {}, Price(1.0, ""), "2026-11")
    pilot = next(each for each in found if each.programme == "eu-stockpile-pilot")
    assert pilot.rate is None
    facts = set(world.bundle.table("facts")["fact"])
    assert {fact for each in programmes.programmes for fact in each.facts} <= facts


def test_cancelled_and_lapsed_programmes_do_not_compete() -> None:
    """The cancelled cobalt offer and the plan of 2025 take no room."""
    found = competitors_of(world_programmes(), "cobalt-metal", "JPN", {},
                            Price(22_000.0, ""), "2026-11")
    assert {each.programme for each in found} == {"us-project-vault", "korea-stockpile"}


def test_dollars_become_tonnes_at_the_newest_printed_price(world: World) -> None:
    """245 million USD have no published period: 4,445 t at the price of 2025, 24 to 120 months."""
    programmes = world_programmes()
    price = newest_price(world.bundle, programmes, "antimony-metal", 22_300.0)
    assert price.usd == pytest.approx(55_115.57)
    assert price.told == "USGS-MCS-2026, 2025, estimated"
    found = competitors_of(programmes, "antimony-metal", "JPN", {}, price, "2026-11")
    one = next(each for each in found if each.programme == "us-antimony-2025")
    assert one.rate is not None
    assert one.rate.high == pytest.approx(245e6 / 55_115.57 / 24.0)
    assert one.rate.value == pytest.approx(245e6 / 55_115.57 / 60.0 / 2.0)
    assert one.rate.low == 0.0
    for words in ("supposed 60 (24 to 120) months", "no period is published", "4,445 t"):
        assert words in one.basis
    assert "at most" not in one.basis
    assert newest_price(world.bundle, programmes, "gallium-primary", 7.0).usd == 7.0


def test_goals_are_printed_whole_and_their_steps_are_ours() -> None:
    """South Korea: 100 days from 54 and 60 from 50; 46 days at most, 28 in the middle, halved."""
    programmes = world_programmes()
    korea = next(each for each in programmes.programmes if each.programme == "korea-stockpile")
    goals = korea.purchases[0].goals
    assert [(goal.days, goal.held) for goal in goals] == [(100.0, 54.0), (60.0, 50.0)]
    found = competitors_of(programmes, "cobalt-metal", "EU27", {"KOR": 3.0}, Price(1.0, ""),
                           "2026-11")
    rate = next(each.rate for each in found if each.programme == "korea-stockpile")
    assert rate is not None
    assert rate.high == pytest.approx(46.0 * 3.0 / 12.0)
    assert rate.value == pytest.approx(28.0 * 3.0 / 36.0 / 2.0)
    assert months_between("2025-10", "2030-09") == 60
    vault = next(each for each in programmes.programmes if each.programme == "us-project-vault")
    assert vault.state == "announced"


def test_bad_programmes(tmp_path: Path) -> None:
    """Unknown forms, months out of order and shares over 1 are told with their lines."""
    text = (WORLD / PROGRAMMES_FILE).read_text("utf-8")
    text = text.replace("material: tungsten-apt", "material: tungsten-atp")
    text = text.replace("first: 2025-10, last: 2030-09", "first: 2025-10, last: 2020-09", 1)
    text = text.replace("high: 0.5", "high: 1.5", 1)
    path = tmp_path / "programmes.yaml"
    _ = path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as told:
        _ = read_programmes(path, {"tungsten-apt": 1, "antimony-metal": 1})
    words = str(told.value)
    assert "did you mean 'tungsten-apt'" in words
    assert "before the first month" in words
    assert "a share at most 1" in words
