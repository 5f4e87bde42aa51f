"""Choose which rows of a run a page has room for, by rules that the page states.

Nothing is computed here: rows are read, ordered and cut. The rules: the *hardest-hit buyer* of a
chain is the buyer and material with the largest mean price multiple against the status quo, among
buyers with 3 % or more of the material's final use outside the exporter, in the deciding branch; a
tie goes to the larger unmet share and then to the first in the alphabet. A region is shown with the
material that hits it hardest; United States, EU-27 and Japan are always shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orepact.network.accounts.balance import ASSUMED
from orepact.views.digits import Band, band_of
from orepact.views.names import BRANCHES

__all__ = [
    "Row",
    "branches_of",
    "deciding_branch",
    "exporter_rows",
    "exporters_of",
    "hardest_hit",
    "key_pairs",
    "read_rows",
    "short_names",
    "short_pairs",
    "short_regions",
    "spread",
]

OUTSIDE = "outside"  # all regions outside the exporter together, where no regional price exists
STAR = "*"  # marks a region that is short at such stages only
ALWAYS_SHOWN = ("USA", "EU27", "JPN")
SHORT_FROM = 0.05  # fraction of use
LARGE_USER = 0.03  # fraction of the material's use outside the exporter
SMALL_USER = 0.01  # the same; below it a region is left to the tables
NOTHING = 0.02  # difference of two price multiples that is none


@dataclass(frozen=True, slots=True)
class Row:
    """What a run found for one chain, branch, region and material.

    Prices are multiples (1), `licences` the middle price against the status quo by licence branch,
    `unmet` a fraction of use, `cover` days at the worst month,
    `exports` a volume relative to base (1), present in the exporter's rows only.
    """

    chain: str
    branch: str
    region: str
    material: str
    marginal_quo: Band | None
    marginal_base: Band | None
    transaction_quo: Band | None
    transaction_base: Band | None
    unmet: Band | None
    cover: Band | None
    exports: Band | None
    grade: str
    use_share: float = 1.0
    licences: tuple[tuple[str, float], ...] = ()

    @property
    def pair(self) -> tuple[str, str]:
        """Return the region and the material."""
        return self.region, self.material


def read_rows(run: Mapping[str, Any]) -> tuple[Row, ...]:
    """Return every entry of the run's ``results`` as a `Row`."""
    return tuple(
        Row(
            chain=str(entry["chain"]),
            branch=str(entry["branch"]),
            region=str(entry["region"]),
            material=str(entry["material"]),
            marginal_quo=band_of(entry.get("price_marginal_vs_status_quo")),
            marginal_base=band_of(entry.get("price_marginal_vs_base")),
            transaction_quo=band_of(entry.get("price_transaction_vs_status_quo")),
            transaction_base=band_of(entry.get("price_transaction_vs_base")),
            unmet=band_of(entry.get("unmet_share")),
            cover=band_of(entry.get("cover_days_worst")),
            exports=band_of(entry.get("export_volume_relative")),
            grade=str(entry.get("grade") or ""),
            use_share=float(entry.get("use_share", 1.0)),
            licences=tuple(
                (str(name), float(found["price_marginal_vs_status_quo"]))
                for name, found in sorted(entry.get("by_licence", {}).items())
                if found.get("price_marginal_vs_status_quo") is not None
            ),
        )
        for entry in run["results"]
    )


def branches_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the branches that occur, the known ones in their usual order first."""
    found = {row.branch for row in rows}
    return (*(b for b in BRANCHES if b in found), *sorted(found - set(BRANCHES)))


def exporters_of(run: Mapping[str, Any], rows: Iterable[Row], chain: str) -> frozenset[str]:
    """Return the regions whose controls the chain is about: their own price has no sign.

    They are the chain's ``exporters`` where the run names them, else the regions of the rows
    that carry an export volume.
    """
    for entry in run["chains"]:
        if entry["chain"] == chain and entry.get("exporters"):
            return frozenset(str(region) for region in entry["exporters"])
    return frozenset(r.region for r in rows if r.chain == chain and r.exports)


def hardest_hit(rows: Sequence[Row], exporters: frozenset[str]) -> tuple[str, str] | None:
    """Return the region and material hit hardest among the buyers of one chain's rows."""
    buyers = [row for row in rows if row.region not in exporters and row.marginal_quo]
    using = [row for row in buyers if row.unmet] or buyers
    large = [row for row in using if row.use_share >= LARGE_USER] or using
    deciding = [row for row in large if row.branch == deciding_branch(large)] or large
    return min(deciding, key=_hardest_first).pair if deciding else None


