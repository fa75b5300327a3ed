"""`vmap`: a function of one example, as a function of many."""

# The overloads overlap on purpose, and stand in order: Variables before anything else.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Callable, Sequence
from sys import getrefcount
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from pydezero.core.batching import repeated
from pydezero.core.bind import top_node
from pydezero.core.foreign import arrayed, converted, is_convertible, is_delayed
from pydezero.core.level import Level, next_level
from pydezero.core.snapshot import LARGE_BYTES, check_numeric, snapshot
from pydezero.core.types import Array, ArrayOrNumber
from pydezero.core.variable import AnyNode, Variable, check_open, is_numeric, new_variable, shape_of
from pydezero.lazy import load
from pydezero.transforms.batching.node import BatchNode
from pydezero.transforms.batching.signatures import Arrays, Axes, Batched
from pydezero.transforms.boundary.arguments import call, check_function, is_int
from pydezero.transforms.boundary.description import Returned, like_batch
from pydezero.transforms.boundary.export import check_result, export
from pydezero.transforms.boundary.lending import Loan, check_loans, end_loans, lent
from pydezero.transforms.boundary.messages import argument_leaves
from pydezero.transforms.boundary.provenance import transformed
from pydezero.transforms.boundary.signatures import Result, Traced
from pydezero.tree import Tree, flatten, map_leaves, spread, unflatten

P = ParamSpec("P")
X = TypeVar("X")
X2 = TypeVar("X2")
X3 = TypeVar("X3")
X4 = TypeVar("X4")
R = TypeVar("R")
Scalar = TypeVar("Scalar", bound=np.generic)

# None, or an entry for each positional argument.
InAxes: TypeAlias = int | tuple[Axes, ...] | None

_BATCH: Final = Returned("The results of {f} for a batch of examples, as a batch.", like_batch, batched=True)

# The numeric leaves that are met most, which need no closer look.
_ARRAYS: Final = frozenset({np.ndarray, Variable})


