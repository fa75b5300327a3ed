"""Applying an elementwise primitive: `bind` for one and two arguments, with nothing left to look up.

Most operations of most programs are these, so here every call counts: what depends on the primitive alone is decided
when it is defined, and what remains are straight lines.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from sys import getrefcount
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from pydezero.arrays import NUMPY, WORDS
from pydezero.core.bind import OPERATORS, NumberNode
from pydezero.core.broadcasting import broadcast_parent
from pydezero.core.foreign import OPERAND_ERRORS, left_to, raise_mixed
from pydezero.core.ownership import freeze_temporary
from pydezero.core.placing import beside
from pydezero.core.primitive import (
    BatchRule,
    CoefficientRule,
    Elementwise,
    MarksRule,
    Primitive,
    Rule,
    RulePrimitive,
    define,
    module_in_execution,
)
from pydezero.core.roots import recorded_power
from pydezero.core.scalar_arrays import ArrayNode
from pydezero.core.snapshot import LARGE_BYTES, as_constant, snapshot
from pydezero.core.types import NUMERIC_KINDS, Array, Residual
from pydezero.core.variable import (
    Node,
    NodeDraft,
    Variable,
    VariableDraft,
    check_open,
    kept_beside,
    new_node,
    new_variable,
    next_order,
    reverse_node,
    shape_of,
)

if TYPE_CHECKING:
    from pydezero.core.function_types import BinaryFunction, UnaryFunction

# The types of the operands that are met most, none of which has arithmetic of its own.
_ORDINARY: Final = frozenset({Variable, np.ndarray, np.float64, float, int, bool, complex})


# What the rules of two arguments keep if each keeps the other one.
_OF_THE_OTHER: Final = (("y",), ("x",))


def unary(
    ufunc: np.ufunc | Callable[[Any], Any],
    rule: Rule,
    summary: str,
    name: str = "",
    *,
    tangent: Rule | None = None,
    power: Primitive | None = None,
    exponent: float | None = None,
    coefficient: CoefficientRule | None = None,
    keeps_dtype: bool = True,
    is_product: bool = False,
) -> UnaryFunction:
    """The differentiable version of a ufunc of one argument; `name` is that of the primitive, if not the ufunc's.

    `power`, `coefficient` and `is_product` are those of a primitive. `exponent` is given for a power.
    """
    primitive = define(
        Elementwise,
        name or ufunc.__name__,
        ufunc,
        rule,
        tangent=tangent,
        power=power,
        exponent=None if exponent is None else lambda _: exponent,
        coefficient=coefficient,
        keeps_dtype=keeps_dtype,
        is_product=is_product,
    )
    names = primitive.arguments[0].names
    keeps_x, keeps_out = "x" in names, "out" in names
    is_operator = primitive.name in OPERATORS
    array, double = np.ndarray, np.float64

    def apply(x: Array, /) -> Array:
        if type(x) is not Variable:
            try:
                return ufunc(x)
            except OPERAND_ERRORS as error:
                raise_mixed(error, primitive.name, (x,))
                raise
        value = x._value
        node = x.node
        if (
            type(node) is not Node
            and type(node) is not ArrayNode
            and (is_operator or type(node) is not NumberNode or type(value) is not np.float64)
        ):
            return node.apply(primitive, (x,), {})
        kind = type(value)
        if kind is array or kind is double:
            out = ufunc(value)
        else:
            try:
                out = apply(value) if kind is Variable else WORDS[kind].ufuncs[ufunc](value)
            except OPERAND_ERRORS as error:
                raise_mixed(error, primitive.name, (value,))
                raise
        if exponent is not None and node.primitive is not None and node.primitive.power is not None:
            return recorded_power(node, out, exponent)
        residual: Residual
        if keeps_out:
            residual = (value, out) if keeps_x else out
        elif keeps_x:
            residual = value
        else:
            residual = None
        # new_node and new_variable, written out: a call here costs as much as making the record.
        out_node = NodeDraft()
        out_node.primitive = primitive
        out_node.x_parent = node
        out_node.x_residual = residual
        out_node.y_parent = None
        out_node.y_residual = None
        out_node.others = ()
        out_node.level = node.level
        out_node.order = next_order()
        out_node.__class__ = Node
        result = VariableDraft()
        result._value = out
        result.node = out_node
        result.__class__ = Variable
        return result

    return cast("UnaryFunction", _named(apply, ufunc.__name__, summary))  # cast: overloads cannot be derived


def binary(  # noqa: C901  # one straight path, on which a call costs as much as making a record
    ufunc: np.ufunc,
    x_rule: Rule,
    y_rule: Rule,
    summary: str,
    *,
    with_itself: Callable[[Array], Array] | None = None,
    with_smaller: Callable[[Array, Array], Array] | None = None,
    kind: type[RulePrimitive] = Elementwise,
    batch: BatchRule | None = None,
    marks: MarksRule | None = None,
    tangent: Rule | None = None,
    chooses: bool = False,
    power: Primitive | None = None,
    coefficient: CoefficientRule | None = None,
    is_product: bool = False,
    name: str = "",
) -> BinaryFunction:
    """The differentiable version of a ufunc of two arguments, which is elementwise unless it is said to be linear.

    `name` is that of the primitive, if not the ufunc's. Two cases may have a quicker way: `with_itself(x)` computes the
    operation on x and x, `with_smaller(x, y)` that on x and a Variable y of fewer elements.
    """
    primitive = define(
        kind,
        name or ufunc.__name__,
        ufunc,
        x_rule,
        y_rule,
        batch=batch,
        marks=marks,
        tangent=tangent,
        chooses=chooses,
        power=power,
        coefficient=coefficient,
        is_product=is_product,
    )
    x_argument, y_argument = primitive.arguments
    keep = x_argument.names, y_argument.names
    keeps_nothing, keeps_the_other = keep == ((), ()), keep == _OF_THE_OTHER
    broadcasts = kind is Elementwise
    is_operator = primitive.name in OPERATORS
    array, double = np.ndarray, np.float64

    def apply(x1: Array, x2: Array, /) -> Array:  # noqa: C901  # likewise
        if type(x1) is not Variable or type(x2) is not Variable:
            return _with_constant(apply, primitive, x1, x2, with_smaller)
        x_node = x1.node
        y_node = x2.node
        level = x_node.level
        if level != y_node.level:
            return _with_constant(apply, primitive, x1, x2, with_smaller)
        if x1 is x2 and with_itself is not None:
            return with_itself(x1)
        x_value = x1._value
        y_value = x2._value
        is_number = False
        if type(x_node) is not Node or type(y_node) is not Node:
            if not isinstance(x_node, Node) or not isinstance(y_node, Node):
                return (y_node if isinstance(x_node, Node) else x_node).apply(primitive, (x1, x2), {})
            if type(x_node) is NumberNode or type(y_node) is NumberNode:
                if not broadcasts or type(x_value) is not np.float64 or type(y_value) is not np.float64:
                    return (x_node if type(x_node) is NumberNode else y_node).apply(primitive, (x1, x2), {})
                is_number = is_operator and type(x_node) is type(y_node)
        alike = x_value.shape == y_value.shape
        if not alike and with_smaller is not None and y_value.size < x_value.size:
            return with_smaller(x1, x2)
        kind = type(x_value)
        nested = kind is Variable or type(y_value) is Variable
        try:
            if kind is array or kind is double:
                out = apply(x_value, y_value) if nested else ufunc(x_value, y_value)
            else:
                out = apply(x_value, y_value) if nested else WORDS[kind].ufuncs[ufunc](x_value, y_value)
        except OPERAND_ERRORS as error:
            raise_mixed(error, primitive.name, (x_value, y_value))
            raise
        x_residual: Residual
        y_residual: Residual
        if keeps_the_other:
            x_residual = y_value
            y_residual = x_value
        elif keeps_nothing:
            x_residual = y_residual = None
        else:
            x_residual = x_argument.pick((x_value, y_value), out, {}, 0)
            y_residual = y_argument.pick((x_value, y_value), out, {}, 1)
        if not alike or x_value.dtype is not y_value.dtype:
            x_node = broadcast_parent(x_node, x_value, out.shape if broadcasts else x_value.shape, out.dtype)
            y_node = broadcast_parent(y_node, y_value, out.shape if broadcasts else y_value.shape, out.dtype)
        # new_node and new_variable, written out: a call here costs as much as making the record.
        out_node = NodeDraft()
        out_node.primitive = primitive
        out_node.x_parent = x_node
        out_node.x_residual = x_residual
        out_node.y_parent = y_node
        out_node.y_residual = y_residual
        out_node.others = ()
        out_node.level = level
        out_node.order = next_order()
        out_node.__class__ = NumberNode if is_number else Node
        result = VariableDraft()
        result._value = out
        result.node = out_node
        result.__class__ = Variable
        return result

    return cast("BinaryFunction", _named(apply, ufunc.__name__, summary))  # cast: overloads cannot be derived


def _with_constant(  # noqa: C901  # one straight path, on which a call costs as much as making a record
    apply: Callable[[Array, Array], Array],
    primitive: Primitive,
    x: Array,
    y: Array,
    with_smaller: Callable[[Array, Array], Array] | None,
) -> Array:
    """The operation on two operands of which at least one is a constant to the other."""
    if type(x) is Variable and (type(y) is not Variable or x.node.level > y.node.level):
        position, node, value, constant = 0, x.node, x._value, y
    elif type(y) is Variable:
        position, node, value, constant = 1, y.node, y._value, x
    else:
        try:
            return primitive.raw(x, y)
        except OPERAND_ERRORS as error:
            raise_mixed(error, primitive.name, (x, y))
            raise
    if type(constant) not in _ORDINARY and not WORDS.get(type(constant), NUMPY).is_known:
        result = left_to(constant, primitive.name, primitive.raw, x, y)
        if result is not NotImplemented:
            return result
        is_list = type(constant) is list or type(constant) is tuple
        constant = as_constant(constant, primitive.name)
        if is_list:  # which an array of another library takes where it is
            constant = beside(constant, value)
        x, y = (constant, y) if position else (x, constant)
    is_number = type(constant) is float or type(constant) is int  # these leave shape and dtype alone
    if (
        type(node) is not Node
        and type(node) is not ArrayNode
        and not (
            is_number and type(node) is NumberNode and type(value) is np.float64 and isinstance(primitive, Elementwise)
        )
    ):
        return node.apply(primitive, (x, y), {})
    argument = primitive.arguments[position]
    if not is_number:
        if type(constant) is not Variable:
            if type(constant) is not np.ndarray or constant.dtype.kind not in NUMERIC_KINDS:
                constant = as_constant(constant, primitive.name)
        elif x.node.level.finished or y.node.level.finished:
            check_open(x)
            check_open(y)
        if argument.kept is None or 1 - position in argument.kept:
            if type(constant) is np.ndarray and constant.nbytes >= LARGE_BYTES and constant.flags.writeable:
                references = getrefcount(constant)  # two are our own, of the variables of this function
                freeze_temporary(constant, references, sys._getframe(2), own=2)
            nested = type(value) is Variable
            constant = kept_beside(constant, (value,), node.level) if nested else snapshot(constant, node.level)
        if position and with_smaller is not None and math.prod(shape_of(constant)) > value.size:
            return with_smaller(constant, y)
    pair = (constant, value) if position else (value, constant)
    kind = type(value)
    nested = kind is Variable or type(constant) is Variable
    try:
        if kind is np.ndarray or kind is np.float64:
            out = apply(*pair) if nested else primitive.raw(*pair)
        else:
            out = apply(*pair) if nested else WORDS[kind].ufuncs[primitive.raw](*pair)
    except OPERAND_ERRORS as error:
        raise_mixed(error, primitive.name, pair)
        raise
    names = argument.names
    if names == _OF_THE_OTHER[position]:
        residual = constant
    else:
        residual = argument.pick(pair, out, {}, position) if names else None
    if not is_number:
        shape = out.shape if isinstance(primitive, Elementwise) else value.shape
        if value.dtype is not out.dtype or value.shape != shape:
            node = broadcast_parent(node, value, shape, out.dtype)
    # new_node and new_variable, written out.
    out_node = NodeDraft()
    out_node.primitive = primitive
    if position:
        out_node.x_parent = None
        out_node.x_residual = None
        out_node.y_parent = node
        out_node.y_residual = residual
    else:
        out_node.x_parent = node
        out_node.x_residual = residual
        out_node.y_parent = None
        out_node.y_residual = None
    out_node.others = ()
    out_node.level = node.level
    out_node.order = next_order()
    out_node.__class__ = NumberNode if type(node) is NumberNode and primitive.name in OPERATORS else Node
    result = VariableDraft()
    result._value = out
    result.node = out_node
    result.__class__ = Variable
    return result


def as_sum(difference: BinaryFunction, plus: Primitive, minus: Primitive, x: Array, y: Array) -> Variable:
    """A difference x - y, recorded as x + -y: the cotangent of y, which is smaller, is summed before its sign changes.

    x is a constant to y, or a Variable of the same level.
    """
    level = y.node.level
    of_x = reverse_node(x) if type(x) is Variable and x.node.level == level else None
    x_value = x._value if of_x is not None else x
    try:
        out = difference(x_value, y._value)
    except OPERAND_ERRORS as error:
        raise_mixed(error, difference.__name__, (x_value, y._value))
        raise
    negated = new_node(minus, reverse_node(y), level=level)
    x_parent = None if of_x is None else broadcast_parent(of_x, x_value, out.shape, out.dtype)
    node = new_node(plus, x_parent, None, broadcast_parent(negated, y._value, out.shape, out.dtype), level=level)
    return new_variable(out, node)


def _named(function: Callable[..., Array], name: str, summary: str) -> Callable[..., Array]:
    function.__name__ = function.__qualname__ = name
    function.__module__ = module_in_execution() or "__main__"  # where `pickle` and `help` look for it
    function.__doc__ = (
        f"{summary}\n\n"
        "    A Variable among the arguments, which broadcast against each other, gives a Variable; plain arrays and\n"
        f"    numbers give what `np.{name}` gives.\n"
    )
    return function
