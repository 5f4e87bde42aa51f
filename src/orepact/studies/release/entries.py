"""What members with and without reserves say together: bands, pair by pair, never widened.

Each member is compared with itself without the reserve, so that what is uncertain about both
cancels. Ends are the 10th and 90th percentile, of few distinct members the least and the most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from orepact.indicators.bands import ends_of, middle_of
from orepact.model.curve import Array
from orepact.network.components import Reserve
from orepact.policy.release.text import Rulebook
from orepact.result.releases import rule_for
from orepact.studies.release.members import PLACE, RESERVE

__all__ = ["ALL", "band_of", "fate_entries", "place_entries", "reserve_entries"]

ALL = "all"
"""Both licence branches together."""

MEMBER = ["window", "licence", "rank", "draw"]
SMALL = 1e-6
"""Tonnes below which nothing was released."""


def band_of(values: Array) -> dict[str, float]:
    """Return the middle member and the ends of the band."""
    low, high = (float(each[0]) for each in ends_of(values[None, :]))
    middle = float(middle_of(values[None, :])[0])
    return {"middle": middle, "low": min(low, middle), "high": max(high, middle)}


def _branches(table: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    yield ALL, table
    licences = table["licence"].unique().sort().to_list()
    if len(licences) > 1:
        yield from ((name, table.filter(licence=name)) for name in licences)


def reserve_entries(
    members: pl.DataFrame, reserves: Sequence[Reserve], rulebook: Rulebook
) -> list[dict[str, Any]]:
    """Return what each reserve does, one entry per rung, licence branch and reserve.

    `members` is the table of `simulate_release`. Tonnes, months and US dollars over the whole
    scenario, money at transaction prices; ``largest_loss`` (fraction) and ``highest_price`` are the
    most that its rule saw in a month; ``price_change`` is the mean change of the price that the
    rule looks at (fraction), ``months`` has a row per month.
    """
    found: list[dict[str, Any]] = []
    rows = members.filter(subject=RESERVE)
    for key, part in rows.group_by(["chain", "rung", "reserve"], maintain_order=True):
        reserve = next(one for one in reserves if one.name == key[2])
        rule = rule_for(reserve, rulebook)
        head = {
            **dict(zip(("chain", "rung", "reserve"), key, strict=True)),
            "owner": reserve.owner, "region": reserve.region, "material": reserve.material,
            "entitled": list(reserve.entitled or (reserve.region,)),
            "rule": "" if rule is None else rule.id, "held": reserve.held,
        }
        found += [{**head, "licence": name, **_told(branch, reserve)}
                  for name, branch in _branches(part)]
    return found


def _told(rows: pl.DataFrame, reserve: Reserve) -> dict[str, Any]:
    paid = pl.col("paid") * pl.col("usd")
    table = rows.sort("month").group_by(MEMBER, maintain_order=True).agg(
        pl.sum("released", "bought"),
        (pl.col("released") > SMALL).sum().alias("busy"),
        pl.col("month").filter(pl.col("released") > SMALL).min().alias("first"),
        pl.last("level").alias("left"),
        pl.min("level").alias("least"),
        (pl.col("released") * paid).sum().alias("proceeds"),
        (pl.col("bought") * paid).sum().alias("replenishment"),
        (pl.col("level") * reserve.carrying_cost).sum().alias("carry"),
        (pl.col("price") / pl.col("price_without") - 1.0).mean().alias("price_change"),
        pl.max("loss_seen").alias("largest_loss"),
        pl.max("price_seen").alias("highest_price"),
    )
    first = table["first"].drop_nulls().to_numpy().astype(float)
    names = ("released", "bought", "left", "busy", "price_change", "proceeds", "replenishment",
             "carry", "largest_loss", "highest_price")
    return {
        "members": len(table),
        "releasing": int((table["busy"] > 0).sum()),
        "emptied": int((table["least"] <= SMALL).sum()) if reserve.held > SMALL else 0,
        "first_month": band_of(first) if len(first) else None,
        **{name: band_of(table[name].to_numpy().astype(float)) for name in names},
        "months": _months(rows),
    }


def _months(rows: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "month": int(month[0]),
            "releasing": int((part["released"] > SMALL).sum()),
            "released": band_of(part["released"].to_numpy()),
            "level": band_of(part["level"].to_numpy()),
        }
        for month, part in rows.sort("month").group_by("month", maintain_order=True)
    ]


def place_entries(
    members: pl.DataFrame, reserves: Sequence[Reserve]
) -> list[dict[str, Any]]:
    """Return what final users gain, one entry per rung, licence branch, material and region.

    ``short`` is use wanted at base prices that is not met without the reserve, ``gain`` by how much
    more is used with it (t over the scenario); ``entitled`` says whether the region may draw on a
    reserve of the chain.
    """
    rows = members.filter((pl.col("subject") == PLACE) & (pl.col("wanted") > 0.0))
    entitled = {name for one in reserves for name in one.entitled or (one.region,)}
    found: list[dict[str, Any]] = []
    place = ["chain", "rung", "material", "region"]
    for key, part in rows.group_by(place, maintain_order=True):
        for licence, branch in _branches(part):
            table = branch.group_by(MEMBER, maintain_order=True).agg(
                pl.sum("wanted", "received"),
                (pl.col("use") - pl.col("use_without")).sum().alias("gain"),
                (pl.col("wanted") - pl.col("use_without")).clip(0.0).sum().alias("short"),
            )
            found.append({
                **dict(zip(place, key, strict=True)), "licence": licence,
                "entitled": key[3] in entitled,
                **{name: band_of(table[name].to_numpy())
                   for name in ("wanted", "short", "gain", "received")},
            })
    return found


def fate_entries(
    members: pl.DataFrame, reserves: Sequence[Reserve]
) -> list[dict[str, Any]]:
    """Return where released tonnes went, one entry per rung, licence branch and form (t).

    ``arrived`` = more used by those entitled (``own``) and by others (``others``), more taken in by
    works (``works``), less made (``displaced``) and less bought back (``bought``), the rest in
    private stores, at sea or given up elsewhere (``stored``). Means over the members.
    """
    held = {one.material for one in reserves}
    entitled = {
        form: {name for one in reserves if one.material == form
               for name in one.entitled or (one.region,)} for form in held
    }
    bought = members.filter(subject=RESERVE).group_by(["rung", "licence", "material"]).agg(
        pl.sum("bought"), pl.sum("released"))
    found: list[dict[str, Any]] = []
    rows = members.filter((pl.col("subject") == PLACE) & pl.col("material").is_in(list(held)))
    for key, part in rows.group_by(["chain", "rung", "material"], maintain_order=True):
        form = str(key[2])
        for licence, branch in _branches(part):
            count = len(branch.select(MEMBER).unique())
            here = bought.filter((pl.col("rung") == key[1]) & (pl.col("material") == form))
            here = here if licence == ALL else here.filter(licence=licence)
            found.append({
                "chain": key[0], "rung": key[1], "material": form, "licence": licence,
                "released": float(here["released"].sum()) / count,
                **_fate(branch, entitled[form], float(here["bought"].sum()), count),
            })
    return found


def _fate(
    rows: pl.DataFrame, entitled: set[str], bought: float, members: int
) -> Mapping[str, float]:
    own = pl.col("region").is_in(list(entitled))
    more = pl.col("use") - pl.col("use_without")
    sums = rows.select(
        pl.col("received").sum().alias("arrived"),
        more.filter(own).sum().alias("own"),
        more.filter(~own).sum().alias("others"),
        (pl.col("intake") - pl.col("intake_without")).sum().alias("works"),
        (pl.col("made_without") - pl.col("made")).sum().alias("displaced"),
    ).row(0, named=True)
    found = {name: float(value) / members for name, value in sums.items()}
    found["bought"] = bought / members
    parts = np.array([found[name] for name in ("own", "others", "works", "displaced", "bought")])
    return {**found, "stored": found["arrived"] - float(parts.sum())}
