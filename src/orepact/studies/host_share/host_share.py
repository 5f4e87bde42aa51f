"""A host country's share of a product's value, with each further step at home.

Accounting at given prices, no forecast: nothing responds, and a step that loses money at home is
shown as one that would not run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import qmc

from orepact.errors import InputError, Problem, attempt, nearest
from orepact.model.curve import Array
from orepact.network.network import Network
from orepact.network.world import World, read_world
from orepact.studies.host_share.account import Account, Steps, account, steps_of
from orepact.studies.host_share.text import HostTerms, files_of, path_of, read_host_terms

__all__ = ["HostShare", "host_share", "host_share_list"]

BAND = (0.05, 0.5, 0.95)
MOST_DRAWS = 100_000
RETURN = (0.05, 0.1, 0.15)
"""Return asked on capital a year, low, middle, high: supposed."""
LIFE = 20.0
"""Years over which a step's capital is written off in equal parts: supposed."""
FLOWS = ("sold", "royalty", "duty", "tax", "dividend", "local", "state", "host", "cost", "capital",
         "bought", "investor")


@dataclass(frozen=True, slots=True)
class HostShare:
    """Shares of one host: `content` is plain data, `accounts` by steps at home (1, 2, …)."""

    content: dict[str, Any]
    accounts: dict[int, Account] = field(repr=False)


def host_share(
    name: str | Path, *, draws: int = 2000, seed: int = 1, world: World | None = None
) -> HostShare:
    """Return what stays in a host country of a tonne's value, step by step.

    `name` is that of a file that ships (``cobalt-COD``) or a path; `draws` draws from the
    ranges of the terms (0 = middle values). Raises `InputError` with everything that is wrong.
    """
    world = world or read_world()
    problems: list[Problem] = []
    if not 0 <= draws <= MOST_DRAWS:
        problems.append(Problem("out of range", field="--draws", found=str(draws),
                                expected=f"0 to {MOST_DRAWS:,}"))
    if seed < 0:
        problems.append(Problem("out of range", field="--seed", found=str(seed),
                                expected="0 or more"))
    known = files_of(world)
    path = known.get(str(name), Path(name))
    if str(name) not in known and path.suffix not in {".yaml", ".yml"}:
        problems.append(Problem("unknown host and chain", field="HOST", found=str(name),
                                expected="a file, or one of " + ", ".join(known),
                                nearest=nearest(str(name), list(known))))
        raise InputError(problems)
    text = attempt(problems, read_host_terms, path, world)
    if problems or text is None:
        raise InputError(problems)
    return _found(world, text, draws, seed)


def host_share_list(world: World | None = None) -> list[dict[str, Any]]:
    """Return the hosts and chains that have a file."""
    world = world or read_world()
    found: list[dict[str, Any]] = []
    for name, path in files_of(world).items():
        text = read_host_terms(path, world)
        found.append({"name": name, "host": text.host, "chain": text.chain, "title": text.title,
                      "steps": list(text.path), "terms": len(text.terms),
                      "published": sum(each.basis == "published" for each in text.terms)})
    return found


def _found(world: World, text: HostTerms, draws: int, seed: int) -> HostShare:
    network = world.network(text.chain)
    prices = {each.name: each.price for each in network.materials}
    steps = replace(steps_of(path_of(text, network), prices), today=_today(text, network))
    many, middle = _values(text, draws, seed), _values(text, 0, seed)
    accounts = {home: account(text, steps, many, home)
                for home in range(1, len(steps.products) + 1)}
    found = [_entry(accounts[home], account(text, steps, middle, home), steps.products[home - 1],
                    home) for home in accounts]
    entries = [{**entry, **_beside(accounts, found, home)}
               for home, entry in enumerate(found, start=1)]
    rows = world.bundle.table("projects").filter(pl.col("project").is_in(list(text.projects)))
    return HostShare({
        "format": "orepact/host-share-run/1",
        "host": text.host, "chain": text.chain, "title": text.title,
        "label": "accounting at given prices: nothing responds, no forecast",
        **_unit(network, steps.products[-1]), "last_product": steps.products[-1],
        "steps": [{"process": name, "product": product, "value": value, "value_added": added,
                   "bought": bought, "today": today}
                  for name, product, value, added, bought, today in zip(
                      steps.processes, steps.products, steps.value, steps.added, steps.bought,
                      steps.today, strict=True)],
        "sold_as": [{**entry, "today": today}
                    for entry, today in zip(entries, steps.today, strict=True)],
        "draws": draws, "seed": seed, "band": list(BAND),
        "return": {"low": RETURN[0], "value": RETURN[1], "high": RETURN[2],
                   "unit": "of capital a year, half of it tied on average", "life": LIFE,
                   "basis": "supposed",
                   "reason": "usual range of returns asked of plants (general knowledge, no "
                             "source read)"},
        "tornado": _tornado(text, steps, len(steps.products)),
        "cards": [asdict(each) for each in text.terms],
        "projects": [{"project": row["project"], "name": row["name"], "stage": row["stage"],
                      "status": row["status"]} for row in rows.iter_rows(named=True)],
        "left_out": list(text.left_out),
        "dataset": {"name": world.dataset.name, "version": world.dataset.version,
                    "hash": world.dataset.hash},
    }, accounts)


