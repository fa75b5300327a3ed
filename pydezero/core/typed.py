"""Decorators that tell the type checker what a function of arrays gives back; at run time they return it as it is.

`def f(a: Operand, ...) -> Array` computes with Variables and arrays alike. These decorators give it the overloads that
say so: Variable to Variable, array to array.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Concatenate, cast

from pydezero.core.types import (
    Array,
    ArrayFunction,
    BinaryArrayFunction,
    BinaryFunction,
    JoiningFunction,
    Operand,
    P,
    UnaryFunction,
)


def array_function(function: Callable[Concatenate[Operand, P], Array]) -> ArrayFunction[P]:
    """A function of one array and parameters."""
    return cast(ArrayFunction[P], function)  # cast: a checker cannot derive overloads


def binary_array_function(function: Callable[Concatenate[Operand, Operand, P], Array]) -> BinaryArrayFunction[P]:
    """A function of two arrays and parameters."""
    return cast(BinaryArrayFunction[P], function)  # cast: a checker cannot derive overloads


def joining_function(function: Callable[Concatenate[Sequence[Operand], P], Array]) -> JoiningFunction[P]:
    """A function of a sequence of arrays and parameters."""
    return cast(JoiningFunction[P], function)  # cast: a checker cannot derive overloads


def unary_function(function: Callable[[Operand], Array]) -> UnaryFunction:
    """A function of one array."""
    return cast(UnaryFunction, function)  # cast: a checker cannot derive overloads


def binary_function(function: Callable[[Operand, Operand], Array]) -> BinaryFunction:
    """A function of two arrays."""
    return cast(BinaryFunction, function)  # cast: a checker cannot derive overloads
