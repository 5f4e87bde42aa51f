"""Write a drafted chain as a folder of text files, with a README that lists what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import polars as pl
import yaml

from orepact.errors import InputError, Problem
from orepact.network.drafts.chain import Draft

__all__ = ["write_draft"]

_EMPTY: tuple[object, ...] = ("", None, (), {})
_SOURCES = "source_id,publisher,title,edition,licence,licence_status,url,note\n"

_README = """\
# {title}: drafted chain

Drafted from the tables of the dataset for {first} to {last} with `orepact new chain`. It balances
and reproduces itself; it is not yet a study. Each card below stands for something that nobody has
read so far.

## Stages

{stages}

## Open

{cards}

Each number that you read replaces a card: put it into the table with its source, and a source that
the dataset does not have into `sources.csv`.

## Next

```console
$ orepact data account {folder}
$ orepact data cards {folder}
```

```python
import orepact as op

network = op.load("{folder}")
print(network)
```
"""


def write_draft(draft: Draft, folder: Path) -> tuple[Path, ...]:
    """Write a draft's files into a new folder and return their paths.

    Raises `InputError` when the folder exists: nothing is ever overwritten.
    """
    if folder.exists():
        raise InputError(
            [
                Problem(
                    "the folder exists, and nothing is overwritten",
                    file=str(folder),
                    expected="another NAME or --into, or a folder that you removed yourself",
                )
            ]
        )
    folder.mkdir(parents=True)
    texts = {
        "chain.yaml": _yaml(_text(draft)),
        "cards.yaml": _yaml(_cards(draft)),
        "sources.csv": _SOURCES,
        "README.md": _readme(draft, folder),
    }
    tables = {
        "accounts.csv": draft.accounts.frame,
        "prices.csv": draft.prices,
        "observed.csv": draft.observed,
        "supply_path.csv": draft.supply_path,
    }
    texts |= {name: _csv(frame) for name, frame in tables.items()}
    if draft.host.height:
        texts["host.csv"] = _csv(draft.host)
    for name, text in texts.items():
        _ = (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in sorted(texts))


def _csv(frame: pl.DataFrame) -> str:
    """Return a frame as CSV; whole numbers without a decimal point."""
    return (
        frame.with_columns(pl.col(pl.String).replace("", None))
        .with_columns(
            pl.col(name)
            .map_elements(lambda value: f"{value:.10g}", return_dtype=pl.String)
            .alias(name)
            for name, kind in frame.schema.items()
            if kind.is_float()
        )
        .write_csv()
    )


def _yaml(value: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(value), sort_keys=False, allow_unicode=True, width=100)


def _text(draft: Draft) -> dict[str, Any]:
    """Return the content of ``chain.yaml``: fields that say nothing are left out."""
    content = _plain(asdict(draft.text))
    window = content["calibration"]
    content["calibration"] = {
        "from": window["first"],
        "to": window["last"],
        "alternative_from": window["alternative_from"],
        "reason": window["reason"],
    }
    return content


def _cards(draft: Draft) -> dict[str, Any]:
    return {"format": "orepact/cards/1", "cards": [_plain(asdict(card)) for card in draft.cards]}


def _plain(value: Any) -> Any:
    """Return lists and mappings only; fields that are empty are left out."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {key: _plain(item) for key, item in fields.items() if item not in _EMPTY}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in cast("Iterable[Any]", value)]
    return value


def _readme(draft: Draft, folder: Path) -> str:
    window = draft.raw.window
    stages = "\n".join(_stage_lines(draft))
    cards = "\n".join(
        f"- [ ] `{card.card}` {card.title}: {card.value:g} {card.unit} "
        f"({card.low:g} to {card.high:g}). {card.reason[:1].upper()}{card.reason[1:]}."
        for card in draft.cards
    )
    return _README.format(
        title=draft.text.title,
        first=window.first,
        last=window.last,
        stages=stages,
        cards=cards,
        folder=folder.as_posix(),
    )


def _stage_lines(draft: Draft) -> Iterator[str]:
    for material, stage in zip(draft.text.materials, draft.raw.stages, strict=True):
        made, traded = (float(frame["tonnes"].sum()) for frame in (stage.production, stage.flows))
        yield (
            f"- {material.title} (`{material.material}`, {material.unit} a year): "
            f"{made:,.0f} made, {traded:,.0f} traded, trade basis {material.trade_basis}"
        )
    for code, why in draft.raw.left_out:
        yield f"- left out: {code}, {why}"
