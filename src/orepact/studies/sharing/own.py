"""Your own numbers: claims to divide, and a group in an emergency, from text files.

Formats ``orepact/division/1`` (claims) and ``orepact/emergency-group/1`` (members of a group).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import Field

from orepact.data.table import Kind, read_table
from orepact.data.text import Document, examine, parse, read_yaml
from orepact.division.apportion import GRAMS
from orepact.division.claims import checked, exact
from orepact.division.emergency import MemberShare, Party, share_emergency
from orepact.division.leximin import SupplyGraph
from orepact.errors import InputError, Problem, attempt
from orepact.studies.sharing.classes import CLASSES
from orepact.studies.sharing.rival_data import rival_data
from orepact.studies.sharing.rivals import (
    OIL,
    Claimant,
    Rival,
    known_rules,
    left_out,
    monthly_reserve,
    rivals,
)
from orepact.units import Doc, Unit

__all__ = [
    "ClaimRow",
    "Claims",
    "Group",
    "GroupMember",
    "Link",
    "Source",
    "divided",
    "read_claims",
    "read_group",
    "shared_group",
]

MONTHS = 12
"""Months that reserves of a group have to last, if nothing else is said."""

Amount = Annotated[float, Field(ge=0.0)]
Name = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A member's claim; parts of it by class; what it has without sharing."""

    member: Annotated[Name, Doc("who claims")]
    claim: Annotated[float | str, Doc('how much, in the unit of the file; "1/3" is a third')]
    need: Annotated[Amount, Doc("part of the claim that is essential need")] = 0.0
    defence: Annotated[Amount, Doc("part of the claim that is defence")] = 0.0
    alone: Annotated[Amount, Doc("what it has without the group")] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where something is, and how much."""

    source: Annotated[Name, Doc("its name")]
    amount: Annotated[Amount, Doc("how much is there, in the unit of the file")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A member that can be served from a source, up to `most` (no limit if not given)."""

    source: Annotated[Name, Doc("where from")]
    member: Annotated[Name, Doc("whom it can serve")]
    most: Annotated[Amount | None, Doc("the most that it carries; nothing: no limit")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """A file of claims. `sources` and `links` say who can be served from where, for leximin."""

    members: Annotated[tuple[ClaimRow, ...], Field(min_length=1), Doc("the claims")]
    available: Annotated[Amount | None, Doc("how much there is")] = None
    unit: Annotated[str, Doc("unit of every number")] = "t"
    sources: Annotated[tuple[Source, ...], Doc("where it is")] = ()
    links: Annotated[tuple[Link, ...], Doc("who can be served from where")] = ()
    note: Annotated[str, Doc("anything else")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember:
    """A member of a group in an emergency; flows in t/month, stocks in t."""

    member: Annotated[Name, Doc("its name")]
    consumption: Annotated[Amount, Unit("t/month"), Doc("final use in the base period")]
    production: Annotated[Amount, Unit("t/month"), Doc("normal domestic production, now")]
    net_imports: Annotated[float, Unit("t/month"), Doc("actual net imports, now")]
    supplies: Annotated[
        Amount | None, Unit("t/month"), Doc("production and net imports in the base; nothing: use")
    ] = None
    commitment: Annotated[Amount, Unit("t"), Doc("reserve it is committed to hold")] = 0.0
    reserve: Annotated[Amount | None, Unit("t"), Doc("reserve it holds; nothing: unknown")] = None
    need: Annotated[Amount, Unit("t/month"), Doc("part of consumption: essential need")] = 0.0
    defence: Annotated[Amount, Unit("t/month"), Doc("part of consumption: defence")] = 0.0
    country: Annotated[str, Doc("the member of which this is a major region")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A file of a group in an emergency of one form."""

    material: Annotated[Name, Doc("the form: one file is one form")]
    members: Annotated[tuple[GroupMember, ...], Field(min_length=1), Doc("the members")]
    note: Annotated[str, Doc("anything else")] = ""


_SHEET: dict[str, Kind] = {"member": "text", "claim": "non-negative"}
_MORE: dict[str, Kind] = {"need": "non-negative", "defence": "non-negative",
                          "alone": "non-negative"}


def read_claims(text: str) -> Claims:
    """Return claims from ``A=100,B=200``, a YAML file or a CSV file with member and claim.

    Raises `InputError` with every problem.
    """
    path = Path(text)
    if path.suffix.lower() in {".yaml", ".yml"}:
        return parse(Claims, read_yaml(path, kind="division"))
    if path.suffix.lower() == ".csv":
        frame = read_table(path, _SHEET, optional=_MORE).frame
        rows = [{name: value for name, value in row.items()
                 if value is not None and name in {*_SHEET, *_MORE}} for row in frame.to_dicts()]
        return Claims(members=tuple(ClaimRow(**row) for row in rows))
    problems: list[Problem] = []
    found: list[ClaimRow] = []
    for part in text.split(","):
        name, equals, number = part.partition("=")
        if not equals or not name.strip():
            problems.append(Problem("not a claim", field="--claims", found=repr(part),
                                    expected="MEMBER=NUMBER, or the path of a file"))
            continue
        found.append(ClaimRow(member=name.strip(), claim=number.strip()))
    if problems:
        raise InputError(problems)
    return Claims(members=tuple(found))


def divided(
    claims: Claims, available: float | str | None = None, rules: Sequence[str] = ()
) -> dict[str, Any]:
    """Return claims divided by rules, as plain data: awards, fairness, who would refuse.

    Raises `InputError` with every problem: negative claims, more available than is claimed, parts
    above their claim, members named twice, unknown rules.
    """
    problems = [*known_rules(rules), *_named_twice(claims)]
    there = claims.available if available is None else available
    if there is None:
        problems.append(Problem("nothing says how much there is", field="--available",
                                expected="a number"))
    wanted = {row.member: row.claim for row in claims.members}
    numbers = attempt(problems, checked, wanted, 0 if there is None else there)
    problems += _parts_above(claims, numbers[0]) if numbers else []
    if problems or numbers is None:
        raise InputError(problems)
    exactly, amount = numbers
    claimants = [
        Claimant(name=row.member, claim=exactly[row.member],
                 classes=_parts(exactly[row.member], row.need, row.defence),
                 reaches=exact(row.alone), alone=exact(row.alone))
        for row in claims.members
    ]
    found = rivals(claimants, amount, rules=rules, graph=_graph(claims))
    return {
        "format": "orepact/division-result/1", "schema_version": 1,
        "unit": claims.unit,
        "available": float(amount), "claimed": float(sum(exactly.values(), Fraction(0))),
        "members": [{"member": row.member, "claim": float(exactly[row.member]),
                     "alone": row.alone} for row in claims.members],
        "rules": [rival_data(one, Fraction(1)) | {"exact": _fractions(one)} for one in found],
        "left_out": {rule: why for rule, why in left_out(found, rules).items() if rule != OIL},
    }


def read_group(path: Path) -> Group:
    """Read a group in an emergency.

    Raises `InputError` with every problem: of form, members named twice, fewer than two members,
    and commitments above the reserve that is held.
    """
    document = read_yaml(path, kind="emergency-group")
    group, problems = examine(Group, document)
    problems += _group_problems(document)
    if problems or group is None:
        raise InputError(problems)
    return group


def _group_problems(document: Document) -> list[Problem]:
    """Return what members contradict, told also where other fields of the file are refused."""
    value: object = document.value
    whole = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    listed: object = whole.get("members")
    rows: list[Any] = cast("list[Any]", listed) if isinstance(listed, list) else []
    problems: list[Problem] = []
    if len(rows) == 1:
        problems.append(document.problem(("members",), "a group of one has nobody to share with",
                                         found="1 member", expected="two members or more"))
    told: set[object] = set()
    for place, row in enumerate(rows):
        member: dict[str, Any] = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
        name = member.get("member")
        if isinstance(name, str):
            if name in told:
                problems.append(document.problem(("members", place, "member"),
                                                 "two members have one name", found=name,
                                                 expected="a name used once"))
            told.add(name)
        held, committed = (member.get(what) for what in ("reserve", "commitment"))
        if (isinstance(held, int | float) and isinstance(committed, int | float)
                and committed > held >= 0):
            problems.append(document.problem(("members", place, "commitment"),
                                             "the commitment is above the reserve that is held",
                                             found=committed,
                                             expected=f"at most {held:g} t"))
    return problems


def shared_group(
    group: Group, rules: Sequence[str] = (), *, months: int = MONTHS
) -> dict[str, Any]:
    """Return how a group of your own numbers shares, as plain data.

    Reserves have to last `months`. Raises `InputError` with every problem: a commitment above the
    reserve, negative numbers.
    """
    problems = known_rules(rules)
    parties = tuple(
        Party(
            name=one.member, consumption=_grams(one.consumption),
            supplies=_grams(one.consumption if one.supplies is None else one.supplies),
            available=_grams(one.production + one.net_imports),
            commitment=_grams(one.commitment),
            reserve=None if one.reserve is None else _grams(one.reserve), country=one.country,
        )
        for one in group.members
    )
    problems += [
        Problem("need and defence are more than the consumption", field=one.member,
                found=f"{one.need + one.defence:g} t/month",
                expected=f"at most {one.consumption:g} t/month")
        for one in group.members if one.need + one.defence > one.consumption
    ]
    emergency = attempt(problems, share_emergency, parties)
    if problems or emergency is None:
        raise InputError(problems)
    by_name = {one.name: one for one in emergency.members}
    whole = all(one.member in by_name for one in group.members)
    claimants = _claimants(group, parties, by_name, months) if whole else []
    oil = {one.name: Fraction(one.supply_right) for one in emergency.members}
    found = _group_rivals(claimants, rules, oil if emergency.article else None)
    return {
        "format": "orepact/sharing-group/1", "schema_version": 1,
        "material": group.material,
        "emergency": {
            "article": emergency.article, "loss": float(emergency.loss),
            "restraint": float(emergency.restraint), "shortfall": emergency.shortfall / GRAMS,
            "half_after": None if emergency.half_after is None else float(emergency.half_after),
            "rights": sum(one.right for one in emergency.members) / GRAMS,
            "obligations": sum(one.obligation for one in emergency.members) / GRAMS,
            "members": [_member(one, group, months) for one in emergency.members],
        },
        "months": months,
        "rules": [rival_data(one, Fraction(GRAMS)) for one in found],
        "left_out": left_out(found, rules, whole=whole),
    }


def _claimants(
    group: Group, parties: Sequence[Party], members: Mapping[str, MemberShare], months: int
) -> list[Claimant]:
    return [
        Claimant(name=one.member, claim=Fraction(party.consumption),
                 classes=_parts(Fraction(party.consumption), one.need * GRAMS,
                                one.defence * GRAMS),
                 reaches=Fraction(party.available), alone=Fraction(_grams(one.production)),
                 own=monthly_reserve(party, months), used=Fraction(members[one.member].used))
        for one, party in zip(group.members, parties, strict=True)
    ]


def _group_rivals(
    claimants: Sequence[Claimant], rules: Sequence[str], oil: Mapping[str, Fraction] | None
) -> tuple[Rival, ...]:
    """Return the rules side by side, none where everything claimed is there."""
    available = sum((one.reaches for one in claimants), Fraction(0))
    claimed = sum((one.claim for one in claimants), Fraction(0))
    if not claimants or not 0 <= available <= claimed:
        return ()
    return rivals(claimants, available, rules=rules, oil=oil)


def _member(one: MemberShare, group: Group, months: int) -> dict[str, Any]:
    rows = [row for row in group.members if one.name in {row.member, row.country}]
    return {
        "member": one.name, "use": sum(row.consumption for row in rows),
        "production_now": sum(row.production for row in rows),
        "net_imports_now": sum(row.net_imports for row in rows),
        "available": one.available / GRAMS, "lost": float(one.lost),
        "commitment": sum(row.commitment for row in rows),
        "reserve": None if any(row.reserve is None for row in rows)
        else sum(row.reserve or 0.0 for row in rows),
        "permissible": one.permissible / GRAMS, "drawdown": one.drawdown / GRAMS,
        "supply_right": one.supply_right / GRAMS, "right": one.right / GRAMS,
        "obligation": one.obligation / GRAMS, "used": one.used / GRAMS,
        "spare": None if one.spare is None else one.spare / GRAMS, "selective": one.selective,
        "supplies_told": all(row.supplies is not None for row in rows),
        "counted_reserve": sum(row.commitment if row.reserve is None else row.reserve
                               for row in rows) / months,
    }


def _graph(claims: Claims) -> SupplyGraph | None:
    """Return who can be served from where; None where the file does not say."""
    if not claims.sources:
        return None
    return SupplyGraph(
        sources={one.source: exact(one.amount) for one in claims.sources},
        links={(one.source, one.member): None if one.most is None else exact(one.most)
               for one in claims.links},
    )


def _named_twice(claims: Claims) -> list[Problem]:
    names = [row.member for row in claims.members]
    return [Problem("a member claims twice", field="members", found=repr(name),
                    expected="one claim for each member")
            for name in dict.fromkeys(names) if names.count(name) > 1]


def _parts_above(claims: Claims, wanted: Mapping[str, Fraction]) -> list[Problem]:
    return [
        Problem("need and defence are more than the claim", field=f"{row.member}.claim",
                found=f"{row.need + row.defence:g} {claims.unit}",
                expected=f"at most {row.claim} {claims.unit}")
        for row in claims.members if exact(row.need) + exact(row.defence) > wanted[row.member]
    ]


def _parts(claim: Fraction, need: float, defence: float) -> dict[str, Fraction]:
    parts = {"need": exact(need), "defence": exact(defence)}
    other = claim - parts["need"] - parts["defence"]
    return dict.fromkeys(CLASSES, Fraction(0)) | parts | {"other": max(Fraction(0), other)}


def _fractions(one: Rival) -> dict[str, str]:
    return {name: str(award) for name, award in one.awards.items()}


def _grams(tonnes: float) -> int:
    return round(tonnes * GRAMS)
