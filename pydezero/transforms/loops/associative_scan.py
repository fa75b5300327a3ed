"""`associative_scan`: the running results of an associative operation, in few calls of it.

The recursion combines neighbours, scans what is half as long, and puts the two together: 2n applications in 2 log2(n)
calls (G. E. Blelloch, "Prefix sums and their applications", 1990; R. E. Ladner and M. J. Fischer, "Parallel prefix
computation", 1980).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Final, TypeAlias, TypeVar

import attrs
import numpy as np
from numpy import ndarray

from pydezero.core.snapshot import copied
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import is_numeric, next_order
from pydezero.transforms.boundary.arguments import check_flag, is_int
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.loops.body import Body, BodyRecorder, depending, of_batches
from pydezero.transforms.loops.carry import Loop, described, is_surely_alike, listed
from pydezero.transforms.loops.derived import Derived
from pydezero.transforms.loops.levels import recorder_below
from pydezero.transforms.loops.scan import checked_body
from pydezero.transforms.loops.stacking import plain
from pydezero.transforms.staging.recorder import Recorder
from pydezero.tree import flatten, map_leaves, same_structure, unflatten

T = TypeVar("T")

_SHORT: Final = 32
"""So many elements are combined one after the other, which then takes no longer than the slices of the recursion."""

Combine: TypeAlias = Callable[[list[Array], list[Array]], list[Array]]

OfFew: TypeAlias = Callable[[list[Array]], list[Array]]
"""The running results of at most _SHORT elements."""


def associative_scan(f: Callable[[T, T], T], xs: T, reverse: bool = False, axis: int = 0) -> T:
    """The running results of an associative operation: x[0], f(x[0], x[1]), f(f(x[0], x[1]), x[2]), ...

    f is called about 2 log2(n) times for n elements, each time on many of them at once, where a loop calls it n times.
    (Up to 32 elements it is this loop. Of more, neighbours are combined until so few are left.)

    Args:
        f: an associative function of two containers like xs, whose arrays have any length along the axis, and which it
            combines element by element along this axis. It returns such a container.
        xs: an array or a container of arrays, of one length along the axis.
        reverse: the results begin with the last element.
        axis: along which the elements lie.

    Returns:
        A container like xs.

    Raises:
        TypeError: f returns something else than what is built like its arguments, of their shapes and dtypes.
        ValueError: an array has no such axis, or another length than another one.

    >>> import numpy as np
    >>> from pydezero import associative_scan
    >>> associative_scan(np.maximum, np.array([1.0, 3.0, 2.0, 5.0]))
    array([1., 3., 3., 5.])
    >>> slopes, shifts = associative_scan(  # y = a * y + b, for all steps at once
    ...     lambda p, q: (p[0] * q[0], q[0] * p[1] + q[1]), (np.array([0.5, 0.5, 2.0]), np.ones(3))
    ... )
    >>> shifts
    array([1. , 1.5, 4. ])
    """
    loop = Loop("associative_scan", checked_body("associative_scan", f, "f"))
    if reverse is not False:
        check_flag(loop.label, "reverse", reverse)
    if type(axis) is not int and not is_int(axis):
        raise TypeError(f"{loop.label}: axis must be an int, got {axis!r}")
    leaves = flatten(xs)
    count = _length(loop, leaves, axis)
    if count < 2:
        return map_leaves(copied, xs)

    def combined(a: list[Array], b: list[Array]) -> list[Array]:
        given = unflatten(xs, a)
        return _checked(loop, given, f(given, unflatten(xs, b)))

    def of_few(leaves: list[Array]) -> list[Array]:
        rows = _rows(unflatten(xs, leaves), leaves, axis, False, _SHORT)
        return _one_by_one(loop, leaves, rows, f(rows[0], rows[1]), axis, False)

    recorder = None if type(xs) is ndarray else recorder_below(xs)
    if recorder is None:
        start = next_order()
        rows = _rows(xs, leaves, axis, reverse, count if count <= _SHORT else 2)
        first = f(rows[0], rows[1])
        recorder = None if type(first) is ndarray else recorder_below(first)
        if recorder is None:
            if count <= _SHORT:
                return unflatten(xs, _one_by_one(loop, leaves, rows, first, axis, reverse))
            _checked(loop, rows[0], first)
            return unflatten(xs, _scanned(combined, leaves, axis, reverse, of_few))
        recorder.forget(start)  # of what f captures
    return unflatten(xs, _as_operation(loop, combined, leaves, axis, reverse, recorder))


def _length(loop: Loop, leaves: Sequence[Any], axis: int) -> int:
    """The number of elements along the axis.

    Raises:
        TypeError: a leaf is no array, or there is none.
        ValueError: a leaf has no such axis, or their lengths differ.
    """
    if not leaves:
        raise TypeError(f"{loop.label}: there are no arrays in xs")
    lengths = []
    for leaf in leaves:
        if type(leaf) is not ndarray and not (is_numeric(leaf) and hasattr(leaf, "shape")):
            raise TypeError(f"{loop.label}: the leaves of xs must be arrays, got {describe_structure(leaf)}")
        shape = leaf.shape
        if not -len(shape) <= axis < len(shape):
            raise ValueError(f"{loop.label}: xs has {described(leaf)}, without an axis {axis}")
        lengths.append(shape[axis])
    if len(set(lengths)) > 1:
        raise ValueError(f"{loop.label}: the lengths of xs along axis {axis} differ: {', '.join(map(str, lengths))}")
    return int(lengths[0])


def _checked(loop: Loop, given: Any, result: Any) -> list[Array]:
    """The leaves of what f returned.

    Raises:
        TypeError: it is not built like its arguments, or of other shapes or dtypes.
    """
    if is_surely_alike(given, result):
        return flatten(result)
    leaves = flatten(result)
    expected = flatten(given)
    if same_structure(given, result) and [described(x) for x in leaves] == [described(x) for x in expected]:
        return leaves
    rows = ["    it is given two of:", *listed(given), "    it returns:", *listed(result)]
    raise TypeError(
        f"{users_line()}: {loop.label}: {loop.place} must return what is built like each of its arguments, of the same "
        "shapes and dtypes" + "\n".join(["", *rows])
    )


def _at(x: Array, axis: int, where: slice) -> Array:
    return x[(*[slice(None)] * (axis % len(x.shape)), where)]


def _pair(leaves: Sequence[Array], axis: int) -> tuple[list[Array], list[Array]]:
    """The first two elements, each with an axis of length 1."""
    first = [_at(x, axis, slice(0, 1)) for x in leaves]
    return first, [_at(x, axis, slice(1, 2)) for x in leaves]


def _rows(xs: Any, leaves: Sequence[Array], axis: int, reverse: bool, count: int) -> list[Any]:
    """The first elements of a container in the order of the steps, each with an axis of length 1."""
    columns = []
    for x in leaves:
        along = x if axis == 0 else np.moveaxis(x, axis, 0)
        if reverse:
            along = along[-1 : -count - 1 : -1]
        elif count < along.shape[0]:
            along = along[:count]
        column = along[:, None] if axis == 0 else np.expand_dims(along, axis % len(x.shape) + 1)
        columns.append(list(islice(column, count)))  # not to the end, at which an array raises an error
    return columns[0] if leaves[0] is xs else [unflatten(xs, row) for row in zip(*columns, strict=True)]


def _one_by_one(
    loop: Loop, leaves: Sequence[Array], rows: list[Any], first: Any, axis: int, reverse: bool
) -> list[Array]:
    """The running results of a few elements, by a loop, whose first step gave `first`."""
    f = loop.body
    _checked(loop, rows[0], first)
    result = first
    results = [rows[0], first]
    try:
        for x in rows[2:]:
            result = f(result, x)
            results.append(result)
        ordered = results[::-1] if reverse else results
        columns: Iterable[Any] = [ordered] if type(first) is ndarray else zip(*map(flatten, ordered), strict=True)
        outputs = [np.concatenate(column, axis=axis) for column in columns]
    except Exception:
        for result in results:
            _checked(loop, first, result)  # what fails on a result of another shape is told by the change
        raise
    if not all(map(is_surely_alike, leaves, outputs)):
        for result in results:
            _checked(loop, first, result)
    return outputs


def _scanned(
    combine: Combine, leaves: Sequence[Array], axis: int, reverse: bool, of_few: OfFew | None = None
) -> list[Array]:
    if not reverse:
        return _recursion(combine, list(leaves), axis, of_few)
    return [np.flip(y, axis) for y in _recursion(combine, [np.flip(x, axis) for x in leaves], axis, of_few)]


def _recursion(combine: Combine, leaves: list[Array], axis: int, of_few: OfFew | None) -> list[Array]:
    """The running results of elements along an axis; those of few elements may have a function of their own."""
    count = leaves[0].shape[axis]
    if count < 2:
        return leaves
    if of_few is not None and count <= _SHORT:
        return of_few(leaves)
    even, odd = slice(0, count - 1, 2), slice(1, None, 2)
    pairs = combine([_at(x, axis, even) for x in leaves], [_at(x, axis, odd) for x in leaves])
    at_odd = _recursion(combine, pairs, axis, of_few)
    first = [_at(x, axis, slice(0, 1)) for x in leaves]
    if count == 2:
        return [np.concatenate(pair, axis=axis) for pair in zip(first, at_odd, strict=True)]
    rest = [_at(x, axis, slice(2, None, 2)) for x in leaves]
    before = [_at(x, axis, slice(0, (count - 1) // 2)) for x in at_odd]
    at_even = [np.concatenate(pair, axis=axis) for pair in zip(first, combine(before, rest), strict=True)]
    return [_interleaved(a, b, axis % len(a.shape)) for a, b in zip(at_even, at_odd, strict=True)]


def _interleaved(even: Array, odd: Array, axis: int) -> Array:
    """The elements of two arrays in turn; the first has as many as the second, or one more."""
    count = odd.shape[axis]
    both = np.stack([_at(even, axis, slice(0, count)), odd], axis=axis + 1)
    both = np.reshape(both, (*odd.shape[:axis], 2 * count, *odd.shape[axis + 1 :]))
    return both if even.shape[axis] == count else np.concatenate([both, _at(even, axis, slice(count, None))], axis=axis)


def _as_operation(
    loop: Loop, combined: Combine, leaves: Sequence[Array], axis: int, reverse: bool, outer: Recorder
) -> list[Array]:
    """The running results, by one operation in a record."""
    count = len(leaves)

    def of_two(values: Sequence[Array]) -> list[Array]:
        values = [np.expand_dims(x, axis) for x in values]
        return [np.squeeze(y, axis) for y in combined(list(values[:count]), list(values[count:]))]

    examples = [np.squeeze(x, axis) for pair in _pair(plain(list(leaves)), axis) for x in pair]
    recorded = BodyRecorder(name_of(loop.body), loop.label, outer).run(of_two, examples, [False] * len(examples))
    body = recorded.closed(recorded.captured)
    function = _Recursion(body, len(recorded.captured), axis, reverse)
    return list(Derived(loop.name, function, {"f": body})(*recorded.captured, *leaves))


@attrs.frozen(eq=False)
class _Recursion:
    """The running results of a body of two elements, for what it captures and arrays of elements."""

    body: Body
    captured: int
    axis: int
    reverse: bool

    def __call__(self, values: Sequence[Array]) -> list[Array]:
        captured, leaves = list(values[: self.captured]), list(values[self.captured :])

        def combine(a: list[Array], b: list[Array]) -> list[Array]:
            pairs = [np.moveaxis(x, self.axis, 0) for x in (*a, *b)]
            flags = [False] * len(captured) + [True] * len(pairs)
            results = of_batches(self.body.run, [*captured, *pairs], flags, pairs[0].shape[0], None)
            return [np.moveaxis(y, 0, self.axis) for y in results]

        return _scanned(combine, leaves, self.axis, self.reverse)

    def depending(self, flags: Sequence[bool]) -> list[bool]:
        captured, leaves = list(flags[: self.captured]), list(flags[self.captured :])
        while True:  # until a result that is computed of a marked one is marked
            out = depending(self.body.graph, [*captured, *leaves, *leaves])
            grown = [a or b for a, b in zip(leaves, out, strict=True)]
            if grown == leaves:
                return leaves
            leaves = grown

    def is_linear_in(self, flags: Sequence[bool]) -> bool:
        leaves = self.depending(flags)
        return self.body.is_linear_in([*flags[: self.captured], *leaves, *leaves])
