"""The part of comtradeapicall's interface that orepact uses; the wheel lacks these types."""

from collections.abc import Callable
from typing import Any

getFinalData: Callable[..., Any]
