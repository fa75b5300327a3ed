"""L-BFGS: steps of Newton's method, with the curvature of the last few of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import attrs
import numpy as np

from pydezero.core.placing import beside
from pydezero.core.snapshot import copied
from pydezero.core.types import Array
from pydezero.optim.line_search import Point
from pydezero.optim.line_search import search as line_search
from pydezero.optim.numbers import Rate, at_step, check_rate, in_dtype_of, weak
from pydezero.optim.optimizer import (
    Evaluation,
    Optimizer,
    SearchingOptimizer,
    as_parameter,
    check_numbers_fit,
    check_state,
    gradient_leaves,
    moment_leaves,
    parameter_leaves,
    replaced,
    restored,
    steepest_ascent,
)
from pydezero.transforms.boundary.arguments import check_count
from pydezero.tree import STATIC, Tree, flatten

__all__ = ["LbfgsState", "lbfgs"]

P = TypeVar("P")

# Less curvature than this along a step says nothing: of an update, as in PyTorch; and after a search, as in SciPy, per
# square of the change of the gradients.
_LEAST_CURVATURE: Final = 1e-10
_LEAST_PER_SQUARE: Final = float(np.finfo(np.float64).eps)

# A step of so many times the distance of neighbouring numbers is nothing but rounding.
_ROUNDING: Final = 16


@attrs.frozen(eq=False)
class LbfgsState:
    """The state of L-BFGS.

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
class _Memory:
    """The last few steps, as lists of leaves: see `LbfgsState`."""

    steps: Sequence[Array]
    changes: Sequence[Array]
    curvatures: Array
    scale: Array

    def after(self, moved: Sequence[Array], ys: Sequence[Array], *, is_searched: bool = False) -> _Memory:
        """The memory with one step more, if the gradients grew along it."""
        curvature, length = _dot(ys, moved), _dot(ys, ys)
        is_curved = curvature > (_LEAST_PER_SQUARE * length if is_searched else _LEAST_CURVATURE)
        scale: Array = np.where(is_curved, curvature / np.where(is_curved, length, 1.0), self.scale)
        return _Memory(
            [_pushed(is_curved, old, s) for old, s in zip(self.steps, moved, strict=True)],
            [_pushed(is_curved, old, y) for old, y in zip(self.changes, ys, strict=True)],
            _pushed(is_curved, self.curvatures, curvature),
            scale[()] if isinstance(scale, np.ndarray) else scale,
        )

    def without_steps(self) -> _Memory:
        """An empty one."""
        return attrs.evolve(self, curvatures=np.zeros_like(self.curvatures), scale=np.float64(1.0))

    def direction(self, gs: Sequence[Array]) -> list[Array]:
        """The gradients times the approximate inverse of the Hessian, by the two loops of the paper's section 2."""
        d = list(gs)
        count = np.shape(self.curvatures)[0]
        # Where there is no step yet, its curvature is 0; it then changes nothing.
        is_there = self.curvatures > 0
        inverses = np.where(is_there, 1.0 / np.where(is_there, self.curvatures, 1.0), 0.0)
        factors: list[Array] = [0.0] * count
        for k in reversed(range(count)):
            factors[k] = inverses[k] * _dot([s[k] for s in self.steps], d)
            d = [x - _scaled(factors[k], y[k]) for x, y in zip(d, self.changes, strict=True)]
        d = [_scaled(self.scale, x) for x in d]
        for k in range(count):
            factor = factors[k] - inverses[k] * _dot([y[k] for y in self.changes], d)
            d = [x + _scaled(factor, s[k]) for x, s in zip(d, self.steps, strict=True)]
        return d


