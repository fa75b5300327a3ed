"""`Function`: the plainest rule of the user's own, as a record of two functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.arrays.wrappers import WRAPPERS
from pydezero.core.level import next_level
from pydezero.core.operation import ArraySpec, Operation, cotangent_spec
from pydezero.core.snapshot import all_for_user, check_numeric, is_number
from pydezero.core.types import Array, ArrayOrNumber, Residual
from pydezero.core.variable import Operand, Variable, is_numeric
from pydezero.transforms.batching.node import BatchNode
from pydezero.transforms.boundary.arguments import check_flag
from pydezero.transforms.boundary.messages import name_of
from pydezero.transforms.rules.custom import check_callable, checked_gradient
from pydezero.transforms.rules.declared import (
    Dependence,
    PatternRule,
    check_pattern_rule,
    dependence,
    of_each_example,
)

R_co = TypeVar("R_co", covariant=True)


@attrs.frozen(eq=False)
class Function(Generic[R_co]):
    """A differentiable operation, defined by how it is computed and how cotangents go back through it.

    Calling it with Variables records one operation; with arrays and numbers alone it is `forward`. To be differentiable
    more than once, `backward` is written in NumPy's functions, like any function that is differentiated.

    Args:
        forward: a function of any number of arrays, which it cannot change, that returns an array or a tuple of
            arrays.
        backward: a function of one cotangent for each output, followed by the inputs of forward, that returns one
            gradient for each input, of its shape: an array, or a tuple of them for several inputs.

        writable: the two get copies of arrays, which they may change and pass to what asks for memory that can be
            written into (a typed memoryview of Cython, a pointer of ctypes); else their arrays are read-only.
        pattern: which elements of the outputs depend on which of the inputs, as for `custom_vjp`.

    `custom_vjp` does the same for functions of containers, with a choice of residuals.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> cube = Function(forward=lambda x: x**3, backward=lambda g, x: g * 3 * x**2)
    >>> grad(cube)(2.0)
    np.float64(12.0)
    """

    forward: Callable[..., R_co]
    backward: Callable[..., Any]
    writable: bool = attrs.field(default=False, kw_only=True)
    pattern: PatternRule = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise a TypeError unless the two are functions."""
        for name in ("forward", "backward"):
            check_callable(getattr(self, name), name, "Function(forward, backward)")
        check_flag("Function(forward, backward)", "writable", self.writable)
        check_pattern_rule(self.pattern, "Function(forward, backward)")

    def __init_subclass__(cls) -> None:
        """Raise a TypeError that says what to write: this is a record of two functions, not a base class."""
        raise TypeError(
            f"class {cls.__name__}(Function): Function is no base class but a record of two functions. Write "
            f"{cls.__name__.lower()} = Function(forward=lambda x: ..., backward=lambda gy, x: ...); "
            "backward gets the cotangent of each output, then the inputs"
        )

    @overload  # what a checker takes first for a forward without annotations
    def __call__(self: Function[NDArray[Any]], *args: Variable) -> Variable: ...
    @overload
    def __call__(self: Function[tuple[NDArray[Any], ...]], *args: Variable) -> tuple[Variable, ...]: ...
    @overload
    def __call__(self, *args: ArrayOrNumber) -> R_co: ...
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
        name = f"Function {name_of(self.forward)}"
        operation = FunctionOperation(name, self.forward, self.backward, [], self.writable, self.pattern)
        try:
            outputs = operation(*args)
        except TypeError as error:
            if any(WRAPPERS[type(x)] is not None for x in args):
                raise TypeError(f"{error} (custom_vjp takes and gives units and labels, Function none)") from error
            raise
        return outputs if operation.returns_tuple[-1] else outputs[0]


