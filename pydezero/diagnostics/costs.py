"""The result of `explain`: a record for each line, and the table of them."""

from __future__ import annotations

from functools import reduce
from html import escape
from itertools import groupby

import attrs


@attrs.frozen
class LineCost:
    """The costs of one line of the user's.

    Attributes:
        file, line, text: the file, the number of the line, and its text (empty where it cannot be read).
        operations, backward_operations: how many operations computed the function, and how many its derivative.
        forward_seconds, backward_seconds: the time that they took.
        forward_bytes, backward_bytes: the memory of the arrays that they made; a view makes none.
        kept_bytes: what the line keeps for the backward pass; what several lines keep is counted for the first.
    """

    file: str
    line: int
    text: str = ""
    operations: int = 0
    backward_operations: int = 0
    forward_seconds: float = 0.0
    backward_seconds: float = 0.0
    forward_bytes: int = 0
    backward_bytes: int = 0
    kept_bytes: int = 0

    @property
    def seconds(self) -> float:
        """The time forward and backward."""
        return self.forward_seconds + self.backward_seconds

    def __add__(self, other: LineCost) -> LineCost:
        """The sum of all numbers, at this line."""
        names = [field.name for field in attrs.fields(LineCost) if field.name not in ("file", "line", "text")]
        return attrs.evolve(self, **{name: getattr(self, name) + getattr(other, name) for name in names})


_HEADER = ("line", "operations", "forward ms", "backward ms", "time", "made", "kept", "")


@attrs.frozen
class Costs:
    """The time and memory of a gradient by lines: a row for each line of the user's, in the order of the source.

    `str(costs)` is a table: the numbers of operations forward and backward, the time of both and its share, the memory
    that was made in both, and what was kept.

    Attributes:
        name: the name of the function.
        rows: a record for each line.
    """

    name: str
    rows: tuple[LineCost, ...]

    @property
    def total(self) -> LineCost:
        """The sum over all lines."""
        return reduce(LineCost.__add__, self.rows, LineCost("", 0))

    def __str__(self) -> str:
        total = self.total
        lines: list[tuple[str, ...] | str] = [f"explain({self.name})", _HEADER]
        for file, rows in groupby(self.rows, lambda row: row.file):
            lines += [file, *[_cells(row, total.seconds) for row in rows]]
        lines.append(_cells(total, total.seconds))
        cells = [line for line in lines if isinstance(line, tuple)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "\n".join([line if isinstance(line, str) else _row(line, widths) for line in lines])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def _cells(row: LineCost, seconds: float) -> tuple[str, ...]:
    return (
        str(row.line) if row.line else "total",
        f"{row.operations}+{row.backward_operations}",
        f"{1e3 * row.forward_seconds:.3f}",
        f"{1e3 * row.backward_seconds:.3f}",
        f"{100 * row.seconds / seconds:.0f} %" if seconds else "",
        _amount(row.forward_bytes + row.backward_bytes),
        _amount(row.kept_bytes),
        row.text,
    )


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    numbers = [cell.rjust(width) for cell, width in zip(cells[:-1], widths, strict=False)]
    return "  ".join([*numbers, cells[-1]]).rstrip()


def _amount(size: int) -> str:
    """A number of bytes in a few characters."""
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
