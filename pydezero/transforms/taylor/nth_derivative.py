"""`nth_derivative`: a derivative of higher order of an elementwise function, element by element."""

# The overloads overlap on purpose, and stand in order: Variables before anything else.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Concatenate, Final, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.variable import Variable
from pydezero.graph.linear import zeros_for
from pydezero.transforms.boundary.arguments import check_count, check_flag, check_function
from pydezero.transforms.boundary.description import Returned, like_result
from pydezero.transforms.boundary.export import export
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.boundary.signatures import Outcome, Result, Traced
from pydezero.transforms.jacobians.derivative import check_elementwise, check_no_container
from pydezero.transforms.jacobians.modes import Task, begin_task, check_direction
from pydezero.transforms.jacobians.signatures.results import (
    Arrays,
    Inexact,
    Number,
    OfFirst,
    OfNumber,
    P,
    Plain,
)
from pydezero.transforms.taylor.curve import coefficients_of, level_of_order, moving

# Of the order n it is n! times a coefficient of the series.
_MOST: Final = 170

T = TypeVar("T", bound="Variable | NDArray[Any] | np.number[Any] | complex")

_NTH_DERIVATIVE: Final = Returned("A derivative of {f} with respect to {x}, element by element.", like_result)


@overload
def nth_derivative(
    f: Callable[Concatenate[Traced, P], Result], n: int, holomorphic: bool = ...
) -> OfFirst[Variable, P, Arrays]: ...
@overload
def nth_derivative(
    f: Callable[Concatenate[Number, P], OfNumber], n: int, holomorphic: bool = ...
) -> OfFirst[Number, P, OfNumber]: ...
@overload
def nth_derivative(
    f: Callable[Concatenate[NDArray[Inexact], P], NDArray[Inexact] | Inexact | float], n: int, holomorphic: bool = ...
) -> OfFirst[NDArray[Inexact], P, NDArray[Inexact]]: ...
@overload
def nth_derivative(
    f: Callable[Concatenate[Plain, P], Result], n: int, holomorphic: bool = ...
) -> OfFirst[Plain, P, Arrays]: ...
@overload
def nth_derivative(f: Callable[Concatenate[T, P], Outcome], n: int, holomorphic: bool = ...) -> OfFirst[T, P, Any]: ...
def nth_derivative(f: Callable[..., Any], n: int, holomorphic: bool = False) -> Any:
    """A function that returns the n-th derivative of an elementwise function f, element by element.

    It is what n times `derivative` gives, in one evaluation of f, at a cost that grows with the square of n (see
    `jet`).

    Args:
        f: a function like `np.sin`, of which each element of the result depends only on the element of the first
            argument at the same place; that is not checked. A function of a number may return an array of any shape.
            It is differentiated with respect to its first argument, an array, a number or a Variable; integers are
            taken as float64.
        n: how many times, from 0 to 170; the derivative of order 0 is f. It is n! times a coefficient of the Taylor
            series, and 171! is larger than any float64.
        holomorphic: f is a holomorphic function of complex arguments, and the result is its complex derivative.

    Returns:
        A function with the arguments of f that returns a fresh array of the shape of the result of f. Called with
        Variables, it returns Variables, and so can be differentiated in turn.

    Raises:
        TypeError: f is not callable, or n is no integer; (when called) the argument is neither an array nor a number,
            or is complex and `holomorphic` is not set; f returns something else than real and complex numbers, or
            returns real numbers and `holomorphic` is set.
        ValueError: n is negative or above 170; (when called) the result has another shape than the argument.

    >>> import numpy as np
    >>> from pydezero import nth_derivative
    >>> nth_derivative(lambda x: x**5, 3)(np.array([1.0, 2.0]))
    array([ 60., 240.])
    >>> nth_derivative(np.sin, 4)(0.0)
    np.float64(0.0)
    """
    where = check_function(f, "nth_derivative")
    check_flag(where, "holomorphic", holomorphic)
    check_count(where, "n", n, least=0)
    if n > _MOST:
        raise ValueError(f"{where}: n must be at most {_MOST}, got {n}: {_MOST + 1}! is larger than any float64")

    def derivative_of(*args: Any, **kwargs: Any) -> Any:
        with begin_task(f, args, kwargs, 0, where, holomorphic=holomorphic) as task:
            return _along_ones(task, n)

    return transformed(derivative_of, nth_derivative, f, n, holomorphic, backward=False, result=_NTH_DERIVATIVE)


def _along_ones(task: Task, n: int) -> Any:
    """The n-th derivative of the function in the direction of ones."""
    check_no_container(task, "jet(f, primals, series)")
    check_direction(task)
    level = level_of_order(n)
    try:
        outside, _ = task.evaluate(moving(task.lifted, [task.inside.ones()] if n else [], n, level))
    finally:
        level.finished = task.where
    check_elementwise(task, outside.arrays, "jet(f, primals, series)")
    lifted = task.lifted
    # In units of the n-th power of the argument's.
    by = attrs.evolve(lifted, units=[unit and unit**n for unit in lifted.units]) if lifted.units else lifted
    found: list[Any] = []
    for y, unit in zip(outside.arrays, outside.units(), strict=True):
        coefficient = [y._value if type(y) is Variable and y.node.level == level else y]
        coefficient += coefficients_of(y, level, n)
        last = zeros_for(y) if coefficient[-1] is None else coefficient[-1]
        found += by.derivatives([export(last * math.factorial(n) if n > 1 else last, lifted.outer)], unit)
    return outside.filled(found)