@attrs.frozen(eq=False)
class _Place:
    """Where an update begins: the parameters, the gradients uphill, as lists of leaves, and what is known."""

    params: Any
    leaves: Sequence[Any]
    places: Sequence[int]
    gs: Sequence[Array]
    memory: _Memory

    def chosen(self, tree: Tree) -> list[Array]:
        """The leaves of a container like the parameters."""
        found = flatten(tree)
        return [found[i] for i in self.places]

    def uphill(self, gradients: Tree) -> list[Array]:
        """The gradients in the dtypes of the parameters."""
        pairs = zip(self.chosen(gradients), self.chosen(self.params), strict=True)
        return [steepest_ascent(as_parameter(g), as_parameter(p).dtype) for g, p in pairs]

    def tree_of(self, xs: Sequence[Array]) -> Any:
        """A container like the parameters."""
        return replaced(self.params, self.leaves, self.places, xs)

    def restored(self, xs: Sequence[Array]) -> Any:
        """Likewise, with an array of shape () where the parameter is one."""
        return self.tree_of([restored(x, self.leaves[i]) for i, x in zip(self.places, xs, strict=True)])

    def units(self, steps: Sequence[Array]) -> float:
        """How large a step is at most, in units of what rounding makes of each parameter."""
        units = [_ROUNDING * np.finfo(p.dtype).eps * np.abs(p) for p in map(as_parameter, self.chosen(self.params))]
        pairs = zip(steps, units, strict=True)
        sizes = [np.where(s == 0, 0.0, np.abs(s) / unit) for s, unit in pairs]
        return float(max([np.max(size) for size in sizes if np.size(size)], default=0.0))

    def moved_by(self, steps: Sequence[Array], factor: float = 1.0) -> Any:
        """The parameters after a step."""
        pairs = zip([as_parameter(self.leaves[i]) for i in self.places], steps, strict=True)
        new = [p + s if factor == 1.0 else p + in_dtype_of(factor, p.dtype) * s for p, s in pairs]
        return self.restored(new)


@attrs.frozen(eq=False)
class Lbfgs(SearchingOptimizer[LbfgsState]):
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
        place = self._place(gradients, state, params)
        first = _first_rate(place.gs)
        rate = at_step(self.learning_rate, state.step) * np.where(beside(state.step == 0, first), first, 1.0)
        moved = _along(place, place.memory.direction(place.gs), rate)
        new: P = place.moved_by(moved)
        return new, _state_after(place, state.step, place.memory, place.gs, moved)

    def search(
        self, f: Callable[[P], Evaluation[P]], here: Evaluation[P], state: LbfgsState
    ) -> tuple[Evaluation[P], LbfgsState] | None:
        place = self._place(here.gradients, state, here.params)
        rate = at_step(self.learning_rate, state.step)
        # Where no step along the direction is found, the steps of before are of no use here.
        for memory in (place.memory, place.memory.without_steps()):
            is_empty = not np.any(memory.curvatures)
            moved = _along(place, memory.direction(place.gs), rate * _first_rate(place.gs) if is_empty else rate)

            def at(factor: float, moved: Sequence[Array] = moved) -> Point[Evaluation[P]]:
                found = f(place.moved_by(moved, factor))
                return Point(factor, found.value, float(_dot(place.uphill(found.gradients), moved)), found)

            start = Point(0.0, here.value, float(_dot(place.gs, moved)), here)
            units = place.units(moved)
            if units <= 1 or start.is_flat:
                return None  # the step is rounding: this is the minimum
            found = line_search(at, start, least=1.0 / units)
            if found is not None:
                moved = [in_dtype_of(found.at, s.dtype) * s for s in moved]
                gs = place.uphill(found.what.gradients)
                ys = [g - before for g, before in zip(gs, place.gs, strict=True)]
                memory = memory.after(moved, ys, is_searched=True)
                # The step is in the memory, so there is none that the next update would have to add.
                return found.what, _state_after(place, state.step, memory, gs, [np.zeros_like(s) for s in moved])
            if is_empty:
                break
        return None

    def _place(self, gradients: Tree, state: LbfgsState, params: Tree) -> _Place:
        """Where an update begins, after the last step was added to the memory."""
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
        gs = [steepest_ascent(as_parameter(gs[i]), as_parameter(leaves[i]).dtype) for i in places]
        steps, changes, moved, before = [
            [flatten(tree)[i] for i in places] for tree in (state.steps, state.changes, state.moved, state.gradient)
        ]
        memory = _Memory(steps, changes, state.curvatures, state.scale)
        memory = memory.after(moved, [g - old for g, old in zip(gs, before, strict=True)])
        return _Place(params, leaves, places, gs, memory)


