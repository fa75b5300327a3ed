"""A NumPy function with its derivative rules written by hand, and the workloads that measure ours beside them."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from benchmarks.tools import Loss, Namespace, Tensor
from benchmarks.workload import Workload, derivative_workload, one_call

# Real or complex, and of any number of arguments: nothing narrower fits all functions.
Array: TypeAlias = NDArray[Any]
Arrays: TypeAlias = tuple[Array, ...]
Rule: TypeAlias = Callable[..., Any]

_SIZES: Final = (10, 1_000_000)


@attrs.frozen(eq=False)
class FunctionRule:
    """A function, and what a practised NumPy programmer writes for its derivatives.

    `arguments` makes those of a size. `reverse` takes the arguments and a cotangent to the value and the gradients, a
    tuple; `forward` takes the arguments and as many tangents to the value and its tangent. As pydezero does, they
    return arrays that share no memory with an argument.

    In reverse mode the sum of the value is differentiated, for which the cotangent of the value is an array of ones.
    """

    name: str
    function: Loss
    arguments: Callable[[int], Arrays]
    reverse: Rule
    forward: Rule

    inputs: int = attrs.field(init=False)

    @inputs.default
    def _count_inputs(self) -> int:
        return len(self.arguments(_SIZES[0]))

    def with_ones(self, size: int) -> Arrays:
        arguments = self.arguments(size)
        return *arguments, np.broadcast_to(1.0, np.shape(self.function(np, *arguments)))

    def total(self, xp: Namespace, *arguments: Tensor) -> Tensor:
        y = xp.sum(self.function(xp, *arguments[: self.inputs]))
        return xp.real(y) if xp.iscomplexobj(y) else y

    def total_by_hand(self, *arguments: Array) -> tuple[float, Arrays]:
        y, gradients = self.reverse(*arguments)
        return float(np.sum(y).real), gradients

    def with_tangents(self, size: int) -> Arrays:
        arguments = self.arguments(size)
        return *arguments, *[_direction(x, i) for i, x in enumerate(arguments)]


def _direction(x: Array, seed: int) -> Array:
    """A random array like x."""
    rng = np.random.default_rng(seed)
    t = rng.normal(0, 1, np.shape(x))
    return np.asarray(t + 1j * rng.normal(0, 1, np.shape(x)) if np.iscomplexobj(x) else t)


def vectors(count: int = 1, low: float = 0.5, high: float = 1.5) -> Callable[[int], Arrays]:
    """Vectors with elements from an interval."""
    return lambda size: tuple(np.random.default_rng(0).uniform(low, high, (count, size)))


def matrices(count: int = 1) -> Callable[[int], Arrays]:
    """Square matrices of about so many elements each, none of them nearly singular."""

    def arguments(size: int) -> Arrays:
        n = isqrt(size)
        rng = np.random.default_rng(0)
        return tuple([rng.normal(0, 1, (n, n)) + 2 * n * np.eye(n) for _ in range(count)])

    return arguments


def unary(name: str, rule: Rule, function: Loss | None = None, low: float = 0.5, high: float = 1.5) -> FunctionRule:
    """An elementwise function of one argument, with one rule for both modes: from the (co)tangent, x and y."""
    f: Loss = function or (lambda xp, x: getattr(xp, name)(x))

    def reverse(x: Array, g: Array) -> tuple[Array, Arrays]:
        y = f(np, x)
        return y, (rule(g, x, y),)

    def forward(x: Array, t: Array) -> tuple[Array, Array]:
        y = f(np, x)
        return y, rule(t, x, y)

    return FunctionRule(name, f, vectors(1, low, high), reverse, forward)


def workloads(*rules: FunctionRule) -> tuple[Workload, ...]:
    """Reverse mode and forward mode of each function."""
    return tuple([workload for rule in rules for workload in (_of_mode(rule, "reverse"), _of_mode(rule, "forward"))])


def _of_mode(rule: FunctionRule, mode: str) -> Workload:
    is_reverse = mode == "reverse"
    return derivative_workload(
        f"functions:{rule.name}:{mode}",
        f"`{rule.name}`, {mode}",
        _SIZES,
        "elements",
        problem=rule.with_ones if is_reverse else rule.with_tangents,
        by_hand=rule.total_by_hand if is_reverse else rule.forward,
        run=one_call("gradient-numpy", rule.total, rule.inputs)
        if is_reverse
        else one_call("jvp", rule.function, rule.inputs),
    )
