"""Applying a primitive: compute at the highest level among the arguments, and record what the rules will need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from pydezero.arrays import WORDS
from pydezero.core.broadcasting import broadcast_parent
from pydezero.core.foreign import OPERAND_ERRORS, converted, is_convertible, is_delayed, placed, raise_mixed
from pydezero.core.level import Level
from pydezero.core.primitive import Argument, Elementwise, Linear, Primitive
from pydezero.core.roots import recorded_power
from pydezero.core.snapshot import as_constant
from pydezero.core.types import Array, Residual
from pydezero.core.variable import (
    AnyNode,
    Node,
    NodeDraft,
    Variable,
    check_open,
    handed_out,
    kept_beside,
    new_node,
    new_variable,
    next_order,
)

# What is computed with at once, beside an ndarray.
_ON_HOST: Final = frozenset({np.ndarray, np.float64, np.float32, np.complex128, bool, complex, float, int})


def bind(primitive: Primitive, *args: Array, **params: Any) -> Any:
    """Apply a primitive to array arguments, of which any may be Variables, with parameters that are not differentiated.

    An operation runs at the highest level among its arguments. Values of lower levels are constants to it; they may be
    Variables of an enclosing transform, for which the operation is applied again, one level down.
    """
    top = top_node(args) if len(args) > 1 else args[0].node if type(args[0]) is Variable else None
    if top is None:
        if type(args[0]) is np.ndarray and (len(args) == 1 or _ON_HOST.issuperset(map(type, args))):
            return primitive.raw(*args, **params)
        if any(map(is_delayed, args)):
            out = bind(primitive, *map(placed, args), **params)
            return tuple(map(handed_out, out)) if primitive.several_outputs else handed_out(out)
        if not isinstance(args[0], np.generic) and is_convertible(args[0]):  # which NumPy would give back as it came
            args = tuple([converted(x, primitive.name) if is_convertible(x) else x for x in args])
        try:
            return WORDS[type(args[0])].primitives.get(primitive.name, primitive.raw)(*args, **params)
        except OPERAND_ERRORS as error:
            if primitive.is_pure:  # and no function of the user's has raised it
                raise_mixed(error, primitive.name, args)
            raise
    if type(top) is not Node:
        return top.apply(primitive, args, params)
    if primitive.record is not None:  # `record`, written out: a call here costs as much as a step of it
        return primitive.record(args, top.level)
    return record_one(primitive, args[0], params) if len(args) == 1 else record_all(primitive, args, params, top.level)


def record(primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any], level: Level) -> Any:
    """Record an operation of which this is the highest level, as `bind` does with most nodes."""
    if primitive.record is not None:
        return primitive.record(args, level)
    return record_one(primitive, args[0], params) if len(args) == 1 else record_all(primitive, args, params, level)


def record_one(primitive: Primitive, x: Variable, params: Mapping[str, Any]) -> Array:
    """Record a single array argument, where nothing is broadcast and no constant is kept."""
    value: Array = x._value
    parent = x.node
    assert isinstance(parent, Node)
    argument = primitive.arguments[0]
    if type(value) is np.ndarray:
        out = primitive.raw(value, **params)
    elif type(value) is Variable:
        out = bind(primitive, value, **params)
    else:
        try:
            out = WORDS[type(value)].primitives.get(primitive.name, primitive.raw)(value, **params)
        except OPERAND_ERRORS as error:
            raise_mixed(error, primitive.name, (value,))
            raise
    if argument.rule is None:
        return out
    if primitive.exponent is not None and parent.primitive is not None:
        power = recorded_power(parent, out, primitive.exponent(params))
        if power is not None:
            return power
    residual = argument.pick((value,), out, params, 0)
    if value.dtype is not out.dtype:
        parent = broadcast_parent(parent, value, value.shape, out.dtype)
    return new_variable(out, new_node(primitive, parent, residual, level=parent.level))


def record_all(  # noqa: C901  # one straight path
    primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any], level: Level
) -> Array:
    """Record any number of array arguments, of which one at least is a Variable of this level."""
    values, parents = unwrap(args, level, primitive.name)
    if NumberNode in map(type, parents):
        promoted = in_common_precision(primitive, args)
        if promoted is not args:
            values, parents = unwrap(promoted, level, primitive.name)
    arguments = primitive.arguments
    if len(arguments) != len(parents):  # of a variadic primitive
        arguments = tuple([primitive.argument(i) for i in range(len(parents))])
    for i, argument in enumerate(arguments):
        if argument.rule is None:
            parents[i] = None
    nested = Variable in map(type, values)
    try:
        out = bind(primitive, *values, **params) if nested else primitive.raw(*values, **params)
    except OPERAND_ERRORS as error:
        raise_mixed(error, primitive.name, values)
        raise
    if not any(parents):
        return out
    if None in parents:
        _snapshot_constants(arguments, values, parents, level)
    dtype = out.dtype
    broadcasts = isinstance(primitive, Elementwise)
    nodes: list[Node | None] = []
    residuals: list[Residual] = []
    for position, parent in enumerate(parents):
        if parent is None:
            nodes.append(None)
            residuals.append(None)
        else:
            x = values[position]
            shape = out.shape if broadcasts else x.shape
            nodes.append(parent if x.dtype is dtype and x.shape == shape else broadcast_parent(parent, x, shape, dtype))
            residuals.append(arguments[position].pick(values, out, params, position))
    return new_variable(out, node_of(primitive, nodes, residuals, level))


def node_of(primitive: Primitive, parents: Sequence[Node | None], residuals: Sequence[Residual], level: Level) -> Node:
    """The node of an operation of any number of arguments."""
    if len(parents) == 1:
        return new_node(primitive, parents[0], residuals[0], level=level)
    others = tuple(zip(parents[2:], residuals[2:], strict=True))
    return new_node(primitive, parents[0], residuals[0], parents[1], residuals[1], others, level=level)


def top_node(args: Sequence[Array]) -> AnyNode | None:
    """A node of the highest level among the arguments, None when none is a Variable."""
    top: AnyNode | None = None
    for x in args:
        if type(x) is Variable and (top is None or x.node.level > top.level):
            top = x.node
    return top


def unwrap(args: Sequence[Array], level: Level, name: str) -> tuple[list[Array], list[Any]]:
    """The arguments as an operation at a level sees them: values, and the node of each that is not a constant.

    The nodes are all of the one kind that the transform of this level makes.
    """
    values: list[Array] = []
    nodes: list[Any] = []
    for x in args:
        if type(x) is not Variable:
            values.append(as_constant(x, name))
            nodes.append(None)
        elif x.node.level == level:
            values.append(x._value)
            nodes.append(x.node)
        else:
            if x.node.level.finished or level.finished:
                check_open(x)
                check_open(next(y for y in args if type(y) is Variable and y.node.level == level))
            values.append(x)
            nodes.append(None)
    return values, nodes


def _snapshot_constants(
    arguments: Sequence[Argument], values: list[Array], parents: list[Node | None], level: Level
) -> None:
    """Put a copy in the place of each constant that a rule keeps, unless it cannot change."""
    if not any(parent is None and type(x) not in PYTHON_NUMBERS for x, parent in zip(values, parents, strict=True)):
        return
    # As a set: a variadic primitive has one description for all of its arguments.
    differentiated = {argument for argument, parent in zip(arguments, parents, strict=True) if parent is not None}
    for i, parent in enumerate(parents):
        if parent is None and any(argument.keeps(i) for argument in differentiated):
            values[i] = kept_beside(values[i], values, level)


class NumberNode(Node):
    """The node of a Python number in reverse mode, of an argument or of what operators made of numbers alone.

    Its class tells it from the nodes of arrays, which are met most: so it costs those nothing.
    """

    __slots__ = ()

    is_number = True

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Any:
        if type(primitive) is Elementwise and len(args) == 2 and not params and primitive.record is None:
            double = _of_doubles(primitive, args[0], args[1], self.level)
            if double is not None:
                return double
        # What has a rule `record` is no operator, even if the user calls it `square`.
        is_number = primitive.record is None and makes_number(primitive, args)
        if is_number and len(args) == 2:
            out: Any = _of_two(primitive, args[0], args[1], self.level)
        else:
            out = record(primitive, args, params, self.level)
        if is_number and type(out) is Variable and type(out.node) is Node:
            as_number(out.node)
        return out


def _of_doubles(primitive: Primitive, x: Array, y: Array, level: Level) -> Variable | None:
    """Record an operation on two doubles of a level, or on one and a Python number; None for other operands.

    It is `record_all` without its questions: nothing is broadcast, converted or copied.
    """
    x_node = y_node = None
    are_numbers = primitive.name in OPERATORS
    if type(x) is Variable:
        x, x_node = x._value, x.node
        are_numbers = are_numbers and x_node.is_number
        if type(x) is not np.float64 or x_node.level is not level:
            return None
    elif type(x) is not float and type(x) is not int:
        return None
    if type(y) is Variable:
        y, y_node = y._value, y.node
        are_numbers = are_numbers and y_node.is_number
        if type(y) is not np.float64 or y_node.level is not level:
            return None
    elif type(y) is not float and type(y) is not int:
        return None
    x_argument, y_argument = primitive.arguments
    if x_argument.rule is None or y_argument.rule is None:
        return None
    out = primitive.raw(x, y)
    if type(out) is not np.float64:
        return None
    draft = NodeDraft()  # as in new_node
    draft.primitive = primitive
    draft.x_parent = x_node
    draft.x_residual = None if x_node is None else x_argument.pick((x, y), out, {}, 0)
    draft.y_parent = y_node
    draft.y_residual = None if y_node is None else y_argument.pick((x, y), out, {}, 1)
    draft.others = ()
    draft.level = level
    draft.order = next_order()
    draft.__class__ = NumberNode if are_numbers else Node
    return new_variable(out, draft)


def _of_two(primitive: Primitive, x: Array, y: Array, level: Level) -> Array:
    """Record an operation on two numbers of one level or one and a constant: `record_all` without its questions."""
    x_node = y_node = None
    if type(x) is Variable and x.node.level == level:
        x, x_node = x._value, x.node
    if type(y) is Variable and y.node.level == level:
        y, y_node = y._value, y.node
    nested = type(x) is Variable or type(y) is Variable
    out = bind(primitive, x, y) if nested else primitive.raw(x, y)
    node = new_node(
        primitive,
        x_node and broadcast_parent(x_node, x, (), out.dtype),
        x_node and primitive.arguments[0].pick((x, y), out, {}, 0),
        y_node and broadcast_parent(y_node, y, (), out.dtype),
        y_node and primitive.arguments[1].pick((x, y), out, {}, 1),
        level=level,
    )
    return new_variable(out, node)


def as_number(node: Node) -> None:
    """Let a node that nobody has seen yet be that of a Python number."""
    object.__setattr__(node, "__class__", NumberNode)  # it is frozen, and of the same slots


def is_weak(x: object) -> bool:
    """Whether x is a Python number, or a Variable that stands for one: it takes the dtype of what it meets."""
    return type(x) in PYTHON_NUMBERS or (type(x) is Variable and x.node.is_number)


def python_type(x: Variable) -> type:
    """The type of the Python number that a Variable stands for."""
    return type(x.dtype.type(0).item())


def weakly_promoted(args: Sequence[Array]) -> Sequence[Array]:
    """Operands by NumPy's rules of weak promotion: a Variable of a number has the precision of the arrays beside it."""
    numbers = [type(x) is Variable and x.node.is_number for x in args]
    if True not in numbers:
        return args
    strong = [
        x.dtype if isinstance(getattr(x, "dtype", None), np.dtype) else np.asarray(x).dtype
        for x, number in zip(args, numbers, strict=True)
        if not number and type(x) not in PYTHON_NUMBERS
    ]
    if not strong or _DOUBLE in strong:
        return args
    weak = [x.dtype.type(0).item() for x, number in zip(args, numbers, strict=True) if number]
    common = np.result_type(*weak, *strong)
    return [_narrowed(x, common) if number else x for x, number in zip(args, numbers, strict=True)]


