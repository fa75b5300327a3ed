"""`jvp`: the Jacobian-vector product, and the kind of node that all of forward mode is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal, TypeAlias, TypeVar, TypeVarTuple, overload

import attrs
import numpy as np
from numpy.typing import ArrayLike

from pydezero.core.bind import bind, unwrap
from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.operation import Operation, form_of
from pydezero.core.primitive import Elementwise, General, Linear, Multilinear, Nondifferentiable, Primitive, zero
from pydezero.core.snapshot import is_array, snapshot
from pydezero.core.types import Array, Operand
from pydezero.core.variable import AnyNode, Node, Variable, bottom, new_variable, next_level, reverse_node, variable_at
from pydezero.graph.backward import pull_back
from pydezero.graph.notes import note_tangent
from pydezero.transforms.boundary.boundary import (
    Lifted,
    call,
    checked_seed,
    describe_structure,
    export,
    export_owned,
    is_numeric,
    lift,
    name_of,
    pair,
    unwrap_tree,
)
from pydezero.transforms.boundary.source import users_line
from pydezero.transforms.reverse.signatures import Floats
from pydezero.tree import Tree, flatten, same_structure, unflatten

Aux = TypeVar("Aux")
R = TypeVar("R")
Ts = TypeVarTuple("Ts")

# An array, or a Variable of a lower level; None stands for zeros, which are never computed with.
Tangent: TypeAlias = Array | None


@attrs.frozen(eq=False, weakref_slot=False)
class TangentNode(AnyNode):
    """What forward mode knows of a value: the tangent, of its shape and dtype, that belongs to it.

    Every operation computes the tangent of its result along with the result. Nothing else is kept.
    """

    level: int
    tangent: Tangent = attrs.field(repr=False)

    def apply(self, primitive: Primitive, args: Sequence[Array], params: Mapping[str, Any]) -> Array:
        values, nodes = unwrap(args, self.level, primitive.name)
        out = bind(primitive, *values, **params)
        kind = type(primitive)
        if kind is Nondifferentiable:
            return out
        tangents = [None if node is None else node.tangent for node in nodes]
        rule = primitive.tangent
        try:
            if rule is not None and not any(t is None for t in tangents):
                tangent = rule.pull(tangents, rule.pick(values, out, params, 0))
            else:
                tangent = _TANGENT_OF[kind](primitive, values, tangents, out, params)
            if tangent is not None and tangent.dtype is not out.dtype:
                tangent = cast(tangent, out.dtype)
        except Exception as error:
            note_tangent(error, primitive.name, values, tangents, users_line())
            raise
        return new_variable(out, TangentNode(self.level, tangent))

    def call(self, function: Operation, args: Sequence[Array]) -> Any:
        values, nodes = unwrap(args, self.level, function._name)
        tangents: list[Tangent] = [None if node is None else node.tangent for node in nodes]
        outputs: Any
        moved: Any = None
        if all(t is None for t in tangents):
            outputs = function(*values)
        else:
            push = getattr(function, "push_forward", partial(_pushed_through, function))
            try:
                outputs, moved = push(values, tangents)
            except Exception as error:
                note_tangent(error, function._name, values, tangents, users_line())
                raise
        if not isinstance(outputs, tuple):
            return self._of_call(function, outputs, moved)
        moved = [None] * len(outputs) if moved is None else moved
        return tuple([self._of_call(function, y, t) for y, t in zip(outputs, moved, strict=True)])

    def _of_call(self, function: Operation, output: Array, tangent: Tangent) -> Variable:
        output = function._output(output, self.level)
        if tangent is not None:
            tangent = cast(function._output(tangent, self.level), cotangent_dtype(output.dtype))
        return new_variable(output, TangentNode(self.level, tangent))

    def constant(self, value: Array) -> Variable:
        return new_variable(value, TangentNode(self.level, None))


def _of_elementwise(
    primitive: Primitive, values: Sequence[Array], tangents: Sequence[Tangent], out: Array, params: Mapping[str, Any]
) -> Tangent:
    """The sum of the tangents of the arguments, each times its partial derivative."""
    total: Tangent = None
    for position, t in enumerate(tangents):
        if t is None:
            continue
        argument = primitive.arguments[position]
        if argument.rule is zero:
            continue
        if t.shape != out.shape:
            t = np.broadcast_to(t, out.shape)
        if t.dtype is not out.dtype:
            t = cast(t, out.dtype)
        residual = argument.pick(values, out, params, position)
        # A large array that nothing else refers to, as what a rule gives is, is the sum's own memory if it comes first.
        total = argument.pull(t, residual) if total is None else argument.pull(t, residual) + total
    return total


def _of_linear(
    primitive: Primitive, values: Sequence[Array], tangents: Sequence[Tangent], _out: Array, params: Mapping[str, Any]
) -> Tangent:
    """The operation itself, on the tangents of all arguments together."""
    moved: list[Array] = []
    is_zero = True
    for position, (x, t) in enumerate(zip(values, tangents, strict=True)):
        if primitive.argument(position).rule is None:
            moved.append(x)
        elif t is None:
            moved.append(_zeros_like(x))
        else:
            moved.append(t)
            is_zero = False
    return None if is_zero else bind(primitive, *moved, **params)


def _zeros_like(x: Array) -> Array:
    # A Python number leaves the dtype to the other arguments, and so must its zero.
    return 0 if isinstance(x, int | float | complex) and not isinstance(x, np.generic) else np.zeros_like(x)


def _of_multilinear(
    primitive: Primitive, values: Sequence[Array], tangents: Sequence[Tangent], _out: Array, params: Mapping[str, Any]
) -> Tangent:
    """The sum of the operation on the tangent of one argument and the values of all others: the product rule."""
    total: Tangent = None
    for position, t in enumerate(tangents):
        if t is None or primitive.argument(position).rule is None:
            continue
        part = bind(primitive, *values[:position], t, *values[position + 1 :], **params)
        total = part if total is None else total + part
    return total


def _of_general(
    primitive: Primitive, values: Sequence[Array], tangents: Sequence[Tangent], out: Array, params: Mapping[str, Any]
) -> Tangent:
    """The transpose of what the rules do with a cotangent, which is linear in it."""
    arguments = [primitive.argument(position) for position in range(len(values))]
    moved = [None if a.rule is None else t for a, t in zip(arguments, tangents, strict=True)]
    if all(t is None for t in moved):
        return None

    def pulled(cotangents: Sequence[Array]) -> list[Array]:
        return [
            None if t is None else argument.pull(cotangents[0], argument.pick(values, out, params, position))
            for position, (argument, t) in enumerate(zip(arguments, moved, strict=True))
        ]

    (tangent,) = _transposed(pulled, [out], moved)
    return tangent


def _pushed_through(function: Operation, values: Sequence[Array], tangents: Sequence[Tangent]) -> tuple[Any, Any]:
    """The outputs of an operation of the user's, and their tangents: the transpose of what it does with cotangents."""
    outputs, residual = function._remember(values)
    forms = [form_of(x) for x in values]
    several = isinstance(outputs, tuple)
    moved = _transposed(
        lambda cotangents: function._pull(residual, cotangents, forms), outputs if several else (outputs,), tangents
    )
    return outputs, moved if several else moved[0]


