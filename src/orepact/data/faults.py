"""Faults of a field in plain words: what is wrong with it, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["TOO_SHORT", "fault_of"]

TOO_SHORT = "needs at least"
"""Beginning of the message on a list with too few entries."""

SHOWN = 12
"""Words that are named of those that a field knows."""

_FORMS = {
    r"^\d{4}-(0[1-9]|1[0-2])$": "a month as YYYY-MM",
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$": "letters, digits, - and _ without blanks",
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$": "letters, digits, dots, - and _ without blanks",
    r"^[a-z0-9][a-z0-9-]*$": "small letters, digits and - without blanks",
    r"^[a-z0-9][a-z0-9.-]*$": "small letters, digits, dots and - without blanks",
    r"^[a-z][a-z0-9_]*$": "small letters, digits and _ without blanks",
    r"^[A-Za-z0-9][A-Za-z0-9 ._:>@+/-]*$": "letters, digits and any of ._:>@+/-",
    "^[ABC]$": "A, B or C",
}

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "string": "a text",
    "bool": "true or false",
    "tuple": "a list",
    "list": "a list",
    "dict": "a mapping",
    "mapping": "a mapping",
    "dataclass": "a mapping",
    "date": "a day as YYYY-MM-DD",
}

_BOUNDS = {
    "greater_than": ("gt", "more than {}"),
    "greater_than_equal": ("ge", "{} or more"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "{} or less"),
}


def fault_of(item: Mapping[str, Any]) -> tuple[str, str]:
    """Return what an error of pydantic says of a field, and what it expects, in plain words.

    An error of a kind that is not known keeps its own words and expects nothing.
    """
    kind, context = str(item["type"]), item.get("ctx", {})
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return "out of range", words.format(f"{context[name]:g}")
    told = _TEXTS.get(kind)
    if told is not None:
        return told(context)
    name = next((one for one in _KINDS if kind.startswith(f"{one}_")), "")
    if name and kind.endswith(("_type", "_parsing", "_from_float", "_exact_type")):
        return f"not {_KINDS[name]}", ""
    return str(item["msg"]).removeprefix("Value error, "), ""


def _too_short(context: Mapping[str, Any]) -> tuple[str, str]:
    least = context["min_length"]
    return f"{TOO_SHORT} {least} {'entry' if least == 1 else 'entries'}", ""


def _unknown_word(context: Mapping[str, Any]) -> tuple[str, str]:
    return "unknown word", _named(re.findall(r"'([^']*)'", str(context["expected"])))


def _wrong_form(context: Mapping[str, Any]) -> tuple[str, str]:
    pattern = str(context["pattern"])
    return "not written as it should be", _FORMS.get(pattern, f"a text like {pattern}")


def _empty(_: Mapping[str, Any]) -> tuple[str, str]:
    return "empty text", "a text"


def _too_long(context: Mapping[str, Any]) -> tuple[str, str]:
    return "text too long", f"{context['max_length']} letters or fewer"


def _infinite(_: Mapping[str, Any]) -> tuple[str, str]:
    return "not a finite number", "a number"


_TEXTS: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "too_short": _too_short,
    "literal_error": _unknown_word,
    "string_pattern_mismatch": _wrong_form,
    "string_too_short": _empty,
    "string_too_long": _too_long,
    "finite_number": _infinite,
}


def _named(words: list[str]) -> str:
    shown = ", ".join(words[:SHOWN]) + (", …" if len(words) > SHOWN else "")
    return f"one of {shown}"
