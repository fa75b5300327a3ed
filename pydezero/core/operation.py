"""Primitives whose rules are for all arguments together: with several outputs, or defined by the user.

The rule of such an operation gives the cotangents of all arguments at once, while a graph has a rule for each argument.
So an application is recorded as a node that pulls a tuple of cotangents back, with a node below it that hands each
argument its own cotangent, and one above it for each output where there are several:

    arguments <- operands <- the operation <- output 0, output 1, ...
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Protocol

import attrs
import numpy as np

from pydezero.core.bind import bind, node_of, unwrap
from pydezero.core.broadcasting import cotangent_dtype
from pydezero.core.foreign import OPERAND_ERRORS, raise_mixed
from pydezero.core.level import Level
from pydezero.core.placing import like as made_like
from pydezero.core.primitive import Argument, Contribution, General, Primitive, Pull, argument_of, define
from pydezero.core.snapshot import all_for_user, as_constant, snapshot
from pydezero.core.types import Array, Residual
from pydezero.core.variable import AnyNode, Node, Variable, kept_beside, new_node, new_variable


@attrs.frozen(eq=False, repr=False)
class ArraySpec:
    """The shape and dtype of an array."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def zeros(self, like: Array = None) -> Array:
        """An array of zeros of this shape and dtype, in the library of another array or Variable."""
        if like is None:
            return np.zeros(self.shape, self.dtype)
        return made_like(np.zeros_like, like, self.shape, self.dtype)


def unboxed(value: Array, node: AnyNode | None) -> Array:
    """The value of a Variable as a user's function gets it: a Python number where the node stands for one."""
    return value.item() if node is not None and node.is_number and isinstance(value, np.generic) else value


def cotangent_spec(x: Array) -> ArraySpec:
    """The shape and dtype of the cotangent of an array or number."""
    if type(x) is not np.ndarray and not hasattr(x, "dtype"):
        x = np.asarray(x)
    return _cotangent_spec(x.shape, x.dtype)


@lru_cache(maxsize=1024)
def _cotangent_spec(shape: tuple[int, ...], dtype: np.dtype[Any]) -> ArraySpec:
    return ArraySpec(shape, cotangent_dtype(dtype))


# The kinds of node of which the values are passed on as they are.
_NODES: Final = frozenset({Node})


class Call(Protocol):
    """One application of an operation, as its node keeps it."""

    @property
    def residual(self) -> Residual:
        """The values that the rules of the operation keep of this application."""
        ...

    def pull(self, cotangents: Sequence[Array]) -> Sequence[Array]:
        """From a cotangent for each output to one for each parent; those whose parent is None are ignored."""
        ...


# The arguments from the third on of a call at which a pass has to stop as at a choice: `pull_back` looks at those that
# have some.
_NO_ARGUMENT: Final = ((None, None),)

# As pulled back by a node: the cotangent is a tuple where there are several outputs.
_ARGUMENT: Final = argument_of(lambda g, call: call.pull(g if type(g) is tuple else (g,)), "call")


class CalledPrimitive(Primitive):
    """A primitive whose node keeps a `Call`, which pulls cotangents back."""

    __slots__ = ()

    arguments: tuple[Argument, ...] = (_ARGUMENT,)
    x_pull: Pull | None = staticmethod(_ARGUMENT.pull)
    y_pull: Pull = staticmethod(_ARGUMENT.pull)
    keeps_dtype = False
    is_pure = False
    masks = True  # for the calls of which `may_leave_out` says so

    holds_choice: bool = False
    """Whether the function chooses by a condition, so that elements may be left out inside of a call."""

    knows_unused: bool = False
    """Whether `pull` takes None for the cotangent of an output that nobody has used, and not zeros."""

    def may_leave_out(self, call: Call) -> bool:  # noqa: ARG002  # of a function of the user's nobody knows
        """Whether elements of an argument may have no influence, by a choice inside of a call."""
        return self.holds_choice

    def influential(self, call: Call, used: Sequence[bool]) -> Sequence[Array] | None:  # noqa: ARG002
        """For each argument whether it has influence on the outputs that are used; None where nobody knows.

        It is what there is to tell of a call whose function holds no choice.
        """
        return None

    def is_linear(self, residual: Residual) -> bool:  # noqa: ARG002  # nobody knows of a function of the user's
        """Whether a call with this residual is linear in the arguments that are no constants, as far as is known."""
        return True


