"""The verbs of ``orepact data``."""

from __future__ import annotations

import polars as pl

from orepact.cli.show import print_json, print_table
from orepact.errors import InputError, Problem, nearest
from orepact.network import World, read_world

__all__ = ["accounts_verb", "cards_verb", "sources_verb"]


def sources_verb(*, to_confirm: bool, json: bool) -> None:
    """List the sources."""
    table = read_world().sources
    if to_confirm:
        table = table.filter(pl.col("licence_status") == "to confirm")
    if json:
        print_json({"format": "orepact/sources/1", "sources": table.to_dicts()})
    else:
        print_table(
            table,
            ["source_id", "publisher", "title", "edition", "licence", "licence_status", "url"],
        )


def accounts_verb(chain: str | None, *, json: bool) -> None:
    """Print the quality of accounts by chain and material."""
    world = read_world()
    names = [_known(world, chain)] if chain else list(world.chains)
    rows = [
        {
            "chain": name,
            "material": material,
            "moved_share": round(moved, 4),
            "chain_grade": world.accounts[name].grade,
            "chain_coverage": round(world.accounts[name].coverage, 3),
        }
        for name in names
        for material, moved in world.accounts[name].moved.iter_rows()
    ]
    if json:
        print_json({"format": "orepact/accounts/1", "accounts": rows})
    else:
        print_table(pl.DataFrame(rows), list(rows[0]))


def cards_verb(chain: str, *, json: bool) -> None:
    """List a chain's assumption cards."""
    world = read_world()
    cards = world.chains[_known(world, chain)].cards
    rows = [
        {
            "card": card.card,
            "value": card.value,
            "low": card.low,
            "high": card.high,
            "unit": card.unit,
            "title": card.title,
            "reason": card.reason,
        }
        for card in cards
    ]
    if json:
        print_json({"format": "orepact/cards/1", "chain": chain, "cards": rows})
    else:
        print_table(pl.DataFrame(rows), ["card", "value", "low", "high", "unit", "title", "reason"])


def _known(world: World, chain: str) -> str:
    if chain in world.chains:
        return chain
    names = list(world.chains)
    raise InputError(
        [
            Problem(
                "unknown chain",
                found=repr(chain),
                expected="one of " + ", ".join(names),
                nearest=nearest(chain, names),
            )
        ]
    )
