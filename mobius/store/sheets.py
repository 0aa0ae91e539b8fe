"""A csv or parquet file as named columns. Here: reading it, and saying where a cell stands. Not here: what columns mean.

A csv is read by the csv module, so that a bad row can be named by its line; pyarrow is loaded for parquet alone.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from mobius.core.candles import FloatArray
from mobius.core.errors import BadParameter

Column: TypeAlias = "Sequence[str | None] | np.ndarray[Any, Any]"
"""Text cells, or an array of numbers or datetime64[ms]."""

_KLINE_COLUMNS = ("open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "n_trades",
                  "taker_base_volume", "taker_quote_volume", "ignore")  # fmt: skip
"""Binance's public archives come without a header, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The columns of one file. Rows count from 0 here and from 1 where a person is told of them."""

    file: str
    columns: Mapping[str, Column]
    n_rows: int
    lines: Sequence[int] | None = None
    """For each row the line of the file it ends at; None where the file has no lines."""

    def bad(self, row: int, column: str, value: object, why: str) -> BadParameter:
        """The error that names a bad cell."""
        line = f" (line {self.lines[row]})" if self.lines is not None else ""
        return BadParameter(
            f"{self.file}, row {row + 1}{line}, column {column!r}: {value!s:.60} {why}.",
            hint="Nothing of the file was kept. Correct it, or take its closes alone with --closes.",
        )

    def numbers(self, column: str) -> FloatArray:
        """A column as float64; empty cells are NaN. BadParameter names the first cell that is no number."""
        cells = self.columns[column]
        if isinstance(cells, np.ndarray):
            if cells.dtype.kind not in "iufb":
                raise self.bad(0, column, cells[0] if len(cells) else "the column", "is no number")
            return cells.astype(np.float64)
        return np.array([self._number(row, column, cell) for row, cell in enumerate(cells)], dtype=np.float64)

    def _number(self, row: int, column: str, cell: str | None) -> float:
        if cell is None or not cell.strip():
            return float("nan")
        try:
            return float(cell)
        except ValueError:
            raise self.bad(row, column, repr(cell), "is no number") from None


def read_sheet(file: Path) -> Sheet:
    """Read the file by its ending: `.parquet`, `.pq`, `.csv`, `.tsv`, or a csv packed as `.csv.gz`.

    Raises BadParameter when it is none of these or cannot be read.
    """
    name = file.name.lower()
    try:
        if name.endswith((".parquet", ".pq")):
            return _read_parquet(file)
        if name.endswith((".csv", ".tsv", ".csv.gz", ".txt")):
            return _read_csv(file)
    except FileNotFoundError as error:
        raise BadParameter(f"There is no file {file}.") from error
    except OSError as error:
        raise BadParameter(f"The file {file} cannot be read: {error.strerror or error}.") from error
    raise BadParameter(
        f"{file.name} is neither csv nor parquet.", hint="Name the file .csv, .csv.gz, .tsv or .parquet."
    )


# ------------------------------------------------------------------------------------------------------------- csv


def _read_csv(file: Path) -> Sheet:
    try:
        with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as stream:
            text = stream.read().decode("utf-8-sig")
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise BadParameter(f"{file.name} is no csv: it is not UTF-8 text.") from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        filled = ((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
        header, rows = _split_header(filled)
        lines: list[int] = []
        table: list[list[str]] = []
        for line, row in rows:
            if len(row) != len(header):
                raise BadParameter(
                    f"{file.name}, row {len(table) + 1} (line {line}): "
                    f"{len(row)} cells, where the header has {len(header)}."
                )
            lines.append(line)
            table.append(row)
    except csv.Error as error:
        raise BadParameter(f"{file.name}, line {reader.line_num}: {error}.") from error
    columns = {name: [row[place] for row in table] for place, name in enumerate(header)}
    return Sheet(file=file.name, columns=_named_once(file, header, columns), n_rows=len(table), lines=lines)


def _delimiter(text: str) -> str:
    head = text[:4096]
    return max(",;\t", key=head.count) if any(mark in head for mark in ",;\t") else ","


def _split_header(rows: Iterator[tuple[int, list[str]]]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The header and the rest; a line of one cell above the header is a vendor's name and skipped."""
    line, first = next(rows, (0, []))
    if len([cell for cell in first if cell.strip()]) == 1:
        second_line, second = next(rows, (0, []))
        if len(second) > 2:
            line, first = second_line, second
        elif second:
            rows = itertools.chain([(second_line, second)], rows)
    if len(first) in (6, len(_KLINE_COLUMNS)) and all(_is_number(cell) for cell in first):
        return list(_KLINE_COLUMNS[: len(first)]), itertools.chain([(line, first)], rows)
    return [cell.strip() for cell in first], rows


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _named_once(file: Path, header: Sequence[str], columns: Mapping[str, Column]) -> Mapping[str, Column]:
    for name in columns:
        if header.count(name) > 1:
            raise BadParameter(f"{file.name} has the column {name!r} twice.")
    return columns


# --------------------------------------------------------------------------------------------------------- parquet


def _read_parquet(file: Path) -> Sheet:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with file.open("rb") as stream:
            table = pq.read_table(stream)
    except pa.ArrowException as error:
        raise BadParameter(f"{file.name} cannot be read as parquet: {str(error).splitlines()[0]:.200}") from error
    columns = {name: _arrow_column(table[name]) for name in table.column_names}
    return Sheet(file=file.name, columns=_named_once(file, table.column_names, columns), n_rows=table.num_rows)


def _arrow_column(column: Any) -> Column:
    """An Arrow column as numbers, datetime64[ms] or text. Columns of other types become text and are read as such."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        return _arrow_column(column.cast(kind.value_type))
    if pa.types.is_timestamp(kind):
        # 'safe=False' cuts below the millisecond; values are UTC whether or not a zone is named
        array: np.ndarray[Any, Any] = column.cast(pa.timestamp("ms"), safe=False).to_numpy()
        return array.astype("datetime64[ms]")
    if pa.types.is_date(kind):
        return column.cast(pa.date32()).to_numpy().astype("datetime64[ms]")  # type: ignore[no-any-return]
    if pa.types.is_decimal(kind):
        column = column.cast(pa.float64())
        kind = column.type
    if pa.types.is_integer(kind) and column.null_count == 0:
        return column.to_numpy()  # type: ignore[no-any-return]
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return column.cast(pa.float64()).to_numpy()  # type: ignore[no-any-return]
    return [None if cell is None else str(cell) for cell in column.to_pylist()]
