"""Emergency sharing of the oil agreement of 1974, to the letter, in whole grams.

Agreement on an International Energy Program (Paris, 18 November 1974), Articles 2, 7, 8 and 13 to
18. The letter speaks of oil and of daily rates; the arithmetic holds for one form of a mineral and
for any period, as long as all flows have the same one. C is final consumption in the base period, A
what a member has in the emergency (normal domestic production + actual net imports), R what it is
committed to hold.

| term (Article) | meaning |
|---|---|
| group loss (13, 14) | sum (supplies in the base period - A) / sum C |
| restraint ρ (13, 14) | 0.07 from a loss of 7 % on, 0.10 from 12 % on, else no allocation |
| permissible consumption (7.4) | (1-ρ)·C, rounded down to grams |
| group shortfall (7.6) | sum permissible consumption - sum A |
| drawdown obligation (7.5) | shortfall · R / sum R |
| supply right (7.1) | permissible consumption - drawdown obligation |
| allocation right (7.2) | supply right - A, if that is positive |
| allocation obligation (7.3) | A - supply right, if that is positive |
| selective right (8.1, 17) | what a member loses beyond 0.07·C, where the group does not |
| selective obligation (8.2) | those rights, shared by the other members by C |

Rights and obligations sum to the same number of grams, always: sum (supply right - A) = sum
permissible consumption - shortfall - sum A = 0.

What the letter leaves open, and what is done here:

- *A shortfall below zero* (the group had more supplies than it consumed): the formula of 7.5 then
  gives drawdown obligations below zero, and they are kept, as tonnes put into reserve. Any other
  reading would break the identity, or let a member consume more than is permissible.
- *A supply right below zero* (a commitment much larger than the consumption): it is kept. The
  member's obligation is then larger than all it produces and imports, and the rest comes out of its
  reserve, which is what 7.5 and 8.3 ask of it.
- *No commitment* of one member (a net exporter): it draws nothing, and its supply right is its
  permissible consumption. No commitment of any member: 7.5 divides by zero; that is an error here.
- *Two members that pass the selective trigger at once*: each has a right, and each is one of the
  "other" members for the right of the other; right and obligation are netted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from orepact.division.apportion import apportion
from orepact.errors import InputError, Problem

__all__ = [
    "BANDS",
    "DAYS",
    "HALF",
    "SELECTIVE",
    "Emergency",
    "MemberShare",
    "Party",
    "commitment",
    "share_emergency",
]

BANDS = ((Fraction(12, 100), Fraction(10, 100), "14"), (Fraction(7, 100), Fraction(7, 100), "13"))
"""Group loss from which on, restraint, Article; the deepest first."""

SELECTIVE = Fraction(7, 100)
"""Share of its consumption that a member absorbs before it has a right of its own (8.1, 17)."""

HALF = Fraction(1, 2)
"""Share of commitments drawn at which the governing board decides anew (15)."""

DAYS = 90
"""Days of net imports to hold; 60 until the board decided otherwise (2)."""

YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A member in an emergency. Flows are grams per period, the same period for all members.

    `consumption` is final consumption in the base period, `supplies` were production and net
    imports then, `available` are production and net imports now. `commitment` (g) is what it has to
    hold, `reserve` (g) what it holds, None if unknown. `country` makes it a major region of a
    member whose market is not integrated (17.2).
    """

    name: str
    consumption: int
    supplies: int
    available: int
    commitment: int = 0
    reserve: int | None = None
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberShare:
    """What a member may and must do; grams per period, stocks in grams.

    `used` is what it consumes when right, obligation and drawdown are carried out. `spare` is the
    reserve above its commitment, which may stand in for restraint (16), None if unknown.
    `selective` says that it passed the trigger of Article 17.
    """

    name: str
    permissible: int
    drawdown: int
    supply_right: int
    available: int
    right: int
    obligation: int
    used: int
    lost: Fraction
    spare: int | None = None
    selective: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """How a group shares: `article` is 13, 14, 17 or empty where nothing is activated.

    `loss` is the group's, as a fraction of consumption; `shortfall` is in grams per period.
    `half_after` is how many periods drawdown lasts until half of the commitments are drawn (15),
    None if nothing is drawn.
    """

    article: str
    loss: Fraction
    restraint: Fraction
    shortfall: int
    half_after: Fraction | None
    members: tuple[MemberShare, ...]


def commitment(net_imports: Fraction, days: Fraction | int = DAYS) -> Fraction:
    """Return an emergency reserve commitment (2): days of the net imports of a year.

    `net_imports` is the unit per year, the answer the unit; a net exporter is committed to nothing.
    """
    return max(Fraction(0), net_imports) * days / YEAR


def share_emergency(parties: Sequence[Party]) -> Emergency:
    """Return rights and obligations of a group in an emergency.

    Raises `InputError` with every problem: no or repeated members, negative consumption, commitment
    or reserve, a commitment above the reserve that is held, no consumption at all, a shortfall
    without any commitment.
    """
    problems = _problems(parties)
    if problems:
        raise InputError(problems)
    group = _countries(parties)
    consumption = sum(one.consumption for one in group)
    loss = Fraction(sum(one.supplies - one.available for one in group), consumption)
    for least, restraint, article in BANDS:
        if loss >= least:
            return _allocated(group, loss, restraint, article)
    return _selective(parties, loss)


