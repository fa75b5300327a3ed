"""The rows of the tests' tables as steps of a program: functions of any arrays.

A row is tested at arguments of given shapes, where it is smooth. As a step of a program it gets what other steps gave,
of any shape and size. So each argument is made of the row's own one and a small part of what it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np

from pydezero import Variable
from tests.functions.case import Array, Case, Results, generator
from tests.functions.cases import CASES


def _by_name() -> dict[str, Case]:
    """Rows by their names; of several of one name the later ones get a number."""
    rows: dict[str, Case] = {}
    for case in CASES:
        name, count = case.name, 1
        while name in rows:
            count += 1
            name = f"{case.name} ({count})"
        rows[name] = case
    return rows


ROWS: Final[Mapping[str, Case]] = _by_name()


def _is_infinite(values: Array) -> bool:
    return values.dtype.kind in "fc" and bool(np.any(np.isinf(values)))


def _by_function() -> dict[str, list[str]]:
    """The names of rows by their first word, which is that of the function.

    Without rows of infinite constants: times a tangent of 0 these are nan, which NumPy warns of, and no derivative.
    """
    rows: dict[str, list[str]] = {}
    for name, case in ROWS.items():
        if not any(given.values is not None and _is_infinite(given.values) for given in case.arguments):
            rows.setdefault(name.split()[0], []).append(name)
    return rows


OF_FUNCTION: Final[Mapping[str, list[str]]] = _by_function()

# Of the room that each element has before it meets another element or the end of its domain.
_PART: Final = 0.04

_LONG: Final = (np.dtype(np.longdouble), np.dtype(np.clongdouble))


def row(name: str, *given: Results) -> Results:
    """The results of a row, as one array, for arguments near its own ones that depend on what is given.

    There may be fewer arrays than the row has differentiable arguments; they are used in turn.
    """
    case = ROWS[name]
    arguments: list[Results] = case.draw()
    for turn, i in enumerate(case.differentiable):
        arguments[i] = _near(name, i, given[turn % len(given)])
    if not case.in_numpy:
        return together(case.through_numpy(*arguments))
    variables: list[Results] = [x for x in arguments if isinstance(x, Variable)]
    if not variables:
        return together(case.in_numpy(*arguments))
    if not isinstance(arguments[0], Variable):  # a method of it is called that arrays lack
        arguments[0] = arguments[0] + (0 * np.sum(variables[0])).astype(arguments[0].dtype)
    return together(case.through_numpy(*arguments))


def together(results: Results) -> Results:
    """A result that is a list or tuple of arrays, as one array."""
    if not isinstance(results, list | tuple):
        return results
    return np.concatenate([np.ravel(y) for y in results]) if results else np.zeros(0)


def _near(name: str, i: int, x: Results) -> Results:
    """Argument i of a row, moved a little by the elements of x."""
    base, places, room = _own(name, i, np.dtype(x.dtype).itemsize <= (8 if x.dtype.kind == "c" else 4))
    elements = np.reshape(np.ravel(x)[places % x.size], base.shape) if x.size else np.sum(x)
    step = np.sin(np.real(elements))
    if base.dtype.kind == "c" and x.dtype.kind == "c":
        step = step + 1j * np.sin(np.imag(elements))
    if x.dtype in _LONG:  # many functions of SciPy take no such numbers
        step = step.astype("c16" if step.dtype.kind == "c" else "f8")
    return base + room * step


@cache
def _own(name: str, i: int, single: bool) -> tuple[Array, Array, np.generic]:
    """An argument of a row, which elements of what is given each of its elements takes, and its room."""
    base = ROWS[name].draw(single)[i]
    length = sum(high - low for low, high in ROWS[name].arguments[i].intervals)
    room = _PART * length / max(base.size, 1)
    places = generator(f"places {name} {i}").permutation(base.size)
    base.setflags(write=False)
    return base, places, np.dtype("f4" if single else "f8").type(room)


def total(x: Results) -> Results:
    """A real number that depends on each element of x in its own measure."""
    if x.dtype.kind not in "fc":
        return np.sum(x * 1.0)
    return np.sum(np.real(x * weights(x.shape, x.dtype)))


def weights(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> Array:
    """Numbers between 1/2 and 3/2, of a complex dtype complex ones."""
    k = np.arange(int(np.prod(shape)), dtype=np.float64).reshape(shape)
    w = 1 + 0.5 * np.cos(1 + k)
    return np.asarray(w - 1j * np.sin(k) if dtype.kind == "c" else w, dtype)