def deciding_branch(rows: Sequence[Row]) -> str:
    """Return the branch by which buyers are ranked: ``revived``, unless it changes nothing.

    Where prices under ``revived`` are those under ``extended``, it is the last branch.
    """
    found = branches_of(rows)
    means = {
        branch: {row.pair: row.marginal_quo.middle for row in rows
                 if row.branch == branch and row.marginal_quo}
        for branch in ("extended", "revived")
    }
    revived, extended = means["revived"], means["extended"]
    if any(abs(revived[pair] - extended.get(pair, 0.0)) > NOTHING for pair in revived):
        return "revived"
    return found[-1] if found else ""


def key_pairs(
    rows: Sequence[Row], exporters: frozenset[str], count: int
) -> tuple[tuple[str, str], ...]:
    """Return at most `count` buyers, each with its hardest-hit material, hardest first."""
    first: dict[str, Row] = {}
    large = [row for row in rows if row.use_share >= LARGE_USER or row.region in ALWAYS_SHOWN]
    for row in sorted((r for r in large if r.marginal_quo), key=_hardest_first):
        if row.region not in exporters:
            _ = first.setdefault(row.region, row)
    always = [region for region in first if region in ALWAYS_SHOWN]
    others = [region for region in first if region not in ALWAYS_SHOWN]
    kept = {*always, *others[: max(0, count - len(always))]}
    return tuple(row.pair for region, row in first.items() if region in kept)


def short_pairs(rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    """Return every region and material short by 5 % or more in some branch.

    The largest shortage, as a share of all use of the material outside the exporter, comes first;
    regions with less than 1 % of that use are left to the tables.
    """
    worst: dict[tuple[str, str], float] = {}
    for row in rows:
        named = row.region != OUTSIDE and row.use_share >= SMALL_USER
        if named and row.unmet and row.unmet.middle >= SHORT_FROM:
            missing = row.unmet.middle * row.use_share
            worst[row.pair] = max(worst.get(row.pair, 0.0), missing)
    return tuple(sorted(worst, key=lambda pair: (-worst[pair], pair)))


def spread(pairs: Sequence[tuple[str, str]], per_region: int) -> tuple[tuple[str, str], ...]:
    """Return the pairs in their order, of each region only the first `per_region`."""
    seen: Counter[str] = Counter()
    kept: list[tuple[str, str]] = []
    for region, material in pairs:
        seen[region] += 1
        if seen[region] <= per_region:
            kept.append((region, material))
    return tuple(kept)


def short_regions(rows: Sequence[Row], branch: str) -> tuple[str, ...]:
    """Return the regions short of some material by 5 % or more in a branch, worst first."""
    pairs = short_pairs([row for row in rows if row.branch == branch])
    return tuple(dict.fromkeys(region for region, _ in pairs))


def short_names(
    rows: Sequence[Row], branch: str, name: Callable[[str], str]
) -> tuple[str, ...]:
    """Return the names of `short_regions`, with a star where only assumed trade says so."""
    known = set(short_regions([row for row in rows if row.grade != ASSUMED], branch))
    return tuple(
        name(region) + ("" if region in known else STAR) for region in short_regions(rows, branch)
    )


def exporter_rows(rows: Sequence[Row], exporters: frozenset[str]) -> tuple[Row, ...]:
    """Return per branch the exporters' row with the smallest export volume, branches in order."""
    found: list[Row] = []
    for branch in branches_of(rows):
        held = [(row.exports.middle, row.pair, row) for row in rows
                if row.branch == branch and row.exports and row.region in exporters]
        found += [row for _, _, row in sorted(held, key=lambda one: one[:2])[:1]]
    return tuple(found)


def _hardest_first(row: Row) -> tuple[float, float, str, str]:
    price = row.marginal_quo.middle if row.marginal_quo else 0.0
    unmet = row.unmet.middle if row.unmet else 0.0
    return (-price, -unmet, row.region, row.material)
