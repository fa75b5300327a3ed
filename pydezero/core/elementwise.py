"""Applying an elementwise primitive: `bind` for one and two arguments, with nothing left to look up.

Most operations of most programs are these, so here every call counts: what depends on the primitive alone is decided when it is
defined, and what remains are straight lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

import numpy as np

from pydezero.core.bind import record
from pydezero.core.conform import conformed
from pydezero.core.constant import as_constant, snapshot
from pydezero.core.primitive import Elementwise, Rule, define, residuals_of
from pydezero.core.types import Array, BinaryFunction, UnaryFunction
from pydezero.core.variable import Node, NodeDraft, Variable, VariableDraft, next_order

# What the rule of one argument keeps. The first three need no more than a tuple display.
_NOTHING, _X, _Y, _MORE = range(4)
_ONE_NOTHING: Final = ((),)


def unary(ufunc: np.ufunc, rule: Rule | None, summary: str) -> UnaryFunction:
    """The differentiable version of a ufunc of one argument."""
    primitive = define(Elementwise, ufunc.__name__, ufunc, rule)
    names = _kept_names(rule)
    keeps_x, keeps_out = "x" in names, "out" in names

    def apply(x: Array, /) -> Array:
        if type(x) is not Variable:
            return ufunc(x)
        value = x._value
        node = x.node
        out = ufunc(value)
        residuals: tuple[tuple[Array, ...] | None, ...]
        if keeps_out:
            residuals = ((value, out),) if keeps_x else ((out,),)
        else:
            residuals = ((value,),) if keeps_x else _ONE_NOTHING
        draft = NodeDraft(primitive, (node,), residuals, node.level, next_order())
        draft.__class__ = Node
        result = VariableDraft(out, draft)  # type: ignore[arg-type]  # a Node since the line above
        result.__class__ = Variable
        return result

    def apply_flat(x: Array, /) -> Array:
        return record(ufunc(x._value), primitive, (), (), x.node.level) if type(x) is Variable else ufunc(x)

    return cast(UnaryFunction, _named(apply_flat if rule is None else apply, ufunc.__name__, summary))


def binary(ufunc: np.ufunc, x_rule: Rule | None, y_rule: Rule | None, summary: str) -> BinaryFunction:
    """The differentiable version of a ufunc of two arguments."""
    name = ufunc.__name__
    primitive = define(Elementwise, name, ufunc, x_rule, y_rule)
    x_names, y_names = _kept_names(x_rule), _kept_names(y_rule)
    x_kind, y_kind = _kind(x_names), _kind(y_names)
    y_is_kept, x_is_kept = "y" in x_names, "x" in y_names

    def apply(x: Array, y: Array, /) -> Array:
        x_node: Node | None
        y_node: Node | None
        if type(x) is Variable:
            x_node = x.node
            level = x_node.level
            if type(y) is Variable:
                y_node = y.node
                if level == y_node.level:
                    x = x._value
                    y = y._value
                    unlike = x.shape != y.shape or x.dtype is not y.dtype
                elif level > y_node.level:
                    x = x._value
                    y_node = None
                    unlike = True
                else:
                    level = y_node.level
                    y = y._value
                    x_node = None
                    unlike = True
            else:
                x = x._value
                y_node = None
                if type(y) is float or type(y) is int:
                    unlike = False  # a Python number neither broadcasts nor promotes
                else:
                    y = as_constant(y, name)
                    if y_is_kept:
                        y = snapshot(y)
                    unlike = True
        elif type(y) is Variable:
            x_node = None
            y_node = y.node
            level = y_node.level
            y = y._value
            if type(x) is float or type(x) is int:
                unlike = False
            else:
                x = as_constant(x, name)
                if x_is_kept:
                    x = snapshot(x)
                unlike = True
        else:
            return ufunc(x, y)
        out = ufunc(x, y)
        if x_rule is None:
            x_node = None
        if y_rule is None:
            y_node = None
        x_residuals: tuple[Array, ...] | None = None
        y_residuals: tuple[Array, ...] | None = None
        if x_node is not None:
            if x_kind == _NOTHING:
                x_residuals = ()
            elif x_kind == _Y:
                x_residuals = (y,)
            else:
                x_residuals = _pick(x_names, x, y, out)
            if unlike and (x.shape != out.shape or x.dtype != out.dtype):
                x_node = conformed(x_node, x)
        if y_node is not None:
            if y_kind == _NOTHING:
                y_residuals = ()
            elif y_kind == _X:
                y_residuals = (x,)
            else:
                y_residuals = _pick(y_names, x, y, out)
            if unlike and (y.shape != out.shape or y.dtype != out.dtype):
                y_node = conformed(y_node, y)
        draft = NodeDraft(primitive, (x_node, y_node), (x_residuals, y_residuals), level, next_order())
        draft.__class__ = Node
        result = VariableDraft(out, draft)  # type: ignore[arg-type]  # a Node since the line above
        result.__class__ = Variable
        return result

    return cast(BinaryFunction, _named(apply, name, summary))


def _kept_names(rule: Rule | None) -> tuple[str, ...]:
    return () if rule is None else residuals_of(rule).names


def _kind(names: tuple[str, ...]) -> int:
    return {(): _NOTHING, ("x",): _X, ("y",): _Y}.get(names, _MORE)


def _pick(names: tuple[str, ...], x: Array, y: Array, out: Array) -> tuple[Array, ...]:
    call = {"x": x, "y": y, "out": out}
    return tuple([call[name] for name in names])


def _named(function: Callable[..., Array], name: str, summary: str) -> Callable[..., Array]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = (
        f"{summary}\n\n"
        "    Elementwise; the arguments broadcast against each other. A Variable among them gives a Variable, plain arrays and\n"
        f"    numbers give what `np.{name}` gives.\n"
    )
    return function
