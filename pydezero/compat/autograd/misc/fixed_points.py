"""`fixed_point`, by `pydezero.custom_fixed_point`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydezero.transforms.implicit.custom_root import custom_fixed_point

__all__ = ["fixed_point"]


def fixed_point(
    f: Callable[[Any], Callable[[Any], Any]], a: Any, x0: Any, distance: Callable[[Any, Any], Any], tol: float
) -> Any:
    """The x that f(a)(x) returns as it is, by iteration from x0 until two of them are within tol of each other.

    Its derivative with respect to a is that of the implicit function.
    """

    def iterate(step: Callable[[Any], Any], x: Any, a: Any) -> Any:  # noqa: ARG001  # step has a
        before, x = x, step(x)
        while distance(x, before) > tol:
            before, x = x, step(x)
        return x

    return custom_fixed_point(lambda x, a: f(a)(x), iterate)(x0, a)
