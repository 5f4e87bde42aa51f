"""Release rulebooks: the files that ship, contradictions before any solve, all at once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from orepact.errors import InputError
from orepact.network import Demand, Material, Network, Region
from orepact.network.components import Reserve
from orepact.policy.release import (
    ALLOCATIONS,
    Emergency,
    Replenish,
    Rule,
    Rulebook,
    Size,
    Stop,
    Trigger,
    check_rulebook,
    checked_rulebook,
    find_rulebook,
    read_rulebook,
    rulebook_names,
    write_rulebook,
)
from orepact.policy.release.schema import rulebook_schema, rulebook_schema_text

SCHEMA = Path(__file__).parents[2] / "src/orepact/studies/schema/release-rulebook.schema.json"
RULE = Rule(id="one", reason="a test", trigger=Trigger(group_loss=0.07), size=Size(tonnes=1.0))
STORE = Reserve(name="store", owner="JOGMEC", region="JPN", material="ore", held=10.0)
MARKET = Network(
    regions=(Region(name="JPN"), Region(name="USA"), Region(name="EU27")),
    materials=(Material(name="ore", price=1000.0), Material(name="metal", price=2000.0)),
).including(*(Demand(name=f"ore@{region}", region=region, material="ore", base=1.0)
              for region in ("JPN", "USA")))

BAD = """\
format: orepact/release-rulebook/1
rulebook: bad
title: Bad
text: x
version: 1
rules:
  - id: one
    reason: x
    trigger: {group_loss: 1.4, price: 1.5, member_loss: -0.1}
    size: {share_of_shortfall: 1.2, tonnes: 5}
    notice: -3
    stop: {price: 2.0}
    replenish: {price_below: 1.6, tonnes: 3, after: 12, by: 6}
    start: 2027-05
    until: 2027-01
  - id: two
    reason: y
    trigger: {when: all}
    size: {share_of_stock: 0.5, at_most: 0.2}
    alocation: talmud
  - id: three
    reason: y
    trigger: {cover_days: 20}
    size: {share_of_stock: 0.1}
    allocation: talmut
