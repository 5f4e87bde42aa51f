"""Tables fit the terminal: no column is cut off, and short words are not broken."""

from __future__ import annotations

import polars as pl
import pytest

from orepact.cli.show import print_table

FRAME = pl.DataFrame(
    {
        "chain": ["rare-earth-magnets", "tin"],
        "what it is": ["a long sentence that says what the row means, word by word", "short"],
        "moved_share": [0.0402, 0.5],
        "address": ["https://example.org/a/very/long/address/without/any/space", ""],
        "grade": ["B", "D"],
        "coverage": [0.805, 1.0],
    }
)


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_every_column_is_shown_whole(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    print_table(FRAME, FRAME.columns)
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= width
    whole = "".join(text.split())
    for cell in ("0.0402", "0.805", "0.5", "1.0"):
        assert cell in whole
    words = ("chain", "moved", "share", "grade", "coverage", "sentence", "short")
    assert width < 80 or all(word in text for word in words)


def test_a_table_too_narrow_for_words_breaks_the_longest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    print_table(FRAME, FRAME.columns)
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= 40
    assert "tin" in text
