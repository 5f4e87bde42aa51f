"""Laws that hold for every register, shipment and day."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import replace

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.policy import (
    END_USES,
    Register,
    announcements,
    fingerprint,
    load_branches,
    load_register,
    permit,
    permits_by_month,
)
from orepact.policy.timeline import OPEN, act_spans

REGISTER = load_register()
BRANCHES = load_branches()
LAID = {"": REGISTER, **{name: REGISTER.under(one) for name, one in BRANCHES.items()}}
MATERIALS = [form.id for form in REGISTER.forms.materials]
REGIONS = ["CHN", "USA", "EU27", "JPN", "KOR", "GBR", "MYS", "VNM", "AFR", "ASO"]
MEMBERS = list(REGISTER.places.blocs[0].members)
STRICTNESS = ["free", "general_licence", "licensed", "presumption_of_denial", "banned"]

LAW = settings(deadline=None)  # two shared cores: time is not what is tested
registers = st.sampled_from(sorted(LAID)).map(LAID.__getitem__)
definite = st.sampled_from(sorted(BRANCHES)).map(LAID.__getitem__)
materials = st.sampled_from(MATERIALS)
regions = st.sampled_from(REGIONS)
end_uses = st.sampled_from(END_USES)
days = st.dates(datetime.date(2010, 1, 1), datetime.date(2028, 11, 10))


def _strict(register: Register, exporter: str, material: str, to: str, use: str,
            on: datetime.date) -> tuple[int, bool]:
    found = permit(register, exporter, material, to, end_use=use, on=on)
    return STRICTNESS.index(found.state), found.review == "stricter"


@LAW
@given(registers, regions, materials, regions, end_uses, days)
def test_the_spell_holds_on_every_one_of_its_days(
    register: Register, exporter: str, material: str, to: str, use: str, on: datetime.date,
) -> None:
    found = permit(register, exporter, material, to, end_use=use, on=on)
    assert found.start <= on <= found.end
    edges = [found.start] + ([found.end] if found.end != OPEN else [])
    for day in edges:
        assert permit(register, exporter, material, to, end_use=use, on=day) == found
    assert found.since is None or found.since <= on
    assert (found.state == "free") == (not found.acts)


@LAW
@given(definite, regions, materials, regions, end_uses, days)
def test_a_branch_leaves_nothing_unknown(
    register: Register, exporter: str, material: str, to: str, use: str, on: datetime.date,
) -> None:
    assert permit(register, exporter, material, to, end_use=use, on=on).state in STRICTNESS


@LAW
@given(registers, materials, end_uses, days, st.sampled_from(MEMBERS))
def test_a_bloc_stands_for_its_members(
    register: Register, material: str, use: str, on: datetime.date, member: str,
) -> None:
    union, state = (permit(register, "CHN", material, to, end_use=use, on=on)
                    for to in ("EU27", member))
    assert union == state


@LAW
@given(registers, materials, regions, end_uses, days, st.randoms())
def test_the_order_of_acts_does_not_matter(
    register: Register, material: str, to: str, use: str, on: datetime.date, random: object,
) -> None:
    acts = list(register.acts)
    random.shuffle(acts)  # type: ignore[attr-defined]
    shuffled = replace(register, acts=tuple(acts))
    one, other = (permit(which, "CHN", material, to, end_use=use, on=on)
                  for which in (register, shuffled))
    assert replace(one, acts=()) == replace(other, acts=())
    assert one.acts[:1] == other.acts[:1]
    assert set(one.acts) == set(other.acts)


@LAW
@given(definite, st.data(), regions, materials, regions, end_uses, days)
def test_removing_a_restriction_never_restricts(
    register: Register, data: st.DataObject, exporter: str, material: str, to: str, use: str,
    on: datetime.date,
) -> None:
    restricting = [act.id for act in register.acts if act.kind != "general_licence"]
    gone = data.draw(st.sampled_from(restricting))
    before = _strict(register, exporter, material, to, use, on)
    assert _strict(register.without(gone), exporter, material, to, use, on) <= before


@LAW
@given(materials, regions, end_uses, st.sampled_from([a.id for a in REGISTER.acts]), st.data())
def test_a_suspended_control_is_no_control(
    material: str, to: str, use: str, act: str, data: st.DataObject,
) -> None:
    spans = [one for one in act_spans(REGISTER, REGISTER.act(act)) if one.mode == "suspended"]
    if not spans:
        return
    on = data.draw(st.dates(spans[0].start, spans[0].end))
    exporter = "JPN" if REGISTER.act(act).reach == "abroad" else "CHN"
    one, other = (permit(which, exporter, material, to, end_use=use, on=on)
                  for which in (REGISTER, REGISTER.without(act)))
    assert (one.state, one.since, one.review) == (other.state, other.since, other.review)


@LAW
@given(materials, regions, end_uses, days)
def test_revived_is_never_freer_than_lifted_nor_stricter_than_escalated(
    material: str, to: str, use: str, on: datetime.date,
) -> None:
    lifted, revived, escalated = (
        _strict(LAID[name], "CHN", material, to, use, on)
        for name in ("lifted", "revived", "escalated"))
    assert lifted <= revived <= escalated


@LAW
@given(materials, regions, end_uses, days)
def test_extended_and_lifted_mean_the_same_for_trade(
    material: str, to: str, use: str, on: datetime.date,
) -> None:
    one, other = (permit(LAID[name], "CHN", material, to, end_use=use, on=on)
                  for name in ("extended", "lifted"))
    assert (one.state, one.since) == (other.state, other.since)


@LAW
@given(registers, materials, regions, end_uses, days,
       st.dates(datetime.date(2010, 1, 1), datetime.date(2026, 12, 31)))
def test_what_was_not_public_cannot_decide(
    register: Register, material: str, to: str, use: str, on: datetime.date,
    known: datetime.date,
) -> None:
    found = permit(register, "CHN", material, to, end_use=use, on=on, known_as_of=known)
    assert found.announced is None or found.announced <= known


@settings(deadline=None, max_examples=30)
@given(registers, regions, materials, st.dates(datetime.date(2022, 1, 1),
                                               datetime.date(2027, 12, 1)))
def test_the_monthly_table_is_the_daily_permit(
    register: Register, exporter: str, material: str, month: datetime.date,
) -> None:
    first = month.replace(day=1)
    length = calendar.monthrange(first.year, first.month)[1]
    table = permits_by_month(register, exporter, [material], ["USA", "JPN"], first=first,
                             last=first)
    for to in ("USA", "JPN"):
        for use in END_USES:
            rows = table.filter(destination=to, end_use=use)
            assert abs(rows["days_share"].sum() - 1) < 1e-12
            by_day = [permit(register, exporter, material, to, end_use=use,
                             on=first.replace(day=day)).state for day in range(1, length + 1)]
            shares = rows.group_by("state").agg(pl.col("days_share").sum())
            assert {state: round(share * length) for state, share in shares.iter_rows()} == {
                state: by_day.count(state) for state in set(by_day)}


def test_months_are_complete_and_keys_unique() -> None:
    table = permits_by_month(REGISTER, "CHN", MATERIALS, REGIONS,
                             first=datetime.date(2023, 1, 15), last=datetime.date(2024, 2, 20))
    cells = table.select("material", "destination", "end_use", "month").unique()
    assert cells.height == len(MATERIALS) * len(REGIONS) * len(END_USES) * 14
    names = ["material", "destination", "end_use", "month", "state", "act", "effective"]
    assert table.select(names).is_unique().all()


def test_announced_but_not_effective_is_visible() -> None:
    months = {"first": datetime.date(2025, 10, 1), "last": datetime.date(2025, 10, 31)}
    table = announcements(REGISTER, "CHN", ["graphite-anode"], ["KOR"], **months,
                          known_as_of=datetime.date(2025, 10, 31))
    row = table.filter(end_use="civil").row(0, named=True)
    assert (row["act"], row["announced"], row["effective"], row["state"]) == (
        "CN-2025-58", datetime.date(2025, 10, 9), datetime.date(2025, 11, 8), "licensed")
    assert not row["scheduled"]
    laid = announcements(LAID["revived"], "CHN", ["graphite-anode"], ["KOR"],
                         first=datetime.date(2026, 11, 1), last=datetime.date(2026, 11, 1))
    row = laid.filter(end_use="civil").row(0, named=True)
    assert (row["announced"], row["effective"], row["scheduled"]) == (
        datetime.date(2025, 11, 7), datetime.date(2026, 11, 11), True)


def test_fingerprints_tell_control_states_apart_and_nothing_else() -> None:
    months = {"first": datetime.date(2026, 11, 1), "last": datetime.date(2027, 10, 31)}
    regions_asked = ["USA", "EU27", "JPN", "KOR"]

    def prints(material: str) -> dict[str, str]:
        return {name: fingerprint(laid, "CHN", [material], regions_asked, **months)
                for name, laid in LAID.items() if name}

    gallium, plain, anode = (prints(one) for one in
                             ("gallium-primary", "magnet-plain", "graphite-anode"))
    assert gallium["extended"] == gallium["lifted"]
    assert len(set(gallium.values())) == 3
    assert plain["revived"] == plain["lifted"] == plain["extended"] != plain["escalated"]
    assert anode["revived"] == anode["escalated"] != anode["lifted"]
