"""Every number of the behaviour that nobody published has a card that says what is used."""

from __future__ import annotations

import pytest

from orepact.indicators.bands import WIDENING
from orepact.model.curve import HIGHEST
from orepact.network import Behaviour, read_world
from orepact.network.assemble import RESTART_COST, SMALLEST_MARGIN
from orepact.policy.scenario.text import QUOTA_LEAKAGE
from orepact.result.alarms import QUOTA_ALARM
from orepact.result.limits import NEW_GROWTH
from orepact.result.permitted import SETTLING_MONTHS
from orepact.result.restrictions import DISTANCE, FORGETTING, REVIVAL_HOARDING, SETTLED

USED = {
    "leakage-premium": Behaviour().leakage_premium,
    "leakage": Behaviour().leakage,
    "new-routes": Behaviour().new_route,
    "consumer-cover": Behaviour().cover,
    "surge": Behaviour().surge,
    "surge-slope": Behaviour().surge_slope,
    "exporter-floor": Behaviour().exporter_floor,
    "exporter-elasticity": Behaviour().exporter_elasticity,
    "supply-growth": Behaviour().capacity_growth,
    "spot-share": Behaviour().spot_share,
    "revival-hoarding": REVIVAL_HOARDING,
    "settled-licence": SETTLED,
    "processing-margin": SMALLEST_MARGIN,
    "restart-cost": RESTART_COST,
    "willingness-to-pay": HIGHEST,
    "settling-months": SETTLING_MONTHS,
    "new-route-growth": NEW_GROWTH,
    "alarm-memory": FORGETTING,
    "distant-alarm": DISTANCE,
    "quota-alarm": QUOTA_ALARM,
    "quota-leakage": QUOTA_LEAKAGE.value,
    "band-widening": WIDENING,
    "member-split": 1.0,
    "member-industry": 1.0,
}


def test_every_behaviour_card_is_what_the_code_uses() -> None:
    cards = {card.card: card.value for card in read_world().cards}
    assert cards == pytest.approx(USED)


def test_sources_of_components_name_cards_or_sources_that_exist() -> None:
    world = read_world()
    known = {f"card:{card.card}" for card in world.cards} | set(world.sources["source_id"])
    for name, chain in world.chains.items():
        own = known | {f"card:{card.card}" for card in chain.cards}
        for component in world.network(name).components():
            for part in component.source.removeprefix("card:").split("|"):
                assert not part or part in own or f"card:{part}" in own, component
