"""Arguments of SciPy's functions as arrays."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from pydezero.core.typed import has_variable, takes_delayed
from pydezero.core.types import Array
from pydezero.core.variable import Variable
from pydezero.functions.joining.nested import array
from pydezero.functions.shapes import shape

__all__ = ["SEQUENCES", "as_operand", "check_given", "joined", "not_differentiated", "takes_lists"]

_F = TypeVar("_F", bound=Callable[..., Any])

SEQUENCES: Final = frozenset({list, tuple})


def as_operand(x: Any) -> Array:
    """A Variable as it is, anything else as an array; lists and tuples that hold Variables become one Variable.

    Raises:
        TypeError: x has arithmetic of its own, as a masked array, a matrix, or an array with a unit.
        ValueError: the parts of a list have different shapes.
    """
    if isinstance(x, list | tuple) and has_variable(x):
        return array(x)
    return shape.as_operand(x)


def joined(x: Any) -> Any:
    """A list or tuple with Variables in it as one Variable, anything else as it is."""
    return array(x) if type(x) in SEQUENCES and has_variable(x) else x


def takes_lists(function: _F) -> _F:
    """A function that takes a list or tuple with Variables in it for the array of them.

    Arrays that are computed later it takes as they are, and computes nothing.
    """
    of_arrays = takes_delayed(function)

    @wraps(function)
    def apply(*args: Any, **kwargs: Any) -> Any:
        return of_arrays(*map(joined, args), **{name: joined(x) for name, x in kwargs.items()})

    return cast("_F", apply)  # cast: it has the signature of the function


def check_given(function: str, parameter: str, x: object) -> None:
    """Raise a TypeError if an argument that is not differentiated is a Variable of a transform that differentiates."""
    while type(x) is Variable:
        if x.node.has_one_value:
            raise TypeError(not_differentiated(function, parameter))
        x = x._value


def not_differentiated(function: str, parameter: str) -> str:
    """The message for an argument that is given, and that a transform would differentiate by."""
    return (
        f"{function} is not differentiated with respect to {parameter}: pass a plain number or array for it, "
        f"{parameter}.data or stop_gradient({parameter}) where it is a Variable"
    )
