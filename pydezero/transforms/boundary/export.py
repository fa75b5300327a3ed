"""Values and gradients on the way out: arrays of the caller's own, in memory that nothing else refers to.

What was computed and has the shape () is a NumPy scalar, as the results of NumPy's own functions are. An array of shape
() comes out where the caller gave one (its gradient is like it), or where the function returned one of its own.
"""

from __future__ import annotations

from sys import getrefcount
from typing import Any

import numpy as np

from pydezero.arrays import NUMPY, WORDS
from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.level import DELAYED
from pydezero.core.ownership import owns_memory
from pydezero.core.scalar_arrays import as_scalar_array, is_scalar_array
from pydezero.core.snapshot import LARGE_BYTES, check_numeric, is_array, snapshot
from pydezero.core.types import NUMERIC_KINDS, Array
from pydezero.core.variable import (
    AnyNode,
    Node,
    Variable,
    check_open,
    is_numeric,
    new_variable,
    reverse_node,
)
from pydezero.graph.linear import zeros_for
from pydezero.transforms.boundary.lifting import Lifted
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.tree import Tree, flatten, map_leaves


def export(value: Array, outer: AnyNode | None) -> Array:
    """A result as the caller gets it: an array of their own, a NumPy scalar in the place of one of shape ().

    It is a Variable if Variables came in.
    """
    if isinstance(value, Variable):
        if value.node.level.finished:
            check_open(value)
        return value._value if value.node.level == DELAYED else value  # `handed_out`, without a call
    if outer is not None:
        return outer.constant(snapshot(value))
    if isinstance(value, np.ndarray):
        return np.array(value) if value.ndim else value[()]
    return value if isinstance(value, np.generic) else WORDS[type(value)].copy(value)


def handed_on(leaf: Any, outer: AnyNode | None) -> Any:
    """A leaf of a result that is no Variable of the call, as the caller gets it: an array of shape () stays one."""
    if isinstance(leaf, np.ndarray) and outer is None:
        return np.array(leaf)
    return export(leaf, outer) if type(leaf) is Variable or is_array(leaf) else leaf


def like_result(tangent: Array, result: Any) -> Array:
    """An exported value, as an array of shape () where the result that it belongs to stands for one."""
    return as_scalar_array(tangent) if is_scalar_array(result) else tangent


def export_owned(box: list[Array], outer: AnyNode | None) -> Array:
    """`export` of the one thing in a list, without a copy where nothing else refers to it or to its memory."""
    # Of the two references one is that of the list, the other the argument itself.
    if outer is None and getrefcount(box[0]) == 2:
        if type(box[0]) is np.ndarray and owns_memory(box[0]):
            return box.pop() if box[0].ndim else box[0][()]
        if WORDS[type(box[0])].is_known and box[0].base is None:
            return box.pop()
    return export(box[0], outer)


def export_leaves(leaves: list[Any], level: int, outer: AnyNode | None) -> list[Any]:
    """The leaves of what a function returned, as the caller gets them; the list is used up.

    The Variables in it are let go, so that a value that nothing else refers to is found to be so.
    """
    exported: list[Any] = []
    leaves.reverse()
    while leaves:
        leaf = leaves.pop()
        if type(leaf) is Variable and leaf.node.level == level:
            box = [leaf._value]
            is_array = leaf.node.is_array
            del leaf
            made = export_owned(box, outer)
            exported.append(as_scalar_array(made) if is_array else made)
        else:
            exported.append(handed_on(leaf, outer))
    return exported


def without_value(leaf: Any, level: int) -> Any:
    """A Variable of this level with something of its shape and dtype in the place of a large value."""
    if type(leaf) is not Variable or leaf.node.level != level:
        return leaf
    value = leaf._value
    if not isinstance(value, np.ndarray) or value.nbytes < LARGE_BYTES:
        return leaf
    return new_variable(np.broadcast_to(np.empty((), value.dtype), value.shape), leaf.node)


