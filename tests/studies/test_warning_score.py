"""Warnings scored on history: rates by hand, and the bundled back-test."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from orepact.data.bundle import WORLD_FOLDER, read_bundle, read_sources
from orepact.errors import InputError
from orepact.indicators.warning.early_warning import BANDS, DIRECTIONS
from orepact.indicators.warning.record import Record, warning_record
from orepact.indicators.warning.rules import Rules, read_rules
from orepact.policy.register import load_register
from orepact.studies.warning_history.episodes import (
    Episode,
    merged,
    month_number,
    price_episodes,
    read_episodes,
    watched_months,
)
from orepact.studies.warning_history.rates import wilson
from orepact.studies.warning_history.score import (
    WARNERS,
    Score,
    back_test,
    ranking,
    score_warnings,
    scores_frame,
    warning_history,
)

FILE = WORLD_FOLDER / "assess" / "episodes.csv"
PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "early-warning.md"


@pytest.fixture(scope="module")
def rules() -> Rules:
    return read_rules()


@pytest.fixture(scope="module")
def record(rules: Rules) -> Record:
    return warning_record(read_bundle(), load_register(), rules)


def test_the_history_tells_how_far_it_is(record: Record, rules: Rules) -> None:
    told: list[tuple[int, int]] = []
    _ = warning_history(
        record,
        rules,
        "2025-01",
        "2025-03",
        minerals=["tin"],
        progress=lambda done, months: told.append((done, months)),
    )
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def episode(start: int, mineral: str = "tin", trigger: int | None = None) -> Episode:
    return Episode(
        episode=f"{mineral}-{start}",
        cluster="one",
        mineral=mineral,
        direction="shortage",
        start=start,
        precision="month",
        kind="price",
        source="S",
        trigger=trigger,
    )


def history(**bands: str) -> pl.DataFrame:
    """Return a history: one letter a month, v(ery low) ... h(igh), - where it can not be told."""
    of = {"v": 0, "l": 1, "m": 2, "h": 3, "x": 4}
    rows = [
        {
            "mineral": mineral,
            "direction": direction,
            "month": month,
            "index": None if letter == "-" else of[letter] / 5,
            "band": "cannot tell" if letter == "-" else BANDS[of[letter]],
            "known_weight": 1.0,
        }
        for mineral, letters in bands.items()
        for direction in DIRECTIONS
        for month, letter in enumerate(letters)
    ]
    return pl.DataFrame(rows, schema_overrides={"index": pl.Float64})


def score_of(scores: tuple[Score, ...], warner: str) -> Score:
    return next(one for one in scores if one.warner == warner and one.direction == "shortage")


def test_rates_by_hand() -> None:
    # Twelve months, horizon three, an episode in month 6: months 3 4 5 lie before it, 6 7 8 are
    # under way. Warned in 1, 4, 5 and 9: two right, two wrong; missed 3; quiet 0 2 10 11.
    told = history(tin="vhvvhhvvvhvv")
    watched = {"tin": frozenset(range(12))}
    scores = score_warnings(told, {"all": [episode(6)]}, watched, 3)
    one = score_of(scores, "at least high")
    assert (one.episodes, one.caught, one.lead) == (1, 1, 2.0)
    assert (one.watched.months, one.watched.warned, one.watched.right) == (9, 4, 2)
    assert one.watched.precision == 0.5
    assert one.watched.base_rate == pytest.approx(3 / 9)
    assert one.watched.skill == pytest.approx(2 / 3 - 2 / 6)
    always, never = (score_of(scores, name) for name in ("always", "never"))
    assert (always.recall, always.watched.precision, always.watched.skill) == (1.0, 3 / 9, 0.0)
    assert (never.recall, never.watched.precision, never.watched.skill) == (0.0, None, 0.0)
    # Of all months only those count whose horizon lies inside the history: 0 to 8.
    assert (one.all.months, one.all.warned, one.all.right) == (6, 3, 2)


def test_a_warning_after_the_act_is_no_warning_before_the_act() -> None:
    # Act in month 4, effect in month 6, warned in month 5 only.
    scores = score_warnings(history(tin="vvvvvhvvvvvv"), {"all": [episode(6, trigger=4)]}, {}, 3)
    one = score_of(scores, "at least high")
    assert (one.caught, one.acts, one.before_act) == (1, 1, 0)


def test_months_that_cannot_be_told_are_neither_warned_nor_quiet() -> None:
    scores = score_warnings(
        history(tin="------hvvvvv"), {"all": [episode(6)]}, {"tin": frozenset(range(12))}, 3
    )
    one = score_of(scores, "always")
    assert (one.episodes, one.told, one.caught, one.watched.months) == (1, 0, 0, 3)


def test_an_episode_nobody_could_be_asked_about_is_left_out() -> None:
    scores = score_warnings(
        history(tin="hhhhhhhhhhhh"), {"all": [episode(2), episode(20), episode(12)]}, {}, 3
    )
    assert score_of(scores, "always").episodes == 1


def test_no_months_are_an_error() -> None:
    with pytest.raises(InputError, match="no months"):
        _ = score_warnings(history(tin="v").clear(), {"all": []}, {}, 3)


def test_a_wilson_interval_by_hand() -> None:
    # z = 1.959964; 8 of 10: the interval of Newcombe's tables, 0.4902 to 0.9433.
    low, high = wilson(8, 10, 0.95)
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 0) == (None, None)
    assert wilson(0, 5)[0] == 0.0
    assert wilson(5, 5)[1] == 1.0


def test_ranking_by_hand() -> None:
    # a (0.6) and b (0.2) had an episode, c (0.4) and d (0.2) none: of four pairs a wins two, b
    # loses one and ties one.
    told = history(a="h", b="l", c="m", d="l")
    both = [episode(2, "a"), episode(2, "b")]
    assert ranking(told, both, "shortage", "0000-01", 3) == (2.5 / 4, 2, 2)
    assert ranking(told, [], "shortage", "0000-01", 3) is None


def test_a_computed_episode_near_a_cited_one_is_the_same() -> None:
    cited = [episode(100)]
    found = merged(cited, [episode(95), episode(120), episode(100, "zinc")])
    assert [(one.mineral, one.start) for one in found] == [
        ("tin", 100),
        ("zinc", 100),
        ("tin", 120),
    ]


def test_episodes_of_prices_are_moves_of_a_year(record: Record) -> None:
    found = {one.episode: one for one in price_episodes(record)}
    # World Bank: nickel 33,924 USD/t in March 2022, 16,461 a year before.
    assert found["nickel-shortage-2022-03"].precision == "month"
    # USGS: battery-grade carbonate 11,700 USD/t in 2021, 63,700 in 2022, 39,000 in 2023.
    assert found["lithium-shortage-2022-01"].precision == "year"
    assert "lithium-oversupply-2023-01" in found
    assert "nickel-oversupply-2023-11" in found


def test_cited_episodes_have_sources_and_begin_after_their_act(record: Record) -> None:
    found = read_episodes(record.restrictions)
    known = set(read_sources(WORLD_FOLDER)["source_id"])
    assert len(found) == len({one.episode for one in found}) > 20
    for one in found:
        assert one.source in known, one.episode
        assert one.mineral in record.minerals, one.episode
        assert one.trigger is None or one.trigger <= one.start, one.episode


def test_a_wrong_episode_is_refused_with_its_line(record: Record, tmp_path: Path) -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    header = next(line for line in lines if line.startswith("episode,"))
    rows = list(csv.reader([line for line in lines if not line.startswith("#")]))
    bad = list(rows[1])
    bad[3], bad[6], bad[7] = "shortfall", "CN-2010-QUOTE", ""
    path = tmp_path / "episodes.csv"
    _ = path.write_text("\n".join([header, ",".join(f'"{cell}"' for cell in bad)]), "utf-8")
    with pytest.raises(InputError) as caught:
        _ = read_episodes(record.restrictions, path)
    text = str(caught.value)
    assert "CN-2010-QUOTA" in text
    assert "shortage" in text
    assert len(caught.value.problems) == 3
    assert {problem.line for problem in caught.value.problems} == {2}


def test_a_history_does_not_depend_on_where_it_begins(record: Record, rules: Rules) -> None:
    some = ["gallium", "nickel", "dysprosium"]
    whole = warning_history(record, rules, "2022-06", "2025-06", minerals=some)
    part = warning_history(record, rules, "2024-01", "2024-03", minerals=some)
    months = part["month"].unique().to_list()
    assert whole.filter(pl.col("month").is_in(months)).equals(part)


def test_months_are_watched_where_a_price_series_goes_on(record: Record) -> None:
    watched = watched_months(record, 12)
    last = max(watched["nickel"])
    assert last == month_number("2025-05")  # The last price is of May 2026.
    assert watched["germanium"] == frozenset()  # Its prices end in 2022.


def words(score: Score, computed: Score) -> str:
    """Return the row of the table in the docs."""
    rates = score.watched
    lead = "–" if score.lead is None else f"{score.lead:g}"
    precision = (
        "–"
        if rates.precision is None
        else f"{rates.right} / {rates.warned} = {rates.precision:.2f}"
    )
    ends = (rates.skill_low, rates.skill_high)
    low, high = (0.0 if end is None else end for end in ends)
    skill = f"{rates.skill or 0.0:.2f} ({low:.2f} to {high:.2f})".replace("-0.00", "0.00")
    return (
        f"| {score.direction} | {score.warner} | {score.caught} of {score.episodes} |"
        f" {score.recall_low or 0.0:.2f}–{score.recall_high or 0.0:.2f} |"
        f" {score.clusters_caught} of {score.clusters} | {score.before_act} of {score.acts} |"
        f" {lead} | {computed.caught} of {computed.episodes} | {precision} | {skill} |"
    )


def test_the_bundled_back_test_is_the_table_of_the_docs() -> None:
    """Who is warned of, and how little the timing is worth, as the page prints it."""
    scores = back_test(read_bundle(), load_register())
    assert scores_frame(scores).height == 2 * len(WARNERS) * len(DIRECTIONS)
    computed = {(one.direction, one.warner): one for one in scores if one.episodes_of != "cited"}
    page = PAGE.read_text(encoding="utf-8")
    rows = [
        words(one, computed[one.direction, one.warner])
        for one in scores
        if one.episodes_of == "cited"
    ]
    assert [row for row in rows if row not in page] == []
    for one in scores:
        assert one.caught <= one.told <= one.episodes
        assert one.watched.right <= one.watched.warned <= one.watched.months


def test_the_words_of_the_docs(record: Record, rules: Rules) -> None:
    cited = read_episodes(record.restrictions)
    computed = [one for one in merged(cited, price_episodes(record)) if one not in cited]
    page = PAGE.read_text(encoding="utf-8")
    began = [
        one for one in computed if month_number("2010") <= one.start <= month_number("2026-07")
    ]
    assert f"{len(cited)} **cited**" in page
    assert f"{len(began)} **computed**" in page
    assert f"{len(record.minerals)} minerals" in page
    for month, told in (("2022-12", "71 of 100"), ("2021-12", "52 of 100")):
        there = warning_history(record, rules, month, month)
        found = ranking(there, cited, "shortage", month, 36)
        assert found is not None
        assert f"{100 * found[0]:.0f} of 100" == told
        assert told in page
        assert month != "2022-12" or found[1:] == (11, 50)


def test_months_are_counted_from_year_zero() -> None:
    assert month_number("2024-05") - month_number("2023") == 16
