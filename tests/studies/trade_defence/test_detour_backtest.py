"""The back-test of detour signs on the bundled dataset: its figures, and that it cannot flatter."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from orepact.data.bundle import Bundle, read_bundle
from orepact.errors import InputError
from orepact.policy import load_register
from orepact.studies.trade_defence.detour_backtest import detour_backtest
from orepact.studies.trade_defence.detours import VALUED, detour_content
from orepact.studies.trade_defence.episodes import read_episodes
from orepact.studies.trade_defence.monitor import monitor_content
from orepact.studies.trade_defence.rules import read_trade_rules
from orepact.studies.trade_defence.trade import makers_of, trade_items, traded
from orepact.views.trade_defence_charts import detour_chart
from orepact.views.trade_defence_watch import (
    detour_notes,
    detour_rows,
    monitor_notes,
    origin_rows,
)

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "trade-defence.md"


@cache
def bundle() -> Bundle:
    return read_bundle()


@cache
def backtest() -> dict[str, Any]:
    return detour_backtest(bundle(), read_trade_rules(), read_episodes(), load_register())


def test_hong_kong_is_found_and_antimony_is_missed_with_reasons() -> None:
    antimony, rare_earths = backtest()["episodes"]
    (hub,) = rare_earths["documented"]
    assert hub["found"]
    assert {"code": "284610", "year": 2012, "to": "JPN", "level": "watch"} in hub["signs"]
    thailand, mexico = antimony["documented"]
    assert [each["sign"] for each in thailand["missed_because"]] == ["growth"]
    assert 1.5 < thailand["missed_because"][0]["value"] < 2.0
    assert [each["sign"] for each in mexico["missed_because"]] == ["dependence"]


def test_counts_add_up_and_bands_hold_the_middle() -> None:
    found = backtest()
    central = found["central"]
    said = sum(len(each["undocumented"]) for each in found["episodes"])
    told = sum(len(one["signs"]) for each in found["episodes"] for one in each["documented"])
    assert central["signs"] == said + told
    assert central["documented_signs"] == told
    assert central["precision_low"] <= central["precision_high"]
    for name, (low, high) in found["band"].items():
        assert low <= central[name] <= high
    assert found["quiet_with_alarm"] <= found["quiet_with_sign"] <= found["quiet_code_years"]


def test_the_page_prints_these_figures() -> None:
    """The explanation quotes the back-test; it must be what the code says now."""
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    found = backtest()
    central, band = found["central"], found["band"]
    assert central["documented_alarms"] == 1
    for words in (
        (f"{central['found']} of {central['documented']}; "
        f"{3 * band['recall'][0]:.0f} to {3 * band['recall'][1]:.0f} of 3"),
        f"{central['documented_signs']} of {central['signs']} signs are documented",
        f"of the {central['alarms']} alarms one",
        f"{100 * central['precision_low']:.0f} % if all the others are false",
        f"{100 * central['precision_high']:.0f} % if only as many are chance",
        f"{100 * band['precision_low'][0]:.0f} to {100 * band['precision_high'][1]:.0f} % over",
        f"in {found['quiet_code_years']} codes and years",
        f"{found['quiet_with_alarm']} have an alarm and {found['quiet_with_sign']} a sign",
        (f"{central['signs_per_code_year']:.1f} in the episodes, "
        f"{central['signs_per_quiet_code_year']:.1f} elsewhere"),
        (f"alarms {central['alarms_per_code_year']:.2f} and "
        f"{central['alarms_per_quiet_code_year']:.2f}"),
    ):
        assert words in page


def test_looser_thresholds_only_add_signs() -> None:
    spread = backtest()["spread"]
    assert spread["strictest"]["signs"] <= backtest()["central"]["signs"]
    assert backtest()["central"]["signs"] <= spread["loosest"]["signs"]
    assert spread["growth low"]["found"] == 2


def test_the_mirror_of_2012() -> None:
    """China's customs report 16,265 t; trade by partner has half as much again."""
    content = detour_content(bundle(), read_trade_rules(), item="rare_earths", exporter="CHN",
                             year=2012)
    assert content["mirror"]["reported"] == 16265.0
    assert content["mirror"]["ratio"] == pytest.approx(1.53, abs=0.01)


def test_the_union_is_one_country() -> None:
    (item,) = trade_items(bundle(), "284610")
    places = {place for pair in traded(bundle(), item).flows.by_year[2012] for place in pair}
    assert "EU27" in places
    assert not {"FRA", "DEU", "EST"} & places


def test_a_cut_year_has_room_for_what_is_not_printed() -> None:
    (item,) = trade_items(bundle(), "811010")
    trade = traded(bundle(), item)
    assert trade.cut == (2019, 2020, 2021, 2023)
    assert trade.flows.most(2023, ("MYS", "USA")) >= trade.flows.of(2023, ("MYS", "USA"))
    assert any(each > 0.0 for each in trade.flows.unprinted[2023].values())


