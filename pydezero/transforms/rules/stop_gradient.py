"""`stop_gradient`: values that are constants to every derivative."""

from __future__ import annotations

from typing import TypeVar

from pydezero.core.bind import bind
from pydezero.core.variable import is_numeric
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
    array(3.)
    """
    result: T = map_leaves(lambda leaf: bind(stop_gradient_p, leaf) if is_numeric(leaf) else leaf, x)
    return result
