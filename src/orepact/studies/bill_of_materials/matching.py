"""Matching of a part's name with a product template: exact or not at all, then a suggestion."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from orepact.studies.bill_of_materials.products import ProductText

__all__ = ["Match", "Names", "match_part", "names_of", "plain"]

_BETWEEN = re.compile(r"[^\w.:]+|_")
_SHOWN = 3
_CUTOFF = 0.7


@dataclass(frozen=True, slots=True)
class Match:
    """The template of a part, and how it was found: template, id, title, alias; or none.

    `how` is ambiguous where several templates have the name, none where no template has it;
    `candidates` are then the templates to choose from, or the nearest ones; none of them is used.
    """

    product: str
    how: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """Names of templates in plain form, each with the templates that have it."""

    ids: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]


def plain(text: str) -> str:
    """Return a name without case, punctuation and doubled spaces."""
    return " ".join(_BETWEEN.sub(" ", text.casefold()).split())


def names_of(products: Mapping[str, ProductText]) -> Names:
    """Return the ids, titles and aliases by which templates are found."""
    words: dict[str, list[str]] = {}
    for product in products.values():
        for text in dict.fromkeys(map(plain, (product.title, *product.aliases))):
            words.setdefault(text, []).append(product.product)
    return Names(
        {plain(name): name for name in products},
        {text: tuple(found) for text, found in words.items()},
    )


def match_part(names: Names, part: str) -> Match:
    """Return the template whose id, title or alias is the part's name, or the nearest to suggest.

    A name that several templates share names none of them.
    """
    text = plain(part)
    if text in names.ids:
        return Match(names.ids[text], "id")
    found = names.words.get(text, ())
    if len(found) == 1:
        return Match(found[0], "alias")
    if found:
        return Match("", "ambiguous", found)
    return Match("", "none", _near(names, text))


def _near(names: Names, text: str) -> tuple[str, ...]:
    """Return the templates with a name that the text contains, longest first, else alike ones."""
    said = text.split()
    held = [word for word in names.words if len(word) > _SHOWN and _within(word.split(), said)]
    longest = sorted(held, key=lambda word: (-len(word), word))
    alike = difflib.get_close_matches(text, list(names.words), n=_SHOWN, cutoff=_CUTOFF)
    found = dict.fromkeys(product for word in (longest or alike) for product in names.words[word])
    return tuple(found)[:_SHOWN]


def _within(word: list[str], said: list[str]) -> bool:
    return any(said[at : at + len(word)] == word for at in range(len(said) - len(word) + 1))
