"""What the wind tunnel reads off its members, by hand on small tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest

from orepact.studies.support.entries import (
    cost_table,
    end_entries,
    entries_of,
    quiet_entries,
)
from orepact.studies.support.measured import MARKET, PLANT, PRODUCT, SCHEMA
from orepact.studies.support.member import COST

MONTHS = 12
FLAT = {"paid": 0.0, "duty": 0.0, "premium": 0.0, "volume": 0.0, "taken": 0.0, "sold": 0.0,
        "stock": 0.0, "worth": 0.0, "zone_price": 1.0, "outside_price": 1.0, "direct": 100.0,
        "hidden": 0.0, "third": 20.0, "abroad": 50.0, "downstream": 0.0, "output": 30.0,
        "use": 150.0, "residual": 0.0, "gap": 1e-7, "rounds": 2.0, "landed_gap": 0.0}


@dataclass
class Names:
    """As much of a line-up as the entries read."""

    answers: dict[str, None] = field(default_factory=lambda: {"none": None})
    supports: dict[str, None] = field(default_factory=lambda: {"help": None})
    reached: tuple[str, ...] = ("m:a@USA", "m:b@USA")


def rows(support: str, subject: str, rank: int = 0, **values: Any) -> pl.DataFrame:
    whole = {name: values.get(name) for name in SCHEMA}
    whole |= {"subject": subject, "month": list(range(MONTHS)),
              "name": values.get("name", ""), "region": values.get("region", "")}
    frame = pl.DataFrame(whole, schema=SCHEMA)
    return frame.select(pl.lit("none").alias("answer"), pl.lit(rank).cast(pl.Int32).alias("rank"),
                        pl.lit("").alias("end"), pl.lit(support).alias("support"), pl.all())


def costs(support: str, rank: int = 0) -> pl.DataFrame:
    """Two paths a process in one year: 10 and 30 million USD."""
    frames = [rows(support, COST, rank, name=process, paid=[10e6, 30e6] * 6, standing=[1.0] * 12)
              for process in ("walk", "reverting")]
    return pl.concat(frames)


def member(support: str, *, price: float, use: float, open_: float, rank: int = 0,
           market: dict[str, float] | None = None) -> pl.DataFrame:
    return pl.concat([
        rows(support, MARKET, rank, **{**FLAT, **(market or {})}),
        rows(support, PRODUCT, rank, name="magnet", region="USA", use=use, price=price),
        rows(support, PRODUCT, rank, name="magnet", region="EU27", use=use / 2.0, price=price),
        rows(support, PLANT, rank, name="m:a@USA", region="USA", open=open_, standing=1.0,
             margin=-5.0, capacity=10.0, output=2.0 * open_),
        rows(support, PLANT, rank, name="m:b@USA", region="USA", open=1.0,
             standing=[0.0] * 6 + [1.0] * 6, margin=1.0, capacity=10.0,
             output=[0.0] * 6 + [5.0] * 6),
    ])


def found(**market: float) -> dict[str, Any]:
    table = pl.concat([
        member("none", price=100.0, use=10.0, open_=0.0),
        member("help", price=120.0, use=9.0, open_=1.0, market=market), costs("help"),
    ])
    return entries_of(table, Names())[0]  # type: ignore[arg-type]


def test_buyers_pay_the_difference_on_what_they_still_use() -> None:
    buyers = found()["buyers"]
    product = buyers["products"][0]
    # 12 months × (9 + 4.5) t × 20 USD/t
    assert product["extra"]["middle"] == buyers["total"]["middle"] == pytest.approx(3240.0)
    assert product["per_tonne"]["middle"] == pytest.approx(20.0)
    assert product["price_change"]["middle"] == pytest.approx(0.2)
    assert product["use_change"]["middle"] == pytest.approx(-0.1)
    assert product["by_region"]["USA"]["middle"] == pytest.approx(2160.0)


def test_public_cost_is_a_distribution_net_of_duty() -> None:
    public = found(paid=2e6, duty=3e6)["public"]
    assert public["mean"] == pytest.approx(20e6)
    assert (public["p5"], public["p95"]) == (pytest.approx(10e6), pytest.approx(30e6))
    assert len(public["years"]) == 1
    assert public["settled"]["middle"] == pytest.approx(-12e6)


def test_plants_count_only_while_they_stand() -> None:
    plants = found()["plants"]
    assert plants["of"] == 2.0
    assert plants["open_at_end"]["middle"] == 2.0
    assert plants["open_months"]["middle"] == 1.0
    quiet = quiet_entries(member("none", price=1.0, use=1.0, open_=0.0), Names())[0]  # type: ignore[arg-type]
    # of 12 + 6 months in which a plant stands, six are open
    assert quiet["plants"]["open_months"]["middle"] == pytest.approx(6.0 / 18.0)
    assert quiet["plants"]["open_at_end"]["middle"] == 1.0


def test_output_stands_beside_every_count_and_only_reached_plants_count() -> None:
    plants = found()["plants"]
    # 12 months of 2 t and 6 of 5 t, of 10 t for 12 months and for the 6 in which the other stands
    assert plants["output"]["middle"] == pytest.approx(54.0)
    assert plants["capacity_used"]["middle"] == pytest.approx(54.0 / 180.0)
    table = pl.concat([
        member("none", price=100.0, use=10.0, open_=0.0),
        member("help", price=120.0, use=9.0, open_=1.0), costs("help"),
    ])
    one = entries_of(table, Names(reached=("m:b@USA",)))[0]["plants"]  # type: ignore[arg-type]
    assert one["of"] == one["open_at_end"]["middle"] == 1.0
    assert one["output"]["middle"] == pytest.approx(30.0)
    assert [each["reached"] for each in one["plants"]] == [False, True]


def test_ends_name_their_card_and_what_the_public_pays() -> None:
    table = pl.concat([
        member("none", price=100.0, use=10.0, open_=0.0),
        member("help", price=120.0, use=9.0, open_=1.0, market={"paid": 2e6, "duty": 3e6}),
    ]).with_columns(pl.lit("slope/high").alias("end"))
    ends = end_entries(table, Names(), {"slope/high": ("slope", 1.0)})  # type: ignore[arg-type]
    assert [(one["card"], one["end"], one["support"]) for one in ends] == [
        ("slope", "high", "none"), ("slope", "high", "help")]
    assert [one["public"] for one in ends] == pytest.approx([0.0, -12e6])
    assert [one["output"] for one in ends] == pytest.approx([30.0, 54.0])


@pytest.mark.parametrize(("direct", "hidden", "third", "leakage"), [
    (80.0, 5.0, 25.0, 0.5),
    (80.0, 0.0, 20.0, 0.0),
    (80.0, 30.0, 40.0, 1.0),
    (80.0, 0.0, 10.0, 0.0),
    (99.9, 5.0, 25.0, None),
    (120.0, 5.0, 25.0, None),
])
def test_leakage_is_the_part_of_what_was_kept_out_that_comes_in_elsewhere(
    direct: float, hidden: float, third: float, leakage: float | None
) -> None:
    trade = found(direct=direct, hidden=hidden, third=third)["trade"]
    if leakage is None:
        assert trade["leakage"] is None
        assert trade["leakage_members"] == 0
    else:
        assert trade["leakage"]["middle"] == pytest.approx(leakage)
    assert trade["kept_out"]["middle"] == pytest.approx(12.0 * (100.0 - direct))
    assert trade["hidden_share"]["middle"] == pytest.approx(hidden / (direct + hidden + third))


def test_members_make_a_range_and_pairs_stay_pairs() -> None:
    table = pl.concat([
        member("none", price=100.0, use=10.0, open_=0.0),
        member("none", price=50.0, use=10.0, open_=0.0, rank=3),
        member("help", price=110.0, use=10.0, open_=1.0), costs("help"),
        member("help", price=65.0, use=10.0, open_=0.0, rank=3), costs("help", 3),
    ])
    one = entries_of(table, Names())[0]  # type: ignore[arg-type]
    extra = one["buyers"]["products"][0]["per_tonne"]
    assert (extra["low"], extra["middle"], extra["high"]) == pytest.approx((10.0, 12.5, 15.0))
    assert one["plants"]["open_at_end"]["low"] == 1.0
    assert one["plants"]["open_at_end"]["high"] == 2.0


def test_the_table_of_costs_has_mean_and_ends_by_year() -> None:
    table = cost_table(costs("help"))
    assert table.columns == ["support", "answer", "process", "year", "mean", "low", "high"]
    assert len(table) == 2
    assert table["mean"].to_list() == [20e6, 20e6]
    assert (table["low"] < table["high"]).all()
