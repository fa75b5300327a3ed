"""`custom_vjp`: a function with a rule of its own for reverse mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, TypeAlias, TypeVar, cast

import attrs
import numpy as np

from pydezero.core.operation import ArraySpec, Operation, cotangent_spec
from pydezero.core.snapshot import frozen_snapshot, read_only_view
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable, is_numeric
from pydezero.transforms.boundary.arguments import call
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.rules.custom import (
    Arguments,
    arguments_of,
    check_callable,
    checked_gradient,
    has_variable,
    of_batches,
    record_checked,
    separate_arrays,
    separate_output,
)
from pydezero.tree import HOLE, Tree, filled, flatten, map_leaves, same_structure

# The whole type of a function, with its overloads if it has any.
F = TypeVar("F", bound=Callable[..., Any])


class _Place:
    """In residuals: an argument or output, by its position. An attrs class would be a container."""

    __slots__ = ("position",)

    def __init__(self, position: int) -> None:
        self.position = position


class _Input(_Place):
    """An argument: its derivative is that of the argument, and not of a copy."""


class _Output(_Place):
    """An output: its derivative, too, follows the rule."""


@attrs.frozen(eq=False)
class _Kept:
    """Residuals, with the arguments and outputs among them apart."""

    tree: Tree
    inputs: dict[int, Array]
    outputs: dict[int, Array]

    def restored(self) -> Tree:
        """The residuals as the rule returned them, in memory that it cannot write into."""

        def restore(leaf: Any) -> Any:
            if type(leaf) is _Input:
                return read_only_view(self.inputs[leaf.position])
            if type(leaf) is _Output:
                return read_only_view(self.outputs[leaf.position])
            return read_only_view(leaf) if is_numeric(leaf) else leaf

        return map_leaves(restore, self.tree)


# From arrays to the outputs and the residuals; and back, from residuals and cotangents, to one for each array.
_Forward: TypeAlias = Callable[[Sequence[Array]], tuple[tuple[Array, ...], Tree]]
_Backward: TypeAlias = Callable[[_Kept, Sequence[Array], Sequence[ArraySpec]], Sequence[Array]]


@attrs.frozen(eq=False)
class _CustomVjp(Operation):
    """An operation on arrays with a forward and a backward rule."""

    name: str
    _function: Callable[[Sequence[Array]], tuple[Array, ...]] = attrs.field(repr=False)
    _forward: _Forward = attrs.field(repr=False)
    _backward: _Backward = attrs.field(repr=False)

    several_outputs = True

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        return self._function(values)

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], _Kept]:
        outputs, tree = self._forward([read_only_view(x) for x in values])
        # To an enclosing transform the outputs are those of this operation, not of what the forward rule consists of.
        nested = Variable in map(type, values)
        outputs = self(*values) if nested else tuple(map(frozen_snapshot, outputs))
        used = {leaf for leaf in flatten(tree) if type(leaf) in (_Input, _Output)}
        tree = map_leaves(lambda leaf: frozen_snapshot(leaf) if is_numeric(leaf) else leaf, tree)
        return outputs, _Kept(
            tree,
            {place.position: values[place.position] for place in used if type(place) is _Input},
            {place.position: outputs[place.position] for place in used if type(place) is _Output},
        )

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        return self._backward(residual, [read_only_view(g) for g in cotangents], specs)

    def push_forward(
        self, values: Sequence[Array], tangents: Sequence[Array | None]
    ) -> tuple[tuple[Array, ...], list[Array | None]]:
        """The outputs and their tangents: the transpose of the backward rule, which is linear in the cotangents."""
        outputs, residual = self.evaluate_and_keep(values)
        specs = [cotangent_spec(x) for x in values]
        record = record_checked(lambda gs: self.pull(residual, gs, specs), outputs, f"{self.name}: backward")
        return outputs, record.transposed(tangents)

    def batch(self, batched: Sequence[bool], *values: Array) -> tuple[Array, ...]:
        axes = [0 if batch else None for batch in batched]

        def function(values: Sequence[Array]) -> tuple[Array, ...]:
            return of_batches(lambda *xs: self._function(xs), axes)(*values)

        def forward(values: Sequence[Array]) -> tuple[tuple[Array, ...], Tree]:
            found: list[tuple[int, Tree]] = []

            def of_one(*xs: Array) -> tuple[Array, ...]:
                outputs, tree = self._forward(xs)
                template, arrays = separate_arrays(tree)
                found.append((len(outputs), template))
                return (*outputs, *arrays)

            arrays = of_batches(of_one, axes)(*values)
            count, template = found[-1]
            return arrays[:count], filled(template, arrays[count:])

        def backward(residual: _Kept, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
            template, arrays = separate_arrays((residual.tree, residual.inputs, residual.outputs))
            of_one = [
                ArraySpec(spec.shape[1:], spec.dtype) if batch else spec
                for spec, batch in zip(specs, batched, strict=True)
            ]
            of_inputs = [axes[position] for position in residual.inputs]
            own = len(arrays) - len(of_inputs) - len(residual.outputs)

            def pull(*parts: Array) -> tuple[Array, ...]:
                restored = _Kept(*filled(template, parts[: len(arrays)]))
                return tuple(self._backward(restored, parts[len(arrays) :], of_one))

            in_axes = [0] * own + of_inputs + [0] * (len(residual.outputs) + len(cotangents))
            gradients = of_batches(pull, in_axes)(*arrays, *cotangents)
            return [g if batch else np.sum(g, axis=0) for g, batch in zip(gradients, batched, strict=True)]

        outputs: tuple[Array, ...] = _CustomVjp(self.name, function, forward, backward)(*values)
        return outputs


def custom_vjp(
    forward: Callable[..., tuple[Any, Any]],
    backward: Callable[..., tuple[Any, ...]],
    nondiff_argnums: int | Sequence[int] = (),
) -> Callable[[F], F]:
    """A decorator that gives a function f a rule of its own for reverse mode: how cotangents go back through it.

    f is a function of arrays, or of containers of arrays, that returns an array or a container of arrays. It is what is
    called with plain arrays.

    For what NumPy's operations do not differentiate well (a difference of large numbers, a value that an iteration
    found), do not differentiate at all (a call of another library), or should differentiate differently (a gradient
    that is clipped on its way). All other transforms follow from the rule: `backward` is differentiated for higher
    orders, transposed for forward mode, batched for `vmap`.

    Args:
        forward: a function of the arguments of f, by position, that returns `(f(*args), residuals)`. The residuals are
            whatever backward needs: a container of arrays and other things, or None. Where they hold an argument or an
            output itself, its derivative of higher order follows this rule; all else in them is differentiated as it
            was computed.
        backward: a function `backward(residuals, cotangent)` that returns a tuple with one cotangent for each argument,
            built like it, of arrays of the shapes of its arrays; None in the place of a cotangent, or of an array in
            one, is zeros.
            The cotangent that it gets is built like the output of f. It is linear in the cotangent; forward mode raises
            where it is evidently not. Static arguments come first: `backward(*static, residuals, cotangent)`.
        nondiff_argnums: the positions of static arguments, which are not differentiated and reach all three functions
            as they are: a function, a number of steps.

    Returns:
        A decorator; what it makes of f is a new function with the signature of f.

    Raises:
        TypeError: one of the three is no function; (when called) a static argument is a Variable, forward returns no
            pair, f or forward returns something without arrays; (in the reverse pass) backward returns something else
            than a tuple, or a cotangent that is not built like its argument.
        ValueError: (when called) f computes with a Variable of the same transform that it was not given; (in the
            reverse pass) there are not as many cotangents as arguments, or one has another shape than its argument;
            (in forward mode) backward is not linear.

    log(1 + exp(x)), whose derivative by the chain rule is inf / inf for a large x:

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def forward(x):
    ...     return np.logaddexp(0.0, x), x
    >>> def backward(x, g):
    ...     return (g * np.exp(-np.logaddexp(0.0, -x)),)
    >>> @custom_vjp(forward, backward)
    ... def log1pexp(x):
    ...     return np.log(1 + np.exp(x))
    >>> grad(log1pexp)(100.0)
    np.float64(1.0)
    """
    check_callable(forward, "forward", "custom_vjp(forward, backward)")
    check_callable(backward, "backward", "custom_vjp(forward, backward)")

    def decorate(f: F) -> F:
        where = f"custom_vjp({name_of(f)})"
        check_callable(f, "f", where)
        arguments = arguments_of(f, nondiff_argnums, where)

        @wraps(f)
        def function(*args: Any, **kwargs: Any) -> Any:
            if not has_variable((args, kwargs)):
                return f(*args, **kwargs)
            static, others = arguments.split(arguments.ordered(args, kwargs))
            template, arrays = separate_arrays(others)
            rules = _Rules(where, f, forward, backward, arguments, static, template, [])
            outputs = _CustomVjp(where, rules.evaluate, rules.run_forward, rules.run_backward)(*arrays)
            return filled(rules.found[-1], outputs)

        return cast(F, function)  # cast: it takes and returns what f does

    return decorate


@attrs.frozen(eq=False)
class _Rules:
    """The user's three functions, for the containers of one call, as functions of the arrays in them."""

    where: str
    f: Callable[..., Any]
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    arguments: Arguments
    static: Sequence[Any]
    template: Tree
    # The template of the output: what f and forward find out when they run.
    found: list[Tree]

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        return self._outputs(call(self.f, self._args(values), {}), "the function")

    def run_forward(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], Tree]:
        returned = call(self.forward, self._args(values), {})
        if not (isinstance(returned, tuple) and len(returned) == 2):
            raise TypeError(
                f"{self.where}: forward returned {describe_structure(returned)}; it must return a pair (output, "
                f"residuals)"
            )
        output, residuals = returned
        outputs = self._outputs(output, "forward")
        known: dict[int, Any] = {id(x): _Input(i) for i, x in enumerate(values)}
        known |= {id(out): _Output(i) for i, out in enumerate(outputs)}
        return outputs, map_leaves(lambda leaf: known.get(id(leaf), leaf), residuals)

    def run_backward(self, residual: _Kept, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        returned = call(self.backward, (*self.static, residual.restored(), filled(self.found[-1], cotangents)), {})
        positions = self.arguments.differentiated(len(self.template))
        if not isinstance(returned, tuple | list):
            raise TypeError(
                f"{self.where}: backward returned {describe_structure(returned)}; it must return a tuple with "
                f"one cotangent for "
                f"each of the {len(positions)} arguments that are differentiated"
            )
        if len(returned) != len(positions):
            raise ValueError(
                f"{self.where}: backward returned {len(returned)} cotangents for {len(positions)} arguments; "
                "it must return one for each that is differentiated (None for zeros)"
            )
        remaining = iter(specs)
        gradients: list[Array] = []
        for template, cotangent, position in zip(self.template, returned, positions, strict=True):
            gradients += self._cotangents(template, cotangent, remaining, f"argument {position}")
        return gradients

    def _args(self, values: Sequence[Array]) -> list[Any]:
        return self.arguments.merge(self.static, filled(self.template, values))

    def _outputs(self, output: Any, what: str) -> tuple[Array, ...]:
        template, arrays = separate_output(output, f"{self.where}: {what}")
        self.found[:] = [template]
        return arrays

    def _cotangents(self, template: Tree, cotangent: Tree, specs: Iterator[ArraySpec], of: str) -> list[Array]:
        """The cotangents of the arrays in one argument, checked."""
        if cotangent is not None and not same_structure(template, cotangent):
            raise TypeError(
                f"{self.where}: backward returned {describe_structure(cotangent)} as the cotangent of {of}; "
                "it must be built like the argument"
            )
        leaves = flatten(template)
        parts = [None] * len(leaves) if cotangent is None else flatten(cotangent)
        checked = []
        for leaf, part in zip(leaves, parts, strict=True):
            if leaf is HOLE:
                spec = next(specs)
                whose = f"{self.where}: backward"
                checked.append(spec.zeros() if part is None else checked_gradient(part, spec, whose, of))
        return checked
