"""What rules mean for trade, read from tables; no solver."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from orepact.errors import InputError
from orepact.policy import Register, find_branch, load_branches
from orepact.policy.register_rule import Controls, controls
from orepact.policy.rules import ExportBan, ExportQuota, permitted, quotas

ROUTES = pl.DataFrame(
    [
        ("usual", "CHN", "USA", "gallium-primary", "controlled", 10.0, float("inf")),
        ("beyond", "CHN", "USA", "gallium-primary", "surge", 0.0, 20.0),
        ("evading", "CHN", "USA", "gallium-primary", "undeclared", 0.0, 10.0),
        ("other buyer", "CHN", "JPN", "gallium-primary", "controlled", 4.0, float("inf")),
        ("other seller", "CAN", "USA", "gallium-primary", "declared", 2.0, 8.0),
        ("other form", "CHN", "USA", "gallium-refined", "declared", 0.0, 5.0),
    ],
    schema=["route", "exporter", "importer", "material", "kind", "base", "capacity"],
    orient="row",
)


def shipments(*months: date) -> pl.DataFrame:
    return pl.concat([ROUTES.with_columns(pl.lit(month).alias("month")) for month in months])


def limits(table: pl.DataFrame, *policies: object) -> dict[str, float]:
    found = permitted(policies, table)  # pyright: ignore[reportArgumentType]
    return dict(zip(table["route"], found["limit"], strict=True))


MONTH = date(2030, 3, 1)


def test_without_rules_trade_is_free_and_nobody_evades() -> None:
    assert limits(shipments(MONTH)) == {
        "usual": 10.0,
        "beyond": 20.0,
        "evading": 0.0,
        "other buyer": 4.0,
        "other seller": 8.0,
        "other form": 5.0,
    }


def test_a_ban_closes_what_it_names() -> None:
    ban = ExportBan(exporter="CHN", materials=("gallium-primary",), destinations=("USA",))
    table = shipments(MONTH)
    closed = dict(zip(table["route"], ban.closes(table), strict=True))
    assert [name for name, value in closed.items() if value] == ["usual", "beyond", "evading"]
    assert limits(table, ban) == {
        "usual": 0.0,
        "beyond": 0.0,
        "evading": 0.0,
        "other buyer": 4.0,
        "other seller": 8.0,
        "other form": 5.0,
    }


def test_a_ban_holds_from_its_first_to_its_last_month() -> None:
    ban = ExportBan(exporter="CHN", first=date(2030, 2, 14), last=date(2030, 3, 2))
    for month, closed in ((1, False), (2, True), (3, True), (4, False)):
        assert ban.closes(shipments(date(2030, month, 1)))[0] is closed


def test_a_ban_may_leak_and_the_leak_grows_for_six_months() -> None:
    ban = ExportBan(exporter="CHN", first=date(2030, 1, 20), leakage=0.3)
    grown = {
        month: limits(shipments(date(2030, month, 1)), ban)["evading"] for month in (1, 3, 6, 9)
    }
    assert grown == pytest.approx({1: 0.5, 3: 1.5, 6: 3.0, 9: 3.0})


def test_a_ban_names_its_clause_where_it_decides() -> None:
    ban = ExportBan(exporter="CHN", destinations=("USA",), reference="act 7, clause 2")
    table = shipments(MONTH)
    clause = dict(zip(table["route"], permitted((ban,), table)["clause"], strict=True))
    assert clause["usual"] == clause["other form"] == "act 7, clause 2"
    assert clause["other buyer"] == clause["other seller"] == ""


def test_the_strictest_of_several_rules_decides() -> None:
    wide = ExportBan(exporter="CHN", first=date(2031, 1, 1), reference="later")
    narrow = ExportBan(exporter="CHN", destinations=("USA",), reference="now")
    table = shipments(MONTH, date(2031, 1, 1))
    found = table.hstack(permitted((wide, narrow), table))
    rows = found.filter(route="other buyer")
    assert rows["limit"].to_list() == [4.0, 0.0]
    assert rows["clause"].to_list() == ["", "later"]


def test_a_quota_counts_every_destination_but_not_what_evades() -> None:
    quota = ExportQuota(exporter="CHN", materials=("gallium-primary",), share=0.5)
    table = shipments(MONTH, date(2030, 4, 1))
    ((_, covered),) = quotas((quota,), table)
    assert table.filter(covered)["route"].unique(maintain_order=True).to_list() == [
        "usual",
        "beyond",
        "other buyer",
    ]
    assert quota.limits(table)["limit"].to_list() == [7.0, 7.0]


def test_a_quota_may_be_given_in_tonnes() -> None:
    quota = ExportQuota(exporter="CHN", tonnes=3.0, first=date(2030, 4, 1), reference="quota 1")
    found = quota.limits(shipments(MONTH, date(2030, 4, 1)))
    assert found.rows() == [(date(2030, 4, 1), 3.0, "quota 1")]


def test_rules_refuse_what_makes_no_sense() -> None:
    with pytest.raises(InputError, match="2 problems"):
        _ = ExportBan(exporter="A", first=MONTH, last=date(2029, 1, 1), leakage=1.5)
    with pytest.raises(InputError, match="one limit"):
        _ = ExportQuota(exporter="A", share=0.5, tonnes=1.0)
    with pytest.raises(InputError, match="one limit"):
        _ = ExportQuota(exporter="A", share=-0.5)
    with pytest.raises(InputError, match="did you mean 'revived'"):
        _ = controls(branch="revivd")
    with pytest.raises(InputError, match="did you mean 'CHN'"):
        _ = controls("chn")
    with pytest.raises(InputError, match="licence_branch"):
        _ = controls(licence="maybe")


def test_the_revived_clause_presumes_denial_to_the_united_states() -> None:
    table = shipments(date(2026, 11, 1), date(2027, 3, 1))
    rule = controls(branch="revived", leakage=0.0)
    found = table.hstack(permitted((rule,), table))
    revived = found.filter(pl.col("month") == date(2027, 3, 1))
    usual = revived.row(by_predicate=pl.col("route") == "usual", named=True)
    assert usual["clause"] == "CN-2024-46-2"
    assert usual["limit"] == pytest.approx(0.2)
    assert revived.filter(route="beyond")["limit"][0] == 0.0
    assert revived.filter(route="other buyer")["limit"][0] == 4.0
    assert revived.filter(route="other seller")["limit"][0] == 8.0


def test_a_suspended_control_is_no_control(register: Register) -> None:
    table = shipments(date(2026, 12, 1), date(2027, 3, 1))
    extended = register.under(find_branch(load_branches(), "extended"))
    suspended = Controls(register=extended)
    never = Controls(register=extended.without("CN-2024-46-2"))
    assert permitted((suspended,), table).equals(permitted((never,), table))
    revived = Controls(register=register.under(find_branch(load_branches(), "revived")))
    assert not permitted((revived,), table).equals(permitted((never,), table))


def test_refused_licences_let_through_less_than_granted_ones() -> None:
    table = shipments(date(2024, 6, 1))
    granted, refused = (
        limits(table, controls(branch="extended", licence=licence, leakage=0.0))
        for licence in ("approve", "refuse")
    )
    assert refused["usual"] < granted["usual"] <= 10.0
    assert refused["usual"] == pytest.approx(3.0)


def test_military_use_is_weighed_in(register: Register) -> None:
    definite = register.under(find_branch(load_branches(), "extended"))
    table = shipments(date(2027, 3, 1))
    civil = limits(table, Controls(register=definite, leakage=0.0))
    mixed = limits(table, Controls(register=definite, leakage=0.0, military=0.4))
    assert mixed["usual"] < civil["usual"]


def test_leaving_an_outcome_open_is_refused(register: Register) -> None:
    with pytest.raises(InputError, match="choose a branch or record the outcome"):
        _ = permitted((Controls(register=register),), shipments(date(2027, 3, 1)))
