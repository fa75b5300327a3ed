"""The patterns that a user declares for a function with rules: which outputs depend on which arguments.

A pattern follows the rules of a function where it can. Where it cannot, or where what they compute with couples more
than the derivative does, the user knows better.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pydezero.core.types import Array
from pydezero.core.variable import shape_of
from pydezero.transforms.boundary.arguments import call
from pydezero.transforms.boundary.messages import describe_structure

PatternRule: TypeAlias = Literal["elementwise"] | Callable[..., Any] | None
"""Element by element; or a function of the arguments that returns a `Pattern` for each that is differentiated."""

Places: TypeAlias = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Elements of an output, and for each of these an element of an argument that it may depend on; in C order."""

Dependence: TypeAlias = list[list[Places]]
"""For each array among the arguments the places of each output."""


def check_pattern_rule(pattern: PatternRule, where: str) -> None:
    """Raise a TypeError unless it is one."""
    if pattern is not None and pattern != "elementwise" and not callable(pattern):
        raise TypeError(
            f"{where}: pattern must be 'elementwise', or a function of the arguments of f that returns a Pattern for "
            f"each that is differentiated, got {describe_structure(pattern)}"
        )


def dependence(
    pattern: PatternRule,
    args: Callable[[], Sequence[Any]],
    counts: Sequence[int],
    values: Sequence[Array],
    out_shapes: Sequence[tuple[int, ...]],
    where: str,
) -> Dependence | None:
    """The pattern that is declared for a call, None if there is none.

    Args:
        pattern: what is declared of the function.
        args: gives the arguments of the call, for a pattern that is a function.
        counts: how many arrays each argument has that is differentiated.
        values: these arrays.
        out_shapes: the shapes of the outputs.
        where: the name for error messages.

    Raises:
        TypeError: the function for patterns returned no Pattern, and no tuple of them.
        ValueError: there are not as many as arguments, or one has another shape; or an argument of an elementwise
            function is not broadcast to an output.
    """
    if pattern is None:
        return None
    if not callable(pattern):
        return [[_same_places(shape_of(x), shape, where) for shape in out_shapes] for x in values]
    return _of_patterns(call(pattern, args(), {}), counts, values, out_shapes, where)


def _of_patterns(
    returned: Any, counts: Sequence[int], values: Sequence[Array], out_shapes: Sequence[tuple[int, ...]], where: str
) -> Dependence:
    patterns = returned if isinstance(returned, tuple) else (returned,)
    if len(patterns) != len(counts):
        raise ValueError(
            f"{where}: pattern returned {len(patterns)} patterns for {len(counts)} arguments; it must return one for "
            "each that is differentiated (None for no influence)"
        )
    found: Dependence = []
    arrays = iter(values)
    ends = np.cumsum([0, *map(math.prod, out_shapes)])
    for i, (pattern, count) in enumerate(zip(patterns, counts, strict=True)):
        sizes = [math.prod(shape_of(next(arrays))) for _ in range(count)]
        starts = np.cumsum([0, *sizes])
        rows, columns = _coordinates(pattern, (int(ends[-1]), int(starts[-1])), f"{where}: pattern", i)
        for start, stop in pairwise(starts):
            of_outputs: list[Places] = []
            for low, high in pairwise(ends):
                chosen = (start <= columns) & (columns < stop) & (low <= rows) & (rows < high)
                of_outputs.append((rows[chosen] - low, columns[chosen] - start))
            found.append(of_outputs)
    return found


def of_each_example(
    of_one: Callable[[Sequence[Array], Sequence[tuple[int, ...]]], Dependence | None],
    batched: Sequence[bool],
    values: Sequence[Array],
    out_shapes: Sequence[tuple[int, ...]],
) -> Dependence | None:
    """The dependence for batches along the first axis, from that of one example: no example depends on another one."""
    size = out_shapes[0][0]
    if not size:
        return None
    firsts = [x[0] if is_batch else x for x, is_batch in zip(values, batched, strict=True)]
    found = of_one(firsts, [shape[1:] for shape in out_shapes])
    if found is None:
        return None
    examples = np.arange(size)[:, np.newaxis]
    of_batch: Dependence = []
    for x, is_batch, places in zip(firsts, batched, found, strict=True):
        step = math.prod(shape_of(x)) if is_batch else 0
        of_batch.append(
            [
                ((examples * math.prod(shape[1:]) + rows).ravel(), (examples * step + columns).ravel())
                for shape, (rows, columns) in zip(out_shapes, places, strict=True)
            ]
        )
    return of_batch


def _same_places(shape: tuple[int, ...], out_shape: tuple[int, ...], where: str) -> Places:
    try:
        columns = np.broadcast_to(np.arange(math.prod(shape)).reshape(shape), out_shape)
    except ValueError:
        raise ValueError(
            f"{where}: the pattern is 'elementwise', but an argument of shape {shape} is not broadcast to an output of "
            f"shape {out_shape}; give a function of the arguments that returns a Pattern"
        ) from None
    return np.arange(math.prod(out_shape)), columns.ravel()


def _coordinates(pattern: Any, shape: tuple[int, int], whose: str, position: int) -> Places:
    if pattern is None:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    if not hasattr(pattern, "coordinates"):
        raise TypeError(
            f"{whose} returned {describe_structure(pattern)} for argument {position}; it must return a Pattern "
            "(Pattern.from_coordinates makes one), or None for no influence"
        )
    if pattern.shape != shape:
        raise ValueError(
            f"{whose} returned a Pattern of shape {pattern.shape} for argument {position}; it must have a row for each "
            f"element of the outputs, and a column for each element of the argument: {shape}"
        )
    rows, columns = pattern.coordinates
    return rows, columns