def checked_leaves(output: Tree, where: str) -> list[Any]:
    """The leaves of what a function returned.

    Raises:
        TypeError: there is no number among them, or an array around a Variable.
    """
    leaves = flatten(output)
    if not any(map(is_numeric, leaves)):
        raise TypeError(
            f"{where}: the function returned {describe_structure(output)}; "
            "it must return an array, or a container of arrays"
        )
    for leaf in leaves:
        if type(leaf) is not Variable:
            check_result(leaf, where)
    return leaves


def check_result(leaf: Any, where: str) -> None:
    """Raise a TypeError if what a function returned is an array around a Variable, or of objects."""
    if type(leaf) is np.ndarray and leaf.dtype.kind in NUMERIC_KINDS:
        return
    if is_array(leaf):
        check_numeric(leaf, f"{where}: the result")


def export_tree(tree: Tree, level: int, outer: AnyNode | None) -> Tree:
    """The result of a function as the caller gets it: all arrays in it exported."""

    def exported(leaf: Any) -> Any:
        is_own = type(leaf) is Variable and leaf.node.level == level
        return like_result(export(leaf._value, outer), leaf) if is_own else handed_on(leaf, outer)

    return map_leaves(exported, tree)


def unwrap_tree(tree: Tree, level: int, outer: AnyNode | None) -> Tree:
    """The aux of a function as the caller gets it: Variables of this level exported, everything else as it is."""

    def exported(leaf: Any) -> Any:
        if not isinstance(leaf, Variable):
            return leaf
        return like_result(export(leaf._value if leaf.node.level == level else leaf, outer), leaf)

    return map_leaves(exported, tree)


def gradient_of(variable: Variable, found: dict[Node, Array]) -> Array:
    """The gradient that was found for a Variable: in its dtype, and zeros if the reverse pass never came to it."""
    g = found.get(reverse_node(variable))
    return zeros_for(variable) if g is None else cast(g, cotangent_dtype(variable._value.dtype))


def _delayed_like(g: Variable, argument: Array) -> Array:
    """A gradient that is computed later, as the caller gets it: in the chunks of the argument, if that has some."""
    array = g._value
    if type(argument) is Variable and argument.node.level == DELAYED:
        chunks = argument._value.chunks
        return array if array.chunks == chunks else array.rechunk(chunks)
    return array


def export_gradients(lifted: Lifted, found: dict[Node, Array], unit: Any = None) -> tuple[Tree, ...]:
    """The gradient with respect to each argument, in a container of its type; what is not a number is as it was.

    `unit` is that of the result, if it has one.
    """
    outer = lifted.outer
    gradients: list[Array] = []
    for variable, node in zip(lifted.variables, lifted.nodes, strict=True):
        g = found.get(node)
        value = variable._value
        if type(value) is np.ndarray and outer is None:
            if g is None:
                g = np.zeros(value.shape, value.dtype)
            # The three references are those of `found`, of `g` and of the argument of getrefcount.
            elif not (
                type(g) is np.ndarray
                and g.dtype == value.dtype
                and getrefcount(g) == 3
                and g.flags.writeable
                and (g.base is None or owns_memory(g))
            ):
                g = cast(g, value.dtype)
                if type(g) is not Variable:
                    g = WORDS[type(g)].in_numpy(g)
        elif not (outer is None and type(g) is np.float64 is type(value)):  # nobody writes into a number
            g = gradient_of(variable, found)
            # In the memory of no other array, and referred to as above. (An unknown library may share it otherwise.)
            is_own = getrefcount(g) == 3 and WORDS[type(g)] is not NUMPY and getattr(g, "base", g) is None
            g = g if type(g) is Variable or (is_own and outer is None) else export(g, outer)
        gradients.append(_delayed_like(g, value) if type(g) is Variable and g.node.level == DELAYED else g)
    if lifted.scalar_arrays or lifted.restored or lifted.units is not None or unit is not None:
        gradients = lifted.derivatives(gradients, unit)
    return lifted.filled(gradients)
