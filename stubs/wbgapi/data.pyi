from collections.abc import Iterator, Sequence

def fetch(
    series: Sequence[str],
    *,
    time: Sequence[int],
    db: int,
    skipBlanks: bool = False,
    numericTimeKeys: bool = False,
) -> Iterator[dict[str, object]]: ...