class Operation(CalledPrimitive):
    """An operation on any number of arrays whose rules are for all of them together.

    A kind of operation says how it is evaluated, what reverse mode keeps, and how cotangents go back; forward mode is
    the transpose of that, or `push_forward`. What it computes is recorded as one operation, whatever happens inside.
    Outputs are a tuple if `several_outputs`, else an array. Cotangents are always a sequence, with an entry for each
    output.
    """

    __slots__ = ()

    writable: bool = False
    """Whether the functions of the operation get copies of arrays, and not read-only views."""

    def evaluate(self, values: Sequence[Array]) -> Any:
        """The outputs for arguments that are no Variables."""
        raise NotImplementedError

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[Any, Residual]:
        """The outputs, and what `pull` will need: the values, where a kind of operation does not say otherwise.

        The values may be Variables of enclosing transforms.
        """
        return self(*values), tuple(values)

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        """From a cotangent for each output to one for each argument, of the shape and dtype that `specs` has for it."""
        raise NotImplementedError

    def __call__(self, *args: Any) -> Any:
        """Apply the operation at the highest level among its arguments."""
        return bind(self, *args)

    def raw(self, *values: Array) -> Any:
        """The outputs for arrays and numbers."""
        return self.evaluate(all_for_user([as_constant(x, self.name) for x in values], self.writable))

    def record(self, args: Sequence[Array], level: Level) -> Any:
        """The outputs as Variables of a reverse pass with this level."""
        values, parents = self.operands(args, level)
        try:
            outputs, residual = self.evaluate_and_keep(values)
        except OPERAND_ERRORS as error:
            if self.is_pure:  # and no function of the user's has raised it
                raise_mixed(error, self.name, values)
            raise
        return self.recorded(outputs, residual, values, parents, level)

    def operands(self, args: Sequence[Array], level: Level) -> tuple[list[Array], list[Node | None]]:
        """The values of the arguments one level down, as the functions of the user's get them, and their nodes."""
        values, parents = unwrap(args, level, self.name)
        if not _NODES.issuperset(map(type, parents)):
            values = [
                x if type(node) is Node else kept_beside(x, values, level) if node is None else unboxed(x, node)
                for x, node in zip(values, parents, strict=True)
            ]
        return values, parents

    def recorded(
        self, outputs: Any, residual: Residual, values: Sequence[Array], parents: Sequence[Node | None], level: Level
    ) -> Any:
        """Outputs as Variables of a reverse pass with this level, to which `pull` will be given the residual."""
        outs = [self.checked_output(out, level) for out in self.as_tuple(outputs)]
        variables = record_call(self, self.call(residual, values, level), parents, outs, level)
        return variables if self.several_outputs else variables[0]

    def call(self, residual: Residual, values: Sequence[Array], level: Level) -> Call:
        """One application to some values, as its node keeps it."""
        return _Call(self, residual, tuple(map(cotangent_spec, values)), level)

    def as_tuple(self, outputs: Any) -> tuple[Any, ...]:
        """The outputs, or what belongs to each of them, in a tuple."""
        return tuple(outputs) if self.several_outputs else (outputs,)

    def checked_output(self, out: Array, level: Level) -> Array:
        """An output as a transform of this level keeps it.

        Raises:
            ValueError: it was computed with a Variable of this level or a higher one.
        """
        if type(out) is not Variable:
            return snapshot(out, level)  # it may be an argument, or an array that the user means to use again
        if out.node.level >= level:
            raise ValueError(
                f"{self.name}: the function computes with a Variable that it was not given, to which the rule gives "
                "no derivative; pass it as an argument"
            )
        return out


def record_call(
    primitive: CalledPrimitive, call: Call, parents: Sequence[Node | None], outs: Sequence[Array], level: Level
) -> tuple[Variable, ...]:
    """The outputs of a call as Variables of one operation with these parents."""
    if len(parents) == 2:  # as node_of does it
        operands = new_node(operands_p, parents[0], 0, parents[1], 1, level=level)
    else:
        operands = node_of(operands_p, parents, range(len(parents)), level)
    others = _NO_ARGUMENT if primitive.holds_choice or primitive.knows_unused else ()
    if others and (all(p is None or p.primitive is None for p in parents) or not primitive.may_leave_out(call)):
        others = ()
    node = new_node(primitive, operands, call, others=others, level=level)
    if len(outs) == 1:
        return (new_variable(outs[0], node),)
    specs = (None,) * len(outs) if primitive.knows_unused else tuple(map(cotangent_spec, outs))
    return tuple([new_variable(out, new_node(output_p, node, (i, specs), level=level)) for i, out in enumerate(outs)])


class _Call:
    """A call of an operation, as a reverse pass needs to know it. A plain class, since one is made in every call."""

    __slots__ = ("level", "operation", "residual", "specs")

    def __init__(self, operation: Operation, residual: Residual, specs: Sequence[ArraySpec], level: Level) -> None:
        self.operation: Operation = operation
        self.residual: Residual = residual
        self.specs: Sequence[ArraySpec] = specs
        self.level: Level = level

    def __reduce__(self) -> tuple[Any, ...]:
        return _Call, (self.operation, self.residual, self.specs, self.level)

    def pull(self, cotangents: Sequence[Array]) -> Sequence[Array]:
        gradients = self.operation.pull(self.residual, cotangents, self.specs)
        if Variable not in map(type, gradients):
            return gradients
        levels = {g.node.level for g in cotangents if isinstance(g, Variable)}
        for g in gradients:
            if isinstance(g, Variable) and g.node.level >= self.level and g.node.level not in levels:
                raise ValueError(
                    f"{self.operation.name}: the derivative rule computes with a Variable that the function was not "
                    "given, to which it gives no derivative; pass it as an argument"
                )
        return gradients


def _operands(*xs: Array) -> tuple[Array, ...]:
    return xs


def _output(outputs: Sequence[Array], i: int, specs: Sequence[ArraySpec | None]) -> Array:
    return outputs[i]


def _output_rule(contributions: list[Contribution], specs: Sequence[ArraySpec | None]) -> tuple[Array, ...]:
    """One cotangent for each output: the sum of its contributions, zeros or None for an output that was not used."""
    cotangents: list[Array] = [None] * len(specs)
    for i, g in contributions:
        cotangents[i] = g if cotangents[i] is None else cotangents[i] + g
    like = contributions[0][1]
    return tuple([spec and spec.zeros(like) if g is None else g for g, spec in zip(cotangents, specs, strict=True)])


operands_p: Final = define(General, "operands", _operands, lambda g, i: g[i], is_internal=True)
output_p: Final = define(General, "output", _output, _output_rule, collect="i", is_internal=True)