# Where in_axes is a tuple, f takes as many positional arguments; `...` are keyword arguments, which stay unchecked. A
# tuple of a length that a checker does not know is a tuple[Any, ...] to it, or belongs to a function of any number.
# Overloads with a tuple come first: a call without in_axes passes them by at no cost.
@overload
def vmap(
    f: Callable[[Traced], Result], in_axes: tuple[Axes], out_axes: Axes = ...
) -> Batched[Variable, ..., Arrays]: ...
@overload
def vmap(
    f: Callable[[Traced, Traced], Result], in_axes: tuple[Axes, Axes], out_axes: Axes = ...
) -> Batched[Variable, Concatenate[Variable, ...], Arrays]: ...
@overload
def vmap(
    f: Callable[[Traced, Traced, Traced], Result], in_axes: tuple[Axes, Axes, Axes], out_axes: Axes = ...
) -> Batched[Variable, Concatenate[Variable, Variable, ...], Arrays]: ...
@overload
def vmap(
    f: Callable[[Traced, Traced, Traced, Traced], Result], in_axes: tuple[Axes, Axes, Axes, Axes], out_axes: Axes = ...
) -> Batched[Variable, Concatenate[Variable, Variable, Variable, ...], Arrays]: ...
@overload
def vmap(f: Callable[[X], Scalar], in_axes: tuple[Axes], out_axes: Axes = ...) -> Batched[X, ..., NDArray[Scalar]]: ...
@overload
def vmap(f: Callable[[X], complex], in_axes: tuple[Axes], out_axes: Axes = ...) -> Batched[X, ..., Arrays]: ...
@overload
def vmap(f: Callable[[X], R], in_axes: tuple[Axes], out_axes: Axes = ...) -> Batched[X, ..., R]: ...
@overload
def vmap(
    f: Callable[[X, X2], Scalar], in_axes: tuple[Axes, Axes], out_axes: Axes = ...
) -> Batched[X, Concatenate[X2, ...], NDArray[Scalar]]: ...
@overload
def vmap(
    f: Callable[[X, X2], complex], in_axes: tuple[Axes, Axes], out_axes: Axes = ...
) -> Batched[X, Concatenate[X2, ...], Arrays]: ...
@overload
def vmap(
    f: Callable[[X, X2], R], in_axes: tuple[Axes, Axes], out_axes: Axes = ...
) -> Batched[X, Concatenate[X2, ...], R]: ...
@overload
def vmap(
    f: Callable[[X, X2, X3], Scalar], in_axes: tuple[Axes, Axes, Axes], out_axes: Axes = ...
) -> Batched[X, Concatenate[X2, X3, ...], NDArray[Scalar]]: ...
@overload
def vmap(
    f: Callable[[X, X2, X3], complex], in_axes: tuple[Axes, Axes, Axes], out_axes: Axes = ...
) -> Batched[X, Concatenate[X2, X3, ...], Arrays]: ...
@overload
def vmap(
    f: Callable[[X, X2, X3], R], in_axes: tuple[Axes, Axes, Axes], out_axes: Axes = ...
) -> Batched[X, Concatenate[X2, X3, ...], R]: ...
@overload
def vmap(
    f: Callable[[X, X2, X3, X4], Scalar], in_axes: tuple[Axes, Axes, Axes, Axes], out_axes: Axes = ...
) -> Batched[X, Concatenate[X2, X3, X4, ...], NDArray[Scalar]]: ...
@overload
def vmap(
    f: Callable[[X, X2, X3, X4], complex], in_axes: tuple[Axes, Axes, Axes, Axes], out_axes: Axes = ...
) -> Batched[X, Concatenate[X2, X3, X4, ...], Arrays]: ...
@overload
def vmap(
    f: Callable[[X, X2, X3, X4], R], in_axes: tuple[Axes, Axes, Axes, Axes], out_axes: Axes = ...
) -> Batched[X, Concatenate[X2, X3, X4, ...], R]: ...
@overload
def vmap(
    f: Callable[Concatenate[X, P], R],
    in_axes: tuple[Axes, Axes, Axes, Axes, Axes, *tuple[Axes, ...]],
    out_axes: Axes = ...,
) -> Batched[X, P, R]: ...
@overload
def vmap(
    f: Callable[[X, *tuple[X2, ...]], R], in_axes: tuple[Axes, ...], out_axes: Axes = ...
) -> Callable[[X, *tuple[X2, ...]], R]: ...
@overload
def vmap(
    f: Callable[Concatenate[Traced, P], Result], in_axes: int | None = ..., out_axes: Axes = ...
) -> Batched[Variable, P, Arrays]: ...
@overload
def vmap(
    f: Callable[[np.float64], complex | np.number[Any]], in_axes: int | None = ..., out_axes: Axes = ...
) -> Batched[ArrayOrNumber, [], Arrays]: ...
@overload
def vmap(
    f: Callable[[np.float64, np.float64], complex | np.number[Any]], in_axes: int | None = ..., out_axes: Axes = ...
) -> Batched[ArrayOrNumber, [ArrayOrNumber], Arrays]: ...
@overload
def vmap(
    f: Callable[Concatenate[X, P], Scalar], in_axes: int | None = ..., out_axes: Axes = ...
) -> Batched[X, P, NDArray[Scalar]]: ...
@overload
def vmap(
    f: Callable[Concatenate[X, P], complex], in_axes: int | None = ..., out_axes: Axes = ...
) -> Batched[X, P, Arrays]: ...
@overload
def vmap(f: Callable[Concatenate[X, P], R], in_axes: int | None = ..., out_axes: Axes = ...) -> Batched[X, P, R]: ...
def vmap(f: Callable[..., Any], in_axes: InAxes = 0, out_axes: Axes = 0) -> Any:
    """The function that gives the results of f for many examples, computed together rather than one after the other.

    A function of one example is written as if there were no batch, and NumPy's calls then work on all examples at once.
    `vmap(grad(loss), in_axes=(None, 0, 0))(weights, x, y)` is the gradient of each example's loss.

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays.
        in_axes: the axis of the arguments along which the examples lie: an int for all arguments, or a tuple with an
            entry for each positional argument. An entry is an int; None for an argument that is the same for all
            examples, and that f gets as it is; or a container of these, built like the argument down to some depth, for
            its parts. A leaf that is neither array nor number (a string, None) is passed as it is. Keyword arguments
            are mapped along axis 0.
        out_axes: the axis of the results along which the examples are to lie, as an int for all of them, or as a
            container of ints built like what f returns down to some depth.

    Returns:
        A function with the arguments of f, of which those that are mapped have one axis more. It returns what f
        returns, each array a fresh one with one axis more; a result that is the same for all examples is repeated.
        Called with Variables, it gives Variables.

    Raises:
        TypeError: `in_axes` is something else; (when called) it has not as many entries as there are arguments, or f
            asks for what examples cannot have in common: the truth of a Variable (use `np.where`), a selection by a
            mask or by `np.nonzero`, whose length depends on the example.
        ValueError: (when called) no argument is mapped, one has no such axis, or their lengths along it differ.

    Every function of `pydezero.functions`, every operator and every index works on all examples at once, and so do the
    functions with integer or boolean results (`np.argsort`, `np.searchsorted`, `np.isin`). A loop over the examples,
    with the same result, is left for the method `reduceat` of comparisons.

    >>> import numpy as np
    >>> from pydezero import grad, vmap
    >>> xs = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> vmap(lambda x: x @ x)(xs)
    array([ 5., 25., 61.])
    >>> vmap(lambda a, x: a * x, in_axes=(None, 1), out_axes=1)(10.0, xs)
    array([[10., 20.],
           [30., 40.],
           [50., 60.]])
    >>> vmap(grad(lambda w, x: np.sum((w @ x) ** 2)), in_axes=(None, 0))(np.array([1.0, -1.0]), xs)
    array([[ -2.,  -4.],
           [ -6.,  -8.],
           [-10., -12.]])
    """
    where = check_function(f, "vmap", "maps")
    if not (in_axes is None or is_int(in_axes) or isinstance(in_axes, tuple)):
        raise TypeError(
            f"{where}: in_axes must be an int, None, or a tuple with an entry for each positional argument, "
            f"got {in_axes!r}; for a function of one argument that is a container, write a tuple of one entry"
        )
    axes_in, axes_out = map_leaves(lambda axis: axis, (in_axes, out_axes))  # copies, of dicts that may change

    def mapped(*args: Any, **kwargs: Any) -> Any:
        leaves = flatten(args)
        axes = _axes_of(axes_in, args, leaves, where)
        if kwargs:
            of_kwargs = flatten(kwargs)
            leaves += of_kwargs
            axes += [0] * len(of_kwargs)
        is_mapped = [
            axis is not None and (type(leaf) in _ARRAYS or is_numeric(leaf))
            for axis, leaf in zip(axes, leaves, strict=True)
        ]
        for i, axis in enumerate(axes):
            if axis is not None and not is_mapped[i]:
                leaves[i] = arrayed(leaves[i])
                is_mapped[i] = is_numeric(leaves[i])
        level = next_level()
        node = BatchNode(level, _size(leaves, axes, is_mapped, (f, args, kwargs), where))
        loans: list[Loan] = []
        try:
            parts = [
                new_variable(_axis_first(leaf, axis, level, loans), node) if here else leaf
                for leaf, axis, here in zip(leaves, axes, is_mapped, strict=True)
            ]
            new_args, new_kwargs = unflatten((args, kwargs), parts) if kwargs else (unflatten(args, parts), kwargs)
            result = _exported(call(f, new_args, new_kwargs), node, axes_out, top_node(leaves), where)
            if loans:
                check_loans(loans, where, f, args, kwargs)
        finally:
            level.finished = where
            if loans:
                end_loans(loans)
        return result

    return transformed(mapped, vmap, f, axes_in, axes_out, backward=False, result=_BATCH)


