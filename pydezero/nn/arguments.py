"""Checks of the arguments of layers, and the types that layers share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from pydezero.core.foreign import converted, is_convertible, is_delayed
from pydezero.core.snapshot import as_constant, is_array, is_number
from pydezero.core.types import Array
from pydezero.core.variable import Operand, Variable, shape_of
from pydezero.transforms.boundary.arguments import check_count
from pydezero.transforms.boundary.messages import describe_structure

# The parameters of a layer. In a transform they are Variables, as everything that a typed program calls an array.
Floats: TypeAlias = NDArray[np.floating[Any]]

# What a layer is called with: it returns an array of the same type, and a Variable for a Variable.
X = TypeVar("X", bound=Variable | NDArray[np.floating[Any]])

# Whole numbers: labels of classes, indices of rows.
Integers: TypeAlias = Variable | NDArray[np.integer[Any]] | np.integer[Any] | int


def check_sizes(where: str, **sizes: object) -> None:
    """Raise unless the sizes of a layer are positive integers.

    Raises:
        TypeError: one is no integer.
        ValueError: one is less than 1.
    """
    for name, size in sizes.items():
        check_count(where, name, size)


def check_number(where: str, name: str, x: float, fits: Callable[[float], bool], wanted: str) -> None:
    """Raise unless a setting of a layer is a number of the wanted size.

    Raises:
        TypeError: it is no number.
        ValueError: it does not fit.
    """
    if not is_number(x):
        raise TypeError(f"{where}: {name} must be a number, got {describe_structure(x)}")
    if not fits(x):
        raise ValueError(f"{where}: {name} must be {wanted}, got {x!r}")


def check_epsilon(where: str, epsilon: float) -> None:
    """Raise unless what is added to a variance is at least 0.

    Raises:
        TypeError: it is no number.
        ValueError: it is negative or nan.
    """
    check_number(where, "epsilon", epsilon, lambda x: x >= 0, "at least 0")


def as_array(x: Any) -> Array:  # Any: numbers and lists, too
    """An array, a Variable or an array that answers to NumPy's functions as it is; anything else as an array.

    Raises:
        TypeError: it is a tensor or a dataframe that is not converted without loss.
    """
    if type(x) is np.ndarray or type(x) is Variable:
        return x
    values: Array = converted(x, "an argument") if is_convertible(x) else x
    return values if hasattr(values, "dtype") else np.asarray(values)


def as_floats(x: Any) -> Array:  # Any: numbers and lists, too
    """An array as it is, and one of integers or booleans, whose arithmetic wraps around, as one of float64."""
    values = as_array(x)
    return values.astype(np.float64) if values.dtype.kind in "biu" else values


def check_array(where: str, argument: str, x: object) -> None:
    """Raise unless an argument of a layer is an array.

    Raises:
        TypeError: it is a list, a number of Python's or something else.
    """
    if not hasattr(x, "dtype"):
        instead = "np.asarray(x) makes one"
        if isinstance(x, tuple):
            instead = "take a part of it; RNN, LSTM and GRU return a pair (outputs, state)"
        raise TypeError(f"{where}: {argument} must be an array, got {describe_structure(x)}; {instead}")


def check_real(where: str, argument: str, x: object) -> None:
    """Raise unless an argument, whose elements are compared, holds real numbers.

    Raises:
        TypeError: it is complex, or holds something else than numbers.
    """
    if as_array(x).dtype.kind not in "fiub":
        found = f"an array of {as_array(x).dtype}" if hasattr(x, "dtype") else describe_structure(x)
        raise TypeError(f"{where}: {argument} must be real numbers, got {found}")


def check_parameter(where: str, name: str, p: object, *lengths: int | str) -> tuple[int, ...]:
    """The shape of a parameter of a layer, for which there is a length of each axis, or a name where it may be any.

    Raises:
        TypeError: it is no array.
        ValueError: it has another shape.
    """
    shape: tuple[int, ...] | None = getattr(p, "shape", None)
    if shape == lengths:
        return shape
    if shape is None:
        of_sizes = f"; {where}.init makes a layer of its sizes" if is_number(p) and where.isidentifier() else ""
        raise TypeError(f"{where}: {name} must be an array, got {describe_structure(p)}{of_sizes}")
    if len(shape) == len(lengths) and not [
        wanted for length, wanted in zip(shape, lengths, strict=True) if type(wanted) is int and wanted != length
    ]:
        return shape
    listed = ", ".join(map(str, lengths)) + "," * (len(lengths) == 1)
    raise ValueError(f"{where}: {name} must have the shape ({listed}), got {shape}")


def check_added(where: str, b: Array | None, outputs: int) -> None:
    """Raise unless there is one number to add to each output, or nothing.

    Raises:
        TypeError: b is no array.
        ValueError: it has another shape.
    """
    if b is not None:
        check_parameter(where, "b", b, outputs)


def check_last_axis(where: str, argument: str, x: Operand, size: int) -> None:
    """Raise unless the last axis of an argument has a length.

    Raises:
        TypeError: the argument is no array.
        ValueError: it has another one, or there is no axis.
    """
    check_array(where, argument, x)
    shape = shape_of(x)
    if not shape or shape[-1] != size:
        instead = ""
        if size in shape:
            instead = f": move the axis of length {size} to the end with np.moveaxis"
        elif any(math.prod(shape[i:]) == size for i in range(1, len(shape) - 1)):
            instead = ": make one axis of the last ones with x.reshape(len(x), -1)"
        raise ValueError(f"{where}: {argument} must have the shape (..., {size}), got {shape}{instead}")


def check_axes(where: str, argument: str, x: Operand, channels: int, names: Sequence[str]) -> None:
    """Raise unless an argument has an axis of channels and the axes behind it.

    Raises:
        TypeError: the argument is no array.
        ValueError: it has not.
    """
    check_array(where, argument, x)
    shape = shape_of(x)
    behind = len(names)
    if len(shape) <= behind or shape[-1 - behind] != channels:
        wanted = ", ".join(["...", str(channels), *names])
        instead = ""
        if len(shape) > behind and shape[-1] == channels:
            instead = f": move the channels in front of the other axes with np.moveaxis(x, -1, {-1 - behind})"
        elif len(shape) >= behind and channels == 1:
            instead = f": a single channel has an axis, too; make one with np.expand_dims(x, {-1 - behind})"
        raise ValueError(f"{where}: {argument} must have the shape ({wanted}), got {shape}{instead}")


def as_integers(where: str, argument: str, x: Operand, count: int, what: str) -> Array:
    """Labels or indices that are known to lie between 0 and a number of things.

    Where their values are known they are looked at. Where they are not, as in a recorded function, one below 0 becomes
    `count`, so that whoever looks it up raises an IndexError rather than to count from the end.

    Raises:
        TypeError: they are no integers.
        ValueError: one is out of range.
    """
    is_known_kind = isinstance(x, Variable) or is_array(x)
    values: Array = x if is_known_kind else as_array(as_constant(x, f"{where}: {argument}"))
    if values.dtype.kind not in "iu":
        raise TypeError(
            f"{where}: {argument} must be integers from 0 to {count - 1}, got {values.dtype}; "
            f"write {argument}.astype(int) if they are the numbers of {what}"
        )
    known = known_values(values)
    if known is None:
        # Small integers may not hold the count; unsigned ones are never below 0.
        return values if values.dtype.kind == "u" else np.where(values < 0, np.int64(count), values)
    check_between(where, argument, known, count - 1, f", for {count} {what}")
    return values


def check_between(
    where: str, argument: str, known: Array | None, largest: float, why: str = "", margin: float = 0.0
) -> None:
    """Raise unless values, where they are known, lie between 0 and a number, or no farther beyond than a margin.

    Raises:
        ValueError: one does not.
    """
    if known is None or not known.size:
        return
    are_within = np.logical_and(known >= -margin, known <= largest + margin)
    if not np.all(are_within):  # one question, for which a GPU is waited for once
        wrong = known[np.logical_not(are_within)][0]
        raise ValueError(f"{where}: {argument} must lie between 0 and {largest}, got {wrong}{why}")


def known_values(x: Array) -> Array | None:
    """The values of an array, of all examples of a batch; None where it stands for any array, as in a trace.

    An array that is computed later has none, either.
    """
    while type(x) is Variable and (x.node.has_one_value or not x.node.differentiates):
        x = x._value
    return None if type(x) is Variable or is_delayed(x) else x
