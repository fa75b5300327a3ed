"""`minimize`: a loop of updates in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import repeat
from typing import Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar, overload

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.core.foreign import is_delayed
from pydezero.core.snapshot import copied, is_array
from pydezero.core.variable import Variable
from pydezero.optim.optimizer import Evaluation, Optimizer, SearchingOptimizer, is_parameter, parameter_leaves
from pydezero.optim.progress import progress_bar
from pydezero.transforms.boundary.arguments import check_count, check_flag
from pydezero.transforms.boundary.delayed import with_values
from pydezero.transforms.boundary.messages import describe_structure, name_of
from pydezero.transforms.boundary.signatures import Result, Traced
from pydezero.transforms.reverse.grad import value_and_grad
from pydezero.tree import Tree, flatten, map_leaves, paths
from pydezero.units import without_unit_of_result, without_wrappers

__all__ = ["Minimum", "Progress", "minimize"]

P = TypeVar("P")
Q = ParamSpec("Q")
S = TypeVar("S")
P_co = TypeVar("P_co", covariant=True)
S_co = TypeVar("S_co", covariant=True)

# An array or number where f takes a Variable.
Floats = TypeVar("Floats", bound=NDArray[np.floating[Any]] | np.floating[Any] | float)

# The other arguments of f in each step: one tuple for all of them, or an iterable of tuples. Any: they are f's.
Arguments: TypeAlias = tuple[Any, ...]


@attrs.frozen(eq=False)
class Progress(Generic[P_co]):
    """A step of `minimize`, as the callback gets it.

    Attributes:
        step: how many updates there were before this one.
        value: f of the parameters.
        params: the parameters, before the update. Their arrays are copies, which the callback may keep and write into.
    """

    step: int
    value: float
    params: P_co


@attrs.frozen(eq=False)
class Minimum(Generic[P_co, S_co]):
    """The result of `minimize`.

    Attributes:
        params: the parameters after the last update, in a container like the first ones.
        value: f of these, with the arguments of the last update.
        history: f before each update and, last, after all of them; so its length is `steps` + 1.
        state: the state of the optimiser, to go on with.
        steps: how many updates were made.
        stopped: whether the callback ended it.
    """

    params: P_co
    value: float
    history: NDArray[np.float64] = attrs.field(repr=False)
    state: S_co = attrs.field(repr=False)
    steps: int
    stopped: bool


@overload  # to mypy a partial function takes anything, so that it would fit both of the others
def minimize(
    f: partial[Any],
    params: P,
    optimizer: Optimizer[S],
    steps: int,
    *,
    args: Arguments = ...,
    data: Iterable[Arguments] | None = ...,
    state: S | None = ...,
    callback: Callable[[Progress[P]], object] | None = ...,
    progress: bool = ...,
) -> Minimum[P, S]: ...
@overload
def minimize(
    f: Callable[Concatenate[Traced, Q], Result],
    params: Floats,
    optimizer: Optimizer[S],
    steps: int,
    *,
    args: Arguments = ...,
    data: Iterable[Arguments] | None = ...,
    state: S | None = ...,
    callback: Callable[[Progress[Floats]], object] | None = ...,
    progress: bool = ...,
) -> Minimum[Floats, S]: ...
@overload
def minimize(
    f: Callable[Concatenate[P, Q], object],
    params: P,
    optimizer: Optimizer[S],
    steps: int,
    *,
    args: Arguments = ...,
    data: Iterable[Arguments] | None = ...,
    state: S | None = ...,
    callback: Callable[[Progress[P]], object] | None = ...,
    progress: bool = ...,
) -> Minimum[P, S]: ...
def minimize(
    f: Callable[..., Any],
    params: Any,
    optimizer: Optimizer[Any],
    steps: int,
    *,
    args: Arguments = (),
    data: Iterable[Arguments] | None = None,
    state: Any = None,
    callback: Callable[[Progress[Any]], object] | None = None,
    progress: bool = True,
) -> Any:
    """Minimise f(params, *args) by updates of an optimiser.

    It is this loop: `value, gradients = value_and_grad(f)(params, *args)`, and then `params, state =
    optimizer.update(gradients, state, params)`. With `lbfgs` it also searches along each step for a smaller value. A
    function that takes long is made quicker by `jit(f)`.

    Args:
        f: a function of the parameters, and of other arguments, that returns a real number. It may have a unit. That of
            Dask arrays is computed in each step, in one pass over the data together with the gradients.
        params: an array or number, or a container of them. They are not changed.
        optimizer: an optimiser, such as `adam(1e-2)`.
        steps: the number of updates. `lbfgs` ends before, without data, where no step makes f smaller.
        args: the other arguments of f, the same in all steps.
        data: instead of args, an iterable of tuples, one for each step, such as `batches((x, y), 32, rng)`. When it has
            come to its end it begins anew.
        state: the state to begin with: that of an earlier result, or one from a file. None is `optimizer.init(params)`.
        callback: a function of the `Progress` of each step, called before the update. It ends the loop by returning
            True.
        progress: whether a bar is shown, on a terminal or in a notebook, if rich is installed.

    Returns:
        A `Minimum`, which has params, value, history, state, steps and stopped.

    Raises:
        FloatingPointError: the value or a gradient is nan or infinite. The message has the step and the leaf.
        TypeError: f returns no real number, an argument is of the wrong type, there is nothing to optimise in params.
        ValueError: steps is negative; data is empty, or was an iterator that has ended.

    >>> import numpy as np
    >>> from pydezero.optim import adam
    >>> x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0])
    >>> def error(p):
    ...     return np.mean((p["a"] * x + p["b"] - y) ** 2)
    >>> found = minimize(error, {"a": 0.0, "b": 0.0}, adam(0.1), 1000)
    >>> round(found.params["a"], 3), round(found.params["b"], 3), found.history.shape
    (np.float64(2.0), np.float64(1.0), (1001,))
    """
    where = f"minimize({name_of(f)})"
    _check(where, f, params, optimizer, steps, args, data)
    check_flag(where, "progress", progress)
    if not (callback is None or callable(callback)):
        raise TypeError(f"{where}: callback must be a function of the progress, got {describe_structure(callback)}")
    params = map_leaves(copied, params)
    state = optimizer.init(params) if state is None else state
    arguments = repeat(args) if data is None else _cycled(where, data)
    history: list[float] = []
    stopped = False
    f_of = partial(_evaluation, where, value_and_grad(f))
    here: Evaluation[Any] | None = None
    given: Arguments = args
    with progress_bar(steps, progress) as report:
        for step in range(steps):
            given = next(arguments)
            if here is None or data is not None:
                here = f_of(given, params)
            _note(where, history, here)
            if callback is not None and _is_true(callback(Progress(step, here.value, map_leaves(copied, params)))):
                stopped = True
                break
            found = _step(optimizer, partial(f_of, given), here, state)
            if found is None and data is None:
                break
            params, here, state = found or (params, here, state)
            report(step + 1, history[-1])
        else:
            _note(where, history, here or f_of(given if steps else next(arguments), params))
    return Minimum(params, history[-1], np.array(history), state, len(history) - 1, stopped)


def _evaluation(where: str, of_step: Callable[..., Any], given: Arguments, params: Any) -> Evaluation[Any]:
    """The value and the gradients with the arguments of a step, as numbers: of data of Dask's they are computed now."""
    # What overflows is found by `_note`, with the step and the leaf.
    with np.errstate(all="ignore"):
        value, gradients = with_values(of_step(params, *given))
    return Evaluation(params, float(without_wrappers(value)), without_unit_of_result(gradients, params, where))


