"""The part of threadpoolctl's interface that orepact uses; the wheel carries no types."""

from types import TracebackType
from typing import Literal, Self

class threadpool_limits:
    def __init__(
        self, limits: int | None = ..., user_api: Literal["blas", "openmp"] | None = ...
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
