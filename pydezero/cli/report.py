"""Derivatives as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations_with_replacement, islice
from math import comb
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pydezero.cli.derivatives import Derivatives, Point, names_of_numbers, places

_ROWS: Final = 24
_WIDTH: Final = 120  # where the output is not a terminal
_GAP: Final = "..."


@attrs.frozen
class Grid:
    """A table of texts: the first column has the names of the rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def report(text: str, point: Point, found: Derivatives) -> None:
    """Print the value of an expression and its derivatives at a point."""
    terminal = Console()
    console = terminal if terminal.is_terminal else Console(width=_WIDTH)
    names = names_of_numbers(point)
    is_scalar = found.value.shape == ()
    result = f"{text} = {number(found.value)}" if is_scalar else f"f = {text}, an array of shape {found.value.shape}"
    console.print(Text(result), soft_wrap=True)
    if not found.value.size:
        return
    for grid in _grids(names, point, found) if is_scalar else [_jacobian(names, found)]:
        console.print()
        console.print(_table(fitted(grid, console.width)))


def _grids(names: Sequence[str], point: Point, found: Derivatives) -> Iterator[Grid]:
    """The tables of a scalar: gradient, Hessian, and the higher derivatives one by one."""
    for order, derivative in enumerate(found.by_order, start=1):
        if order == 1:
            at = [x for array in point.values() for x in array.flat]
            columns = (names, map(number, at), map(number, derivative))
            yield Grid(("", "at", "derivative"), _shortened(zip(*columns, strict=True), len(names)))
        elif order == 2:
            rows = ((name, *map(number, row)) for name, row in zip(names, derivative, strict=True))
            yield Grid(("Hessian", *names), _shortened(rows, len(names)))
        else:
            yield Grid((f"order {order}", "derivative"), _of_order(names, order, derivative))


def _of_order(names: Sequence[str], order: int, derivative: NDArray[Any]) -> tuple[tuple[str, ...], ...]:
    """The rows of a higher derivative: each mixed derivative once, because they are symmetric."""
    by = combinations_with_replacement(range(len(names)), order)
    rows = ((_product([names[i] for i in index]), number(derivative[index])) for index in by)
    return _shortened(rows, comb(len(names) + order - 1, order))


def _product(names: Sequence[str]) -> str:
    """`x^2 y` for x, x, y."""
    return " ".join([name if count == 1 else f"{name}^{count}" for name, count in Counter(names).items()])


def _jacobian(names: Sequence[str], found: Derivatives) -> Grid:
    """The table of an array: a row for each of its elements."""
    columns = [name and f"by {name}" for name in names] if found.by_order else []
    derivatives = (
        found.by_order[0].reshape(found.value.size, -1) if found.by_order else found.value.reshape(-1, 1)[:, :0]
    )
    of_elements = zip(places(found.value.shape), found.value.flat, derivatives, strict=True)
    rows = [(f"f{place}", number(value), *map(number, row)) for place, value, row in of_elements]
    return Grid(("", "value", *columns), _shortened(rows, len(rows)))


def number(x: Any) -> str:
    """A number with ten significant digits.

    >>> number(np.pi), number(-0.0), number(2 - 1j)
    ('3.141592654', '0', '2-1j')
    """
    return f"{x.item() + 0.0 if isinstance(x, np.generic | np.ndarray) else x + 0.0:.10g}"


def _shortened(rows: Iterable[tuple[str, ...]], count: int) -> tuple[tuple[str, ...], ...]:
    """The first and the last rows, if there are many, and a gap between them."""
    if count <= _ROWS:
        return tuple(rows)
    remaining = iter(rows)
    first = list(islice(remaining, _ROWS // 2))
    last = list(islice(remaining, count - _ROWS + 1, None))
    return (*first, (_GAP,) * len(first[0]), *last)


def fitted(grid: Grid, width: int) -> Grid:
    """The first and the last columns, as many as fit, and a gap between them.

    >>> fitted(Grid(("", "a", "b", "c", "d"), (("x", "1.11", "2.22", "3.33", "4.44"),)), 30).header
    ('', 'a', '...', 'd')
    """
    columns = list(zip(grid.header, *grid.rows, strict=True))
    widths = [max(map(len, column)) + 3 for column in columns]
    if sum(widths) <= width or len(columns) < 4:
        return grid
    left, right, room = 1, len(columns), width - widths[0] - len(_GAP) - 3
    while right - left > 1:
        take_left = left - 1 <= len(columns) - right
        room -= widths[left if take_left else right - 1]
        if room < 0 and right < len(columns):
            break
        left, right = (left + 1, right) if take_left else (left, right - 1)
    header, *rows = zip(*columns[:left], (_GAP,) * len(columns[0]), *columns[right:], strict=True)
    return Grid(header, tuple(rows))


def _table(grid: Grid) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, header_style="bold", pad_edge=False)
    for i, title in enumerate(grid.header):
        table.add_column(Text(title), justify="left" if i == 0 else "right", overflow="fold")
    for row in grid.rows:
        table.add_row(*map(Text, row))
    return table