def _transposed(
    linear: Callable[[list[Variable]], Sequence[Array]], outs: Sequence[Array], tangents: Sequence[Tangent]
) -> list[Tangent]:
    """What the transpose of a linear map, from cotangents of `outs` to those of the inputs, makes of tangents.

    The map is recorded as any function is, and the reverse pass over that record is its transpose: forward mode out of
    reverse mode alone. (J. Townsend, "A new trick for calculating Jacobian vector products", 2017.) Where the map is
    recorded does not matter, since it is linear; at ones it meets no 0 * inf.
    """
    level = next_level()
    cotangents = [variable_at(np.ones_like(y, dtype=form_of(y).dtype), level) for y in outs]
    seeds: dict[Node, Array] = {}
    for g, t in zip(linear(cotangents), tangents, strict=True):
        if t is not None and type(g) is Variable and g.node.level == level:
            seed = cast(t, g.dtype)
            node = reverse_node(g)
            seeds[node] = seeds[node] + seed if node in seeds else seed
    inputs = [reverse_node(g) for g in cotangents]
    found = pull_back(seeds, inputs)
    return [found.get(node) for node in inputs]


_TANGENT_OF: Final[dict[type[Primitive], Callable[..., Tangent]]] = {
    Elementwise: _of_elementwise,
    Linear: _of_linear,
    Multilinear: _of_multilinear,
    General: _of_general,
}


