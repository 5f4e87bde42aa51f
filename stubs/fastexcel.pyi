"""The part of fastexcel's interface that orepact uses; the wheel lacks these types."""

from typing import Literal

import polars as pl

class FastExcelError(Exception): ...

class ExcelSheet:
    def to_polars(self) -> pl.DataFrame: ...

class ExcelReader:
    @property
    def sheet_names(self) -> list[str]: ...
    def load_sheet(
        self,
        idx_or_name: int | str,
        *,
        header_row: int | None = 0,
        dtypes: Literal["string", "float"] | None = None,
    ) -> ExcelSheet: ...

def read_excel(source: bytes) -> ExcelReader: ...