def _unit(network: Network, product: str) -> dict[str, str]:
    """Return the unit, and `mass`: ``t Li`` where the chain counts a content, else nothing."""
    unit = next(each.unit for each in network.materials if each.name == product)
    mass = unit if unit.removeprefix("t ")[:1].isupper() else ""
    return {"unit": f"USD per {mass} in {product}" if mass else f"USD per t of {product}",
            "mass": mass}


def _today(text: HostTerms, network: Network) -> tuple[bool, ...]:
    """Return which steps the host does in the calibrated account."""
    done = {each.name.split("@")[0] for each in network.processes
            if each.region == text.host and each.base > 0.0}
    return tuple(name in done for name in text.path)


def _values(text: HostTerms, count: int, seed: int) -> dict[str, Array]:
    if not count:
        return {each.term: np.array([each.value]) for each in text.terms}
    sampler = qmc.LatinHypercube(len(text.terms), rng=np.random.default_rng(seed))
    points = sampler.random(count)
    return {each.term: np.interp(points[:, number], [0.0, 0.5, 1.0],
                                 [each.low, each.value, each.high])
            for number, each in enumerate(text.terms)}


def _entry(many: Account, middle: Account, product: str, home: int) -> dict[str, Any]:
    return {
        "product": product, "steps_at_home": home,
        **{name: {"middle": float(getattr(middle, name)[0]), **_band(getattr(many, name))}
           for name in FLOWS},
        "state_share": {"middle": float((middle.state / middle.last)[0]),
                        **_band(many.state / many.last)},
        "host_share": {"middle": float((middle.host / middle.last)[0]),
                       **_band(many.host / many.last)},
        "loses": float(np.mean(many.investor < 0.0)),
    }


def _beside(
    accounts: Mapping[int, Account], entries: Sequence[Mapping[str, Any]], home: int
) -> dict[str, Any]:
    """Return what `home` steps bring over one step less (``…_before``) and over the first alone.

    A `more_where_it_pays` is the mean over the draws in which the owner does no worse than with
    fewer steps, none if there is no such draw; draws in which it does not pay are not in it.
    `pays_return` is the share of draws in which the last step also earns a return on its capital.
    """
    one, first, before = accounts[home], accounts[1], accounts[max(1, home - 1)]
    middle = [entries[number - 1]["host"]["middle"] for number in (home, 1, max(1, home - 1))]
    pays, paid = _where_it_pays(one, first)
    pays_before, paid_before = _where_it_pays(one, before)
    return {
        "more_than_ore": {"middle": middle[0] - middle[1], **_band(one.host - first.host)},
        "more_than_before": {"middle": middle[0] - middle[2], **_band(one.host - before.host)},
        "pays": pays, "more_where_it_pays": paid,
        "pays_before": pays_before, "more_where_it_pays_before": paid_before,
        "pays_return": _pays_return(one, before),
    }


def _where_it_pays(one: Account, other: Account) -> tuple[float, float | None]:
    """Return the share of draws in which the owner does no worse, and the host's mean gain."""
    pays = one.investor >= other.investor
    gain = float(np.mean((one.host - other.host)[pays])) if pays.any() else None
    return float(np.mean(pays)), gain


def _pays_return(one: Account, before: Account) -> dict[str, float]:
    """Return the share of draws in which a step earns each return on the capital it adds.

    Capital is what is written off a year times its life; half of it is tied on average.
    """
    gain, capital = one.investor - before.investor, (one.capital - before.capital) * LIFE
    low, middle, high = (float(np.mean(gain >= rate * capital / 2.0)) for rate in RETURN)
    return {"low": low, "middle": middle, "high": high}


def _band(many: Array) -> dict[str, float]:
    low, median, high = (float(each) for each in np.quantile(many, BAND))
    return {"low": low, "median": median, "high": high}


def _tornado(text: HostTerms, steps: Steps, home: int) -> list[dict[str, Any]]:
    """Return the host's share, every step at home, at both ends of each term, largest first."""
    middle = _values(text, 0, 0)

    def share(values: dict[str, Array]) -> float:
        one = account(text, steps, values, home)
        return float((one.host / one.last)[0])

    base = share(middle)
    found: list[dict[str, Any]] = []
    for each in text.terms:
        ends: Sequence[float] = [share({**middle, each.term: np.array([end])})
                                 for end in (each.low, each.high)]
        found.append({"term": each.term, "title": each.title, "basis": each.basis,
                      "low": each.low, "high": each.high, "share_at_low": ends[0],
                      "share_at_high": ends[1], "swing": max(*ends, base) - min(*ends, base)})
    return sorted(found, key=lambda one: -one["swing"])
