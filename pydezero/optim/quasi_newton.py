"""L-BFGS: steps of Newton's method, with the curvature of the last few of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import attrs
import numpy as np

from pydezero.core.types import Array
from pydezero.optim.numbers import Rate, at_step, check_rate, in_dtype_of, weak
from pydezero.optim.optimizer import (
    Optimizer,
    as_parameter,
    check_shape,
    check_state,
    downhill,
    gradient_leaves,
    moment_leaves,
    parameter_leaves,
    replaced,
    restored,
)
from pydezero.transforms.boundary.arguments import check_count
from pydezero.tree import STATIC, Tree, flatten

__all__ = ["LbfgsState", "lbfgs"]

P = TypeVar("P")

# Less curvature than this along a step says nothing, as in PyTorch.
_LEAST_CURVATURE = 1e-10


@attrs.frozen(eq=False)
class LbfgsState:
    """What L-BFGS remembers.

    Attributes:
        step: how many updates there were.
        gradient: the gradients of the last update, like the parameters.
        moved: the last step, like the parameters.
        steps: the last few steps, each leaf with one axis more, the first.
        changes: the changes of the gradients along them, as the steps.
        curvatures: for each of the steps its product with the change along it, an array; 0 where there is none yet.
        scale: the inverse of the curvature along the last step, a number.
    """

    step: Array
    gradient: Tree
    moved: Tree
    steps: Tree
    changes: Tree
    curvatures: Array
    scale: Array


@attrs.frozen(eq=False)
class Lbfgs(Optimizer[LbfgsState]):
    """See `lbfgs`."""

    learning_rate: Rate
    history: int = attrs.field(metadata=STATIC)

    def init(self, params: Tree) -> LbfgsState:
        leaves, places = parameter_leaves("lbfgs.init", params)

        def zeros(*first: int) -> Tree:
            return replaced(params, leaves, places, [_zeros(leaves[i], first) for i in places])

        return LbfgsState(
            np.int64(0),
            zeros(),
            zeros(),
            zeros(self.history),
            zeros(self.history),
            np.zeros(self.history),
            np.float64(1.0),
        )

    def update(self, gradients: Tree, state: LbfgsState, params: P) -> tuple[P, LbfgsState]:
        where = "lbfgs.update"
        check_state(where, state, LbfgsState, "lbfgs")
        leaves, places = parameter_leaves(where, params)
        gs = gradient_leaves(where, gradients, params, leaves, places)
        moment_leaves(where, "moved", state.moved, params, leaves, places)
        if np.shape(state.curvatures) != (self.history,):
            raise ValueError(
                f"{where}: the state has a history of {np.shape(state.curvatures)[0]} steps, and the optimiser of "
                f"{self.history}; begin with its init(params)"
            )

        def chosen(tree: Tree) -> list[Array]:
            found = flatten(tree)
            return [found[i] for i in places]

        def tree_of(xs: Sequence[Array]) -> Tree:
            return replaced(params, leaves, places, xs)

        ps = [as_parameter(leaves[i]) for i in places]
        gs = [downhill(as_parameter(gs[i]), p.dtype) for i, p in zip(places, ps, strict=True)]
        moved = chosen(state.moved)
        ys = [g - before for g, before in zip(gs, chosen(state.gradient), strict=True)]
        curvature = _dot(ys, moved)
        is_curved = curvature > _LEAST_CURVATURE
        steps = [_pushed(is_curved, old, s) for old, s in zip(chosen(state.steps), moved, strict=True)]
        changes = [_pushed(is_curved, old, y) for old, y in zip(chosen(state.changes), ys, strict=True)]
        curvatures = _pushed(is_curved, state.curvatures, curvature)
        length = _dot(ys, ys)
        scale: Array = np.where(is_curved, curvature / np.where(is_curved, length, 1.0), state.scale)
        direction = _direction(gs, steps, changes, curvatures, scale)
        # The first step has no curvature to go by; it is no longer than 1, however large the gradients are.
        total = sum([np.sum(np.abs(g), dtype=np.float64) for g in gs])
        first = np.minimum(1.0, 1.0 / np.where(total > 0, total, 1.0))
        rate = at_step(self.learning_rate, state.step) * np.where(state.step == 0, first, 1.0)
        moved = [-in_dtype_of(weak(rate), p.dtype) * d for p, d in zip(ps, direction, strict=True)]
        new = [restored(p + s, leaves[i]) for i, p, s in zip(places, ps, moved, strict=True)]
        for i, p in zip(places, new, strict=True):
            check_shape(where, params, i, np.shape(leaves[i]), p)
        return tree_of(new), LbfgsState(
            state.step + 1,
            tree_of([restored(_copied(g), leaves[i]) for i, g in zip(places, gs, strict=True)]),
            tree_of([restored(s, leaves[i]) for i, s in zip(places, moved, strict=True)]),
            tree_of(steps),
            tree_of(changes),
            curvatures,
            scale[()] if isinstance(scale, np.ndarray) else scale,
        )


def lbfgs(learning_rate: Rate = 1.0, *, history: int = 10) -> Optimizer[LbfgsState]:
    """L-BFGS: D. C. Liu, J. Nocedal, "On the limited memory BFGS method for large scale optimization", 1989.

    A step goes along the gradients times an approximation of the inverse of the Hessian, which is made of the last few
    steps. It has the length of the learning rate times that: there is no line search, as an update knows gradients
    alone. With one, for functions that are computed without noise: `scipy.optimize.minimize(f, x, jac=grad(f),
    method="L-BFGS-B")`.

    Args:
        learning_rate: a number, an array or a schedule, as for `sgd`; 1 is Newton's step.
        history: how many steps are remembered. The state is twice as many times as large as the parameters.

    Raises:
        TypeError: a number is none.
        ValueError: the learning rate is negative, the history less than 1.

    >>> import numpy as np
    >>> from pydezero import grad
    >>> optimizer, x = lbfgs(), np.array([2.0, 1.0])
    >>> state = optimizer.init(x)
    >>> for _ in range(20):
    ...     x, state = optimizer.update(grad(lambda x: np.sum(x**4) + x @ x)(x), state, x)
    >>> bool(np.max(np.abs(x)) < 1e-8)
    True
    """
    check_rate("lbfgs", learning_rate)
    check_count("lbfgs", "history", history)
    return Lbfgs(learning_rate, history)


def _direction(
    gs: Sequence[Array], steps: Sequence[Array], changes: Sequence[Array], curvatures: Array, scale: Array
) -> list[Array]:
    """The gradients times the approximate inverse of the Hessian, by the two loops of the paper's section 2."""
    d = list(gs)
    count = np.shape(curvatures)[0]
    # Where there is no step yet, its curvature is 0; it then changes nothing.
    inverses = np.where(curvatures > 0, 1.0 / np.where(curvatures > 0, curvatures, 1.0), 0.0)
    factors: list[Array] = [0.0] * count
    for k in reversed(range(count)):
        factors[k] = inverses[k] * _dot([s[k] for s in steps], d)
        d = [x - _scaled(factors[k], y[k]) for x, y in zip(d, changes, strict=True)]
    d = [_scaled(scale, x) for x in d]
    for k in range(count):
        factor = factors[k] - inverses[k] * _dot([y[k] for y in changes], d)
        d = [x + _scaled(factor, s[k]) for x, s in zip(d, steps, strict=True)]
    return d


def _scaled(factor: Array, x: Array) -> Array:
    return in_dtype_of(weak(factor), x.dtype) * x


def _dot(xs: Sequence[Array], ys: Sequence[Array]) -> Any:  # a number, or a Variable in a transform
    """The real product of two lists of arrays, in double precision."""
    products = [np.real(np.conj(x) * y) if x.dtype.kind == "c" else x * y for x, y in zip(xs, ys, strict=True)]
    return sum([np.sum(z, dtype=np.float64) for z in products])


def _copied(g: Array) -> Array:
    """A gradient that is kept, in memory of its own."""
    return g.copy() if isinstance(g, np.ndarray) else g


def _pushed(is_new: Array, old: Array, x: Array) -> Array:
    """The last few values with another one behind them, and without the first; the same ones if it is not new."""
    return np.where(is_new, np.concatenate([old[1:], np.reshape(x, (1, *np.shape(x)))]), old)


def _zeros(p: Any, first: tuple[int, ...]) -> Array:
    p = as_parameter(p)
    like = np.zeros_like(p)
    zeros = np.zeros_like(like, shape=(*first, *np.shape(p)))
    return zeros[()] if isinstance(p, np.generic) else zeros
