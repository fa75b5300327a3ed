"""`derivative`: of an elementwise function, element by element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, overload

from pydezero.core.variable import Variable, next_level
from pydezero.transforms.boundary.boundary import describe_structure, export, is_int, is_numeric, positions
from pydezero.transforms.boundary.provenance import remember
from pydezero.transforms.jacobians.modes import Task, check_direction, check_function, tangent_of, task
from pydezero.transforms.jacobians.signatures import (
    Arrays,
    Both,
    OfBoth,
    OfFirst,
    OfSecond,
    Pair,
    Result,
)

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


@overload
def derivative(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Variable, P], Result], argnums: Literal[0] = ..., holomorphic: bool = ...
) -> OfFirst[Variable, P, Result]: ...
@overload
def derivative(
    f: Callable[Concatenate[T, Variable, P], Result], argnums: Literal[1], holomorphic: bool = ...
) -> OfSecond[T, P, Variable, Arrays]: ...
@overload
def derivative(
    f: Callable[Concatenate[Variable, Variable, P], Result], argnums: Both, holomorphic: bool = ...
) -> OfBoth[P, Pair[Variable], Pair[Arrays]]: ...
@overload
def derivative(  # type: ignore[overload-overlap]  # argnums tells them apart
    f: Callable[Concatenate[T, P], R], argnums: Literal[0] = ..., holomorphic: bool = ...
) -> OfFirst[T, P, R]: ...
@overload
def derivative(f: Callable[P, Any], argnums: int | Sequence[int], holomorphic: bool = ...) -> Callable[P, Any]: ...
def derivative(f: Callable[..., Any], argnums: int | Sequence[int] = 0, holomorphic: bool = False) -> Any:
    """The function that gives the derivative of an elementwise function f, element by element.

    It is the product of the Jacobian, which is diagonal, with ones: one evaluation of f by forward mode.

    Args:
        f: a function of which each element of the result depends on the element of the argument at its place alone, as
            it is for `np.sin`; that is taken on trust. Of a number it may be any function: the derivative of a curve
            is its velocity. The result may also be a container of such arrays (see `pydezero.tree`).
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions, for each of
            which f is evaluated. Such an argument is an array, a number or a Variable; integers are taken as float64.
        holomorphic: f is a holomorphic function of complex arguments, and its complex derivative is asked for.

    Returns:
        A function with the arguments of f that returns a fresh array of the shape of the result of f; a tuple of them
        for a tuple of argnums. Called with Variables, it gives Variables, and so can be differentiated in turn.

    Raises:
        TypeError: f is not callable; (when called) an argument is a container, is no number, or is complex and
            `holomorphic` is not set; f returns something else than real and complex numbers, or real ones although it
            is said to be holomorphic.
        ValueError: (when called) the result has another shape than the argument; argnums names an argument twice.

    >>> import numpy as np
    >>> derivative(lambda x: x**3)(np.array([1.0, 2.0, 3.0]))
    array([ 3., 12., 27.])
    >>> derivative(derivative(np.exp))(0.0)
    array(1.)
    >>> derivative(lambda x, y: x * y**2, argnums=(0, 1))(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    (array([ 9., 16.]), array([ 6., 16.]))
    """
    where = check_function(f, "derivative")

    @wraps(f)
    def derivative_of(*args: Any, **kwargs: Any) -> Any:
        found = tuple(
            [
                _along_ones(task(f, args, kwargs, i, where, holomorphic=holomorphic))
                for i in positions(argnums, len(args), where)
            ]
        )
        return found[0] if is_int(argnums) else found

    remember(derivative_of, lambda g: derivative(g, argnums, holomorphic), backward=False)
    return derivative_of


def _along_ones(this: Task) -> Any:
    """The derivative of the function along ones."""
    (position,) = this.chosen
    argument = this.args[position]
    if not is_numeric(argument):
        raise TypeError(
            f"{this.where}: argument {position} must be an array or a number, got {describe_structure(argument)}; "
            "jacobian(f) takes containers"
        )
    check_direction(this)
    level = next_level()
    outside, _ = this.evaluate(this.moving(this.inside.ones(), level))
    (x,) = this.inside.found
    for y in outside.found:
        if y.shape != x.shape and x.shape:
            raise ValueError(
                f"{this.where}: the function is not elementwise: argument {position} has shape {x.shape}, "
                f"the result {y.shape}; use jacobian(f)"
            )
    return outside.filled([export(tangent_of(y, level), this.lifted.outer) for y in outside.found])
