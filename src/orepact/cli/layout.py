"""How a table is laid out in the width of the terminal: columns, or one record after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Grid", "constant", "fit", "paragraph", "records", "wrap"]

GAPS = (2, 1)
"""Spaces between two columns beside the line of the box: the second where there is less room."""

NARROW = 8
"""Columns of longer texts are narrowed to this width before others are touched."""

LONGEST = 16
"""From this length on a word may be broken anywhere: an address, a hash."""

INDENT = "  "
"""Before the further lines of a record."""

_PIECE = re.compile(r"(?<=[^\W\d][/_|-])(?=\w)|(?<=[,;|/=])(?=[^\W\d])|(?<=→)(?=\w)")
"""Where a word may be broken: after a joint of an identifier, never inside a number or a date."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table that fits: the columns with their widths, and the gap between them."""

    widths: Mapping[str, int]
    gap: int


def fit(
    heads: Mapping[str, str], cells: Mapping[str, Sequence[str]], room: int, *, whole: bool
) -> Grid | None:
    """Return widths that fit the room with words whole, or else broken at their joints.

    None where words would have to be broken although they are to stay `whole`, or broken inside
    their pieces. What is left over goes to the column that lacks most.
    """
    texts = [(heads[name], *cells[name]) for name in heads]
    words = [_longest(each, str.split) for each in texts]
    pieces = [min(_longest(each, _pieces), word) for each, word in zip(texts, words, strict=True)]
    wanted = [_longest(each, str.splitlines) for each in texts]
    for gap in GAPS:
        spare = room - (gap + 1) * len(texts) - 1
        if sum(words if whole or gap != GAPS[-1] else pieces) <= spare:
            widths = _widened(_narrowed(words, pieces, wanted, spare), wanted, spare)
            return Grid(dict(zip(heads, widths, strict=True)), gap)
    return None


def _pieces(text: str) -> list[str]:
    found = [piece for word in text.split() for piece in _PIECE.split(word)]
    return [piece[:LONGEST] if re.search(r"[^\W\d]", piece) else piece for piece in found]


def _longest(texts: Sequence[str], split: Callable[[str], Sequence[str]]) -> int:
    return max((len(part) for text in texts for part in split(text)), default=1)


def _narrowed(
    words: Sequence[int], pieces: Sequence[int], wanted: Sequence[int], spare: int
) -> list[int]:
    """Return the widths of whole words, narrowed where words may break; longest texts first."""
    widths = list(words)
    while sum(widths) > spare:
        able = [
            (have > NARROW, want, at)
            for at, (have, least, want) in enumerate(zip(widths, pieces, wanted, strict=True))
            if have > least
        ]
        widths[max(able)[2]] -= 1
    return widths


def _widened(widths: Sequence[int], wanted: Sequence[int], spare: int) -> list[int]:
    widths = list(widths)
    left = spare - sum(widths)
    while left > 0 and any(want > have for want, have in zip(wanted, widths, strict=True)):
        lacking = [want - have for want, have in zip(wanted, widths, strict=True)]
        widths[lacking.index(max(lacking))] += 1
        left -= 1
    return widths


def wrap(text: str, width: int) -> str:
    """Return a text in lines of a width; words that are longer break at their joints, or anywhere.

    Lines of the text stay lines.
    """
    return "\n".join(line for part in text.splitlines() for line in _lines(part, width))


def _lines(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + bool(lines[-1]) + len(word) <= width:
            lines[-1] = f"{lines[-1]} {word}".strip()
            continue
        if lines[-1]:
            lines.append("")
        for piece in _PIECE.split(word) if len(word) > width else [word]:
            if len(lines[-1]) + len(piece) > width and lines[-1]:
                lines.append("")
            whole = lines.pop() + piece
            lines += [whole[at : at + width] for at in range(0, len(whole), width)]
    return lines


def constant(cells: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the columns with the same text in every row, of a table with several rows."""
    same = [name for name, texts in cells.items() if len(texts) > 1 and len({*texts}) == 1]
    return same if len(same) < len(cells) else same[1:]


def records(heads: Mapping[str, str], cells: Mapping[str, Sequence[str]], room: int) -> list[str]:
    """Return each row as ``label: value; …``, its further lines indented."""
    found: list[str] = []
    for row in zip(*cells.values(), strict=True):
        told = [(name, text) for name, text in zip(heads, row, strict=True) if text]
        pairs = [f"{heads[name]}: {' '.join(text.split())}" for name, text in told]
        found += paragraph(pairs, room)
    return found


def paragraph(pairs: Sequence[str], room: int) -> list[str]:
    """Return texts in lines with semicolons between them, each kept whole where it fits a line."""
    lines: list[str] = []
    for pair in (*(f"{each};" for each in pairs[:-1]), *pairs[-1:]):
        if lines and len(lines[-1]) + 1 + len(pair) <= room:
            lines[-1] += f" {pair}"
            continue
        indent = INDENT if lines else ""
        fits = len(indent) + len(pair) <= room
        first, *rest = [pair] if fits else _lines(pair, room - 2 * len(INDENT))
        lines += [indent + first, *(2 * INDENT + each for each in rest)]
    return lines
