"""Plants: processes that open on a day, close when they lose money for long, and may open again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from orepact.network.components import Process
from orepact.units import Doc, Unit

__all__ = ["Plant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """One plant: a process without base output, and how long it bears losses.

    Its process is named ``recipe:plant@REGION`` and does not grow. Both times count months in a
    row, of the cash margin at transaction prices with support.
    """

    process: Annotated[Process, Doc("what it makes, at which cost, up to which capacity")]
    patience: Annotated[
        int, Unit("month"), Doc("months of negative cash margin before it closes"), Field(ge=1)
    ]
    restart: Annotated[
        int, Unit("month"), Doc("months from wanting to open again until it does"), Field(ge=0)
    ]
    opens: Annotated[date | None, Doc("first month; none = it stands already")] = None
    ramp: Annotated[
        int, Unit("month"), Doc("months from opening to full capacity, in a line"), Field(ge=0)
    ] = 0
    source: Annotated[str, Doc("source id, or `card:<id>` for an assumption")] = ""
    card: Annotated[str, Doc("assumption card of the patience")] = ""

    @property
    def name(self) -> str:
        """The name of its process."""
        return self.process.name
