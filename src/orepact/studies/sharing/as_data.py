"""A sharing as plain data: the middle case whole, and bands over all cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np

from orepact.division.apportion import GRAMS
from orepact.division.emergency import MemberShare, Party
from orepact.indicators.bands import HIGH, LOW
from orepact.network.components import Material, Reserve
from orepact.studies.sharing.account import Account
from orepact.studies.sharing.evaluate import Frame, Shared
from orepact.studies.sharing.links import NOTICE, Transfer
from orepact.studies.sharing.rival_data import rival_data
from orepact.studies.sharing.rivals import left_out, monthly_reserve
from orepact.studies.sharing.triggers import triggers_of

__all__ = ["sharing_data"]

FEW = 10
"""Cases below which a band is from the least to the largest."""


def sharing_data(
    material: Material,
    frame: Frame,
    shared: Sequence[Shared],
    reserves: Sequence[Reserve],
    *,
    simulated: bool,
) -> dict[str, Any]:
    """Return one form's sharing: one case whole, and bands over all.

    The case is the first, or the one with the middle group loss where cases are `simulated`.

    Flows are t/month, stocks t, shares and fairness measures fractions, times days.
    """
    middle = sorted(shared, key=lambda one: one.emergency.loss)[(len(shared) - 1) // 2]
    middle = middle if simulated else shared[0]
    emergency = middle.emergency
    return {
        "material": material.name, "title": material.title or material.name,
        "unit": material.unit, "grade": material.grade, "moved": frame.moved,
        "case": middle.case.label, "cases": len(shared),
        "articles": _articles(shared),
        "branches": _branches(shared),
        "emergency": {
            "article": emergency.article, "loss": float(emergency.loss),
            "restraint": float(emergency.restraint), "shortfall": emergency.shortfall / GRAMS,
            "half_after": None if emergency.half_after is None else float(emergency.half_after),
            "rights": sum(one.right for one in emergency.members) / GRAMS,
            "obligations": sum(one.obligation for one in emergency.members) / GRAMS,
            "members": [
                _member(one, party, account, middle) | {
                    "determined": one.right + one.obligation
                    >= (frame.moved * party.consumption if one.right or one.obligation else 0),
                    "counted_reserve": float(monthly_reserve(party, frame.months)) / GRAMS,
                }
                for one, party, account in zip(emergency.members, middle.parties,
                                               middle.case.accounts, strict=True)
            ],
        },
        "commitments": {"days": frame.days, "held": frame.held is not None},
        "months": frame.months,
        "rules": [rival_data(one, Fraction(GRAMS)) for one in middle.rivals],
        "left_out": left_out(middle.rivals, frame.rules),
        "transfers": [_transfer(one) for one in middle.transfers],
        "stuck": dict(middle.stuck),
        "ports": {one.member: frame.transit.port(one.member) for one in middle.case.accounts},
        "notice_days": asdict(NOTICE),
        "form": _form(frame),
        "other_forms": _other_forms(frame, reserves),
        "triggers": [asdict(one) for one in triggers_of(shared[0].case.accounts)],
        "bands": _bands(shared),
    }


def _articles(shared: Sequence[Shared]) -> dict[str, int]:
    """Return how many cases activate which Article; an empty name is none."""
    found: dict[str, int] = {}
    for one in shared:
        found[one.emergency.article] = found.get(one.emergency.article, 0) + 1
    return found


def _branches(shared: Sequence[Shared]) -> dict[str, dict[str, Any]]:
    """Return the group's loss and the Articles by licence branch, which are never averaged."""
    found: dict[str, dict[str, Any]] = {}
    for branch in dict.fromkeys(one.case.licence for one in shared if one.case.licence):
        here = [one for one in shared if one.case.licence == branch]
        found[branch] = {"cases": len(here), "articles": _articles(here),
                         "loss": _band([float(one.emergency.loss) for one in here])}
    return found


