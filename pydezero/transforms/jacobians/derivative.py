"""`derivative`: the derivative of an elementwise function, element by element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from pydezero.arrays.wrappers import WRAPPERS
from pydezero.core.foreign import arrayed
from pydezero.core.level import next_level
from pydezero.core.types import Array
from pydezero.core.variable import is_numeric
from pydezero.transforms.boundary.arguments import check_flag, check_function, chosen_positions, is_int, kept_argnums
from pydezero.transforms.boundary.description import Returned, like_result
from pydezero.transforms.boundary.export import export
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.forward.tangent import tangent_of
from pydezero.transforms.jacobians.modes import Task, begin_task, check_direction
from pydezero.transforms.jacobians.signatures.elementwise import elementwise

_DERIVATIVE: Final = Returned("The derivative of {f} with respect to {x}, element by element.", like_result)


@elementwise
def derivative(f: Callable[..., Any], argnums: int | Sequence[int] = 0, holomorphic: bool = False) -> Any:
    """A function that returns the derivative of an elementwise function f, element by element.

    The Jacobian of f is diagonal; its product with ones takes one evaluation of f, by forward mode.

    Args:
        f: a function like `np.sin`, of which each element of the result depends only on the element of the argument at
            the same place. That is not checked. A function of a number may return an array of any shape: the derivative
            of a curve is its velocity. The result may also be a container of such arrays (see `pydezero.tree`).
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions, for each of
            which f is evaluated. Such an argument is an array, a number or a Variable; integers are taken as float64.
        holomorphic: f is a holomorphic function of complex arguments, and the result is its complex derivative.

    Returns:
        A function with the arguments of f that returns a fresh array of the shape of the result of f; a tuple of them
        for a tuple of argnums. Called with Variables, it returns Variables, and so can be differentiated in turn.

    Raises:
        TypeError: f is not callable; (when called) an argument is neither an array nor a number, or is complex and
            `holomorphic` is not set; f returns something else than real and complex numbers, or returns real numbers
            and `holomorphic` is set.
        ValueError: (when called) the result has another shape than the argument; argnums names an argument twice.

    >>> import numpy as np
    >>> derivative(lambda x: x**3)(np.array([1.0, 2.0, 3.0]))
    array([ 3., 12., 27.])
    >>> derivative(derivative(np.exp))(0.0)
    np.float64(1.0)
    >>> derivative(lambda x, y: x * y**2, argnums=(0, 1))(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    (array([ 9., 16.]), array([ 6., 16.]))
    """
    where = check_function(f, "derivative")
    check_flag(where, "holomorphic", holomorphic)
    argnums = kept_argnums(argnums, where)

    def derivative_of(*args: Any, **kwargs: Any) -> Any:
        found: list[Any] = []
        for i in chosen_positions(argnums, len(args), where):
            with begin_task(f, args, kwargs, i, where, holomorphic=holomorphic) as task:
                found.append(_along_ones(task))
        return found[0] if is_int(argnums) else tuple(found)

    return transformed(derivative_of, derivative, f, argnums, holomorphic, backward=False, result=_DERIVATIVE)


def _along_ones(task: Task) -> Any:
    """The derivative of the function in the direction of ones."""
    check_no_container(task, "jacobian(f)")
    check_direction(task)
    level = next_level()
    try:
        outside, _ = task.evaluate(task.with_tangents(task.inside.ones(), level))
    finally:
        level.finished = task.where
    check_elementwise(task, outside.arrays, "jacobian(f)")
    lifted = task.lifted
    found = [export(tangent_of(y, level), lifted.outer) for y in outside.arrays]
    pairs = zip(found, outside.units(), strict=True)
    return outside.filled([g for slope, unit in pairs for g in lifted.derivatives([slope], unit)])


def check_no_container(task: Task, instead: str) -> None:
    """Raise a TypeError if the argument is no array and no number; `instead` is a transform for others."""
    (position,) = task.chosen
    argument = task.args[position]
    if not is_numeric(arrayed(argument)) and WRAPPERS[type(argument)] is None:
        raise TypeError(
            f"{task.where}: argument {position} must be an array or a number, got {describe_structure(argument)}; "
            f"{instead} takes containers"
        )


def check_elementwise(task: Task, results: Sequence[Array], instead: str) -> None:
    """Raise a ValueError if a result has another shape than the argument; `instead` is a transform for such."""
    (position,), (x,) = task.chosen, task.inside.arrays
    for y in results:
        if y.shape != x.shape and x.shape:
            raise ValueError(
                f"{task.where}: the function is not elementwise: argument {position} has shape {x.shape}, "
                f"the result {y.shape}; use {instead}"
            )
