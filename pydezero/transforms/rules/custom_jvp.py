"""`custom_jvp`: a function with a rule of its own for forward mode."""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeAlias, TypeVar

import attrs
import numpy as np

from pydezero.core.broadcasting import cast
from pydezero.core.operation import ArraySpec, Operation, cotangent_spec
from pydezero.core.snapshot import frozen_snapshot, is_number, read_only_view
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable, is_numeric
from pydezero.graph.linear import LinearMap
from pydezero.transforms.boundary.arguments import call
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.rules.custom import (
    Arguments,
    arguments_of,
    check_callable,
    has_variable,
    independent,
    of_batches,
    record_checked,
    separate_arrays,
    separate_output,
)
from pydezero.tree import Tree, filled, same_structure, values_at_holes

# The whole type of a function, with its overloads if it has any.
F = TypeVar("F", bound=Callable[..., Any])

# From arrays and their tangents to the outputs and theirs.
_Rule: TypeAlias = Callable[[Sequence[Array], Sequence[Array]], tuple[tuple[Array, ...], tuple[Array, ...]]]


@attrs.frozen(eq=False)
class _CustomJvp(Operation):
    """An operation on arrays with a rule for tangents."""

    name: str
    _function: Callable[[Sequence[Array]], tuple[Array, ...]] = attrs.field(repr=False)
    _rule: _Rule = attrs.field(repr=False)

    several_outputs = True

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        return self._function(values)

    def evaluate_and_keep(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], LinearMap]:
        where = f"{self.name}: the rule"
        computed: list[tuple[Array, ...]] = []

        def moved(tangents: Sequence[Array]) -> tuple[Array, ...]:
            outputs, of_outputs = self._rule([read_only_view(x) for x in values], tangents)
            computed.append(outputs)
            return of_outputs

        record = record_checked(moved, values, where)
        return self._outputs(values, [independent(y, record, where) for y in computed[0]]), record

    def _outputs(self, values: Sequence[Array], outputs: Sequence[Array]) -> tuple[Array, ...]:
        """The outputs; to an enclosing transform they are those of this operation, not of what the rule consists of."""
        nested = Variable in map(type, values)
        result: tuple[Array, ...] = self(*values) if nested else tuple(map(frozen_snapshot, outputs))
        return result

    def pull(self, residual: Residual, cotangents: Sequence[Array], specs: Sequence[ArraySpec]) -> Sequence[Array]:
        gradients = residual.transposed(cotangents)
        return [spec.zeros() if g is None else cast(g, spec.dtype) for g, spec in zip(gradients, specs, strict=True)]

    def push_forward(
        self, values: Sequence[Array], tangents: Sequence[Array | None]
    ) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        given = [cotangent_spec(x).zeros() if t is None else t for x, t in zip(values, tangents, strict=True)]
        outputs, moved = self._rule([read_only_view(x) for x in values], [read_only_view(t) for t in given])
        return self._outputs(values, outputs), moved

    def batch(self, batched: Sequence[bool], *values: Array) -> tuple[Array, ...]:
        axes = [0 if batch else None for batch in batched]
        count = len(axes)

        def rule(values: Sequence[Array], tangents: Sequence[Array]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
            def of_one(*xs: Array) -> tuple[Array, ...]:
                outputs, moved = self._rule(xs[:count], xs[count:])
                return (*outputs, *moved)

            found = of_batches(of_one, axes * 2)(*values, *tangents)
            return found[: len(found) // 2], found[len(found) // 2 :]

        def function(values: Sequence[Array]) -> tuple[Array, ...]:
            return of_batches(lambda *xs: self._function(xs), axes)(*values)

        outputs: tuple[Array, ...] = _CustomJvp(self.name, function, rule)(*values)
        return outputs


def custom_jvp(rule: Callable[..., tuple[Any, Any]], nondiff_argnums: int | Sequence[int] = ()) -> Callable[[F], F]:
    """A decorator that gives a function f a rule of its own for forward mode: how tangents go through it.

    f is a function of arrays, or of containers of arrays, that returns an array or a container of arrays. It is what is
    called with plain arrays.

    All other transforms follow from the rule: it is transposed for reverse mode, differentiated for higher orders,
    batched for `vmap`. Where the derivative is a formula in the arguments and the output, it is shorter than
    `custom_vjp`.

    Args:
        rule: a function `rule(primals, tangents)` of two tuples, the arguments of f and a tangent for each, built like
            it; it returns `(f(*primals), tangent of the output)`, the tangent built like the output, of arrays of the
            shapes of its arrays. It is linear in the tangents; reverse mode raises where it is evidently not. Where an
            argument holds something that is no number, its tangent holds the same. Static arguments come first:
            `rule(*static, primals, tangents)`.
        nondiff_argnums: the positions of static arguments, which are not differentiated and reach both functions as
            they are: a function, a number of steps.

    Returns:
        A decorator; what it makes of f is a new function with the signature of f.

    Raises:
        TypeError: f or rule is no function; (when called) a static argument is a Variable, the rule returns no pair, or
            a tangent that is not built like the output, f or the rule returns something without arrays.
        ValueError: (when called) f computes with a Variable of the same transform that it was not given, a tangent has
            another shape than its output, or, in reverse mode, the rule is not linear in the tangents.

    sin(x) / x, which is 0 / 0 at 0, as is what the chain rule makes of it:

    >>> import numpy as np
    >>> from pydezero import grad
    >>> def rule(primals, tangents):
    ...     (x,), (t,) = primals, tangents
    ...     safe = np.where(x == 0, 1.0, x)
    ...     slope = np.where(x == 0, 0.0, (np.cos(safe) - np.sin(safe) / safe) / safe)
    ...     return sinc(x), slope * t
    >>> @custom_jvp(rule)
    ... def sinc(x):
    ...     return np.sinc(x / np.pi)
    >>> grad(sinc)(0.0)
    np.float64(0.0)
    """
    check_callable(rule, "rule", "custom_jvp(rule)")

    def decorate(f: F) -> F:
        where = f"custom_jvp({name_of(f)})"
        check_callable(f, "f", where)
        arguments = arguments_of(f, nondiff_argnums, where)

        @wraps(f)
        def function(*args: Any, **kwargs: Any) -> Any:
            if not has_variable((args, kwargs)):
                return f(*args, **kwargs)
            static, others = arguments.split(arguments.ordered(args, kwargs))
            template, arrays = separate_arrays(others)
            rules = _Rules(where, f, rule, arguments, static, template, [])
            outputs = _CustomJvp(where, rules.evaluate, rules.run)(*arrays)
            return filled(rules.found[-1], outputs)

        return typing.cast(F, function)  # cast: it takes and returns what f does

    return decorate


@attrs.frozen(eq=False)
class _Rules:
    """The user's two functions, for the containers of one call, as functions of the arrays in them."""

    where: str
    f: Callable[..., Any]
    rule: Callable[..., Any]
    arguments: Arguments
    static: Sequence[Any]
    template: Tree
    # The template of the output: what f and the rule find out when they run.
    found: list[Tree]

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        args = self.arguments.merge(self.static, filled(self.template, values))
        return self._outputs(call(self.f, args, {}), "the function")

    def run(self, values: Sequence[Array], tangents: Sequence[Array]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        primals = tuple(filled(self.template, values))
        returned = call(self.rule, (*self.static, primals, tuple(filled(self.template, tangents))), {})
        if not (isinstance(returned, tuple) and len(returned) == 2):
            raise TypeError(
                f"{self.where}: the rule returned {describe_structure(returned)}; it must return a pair "
                f"(output, tangent)"
            )
        output, tangent = returned
        outputs = self._outputs(output, "the rule")
        if not same_structure(output, tangent):
            raise TypeError(
                f"{self.where}: the rule returned {describe_structure(tangent)} as the tangent of "
                f"{describe_structure(output)}; "
                "it must be built like the output"
            )
        moved = values_at_holes(self.found[-1], tangent)
        return outputs, tuple([self._checked(t, out) for t, out in zip(moved, outputs, strict=True)])

    def _outputs(self, output: Any, what: str) -> tuple[Array, ...]:
        template, arrays = separate_output(output, f"{self.where}: {what}")
        self.found[:] = [template]
        return arrays

    def _checked(self, t: Any, out: Array) -> Array:
        spec = cotangent_spec(out)
        if t is None:
            return spec.zeros()
        if not is_numeric(t):
            raise TypeError(
                f"{self.where}: the rule returned {type(t).__name__} as the tangent of an array; it must be an array, "
                "or None for zeros"
            )
        t = np.asarray(t) if is_number(t) else t
        if t.shape != spec.shape:
            raise ValueError(
                f"{self.where}: the rule returned a tangent of shape {t.shape} for an output of shape {spec.shape}"
            )
        return cast(frozen_snapshot(t), spec.dtype)