def _allocated(
    parties: Sequence[Party], loss: Fraction, restraint: Fraction, article: str
) -> Emergency:
    """Return the allocation of Article 7."""
    permissible = [int(one.consumption * (1 - restraint)) for one in parties]
    shortfall = sum(permissible) - sum(one.available for one in parties)
    commitments = [one.commitment for one in parties]
    if shortfall and not any(commitments):
        raise InputError([_no_commitment(shortfall)])
    drawn = apportion(shortfall, commitments)
    members = tuple(
        _member(one, allowed, draw) for one, allowed, draw in zip(parties, permissible, drawn,
                                                                  strict=True)
    )
    half = Fraction(sum(commitments), shortfall) * HALF if shortfall > 0 else None
    return Emergency(article=article, loss=loss, restraint=restraint, shortfall=shortfall,
                     half_after=half, members=members)


def _member(party: Party, permissible: int, drawdown: int) -> MemberShare:
    entitled = permissible - drawdown
    missing = entitled - party.available
    return MemberShare(
        name=party.name, permissible=permissible, drawdown=drawdown, supply_right=entitled,
        available=party.available, right=max(0, missing), obligation=max(0, -missing),
        used=permissible, lost=_lost(party), spare=_spare(party),
    )


def _selective(parties: Sequence[Party], loss: Fraction) -> Emergency:
    """Return the allocation of Article 8: of members, and of major regions, that lose too much.

    The other regions of a member carry what would be their part (17.2), so that the obligation of
    the other members is reduced by it.
    """
    hit = [one.name for one in _countries(parties) if _lost(one) > SELECTIVE]
    whole = [_merged(parties, name) for name in hit]
    single = [one for one in parties
              if (one.country or one.name) not in hit and _lost(one) > SELECTIVE]
    triggered = [*whole, *single]
    group = _split(parties, hit)
    total = sum(one.consumption for one in group)
    rights = {one.name: int(_reduction(one) - SELECTIVE * one.consumption)
              for one in triggered if total > one.consumption}
    owed = dict.fromkeys((one.name for one in group), 0)
    for one in (one for one in triggered if one.name in rights):
        others = [other for other in group if other.name != one.name]
        parts = apportion(rights[one.name], [other.consumption for other in others])
        for other, part in zip(others, parts, strict=True):
            owed[other.name] += part
    members = tuple(
        _helped(one, rights.get(one.name, 0) - owed[one.name], selective=one.name in rights)
        for one in group
    )
    return Emergency(article="17" if rights else "", loss=loss, restraint=Fraction(0),
                     shortfall=0, half_after=None, members=members)


def _helped(party: Party, net: int, *, selective: bool) -> MemberShare:
    entitled = party.available + net
    return MemberShare(
        name=party.name, permissible=party.consumption, drawdown=0, supply_right=entitled,
        available=party.available, right=max(0, net), obligation=max(0, -net),
        used=max(0, min(entitled, party.consumption)), lost=_lost(party), spare=_spare(party),
        selective=selective,
    )


def _reduction(party: Party) -> int:
    """Return by how much a loss of supplies reduces consumption, in grams per period."""
    return max(0, min(party.supplies, party.consumption) - party.available)


def _lost(party: Party) -> Fraction:
    return Fraction(_reduction(party), party.consumption) if party.consumption else Fraction(0)


def _spare(party: Party) -> int | None:
    return None if party.reserve is None else max(0, party.reserve - party.commitment)


def _countries(parties: Sequence[Party]) -> list[Party]:
    """Return the members, the major regions of one added up."""
    names = dict.fromkeys(one.country or one.name for one in parties)
    return [_merged(parties, name) for name in names]


def _split(parties: Sequence[Party], whole: Sequence[str]) -> list[Party]:
    """Return members and regions, those of the members in `whole` added up."""
    names = dict.fromkeys(
        one.country if one.country in whole else one.name for one in parties
    )
    return [_merged(parties, name) if name in whole else
            next(one for one in parties if one.name == name) for name in names]


def _merged(parties: Sequence[Party], name: str) -> Party:
    """Return one member, its regions added up."""
    parts = [one for one in parties if (one.country or one.name) == name]
    if len(parts) == 1:
        return parts[0]
    held = [one.reserve for one in parts]
    known = [one for one in held if one is not None]
    return Party(
        name=name,
        consumption=sum(one.consumption for one in parts),
        supplies=sum(one.supplies for one in parts),
        available=sum(one.available for one in parts),
        commitment=sum(one.commitment for one in parts),
        reserve=sum(known) if len(known) == len(held) else None,
    )


def _problems(parties: Sequence[Party]) -> list[Problem]:
    problems: list[Problem] = []
    if not parties:
        problems.append(Problem("the group has no members", field="members",
                                expected="one member or more"))
    names = [one.name for one in parties]
    problems += [Problem("two members have one name", field="members", found=repr(name),
                         expected="a name used once")
                 for name in dict.fromkeys(names) if names.count(name) > 1]
    for one in parties:
        for what in ("consumption", "commitment", "reserve"):
            value = getattr(one, what)
            if value is not None and value < 0:
                problems.append(Problem("negative", field=f"{one.name}.{what}",
                                        found=_tonnes(value), expected="0 t or more"))
        if one.reserve is not None and one.commitment > one.reserve >= 0:
            problems.append(Problem("the commitment is above the reserve that is held",
                                    field=f"{one.name}.commitment",
                                    found=_tonnes(one.commitment),
                                    expected=f"at most {_tonnes(one.reserve)}"))
    if parties and not any(one.consumption > 0 for one in parties):
        problems.append(Problem("no member consumes anything", field="members",
                                expected="consumption above 0 t of one member at least"))
    return problems


def _no_commitment(shortfall: int) -> Problem:
    return Problem(
        "no member is committed to a reserve, and the shortfall is shared by commitments",
        field="commitment", found=f"a shortfall of {_tonnes(shortfall)}",
        expected="a commitment of one member at least",
    )


def _tonnes(grams: int) -> str:
    return f"{grams / 1_000_000:,.6g} t"
