"""Episodes are read strictly, and those that ship are complete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orepact.data.bundle import WORLD_FOLDER
from orepact.errors import InputError
from orepact.network import read_world
from orepact.policy import load_register
from orepact.studies.backtest.episode import (
    Episode,
    episode_names,
    find_episodes,
    read_episode,
    read_episodes,
)
from tests.behaviour.two_market import rows

Draft = Callable[..., Path]

MALFORMED = {
    "announced too late": (("2023-07-03", "2023-09-03"), "later than the first bound month"),
    "announced before": (("2023-07-03", "2023-01-03"), "before the episode"),
    "bound outside": (("first: 2023-08", "first: 2024-08"), "outside the episode"),
    "quota without tonnes": (("kind: licence", "kind: quota"), "a quota needs both"),
    "unknown kind of measure": (("kind: licence", "kind: permit"), "calendar.0.kind"),
    "exports above output": (("exports: 10", "exports: 200"), "less than the base shipments"),
    "number without source": (('exports: 10, note: "replace: source, or why this number"',
                               "exports: 10"), "number without a source"),
    "another name": (("episode: mine", "episode: yours"), "differs from its folder"),
    "unknown field": (("unit: t\n", "unit: t\nunits: t\n"), "did you mean 'unit'"),
    "unknown series": (("2023-09,price_outside", "2023-09,price_outsid"), "price_outside"),
    "unknown kind": (("1.5,quote", "1.5,quoted"), "quote"),
    "no source": (("0.1,reported,replace", "0.1,reported,"), "value is missing"),
    "twice": (("2023-12,price_outside", "2023-09,price_outside"), "duplicate key"),
    "outside in time": (("2023-12,exporter", "2024-12,exporter"), "outside the episode"),
    "price of nothing": (("1.5,quote", "0,quote"), "price of nothing"),
    "negative": (("1.5,quote", "-1,quote"), "number of at least 0"),
    "no shipments": (("exporter_shipments", "price_at_exporter"), "no shipments"),
    "no prices": (("price_outside", "price_at_exporter"), "no price to compare with"),
}


def test_a_new_episode_can_be_read(draft: Draft) -> None:
    episode = read_episode(draft())
    assert (episode.announced, episode.effective, episode.last) == (1, 2, 6)
    assert episode.first_alarm == pytest.approx(29 / 31)
    assert list(episode.shipments()[2:7]) == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_wrong_is_said(draft: Draft, case: str) -> None:
    change, said = MALFORMED[case]
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        _ = read_episode(draft(change))


def test_everything_that_is_wrong_is_said_at_once(draft: Draft) -> None:
    folder = draft(("2023-07-03", "2023-09-03"), ("exports: 10", "exports: 200"),
                   ("1.5,quote", "0,quoted"))
    with pytest.raises(InputError) as caught:
        _ = read_episode(folder)
    problems = caught.value.problems
    assert len(problems) >= 4
    assert {Path(each.file).name for each in problems} == {"episode.yaml", "observed.csv"}
    assert all(each.line for each in problems)


def test_an_empty_folder_and_an_unknown_name_are_refused(
    tmp_path: Path, shipped: dict[str, Episode]
) -> None:
    with pytest.raises(InputError, match="no episode here"):
        _ = read_episodes(tmp_path)
    with pytest.raises(InputError, match="did you mean 'gallium-2023'"):
        _ = find_episodes(tuple(shipped.values()), ("galium-2023",))


def test_nine_episodes_ship_in_six_families(shipped: dict[str, Episode]) -> None:
    assert len(episode_names()) == len(shipped) == 9
    assert len({each.text.family for each in shipped.values()}) == 6
    assert not shipped["yttrium-2025"].text.fitted
    assert set(shipped["yttrium-2025"].prices["kind"]) == {"ask"}
    assert all((WORLD_FOLDER / "episodes" / name / "README.md").is_file() for name in shipped)


def test_sources_and_acts_are_known(shipped: dict[str, Episode]) -> None:
    sources = set(read_world().sources["source_id"])
    acts = {each.id for each in load_register().acts}
    for episode in shipped.values():
        text = episode.text
        cited = [
            *text.calendar, *text.base_windows, *text.restarts,
            text.exporter_output, text.outside_output,
        ]
        assert {each.source for each in cited} - {""} <= sources
        assert set(episode.observed["source"]) <= sources
        assert set(text.acts) <= acts


def test_points_are_those_of_the_published_tables(shipped: dict[str, Episode]) -> None:
    published = {
        (row["episode"].replace("_", "-"), row["month"], row["series"]):
            float(row["value_relative_to_base"])
        for row in rows("observed")
    }
    ours = {
        (episode.name, month, series): value
        for episode in shipped.values()
        for month, series, value in episode.observed.select(
            "month", "series", "relative_to_base").iter_rows()
    }
    assert ours == published