def _axes_of(in_axes: InAxes, args: tuple[Tree, ...], leaves: Sequence[Any], where: str) -> list[Any]:
    """The entry of in_axes for each leaf of the positional arguments."""
    if not isinstance(in_axes, tuple):
        return [in_axes] * len(leaves)
    if len(in_axes) != len(args):
        raise TypeError(
            f"{where}: in_axes {in_axes} has {len(in_axes)} entries for {len(args)} positional arguments; "
            "write an entry for each of them, None for one that is the same for all examples"
        )
    axes: list[Any] = []
    for i, (entry, arg) in enumerate(zip(in_axes, args, strict=True)):
        if type(arg) in _ARRAYS and (entry is None or type(entry) is int):
            axes.append(entry)
            continue
        try:
            axes += spread(entry, arg)
        except ValueError as error:
            raise TypeError(f"{where}: in_axes has for argument {i} {entry!r}, but {error}") from None
    return axes


def _size(
    leaves: Sequence[Any],
    axes: Sequence[Any],
    is_mapped: Sequence[bool],
    call: tuple[Callable[..., Any], tuple[Tree, ...], dict[str, Tree]],
    where: str,
) -> int:
    """The number of examples."""
    sizes: dict[int, int] = {}
    for i, (leaf, axis) in enumerate(zip(leaves, axes, strict=True)):
        if is_mapped[i]:
            if type(axis) is not int and not is_int(axis):
                raise TypeError(f"{where}: in_axes must hold ints and None, got {axis!r}")
            shape = leaf.shape if type(leaf) in _ARRAYS else shape_of(leaf)
            if not -len(shape) <= axis < len(shape):
                raise ValueError(f"{where}: {argument_leaves(*call)[i].label} {_no_axis(shape, axis)}")
            sizes[i] = shape[axis]
    if not sizes:
        for leaf in filter(is_delayed, leaves):
            load("pydezero.arrays.dask", "check_known")(leaf, f"{where}: an argument")
        for leaf in filter(is_convertible, leaves):
            converted(leaf, f"{where}: an argument")  # says why it was not
        raise ValueError(
            f"{where}: no argument is mapped; give an array, and in in_axes the axis along which its examples lie"
        )
    if len(set(sizes.values())) > 1:
        labels = [leaf.label for leaf in argument_leaves(*call)]
        lengths = ", ".join(f"{labels[i]}: {size} along axis {axes[i]}" for i, size in sizes.items())
        raise ValueError(
            f"{where}: the arguments have different numbers of examples ({lengths}); "
            "write None in in_axes for one that is the same for all examples"
        )
    return next(iter(sizes.values()))


