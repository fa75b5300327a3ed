"""The derivatives of an expression at a point, by one flat vector of all numbers in its variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.cli.expression import Expression
from pydezero.core.types import Array
from pydezero.functions import reshape
from pydezero.transforms.jacobians.hessian import hessian
from pydezero.transforms.jacobians.jacobian import jacfwd, jacobian

MOST_NUMBERS: Final = 1_000_000
MOST_WORK: Final = 50_000_000

Point = Mapping[str, NDArray[np.float64]]


class TooLargeError(ValueError):
    """The error for a computation that would take too long, or more memory than is allowed."""


@attrs.frozen(eq=False)
class Derivatives:
    """The value of an expression and its derivatives, of the first order on, by all numbers of a point in a row."""

    value: NDArray[Any]
    by_order: tuple[NDArray[Any], ...]


def differentiate(f: Expression, point: Point, order: int) -> Derivatives:
    """The value of f and its derivatives up to an order.

    Raises:
        TooLargeError: there are too many of them.
        TypeError, ValueError: f has no derivative, or none of this order because it is not a scalar.

    >>> f = Expression.of("x[0] * x[1] ** 2", ["x"])
    >>> found = differentiate(f, {"x": np.array([2.0, 3.0])}, 2)
    >>> found.value, found.by_order[0]
    (array(18.), array([ 9., 12.]))
    """
    result, work = f.evaluate(*point.values())
    value = np.array(result)
    if value.dtype.kind not in "fc":
        raise TypeError(f"{f.text} is a condition, which has no derivative; np.where(condition, x, y) has one")
    flat = np.concatenate([np.zeros(0), *[x.ravel() for x in point.values()]])
    if not flat.size or not value.size:
        return Derivatives(value, ())
    if order > 1 and value.shape:
        shape = f"the result has shape {value.shape}"
        raise ValueError(f"--order {order} is for a scalar; {shape}: sum it, or pick an element")
    _check(value.size, flat.size, work, order)
    return Derivatives(value, tuple([np.asarray(df(flat)) for df in _orders(_of_vector(f, point), order)]))


def _check(results: int, arguments: int, work: int, order: int) -> None:
    at_once = min(results, arguments) if order < 2 else arguments ** (order - 1)
    if results * arguments**order > MOST_NUMBERS or work * at_once * 2**order > MOST_WORK:
        raise TooLargeError(
            f"the derivatives of order {order} of {results:,} by {arguments:,} numbers are more than can be shown; "
            "write a smaller --order, or fewer numbers"
        )


def _of_vector(f: Expression, point: Point) -> Callable[[Array], Array]:
    shapes = [x.shape for x in point.values()]
    ends = np.cumsum([prod(shape) for shape in shapes]).tolist()

    def of_vector(flat: Array) -> Array:
        parts = [flat[end - prod(shape) : end] for end, shape in zip(ends, shapes, strict=True)]
        return f(*[reshape(part, shape) for part, shape in zip(parts, shapes, strict=True)])

    return of_vector


def _orders(f: Callable[[Array], Array], order: int) -> list[Callable[[Any], Any]]:
    """The functions that give the derivatives of f, of order 1, 2, ..."""
    of_order: list[Callable[[Any], Any]] = [jacobian(f), hessian(f)]
    while len(of_order) < order:
        of_order.append(jacfwd(of_order[-1]))
    return of_order[:order]


def names_of_numbers(point: Point) -> list[str]:
    """A name for each number: `x`, `v[0]`, `A[0, 1]`.

    >>> names_of_numbers({"x": np.array(1.0), "v": np.array([1.0, 2.0])})
    ['x', 'v[0]', 'v[1]']
    """
    return [name + place for name, x in point.items() for place in places(x.shape)]


def places(shape: tuple[int, ...]) -> list[str]:
    """The indices of all elements of an array: `[0, 1]`; nothing for a number."""
    return [f"[{', '.join(map(str, index))}]" if index else "" for index in np.ndindex(shape)]
