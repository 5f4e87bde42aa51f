"""The verb ``orepact data account``: an account before and after balancing, and what moved."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console

from orepact.cli.chains import open_chain
from orepact.cli.new import window_of
from orepact.cli.show import print_json, print_table
from orepact.errors import InputError, Problem, nearest
from orepact.network import Accounts, Chain, World, balance, read_world
from orepact.network.accounts.balance import ASSUMED
from orepact.network.accounts.raw import RawStage
from orepact.network.accounts.screening import FACTOR
from orepact.network.accounts.view import ITEMS, covered, moved_rows, places
from orepact.network.chains.outside import find_chain, installed_chains
from orepact.network.drafts.chain import REWRITTEN, Draft, chain_of, draft_chain
from orepact.network.world import WORLD

__all__ = ["AccountRequest", "account_verb"]

SHOWN = 10
"""Rows of a list that are printed; JSON has all of them."""


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """What the user asked `orepact data account` for."""

    name: str
    stage: str | None = None
    first: str = "2023-01"
    last: str = "2023-12"
    world: Path | None = None
    exclude_to_confirm: bool = False
    automatic: bool = False
    split: tuple[str, ...] = ()


def account_verb(asked: AccountRequest, *, json: bool) -> None:
    """Print an account by stage: the chain's own, or the automatic one of a mineral."""
    chain, accounts, draft = _found(asked)
    report = _report(chain, accounts, draft)
    if asked.stage is not None:
        report["stages"] = _picked(report["stages"], asked.stage)
    if json:
        print_json(report)
    else:
        _print(report)


def _found(asked: AccountRequest) -> tuple[Chain, Accounts, Draft | None]:
    world = read_world(asked.world or WORLD, confirmed_only=asked.exclude_to_confirm)
    wanted = _chain_of(world, asked.name)
    if not asked.automatic and (wanted in world.chains or find_chain(wanted) is not None):
        world, name = open_chain(wanted, world)
        return world.chains[name], world.account(name, split=asked.split), None
    _refuse_split(asked)
    _check_name(asked.name, world)
    window = window_of(asked.first, asked.last)
    name = asked.name.replace("_", "-")
    mineral = asked.name.replace("-", "_")
    draft = draft_chain(world.bundle.table, world.regions, name, mineral, window, account_only=True)
    chain = chain_of(draft)
    return chain, balance(chain), draft


def _refuse_split(asked: AccountRequest) -> None:
    if asked.split:
        raise InputError(
            [
                Problem(
                    "only the account of a chain can be split",
                    field="--split",
                    found=", ".join(asked.split),
                    expected="the name of a chain, or no --split",
                )
            ]
        )


def _chain_of(world: World, name: str) -> str:
    """Return the chain of that name, else the first chain of the mineral, else the name."""
    if name in world.chains:
        return name
    mineral = name.replace("-", "_")
    return next((key for key, each in world.chains.items() if each.text.mineral == mineral), name)


def _check_name(name: str, world: World) -> None:
    minerals = sorted(set(world.bundle.table("production")["mineral"]))
    if name.replace("-", "_") in minerals:
        return
    known = [*world.chains, *installed_chains(), *minerals]
    raise InputError(
        [
            Problem(
                "neither a chain nor a mineral with production",
                field="MINERAL_OR_CHAIN",
                found=repr(name),
                expected=f"one of {', '.join(world.chains)}, a mineral of the table production, "
                "or the folder of a chain",
                nearest=nearest(name, known),
            )
        ]
    )


