"""The base of all optimisers, a record with `init` and `update`, and of those that treat each leaf by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Never, TypeVar

import attrs
import numpy as np

from pydezero.core.foreign import arrayed
from pydezero.core.snapshot import check_arithmetic
from pydezero.core.types import Array
from pydezero.core.variable import Variable, is_numeric
from pydezero.optim.blocks import in_blocks
from pydezero.optim.numbers import in_dtype_of, weak
from pydezero.transforms.boundary.messages import describe_structure
from pydezero.tree import Tree, difference, flatten, paths, same_structure, unflatten
from pydezero.units import without_unit_of_result

__all__ = ["Optimizer"]

S = TypeVar("S")
P = TypeVar("P")

# The methods of optimisers in other libraries.
_ELSEWHERE: Final = frozenset({"apply_gradients", "minimize", "setup", "step", "zero_grad"})
_INSTEAD: Final = (
    "nothing is stored in an optimiser. Write state = optimizer.init(params) once, and in each step params, state = "
    "optimizer.update(grad(loss)(params), state, params), or pydezero.optim.minimize(loss, params, optimizer, steps)"
)

_PYTHONS: Final = {float: np.float64, complex: np.complex128}


@attrs.frozen(eq=False)
class Optimizer(Generic[S]):
    """An optimiser whose state is of the type S: `init` makes the first one, `update` makes one step.

    It is a record of the numbers that it was made with. These may be Variables: a batch of optimisers, or one that a
    result is differentiated by, is made inside the transformed function, or passed to it as a container.
    """

    if not TYPE_CHECKING:  # a checker knows what there is

        def __getattr__(self, name: str) -> Never:
            """Raise an AttributeError that says what to write instead of the methods of other libraries."""
            instead = f": {_INSTEAD}" if name in _ELSEWHERE else ""
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{instead}")

    def init(self, params: Tree) -> S:
        """The state before the first update.

        Args:
            params: an array or number, or a container of them, of floats or complex numbers. What else a container
                holds (None, strings, booleans, functions) is no parameter and stays as it is.

        Raises:
            TypeError: there is nothing to optimise in it, or a leaf is an integer; the message names it.
        """
        raise NotImplementedError

    def update(self, gradients: Tree, state: S, params: P) -> tuple[P, S]:
        """The parameters and the state after a step against the gradients.

        Args:
            gradients: a container like params, as `grad` returns it.
            state: what `init` or the update before this one returned. It is not changed.
            params: the parameters. They are not changed.

        Returns:
            The parameters, in a container of the same type, of the same shapes and dtypes, in fresh arrays, and the
            next state.

        Raises:
            TypeError: the state is that of another optimiser; a gradient is missing.
            ValueError: the gradients or the state are not built like the parameters; the message names the leaf.
        """
        raise NotImplementedError

    @property
    def name(self) -> str:
        """The function that made it, for messages."""
        return type(self).__name__.lower()


@attrs.frozen(eq=False)
class Evaluation(Generic[P]):
    """A function at some parameters: its value and its gradients, in a container like these."""

    params: P
    value: float
    gradients: P


@attrs.frozen(eq=False)
class SearchingOptimizer(Optimizer[S]):
    """An optimiser that makes better steps where it may ask for the function, as it may in `minimize`."""

    def search(self, f: Callable[[P], Evaluation[P]], here: Evaluation[P], state: S) -> tuple[Evaluation[P], S] | None:
        """The function after a step that makes it smaller, and the next state; None where no step does.

        Args:
            f: evaluates the function at some parameters.
            here: the function at the parameters before the step.
            state: what `init`, `update` or the search before this one returned.
        """
        raise NotImplementedError


@attrs.frozen(eq=False)
class LeafOptimizer(Optimizer[S]):
    """An optimiser with one formula, which is applied to each element of each leaf.

    Its state is a record of the number of updates, in the field `step`, and of containers like the parameters, in the
    fields that `moments` names.
    """

    state_type: ClassVar[type[Any]]

    moments: ClassVar[tuple[str, ...]]
    """The fields of the state that are built like the parameters, in the order in which the formula takes them."""

    real_moments: ClassVar[tuple[str, ...]] = ()
    """Those of them that are real where the parameters are complex, as sums of squares."""

    def numbers(self, step: Array) -> tuple[Array, ...]:
        """The numbers of the formula in the update before which there were `step` others."""
        raise NotImplementedError

    def formula(self, g: Array, p: Array, moments: Sequence[Array], numbers: Sequence[Array]) -> tuple[Array, ...]:
        """The parameters after an update, and then the moments: ufuncs of the arrays and of the numbers.

        What is computed of numbers alone belongs in `numbers`, where it is done once, and in double precision.
        """
        raise NotImplementedError

    def has(self, moment: str) -> bool:  # noqa: ARG002  # who has a moment that is optional defines it
        """Whether a moment is kept; in its place there is None otherwise."""
        return True

    def init(self, params: Tree) -> S:
        leaves, places = parameter_leaves(f"{self.name}.init", params)

        def zeros(moment: str) -> Tree:
            return replaced(params, leaves, places, [_zeros(leaves[i], moment in self.real_moments) for i in places])

        state: S = self.state_type(np.int64(0), *[zeros(name) if self.has(name) else None for name in self.moments])
        return state

    def update(self, gradients: Tree, state: S, params: P) -> tuple[P, S]:
        where = f"{self.name}.update"
        check_state(where, state, self.state_type, self.name)
        leaves, places = parameter_leaves(where, params)
        gs = gradient_leaves(where, gradients, params, leaves, places)
        kept = [name for name in self.moments if self.has(name)]
        before = [moment_leaves(where, name, getattr(state, name), params, leaves, places) for name in kept]
        step: Array = getattr(state, "step")  # noqa: B009  # each state has it, which S does not say
        numbers = [weak(x) for x in self.numbers(step)]
        check_numbers_fit(where, params, leaves, places, numbers)
        after = [self._of_leaf(gs[i], leaves[i], [moments[i] for moments in before], numbers) for i in places]
        new_params, *moments = [replaced(params, leaves, places, xs) for xs in zip(*after, strict=True)]
        trees = dict(zip(kept, moments, strict=True))
        state_after: S = self.state_type(step + 1, *[trees.get(name) for name in self.moments])
        return new_params, state_after

    def _of_leaf(self, g: Array, p: Array, moments: Sequence[Array], numbers: Sequence[Array]) -> list[Array]:
        """The parameter after an update, and its moments."""
        g, p = as_parameter(g), as_parameter(p)
        dtype = p.dtype
        g = steepest_ascent(g, dtype)
        of_dtype = [in_dtype_of(x, dtype) for x in numbers]

        def formula(g: Array, p: Array, *moments: Array) -> tuple[Array, ...]:
            return self.formula(g, p, moments, of_dtype)

        arrays = (g, p, *moments)
        is_plain = all(isinstance(x, int | float) for x in of_dtype)
        found = in_blocks(formula, arrays) if is_plain else formula(*arrays)
        return [restored(y, x) for y, x in zip(found, (p, *moments), strict=True)]


def is_parameter(leaf: object) -> bool:
    """Whether a leaf is something to optimise, and not a setting beside it: None, a string, a boolean."""
    return (type(leaf) is np.ndarray or is_numeric(leaf)) and _dtype(leaf).kind != "b"


def parameter_leaves(where: str, params: Tree) -> tuple[list[Any], list[int]]:
    """The leaves of the parameters, and the places of those that are some.

    Raises:
        TypeError: none is a number, or one is an integer, a masked array, a dataframe or a tensor.
    """
    leaves = flatten(params)
    places = [i for i, leaf in enumerate(leaves) if is_parameter(leaf)]
    for i, leaf in enumerate(leaves):
        if is_numeric(arrayed(leaf)) and not is_numeric(leaf):  # a gradient by it would be there, and no step
            raise TypeError(
                f"{where}: params{paths(params)[i]} is a {type(leaf).__name__}, which is no array; np.asarray(x) "
                "makes one of it"
            )
    if not places:
        is_class = hasattr(params, "__dict__") and not isinstance(params, FunctionType)
        instead = "; write @dataclass or @attrs.frozen above a class of parameters" if is_class else ""
        raise TypeError(f"{where}: params must hold an array or a number, got {describe_structure(params)}{instead}")
    for i in places:
        _check_plain(where, "params", params, i, leaves[i])
        dtype = _dtype(leaves[i])
        if dtype.kind not in "fc":
            why = "and a step would round it; write 0.0 for 0, or" if dtype.kind in "iu" else "no numbers; write"
            raise TypeError(
                f"{where}: params{paths(params)[i]} is of dtype {dtype}, {why} x.astype(float); what is no parameter "
                "is a static field (metadata=STATIC)"
            )
    return leaves, places


def _check_plain(where: str, what: str, params: Tree, i: int, leaf: object) -> None:
    """Raise a TypeError if the i-th leaf is a masked array, a matrix, or another array with arithmetic of its own."""
    if type(leaf) is not np.ndarray and isinstance(leaf, np.ndarray):
        check_arithmetic(type(leaf), f"{where}: {what}{paths(params)[i]}")


def gradient_leaves(
    where: str, gradients: Tree, params: Tree, leaves: Sequence[Any], places: Sequence[int]
) -> list[Any]:
    """The leaves of the gradients, which may have units of their own: those of a result over those of the parameters.

    Raises:
        TypeError: one is missing, or a masked array.
        ValueError: they are not built like the parameters.
    """
    gradients = without_unit_of_result(gradients, params, where)
    gs = flatten(gradients)
    if len(gs) != len(leaves) or not same_structure(gradients, params):
        raise ValueError(
            f"{where}: gradients must be built like params, as grad(loss)(params) returns them; "
            f"{difference(gradients, params, 'gradients', 'params') or 'their labels differ'}"
        )
    for i in places:
        g, p = gs[i], leaves[i]
        if not is_parameter(g):
            raise TypeError(
                f"{where}: gradients{paths(params)[i]} must be an array like that of params, got {type(g).__name__}"
            )
        _check_plain(where, "gradients", params, i, g)
        if np.shape(g) != np.shape(p):
            raise ValueError(
                f"{where}: gradients{paths(params)[i]} has shape {np.shape(g)}, and params{paths(params)[i]} has "
                f"shape {np.shape(p)}; a gradient has the shape of what it is taken by"
            )
        if _dtype(g).kind == "c" and _dtype(p).kind != "c":
            raise TypeError(
                f"{where}: gradients{paths(params)[i]} is complex, and params{paths(params)[i]} is real; pass g.real"
            )
    return gs


def check_state(where: str, state: object, kind: type[Any], name: str) -> None:
    """Raise a TypeError if a state is that of another optimiser."""
    if not isinstance(state, kind):
        raise TypeError(
            f"{where}: state must be {kind.__name__}, got {type(state).__name__}; "
            f"it begins as {name}(...).init(params), and each update returns the next one: "
            "params, state = optimizer.update(gradients, state, params)"
        )


def moment_leaves(
    where: str, name: str, moment: Tree, params: Tree, leaves: Sequence[Any], places: Sequence[int]
) -> list[Any]:
    """The leaves of a part of a state that is built like the parameters.

    Raises:
        ValueError: it is not.
    """
    found = flatten(moment)
    begin = f"begin with {where.partition('.')[0]}(...).init(params) for these parameters"
    if len(found) != len(leaves) or not same_structure(moment, params):
        differ = difference(moment, params, f"state.{name}", "params") or "their labels differ"
        raise ValueError(f"{where}: state.{name} is not built like params: {differ}; {begin}")
    for i in places:
        m, p = found[i], leaves[i]
        if not is_numeric(m) or np.shape(m) != np.shape(p):
            raise ValueError(
                f"{where}: state.{name}{paths(params)[i]} has shape {np.shape(m)}, and params{paths(params)[i]} "
                f"has shape {np.shape(p)}; {begin}"
            )
    return found


def check_numbers_fit(
    where: str, params: Tree, leaves: Sequence[Any], places: Sequence[int], numbers: Sequence[Array]
) -> None:
    """Raise a ValueError if an array among the numbers of an optimiser cannot be broadcast to a parameter."""
    for of_number in [x.shape for x in numbers if hasattr(x, "shape") and x.shape]:
        for i in places:
            shape = np.shape(leaves[i])
            try:
                fits = np.broadcast_shapes(of_number, shape) == shape
            except ValueError:
                fits = False
            if not fits:
                raise ValueError(
                    f"{where}: params{paths(params)[i]} has shape {shape}, and a number of the optimiser {of_number}; "
                    "a learning rate or another number that is an array must be broadcastable to each parameter"
                )


def as_parameter(p: Array) -> Array:
    """A number of Python's as one of NumPy's, which has a dtype; an array as it is."""
    kind = _PYTHONS.get(type(p))
    return p if kind is None else kind(p)


def steepest_ascent(g: Array, dtype: np.dtype[Any]) -> Array:
    """The direction of steepest ascent, in a dtype: the gradient, or its conjugate where the parameter is complex."""
    g = g if g.dtype == dtype else g.astype(dtype)
    return np.conj(g) if dtype.kind == "c" else g


def squared(g: Array) -> Array:
    """The square of the absolute value of each element, a real number."""
    return np.real(g) ** 2 + np.imag(g) ** 2 if g.dtype.kind == "c" else g * g


def root(x: Array) -> Array:
    """The square root of sums of squares.

    Where a sum is zero, all gradients were, and so is what will be divided by the root; that its derivative is infinite
    there is then of no influence, and it is left out.
    """
    is_traced = isinstance(x, Variable)  # a checker would take x for one below
    if not is_traced:
        return np.sqrt(x)
    is_positive = x > 0
    return np.where(is_positive, np.sqrt(np.where(is_positive, x, 1.0)), 0.0)


def restored(y: Array, x: Array) -> Array:
    """A result as an array of shape () where the argument was one."""
    return np.asarray(y) if isinstance(y, np.generic) and type(x) is np.ndarray else y


def replaced(params: P, leaves: Sequence[Any], places: Sequence[int], xs: Sequence[Array]) -> P:
    """A container like the parameters, with others in their places."""
    new = list(leaves)
    for i, x in zip(places, xs, strict=True):
        new[i] = x
    return unflatten(params, new)


def _zeros(p: Array, is_real: bool) -> Array:
    p = as_parameter(p)
    like = np.real(p) if is_real and p.dtype.kind == "c" else p
    zeros = np.zeros_like(like, order="C") if type(like) is np.ndarray else np.zeros_like(like)
    return zeros[()] if isinstance(p, np.generic) else zeros


def _dtype(x: Any) -> np.dtype[Any]:
    dtype: np.dtype[Any] = x.dtype if hasattr(x, "dtype") else np.asarray(x).dtype
    return dtype
