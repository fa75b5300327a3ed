"""A function of the user's as a function of arrays, and the Variables that it computes with."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import attrs
import numpy as np

from pydezero.core.operators import EscapeError
from pydezero.core.snapshot import as_constant, copied
from pydezero.core.types import Array
from pydezero.core.variable import Variable, bottom, is_numeric, shape_of
from pydezero.functions.joining.nested import array
from pydezero.functions.shapes.shape import astype
from pydezero.scipy.integrate.pure import Closed, Pure, UnforeseenError
from pydezero.transforms.batching.node import BatchNode
from pydezero.transforms.loops.stacking import example_of
from pydezero.transforms.records.recording import UNTRACEABLE
from pydezero.transforms.staging.recorder import TraceNode
from pydezero.tree import Tree, filled, flatten, map_leaves, separate


@attrs.frozen(eq=False)
class Closure:
    """A function without captured Variables, and those that it takes behind its own arguments."""

    pure: Pure
    _given: Sequence[Variable]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The Variables, as far as they are known."""
        return tuple(self.pure.variables if isinstance(self.pure, Closed) else self._given)


def closure(name: str, function: Callable[..., Any], args: Sequence[Any], examples: Sequence[Array]) -> Closure:
    """The closure of `function(*values, *args)`, for values like some plain examples.

    The Variables that it captures are found by recording it; where it cannot be recorded, they are those in args.
    """
    closed = Closed(name, lambda *values: (function(*values, *args),), len(examples))
    try:
        closed.record(*examples)
    except UNTRACEABLE:
        pass
    else:
        return Closure(closed, ())
    count = len(examples)
    template, given = separate(tuple(args), lambda leaf: isinstance(leaf, Variable))

    def of_all(*values: Array) -> tuple[Array, ...]:
        filled_args: Any = filled(template, values[count:])
        return (function(*values[:count], *filled_args),)

    return Closure(Pure(name, of_all), given)


def foreseen(attempt: Callable[[], Any], closures: Sequence[Closure]) -> Any:
    """The result of an attempt, which is made again where a function was found to compute with further Variables."""
    while True:
        known = [len(each.variables) for each in closures]
        try:
            return attempt()
        except UnforeseenError:
            if known == [len(each.variables) for each in closures]:
                raise


class CaptureError(Exception):
    """A function that was called with arrays has returned Variables."""


