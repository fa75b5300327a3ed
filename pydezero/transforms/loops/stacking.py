"""Elements on the way into a loop, and results on the way out: containers of arrays along their first axis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, Final

import numpy as np
from numpy import ndarray

from pydezero.core.foreign import is_delayed
from pydezero.core.snapshot import is_array
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric
from pydezero.lazy import load
from pydezero.transforms.boundary.arguments import is_int
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.loops.carry import Loop, described, dtype_of
from pydezero.tree import Tree, flatten, map_leaves, paths, same_structure, unflatten

_ARRAYS: Final = frozenset({np.ndarray, Variable})
# The leaves that are met most. `np.array` puts them together in a third of the time that `np.stack` takes.
_LEAVES: Final = frozenset({*_ARRAYS, np.float64, float})


def steps_at_sight(xs: Tree, length: int | None, reverse: bool) -> tuple[int, Iterator[Tree]]:
    """The number of steps and their elements, where a look at common types can tell.

    A negative number says that `length_of` is needed, and then `elements`.
    """
    if xs is None:
        count = length if type(length) is int else -1
        return count, repeat(None, count)
    if length is None and type(xs) is ndarray and xs.shape:
        return len(xs), iter(xs[::-1] if reverse else xs)
    counts = {leaf.shape[0] if type(leaf) in _ARRAYS and leaf.shape else -1 for leaf in flatten(xs) if leaf is not None}
    if length is not None:
        counts.add(length if type(length) is int else -1)
    count = counts.pop() if len(counts) == 1 else -1
    return count, elements(xs, count, reverse) if count > 0 else repeat(None, 0)


def length_of(loop: Loop, xs: Tree, length: int | None) -> int:
    """The number of steps: the length of the arrays in xs along their first axis, or what `length` says.

    Raises:
        TypeError: `length` is no integer, or missing where there are no arrays; a leaf of xs is no array.
        ValueError: the lengths differ, `length` is negative, or a leaf has no axis.
    """
    if length is not None and not is_int(length):
        raise TypeError(f"{loop.label}: length must be an int, got {length!r}")
    if length is not None and length < 0:
        raise ValueError(f"{loop.label}: length must not be negative, got {length}")
    lengths: dict[str, int] = {}
    for path, leaf in zip(paths(xs), flatten(xs), strict=True):
        if leaf is None:
            continue
        _check_leaf(loop, path, leaf)
        shape = np.shape(leaf) if not isinstance(leaf, Variable) else leaf.shape
        if not shape:
            raise ValueError(
                f"{loop.label}: xs{path} is {described(leaf)}, with no axis along which the steps lie; a list is a "
                "container, so write np.array([...]), and let the body capture what is the same in every step"
            )
        lengths[f"xs{path}"] = shape[0]
    if length is not None:
        lengths["length"] = int(length)
    if not lengths:
        raise TypeError(f"{loop.label}: without arrays in xs, length= says how many steps there are")
    if len(set(lengths.values())) > 1:
        found = ", ".join([f"{name}: {n}" for name, n in lengths.items()])
        raise ValueError(f"{loop.label}: the lengths along the first axis differ ({found})")
    return next(iter(lengths.values()))


def _check_leaf(loop: Loop, path: str, leaf: Any) -> None:
    if is_delayed(leaf):
        load("pydezero.arrays.dask", "check_known")(leaf, f"{loop.label}: xs{path}")
    elif not is_numeric(leaf):
        raise TypeError(
            f"{loop.label}: xs{path} is {describe_structure(leaf)}; its leaves must be arrays or None, and "
            "np.asarray(x) makes one of a series or tensor"
        )


def element(xs: Tree, i: int | slice) -> Tree:
    """The elements of a step, or of several: each array in xs at an index along its first axis."""
    if type(xs) is np.ndarray or type(xs) is Variable:
        return xs[i]
    return map_leaves(lambda leaf: leaf if leaf is None else leaf[i], xs)


def elements(xs: Tree, count: int, reverse: bool) -> Iterator[Tree]:
    """The elements of each of so many steps, in the order of the steps."""
    kind: Any = type(xs)  # Any: of a NamedTuple, too
    if kind is np.ndarray:
        return iter(xs[::-1] if reverse else xs)
    if xs is None:
        return repeat(None, count)
    if kind is dict and xs:
        rows = zip(*[elements(part, count, reverse) for part in xs.values()], strict=True)
        return map(dict, map(zip, repeat(list(xs)), rows))
    if (kind is tuple or kind is list or (issubclass(kind, tuple) and hasattr(kind, "_make"))) and xs:
        rows = zip(*[elements(part, count, reverse) for part in xs], strict=True)
        return rows if kind is tuple else map(list if kind is list else kind._make, rows)
    leaves = flatten(xs)
    if len(leaves) == 1 and leaves[0] is xs:
        return (xs[i] for i in (range(count - 1, -1, -1) if reverse else range(count)))
    if not leaves:
        return repeat(xs, count)
    return (unflatten(xs, row) for row in zip(*[elements(leaf, count, reverse) for leaf in leaves], strict=True))


def stand_in(xs: Tree) -> Tree:
    """Ones in the place of the elements of a step, where there are none to take."""
    return map_leaves(lambda x: x if x is None else np.ones(x.shape[1:], dtype_of(x))[()], xs)


def stacked_at_sight(ys: Sequence[Tree], reverse: bool) -> Array | None:
    """The results of the steps as one array, where all of them are arrays or NumPy's floats; None of any others."""
    kind = type(ys[0])
    if (kind is not ndarray and kind is not np.float64) or [*map(type, ys)].count(kind) != len(ys):
        return None
    ordered = ys[::-1] if reverse else ys
    if kind is np.float64:
        return np.fromiter(ordered, np.float64, len(ordered))  # in a third of the time of `np.array`
    try:
        return np.array(ordered)
    except ValueError:  # their shapes differ
        return None


