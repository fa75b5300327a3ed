"""Operations of the user's own: what all of them share, and `Function`, the plainest.

The backward of such an operation gives all gradients at once, while a graph has a rule for each argument. So a call is
recorded as a node that pulls a tuple of cotangents back, with a node below it that hands each argument its own
gradient, and one above it for each output where there are several:

    arguments <- gather <- call <- output 0, output 1, ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, Protocol, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.bind import node_of, top_node, unwrap
from pydezero.core.broadcasting import cast, cotangent_dtype
from pydezero.core.cotangent import Contribution
from pydezero.core.primitive import General, define
from pydezero.core.snapshot import check_numeric, is_array, is_number, snapshot
from pydezero.core.types import Array, Operand, Residual
from pydezero.core.variable import Node, Variable, new_node, new_variable

R_co = TypeVar("R_co", covariant=True)


@attrs.frozen
class Form:
    """Shape and dtype of a cotangent that is not there."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


def form_of(x: Array) -> Form:
    """The form of the cotangent of an array or number."""
    x = np.asarray(x) if is_number(x) else x
    return Form(x.shape, cotangent_dtype(x.dtype))


class Operation:
    """An operation of the user's own, on any number of arrays: an array, or a tuple of several.

    A kind of operation says how it is evaluated, what reverse mode keeps of a call, and how cotangents go back. Calling
    it with Variables records one operation, whatever happens inside. Transforms other than reverse mode have it in
    `AnyNode.call`.
    """

    __slots__ = ()

    @property
    def _name(self) -> str:
        """What messages call it: the kind of operation, and the user's function."""
        raise NotImplementedError

    def _evaluate(self, values: Sequence[Array]) -> Any:
        """The outputs for arguments that are no Variables."""
        raise NotImplementedError

    def _remember(self, values: Sequence[Array]) -> tuple[Any, Residual]:
        """The outputs, and what `_pull` will need. The values may be Variables of enclosing transforms."""
        raise NotImplementedError

    def _pull(self, residual: Residual, cotangents: Sequence[Array], forms: Sequence[Form]) -> Sequence[Array]:
        """From a cotangent for each output to one for each argument, each of the form of its argument."""
        raise NotImplementedError

    def batched(self, is_batched: Sequence[bool]) -> Callable[..., Any]:
        """The same for batches, along the first axis of some arguments and of all outputs."""
        raise NotImplementedError

    def __call__(self, *args: Any) -> Any:
        """Apply the operation at the highest level among its arguments."""
        top = top_node(args)
        if top is None:
            return self._evaluate([as_seen(x) for x in unwrap(args, 0, self._name)[0]])
        if type(top) is not Node:
            return top.call(self, args)
        level = top.level
        values, parents = unwrap(args, level, self._name)
        values = [snapshot(x) if node is None else x for x, node in zip(values, parents, strict=True)]
        outputs, residual = self._remember(values)
        several = isinstance(outputs, tuple)
        outs = [self._output(out, level) for out in (outputs if several else (outputs,))]
        call = _Call(self, residual, tuple(map(form_of, values)), level)
        variables = record(call, parents, outs, level)
        return variables if several else variables[0]

    def _output(self, out: Array, level: int) -> Array:
        """An output as a transform of this level keeps it.

        Raises:
            ValueError: it was computed with a Variable of this level or a higher one.
        """
        if not isinstance(out, Variable):
            return snapshot(out)  # it may be an argument, or an array that the user means to use again
        if out.node.level >= level:
            raise ValueError(
                f"{self._name}: the function computes with a Variable that it was not given, to which the rule gives "
                "no derivative; pass it as an argument"
            )
        return out


