"""Batch rules: what a primitive makes of arguments that stand for many examples at once.

`rule(batched, *args, **params)` gets which of the arguments are batches, along their first axis, and returns the batch
of results along its first axis. The arguments are arrays or Variables of an enclosing transform, so a rule is written
in functions that take both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from pydezero.core.bind import PYTHON_NUMBERS, bind
from pydezero.core.primitive import Primitive
from pydezero.core.types import Array
from pydezero.core.variable import shape_of


def aligned(batched: Sequence[bool], args: Sequence[Array]) -> list[Array]:
    """Arguments that broadcast against each other, example by example, as batches that do.

    An example of fewer axes than another gets axes of length 1 between the batch axis and its own.
    """
    ndims = []
    most = 0
    for x, is_batched in zip(args, batched):  # noqa: B905  # the most frequent of all rules
        ndim = 0 if type(x) in PYTHON_NUMBERS else x.ndim - is_batched
        ndims.append(ndim)
        if ndim > most:
            most = ndim
    values = list(args)
    for i, ndim in enumerate(ndims):
        if ndim < most and batched[i]:
            values[i] = with_ndim(args[i], args[i].shape, most)
    return values


def with_ndim(x: Array, shape: tuple[int, ...], ndim: int) -> Array:
    """A batch whose examples have so many axes: axes of length 1 come before their own."""
    return np.reshape(x, (shape[0], *(1,) * (ndim + 1 - len(shape)), *shape[1:]))


def as_rows(x: Array) -> Array:
    """The elements of each entry along the first axis in a row: a matrix, also of an array without elements."""
    shape = shape_of(x)
    return np.reshape(x, (shape[0], math.prod(shape[1:])))


def batch_size(batched: Sequence[bool], args: Sequence[Array]) -> int:
    """The number of examples."""
    size: int = args[list(batched).index(True)].shape[0]
    return size


def repeated(x: Array, size: int) -> Array:
    """A batch of so many examples that are all x, without a copy."""
    return np.broadcast_to(x, (size, *shape_of(x)))


def all_batched(batched: Sequence[bool], args: Sequence[Array]) -> list[Array]:
    """All arguments as batches: one that is the same for every example is repeated, without a copy."""
    size = batch_size(batched, args)
    return [x if is_batched else repeated(x, size) for x, is_batched in zip(args, batched, strict=True)]


def shifted(axes: Sequence[int]) -> tuple[int, ...]:
    """Axes of an example, counted from the front, as axes of the batch."""
    return tuple([i + 1 for i in axes])


def elementwise(function: Callable[..., Array]) -> Callable[..., Array]:
    """The batch rule of a function that works element by element, on arguments that broadcast against each other."""
    return lambda batched, *args, **params: function(*aligned(batched, args), **params)


def each_of_batch(function: Callable[..., Any], batched: Sequence[bool], args: Sequence[Array]) -> list[Any]:
    """The results of a function for one example after the other; an error gets a note of the example."""
    size = batch_size(batched, args)
    results: list[Any] = []
    try:
        for i in range(size):
            example = [x[i] if is_batched else x for x, is_batched in zip(args, batched, strict=True)]
            results.append(function(*example))  # the error is for the example after those
    except Exception as error:
        note_example(error, len(results), size)
        raise
    return results


def note_example(error: Exception, i: int, size: int) -> None:
    """Add to an error for which example of a batch it was raised."""
    error.add_note(f"(for the example {i} of a batch of {size}, counted from 0)")


def looped(batched: Sequence[bool], primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Array:
    """Apply a primitive that has no batch rule to one example after the other.

    Raises:
        TypeError: a result is a tuple, or has another shape than that of another example.
        ValueError: there are no examples, from which to learn the shape of a result.
    """
    size = batch_size(batched, args)
    if not size:
        raise ValueError(f"{primitive.name} of a batch without examples: a loop over them finds no shape of the result")
    results = each_of_batch(lambda *example: bind(primitive, *example, **params), batched, args)
    if tuple in map(type, results):
        raise TypeError(f"{primitive.name} of a batch: its result is a tuple, which cannot stand for many")
    shapes = {shape_of(result) for result in results}
    if len(shapes) > 1:
        raise TypeError(
            f"{primitive.name} of a batch: its results have different shapes for different examples, "
            f"{sorted(shapes)}; use a function whose result always has one shape"
        )
    return np.stack(results)
