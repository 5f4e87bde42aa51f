"""Teach a register materials that its vocabulary does not have, such as those of a user's chain.

An item of an act means a new material when one of its customs codes holds one of the material's,
and when the item names the material's mineral, a group of it, or no mineral at all. An item
without a code means no new material: that a mineral is named does not say which form is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from orepact.network.components import Material
from orepact.policy.controls import Act, Clause, Item
from orepact.policy.forms import Form, Forms
from orepact.policy.register import Register

__all__ = ["forms_of", "knowing"]

_SHARED = 6
"""Digits that all nomenclatures share."""


def forms_of(materials: Iterable[Material]) -> tuple[Form, ...]:
    """Return the materials of a network in the words of the register."""
    return tuple(Form(one.name, one.title, one.mineral, one.codes) for one in materials)


def knowing(register: Register, materials: Iterable[Form]) -> Register:
    """Return the register with further materials; those that it knows already stay as they are."""
    known = {form.id for form in register.forms.materials}
    new = tuple(form for form in materials if form.id not in known)
    if not new:
        return register
    forms = replace(register.forms, materials=(*register.forms.materials, *new))
    acts = tuple(_act(act, new, forms) for act in register.acts)
    return replace(register, forms=forms, acts=acts)


def _act(act: Act, new: tuple[Form, ...], forms: Forms) -> Act:
    return replace(act, clauses=tuple(_clause(clause, new, forms) for clause in act.clauses))


def _clause(clause: Clause, new: tuple[Form, ...], forms: Forms) -> Clause:
    return replace(clause, items=tuple(_item(item, new, forms) for item in clause.items))


def _item(item: Item, new: tuple[Form, ...], forms: Forms) -> Item:
    meant = tuple(form.id for form in new if _means(item, form, forms))
    return replace(item, materials=(*item.materials, *meant)) if meant else item


def _means(item: Item, form: Form, forms: Forms) -> bool:
    up = {mineral.id: mineral.parent for mineral in forms.minerals}
    line = {form.mineral}
    while up.get(form.mineral, "") and up[form.mineral] not in line:
        form = replace(form, mineral=up[form.mineral])
        line.add(form.mineral)
    if item.minerals and not line & set(item.minerals):
        return False
    codes = [re.sub(r"[ .]", "", code)[:_SHARED] for code in item.hs]
    return any(
        code.startswith(own[:_SHARED]) or own[:_SHARED].startswith(code)
        for code in codes
        for own in form.codes
        if code and own
    )
