"""What an exporter alone can activate, against the sharing itself."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from orepact.network.world import World, read_world
from orepact.studies.sharing.sharing import share

GROUP = ["EU27", "USA", "JPN", "KOR"]


@cache
def world() -> World:
    return read_world()


def form_of(loss: str) -> dict[str, Any]:
    return share("magnet-heavy", GROUP, loss=[loss], world=world()).content["forms"][0]


@pytest.mark.parametrize("article", ["13", "14"])
def test_a_trigger_is_where_the_article_begins(article: str) -> None:
    china = form_of("0")["triggers"][0]
    assert china["exporter"] == "CHN"
    at = china["group"][article]
    assert form_of(f"CHN={at + 1e-6:.9f}")["emergency"]["article"] == article
    assert form_of(f"CHN={at - 1e-6:.9f}")["emergency"]["article"] != article


def test_the_selective_trigger_hits_the_member_that_is_named() -> None:
    china = form_of("0")["triggers"][0]
    assert china["selective"] < china["group"]["13"]
    emergency = form_of(f"CHN={china['selective'] + 1e-6:.9f}")["emergency"]
    assert emergency["article"] == "17"
    assert [one["member"] for one in emergency["members"] if one["selective"]] == [china["first"]]
    assert form_of(f"CHN={china['selective'] - 1e-6:.9f}")["emergency"]["article"] == ""


def test_an_exporter_too_small_activates_nothing() -> None:
    small = form_of("0")["triggers"][-1]
    assert small["group"] == {"14": None, "13": None}
    assert small["first"] is None
    assert small["selective"] is None