def _step(
    optimizer: Optimizer[Any], f: Callable[[Any], Evaluation[Any]], here: Evaluation[Any], state: Any
) -> tuple[Any, Evaluation[Any] | None, Any] | None:
    """The parameters after a step, the function there where it is known, and the next state.

    None where an optimiser that asks for the function finds no step that makes it smaller.
    """
    with np.errstate(all="ignore"):
        if isinstance(optimizer, SearchingOptimizer):
            found = optimizer.search(f, here, state)
            return None if found is None else (found[0].params, *found)
        params, state = optimizer.update(here.gradients, state, here.params)
        return params, None, state


def _note(where: str, history: list[float], here: Evaluation[Any]) -> None:
    """Add a value to the history.

    Raises:
        FloatingPointError: it or a gradient is nan or infinite.
    """
    history.append(here.value)
    _check_finite(where, len(history) - 1, history, here.gradients, here.params)


def _check(where: str, f: Any, params: Tree, optimizer: Any, steps: Any, args: Any, data: Any) -> None:
    """Raise unless the arguments are of the right types."""
    if not callable(f):
        raise TypeError(f"minimize(f, ...): f must be a function, got {describe_structure(f)}")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"{where}: optimizer must be an optimiser, such as optim.adam(1e-2), got {describe_structure(optimizer)}"
        )
    check_count(where, "steps", steps, least=0)
    if not isinstance(args, tuple):
        raise TypeError(f"{where}: args must be a tuple, got {describe_structure(args)}; write args=(x,)")
    if args and data is not None:
        raise TypeError(f"{where}: give args, the same in all steps, or data, a tuple for each step, and not both")
    if data is not None and (is_array(data) or not isinstance(data, Iterable)):
        raise TypeError(
            f"{where}: data must be an iterable of tuples, such as batches((x, y), 32), got {describe_structure(data)}"
        )
    leaves, _ = parameter_leaves(where, params)
    for path, leaf in zip(paths(params), leaves, strict=True):
        if isinstance(leaf, Variable):
            raise TypeError(
                f"{where}: params{path} is a Variable, of whose value the loop asks in each step; "
                "write the loop yourself, with scan and optimizer.update"
            )
        if is_delayed(leaf):
            raise TypeError(
                f"{where}: params{path} is a Dask array, which has no values before it is computed; write the loop "
                "yourself, with optimizer.update, and persist() what it returns"
            )


