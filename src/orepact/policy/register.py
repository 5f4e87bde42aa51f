"""The register of export controls: acts in layers, their suspensions, and what followed.

`load_register` reads the files that ship, checks them against one another and raises every
problem at once. `Register.under` lays a branch and the recorded outcomes over the acts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from orepact.data.dataset.unchanged import kept_while_unchanged
from orepact.data.text import Document, Location
from orepact.errors import InputError, Problem, nearest
from orepact.policy.branches import Branch, branch_acts, branch_outcomes, read_branches
from orepact.policy.controls import ALL, Act, ControlFile, Outcome, Suspension, read_controls
from orepact.policy.forms import Forms, read_forms
from orepact.policy.places import Places, known_places, read_places

__all__ = ["LIBRARY", "Register", "load_branches", "load_register"]

LIBRARY = Path(__file__).parent / "library"


@dataclass(frozen=True, slots=True)
class Register:
    """Every act and suspension known, and the outcomes laid over them.

    Invariant: ids are unique, every id named exists, every outcome speaks of a suspended act.
    """

    acts: tuple[Act, ...]
    suspensions: tuple[Suspension, ...]
    places: Places = field(repr=False)
    forms: Forms = field(repr=False)
    outcomes: tuple[Outcome, ...] = ()
    branch: str = ""

    def act(self, identifier: str) -> Act:
        """Return an act by id; raises `InputError` with the nearest id."""
        for act in self.acts:
            if act.id == identifier:
                return act
        raise InputError([_unknown_act(identifier, [act.id for act in self.acts])])

    def suspensions_of(self, identifier: str) -> tuple[Suspension, ...]:
        """Return the suspensions of an act, earliest first."""
        found = [one for one in self.suspensions if identifier in one.suspends]
        return tuple(sorted(found, key=lambda one: (one.start.first, one.id)))

    def outcomes_of(self, identifier: str) -> tuple[Outcome, ...]:
        """Return the outcomes of an act in the order given."""
        return tuple(one for one in self.outcomes if one.act == identifier)

    def under(self, branch: Branch | None, records: Sequence[Outcome] = ()) -> Register:
        """Return the register with recorded outcomes and, where none is recorded, a branch's.

        Outcomes that were recorded before are kept; a branch laid before is not. Raises
        `InputError` when an outcome names an act that is unknown or was never suspended, or when
        a hypothetical act repeats an id.
        """
        before = tuple(one for one in self.outcomes if not one.hypothetical)
        recorded = before + self._per_act(records)
        decided = {one.act for one in recorded}
        supposed: tuple[Outcome, ...] = ()
        added: tuple[Act, ...] = ()
        if branch is not None:
            supposed = self._per_act(branch_outcomes(branch, self.suspensions))
            added = branch_acts(branch, self.suspensions)
        clash = sorted({act.id for act in added} & {act.id for act in self.acts})
        problems = [Problem("hypothetical act repeats an id", found=name) for name in clash]
        known = [act.id for act in (*self.acts, *added)]
        problems += [replace(problem, field=f"{act.id}.{problem.field}") for act in added
                     for problem in (*_one_act_problems(act, self.places, self.forms),
                                     *_parent_problems(act, known))]
        if problems:
            raise InputError(problems)
        kept = tuple(one for one in supposed if one.act not in decided)
        return replace(self, acts=self.acts + added, outcomes=recorded + kept,
                       branch=branch.name if branch is not None else "")

    def without(self, *identifiers: str) -> Register:
        """Return the register without some acts and suspensions, as if never issued.

        Raises `InputError` when an id is unknown.
        """
        known = [one.id for one in (*self.acts, *self.suspensions)]
        problems = [_unknown_act(name, known) for name in identifiers if name not in known]
        if problems:
            raise InputError(problems)
        gone = set(identifiers)
        return replace(
            self,
            acts=tuple(act for act in self.acts if act.id not in gone),
            suspensions=tuple(one for one in self.suspensions if one.id not in gone),
            outcomes=tuple(one for one in self.outcomes if one.act not in gone),
        )

    def _per_act(self, outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
        by_suspension = {one.id: one.suspends for one in self.suspensions}
        suspended = sorted({name for names in by_suspension.values() for name in names})
        specific = {one.act for one in outcomes if one.act not in by_suspension}
        found: list[Outcome] = []
        problems: list[Problem] = []
        for one in outcomes:
            if one.act in by_suspension:
                names = [name for name in by_suspension[one.act] if name not in specific]
                found += [replace(one, act=name) for name in names]
            elif one.act in suspended:
                found.append(one)
            else:
                problems.append(_never_suspended(one.act, self.acts, suspended))
            if one.outcome == "extended" and one.until is None:
                problems.append(Problem("an extension needs its new last day", field="until",
                                        found=one.act, expected="a day"))
        if problems:
            raise InputError(problems)
        return tuple(found)


def load_register(folder: Path | None = None) -> Register:
    """Read and check the register that ships, or the control files of another folder.

    The one that ships is not read twice while its files stay as they are. Raises `InputError` with
    the problems of all files at once.
    """
    return _shipped(LIBRARY) if folder is None else _loaded(LIBRARY, folder)


@kept_while_unchanged
def _shipped(library: Path) -> Register:
    return _loaded(library, library / "controls")


def _loaded(library: Path, controls: Path) -> Register:
    places, forms = read_places(library / "blocs.yaml"), read_forms(library / "forms.yaml")
    files = read_controls(controls)
    problems = _check(files, places, forms)
    if problems:
        raise InputError(problems)
    return Register(
        acts=tuple(act for _, file in files for act in file.acts),
        suspensions=tuple(one for _, file in files for one in file.suspensions),
        places=places, forms=forms)


def load_branches(folder: Path | None = None) -> dict[str, Branch]:
    """Read the branches that ship, or those of another folder, keyed by name."""
    return read_branches(folder if folder is not None else LIBRARY / "branches")


def _check(files: Sequence[tuple[Document, ControlFile]], places: Places,
           forms: Forms) -> list[Problem]:
    first_seen: dict[str, str] = {}
    problems: list[Problem] = []
    for document, file in files:
        for kind, entries in (("acts", file.acts), ("suspensions", file.suspensions)):
            for number, entry in enumerate(entries):
                here = f"{document.path.name}"
                if entry.id in first_seen:
                    problems.append(document.problem(
                        (kind, number, "id"), "duplicate id", found=entry.id,
                        expected=f"one entry (first given in {first_seen[entry.id]})"))
                _ = first_seen.setdefault(entry.id, here)
    act_ids = [act.id for _, file in files for act in file.acts]
    for document, file in files:
        for number, act in enumerate(file.acts):
            problems += _placed(document, ("acts", number), [
                *_one_act_problems(act, places, forms), *_parent_problems(act, list(first_seen))])
        for number, one in enumerate(file.suspensions):
            problems += _placed(document, ("suspensions", number),
                                _suspension_problems(one, act_ids))
    return problems


def _placed(document: Document, at: Location, problems: Iterable[Problem]) -> list[Problem]:
    return [
        document.problem((*at, problem.field), problem.message, found=problem.found,
                         expected=problem.expected, near=problem.nearest)
        for problem in problems
    ]


def _parent_problems(act: Act, known: Sequence[str]) -> list[Problem]:
    return [Problem("unknown parent act", field="parents", found=name,
                    expected="the id of an act in the register", nearest=nearest(name, known))
            for name in act.parents if name not in known]


def _suspension_problems(one: Suspension, acts: Sequence[str]) -> list[Problem]:
    problems = [Problem("suspended act is unknown", field="suspends", found=name,
                        expected="the id of an act in the register", nearest=nearest(name, acts))
                for name in one.suspends if name not in acts]
    if one.until.last < one.start.first:
        problems.append(Problem("suspension ends before it starts", field="until",
                                found=str(one.until), expected=f"a day from {one.start}"))
    if one.start.last < one.announced.first:
        problems.append(Problem("suspension starts before it was announced", field="start",
                                found=str(one.start), expected=f"a day from {one.announced}"))
    return problems


def _one_act_problems(act: Act, places: Places, forms: Forms) -> list[Problem]:
    return [*_date_problems(act), *_place_problems(act, places), *_item_problems(act, forms)]


def _date_problems(act: Act) -> list[Problem]:
    problems: list[Problem] = []
    late = act.announced and act.effective and act.effective.last < act.announced.first
    if late and not act.retroactive:
        problems.append(Problem("effective before announced", field="effective",
                                found=str(act.effective),
                                expected=f"a day from {act.announced}, or retroactive: true"))
    if act.until and act.start and act.until.last < act.start:
        problems.append(Problem("ends before it starts", field="until", found=str(act.until),
                                expected=f"a day from {act.start}"))
    if act.end_announced and not act.until:
        problems.append(Problem("end_announced without until", field="end_announced",
                                found=str(act.end_announced), expected="an until as well"))
    if act.announced is None and act.start is None:
        problems.append(Problem("an act needs a day", field="announced",
                                expected="announced, effective or in_force_by"))
    return problems


def _place_problems(act: Act, places: Places) -> list[Problem]:
    known = known_places(places)
    named = [("issuer", act.issuer), *(("destinations", one) for one in act.destinations),
             *(("excluded", one) for one in act.excluded)]
    return [Problem("unknown place", field=where, found=code,
                    expected="an ISO 3166-1 alpha-3 code, a bloc, or ALL",
                    nearest=nearest(code, known))
            for where, code in named
            if code not in known and not (code == ALL and where == "destinations")]


def _item_problems(act: Act, forms: Forms) -> list[Problem]:
    known = defaultdict(list, {"materials": [form.id for form in forms.materials],
                               "minerals": [one.id for one in forms.minerals]})
    problems: list[Problem] = []
    for item in (item for clause in act.clauses for item in clause.items):
        for kind, names in (("materials", item.materials), ("minerals", item.minerals)):
            problems += [Problem(f"unknown id in {kind}", field="clauses", found=name,
                                 expected="an id of forms.yaml", nearest=nearest(name, known[kind]))
                         for name in names if name not in known[kind]]
        problems += [Problem("not a customs code", field="clauses", found=code,
                             expected="4 to 10 digits, points allowed")
                     for code in item.hs if not re.fullmatch(r"(\d[ .]?){4,10}", code)]
        if not (item.minerals or item.materials or item.hs or item.dual_use):
            problems.append(Problem("an item names nothing", field="clauses", found=item.name,
                                    expected="minerals, materials, hs or dual_use: true"))
    return problems


def _never_suspended(name: str, acts: Sequence[Act], suspended: Sequence[str]) -> Problem:
    if any(act.id == name for act in acts):
        return Problem("the act was never suspended, so nothing can follow a suspension",
                       field="act", found=name, expected="one of " + ", ".join(suspended))
    return _unknown_act(name, [*suspended, *(act.id for act in acts)])


def _unknown_act(name: str, known: Sequence[str]) -> Problem:
    return Problem("unknown act", field="act", found=repr(name),
                   expected="the id of an act in the register", nearest=nearest(name, known))
