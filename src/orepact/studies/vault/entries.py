"""Turn members into bands: figures by run, the basket, goals, yearly cash, and what drives them.

A band is the 10th to 90th percentile of the members, of fewer than ten distinct ones the least and
the most; the tail is the worst member in the direction that harms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import ends_of, middle_of
from orepact.indicators.support.processes import PROCESSES
from orepact.model.curve import Array
from orepact.studies.stress.drivers import partial_rank_correlation, swing
from orepact.studies.vault.basket import Candidate
from orepact.studies.vault.cash import READINGS, Followed, Plan
from orepact.studies.vault.events import CASES
from orepact.studies.vault.money import FLOWS
from orepact.studies.vault.terms import Term, Terms

__all__ = [
    "FIGURES",
    "basket_entries",
    "cash_rows",
    "driver_rows",
    "figure_entries",
    "goal_entries",
]

FIGURES: Mapping[str, tuple[str, str]] = {
    "cover_interest": ("1", "low"),
    "cover_life": ("1", "low"),
    "security_worst": ("1", "low"),
    "cover_worst": ("1", "low"),
    "unpaid_public": ("USD", "high"),
    "unpaid_private": ("USD", "high"),
    "private_paid": ("share of private capital", "low"),
    "spread_result": ("USD", "low"),
    "lowest_cash": ("USD", "low"),
    "cash_end": ("USD", "low"),
    "money_placed": ("USD", "low"),
    "unfilled": ("USD", "high"),
    "manufacturers_cost": ("share of value per year", "high"),
}
"""The figures of a run with their unit, and the end at which they harm."""

DRIVEN = ("cover_life", "unpaid_public", "spread_result")
"""Figures of which it is shown what drives them."""

COMPARED = ("buffer_days",)
"""Terms that results are held against, and that change none."""

DAYS_OF_MONTH = 365.25 / 12.0
FEWEST = 24
"""Members below which no driver is told apart."""


def band(values: Array, harm: str) -> dict[str, float] | None:
    """Return middle, low, high and tail of members; None where none has the figure."""
    known = values[np.isfinite(values)][None, :]
    if not known.size:
        return None
    low, high = ends_of(known)
    middle = float(middle_of(known)[0])
    return {
        "middle": middle, "low": min(float(low[0]), middle), "high": max(float(high[0]), middle),
        "tail": float(known.min() if harm == "low" else known.max()),
    }


def figure_entries(
    runs: Mapping[tuple[str, str, str], Followed]
) -> list[dict[str, Any]]:
    """Return the bands of each run, and how often the loan is not covered or not repaid."""
    found: list[dict[str, Any]] = []
    for (process, reading, case), run in runs.items():
        calm = runs[process, reading, "as-drawn"].figures
        figures = {name: band(run.figures[name], harm) for name, (_, harm) in FIGURES.items()}
        life, secured = run.figures["cover_life"], run.figures["security_worst"]
        found.append({
            "process": process, "reading": reading, "case": case, **figures,
            "cover_below_one": float(np.mean(life < 1.0)),
            "security_below_one": float(np.mean(secured < 1.0)),
            "loan_unpaid": float(np.mean(run.figures["unpaid_public"] > 1.0)),
            "cash_negative": float(np.mean(run.figures["lowest_cash"] < -1.0)),
            "unpaid_more": band(run.figures["unpaid_public"] - calm["unpaid_public"], "high"),
        })
    return found


def basket_entries(
    held: Sequence[Candidate], plan: Plan, runs: Mapping[tuple[str, str, str], Followed],
    buffer: Term,
) -> dict[str, Any]:
    """Return what is held when the build-up ends, by material, and days of the owner's needs."""
    tonnes = runs["reverting", "drawer", "as-drawn"].held
    price = np.array([each.price for each in held])
    total = np.maximum((tonnes * price).sum(axis=1), 1.0)
    rows = [
        {
            "material": each.material, "title": each.title, "chain": each.chain,
            "grade": each.grade, "unit": each.unit,
            "tonnes": band(tonnes[:, at], "low"),
            "usd": band(tonnes[:, at] * each.price, "low"),
            "share": band(tonnes[:, at] * each.price / total, "low"),
            "days_of_imports": _days(tonnes[:, at], each.imports),
            "days_of_use": _days(tonnes[:, at], each.use),
            "months_of_output": _ratio(tonnes[:, at], each.output),
            "months_of_other_output": _ratio(tonnes[:, at], each.other),
            "bounded": float(np.mean(_bound(each, plan) <= plan.tonnes[:, at] * (1.0 + 1e-6))),
        }
        for at, each in enumerate(held)
    ]
    use = sum(each.use * each.price for each in held) / DAYS_OF_MONTH
    imports = sum(each.imports * each.price for each in held) / DAYS_OF_MONTH
    draws = plan.draws
    headline = draws["public_loan"] + draws["private_capital"]
    return {
        "materials": [rows[at] for at in np.argsort(-np.median(tonnes * price, axis=0))],
        "use_usd_a_day": use,
        "imports_usd_a_day": imports,
        "buffer_days": list(buffer.ends),
        "buffer_cost_use": [days * use for days in buffer.ends],
        "buffer_cost_imports": [days * imports for days in buffer.ends],
        "days_of_use": band(total / use, "low"),
        "days_of_use_if_all_spent": band(headline / use, "low"),
        "unspent": band(np.maximum(0.0, headline * draws["funds_used"]
                                   - (plan.tonnes * price).sum(axis=1)), "high"),
    }