def in_common_precision(primitive: Primitive, args: Sequence[Array]) -> Sequence[Array]:
    """Operands, weakly promoted if NumPy computes the primitive with operands of one dtype."""
    is_where = primitive.masks and isinstance(primitive, Linear)  # a call may hold a choice, and is none
    promotes = isinstance(primitive, Elementwise) or isinstance(primitive.raw, np.ufunc) or is_where
    return weakly_promoted(args) if promotes else args


def _narrowed(x: Variable, common: np.dtype[Any]) -> Variable:
    dtype = np.zeros((), common).real.dtype if x.dtype.kind != "c" else common
    return x.astype(dtype) if dtype.itemsize < x.dtype.itemsize else x


def makes_number(primitive: Primitive, args: Sequence[Array]) -> bool:
    """Whether Python computes a number of these operands: it has an operator for it, and they are numbers all."""
    if primitive.name not in OPERATORS:
        return False
    # A list, because most operations of functions of numbers come by here, and a generator takes longer.
    return False not in [x.node.is_number if type(x) is Variable else type(x) in PYTHON_NUMBERS for x in args]


_DOUBLE: Final = np.dtype(np.float64)
PYTHON_NUMBERS: Final = frozenset({bool, int, float, complex})
"""The types of the numbers to which NumPy gives the dtype of what they meet; a subclass is none of them."""

# The operators of Python, by the names of their primitives.
OPERATORS: Final = frozenset(
    {
        "absolute",
        "add",
        "divide",
        "floor_divide",
        "multiply",
        "negative",
        "positive",
        "power",
        "power_by_array",
        "remainder",
        "square",
        "subtract",
    }
)
