"""`custom_jvp`: a function with a rule of its own for forward mode."""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeAlias, TypeVar

import attrs
import numpy as np

from pydezero.core.broadcasting import cast
from pydezero.core.operation import Form, Operation, as_seen, form_of
from pydezero.core.snapshot import is_number
from pydezero.core.types import Array, Residual
from pydezero.core.variable import Variable
from pydezero.transforms.boundary.boundary import call, describe_structure, is_numeric, name_of
from pydezero.transforms.rules.custom import (
    Arguments,
    LinearMap,
    Places,
    arguments_of,
    check_callable,
    has_variable,
    is_hole,
    kept,
    of_batches,
    record_linear,
    separate,
    separate_output,
    zeros,
)
from pydezero.tree import flatten, same_structure

# The whole type of a function, with its overloads if it has any.
F = TypeVar("F", bound=Callable[..., Any])

# From arrays and their tangents to the outputs and theirs.
_Rule: TypeAlias = Callable[[Sequence[Array], Sequence[Array]], tuple[tuple[Array, ...], tuple[Array, ...]]]


@attrs.frozen(eq=False)
class _CustomJvp(Operation):
    """An operation on arrays with a rule for tangents."""

    _label: str
    _function: Callable[[Sequence[Array]], tuple[Array, ...]] = attrs.field(repr=False)
    _rule: _Rule = attrs.field(repr=False)

    @property
    def _name(self) -> str:
        return self._label

    def _evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        return self._function(values)

    def _remember(self, values: Sequence[Array]) -> tuple[tuple[Array, ...], LinearMap]:
        outputs, linear = record_linear(
            lambda tangents: self._rule([as_seen(x) for x in values], tangents),
            [form_of(x) for x in values],
            f"{self._label}: the rule",
        )
        return self._outputs(values, outputs), linear

    def _outputs(self, values: Sequence[Array], outputs: Sequence[Array]) -> tuple[Array, ...]:
        """To an enclosing transform the outputs are those of this operation, not of what the rule consists of."""
        result: tuple[Array, ...] = self(*values) if Variable in map(type, values) else tuple(map(kept, outputs))
        return result

    def _pull(self, residual: Residual, cotangents: Sequence[Array], forms: Sequence[Form]) -> Sequence[Array]:
        gradients = residual.transposed(cotangents)
        return [zeros(form) if g is None else cast(g, form.dtype) for g, form in zip(gradients, forms, strict=True)]

    def push_forward(
        self, values: Sequence[Array], tangents: Sequence[Array | None]
    ) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """Forward mode: the rule."""
        given = [zeros(form_of(x)) if t is None else t for x, t in zip(values, tangents, strict=True)]
        outputs, moved = self._rule([as_seen(x) for x in values], [as_seen(t) for t in given])
        return self._outputs(values, outputs), moved

    def batched(self, is_batched: Sequence[bool]) -> _CustomJvp:
        """The operation on batches, along the first axis of some arguments and of all outputs."""
        axes = [0 if batch else None for batch in is_batched]
        count = len(axes)

        def rule(values: Sequence[Array], tangents: Sequence[Array]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
            def of_one(*xs: Array) -> tuple[Array, ...]:
                outputs, moved = self._rule(xs[:count], xs[count:])
                return (*outputs, *moved)

            found = of_batches(of_one, axes * 2)(*values, *tangents)
            return found[: len(found) // 2], found[len(found) // 2 :]

        return _CustomJvp(self._label, lambda values: of_batches(lambda *xs: self._function(xs), axes)(*values), rule)


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
    array(0.)
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
            places, arrays = separate(others)
            rules = _Rules(where, f, rule, arguments, static, places, [])
            outputs = _CustomJvp(where, rules.evaluate, rules.run)(*arrays)
            return rules.found[-1].filled(outputs)

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
    places: Places
    # Where the arrays are in the output: what f and the rule find out when they run.
    found: list[Places]

    def evaluate(self, values: Sequence[Array]) -> tuple[Array, ...]:
        args = self.arguments.merge(self.static, self.places.filled(values))
        return self._outputs(call(self.f, args, {}), "the function")

    def run(self, values: Sequence[Array], tangents: Sequence[Array]) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        primals = tuple(self.places.filled(values))
        returned = call(self.rule, (*self.static, primals, tuple(self.places.filled(tangents))), {})
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
        leaves = zip(flatten(self.found[-1].template), flatten(tangent), strict=True)
        moved = [leaf for place, leaf in leaves if is_hole(place)]
        return outputs, tuple([self._checked(t, out) for t, out in zip(moved, outputs, strict=True)])

    def _outputs(self, output: Any, what: str) -> tuple[Array, ...]:
        places, arrays = separate_output(output, f"{self.where}: {what}")
        self.found[:] = [places]
        return arrays

    def _checked(self, t: Any, out: Array) -> Array:
        form = form_of(out)
        if t is None:
            return zeros(form)
        if not is_numeric(t):
            raise TypeError(
                f"{self.where}: the rule returned {type(t).__name__} as the tangent of an array; it must be an array, "
                "or None for zeros"
            )
        t = np.asarray(t) if is_number(t) else t
        if t.shape != form.shape:
            raise ValueError(
                f"{self.where}: the rule returned a tangent of shape {t.shape} for an output of shape {form.shape}"
            )
        return cast(kept(t), form.dtype)
