"""`check_grads`: the derivatives of a function against differences of its values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from pydezero.arrays import WORDS
from pydezero.core.foreign import arrayed, host_error
from pydezero.core.snapshot import is_number
from pydezero.core.types import Array
from pydezero.core.variable import bottom, is_numeric, undifferentiated
from pydezero.testing.cause import likely_cause, slope
from pydezero.testing.numerical import check_step
from pydezero.transforms.boundary.messages import argument_leaves, describe_structure, name_of
from pydezero.transforms.forward.jvp import jvp
from pydezero.transforms.reverse.vjp import vjp
from pydezero.tree import flatten, map_leaves, unflatten

Mode: TypeAlias = Literal["fwd", "rev"]

# A function of the arrays that are differentiated, to the list of the arrays of its result that have a derivative.
_OfLeaves: TypeAlias = Callable[..., list[Array]]

# Two modes of each order, whose rules grow, too: one above it would not end.
_HIGHEST: Final = 10

_MODES: Final[dict[str, str]] = {"fwd": "forward", "rev": "reverse"}


def check_grads(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    order: int = 2,
    modes: Sequence[Mode] = ("fwd", "rev"),
    rtol: float | None = None,
    atol: float | None = None,
    eps: float = 1e-5,
) -> None:
    """Check the derivatives of f at a point against central differences; silent where they agree.

    The derivative of each order, in each mode of the derivative of the order before in each mode, is compared with
    differences of the latter, in one random direction (the same at every call) or for one random cotangent. Where they
    disagree, the elements are gone through one by one, and the first that is wrong is reported.

    Args:
        f: a function of arrays, or of containers of arrays, that returns an array or a container of arrays.
        args: its positional arguments. Real and complex floating-point numbers and arrays in them are differentiated,
            everything else (integers, strings, None) is passed on as it is. f should be smooth there.
        order: up to which order derivatives are checked.
        modes: "fwd" for forward mode (`jvp`), "rev" for reverse mode (`vjp`).
        rtol: the relative difference that is allowed: 1e-5 by default, 1e-3 where an argument is in single precision.
        atol: the absolute difference that is allowed: 1e-7 by default, 1e-4 where an argument is in single precision.
        eps: the step of the differences, relative to elements of magnitude above 1. They are taken in double precision.

    Raises:
        AssertionError: a derivative disagrees, or has another shape than it should have. The message names the mode,
            the order, the argument and the element, both values, and the likely cause where it can be told: a kink or
            a jump nearby, random numbers, single precision, a step that does not fit.
        TypeError: there is nothing to differentiate in args, or in what f returns.
        ValueError: order is less than 1 or above 10, or a mode is none; a tolerance is negative, or eps not positive.

    >>> import numpy as np
    >>> check_grads(lambda x, y: np.sin(x) @ y, (np.array([0.5, 1.0]), np.array([2.0, 3.0])))
    >>> from pydezero import Function
    >>> wrong = Function(lambda x: x**2, lambda g, x: g * x)
    >>> check_grads(wrong, (3.0,), modes=["rev"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    AssertionError: check_grads(Function): reverse mode, order 1, disagrees with differences of values
        argument 0
            pydezero    ...
            differences ...
        it is smooth here, as far as differences can tell: a derivative rule is wrong, or the function is not pure
    """
    name = f"check_grads({name_of(f)})"
    if not isinstance(args, tuple):
        raise TypeError(f"{name}: args must be a tuple of the arguments, got {type(args).__name__}; write (x,) for one")
    if order < 1 or not modes or not set(modes) <= set(_MODES):
        raise ValueError(f"{name}: needs an order of at least 1 and modes among {list(_MODES)}, got {order}, {modes}")
    if order > _HIGHEST:
        raise ValueError(f"{name}: order must be at most {_HIGHEST}, got {order}; each takes four times as long")
    check_step(name, eps)
    _check_tolerances(name, rtol=rtol, atol=atol)
    args = map_leaves(arrayed, args)
    leaves = flatten(args)
    for x in map(bottom, leaves):
        if WORDS[type(x)].refusal:
            raise host_error(f"{name}: an argument", x)
    chosen = [i for i, leaf in enumerate(leaves) if is_numeric(leaf) and np.result_type(leaf).kind in "fc"]
    if not chosen:
        raise TypeError(f"{name}: args hold no floating-point number and no array of them to differentiate")
    single = any(np.result_type(leaves[i]) in (np.float32, np.complex64, np.float16) for i in chosen)
    labels = argument_leaves(f, args, {})
    check = _Check(
        name,
        [labels[i].label for i in chosen],
        tuple(modes),
        (1e-3 if single else 1e-5) if rtol is None else rtol,
        (1e-4 if single else 1e-7) if atol is None else atol,
        eps,
    )

    def of_leaves(*xs: Array) -> list[Array]:
        given = list(leaves)
        for i, x in zip(chosen, xs, strict=True):
            given[i] = x
        return _differentiable(name, f(*unflatten(args, given)))

    check.run(of_leaves, [np.array(undifferentiated(leaves[i])) for i in chosen], order, ())


def _check_tolerances(name: str, **tolerances: float | None) -> None:
    for word, given in tolerances.items():
        if given is not None and not given >= 0:  # nan is not, either
            raise ValueError(f"{name}: {word} must be 0 or more, got {given}")


def _differentiable(name: str, result: Any) -> list[Array]:
    """The arrays of a result that have a derivative.

    Raises:
        TypeError: there are none.
    """
    numeric = [np.asarray(y)[()] if is_number(y) else y for y in flatten(result) if is_numeric(y)]
    found = [y for y in numeric if np.result_type(undifferentiated(y)).kind in "fc"]
    if not found:
        raise TypeError(
            f"{name}: f must return a floating-point number or an array of them, got {describe_structure(result)}"
        )
    return found


@attrs.frozen
class _Check:
    """The settings of a check, the same for all its orders and modes."""

    name: str
    arguments: list[str]
    modes: tuple[Mode, ...]
    rtol: float
    atol: float
    eps: float

    def run(self, f: _OfLeaves, xs: Sequence[NDArray[Any]], order: int, path: tuple[Mode, ...]) -> None:
        """Check the derivative of f in each mode, and then the derivatives of that."""
        rng = np.random.default_rng(len(path))
        tangents = [_random(x, rng) * _scale(x) for x in xs]
        cotangents = [_random(np.asarray(undifferentiated(y)), rng) for y in f(*xs)]
        for mode in self.modes:
            derivative = partial(_forward, f, tangents) if mode == "fwd" else partial(_reverse, f, cotangents)
            compare = self._compare_forward if mode == "fwd" else self._compare_reverse
            compare(f, xs, tangents if mode == "fwd" else cotangents, (*path, mode))
            if order > 1:
                self.run(derivative, xs, order - 1, (*path, mode))

    def _compare_forward(
        self, f: _OfLeaves, xs: Sequence[NDArray[Any]], tangents: Sequence[Array], path: tuple[Mode, ...]
    ) -> None:
        found, expected = _forward(f, tangents, *xs), slope(f, xs, tangents, self.eps)
        self._check_forms(found, expected, [f"output {i}" for i in range(len(expected))], path)
        if all(map(self._is_close, found, expected)):
            return
        for i, element in _elements(xs):
            direction = _unit(xs, i, element)
            moved = _forward(f, direction, *xs)
            differences = slope(f, xs, direction, self.eps)
            for k, (a, b) in enumerate(zip(moved, differences, strict=True)):
                for place in np.ndindex(b.shape):
                    if not self._is_close(a[place], b[place]):
                        of = f"output {place}" if len(moved) == 1 else f"output {k}, element {place}"
                        read = partial(_element, f, k, place)
                        place_in = self._place(xs, i, element)
                        self._fail(path, f"{place_in}, {of}", a[place], b[place], read, xs, direction)
        self._fail(path, "a random direction", found, expected, f, xs, tangents)

    def _compare_reverse(
        self, f: _OfLeaves, xs: Sequence[NDArray[Any]], cotangents: Sequence[Array], path: tuple[Mode, ...]
    ) -> None:
        found = _reverse(f, cotangents, *xs)
        self._check_forms(found, xs, self.arguments, path)
        weighted = partial(_weighted, f, cotangents)
        rng = np.random.default_rng(len(path) + 1)
        tangents = [_random(x, rng) * _scale(x) for x in xs]
        total, expected = _product(found, tangents), slope(weighted, xs, tangents, self.eps)[0]
        if self._is_close(total, expected):
            return
        for i, element in _elements(xs):
            for unit in (1.0, 1j) if xs[i].dtype.kind == "c" else (1.0,):
                direction = _unit(xs, i, element, unit)
                a, b = _product(found, direction), slope(weighted, xs, direction, self.eps)[0]
                if not self._is_close(a, b):
                    place = self._place(xs, i, element) + (" (imaginary part)" if unit == 1j else "")
                    self._fail(path, place, a, b, weighted, xs, direction)
        self._fail(path, "a random direction", total, expected, weighted, xs, tangents)

    def _check_forms(
        self, found: Sequence[Array], expected: Sequence[Array], names: Sequence[str], path: tuple[Mode, ...]
    ) -> None:
        shapes = [np.shape(x) for x in found], [np.shape(x) for x in expected]
        for name, a, b in zip(names, *shapes, strict=True):
            if a != b:
                raise AssertionError(f"{self._title(path)}\n    {name} has shape {b}, its derivative {a}")

    def _is_close(self, a: Array, b: Array) -> bool:
        return bool(np.allclose(a, b, rtol=self.rtol, atol=self.atol, equal_nan=False))

    def _place(self, xs: Sequence[NDArray[Any]], i: int, element: tuple[int, ...]) -> str:
        return self.arguments[i] + (f", element {element}" if xs[i].shape else "")

    def _title(self, path: tuple[Mode, ...]) -> str:
        modes = " of ".join(f"{_MODES[mode]} mode" for mode in reversed(path))
        return f"{self.name}: {modes}, order {len(path)},"

    def _fail(
        self,
        path: tuple[Mode, ...],
        place: str,
        found: Any,
        expected: Any,
        f: _OfLeaves,
        xs: Sequence[NDArray[Any]],
        direction: Sequence[Array],
    ) -> None:
        what = "values" if len(path) == 1 else "the derivative of the order before"
        cause = likely_cause(f, xs, direction, found, self.eps, self._is_close)
        raise AssertionError(
            f"{self._title(path)} disagrees with differences of {what}\n"
            f"    {place}\n        pydezero    {found}\n        differences {expected}\n    {cause}"
        )


def _forward(f: _OfLeaves, tangents: Sequence[Array], *xs: Array) -> list[Array]:
    """The derivative of f in a direction."""
    moved: list[Array] = jvp(f, xs, tuple([_in_precision(t, x) for t, x in zip(tangents, xs, strict=True)]))[1]
    return moved


def _reverse(f: _OfLeaves, cotangents: Sequence[Array], *xs: Array) -> list[Array]:
    """The gradients of f for a cotangent of its result."""
    y, pullback = vjp(f, *xs)
    return list(pullback([_in_precision(c, of_y) for c, of_y in zip(cotangents, y, strict=True)]))


def _in_precision(t: Array, x: Array) -> Array:
    return t.astype(x.dtype)


def _weighted(f: _OfLeaves, cotangents: Sequence[Array], *xs: Array) -> list[Array]:
    """The scalar that a reverse pass with these cotangents differentiates: the result of f times the cotangents."""
    return [np.asarray(_product(cotangents, f(*xs)))]


def _element(f: _OfLeaves, k: int, place: tuple[int, ...], *xs: Array) -> list[Array]:
    """One element of one output of f."""
    return [f(*xs)[k][place]]


def _product(a: Sequence[Array], b: Sequence[Array]) -> float:
    """The sum of the products of all elements, its real part where they are complex."""
    return math.fsum(float(np.real(np.sum(x * y))) for x, y in zip(a, b, strict=True))


def _random(x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    drawn = rng.uniform(0.5, 1.5, x.shape) * rng.choice([-1.0, 1.0], x.shape)
    if x.dtype.kind == "c":
        drawn = drawn + 1j * rng.uniform(0.5, 1.5, x.shape)
    return np.asarray(drawn)


def _scale(x: NDArray[Any]) -> NDArray[Any]:
    """The factor of a step for each element: its magnitude, where that is above 1."""
    scale: NDArray[np.float64] = np.maximum(1.0, np.abs(x)).astype(np.float64)
    return scale


def _unit(xs: Sequence[NDArray[Any]], i: int, element: tuple[int, ...], unit: complex = 1.0) -> list[NDArray[Any]]:
    """The direction of one element of one argument."""
    direction = [np.zeros(x.shape, np.complex128 if x.dtype.kind == "c" else np.float64) for x in xs]
    direction[i][element] = unit
    return direction


def _elements(xs: Sequence[NDArray[Any]]) -> list[tuple[int, tuple[int, ...]]]:
    return [(i, element) for i, x in enumerate(xs) for element in np.ndindex(x.shape)]