def watched(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that raises a CaptureError if it returns Variables, which it has captured; attributes are kept."""

    def of_arrays(*args: Any) -> Any:
        found = function(*args)
        if type(found) is Variable or (isinstance(found, list | tuple) and holds_variable(found)):
            raise CaptureError
        return found

    of_arrays.__dict__.update(getattr(function, "__dict__", {}))
    for key in ("terminal", "direction"):  # of an event, which may be an instance of a class with slots
        if hasattr(function, key):
            setattr(of_arrays, key, getattr(function, key))
    return of_arrays


def holds_variable(tree: Tree) -> bool:
    """Whether there is a Variable in a container."""
    return any(type(leaf) is Variable for leaf in flatten(tree))


def refuse_variables(name: str, arguments: dict[str, Any]) -> None:
    """Raise a TypeError for an argument that holds a Variable and has no derivative."""
    for key, x in arguments.items():
        if holds_variable(x):
            raise TypeError(
                f"{name}: {key}= holds a Variable, and has no derivative; pass {key}=value(x), which is constant"
            )


def as_vector(x: Any, name: str, argument: str) -> Array:
    """Numbers, arrays and Variables, in a list or not, as floating-point numbers in one array of one axis.

    Raises:
        ValueError: they have another number of axes.
    """
    made: Array
    if isinstance(x, list | tuple):
        made = array(x)
    else:
        made = x if isinstance(x, Variable) else np.asarray(as_constant(x, f"{name}: {argument}"))
    if len(shape_of(made)) != 1:
        raise ValueError(f"{name}: {argument} must have one axis, got the shape {shape_of(made)}")
    return as_doubles(made)


def as_doubles(x: Any) -> Array:
    """An array or number in double precision, real or complex, as SciPy's solvers compute."""
    x = x if isinstance(x, Variable) else np.array(x)  # a copy: derivatives read it when the caller may have changed it
    dtype = np.result_type(x.dtype, np.float64)
    return x if x.dtype == dtype else astype(x, dtype)


def rate_of(fun: Callable[..., Any], name: str, vectorized: bool = False) -> Callable[..., Array]:
    """A right-hand side `fun(t, y, *args)` that gives an array like y.

    Raises:
        ValueError: (when called) it returns something of another shape.
        TypeError: (when called) it returns complex numbers for a state of real ones.
    """

    def rate(t: Array, y: Array, *args: Any) -> Array:
        found = fun(t, y[:, np.newaxis], *args) if vectorized else fun(t, y, *args)
        found = array(found) if isinstance(found, list | tuple) or not is_numeric(found) else found
        shape, size = shape_of(found), math.prod(shape_of(found))
        if shape != shape_of(y):
            if size != shape_of(y)[0] or (shape and not vectorized):
                raise ValueError(f"{name}: fun returned the shape {shape} for y of shape {shape_of(y)}")
            found = np.reshape(found, shape_of(y))
        dtype = np.asarray(found).dtype if not hasattr(found, "dtype") else found.dtype
        if dtype.kind == "c" and y.dtype.kind != "c":
            raise TypeError(f"{name}: fun returned complex numbers for a real y; pass y0.astype(complex)")
        return found if dtype == y.dtype else astype(found, y.dtype)

    return rate


def number_of(function: Callable[..., Any], name: str) -> Callable[..., Array]:
    """A function of the user's that gives a real number, of shape ()."""

    def number(*values: Any) -> Array:
        found: Any = function(*values)
        found = found if isinstance(found, Variable) else np.asarray(found, np.float64)
        if math.prod(shape_of(found)) != 1:
            raise ValueError(f"{name}: the function must return a number, got the shape {shape_of(found)}")
        if found.dtype.kind == "c":
            raise TypeError(f"{name}: the function must return a real number, got a complex one")
        return np.reshape(found, ()) if shape_of(found) else found

    return number


def plainly(function: Callable[..., Any], args: Sequence[Any]) -> Callable[..., Array]:
    """A function that only helps a solver, as a Jacobian does, with arrays for Variables."""

    def plain(*values: Any) -> Array:
        found = function(*values, *args)
        return example_of(array(found)) if holds_variable(found) else found

    return plain


def unpacked(args: Any, name: str) -> tuple[Any, ...]:
    """The further arguments of a function.

    Raises:
        TypeError: they are no sequence.
    """
    if args is None:
        return ()
    if not isinstance(args, list | tuple):
        raise TypeError(f"{name}: args must be a tuple, got {type(args).__name__}; write args=(x,) for one argument")
    return tuple([map_leaves(copied, x) for x in args])  # the caller may write into it before derivatives are asked for


def examples(values: Sequence[Array], name: str, needs_values: bool) -> list[list[Array]]:
    """The plain values, once for each example of a batch; once where there is no batch, or no example in it.

    Raises:
        EscapeError: values are needed, of which the number of results depends, and one is traced and so has none.
    """
    described = [(bottom(x), _batch_levels(x, name if needs_values else "")) for x in values]
    sizes = {level: x.shape[axis] for x, levels in described for axis, level in enumerate(levels)}
    levels = sorted(sizes)
    if 0 in sizes.values():
        return [[example_of(x) for x in values]]
    found = []
    for indices in product(*[range(sizes[level]) for level in levels]):
        at = dict(zip(levels, indices, strict=True))
        found.append([x[tuple([at[level] for level in own])] if own else x for x, own in described])
    return found


def _batch_levels(x: Array, name: str) -> list[int]:
    """The levels of the batches that a value stands for, in the order of the axes of its plain value."""
    levels: list[int] = []
    while type(x) is Variable:
        if isinstance(x.node, BatchNode):
            levels.append(x.node.level)
        if name and isinstance(x.node, TraceNode):
            raise EscapeError(
                f"{name}: what is traced has no values, on which the number of steps and of events depends; pass "
                "t_eval= (t_span[1:] for the end alone) and no events=, or keep the solve out of what is traced"
            )
        x = x._value
    return levels[::-1]
