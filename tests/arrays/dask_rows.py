"""The rows of all tables of functions with Dask arrays: what comes out, and whether it is right.

Nothing is computed before it is compared: until then a scheduler stands by that raises.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs
import dask
import dask.array as da
import numpy as np

from pydezero import jvp, vjp, vmap
from tests.functions.case import Array, ArrayCallable, Call, Case, Results, generator
from tests.functions.checks import cotangent_of, leaves
from tests.functions.test_second_derivatives import squared

MODES: Final = ("reverse", "forward", "second order", "vmap")

# What a mode gives for a function and arguments, with arrays of either library.
Derive = Callable[[ArrayCallable, Sequence[Any], Callable[[Any], Any]], Any]


class ComputedError(Exception):
    """Something was computed before it was asked for."""


def refuse(*args: object, **kwargs: object) -> Any:
    """A scheduler of Dask's that raises."""
    raise ComputedError("a Dask array was computed")


def in_chunks(x: Array) -> Any:  # Any: Dask's types are not those of the tables
    """An array as a Dask array, of two chunks along each axis that is long enough."""
    return da.from_array(x, chunks=tuple([max(1, -(-n // 2)) for n in x.shape]))


def lazily(function: Callable[[], Any]) -> Any:
    """What a function returns, which computes nothing and leaves nothing to NumPy."""
    with dask.config.set(scheduler=refuse), warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        return function()


def computed(results: Any) -> list[Array]:
    """The arrays of a result, computed in this thread."""
    found: tuple[Array, ...] = dask.compute(*leaves(results), scheduler="sync")
    return [np.asarray(y) for y in found]


def flat(trees: Any) -> list[Any]:
    """The arrays in nested lists and tuples."""
    return [x for tree in trees for x in flat(tree)] if isinstance(trees, list | tuple) else [trees]


def are_close(found: Sequence[Array], expected: Sequence[Array]) -> bool:
    """Whether arrays have the same shapes and nearly the same elements."""
    return len(found) == len(expected) and all(
        x.shape == y.shape and np.allclose(x, y, rtol=1e-7, atol=1e-9, equal_nan=True)
        for x, y in zip(found, expected, strict=True)
    )


def _reverse(f: ArrayCallable, xs: Sequence[Any], place: Callable[[Any], Any]) -> Any:
    y, pullback = vjp(f, *xs)
    return pullback(_cotangent(y, "reverse", place))


def _forward(f: ArrayCallable, xs: Sequence[Any], place: Callable[[Any], Any]) -> Any:
    tangents = tuple([_cotangent(x, f"forward {i}", place) for i, x in enumerate(xs)])
    return jvp(f, tuple(xs), tangents)


def _second(f: ArrayCallable, xs: Sequence[Any], place: Callable[[Any], Any]) -> Any:
    f = squared(f)
    y, _ = vjp(f, *xs)
    cotangent = _cotangent(y, "reverse", place)
    first, pullback = vjp(lambda *xs: vjp(f, *xs)[1](cotangent), *xs)
    return pullback(tuple([_cotangent(g, f"second {i}", place) for i, g in enumerate(first)]))


def _vmap(f: ArrayCallable, xs: Sequence[Any], place: Callable[[Any], Any]) -> Any:
    return vmap(f)(*xs)


DERIVE: Final[dict[str, Derive]] = {"reverse": _reverse, "forward": _forward, "second order": _second, "vmap": _vmap}


def _cotangent(y: Results, seed: str, place: Callable[[Any], Any]) -> Any:
    """Random numbers like a result, of which only shapes and dtypes are looked at."""
    empty = [np.empty(x.shape, x.dtype) for x in leaves(y)]
    drawn = cotangent_of(type(y)(empty) if isinstance(y, list | tuple) else empty[0], seed)
    return type(drawn)(map(place, drawn)) if isinstance(drawn, list | tuple) else place(drawn)


@attrs.frozen
class Outcome:
    """What became of a row in a mode: "" where it is right, else why not."""

    reason: str
    is_wrong: bool = False


def dask_computes(case: Case) -> bool:
    """Whether Dask itself computes the plain function of a row, without loading anything before."""
    values = case.draw()
    try:
        expected = [np.asarray(y) for y in leaves(case.reference(*values))]
        for i in case.differentiable:
            values[i] = in_chunks(values[i])
        found = lazily(lambda: leaves(case.reference(*values)))
        return all(isinstance(y, da.Array) for y in found) and are_close(computed(found), expected)
    except Exception:  # whatever Dask and the row make of each other
        return False


def _examples(case: Case, mode: str) -> list[Array]:
    """The arguments that are differentiated, with a batch axis of two examples under vmap."""
    dtype = np.dtype("c16" if case.is_complex else "f8")
    if mode != "vmap":
        values = case.draw()
        return [values[i] for i in case.differentiable]
    return [
        np.stack([case.arguments[i].draw(generator(f"{case} {i} {k}"), dtype) for k in range(2)])
        for i in case.differentiable
    ]


def outcome(case: Case, mode: str) -> Outcome | None:
    """What becomes of a row in a mode with Dask arrays; None where NumPy's arrays have no result either."""
    xs = _examples(case, mode)
    f = Call(case, case.differentiable).of(case.through_numpy, case.draw())
    derive = DERIVE[mode]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        try:
            expected = [np.asarray(y) for y in flat(derive(f, xs, lambda x: x))]
        except Exception:
            return None
        try:
            found = lazily(lambda: flat(derive(f, [in_chunks(x) for x in xs], in_chunks)))
            values = computed(found)
        except Exception as error:
            return Outcome(f"{type(error).__name__}: {error}")
    return Outcome("") if are_close(values, expected) else Outcome("wrong values", is_wrong=True)
