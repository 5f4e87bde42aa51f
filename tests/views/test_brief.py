"""The brief is a well-formed, self-contained page that claims no more than the run supports."""

from __future__ import annotations

import copy
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orepact.views.brief import brief_html, write_brief
from orepact.views.picture import picture

VOID = {"meta", "br", "hr", "img", "input", "link", "col"}
LOADS = {"script", "link", "img", "iframe", "object", "embed", "audio", "video", "source", "base"}


class _Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that elements nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.broken: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def page(run: dict[str, Any], frames: dict[str, pl.DataFrame]) -> str:
    """Return the brief of the made-up run."""
    return brief_html(run, frames)


def test_elements_nest_and_ids_are_unique(page: str) -> None:
    """Every element is closed in order; no id occurs twice in the page."""
    reader = _read(page)
    assert reader.broken == []
    assert reader.open == []
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_nothing_is_loaded(page: str) -> None:
    """No element that loads, no url() but to the page itself; links are links."""
    reader = _read(page)
    assert not {tag for tag, _ in reader.tags} & LOADS
    for tag, attrs in reader.tags:
        assert "src" not in attrs
        if "href" in attrs:
            assert tag == "a"
    assert not re.search(r"@import|url\((?!#)", page)


def test_every_drawing_has_a_name(page: str) -> None:
    """Two drawings a chain and the timeline, each with a role and a title."""
    assert page.count('role="img"') == 9
    assert len(re.findall(r'role="img"[^>]*><title id="[^"]+">[^<]{10,}</title>', page)) == 9


def test_every_number_column_names_its_unit(page: str) -> None:
    """A head of numbers carries a unit in brackets; a card's numbers carry it in their row."""
    heads = re.findall(r'<th scope="col" class="num">(.*?)</th>', page, flags=re.DOTALL)
    without = [head for head in heads if 'class="unit">(' not in head]
    assert len(heads) > 20
    assert without == ["Value", "Range"]
    assert '<th scope="col" class="unit">Unit</th>' in page


def test_no_peak_month_is_printed(page: str, run: dict[str, Any]) -> None:
    """Outside acts, dates and months of the study no month is named, and no peak."""
    text = " ".join(_read(page).words)
    assert "peak" not in text.lower()
    inside = [f"2027-{month:02d}" for month in range(1, 11)]
    assert not [month for month in inside if month in text]
    assert run["last_month"] in text


def test_the_exporters_price_has_no_sign(page: str) -> None:
    """China never heads a price band; its own price is a range without a sign."""
    assert page.count("sign not determined") == 16
    assert not re.search(r"China, [\w -]+, (?:lifted|revived)", page)
    assert "Hit hardest if revived: United States" in page
    assert "Hit hardest if revived: China" not in page


def test_a_weak_account_warns(page: str) -> None:
    """Only the chain of grade C warns, in words."""
    assert page.count("Account grade C, the weakest") == 1


def test_a_chain_without_an_act_is_not_covered(
    run: dict[str, Any], frames: dict[str, pl.DataFrame]
) -> None:
    """A chain that no act touches says so instead of numbers."""
    changed = copy.deepcopy(run)
    changed["chains"][1]["covered_by"] = []
    text = " ".join(_read(brief_html(changed, frames)).words)
    assert text.count("No act in the register touches this chain: not covered.") == 3


def test_words_of_the_run_cannot_become_markup(
    run: dict[str, Any], frames: dict[str, pl.DataFrame]
) -> None:
    """Titles, warnings and cards from files are printed as text."""
    changed = copy.deepcopy(run)
    evil = "<script>alert(1)</script>"
    changed["title"] = changed["warnings"][0] = changed["assumptions"][0]["title"] = evil
    changed["chains"][0]["title"] = changed["sources"][0]["title"] = evil
    made = brief_html(changed, frames)
    assert evil not in made
    assert "&lt;script&gt;" in made
    assert _read(made).broken == []


def test_the_answer_assumptions_sources_and_provenance_are_there(
    page: str, run: dict[str, Any]
) -> None:
    """What was asked, assumed, read and how to run it again."""
    text = " ".join(" ".join(_read(page).words).split())
    assert run["question"] in text
    assert "A band, not a forecast of a month." in text
    assert "licence to confirm" in text
    assert run["dataset"]["hash"] in text
    assert "orepact run control-clocks" in text
    for source in run["sources"]:
        fact = source["licence_status"] == "facts"
        assert source["publisher" if fact else "title"] in text


def test_missing_numbers_are_said_to_be_missing(
    run: dict[str, Any], frames: dict[str, pl.DataFrame]
) -> None:
    """A result without cover or use prints n/a, not zero."""
    changed = copy.deepcopy(run)
    for row in changed["results"]:
        row["cover_days_worst"] = None
        row["unmet_share"] = {"middle": None}
    assert brief_html(changed, frames).count("n/a") >= 32


def test_the_file_is_written_whole(
    run: dict[str, Any], frames: dict[str, pl.DataFrame], tmp_path: Path, page: str
) -> None:
    """The page lands under its name, and nothing else stays in the directory."""
    write_brief(run, frames, tmp_path / "brief.html")
    assert (tmp_path / "brief.html").read_text(encoding="utf-8") == page
    assert [path.name for path in tmp_path.iterdir()] == ["brief.html"]


def test_the_picture_is_one_svg(run: dict[str, Any], frames: dict[str, pl.DataFrame]) -> None:
    """Two drawings in one, on their own ground, without outside references."""
    drawn = picture(run, frames)
    assert drawn.count("<svg") == 3
    assert 'fill="#ffffff"' in drawn
    assert not re.search(r"(?:href|src)=", drawn)


def test_acts_state_their_day_and_their_nearest_clock(
    run: dict[str, Any], frames: dict[str, pl.DataFrame]
) -> None:
    """On the day a state ends the one that begins counts; a far clock yields to a near one."""
    changed = copy.deepcopy(run)
    far = {**changed["clocks"][0], "event": "takes effect", "date": "2024-12-03", "days": -718}
    changed["clocks"].insert(0, far)
    text = " ".join(" ".join(_read(brief_html(changed, frames)).words).split())
    assert "suspension ends 27 November 2026 (6 days left)" in text
    assert "takes effect 3 December 2024" not in text
    changed["as_of"] = "2026-11-10"
    assert brief_html(changed, frames).count(">differs by branch<") == 2
    changed["as_of"] = "2026-11-09"
    assert brief_html(changed, frames).count(">suspended<") >= 4


def test_cards_come_from_every_chain_in_turn(
    run: dict[str, Any], frames: dict[str, pl.DataFrame]
) -> None:
    """The ten cards that have room are not all of the first chain."""
    made = brief_html(run, frames)
    part = made[made.index('id="assumed"') : made.index('id="coverage"')]
    for entry in run["chains"]:
        assert 2 <= part.count(f'<span class="soft">{entry["title"]}</span>') <= 3
    assert "2 more cards" in part