@attrs.frozen(eq=False)
class Function(Operation, Generic[R_co]):
    """A differentiable operation, defined by how it is computed and how cotangents go back through it.

    Calling it with Variables records one operation; with arrays and numbers alone it is `forward`. To be differentiable
    more than once, `backward` is written in NumPy's functions, like any function that is differentiated.

    Args:
        forward: a function of any number of arrays, which it must not change, that returns an array or a tuple of
            arrays.
        backward: a function of one cotangent for each output, followed by the inputs of forward, that returns one
            gradient for each input, of its shape: an array, or a tuple of them for several inputs.

    `custom_vjp` does the same for functions of containers, with a choice of what is kept for the backward pass.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> cube = Function(forward=lambda x: x**3, backward=lambda g, x: g * 3 * x**2)
    >>> grad(cube)(2.0)
    array(12.)
    """

    forward: Callable[..., R_co]
    backward: Callable[..., Any]

    @overload
    def __call__(self: Function[tuple[NDArray[Any], ...]], *args: Variable) -> tuple[Variable, ...]: ...
    @overload
    def __call__(self: Function[NDArray[Any]], *args: Variable) -> Variable: ...
    @overload
    def __call__(self, *args: ArrayLike) -> R_co: ...
    @overload
    def __call__(self, *args: Operand) -> Any: ...
    def __call__(self, *args: Any) -> Any:
        """Apply the operation.

        Raises:
            TypeError: an argument is no array and no number, or forward returns something else than arrays; in the
                reverse pass: backward returns something else than arrays.
            ValueError: forward computes with a Variable that is not among the arguments; in the reverse pass: backward
                returns another number of gradients than there are inputs, or one of another shape than its input.
        """
        return super().__call__(*args)

    @property
    def _name(self) -> str:
        return f"Function {getattr(self.forward, '__name__', type(self.forward).__name__)}"

    def _evaluate(self, values: Sequence[Array]) -> Any:
        result: Any = self.forward(*values)
        outs = result if isinstance(result, tuple) else (result,)
        for i, out in enumerate(outs):
            if not (is_number(out) or is_array(out) or isinstance(out, Variable)):
                raise TypeError(
                    f"{self._name}: output {i} of forward is of type {type(out).__name__}; "
                    "forward must return an array or a tuple of arrays"
                )
        arrays = [np.asarray(out) if is_number(out) else out for out in outs]
        for array in arrays:
            check_numeric(array, self._name)
        return tuple(arrays) if isinstance(result, tuple) else arrays[0]

    def _remember(self, values: Sequence[Array]) -> tuple[Any, Residual]:
        return self(*values), tuple(values)

    def _pull(self, residual: Residual, cotangents: Sequence[Array], forms: Sequence[Form]) -> Sequence[Array]:
        returned: Any = self.backward(*map(as_seen, cotangents), *map(as_seen, residual))
        found = tuple(returned) if isinstance(returned, tuple | list) else (returned,)
        if len(found) != len(forms):
            raise ValueError(
                f"{self._name}: backward returned {len(found)} gradients for {len(forms)} inputs; "
                "it must return one for each"
            )
        return [
            checked_gradient(g, form, f"{self._name}: backward", f"input {i}")
            for i, (g, form) in enumerate(zip(found, forms, strict=True))
        ]

    def _gradients(self, cotangents: Sequence[Array], inputs: Sequence[Array]) -> Sequence[Array]:
        """What backward returns, checked: a gradient for each input, of its shape and dtype."""
        return self._pull(inputs, cotangents, [form_of(x) for x in inputs])


def checked_gradient(g: Any, form: Form, whose: str, of: str) -> Array:
    """A gradient that a rule returned, in memory of its own and in the dtype that it must have.

    Raises:
        TypeError: it is no array.
        ValueError: it has another shape than what it is the gradient of.
    """
    if not (is_number(g) or is_array(g) or isinstance(g, Variable)):
        raise TypeError(
            f"{whose} returned {type(g).__name__} as the gradient of {of}; "
            "it must be an array (np.zeros_like(x) where there is no influence)"
        )
    g = np.asarray(g) if is_number(g) else g
    if g.shape != form.shape:
        raise ValueError(f"{whose} returned a gradient of shape {g.shape} for {of} of shape {form.shape}")
    return cast(g if isinstance(g, Variable) else snapshot(g), form.dtype)


def as_seen(value: Array) -> Array:
    """A value as the user's code gets it: an array, and one that cannot be written into."""
    if not isinstance(value, np.ndarray) and not is_number(value):
        return value
    view = np.asarray(value).view()
    view.flags.writeable = False
    return view


class Pulls(Protocol):
    """What the node of a call keeps."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    def pull(self, cotangents: Sequence[Array]) -> Sequence[Array]:
        """From a cotangent for each output to one for each parent, those that are None included."""
        ...


def record(call: Pulls, parents: Sequence[Node | None], outs: Sequence[Array], level: int) -> tuple[Variable, ...]:
    """The outputs of a call as Variables of one operation with these parents."""
    gather = node_of(gather_p, parents, range(len(parents)), level)
    if len(outs) == 1:
        return (new_variable(outs[0], new_node(call_p, gather, call, level=level)),)
    forms = tuple(map(form_of, outs))
    node = new_node(call_of_several_p, gather, call, level=level)
    return tuple([new_variable(out, new_node(output_p, node, (i, forms), level=level)) for i, out in enumerate(outs)])


@attrs.frozen(eq=False)
class _Call:
    """A call of an operation, as a reverse pass needs to know it."""

    operation: Operation
    residual: Residual
    forms: Sequence[Form]
    level: int

    @property
    def name(self) -> str:
        return self.operation._name

    def pull(self, cotangents: Sequence[Array]) -> Sequence[Array]:
        gradients = self.operation._pull(self.residual, cotangents, self.forms)
        levels = {g.node.level for g in cotangents if isinstance(g, Variable)}
        for g in gradients:
            if isinstance(g, Variable) and g.node.level >= self.level and g.node.level not in levels:
                raise ValueError(
                    f"{self.operation._name}: the derivative rule computes with a Variable that the function was not "
                    "given, to which it gives no derivative; pass it as an argument"
                )
        return gradients


def _output_rule(contributions: list[Contribution], forms: Sequence[Form]) -> tuple[Array, ...]:
    """One cotangent for each output: the sum of its contributions, zeros for an output that was not used."""
    cotangents: list[Array] = [None] * len(forms)
    for i, g in contributions:
        cotangents[i] = g if cotangents[i] is None else cotangents[i] + g
    return tuple(
        [np.zeros(form.shape, form.dtype) if g is None else g for g, form in zip(cotangents, forms, strict=True)]
    )


gather_p: Final = define(General, "gather", lambda *xs: xs, lambda g, i: g[i])
call_p: Final = define(General, "call", lambda *xs: xs, lambda g, call: call.pull((g,)))
call_of_several_p: Final = define(General, "call", lambda *xs: xs, lambda g, call: call.pull(g))
output_p: Final = define(General, "output", lambda outputs, i, forms: outputs[i], _output_rule, collect="i")