def _is_true(answer: object) -> bool:
    """Whether a callback has returned True, and not just anything."""
    return isinstance(answer, bool | np.bool) and bool(answer)


def _cycled(where: str, data: Iterable[Any]) -> Iterator[Arguments]:
    """The tuples of an iterable, from the beginning again after the last one.

    Raises:
        TypeError: one is no tuple.
        ValueError: data is empty, or was an iterator that has ended.
    """
    while True:
        count = 0
        for given in data:
            if not isinstance(given, tuple):
                raise TypeError(f"{where}: data must give a tuple for each step, got {describe_structure(given)}")
            count += 1
            yield given
        if not count:
            raise ValueError(
                f"{where}: data is empty, or an iterator that has ended; give a list, or batches(...), which begins "
                "anew"
            )


def _check_finite(where: str, step: int, history: list[float], gradients: Tree, params: Tree) -> None:
    """Raise a FloatingPointError if the value or a gradient is nan or infinite."""
    pairs = zip(flatten(gradients), flatten(params), strict=True)
    if np.isfinite(history[-1]) and all(np.all(np.isfinite(g)) for g, p in pairs if is_parameter(p)):
        return
    bad = [
        f"{path or ' itself'} ({np.count_nonzero(~np.isfinite(g))} of {np.size(g)} elements)"
        for path, g, p in zip(paths(params), flatten(gradients), flatten(params), strict=True)
        if is_parameter(p) and not np.all(np.isfinite(g))
    ]
    what = [] if np.isfinite(history[-1]) else [f"the value is {history[-1]}"]
    if bad:
        what.append(f"the gradient is not finite in params{', params'.join(bad)}")
    else:
        sizes = [np.max(np.abs(p), initial=0.0) if is_parameter(p) else -1.0 for p in flatten(params)]
        largest = int(np.argmax(sizes))
        what.append(f"the largest parameter is {sizes[largest]:.6g}, in params{paths(params)[largest] or ' itself'}")
    before = f"; the values before were {', '.join(f'{x:.6g}' for x in history[-4:-1])}" if step else ""
    raise FloatingPointError(
        f"{where}: in step {step} {' and '.join(what)}{before}. Where the values grow, a smaller learning rate or "
        "chain(clip_by_norm(1.0), ...) helps; check_finite(grad(f))(params) finds the operation that makes it"
    )
