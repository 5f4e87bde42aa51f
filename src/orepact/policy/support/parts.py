"""The parts of a support file, each read by itself, so that all that is wrong is told at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast, get_type_hints

from orepact.data.text import Document, examine
from orepact.errors import Problem
from orepact.network.chains.text import Card
from orepact.policy.support.text import KINDS, CostText, InstrumentText, PlantText

__all__ = ["Parts", "not_told", "parts_of"]

T = TypeVar("T")

_RANGE = {"value", "low", "high"}


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a file that can be read, each with its number in the file.

    `mended` are instruments with a field that is not as it should be: it was told, and another
    stands in for it.
    """

    instruments: Mapping[int, InstrumentText]
    plants: Mapping[int, PlantText]
    cards: Mapping[int, Card]
    cost: CostText | None = None
    mended: frozenset[int] = field(default_factory=frozenset[int])

    @property
    def numbers(self) -> dict[str, list[int]]:
        """Return the numbers in the file of the parts of each list."""
        return {"instruments": list(self.instruments), "plants": list(self.plants),
                "cards": list(self.cards)}


def parts_of(document: Document) -> Parts:
    """Return every part of a file; wrong fields of it are told elsewhere and stood in for."""
    value = cast("dict[str, Any]", document.value)
    instruments: dict[int, InstrumentText] = {}
    mended: set[int] = set()
    for number, item in enumerate(_list(value, "instruments")):
        kind = item.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            continue
        read, whole = _examined(KINDS[kind], document, item, ("instruments", number))
        if read is not None:
            instruments[number] = read
            if not whole:
                mended.add(number)
    cost = value.get("cost")
    terms = examine(CostText, document, cost, ("cost",))[0] if isinstance(cost, dict) else None
    return Parts(instruments, _read(PlantText, document, "plants"),
                 _read(Card, document, "cards"), terms, frozenset(mended))


def not_told(problems: Sequence[Problem], told: Sequence[Problem]) -> list[Problem]:
    """Return problems of fields about which nothing was told yet."""
    known = {_field(one) for one in told}
    return [one for one in problems if _field(one) not in known or _field(one).count(".") < 1]


def _field(problem: Problem) -> str:
    depth = 2 if problem.field.startswith("cost.") else 3
    return ".".join(problem.field.split(".")[:depth])


def _examined(
    cls: type[T], document: Document, item: dict[str, Any], at: tuple[str, int]
) -> tuple[T | None, bool]:
    """Return a part, and whether it was read as it is: else wrong fields have stand-ins."""
    read, problems = examine(cls, document, item, at)
    if read is not None:
        return read, True
    bad = {one.field.split(".")[2] for one in problems if one.field.count(".") > 1}
    kind: type[Any] = cls
    if issubclass(kind, Card) and bad & _RANGE:
        bad |= _RANGE
    if not bad or (issubclass(kind, Card) and "unit" in bad):
        return None, False
    kept = {name: value for name, value in item.items() if name not in bad}
    return examine(cls, document, _stand_ins(cls) | kept, at)[0], False


def _stand_ins(cls: type) -> dict[str, Any]:
    """Return something of the right kind for every field that has no default."""
    hints = get_type_hints(cls)
    found: dict[str, Any] = {}
    for item in dataclasses.fields(cls):
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            hint = str(hints[item.name])
            found[item.name] = (1.0 if "float" in hint else
                                ["none"] if "tuple" in hint else "none")
    return found


def _read(cls: type[T], document: Document, part: str) -> dict[int, T]:
    found: dict[int, T] = {}
    for number, item in enumerate(_list(cast("dict[str, Any]", document.value), part)):
        read, _ = _examined(cls, document, item, (part, number))
        if read is not None:
            found[number] = read
    return found


def _list(value: dict[str, Any], part: str) -> list[dict[str, Any]]:
    items = value.get(part)
    listed = cast("list[Any]", items) if isinstance(items, list) else []
    return [item if isinstance(item, dict) else {} for item in listed]