def _bound(each: Candidate, plan: Plan) -> Array:
    draws = plan.draws
    made = np.where(draws["origin_rule"] > 0.5, each.other, each.output)
    return draws["world_share"] * made * np.round(draws["build_months"])


def _days(tonnes: Array, monthly: float) -> dict[str, float] | None:
    return band(tonnes / monthly * DAYS_OF_MONTH, "low") if monthly > 0.0 else None


def _ratio(tonnes: Array, monthly: float) -> dict[str, float] | None:
    return band(tonnes / monthly, "high") if monthly > 0.0 else None


def goal_entries(
    pure: Mapping[str, Mapping[str, Followed]], runs: Mapping[tuple[str, str, str], Followed]
) -> list[dict[str, Any]]:
    """Return what each goal gets when it is the only one, and under the chosen weights."""
    chosen = {reading: runs["reverting", reading, "as-drawn"] for reading in READINGS}
    return [
        {
            "goal": name, "reading": reading,
            "emergency": band(run.figures["emergency_met"], "low"),
            "market": band(run.figures["sold_dear_a_year"], "low"),
            "demand": band(run.figures["ordinary_a_year"], "low"),
            "cover_life": band(run.figures["cover_life"], "low"),
            "unpaid_public": band(run.figures["unpaid_public"], "high"),
        }
        for name, by_reading in {"chosen": chosen, **pure}.items()
        for reading, run in by_reading.items()
    ]


def cash_rows(runs: Mapping[tuple[str, str, str], Followed], months: int) -> pl.DataFrame:
    """Return the bands of yearly flows and of the loan's cover, by run (USD)."""
    rows: list[dict[str, Any]] = []
    for (process, reading, case), run in runs.items():
        for year in range(-(-months // 12)):
            values = {name: run.flows[name][:, year] for name in FLOWS}
            values["available"], service = run.available[:, year], run.service[:, year]
            values["service"] = service
            values["cover"] = np.divide(values["available"], service,
                                        out=np.full_like(service, np.nan), where=service > 1.0)
            values["stock"] = run.stock[:, min(12 * year + 11, months - 1)]
            for name, each in values.items():
                told = band(each, "high" if name in {"unpaid", "bought"} else "low")
                if told is not None:
                    rows.append({"process": process, "reading": reading, "case": case,
                                 "year": year + 1, "flow": name, **told})
    return pl.DataFrame(rows)


def driver_rows(members: pl.DataFrame, terms: Terms) -> list[dict[str, Any]]:
    """Return what drives the driven figures, by reading, widest swing first.

    Members of both price processes are looked at together; the process and the case are rows of
    their own. A term is clear where its partial rank correlation is more than chance gives in one
    case of twenty.
    """
    found: list[dict[str, Any]] = []
    calm = members.filter(pl.col("case") == "as-drawn")
    for reading in READINGS:
        mine = calm.filter(pl.col("reading") == reading)
        for figure in DRIVEN:
            part = mine.filter(pl.col(figure).is_finite())
            entry: dict[str, Any] = {"reading": reading, "figure": figure, "members": len(part)}
            if len(part) < FEWEST:
                found.append({**entry, "rows": [], "note":
                              f"cannot tell: {len(part)} members are too few"})
                continue
            rows = [*_terms_swing(part, terms, figure), *_between(members, reading, figure)]
            rows.sort(key=lambda row: -abs(row["swing"]))
            found.append({**entry, "rows": rows, "note": "",
                          "middle": float(np.median(part[figure].to_numpy()))})
    return found


def _terms_swing(part: pl.DataFrame, terms: Terms, figure: str) -> list[dict[str, Any]]:
    moving = [each for each in terms.terms
              if each.term not in COMPARED and part[f"term_{each.term}"].n_unique() > 1]
    columns = np.column_stack([part[f"term_{each.term}"].to_numpy() for each in moving])
    values = part[figure].to_numpy()
    partial = partial_rank_correlation(columns, values)
    chance = 2.0 / np.sqrt(max(1, part["member"].n_unique() - len(moving) - 2))
    return [
        {"factor": each.term, "title": each.title, "unit": each.unit,
         "published": each.published, **swing(columns[:, at], values),
         "partial_rank_correlation": None if np.isnan(partial[at]) else float(partial[at]),
         "clear": bool(abs(partial[at]) > chance)}
        for at, each in enumerate(moving)
    ]


def _between(members: pl.DataFrame, reading: str, figure: str) -> list[dict[str, Any]]:
    """Return what the other reading, the other process and a participant's going change."""
    def middle(**given: str) -> float:
        part = members.filter(*[pl.col(name) == value for name, value in given.items()])
        return float(np.nanmedian(part[figure].to_numpy()))

    other = next(each for each in READINGS if each != reading)
    calm = "as-drawn"
    pairs = {
        "reading": (middle(reading=reading, case=calm), middle(reading=other, case=calm)),
        "process": tuple(middle(reading=reading, case=calm, process=each) for each in PROCESSES),
        "largest-default": (middle(reading=reading, case=calm),
                            middle(reading=reading, case=CASES[1])),
        "largest-leaves": (middle(reading=reading, case=calm),
                           middle(reading=reading, case=CASES[2])),
    }
    return [
        {"factor": name, "title": name, "unit": "", "published": False, "from": 0.0, "to": 1.0,
         "low": low, "high": high, "swing": high - low, "partial_rank_correlation": None,
         "clear": True}
        for name, (low, high) in pairs.items()
    ]
