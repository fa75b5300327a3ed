"""An expression and its derivatives as curves, along one variable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from pydezero.cli.derivatives import Point, TooLargeError
from pydezero.cli.expression import Expression
from pydezero.core.types import Array
from pydezero.transforms.jacobians.derivative import derivative

_POINTS: Final = 401
_MOST_WORK: Final = 100_000_000
_LONGEST_TITLE: Final = 80


@attrs.frozen(eq=False)
class Curves:
    """The values of a function and of its derivatives, a row for each order; nan where there is none."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def sample(f: Expression, name: str, low: float, high: float, point: Point, order: int) -> Curves:
    """Evaluate f and its derivatives between two values of one variable, the others being fixed.

    Where there is no value (a singular matrix, the logarithm of a negative number) it is nan, and so are the
    derivatives there, even if a formula has some.

    Raises:
        TooLargeError: that would take too long.
        ValueError: f is not a real scalar, or has no value anywhere.
    """
    x = np.linspace(low, high, _POINTS)

    def along(t: Array) -> Array:
        return f(*[t if variable == name else point[variable] for variable in f.variables])

    _check(f, [x[_POINTS // 3] if variable == name else point[variable] for variable in f.variables], order)
    functions: list[Callable[[Any], Any]] = [along]
    for _ in range(order):
        functions.append(derivative(functions[-1]))
    y = np.array([_values(function, x) for function in functions])
    if np.isnan(y[0]).all():
        raise ValueError(f"--plot: {f.text} has no value between {low:.6g} and {high:.6g}")
    return Curves(name, x, np.where(np.logical_or.accumulate(np.isnan(y)), np.nan, y))


def _check(f: Expression, values: list[Any], order: int) -> None:
    result, work = f.evaluate(*values)
    if np.shape(result) or np.asarray(result).dtype.kind != "f":
        raise ValueError(f"--plot is for a real scalar; this is {np.asarray(result).dtype} of shape {np.shape(result)}")
    if work * _POINTS * 2**order > _MOST_WORK:
        raise TooLargeError(f"{_POINTS} points of this are more than can be computed here; write fewer numbers")


def _values(function: Callable[[Any], Any], x: NDArray[np.float64]) -> list[float]:
    values: list[float] = []
    for t in x:
        try:
            y = float(function(t))
        except (ArithmeticError, ValueError):
            y = np.nan
        values.append(y if np.isfinite(y) else np.nan)
    return values


def save(curves: Curves, text: str, point: Point, path: Path) -> None:
    """Draw curves below each other and write them to a file, in the format that its name says.

    Raises:
        OSError: the file cannot be written.
    """
    count = len(curves.y)
    figure = Figure(figsize=(7, 1.2 + 1.9 * count), layout="constrained")
    panels = figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0]
    poles = poles_of(curves.y[0])
    for order, (panel, y) in enumerate(zip(panels, curves.y, strict=True)):
        _draw(panel, curves.x, y, poles)
        panel.set_ylabel(["f", "f'", "f''"][order] if order < 3 else f"f, order {order}")
    panels[-1].set_xlabel(curves.name)
    panels[-1].set_xlim(curves.x[0], curves.x[-1])
    figure.align_ylabels()
    figure.suptitle(_title(text, curves.name, point))
    figure.savefig(path)


def poles_of(y: NDArray[np.float64]) -> NDArray[np.bool]:
    """Whether there is a pole between each two neighbours: the sign changes, and the values grow towards it.

    >>> poles_of(np.array([1.0, 2.0, -2.5, -1.0]))
    array([False,  True, False])
    """
    size = np.abs(y)
    found = np.zeros(y.size - 1, bool)
    grows = (size[1:-2] > size[:-3]) & (size[2:-1] > size[3:])
    found[1:-1] = grows & (np.sign(y[1:-2]) * np.sign(y[2:-1]) < 0)
    return found


def _draw(panel: Axes, x: NDArray[np.float64], y: NDArray[np.float64], poles: NDArray[np.bool]) -> None:
    """A curve, interrupted at its poles, and cut off near them."""
    at = np.flatnonzero(poles) + 1
    panel.plot(np.insert(x, at, x[at]), np.insert(y, at, np.nan), linewidth=1.6)
    panel.grid(alpha=0.3)
    if (poles.any() or np.isnan(y[1:-1]).any()) and np.isfinite(y).any():
        low, high = np.nanquantile(y, [0.06, 0.94])
        if low < high:
            room, margin = 0.3 * (high - low), 0.06 * (high - low)
            panel.set_ylim(max(low - room, np.nanmin(y) - margin), min(high + room, np.nanmax(y) + margin))


def _title(text: str, name: str, point: Point) -> str:
    fixed = [f"{variable} = {x:.4g}" for variable, x in point.items() if variable != name and x.ndim == 0]
    title = f"f = {text}"
    title = title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 3]}..."
    return "\n".join([title, *([", ".join(fixed)[:_LONGEST_TITLE]] if fixed else [])])
