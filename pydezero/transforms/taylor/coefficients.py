"""`taylor`: the coefficients of the Taylor polynomial of a function along a line."""

# The overloads overlap on purpose, and stand in order: arrays before Variables, Variables before containers.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.broadcasting import cast
from pydezero.core.level import Level
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import AnyNode, Operand, Variable, is_numeric
from pydezero.graph.linear import ones_for, zeros_for
from pydezero.transforms.boundary.arguments import call, check_count
from pydezero.transforms.boundary.export import checked_leaves, export_owned
from pydezero.transforms.boundary.lending import Loan, check_loans, end_loans
from pydezero.transforms.boundary.lifting import lift
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.boundary.signatures import Result, Traced
from pydezero.transforms.taylor.curve import (
    checked_derivatives,
    coefficients_of,
    higher,
    level_of_order,
    moving,
)
from pydezero.tree import unflatten

# Of a series of a million coefficients nobody would see the end.
_MOST: Final = 100_000

R = TypeVar("R")
T = TypeVar("T")


@overload
def taylor(
    f: Callable[[Traced], Result], x: ArrayOrNumber, order: int, direction: ArrayOrNumber | None = ...
) -> NDArray[np.floating[Any]]: ...
@overload
def taylor(f: Callable[[Traced], Result], x: Operand, order: int, direction: Operand | None = ...) -> Variable: ...
@overload
def taylor(f: Callable[[T], R], x: T, order: int, direction: T | None = ...) -> R: ...
def taylor(f: Callable[..., Any], x: Any, order: int, direction: Any = None) -> Any:
    """The Taylor coefficients of f at x along a line: of f(x + t direction) as a polynomial in t.

    Coefficient k is the k-th derivative divided by k!. They are computed together, see `jet`.

    Args:
        f: a function of an array or of a container of arrays.
        x: its argument: an array, a number, a Variable, or a container of them. Integers are taken as float64.
        order: the index of the last coefficient, 0 or more.
        direction: the direction of the line, built like x. None stands for ones: then the coefficients of a function
            of a number are its usual ones, and so are, element by element, those of an elementwise function of an
            array, as `np.sin`.

    Returns:
        An array with one axis more than the result of f, the first, of length order + 1: entry k is coefficient k,
        entry 0 the value. Where f returns a container it is such a container. `np.polynomial.polynomial.polyval(t, c)`
        evaluates it, and `np.polynomial.Polynomial(c)` is the polynomial of a number.

    Called with Variables, it gives Variables, and so can be differentiated in turn.

    Raises:
        TypeError: f is no function, order is no integer; x holds nothing to differentiate, or a direction is not built
            like it or complex where x is real; f returns something without numbers.
        ValueError: order is negative or above 100,000, or a direction has another shape than x.

    >>> import numpy as np
    >>> from pydezero import taylor
    >>> taylor(np.exp, 0.0, 4) * [1, 1, 2, 6, 24]
    array([1., 1., 1., 1., 1.])
    >>> taylor(lambda x: x**3, np.array([1.0, 2.0]), 3)
    array([[ 1.,  8.],
           [ 3., 12.],
           [ 3.,  6.],
           [ 1.,  1.]])
    >>> taylor(lambda x: x[0] * x[1], np.array([1.0, 2.0]), 2, direction=np.array([0.5, 0.0]))
    array([2., 1., 0.])
    """
    if not callable(f):
        raise TypeError(f"taylor(f, x, order): f must be a function, got {describe_structure(f)}")
    where = f"taylor({name_of(f)})"
    check_count(where, "order", order, least=0)
    if order > _MOST:
        raise ValueError(f"{where}: order must be at most {_MOST}, got {order}: the time grows with its square")
    level = level_of_order(order)
    loans: list[Loan] = []
    try:
        inputs = lift((x,), [0], level, where, loans)
        outer = inputs.outer
        if direction is None:
            line: list[Array] = [ones_for(v._value) for v in inputs.variables]
        else:
            line, top = checked_derivatives(inputs, (direction,), [("x", "direction")], where)
            outer = higher(outer, top)
        try:
            output = call(f, moving(inputs, [line] if order else [], order, level), {})
        finally:
            level.finished = where
        stacks = [_stacked(y, level, order, outer) for y in checked_leaves(output, where)]
        if loans:
            check_loans(loans, where, f, (x,), {})
    finally:
        if loans:
            end_loans(loans)
    return unflatten(output, stacks)


def _stacked(y: Any, level: Level, order: int, outer: AnyNode | None) -> Any:
    """The coefficients of a leaf of a result as one array; a leaf that is no number is as it is."""
    if not is_numeric(y):
        return y
    zeros = zeros_for(y)
    value: Array = y._value if type(y) is Variable and y.node.level == level else y
    value = value if hasattr(value, "dtype") else np.asarray(value)
    rest: list[Array] = [zeros if x is None else x for x in coefficients_of(y, level, order)]
    box: list[Array] = [np.stack([value if value.dtype.kind in "fc" else cast(value, zeros.dtype), *rest])]
    return export_owned(box, outer)