@attrs.frozen(eq=False)
class FunctionOperation(Operation):
    """A call of a `Function`; `returns_tuple` is what forward finds out when it runs."""

    name: str
    _forward: Callable[..., Any] = attrs.field(repr=False)
    _backward: Callable[..., Any] = attrs.field(repr=False)
    returns_tuple: list[bool] = attrs.field(repr=False)
    writable: bool = attrs.field(repr=False)
    pattern: PatternRule = attrs.field(repr=False)
    _of_one: _OfBatches | None = attrs.field(default=None, repr=False)

    several_outputs = True

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        result: Any = self._forward(*values)
        self.returns_tuple[:] = [isinstance(result, tuple)]
        outs = result if isinstance(result, tuple) else (result,)
        for i, out in enumerate(outs):
            if not is_numeric(out):
                raise TypeError(
                    f"{self.name}: output {i} of forward is of type {type(out).__name__}; "
                    "forward must return an array or a tuple of arrays"
                )
        arrays = tuple([np.asarray(out) if is_number(out) else out for out in outs])
        for array in arrays:
            check_numeric(array, self.name)
        return arrays

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        returned: Any = self._backward(*all_for_user((*cotangents, *residual), self.writable))
        found = tuple(returned) if isinstance(returned, tuple | list) else (returned,)
        if len(found) != len(specs):
            raise ValueError(
                f"{self.name}: backward returned {len(found)} gradients for {len(specs)} inputs; "
                "it must return one for each"
            )
        return [
            checked_gradient(g, spec, f"{self.name}: backward", f"input {i}")
            for i, (g, spec) in enumerate(zip(found, specs, strict=True))
        ]

    def declared(self, values: Sequence[Array], out_shapes: Sequence[tuple[int, ...]]) -> Dependence | None:
        """The pattern that is declared for the derivative, None if there is none."""
        if self._of_one is not None:
            return of_each_example(self._of_one.operation.declared, self._of_one.batched, values, out_shapes)
        return dependence(self.pattern, lambda: values, [1] * len(values), values, out_shapes, self.name)

    def batch_with_node(self, node: BatchNode, batched: Sequence[bool], *values: Array) -> tuple[Array, ...]:
        """The outputs for batches; forward may compute with other Variables of the same batch."""
        rules = _OfBatches(self, node, batched)
        of_batches = attrs.evolve(self, forward=rules.forward, backward=rules.backward, returns_tuple=[], of_one=rules)
        outputs: tuple[Array, ...] = of_batches(*values)
        return outputs


@attrs.frozen(eq=False)
class _OfBatches:
    """The two functions of an operation for batches."""

    operation: FunctionOperation
    node: BatchNode
    batched: Sequence[bool]

    def __reduce__(self) -> tuple[Any, ...]:
        # Loaded elsewhere, it meets no other Variables of its batch.
        return _of_batches, (self.operation, self.node.size, tuple(self.batched))

    def forward(self, *values: Array) -> tuple[Array, ...]:
        node = self.node
        return tuple(map(node.values_of, self.operation.evaluate(node.placed(values, self.batched))))

    def backward(self, *values: Array) -> tuple[Array, ...]:
        # A level of its own, because the cotangents may belong to a transform that was called since.
        inner = BatchNode(next_level(), self.node.size)
        count = len(values) - len(self.batched)
        cotangents = inner.placed(values[:count], [True] * count)
        inputs = inner.placed(values[count:], self.batched)
        gradients = self.operation.pull(inputs, cotangents, [cotangent_spec(x) for x in inputs])
        return tuple([_summed(inner, g, is_batched) for g, is_batched in zip(gradients, self.batched, strict=True)])


def _of_batches(operation: FunctionOperation, size: int, batched: Sequence[bool]) -> _OfBatches:
    return _OfBatches(operation, BatchNode(next_level(), size), batched)


def _summed(node: BatchNode, g: Array, is_batched: bool) -> Array:
    """The gradients of all examples; or their sum, for an argument that is the same for all of them."""
    if is_batched:
        return node.values_of(g)
    return np.sum(g._value, axis=0) if type(g) is Variable and g.node.level == node.level else g * node.size
