"""Where a result comes from: data, code, solver, options and date."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata

from orepact.network.network import Dataset

__all__ = ["Provenance", "provenance_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What must be equal for a result to be made again, and the day on which it was made."""

    dataset: Dataset
    code: str
    solver: str
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    policies: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    made: datetime.date = datetime.date.min

    def __str__(self) -> str:
        """Return the provenance on one line."""
        options = ", ".join(f"{name} {value}" for name, value in self.options.items())
        data = f"{self.dataset.name} {self.dataset.version}"
        if self.dataset.hash:
            data += f" ({self.dataset.hash[:12]})"
        return f"data {data}; orepact {self.code}; {self.solver}; {options}; {self.made}"


def provenance_of(
    dataset: Dataset,
    *,
    solver: str,
    options: Mapping[str, str],
    policies: tuple[str, ...] = (),
    scenarios: tuple[str, ...] = (),
) -> Provenance:
    """Return the provenance of a result made now by this version of the code."""
    return Provenance(
        dataset=dataset,
        code=metadata.version("orepact"),
        solver=solver,
        options=options,
        policies=policies,
        scenarios=scenarios,
        made=datetime.datetime.now(tz=datetime.UTC).date(),
    )