def test_shares_of_output() -> None:
    makers = makers_of(bundle(), "antimony")
    assert makers["CHN"] > 0.3
    assert makers.get("THA", 0.0) == 0.0


def test_thailand_surges_into_the_united_states() -> None:
    content = monitor_content(bundle(), read_trade_rules(), importer="USA", item="811010")
    (row,) = [each for each in content["origins"] if each["origin"] == "THA"]
    assert row["surge"]
    assert not row["undercutting"]
    assert row["share"] == pytest.approx(0.323, abs=0.001)  # of tonnes; of value 0.326


def test_tonnes_are_those_published_and_growth_alone_goes_by_value() -> None:
    """Dear magnesium of Israel is 4,987 t, not the 9,811 that its value makes."""
    content = monitor_content(bundle(), read_trade_rules(), importer="EU27", item="810411")
    rows = {each["origin"]: each for each in content["origins"]}
    israel, china = rows["ISR"], rows["CHN"]
    assert israel["now"] == pytest.approx(4986.5, abs=0.1)
    assert israel["index_now"] == pytest.approx(9811.3, abs=0.1)
    assert (israel["before"], israel["growth_by"]) == (None, "value")
    assert israel["growth"] == pytest.approx(israel["index_now"] / israel["index_before"])
    assert israel["rise"] == pytest.approx(israel["share"] * (1.0 - 1.0 / israel["growth"]))
    assert china["now"] == pytest.approx(41609.7, abs=0.1)
    assert china["share"] == pytest.approx(0.880, abs=0.0005)
    assert sum(each["share"] for each in rows.values()) == pytest.approx(1.0)
    (first, *_) = origin_rows([israel])
    assert first["imports [t]"] == "4,987 (1.9\u00a0× by value)"
    assert any("by value over the world's value of a tonne" in line
               for line in monitor_notes(content))


def test_a_detour_by_value_is_marked_and_has_its_tonnes() -> None:
    content = detour_content(bundle(), read_trade_rules(), item="811010", exporter="CHN", to="USA")
    (row,) = [each for each in content["detours"] if each["through"] == "GBR"]
    assert row["trade_in"] == VALUED
    assert row["onward"] == pytest.approx(182.4, abs=0.1)
    assert row["onward_tonnes"] == pytest.approx(408.7, abs=0.1)
    (told,) = [each for each in detour_rows(content) if each["via"] == "United Kingdom"]
    assert told["onward [t or v]"].endswith(" v")
    assert told["these now, published [t]"] == "476 / 409 / 5.50"
    chart = json.dumps(detour_chart(content))
    assert "(v)" in chart
    assert "v a year" in chart
    assert any("published of 2024: 5,032 t" in line for line in detour_notes(content))
    old = detour_content(bundle(), read_trade_rules(), item="284610", exporter="CHN", year=2012)
    assert {each["trade_in"] for each in old["detours"]} == {"t"}
    assert "(v)" not in json.dumps(detour_chart(old))


def test_a_month_alone_is_told_as_shares_of_value() -> None:
    content = monitor_content(bundle(), read_trade_rules(), importer="USA", item="811010")
    (month,) = content["months"]
    assert (month["months"], month["compared"], month["against"]) == (["2026-06"], [], 2024)
    shares = {each["origin"]: (each["now"], each["before"]) for each in month["shares"]}
    assert shares["KHM"] == pytest.approx((0.170, 0.0), abs=0.001)
    assert shares["THA"] == pytest.approx((0.0037, 0.326), abs=0.001)


def test_months_are_compared_with_the_year_before() -> None:
    content = monitor_content(bundle(), read_trade_rules(), importer="GBR",
                              item="rare_earth_magnets")
    (magnets,) = content["months"]
    assert magnets["months"] == ["2026-06", "2026-05", "2026-04"]
    assert magnets["compared"] == ["2025-06", "2025-05", "2025-04"]
    china = next(each for each in magnets["origins"] if each["origin"] == "CHN")
    assert china["now"] == pytest.approx(289.01)
    assert china["undercutting"]


def test_a_code_without_output_by_country_says_so() -> None:
    content = detour_content(bundle(), read_trade_rules(), item="850511", exporter="CHN")
    assert not content["codes"][0]["producers_known"]
    assert any("a producer looks like a detour" in line for line in detour_notes(content))
    blind = [item.code for item in trade_items(bundle()) if not makers_of(bundle(), item.mineral)]
    assert len(blind) == 8


def test_bad_questions_are_named_together() -> None:
    with pytest.raises(InputError) as caught:
        _ = detour_content(bundle(), read_trade_rules(), item="antimony", exporter="CNH",
                           year=1999, to="USB")
    text = str(caught.value)
    assert "--exporter" in text
    assert "--to" in text
    assert "--year" in text
    with pytest.raises(InputError, match="did you mean 'antimony'"):
        _ = trade_items(bundle(), "antimoni")