def _no_axis(shape: tuple[int, ...], axis: int) -> str:
    if not shape:
        return (
            "is a number, with no axis along which examples lie; write None for it in in_axes "
            "(a keyword argument is always mapped: pass it by position, or fix it with functools.partial)"
        )
    return f"has the shape {shape}, without an axis {axis}; in_axes says along which axis its examples lie"


def _axis_first(leaf: Any, axis: int, level: Level, loans: list[Loan]) -> Array:
    """An argument with its examples along the first axis, and safe from what is written into it."""
    if isinstance(leaf, Variable):
        check_open(leaf)
    else:
        check_numeric(leaf, "vmap")
    if type(leaf) is np.ndarray and leaf.nbytes >= LARGE_BYTES:
        leaf = lent(leaf, level, loans)
    return snapshot(leaf if axis == 0 else np.moveaxis(leaf, axis, 0), level)


def _exported(output: Tree, node: BatchNode, out_axes: Axes, outer: AnyNode | None, where: str) -> Tree:
    """The result of f as the caller gets it: batches, in arrays of their own."""
    leaves = flatten(output)
    try:
        axes = [out_axes] * len(leaves) if type(out_axes) is int else spread(out_axes, output)
    except ValueError as error:
        raise TypeError(f"{where}: out_axes is {out_axes!r}, but {error}") from None
    alone = [counts == _ALONE for counts in _references(leaves)]
    parts = []
    for i, axis in enumerate(axes):
        leaf = leaves[i]
        if type(leaf) not in _ARRAYS and not is_numeric(leaf):
            parts.append(leaf)
            continue
        if type(axis) is not int and not is_int(axis):
            raise TypeError(f"{where}: out_axes must hold ints, got {axis!r}")
        if type(leaf) is not Variable:
            check_result(leaf, where)
        is_batch = type(leaf) is Variable and leaf.node.level == node.level
        values = leaf._value if is_batch else repeated(leaf, node.size)
        if not -len(values.shape) <= axis < len(values.shape):
            raise ValueError(
                f"{where}: out_axes is {out_axes}, but a result of shape {values.shape[1:]} "
                f"gets no axis {axis} from one axis more"
            )
        ours = is_batch and alone[i] and axis == 0 and outer is None and values.base is None and values.flags.writeable
        parts.append(values if ours else export(np.moveaxis(values, 0, axis) if axis else values, outer))
    return unflatten(output, parts)


def _references(leaves: list[Any]) -> list[tuple[int, int] | None]:
    """The counts of references to each Variable and to its array, None for a leaf that is something else.

    Where only the container that f returned and our list of its leaves refer to a Variable, its array may be exported
    without a copy.
    """
    # By subscripts, because a loop variable would be one reference more.
    return [
        (getrefcount(leaves[i]), getrefcount(leaves[i]._value))
        if type(leaves[i]) is Variable and type(leaves[i]._value) is np.ndarray
        else None
        for i in range(len(leaves))
    ]


def _references_of_held(holder: list[object]) -> int:
    return getrefcount(holder[0])


# The counts where the container and our list refer to a Variable, and only the Variable refers to its array. They are
# counted, not given, because they depend on the version of Python. The object counted here is never in a variable: a
# trace function that reads the locals of a frame (a debugger, before Python 3.13) would keep one reference more.
_HELD_ONCE: Final = _references_of_held([object()])
_ALONE: Final = (_HELD_ONCE + 1, _HELD_ONCE)
