"""What a file of projects says (format ``orepact/projects/1``): data only, no checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from orepact.network.projects import ROLES, Kind, Role
from orepact.units import Doc, Unit

__all__ = ["Estimate", "ModeText", "NotModelled", "ProjectText", "ProjectsText"]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number with its range, its unit, and its source or the reason for it."""

    value: Annotated[float, Doc("likeliest")]
    unit: Annotated[str, Doc("unit; `date` for decimal years")]
    low: Annotated[float | None, Doc("lowest; the value if not given")] = None
    high: Annotated[float | None, Doc("highest; the value if not given")] = None
    source: Annotated[str, Doc("source id or address of what was published")] = ""
    reason: Annotated[str, Doc("why this number, where it is supposed")] = ""


@dataclass(frozen=True, kw_only=True)
class ModeText:
    """A way to run a project: a recipe of its chain, with own tonnes per tonne if they differ."""

    recipe: Annotated[str, Doc("process of the chain, or an own name with its own outputs")]
    outputs: Annotated[
        dict[str, Annotated[float, Field(gt=0.0)]], Unit("t/t"),
        Doc("tonnes made per tonne of the first output; the recipe's if none")
    ] = field(default_factory=dict[str, float])
    inputs: Annotated[
        dict[str, Annotated[float, Field(ge=0.0)]], Unit("t/t"), Doc("tonnes used")
    ] = field(default_factory=dict[str, float])


@dataclass(frozen=True, kw_only=True)
class ProjectText:
    """A project as its file says it; a figure that is not given is a card."""

    project: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$"), Doc("unique in the file")]
    title: Annotated[str, Field(min_length=1), Doc("as printed")]
    country: Annotated[str, Field(pattern=r"^[A-Z]{3}$"), Doc("ISO 3166-1 alpha-3")]
    home: Annotated[str, Doc("zone that may choose it when zones choose separately")]
    chain: Annotated[str, Doc("chain of the dataset")]
    kind: Annotated[Kind, Doc("which cards of lead time hold")]
    modes: Annotated[tuple[ModeText, ...], Field(min_length=1), Doc("ways to run it")]
    capacity: Annotated[Estimate, Unit("t/year"), Doc("largest output, before `content`")]
    row: Annotated[str, Doc("row of the table of projects, if it is one of them")] = ""
    product: Annotated[str, Doc("what the published capacity is a capacity of")] = ""
    content: Annotated[Estimate | None, Unit("1"), Doc("first output per tonne of it")] = None
    capital: Annotated[Estimate | None, Unit("MUSD"), Doc("money to build all of it")] = None
    cost: Annotated[Estimate | None, Unit("USD/t"), Doc("operating cost, inputs apart")] = None
    permitting: Annotated[Estimate | None, Unit("year"), Doc("decision to permits")] = None
    construction: Annotated[Estimate | None, Unit("year"), Doc("permits to opening")] = None
    ramp: Annotated[Estimate | None, Unit("year"), Doc("opening to full output")] = None
    share: Annotated[Estimate | None, Unit("1"), Doc("part of output the zones may have")] = None
    opens: Annotated[
        Estimate | None, Unit("date"), Doc("opening, of what is decided: nobody has to choose it")
    ] = None
    roles: Annotated[tuple[Role, ...], Doc("who may finance it")] = ROLES
    status: Annotated[str, Doc("as published; decides the chance of being built")] = ""
    note: Annotated[str, Doc("what a reader must know")] = ""


@dataclass(frozen=True, kw_only=True)
class NotModelled:
    """A row of the table of projects that no model holds, and why."""

    row: Annotated[str, Doc("row of the table of projects")]
    reason: Annotated[str, Field(min_length=1), Doc("why no model holds it")]


@dataclass(frozen=True, kw_only=True)
class ProjectsText:
    """What a file of projects says."""

    title: Annotated[str, Field(min_length=1), Doc("one line")]
    note: Annotated[str, Doc("what a reader must know")] = ""
    projects: Annotated[tuple[ProjectText, ...], Doc("projects")] = ()
    not_modelled: Annotated[tuple[NotModelled, ...], Doc("rows without a project")] = ()
