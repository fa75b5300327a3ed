"""Applying an elementwise primitive: `bind` for one and two arguments, with nothing left to look up.

Most operations of most programs are these, so here every call counts: what depends on the primitive alone is decided
when it is defined, and what remains are straight lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

import numpy as np

from pydezero.core.conform import conformed
from pydezero.core.constant import as_constant, snapshot
from pydezero.core.primitive import Elementwise, Primitive, Rule, define
from pydezero.core.types import Array, BinaryFunction, UnaryFunction
from pydezero.core.variable import Node, NodeDraft, Variable, VariableDraft, next_order

# What a rule keeps, as far as it takes no more than a tuple display to keep it.
_NOTHING, _X, _Y, _MORE = range(4)
_KINDS: Final = {(): _NOTHING, ("x",): _X, ("y",): _Y}

_ONE_NOTHING: Final = ((),)


def unary(ufunc: np.ufunc, rule: Rule, summary: str) -> UnaryFunction:
    """The differentiable version of a ufunc of one argument."""
    primitive = define(Elementwise, ufunc.__name__, ufunc, rule)
    (names,) = [keep.names for keep in primitive.residuals]
    keeps_x, keeps_out = "x" in names, "out" in names

    def apply(x: Array, /) -> Array:
        if type(x) is not Variable:
            return ufunc(x)
        value = x._value
        node = x.node
        out = ufunc(value)
        residuals: tuple[tuple[Array, ...], ...]
        if keeps_out:
            residuals = ((value, out),) if keeps_x else ((out,),)
        else:
            residuals = ((value,),) if keeps_x else _ONE_NOTHING
        # new_node and new_variable, written out: a call here costs as much as making the record.
        out_node = NodeDraft()
        out_node.primitive = primitive
        out_node.parents = (node,)
        out_node.residuals = residuals
        out_node.level = node.level
        out_node.order = next_order()
        out_node.__class__ = Node
        result = VariableDraft()
        result._value = out
        result.node = out_node  # type: ignore[assignment]  # a Node since its class was set
        result.__class__ = Variable
        return result

    return cast(UnaryFunction, _named(apply, ufunc.__name__, summary))  # cast: overloads cannot be derived


def binary(ufunc: np.ufunc, x_rule: Rule, y_rule: Rule, summary: str) -> BinaryFunction:
    """The differentiable version of a ufunc of two arguments."""
    primitive = define(Elementwise, ufunc.__name__, ufunc, x_rule, y_rule)
    x_names, y_names = [keep.names for keep in primitive.residuals]
    x_kind, y_kind = _KINDS.get(x_names, _MORE), _KINDS.get(y_names, _MORE)

    def apply(x: Array, y: Array, /) -> Array:
        x_node: Node | None
        y_node: Node | None
        if type(x) is Variable and type(y) is Variable and x.node.level == y.node.level:
            x_node = x.node
            y_node = y.node
            level = x_node.level
            x = x._value
            y = y._value
            alike = x.shape == y.shape and x.dtype is y.dtype
        elif type(x) is Variable or type(y) is Variable:
            x, y, x_node, y_node, level, alike = _operands(x, y, primitive, x_names, y_names)
        else:
            return ufunc(x, y)
        out = ufunc(x, y)
        x_residuals: tuple[Array, ...] = ()
        y_residuals: tuple[Array, ...] = ()
        if x_node is not None and x_kind != _NOTHING:
            x_residuals = (y,) if x_kind == _Y else _pick(x_names, x, y, out)
        if y_node is not None and y_kind != _NOTHING:
            y_residuals = (x,) if y_kind == _X else _pick(y_names, x, y, out)
        if not alike:
            x_node = x_node and conformed(x_node, x, out.shape, out.dtype)
            y_node = y_node and conformed(y_node, y, out.shape, out.dtype)
        # new_node and new_variable, written out: a call here costs as much as making the record.
        out_node = NodeDraft()
        out_node.primitive = primitive
        out_node.parents = (x_node, y_node)
        out_node.residuals = (x_residuals, y_residuals)
        out_node.level = level
        out_node.order = next_order()
        out_node.__class__ = Node
        result = VariableDraft()
        result._value = out
        result.node = out_node  # type: ignore[assignment]  # a Node since its class was set
        result.__class__ = Variable
        return result

    return cast(BinaryFunction, _named(apply, ufunc.__name__, summary))  # cast: overloads cannot be derived


def _operands(
    x: Array, y: Array, primitive: Primitive, x_names: tuple[str, ...], y_names: tuple[str, ...]
) -> tuple[Array, Array, Node | None, Node | None, int, bool]:
    """Two operands of which one is a constant to the other.

    Returns the values and the nodes that `apply` works with, the level, and whether neither broadcasts nor promotes.
    """
    if type(y) is not Variable or (type(x) is Variable and x.node.level > y.node.level):
        constant, alike = _constant(y, primitive.name, "y" in x_names)
        return x._value, constant, x.node, None, x.node.level, alike
    constant, alike = _constant(x, primitive.name, "x" in y_names)
    return constant, y._value, None, y.node, y.node.level, alike


def _constant(x: Array, name: str, is_kept: bool) -> tuple[Array, bool]:
    """An operand that is not differentiated, and whether it is a Python number, which leaves shape and dtype alone."""
    if type(x) is float or type(x) is int:
        return x, True
    if type(x) is not Variable:
        x = as_constant(x, name)
    return snapshot(x) if is_kept else x, False


def _pick(names: tuple[str, ...], x: Array, y: Array, out: Array) -> tuple[Array, ...]:
    kept = {"x": x, "y": y, "out": out}
    return tuple([kept[name] for name in names])


def _named(function: Callable[..., Array], name: str, summary: str) -> Callable[..., Array]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = (
        f"{summary}\n\n"
        "    Elementwise; the arguments broadcast against each other. A Variable among them gives a Variable,\n"
        f"    plain arrays and numbers give what `np.{name}` gives.\n"
    )
    return function
