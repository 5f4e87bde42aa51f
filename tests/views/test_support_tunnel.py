"""Names, rows, sentences and charts of a wind tunnel."""

from __future__ import annotations

import copy
from typing import Any

import altair as alt
import pytest

from orepact.views.support_tunnel_brief import tunnel_html
from orepact.views.support_tunnel_charts import cost_chart, keep_chart
from orepact.views.support_tunnel_paid import cash_line, end_tables, levy_lines, tonne_rows
from orepact.views.support_tunnel_table import (
    headline,
    product_rows,
    support_name,
    terminal_rows,
    tunnel_rows,
    whole,
    year_rows,
)
from orepact.views.support_tunnel_words import notes, unmodelled


def band(middle: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {"middle": middle, "low": middle if low is None else low,
            "high": middle if high is None else high, "unit": "u"}


def plants(open_at_end: float) -> dict[str, Any]:
    output = {"output": band(100.0 * open_at_end), "capacity_used": band(open_at_end / 40.0)}
    return {"of": 4.0, "open_at_end": band(open_at_end), "open_months": band(open_at_end / 4.0),
            **output, **{f"{name}_last_year": value for name, value in output.items()},
            "plants": [{"plant": "m:a@USA", "reached": True, "open_at_end": band(1.0),
                        "open_months": band(0.5), "margin": band(1.0), **output}]}


def result(support: str, answer: str, cost: float, buyers: float, kept: float) -> dict[str, Any]:
    year = {"mean": cost, "p5": cost / 2.0, "p95": cost * 1.5}
    return {
        "support": support, "answer": answer, "public": {
            **year, "years": [year] * 2, "settled": band(cost / 10.0), "paid": band(cost / 10.0),
            "premium": band(0.0), "tonnes": band(200.0)},
        "buyers": {"total": band(buyers), "products": [
            {"material": "magnet-heavy", "extra": band(buyers), "per_tonne": band(5.0),
             "price_change": band(0.1), "use_change": band(-0.02),
             "by_region": {"USA": band(buyers)}}]},
        "plants": plants(kept),
        "prices": {name: band(0.01) for name in ("zone", "outside", "zone_change",
                                                 "outside_change")},
        "trade": {**{name: band(10.0) for name in (
            "hidden", "hidden_change", "kept_out", "third_change", "abroad_change",
            "downstream_change", "output_change", "use")},
            "hidden_share": band(0.1), "leakage": None, "leakage_members": 0},
        "bought": {name: band(0.0) for name in ("taken", "sold", "stock", "worth")},
        "fixed_point": {"gap": 2e-7, "unit": "u", "rounds": 2.0, "landed_gap": 1e-6,
                        "residual": 1e-8},
    }


@pytest.fixture
def run() -> dict[str, Any]:
    kinds = {"a": "border-floor", "b": "contract-for-difference"}
    answers = ("none", "magnets-flooding")
    return {
        "title": "Rare-earth magnets", "chain": "rare-earth-magnets", "exporter": "CHN",
        "zone": ["USA"], "first_month": "2026-11", "months": 24, "command": "orepact …",
        "stages": [{"material": "magnet-heavy"}], "plants": [
            {"plant": "m:a@USA", "title": "A", "reached": True}], "cost_cards": ["cash"],
        "supports": [{"support": name, "title": name, "cap": 1000.0 if name == "b" else None,
                      "cap_unit": "t/year", "instruments": [
                          {"kind": kind, "material": "magnet-heavy"}]}
                     for name, kind in kinds.items()],
        "answers": [{"answer": name, "title": f"T {name}", "text": "t"} for name in answers],
        "cards": [{"card": "tunnel-qualification", "title": "S", "value": 0.3, "low": 0.1,
                   "high": 1.0, "unit": "1", "drawn": True},
                  {"card": "cash", "title": "C", "value": 31300.0, "low": 24000.0,
                   "high": 42000.0, "unit": "USD/t", "drawn": True}],
        "spread": {"series": "ndpr", "volatility": 0.4, "changes": 4, "factor": [0.6, 1.0, 1.4],
                   "half_life": [1.0, 2.0, 8.0]},
        "design": {"parameter_sets": [0], "paths": 100},
        "dataset": {"name": "d", "version": "1", "hash": "0" * 20},
        "input_hash": "1" * 20, "result_hash": "2" * 20,
        "without": [{"answer": name, "plants": plants(1.0), "hidden": band(0.0),
                     "hidden_share": band(0.0)} for name in answers],
        "ends": [{"card": card, "end": end, "value": 0.1, "answer": answer, "support": support,
                  "open_at_end": kept, "open_months": 0.5, "output": 10.0 * kept,
                  "public": 1e6 * kept}
                 for card in ("tunnel-qualification", "cash")
                 for end, kept in (("low", 3.0), ("high", 1.0)) for answer in answers
                 for support in ("none", "a", "b")],
        "results": [result(support, answer, cost, buyers, kept)
                    for answer in answers
                    for support, cost, buyers, kept in (("a", -50e6, 80e6, 3.0),
                                                        ("b", 40e6, -1e6, 3.0))],
    }


def test_a_support_is_called_by_its_kind_where_kinds_differ(run: dict[str, Any]) -> None:
    assert support_name(run, "a") == "border floor"
    assert support_name(run, "a", brief=True) == "floor"
    assert support_name(run, "none") == "no instrument"
    run["supports"][1]["instruments"][0]["kind"] = "border-floor"
    assert support_name(run, "a") == "a"


def test_the_cheapest_of_those_that_make_most_is_named_on_the_settled_path(
    run: dict[str, Any]
) -> None:
    line = headline(run)[3]
    assert "Flooding: without support the plants make 100 t/year (2.5 % of capacity" in line
    assert "1 of 4 are open at the end" in line
    # settled: floor −5 + 80, contract 4 − 1; on price paths a floor would cost less, −50 + 80
    assert "Most is made with each of them; contract then costs least: 300 t/year" in line
    assert "3.0 million USD a year by public and buyers together, 4.0 of it public" in line
    assert whole(run["results"][0]) == pytest.approx(75e6)
    run["results"][3]["plants"]["output"] = band(290.0)
    assert "Most is made with floor: 300 t/year" in headline(run)[3]
    none = copy.deepcopy(run)
    for one in none["results"]:
        one["plants"] = plants(1.0)
    assert "none of these supports adds to that" in headline(none)[3]


def test_a_plant_that_is_open_and_makes_nothing_does_not_count_for_the_best(
    run: dict[str, Any]
) -> None:
    run["results"][2]["plants"] = {**plants(4.0), "output": band(1.0)}
    assert "Most is made with contract: 300 t/year" in headline(run)[3]


def test_the_head_says_when_how_long_and_that_nothing_is_discounted(run: dict[str, Any]) -> None:
    meta = headline(run)[1]
    for text in ("From 2026-11, 24 months", "constant USD, not discounted", "One parameter set"):
        assert text in meta, text
    run["design"]["parameter_sets"] = [0, 1]
    assert "2 parameter sets, all but the first" in headline(run)[1]


def test_rows_have_a_line_for_no_instrument_and_say_what_is_not_measured(
    run: dict[str, Any]
) -> None:
    rows = terminal_rows(run, "none")
    assert [row["instrument"] for row in rows] == ["none", "floor", "contract"]
    assert [row["public"] for row in rows] == ["", "−5.0", "4.0"]
    assert [row["sum"] for row in rows] == ["", "75", "3.0"]
    assert [row["made (%)"] for row in rows] == ["100 (2.5)", "300 (7.5)", "300 (7.5)"]
    assert [row["open"] for row in rows] == ["1/4", "3/4", "3/4"]
    assert {row["leak"] for row in rows[1:]} == {"–"}
    assert len(tunnel_rows(run)) == 6
    assert tunnel_rows(run)[1]["tail"] == "−50 (−75)"
    assert len(product_rows(run)) == 2
    assert year_rows(run)[0]["all years"] == year_rows(run)[0]["year 2"] == "−50 (−75)"


def test_the_points_of_the_chart_add_up_as_the_table_does(run: dict[str, Any]) -> None:
    kept = keep_chart(run)["datasets"]["kept"]
    costs = [one["cost"] for one in kept if one["answer"] == "no answer"]
    assert costs == pytest.approx([0.0, 75.0, 3.0])


def test_ends_tell_plants_output_and_public_cost_of_both_cards(run: dict[str, Any]) -> None:
    (slope, rows), (cash, _) = end_tables(run)
    assert "fast (0.1 of the slope) | slowly (1)" in slope
    assert "24 | 42 USD/kg" in cash
    assert rows[1] == {"exporter": "no answer", "instrument": "floor", "open": "3 | 1",
                       "made, t/year": "30 | 10", "public": "3.0 | 1.0"}
    line = cash_line(run)
    assert "a supposed cash cost of 31.3 (24 to 42) USD/kg" in line
    assert "at 24, 3 of 4 are open at the end and make 30 t/year; at 42, 1 and 10" in line
    passed = unmodelled(run)[0]
    assert "Floor, flooding: at 0.1, 3 of 4 plants are open" in passed
    assert "contract" not in passed


def test_tonnes_paid_for_stand_beside_what_the_cap_would_cost(run: dict[str, Any]) -> None:
    rows = tonne_rows(run)
    assert {row["instrument"] for row in rows} == {"contract"}
    # 4 million USD for 200 t of at most 1,000 t
    assert (rows[0]["t/year paid for"], rows[0]["USD/t"], rows[0]["at the cap"]) == (
        "200", "20,000", "20")


def test_a_standard_says_who_bears_what_it_levies(run: dict[str, Any]) -> None:
    assert not any(levy_lines(run).values())
    run["supports"][0]["instruments"][0]["kind"] = "standards-tier"
    run["results"][0]["public"] |= {"premium": band(115e6), "settled": band(-75e6)}
    run["results"][0]["buyers"]["total"] = band(34e6)
    line = levy_lines(run)["none"][0]
    for text in ("users are charged 190 million", "115 goes to certified supply", "75 is what",
                 "They pay 34 more", "other 156 is a lower price to sellers"):
        assert text in line, text


def test_notes_tell_residual_and_unlike_stages_and_a_stock_its_worth(run: dict[str, Any]) -> None:
    assert any("2e-07 of the base price" in line for line in notes(run))
    assert not any("several stages" in line for line in notes(run))
    run["supports"][1]["instruments"][0]["material"] = "ndpr-oxide"
    assert any("several stages" in line for line in notes(run))
    assert not any("worth" in line for line in unmodelled(run))
    run["results"][0]["bought"]["worth"] = band(3e6, 1e6, 4e6)
    assert any("at most 4.0 million USD" in line for line in unmodelled(run))


def test_charts_are_read_back_and_the_brief_holds_no_script(run: dict[str, Any]) -> None:
    for spec in (cost_chart(run), keep_chart(run)):
        assert alt.Chart.from_dict(spec)
        assert spec["description"]
    page = tunnel_html(run)
    assert page.count("<svg") == 2
    assert "<script" not in page
    assert "million USD" in page
