"""A small opening that the ledger's tests share."""

import datetime
from pathlib import Path

from orepact.data.ledger.opening import FormText, Opening, ParticipantText, TrancheText
from orepact.data.ledger.store import Ledger, book

DAY = datetime.date(2027, 3, 1)


def opening(reading: str = "drawer", restore_months: int | None = 12) -> Opening:
    return Opening(
        name="test", opened=DAY, reading=reading, restore_months=restore_months,  # type: ignore[arg-type]
        forms=(FormText(form="gallium-metal", capacity=100.0),
               FormText(form="antimony-metal", capacity=500.0)),
        participants=(ParticipantText(participant="acme"), ParticipantText(participant="bolt"),
                      ParticipantText(participant="hall", kind="trader")),
        tranches=(TrancheText(tranche="public", limit=10_000_000.0),
                  TrancheText(tranche="private", limit=2_000_000.0)),
    )


def booked_all(path: Path, *movements: object) -> Ledger:
    return [ledger for _, ledger in book(path, movements)][-1]  # type: ignore[arg-type]
