"""The part of pooch's interface that orepact uses; the wheel lacks these types."""

from typing import Any

class HTTPDownloader:
    def __init__(
        self, progressbar: Any = False, chunk_size: int = 1024, **kwargs: object
    ) -> None: ...
    def __call__(
        self, url: str, output_file: Any, pooch: None, check_only: bool = False
    ) -> bool | None: ...
