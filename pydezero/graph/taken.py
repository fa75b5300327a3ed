"""Marks through the derivative rule of a call: which elements of its result depend on a cotangent that is taken.

The rule of a call (a compiled function, a checkpoint, a function with rules of the user's) gives the cotangents of all
arguments at once, by operations that `branches` knows nothing of. So it runs on Variables that carry a mark for each
element, through whatever operations it consists of: forward, while marks in a graph go back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from pydezero.graph.numbers import irregular

# What a rule raises that takes no Variables: it is compiled, or it writes into arrays.
_UNMARKED = (AttributeError, TypeError, ValueError)


def pulled_with_marks(argument: Argument, g: Array, mark: Array, residual: Residual) -> tuple[Array, tuple[Array, ...]]:
    """What the rule of a call contributes to the arguments, and marks for its elements.

    All elements are taken if any cotangent is, where a rule takes no Variables.
    """
    gs, marks = (x if type(x) is tuple else (x,) for x in (g, mark))
    if not all(map(_is_uniform, marks)):
        level = next_level()
        try:
            marked = tuple([_marked(x, np.not_equal(m, 0), level) for x, m in zip(gs, marks, strict=True)])
            found = argument.pull(marked if type(g) is tuple else marked[0], residual)
            return tuple([_parts(x, level)[0] for x in found]), tuple([_mark_in(x, level) for x in found])
        except _UNMARKED:
            pass
        finally:
            level.finished = "the rule of a call"
    contributions = argument.pull(g, residual)
    taken: Array = 0.0
    for of_output in marks:
        taken = taken + np.any(np.not_equal(of_output, 0))
    return contributions, tuple([None if x is None else _full(x, 1.0) * taken for x in contributions])


def _is_uniform(mark: Array) -> bool:
    """Whether all elements are taken, or none."""
    return type(mark) is not Variable and bool(np.all(mark) or not np.any(mark))


def _marked(x: Array, mark: Array, level: Level) -> Variable:
    return new_variable(x, TakenNode(level, mark))


def _parts(x: Array, level: Level) -> tuple[Array, Array]:
    """A value without its marks, and these; None for what depends on no cotangent."""
    if type(x) is Variable and x.node.level == level:
        assert isinstance(x.node, TakenNode)
        return x._value, x.node.mark
    return x, None


def _mark_in(x: Array, level: Level) -> Array:
    if x is None:
        return None
    value, mark = _parts(x, level)
    return _full(value, 0.0) if mark is None else np.where(mark, 1.0, 0.0)


def _full(x: Array, value: float) -> Array:
    return like(np.ones_like if value else np.zeros_like, x, shape_of(x), np.float64)


@attrs.frozen(eq=False)
class TakenNode(AnyNode):
    """The node of a value in the rule of a call: which of its elements depend on a cotangent that is taken."""

    level: Level
    mark: Any = attrs.field(repr=False)

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        unrolled = getattr(primitive, "unrolled", None)  # of a compiled function, a loop or a choice
        if unrolled is not None and not _is_traced(self.mark):
            outputs = unrolled(args)
            return tuple(outputs) if primitive.several_outputs else outputs
        values, nodes = unwrap(args, self.level, primitive.name)
        out: Any = bind(primitive, *values, **params)
        if isinstance(primitive, Nondifferentiable):
            return out
        marks = [None if node is None else node.mark for node in nodes]
        if primitive.several_outputs:
            return tuple([_marked(y, _of_any(y, marks), self.level) for y in out])
        return _marked(out, _mark_of(primitive, values, marks, params, out), self.level)

    def constant(self, value: Array) -> Variable:
        return _marked(value, _full(value, 0.0) != 0, self.level)


def _is_traced(x: Array) -> bool:
    """Whether a value belongs to a trace, in which a loop stays one."""
    while type(x) is Variable:
        if not x.node.has_one_value and not x.node.is_batch:
            return True
        x = x._value
    return False


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
        taken = _full(out, 0.0) != 0
        for mark in marks:
            if mark is not None:
                taken = np.logical_or(taken, mark)
        return taken
    if not isinstance(primitive, Linear) or isinstance(primitive, CalledPrimitive):
        return _of_any(out, marks)
    # What is linear gives 0 for what is left out, and of irregular numbers by an unlikely chance alone.
    operands = [
        x if primitive.argument(i).rule is None else _numbers(x, mark, isinstance(primitive, Multilinear))
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
