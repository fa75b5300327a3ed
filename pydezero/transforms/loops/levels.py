"""The questions of a loop to the values that it meets: whether they are traced, and what decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np

from pydezero.containers import children_of
from pydezero.core.bind import as_number, is_weak
from pydezero.core.foreign import is_delayed, placed
from pydezero.core.snapshot import is_array
from pydezero.core.source import users_line
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable, bottom, is_numeric, new_variable, undifferentiated
from pydezero.transforms.boundary.arguments import is_int
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.transforms.loops.carry import Loop, described
from pydezero.transforms.staging.recorder import Recorder, TraceNode
from pydezero.tree import Tree, bounded, flatten, map_leaves
from pydezero.units import without_wrappers

BOOLS: Final = frozenset({bool, np.bool})
"""The truths that are one value."""

PLAIN: Final = frozenset(
    {np.ndarray, float, int, bool, complex, type(None), np.float64, np.float32, np.int64, np.bool, np.complex128}
)
"""Leaves of these types, which are met most, belong to no transform."""


def recorder_below(*trees: Tree) -> Recorder | None:
    """The recorder of a trace that values in some containers belong to, at whatever level; None without a trace."""
    for tree in trees:
        kind = type(tree)
        if kind in PLAIN:
            continue
        if kind is Variable:
            if type(tree.node) is Node and type(tree._value) in PLAIN:  # reverse mode alone
                continue
            found = _recorder_of(tree)
        else:
            parts = tree if kind is tuple or kind is list else tree.values() if kind is dict else children_of(tree)
            found = None if parts is None or PLAIN.issuperset(map(type, parts)) else _recorder_in(parts)
        if found is not None:
            return found
    return None


@bounded
def _recorder_in(parts: Iterable[Tree]) -> Recorder | None:
    """The recorder that values in the parts of a container belong to."""
    return recorder_below(*parts)


def _recorder_of(x: Any) -> Recorder | None:
    while type(x) is Variable:
        node = x.node
        if type(node) is TraceNode:
            return node.recorder
        if node.carries:
            for carried in node.carried:
                found = _recorder_of(carried)
                if found is not None:
                    return found
        x = x._value
    return None


def is_recorded(*trees: Tree) -> bool:
    """Whether reverse mode, at whatever level, records the values in some containers."""
    for leaf in flatten(trees):
        x = leaf
        while type(x) is Variable:
            if isinstance(x.node, Node):
                return True
            x = x._value
    return False


def is_made_since(x: Array, start: int) -> bool:
    """Whether a Variable with a derivative was computed from a place in the order of creation on."""
    while type(x) is Variable and x.dtype.kind in "fc":
        node = x.node
        if (isinstance(node, Node) and node.order >= start) or (
            type(node) is TraceNode
            and node.recorder.is_since(node.reference, start)
            and not node.recorder.is_constant(node.reference)
        ):
            return True
        x = x._value
    return False


def used_where(truth: Callable[[], Array], captured: Sequence[Variable], start: int) -> list[Array]:
    """The captured values of a function, and what it has computed of these alone, where a truth holds.

    Such a value is computed before the loop or the choice, whether or not the function runs then. Where it does not
    run, the value has no influence: by `np.where` its derivative is 0, even if that of a root or logarithm is infinite.
    """
    made = [is_made_since(x, start) for x in captured]
    holds = truth() if any(made) else None
    return [
        selected(holds, x, np.zeros(x.shape, x.dtype)) if is_made else x
        for x, is_made in zip(captured, made, strict=True)
    ]


def decision(loop: Loop, x: Any, what: str) -> Array:
    """The result of a condition without the transforms that differentiate: one truth, or a Variable of many examples.

    Raises:
        TypeError: it is no number, or an array of several elements.
    """
    if type(x) in BOOLS:
        return bool(x)
    if not is_numeric(x):
        x = without_wrappers(x)  # labels along no axis
    if not is_numeric(x):
        raise TypeError(f"{users_line()}: {loop.label}: {what} must be True or False, got {describe_structure(x)}")
    if x.shape if hasattr(x, "shape") else ():
        raise TypeError(
            f"{users_line()}: {loop.label}: {what} must be a single truth, got {described(x)}; "
            "write np.any or np.all of it, or vmap the function for one decision for each example"
        )
    return undifferentiated(x)


def any_true(truth: Array) -> bool:
    """Whether a truth holds for any example that it stands for."""
    if type(truth) is bool:
        return truth
    x = truth
    while type(x) is Variable:
        if not x.node.is_batch:  # it may be that nothing is to be decided by its value
            x.node.exposed(x._value, "the condition of a loop")
        x = x._value
    return bool(np.any(_looked_at(x, "the condition of a loop")))


def _looked_at(x: Array, what: str) -> Array:
    """The plain array under Variables, whose elements are looked at.

    Raises:
        EscapeError: it is computed later.
    """
    value = bottom(x)
    return placed(value).node.exposed(value, what) if is_delayed(value) else value


def whole_number(loop: Loop, x: Any, what: str) -> Array:
    """An integer, or a Variable of integers; a Variable of floats with whole values counts, as transforms make them.

    Raises:
        TypeError: it is something else.
    """
    x = placed(x)
    if is_int(x):
        return int(x)
    if type(x) is not Variable and is_array(x) and not x.shape and x.dtype.kind in "iu":
        return int(x)
    if type(x) is Variable and not x.shape:
        value = undifferentiated(x)
        if value.dtype.kind in "iu":
            return _in_int64(value) if type(value) is Variable else int(value)
        numbers = _looked_at(value, "an index")
        if value.dtype.kind == "f" and np.all(numbers == np.floor(numbers)):
            return _in_int64(value) if type(value) is Variable else int(value)
    raise TypeError(
        f"{users_line()}: {loop.label}: {what} must be an integer, got "
        + (described(x) if is_numeric(x) else describe_structure(x))
    )


def _in_int64(x: Variable) -> Variable:
    """Integers that have room to be counted on, whatever they are counted from."""
    return x if x.dtype == np.int64 else x.astype(np.int64)


def as_weak(x: Variable) -> Variable:
    """A Variable that nobody has seen yet, as one for a Python number: it leaves the dtype to what it meets."""
    node = x.node
    if node.is_number or x.shape:
        return x
    if type(node) is Node:
        as_number(node)
        return x
    return new_variable(x._value, node.of_number())


def weak_where(weak: Sequence[bool], outputs: Sequence[Array]) -> list[Array]:
    """The outputs of an operation, of which those that are marked stand for Python numbers."""
    return [as_weak(y) if flag and type(y) is Variable else y for flag, y in zip(weak, outputs, strict=True)]


def selected(running: Array, new: Tree, old: Tree) -> Tree:
    """The leaves of one container where a truth of many examples holds, and those of another elsewhere."""

    def chosen(a: Any, b: Any) -> Any:
        if not is_numeric(a):
            return a
        out: Array = np.where(running, a, b)
        return as_weak(out) if is_weak(a) and is_weak(b) else out

    return map_leaves(chosen, new, old)
