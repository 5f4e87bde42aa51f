r"""Transit countries: what passes through a country that neither makes nor uses it.

At a country without production whose exports are at least `PASSED_ON` of its imports, imports
equal exports first: what it re-exports is booked from its origins to its destinations, in
proportion to both,

$$x_{od} \mathrel{+}= R \, \frac{x_{oh}}{\sum_o x_{oh}} \, \frac{x_{hd}}{\sum_d x_{hd}},
\qquad R = \min\Bigl(\sum_o x_{oh}, \sum_d x_{hd}\Bigr)$$

and what it keeps stays as its import. Exports beyond its imports have no origin; they are taken
out and listed. The largest hub comes first, so that goods may pass several. The split is the
proportionality assumption of input-output accounts: what leaves a hub is mixed like what arrives.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

__all__ = ["PASSED_ON", "Netted", "net_transit"]

PASSED_ON = 0.5
"""A country without production is a transit country when it re-exports this share of imports."""

_SCHEMA = {
    "country": pl.String,
    "imports": pl.Float64,
    "exports": pl.Float64,
    "passed_on": pl.Float64,
    "without_origin": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Netted:
    """Trade from origin to destination, and the transit countries it was netted of.

    `flows` has exporter, importer, tonnes; `transit` has country, imports, exports, passed_on,
    without_origin (all t/year); `round_trip` (t/year) is what came back to where it started.
    """

    flows: pl.DataFrame
    transit: pl.DataFrame
    round_trip: float


def net_transit(flows: pl.DataFrame, makers: Collection[str]) -> Netted:
    """Return trade net of what passes through countries that are not among the `makers`.

    `flows` has exporter, importer and tonnes, one row for each pair.
    """
    trade: dict[tuple[str, str], float] = {
        (exporter, importer): tonnes
        for exporter, importer, tonnes in flows.sort("exporter", "importer")
        .select("exporter", "importer", "tonnes")
        .iter_rows()
    }
    rows: list[tuple[str, float, float, float, float]] = []
    round_trip = 0.0
    for hub in _hubs(trade, makers):
        came = {pair[0]: tonnes for pair, tonnes in trade.items() if pair[1] == hub and tonnes}
        went = {pair[1]: tonnes for pair, tonnes in trade.items() if pair[0] == hub and tonnes}
        imports, exports = sum(came.values()), sum(went.values())
        if not exports:  # an earlier hub took them over
            continue
        passed = min(imports, exports)
        rows.append((hub, imports, exports, passed, exports - passed))
        for origin, arrived in came.items():
            trade[origin, hub] = arrived * (1.0 - passed / imports)
            for destination, left in went.items():
                tonnes = passed * arrived / imports * left / exports
                if origin == destination:
                    round_trip += tonnes
                else:
                    pair = (origin, destination)
                    trade[pair] = trade.get(pair, 0.0) + tonnes
        for destination in went:
            del trade[hub, destination]
    return Netted(
        pl.DataFrame(
            [(*pair, tonnes) for pair, tonnes in sorted(trade.items()) if tonnes > 0.0],
            orient="row",
            schema={"exporter": pl.String, "importer": pl.String, "tonnes": pl.Float64},
        ),
        pl.DataFrame(rows, orient="row", schema=_SCHEMA),
        round_trip,
    )


def _hubs(trade: dict[tuple[str, str], float], makers: Collection[str]) -> list[str]:
    """Return the transit countries, the one with the largest re-exports first."""
    imports: dict[str, float] = {}
    exports: dict[str, float] = {}
    for (exporter, importer), tonnes in trade.items():
        exports[exporter] = exports.get(exporter, 0.0) + tonnes
        imports[importer] = imports.get(importer, 0.0) + tonnes
    passed = {
        country: min(imports[country], exports[country])
        for country in imports.keys() & exports.keys()
        if country not in makers and imports[country] > 0.0
    }
    return sorted(
        (name for name, tonnes in passed.items() if tonnes >= PASSED_ON * imports[name] > 0.0),
        key=lambda name: (-passed[name], name),
    )
