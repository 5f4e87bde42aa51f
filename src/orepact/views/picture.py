"""Draw the one picture of a run: flows of a chain above the price bands of its buyers."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from orepact.views.charts import bands
from orepact.views.choice import branches_of, exporters_of, key_pairs, read_rows
from orepact.views.render import to_svg
from orepact.views.sankey import sankey
from orepact.views.texts import say

__all__ = ["picture"]

BUYERS = 4
WIDTH, MARGIN, HEAD = 760.0, 24.0, 22.0
FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
_SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


def picture(
    run: Mapping[str, Any], frames: Mapping[str, pl.DataFrame], chain: str = ""
) -> str:
    """Return one SVG on a white ground: a chain's flows by stage, then its bands by buyer.

    The chain is `chain`, else the last of the run. Raises `KeyError` when the run lacks it.
    """
    titles = {str(entry["chain"]): str(entry["title"]) for entry in run["chains"]}
    chosen = chain or list(titles)[-1]
    title = titles[chosen]
    own = [row for row in read_rows(run) if row.chain == chosen]
    branches = branches_of(own)
    pairs = key_pairs(own, exporters_of(run, own, chosen), BUYERS)
    parts = [
        (say("sankey_title", chain=title),
         to_svg(sankey(frames, chosen, title, width=WIDTH - 2 * MARGIN))),
        (say("picture_bands", chain=title),
         to_svg(bands(own, pairs, branches, title, width=WIDTH - 2 * MARGIN - 130.0))),
    ]
    return _stacked(title, parts)


def _stacked(title: str, parts: list[tuple[str, str]]) -> str:
    """Return drawings one below the other, each under its heading."""
    y = MARGIN
    inner: list[str] = []
    for heading, drawing in parts:
        found = _SIZE.search(drawing)
        height = float(found.group(2)) if found else 0.0
        inner.append(
            f'<text x="{MARGIN:g}" y="{y + 11:g}" font-family="{html.escape(FONT)}" '
            f'font-size="14" font-weight="bold" fill="currentColor">{html.escape(heading)}</text>'
        )
        y += HEAD
        inner.append(drawing.replace("<svg", f'<svg x="{MARGIN:g}" y="{y:g}"', 1))
        y += height + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {y:g}" '
        f'width="{WIDTH:g}" height="{y:g}" color="#1b1b1b" role="img" '
        f'aria-labelledby="picture-title"><title id="picture-title">{html.escape(title)}</title>'
        f'<rect width="100%" height="100%" rx="6" fill="#ffffff"/>{"".join(inner)}</svg>\n'
    )
