"""Marks through the derivative rule of a call: which elements of its result depend on a cotangent that is taken.

The rule of a call (a compiled function, a checkpoint, a function with rules of the user's) gives the cotangents of all
arguments at once, by operations that `branches` knows nothing of. So it runs on Variables that carry a mark for each
element, through whatever operations it consists of: forward, while marks in a graph go back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

import attrs
import numpy as np

from pydezero.core.bind import bind, unwrap
from pydezero.core.level import Level, next_level
from pydezero.core.operation import CalledPrimitive
from pydezero.core.placing import beside, like
from pydezero.core.primitive import Argument, Elementwise, Linear, Multilinear, Nondifferentiable, Primitive
from pydezero.core.types import Array, Residual
from pydezero.core.variable import AnyNode, Variable, new_variable, shape_of
from pydezero.graph.linear import is_linear_in_arguments
from pydezero.graph.numbers import irregular

# What a rule raises that takes no Variables: it is compiled, or it writes into arrays.
_UNMARKED = (AttributeError, TypeError, ValueError)


def pulled_with_marks(
    primitive: CalledPrimitive, argument: Argument, g: Array, mark: Array, call: Residual
) -> tuple[Array, tuple[Array, ...]]:
    """What the rule of a call contributes to the arguments, and marks for its elements.

    All elements are taken if any cotangent is, where a rule takes no Variables.
    """
    gs, marks = (x if type(x) is tuple else (x,) for x in (g, mark))
    is_uniform = all(map(_is_uniform, marks))
    if not is_uniform or primitive.holds_choice:
        try:
            contributions, found = results_with_marks(
                lambda xs: argument.pull(tuple(xs) if type(g) is tuple else xs[0], call),
                gs,
                [m if m is None else np.not_equal(m, 0) for m in marks],
            )
        except _UNMARKED:
            if primitive.push_marks is not None:  # the rule is none of the user's
                raise
        else:
            return tuple(contributions), tuple([None if m is None else np.where(m, 1.0, 0.0) for m in found])
    contributions = argument.pull(g, call)
    taken = primitive.influential(call, [m is not None and bool(np.any(m)) for m in marks]) if is_uniform else None
    if taken is None:
        of_any: Array = False
        for of_output in marks:
            of_any = np.logical_or(of_any, of_output is not None and np.any(np.not_equal(of_output, 0)))
        taken = [of_any] * len(contributions)
    pairs = zip(contributions, taken, strict=True)
    return contributions, tuple([None if x is None else np.where(flag, _full(x, 1.0), 0.0) for x, flag in pairs])


def results_with_marks(
    run: Callable[[list[Array]], Sequence[Any]], values: Sequence[Array], marks: Sequence[Array]
) -> tuple[list[Any], list[Array]]:
    """The results of a function, and marks for them, where the values have marks; None is a value that is a constant.

    A result that is None has no marks. One that depends on nothing that is marked is a gradient of 0, in a trace too,
    and not taken.
    """
    level = next_level()
    try:
        results = run([x if m is None else _marked(x, m, level) for x, m in zip(values, marks, strict=True)])
        parts = [_parts(y, level) for y in results]
    finally:
        level.finished = "the rule of a call"
    return [y for y, _ in parts], [m if m is not None or y is None else constant_marks(y, False) for y, m in parts]


def results_of_used(
    run: Callable[[list[Array]], Sequence[Any]], values: Sequence[Array], used: Sequence[bool | None]
) -> list[Any]:
    """The results of a function that is linear in its cotangents, of which those of outputs that nobody uses are zeros.

    A zero must not make a nan of an infinite factor. `used` says it of each value, or None of what is no cotangent.
    """
    marks = [None if flag is None else np.full(shape_of(x), flag) for x, flag in zip(values, used, strict=True)]
    results, found = results_with_marks(run, values, marks)
    return [without_nan(y, mark) for y, mark in zip(results, found, strict=True)]


def _is_uniform(mark: Array) -> bool:
    """Whether all elements are taken, or none."""
    return mark is None or (type(mark) is not Variable and bool(np.all(mark) or not np.any(mark)))


def _marked(x: Array, mark: Array, level: Level) -> Variable:
    return new_variable(x, TakenNode(level, mark))


def has_marks(x: Array) -> bool:
    """Whether a value of the highest level has marks: that of a cotangent in the rule of a call."""
    return type(x) is Variable and isinstance(x.node, TakenNode)


def level_of_marks(cotangents: Iterable[Array]) -> Level | None:
    """The highest level of marks that cotangents have."""
    return max([g.node.level for g in cotangents if has_marks(g)], default=None)


def with_mark(x: Array, mark: Array, level: Level) -> Variable:
    """A value with its marks."""
    return new_variable(x, TakenNode(level, np.not_equal(mark, 0)))


def without_mark(x: Array, level: Level) -> tuple[Array, Array]:
    """A value and its marks."""
    value, mark = _parts(x, level)
    return value, constant_marks(value, False) if mark is None else mark


def _parts(x: Array, level: Level) -> tuple[Array, Array]:
    """A value without its marks, and these; None for what depends on no cotangent."""
    if type(x) is Variable and x.node.level == level:
        assert isinstance(x.node, TakenNode)
        return x._value, x.node.mark
    return x, None


def constant_marks(x: Array, unknown: bool) -> Array:
    """Marks for a constant: it is not taken if it is 0. Of one that has no value yet it is to be said.

    As a rule is linear in its cotangents, whatever is not taken is 0 (or nan, if it was multiplied by an infinity).
    """
    taken = bool(np.any(x)) if isinstance(x, np.ndarray | np.generic) else unknown
    return np.not_equal(_full(x, float(taken)), 0)


def _full(x: Array, value: float) -> Array:
    return like(np.ones_like if value else np.zeros_like, x, shape_of(x), np.float64)


@attrs.frozen(eq=False)
class TakenNode(AnyNode):
    """The node of a value in the rule of a call: which of its elements depend on a cotangent that is taken.

    The other elements are 0, or nan.
    """

    level: Level
    mark: Any = attrs.field(repr=False)

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        values, nodes = unwrap(args, self.level, primitive.name)
        marks = [None if node is None else node.mark for node in nodes]
        if primitive.push_marks is not None:
            outputs, of_outputs = primitive.push_marks(values, marks)
            if not primitive.several_outputs:
                return _marked(outputs, of_outputs, self.level)
            pairs = zip(outputs, of_outputs, strict=True)
            return tuple([y if m is None else _marked(y, m, self.level) for y, m in pairs])
        if isinstance(primitive, Nondifferentiable):
            return bind(primitive, *values, **params)
        count = len([mark for mark in marks if mark is not None])
        if count > 1 or not isinstance(primitive, Elementwise):
            values = [x if m is None else without_nan(x, m) for x, m in zip(values, marks, strict=True)]
        out: Any = bind(primitive, *values, **params)
        if primitive.several_outputs:
            return tuple([_marked(y, _of_any(y, marks), self.level) for y in out])
        return _marked(out, _mark_of(primitive, values, marks, params, out), self.level)

    def constant(self, value: Array) -> Variable:
        return _marked(value, constant_marks(value, False), self.level)


def without_nan(x: Array, mark: Array) -> Array:
    """A value without the nan that an infinite factor makes of the 0 of an element that is left out.

    The operation that it is for may add it to elements that are taken.
    """
    if type(mark) is not Variable:
        if mark.all():
            return x
        if not mark.any():
            return like(np.zeros_like, x, shape_of(x), x.dtype)
    return np.where(mark, x, 0)


def _of_any(out: Array, marks: Sequence[Array]) -> Array:
    """Marks where it is not known which elements depend on which: all are taken if any element of an operand is."""
    taken: Array = False
    for mark in marks:
        if mark is not None:
            taken = np.logical_or(taken, np.any(mark))
    return np.logical_and(_full(out, 1.0) != 0, taken)


def _mark_of(
    primitive: Primitive, values: Sequence[Array], marks: Sequence[Array], params: Mapping[str, Any], out: Array
) -> Array:
    """The marks of a result."""
    if isinstance(primitive, Elementwise):
        taken = reduce(np.logical_or, [mark for mark in marks if mark is not None])
        return taken if shape_of(taken) == shape_of(out) else np.broadcast_to(taken, shape_of(out))
    places = tuple([i for i, mark in enumerate(marks) if mark is not None])
    if isinstance(primitive, CalledPrimitive) or not is_linear_in_arguments(primitive, places):
        return _of_any(out, marks)
    # What is linear gives 0 for what is left out, and of irregular numbers by an unlikely chance alone.
    operands = [
        x
        if mark is None and (primitive.argument(i).rule is None or not isinstance(primitive, Linear))
        else _numbers(x, mark, isinstance(primitive, Multilinear))
        for i, (x, mark) in enumerate(zip(values, marks, strict=True))
    ]
    return np.not_equal(bind(primitive, *operands, **params), 0)


def _numbers(x: Array, mark: Array, is_factor: bool) -> Array:
    """Irregular numbers for the elements of an operand that are taken; those of a constant factor all are."""
    numbers = irregular(shape_of(x))
    if np.result_type(x).kind == "c":
        numbers = numbers * (1 + 0.5j)  # both parts count
    if mark is None:
        return beside(numbers if is_factor else np.zeros_like(numbers), x)
    return np.where(mark, beside(numbers, x), 0)