def _member(
    one: MemberShare, party: Party, account: Account, shared: Shared
) -> dict[str, Any]:
    has = shared.case.available[one.name]
    return {
        "member": one.name,
        "use": party.consumption / GRAMS,
        "production": account.production, "net_imports": account.net_imports,
        "available": one.available / GRAMS,
        "production_now": has.production, "net_imports_now": has.imports - has.exports,
        "lost": float(one.lost), "commitment": party.commitment / GRAMS,
        "reserve": None if party.reserve is None else party.reserve / GRAMS,
        "permissible": one.permissible / GRAMS, "drawdown": one.drawdown / GRAMS,
        "supply_right": one.supply_right / GRAMS,
        "right": one.right / GRAMS, "obligation": one.obligation / GRAMS,
        "used": one.used / GRAMS,
        "spare": None if one.spare is None else one.spare / GRAMS,
        "selective": one.selective,
        "lasts": party.commitment / one.drawdown if one.drawdown > 0 else None,
        "classes": dict(shared.classes[one.name]),
        "cover": account.cover,
    }


def _transfer(one: Transfer) -> dict[str, Any]:
    return {**asdict(one), "in_time": one.in_time}


def _form(frame: Frame) -> dict[str, Any] | None:
    form = frame.form
    if form is None:
        return None
    return {
        "form": form.form, "purity": form.purity, "of": form.of, "storable": form.storable,
        "shelf_life": None if form.shelf_life is None else asdict(form.shelf_life),
        "notice": asdict(form.notice),
    }


def _other_forms(frame: Frame, reserves: Sequence[Reserve]) -> list[dict[str, Any]]:
    """Return what is held in forms that one step turns into this one, with the months it takes."""
    found: list[dict[str, Any]] = []
    for each in reserves:
        step = frame.form_before(each.material)
        if each.material != frame.material and step is not None:
            found.append({"holding": each.name, "owner": each.owner, "material": each.material,
                          "tonnes": each.held, "months": asdict(step)})
    return found


def _bands(shared: Sequence[Shared]) -> dict[str, Any]:
    """Return bands of the figures that rules turn on."""
    names = [one.name for one in shared[0].emergency.members]
    by_member = {
        name: {
            "use": _band([one.use_of(name) / GRAMS for one in shared]),
            "available": _band([_of(one, name).available / GRAMS for one in shared]),
            "net_right": _band([(_of(one, name).right - _of(one, name).obligation) / GRAMS
                                for one in shared]),
            "drawdown": _band([_of(one, name).drawdown / GRAMS for one in shared]),
        }
        for name in names
    }
    awards: dict[str, dict[str, Any]] = {}
    for rule in dict.fromkeys(rival.rule for one in shared for rival in one.rivals):
        rows = [rival for one in shared for rival in one.rivals if rival.rule == rule]
        every = [(one, rival) for one in shared for rival in (*one.rivals, *one.ends)
                 if rival.rule == rule]
        awards[rule] = {
            "cases": len(rows),
            "refusals": {name: sum(name in row.refuse for row in rows) for name in names},
            "members": {name: _band([float(row.awards[name]) / GRAMS for _, row in every])
                        for name in names},
            "shares": {name: _band([float(row.awards[name] / use) for one, row in every
                                    if (use := one.use_of(name))] or [0.0]) for name in names},
        }
    return {"loss": _band([float(one.emergency.loss) for one in shared]),
            "shortfall": _band([one.emergency.shortfall / GRAMS for one in shared]),
            "members": by_member, "awards": awards}


def _of(shared: Shared, name: str) -> MemberShare:
    return next(one for one in shared.emergency.members if one.name == name)


def _band(values: Sequence[float]) -> Mapping[str, float]:
    """Return 10th percentile, middle and 90th percentile; of a few cases least and largest."""
    ends = (LOW, 50.0, HIGH) if len(values) >= FEW else (0.0, 50.0, 100.0)
    low, middle, high = (float(each) for each in np.percentile(values, ends))
    return {"low": low, "middle": middle, "high": high}
