"""One case worked out: the oil agreement, the rival rules and what can move in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from orepact.division.apportion import GRAMS
from orepact.division.emergency import Emergency, Party, commitment, share_emergency
from orepact.network.chains.chain import Chain
from orepact.network.network import Network
from orepact.network.stored_forms import Carded, StorageForm
from orepact.studies.sharing.account import Account
from orepact.studies.sharing.cards import Needs, Transit
from orepact.studies.sharing.cases import Case
from orepact.studies.sharing.classes import class_claims
from orepact.studies.sharing.links import Transfer, graph_of, transfers_of
from orepact.studies.sharing.losses import Available
from orepact.studies.sharing.rivals import ORDERS, Claimant, Rival, monthly_reserve, rivals

__all__ = ["Frame", "Shared", "evaluate"]

YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all cases of one form share.

    `days` of net imports are each member's commitment; None: what it holds. `held` are reserves in
    the form (t) by member, None if no holdings are known; `months` is how long they have to last.
    `moved` is the share of the form's tonnes that were moved to close its account: what is less
    than that of a member's use, the account cannot tell.
    """

    network: Network
    chain: Chain
    material: str
    needs: Needs
    transit: Transit
    forms: Mapping[str, StorageForm]
    days: int | None
    held: Mapping[str, float] | None
    months: int
    moved: float
    rules: tuple[str, ...] = ()

    @property
    def form(self) -> StorageForm | None:
        """Return how the form is stored, None if no card tells."""
        return self.forms.get(self.material)

    def form_before(self, material: str) -> Carded | None:
        """Return the months until another form is this one, None where no single step leads."""
        other = self.forms.get(material)
        return None if other is None else other.time_to(self.material)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A case worked out. `rivals` is empty where everything claimed is there.

    `ends` are rules by priority class with the cards of need and defence at the ends of their
    ranges.
    """

    case: Case
    parties: tuple[Party, ...]
    emergency: Emergency
    classes: Mapping[str, Mapping[str, float]]
    rivals: tuple[Rival, ...]
    ends: tuple[Rival, ...]
    transfers: tuple[Transfer, ...]
    stuck: Mapping[str, float]

    def use_of(self, name: str) -> int:
        """Return a member's use in the base, g/month."""
        return next(one.consumption for one in self.parties if one.name == name)


def evaluate(frame: Frame, case: Case) -> Shared:
    """Return a case worked out; raises `InputError` for what the agreement cannot divide."""
    parties = tuple(_party(one, case.available[one.member], frame) for one in case.accounts)
    emergency = share_emergency(parties)
    classes = _classes_of(frame, case, frame.needs)
    named = [rule for rule in frame.rules or ORDERS if rule in ORDERS]
    ends = [replace(frame, needs=frame.needs.at(end), rules=tuple(named))
            for end in ("low", "high") if named]
    transfers, stuck = transfers_of(
        case.accounts,
        ({one.name: one.right for one in emergency.members},
         {one.name: one.obligation for one in emergency.members}),
        case.available, frame.transit, frame.form,
    )
    return Shared(
        case=case, parties=parties, emergency=emergency, classes=classes,
        rivals=_rivals(frame, case, parties, emergency, classes),
        ends=tuple(rival for end in ends for rival in _rivals(
            end, case, parties, emergency, _classes_of(end, case, end.needs))),
        transfers=transfers, stuck=stuck,
    )


def _classes_of(frame: Frame, case: Case, needs: Needs) -> dict[str, dict[str, float]]:
    """Return each member's use by class, t/month."""
    return {one.member: class_claims(frame.network, frame.chain, one, frame.material, needs)
            for one in case.accounts}


def _party(account: Account, has: Available, frame: Frame) -> Party:
    reserve = None if frame.held is None else _grams(frame.held.get(account.member, 0.0))
    if frame.days is None:
        committed = reserve or 0
    else:
        yearly = Fraction(_grams(account.net_imports) * YEAR)
        committed = int(commitment(yearly, frame.days))
    return Party(
        name=account.member, consumption=_grams(account.use),
        supplies=_grams(account.production + account.net_imports), available=_grams(has.total),
        commitment=committed, reserve=reserve,
    )


def _rivals(
    frame: Frame,
    case: Case,
    parties: Sequence[Party],
    emergency: Emergency,
    classes: Mapping[str, Mapping[str, float]],
) -> tuple[Rival, ...]:
    """Return the rules side by side, empty if there is enough or nothing is used."""
    available = sum(one.available for one in parties)
    claimed = sum(one.consumption for one in parties)
    if not 0 <= available <= claimed:
        return ()
    members = {one.name: one for one in emergency.members}
    claimants = [
        Claimant(
            name=one.name, claim=Fraction(one.consumption),
            classes=_classes(one.consumption, classes[one.name]),
            reaches=Fraction(one.available),
            alone=Fraction(_grams(case.available[one.name].production)),
            own=monthly_reserve(one, frame.months),
            used=Fraction(members[one.name].used),
        )
        for one in parties
    ]
    rights = {one.name: Fraction(members[one.name].supply_right) for one in parties}
    whole = all(one.available >= 0 for one in parties)
    return rivals(claimants, Fraction(available), rules=frame.rules,
                  graph=graph_of(case.accounts, case.available) if whole else None,
                  oil=rights if emergency.article else None)


def _classes(claim: int, shares: Mapping[str, float]) -> dict[str, Fraction]:
    """Return a claim by class in whole grams; what rounding leaves goes to the last class."""
    total = sum(shares.values())
    if not total:
        return dict.fromkeys(shares, Fraction(0))
    *names, last = shares
    parts = {name: int(claim * shares[name] / total) for name in names}
    return {**{name: Fraction(part) for name, part in parts.items()},
            last: Fraction(max(0, claim - sum(parts.values())))}


def _grams(tonnes: float) -> int:
    return round(tonnes * GRAMS)