@overload
def jvp(
    f: Callable[[Variable], Variable], primals: tuple[Variable], tangents: tuple[Operand], has_aux: Literal[False] = ...
) -> tuple[Variable, Variable]: ...
@overload
def jvp(  # type: ignore[overload-overlap]  # what holds no Variable is told apart first
    f: Callable[[Variable], Variable],
    primals: tuple[ArrayLike],
    tangents: tuple[ArrayLike],
    has_aux: Literal[False] = ...,
) -> tuple[Floats, Floats]: ...
@overload
def jvp(
    f: Callable[[Variable], Variable], primals: tuple[Operand], tangents: tuple[Operand], has_aux: Literal[False] = ...
) -> tuple[Variable, Variable]: ...
@overload
def jvp(  # type: ignore[overload-overlap]  # what holds no Variable is told apart first
    f: Callable[[Variable, Variable], Variable],
    primals: tuple[ArrayLike, ArrayLike],
    tangents: tuple[ArrayLike, ArrayLike],
    has_aux: Literal[False] = ...,
) -> tuple[Floats, Floats]: ...
@overload
def jvp(
    f: Callable[[Variable, Variable], Variable],
    primals: tuple[Operand, Operand],
    tangents: tuple[Operand, Operand],
    has_aux: Literal[False] = ...,
) -> tuple[Variable, Variable]: ...
@overload
def jvp(
    f: Callable[[*Ts], R], primals: tuple[*Ts], tangents: tuple[*Ts], has_aux: Literal[False] = ...
) -> tuple[R, R]: ...
@overload
def jvp(
    f: Callable[[Variable], tuple[Variable, Aux]],
    primals: tuple[Variable],
    tangents: tuple[Operand],
    has_aux: Literal[True],
) -> tuple[Variable, Variable, Aux]: ...
@overload
def jvp(
    f: Callable[[Variable], tuple[Variable, Aux]],
    primals: tuple[ArrayLike],
    tangents: tuple[ArrayLike],
    has_aux: Literal[True],
) -> tuple[Floats, Floats, Aux]: ...
@overload
def jvp(
    f: Callable[[*Ts], tuple[R, Aux]], primals: tuple[*Ts], tangents: tuple[*Ts], has_aux: Literal[True]
) -> tuple[R, R, Aux]: ...
def jvp(f: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool = False) -> Any:
    """The value of f, and its derivative in the direction of some tangents, in one evaluation of f.

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays.
        primals: a tuple of its arguments, all of which are differentiated: arrays, numbers, Variables, containers of
            them. Integers are taken as float64.
        tangents: a tuple with one entry for each primal, built like it, of arrays of the shapes of its arrays. Where
            the primal holds no number (a string, None), whatever stands here is ignored.
        has_aux: f returns a pair `(y, aux)`, of which y alone is differentiated.

    Returns:
        y: what `f(*primals)` gives.
        tangent: for a function with Jacobian J the product J @ t: a container like y, of arrays of the shapes and
            dtypes of its arrays; zeros of float64 where y holds integers or booleans. What is no number stays what it
            is in y.
        aux: what f returned beside y, if has_aux is set.

    Called with Variables, it gives Variables, and so can be differentiated in turn.

    Raises:
        TypeError: primals or tangents are not tuples, or a tangent is not built like its primal, or complex where that
            is real; a primal holds nothing to differentiate, or f returns something without numbers.
        ValueError: there are not as many tangents as primals, or a tangent has another shape than its primal.

    >>> import numpy as np
    >>> jvp(lambda x: x * x, (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    (array([1., 4.]), array([ 2., 40.]))
    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (array(6.), array(3.))
    """
    if not callable(f):
        raise TypeError(f"jvp(f, primals, tangents): f must be a function, got {describe_structure(f)}")
    name = name_of(f)
    where = f"jvp({name})"
    _check_tuples(primals, tangents, where)
    level = next_level()
    inputs = lift(primals, range(len(primals)), level, where)
    seeds, outer = checked_tangents(inputs, tangents, where)
    parts = [
        leaf
        if variable is None
        else new_variable(variable._value, TangentNode(level, None if t is None else snapshot(t)))
        for leaf, variable, t in zip(inputs.leaves, inputs.variables, seeds, strict=True)
    ]
    output = call(f, unflatten(primals, parts), {})
    output, aux = pair(output, where) if has_aux else (output, None)
    leaves = checked_output(output, where)
    output = unflatten(output, [None] * len(leaves))  # so that nothing but the leaves refers to a value
    results = [_exported([leaves.pop(0)], level, inputs.outer, outer) for _ in range(len(leaves))]
    y, tangent = (unflatten(output, leaves) for leaves in zip(*results, strict=True))
    return (y, tangent, unwrap_tree(aux, level, inputs.outer)) if has_aux else (y, tangent)