def stacked(loop: Loop, ys: Sequence[Tree], reverse: bool) -> Tree:
    """The results of the steps as one container like each of them, whose arrays have one axis more, the first.

    Raises:
        TypeError: they are not built alike, or a leaf is neither an array nor the same in all steps.
        ValueError: their shapes differ.
    """
    ordered = ys[::-1] if reverse else ys
    first = ordered[0]
    if type(first) in _LEAVES:
        return _stacked_leaf(loop, ordered)
    columns = _columns(ordered)
    if columns is None:
        columns = _columns_of_any(loop, ordered)
    return unflatten(first, [_stacked_leaf(loop, column) for column in columns])


def _columns(trees: Sequence[Tree]) -> list[Sequence[Any]] | None:
    """The leaves at each place of containers of Python's own that are built alike; None of any others."""
    first = trees[0]
    kinds = set(map(type, trees))
    if kinds <= _LEAVES:
        return [trees]
    if len(kinds) > 1:
        return [trees] if all(map(is_numeric, trees)) else None
    parts: Iterable[Sequence[Tree]]
    (kind,) = kinds
    if kind is tuple or kind is list:
        if {len(first)} != set(map(len, trees)):
            return None
        parts = zip(*trees, strict=True)
    elif kind is dict:
        if {tuple(first)} != set(map(tuple, trees)):
            return None
        parts = zip(*[tree.values() for tree in trees], strict=True)
    else:
        return [trees] if is_numeric(first) else None
    columns: list[Sequence[Any]] = []
    for part in parts:
        below = _columns(part)
        if below is None:
            return None
        columns += below
    return columns


def _columns_of_any(loop: Loop, ordered: Sequence[Tree]) -> list[Sequence[Any]]:
    """The columns of containers of any kind.

    Raises:
        TypeError: they are not built alike.
    """
    first = ordered[0]
    for y in ordered:
        if not same_structure(first, y):
            raise TypeError(
                f"{users_line()}: {loop.label}: what {loop.place} returns to be stacked is not built alike in all "
                f"steps: {describe_structure(first)}, and {describe_structure(y)}"
            )
    return list(zip(*[flatten(y) for y in ordered], strict=True))


def _stacked_leaf(loop: Loop, leaves: Sequence[Any]) -> Any:
    first = leaves[0]
    kinds = set(map(type, leaves))
    if kinds <= _LEAVES:
        try:
            return np.stack(leaves) if Variable in kinds else np.array(leaves)
        except ValueError:
            pass  # what is wrong with them is told below
    if not all(type(leaf) is np.ndarray or is_numeric(leaf) for leaf in leaves):
        if all(leaf is first or (type(leaf) is type(first) and bool(leaf == first)) for leaf in leaves):
            return first
        raise TypeError(
            f"{users_line()}: {loop.label}: what {loop.place} returns to be stacked must be arrays; got {first!r}"
        )
    shapes = {leaf.shape if hasattr(leaf, "shape") else () for leaf in leaves}
    if len(shapes) > 1:
        raise ValueError(
            f"{users_line()}: {loop.label}: what {loop.place} returns to be stacked has different shapes in different "
            f"steps: {', '.join(map(str, sorted(shapes)))}"
        )
    if shapes == {()} and Variable not in map(type, leaves) and not any(map(is_array, leaves)):
        return np.array(leaves)
    return np.stack(leaves)


def none_stacked(y: Tree) -> Tree:
    """The stack of no steps, each of which would have given something like y."""

    def empty(leaf: Any) -> Any:
        if not is_numeric(leaf):
            return leaf
        return np.zeros((0, *(leaf.shape if hasattr(leaf, "shape") else ())), dtype_of(leaf))

    return map_leaves(empty, y)


def plain(tree: Tree) -> Tree:
    """A container with arrays of the same shapes and dtypes in the place of its Variables: their values, or ones."""
    return map_leaves(lambda leaf: example_of(leaf) if type(leaf) is Variable else leaf, tree)


def example_of(x: Array) -> Array:
    """A plain array of the shape and dtype of x: its value, and the first of a batch."""
    if type(x) is not Variable:
        return x
    value = example_of(x._value)
    shape = x.shape
    if value.shape == shape:
        return value
    return np.reshape(value, (-1, *shape))[0] if value.size else np.ones(shape, value.dtype)[()]


def zeros_of(x: Array) -> Array:
    """Zeros of the shape and dtype of an array or Variable."""
    return np.zeros(x.shape, x.dtype)[()]
