"""`Function`: a differentiable operation of the user's own.

`backward` gives all gradients at once, while a graph has a rule for each argument. So a call is recorded as a node that
runs `backward` on a tuple of cotangents, with a node below it that hands each argument its own gradient, and one above
it for each output where there are several:

    arguments <- gather <- call <- output 0, output 1, ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from pydezero.core.bind import node_of, top_node, unwrap
from pydezero.core.conform import cast, cotangent_dtype
from pydezero.core.constant import check_numeric, is_array, is_number, snapshot
from pydezero.core.cotangent import Contribution
from pydezero.core.primitive import General, define
from pydezero.core.types import Array, Operand
from pydezero.core.variable import Node, Variable, new_node, new_variable

R_co = TypeVar("R_co", covariant=True)


@attrs.frozen
class _Form:
    """Shape and dtype of an array that is not there."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


@attrs.frozen(eq=False)
class Function(Generic[R_co]):
    """A differentiable operation, defined by how it is computed and how cotangents go back through it.

    Calling it with Variables records one operation; with arrays and numbers alone it is `forward`. To be differentiable
    more than once, `backward` is written in NumPy's functions, like any function that is differentiated.

    Args:
        forward: a function of any number of arrays, which it must not change, that returns an array or a tuple of
            arrays.
        backward: a function of one cotangent for each output, followed by the inputs of forward, that returns one
            gradient for each input, of its shape: an array, or a tuple of them for several inputs.

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
        top = top_node(args)
        if top is None:
            return self._evaluate([_as_seen(x) for x in unwrap(args, 0, self._name)[0]])
        if type(top) is not Node:
            return top.call(self, args)
        level = top.level
        values, parents = unwrap(args, level, self._name)
        values = [snapshot(x) if node is None else x for x, node in zip(values, parents, strict=True)]
        outputs: Any = self(*values)
        several = isinstance(outputs, tuple)
        outs = [self._output(out, level) for out in (outputs if several else (outputs,))]
        forms = tuple([_Form(out.shape, cotangent_dtype(out.dtype)) for out in outs])
        gather = node_of(_gather_p, parents, range(len(parents)), level)
        call = new_node(_call_p, gather, (self, several, tuple(values)), level=level)
        if not several:
            return new_variable(outs[0], call)
        nodes = [new_node(_output_p, call, (i, forms), level=level) for i in range(len(outs))]
        return tuple(map(new_variable, outs, nodes))

    @property
    def _name(self) -> str:
        return getattr(self.forward, "__name__", type(self.forward).__name__)

    def _output(self, out: Array, level: int) -> Array:
        if not isinstance(out, Variable):
            return snapshot(out)  # it may be an argument, or an array that forward means to use again
        if out.node.level >= level:
            raise ValueError(
                f"Function: forward ({self._name}) computes with a Variable that it was not given, to which backward "
                "gives no gradient; pass it as an argument"
            )
        return out

    def _evaluate(self, values: Sequence[Array]) -> Any:
        result: Any = self.forward(*values)
        outs = result if isinstance(result, tuple) else (result,)
        for i, out in enumerate(outs):
            if not (is_number(out) or is_array(out) or isinstance(out, Variable)):
                raise TypeError(
                    f"Function: output {i} of forward ({self._name}) is of type {type(out).__name__}; "
                    "forward must return an array or a tuple of arrays"
                )
        arrays = [np.asarray(out) if is_number(out) else out for out in outs]
        for array in arrays:
            check_numeric(array, f"Function {self._name}")
        return tuple(arrays) if isinstance(result, tuple) else arrays[0]

    def _gradients(self, cotangents: Sequence[Array], inputs: Sequence[Array]) -> tuple[Array, ...]:
        """What backward returns, checked: a gradient for each input, of its shape and dtype."""
        returned: Any = self.backward(*[_as_seen(g) for g in cotangents], *[_as_seen(x) for x in inputs])
        found = tuple(returned) if isinstance(returned, tuple | list) else (returned,)
        if len(found) != len(inputs):
            raise ValueError(
                f"Function: backward of {self._name} returned {len(found)} gradients for {len(inputs)} inputs; "
                "it must return one for each"
            )
        return tuple([self._checked(g, x, i) for i, (g, x) in enumerate(zip(found, inputs, strict=True))])

    def _checked(self, g: Any, x: Array, i: int) -> Array:
        if not (is_number(g) or is_array(g) or isinstance(g, Variable)):
            raise TypeError(
                f"Function: backward of {self._name} returned {type(g).__name__} as the gradient of input {i}; "
                "it must be an array (np.zeros_like(x) where there is no influence)"
            )
        g = np.asarray(g) if is_number(g) else g
        x = np.asarray(x) if is_number(x) else x
        if g.shape != x.shape:
            raise ValueError(
                f"Function: backward of {self._name} returned a gradient of shape {g.shape} "
                f"for input {i} of shape {x.shape}"
            )
        return cast(g if isinstance(g, Variable) else snapshot(g), cotangent_dtype(x.dtype))


def _as_seen(value: Array) -> Array:
    """A value as the user's code gets it: an array, and one that cannot be written into."""
    if not isinstance(value, np.ndarray) and not is_number(value):
        return value
    view = np.asarray(value).view()
    view.flags.writeable = False
    return view


def _output_rule(contributions: list[Contribution], forms: Sequence[_Form]) -> tuple[Array, ...]:
    """One cotangent for each output: the sum of its contributions, zeros for an output that was not used."""
    cotangents: list[Array] = [None] * len(forms)
    for i, g in contributions:
        cotangents[i] = g if cotangents[i] is None else cotangents[i] + g
    return tuple(
        [np.zeros(form.shape, form.dtype) if g is None else g for g, form in zip(cotangents, forms, strict=True)]
    )


def _call_rule(g: Array, function: Function[Any], several: bool, inputs: Sequence[Array]) -> tuple[Array, ...]:
    return function._gradients(g if several else (g,), inputs)


_gather_p: Final = define(General, "gather", lambda *xs: xs, lambda g, i: g[i])
_call_p: Final = define(General, "call", lambda inputs, function: function(*inputs), _call_rule)
_output_p: Final = define(General, "output", lambda outputs, i, forms: outputs[i], _output_rule, collect="i")
