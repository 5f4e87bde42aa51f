"""Sharing on the bundled dataset: identities, restraint, refusals, commitments, cards."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from pydantic import TypeAdapter

import orepact as op
from orepact.errors import InputError
from orepact.network.world import WORLD, World, read_world
from orepact.studies.sharing.cards import read_needs, read_transit
from orepact.studies.sharing.own import Claims, Group, divided, shared_group
from orepact.studies.sharing.rivals import RIVALS
from orepact.studies.sharing.sharing import share
from orepact.views.share_table import member_rows
from orepact.views.share_words import emergency_lines
from tests.studies.shapes import objects, plain, require_shape, validator

GROUP = ["EU27", "USA", "JPN", "KOR"]
GRAM = 1e-6
PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "share-in-an-emergency.md"
HOLDINGS = """\
format: orepact/holdings/1
holdings:
  - {holding: jp, owner: JPN, material: magnet-heavy, tonnes: 1200}
  - {holding: eu, owner: EU27, material: magnet-heavy, tonnes: 600}
  - {holding: eu-oxide, owner: EU27, material: dysprosium-oxide, tonnes: 20}
"""


def shown(start: str) -> str:
    """Return the example of a format on the page."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"format: orepact/{start}/1\n.*?(?=\n(?:\"\"\"|```))", text, re.DOTALL)
    assert found is not None
    return found[0]


EXAMPLES: dict[str, Callable[[], str]] = {
    "division": lambda: shown("division"),
    "emergency-group": lambda: shown("emergency-group"),
    "sharing-needs": lambda: (WORLD / "sharing" / "needs.yaml").read_text(encoding="utf-8"),
    "transit": lambda: (WORLD / "sharing" / "transit.yaml").read_text(encoding="utf-8"),
}


@cache
def world() -> World:
    return read_world()


def form_of(name: str, **asked: Any) -> dict[str, Any]:
    content = share(name, GROUP, world=world(), **asked).content
    assert len(content["forms"]) == 1
    return content["forms"][0]


@pytest.mark.parametrize("chain", ["antimony", "cobalt", "rare-earth-magnets", "graphite"])
@pytest.mark.parametrize("loss", ["0", "0.08..0.2", "0.9"])
def test_rights_equal_obligations_in_every_form(chain: str, loss: str) -> None:
    content = share(chain, GROUP, loss=[loss], world=world()).content
    assert content["forms"]
    for form in content["forms"]:
        emergency = form["emergency"]
        assert emergency["rights"] == emergency["obligations"]
        for one in emergency["members"]:
            assert one["used"] <= one["permissible"] <= one["use"]
        available = sum(one["available"] for one in emergency["members"])
        for rule in form["rules"]:
            if rule["rule"] != "leximin":
                assert sum(rule["awards"].values()) == pytest.approx(available, abs=4 * GRAM)


def test_no_loss_activates_nothing() -> None:
    form = form_of("magnet-heavy", loss=[0])
    assert form["emergency"]["article"] == ""
    assert form["emergency"]["loss"] == pytest.approx(0.0, abs=1e-6)
    assert all(one["right"] == one["obligation"] == 0 for one in form["emergency"]["members"])


def test_one_member_that_loses_alone_passes_the_selective_trigger() -> None:
    form = form_of("magnet-heavy", loss=["CHN>KOR=0.3"])
    emergency = form["emergency"]
    assert emergency["article"] == "17"
    korea = next(one for one in emergency["members"] if one["member"] == "KOR")
    assert korea["right"] == pytest.approx((korea["lost"] - 0.07) * korea["use"], abs=GRAM)
    owed = {one["member"]: one["obligation"] for one in emergency["members"]
            if one["member"] != "KOR"}
    use = {one["member"]: one["use"] for one in emergency["members"]}
    total = sum(use[name] for name in owed)
    for name, tonnes in owed.items():
        assert tonnes == pytest.approx(korea["right"] * use[name] / total, abs=2 * GRAM)


def test_what_the_account_cannot_tell_is_marked_and_rounded() -> None:
    content = share("gallium-refined", ["EU27", "USA", "JPN"], loss=["0.3"], world=world()).content
    (form,) = content["forms"]
    for one in form["emergency"]["members"]:
        net = one["right"] + one["obligation"]
        assert one["determined"] == (not net or net >= form["moved"] * one["use"])
    assert form["grade"] in {"C", "D"}
    assert not all(one["determined"] for one in form["emergency"]["members"])
    said = " ".join(emergency_lines(form))
    assert "to the gram" not in said
    assert "does not determine the sign" in said
    assert any(row["right"].endswith(" ?") for row in member_rows(form))


def test_bands_of_awards_are_by_the_use_of_their_own_window() -> None:
    content = share("gallium-refined", ["EU27", "USA", "JPN"], loss=["0.3"], world=world()).content
    (form,) = content["forms"]
    assert form["cases"] > 1
    use = form["bands"]["members"]["EU27"]["use"]
    assert use["low"] < use["high"]
    for rule in form["bands"]["awards"].values():
        assert all(band["high"] <= 1.0 for band in rule["shares"].values())
    assert max(band["high"] for rule in form["bands"]["awards"].values()
               for band in rule["members"].values()) > 0
    proportional = form["bands"]["awards"]["proportional"]["shares"]
    assert proportional["EU27"] == pytest.approx(proportional["JPN"])


def test_a_group_of_one_is_refused() -> None:
    with pytest.raises(InputError, match="nobody to share with"):
        _ = share("magnet-heavy", ["EU27"], loss=[0.3], world=world())


def test_days_change_how_long_drawdown_lasts_and_not_who_owes() -> None:
    short, long = (form_of("magnet-heavy", loss=["CHN=0.4"], days=days)["emergency"]
                   for days in (45, 90))
    for one, other in zip(short["members"], long["members"], strict=True):
        assert one["right"] == pytest.approx(other["right"], abs=2 * GRAM)
        assert one["obligation"] == pytest.approx(other["obligation"], abs=2 * GRAM)
    assert long["half_after"] == pytest.approx(2 * short["half_after"], rel=1e-6)


def test_a_member_refuses_what_is_less_than_its_own_production() -> None:
    form = form_of("magnet-heavy", loss=["CHN=0.8"])
    for rule in form["rules"]:
        for one in form["emergency"]["members"]:
            own = one["counted_reserve"]
            assert own == pytest.approx(one["commitment"] / form["months"])
            with_own = rule["awards"][one["member"]] + own
            alone = min(one["use"], one["production_now"] + own)
            refuses = min(one["use"], with_own) < alone - GRAM
            assert (one["member"] in rule["refuse"]) == refuses
            assert one["member"] in rule["give_up"] or not refuses


def test_holdings_are_commitments_unless_days_are_given(tmp_path: Path) -> None:
    file = tmp_path / "holdings.yaml"
    _ = file.write_text(HOLDINGS, encoding="utf-8")
    form = form_of("magnet-heavy", loss=["CHN=0.4"], holdings=file)
    members = {one["member"]: one for one in form["emergency"]["members"]}
    assert [members[name]["commitment"] for name in GROUP] == [600.0, 0.0, 1200.0, 0.0]
    shortfall = form["emergency"]["shortfall"]
    assert members["JPN"]["drawdown"] == pytest.approx(shortfall * 2 / 3, abs=GRAM)
    with pytest.raises(InputError) as raised:
        _ = form_of("magnet-heavy", loss=["CHN=0.4"], holdings=file, days=90)
    assert "EU27.commitment: the commitment is above the reserve" in str(raised.value)
    assert "JPN.commitment" not in str(raised.value)


def test_an_earlier_form_counts_only_once_it_is_made_into_this_one(tmp_path: Path) -> None:
    file = tmp_path / "holdings.yaml"
    _ = file.write_text(HOLDINGS, encoding="utf-8")
    metal = share("ndpr-metal", GROUP, loss=[0], holdings=file, world=world())
    assert metal.content["forms"][0]["other_forms"] == []
    text = HOLDINGS.replace("dysprosium-oxide", "ndpr-oxide")
    _ = file.write_text(text, encoding="utf-8")
    again = share("ndpr-metal", GROUP, loss=["0"], holdings=file, world=world())
    (held,) = again.content["forms"][0]["other_forms"]
    assert (held["owner"], held["material"], held["tonnes"]) == ("EU27", "ndpr-oxide", 20.0)
    assert 0 < held["months"]["low"] < held["months"]["high"]


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        _ = share("magnet-hevy", GROUP, loss=["2"], days=-1, months=0, rules=["talmut"],
                  holdings=tmp_path / "none.yaml", world=world())
    message = str(raised.value)
    for part in ("did you mean 'magnet-heavy'", "not a loss", "--days", "--months",
                 "did you mean 'talmud'"):
        assert part in message
    with pytest.raises(InputError, match="tell what is lost in one way"):
        _ = share("magnet-heavy", GROUP, world=world())
    with pytest.raises(InputError, match="does not touch this chain"):
        _ = share("magnet-heavy", GROUP, scenario="graphite-return", world=world())
    with pytest.raises(InputError, match="no member uses this form"):
        _ = share("ion-clay-ore", GROUP, loss=[0.5], world=world())


def test_a_form_without_any_commitment_is_told_and_left_out(tmp_path: Path) -> None:
    file = tmp_path / "holdings.yaml"
    _ = file.write_text(HOLDINGS, encoding="utf-8")
    content = share("rare-earth-magnets", GROUP, loss=["0.5"], holdings=file,
                    world=world()).content
    assert "magnet-heavy" in [form["material"] for form in content["forms"]]
    assert "magnet-plain" in content["undefined"]
    with pytest.raises(InputError, match="no member is committed"):
        _ = form_of("magnet-plain", loss=["0.5"], holdings=file)


def test_a_band_covers_the_ends_of_a_range() -> None:
    form = form_of("magnet-heavy", loss=["CHN=0.3..0.5"])
    low, high = (form_of("magnet-heavy", loss=[f"CHN={end}"])["emergency"]["loss"]
                 for end in (0.3, 0.5))
    band = form["bands"]["loss"]
    assert (band["low"], band["high"]) == pytest.approx((low, high))
    assert form["cases"] == 3
    said = " ".join(emergency_lines(form))
    assert f"In 3 of 3 cases Article {form['emergency']['article']}" in said
    none = form_of("magnet-heavy", loss=["0..0.001"])
    assert "In 3 of 3 cases no Article is activated." in " ".join(emergency_lines(none))
    assert "0 % to 0 %" not in " ".join(emergency_lines(none))
    assert set(form["bands"]["awards"]) == set(RIVALS)


def test_a_scenario_gives_a_case_for_each_set_and_branch() -> None:
    design = op.Design(sets=1, draws=0, windows=False)
    form = form_of("gallium-refined", scenario="gallium-refusal", design=design, months=3)
    assert form["cases"] == len(form["branches"]) == len({*form["branches"]})
    assert form["emergency"]["rights"] == form["emergency"]["obligations"]
    said = " ".join(emergency_lines(form))
    assert "it is" in said
    assert "(one case)" in said
    assert "1 cases" not in said
    assert "Activated in" not in said
    assert 0.0 <= form["bands"]["loss"]["low"] <= form["bands"]["loss"]["high"] < 1.0


def test_cards_have_ranges_and_days_grow_with_distance() -> None:
    needs, transit = read_needs(WORLD), read_transit(WORLD)
    assert all(card.low <= card.value <= card.high and card.reason
               for card in (*needs.cards.values(), *transit.cards.values()))
    uses = {(name, use.use) for name, chain in world().chains.items() for use in chain.text.uses}
    assert set(needs.uses) <= uses
    near, far = transit.days("JPN", "KOR"), transit.days("JPN", "EU27")
    assert near is not None
    assert far is not None
    assert near.high < far.high
    assert near.low < near.value < near.high
    assert transit.days("JPN", "nowhere") is None
    known = {one.name for one in world().regions}
    assert set(transit.ports) <= known


def test_public_functions_divide_and_share() -> None:
    assert op.divide({"a": 100, "b": 200, "c": 300}, 300, "talmud") == {"a": 50, "b": 100, "c": 150}
    parties = [op.Party(name="A", consumption=1000, supplies=1000, available=900),
               op.Party(name="B", consumption=1000, supplies=1000, available=1000)]
    found = op.share_emergency(parties)
    assert (found.article, found.members[0].right) == ("17", 30)


@pytest.mark.parametrize("name", ["division", "emergency-group", "sharing-needs", "transit"])
def test_schemas_hold_for_what_the_pages_show(name: str) -> None:
    check: Any = validator(name)
    value = plain(yaml.safe_load(EXAMPLES[name]()))
    assert check.is_valid(value)
    for part in objects(value):
        part["surprise"] = 1
        assert not check.is_valid(value)
        del part["surprise"]


def test_the_schema_describes_what_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "holdings.yaml"
    _ = file.write_text(HOLDINGS, encoding="utf-8")
    for asked in ({"holdings": file}, {"days": 30}):
        content = share("magnet-heavy", GROUP, loss=["CHN=0.2..0.5"], world=world(),
                        **cast("Any", asked)).content
        require_shape("sharing", content)


def test_the_schemas_describe_what_is_made_of_your_own_files() -> None:
    group = parse_text(Group, shown("emergency-group"))
    require_shape("sharing-group", shared_group(group))
    claims = parse_text(Claims, shown("division"))
    require_shape("division-result", divided(claims))


def parse_text(kind: type[Any], text: str) -> Any:
    """Return a file of ours from its text."""
    value = yaml.safe_load(text)
    del value["format"]
    return TypeAdapter(kind).validate_python(value)
