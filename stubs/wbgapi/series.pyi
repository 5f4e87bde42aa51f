from collections.abc import Iterator

def list(*, db: int) -> Iterator[dict[str, object]]: ...  # noqa: A001 - as named there
