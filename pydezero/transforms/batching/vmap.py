"""`vmap`: a function of one example, as a function of many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from sys import getrefcount
from typing import Any, ClassVar, Concatenate, Final, ParamSpec, TypeAlias, TypeVar, overload

import attrs
import numpy as np

from pydezero.core.batching import aligned, looped, repeated
from pydezero.core.bind import bind, top_node, unwrap
from pydezero.core.operation import Function, Operation
from pydezero.core.operators import EscapeError
from pydezero.core.primitive import Elementwise, Primitive
from pydezero.core.snapshot import as_constant, check_numeric, is_number, snapshot
from pydezero.core.types import Array
from pydezero.core.variable import AnyNode, Variable, new_variable, next_level, shape_of
from pydezero.transforms.batching.signatures import Batched
from pydezero.transforms.boundary.boundary import (
    call,
    describe_structure,
    export,
    is_int,
    is_numeric,
    labels_of,
    name_of,
)
from pydezero.transforms.boundary.provenance import remember
from pydezero.tree import Tree, flatten, map_leaves, spread, unflatten

P = ParamSpec("P")
R = TypeVar("R")

# An int, None, or a container of them: what a prefix of a container of the user's is, no type can say.
Axes: TypeAlias = Any


@attrs.frozen(eq=False, slots=True, weakref_slot=False)
class BatchNode(AnyNode):
    """What a value is that stands for so many examples at once, along its first axis."""

    level: int
    size: int

    differentiates: ClassVar[bool] = False

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Array:
        level = self.level
        values: list[Array] = []
        batched: list[bool] = []
        for x in args:
            if type(x) is not Variable:
                values.append(as_constant(x, primitive.name))
                batched.append(False)
            else:
                is_batched = x.node.level == level
                values.append(x._value if is_batched else x)
                batched.append(is_batched)
        try:
            if isinstance(primitive, Elementwise):
                if len(values) > 1:
                    values = aligned(batched, values)
                nested = Variable in map(type, values)
                out = bind(primitive, *values, **params) if nested else primitive.raw(*values, **params)
            elif primitive.batch is not None:
                out = primitive.batch(batched, *values, **params)
            else:
                out = looped(batched, primitive, values, params)
        except (ValueError, IndexError) as error:
            shapes = [np.shape(x) for x in args]
            error.add_note(f"(in {primitive.name} of examples of shape {shapes}, {self.size} at once, under vmap)")
            raise
        return new_variable(out, self)

    def call(self, function: Operation, args: Sequence[Array]) -> Any:
        values, nodes = unwrap(args, self.level, function._name)
        batched = [node is not None for node in nodes]
        of_batches = _function_of_batches(self, function) if isinstance(function, Function) else function.batched
        outputs = of_batches(batched)(*values)
        # One that is still a Variable of this transform was computed with what the operation was not given.
        checked = map_leaves(lambda y: function._output(y, self.level) if type(y) is Variable else y, outputs)
        return map_leaves(lambda y: new_variable(y, self), checked)

    def constant(self, value: Array) -> Variable:
        return new_variable(repeated(value, self.size), self)

    def shape_of(self, value: Array) -> tuple[int, ...]:
        shape: tuple[int, ...] = value.shape
        return shape[1:]

    def exposed(self, value: Array, what: str) -> Array:  # noqa: ARG002  # there is none to give
        raise EscapeError(
            f"under vmap a Variable stands for {self.size} examples, so {what} is not one value. "
            "Write np.where(condition, x, y) rather than if, np.stack(xs) rather than np.array(xs), and "
            "pydezero.functions.take(a, i) rather than a[i] for an array a; an argument that is the same for all "
            "examples has None in in_axes"
        )

    def values_of(self, x: Array) -> Array:
        """The values of all examples, along the first axis, of something that may be the same for all of them."""
        if type(x) is Variable and x.node.level == self.level:
            return x._value
        return repeated(snapshot(np.asarray(x) if is_number(x) else x), self.size)

    def placed(self, values: Sequence[Array], batched: Sequence[bool]) -> list[Array]:
        """Values one level down, as this level sees them."""
        return [new_variable(x, self) if is_batched else x for x, is_batched in zip(values, batched, strict=True)]


def _function_of_batches(node: BatchNode, function: Function[Any]) -> Callable[[Sequence[bool]], Function[Any]]:
    """An operation of the user's own, as one of batches."""

    def of_batches(batched: Sequence[bool]) -> Function[Any]:
        @wraps(function.forward)
        def forward(*values: Array) -> Any:
            result = function._evaluate(node.placed(values, batched))
            return tuple(map(node.values_of, result)) if isinstance(result, tuple) else node.values_of(result)

        def backward(*values: Array) -> tuple[Array, ...]:
            # A level of its own, because the cotangents may belong to a transform that was called since.
            inner = BatchNode(next_level(), node.size)
            count = len(values) - len(batched)
            cotangents = inner.placed(values[:count], [True] * count)
            inputs = inner.placed(values[count:], batched)
            gradients = function._gradients(cotangents, inputs)
            return tuple([_summed(inner, g, is_batched) for g, is_batched in zip(gradients, batched, strict=True)])

        return Function(forward, backward)

    return of_batches