"""


def book(*rules: Rule) -> Rulebook:
    return Rulebook(rulebook="test", title="Test", text="", version=1, rules=rules or (RULE,))


def said(*rules: Rule, reserves: tuple[Reserve, ...] = (), markets: bool = False) -> list[str]:
    found = check_rulebook(book(*rules), reserves, (MARKET,) if markets else ())
    return [f"{one.field}: {one.message}" for one in found]


@pytest.mark.parametrize("name", rulebook_names())
def test_rulebooks_that_ship_are_sound_and_written_as_read(name: str, tmp_path: Path) -> None:
    rulebook = find_rulebook(name)
    assert check_rulebook(rulebook) == []
    text = write_rulebook(rulebook)
    path = tmp_path / "again.yaml"
    _ = path.write_text(text, encoding="utf-8")
    assert read_rulebook(path) == rulebook
    checker: Any = jsonschema.Draft202012Validator(rulebook_schema())
    checker.validate(yaml.safe_load(text))


def test_the_schema_in_the_repository_is_that_of_the_classes() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == rulebook_schema_text()
    jsonschema.Draft202012Validator.check_schema(rulebook_schema())
    rule = rulebook_schema()["$defs"]["Rule"]["properties"]
    assert tuple(rule["allocation"]["enum"]) == ALLOCATIONS
    checker: Any = jsonschema.Draft202012Validator(rulebook_schema())
    broken: Any = yaml.safe_load(BAD)
    assert list(checker.iter_errors(json.loads(json.dumps(broken, default=str))))


def test_everything_wrong_with_a_file_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    _ = path.write_text(BAD, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_rulebook(path)
    found = {(one.line, one.field) for one in caught.value.problems}
    rule = "rules.0"
    assert {
        (9, f"{rule}.trigger.group_loss"), (9, f"{rule}.trigger.member_loss"),
        (10, f"{rule}.size"), (10, f"{rule}.size.share_of_shortfall"), (11, f"{rule}.notice"),
        (12, f"{rule}.stop.price"), (13, f"{rule}.replenish.price_below"),
        (13, f"{rule}.replenish.by"), (15, f"{rule}.until"), (16, "rules.1"),
        (18, "rules.1.trigger"), (19, "rules.1.size.share_of_stock"), (20, "rules.1.alocation"),
        (25, "rules.2.allocation"),
    } <= found
    assert "did you mean 'talmud'" in str(caught.value)
    assert "did you mean 'allocation'" in str(caught.value)


@pytest.mark.parametrize(("change", "message"), [
    ({"trigger": Trigger()}, "trigger: nothing sets it off"),
    ({"trigger": Trigger(group_loss=0.0)}, "trigger.group_loss: always met"),
    ({"trigger": Trigger(price=1.0)}, "trigger.price: met at the base price"),
    ({"trigger": Trigger(group_loss=0.1, price_months=3)},
     "trigger.price_months: months without a price"),
    ({"trigger": Trigger(cover_days=-5.0)}, "trigger.cover_days: negative"),
    ({"size": Size()}, "size: a release has one size"),
    ({"size": Size(tonnes=-1.0)}, "size.tonnes: negative"),
    ({"size": Size(tonnes=0.0)}, "size: nothing is ever released"),
    ({"size": Size(share_of_stock=1.5)}, "size.share_of_stock: a share over 100 %"),
    ({"lead": -1}, "lead: negative"),
    ({"notice": 900.0}, "notice: outside what makes sense"),
    ({"stop": Stop(loss=0.2)}, "stop.loss: ends above the loss that sets it off"),
    ({"stop": Stop(price=1.2)}, "stop.price: ends at a price that does not set it off"),
    ({"stop": Stop(months=0)}, "stop.months: outside what makes sense"),
    ({"replenish": Replenish(price_below=1.1)}, "replenish: a purchase has one size"),
    ({"replenish": Replenish(price_below=-1.0, tonnes=1.0)}, "replenish.price_below: negative"),
    ({"replenish": Replenish(price_below=1.0, tonnes=1.0, supply_share=2.0)},
     "replenish.supply_share: a share over 100 %"),
    ({"emergency": Emergency(trigger=Trigger(group_loss=0.05), size=Size(tonnes=2.0))},
     "emergency.trigger.group_loss: an emergency is easier to meet than the rule"),
    ({"emergency": Emergency(trigger=Trigger(group_loss=0.2), size=Size(tonnes=0.5))},
     "emergency.size.tonnes: an emergency releases less than the rule"),
    ({"emergency": Emergency(trigger=Trigger(group_loss=0.2), size=Size(tonnes=2.0), notice=5.0)},
     "emergency.notice: an emergency takes longer than the rule"),
    ({"members": ("JPN", "JPN")}, "members.1: given twice"),
])
def test_contradictions(change: dict[str, Any], message: str) -> None:
    assert f"rules.0.{message}" in said(replace(RULE, **change))


def test_two_rules_for_the_same_tonnes() -> None:
    twice = "rules.1: two rules release the same tonnes"
    other = replace(RULE, id="two")
    assert twice in said(RULE, other)
    assert said(replace(RULE, owners=("JOGMEC",)), replace(other, owners=("KOMIR",))) == []
    apart = (replace(RULE, owners=("JOGMEC",)), replace(other, materials=("ore",)))
    assert twice in said(*apart)
    named = (replace(RULE, reserves=("store",)), replace(other, reserves=("else",)))
    assert said(*named) == []
    assert "rules.1.id: duplicate id" in said(named[0], replace(named[1], id="one"))


def test_names_that_nobody_knows() -> None:
    rule = replace(RULE, owners=("JOGMAC",), materials=("oar",), members=("JPM",),
                   group=("Atlantis",), reserves=("shop",))
    found = check_rulebook(book(rule), (STORE,), (MARKET,))
    fields = {one.field: one.nearest for one in found}
    assert set(fields) == {f"rules.0.{name}.0" for name in
                           ("owners", "materials", "members", "group", "reserves")} | set()
    assert fields["rules.0.owners.0"] == "JOGMEC"


def test_members_must_be_entitled_and_rules_must_be_for_something() -> None:
    outside = "rules.0.members.0: may draw on none of these reserves"
    assert outside in said(replace(RULE, members=("USA",)), reserves=(STORE,), markets=True)
    joint = replace(STORE, entitled=("JPN", "USA"))
    assert said(replace(RULE, members=("USA",)), reserves=(joint,), markets=True) == []
    nothing = said(replace(RULE, materials=("metal",)), reserves=(STORE,), markets=True)
    assert "rules.0: the rule is for no reserve" in nothing


def test_a_reserve_where_nobody_trades_its_form_is_told() -> None:
    away = replace(STORE, region="EU27")
    found = check_rulebook(book(), (away,), (MARKET,))
    assert [one.field for one in found] == ["reserves.store.region"]
    assert "JPN, USA" in found[0].expected


def test_an_unknown_rulebook_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'default'"):
        _ = checked_rulebook("defualt", (), ())
