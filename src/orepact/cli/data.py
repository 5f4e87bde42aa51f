"""The verbs of ``orepact data``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl

from orepact.cli.chains import open_chain
from orepact.cli.show import number, print_json, print_table, tell
from orepact.data.bundle import TO_CONFIRM, read_bundle
from orepact.data.dataset.schemas import FOLDER
from orepact.data.dataset.vintage import ITSELF
from orepact.network import World, read_world
from orepact.network.world import WORLD

__all__ = ["accounts_verb", "cards_verb", "sources_verb"]


def sources_verb(folder: Path | None, *, to_confirm: bool, json: bool) -> None:
    """List the sources."""
    world = read_world(folder or WORLD)
    names = world.sources["source_id"].to_list()
    counts = {"rows": _figures_by_source(world), "table_rows": _rows_by_source(world)}
    table = world.sources.with_columns(
        pl.Series(column, [count[name] for name in names], dtype=pl.Int64)
        for column, count in counts.items()
    )
    if to_confirm:
        table = table.filter(pl.col("licence_status") == TO_CONFIRM)
    if json:
        print_json({"format": "orepact/sources/1", "sources": table.to_dicts()})
        return
    words = table.select(
        pl.col("source_id").alias("source"),
        pl.format("{}: {} ({})\n{}", "publisher", "title", "edition", "url").alias("work"),
        pl.format("{} ({})", "licence", "licence_status").alias("licence"),
        pl.col("rows").alias("in chains"),
        pl.col("table_rows").alias("in tables"),
    )
    print_table(words, words.columns)


def _figures_by_source(world: World) -> Counter[str]:
    """Return how many figures of chains cite each source."""
    count: Counter[str] = Counter()
    for chain in world.chains.values():
        count.update(chain.citations())
    return count


def _rows_by_source(world: World) -> Counter[str]:
    """Return how many rows of tables cite each source."""
    count: Counter[str] = Counter()
    if not (world.folder / FOLDER).is_dir():
        return count
    bundle = read_bundle(world.folder)
    for name in bundle.names:
        if name != ITSELF and "source" in bundle.table(name).columns:
            cells = bundle.table(name)["source"].str.split("|").explode()
            count.update(dict(cells.value_counts().iter_rows()))
    return count


def accounts_verb(folder: Path | None, *, json: bool) -> None:
    """Print the quality of every chain's account by material."""
    world = read_world(folder or WORLD)
    rows = [
        {
            "chain": name,
            "material": material,
            "moved_share": round(moved, 4),
            "grade": world.accounts[name].grades[material],
            "chain_grade": world.accounts[name].grade,
            "chain_coverage": round(world.accounts[name].coverage, 3),
        }
        for name in world.chains
        for material, moved in world.accounts[name].moved.iter_rows()
    ]
    if json:
        print_json({"format": "orepact/accounts/1", "accounts": rows})
    else:
        _print_accounts(pl.DataFrame(rows))


def _print_accounts(rows: pl.DataFrame) -> None:
    percent = {"moved_share": "moved share [%]", "chain_coverage": "sourced [%]"}
    words = rows.with_columns((pl.col(name) * 100.0).round(2) for name in percent).rename(percent)
    print_table(words, words.columns)
    tell("moved: of the tonnes, by balancing; sourced: of the chain's tonnes, with a source.")


def cards_verb(chain: str, folder: Path | None, *, json: bool) -> None:
    """List a chain's assumption cards."""
    world, name = open_chain(chain, read_world(folder or WORLD))
    cards = world.chains[name].cards
    rows = [
        {
            "card": card.card,
            "title": card.title,
            "value": card.value,
            "low": card.low,
            "high": card.high,
            "unit": card.unit,
            "reason": card.reason,
            "evidence": card.evidence,
        }
        for card in cards
    ]
    if json:
        print_json({"format": "orepact/cards/1", "chain": name, "cards": rows})
        return
    words = pl.DataFrame(
        [
            {
                "card": f"{card.title}\n({card.card})",
                "value": f"{number(card.value)} {card.unit}\n"
                f"({number(card.low)} to {number(card.high)})",
                "reason": card.reason,
            }
            for card in cards
        ],
        schema={"card": pl.String, "value": pl.String, "reason": pl.String},
    )
    print_table(words, words.columns)
