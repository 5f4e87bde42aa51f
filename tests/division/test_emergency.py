"""The oil agreement: cases derived by hand, and the laws that hold in every emergency."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.division.apportion import apportion
from orepact.division.emergency import (
    BANDS,
    DAYS,
    HALF,
    SELECTIVE,
    Emergency,
    Party,
    commitment,
    share_emergency,
)
from orepact.errors import InputError

LETTER = json.loads(
    (Path(__file__).parents[1] / "vectors" / "iep_sharing.json").read_text(encoding="utf-8")
)
CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


def test_numbers_of_the_letter() -> None:
    thresholds = LETTER["thresholds"]
    deep, first = BANDS
    assert [float(deep[0]), float(deep[1])] == [thresholds["art14"]["loss_ge"],
                                                thresholds["art14"]["restraint"]]
    assert [float(first[0]), float(first[1])] == [thresholds["art13"]["loss_ge"],
                                                  thresholds["art13"]["restraint"]]
    assert float(SELECTIVE) == thresholds["art17_single_member_trigger"]
    assert float(HALF) == thresholds["art15_erdo_share_of_erc"]
    assert LETTER["reserve_days"]["current"] == DAYS


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases_derived_by_hand(path: Path) -> None:
    """Each case has its derivation beside it, in a file of the same name."""
    assert path.with_suffix(".md").is_file()
    case = json.loads(path.read_text(encoding="utf-8"))
    found = share_emergency([Party(**member) for member in case["members"]])
    expected = case["expected"]
    assert found.article == expected["article"]
    assert found.shortfall == expected["shortfall"]
    assert found.loss == Fraction(expected["loss"])
    if "half_after" in expected:
        half = expected["half_after"]
        assert found.half_after == (None if half is None else Fraction(half))
    for member in found.members:
        for what, value in expected["members"][member.name].items():
            assert getattr(member, what) == value, (member.name, what)
    assert len(found.members) == len(expected["members"])


@st.composite
def groups(draw: st.DrawFn) -> list[Party]:
    """Groups in which most use what they produce and import; some export, some hold nothing."""
    size = draw(st.integers(1, 6))
    parties: list[Party] = []
    for place in range(size):
        consumption = draw(st.integers(1, 10**9))
        stocking = draw(st.integers(0, consumption // 20))
        lost = draw(st.integers(0, consumption))
        parties.append(
            Party(
                name=f"m{place}", consumption=consumption, supplies=consumption + stocking,
                available=consumption + stocking - lost,
                commitment=draw(st.one_of(st.just(0), st.integers(1, 10**9))),
            )
        )
    if not any(one.commitment for one in parties):
        parties[0] = replace(parties[0], commitment=1)
    return parties


def balance(found: Emergency) -> int:
    return sum(one.right for one in found.members) - sum(one.obligation for one in found.members)


@given(parties=groups())
@settings(max_examples=400)
def test_rights_equal_obligations_to_the_gram(parties: list[Party]) -> None:
    assert balance(share_emergency(parties)) == 0


@given(parties=groups())
@settings(max_examples=300)
def test_nobody_uses_more_than_is_permissible(parties: list[Party]) -> None:
    found = share_emergency(parties)
    consumption = {one.name: one.consumption for one in parties}
    for one in found.members:
        assert one.used <= one.permissible <= consumption[one.name] * (1 - found.restraint)
        assert not (one.right and one.obligation)
        if found.article in {"13", "14"}:
            assert one.supply_right + one.drawdown == one.permissible
            assert one.available + one.right - one.obligation == one.supply_right


@given(parties=groups(), member=st.integers(0, 5), more=st.integers(0, 10**9))
@settings(max_examples=400)
def test_more_supplies_lower_no_supply_right_within_a_band(
    parties: list[Party], member: int, more: int
) -> None:
    place = member % len(parties)
    helped = list(parties)
    room = parties[place].supplies - parties[place].available
    helped[place] = replace(parties[place], available=parties[place].available + min(room, more))
    before, after = share_emergency(parties), share_emergency(helped)
    if before.article == after.article and before.article in {"13", "14"}:
        for less, enough in zip(before.members, after.members, strict=True):
            assert less.supply_right <= enough.supply_right
            assert less.drawdown >= enough.drawdown
            assert less.used == enough.used


@given(parties=groups())
def test_names_and_order_do_not_matter_beyond_a_gram_for_each_right(parties: list[Party]) -> None:
    found = {one.name: one for one in share_emergency(parties).members}
    turned = {one.name: one for one in share_emergency(parties[::-1]).members}
    for name, one in found.items():
        assert abs(one.right - turned[name].right) <= len(parties)
        assert abs(one.obligation - turned[name].obligation) <= len(parties)


@given(
    amount=st.integers(-(10**12), 10**12),
    more=st.integers(0, 10**6),
    weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
)
def test_whole_parts_add_up_and_never_shrink_when_the_amount_grows(
    amount: int, more: int, weights: list[int]
) -> None:
    if not any(weights):
        weights[0] = 1
    parts = apportion(amount, weights)
    assert sum(parts) == amount
    if amount >= 0:
        grown = apportion(amount + more, weights)
        assert all(less <= enough for less, enough in zip(parts, grown, strict=True))
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < len(weights)


def test_a_commitment_is_days_of_net_imports() -> None:
    assert commitment(Fraction(3650)) == 900
    assert commitment(Fraction(3650), 60) == 600
    assert commitment(Fraction(-3650)) == 0


def test_bad_groups_are_refused_with_every_problem() -> None:
    parties = [
        Party(name="a", consumption=-1, supplies=0, available=0),
        Party(name="a", consumption=10, supplies=10, available=0, commitment=8, reserve=5),
        Party(name="b", consumption=10, supplies=10, available=0, commitment=-8, reserve=-5),
    ]
    with pytest.raises(InputError) as raised:
        _ = share_emergency(parties)
    message = str(raised.value)
    for part in ("two members have one name", "a.consumption", "b.commitment", "b.reserve",
                 "above the reserve"):
        assert part in message
    with pytest.raises(InputError, match="shared by commitments"):
        _ = share_emergency([Party(name="a", consumption=100, supplies=100, available=50)])
    with pytest.raises(InputError, match="no members"):
        _ = share_emergency([])
