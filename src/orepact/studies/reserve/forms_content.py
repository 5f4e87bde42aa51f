"""The stored forms of a dataset as plain values, for JSON and for tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from orepact.network.stored_forms import Carded, StorageForm, StoredForms
from orepact.network.world import World

__all__ = ["forms_content"]


def forms_content(
    world: World, forms: StoredForms, wanted: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    """Return the stored forms of materials (chain, material) with ranges, costs and cards."""
    rows: list[dict[str, Any]] = []
    for chain, material in wanted:
        unit = next(
            each.unit for each in world.chains[chain].text.materials if each.material == material
        )
        rows.append(_row(forms.of(material), chain, unit, world.chains[chain].price(material)))
    return {
        "format": "orepact/reserve-forms/1",
        "dataset": f"{world.dataset.name} {world.dataset.version}",
        "dataset_hash": world.dataset.hash,
        "forms": rows,
        "cards": [dataclasses.asdict(card) for card in forms.cards.values()],
    }


def _row(form: StorageForm, chain: str, unit: str, price: float) -> dict[str, Any]:
    steps = {name: form.time_to(name) for name in form.into}
    return {
        "material": form.material,
        "chain": chain,
        "unit": unit,
        "form": form.form,
        "purity": form.purity,
        "of": form.of,
        "content": dataclasses.asdict(form.content),
        "storable": form.storable,
        "shelf_life": _plain(form.shelf_life),
        "notice": _plain(form.notice),
        "rent": _plain(form.rent),
        "price_usd_per_t": price,
        "storage_cost": _plain(form.storage_cost(price)),
        "carrying_cost": _plain(form.carrying_cost(price)),
        "months_to": {name: _plain(step) for name, step in steps.items()},
        "reason": form.reason,
        "source": form.source,
    }


def _plain(carded: Carded | None) -> dict[str, Any] | None:
    return None if carded is None else dataclasses.asdict(carded)