def _summed(node: BatchNode, g: Array, is_batched: bool) -> Array:
    """The gradients of all examples; or their sum, for an argument that is the same for all of them."""
    if is_batched:
        return node.values_of(g)
    return np.sum(g._value, axis=0) if type(g) is Variable and g.node.level == node.level else g * node.size


@overload
def vmap(  # type: ignore[overload-overlap]  # Variables are told apart first
    f: Callable[Concatenate[Variable, P], Variable], in_axes: Axes = ..., out_axes: Axes = ...
) -> Batched[P]: ...
@overload
def vmap(f: Callable[P, R], in_axes: Axes = ..., out_axes: Axes = ...) -> Callable[P, R]: ...
def vmap(f: Callable[..., Any], in_axes: Axes = 0, out_axes: Axes = 0) -> Any:
    """The function that gives the results of f for many examples, computed together rather than one after the other.

    A function of one example is written as if there were no batch, and NumPy's calls then work on all examples at once.
    `vmap(grad(loss), in_axes=(None, 0, 0))(weights, x, y)` is the gradient of each example's loss.

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays.
        in_axes: the axis of the arguments along which the examples lie: an int for all arguments, or a tuple with an
            entry for each positional argument. An entry is an int; None for an argument that is the same for all
            examples, and that f gets as it is; or a container of these, built like the argument down to some depth, for
            its parts. What is no array and no number (a string, None) f gets as it is. Keyword arguments are mapped
            along axis 0.
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
    if not callable(f):
        raise TypeError(
            f"vmap(f): f must be a function, got {describe_structure(f)}; write vmap(f)(x), which maps f, not "
            f"vmap(f(x))"
        )
    where = f"vmap({name_of(f)})"
    if not (in_axes is None or is_int(in_axes) or isinstance(in_axes, tuple)):
        raise TypeError(
            f"{where}: in_axes must be an int, None, or a tuple with an entry for each positional argument, "
            f"got {in_axes!r}; for a function of one argument that is a container, write a tuple of one entry"
        )

    @wraps(f)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        leaves = [*flatten(args), *flatten(kwargs)]
        axes = [*_axes_of(in_axes, args, where), *[0] * len(flatten(kwargs))]
        is_mapped = [axis is not None and is_numeric(leaf) for axis, leaf in zip(axes, leaves, strict=True)]
        node = BatchNode(next_level(), _size(leaves, axes, is_mapped, (f, args, kwargs), where))
        parts = [
            new_variable(_axis_first(leaf, axis), node) if here else leaf
            for leaf, axis, here in zip(leaves, axes, is_mapped, strict=True)
        ]
        batched_args, batched_kwargs = unflatten((args, kwargs), parts)
        outer = top_node(leaves)
        return _exported(call(f, batched_args, batched_kwargs), node, out_axes, outer, where)

    remember(mapped, lambda g: vmap(g, in_axes, out_axes), backward=False)
    return mapped


def _axes_of(in_axes: Axes, args: tuple[Tree, ...], where: str) -> list[Any]:
    """What in_axes has for each leaf of the positional arguments."""
    if isinstance(in_axes, tuple) and len(in_axes) != len(args):
        raise TypeError(
            f"{where}: in_axes {in_axes} has {len(in_axes)} entries for {len(args)} positional arguments; "
            "write an entry for each of them, None for one that is the same for all examples"
        )
    axes: list[Any] = []
    for i, arg in enumerate(args):
        entry = in_axes[i] if isinstance(in_axes, tuple) else in_axes
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
    """How many examples there are."""
    sizes: dict[int, int] = {}
    for i, (leaf, axis) in enumerate(zip(leaves, axes, strict=True)):
        if is_mapped[i]:
            if not is_int(axis):
                raise TypeError(f"{where}: in_axes must hold ints and None, got {axis!r}")
            shape = shape_of(leaf)
            if not -len(shape) <= axis < len(shape):
                raise ValueError(f"{where}: {labels_of(*call)[i]} {_no_axis(shape, axis)}")
            sizes[i] = shape[axis]
    if not sizes:
        raise ValueError(
            f"{where}: no argument is mapped; give an array, and in in_axes the axis along which its examples lie"
        )
    if len(set(sizes.values())) > 1:
        labels = labels_of(*call)
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


def _axis_first(leaf: Any, axis: int) -> Array:
    """An argument with its examples along the first axis, and safe from what is written into it."""
    if not isinstance(leaf, Variable):
        check_numeric(leaf, "vmap")
    return snapshot(leaf if axis == 0 else np.moveaxis(leaf, axis, 0))


def _exported(output: Tree, node: BatchNode, out_axes: Axes, outer: AnyNode | None, where: str) -> Tree:
    """What f returned, as the caller gets it: batches, in arrays of their own."""
    leaves = flatten(output)
    try:
        axes = spread(out_axes, output)
    except ValueError as error:
        raise TypeError(f"{where}: out_axes is {out_axes!r}, but {error}") from None
    alone = [counts == _ALONE for counts in _references(leaves)]
    parts = []
    for i, axis in enumerate(axes):
        leaf = leaves[i]
        if not is_numeric(leaf):
            parts.append(leaf)
            continue
        if not is_int(axis):
            raise TypeError(f"{where}: out_axes must hold ints, got {axis!r}")
        is_batch = _is_batch(leaf, node)
        values = leaf._value if is_batch else repeated(leaf, node.size)
        if not -len(values.shape) <= axis < len(values.shape):
            raise ValueError(
                f"{where}: out_axes is {out_axes}, but a result of shape {values.shape[1:]} "
                f"gets no axis {axis} from one axis more"
            )
        ours = is_batch and alone[i] and axis == 0 and outer is None and values.base is None and values.flags.writeable
        parts.append(values if ours else export(np.moveaxis(values, 0, axis) if axis else values, outer))
    return unflatten(output, parts)


def _is_batch(leaf: Any, node: BatchNode) -> bool:
    return type(leaf) is Variable and leaf.node.level == node.level


def _references(leaves: list[Any]) -> list[tuple[int, int] | None]:
    """How many references there are to each Variable and to its array, None for what is something else.

    Where there are no more than the container that f returned and our list of its leaves account for, nobody else has
    the array, and it may be handed out without a copy.
    """
    # By subscripts, because a loop variable would be one reference more.
    return [
        (getrefcount(leaves[i]), getrefcount(leaves[i]._value))
        if type(leaves[i]) is Variable and type(leaves[i]._value) is np.ndarray
        else None
        for i in range(len(leaves))
    ]


def _references_of_one() -> tuple[int, int] | None:
    output = new_variable(np.empty(0), BatchNode(0, 0))
    return _references(flatten(output))[0]


# The numbers are counted, not given, because they depend on the version of Python.
_ALONE: Final = _references_of_one()
