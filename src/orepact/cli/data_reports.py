"""The verbs ``orepact data coverage`` and ``orepact data diff``: what is known, what changed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orepact.cli.show import number, print_first, print_json, print_table, say, tell
from orepact.data.bundle import WORLD_FOLDER, Bundle, read_bundle
from orepact.data.dataset.schemas import schema_of
from orepact.indicators.tables.changes import HEADLINE, changed_results, changed_rows, row_counts
from orepact.indicators.tables.coverage import LISTS, coverage, listed

__all__ = ["coverage_verb", "diff_verb"]

LETTERS = dict(zip(LISTS.values(), "CSU", strict=True))
"""A letter for each list of `orepact.indicators.tables.coverage.LISTS`."""

HEADS = {
    "editions": "ed.",
    "countries": "with",
    "withheld": "no figure",
    "withheld_share": "hidden [%]",
    "unmapped": "other [%]",
    "basket": "basket [%]",
    "to_confirm": "to confirm [%]",
}
LEGEND = (
    "ed.: editions; with, without: countries with and without a figure of the last year; "
    "hidden: part of the world total that no printed row holds; other: printed for other countries "
    "together; basket: customs codes that hold other goods too; to confirm: rows whose licence is."
)


def coverage_verb(bundle: Bundle, mineral: str, *, lists: bool, json: bool) -> None:
    """Print what is known of minerals."""
    frame = listed(bundle) if lists else coverage(bundle, mineral)
    if json:
        kind = "orepact/listed/1" if lists else "orepact/coverage/1"
        print_json({"format": kind, "dataset": bundle.identity, "rows": frame.to_dicts()})
    elif lists:
        _print_lists(frame)
    elif mineral:
        _print_mineral(frame)
    else:
        _print_minerals(frame)


def _print_lists(frame: pl.DataFrame) -> None:
    letters = pl.col("lists").str.replace_many(list(LETTERS), list(LETTERS.values()))
    words = frame.with_columns(letters.str.replace_all("; ", ""))
    print_table(words, [name for name in words.columns if name != "name"])
    tell("; ".join(f"{each}: {title}" for title, each in LETTERS.items()) + ".")
    tell("Numbers are rows of each table; a group's figures are those of its members.")


def _print_mineral(frame: pl.DataFrame) -> None:
    made = _readable(frame).filter(pl.col("ed.") > 0)
    if made.height:
        print_table(made, [name for name in made.columns if name not in {"mineral", "tables"}])
        tell(LEGEND)
    for stage in frame.filter(pl.col("editions") == 0)["stage"]:
        tell(f"{stage or 'all stages'}: no output by country, at most shares of supply.")
    tell(f"Tables with rows: {frame['tables'][0]}.")


def _print_minerals(frame: pl.DataFrame) -> None:
    """Print a line for each stage with output, and the minerals that have none."""
    made = frame.filter(pl.col("editions") > 0)
    count = (
        pl.when(pl.col("withheld") == "")
        .then(0)
        .otherwise(pl.col("withheld").str.count_matches(",") + 1)
    )
    words = _readable(made).with_columns(made.select(count).to_series().alias("without"))
    names = ["mineral", "stage", "years", "ed.", "with", "without", "hidden [%]", "other [%]"]
    print_table(words, [*names, "to confirm [%]"])
    tell(LEGEND)
    bare = sorted({*frame["mineral"]} - {*made["mineral"]})
    if bare:
        tell(f"No output by country: {', '.join(bare)}.")
    tell("Stages with shares of supply only are left out: orepact data coverage MINERAL has them.")


def _readable(frame: pl.DataFrame) -> pl.DataFrame:
    """Return coverage with shares in percent and units in the headings."""
    shares = ("withheld_share", "unmapped", "basket", "to_confirm")
    return frame.with_columns((pl.col(name) * 100.0).round(1) for name in shares).rename(HEADS)


def diff_verb(
    old: str, new: str, folder: Path | None, *, mineral: str, table: str, json: bool
) -> None:
    """Print what differs between two vintages or datasets."""
    before, after = (_named(each, folder) for each in (old, new))
    results = changed_results(before, after)
    counts = row_counts(before, after)
    rows = changed_rows(before, after, schema_of(table).name) if table else pl.DataFrame()
    if mineral:
        results = results.filter(pl.col("mineral") == mineral)
        rows = rows.filter(pl.col("mineral") == mineral) if "mineral" in rows.columns else rows
    if json:
        print_json(
            {
                "format": "orepact/changes/1",
                "old": before.identity,
                "new": after.identity,
                "results": results.to_dicts(),
                "tables": counts.to_dicts(),
                "rows": rows.to_dicts(),
            }
        )
        return
    say(f"Results that changed: {results.height}, the largest change of share first.")
    if results.height:
        shown = _arrows(results)
        print_first(shown.drop("mineral") if mineral else shown)
        tell("share, HHI: of the total printed by the source, or of the sum of its countries.")
    say("Rows by table" + (", all minerals" if mineral else ""))
    print_first(counts)
    if table:
        say(f"Rows of {table}")
        print_first(rows)


def _arrows(results: pl.DataFrame) -> pl.DataFrame:
    """Return old and new figures as one cell each, *old→new*, or one where they are equal."""
    shown = {"largest_share": "share [%]", "hhi": "HHI", "output": "output", "total": "share of"}
    cells = {
        shown.get(name, name): [
            _arrow(name, *pair) for pair in results.select(f"{name}_old", f"{name}_new").iter_rows()
        ]
        for name in ("edition", *HEADLINE, "total")
    }
    return results.select("mineral", "stage", "year").with_columns(
        *[pl.Series(name, texts) for name, texts in cells.items()], results["unit"]
    )


def _arrow(name: str, old: str | float, new: str | float) -> str:
    texts = [_figure(name, each) for each in (old, new)]
    return "→".join(dict.fromkeys(texts))


def _figure(name: str, value: str | float) -> str:
    if isinstance(value, str):
        return value.removesuffix(" total").replace("country sum", "sum")
    if name == "largest_share":
        return f"{100.0 * value:.1f}"
    return f"{value:.3f}" if name == "hhi" else number(value)


def _named(word: str, folder: Path | None) -> Bundle:
    """Return a vintage of the dataset, or the newest of the dataset whose folder is named."""
    path = Path(word)
    return read_bundle(path) if path.is_dir() else read_bundle(folder or WORLD_FOLDER, word)
