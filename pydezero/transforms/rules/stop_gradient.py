"""`stop_gradient` and `value`: values without what they were computed from."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from numpy.typing import NDArray

from pydezero.core.bind import bind
from pydezero.core.variable import Variable, is_numeric
from pydezero.functions.nondifferentiable.functions import stop_gradient_p
from pydezero.tree import map_leaves

T = TypeVar("T")


def stop_gradient(x: T) -> T:
    """The values of x as constants: nothing is differentiated with respect to what it was computed from.

    Args:
        x: an array, a number, a Variable, or a container of them. A leaf that is not a number is returned as it is.

    Returns:
        A container like it, of the same values. Where they were Variables of a transform that differentiates, they are
        those of the transform around it, or arrays that share no memory with anything.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    np.float64(3.0)
    """
    result: T = map_leaves(lambda leaf: bind(stop_gradient_p, leaf) if is_numeric(leaf) else leaf, x)
    return result


@overload
def value(x: Variable) -> NDArray[Any]: ...
@overload
def value(x: T) -> T: ...
def value(x: Any) -> Any:
    """The bare value of a Variable, under all transforms: to print, to decide, to index with.

    `x.data` is the value under one transform, which inside nested ones is a Variable again.

    Args:
        x: a Variable, or a container of them; anything else is returned as it is.

    Returns:
        A read-only array of the shape of x, or a container of such.

    Raises:
        TypeError: x has not one value: it stands for a batch (`vmap`), or for any argument (`trace`).

    >>> from pydezero import grad
    >>> def f(x):
    ...     print(f"at {value(x)}, which is {x.data} to this transform")
    ...     return x**3
    >>> float(grad(grad(f))(2.0))
    at 2.0, which is variable(2.0) to this transform
    12.0
    """
    if not isinstance(x, Variable):
        return map_leaves(lambda leaf: value(leaf) if isinstance(leaf, Variable) else leaf, x)
    while isinstance(x, Variable):
        x.node.exposed(x._value, "value(x)")
        x = x.data
    return x
