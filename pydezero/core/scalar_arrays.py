"""Arrays of shape () under a transform: some Variables of shape () stand for such an array, others for a scalar.

The value of a Variable of shape () is a NumPy scalar in either case; its node tells which it stands for. So a result
like an array of shape (), as the gradient by one, comes out of every transform as an array.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pydezero.core.bind import record
from pydezero.core.broadcasting import broadcast_p, cotangent_dtype
from pydezero.core.primitive import Primitive
from pydezero.core.types import Array
from pydezero.core.variable import Node, Variable, new_node, new_variable


class ArrayNode(Node):
    """The node of an array of shape () in reverse mode, of an argument or of what is like one.

    Its class tells it from the nodes that are met most: so it costs those nothing.
    """

    __slots__ = ()

    is_array = True

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        return record(primitive, args, params, self.level)


def is_scalar_array(x: object) -> bool:
    """Whether x is an array of shape (), or a Variable that stands for one."""
    return x.node.is_array if type(x) is Variable else isinstance(x, np.ndarray) and not x.ndim


def as_array_node(node: Node) -> None:
    """Let a node that nobody has seen yet be that of an array of shape ()."""
    object.__setattr__(node, "__class__", ArrayNode)  # it is frozen, and of the same slots


def note_scalar_array(x: Variable) -> None:
    """Let a Variable that nobody has seen yet stand for an array of shape ()."""
    node = x.node
    if type(node) is Node:
        as_array_node(node)
    else:
        object.__setattr__(x, "node", node.of_array())


def as_scalar_array(x: Array) -> Array:
    """Something of shape () as an array of shape (), or as a Variable that stands for one."""
    if isinstance(x, np.generic):
        return np.array(x)
    if type(x) is not Variable or x.node.is_array:
        return x
    node = x.node
    if isinstance(node, Node):
        # A node of its own, because that of x may be one that others have seen.
        node = new_node(broadcast_p, node, ((), cotangent_dtype(x.dtype)), level=node.level)
    value = x._value
    if type(value) is Variable and not value.shape:  # that of a batch has an axis, and stands for no scalar
        value = as_scalar_array(value)
    made = new_variable(value, node)
    note_scalar_array(made)
    return made
