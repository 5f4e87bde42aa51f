"""The licence template and its cards."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.errors import InputError
from orepact.policy import LicenceTemplate, load_template, share_permitted
from orepact.policy.register import LIBRARY

TEMPLATE = load_template()


@pytest.mark.parametrize(("branch", "shares"), [
    ("approve", [0.09, 0.05, 0.14, 0.50, 0.70, 0.85, 0.90, 0.95, 1.0, 1.0]),
    ("refuse", [0.09, 0.05, 0.14, 0.25, 0.30, 0.30, 0.30]),
])
def test_the_path_of_a_new_licence(
    template: LicenceTemplate, branch: str, shares: list[float],
) -> None:
    found = [share_permitted(template, "licensed", month, branch) for month in range(len(shares))]
    assert found == shares


def test_states_have_their_own_shares(template: LicenceTemplate) -> None:
    shares = {state: share_permitted(template, state, 0, "approve")
              for state in ("free", "general_licence", "presumption_of_denial", "banned")}
    assert shares == {"free": 1.0, "general_licence": 0.9, "presumption_of_denial": 0.02,
                      "banned": 0.0}


def test_cards_move_the_share(template: LicenceTemplate) -> None:
    def share(state: str = "licensed", **more: object) -> float:
        return share_permitted(template, state, 99, "approve", **more)  # type: ignore[arg-type]

    assert share(newly_imposed=False) == 1.0
    assert share(review="stricter") == 0.8
    assert share(end_use="military") == 0.3
    assert share("banned", reach="abroad") == pytest.approx(0.7)
    assert share("presumption_of_denial", cards={"presumption_of_denial": 0.1}) == 0.1


@settings(deadline=None)
@given(st.sampled_from(["free", "licensed", "general_licence", "presumption_of_denial", "banned"]),
       st.floats(0, 600), st.sampled_from(["approve", "refuse"]),
       st.sampled_from(["civil", "military", "listed"]), st.sampled_from(["ordinary", "stricter"]),
       st.sampled_from(["issuer", "abroad"]), st.booleans())
def test_a_share_is_a_fraction(
    state: str, months: float, branch: str, use: str, review: str, reach: str, newly: bool,  # noqa: FBT001
) -> None:
    share = share_permitted(TEMPLATE, state, months, branch, end_use=use, review=review,
                            reach=reach, newly_imposed=newly)
    assert 0 <= share <= 1


def test_unknown_has_no_share(template: LicenceTemplate) -> None:
    with pytest.raises(InputError, match="choose a branch or record the outcome"):
        _ = share_permitted(template, "unknown", 0, "approve")


def test_every_unknown_word_is_told(template: LicenceTemplate) -> None:
    with pytest.raises(InputError) as caught:
        _ = share_permitted(template, "licenced", 0, "aprove", end_use="civic",
                            cards={"abraod": 1.0})
    assert len(caught.value.problems) == 4
    assert "did you mean 'licensed'?" in str(caught.value)


@pytest.mark.parametrize(("old", "new", "words"), [
    ("first: [0.09,", "first: [1.09,", "not a fraction"),
    ("refuse: [0.25, 0.30]", "refuse: []", "empty path"),
    ("value: 0.02", "value: 0.2", "leaves its range"),
    ("id: abroad", "id: overseas", "card is missing"),
])
def test_a_wrong_template_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = (LIBRARY / "licence_template.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "t.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        _ = load_template(path)


def test_every_card_gives_its_reason(template: LicenceTemplate) -> None:
    for card in template.cards:
        assert len(card.reason) > 20
        assert card.evidence
        assert card.low < card.high
    assert template.card("abroad").high == 1.0
    with pytest.raises(InputError, match="abroad"):
        _ = template.card("abrod")