def checked_output(output: Tree, where: str) -> list[Any]:
    """The leaves of what a function returned.

    Raises:
        TypeError: there is no number among them.
    """
    leaves = flatten(output)
    if not any(map(is_numeric, leaves)):
        raise TypeError(
            f"{where}: the function returned {describe_structure(output)}; it must return an array, or a "
            f"container of arrays"
        )
    return leaves


def checked_tangents(inputs: Lifted, tangents: tuple[Tree, ...], where: str) -> tuple[list[Tangent], AnyNode | None]:
    """A tangent for each leaf of the inputs, None where it is no number; and the highest node among all arguments.

    Raises:
        TypeError: a tangent is not built like its primal, holds something else than numbers, or complex ones for real.
        ValueError: there are not as many tangents as primals, or one of another shape.
    """
    if len(tangents) != len(inputs.originals):
        raise ValueError(f"{where}: got {len(inputs.originals)} primals and {len(tangents)} tangents; each takes one")
    places: list[int] = []
    for i, (primal, tangent) in enumerate(zip(inputs.originals, tangents, strict=True)):
        if not same_structure(primal, tangent):
            raise TypeError(
                f"{where}: tangent {i} must be built like primal {i}, {describe_structure(primal)}; got "
                f"{describe_structure(tangent)}"
            )
        places += [i] * len(flatten(primal))
    seeds: list[Tangent] = []
    outer = inputs.outer
    for variable, t, i in zip(inputs.variables, flatten(tangents), places, strict=True):
        if variable is None:
            seeds.append(None)
            continue
        seeds.append(checked_seed(t, variable, where, of=f"primal {i}", what=f"tangent {i}"))
        if type(t) is Variable and (outer is None or t.node.level > outer.level):
            outer = t.node
    return seeds, outer


def _check_tuples(primals: object, tangents: object, where: str) -> None:
    for what, given in (("primals", primals), ("tangents", tangents)):
        if type(given) is not tuple:
            raise TypeError(
                f"{where}: {what} must be a tuple with one entry for each argument of the function, got "
                f"{describe_structure(given)}; write jvp(f, (x,), (t,)) for a function of one argument"
            )
        if not given:
            raise TypeError(f"{where}: {what} is an empty tuple; at least one argument is needed")


def _exported(box: list[Any], level: int, of_primals: AnyNode | None, of_all: AnyNode | None) -> tuple[Any, Any]:
    """A leaf of what f returned, in a list that is used up, and its tangent, as the caller gets them.

    The value does not depend on tangents.
    """
    leaf = box.pop()
    if not is_numeric(leaf):
        return leaf, leaf
    if type(leaf) is Variable and type(leaf.node) is TangentNode and leaf.node.level == level:
        values, tangents = [leaf._value], [leaf.node.tangent]
        if tangents[0] is not None:
            del leaf
            return export_owned(values, of_primals), export_owned(tangents, of_all)
        value = export(leaf._value, of_primals)
    else:
        value = export(leaf, of_primals) if is_array(leaf) else leaf
    tangent = np.zeros_like(bottom(leaf), dtype=cotangent_dtype(np.result_type(leaf)), shape=np.shape(leaf))
    return value, export(tangent, of_all)