def lbfgs(learning_rate: Rate = 1.0, *, history: int = 10) -> Optimizer[LbfgsState]:
    """L-BFGS: D. C. Liu, J. Nocedal, "On the limited memory BFGS method for large scale optimization", 1989.

    A step goes along the gradients times an approximation of the inverse of the Hessian, which is made of the last few
    steps. `update` knows gradients alone: its step is the learning rate times that, as in PyTorch. `minimize` hands the
    function over too, and then there is a search along the line for a point where it is smaller: the strong Wolfe
    conditions (J. Nocedal, S. J. Wright, "Numerical optimization", 2006, chapter 3). It begins with the step of
    `update`, evaluates the function once in most steps, and ends where it finds nothing smaller. At the end of a
    `chain` it makes updates without a search, because changed gradients are those of another function.

    Args:
        learning_rate: a number, an array or a schedule, as for `sgd`; 1 is Newton's step.
        history: how many steps are remembered. The state is twice as many times as large as the parameters.

    Raises:
        TypeError: an argument is no number.
        ValueError: the learning rate is negative, the history less than 1.

    >>> import numpy as np
    >>> from pydezero.optim import minimize
    >>> def rosenbrock(x):
    ...     return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2
    >>> minimize(rosenbrock, np.array([-1.2, 1.0]), lbfgs(), steps=100).params.round(9)
    array([1., 1.])
    """
    check_rate("lbfgs", learning_rate)
    check_count("lbfgs", "history", history)
    return Lbfgs(learning_rate, history)


def _first_rate(gs: Sequence[Array]) -> Array:
    """The length of a step that has no curvature to go by: no longer than 1, however large the gradients are."""
    total = sum([np.sum(np.abs(g), dtype=np.float64) for g in gs])
    return np.minimum(1.0, 1.0 / np.where(total > 0, total, 1.0))


def _along(place: _Place, direction: Sequence[Array], rate: Array) -> list[Array]:
    """The step against a direction."""
    factor = weak(rate)
    check_numbers_fit("lbfgs.update", place.params, place.leaves, place.places, [factor])
    pairs = zip(place.places, direction, strict=True)
    return [-in_dtype_of(factor, as_parameter(place.leaves[i]).dtype) * d for i, d in pairs]


def _state_after(
    place: _Place, step: Array, memory: _Memory, gs: Sequence[Array], moved: Sequence[Array]
) -> LbfgsState:
    return LbfgsState(
        step + 1,
        place.restored([copied(g) for g in gs]),
        place.restored(moved),
        place.tree_of(memory.steps),
        place.tree_of(memory.changes),
        memory.curvatures,
        memory.scale,
    )


def _scaled(factor: Array, x: Array) -> Array:
    return in_dtype_of(weak(factor), x.dtype) * x


def _dot(xs: Sequence[Array], ys: Sequence[Array]) -> Any:  # a number, or a Variable in a transform
    """The real product of two lists of arrays, in double precision."""
    products = [np.real(np.conj(x) * y) if x.dtype.kind == "c" else x * y for x, y in zip(xs, ys, strict=True)]
    return sum([np.sum(z, dtype=np.float64) for z in products])


def _pushed(is_new: Array, old: Array, x: Array) -> Array:
    """The last few values with another one behind them, and without the first; the same ones if it is not new."""
    old = beside(old, x)
    return np.where(is_new, np.concatenate([old[1:], np.reshape(x, (1, *np.shape(x)))]), old)


def _zeros(p: Any, first: tuple[int, ...]) -> Array:
    p = as_parameter(p)
    like = np.zeros_like(p)
    zeros = np.zeros_like(like, shape=(*first, *np.shape(p)))
    return zeros[()] if isinstance(p, np.generic) else zeros