def _report(chain: Chain, accounts: Accounts, draft: Draft | None) -> dict[str, Any]:
    """Return the whole account as plain data (t/year)."""
    view = places(chain, accounts)
    shares = dict(accounts.moved.iter_rows())
    raw = draft.raw.stages if draft else (None,) * len(chain.text.materials)
    window = chain.text.calibration
    stages = [
        {
            "material": item.material,
            "title": item.title,
            "stage": item.stage,
            "unit": f"{item.unit}/year",
            "grade": accounts.grades.get(item.material, accounts.grade),
            "trade_basis": item.trade_basis,
            "moved_share": round(shares.get(item.material, 0.0), 4),
            "coverage": round(covered(accounts, item.material), 3),
            "places": _places(view.filter(pl.col("material") == item.material)),
            "moved": _rounded(moved_rows(accounts, item.material)),
            **(_raw_part(stage) if stage else {}),
        }
        for item, stage in zip(chain.text.materials, raw, strict=True)
    ]
    cap = chain.text.grade_cap
    return {
        "format": "orepact/account/1",
        "name": chain.text.chain,
        "title": chain.text.title,
        "kind": "automatic" if draft else "chain",
        "window": {"from": window.first, "to": window.last},
        "grade": accounts.grade,
        "grade_cap": cap.reason if cap else "",
        "moved_share": round(accounts.moved_share, 4),
        "coverage": round(accounts.coverage, 3),
        "stages": stages,
        "left_out": [
            {"code": code, "reason": reason}
            for code, reason in (draft.raw.left_out if draft else ())
        ],
        "small_flows": round(draft.accounts.small, 1) if draft else 0.0,
        "countries_without_region": list(draft.nodes.unknown) if draft else [],
    }


def _places(view: pl.DataFrame) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for region, item, before, after in view.select("region", "item", "before", "after").iter_rows():
        row = rows.setdefault(
            region,
            {
                "region": region,
                "before": dict.fromkeys(ITEMS, 0.0),
                "after": dict.fromkeys(ITEMS, 0.0),
            },
        )
        row["before"][item] = round(before, 2)
        row["after"][item] = round(after, 2)
    for row in rows.values():
        row["gap_before"] = round(_gap(row["before"]), 2)
        row["gap_after"] = round(_gap(row["after"]), 2)
    return list(rows.values())


def _gap(row: dict[str, float]) -> float:
    return row["made"] + row["imports"] - row["exports"] - row["processed"] - row["use"]


def _raw_part(stage: RawStage) -> dict[str, Any]:
    """Return what screening and netting did to a stage's trade before it was an account."""
    return {
        "codes": [
            {
                "code": code.code,
                "nomenclature": code.nomenclature,
                "form": code.form,
                "factor": code.factor,
                "factor_kind": code.kind,
                "flows": code.flows,
                "outliers": code.outliers,
                "outlier_tonnes_before": round(code.before, 1),
                "outlier_tonnes_after": round(code.after, 1),
                "without_tonnes": code.estimated,
                "largest_partners_only": code.partial,
                "traded": round(code.traded, 1),
            }
            for code in stage.trade.codes
        ],
        "outliers": _rounded(
            stage.trade.outliers.with_columns(
                (pl.col("tonnes") - pl.col("reported")).alias("moved")
            ).sort(pl.col("moved").abs(), "exporter", "importer", descending=[True, False, False])
            if stage.trade.outliers.height
            else stage.trade.outliers
        ),
        "transit": _rounded(stage.netted.transit),
        "screening": round(stage.trade.screening, 3),
        "basket_share": round(stage.trade.basket_share, 3),
        "round_trip": round(stage.netted.round_trip, 1),
        "output_without_country": round(stage.unplaced, 1),
        "output_counted": stage.counted,
    }


