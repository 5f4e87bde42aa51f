"""What of a reserve could not be modelled, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from orepact.indicators.support.movement import series_of
from orepact.network.world import World
from orepact.studies.vault.basket import Candidate
from orepact.studies.vault.terms import Terms

__all__ = ["gap_entries"]

NAMES = {"ndpr": ("neodymium", "praseodymium"), "magnet": ("dysprosium", "terbium")}
"""Listed minerals that materials hold whose name says another."""

_ALWAYS: Mapping[str, str] = {
    "contract": (
        "The contracts: no commitment, fee, rate, trigger or deadline is published; what stands "
        "here is what follows from supposed ones."
    ),
    "allocation": (
        "How much of which mineral: no allocation is published. Here the goals' weights share the "
        "money out."
    ),
    "sites": "Storage sites and their costs: ranges by form, no site.",
    "market": (
        "What buying and selling do to prices: bounded by a share of world output, no price "
        "answers. Large draws would lower prices, large purchases raise them."
    ),
    "disruption": (
        "Which materials a disruption touches and how dear they get: drawn, not simulated from a "
        "control. The stress verbs do that."
    ),
    "behaviour": (
        "Who draws when: a rate that rises with the price, the same for all. Strategy between "
        "participants, and a market for entitlements with a price of its own, are left out."
    ),
    "credit": (
        "Defaults come by themselves and not with prices; in a downturn they would come together."
    ),
    "cash": (
        "Money held earns nothing; taxes and hedging are left out; a lack of money is shown and "
        "not filled by new loans."
    ),
    "processing": "Stock that moves on through refining stages while it is held.",
    "premium": (
        "What material of other origin is worth: who needs it pays the premium anew, so draws and "
        "the choice at the end count it; on resale the part of a supposed term is paid. Were all "
        "of it lost on resale, the loan would be covered worse."
    ),
    "real": (
        "All is in dollars of the year, not of today: rates are nominal, prices and storage rise "
        "by a supposed inflation, the same for all. Less inflation means a dearer loan: more is "
        "owed at the end."
    ),
}


def gap_entries(
    terms: Terms, world: World, held: Sequence[Candidate], missing: Sequence[dict[str, Any]]
) -> list[dict[str, str]]:
    """Return each gap with its kind and words: minerals first, then what no term covers."""
    absent = _absent(world, held)
    found = [{
        "kind": "minerals",
        "words": f"{len(absent)} minerals on the United States' list of 2025 have no material "
                 f"here: {', '.join(absent)}.",
    }] if absent else []
    found += [
        {"kind": "forms", "words": f"{each['title']} ({each['why']})"}
        for each in missing
    ]
    supposed = [each.title for each in terms.terms if not each.published]
    found.append({
        "kind": "terms",
        "words": f"{len(supposed)} of {len(terms.terms)} terms are supposed: "
                 + "; ".join(supposed) + ".",
    })
    return [*found, *({"kind": kind, "words": words} for kind, words in _ALWAYS.items())]


def _absent(world: World, held: Sequence[Candidate]) -> list[str]:
    """Return the names of listed minerals of which nothing is held, without parts of one named."""
    table = world.bundle.table("minerals")
    parents = dict(table.select("mineral", "parent").iter_rows())
    listed = set(table.filter(pl.col("us_critical_2025") == "yes")["mineral"].to_list())
    modelled = {name for each in held for name in (
        each.mineral, series_of(world.bundle, each.material, each.mineral),
        *NAMES.get(each.material.split("-", maxsplit=1)[0], ()))}
    absent = {name for name in listed if name not in modelled}
    titles = dict(table.select("mineral", "name").iter_rows())
    return sorted(_within(titles[name]) for name in absent
                  if parents.get(name, "") not in absent | modelled or not parents.get(name))


def _within(title: str) -> str:
    """Return a name as it stands inside a sentence."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
