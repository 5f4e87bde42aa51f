"""Scenarios: the library, dates, ranges, rungs over the register, differences, the calendar."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from orepact.errors import InputError
from orepact.network import World
from orepact.policy import Outcome, Register, permit
from orepact.policy.controls import Clause, Item, PartialDate, partial_date
from orepact.policy.scenario.calendar import calendar_of
from orepact.policy.scenario.checks import inner_faults
from orepact.policy.scenario.dates import dated, span_of
from orepact.policy.scenario.diff import diff
from orepact.policy.scenario.examine import examine_scenario, scenario_warnings
from orepact.policy.scenario.laid import at_rung, climbs_of, register_of
from orepact.policy.scenario.ranges import ranged_paths, resolve
from orepact.policy.scenario.reading import (
    find_scenario,
    read_scenario,
    scenario_names,
    scenario_path,
    write_scenario,
)
from orepact.policy.scenario.schema import scenario_schema, scenario_schema_text
from orepact.policy.scenario.template import scenario_template
from orepact.policy.scenario.text import (
    Distribution,
    OutcomePart,
    Quota,
    Relative,
    Scenario,
    fixed,
)
from orepact.policy.scenario.view import WorldView, world_view
from orepact.views.scenario import part_rows

SCHEMA = Path(__file__).parents[2] / "src/orepact/studies/schema/scenario.schema.json"


@pytest.fixture
def quota() -> Scenario:
    return find_scenario("cobalt-quota")


@pytest.fixture
def ladder() -> Scenario:
    return find_scenario("magnets-ladder")


@pytest.mark.parametrize("name", scenario_names())
def test_the_library_passes_every_check(name: str, view: WorldView, register: Register) -> None:
    found = examine_scenario(name, view)
    assert (found.problems, found.warnings) == ((), ())
    assert found.scenario is not None
    assert found.scenario.scenario == name
    assert calendar_of(found.scenario, view, max(climbs_of(found.scenario))) or not (
        found.scenario.parts)
    rows = part_rows(found.scenario, register)
    assert all(row["what"] and row["from"] for row in rows)


@pytest.mark.parametrize("name", scenario_names())
def test_the_library_has_the_shape_of_the_schema(name: str) -> None:
    def plain(value: object) -> object:
        return json.loads(json.dumps(value, default=str))

    text = scenario_path(name).read_text(encoding="utf-8")
    jsonschema.Draft202012Validator(scenario_schema()).validate(plain(yaml.safe_load(text)))


def test_the_schema_that_ships_is_the_one_of_the_code() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == scenario_schema_text()
    jsonschema.Draft202012Validator.check_schema(scenario_schema())


def test_the_schema_refuses_what_the_reader_refuses() -> None:
    value = yaml.safe_load(write_scenario(find_scenario("cobalt-quota")))
    checker = jsonschema.Draft202012Validator(scenario_schema())
    assert checker.is_valid(value)
    for field, wrong in (("months", 61), ("chains", []), ("first_month", "2027"), ("mnths", 1)):
        assert not checker.is_valid({**value, field: wrong})


def test_every_kind_of_part_is_in_the_library() -> None:
    kinds = {type(part).__name__ for name in scenario_names()
             for part in find_scenario(name).parts}
    assert kinds == {"OutcomePart", "Control", "Quota", "Tax", "Outage", "DemandChange", "Flood",
                     "Conduit"}


def test_an_unknown_name_is_told_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'cobalt-quota'"):
        _ = find_scenario("cobalt-quotas")
    with pytest.raises(InputError, match="no such file"):
        _ = find_scenario("nowhere/mine.yaml")


def test_dates_count_from_ends_and_from_other_parts(quota: Scenario, register: Register) -> None:
    found = {part.id: part for part in dated(quota, register).quotas}
    assert span_of(found["quota-2028"])[0] == datetime.date(2028, 1, 1)
    assert str(found["quota-2028"].announced) == "2027-10-01"


def test_a_moved_suspension_moves_what_counts_from_it(
    ladder: Scenario, register: Register
) -> None:
    stays = tuple(
        replace(one, until=partial_date("2027-11-10")) if one.id == "CN-2025-70" else one
        for one in register.suspensions)
    moved = replace(register, suspensions=stays)
    before, after = (dated(ladder, one).controls for one in (register, moved))
    assert [span_of(one)[0].year + 1 for one in before] == [span_of(one)[0].year for one in after]


def test_a_month_after_the_last_of_january_is_the_last_of_february(register: Register) -> None:
    scenario = _with_effective(Relative(after="base", months=1))
    assert str(dated(scenario, register).quotas[0].effective) == "2027-02-28"


def test_resolve_takes_the_middle_without_a_draw(quota: Scenario) -> None:
    found = resolve(quota, {})
    assert [one.limit.value for one in found.quotas if one.limit] == [
        3625, 7250, 7250, 8050, 8050, 5367]
    assert ranged_paths(found) == ()
    assert resolve(found, {}) == found


def test_resolve_takes_a_draw_and_refuses_what_is_none(quota: Scenario) -> None:
    low, high = (resolve(quota, {"quotas.4.limit": one}).quotas[4].limit for one in (0.0, 1.0))
    assert low == fixed(6450.0)
    assert high == fixed(10000.0)
    with pytest.raises(InputError, match=r"did you mean 'quotas\.4\.limit'") as error:
        _ = resolve(quota, {"quotas.4.limt": 0.5, "quotas.5.limit": 1.5})
    assert len(error.value.problems) == 2


@pytest.mark.parametrize(("kind", "middle"), [
    # Triangular on 0, 2, 8: F(x) = 1 - (8-x)²/48, so the median is 8 - sqrt(24).
    ("triangular", 8.0 - 24.0**0.5),
    ("uniform", 4.0),
])
def test_medians_by_hand(kind: Any, middle: float) -> None:
    scenario = replace(
        _with_effective(partial_date("2027-03-01")),
        distributions=(Distribution(of="quotas.0.pace", kind=kind),))
    quota = replace(scenario.quotas[0], pace=replace(fixed(2.0), low=0.0, high=8.0))
    found = resolve(replace(scenario, quotas=(quota, *scenario.quotas[1:])),
                    {"quotas.0.pace": 0.5}).quotas[0].pace
    assert found is not None
    assert found.value == pytest.approx(middle, rel=1e-12)


def test_a_rung_has_the_parts_below_it(ladder: Scenario) -> None:
    counts = [len(at_rung(ladder, rung).parts) for rung in climbs_of(ladder)]
    assert counts == [0, 1, 3, 4]


def test_a_part_takes_the_place_of_what_it_replaces(quota: Scenario) -> None:
    assert [part.id for part in at_rung(quota, 0).parts][-1] == "quota-2028"
    assert "quota-2028" not in [part.id for part in at_rung(quota, 1).parts]


def test_rungs_mean_stricter_permits(ladder: Scenario, register: Register) -> None:
    day = datetime.date(2027, 8, 1)

    def state(rung: int, material: str, to: str, end_use: str = "civil") -> str:
        under = register_of(ladder, register, rung)
        return permit(under, "CHN", material, to, end_use=end_use, on=day).state

    assert [state(rung, "magnet-plain", "EU27") for rung in (0, 1)] == [
        "free", "licensed"]
    assert [state(rung, "magnet-plain", "USA") for rung in (1, 2, 3)] == [
        "licensed", "licensed", "banned"]
    assert state(2, "magnet-heavy", "JPN", "military") == "banned"
    under = register_of(ladder, register, 2)
    assert permit(under, "USA", "rare-earth-ore", "CHN", end_use="civil", on=day).state == "banned"


def test_an_act_that_ends_is_over(ladder: Scenario, register: Register) -> None:
    under = register_of(ladder, register, 3)
    ban = under.act("no-magnets-for-usa")
    assert ban.hypothetical
    assert ban.sources == ("supposed by scenario magnets-ladder",)
    after = ban.until.last + datetime.timedelta(days=1) if ban.until else datetime.date.max
    found = permit(under, "CHN", "magnet-heavy", "USA", end_use="civil", on=after)
    assert found.state != "banned"


def test_what_a_scenario_does_not_decide_follows_its_branch(register: Register) -> None:
    scenario = find_scenario("antimony-conduits")
    under = register_of(scenario, register, 0)
    day = datetime.date(2026, 12, 15)
    assert permit(under, "CHN", "antimony-metal", "USA", end_use="civil", on=day).state == (
        "presumption_of_denial")
    assert under.branch == "antimony-conduits"
    outcomes = {(one.act, one.outcome) for one in under.outcomes}
    assert ("CN-2025-58", "extended") in outcomes
    assert ("CN-2024-46-2", "extended") not in outcomes


def test_an_outcome_of_one_act_goes_before_that_of_its_suspension(register: Register) -> None:
    scenario = find_scenario("graphite-return")
    special = replace(scenario.outcomes[0], id="special", act="CN-2025-58", outcome="repealed")
    under = register_of(replace(scenario, outcomes=(*scenario.outcomes, special)), register, 0)
    outcomes = {one.act: one.outcome for one in under.outcomes}
    assert outcomes["CN-2025-58"] == "repealed"
    assert outcomes["CN-2025-56"] == "revives"


def test_the_outcome_of_a_suspension_is_told_of_the_acts_that_it_suspends(
    register: Register,
) -> None:
    rows = part_rows(find_scenario("graphite-return"), register)
    words = [row["what"] for row in rows if row["kind"] == "outcome"]
    assert "CN-2024-46-2 is back in force (suspended by CN-2025-72)" in words
    assert not any(text.startswith(("CN-2025-72 ", "CN-2025-70 ")) for text in words)


def test_what_is_on_record_goes_before_a_scenario(world: World, register: Register) -> None:
    recorded = register.under(None, [Outcome("CN-2025-72", "repealed", source="heard")])
    scenario = find_scenario("antimony-conduits")
    under = register_of(scenario, recorded, 0)
    assert {one.outcome for one in under.outcomes_of("CN-2024-46-2")} == {"repealed"}
    words = [one.message for one in scenario_warnings(scenario, world_view(world, recorded))]
    assert any("on record" in one for one in words)


def test_warnings_name_parts_without_effect(view: WorldView, quota: Scenario) -> None:
    wide = replace(quota.quotas[2], limit=fixed(1e6), destinations=("CHN",))
    none = replace(quota.quotas[2], id="none", destinations=("MEX",), issuer="COD")
    far = replace(find_scenario("gallium-refusal").controls[0], id="far")
    scenario = replace(quota, quotas=(wide, none, *quota.quotas[:2]), controls=(far,), ladder=None)
    words = {one.at: one.message for one in scenario_warnings(scenario, view)}
    assert "does not bind" in words["quotas", 0]
    assert "no base trade" in words["quotas", 1]
    assert "reaches no trade" in words["controls", 0]


def test_a_difference_names_part_field_unit_and_both_values(quota: Scenario) -> None:
    cut = replace(quota.quotas[4], limit=fixed(4000.0))
    other = replace(quota, months=12, quotas=(*quota.quotas[:3], cut, quota.quotas[5]))
    found = {(one.change, one.part, one.field): one for one in diff(quota, other)}
    assert set(found) == {("changed", "", "months"), ("removed", "quota-2026-2027", ""),
                          ("changed", "quota-2028", "limit")}
    limit = found["changed", "quota-2028", "limit"]
    assert (limit.before, limit.after, limit.unit) == (
        "8,050 (6,450 to 10,000)", "4,000", "t/period")


def test_the_order_of_parts_and_names_is_no_difference(quota: Scenario) -> None:
    turned = tuple(replace(one, materials=one.materials[::-1]) for one in quota.quotas[::-1])
    assert diff(quota, replace(quota, quotas=turned)) == ()


def test_a_nested_field_is_told_by_its_path(quota: Scenario) -> None:
    first = quota.quotas[0]
    carry = first.carry_over
    assert carry is not None
    changed = replace(first, carry_over=replace(carry, months=6))
    found = diff(quota, replace(quota, quotas=(changed, *quota.quotas[1:])))
    assert [(one.field, one.before, one.after, one.unit) for one in found] == [
        ("carry_over.months", "5", "6", "month")]


def test_the_calendar_tells_parts_and_acts(ladder: Scenario, view: WorldView) -> None:
    entries = calendar_of(ladder, view, 3)
    ban = [(one.month, one.state) for one in entries if one.id == "no-magnets-for-usa"]
    assert ban[0] == ("2027-06", "begins")
    assert ban[-1] == ("2027-12", "ends")
    assert {one.id for one in entries if one.kind == "act"} >= {"CN-2025-18"}
    assert not [one for one in calendar_of(ladder, view, 0) if one.kind != "act"]


def test_the_template_passes_for_every_chain(view: WorldView, tmp_path: Path) -> None:
    for chain in view.chains:
        path = tmp_path / f"{chain}.yaml"
        path.write_text(scenario_template("mine", chain, view, "2027-01"), encoding="utf-8")
        found = examine_scenario(path, view)
        assert (chain, found.problems, found.warnings) == (chain, (), ())


def test_every_comment_of_the_template_may_be_used(view: WorldView, tmp_path: Path) -> None:
    text = scenario_template("mine", "gallium", view, "2027-01")
    used = re.sub(r"^# (?=[a-z -])", "", text, flags=re.MULTILINE)
    path = tmp_path / "mine.yaml"
    path.write_text(used, encoding="utf-8")
    found = examine_scenario(path, view)
    assert found.problems == ()
    assert found.scenario is not None
    assert len(found.scenario.parts) == 8


def test_reading_gives_what_was_written(tmp_path: Path) -> None:
    for name in scenario_names():
        path = tmp_path / f"{name}.yaml"
        path.write_text(write_scenario(find_scenario(name)), encoding="utf-8")
        assert read_scenario(path) == find_scenario(name)


def _with_effective(effective: PartialDate | Relative) -> Scenario:
    base = Quota(id="base", reason="r", issuer="CHN", materials=("gallium-primary",),
                 announced=partial_date("2027-01-01"), effective=partial_date("2027-01-31"),
                 limit=fixed(1.0))
    other = replace(base, id="other", effective=effective)
    return Scenario(scenario="case", title="t", text="t", version=1, chains=("gallium",),
                    first_month="2027-01", months=24, reason="r", quotas=(other, base))


def test_a_quota_continues_one_on_the_same_trade(quota: Scenario) -> None:
    unknown = replace(quota.quotas[4], continues="quota-2026-2072")
    other = replace(quota.quotas[4], materials=("cobalt-ore",))
    messages = [
        [one.message for one in inner_faults(replace(quota, quotas=(*quota.quotas[:4], last)))
         if one.at[-1] == "continues"]
        for last in (quota.quotas[4], unknown, other)
    ]
    assert messages == [[], ["no such part"], ["continues a quota on other trade"]]


def test_a_part_that_changes_nothing_is_warned_of(ladder: Scenario, view: WorldView) -> None:
    """The package of October 2025 holds back no goods of the magnets' chain; it does graphite."""
    back = OutcomePart(id="back", reason="a test", act="CN-2025-70", outcome="revives")
    again = replace(ladder.controls[0], id="again", rung=1)
    users = Clause("ban", (Item("magnesium", materials=("magnesium-metal",)),), ("military",))
    carve = replace(ladder.controls[0], id="carve", rung=0, clauses=(users,))
    found = {
        (chain, one.at[0], one.at[1]): one.message
        for chain, parts in (
            ("rare-earth-magnets", {"controls": (ladder.controls[0], again)}),
            ("graphite", {"controls": ()}),
            ("magnesium", {"controls": (carve,)}),
        )
        for one in scenario_warnings(
            replace(ladder, chains=(chain,), ladder=None, outcomes=(back,), **parts), view)
    }
    assert "changes no permit" in found["rare-earth-magnets", "outcomes", 0]
    assert "changes no permit" in found["rare-earth-magnets", "controls", 1]
    assert ("graphite", "outcomes", 0) not in found
    assert "is not known" in found["magnesium", "controls", 0]
