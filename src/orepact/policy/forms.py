"""What a question names: a material, a mineral or a customs code, and which items it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from orepact.data.text import parse, read_yaml
from orepact.errors import InputError, Problem, nearest
from orepact.policy.controls import Item

__all__ = ["Form", "Forms", "Mineral", "Query", "match", "query", "read_forms"]

_SHORTEST, _LONGEST, _SHARED = 4, 10, 6


@dataclass(frozen=True, slots=True)
class Form:
    """A material: one mineral at one stage and form, with the customs codes that hold it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: str
    name: str
    mineral: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mineral:
    """A mineral or group of minerals; `parent` is the group it belongs to."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    id: str
    name: str
    parent: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forms:
    """The vocabulary of items (format ``orepact/forms/1``)."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    format: str
    materials: tuple[Form, ...]
    minerals: tuple[Mineral, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A question's item: the materials and minerals it names, or the digits of a customs code."""

    text: str
    materials: frozenset[str] = frozenset()
    minerals: frozenset[str] = frozenset()
    code: str = ""


def read_forms(path: Path) -> Forms:
    """Read the vocabulary of materials, minerals and codes."""
    return parse(Forms, read_yaml(path, kind="forms"))


def query(forms: Forms, text: str) -> Query:
    """Return what `text` names: a material id, a mineral id, or a code of 4 to 10 digits.

    Raises `InputError` with the nearest spelling when it names nothing known.
    """
    digits = re.sub(r"[ .]", "", text)
    if digits.isascii() and digits.isdigit() and _SHORTEST <= len(digits) <= _LONGEST:
        return _code_query(forms, text, digits)
    materials = {form.id for form in forms.materials}
    minerals = {mineral.id for mineral in forms.minerals}
    if text in materials:
        return Query(text, materials=frozenset({text}))
    if text in minerals:
        return Query(text, minerals=frozenset({text}))
    known = sorted(materials | minerals)
    raise InputError([Problem("unknown item", field="item", found=repr(text),
                              expected="a material, a mineral or a customs code of 4-10 digits",
                              nearest=nearest(text, known))])


def match(forms: Forms, item: Item, asked: Query) -> str:
    """Return how an item meets a question, or an empty string when it does not.

    ``material``, ``mineral``: named by the act; ``group``: named through a group of minerals;
    ``code``: one code is the beginning of the other; ``form``: the code holds a form that the
    act names; ``hs6``: only the six digits that all nomenclatures share are equal.
    """
    if asked.code:
        return _match_code(item, asked)
    if asked.materials & set(item.materials):
        return "material"
    if asked.materials:
        return ""
    if asked.minerals & set(item.minerals):
        return "mineral"
    up = {mineral.id: mineral.parent for mineral in forms.minerals}
    above = {name for mineral in asked.minerals for name in _ancestors(up, mineral)}
    below = {name for mineral in item.minerals for name in _ancestors(up, mineral)}
    return "group" if above & set(item.minerals) or below & asked.minerals else ""


def _code_query(forms: Forms, text: str, digits: str) -> Query:
    materials = frozenset(form.id for form in forms.materials if _prefix(digits, form.codes))
    minerals = frozenset(one.id for one in forms.minerals if _prefix(digits, one.codes))
    return Query(text, materials=materials, minerals=minerals, code=digits)


def _match_code(item: Item, asked: Query) -> str:
    codes = tuple(re.sub(r"[ .]", "", code) for code in item.hs)
    if _prefix(asked.code, codes):
        return "code"
    if asked.materials & set(item.materials) or asked.minerals & set(item.minerals):
        return "form"
    unplaced = not asked.materials and not asked.minerals
    shared = any(code[:_SHARED] == asked.code[:_SHARED] for code in codes)
    return "hs6" if unplaced and shared else ""


def _prefix(code: str, codes: tuple[str, ...]) -> bool:
    return any(code.startswith(one) or one.startswith(code) for one in codes)


def _ancestors(up: dict[str, str], mineral: str) -> list[str]:
    found: list[str] = []
    while up.get(mineral):
        mineral = up[mineral]
        found.append(mineral)
    return found