def _rounded(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.with_columns(pl.col(pl.Float64).round(2)).to_dicts()


def _picked(stages: list[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    names = [name for stage in stages for name in (stage["stage"], stage["material"])]
    if wanted in names:
        return [stage for stage in stages if wanted in {stage["stage"], stage["material"]}]
    raise InputError(
        [
            Problem(
                "no such stage",
                field="--stage",
                found=repr(wanted),
                expected="one of " + ", ".join(dict.fromkeys(names)),
                nearest=nearest(wanted, names),
            )
        ]
    )


def _say(text: str = "") -> None:
    """Print a line, wrapped at the width of the terminal."""
    Console(highlight=False, markup=False).print(text)


def _print(report: dict[str, Any]) -> None:
    kind = "automatic account from the tables" if report["kind"] == "automatic" else "chain"
    _say(
        f"{report['title']} ({kind}), {report['window']['from']} to {report['window']['to']}: "
        f"grade {report['grade']}, {report['moved_share']:.1%} of tonnes moved, "
        f"{report['coverage']:.0%} rest on a source"
    )
    if report["grade_cap"]:
        _say(f"at best this grade: {report['grade_cap']}")
    for stage in report["stages"]:
        _print_stage(stage)
    for item in report["left_out"]:
        _say(f"left out: {item['code']}, {item['reason']}")
    if report["countries_without_region"]:
        _say(f"in no region, left out: {', '.join(report['countries_without_region'])}")
    if report["small_flows"]:
        _say(f"flows too small to list: {report['small_flows']:,.0f} t/year together")


def _print_stage(stage: dict[str, Any]) -> None:
    grade = stage["grade"] + (" (assumed)" if stage["grade"] == ASSUMED else "")
    _say()
    _say(
        f"{stage['title']}, {stage['unit']}: grade {grade}, {stage['moved_share']:.1%} moved, "
        f"{stage['coverage']:.0%} rest on a source"
    )
    shown = [
        {
            "region": place["region"],
            **{item: _change(place["before"][item], place["after"][item]) for item in ITEMS},
            "gap_before": _whole(place["gap_before"]),
        }
        for place in stage["places"]
    ]
    print_table(pl.DataFrame(shown), list(shown[0]) if shown else [], title="before > after")
    moved = [
        {"row": _row(item), **{name: item[name] for name in ("before", "after", "moved")}}
        for item in stage["moved"]
    ]
    _print_list("moved most", moved, ("row",))
    if "codes" not in stage:
        return
    for code in stage["codes"]:
        _say(
            f"{code['nomenclature']} {code['code']} ({code['form']}): factor {code['factor']:.3g} "
            f"({code['factor_kind']}); {code['outliers']} of {code['flows']} flows beyond "
            f"{FACTOR:g} times the median unit value, {code['outlier_tonnes_before']:,.0f} > "
            f"{code['outlier_tonnes_after']:,.0f} t; {code['without_tonnes']} without tonnes"
            + ("; largest partners only" if code["largest_partners_only"] else "")
        )
    if abs(stage["screening"]) > REWRITTEN:
        word = "added" if stage["screening"] > 0 else "took out"
        _say(
            f"warning: screening {word} {abs(stage['screening']):.0%} of the traded tonnes of this "
            "stage: look at the largest outliers before you use it"
        )
    _print_list("largest outliers", stage["outliers"], ("code", "year", "exporter", "importer"))
    passed = sum(row["passed_on"] for row in stage["transit"])
    _print_list(f"transit countries, {passed:,.0f} t passed on", stage["transit"], ("country",))
    if stage["output_without_country"]:
        _say(f"output of unnamed countries, not placed: {stage['output_without_country']:,.0f} t")


def _print_list(title: str, rows: list[dict[str, Any]], keys: tuple[str, ...]) -> None:
    if not rows:
        return
    shown = [
        {name: value if name in keys else _whole(value) for name, value in row.items()}
        for row in rows[:SHOWN]
    ]
    rest = len(rows) - len(shown)
    head = title + (f" ({rest} more)" if rest else "")
    print_table(pl.DataFrame(shown, infer_schema_length=None), list(shown[0]), title=head)


def _row(item: dict[str, Any]) -> str:
    """Return an account row in words."""
    if item["kind"] == "trade":
        return f"trade {item['region']} to {item['partner']}"
    return f"{item['process'] or item['use']} at {item['region']}"


def _change(before: float, after: float) -> str:
    if abs(after - before) <= 0.001 * max(abs(before), 1e-9):
        return _whole(before)
    return f"{_whole(before)} > {_whole(after)}"


def _whole(value: float | None) -> str:
    """Return tonnes without decimals, small ones with two."""
    if value is None or value == 0.0:
        return ""
    return f"{value:,.0f}" if abs(value) >= 10.0 else f"{value:,.2f}"
